"""A database with the demonstration in it and its files, made once and copied for whoever needs a portal of their own.

It is made by the commands themselves, the worker has done the jobs that were left, and the search knows all of it:
else the first worker of each copy would do that before it posted a letter. One process does all but the migrations, for
a command takes longer to start than most of these to run. Where DEMONSTRATED names a folder it stays as long as the
code stays the same; else as long as the run of pytest.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from network.embedded.database import APPS, fingerprint

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = os.environ.get("DEMO_PASSWORD", "selaimen-salasana-2026")
FILES = [*(f"{app}/**/*" for app in APPS), "templates/**/*", "static/**/*", "requirements.txt", "tests/demonstrated.py"]
WRITE = """
from django.core.management import call_command
for name in ("createcachetable", "seed", "demo"):
    call_command(name, verbosity=0)
call_command("procrastinate", "worker", "--one-shot")
call_command("index", verbosity=0)
"""
STEPS = (("migrate", "-v0"), ("shell", "-v0", "-c", WRITE))  # a migration runs in no history's context, as a shell does


@contextmanager
def copied(name: str, factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a database of that name and the folder of its files; both are gone at the end."""
    files = factory.mktemp("files")
    with _server() as server:
        made = _made(server, _folder(factory))
        shutil.copytree(made, files, dirs_exist_ok=True)
        _copy(server, name, made.name)
    yield address(name), files
    with _server() as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def address(name: str) -> str:
    """The address of a database beside the tests' own."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """A connection that makes databases; one process at a time has it."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('demonstrated'))")
        yield connection


def _folder(factory: pytest.TempPathFactory) -> Path:
    """Where the files of the database to copy lie: one place for all processes of the run."""
    if stays := os.environ.get("DEMONSTRATED"):
        return Path(stays)
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demonstrated"


def _copy(server: psycopg.Connection, name: str, template: str) -> None:
    server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _databases(server: psycopg.Connection) -> set[str]:
    return {name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()}


def _made(server: psycopg.Connection, folder: Path) -> Path:
    """The files of the demonstration, in a folder named as its database; what older code made is thrown away."""
    name = f"demonstrated_{fingerprint(FILES, f'{PASSWORD} {date.today()}')[:12]}"
    there = _databases(server)
    if name in there and (folder / name).is_dir():
        return folder / name
    shutil.rmtree(folder, ignore_errors=True)
    for old in there:
        if old.startswith("demonstrated_"):
            server.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
    (folder / "new").mkdir(parents=True)
    _copy(server, "demonstrated_new", "migrated" if "migrated" in there else "template1")
    env = os.environ | {
        "DATABASE_URL": address("demonstrated_new"), "MEDIA_ROOT": str(folder / "new"),
        "DEMO": "1", "DEMO_PASSWORD": PASSWORD, "EMAIL_HOST": "",
    }  # fmt: skip
    for words in STEPS:
        done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
    server.execute(f'ALTER DATABASE demonstrated_new RENAME TO "{name}"')
    return (folder / "new").rename(folder / name)
