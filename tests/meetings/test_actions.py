"""Actions: given by whoever keeps the meeting, reported done by whoever was asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from meetings.models import Action, Item, State
from network.models import Body, Person
from network.periods import today
from tests import make
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

Login = Callable[[Person], Client]


@pytest.fixture
def item(area: Body, chair: Person, secretary: Person, member: Person) -> Item:
    """A decided item of an open meeting of area A."""
    meeting = make.meeting(body=area, state=make.OPEN, items=["Malli"])
    make.decide(meeting)
    return meeting.items.get()


def add_url(item: Item) -> str:
    return f"/en/kokoukset/asiat/{item.pk}/tehtava/"


def done_url(action: Action) -> str:
    return f"/en/kokoukset/tehtavat/{action.pk}/tehty/"


def asked(person: Person, item: Item, **fields: str) -> dict[str, object]:
    return {"task": "Lähettää malli", "owner": person.pk, "due_on": item.meeting.day.isoformat()} | fields


def test_a_keeper_gives_a_task(login: Login, item: Item, secretary: Person, member: Person) -> None:
    answer = login(secretary).post(add_url(item), asked(member, item))
    assert answer["Location"] == f"/en/kokoukset/{item.meeting_id}/#p{item.section}"
    action = item.actions.get()
    assert (action.task, action.owner) == ("Lähettää malli", member)


def test_a_task_can_still_be_given_when_the_minutes_are_frozen(
    login: Login, item: Item, secretary: Person, member: Person
) -> None:
    make.minutes(meeting=item.meeting, state=State.PUBLISHED)
    login(secretary).post(add_url(item), asked(member, item))
    assert item.actions.count() == 1


def test_the_same_task_sent_twice_is_one(login: Login, item: Item, secretary: Person, member: Person) -> None:
    client = login(secretary)
    for _ in range(2):
        client.post(add_url(item), asked(member, item))
    assert item.actions.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"task": " "}, "This field is required"),
        ({"task": "x" * 301}, "at most 300 characters"),
        ({"due_on": "2020-01-01"}, "The deadline is before the meeting"),
        ({"owner": "0"}, "Select a valid choice"),
        ({"task": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_a_wrong_task_is_said_on_the_form(
    login: Login, item: Item, secretary: Person, member: Person, fields: dict[str, str], said: str
) -> None:
    page = login(secretary).post(add_url(item), asked(member, item, **fields))
    assert said in page.content.decode()
    assert not item.actions.exists()


@pytest.mark.parametrize("who", ["member", "outsider", "expert", "former_chair", "keeper"])
def test_nobody_else_gives_tasks(request: pytest.FixtureRequest, login: Login, item: Item, who: str) -> None:
    person = request.getfixturevalue(who)
    assert login(person).post(add_url(item), asked(person, item)).status_code == 404
    assert not item.actions.exists()


@pytest.mark.row("F63", part=True)
def test_the_owner_reports_a_task_done(login: Login, item: Item, member: Person) -> None:
    action = make.action(item=item, owner=member)
    answer = login(member).post(done_url(action), {"report": "Lähetetty kaikille."})
    assert answer["Location"] == "/en/omat/"
    action.refresh_from_db()
    assert (action.done_on, action.report) == (today(), "Lähetetty kaikille.")


def test_the_report_is_posted_to_the_address_of_its_page(login: Login, item: Item, member: Person) -> None:
    page = login(member).get(done_url(make.action(item=item, owner=member))).content.decode()
    form = page[page.index("<main") : page.index("</main>")].partition("<form")[2].partition(">")[0]
    assert 'method="post"' in form
    assert "action=" not in form


def test_a_task_is_done_with_a_report_only(login: Login, item: Item, member: Person) -> None:
    action = make.action(item=item, owner=member)
    page = login(member).post(done_url(action), {"report": "   "})
    assert "This field is required" in page.content.decode()
    action.refresh_from_db()
    assert action.done_on is None


def test_reporting_twice_keeps_the_first_report(login: Login, item: Item, member: Person) -> None:
    action, client = make.action(item=item, owner=member), login(member)
    client.post(done_url(action), {"report": "Ensimmäinen"})
    page = client.post(done_url(action), {"report": "Toinen"}, follow=True)
    assert "The action is done already: Ensimmäinen" in page.content.decode()
    action.refresh_from_db()
    assert action.report == "Ensimmäinen"


def test_an_owner_who_has_left_the_body_still_reports(login: Login, item: Item, outsider: Person) -> None:
    action = make.action(item=item, owner=outsider)
    login(outsider).post(done_url(action), {"report": "Tehty."})
    action.refresh_from_db()
    assert action.done_on


@pytest.mark.parametrize("who", ["outsider", "expert", "former_chair", "keeper", "group_chair"])
def test_nobody_reports_another_persons_task(
    request: pytest.FixtureRequest, login: Login, item: Item, member: Person, who: str
) -> None:
    action = make.action(item=item, owner=member, due_on=today() + timedelta(days=3))
    client = login(request.getfixturevalue(who))
    assert client.get(done_url(action)).status_code == 404
    assert client.post(done_url(action), {"report": "Muka tehty"}).status_code == 404
    action.refresh_from_db()
    assert action.done_on is None
