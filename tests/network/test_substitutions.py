"""Substitutions: one stand-in per term at a time, inside the term, and never the holder."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from network.models import Body, Substitution, Term
from tests import make
from tests.breaking import breaks, insert, race, update, words


@pytest.fixture
def term(area: Body) -> Term:
    """A member's term through 2024."""
    return make.term(body=area, ends_on=date(2024, 12, 31))


def new(term: Term, starts_on: date, ends_on: date, **fields: Any) -> Substitution:
    """A substitution not yet written."""
    person = fields.pop("person", None) or make.person()
    return Substitution(term=term, person=person, starts_on=starts_on, ends_on=ends_on, reason="Loma", **fields)


@pytest.mark.django_db
def test_a_substitution_runs_forward(term: Term) -> None:
    row = new(term, date(2024, 5, 2), date(2024, 5, 1))
    breaks(row, "substitution_period_forward", says="The end date is before the start date.", on="ends_on")


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2024, 5, 1), date(2024, 5, 31)])
def test_a_term_has_one_substitute_at_a_time(term: Term, day: date) -> None:
    make.substitution(term=term, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 31))
    row = new(term, day, day)
    breaks(row, "substitution_one_at_a_time", says="The term already has a substitute during this period.")


@pytest.mark.django_db
def test_another_substitute_takes_over_the_next_day(term: Term) -> None:
    make.substitution(term=term, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 31))
    row = new(term, date(2024, 6, 1), date(2024, 6, 30))
    row.full_clean()
    insert(row)


@pytest.mark.django_db
def test_nobody_stands_in_for_themselves(term: Term) -> None:
    row = new(term, date(2024, 5, 1), date(2024, 5, 31), person=term.person)
    breaks(row, "substitution_not_the_holder", says=words("substitution_not_the_holder"), on="person")


@pytest.mark.django_db
def test_a_term_is_not_given_to_its_substitute(term: Term) -> None:
    stand_in = make.substitution(term=term, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 31))
    term.person = stand_in.person
    breaks(term, "substitution_not_the_holder", says=words("substitution_not_the_holder"), on="person")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2023, 12, 31), date(2024, 5, 1)), (date(2024, 5, 1), date(2025, 1, 1)), (date(2025, 1, 1), make.FAR)],
)
def test_a_substitution_lies_inside_its_term(term: Term, starts_on: date, ends_on: date) -> None:
    row = new(term, starts_on, ends_on)
    breaks(row, "substitution_inside_its_term", says=words("substitution_inside_its_term"), on="starts_on")


@pytest.mark.django_db
@pytest.mark.parametrize("period", [{"ends_on": date(2024, 5, 30)}, {"starts_on": date(2024, 5, 2), "ends_on": None}])
def test_a_term_keeps_its_substitutions(term: Term, period: dict[str, Any]) -> None:
    make.substitution(term=term, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 31))
    for field, day in period.items():
        setattr(term, field, day)
    breaks(term, "term_keeps_its_substitutions", says=words("term_keeps_its_substitutions"), on="ends_on")


@pytest.mark.django_db
def test_a_substitution_has_a_reason(term: Term) -> None:
    row = new(term, date(2024, 5, 1), date(2024, 5, 31))
    row.reason = ""
    with override("en"), pytest.raises(Exception, match="cannot be blank"):
        row.full_clean()


@pytest.mark.django_db(transaction=True)
def test_a_term_cut_and_a_substitution_written_at_once_never_both(area: Body) -> None:
    term = make.term(body=area, ends_on=date(2024, 12, 31))
    row = new(term, date(2024, 9, 1), date(2024, 9, 30))
    met = race(lambda: update(term, ends_on=date(2024, 6, 30)), lambda: insert(row))
    assert set(met) in ({"", "substitution_inside_its_term"}, {"", "term_keeps_its_substitutions"})


@pytest.mark.django_db(transaction=True)
def test_two_substitutes_at_once_never_both(area: Body) -> None:
    term = make.term(body=area, ends_on=date(2024, 12, 31))
    rows = [new(term, date(2024, 9, 1), date(2024, 9, 30)) for _ in range(2)]
    met = race(lambda: insert(rows[0]), lambda: insert(rows[1]))
    assert sorted(met) == ["", "substitution_one_at_a_time"]
