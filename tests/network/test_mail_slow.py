"""A mail server that is slower than our patience: never twice, none lost unseen."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from network.jobs import post_envelope, take_up_forgotten
from network.models import Envelope, EnvelopeState, Letter
from tests import make
from tests.network import post

PATIENCE = 1  # seconds; the slow server takes longer
SENT, UNCLEAR, QUEUED = EnvelopeState.SENT, EnvelopeState.UNCLEAR, EnvelopeState.QUEUED


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Iterator[post.Box]:
    """A mail server in a process of its own, and a portal that waits for it a second."""
    settings.EMAIL_TIMEOUT = PATIENCE
    with post.server(settings, tmp_path) as server:
        yield server


def one(address: str) -> Envelope:
    person = make.person(email=address)
    return Letter.objects.write(subject="Kutsu", text="Tervetuloa.", to=[person]).envelopes.get()


def state(envelope: Envelope) -> str:
    envelope.refresh_from_db()
    return envelope.state


def try_everything_again(envelope: Envelope) -> None:
    """What the portal does by itself: the job once more, the sweep, and the jobs that it makes."""
    post_envelope(envelope.pk)
    take_up_forgotten(0)
    post.run_jobs()


def test_answer_that_comes_too_late_is_unclear_told_and_never_sent_again(db: None, box: post.Box) -> None:
    envelope = one("hidas@verkosto.example")
    began = time.monotonic()
    post_envelope(envelope.pk)
    assert PATIENCE <= time.monotonic() - began < post.SLOW
    assert state(envelope) == UNCLEAR
    assert "timed out" in envelope.answer
    try_everything_again(envelope)
    time.sleep(post.SLOW)
    assert (state(envelope), len(box.messages())) == (UNCLEAR, 1)


def test_server_that_stalls_before_the_message_has_taken_nothing_and_nothing_is_lost_unseen(
    db: None, box: post.Box
) -> None:
    envelope = one("jumissa@verkosto.example")
    post_envelope(envelope.pk)
    try_everything_again(envelope)
    time.sleep(post.SLOW)
    assert (state(envelope), box.messages()) == (UNCLEAR, [])


def test_server_that_never_greets_has_taken_nothing_and_the_envelope_waits(db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = PATIENCE
    envelope = one("a@verkosto.example")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.EMAIL_HOST, settings.EMAIL_PORT = mute.getsockname()
        with pytest.raises(OSError, match="timed out"):
            post_envelope(envelope.pk)
    assert state(envelope) == QUEUED


def test_slow_letter_holds_up_no_other(db: None, box: post.Box) -> None:
    slow, quick = one("hidas@verkosto.example"), one("a@verkosto.example")
    post_envelope(slow.pk)
    post_envelope(quick.pk)
    assert (state(slow), state(quick)) == (UNCLEAR, SENT)


def test_second_run_during_a_slow_answer_sends_nothing_and_the_answer_still_counts(
    transactional_db: None, box: post.Box, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 20
    envelope = one("hidas@verkosto.example")

    def first() -> None:
        try:
            post_envelope(envelope.pk)
        finally:
            connection.close()

    waiting = Thread(target=first)
    waiting.start()
    for _ in range(100):
        if box.messages():
            break
        time.sleep(0.02)
    post_envelope(envelope.pk)
    during = state(envelope)
    waiting.join(timeout=20)
    assert (during, state(envelope), len(box.messages())) == (UNCLEAR, SENT, 1)
