"""The record holds: raw SQL against frozen rows is refused by name in every state, and everything goes in a draft."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from documents.models import Attachment
from meetings.models import (
    Attendance,
    Capacity,
    Item,
    Meeting,
    Minutes,
    Outcome,
    Review,
    Signature,
    State,
)
from network.models import Body, Inspection
from tests import make
from tests.breaking import delete, insert, refused, update

pytestmark = pytest.mark.django_db
LATER = (State.REVIEW, State.APPROVED, State.SIGNED, State.PUBLISHED)
APPROVED = LATER[1:]
ORDER = (State.DRAFT, *LATER)


@dataclass
class Record:
    """Minutes in a state with a row of each kind under them, and the same rows under another meeting's draft."""

    minutes: Minutes
    item: Item
    attendance: Attendance
    attachment: Attachment
    draft: Minutes
    open_item: Item
    open_attendance: Attendance
    open_attachment: Attachment

    @classmethod
    def in_state(cls, state: State, body: Body) -> "Record":
        """Written by the real verbs."""
        rows: list[Any] = []
        for goal in (state, State.DRAFT):
            meeting = make.meeting(body=body, state=make.OPEN, items=2)
            item = meeting.items.earliest("position")
            attachment = make.attachment(item=item)
            attendance = make.attendance(meeting=meeting, name="Vieras")
            rows += [make.minutes(meeting=meeting, state=goal), item, attendance, attachment]
        for row in rows:
            row.refresh_from_db()
        return cls(*rows)

    @property
    def meeting(self) -> Meeting:
        """The head of the minutes in the state."""
        return self.minutes.meeting


Of = Callable[[State], Record]


@pytest.fixture(scope="module")
def written(stage: None) -> dict[State, Record]:
    """A record in each state: what a test does to one is undone, so all look at the same."""
    body = make.body()
    return {state: Record.in_state(state, body) for state in ORDER}


@pytest.fixture
def of(written: dict[State, Record]) -> Of:
    """Gives the record in a state, as if it had just been read."""
    return lambda state: deepcopy(written[state])


@pytest.fixture(params=LATER)
def frozen(request: pytest.FixtureRequest, of: Of) -> Record:
    """A record whose rows have left the desk."""
    return of(request.param)


@pytest.fixture
def draft(of: Of) -> Record:
    """A record that is being written."""
    return of(State.DRAFT)


def _new_item(meeting: Meeting) -> Item:
    return Item(meeting=meeting, position=90, title="Salaa lisätty", late_reason="Kiire")


def _new_attachment(item: Item) -> Attachment:
    return Attachment(item=item, document=make.document())


# ── rows under minutes that have left the desk ──


@pytest.mark.row("F53", "F60", part=True)
def test_no_item_changes_under_frozen_minutes(frozen: Record) -> None:
    for columns in (
        {"title": "Muu"},
        {"decision": "Toisin"},
        {"outcome": Outcome.TABLED},
        {"visibility": "body"},
        {"presented_as": "Muu"},
    ):
        with refused("record_frozen"):
            update(frozen.item, **columns)
    with refused("record_frozen"):
        insert(_new_item(frozen.meeting))
    with refused("record_frozen"):
        delete(frozen.item)
    with refused("record_frozen"):
        frozen.meeting.items.update(decision="Toisin")
    assert not frozen.item.save_text(seen=frozen.item.revision - 1, by=None, decision="Toisin")


@pytest.mark.row("F60", part=True)
def test_no_item_moves_under_frozen_minutes_or_away(frozen: Record) -> None:
    with refused("record_frozen"):
        update(frozen.item, meeting_id=frozen.draft.pk)
    with refused("record_frozen"):
        update(frozen.open_item, meeting_id=frozen.minutes.pk)


@pytest.mark.row("F60", part=True)
def test_no_attendance_changes_under_frozen_minutes(frozen: Record) -> None:
    for columns in ({"presence": "absent"}, {"name": "Joku muu"}, {"meeting_id": frozen.draft.pk}):
        with refused("record_frozen"):
            update(frozen.attendance, **columns)
    with refused("record_frozen"):
        update(frozen.open_attendance, meeting_id=frozen.minutes.pk)
    with refused("record_frozen"):
        insert(Attendance(meeting=frozen.meeting, name="Jälkikäteen"))
    with refused("record_frozen"):
        delete(frozen.attendance)


@pytest.mark.row("F60", part=True)
def test_no_attachment_changes_under_frozen_minutes(frozen: Record) -> None:
    other = make.document()
    for columns in ({"order": 9}, {"document_id": other.pk}, {"item_id": frozen.open_item.pk}):
        with refused("record_frozen"):
            update(frozen.attachment, **columns)
    with refused("record_frozen"):
        update(frozen.open_attachment, item_id=frozen.item.pk)
    with refused("record_frozen"):
        insert(_new_attachment(frozen.item))
    with refused("record_frozen"):
        delete(frozen.attachment)


