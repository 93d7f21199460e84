"""Holding: what follows on a day from terms, stand-ins and the roles that come with another; never typed in."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.db.models import Model

from network.models import Body, Holding, Kind, Person, Role, Term
from tests import make

pytestmark = pytest.mark.django_db

Fact = tuple[Person, str, date, date | None]


def facts(body: Body) -> set[Fact]:
    """Who holds what in the body, from – to."""
    return {(h.person, h.role, h.starts_on, h.ends_on) for h in body.holdings.select_related("person")}


def holders(body: Body, day: date) -> set[tuple[Person, str]]:
    """Who holds what in the body on the day."""
    return {(h.person, h.role) for h in body.holdings.on(day).select_related("person")}


def test_a_term_is_a_holding(area: Body) -> None:
    seat = make.seat(body=area)
    term = make.term(body=area, role=Role.SECRETARY, seat=seat, starts_known="month", ends_known="year")
    holding = Holding.objects.get()
    assert (holding.term, holding.substitution, holding.ex_officio) == (term, None, None)
    assert (holding.person, holding.body, holding.role, holding.seat) == (term.person, area, Role.SECRETARY, seat)
    assert (holding.starts_known, holding.ends_known, holding.period) == ("month", "year", term.period)


def test_a_stand_in_holds_what_the_holder_holds_for_a_time(area: Body) -> None:
    term = make.term(body=area, role=Role.SECRETARY)
    stand_in = make.substitution(term=term, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 31))
    assert facts(area) == {
        (term.person, Role.SECRETARY, make.SINCE, None),
        (stand_in.person, Role.SECRETARY, date(2024, 5, 1), date(2024, 5, 31)),
    }


@pytest.mark.row("F15", part=True)
def test_the_chair_of_an_area_sits_in_the_board(board: Body, area: Body) -> None:
    term = make.term(body=area, role=Role.CHAIR, ends_on=date(2025, 12, 31))
    assert facts(board) == {(term.person, Role.MEMBER, make.SINCE, date(2025, 12, 31))}
    assert facts(area) == {(term.person, Role.CHAIR, make.SINCE, date(2025, 12, 31))}
    holding = board.holdings.get()
    assert holding.term == term
    assert holding.ex_officio is not None
    assert (holding.ex_officio.from_body, holding.ex_officio.from_role) == (area, Role.CHAIR)


@pytest.mark.row("F15", part=True)
def test_the_board_follows_a_change_of_chair_without_a_word_about_the_board(board: Body, area: Body) -> None:
    first = make.term(body=area, role=Role.CHAIR)
    first.end(date(2025, 5, 31))
    second = make.term(body=area, role=Role.CHAIR, starts_on=date(2025, 6, 1))
    assert holders(board, date(2025, 5, 31)) == {(first.person, Role.MEMBER)}
    assert holders(board, date(2025, 6, 1)) == {(second.person, Role.MEMBER)}
    assert not Term.objects.filter(body=board).exists()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((None, None), (date(2024, 1, 1), date(2025, 12, 31))),
        ((date(2024, 7, 1), None), (date(2024, 7, 1), date(2025, 12, 31))),
        ((None, date(2024, 6, 30)), (date(2024, 1, 1), date(2024, 6, 30))),
        ((date(2020, 1, 1), date(2099, 1, 1)), (date(2024, 1, 1), date(2025, 12, 31))),
        ((date(2024, 7, 1), date(2024, 7, 1)), (date(2024, 7, 1), date(2024, 7, 1))),
        ((date(2025, 12, 31), None), (date(2025, 12, 31), date(2025, 12, 31))),
        ((date(2026, 1, 1), None), None),
        ((None, date(2023, 12, 31)), None),
    ],
)
def test_what_follows_lasts_as_long_as_both_do(
    directors: Body, area: Body, row: tuple[date | None, date | None], expected: tuple[date, date] | None
) -> None:
    term = make.term(body=directors, role=Role.CHAIR, ends_on=date(2025, 12, 31))
    make.ex_officio(body=area, from_body=directors, starts_on=row[0], ends_on=row[1])
    assert facts(area) == ({(term.person, Role.MEMBER, *expected)} if expected else set())


def test_an_open_term_under_a_row_that_ends_has_an_end(directors: Body, area: Body) -> None:
    term = make.term(body=directors, role=Role.CHAIR)
    make.ex_officio(body=area, from_body=directors, ends_on=date(2024, 12, 31))
    assert facts(area) == {(term.person, Role.MEMBER, make.SINCE, date(2024, 12, 31))}


def test_a_row_cuts_a_roughly_known_period_to_the_day(directors: Body, area: Body) -> None:
    make.term(
        body=directors, role=Role.CHAIR, ends_on=date(2019, 12, 31), starts_on=date(2018, 8, 1),
        starts_known="month", ends_known="year",
    )  # fmt: skip
    make.ex_officio(body=area, from_body=directors, starts_on=date(2018, 10, 15))
    make.ex_officio(body=make.body(), from_body=directors, ends_on=date(2019, 3, 31))
    whole, late, early = Holding.objects.exclude(role=Role.CHAIR, ex_officio__isnull=False).order_by("ex_officio_key")
    assert [h.period for h in (whole, late, early)] == ["8/2018–2019", "15.10.2018–2019", "8/2018–31.3.2019"]


def test_only_the_role_named_brings_the_seat(board: Body, area: Body) -> None:
    make.term(body=area, role=Role.SECRETARY)
    make.term(body=area, role=Role.VICE_CHAIR)
    assert facts(board) == set()


@pytest.mark.parametrize("follows", [False, True])
def test_a_stand_in_takes_the_seat_elsewhere_only_where_that_is_decided(
    directors: Body, area: Body, follows: bool
) -> None:
    make.ex_officio(body=area, from_body=directors, substitute_follows=follows, ends_on=date(2024, 5, 15))
    term = make.term(body=directors, role=Role.CHAIR)
    stand_in = make.substitution(term=term, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 31))
    followed = {(stand_in.person, Role.MEMBER, date(2024, 5, 1), date(2024, 5, 15))}
    assert facts(area) == {(term.person, Role.MEMBER, make.SINCE, date(2024, 5, 15))} | (followed if follows else set())


def test_what_follows_sits_on_the_rows_seat(board: Body) -> None:
    area = make.body(parent=board)
    seat = make.seat(body=board, label_fi="Palvelualueen puheenjohtaja")
    make.ex_officio(body=board, from_body=area, seat=seat)
    make.term(body=area, role=Role.CHAIR, seat=make.seat(body=area))
    assert [holding.seat for holding in board.holdings.all()] == [seat]


@pytest.mark.row("F15", part=True)
def test_a_fifth_area_widens_the_board_from_its_day_on(board: Body, area: Body, other_area: Body) -> None:
    chairs = [make.term(body=body, role=Role.CHAIR).person for body in (area, other_area)]
    fifth = make.body(parent=board, valid_from=date(2025, 1, 1))
    make.ex_officio(body=board, from_body=fifth, starts_on=date(2025, 1, 1))
    newcomer = make.term(body=fifth, role=Role.CHAIR, starts_on=date(2024, 12, 1)).person
    two = {(person, Role.MEMBER) for person in chairs}
    assert holders(board, date(2024, 12, 31)) == two
    assert holders(board, date(2025, 1, 1)) == two | {(newcomer, Role.MEMBER)}


def test_the_rules_of_a_body_may_change_from_a_day_on(directors: Body, area: Body) -> None:
    """Until 2023 the directors' chair was a member here, since 2024 it has been the vice-chair."""
    make.ex_officio(body=area, from_body=directors, ends_on=date(2023, 12, 31))
    make.ex_officio(body=area, from_body=directors, from_role=Role.VICE_CHAIR, starts_on=date(2024, 1, 1))
    since = date(2022, 1, 1)
    chair = make.term(body=directors, role=Role.CHAIR, starts_on=since).person
    vice = make.term(body=directors, role=Role.VICE_CHAIR, starts_on=since).person
    assert holders(area, date(2023, 12, 31)) == {(chair, Role.MEMBER)}
    assert holders(area, date(2024, 1, 1)) == {(vice, Role.MEMBER)}


