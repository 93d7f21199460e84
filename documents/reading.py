"""Reading the text inside the files of documents, in jobs; each may run twice without harm."""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from procrastinate.contrib.django import app

from documents import inside
from documents.models import Extract, ExtractState, Version
from network.jobs import LAST, has_job

MEMORY = 1_500_000_000  # bytes of address space; pdfium maps much and uses little of it
SECONDS = 120


@app.task(name="extract_text", priority=LAST)
def extract_text(version_id: int) -> None:
    """Read the text inside a version's file and keep it; a file that cannot be read is marked as such."""
    version = Version.objects.filter(pk=version_id).first()
    if version is None:
        return
    state, text = _read(version)
    Extract.objects.update_or_create(version=version, defaults={"state": state, "text": text})


@app.periodic(cron="* * * * *")
@app.task(name="extract_missing", queueing_lock="extract_missing")
def extract_missing(timestamp: int) -> None:
    """Have the files read that nothing has read yet, also those that came in by a command or a restored copy.

    A job each, behind everything else: no letter waits until a hundred files have been read.
    """
    unread = Version.objects.filter(~has_job("extract_text", "version_id"), extract=None).order_by("pk")
    for pk in unread.values_list("pk", flat=True)[:200]:
        extract_text.defer(version_id=pk)


def _read(version: Version) -> tuple[str, str]:
    """Let a process of its own read a copy of the file, within limits."""
    with tempfile.NamedTemporaryFile() as copy:
        try:
            with version.file.open("rb") as source:
                while piece := source.read(1 << 20):
                    copy.write(piece)
            copy.flush()
        except (OSError, ValueError):
            return ExtractState.BROKEN, ""
        return read_apart(Path(copy.name))


def read_apart(path: Path, seconds: int = SECONDS) -> tuple[str, str]:
    """The state and the text of the file, read by a process that may die of it."""
    command = [sys.executable, inside.__file__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=True, preexec_fn=_limits)
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError, OSError):
        return ExtractState.BROKEN, ""
    return ExtractState(found["state"]), found["text"]


def _limits() -> None:
    """Bound the reader's memory and processor time; a limit it cannot raise again."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
