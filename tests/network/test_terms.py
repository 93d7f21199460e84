"""Terms: what was decided. One role at a time, one chair, one holder of a seat, and nothing typed twice."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from network.models import Body, ExOfficio, Person, Role, Term
from network.periods import Known
from tests import make
from tests.breaking import breaks, insert, race, refused, told, update, words

ONE_ROLE = "The person already has a role in this body during this period."
ONE_CHAIR = "The body already has a chair during this period."
ONE_HOLDER = "The seat is already taken during this period."
BACKWARDS = "The end date is before the start date."


def new(body: Body, person: Person | None = None, **fields: Any) -> Term:
    """A term not yet written."""
    return Term(**{"person": person or make.person(), "body": body, "starts_on": make.SINCE} | fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "constraint"),
    [
        ("role", "term_role_known"),
        ("starts_known", "term_starts_known"),
        ("ends_known", "term_ends_known"),
    ],
)
def test_choices_of_a_term_are_known(area: Body, field: str, constraint: str) -> None:
    term = make.term(body=area)
    setattr(term, field, "boss")
    breaks(term, constraint, says="Value 'boss' is not a valid choice.", on=field)


@pytest.mark.django_db
def test_a_term_runs_forward(area: Body) -> None:
    term = new(area, starts_on=date(2024, 1, 2), ends_on=date(2024, 1, 1))
    breaks(term, "term_period_forward", says=BACKWARDS, on="ends_on")


@pytest.mark.django_db
def test_backward_dates_over_another_term_are_a_message_and_no_crash(area: Body) -> None:
    """Postgres refuses to build a backward range: the overlap must not even be asked."""
    person = make.person()
    make.term(body=area, person=person)
    term = new(area, person, role=Role.CHAIR, starts_on=date(2025, 1, 2), ends_on=date(2025, 1, 1))
    breaks(term, "term_period_forward", says=BACKWARDS, on="ends_on")


@pytest.mark.django_db
def test_only_an_alternate_stands_for_somebody(area: Body) -> None:
    term = new(area, alternate_for=make.term(body=area))
    breaks(term, "term_only_alternate_for", says="Only an alternate stands for somebody.")


@pytest.mark.django_db
def test_nobody_is_their_own_alternate(area: Body) -> None:
    term = make.term(body=area, role=Role.ALTERNATE)
    term.alternate_for = term
    breaks(term, "term_not_own_alternate", says="Nobody is their own alternate.")


@pytest.mark.django_db
def test_an_alternate_stands_for_somebody_in_the_same_body(area: Body, other_area: Body) -> None:
    term = new(area, role=Role.ALTERNATE, alternate_for=make.term(body=other_area))
    assert told(term) == {"alternate_for": ["The alternate stands for somebody in the same body."]}


OVERLAPS = [
    (date(2024, 12, 31), None),
    (date(2023, 1, 1), date(2024, 1, 1)),
    (date(2024, 5, 1), date(2024, 5, 1)),
    (date(2023, 1, 1), None),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("starts_on", "ends_on"), OVERLAPS)
def test_a_person_holds_one_role_in_a_body_at_a_time(area: Body, starts_on: date, ends_on: date | None) -> None:
    person = make.person()
    make.term(person=person, body=area, ends_on=date(2024, 12, 31))
    term = new(area, person, role=Role.EXPERT, starts_on=starts_on, ends_on=ends_on)
    breaks(term, "term_one_role_at_a_time", says=ONE_ROLE)


@pytest.mark.django_db
@pytest.mark.parametrize(("starts_on", "ends_on"), OVERLAPS)
def test_a_body_has_one_chair_at_a_time(area: Body, starts_on: date, ends_on: date | None) -> None:
    make.term(body=area, role=Role.CHAIR, ends_on=date(2024, 12, 31))
    term = new(area, role=Role.CHAIR, starts_on=starts_on, ends_on=ends_on)
    breaks(term, "term_one_chair_at_a_time", says=ONE_CHAIR)


@pytest.mark.django_db
@pytest.mark.parametrize(("starts_on", "ends_on"), OVERLAPS)
def test_a_seat_has_one_holder_at_a_time(area: Body, starts_on: date, ends_on: date | None) -> None:
    seat = make.seat(body=area)
    make.term(body=area, seat=seat, ends_on=date(2024, 12, 31))
    term = new(area, seat=seat, role=Role.SECRETARY, starts_on=starts_on, ends_on=ends_on)
    breaks(term, "term_one_holder_of_seat", says=ONE_HOLDER)


@pytest.mark.django_db
def test_a_member_does_not_become_a_second_chair_by_update(area: Body) -> None:
    make.term(body=area, role=Role.CHAIR)
    term = make.term(body=area)
    term.role = Role.CHAIR
    breaks(term, "term_one_chair_at_a_time", says=ONE_CHAIR)


@pytest.mark.django_db
def test_an_alternate_shares_the_seat(area: Body) -> None:
    seat = make.seat(body=area)
    holder = make.term(body=area, seat=seat)
    term = new(area, seat=seat, role=Role.ALTERNATE, alternate_for=holder)
    term.full_clean()
    insert(term)


@pytest.mark.django_db
def test_two_vice_chairs_two_bodies_and_the_next_day_are_free(area: Body, other_area: Body) -> None:
    person = make.person()
    make.term(person=person, body=area, role=Role.VICE_CHAIR, ends_on=date(2024, 12, 31))
    for term in (
        new(area, role=Role.VICE_CHAIR),
        new(other_area, person, role=Role.VICE_CHAIR),
        new(area, person, role=Role.CHAIR, starts_on=date(2025, 1, 1)),
    ):
        term.full_clean()
        insert(term)


@pytest.mark.django_db
@pytest.mark.row("F11")
def test_every_role_is_dated_may_lie_in_the_future_and_never_overlaps_in_its_seat(area: Body) -> None:
    seat = make.seat(body=area)
    undated = new(area, seat=seat, starts_on=None)
    assert told(undated) == {"starts_on": ["This field cannot be null."]}
    with pytest.raises(IntegrityError, match="starts_on"), transaction.atomic():
        insert(undated)
    future = new(area, seat=seat, role=Role.CHAIR, starts_on=date(2090, 1, 1), ends_on=date(2091, 12, 31))
    future.full_clean()
    future.save()
    assert (list(area.terms.current()), list(area.terms.on(date(2090, 1, 1)))) == ([], [future])
    breaks(new(area, seat=seat, starts_on=date(2091, 12, 31)), "term_one_holder_of_seat", says=ONE_HOLDER)
    before = new(area, seat=seat, starts_on=date(2089, 1, 1), ends_on=date(2089, 12, 31))
    before.full_clean()
    insert(before)


# ── seats and roles that come with another role ──


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2023, 12, 31), date(2024, 6, 1)), (date(2024, 6, 1), date(2025, 1, 1)), (date(2024, 6, 1), None)],
)
def test_a_term_lies_inside_its_seat(area: Body, starts_on: date, ends_on: date | None) -> None:
    seat = make.seat(body=area, valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31))
    term = new(area, seat=seat, starts_on=starts_on, ends_on=ends_on)
    breaks(term, "term_inside_its_seat", says=words("term_inside_its_seat"), on="seat")


@pytest.mark.django_db
def test_a_term_is_not_prolonged_out_of_its_seat(area: Body) -> None:
    seat = make.seat(body=area, valid_to=date(2024, 12, 31))
    term = make.term(body=area, seat=seat, ends_on=date(2024, 12, 31))
    term.ends_on = date(2025, 1, 1)
    breaks(term, "term_inside_its_seat", says=words("term_inside_its_seat"), on="seat")


@pytest.mark.django_db
def test_a_term_sits_on_a_seat_of_its_body(area: Body, other_area: Body) -> None:
    term = new(area, seat=make.seat(body=other_area))
    breaks(term, "term_seat_of_its_body", says=words("term_seat_of_its_body"), on="seat")


@pytest.mark.django_db
def test_nobody_is_appointed_to_a_role_that_comes_with_another(area: Body, board: Body) -> None:
    """The area's chair is a member of the board: nobody else is its member directly."""
    breaks(new(board), "term_role_filled_ex_officio", says=words("term_role_filled_ex_officio"), on="role")
    breaks(
        new(board, role=Role.CHAIR),
        "term_role_filled_ex_officio",
        says=words("term_role_filled_ex_officio"),
        on="role",
    )


