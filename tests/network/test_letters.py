"""Letters and pages: mail waits in the database, leaves once, and goes away with a change that is taken back."""

from datetime import date

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from network.jobs import post_envelope
from network.models import Body, Envelope, EnvelopeState, Letter, Page, Person
from tests import make
from tests.breaking import breaks


def write(*to: Person) -> Letter:
    """Write a letter to these people."""
    return Letter.objects.write(subject="Kutsu", text="Tervetuloa.", to=to)


@pytest.fixture
def _no_jobs(transactional_db: None) -> None:
    """The queue is not ours, so nothing empties it after a test that commits."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def queued() -> list[int]:
    """The envelopes that jobs wait to post."""
    return sorted(job.args["envelope_id"] for job in ProcrastinateJob.objects.filter(task_name="post_envelope"))


@pytest.mark.django_db
def test_a_person_gets_a_letter_once(member: Person) -> None:
    letter = write(member)
    breaks(
        Envelope(letter=letter, person=member, address="toinen@verkosto.example"),
        "envelope_one_per_person",
        says="The person already gets this letter.",
    )


@pytest.mark.django_db
def test_the_state_of_an_envelope_is_known(member: Person) -> None:
    envelope = write(member).envelopes.get()
    envelope.state = "lost"
    breaks(envelope, "envelope_state_known", says="Value 'lost' is not a valid choice.", on="state")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_jobs")
def test_a_letter_waits_with_a_job_for_everybody_who_has_an_address(area: Body, member: Person, chair: Person) -> None:
    silent = make.person(is_active=False)
    letter = Letter.objects.write(
        subject="Kutsu", text="Tervetuloa.", to=[member, chair, silent, member], about_body=area, created_by=chair
    )
    envelopes = letter.envelopes.all()
    assert {(e.person, e.address, e.state) for e in envelopes} == {
        (member, member.email, EnvelopeState.QUEUED),
        (chair, chair.email, EnvelopeState.QUEUED),
    }
    assert queued() == sorted(e.pk for e in envelopes)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_jobs")
def test_a_change_taken_back_takes_its_mail_with_it(member: Person) -> None:
    with transaction.atomic():
        write(member)
        transaction.set_rollback(True)
    assert (Letter.objects.count(), Envelope.objects.count(), queued()) == (0, 0, [])


@pytest.mark.django_db
def test_an_envelope_moves_only_from_the_state_seen(member: Person) -> None:
    envelope = write(member).envelopes.get()
    twin = Envelope.objects.get(pk=envelope.pk)
    assert envelope.move(EnvelopeState.QUEUED, EnvelopeState.SENDING)
    assert not twin.move(EnvelopeState.QUEUED, EnvelopeState.SENDING)
    envelope.refresh_from_db()
    assert (envelope.state, twin.state) == (EnvelopeState.SENDING, EnvelopeState.QUEUED)


@pytest.mark.django_db
def test_a_job_that_runs_twice_sends_once(member: Person) -> None:
    envelope = write(member).envelopes.get()
    for _ in range(2):
        post_envelope(envelope_id=envelope.pk)
    envelope.refresh_from_db()
    assert (envelope.state, envelope.sent_at is not None) == (EnvelopeState.SENT, True)
    assert [(message.to, message.subject) for message in mail.outbox] == [([member.email], "Kutsu")]


@pytest.mark.django_db
def test_an_envelope_that_a_killed_worker_left_is_unclear_and_never_sent_again(member: Person) -> None:
    envelope = write(member).envelopes.get()
    envelope.move(EnvelopeState.QUEUED, EnvelopeState.SENDING)
    for _ in range(2):
        post_envelope(envelope_id=envelope.pk)
    envelope.refresh_from_db()
    assert (envelope.state, mail.outbox) == (EnvelopeState.UNCLEAR, [])


@pytest.mark.django_db
def test_a_letter_keeps_the_address_of_its_moment(member: Person) -> None:
    envelope = write(member).envelopes.get()
    old = member.email
    Person.objects.filter(pk=member.pk).update(email="uusi@verkosto.example")
    envelope.refresh_from_db()
    assert envelope.address == old


# ── pages ──


@pytest.mark.django_db
def test_the_address_of_a_page_is_its_own() -> None:
    make.page(slug="historia")
    breaks(
        Page(slug="historia", title_fi="Toinen"),
        "network_page_slug_key",
        says="Page with this Address already exists.",
        on="slug",
    )


@pytest.mark.django_db
def test_the_language_of_a_page_is_known() -> None:
    page = make.page()
    page.source_language = "de"
    breaks(page, "page_source_language_known", says="Value 'de' is not a valid choice.", on="source_language")


@pytest.mark.parametrize(
    ("written_on", "translated_on", "outdated"),
    [
        (date(2018, 5, 1), date(2018, 4, 30), True),
        (date(2018, 5, 1), date(2018, 5, 1), False),
        (None, date(2018, 5, 1), False),
        (date(2018, 5, 1), None, False),
    ],
)
def test_a_translation_older_than_its_source_says_so(
    written_on: date | None, translated_on: date | None, outdated: bool
) -> None:
    page = Page(written_on=written_on, translated_on=translated_on)
    assert page.is_outdated_translation is outdated


def test_a_page_is_read_in_the_readers_language() -> None:
    page = Page(title_fi="Historia", title_sv="Historik", menu_fi="Vaiheet")
    read = []
    for code in ("fi", "sv", "en"):
        with override(code):
            read.append((page.title, page.menu))
    assert read == [("Historia", "Vaiheet"), ("Historik", "Vaiheet"), ("Historia", "Vaiheet")]
