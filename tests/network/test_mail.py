"""Letters: written with the change, posted by a job through a real mail server, never twice, none lost unseen."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from network.jobs import NotTakenError, post_envelope, take_up_forgotten, take_up_stalled
from network.models import Envelope, EnvelopeState, Letter
from tests import make
from tests.network import post

SENT, REFUSED, UNCLEAR = EnvelopeState.SENT, EnvelopeState.REFUSED, EnvelopeState.UNCLEAR
QUEUED, SENDING = EnvelopeState.QUEUED, EnvelopeState.SENDING


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Iterator[post.Box]:
    """A mail server in a process of its own."""
    with post.server(settings, tmp_path) as server:
        yield server


def write(*addresses: str, subject: str = "Kutsu", text: str = "Hyvä jäsen, tervetuloa Åboon.") -> Letter:
    people = [make.person(email=address) for address in addresses]
    return Letter.objects.write(subject=subject, text=text, to=people)


def one(address: str, **words: str) -> Envelope:
    return write(address, **words).envelopes.get()


def state(envelope: Envelope) -> tuple[str, str]:
    envelope.refresh_from_db()
    return envelope.state, envelope.answer


# ── writing ──


def test_letter_has_an_envelope_and_a_job_for_each_receiver_with_an_address(db: None) -> None:
    people = [make.person(), make.person(), make.person(is_active=False)]
    letter = Letter.objects.write(subject="A", text="B", to=[*people, people[0]])
    assert set(letter.envelopes.values_list("person", "address", "state")) == {
        (person.pk, person.email, QUEUED) for person in people[:2]
    }
    jobs = ProcrastinateJob.objects.filter(task_name="post_envelope", status="todo")
    assert {job.args["envelope_id"] for job in jobs} == set(letter.envelopes.values_list("pk", flat=True))


def test_rollback_takes_the_letter_and_its_jobs_along(db: None) -> None:
    with transaction.atomic():
        write("a@verkosto.example")
        transaction.set_rollback(True)
    assert not Letter.objects.exists()
    assert not ProcrastinateJob.objects.exists()


# ── posting ──


def test_server_takes_it(db: None, box: post.Box) -> None:
    envelope = one("a@verkosto.example", subject="Kokous Ähtärissä\nja muuta")
    post_envelope(envelope.pk)
    assert state(envelope) == (SENT, "")
    assert envelope.sent_at is not None
    (message,) = box.messages()
    assert message["To"] == "a@verkosto.example"
    assert message["Subject"] == "Kokous Ähtärissä ja muuta"
    assert message["Message-ID"] == f"<kirje-{envelope.pk}@kumppanuusverkosto.invalid>"
    assert "Hyvä jäsen, tervetuloa Åboon." in message.get_content()


def test_run_twice_it_is_sent_once(db: None, box: post.Box) -> None:
    envelope = one("a@verkosto.example")
    post_envelope(envelope.pk)
    post_envelope(envelope.pk)
    assert len(box.messages()) == 1
    assert state(envelope) == (SENT, "")


def test_refused_receiver_is_told_with_the_servers_words(db: None, box: post.Box) -> None:
    envelope = one("kielto@verkosto.example")
    post_envelope(envelope.pk)
    assert state(envelope) == (REFUSED, "550 5.1.1 no such mailbox")
    post_envelope(envelope.pk)
    assert state(envelope)[0] == REFUSED
    assert box.messages() == []


def test_later_means_queued_again_and_a_retry(db: None, box: post.Box) -> None:
    envelope = one("myohemmin@verkosto.example")
    with pytest.raises(NotTakenError):
        post_envelope(envelope.pk)
    assert state(envelope) == (QUEUED, "451 4.7.1 come back later")
    Envelope.objects.filter(pk=envelope.pk).update(address="a@verkosto.example")
    post_envelope(envelope.pk)
    assert state(envelope)[0] == SENT


def test_server_away_leaves_it_queued_for_a_retry(db: None, box: post.Box) -> None:
    envelope = one("a@verkosto.example")
    box.stop()
    with pytest.raises(OSError, match="refused"):
        post_envelope(envelope.pk)
    assert state(envelope) == (QUEUED, "")


def test_answer_lost_after_the_message_is_unclear_and_never_resent(
    db: None, settings: Any, box: post.Box, tmp_path: Path
) -> None:
    envelope = one("katoaa@verkosto.example")
    post_envelope(envelope.pk)
    assert state(envelope)[0] == UNCLEAR
    assert len(box.messages()) == 1  # the server had taken it
    (tmp_path / "toinen").mkdir()
    with post.server(settings, tmp_path / "toinen") as other:
        post_envelope(envelope.pk)
        take_up_forgotten(0)
        post.run_jobs()
        assert other.messages() == []
    assert state(envelope)[0] == UNCLEAR


def test_left_in_sending_by_a_killed_worker_it_is_unclear(db: None, box: post.Box) -> None:
    envelope = one("a@verkosto.example")
    Envelope.objects.update(state=SENDING)
    post_envelope(envelope.pk)
    assert state(envelope)[0] == UNCLEAR
    assert box.messages() == []


def test_subject_that_no_header_holds_is_refused_not_stuck(db: None, box: post.Box) -> None:
    envelope = one("a@verkosto.example")
    Envelope.objects.update(address="a@verkosto.example\nBcc: b@verkosto.example")
    post_envelope(envelope.pk)
    assert state(envelope)[0] == REFUSED
    assert box.messages() == []


def test_envelope_without_a_job_gets_a_new_one(db: None) -> None:
    envelope = one("a@verkosto.example")
    take_up_forgotten(0)
    assert ProcrastinateJob.objects.count() == 1  # it has its job still
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    take_up_forgotten(0)
    jobs = ProcrastinateJob.objects.filter(status="todo")
    assert [job.args for job in jobs] == [{"envelope_id": envelope.pk}]


# ── the worker ──


@pytest.fixture
def queue(transactional_db: None) -> Iterator[None]:
    """An empty queue, and none left behind: its tables are no models of Django's, so no flush empties them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def work() -> None:
    """A real worker, with a connection of its own, until the queue is empty."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def test_worker_posts_what_is_queued(queue: None, box: post.Box) -> None:
    write("a@verkosto.example", "kielto@verkosto.example")
    work()
    assert set(Envelope.objects.values_list("address", "state")) == {
        ("a@verkosto.example", SENT),
        ("kielto@verkosto.example", REFUSED),
    }
    assert [str(message["To"]) for message in box.messages()] == ["a@verkosto.example"]


def test_job_of_a_killed_worker_is_taken_up(queue: None, box: post.Box) -> None:
    envelope = one("a@verkosto.example")
    with connection.cursor() as cursor:  # a worker took it and was killed before it began
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:

        async def take_up() -> None:
            async with worker_app.open_async():
                await take_up_stalled.func(timestamp=0)

        async_to_sync(take_up)()
    job = ProcrastinateJob.objects.get(task_name="post_envelope")
    assert (job.status, job.attempts) == ("todo", 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    assert state(envelope)[0] == SENT
    assert len(box.messages()) == 1


def test_job_that_waits_already_stops_no_other_from_being_taken_up(queue: None, box: post.Box) -> None:
    take_up_forgotten.defer(timestamp=0)
    envelope = one("a@verkosto.example")
    with connection.cursor() as cursor:  # both were begun by a worker that was killed
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    take_up_forgotten.defer(timestamp=1)  # and this one has been queued anew since
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:

        async def take_up() -> None:
            async with worker_app.open_async():
                await take_up_stalled.func(timestamp=0)

        async_to_sync(take_up)()
    found = ProcrastinateJob.objects.order_by("pk").values_list("task_name", "status")
    assert list(found) == [("take_up_forgotten", "failed"), ("post_envelope", "todo"), ("take_up_forgotten", "todo")]
    assert state(envelope)[0] == QUEUED


def test_worker_tries_again_when_the_server_is_away(queue: None, box: post.Box) -> None:
    envelope = one("a@verkosto.example")
    box.stop()
    work()
    job = ProcrastinateJob.objects.get(task_name="post_envelope")
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None
    assert state(envelope) == (QUEUED, "")


def test_worker_of_the_command_posts_too(queue: None, box: post.Box) -> None:
    """The command that `make run` starts, once through the queue."""
    envelope = one("a@verkosto.example")
    there = connection.settings_dict
    url = f"postgresql://{there['USER']}:{there['PASSWORD']}@/{there['NAME']}?" + urlencode(
        {"host": there["HOST"], "port": there["PORT"] or "5432"}
    )
    env = os.environ | {"DATABASE_URL": url, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(box.port)}
    command = [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert state(envelope)[0] == SENT
    assert len(box.messages()) == 1
