"""The minutes under several writers at once: what is inspected is what was written, and nobody locks another out."""

import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from documents.models import Attachment
from meetings.agenda import end_without_quorum
from meetings.models import (
    Attendance,
    Item,
    Meeting,
    Minutes,
    Outcome,
    State,
)
from network.lifecycle import WrongState
from network.models import Body, Person
from tests import make
from tests.breaking import constraint, race
from tests.racing import ROUNDS, WRITERS, crowd, officers_and_members, on, rounds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(area: Body) -> list[Person]:
    """The chair, the secretary and three members of area A."""
    return officers_and_members(area)


@pytest.mark.row("F53", part=True)
def test_two_inspectors_at_the_same_moment_always_approve(area: Body, people: list[Person]) -> None:
    for minutes in rounds(lambda: make.minutes(body=area, state=State.REVIEW)):
        inspectors = [review.person for review in minutes.reviews.select_related("person")]
        met = crowd(on(minutes, "accept", person) for person in inspectors)
        assert met == ["", ""]
        minutes.refresh_from_db()
        assert (minutes.state, minutes.reviews.filter(accepted_at=None).count()) == (State.APPROVED, 0)


@pytest.mark.row("F53", part=True)
def test_acceptance_and_a_request_for_change_at_once_agree(area: Body, people: list[Person]) -> None:
    """Either inspected, and the request is told that it came too late, or a draft with the acceptances void."""
    for minutes in rounds(lambda: make.minutes(body=area, state=State.REVIEW)):
        first, last = (review.person for review in minutes.reviews.select_related("person"))
        minutes.accept(first)
        met = crowd([on(minutes, "accept", last), on(minutes, "send_back", "Korjaa", first)])
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
        replace = on(minutes, "replace_reviewer", slow, new, "Ei vastaa")
        met = crowd([on(minutes, "accept", slow.person), replace])
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
        saved: list[bool] = []
        item = minutes.meeting.items.all()[turn % 2]
        inspectors = make._inspectors(minutes.meeting)
        before = item.decision

        def edit(item: Item = item, saved: list[bool] = saved, late: int = turn % 2) -> None:
            time.sleep(0.02 * late)  # so that each of the two is the first in turn
            saved.append(item.save_text(seen=item.revision, by=people[1], decision="Myöhäinen muutos."))

        late, sent = race(edit, partial(minutes.submit, inspectors), hold=0.05)
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
        late, sent = race(hand, partial(minutes.submit, inspectors), hold=0.05)
        state = Minutes.objects.get(pk=minutes.pk).state
        unready = kind == "item" and sent.startswith("ValidationError")  # an item without its words stops the sending
        assert state == (State.DRAFT if unready else State.REVIEW), sent
        assert (_rows(minutes) == before) == (late != "")
        assert late in ("", "record_frozen")


@pytest.mark.row("F57", part=True)
def test_two_signers_at_once_sign(area: Body, people: list[Person]) -> None:
    for minutes in rounds(lambda: make.minutes(body=area, state=State.APPROVED)):
        signers = people[:2]
        met = crowd(on(minutes, "sign", person) for person in signers)
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
        adds = [partial(Item.objects.add, meeting, title="Uusi")] * 2
        assert crowd([*adds, *(item.drop for item in doomed)]) == [""] * 4
        assert sorted(meeting.items.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_an_action_is_reported_done_once(area: Body, people: list[Person]) -> None:
    action = make.action(owner=people[2])
    met = crowd(on(action, "finish", f"Tehty {n}") for n in range(3))
    assert sorted(met) == ["", *["WrongState: done"] * 2]
    action.refresh_from_db()
    assert action.report == f"Tehty {met.index('')}"


def _hands(minutes: Minutes, people: list[Person]) -> list[Callable[[random.Random], Any]]:
    """Every verb that somebody may be at while the minutes are written, inspected and signed."""
    meeting, inspectors = minutes.meeting, people[2:4]

    def fresh() -> Minutes:
        return Minutes.objects.get(pk=minutes.pk)

    def write(chance: random.Random) -> None:
        item = Item.objects.filter(meeting=meeting).order_by("?")[0]
        item.save_text(seen=item.revision, by=people[1], decision=f"Teksti {chance.random()}")

    return [
        write,
        write,
        lambda _: fresh().submit(list(inspectors)),
        lambda _: fresh().send_back("Vielä", inspectors[0]),
        lambda chance: fresh().accept(chance.choice(inspectors)),
        lambda chance: Attendance.objects.filter(meeting=meeting).update(presence=chance.choice(["present", "remote"])),
        lambda _: Item.objects.add(meeting, title="L", late_reason="K", outcome=Outcome.NOTED, decision="Tiedoksi."),
        lambda _: end_without_quorum(Meeting.objects.get(pk=meeting.pk)),
        lambda chance: fresh().sign(chance.choice(people[:2])),
    ]


@pytest.mark.row("F53", "F60", part=True)
def test_eight_hands_on_one_meeting_never_lock_each_other_out(area: Body, people: list[Person]) -> None:
    """Every verb at random on the same minutes: refused or done, never a deadlock, and the record stays whole."""
    minutes = make.minutes(body=area, items=4)
    hands = _hands(minutes, people)

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
    sections = list(minutes.meeting.items.order_by("position").values_list("section", flat=True))
    assert sections == list(range(1, len(sections) + 1))
    fresh = Minutes.objects.get(pk=minutes.pk)
    if fresh.state == State.SIGNED:
        assert set(fresh.signatures.values_list("sha256", flat=True)) == {fresh.digest()}
