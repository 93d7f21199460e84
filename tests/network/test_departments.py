"""Departments: names and addresses are one's own, validity runs forward, a merger is a new row."""

from datetime import date

import pytest
from django.db.models import ProtectedError

from network.models import Department
from tests import make
from tests.breaking import breaks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("name_fi", "Rescue department with this Name in Finnish already exists."),
        ("name_sv", "Rescue department with this Name in Swedish already exists."),
        ("slug", "Rescue department with this Address already exists."),
    ],
)
def test_names_and_address_are_one_departments(field: str, says: str) -> None:
    first = make.department()
    facts = {"name_fi": "Uusi pelastuslaitos", "name_sv": "Nya räddningsverk", "slug": "uusi"}
    breaks(
        Department(**facts | {field: getattr(first, field)}),
        f"network_department_{field}_key",
        says=says,
        on=field,
    )


def test_validity_runs_forward() -> None:
    department = make.department(valid_from=date(2023, 1, 1))
    department.valid_to = date(2022, 12, 31)
    breaks(department, "department_period_forward", says="The end date is before the start date.", on="valid_to")


def test_a_department_may_be_valid_for_one_day() -> None:
    make.department(valid_from=date(2023, 1, 1), valid_to=date(2023, 1, 1)).full_clean()


def test_nobody_succeeds_themselves() -> None:
    department = make.department(valid_to=date(2022, 12, 31))
    department.successor = department
    breaks(department, "department_not_own_successor", says="A department does not follow itself.")


def test_a_department_with_a_successor_has_a_last_day() -> None:
    department = make.department()
    department.successor = make.department()
    breaks(department, "department_successor_after_end", says="A department with a successor has a last day.")


@pytest.mark.row("F13", part=True)
def test_a_merger_shows_the_departments_of_each_day() -> None:
    merged = make.department(name_fi="Yhteinen pelastuslaitos", valid_from=date(2023, 1, 1))
    ended = [make.department(valid_to=date(2022, 12, 31), successor=merged) for _ in range(2)]
    assert set(Department.objects.on(date(2022, 12, 31))) == set(ended)
    assert set(Department.objects.on(date(2023, 1, 1))) == {merged}
    assert set(merged.predecessors.all()) == set(ended)


def test_a_successor_is_never_deleted() -> None:
    merged = make.department()
    make.department(valid_to=date(2022, 12, 31), successor=merged)
    with pytest.raises(ProtectedError):
        merged.delete()


def test_the_short_name_is_the_place_alone() -> None:
    department = make.department(name_fi="Länsi-Uudenmaan pelastuslaitos")
    assert department.short_name == "Länsi-Uudenmaan"
