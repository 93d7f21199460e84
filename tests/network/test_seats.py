"""Seats: a place of a department or with a label, and never shrunk under the term that holds it."""

from datetime import date
from typing import Any

import pytest
from django.db.models import ProtectedError

from network.models import Body, Department, Seat, Term
from tests import make
from tests.breaking import breaks, insert, race, update, words


@pytest.mark.django_db
def test_validity_runs_forward(area: Body) -> None:
    seat = Seat(body=area, label_fi="Paikka", valid_from=date(2024, 1, 2), valid_to=date(2024, 1, 1))
    breaks(seat, "seat_period_forward", says="The end date is before the start date.", on="valid_to")


@pytest.mark.django_db
def test_a_seat_has_a_department_or_a_label(area: Body) -> None:
    breaks(Seat(body=area), "seat_department_or_label", says="A seat has a department or a label.")


@pytest.mark.django_db
@pytest.mark.parametrize("valid_from", [None, date(2024, 1, 1)])
def test_one_seat_of_a_department_begins_on_a_day(area: Body, department: Department, valid_from: date | None) -> None:
    make.seat(body=area, department=department, valid_from=valid_from)
    second = Seat(body=area, department=department, label_fi="Toinen", valid_from=valid_from)
    breaks(second, "seat_one_start", says="The department already has a seat from this day.")


@pytest.mark.django_db
def test_a_department_has_one_seat_at_a_time(area: Body, department: Department) -> None:
    make.seat(body=area, department=department, valid_to=date(2023, 12, 31))
    make.seat(body=area, department=department, valid_from=date(2024, 1, 1))
    overlapping = Seat(body=area, department=department, valid_from=date(2025, 1, 1))
    breaks(
        overlapping,
        "seat_one_per_department",
        says="The department already has a seat during this period.",
    )


@pytest.mark.django_db
def test_a_department_sits_in_several_bodies(area: Body, other_area: Body, department: Department) -> None:
    for body in (area, other_area):
        make.seat(body=body, department=department).full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "validity",
    [
        {"valid_from": date(2024, 6, 1)},
        {"valid_to": date(2024, 6, 1)},
        {"valid_from": date(2024, 1, 2), "valid_to": date(2024, 12, 30)},
        {"valid_from": date(2025, 1, 1)},
    ],
)
def test_a_seat_keeps_its_terms(area: Body, validity: dict[str, Any]) -> None:
    seat = make.seat(body=area)
    make.term(body=area, seat=seat, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    for field, day in validity.items():
        setattr(seat, field, day)
    breaks(seat, "seat_keeps_its_terms", says=words("seat_keeps_its_terms"), on="valid_to")


@pytest.mark.django_db
def test_an_open_term_needs_an_open_seat(area: Body) -> None:
    seat = make.seat(body=area)
    make.term(body=area, seat=seat)
    seat.valid_to = make.FAR
    breaks(seat, "seat_keeps_its_terms", says=words("seat_keeps_its_terms"), on="valid_to")


@pytest.mark.django_db
def test_a_seat_shrinks_to_its_terms(area: Body) -> None:
    seat = make.seat(body=area)
    make.term(body=area, seat=seat, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    seat.valid_from, seat.valid_to = date(2024, 1, 1), date(2024, 12, 31)
    seat.full_clean()
    seat.save()


@pytest.mark.django_db
def test_a_seat_stays_in_its_body(area: Body, other_area: Body) -> None:
    seat = make.seat(body=area)
    seat.body = other_area
    breaks(seat, "seat_stays_in_its_body", says=words("seat_stays_in_its_body"), on="body")


@pytest.mark.django_db
def test_a_seat_is_called_by_its_label_or_its_department(area: Body, department: Department) -> None:
    seats = [make.seat(body=area, label_fi="Puheenjohtaja"), make.seat(body=area, department=department)]
    assert [str(seat) for seat in seats] == ["Puheenjohtaja", "Esimerkkilän pelastuslaitos"]


@pytest.mark.django_db(transaction=True)
def test_a_seat_shrunk_and_a_term_written_at_once_never_both(area: Body) -> None:
    seat, person = make.seat(body=area), make.person()
    met = race(
        lambda: update(seat, valid_to=date(2024, 6, 30)),
        lambda: insert(Term(person=person, body=area, seat=seat, starts_on=date(2024, 1, 1))),
    )
    assert set(met) in ({"", "term_inside_its_seat"}, {"", "seat_keeps_its_terms"})


@pytest.mark.django_db
def test_a_seat_that_was_held_is_never_deleted(area: Body) -> None:
    seat = make.seat(body=area)
    make.term(body=area, seat=seat)
    with pytest.raises(ProtectedError):
        seat.delete()
