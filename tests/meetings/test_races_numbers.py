"""Numbers under eight writers, and one agenda under two: unique, without gaps, each thing done once."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from meetings.models import (
    FormerNumber,
    Item,
    Meeting,
    Notice,
    NoticeKind,
    Outcome,
    Series,
)
from network.lifecycle import WrongState
from network.models import Body, Letter, Person
from tests import make
from tests.racing import ROUNDS, WRITERS, crowd, next_march, officers_and_members, on, rounds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(area: Body) -> list[Person]:
    """The chair, the secretary and three members of area A."""
    return officers_and_members(area)


@pytest.mark.row("F48", part=True)
def test_meeting_numbers_are_unique_and_without_gaps_under_eight_writers(area: Body, people: list[Person]) -> None:
    """Called, cancelled, moved to the next year, refused, rolled back: no number twice, none missing."""
    by, starts, each = people[1], next_march(), max(5, ROUNDS)
    fates = ["call", "cancel", "move", "empty", "roll back"]

    def writer(seed: int) -> Callable[[], None]:
        def write() -> None:
            for turn in range(each):
                _live(area, starts, by, fates[(seed + turn) % len(fates)])

        return write

    assert crowd(writer(seed) for seed in range(WRITERS)) == [""] * WRITERS
    this, after = starts.year, starts.year + 1
    taken: list[Any] = list(Meeting.objects.filter(year=this).values_list("number", flat=True))
    taken += FormerNumber.objects.filter(year=this).values_list("number", flat=True)
    moved: list[Any] = list(Meeting.objects.filter(year=after).values_list("number", flat=True))
    fate = Counter(fates[(seed + turn) % len(fates)] for seed in range(WRITERS) for turn in range(each))
    assert sorted(taken) == list(range(1, fate["call"] + fate["cancel"] + fate["move"] + 1))
    assert sorted(moved) == list(range(1, fate["move"] + 1))
    assert Meeting.objects.filter(cancelled_at__isnull=False).count() == fate["cancel"]


class _Undone(Exception):  # noqa: N818
    """What takes a transaction back."""


@transaction.atomic
def _take_back(meeting: Meeting, by: Person) -> None:
    meeting.call(by, make.letter)
    raise _Undone


def _live(body: Body, starts: datetime, by: Person, fate: str) -> None:
    """One meeting from its making to its fate."""
    meeting = Meeting.objects.create(body=body, starts_at=starts, place="Helsinki")
    if fate == "empty":
        with pytest.raises(ValidationError):
            meeting.call(by, make.letter)
        return
    Item.objects.add(meeting, title="Asia")
    if fate == "roll back":
        with pytest.raises(_Undone):
            _take_back(meeting, by)
        return
    meeting.call(by, make.letter)
    if fate == "cancel":
        meeting.cancel(by, make.letter, "Este")
    if fate == "move":
        meeting.move(by, make.letter, starts_at=starts.replace(year=starts.year + 1))


@pytest.mark.row("F48", part=True)
def test_sections_are_unique_and_without_gaps_under_eight_writers(area: Body, people: list[Person]) -> None:
    """Meetings opened at once, items dropped from the agenda before, urgent ones added after."""
    each = max(2, ROUNDS // 5)
    starts = next_march()

    def writer() -> None:
        for _ in range(each):
            meeting = Meeting.objects.create(body=area, starts_at=starts, place="Helsinki")
            items = [Item.objects.add(meeting, title=f"Asia {n}") for n in range(4)]
            items[1].drop()
            meeting.call(people[1], make.letter)
            meeting.open()
            late = Item.objects.add(meeting, title="Kiireellinen", late_reason="Kiire")
            assert late.section
            with pytest.raises(WrongState):
                items[0].drop()

    assert crowd([writer] * WRITERS) == [""] * WRITERS
    numbered = Item.objects.filter(series__year=starts.year, series__body=area)
    assert sorted(numbered.values_list("section", flat=True)) == list(range(1, WRITERS * each * 4 + 1))
    for meeting in Meeting.objects.all():
        sections: list[Any] = list(meeting.items.order_by("position").values_list("section", flat=True))
        assert sections == sorted(sections)
        agenda = sections[:3]
        assert agenda[0]
        assert agenda == list(range(agenda[0], agenda[0] + 3))  # the agenda in one statement, the urgent one after


@pytest.mark.row("F48", part=True)
def test_a_meeting_called_twice_at_once_gets_one_number_and_one_letter(area: Body, people: list[Person]) -> None:
    for meeting in rounds(lambda: make.meeting(body=area, starts_at=next_march(), by=people[1])):
        met = crowd([on(meeting, "call", people[1], make.letter)] * 3)
        assert sorted(met) == ["", *["WrongState: called"] * 2]
    notices = Notice.objects.filter(kind=NoticeKind.CALL)
    assert (notices.count(), Letter.objects.count(), Series.objects.get().last_meeting) == (ROUNDS,) * 3
    taken: list[Any] = list(Meeting.objects.values_list("number", flat=True))
    assert sorted(taken) == list(range(1, ROUNDS + 1))


def test_a_meeting_opened_twice_at_once_is_opened_once(area: Body, people: list[Person]) -> None:
    for meeting in rounds(lambda: make.meeting(body=area, state=make.CALLED, items=3, starts_at=next_march())):
        met = crowd([on(meeting, "open")] * 2)
        assert sorted(met) == ["", "WrongState: opened"]
        assert meeting.attendances.count() == len(people)
    assert Series.objects.get().last_section == 3 * ROUNDS == Item.objects.count()


def test_two_agendas_never_take_up_the_same_item(area: Body, people: list[Person]) -> None:
    starts = next_march()

    def left_open() -> tuple[Meeting, list[Meeting]]:
        meeting = make.meeting(body=area, state=make.OPEN, items=3, starts_at=starts)
        agendas = [make.meeting(body=area, items=0, starts_at=starts.replace(month=4, day=day)) for day in (1, 2)]
        meeting.items.update(outcome=Outcome.NOT_HANDLED)
        return meeting, agendas

    for meeting, agendas in rounds(left_open):
        assert crowd(partial(Item.objects.take_up, agenda) for agenda in agendas) == ["", ""]
        carried = Item.objects.filter(carried_from__meeting=meeting)
        assert sorted(carried.values_list("carried_from__position", flat=True)) == [1, 2, 3]
        carried.update(outcome=Outcome.NOTED)
