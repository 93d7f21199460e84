"""Who learns of a meeting, who reads its papers and items, and who keeps them: the cast against each state."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from meetings.models import Action, Item, Meeting, Minutes, Outcome, State
from network.models import Body, Person, Term
from network.visibility import Visibility
from tests import make
from tests.conftest import EVERYBODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("file_cast")]
KEPT = EVERYBODY
PUBLIC, NETWORK, BODY = Visibility.PUBLIC, Visibility.NETWORK, Visibility.BODY
CAST = (
    "anonymous", "member", "secretary", "chair", "group_chair", "expert", "director", "other_chair", "coordinator",
    "former_chair", "keeper", "outsider", "acting_alternate",
)  # fmt: skip

KEEPERS = "secretary chair director coordinator"  # of area A: its officers, the board's chair, the secretariat
READERS = f"{KEEPERS} member acting_alternate"
INSIDE = f"{READERS} group_chair other_chair outsider"  # the network's own
ALL = " ".join(CAST)
GROUP_KEEPERS = "secretary chair group_chair coordinator"


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> Callable[[], dict[str, Any]]:
    """The cast as the next request would load them, and the anonymous reader; loaded once all has been made."""
    people = {name: request.getfixturevalue(name) for name in CAST if name != "anonymous"}

    @lru_cache
    def load() -> dict[str, Any]:
        fresh = Person.objects.in_bulk([person.pk for person in people.values()])
        return {"anonymous": AnonymousUser()} | {name: fresh[person.pk] for name, person in people.items()}

    return load


def who(cast: Callable[[], dict[str, Any]], rows: Any, ask: str, pk: int) -> set[str]:
    """Who of the cast finds the row by the question."""
    return {name for name, user in cast().items() if getattr(rows, ask)(user).filter(pk=pk).exists()}


# state of the meeting, visibility of its papers, who reads them
PAPERS = [
    (make.AGENDA, PUBLIC, KEEPERS),
    (make.CALLED, PUBLIC, READERS),
    (make.CANCELLED, PUBLIC, READERS),
    (make.OPEN, PUBLIC, READERS),
    (State.REVIEW, PUBLIC, READERS),
    (State.APPROVED, PUBLIC, READERS),
    (State.SIGNED, PUBLIC, READERS),
    (State.PUBLISHED, BODY, READERS),
    (State.PUBLISHED, NETWORK, INSIDE),
    (State.PUBLISHED, PUBLIC, ALL),
]


@pytest.mark.row("F90", part=True)
@pytest.mark.parametrize(("state", "visibility", "readers"), PAPERS)
def test_who_reads_the_papers(
    cast: Callable[[], dict[str, Any]], area: Body, state: str, visibility: Visibility, readers: str
) -> None:
    meeting = make.meeting(body=area, state=state, visibility=visibility)
    item = meeting.items.all()[0]
    assert who(cast, Meeting.objects, "visible_to", meeting.pk) == set(readers.split())
    assert who(cast, Item.objects, "visible_to", item.pk) == set(readers.split())
    if meeting.has_minutes:
        assert who(cast, Minutes.objects, "visible_to", meeting.pk) == set(readers.split())


@pytest.mark.row("F90", part=True)
@pytest.mark.parametrize(("state", "readers"), [(make.AGENDA, GROUP_KEEPERS), (make.CALLED, f"{GROUP_KEEPERS} expert")])
def test_who_reads_the_papers_of_a_group(
    cast: Callable[[], dict[str, Any]], group: Body, state: str, readers: str
) -> None:
    meeting = make.meeting(body=group, state=state)
    assert who(cast, Meeting.objects, "visible_to", meeting.pk) == set(readers.split())
    assert who(cast, Meeting.objects, "managed_by", meeting.pk) == set(GROUP_KEEPERS.split())


@pytest.mark.row("F90", part=True)
@pytest.mark.parametrize(
    ("state", "calendar", "papers", "knowers"),
    [
        (make.AGENDA, PUBLIC, PUBLIC, KEEPERS),
        (make.CALLED, PUBLIC, BODY, ALL),
        (make.CALLED, NETWORK, PUBLIC, INSIDE),
        (make.CALLED, BODY, PUBLIC, READERS),
        (make.CANCELLED, PUBLIC, BODY, ALL),
        (State.SIGNED, BODY, PUBLIC, READERS),
        (State.PUBLISHED, BODY, PUBLIC, ALL),
        (State.PUBLISHED, NETWORK, BODY, INSIDE),
    ],
)
def test_who_learns_of_a_meeting_apart_from_its_papers(
    cast: Callable[[], dict[str, Any]], area: Body, state: str, calendar: str, papers: str, knowers: str
) -> None:
    meeting = make.meeting(body=area, state=state, calendar_visibility=calendar, visibility=papers)
    assert who(cast, Meeting.objects, "listed_for", meeting.pk) == set(knowers.split())


def test_a_meeting_cancelled_before_its_notice_is_the_keepers_alone(
    cast: Callable[[], dict[str, Any]], area: Body
) -> None:
    meeting = make.meeting(body=area)
    meeting.cancel(make.person(), make.letter, "Turha")
    for ask in ("listed_for", "visible_to", "managed_by"):
        assert who(cast, Meeting.objects, ask, meeting.pk) == set(KEEPERS.split())


@pytest.mark.row("F90", part=True)
@pytest.mark.parametrize(
    ("meeting_level", "item_level", "readers"),
    [
        (PUBLIC, None, ALL),
        (PUBLIC, PUBLIC, ALL),
        (PUBLIC, NETWORK, INSIDE),
        (PUBLIC, BODY, READERS),
        (NETWORK, PUBLIC, INSIDE),
        (NETWORK, BODY, READERS),
        (BODY, PUBLIC, READERS),
        (BODY, NETWORK, READERS),
    ],
)
def test_an_item_only_narrows_its_meeting(
    cast: Callable[[], dict[str, Any]], area: Body, meeting_level: str, item_level: str | None, readers: str
) -> None:
    meeting = make.meeting(body=area, items=0, visibility=meeting_level)
    item = make.item(meeting=meeting, visibility=item_level)
    meeting.call(make.person(), make.letter)
    meeting.open()
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    assert who(cast, Item.objects, "visible_to", item.pk) == set(readers.split())


# ── keeping ──


@pytest.mark.row("F90", part=True)
@pytest.mark.parametrize("state", [make.AGENDA, make.CALLED, make.OPEN, State.SIGNED, State.PUBLISHED])
def test_who_keeps_a_meeting(cast: Callable[[], dict[str, Any]], area: Body, state: str) -> None:
    meeting = make.meeting(body=area, state=state, visibility=PUBLIC)
    item = meeting.items.all()[0]
    assert who(cast, Meeting.objects, "managed_by", meeting.pk) == set(KEEPERS.split())
    assert who(cast, Item.objects, "managed_by", item.pk) == set(KEEPERS.split())
    editable = KEEPERS if state in (make.AGENDA, make.CALLED, make.OPEN) else ""
    assert who(cast, Item.objects, "editable_by", item.pk) == set(editable.split())


@pytest.mark.row("F90", part=True)
@pytest.mark.parametrize("name", ["outsider", "former_chair", "keeper"])
def test_whoever_writes_the_minutes_keeps_that_meeting_until_it_is_published(
    request: pytest.FixtureRequest, area: Body, name: str
) -> None:
    """A change of secretary orphans no draft, and opens nothing else."""
    writer: Person = request.getfixturevalue(name)
    meeting = make.meeting(body=area, state=make.OPEN, minuted_by=writer, visibility=BODY)
    item = meeting.items.get()
    other = make.meeting(body=area, state=make.OPEN, visibility=BODY)
    for state in (State.DRAFT, State.REVIEW, State.APPROVED, State.SIGNED):
        make.minutes(meeting=meeting, state=state)
        for ask in ("managed_by", "visible_to"):
            assert list(getattr(Meeting.objects, ask)(writer)) == [meeting]
            assert list(getattr(Item.objects, ask)(writer)) == [item]
        assert not Meeting.objects.managed_by(writer).filter(pk=other.pk).exists()
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    for rows in (Meeting.objects, Item.objects):
        assert not rows.managed_by(writer).exists()
        assert not rows.visible_to(writer).exists()


@pytest.mark.parametrize("as_writer", [True, False])
def test_who_wrote_or_inspected_reads_no_narrower_item_once_it_is_published(
    area: Body, outsider: Person, as_writer: bool
) -> None:
    meeting = make.meeting(body=area, state=make.OPEN, visibility=PUBLIC)
    open_item, narrow = meeting.items.get(), make.item(meeting=meeting, visibility=BODY)
    if as_writer:
        meeting.minuted_by = outsider
        meeting.save()
    make.submit(meeting, [make.person() if as_writer else outsider])
    assert set(Item.objects.visible_to(outsider)) == {open_item, narrow}
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    assert list(Item.objects.visible_to(outsider)) == [open_item]


def test_a_replaced_inspector_reads_no_longer(area: Body, outsider: Person) -> None:
    minutes = make.submit(make.meeting(body=area, state=make.OPEN), [outsider])
    assert Meeting.objects.visible_to(outsider).exists()
    minutes.replace_reviewer(minutes.reviews.get(), make.person(), "Ei vastaa")
    assert not Meeting.objects.visible_to(outsider).exists()
    assert not Item.objects.visible_to(outsider).exists()


def test_a_term_that_ended_closes_the_papers(area: Body, member: Person) -> None:
    make.meeting(body=area, state=make.CALLED)
    assert Meeting.objects.visible_to(member).exists()
    Term.objects.filter(person=member).update(ends_on=date(2025, 1, 1))
    assert not Meeting.objects.visible_to(Person.objects.get(pk=member.pk)).exists()


# ── what follows from the items ──


@pytest.mark.row("F61", part=True)
def test_an_action_is_read_with_its_item_or_as_ones_own(
    cast: Callable[[], dict[str, Any]], area: Body, former_chair: Person
) -> None:
    meeting = make.meeting(body=area, state=State.PUBLISHED, visibility=BODY)
    action = make.action(item=meeting.items.all()[0], owner=former_chair)
    assert who(cast, Action.objects, "visible_to", action.pk) == {*READERS.split(), "former_chair"}
    assert who(cast, Action.objects, "managed_by", action.pk) == {*KEEPERS.split(), "former_chair"}


def test_a_decision_is_in_force_from_the_inspection_on(area: Body) -> None:
    seen: dict[str, tuple[list[bool], bool]] = {}
    for state in (make.OPEN, State.DRAFT, State.REVIEW, State.APPROVED, State.SIGNED, State.PUBLISHED):
        item = make.meeting(body=area, state=state).items.all()[0]
        registered = Item.objects.registered().filter(pk=item.pk).values_list("is_in_force", flat=True)
        seen[state] = (list(registered), Item.objects.in_force().filter(pk=item.pk).exists())
    waits, holds = ([False], False), ([True], True)
    assert list(seen.values()) == [([], False), ([], False), waits, holds, holds, holds]


def test_what_was_not_decided_is_never_in_force(area: Body) -> None:
    meeting = make.meeting(body=area, state=make.OPEN, items=len(Outcome.values))
    for item, outcome in zip(meeting.items.all(), Outcome.values, strict=True):
        item.save_text(seen=item.revision, by=None, outcome=outcome, decision="Sanat.")
    make.minutes(meeting=meeting, state=State.APPROVED)
    assert set(Item.objects.in_force().values_list("outcome", flat=True)) == {"as_proposed", "amended"}


# ── each question is one query ──


@pytest.mark.parametrize("name", ["anonymous", "member", "secretary", "expert", "coordinator", "keeper"])
def test_each_question_is_one_query(
    cast: Callable[[], dict[str, Any]], area: Body, name: str, django_assert_max_num_queries: Callable
) -> None:
    minutes = make.minutes(body=area, state=State.REVIEW)
    make.action(item=minutes.meeting.items.all()[0])
    user = cast()[name]
    _ = getattr(user, "access", None)
    questions: list[tuple[Any, tuple[str, ...]]] = [
        (Meeting.objects, ("visible_to", "listed_for", "managed_by")),
        (Item.objects, ("visible_to", "managed_by", "editable_by")),
        (Action.objects, ("visible_to",)),
        (Minutes.objects, ("visible_to", "managed_by")),
    ]
    asked = [getattr(rows, ask)(user) for rows, asks in questions for ask in asks]
    with django_assert_max_num_queries(len(asked)):
        for rows in asked:
            assert len(set(rows)) == len(list(rows)), "a row stands in the answer once"
