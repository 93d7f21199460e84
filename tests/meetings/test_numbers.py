"""Numbers of meetings and sections, what carries over, and the ways in which a body inspects its minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from meetings import agenda
from meetings.agenda import end_without_quorum
from meetings.models import FormerNumber, Item, Meeting, Minutes, Outcome, Review, Series, State
from meetings.sheet import Sheet
from network.lifecycle import WrongState
from network.models import Body, Inspection, Kind, Person, Term
from tests import make

pytestmark = pytest.mark.django_db
YEAR = timezone.now().year + 1
MARCH = datetime(YEAR, 3, 10, 9, tzinfo=UTC)
NEXT_JANUARY = datetime(YEAR + 1, 1, 14, 9, tzinfo=UTC)


def called(body: Body, starts_at: datetime = MARCH, **fields: object) -> Meeting:
    """A called meeting of next year."""
    return make.meeting(body=body, state=make.CALLED, starts_at=starts_at, **fields)  # type: ignore[arg-type]


def move(meeting: Meeting, starts_at: datetime) -> Meeting:
    """Move it and tell everybody."""
    meeting.move(make.person(), make.letter, starts_at=starts_at)
    return meeting


# ── numbers of meetings ──


@pytest.mark.row("F48", part=True)
def test_a_meeting_gets_its_number_with_the_notice(area: Body, other_area: Body) -> None:
    drafted = make.meeting(body=area, starts_at=MARCH)
    assert (drafted.number, drafted.label) == (None, f"10.3.{YEAR}")
    assert [called(body).label for body in (area, other_area, area)] == [f"1/{YEAR}", f"1/{YEAR}", f"2/{YEAR}"]


@pytest.mark.row("F48", part=True)
def test_a_cancelled_meeting_keeps_its_number(area: Body) -> None:
    first = called(area)
    first.cancel(make.person(), make.letter, "Este")
    assert (first.label, called(area).label) == (f"1/{YEAR}", f"2/{YEAR}")
    never = make.meeting(body=area, starts_at=MARCH)
    never.cancel(make.person(), make.letter, "Turha")
    assert (never.number, never.notices.count(), first.notices.count()) == (None, 0, 2)


@pytest.mark.row("F48", part=True)
def test_a_meeting_moved_across_new_year_has_a_number_in_both_years(area: Body) -> None:
    before, moved, after = called(area), called(area), called(area)
    next_years = called(area, NEXT_JANUARY)
    move(moved, NEXT_JANUARY + timedelta(days=7))
    assert (moved.label, next_years.label, moved.moved_from) == (f"2/{YEAR + 1}", f"1/{YEAR + 1}", MARCH)
    assert [str(former) for former in moved.former_numbers.all()] == [f"2/{YEAR}"]
    assert [before.label, after.label, called(area).label] == [f"1/{YEAR}", f"3/{YEAR}", f"4/{YEAR}"]
    move(moved, MARCH + timedelta(days=30))
    assert (moved.label, moved.moved_from) == (f"5/{YEAR}", MARCH)
    assert Sheet(moved, None, reads=False).former_numbers == [f"2/{YEAR}", f"2/{YEAR + 1}"]
    for year, last in ((YEAR, 5), (YEAR + 1, 2)):
        taken = [*Meeting.objects.filter(year=year).values_list("number", flat=True)]
        taken += FormerNumber.objects.filter(year=year).values_list("number", flat=True)
        assert sorted(taken) == list(range(1, last + 1))  # type: ignore[type-var]


def test_a_meeting_moved_within_the_year_keeps_its_number(area: Body) -> None:
    moved = move(called(area), MARCH + timedelta(days=60))
    assert (moved.label, moved.former_numbers.count()) == (f"1/{YEAR}", 0)


def test_the_year_is_that_of_helsinki(area: Body) -> None:
    new_years_night = datetime(YEAR, 12, 31, 22, 30, tzinfo=UTC)
    assert called(area, new_years_night).label == f"1/{YEAR + 1}"


# ── sections ──


@pytest.mark.row("F48", part=True)
def test_sections_follow_the_agenda_and_run_through_the_year(area: Body) -> None:
    first = make.meeting(body=area, starts_at=MARCH, items=["A", "B", "C"])
    first.items.get(title="C").move(up=True)
    first.items.get(title="A").drop()
    first.call(make.person(), make.letter)
    second = called(area, MARCH + timedelta(days=30), items=2)
    first.open()
    second.open()
    assert [str(item) for item in first.items.all()] == ["§ 1 C", "§ 2 B"]
    assert [item.sign for item in second.items.all()] == ["§ 3", "§ 4"]
    late = make.item(meeting=first)
    assert (late.sign, late.position, Series.objects.get(body=area).last_section) == ("§ 5", 3, 5)


@pytest.mark.row("F48", part=True)
def test_sections_begin_again_with_the_year_of_the_meeting(area: Body) -> None:
    moved = move(called(area), NEXT_JANUARY)
    moved.open()
    assert [(item.sign, item.series.year) for item in moved.items.all() if item.series] == [("§ 1", YEAR + 1)]


def test_a_body_without_sections_numbers_its_agenda(group: Body) -> None:
    group.uses_sections = False
    group.save()
    memo = make.meeting(body=group, state=make.OPEN, items=2)
    make.item(meeting=memo)
    assert [(item.sign, item.anchor, item.series) for item in memo.items.all()] == [
        (f"{place}.", f"k{item.pk}", None) for place, item in enumerate(memo.items.all(), start=1)
    ]


# ── what is left open comes back ──


@pytest.mark.row("F30", part=True)
def test_a_meeting_without_quorum_hands_its_items_to_the_next_agenda(area: Body) -> None:
    opened = make.meeting(body=area, state=make.OPEN, items=["Käsitelty", "Kesken", "Toinen"], starts_at=MARCH)
    following = make.meeting(body=area, items=["Uusi"], starts_at=MARCH + timedelta(days=40))
    make.meeting(body=area, items=["Myöhempi"], starts_at=MARCH + timedelta(days=80))
    done = opened.items.get(title="Käsitelty")
    done.save_text(seen=done.revision, by=None, outcome=Outcome.NOTED, decision="Merkittiin tiedoksi.")
    end_without_quorum(opened)
    assert opened.is_quorate is False
    assert list(opened.items.values_list("outcome", flat=True)) == ["noted", "not_handled", "not_handled"]
    assert [item.title for item in following.items.all()] == ["Uusi", "Kesken", "Toinen"]
    carried = following.items.get(title="Kesken").carried_from
    assert carried
    assert carried.meeting == opened
    assert Item.objects.take_up(following) == []


@pytest.mark.row("F30", part=True)
def test_items_wait_for_the_next_meeting_to_be_made(area: Body, other_area: Body) -> None:
    opened = make.meeting(body=area, state=make.OPEN, items=["Kesken"], starts_at=MARCH)
    end_without_quorum(opened)
    cancelled = called(area, MARCH + timedelta(days=1), items=["Peruttu asia"])
    cancelled.cancel(make.person(), make.letter, "Este")
    elsewhere = make.meeting(body=other_area, items=0, starts_at=MARCH + timedelta(days=40))
    earlier = make.meeting(body=area, items=0, starts_at=MARCH - timedelta(days=5))
    following = make.meeting(body=area, items=0, starts_at=MARCH + timedelta(days=40))
    taken = [agenda.lay_out(meeting) for meeting in (elsewhere, earlier, following)]
    assert [[item.title for item in items] for items in taken] == [[], [], ["Kesken", "Peruttu asia"]]


def test_a_standing_item_is_not_carried_over(area: Body) -> None:
    opened = make.meeting(body=area, state=make.OPEN, items=["Kokouksen avaus", "Asia"], starts_at=MARCH)
    end_without_quorum(opened)
    following = make.meeting(body=area, items=0, starts_at=MARCH + timedelta(days=40))
    assert [item.title for item in Item.objects.take_up(following)] == ["Asia"]


# ── inspection ──


@pytest.fixture
def inspected(area: Body, member: Person) -> Minutes:
    """Minutes of area A that two inspect; one of them is the member."""
    meeting = make.meeting(body=area, state=make.OPEN)
    make.submit(meeting, [member, make.person()])
    return meeting.minutes


@pytest.mark.row("F53", part=True)
def test_an_inspector_whose_term_has_ended_still_reads_and_accepts(inspected: Minutes, member: Person) -> None:
    Term.objects.filter(person=member).update(ends_on=date(2024, 12, 31))
    gone = Person.objects.get(pk=member.pk)
    assert not gone.access.member_of
    assert list(Meeting.objects.visible_to(gone)) == [inspected.meeting]
    assert Item.objects.visible_to(gone).count() == 1
    assert list(Minutes.objects.inspected_by(gone)) == [inspected]
    for review in inspected.reviews.select_related("person"):
        inspected.accept(review.person)
    assert Minutes.objects.get(pk=inspected.pk).state == State.APPROVED
    assert [model.objects.visible_to(gone).count() for model in (Meeting, Item, Minutes)] == [0, 0, 0]


@pytest.mark.row("F53", part=True)
def test_an_inspector_who_never_answers_is_replaced(inspected: Minutes, member: Person) -> None:
    silent, other = inspected.reviews.select_related("person")
    inspected.accept(other.person)
    with pytest.raises(ValidationError):
        inspected.replace_reviewer(silent, make.person(), " ")
    new = make.person()
    inspected.replace_reviewer(silent, new, "Ei vastaa")
    with pytest.raises(WrongState):
        inspected.accept(silent.person)
    with pytest.raises(WrongState):
        inspected.replace_reviewer(other, make.person(), "Hyväksyi jo")
    inspected.accept(new)
    assert inspected.state == State.APPROVED
    kept = Review.objects.filter(minutes=inspected).values_list("person", "remark")
    assert set(kept) == {(member.pk, "Ei vastaa"), (other.person_id, ""), (new.pk, "")}


@pytest.mark.row("F53", part=True)
def test_the_next_meeting_inspects_what_nobody_answered(inspected: Minutes, area: Body) -> None:
    inspected.to_next_meeting("Tarkastajat eivät vastaa")
    with pytest.raises(WrongState):
        inspected.accept(inspected.reviews.all()[0].person)
    following = make.meeting(body=area, state=make.OPEN, starts_at=inspected.meeting.starts_at + timedelta(days=30))
    item = following.items.all()[0]
    with pytest.raises(ValidationError):
        inspected.approve_at(item)
    item.save_text(seen=item.revision, by=None, outcome=Outcome.AS_PROPOSED, decision="Hyväksyttiin.")
    inspected.approve_at(Item.objects.get(pk=item.pk))
    fresh = Minutes.objects.get(pk=inspected.pk)
    assert (fresh.state, fresh.approved_in, fresh.inspection) == (State.APPROVED, item, Inspection.NEXT_MEETING)


def test_only_a_later_meeting_of_the_same_body_approves(inspected: Minutes, area: Body, other_area: Body) -> None:
    inspected.to_next_meeting("Tarkastajat eivät vastaa")
    shift = timedelta(days=5)
    for body, starts_at in (
        (area, inspected.meeting.starts_at - shift),
        (other_area, inspected.meeting.starts_at + shift),
    ):
        opened = make.meeting(body=body, state=make.OPEN, starts_at=starts_at)
        make.decide(opened)
        with pytest.raises(ValidationError):
            inspected.approve_at(opened.items.all()[0])
    assert Minutes.objects.get(pk=inspected.pk).state == State.REVIEW


@pytest.mark.row("F53", part=True)
@pytest.mark.parametrize(
    ("mode", "state", "at_once"),
    [
        (Inspection.INSPECTORS, State.REVIEW, False),
        (Inspection.NEXT_MEETING, State.REVIEW, False),
        (Inspection.AT_ONCE, State.APPROVED, True),
        (Inspection.NONE, State.APPROVED, False),
    ],
)
def test_each_body_inspects_in_its_own_way(area: Body, mode: Inspection, state: State, at_once: bool) -> None:
    area.inspection = mode
    area.save()
    minutes = make.submit(make.meeting(body=area, state=make.OPEN))
    assert (minutes.state, minutes.reviews.count()) == (state, 2 if mode == Inspection.INSPECTORS else 0)
    assert [item.inspected_at is not None for item in minutes.meeting.items.all()] == [at_once]
    assert Item.objects.in_force().exists() == (state == State.APPROVED)


def test_a_changed_rule_of_the_body_changes_no_minutes_under_way(area: Body) -> None:
    opened = make.meeting(body=area, state=make.OPEN)
    area.inspection = Inspection.NONE
    area.save()
    assert make.submit(opened).state == State.REVIEW


def test_sending_back_voids_the_acceptances_and_asks_all_again(inspected: Minutes, member: Person) -> None:
    inspected.accept(member)
    inspected.send_back("Täydennä", member)
    make.submit(inspected.meeting, [review.person for review in inspected.reviews.all()])
    assert inspected.reviews.filter(accepted_at__isnull=True, replaced_at__isnull=True).count() == 2


def test_a_group_needs_no_inspectors_on_its_agenda(group: Body) -> None:
    assert group.kind == Kind.WORKING_GROUP
    memo = make.meeting(body=group, items=0)
    agenda.lay_out(memo)
    assert not memo.items.filter(title__contains="tarkastaj").exists()
