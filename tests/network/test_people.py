"""People and their employments: one e-mail, one employer at a time, and nobody from a source logs in."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db.models import ProtectedError

from network.forms import ProfileForm
from network.models import Body, Department, Employment, Person
from tests import make
from tests.breaking import breaks, insert, refused

pytestmark = pytest.mark.django_db

RECORDED = "A person known from a source only can never log in."
OVERLAP = "The person already has an employment during this period."
EMPLOYER = "Give either a rescue department or another organisation."


def test_an_email_is_one_persons() -> None:
    make.person(email="aila@verkosto.example")
    breaks(
        Person(first_name="A", last_name="B", email="aila@verkosto.example"),
        "network_person_email_key",
        says="Person with this E-mail already exists.",
        on="email",
    )


def test_the_form_writes_an_email_in_lower_case_and_the_database_insists() -> None:
    person = Person(first_name="A", last_name="B", email=" Aila@Verkosto.Example")
    person.clean()
    assert person.email == "aila@verkosto.example"
    with refused("person_email_lower_case"):
        insert(Person(first_name="A", last_name="B", email="Aila@verkosto.example"))


def test_the_form_writes_no_email_as_none_and_the_database_insists() -> None:
    person = Person(first_name="A", last_name="B", email="")
    person.clean()
    assert person.email is None
    with refused("person_email_not_empty"):
        insert(Person(first_name="A", last_name="B", email=""))


def test_two_people_may_be_without_email() -> None:
    people = [make.person(is_active=False), make.person(is_active=False)]
    assert [person.email for person in people] == [None, None]


def test_who_may_log_in_has_an_email() -> None:
    breaks(
        Person(first_name="A", last_name="B", is_active=True),
        "person_login_needs_email",
        says="A person who may log in needs an e-mail address.",
    )


@pytest.mark.parametrize(
    "door",
    [{"is_active": True, "email": "a@verkosto.example"}, {"is_keeper": True}, {"email": "a@verkosto.example"}],
)
def test_a_recorded_person_never_logs_in(door: dict[str, Any]) -> None:
    person = Person(first_name="A", last_name="B", is_recorded=True, **door)
    breaks(person, "person_recorded_never_logs_in", says=RECORDED)


def test_a_recorded_person_gets_no_session() -> None:
    Person.objects.create(first_name="A", last_name="B", is_recorded=True)
    assert not Person.objects.may_log_in().exists()


@pytest.mark.parametrize("field", ["language", "visibility"])
def test_choices_of_a_person_are_known(field: str) -> None:
    person = make.person()
    setattr(person, field, "xx")
    breaks(person, f"person_{field}_known", says="Value 'xx' is not a valid choice.", on=field)


def test_a_new_user_logs_in_with_email_and_password() -> None:
    person = Person.objects.create_user("Uusi@verkosto.example", make.PASSWORD, first_name="U", last_name="U")
    assert (person.email, person.is_active, person.is_keeper) == ("uusi@verkosto.example", True, False)
    assert authenticate(None, email="uusi@verkosto.example", password=make.PASSWORD) == person


def test_the_first_account_of_an_installation_runs_the_machine_and_sees_no_content() -> None:
    person = Person.objects.create_superuser("k@verkosto.example", make.PASSWORD, first_name="K", last_name="K")
    assert (person.is_keeper, person.is_staff, person.access.is_secretariat) == (True, False, False)


def test_a_person_with_a_past_is_never_deleted() -> None:
    person = make.person(organisation="Yritys Oy")
    with pytest.raises(ProtectedError):
        person.delete()


# ── employments ──


@pytest.mark.parametrize("organisation", ["", "Yritys Oy"])
def test_an_employment_has_one_employer(department: Department, organisation: str) -> None:
    employer = department if organisation else None
    employment = Employment(person=make.person(), department=employer, organisation=organisation, starts_on=make.SINCE)
    breaks(employment, "employment_one_employer", says=EMPLOYER)


def test_an_employment_runs_forward(department: Department) -> None:
    employment = Employment(
        person=make.person(),
        department=department,
        starts_on=date(2024, 1, 2),
        ends_on=date(2024, 1, 1),
    )
    breaks(employment, "employment_period_forward", says="The end date is before the start date.", on="ends_on")


@pytest.mark.parametrize("field", ["starts_known", "ends_known"])
def test_the_precision_of_an_employment_is_known(field: str, department: Department) -> None:
    employment = make.employment(person=make.person(), department=department)
    setattr(employment, field, "hour")
    breaks(employment, f"employment_{field}", says="Value 'hour' is not a valid choice.", on=field)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2023, 1, 1), date(2024, 1, 1)),
        (date(2024, 6, 30), None),
        (None, date(2024, 1, 1)),
        (date(2024, 2, 1), date(2024, 2, 2)),
        (None, None),
    ],
)
def test_one_employment_at_a_time(department: Department, starts_on: date | None, ends_on: date | None) -> None:
    person = make.person()
    make.employment(person=person, department=department, ends_on=date(2024, 6, 30))
    second = Employment(person=person, organisation="Yritys Oy", starts_on=starts_on, ends_on=ends_on)
    breaks(second, "employment_one_at_a_time", says=OVERLAP)


def test_work_goes_on_elsewhere_the_next_day(department: Department, other_department: Department) -> None:
    person = make.person()
    make.employment(person=person, department=department, ends_on=date(2024, 6, 30))
    make.employment(person=person, department=other_department, starts_on=date(2024, 7, 1))
    days = [date(2023, 12, 31), date(2024, 6, 30), date(2024, 7, 1)]
    found = [person.employment_on(day) for day in days]
    assert [job and job.department for job in found] == [None, department, other_department]


def test_two_people_work_in_the_same_department(department: Department) -> None:
    people = [make.person(department=department) for _ in range(2)]
    assert {job.person for job in Employment.objects.on(make.SINCE)} == set(people)


def test_an_employment_without_known_dates_is_in_force_always(department: Department) -> None:
    job = make.employment(person=make.person(), department=department, starts_on=None)
    assert job.held_on(date(1900, 1, 1))
    assert job.period == ""
    assert set(Employment.objects.on(date(1900, 1, 1))) == {job}


def test_a_reason_is_asked_for_only_where_there_is_one(
    chair: Person, group: Body, other_area: Body, django_assert_num_queries: Callable
) -> None:
    access = chair.access
    with django_assert_num_queries(0):
        assert access.reason(other_area) is None
    with django_assert_num_queries(1):
        assert {access.reason(group).body_id, *(held.body_id for held in access.because)} == access.member_of


def test_ones_own_data_is_written_without_what_was_changed_meanwhile(member: Person) -> None:
    form = ProfileForm({"phone": "09 123", "language": "sv", "visibility": member.visibility}, instance=member)
    Person.objects.filter(pk=member.pk).update(is_active=False)
    assert form.is_valid()
    form.save()
    member.refresh_from_db()
    assert (member.phone, member.language, member.is_active) == ("09 123", "sv", False)
