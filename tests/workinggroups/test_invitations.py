"""Who is invited: the letter, and an outside expert's way in."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from network.jobs import post_reset_link
from network.lifecycle import WrongState
from network.models import Body, Letter, Person, Role
from network.periods import today
from tests import make
from workinggroups import life
from workinggroups.models import WorkingGroup

ASKED = {"first_name": "Liisa", "last_name": "Lomake", "email": "liisa@yritys.example", "organisation": "Yritys Oy"}


def links() -> list[dict[str, Any]]:
    """The links to a first password that wait to be posted."""
    return list(ProcrastinateJob.objects.filter(task_name="post_reset_link").values_list("args", flat=True))


@pytest.mark.row("F17", part=True)
@pytest.mark.row("N10", part=True)
def test_a_confirmed_expert_is_let_in_and_written_to(
    group: Body, chair: Person, group_chair: Person, settings: Any, client: Client
) -> None:
    settings.DEMO = False
    person = life.expert(**ASKED)
    proposal = life.propose_person(make.group(body=group), life.Asked(person, Role.EXPERT), group_chair)
    assert (person.is_active, links(), Letter.objects.count()) == (False, [], 0)
    life.confirm(proposal, chair)
    person.refresh_from_db()
    letter = Letter.objects.get()
    assert person.is_active
    assert [envelope.address for envelope in letter.envelopes.all()] == ["liisa@yritys.example"]
    assert all(text in letter.text for text in (group.name, chair.full_name, group.get_absolute_url(), "Malli"))
    assert [job["person_id"] for job in links()] == [person.pk]
    post_reset_link(**links()[0])
    path = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)
    assert path
    assert client.get(path.group(1), follow=True).status_code == 200


def test_founding_writes_to_everybody_who_has_an_address_in_their_own_language(
    area: Body, chair: Person, member: Person, outsider: Person
) -> None:
    Person.objects.filter(pk=outsider.pk).update(language="sv")
    silent = make.person(email=None, is_active=False)
    asked = [(member, Role.CHAIR), (outsider, Role.MEMBER), (silent, Role.MEMBER)]
    group = make.proposed(area=area, people=asked)
    assert not Letter.objects.exists()
    life.activate(group, by=chair, decision="Perustettiin.")
    told = {letter.envelopes.get().person: letter.subject for letter in Letter.objects.all()}
    assert told == {member: f"Työryhmä: {group}", outsider: f"Arbetsgrupp: {group}"}


@pytest.mark.parametrize("facts", [{"password": "!x", "last_login": "2026-01-01T00:00Z"}, {"password": "md5$a$b"}])
def test_an_account_that_was_closed_stays_closed(group: Body, chair: Person, group_chair: Person, facts: Any) -> None:
    person = life.expert(**ASKED)
    Person.objects.filter(pk=person.pk).update(**facts)
    asked = life.Asked(Person.objects.get(pk=person.pk), Role.EXPERT)
    life.confirm(life.propose_person(make.group(body=group), asked, group_chair), chair)
    person.refresh_from_db()
    assert (person.is_active, links()) == (False, [])
    assert "salasanan" not in Letter.objects.get().text


def test_a_refused_founding_writes_to_nobody(area: Body, chair: Person, member: Person) -> None:
    group = make.proposed(area=area, people=[(member, Role.CHAIR)])
    life.close(group, outcome="Ei perusteta.")
    assert not Letter.objects.exists()


@pytest.mark.parametrize("state", ["overdue", "closed"])
def test_nobody_is_let_into_a_group_that_waits_for_a_decision_or_has_ended(
    area: Body, group: Body, chair: Person, group_chair: Person, state: str
) -> None:
    person = life.expert(**ASKED)
    body = make.overdue(area=area) if state == "overdue" else group
    proposal = life.propose_person(make.group(body=body), life.Asked(person, Role.EXPERT), group_chair)
    if state == "closed":
        # As if it were closed while the page with the button was open: closing itself settles what waits.
        WorkingGroup.objects.filter(pk=body.pk).update(state="closed", outcome="Valmis", closed_on=today())
    with pytest.raises(WrongState):
        life.confirm(proposal, chair)
    person.refresh_from_db()
    assert (person.is_active, person.terms.count(), links(), Letter.objects.count()) == (False, 0, [], 0)
