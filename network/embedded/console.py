"""How the two commands speak: one line per step with its seconds, one line for what went wrong."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

FULL = "no space left on device", "disk quota exceeded", "could not extend file"
EXCEPTION_LINE = re.compile(
    r"^[A-Za-z_][\w.]*(Error|Exception|Exists|Interrupt|Configured|Denied)\b.*|^ERROR: .*|^E: .*"
)


class SetupError(Exception):
    """What the user has to know, in one line; the command ends with a non-zero code."""


def say(text: str, end: str = "\n") -> None:
    """Print at once; a reader who has gone away must not stop a server that works."""
    try:
        print(text, end=end, flush=True)
    except (BrokenPipeError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (stays open until the end)


@contextlib.contextmanager
def step(text: str) -> Iterator[Callable[[str], None]]:
    """Say what is being done and, at its end, how long it took; the yielded function adds a remark."""
    remarks: list[str] = []
    say(f"{text} ... ", end="")
    started = time.monotonic()
    try:
        yield remarks.append
    except BaseException:
        say("failed")
        raise
    say(f"{time.monotonic() - started:.1f} s" + "".join(f" ({remark})" for remark in remarks))


def gist(output: str) -> str:
    """The one line of a program's output that says why it failed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if any(word in output.lower() for word in FULL):
        return "the disk is full"
    telling = [line for line in lines if EXCEPTION_LINE.match(line)]
    return ((telling or lines or ["it said nothing"])[-1])[:300]


def explain(error: OSError) -> str:
    """An error of the operating system as one line for the user."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" ({error.filename})" if error.filename else ""
        return f"The disk is full{where}. Free some space and try again."
    return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"


def free_megabytes(folder: Path) -> int:
    """What the disk of a folder, perhaps one yet to be made, can still hold."""
    while not folder.exists():
        folder = folder.parent
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize // 1_000_000


def require_space(folder: Path, megabytes: int) -> None:
    """Stop early, while nothing is half done, when the disk cannot hold what is to come."""
    if (free := free_megabytes(folder)) < megabytes:
        raise SetupError(f"The disk is full: {free} MB are free at {folder}, {megabytes} MB are needed.")
