"""What the pages of the working groups call things: a task, a term, an action, and the state of a group."""

from collections.abc import Callable

import pytest
from django.test import Client

from network.models import Body, Person
from tests import make

Login = Callable[[Person], Client]


@pytest.mark.parametrize(
    ("code", "task", "member", "actions", "seat"),
    [
        ("", "Tehtävä", "Lisää jäsen", "Toimenpiteeni", "Täytä paikka"),
        ("/sv", "Uppgift", "Lägg till en ledamot", "Mina åtgärder", "Besätt platsen"),
        ("/en", "Task", "Add a member", "Actions for me", "Fill the seat"),
    ],
)
def test_a_task_a_term_and_an_action_have_a_word_each(
    login: Login, area: Body, coordinator: Person, code: str, task: str, member: str, actions: str, seat: str
) -> None:
    make.seat(body=area, label_fi="Tyhjä paikka")
    Body.objects.filter(pk=area.pk).update(register_from=make.SINCE)
    client = login(coordinator)
    for path, word in (
        (f"/tyoryhmat/ehdota/{area.slug}/", f'<h2 id="o1">{task}</h2>'),
        (f"/toimielimet/{area.slug}/jasenet/", member), ("/omat/", actions), ("/toimisto/", seat),
    ):  # fmt: skip
        assert word in client.get(code + path).content.decode(), path


def test_groups_that_wait_for_a_decision_are_not_said_to_be_at_work(area: Body, group: Body) -> None:
    make.group(body=group)
    late = make.overdue(area=area)
    lists = dict(part.split('">', 1) for part in Client().get("/tyoryhmat/").content.decode().split('<h2 id="')[1:])
    assert [late.get_absolute_url() in lists[key] for key in ("odottavat", "toimivat")] == [True, False]
    assert [group.get_absolute_url() in lists[key] for key in ("odottavat", "toimivat")] == [False, True]
    at_work = Client().get("/tyoryhmat/?tila=toiminnassa").content.decode()
    assert [body.get_absolute_url() in at_work for body in (group, late)] == [True, False]