def test_a_person_on_two_grounds_has_two_holdings(board: Body, area: Body, other_area: Body) -> None:
    person = make.person()
    for body in (area, other_area):
        make.term(person=person, body=body, role=Role.CHAIR)
    assert len(board.holdings.filter(person=person)) == 2


# ── the board on any day ──


@pytest.fixture
def history(directors: Body, board: Body, area: Body, other_area: Body) -> dict[str, Person]:
    """Ten years of offices: the directors' chair and vice-chair, two areas' chairs with a gap, a secretary."""
    make.ex_officio(body=board, role=Role.VICE_CHAIR, from_body=directors, from_role=Role.VICE_CHAIR)
    offices: list[tuple[str, Body, Role, date, date | None]] = [
        ("d1", directors, Role.CHAIR, date(2016, 1, 1), date(2019, 12, 31)),
        ("d2", directors, Role.CHAIR, date(2020, 1, 1), None),
        ("v1", directors, Role.VICE_CHAIR, date(2016, 1, 1), date(2021, 6, 30)),
        ("a1", area, Role.CHAIR, date(2016, 1, 1), date(2017, 12, 31)),
        ("a2", area, Role.CHAIR, date(2018, 3, 1), None),
        ("b1", other_area, Role.CHAIR, date(2018, 5, 1), date(2018, 5, 1)),
        ("b2", other_area, Role.CHAIR, date(2024, 2, 29), None),
        ("s1", board, Role.SECRETARY, date(2016, 1, 1), date(2023, 12, 31)),
    ]
    people = {}
    for name, body, role, starts_on, ends_on in offices:
        term = make.term(body=body, role=role, starts_on=starts_on, ends_on=ends_on)
        people[name] = term.person
    return people


