"""The demonstration's meetings: they hold everything that the record holds, and each login has something to do."""

import hashlib
import io
import zipfile
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import magic
import pytest
from django.conf import settings as installation
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from documents.models import Attachment, Document, Version
from documents.uploads import examine
from meetings.management.demo_calendar import NOW
from meetings.models import (
    Action,
    Attendance,
    FormerNumber,
    Item,
    Meeting,
    Minutes,
    Notice,
    Outcome,
    Review,
    Series,
    Signature,
    State,
)
from meetings.pdf import edition_name
from meetings.printed import Edition
from network.models import Body, Envelope, EnvelopeState, Letter, Person
from network.visibility import Visibility
from tests.demo.test_demo import LOGINS, login_of
from tests.demonstrated import PASSWORD

pytestmark = pytest.mark.django_db

WRITTEN = (
    Meeting, Item, Minutes, Attendance, Action, Review, Signature, Series, FormerNumber, Notice, Letter, Envelope,
    Document, Version, Attachment,
)  # fmt: skip


def held() -> Any:
    """The meetings that were opened."""
    return Meeting.objects.filter(opened_at__isnull=False)


# ── written once ──


@pytest.mark.parametrize("command", ["demo_meetings", "demo_documents"])
def test_refused_outside_demonstration_mode(command: str, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command(command)


def test_a_second_run_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    before = {model: list(model.objects.order_by("pk").values()) for model in WRITTEN}
    files = sorted(path for path in Path(installation.MEDIA_ROOT).rglob("*") if path.is_file())
    for command in ("demo", "demo_meetings", "demo_documents"):
        call_command(command, verbosity=0)
    assert before == {model: list(model.objects.order_by("pk").values()) for model in WRITTEN}
    assert files == sorted(path for path in Path(installation.MEDIA_ROOT).rglob("*") if path.is_file())


def test_nothing_is_sent() -> None:
    assert not ProcrastinateJob.objects.filter(task_name__in=("post_envelope", "publish_minutes")).exists()
    states = Counter(Envelope.objects.values_list("state", flat=True))
    assert set(states) == {EnvelopeState.SENT, EnvelopeState.REFUSED, EnvelopeState.UNCLEAR}
    assert states[EnvelopeState.REFUSED] == states[EnvelopeState.UNCLEAR] == 1


# ── numbers ──


def test_every_body_meets() -> None:
    idle = Body.objects.filter(is_recorded=False, is_proposed=False, meetings=None)
    assert not idle.exists()
    assert 240 <= Meeting.objects.count() <= 300


def test_meetings_are_numbered_without_gaps() -> None:
    numbers: dict[Any, list[Any]] = defaultdict(list)
    for model in (Meeting, FormerNumber):
        for body, year, number in model.objects.filter(number__isnull=False).values_list("body", "year", "number"):
            numbers[body, year].append(number)
    assert numbers
    last = {(row.body_id, row.year): row.last_meeting for row in Series.objects.all()}
    assert {key: sorted(found) for key, found in numbers.items()} == {
        key: list(range(1, count + 1)) for key, count in last.items()
    }


def test_sections_are_numbered_without_gaps_in_the_order_of_the_meetings() -> None:
    sections: dict[int, list[int]] = defaultdict(list)
    items = Item.objects.exclude(section=None).order_by("series", "meeting__starts_at", "position")
    for series, section in items.values_list("series", "section"):
        sections[series].append(section)
    assert sections
    last = dict(Series.objects.filter(last_section__gt=0).values_list("pk", "last_section"))
    assert dict(sections) == {series: list(range(1, count + 1)) for series, count in last.items()}


def test_agenda_points_run_from_one() -> None:
    for meeting in Meeting.objects.prefetch_related("items"):
        positions = sorted(item.position for item in meeting.items.all())
        assert positions == list(range(1, len(positions) + 1))


def test_opened_items_have_sections_where_the_body_has_them() -> None:
    items = Item.objects.filter(meeting__opened_at__isnull=False)
    assert not items.filter(section=None, meeting__body__uses_sections=True).exists()
    assert not Item.objects.exclude(section=None).filter(meeting__opened_at=None).exists()


# ── as the verbs would leave them ──


def test_every_state_is_there() -> None:
    states = Counter(Minutes.objects.values_list("state", flat=True))
    assert set(states) == set(State.values)
    assert states[State.PUBLISHED] > 150
    assert set(Item.objects.values_list("outcome", flat=True)) == {"", *Outcome.values}
    assert Meeting.objects.filter(called_at=None).exists()
    unbegun = Meeting.objects.filter(called_at__isnull=False, opened_at=None, cancelled_at=None)
    assert unbegun.filter(starts_at__lt=NOW).exists()
    assert unbegun.filter(starts_at__gt=NOW).exists()
    assert Minutes.objects.filter(state=State.DRAFT).exclude(remark="").exists()
    assert Minutes.objects.filter(state=State.APPROVED).annotate(n=Count("signatures")).filter(n=1).exists()


def test_what_is_out_of_the_ordinary_is_there() -> None:
    assert Meeting.objects.filter(cancelled_at__isnull=False).count() == 1
    former = FormerNumber.objects.get()
    assert (former.year, former.meeting.year) == (2025, 2026)
    assert former.meeting.moved_from
    few = Meeting.objects.get(is_quorate=False)
    taken = few.items.filter(outcome=Outcome.NOT_HANDLED, carried_to__isnull=False)
    assert taken.count() >= 2
    late = Item.objects.exclude(late_reason="")
    assert late.filter(inspected_at__isnull=False).exists()
    narrow = Item.objects.filter(meeting__visibility=Visibility.PUBLIC, visibility=Visibility.BODY)
    assert narrow.filter(meeting__minutes__state=State.PUBLISHED).exists()
    assert Minutes.objects.filter(approved_in__isnull=False).count() == 1
    assert Attendance.objects.filter(person=None).count() > 10
    assert Attendance.objects.filter(for_term__isnull=False, has_vote=True).count() > 10
    assert Meeting.objects.filter(language="sv").count() > 5


def test_nothing_that_was_left_open_is_forgotten_or_taken_up_twice() -> None:
    for body in Body.objects.filter(is_recorded=False, is_proposed=False):
        last = body.meetings.order_by("-starts_at").first()
        assert last
        assert list(Item.objects.left_for(last)) == []


def test_those_who_decided_were_enough() -> None:
    for meeting in held().prefetch_related("attendances"):
        there, needed = meeting.quorum
        assert (there >= needed) is meeting.is_quorate


def test_moments_follow_each_other() -> None:
    assert not Meeting.objects.filter(called_at__gte=F("opened_at")).exists()
    for first, then in pairwise(("meeting__ends_at", "submitted_at", "approved_at", "signed_at", "published_at")):
        assert not Minutes.objects.filter(**{f"{first}__gt": F(then)}).exists(), (first, then)
    assert not Review.objects.filter(accepted_at__lt=F("minutes__submitted_at")).exists()
    assert not Signature.objects.filter(signed_at__lt=F("minutes__approved_at")).exists()


def test_no_minutes_left_the_desk_with_blanks() -> None:
    items = Item.objects.filter(meeting__minutes__isnull=False).exclude(meeting__minutes__state=State.DRAFT)
    assert not [item for item in items if item.is_blank]
    drafts = Minutes.objects.filter(state=State.DRAFT, remark="").select_related("meeting")
    assert all(minutes.blanks for minutes in drafts)


def test_inspectors_were_there_and_do_not_sign() -> None:
    for review in Review.objects.select_related("minutes__meeting"):
        meeting = review.minutes.meeting
        assert review.person_id not in (meeting.chaired_by_id, meeting.minuted_by_id)
        assert meeting.attendances.filter(person=review.person_id, presence__in=("present", "remote")).exists()


def test_signatures_bind_the_rows() -> None:
    signed = Minutes.objects.annotate(n=Count("signatures")).filter(n__gt=0)
    assert signed.count() > 150
    for minutes in signed.select_related("meeting__body").prefetch_related("signatures"):
        assert {signature.sha256 for signature in minutes.signatures.all()} == {minutes.digest()}


def test_decisions_by_the_hundred() -> None:
    assert Item.objects.decisions().count() > 500
    assert Item.objects.in_force().count() > 400


# ── desks ──


@pytest.mark.parametrize("name", sorted(LOGINS))
def test_each_login_has_something_to_do(name: str) -> None:
    person = login_of(name)
    inspects = Minutes.objects.inspected_by(person).filter(reviews__person=person, reviews__accepted_at__isnull=True)
    signs = Minutes.objects.waiting_for(person)
    asked = Action.objects.owned_by(person).open()
    assert inspects.exists() or signs.exists() or asked.exists()


def test_the_secretary_has_each_step_before_her() -> None:
    mine = Meeting.objects.filter(body__slug="turvallisuuspalvelut")
    assert mine.filter(called_at=None, items__isnull=False).exists()
    assert mine.filter(called_at__isnull=False, opened_at=None).count() == 1
    draft = Minutes.objects.get(meeting__in=mine, state=State.DRAFT)
    assert draft.blanks
    assert draft.meeting.minuted_by == login_of("sihteeri")
    review = Minutes.objects.get(meeting__in=mine, state=State.REVIEW)
    assert review.reviews.filter(person=login_of("jasen"), accepted_at=None).exists()
    assert Minutes.objects.waiting_for(login_of("puheenjohtaja")).filter(meeting__in=mine).exists()


def test_actions_are_open_done_and_late() -> None:
    assert Action.objects.filter(done_on__isnull=False).count() > 100
    assert Action.objects.open().count() > 20
    assert Action.objects.late().count() > 5
    assert not Action.objects.filter(done_on__isnull=False, report="").exists()


# ── files ──


def test_every_published_record_has_its_own_file() -> None:
    rendered = 0
    for minutes in Minutes.objects.filter(state=State.PUBLISHED).select_related("meeting__body"):
        content = minutes.pdf.storage.open(minutes.pdf.name).read()
        assert content.startswith(b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == minutes.sha256
        rendered += "poytakirja.json" in PdfReader(io.BytesIO(content)).attachments
    assert rendered == 3


def test_a_plain_record_says_what_it_is() -> None:
    meeting = Meeting.objects.get(body__slug="hallitus", year=2025, number=1)
    reader = PdfReader(io.BytesIO(meeting.minutes.pdf.read()))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Pelastusjohtajien hallitus" in text
    assert "1/2025" in text
    assert "21.1.2025" in text
    assert "esittelyaineistoa" in text
    assert reader.root_object["/Lang"] == "fi"


def test_narrower_editions_lie_beside_the_record() -> None:
    narrowed = Q(meeting__items__visibility=Visibility.BODY) & Q(meeting__visibility=Visibility.PUBLIC)
    minutes = Minutes.objects.filter(narrowed, state=State.PUBLISHED).first()
    assert minutes
    for edition in (Edition.NETWORK, Edition.PUBLIC):
        assert minutes.pdf.storage.exists(edition_name(str(minutes.pdf.name), edition))


def test_every_document_opens_and_is_what_its_name_says() -> None:
    versions = list(Version.objects.select_related("document"))
    endings = Counter(version.filename.rsplit(".", 1)[-1] for version in versions)
    assert set(endings) == {"pdf", "docx", "odt"}
    for version in versions:
        with version.file.open() as file:
            content = file.read()
            assert examine(file, version.filename) == version.content_type
        assert hashlib.sha256(content).hexdigest() == version.sha256
        assert magic.from_buffer(content, mime=True) == version.content_type
        if version.filename.endswith(".pdf"):
            assert PdfReader(io.BytesIO(content)).pages[0].extract_text()
        else:
            assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_attachments_and_documents_of_bodies() -> None:
    assert Attachment.objects.count() == 60
    assert not Attachment.objects.filter(released_at=None).exists()
    own = Document.objects.filter(versions__isnull=False, visibility__isnull=False).distinct()
    assert own.count() == 20
    assert set(own.values_list("visibility", flat=True)) == set(Visibility.values)
    assert set(own.annotate(n=Count("versions")).values_list("n", flat=True)) == {1, 2, 3}


def test_everybody_in_the_record_is_invented() -> None:
    people = Person.objects.filter(Q(attendances__isnull=False) | Q(actions__isnull=False)).distinct()
    assert people.count() > 200
    assert not people.exclude(email__endswith="@example.org").exists()
