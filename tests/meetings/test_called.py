"""What a called meeting keeps against raw SQL: its number, its items, its sections; each refusal has its words."""

import pytest
from django.db import connection
from django.utils import timezone

from meetings.models import (
    FormerNumber,
    Item,
    Meeting,
    Outcome,
    Series,
)
from network.models import Body
from tests import make
from tests.breaking import delete, insert, refused, update, words

pytestmark = pytest.mark.django_db


@pytest.mark.row("F28", part=True)
def test_an_item_of_a_called_meeting_is_not_deleted(area: Body) -> None:
    called, agenda = make.meeting(body=area, state=make.CALLED), make.meeting(body=area, items=2)
    item = called.items.all()[0]
    with refused("item_called_stays"):
        delete(item)
    with refused("item_called_stays"):
        update(item, meeting_id=agenda.pk, position=8)
    with refused("item_called_stays"):
        update(agenda.items.all()[0], meeting_id=called.pk, position=8)
    delete(agenda.items.all()[0])
    assert (called.items.count(), agenda.items.count()) == (1, 1)


def test_a_late_item_says_why(area: Body) -> None:
    called = make.meeting(body=area, state=make.CALLED)
    with refused("item_late_needs_reason"):
        insert(Item(meeting=called, position=2, title="Myöhässä"))
    late = make.item(meeting=called, late_reason="Kiire")
    with refused("item_late_needs_reason"):
        update(late, late_reason="")
    insert(Item(meeting=make.meeting(body=area), position=2, title="Ajoissa"))


def test_a_cancelled_meeting_takes_no_items(area: Body) -> None:
    with refused("item_cancelled_meeting"):
        cancelled = make.meeting(body=area, state=make.CANCELLED)
        insert(Item(meeting=cancelled, position=9, title="Lisätty", late_reason="Kiire"))


@pytest.mark.row("F48", part=True)
def test_a_section_stays(area: Body, other_area: Body) -> None:
    opened = make.meeting(body=area, state=make.OPEN, items=2)
    item, other = opened.items.order_by("position")
    foreign = make.meeting(body=other_area, state=make.OPEN).items.all()[0].series
    assert foreign
    assert item.section
    for columns in ({"section": item.section + 7}, {"section": None, "series_id": None}):
        with refused("item_section_stays"):
            update(item, **columns)
    with refused("item_series_of_its_meeting"):
        update(item, series_id=foreign.pk)
    with refused("item_called_stays"):
        delete(other)
    with refused("item_section_once"):
        insert(Item(meeting=opened, position=8, title="X", late_reason="Y", series=item.series, section=item.section))


@pytest.mark.row("F48", part=True)
def test_a_meeting_keeps_its_number_its_year_and_its_body(area: Body, other_area: Body) -> None:
    called = make.meeting(body=area, state=make.CALLED)
    assert called.year
    assert called.number
    for columns in ({"number": 7}, {"year": called.year + 1}, {"number": None, "year": None}):
        with refused("meeting_number_stays"):
            update(called, **columns)
    FormerNumber.objects.create(meeting=called, body=area, year=called.year, number=called.number)
    with refused("meeting_number_stays"):
        update(called, number=7)
    with refused("meeting_stays_in_its_body"):
        update(called, body_id=other_area.pk)


@pytest.mark.parametrize("state", [make.CALLED, make.CANCELLED, make.OPEN])
def test_a_called_meeting_is_not_deleted(area: Body, state: str) -> None:
    meeting = make.meeting(body=area, state=state)
    with refused("meeting_called_stays"):
        delete(meeting)
    empty = make.meeting(body=area, items=0)
    delete(empty)


def test_what_happened_to_a_meeting_is_not_taken_back(area: Body) -> None:
    for state, column in ((make.CALLED, "called_at"), (make.CANCELLED, "cancelled_at"), (make.OPEN, "opened_at")):
        with refused("meeting_facts_stay"):
            update(make.meeting(body=area, state=state), **{column: None})


@pytest.mark.row("F48", part=True)
def test_a_former_number_is_nobody_elses(area: Body, other_area: Body) -> None:
    called, other = (make.meeting(body=area, state=make.CALLED) for _ in range(2))
    year = called.year
    assert year
    assert called.number
    assert other.number
    for number, body in ((other.number, area), (9, area), (called.number, other_area)):
        with refused("number_taken"):
            insert(FormerNumber(meeting=called, body=body, year=year, number=number))
    moved_on = timezone.now().replace(year=year + 1, month=3, day=1)
    called.move(make.person(), make.letter, starts_at=moved_on)
    former = called.former_numbers.get()
    assert (former.year, former.number, called.year, called.number) == (year, 1, year + 1, 1)
    with refused("number_taken"):
        insert(Meeting(body=area, year=year, number=1, starts_at=moved_on, place="Toinen"))
    with refused("meeting_number_stays"):
        delete(former)
    with refused("meeting_number_stays"):
        update(former, number=3)


def test_an_item_inspected_at_the_meeting_stands(area: Body) -> None:
    item = make.meeting(body=area, state=make.OPEN).items.all()[0]
    item.save_text(seen=item.revision, by=None, outcome=Outcome.NOTED, decision="Merkittiin tiedoksi.")
    assert not item.inspect_at_once(seen=item.revision - 1)
    assert item.inspect_at_once(seen=item.revision)
    for columns in ({"decision": "Toisin"}, {"title": "Muu"}, {"inspected_at": None}, {"outcome": Outcome.TABLED}):
        with refused("item_inspected_stays"):
            update(item, **columns)


def test_items_change_places_in_one_transaction(area: Body) -> None:
    first, second = make.meeting(body=area, items=2).items.order_by("position")
    update(first, position=2)
    update(second, position=1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert list(first.meeting.items.order_by("position")) == [second, first]


# ── every rule has its words ──

TRIGGERS = {
    "record_frozen", "meeting_called_stays", "meeting_number_stays", "meeting_facts_stay", "meeting_stays_in_its_body",
    "item_called_stays", "item_late_needs_reason", "item_section_stays", "item_series_of_its_meeting",
    "item_inspected_stays", "item_cancelled_meeting", "minutes_arrows", "minutes_need_inspection",
    "minutes_need_signatures", "minutes_stay", "review_frozen", "signature_frozen", "number_taken",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_refusal_has_words_of_its_own(name: str) -> None:
    assert words(name) not in ("", words("no such rule"))


def test_a_body_has_one_series_a_year(area: Body) -> None:
    series = make.meeting(body=area, state=make.OPEN).items.all()[0].series
    assert series
    with refused("series_one_per_year"):
        insert(Series(body=area, year=series.year))
