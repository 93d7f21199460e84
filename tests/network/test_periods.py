"""Periods: asked on a day, overlapping on shared days, and printed no finer than they are known."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from network.models import Body, Employment, Person, Role, Term
from network.periods import Known, check_period, print_date, print_period, today
from tests import make

DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 20))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 21, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 22, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 24, 22, 30, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 7, 1, 20, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_today_is_the_day_in_helsinki(moment: datetime, day: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert today() == day


@pytest.mark.django_db
def test_current_is_the_day_in_helsinki_although_the_database_lives_in_utc(area: Body) -> None:
    term = make.term(body=area, ends_on=date(2026, 11, 24))
    with time_machine.travel(datetime(2026, 11, 24, 21, 59, tzinfo=UTC), tick=False):
        assert list(Term.objects.current()) == [term]
    with time_machine.travel(datetime(2026, 11, 24, 22, 30, tzinfo=UTC), tick=False):
        assert list(Term.objects.current()) == []


@pytest.mark.django_db
def test_a_period_holds_its_first_and_its_last_day(area: Body) -> None:
    term = make.term(body=area, starts_on=date(2024, 1, 10), ends_on=date(2024, 1, 12))
    days = [date(2024, 1, day) for day in range(9, 14)]
    assert [Term.objects.on(day).exists() for day in days] == [False, True, True, True, False]
    assert [term.held_on(day) for day in days] == [False, True, True, True, False]
    assert [area.holdings.on(day).exists() for day in days] == [False, True, True, True, False]


@pytest.mark.django_db
def test_overlapping_and_reaching_outside_agree_with_counting_days() -> None:
    """Every pair of periods within four days, open ends included, against sets of days."""
    span = [date(2024, 1, day) for day in range(1, 5)]
    ends: list[date | None] = [*span, None]
    person = make.person()

    def days(first: date | None, last: date | None) -> set[date]:
        early, late = date(2023, 12, 1), date(2024, 2, 28)
        return {date.fromordinal(n) for n in range((first or early).toordinal(), (last or late).toordinal() + 1)}

    pairs = [(a, b) for a in ends for b in ends if not (a and b and b < a)]
    for first, last in pairs:
        job = make.employment(person=person, organisation="Oy", starts_on=first, ends_on=last)
        for other_first, other_last in pairs:
            mine, theirs = days(first, last), days(other_first, other_last)
            met = Employment.objects.overlapping(other_first, other_last).exists()
            out = Employment.objects.reaching_outside(other_first, other_last).exists()
            assert (met, out) == (bool(mine & theirs), not mine <= theirs), (first, last, other_first, other_last)
        job.delete()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "starts_known", "ends_known", "printed"),
    [
        (date(2018, 8, 1), date(2019, 12, 31), Known.MONTH, Known.YEAR, "8/2018–2019"),
        (date(2016, 1, 1), date(2019, 12, 31), Known.YEAR, Known.YEAR, "2016–2019"),
        (date(2018, 1, 1), date(2018, 12, 31), Known.YEAR, Known.YEAR, "2018"),
        (date(2018, 8, 1), date(2018, 8, 31), Known.MONTH, Known.MONTH, "8/2018"),
        (date(2026, 2, 1), None, Known.DAY, Known.DAY, "1.2.2026–"),
        (date(2016, 1, 1), None, Known.YEAR, Known.DAY, "2016–"),
        (None, date(2026, 2, 1), Known.DAY, Known.DAY, "–1.2.2026"),
        (date(2026, 2, 1), date(2026, 12, 31), Known.DAY, Known.DAY, "1.2.2026–31.12.2026"),
        (None, None, Known.DAY, Known.DAY, ""),
    ],
)
def test_a_period_prints_no_finer_than_its_source(
    starts_on: date | None, ends_on: date | None, starts_known: str, ends_known: str, printed: str
) -> None:
    assert print_period(starts_on, ends_on, starts_known, ends_known) == printed


@pytest.mark.parametrize("code", ["fi", "sv", "en"])
def test_a_day_is_never_written_month_first(code: str) -> None:
    with override(code):
        assert print_date(date(2026, 2, 1)) == "1.2.2026"


@given(DAYS, DAYS)
def test_a_period_runs_forward_or_is_refused(starts: date, ends: date) -> None:
    if ends < starts:
        with pytest.raises(ValidationError):
            check_period(starts, ends)
    else:
        check_period(starts, ends)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["boss", ""])
def test_a_forged_role_beside_another_term_is_a_message_and_no_crash(area: Body, role: str) -> None:
    """The exclusion of a second chair asks the role: a role that has failed must not crash the form."""
    make.term(body=area, role=Role.CHAIR)
    term = Term(person=make.person(), body=area, role=role, starts_on=make.SINCE)
    with pytest.raises(ValidationError) as caught:
        term.full_clean()
    assert set(caught.value.message_dict) == {"role"}


@pytest.mark.django_db
def test_a_direct_term_in_an_ex_officio_role_is_a_message_beside_the_exclusions(area: Body, board: Body) -> None:
    person: Person = make.person()
    with pytest.raises(ValidationError) as caught:
        Term(person=person, body=board, role=Role.CHAIR, starts_on=make.SINCE).full_clean()
    assert set(caught.value.message_dict) == {"role"}