@pytest.mark.row("F60", part=True)
def test_the_head_of_frozen_minutes_stands(frozen: Record) -> None:
    head: dict[str, Any] = {
        "place": "Muualla",
        "body_name": "Muu nimi",
        "starts_at": frozen.meeting.starts_at + timedelta(hours=1),
        "chaired_by_id": make.person().pk,
        "number": 99,
        "visibility": "public",
        "opened_at": None,
    }
    for column, value in head.items():
        with refused("record_frozen"):
            update(frozen.meeting, **{column: value})
    with refused("record_frozen"):
        delete(frozen.meeting)


def test_everything_goes_in_a_draft(draft: Record, area: Body) -> None:
    update(draft.item, title="Muu", decision="Toisin", outcome=Outcome.TABLED)
    insert(_new_item(draft.meeting))
    update(draft.attendance, presence="absent", meeting_id=draft.draft.pk)
    insert(Attendance(meeting=draft.meeting, name="Jälkikäteen"))
    delete(draft.open_attendance)
    update(draft.attachment, order=9, item_id=draft.open_item.pk)
    insert(_new_attachment(draft.item))
    delete(draft.open_attachment)
    update(draft.meeting, place="Muualla", chaired_by_id=make.person().pk)
    draft.meeting.refresh_from_db()
    assert (draft.meeting.place, draft.meeting.items.count()) == ("Muualla", 3)


def test_sending_back_opens_the_rows_again(of: Of) -> None:
    record = of(State.REVIEW)
    inspector = record.minutes.reviews.all()[0].person
    record.minutes.send_back("Korjaa § 1", inspector)
    update(record.item, decision="Korjattu")
    update(record.attendance, presence="absent")
    update(record.attachment, order=4)
    update(record.meeting, place="Korjattu paikka")
    assert Minutes.objects.get(pk=record.minutes.pk).remark == f"{inspector}: Korjaa § 1"


# ── inspection and signatures ──


@pytest.mark.row("F53", part=True)
@pytest.mark.parametrize("state", LATER)
def test_the_inspection_is_frozen_with_the_approval(of: Of, state: State) -> None:
    record = of(state)
    review = record.minutes.reviews.all()[0]
    mine, theirs = (Review(minutes=m, person=make.person(), name="Uusi") for m in (record.minutes, record.draft))
    theirs.save()
    attempts = [
        lambda: update(review, accepted_at=None, remark="Enpä hyväksykään"),
        lambda: update(review, minutes_id=record.draft.pk),
        lambda: update(theirs, minutes_id=record.minutes.pk),
        lambda: insert(mine),
        lambda: delete(record.minutes.reviews.all()[1]),
    ]
    if state == State.REVIEW:
        attempts[0]()
        attempts[3]()
        return
    for attempt in attempts:
        with refused("review_frozen"):
            attempt()


def _signature(minutes: Minutes, capacity: Capacity = Capacity.CHAIR) -> Signature:
    now = timezone.now()
    return Signature(
        minutes=minutes, person=make.person(), name="Väärä", capacity=capacity, signed_at=now, sha256=make.HASH
    )


@pytest.mark.row("F57", part=True)
@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.SIGNED, State.PUBLISHED])
def test_only_approved_minutes_are_signed(of: Of, state: State) -> None:
    with refused("minutes_arrows"):
        insert(_signature(of(state).minutes))


@pytest.mark.row("F57", part=True)
@pytest.mark.parametrize("state", APPROVED)
def test_a_signature_is_never_changed(of: Of, state: State) -> None:
    record = of(state)
    if state == State.APPROVED:
        insert(_signature(record.minutes))
    signature = record.minutes.signatures.all()[0]
    for columns in ({"name": "Joku muu"}, {"sha256": "1" * 64}, {"minutes_id": record.draft.pk}):
        with refused("signature_frozen"):
            update(signature, **columns)
    with refused("signature_frozen"):
        delete(signature)


# ── the minutes move only along their arrows ──

# What the database is asked for; the reason of each refusal is the arrow, whatever else is missing as well.
FACTS = {
    State.DRAFT: {"approved_at": None, "signed_at": None, "published_at": None, "pdf": "", "sha256": ""},
    State.REVIEW: {"approved_at": None, "signed_at": None, "published_at": None, "pdf": "", "sha256": ""},
    State.APPROVED: {"signed_at": None, "published_at": None, "pdf": "", "sha256": ""},
    State.SIGNED: {"published_at": None, "pdf": "", "sha256": ""},
    State.PUBLISHED: {},
}
OPEN_ARROWS = {
    (State.DRAFT, State.REVIEW), (State.DRAFT, State.APPROVED), (State.REVIEW, State.DRAFT),
    (State.REVIEW, State.APPROVED), (State.APPROVED, State.SIGNED), (State.SIGNED, State.PUBLISHED),
}  # fmt: skip


