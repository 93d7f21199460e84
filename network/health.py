"""Facts about the installation, for /healthz and `manage.py doctor`: what is missing or degraded.

Nothing here names a person or a record.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from network.lemmas import voikko

LOW_DISK = 500_000_000  # bytes
OLD_JOB = 300  # seconds
OF_THE_DATABASE = {"clock", "queue"}
CLOCK_OFF = 5  # seconds between the machine and the database
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Fact:
    """One thing looked at: *ok*, *degraded* (works with less) or *down* (does not serve)."""

    name: str
    state: str
    note: str


def facts() -> list[Fact]:
    """Look at everything; a look that fails is a fact too."""
    looks: tuple[tuple[str, Callable[[], Fact]], ...] = (
        ("database", _database),
        ("clock", _clock),
        ("queue", _queue),
        ("disk", _disk),
        ("fonts", _fonts),
        ("voikko", _voikko),
        ("libmagic", _libmagic),
        ("chromium", _chromium),
    )
    found: list[Fact] = []
    for name, look in looks:
        if name in OF_THE_DATABASE and found[0].state == "down":  # each question would wait for it anew
            found.append(Fact(name, "degraded", "the database is away"))
            continue
        try:
            found.append(look())
        except Exception as error:
            state = "down" if name == "database" else "degraded"
            found.append(Fact(name, state, type(error).__name__))
    return found


def report() -> dict[str, Any]:
    """The facts as JSON: `ok` is false when the portal cannot serve."""
    found = facts()
    return {"ok": all(fact.state != "down" for fact in found), "facts": [asdict(fact) for fact in found]}


def _ask(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _database() -> Fact:
    return Fact("database", "ok", f"Postgres {_ask('SHOW server_version')}")


def _clock() -> Fact:
    off = abs((timezone.now() - _ask("SELECT clock_timestamp()")).total_seconds())
    return Fact("clock", "ok" if off < CLOCK_OFF else "degraded", f"{off:.1f} s from the database's")


def _queue() -> Fact:
    age = _ask(
        "SELECT coalesce(extract(epoch FROM now() - min(e.at)), 0)::int FROM procrastinate_jobs j"
        " JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()"
    )
    return Fact("queue", "ok" if age < OLD_JOB else "degraded", f"oldest waiting job {age} s")


def _disk() -> Fact:
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return Fact("disk", "ok" if free > LOW_DISK else "degraded", f"{free / 1e9:.1f} GB free")


def _fonts() -> Fact:
    found = list((settings.BASE_DIR / "static" / "fonts").glob("**/*.woff2"))
    return Fact("fonts", "ok" if found else "degraded", f"{len(found)} bundled")


def _voikko() -> Fact:
    if voikko() is None:
        return Fact("voikko", "degraded", "not installed: words stay whole, search is by stems")
    return Fact("voikko", "ok", "Finnish dictionary loaded")


def _libmagic() -> Fact:
    try:
        import magic  # noqa: F401  (it looks for the library behind it when it is read)
    except ImportError:
        return Fact("libmagic", "degraded", "not installed: files are known by their first bytes only")
    return Fact("libmagic", "ok", "installed")


def _chromium() -> Fact:
    named = os.environ.get("PORTAL_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not named:
        return Fact("chromium", "degraded", "not installed: browser tests are skipped")
    return Fact("chromium", "ok", "installed")
