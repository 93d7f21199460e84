"""The first person of the secretariat is let in by a command; the next ones by them."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from network.models import Body, Kind, Person, Role
from tests import make

pytestmark = pytest.mark.django_db


def open_office(*who: str) -> None:
    """Run the command."""
    call_command("open_office", *(who or ("Anna@example.org", "Anna", "Alku")), verbosity=0)


def test_the_first_of_the_office_gets_the_desk_and_a_link_to_a_password(office: Body) -> None:
    make.term(person=make.person(is_active=False, is_recorded=True, email=None), body=office, role=Role.SECRETARY)
    open_office()
    person = Person.objects.get(email="anna@example.org")
    client = Client()
    client.force_login(person)
    assert (person.has_usable_password(), client.get("/toimisto/").status_code) == (False, 200)
    job = ProcrastinateJob.objects.get(task_name="post_reset_link")
    assert job.args == {"person_id": person.pk, "language": "fi", "invited": True}


def test_somebody_in_the_register_already_is_no_second_row(office: Body) -> None:
    there = make.person(email="anna@example.org")
    open_office()
    assert list(office.terms.values_list("person", flat=True)) == [there.pk]


def test_an_office_that_somebody_can_open_is_not_opened_again(office: Body, coordinator: Person) -> None:
    with pytest.raises(CommandError, match="lets others in"):
        open_office()
    assert not Person.objects.filter(email="anna@example.org").exists()


def test_without_the_networks_facts_and_without_an_address_it_says_so(db: None) -> None:
    with pytest.raises(CommandError, match="run seed first"):
        open_office()
    make.body(kind=Kind.OFFICE)
    with pytest.raises(CommandError, match="no e-mail address"):
        open_office("anna", "Anna", "Alku")
    assert not Person.objects.exists()
