"""The record under several writers at once: real threads, each with a connection of its own, on real Postgres.

RACE_ROUNDS says how often each pair meets: few in `make test`; the figure that the issue asks for is 40.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from documents.models import Attachment
from meetings.models import (
    Action,
    Attendance,
    FormerNumber,
    Item,
    Meeting,
    Minutes,
    Notice,
    NoticeKind,
    Outcome,
    Series,
    State,
)
from network.lifecycle import WrongState
from network.models import Body, Letter, Person, Role
from tests import make
from tests.breaking import constraint, race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))
WRITERS = 8


def next_march() -> datetime:
    """A moment to come whose year has months before and after it."""
    return datetime(timezone.now().year + 1, 3, 10, 9, tzinfo=UTC)


def crowd(acts: Iterable[Callable[[], Any]]) -> list[str]:
    """Do all of it at once, each in a thread of its own; what each met: "", a constraint's name, or the error."""
    todo = list(acts)
    ready, met = Barrier(len(todo)), ["not run"] * len(todo)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            close_old_connections()
            connection.ensure_connection()
            ready.wait(timeout=20)
            act()
            met[place] = ""
        except Exception as error:  # whatever it is, the test tells it by name
            met[place] = constraint(error) or f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(todo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any("OperationalError" in error for error in met), met  # a deadlock arrives as one
    return met


@pytest.fixture
def people(area: Body) -> list[Person]:
    """The chair, the secretary and three members of area A."""
    roles = (Role.CHAIR, Role.SECRETARY, Role.MEMBER, Role.MEMBER, Role.MEMBER)
    made = [make.person() for _ in roles]
    for person, role in zip(made, roles, strict=True):
        make.term(person=person, body=area, role=role)
    return made


def rounds(make_one: Callable[[], Any], times: int = ROUNDS) -> Iterator[Any]:
    """So many fresh ones, each made when its turn comes."""
    return (make_one() for _ in range(times))


# ── numbers ──


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
    taken = list(Meeting.objects.filter(year=this).values_list("number", flat=True))
    taken += FormerNumber.objects.filter(year=this).values_list("number", flat=True)
    moved = Meeting.objects.filter(year=after).values_list("number", flat=True)
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
        sections = list(meeting.items.order_by("position").values_list("section", flat=True))
        assert sections == sorted(sections, key=lambda section: section or 0)
        agenda = sections[:3]
        assert agenda[0]
        assert agenda == list(range(agenda[0], agenda[0] + 3))  # the agenda in one statement, the urgent one after


@pytest.mark.row("F48", part=True)
def test_a_meeting_called_twice_at_once_gets_one_number_and_one_letter(area: Body, people: list[Person]) -> None:
    for meeting in rounds(lambda: make.meeting(body=area, starts_at=next_march(), by=people[1])):
        met = crowd([lambda m=meeting: Meeting.objects.get(pk=m.pk).call(people[1], make.letter)] * 3)
        assert sorted(met) == ["", *["WrongState: called"] * 2]
    notices = Notice.objects.filter(kind=NoticeKind.CALL)
    assert (notices.count(), Letter.objects.count(), Series.objects.get().last_meeting) == (ROUNDS,) * 3
    assert sorted(Meeting.objects.values_list("number", flat=True)) == list(range(1, ROUNDS + 1))


def test_a_meeting_opened_twice_at_once_is_opened_once(area: Body, people: list[Person]) -> None:
    for meeting in rounds(lambda: make.meeting(body=area, state=make.CALLED, items=3, starts_at=next_march())):
        met = crowd([lambda m=meeting: Meeting.objects.get(pk=m.pk).open()] * 2)
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
        assert crowd([lambda a=a: Item.objects.take_up(a) for a in agendas]) == ["", ""]
        carried = Item.objects.filter(carried_from__meeting=meeting)
        assert sorted(carried.values_list("carried_from__position", flat=True)) == [1, 2, 3]
        carried.update(outcome=Outcome.NOTED)


# ── the minutes ──


@pytest.mark.row("F53", part=True)
def test_two_inspectors_at_the_same_moment_always_approve(area: Body, people: list[Person]) -> None:
    for minutes in rounds(lambda: make.minutes(body=area, state=State.REVIEW)):
        inspectors = [review.person for review in minutes.reviews.select_related("person")]
        met = crowd([lambda p=p, m=minutes: Minutes.objects.get(pk=m.pk).accept(p) for p in inspectors])
        assert met == ["", ""]
        minutes.refresh_from_db()
        assert (minutes.state, minutes.reviews.filter(accepted_at=None).count()) == (State.APPROVED, 0)


@pytest.mark.row("F53", part=True)
def test_acceptance_and_a_request_for_change_at_once_agree(area: Body, people: list[Person]) -> None:
    """Either inspected, and the request is told that it came too late, or a draft with the acceptances void."""
    for minutes in rounds(lambda: make.minutes(body=area, state=State.REVIEW)):
        first, last = (review.person for review in minutes.reviews.select_related("person"))
        minutes.accept(first)
        met = crowd(
            [
                lambda m=minutes, p=last: Minutes.objects.get(pk=m.pk).accept(p),
                lambda m=minutes, p=first: Minutes.objects.get(pk=m.pk).send_back("Korjaa", p),
            ]
        )
        minutes.refresh_from_db()
        accepted = minutes.reviews.filter(accepted_at__isnull=False).count()
        if minutes.state == State.APPROVED:
            assert (met, accepted) == (["", "WrongState: approved → draft"], 2)
        else:
            assert (minutes.state, met[1], accepted) == (State.DRAFT, "", 0)
            assert met[0] == "WrongState: draft → approved"


@pytest.mark.row("F53", part=True)
def test_an_inspector_who_accepts_while_being_replaced_is_one_or_the_other(area: Body, people: list[Person]) -> None:
    for minutes in rounds(lambda: make.minutes(body=area, state=State.REVIEW)):
        slow, other = minutes.reviews.select_related("person")
        minutes.accept(other.person)
        new = make.person()
        met = crowd(
            [
                lambda m=minutes, p=slow.person: Minutes.objects.get(pk=m.pk).accept(p),
                lambda m=minutes, s=slow, n=new: Minutes.objects.get(pk=m.pk).replace_reviewer(s, n, "Ei vastaa"),
            ]
        )
        minutes.refresh_from_db()
        slow.refresh_from_db()
        assert sorted(outcome == "" for outcome in met) == [False, True]
        assert (minutes.state == State.APPROVED) == (met[0] == "") == (slow.accepted_at is not None)
        assert minutes.reviews.filter(person=new).exists() == (met[1] == "")


@pytest.mark.row("F53", "F47", part=True)
def test_an_edit_in_flight_is_in_the_inspected_text_or_refused(area: Body, people: list[Person]) -> None:
    """The writer's transaction is still open while the minutes are sent off; nothing changes after the approval."""
    ends = Counter[str]()
    for turn, minutes in enumerate(rounds(lambda: make.minutes(body=area, state=State.DRAFT, items=2))):
        item, saved = minutes.meeting.items.all()[turn % 2], []
        inspectors = make._inspectors(minutes.meeting)
        before = item.decision

        def edit(item: Item = item, saved: list[bool] = saved, late: int = turn % 2) -> None:
            time.sleep(0.02 * late)  # so that each of the two is the first in turn
            saved.append(item.save_text(seen=item.revision, by=people[1], decision="Myöhäinen muutos."))

        def submit(minutes: Minutes = minutes, inspectors: list[Person] = inspectors) -> None:
            minutes.submit(inspectors)

        late, sent = race(edit, submit, hold=0.05)
        assert sent == ""
        item = Item.objects.get(pk=item.pk)
        if late == "" and saved == [True]:
            ends["in the text"] += 1
            assert item.decision == "Myöhäinen muutos."
        else:
            ends["refused"] += 1
            assert (late, item.decision) == ("record_frozen", before)
        seen = Minutes.objects.get(pk=minutes.pk).digest()
        for person in inspectors:
            Minutes.objects.get(pk=minutes.pk).accept(person)
        approved = Minutes.objects.get(pk=minutes.pk)
        assert (approved.state, approved.digest()) == (State.APPROVED, seen)
    print(f"edit in flight: {dict(ends)}")
    assert sum(ends.values()) == ROUNDS


def _late_hands(minutes: Minutes) -> dict[str, Callable[[], Any]]:
    """What else may be under way while the minutes are sent off, one of each kind of row."""
    meeting, item = minutes.meeting, minutes.meeting.items.all()[0]
    row, document = meeting.attendances.all()[0], make.document()
    return {
        "present": lambda: Attendance.objects.filter(pk=row.pk).update(presence="excused"),
        "guest": lambda: Attendance.objects.create(meeting=meeting, name="Myöhästynyt"),
        "attachment": lambda: Attachment.objects.create(item=item, document=document),
        "head": lambda: Meeting.objects.filter(pk=meeting.pk).update(place="Muualla"),
        "item": lambda: Item.objects.add(meeting, title="Viime hetki", late_reason="Kiire", outcome=Outcome.NOTED),
    }


def _rows(minutes: Minutes) -> tuple[Any, ...]:
    meeting = Meeting.objects.get(pk=minutes.pk)
    present = list(meeting.attendances.order_by("pk").values_list("name", "presence"))
    attached = Attachment.objects.filter(item__meeting=meeting).count()
    return meeting.place, present, attached, list(meeting.items.order_by("pk").values_list("title", flat=True))


@pytest.mark.row("F53", part=True)
@pytest.mark.parametrize("kind", ["present", "guest", "attachment", "head", "item"])
def test_other_hands_in_flight_are_in_the_record_or_refused(area: Body, people: list[Person], kind: str) -> None:
    times = max(1, ROUNDS // 4)
    for minutes in rounds(lambda: make.minutes(body=area, items=2), times):
        inspectors, hand, before = make._inspectors(minutes.meeting), _late_hands(minutes)[kind], _rows(minutes)
        late, sent = race(hand, lambda m=minutes, i=inspectors: m.submit(i), hold=0.05)  # type: ignore[misc]
        state = Minutes.objects.get(pk=minutes.pk).state
        unready = kind == "item" and sent.startswith("ValidationError")  # an item without its words stops the sending
        assert state == (State.DRAFT if unready else State.REVIEW), sent
        assert (_rows(minutes) == before) == (late != "")
        assert late in ("", "record_frozen")


@pytest.mark.row("F57", part=True)
def test_two_signers_at_once_sign(area: Body, people: list[Person]) -> None:
    for minutes in rounds(lambda: make.minutes(body=area, state=State.APPROVED)):
        signers = people[:2]
        met = crowd([lambda p=p, m=minutes: Minutes.objects.get(pk=m.pk).sign(p) for p in signers])
        minutes.refresh_from_db()
        assert (met, minutes.state) == (["", ""], State.SIGNED)
        assert set(minutes.signatures.values_list("sha256", flat=True)) == {minutes.digest()}


@pytest.mark.row("F60", part=True)
def test_publishing_run_twice_at_once_publishes_one_file(
    area: Body, people: list[Person], settings: Any, tmp_path: Path
) -> None:
    import hashlib

    from meetings.pdf import publish

    settings.MEDIA_ROOT = tmp_path
    minutes = make.minutes(body=area, state=State.SIGNED)
    assert crowd([lambda: publish(minutes.pk)] * 2) == ["", ""]
    minutes.refresh_from_db()
    assert (minutes.state, minutes.trouble) == (State.PUBLISHED, "")
    with minutes.pdf.open() as file:
        assert hashlib.sha256(file.read()).hexdigest() == minutes.sha256


# ── everything else that two may do at once ──


def test_two_keepers_reorder_one_agenda(area: Body, people: list[Person]) -> None:
    meeting = make.meeting(body=area, items=6)

    def keeper(seed: int) -> Callable[[], None]:
        def shuffle() -> None:
            chance = random.Random(seed)
            for _ in range(ROUNDS * 2):
                item = meeting.items.order_by("?").first()
                assert item
                item.move(up=chance.random() < 0.5)

        return shuffle

    assert crowd([keeper(1), keeper(2)]) == ["", ""]
    assert sorted(meeting.items.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_items_added_and_dropped_at_once_leave_no_hole_in_the_agenda(area: Body, people: list[Person]) -> None:
    for meeting in rounds(lambda: make.meeting(body=area, items=4)):
        doomed = list(meeting.items.order_by("position")[1:3])
        adds = [lambda m=meeting: Item.objects.add(m, title="Uusi")] * 2
        assert crowd([*adds, *(item.drop for item in doomed)]) == [""] * 4
        assert sorted(meeting.items.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_an_action_is_reported_done_once(area: Body, people: list[Person]) -> None:
    action = make.action(owner=people[2])
    met = crowd([lambda n=n: Action.objects.get(pk=action.pk).finish(f"Tehty {n}") for n in range(3)])
    assert sorted(met) == ["", *["WrongState: done"] * 2]
    action.refresh_from_db()
    assert action.report == f"Tehty {met.index('')}"


@pytest.mark.row("F53", "F60", part=True)
def test_eight_hands_on_one_meeting_never_lock_each_other_out(area: Body, people: list[Person]) -> None:
    """Every verb at random on the same minutes: refused or done, never a deadlock, and the record stays whole."""
    minutes = make.minutes(body=area, items=4)
    meeting, inspectors = minutes.meeting, people[2:4]

    def fresh() -> Minutes:
        return Minutes.objects.get(pk=minutes.pk)

    def write(chance: random.Random) -> None:
        item = Item.objects.filter(meeting=meeting).order_by("?")[0]
        item.save_text(seen=item.revision, by=people[1], decision=f"Teksti {chance.random()}")

    hands: list[Callable[[random.Random], Any]] = [
        write,
        write,
        lambda _: fresh().submit(list(inspectors)),
        lambda _: fresh().send_back("Vielä", inspectors[0]),
        lambda chance: fresh().accept(chance.choice(inspectors)),
        lambda chance: Attendance.objects.filter(meeting=meeting).update(presence=chance.choice(["present", "remote"])),
        lambda _: Item.objects.add(meeting, title="L", late_reason="K", outcome=Outcome.NOTED, decision="Tiedoksi."),
        lambda _: Meeting.objects.get(pk=meeting.pk).end_without_quorum(),
        lambda chance: fresh().sign(chance.choice(people[:2])),
    ]

    def hand(seed: int) -> Callable[[], None]:
        def work() -> None:
            chance = random.Random(seed)
            for _ in range(max(8, ROUNDS)):
                try:
                    chance.choice(hands)(chance)
                except (WrongState, ValidationError):
                    continue
                except Exception as error:
                    if constraint(error) not in ("record_frozen", "review_frozen", "minutes_arrows"):
                        raise

        return work

    assert crowd(hand(seed) for seed in range(WRITERS)) == [""] * WRITERS
    sections = list(meeting.items.order_by("position").values_list("section", flat=True))
    assert sections == list(range(1, len(sections) + 1))
    if fresh().state == State.SIGNED:
        assert set(minutes.signatures.values_list("sha256", flat=True)) == {fresh().digest()}
