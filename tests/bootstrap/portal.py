"""A real `make run` in a data folder of its own, and eyes on all that it starts."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from network.embedded.postgres import Cluster
from network.embedded.processes import stat_of, wait_until
from tests import demonstrated

CHECKOUT = Path(__file__).resolve().parent.parent.parent
WHOLE_START = "PORTAL_WHOLE_START"  # set, the first start of `make run` has an empty folder and writes everything
# What the test run itself is told, and a run of its own must not be.
OURS = {
    *("DATABASE_URL", "DB_POOL", "DEMO", "DEMO_PASSWORD", "DJANGO_SETTINGS_MODULE", "EMAIL_HOST", "EMAIL_PORT"),
    *("MEDIA_ROOT", "STATIC_ROOT", "STATIC_STORAGE", "PORT", "PORTAL_HOME", "PORTAL_URL", "SECRET_KEY"),
    *("ALLOWED_HOSTS", "DJANGO_ALLOW_ASYNC_UNSAFE", "STATIC_FINDERS", "ROW", "ARGS", "MAKEFLAGS", "MAKELEVEL"),
}


def clean(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a developer who has just opened a terminal."""
    mine = {n: value for n, value in os.environ.items() if n not in OURS and not n.startswith("PYTEST")}
    plain = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"  # compressing takes ten seconds
    return mine | {"PORTAL_HOME": str(home), "STATIC_STORAGE": plain} | variables


def new_home() -> Path:
    """An empty data folder that Postgres can reach when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir="/var/tmp"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def bootstrap(command: str, home: Path, **variables: str) -> tuple[int, str, str]:
    """Run a command to its end: exit code, what it printed, what it complained of."""
    with start(command, home, **variables) as process:
        output, complaint = process.communicate(timeout=60)
    return process.returncode, output, complaint


def start(command: str, home: Path, **variables: str) -> subprocess.Popen[str]:
    """Start a command of bootstrap.py."""
    return subprocess.Popen(
        [sys.executable, "bootstrap.py", command],
        cwd=CHECKOUT,
        env=clean(home, **variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Portal:
    """One run of the portal, started by bootstrap.py or, with a terminal's words, by make."""

    def __init__(self, home: Path, *make: str) -> None:
        self.home, self.log = home, home / "test-output"
        command = [*make, f"PYTHON={sys.executable}"] if make else [sys.executable, "bootstrap.py", "run"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=clean(home, PORT="0"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_ready(self, seconds: float = 120) -> None:
        """Wait for the address to be printed."""

        def printed() -> bool:
            assert self.process.poll() is None, self.output
            return "The portal is ready" in self.output

        assert within(seconds, printed), self.output

    @property
    def output(self) -> str:
        """All that it printed so far."""
        return self.log.read_text()

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self._facts()['port']}"

    @property
    def seconds(self) -> float:
        """How long it says its start took."""
        return float(self.output.split("ready after ")[1].split(" s")[0])

    @property
    def address(self) -> str:
        """Its own database."""
        return str(self._facts()["database"])

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return facts

    def status(self, path: str = "/healthz", seconds: float = 10) -> int:
        """The code of a page; 0 when there was no answer."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=seconds) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def database(self) -> psycopg.Connection:
        """A connection of the test's own."""
        return psycopg.connect(self.address, autocommit=True, connect_timeout=3)

    def child(self, name: str) -> int:
        """The process that the supervisor itself has started: postgres, gunicorn or worker, once it is there.

        Never a number that stands for more than one process: a signal to 0 would end the tests themselves.
        """
        found: list[int] = []

        def there() -> bool:
            mine = (pid for pid in self.family() if parent_of(pid) == self.process.pid)
            found[:] = [pid for pid in mine if pid > 1 and name in command_of(pid)]
            return bool(found)

        assert within(20, there), f"no {name} was started"
        return found[0]

    def family(self) -> set[int]:
        """The supervisor and all that descends from it."""
        parents = {int(path.name): parent_of(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return {pid for pid in family if living(pid)}

    def stop(self) -> int:
        """Stop it as Ctrl-C does, or make sure that it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def parent_of(pid: int) -> int:
    """The parent's number; 0 when the process is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def living(pid: int) -> bool:
    """Whether it runs: a zombie that nobody has collected is dead."""
    return stat_of(pid)[1] not in ("", "Z", "X")


def command_of(pid: int) -> str:
    """Its command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def idle(seconds: float) -> float:
    """A bound for an idle machine; one that is busy with other things is given its share more."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Whether it comes true in time."""
    return wait_until(condition, idle(seconds), 0.2)


def lend_demonstrated(home: Path, factory: pytest.TempPathFactory) -> None:
    """Give a new data folder the demonstration that other tests look at, so that the first start finds it written.

    It is made by the very commands that the start then runs again. Where WHOLE_START is set it does all of it.
    """
    if os.environ.get(WHOLE_START):
        return
    cluster = Cluster(home / "db", dict(os.environ), durable=True)
    with demonstrated.copied(f"lent_{os.getpid()}", factory) as (source, files):
        dump = subprocess.run([cluster.bin / "pg_dump", "-d", source], capture_output=True, check=True).stdout
        shutil.copytree(files, home / "files")
    cluster.create()
    cluster.start()
    subprocess.run([cluster.bin / "psql", "-q1", "-o", os.devnull, "-d", cluster.url], input=dump, check=True)
    cluster.stop()


def remove(home: Path) -> None:
    """Forget the data folder."""
    shutil.rmtree(home, ignore_errors=True)