@pytest.mark.row("F53", "F60", part=True)
@pytest.mark.parametrize("state", ORDER)
def test_minutes_neither_move_back_nor_skip_a_step(of: Of, state: State) -> None:
    minutes = of(state).minutes
    tried = [target for target in ORDER if target != state and (state, target) not in OPEN_ARROWS]
    for target in tried:
        with refused("minutes_arrows"):
            update(minutes, state=target, **FACTS[target])
    assert {(state, target) for target in tried} == {(state, t) for t in ORDER if t != state} - OPEN_ARROWS
    assert Minutes.arrows.get(state, ()) == tuple(t for t in ORDER if (state, t) in OPEN_ARROWS)


@pytest.mark.row("F60", part=True)
@pytest.mark.parametrize("state", ORDER)
def test_minutes_are_never_deleted_nor_moved_under_another_meeting(of: Of, area: Body, state: State) -> None:
    minutes = of(state).minutes
    with refused("minutes_stay"):
        delete(minutes)
    with refused("record_frozen"):
        update(minutes, meeting_id=make.meeting(body=area, state=make.CALLED).pk)


@pytest.mark.parametrize("state", LATER)
def test_minutes_begin_as_a_draft(area: Body, state: State) -> None:
    meeting, now = make.meeting(body=area, state=make.CALLED), timezone.now()
    later = Minutes(meeting=meeting, state=state, inspection=Inspection.NONE, approved_at=now, signed_at=now)
    later.published_at, later.sha256 = now, make.HASH
    later.pdf.name = "poytakirjat/1.pdf"
    with refused("minutes_arrows"):
        insert(later)


@pytest.mark.row("F60")
def test_a_published_record_never_changes(of: Of) -> None:
    minutes = of(State.PUBLISHED).minutes
    for columns in ({"pdf": "toinen.pdf"}, {"sha256": "1" * 64}, {"published_at": timezone.now()}):
        with refused("record_frozen"):
            update(minutes, **columns)


@pytest.mark.row("F53", part=True)
@pytest.mark.parametrize("state", APPROVED)
def test_how_minutes_were_approved_never_changes(of: Of, area: Body, state: State) -> None:
    minutes = of(state).minutes
    later = make.item(meeting=make.meeting(body=area, state=make.OPEN))
    facts: dict[str, Any] = {"approved_at": timezone.now(), "inspection": "none", "approved_in_id": later.pk}
    for column, value in facts.items():
        with refused("record_frozen"):
            update(minutes, **{column: value})


@pytest.mark.parametrize("state", [State.SIGNED, State.PUBLISHED])
def test_when_minutes_were_signed_never_changes(of: Of, state: State) -> None:
    with refused("record_frozen"):
        update(of(state).minutes, signed_at=timezone.now())


@pytest.mark.row("F53", part=True)
def test_no_minutes_are_approved_without_their_inspection(of: Of) -> None:
    approve = {"state": State.APPROVED, "approved_at": timezone.now()}
    minutes = of(State.DRAFT).minutes
    with refused("minutes_need_inspection"):
        update(minutes, **approve)
    minutes = of(State.REVIEW).minutes
    minutes.accept(minutes.reviews.all()[0].person)
    for extra in ({}, {"inspection": Inspection.NEXT_MEETING}):
        with refused("minutes_need_inspection"):
            update(minutes, **approve, **extra)
    for mode in (Inspection.NONE, Inspection.AT_ONCE):
        with refused("record_frozen"):
            update(minutes, **approve, inspection=mode)
    Review.objects.filter(minutes=minutes).delete()
    with refused("minutes_need_inspection"):
        update(minutes, **approve)


@pytest.mark.row("F57", part=True)
def test_one_signature_does_not_sign(of: Of) -> None:
    minutes = of(State.APPROVED).minutes
    assert minutes.meeting.chaired_by
    minutes.sign(minutes.meeting.chaired_by)
    with refused("minutes_need_signatures"):
        update(minutes, state=State.SIGNED, signed_at=timezone.now())


@pytest.mark.parametrize(
    ("state", "change"),
    [
        (State.REVIEW, {"approved_at": "now"}),
        (State.APPROVED, {"signed_at": "now"}),
        (State.SIGNED, {"pdf": "x.pdf", "sha256": "1" * 64, "published_at": "now"}),
        (State.SIGNED, {"state": State.PUBLISHED}),
        (State.SIGNED, {"state": State.PUBLISHED, "published_at": "now", "sha256": "1" * 64}),
        (State.SIGNED, {"state": State.PUBLISHED, "published_at": "now", "pdf": "x.pdf"}),
    ],
)
def test_each_moment_stands_in_its_states(of: Of, state: State, change: dict[str, str]) -> None:
    named = {"approved_at": "minutes_approved_at", "signed_at": "minutes_signed_at"}
    name = named.get(next(iter(change)), "minutes_published_has_pdf")
    with refused(name):
        update(of(state).minutes, **change)