@pytest.mark.django_db
def test_a_term_is_not_turned_into_a_role_that_comes_with_another(area: Body, board: Body) -> None:
    term = make.term(body=board, role=Role.SECRETARY)
    term.role = Role.MEMBER
    breaks(term, "term_role_filled_ex_officio", says=words("term_role_filled_ex_officio"), on="role")


@pytest.mark.django_db
def test_a_role_is_free_before_it_comes_with_another(directors: Body, area: Body) -> None:
    make.ex_officio(body=area, from_body=directors, starts_on=date(2024, 1, 1))
    term = new(area, starts_on=date(2022, 1, 1), ends_on=date(2023, 12, 31))
    term.full_clean()
    insert(term)


@pytest.mark.django_db
def test_a_seat_filled_from_another_role_has_no_second_holder(directors: Body, area: Body) -> None:
    seat = make.seat(body=area)
    make.ex_officio(body=area, from_body=directors, seat=seat)
    term = new(area, role=Role.SECRETARY, seat=seat)
    breaks(term, "term_seat_filled_ex_officio", says=words("term_seat_filled_ex_officio"), on="seat")


@pytest.mark.django_db
def test_a_post_has_a_name_in_the_readers_language(area: Body) -> None:
    term = make.term(body=area, title_fi="koordinaattori", title_sv="koordinator")
    titles = []
    for code in ("fi", "sv", "en"):
        with override(code):
            titles.append(str(term.title))
    assert titles == ["koordinaattori", "koordinator", "koordinaattori"]
    assert make.term(body=area).title == ""


