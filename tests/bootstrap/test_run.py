"""`make run` as a whole: started, killed in each of its parts, started again, stopped.

The tests share one data folder and, as long as it lives, one run; who ends it says so in its name.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.types.json import Jsonb

from network.embedded.postgres import Cluster
from tests.bootstrap import portal as portals
from tests.bootstrap.portal import Portal, bootstrap, idle, living, within

JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('builtin', %s, %s) RETURNING id"
TIDY = "builtin:procrastinate.builtin_tasks.remove_old_jobs"
WORKER = "worker"  # part of its command line


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Portal]]:
    """All runs of this file, the last one perhaps still serving."""
    started: list[Portal] = []
    home = portals.new_home()
    portals.lend_demonstrated(home, tmp_path_factory)
    started.append(Portal(home))
    yield started
    started[-1].stop()
    portals.remove(home)


@pytest.fixture
def portal(runs: list[Portal]) -> Portal:
    """A portal that serves: the last run, or a new one over the same data when that has ended."""
    if runs[-1].process.poll() is not None:
        runs.append(Portal(runs[0].home))
    runs[-1].wait_ready()
    return runs[-1]


@pytest.fixture
def started(runs: list[Portal]) -> Portal:
    """A portal that found its data there: the last run, or a new one where that is the first or has ended."""
    if len(runs) == 1 or runs[-1].process.poll() is not None:
        runs[-1].stop()
        runs.append(Portal(runs[0].home))
    runs[-1].wait_ready()
    return runs[-1]


def add_job(address: str, task: str = TIDY, **arguments: int) -> int:
    """A job that was promised: its row is committed."""
    with psycopg.connect(address, autocommit=True) as database:
        row = database.execute(JOB, [task, Jsonb(arguments or {"max_hours": 999})]).fetchone()
    assert row
    return int(row[0])


def state(address: str, job: int) -> str:
    """What the queue says of the job; nothing while Postgres is away."""
    try:
        with psycopg.connect(address) as database:
            row = database.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()
    except psycopg.OperationalError:
        return ""
    return str(row[0]) if row else ""


def done(address: str, job: int) -> bool:
    """Whether the worker has finished the job."""
    return state(address, job) == "succeeded"


def write_until_it_fails(portal: Portal, acknowledged: list[int]) -> None:
    """Commit numbers one by one and remember those that the database said it has."""
    with portal.database() as database:
        database.execute("CREATE TABLE written (number int)")
        while True:
            try:
                database.execute("INSERT INTO written VALUES (%s)", [len(acknowledged)])
            except psycopg.OperationalError:
                return
            acknowledged.append(len(acknowledged))


def test_first_start_prepares_and_tells_the_logins(portal: Portal) -> None:
    secrets = json.loads((portal.home / "secrets.json").read_text())
    assert portal.status() == 200
    assert portal.status("/") == 200
    assert f"ready after {portal.seconds:.1f} s: {portal.url}/" in portal.output
    assert f"password {secrets['DEMO_PASSWORD']}\n" in portal.output
    assert secrets["SECRET_KEY"] not in portal.output
    assert portal.output.count("@example.org") == 10
    assert (portal.home / "secrets.json").stat().st_mode & 0o777 == 0o600
    with portal.database() as database:
        settings = "SELECT current_setting('fsync'), current_setting('synchronous_commit'), inet_server_port()"
        assert database.execute(settings).fetchone() == ("on", "on", None)


def test_a_second_run_of_the_same_checkout_is_refused(portal: Portal) -> None:
    code, _, complaint = bootstrap("run", portal.home)
    port = portal.url.rsplit(":", 1)[1]
    assert code == 1
    assert complaint.count("\n") == 1
    assert f"already running on port {port}, as process {portal.process.pid}" in complaint
    assert portal.status() == 200


def test_a_killed_worker_comes_back_and_never_stops_the_web(portal: Portal) -> None:
    first = portal.child(WORKER)
    os.kill(first, signal.SIGKILL)
    assert portal.status() == 200
    job = add_job(portal.address)
    assert within(10, lambda: done(portal.address, job))
    assert portal.child(WORKER) not in (0, first)
    assert "Job worker ended (killed by signal 9); started again in 0.5 s" in portal.output


def nothing_due(address: str) -> bool:
    """Whether the worker has done all that was due."""
    with psycopg.connect(address) as database:
        due = (
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' OR status = 'todo' AND scheduled_at IS NULL"
        )
        return database.execute(due).fetchone() == (0,)


def test_a_job_whose_worker_is_killed_in_the_middle_of_it_is_done_again(portal: Portal) -> None:
    assert within(60, lambda: nothing_due(portal.address))  # what a new portal has to read waits for the same table
    with portal.database() as holder, holder.transaction():
        holder.execute("LOCK TABLE network_change IN ACCESS EXCLUSIVE MODE")  # what the job works on
        job = add_job(portal.address, "shorten_changes", timestamp=0)
        assert within(30, lambda: state(portal.address, job) == "doing")
        os.kill(portal.child(WORKER), signal.SIGKILL)
        assert state(portal.address, job) == "doing"
    assert within(30, lambda: done(portal.address, job))
    with portal.database() as database:
        events = "SELECT count(*) FROM procrastinate_events WHERE job_id = %s AND type = 'started'"
        assert database.execute(events, [job]).fetchone() == (2,)


def test_a_killed_web_server_comes_back(portal: Portal) -> None:
    first = portal.child("gunicorn")
    os.kill(first, signal.SIGKILL)
    assert within(10, lambda: portal.child("gunicorn") != first)
    assert within(10, lambda: portal.status() == 200)


def test_killed_postgres_comes_back_with_every_acknowledged_write(portal: Portal) -> None:
    acknowledged: list[int] = []
    writer = threading.Thread(target=write_until_it_fails, args=(portal, acknowledged))
    writer.start()
    assert within(10, lambda: len(acknowledged) > 200)
    os.kill(portal.child("postgres"), signal.SIGKILL)
    writer.join(10)
    assert within(10, lambda: portal.status() == 200)
    with portal.database() as database:
        rows = {number for (number,) in database.execute("SELECT number FROM written")}
        database.execute("DROP TABLE written")
    assert rows >= set(acknowledged)
    job = add_job(portal.address)
    assert within(10, lambda: done(portal.address, job))


def test_while_postgres_is_away_pages_answer_503_in_time(portal: Portal) -> None:
    data, away = portal.home / "db" / "data", portal.home / "db" / "away"
    data.rename(away)  # so that it cannot come back at once
    try:
        os.kill(portal.child("postgres"), signal.SIGKILL)
        for path in ("/", "/healthz"):
            asked = time.monotonic()
            assert portal.status(path) == 503
            assert time.monotonic() - asked < idle(6)
        assert portal.process.poll() is None
    finally:
        away.rename(data)
    assert within(10, lambda: portal.status("/") == 200 == portal.status())
    job = add_job(portal.address)
    assert within(10, lambda: done(portal.address, job))


def test_a_killed_parent_leaves_no_process_and_loses_nothing(runs: list[Portal], portal: Portal) -> None:
    with portal.database() as database:
        database.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000)")
    job, family = add_job(portal.address), portal.family()
    portal.process.kill()
    portal.process.wait()
    assert within(10, lambda: not [pid for pid in family if living(pid)])
    runs.append(Portal(portal.home))
    runs[-1].wait_ready()
    assert runs[-1].status() == 200
    with runs[-1].database() as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
        database.execute("DROP TABLE kept")
    assert within(10, lambda: done(runs[-1].address, job))


def test_a_second_start_is_fast_and_has_nothing_to_do(started: Portal) -> None:
    assert started.seconds < idle(8)
    assert "as they were, nothing to do" in started.output


def test_ctrl_c_ends_all_of_it(portal: Portal) -> None:
    assert within(10, lambda: portal.status() == 200)
    family = portal.family()
    assert len(family) > 8  # the supervisor, gunicorn with two, the worker, Postgres with its own
    assert portal.stop() == 0
    assert not [pid for pid in family if living(pid)]
    assert portal.output.endswith("Stopped.\n")
    assert "Traceback" not in portal.output.split("Stopping")[1]


def test_another_database_and_make_that_ends_all_of_it_when_killed(runs: list[Portal]) -> None:
    home = runs[0].home
    runs[-1].stop()
    cluster = Cluster(home / "db", dict(os.environ), durable=True)
    cluster.start()
    try:
        runs.append(Portal(home, "make", "run", "PORT=0", f"DATABASE_URL={cluster.url}"))
        portal = runs[-1]
        portal.wait_ready()
        assert "Postgres of our own" not in portal.output
        cluster.stop()
        assert portal.status("/") == 503
        cluster.start()
        assert within(10, lambda: portal.status("/") == 200)
        job = add_job(cluster.url)
        assert within(10, lambda: done(cluster.url, job))
        family = portal.family()
        portal.process.kill()
        assert within(10, lambda: not [pid for pid in family - {portal.process.pid} if living(pid)])
        assert cluster.ready()
    finally:
        cluster.stop()
