"""The private data folder of one checkout: the database, uploaded files, secrets, locks, logs."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from network.embedded.console import SetupError, free_megabytes, say

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SOCKET_LIMIT = 104 - len("/test/socket/.s.PGSQL.5432")  # the kernel's bound on the path of a local socket
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike: the demo password is typed by hand


def home_folder() -> Path:
    """Where this checkout keeps its data: `PORTAL_HOME`, else a folder of its own outside the checkout.

    Outside, for `git clean` must not delete a database, and Postgres must be able to reach it although a
    checkout of root may lie in a closed folder. Not in /var/tmp if it can be helped: newer systems empty that
    after thirty days.
    """
    if wish := os.environ.get("PORTAL_HOME"):
        return Path(wish).expanduser().absolute()
    name = f"portal-{hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]}"
    user = Path(os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share"))
    base = Path("/var/lib") if os.geteuid() == 0 else user
    folder = base / name
    if len(str(folder)) <= SOCKET_LIMIT and _writable(base):
        return folder
    return Path("/var/tmp") / f"{name}-{os.geteuid()}"  # noqa: S108 (its owner is checked below)


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def in_memory(megabytes: int) -> Path | None:
    """A place in memory that is there for everybody and has this much room; None on a machine without one.

    Making and removing a small file there takes microseconds, on some disks milliseconds.
    """
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/mounts").read_text().splitlines():
            _what, place, kind, options = line.split()[:4]
            folder = Path(place)
            if kind != "tmpfs" or "noexec" in options.split(",") or not os.access(folder, os.W_OK | os.X_OK):
                continue
            if stat.S_IMODE(folder.stat().st_mode) == 0o1777 and free_megabytes(folder) >= megabytes:
                return folder
    return None


class Home:
    """The folder itself: made once, ours alone, and able to say who is using it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or home_folder()
        self.logs = self.folder / "log"
        self._held: list[IO[str]] = []
        if len(str(self.folder)) > SOCKET_LIMIT:
            raise SetupError(f"The path of the data folder is too long for a local socket: {self.folder}")
        # Root's Postgres runs as another user, who must pass through; what is secret in here is 0600 or 0700.
        self.folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        status = self.folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise SetupError(f"The data folder {self.folder} belongs to someone else or is open to others.")
        self.logs.mkdir(mode=0o700, exist_ok=True)

    def passing(self, megabytes: int) -> Path:
        """A new empty folder for files that nobody misses: in memory where it has this much room, else in here."""
        base = in_memory(megabytes)
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:6]
        folder = base / f"p-{name}" if base else None  # short: the path of a socket in it has hardly a hundred letters
        for place in filter(None, (folder, self.folder / "passing")):
            shutil.rmtree(place, ignore_errors=True)
            with contextlib.suppress(FileExistsError):  # somebody else's, who may not be trusted
                place.mkdir(mode=0o700)
                return place
        raise SetupError(f"The folder {self.folder / 'passing'} cannot be emptied.")

    def read(self, name: str) -> dict[str, Any]:
        """A small file of facts; empty when there is none or it is broken."""
        try:
            facts = json.loads((self.folder / name).read_text())
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def write(self, name: str, facts: dict[str, Any]) -> None:
        """Keep facts for our eyes only, whole or not at all."""
        new = self.folder / f"{name}.new"
        with open(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            json.dump(facts, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / name)

    def secrets(self) -> dict[str, str]:
        """The secret key and the demo password, made once."""
        kept = self.read("secrets.json")
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DEMO_PASSWORD": "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3)),
        } | kept
        if made != kept:
            self.write("secrets.json", made)
        return made

    def claim(self, **facts: Any) -> None:
        """Be the one command that runs the portal of this checkout, or say which process already does."""
        file = self._open("run.lock")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(self._occupied()) from None
        self._held.append(file)
        self.announce(**facts)

    def release(self) -> None:
        """Let another command run."""
        while self._held:
            self._held.pop().close()

    def announce(self, **facts: Any) -> None:
        """Write into the lock who we are and where we serve."""
        self.write("run.json", {"pid": os.getpid(), **facts})

    def running(self) -> dict[str, Any]:
        """What the running command has announced; empty when none runs."""
        with self._open("run.lock") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return self.read("run.json") or {"pid": 0}
        return {}

    def _occupied(self) -> str:
        facts = self.read("run.json")
        port = f" on port {facts['port']}" if facts.get("port") else ""
        return (
            f"This checkout is already running{port}, as process {facts.get('pid', 'unknown')}. "
            "Stop that one first (Ctrl-C there), or set PORTAL_HOME to another data folder."
        )

    @contextlib.contextmanager
    def turn(self, name: str, what: str) -> Iterator[None]:
        """One at a time; who comes second is told so and waits."""
        with self._open(f"{name}.lock") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Waiting: another make is {what}.")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _open(self, name: str) -> IO[str]:
        return open(os.open(self.folder / name, os.O_CREAT | os.O_RDWR, 0o600), "w")
