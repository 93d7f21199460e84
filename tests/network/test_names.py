"""Names: whose name who may see, by the person's own choice and by what they serve as."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from network.models import Body, Person, Role
from network.visibility import Visibility
from tests import make

pytestmark = pytest.mark.django_db
LAST_MINUTE = datetime(2026, 11, 24, 21, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # half past midnight in Helsinki, still the 24th in UTC


def seen_by(reader: Any, *people: Person) -> set[Person]:
    """Which of the people the reader sees, each once."""
    rows = list(Person.objects.filter(pk__in=[person.pk for person in people]).visible_to(reader))
    assert len(rows) == len(set(rows))
    return set(rows)


@pytest.mark.row("F91", part=True)
def test_a_members_name_is_seen_by_those_whom_the_member_chose(
    request: pytest.FixtureRequest, area: Body, expert: Person, outsider: Person, coordinator: Person
) -> None:
    people = {level: make.person(visibility=level) for level in Visibility}
    for person in people.values():
        make.term(person=person, body=area)
        make.term(person=person, body=area, role=Role.EXPERT, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    public, network, _ = people.values()
    everybody, colleague = tuple(people.values()), request.getfixturevalue("member")
    seen = [seen_by(reader, *everybody) for reader in (AnonymousUser(), expert, outsider, colleague, coordinator)]
    assert seen == [{public}, {public}, {public, network}, set(everybody), set(everybody)]


@pytest.mark.row("F91", part=True)
def test_who_keeps_a_body_sees_the_names_of_its_people(
    area: Body, group: Body, chair: Person, secretary: Person, member: Person, group_chair: Person
) -> None:
    hidden, elsewhere = make.person(visibility=Visibility.BODY), make.person(visibility=Visibility.BODY)
    make.term(person=hidden, body=group)
    make.term(person=elsewhere, body=make.body(parent=area.parent))
    assert [seen_by(reader, hidden, elsewhere) for reader in (chair, secretary, group_chair)] == [{hidden}] * 3
    assert seen_by(member, hidden, elsewhere) == set()


def test_a_hidden_name_is_said_to_be_for_whom_it_is(area: Body, outsider: Person, login: Any) -> None:
    make.term(person=make.person(visibility=Visibility.BODY), body=area)
    pages = [
        client.get(f"/toimielimet/{area.slug}/jasenet/").content.decode() for client in (Client(), login(outsider))
    ]
    assert ["nimi vain verkostolle" in page for page in pages] == [True, False]
    assert ["nimi vain toimielimelle" in page for page in pages] == [False, True]


@pytest.mark.row("F91", part=True)
@pytest.mark.parametrize("role", [Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY])
def test_an_officer_is_public_while_serving(area: Body, role: Role) -> None:
    person = make.person(visibility=Visibility.BODY)
    make.term(person=person, body=area, role=role, starts_on=date(2024, 1, 1), ends_on=date(2026, 11, 24))
    with time_machine.travel(LAST_MINUTE, tick=False):
        assert seen_by(AnonymousUser(), person) == {person}
    with time_machine.travel(AFTER_MIDNIGHT, tick=False):
        assert seen_by(AnonymousUser(), person) == set()


@pytest.mark.row("F91", part=True)
def test_a_stand_in_is_public_while_leading_although_without_a_term_of_their_own(area: Body) -> None:
    person = make.person(visibility=Visibility.BODY)
    make.substitution(term=make.term(body=area, role=Role.CHAIR), person=person)
    assert seen_by(AnonymousUser(), person) == {person}


def test_somebody_who_holds_nothing_is_seen_by_nobody_but_the_secretariat(member: Person, coordinator: Person) -> None:
    person = make.person()
    assert [seen_by(reader, person) for reader in (AnonymousUser(), member, coordinator, person)] == [
        set(), set(), {person}, {person},
    ]  # fmt: skip


def test_a_recorded_person_is_read_in_the_history(area: Body) -> None:
    person = make.person(is_recorded=True)
    make.term(person=person, body=area, starts_on=date(2018, 1, 1), ends_on=date(2018, 12, 31))
    assert seen_by(AnonymousUser(), person) == {person}
