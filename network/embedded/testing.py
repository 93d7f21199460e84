"""`make test` and its kin: the tools that look at the source, and pytest over a cluster of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from network.embedded.console import say, step
from network.embedded.database import fingerprint
from network.embedded.home import CHECKOUT, Home
from network.embedded.packages import PYTHON, VENV, install
from network.embedded.postgres import Cluster
from network.embedded.processes import capture, die_with_parent
from network.embedded.system import System

# What a developer's shell may hold for a run, and a test must not depend on.
FOREIGN = {
    *(
        "DATABASE_URL",
        "SECRET_KEY",
        "DEBUG",
        "DEMO_PASSWORD",
        "PORTAL_URL",
        "ALLOWED_HOSTS",
        "TRUSTED_PROXIES",
    ),
    *(
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "DEFAULT_FROM_EMAIL",
        "OFFICE_EMAIL",
    ),
    *("PORT", "PORTAL_HOME", "LOG_LEVEL", "MAKEFLAGS", "MFLAGS"),
    *("PYTHONDONTWRITEBYTECODE",),  # without bytecode each of the many processes compiles all of Django
}
HOUSE_RULES = "tests/test_house_rules.py"
# One more than there are cores: the tests of a whole run wait for most of their time.
WORKERS = int(os.environ.get("WORKERS") or (os.cpu_count() or 1) + 1)
TEMPLATE = "migrated"
PYTEST = [PYTHON, "-m", "pytest", "-q", "--reuse-db"]
PARALLEL = ["-n", str(WORKERS), "--dist", "loadfile"]
NO_TESTS = 5  # pytest's exit code
ROOM = 500  # megabytes, several times what the files of all tests take


def ready(home: Home, *, browser: bool = True) -> System:
    """System libraries and packages for the tests; `browser=False` asks only for what `make run` needs."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    system = System("test" if browser else "run")
    with home.turn("setup", "preparing this checkout"):
        system.provide()
        install("test", system)
    return system


def environment(home: Home, system: System, database: str, files: Path) -> dict[str, str]:
    """What a test run is told."""
    return system.environment() | {
        "DATABASE_URL": database,
        "DB_POOL": "0",
        "DEMO": "1",
        "SECRET_KEY": "for-tests-only-" + "x" * 50,
        "MEDIA_ROOT": str(files / "files"),
        "DEMONSTRATED": str(home.folder / "test-demonstrated"),
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }


@contextlib.contextmanager
def cluster(home: Home, system: System, look: Look | None = None) -> Iterator[dict[str, str]]:
    """The environment of a test run: a cluster of its own, used by one `make test` at a time.

    What looks at the source begins before it, for the database asks for one core only.
    """
    with home.turn("test", "running the tests"):
        database = Cluster(home.folder / "test", system.environment(), durable=False)
        files = home.passing(ROOM)
        env = environment(home, system, database.url, files)
        if look:
            look.begin(env)
        try:
            with step("Test database: Postgres"):
                database.create()
                database.start()
            copies(database, env)
            yield env
        finally:
            database.stop()
            shutil.rmtree(files, ignore_errors=True)


def copies(database: Cluster, env: dict[str, str]) -> None:
    """A migrated database for each process of pytest: migrated once, as long as the migrations stay the same."""
    mark = fingerprint(["*/migrations/*.py", "requirements.txt"])
    stamp = database.folder / "migrated"
    if not stamp.exists() or stamp.read_text() != mark:
        with step("Test database: migrate"):
            database.copy(TEMPLATE, "template1")
            there = env | {"DATABASE_URL": database.address(TEMPLATE)}
            capture([PYTHON, "manage.py", "migrate"], env=there, cwd=CHECKOUT, what="migrate")
            stamp.write_text(mark)
    with step("Test database: a copy for each process"):
        for name in ("test_portal", *(f"test_portal_gw{number}" for number in range(WORKERS))):
            database.copy(name, TEMPLATE)


def test(home: Home) -> int:
    """The whole suite, or the tests of the rows named by `ROW=F11,N5`."""
    system, row, look = ready(home), os.environ.get("ROW", ""), Look()
    with cluster(home, system, None if row else look) as env:
        if row:
            code = _call([*_pytest(env), *PARALLEL, f"--row={row}", *_more()], env)
            if code == NO_TESTS:
                say(f"No test shows {row} yet.")
            return code
        return look.end() or _call([*_pytest(env), *PARALLEL, "--record-rows", *_more()], env)


def check(home: Home) -> int:
    """Format, lint, types, and the rules of the house."""
    system, look = ready(home, browser=False), Look()
    with cluster(home, system, look) as env:
        code = look.end()
        if (CHECKOUT / HOUSE_RULES).exists():
            code = _call([*_pytest(env), HOUSE_RULES], env) or code
        return code


def rows(home: Home) -> int:
    """The rows of the goal table with what the tests say of them."""
    env = environment(home, ready(home, browser=False), "postgresql:///none", home.folder)  # nothing connects
    code = _call([*PYTEST, "--collect-only", "--rows"], env)
    return 0 if code == NO_TESTS else code


def shots(home: Home) -> int:
    """Pictures of the pages, into tests/shots/."""
    system = ready(home)
    with cluster(home, system) as env:
        return _call([*_pytest(env), "tests/browser/shots.py", *_more()], env)


def _pytest(env: dict[str, str]) -> list[str]:
    """Pytest with its passing files beside the tests' own, by a short way: a socket's path has hardly 100 letters."""
    return [*PYTEST, f"--basetemp={Path(env['MEDIA_ROOT']).parent / 't'}"]


def _more() -> list[str]:
    return os.environ.get("ARGS", "").split()


class Look:
    """The four tools that look at the source, all at once; every complaint is shown, and one is enough to fail."""

    def __init__(self) -> None:
        self.started, self.running = time.monotonic(), dict[str, subprocess.Popen[str]]()

    def begin(self, env: dict[str, str]) -> None:
        """Start them."""
        templates = sorted(str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "templates").rglob("*.html"))
        commands: dict[str, list[str]] = {
            "ruff format": [f"{VENV}/bin/ruff", "format", "--check", "."],
            "ruff check": [f"{VENV}/bin/ruff", "check", "."],
            "djade": [f"{VENV}/bin/djade", "--target-version", "5.2", "--check", *templates],
            "mypy": [PYTHON, "-m", "mypy", "."],
        }
        self.started = time.monotonic()
        self.running = {name: _start(command, env) for name, command in commands.items()}

    def end(self) -> int:
        """Wait for them, and tell what they found."""
        failed = 0
        for name, process in self.running.items():
            output, _ = process.communicate()
            seconds = time.monotonic() - self.started
            say(f"Check: {name} ... {'failed' if process.returncode else 'well'} ({seconds:.1f} s)")
            if process.returncode:
                failed = 1
                say(output.strip())
        return failed


def _start(command: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent(),
    )


def _call(command: list[str], env: dict[str, str]) -> int:
    """Run with our own output; Ctrl-C reaches it as well, and it ends by itself."""
    process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent())
    try:
        return process.wait()
    except BaseException:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        raise