# ── ending ──


@pytest.mark.django_db
def test_a_term_ends_on_the_day_and_its_substitutions_with_it(area: Body) -> None:
    term = make.term(body=area)
    running = make.substitution(term=term, starts_on=date(2024, 5, 1), ends_on=date(2024, 9, 30))
    make.substitution(term=term, starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 31))
    term.end(date(2024, 6, 30))
    term.refresh_from_db()
    running.refresh_from_db()
    assert (term.ends_on, term.ends_known, running.ends_on) == (date(2024, 6, 30), Known.DAY, date(2024, 6, 30))
    assert list(term.substitutions.all()) == [running]


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2025, 1, 1)])
def test_ending_neither_runs_backwards_nor_prolongs(area: Body, day: date) -> None:
    term = make.term(body=area, ends_on=date(2024, 12, 31))
    with pytest.raises(ValidationError) as caught:
        term.end(day)
    assert set(caught.value.message_dict) == {"ends_on"}
    term.refresh_from_db()
    assert term.ends_on == date(2024, 12, 31)


@pytest.mark.django_db
def test_who_looks_at_a_term_that_another_has_ended_does_not_prolong_it(area: Body) -> None:
    term = make.term(body=area)
    seen_before = Term.objects.get(pk=term.pk)
    term.end(date(2024, 12, 31))
    with pytest.raises(ValidationError):
        seen_before.end(date(2025, 12, 31))
    term.refresh_from_db()
    assert term.ends_on == date(2024, 12, 31)


@pytest.mark.django_db
def test_a_term_that_is_on_its_last_day_may_be_ended_on_it(area: Body) -> None:
    term = make.term(body=area, ends_on=date(2024, 12, 31))
    term.end(date(2024, 12, 31))
    assert term.ends_on == date(2024, 12, 31)


@pytest.mark.django_db
def test_a_term_replaced_on_the_same_day_ended_yesterday(area: Body) -> None:
    old = make.term(body=area, role=Role.CHAIR)
    old.end(date(2025, 5, 31))
    insert(new(area, role=Role.CHAIR, starts_on=date(2025, 6, 1)))
    chairs = [area.terms.on(day).get(role=Role.CHAIR).starts_on for day in (date(2025, 5, 31), date(2025, 6, 1))]
    assert chairs == [make.SINCE, date(2025, 6, 1)]


# ── at once ──


@pytest.mark.django_db(transaction=True)
def test_two_chairs_at_once_never_both(area: Body) -> None:
    terms = [new(area, role=Role.CHAIR) for _ in range(2)]
    for _ in range(10):  # neither a second chair nor a deadlock
        met = race(lambda: insert(terms[0]), lambda: insert(terms[1]), hold=0.01)
        assert sorted(met) == ["", "term_one_chair_at_a_time"]
        Term.objects.filter(body=area).delete()


@pytest.mark.django_db(transaction=True)
def test_a_term_and_the_role_coming_from_elsewhere_at_once_never_both(area: Body, other_area: Body) -> None:
    term = new(area, role=Role.SECRETARY)
    row = ExOfficio(body=area, role=Role.SECRETARY, from_body=other_area, from_role=Role.SECRETARY)
    met = race(lambda: insert(term), lambda: insert(row))
    assert set(met) in ({"", "term_role_filled_ex_officio"}, {"", "exofficio_beside_term"})


@pytest.mark.django_db(transaction=True)
def test_two_members_at_once_both(area: Body) -> None:
    terms = [new(area) for _ in range(2)]
    assert race(lambda: insert(terms[0]), lambda: insert(terms[1])) == ["", ""]


# ── who ends them ──


@pytest.mark.django_db
def test_terms_are_ended_by_who_governs_and_never_ones_own(
    chair: Person, group_chair: Person, coordinator: Person, member: Person
) -> None:
    def governed(person: Person) -> set[Person]:
        return {term.person for term in Term.objects.governed_by(person)}

    assert governed(chair) == {group_chair}
    assert governed(group_chair) == set()
    assert governed(member) == set()
    assert governed(coordinator) == {chair, group_chair, member}


@pytest.mark.django_db
def test_raw_sql_does_not_move_a_term_under_anothers_chair(area: Body, other_area: Body) -> None:
    make.term(body=area, role=Role.CHAIR)
    term = make.term(body=other_area, role=Role.CHAIR)
    with refused("term_one_chair_at_a_time"):
        update(term, body_id=area.pk)
