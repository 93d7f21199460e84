"""A Postgres of our own: private data folder, local socket only, a child that ends with us."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from network.embedded.console import SetupError, gist, require_space
from network.embedded.needs import newest
from network.embedded.processes import alive, die_with_parent, end, stat_of, wait_until

NAME = "portal"  # of the database and of its owner
LOG_LIMIT = 10_000_000
STARTS = 20.0  # seconds: just after a crash old children still hold the shared memory
PASSING = ("lock file", "shared memory", "Is another postmaster")
# What a test writes may be lost with the machine; what a user was told is saved may not.
# Nobody copies its log of changes either, and the thousands of refusals that tests ask for are not news.
FLEETING = [
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0"),
    *("log_min_messages=fatal", "update_process_title=off", "autovacuum=off", "track_activities=off"),
    "plan_cache_mode=force_generic_plan",  # a plan as good as any for tables of a few rows
]


def binaries(env: dict[str, str], data: Path) -> Path:
    """The programs to use: `PG_BINDIR`, else the system's, of the version that made the data."""
    if given := env.get("PG_BINDIR"):
        return Path(given)
    made_by = (data / "PG_VERSION").read_text().strip() if (data / "PG_VERSION").exists() else ""
    initdb = newest("", f"usr/lib/postgresql/{made_by or '*'}/bin/initdb") or shutil.which("initdb")
    if not initdb:
        wanted = f"postgresql-{made_by}" if made_by else "postgresql"
        raise SetupError(f"No Postgres server is installed. Debian: apt-get install {wanted}; or set DATABASE_URL.")
    return Path(initdb).resolve().parent


def unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root, which it refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SetupError("Running as root, and there is no account that Postgres could run as.")


class Cluster:
    """One data folder and the server process over it."""

    def __init__(self, folder: Path, env: dict[str, str], *, durable: bool) -> None:
        self.folder, self.durable, self.user = folder, durable, unprivileged()
        self.data, self.socket, self.log = folder / "data", folder / "socket", folder / "postgres.log"
        self.bin = binaries(env, self.data)
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        if libraries := env.get("LD_LIBRARY_PATH"):
            self.env["LD_LIBRARY_PATH"] = libraries
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return self.address(NAME)

    def address(self, database: str) -> str:
        """The address of any of its databases."""
        return f"postgresql://{NAME}@/{database}?host={self.socket}"

    def copy(self, name: str, template: str) -> None:
        """Make a database anew as a copy of another: many times faster than migrating it."""
        place = ["-h", str(self.socket), "-U", NAME]
        self._run("dropdb", *place, "--force", "--if-exists", name)
        self._run("createdb", *place, "-T", template, name)

    def create(self) -> bool:
        """Make the data folder with an empty database in it, whole or not at all; False if it is there."""
        self._own(self.folder)
        self._own(self.socket)
        if self.user:
            self._check_reachable()
        if (self.data / "PG_VERSION").exists():
            return False
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fi-FI"]
        sync = [] if self.durable else ["--no-sync"]
        self._run("initdb", "-D", str(new), "-U", NAME, "-E", "UTF8", *locale, "--auth=trust", *sync)
        self._run("postgres", "--single", "-D", str(new), "postgres", say=f"CREATE DATABASE {NAME};\n")
        new.rename(self.data)
        return True

    def start(self) -> None:
        """Start the server and wait until it answers; what a killed run left is cleared away first."""
        deadline = time.monotonic() + STARTS
        while True:
            process = self.spawn()
            wait_until(lambda: process.poll() is not None or self.ready(), STARTS)  # noqa: B023 (not kept)
            if process.poll() is None and self.ready():
                return
            end(process, signal.SIGQUIT, 5)
            require_space(self.folder, 5)  # on a full disk it dies without a word
            last = self._last_words()
            if time.monotonic() > deadline or not any(word in last for word in PASSING):
                raise SetupError(f"Postgres does not start: {gist(last)} (all of it: {self.log})")
            time.sleep(0.5)

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the server without waiting for it."""
        self._clear_stale()
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old"))
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.socket}",
            "max_connections=60",
            "jit=off",
        ]
        settings += [] if self.durable else FLEETING
        options = [word for setting in settings for word in ("-c", setting)]
        with open(os.open(self.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), "ab") as log:
            # If we are killed it ends at once; its log of changes repairs the data at the next start.
            self.process = subprocess.Popen(
                [f"{self.bin}/postgres", "-D", str(self.data), *options],
                cwd="/",
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGQUIT),
                **self._as_user(),
            )
        return self.process

    def ready(self) -> bool:
        """Whether it takes connections. `pg_ctl status` would call a zombie alive."""
        command = [f"{self.bin}/pg_isready", "-q", "-h", str(self.socket), "-t", "2"]
        return subprocess.run(command, env=self.env, cwd="/").returncode == 0

    def stop(self) -> None:
        """Stop the server we started; open sessions are cut off, what was committed is kept."""
        if self.process:
            end(self.process, signal.SIGINT, 10)
            self.process = None

    def _clear_stale(self) -> None:
        """End what a killed run left behind, and drop a lock file that names a zombie or a stranger.

        Never while a process still works on the data: without its lock file Postgres could not see it.
        """
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            for pid in self._leftovers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            if wait_until(lambda: not self._leftovers(), 5):
                break
        lock = self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            if stat_of(int(lock.read_text().split()[0]))[1]:
                lock.unlink()

    def _leftovers(self) -> list[int]:
        """The Postgres processes that work in our data folder."""
        data, found = str(self.data.resolve()), []
        for folder in Path("/proc").glob("[0-9]*"):
            pid = int(folder.name)
            if stat_of(pid)[0] not in ("postgres", "postmaster") or not alive(pid):
                continue
            with contextlib.suppress(OSError):
                try:
                    ours = os.readlink(folder / "cwd") == data
                except PermissionError:  # root in a container may not look; the first process has it as argument
                    ours = str(self.data) in (folder / "cmdline").read_text(errors="replace").split("\0")
                if ours:
                    found.append(pid)
        return found

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:] if self.log.exists() else []
        telling = [line for line in lines if re.search(r"FATAL|PANIC|ERROR|not found|cannot", line)]
        return "\n".join(telling or lines)

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)

    def _check_reachable(self) -> None:
        for parent in self.folder.parents:
            if not parent.stat().st_mode & 0o001:
                raise SetupError(
                    f"Postgres runs as {self.user and self.user.pw_name}, who cannot enter {parent}: "
                    "set PORTAL_HOME to a folder elsewhere."
                )

    def _as_user(self) -> dict[str, Any]:
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str, say: str = "") -> None:
        result = subprocess.run(
            [f"{self.bin}/{program}", *arguments],
            cwd="/",
            env=self.env,
            input=say,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=die_with_parent(),
            **self._as_user(),
        )
        if result.returncode:
            raise SetupError(f"Making the database failed: {gist(result.stdout)}")