BOARD_ON = {
    date(2015, 12, 31): "",
    date(2016, 1, 1): "d1 v1 a1 s1",
    date(2017, 12, 31): "d1 v1 a1 s1",
    date(2018, 1, 1): "d1 v1 s1",
    date(2018, 2, 28): "d1 v1 s1",
    date(2018, 3, 1): "d1 v1 a2 s1",
    date(2018, 4, 30): "d1 v1 a2 s1",
    date(2018, 5, 1): "d1 v1 a2 b1 s1",
    date(2018, 5, 2): "d1 v1 a2 s1",
    date(2019, 12, 31): "d1 v1 a2 s1",
    date(2020, 1, 1): "d2 v1 a2 s1",
    date(2021, 6, 30): "d2 v1 a2 s1",
    date(2021, 7, 1): "d2 a2 s1",
    date(2023, 12, 31): "d2 a2 s1",
    date(2024, 1, 1): "d2 a2",
    date(2024, 2, 28): "d2 a2",
    date(2024, 2, 29): "d2 a2 b2",
    date(2026, 11, 24): "d2 a2 b2",
}
IN_BOARD = {"d": Role.CHAIR, "v": Role.VICE_CHAIR, "a": Role.MEMBER, "b": Role.MEMBER, "s": Role.SECRETARY}


@pytest.mark.row("F13", "F15", "N5", part=True)
def test_the_board_of_any_day_is_computed(board: Body, history: dict[str, Person]) -> None:
    expected = {day: {(history[name], IN_BOARD[name[0]]) for name in names.split()} for day, names in BOARD_ON.items()}
    assert {day: holders(board, day) for day in BOARD_ON} == expected


@pytest.mark.row("N5", part=True)
def test_no_derived_membership_is_stored(board: Body, history: dict[str, Person]) -> None:
    assert {term.person for term in Term.objects.filter(body=board)} == {history["s1"]}


@pytest.mark.row("F13", part=True)
def test_a_roster_of_a_day_is_one_query(
    board: Body, history: dict[str, Person], django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(1):
        assert len(board.holdings.on(date(2018, 5, 1)).select_related("person")) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO network_holding (term_id, person_id, body_id, role) VALUES (1, 1, 1, 'chair')",
        "UPDATE network_holding SET role = 'chair'",
        "DELETE FROM network_holding",
    ],
)
def test_a_holding_is_never_typed_in(area: Body, statement: str) -> None:
    make.term(body=area)
    with pytest.raises(Exception, match="view"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("kind", list(Kind))
def test_holdings_are_asked_of_bodies_of_every_kind(kind: Kind) -> None:
    body = make.body(kind=kind)
    term = make.term(body=body)
    kept: list[Model] = [term.body, term.person]
    assert [list(record.holdings.on(make.SINCE)) for record in kept] == [[Holding.objects.get()]] * 2  # type: ignore[attr-defined]
