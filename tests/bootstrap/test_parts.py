"""The parts behind the commands, each alone: keeping children alive, keeping secrets, taking turns, rows."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from network.embedded.console import SetupError, gist
from network.embedded.home import Home, in_memory
from network.embedded.needs import newest
from network.embedded.supervisor import LONGEST_PAUSE, Service, Supervisor
from network.embedded.system import System
from tests import rows
from tests.bootstrap.portal import CHECKOUT


def child(*command: str) -> subprocess.Popen[bytes]:
    """A process in a session of its own, as the supervisor expects."""
    return subprocess.Popen(command, start_new_session=True)


def test_who_keeps_dying_is_started_ever_more_slowly_and_harms_nobody() -> None:
    steady = Service("Web server", lambda: child("sleep", "60"))
    dying = Service("Job worker", lambda: child("false"))
    supervisor, pauses = Supervisor([steady, dying]), set()
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        supervisor.look()
        pauses.add(dying.pause)
        time.sleep(0.02)
    first = steady.process
    supervisor.stop()
    assert {0.5, 1.0, 2.0} <= pauses
    assert max(pauses) <= LONGEST_PAUSE
    assert first
    assert first.returncode == -15
    assert steady.failures == 0


def test_a_program_that_is_not_there_is_tried_again() -> None:
    service = Service("Job worker", lambda: child("/no/such/program"))
    service.look()
    assert service.failures == 1
    assert service.due > time.monotonic()


def test_users_of_the_database_wait_for_it_and_start_anew_after_it() -> None:
    answers = [False]
    postgres = Service("Postgres", lambda: child("sleep", "60"))
    worker = Service("Job worker", lambda: child("sleep", "60"), needs_database=True)
    postgres.start()
    supervisor = Supervisor([postgres, worker], lambda: answers[0])
    supervisor.look()
    first = worker.process
    assert first
    assert postgres.process
    postgres.process.kill()
    postgres.process.wait()
    supervisor.look()
    postgres.due = 0
    supervisor.look()
    supervisor.look()
    assert worker.process is first  # Postgres runs again but does not answer yet
    answers[0] = True
    supervisor.look()
    assert worker.process is not first
    assert first.poll() is not None
    supervisor.stop()


def test_secrets_are_made_once(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    first = Home(tmp_path).secrets()
    assert Home(tmp_path).secrets() == first
    assert len(first["SECRET_KEY"]) >= 50
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_one_run_at_a_time_and_the_lock_ends_with_its_holder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    holder, other = Home(tmp_path), Home(tmp_path)
    assert other.running() == {}
    holder.claim(port=8000)
    assert other.running()["port"] == 8000
    with pytest.raises(SetupError, match="already running on port 8000"):
        other.claim()
    holder.release()
    other.claim()


def test_passing_files_lie_in_memory_or_in_the_folder_itself_and_begin_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, memory = Home(tmp_path / "home"), tmp_path / "memory"
    memory.mkdir()
    for base, lies_in in ((memory, memory), (None, home.folder)):
        monkeypatch.setattr("network.embedded.home.in_memory", lambda megabytes, base=base: base)
        for _ in range(2):
            folder = home.passing(1)
            assert folder.parent == lies_in
            assert list(folder.iterdir()) == []
            assert folder.stat().st_mode & 0o777 == 0o700
            (folder / "left behind").touch()
    monkeypatch.undo()
    assert in_memory(10**9) is None  # nowhere is so much room


def test_the_second_waits_for_its_turn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o700)
    home, order = Home(tmp_path), []

    def second() -> None:
        with home.turn("test", "running the tests"):
            order.append("second")

    with home.turn("test", "running the tests"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(5)
    assert order == ["first", "second"]
    assert "Waiting: another make is running the tests." in capsys.readouterr().out


def test_the_newest_is_the_highest_number(tmp_path: Path) -> None:
    for version in ("9", "15", "13"):
        (tmp_path / version / "bin").mkdir(parents=True)
    assert newest(tmp_path, "*/bin") == str(tmp_path / "15" / "bin")
    assert newest(tmp_path, "none/*") is None


def test_what_is_on_the_machine_is_used_and_the_environment_left_alone(tmp_path: Path) -> None:
    system = System("run", cache=tmp_path)
    system.needs = {}
    system.provide()
    assert system.environment() == dict(os.environ)


def test_the_gist_of_a_traceback_is_its_last_line() -> None:
    output = "Traceback (most recent call last):\n  File x\ndjango.db.utils.ProgrammingError: no table\n\nHINT: x"
    assert gist(output) == "django.db.utils.ProgrammingError: no table"
    assert gist("psql: could not extend file: No space left on device") == "the disk is full"


def test_rows_are_told_by_their_tests() -> None:
    assert len(rows.ROWS) == 120
    assert rows.named("f1, N5") == {"F01", "N5"}
    with pytest.raises(pytest.UsageError, match="no row F101"):
        rows.named("F101")
    assert rows.verdict([]) == "none"
    assert rows.verdict([("passed", False), ("passed", True)]) == "yes"
    assert rows.verdict([("passed", True)]) == "partly"
    assert rows.verdict([("passed", False), ("not run", False)]) == "partly"
    assert rows.verdict([("passed", False), ("failed", True)]) == "failed"
    assert rows.verdict([("skipped", False)]) == "none"
    shown = {"t.py::a[x]": [("F01", False)], "t.py::a[y]": [("F01", False)], "t.py::b": [("N20", True)]}
    lines = rows.table(shown, {"t.py::a[x]": "passed", "t.py::a[y]": "passed"})
    assert len(lines) == 120
    assert lines[0].split() == ["F01", "yes", "t.py::a"]
    assert lines[-1].split() == ["N20", "none", "t.py::b", "(part)", "[not", "run]"]


def test_a_row_picks_its_tests(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text(
        "import pytest\n\n@pytest.mark.row('F11')\ndef test_one():\n    pass\n\ndef test_other():\n    assert False\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.rows", "-p", "no:django", "-c", "/dev/null"]
    env = {"PYTHONPATH": str(CHECKOUT), "PATH": "/usr/bin:/bin"}
    result = subprocess.run([*command, "--row=F11", str(tmp_path)], env=env, capture_output=True, text=True)
    assert "1 passed, 1 deselected" in result.stdout
