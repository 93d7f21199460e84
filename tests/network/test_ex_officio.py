"""ExOfficio: a role that comes with another, from one source at a time and never beside a direct term."""

from datetime import date
from typing import Any

import pytest

from network.models import Body, ExOfficio, Role
from tests import make
from tests.breaking import breaks, words

pytestmark = pytest.mark.django_db


def new(body: Body, from_body: Body, **fields: Any) -> ExOfficio:
    """A row not yet written: the chair there is a secretary here."""
    facts = {"role": Role.SECRETARY, "from_role": Role.CHAIR}
    return ExOfficio(**{"body": body, "from_body": from_body} | facts | fields)


@pytest.mark.parametrize(
    ("field", "constraint"), [("role", "exofficio_role_known"), ("from_role", "exofficio_from_role_known")]
)
def test_roles_are_known(area: Body, other_area: Body, field: str, constraint: str) -> None:
    row = new(area, other_area, **{field: "boss"})
    breaks(row, constraint, says="Value 'boss' is not a valid choice.", on=field)


def test_a_period_runs_forward(area: Body, other_area: Body) -> None:
    row = new(area, other_area, starts_on=date(2024, 1, 2), ends_on=date(2024, 1, 1))
    breaks(row, "exofficio_period_forward", says="The end date is before the start date.", on="ends_on")


def test_a_role_follows_from_another_body(area: Body) -> None:
    breaks(
        new(area, area),
        "exofficio_another_body",
        says="A role does not follow from a role in the same body.",
    )


@pytest.mark.parametrize("starts_on", [None, date(2024, 1, 1), date(2024, 12, 31)])
def test_the_same_pair_stands_once_at_a_time(area: Body, other_area: Body, starts_on: date | None) -> None:
    new(area, other_area, ends_on=date(2024, 12, 31)).save()
    second = new(area, other_area, role=Role.MEMBER, starts_on=starts_on)
    breaks(second, "exofficio_same_pair_once", says="The same role already follows during this period.")


def test_the_same_pair_may_stand_again_later(area: Body, other_area: Body) -> None:
    new(area, other_area, ends_on=date(2024, 12, 31)).save()
    new(area, other_area, starts_on=date(2025, 1, 1)).full_clean()


def test_a_chair_comes_from_one_source(board: Body, area: Body) -> None:
    """The directors' chair leads the board, so no area's chair does."""
    row = new(board, area, role=Role.CHAIR, from_role=Role.SECRETARY)
    breaks(row, "exofficio_one_source_of_chair", says="The body already gets its chair from another role.")


def test_a_seat_is_filled_from_one_source(board: Body, area: Body, other_area: Body) -> None:
    seat = make.seat(body=board)
    new(board, area, role=Role.MEMBER, from_role=Role.SECRETARY, seat=seat).save()
    row = new(board, other_area, role=Role.MEMBER, from_role=Role.SECRETARY, seat=seat)
    breaks(row, "exofficio_one_source_of_seat", says="The seat is already filled from another role.")


def test_a_seat_is_of_its_body(board: Body, area: Body) -> None:
    row = new(board, area, from_role=Role.SECRETARY, seat=make.seat(body=area))
    breaks(row, "exofficio_seat_of_its_body", says=words("exofficio_seat_of_its_body"), on="seat")


@pytest.mark.parametrize("starts_on", [None, date(2023, 1, 1), date(2024, 12, 31)])
def test_a_role_held_by_a_direct_term_does_not_come_with_another(
    area: Body, other_area: Body, starts_on: date | None
) -> None:
    make.term(body=area, role=Role.SECRETARY, ends_on=date(2024, 12, 31))
    row = new(area, other_area, starts_on=starts_on)
    breaks(row, "exofficio_beside_term", says=words("exofficio_beside_term"), on="role")


def test_a_role_comes_with_another_after_the_direct_term(area: Body, other_area: Body) -> None:
    make.term(body=area, role=Role.SECRETARY, ends_on=date(2024, 12, 31))
    row = new(area, other_area, starts_on=date(2025, 1, 1))
    row.full_clean()
    row.save()


def test_a_seat_that_somebody_holds_is_not_filled_from_another_role(area: Body, other_area: Body) -> None:
    seat = make.seat(body=area)
    make.term(body=area, seat=seat)
    row = new(area, other_area, seat=seat)
    breaks(row, "exofficio_beside_term", says=words("exofficio_beside_term"), on="role")


def test_a_row_is_not_widened_over_a_direct_term(area: Body, other_area: Body) -> None:
    row = new(area, other_area, ends_on=date(2024, 12, 31))
    row.save()
    make.term(body=area, role=Role.SECRETARY, starts_on=date(2025, 1, 1))
    row.ends_on = None
    breaks(row, "exofficio_beside_term", says=words("exofficio_beside_term"), on="role")
