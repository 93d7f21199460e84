"""A meeting that is ready to be inspected."""

from collections.abc import Callable

import pytest
from django.test import Client

from meetings.models import Meeting
from network.models import Body, Department, Person
from tests import make

Login = Callable[[Person], Client]


@pytest.fixture
def inspectors(area: Body, department: Department) -> list[Person]:
    """Two members who are there."""
    people = [
        make.person(department=department, first_name=name, last_name="Tarkastaja") for name in ("Anni", "Bertta")
    ]
    for person in people:
        make.term(person=person, body=area)
    return people


@pytest.fixture
def meeting(area: Body, chair: Person, secretary: Person, inspectors: list[Person]) -> Meeting:
    """An open meeting of area A, chaired and written, with two decided items."""
    meeting = make.meeting(body=area, state=make.OPEN, items=("Avaus", "Malli"))
    make.decide(meeting)
    return meeting
