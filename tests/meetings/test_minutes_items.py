"""A task given with the decision, and an item inspected at the meeting."""

from collections.abc import Callable

import pytest
from django.test import Client

from meetings.models import Item, Meeting, Minutes, State
from network.models import Body, Person
from tests import make
from tests.meetings.desk import desk_url, first, save_url, typed

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("meeting",)

Login = Callable[[Person], Client]
KEEP = {"X-Requested-With": "keep"}
HOSTILE = '<script>alert(1)</script><img src=x onerror="a()">'


@pytest.fixture
def meeting(area: Body, chair: Person, secretary: Person, member: Person) -> Meeting:
    """An open meeting of area A with three undecided items."""
    return make.meeting(body=area, state=make.OPEN, items=("Avaus", "Malli", "Päättäminen"))


# ── a task of the decision ──


def test_a_task_is_given_with_the_save_and_only_once(
    login: Login, meeting: Meeting, secretary: Person, member: Person
) -> None:
    item, client = first(meeting), login(secretary)
    due = meeting.day.isoformat()
    data = typed(item) | {"tehtava-task": "Lähettää malli", "tehtava-owner": member.pk, "tehtava-due_on": due}
    for _ in range(2):
        assert client.post(save_url(item), data).status_code == 302
    action = item.actions.get()
    assert (action.task, action.owner, action.due_on) == ("Lähettää malli", member, meeting.day)


def test_a_task_without_its_person_keeps_the_text_and_says_so(
    login: Login, meeting: Meeting, secretary: Person
) -> None:
    item = first(meeting)
    data = typed(item) | {"tehtava-task": "Lähettää malli", "tehtava-owner": "", "tehtava-due_on": ""}
    page = login(secretary).post(save_url(item), data)
    assert page.status_code == 200
    assert 'value="Lähettää malli"' in page.content.decode()
    item.refresh_from_db()
    assert item.decision == "Hyväksyttiin."
    assert not item.actions.exists()


# ── what is written ──


def test_marks_that_turn_the_letters_around_them_are_left_out_of_handling_and_decision(
    login: Login, meeting: Meeting, secretary: Person
) -> None:
    item = first(meeting)
    turned = {
        "discussion": " Puheenjohtaja \u202eesitti\u202c ",
        "decision": "\u2066Hylättiin\u2069\r\nyksimielisesti ",
    }
    login(secretary).post(save_url(item), typed(item, **turned))
    item.refresh_from_db()
    assert (item.discussion, item.decision) == (" Puheenjohtaja esitti ", "Hylättiin\nyksimielisesti ")


# ── inspected at the meeting ──


@pytest.mark.row("F53", part=True)
def test_an_item_inspected_at_once_is_in_force_and_frozen(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, client = first(meeting), login(secretary)
    client.post(f"/en/kokoukset/asiat/{item.pk}/tarkasta/", typed(item, decision="Voimaan heti."))
    item.refresh_from_db()
    assert item.inspected_at
    assert item.decision == "Voimaan heti."
    assert list(Item.objects.in_force()) == [item]
    answer = client.post(save_url(item), typed(item, decision="Muutos"))
    assert answer.status_code == 409
    assert "The item was inspected at the meeting." in answer.content.decode()
    assert "the text stays as it is" in client.get(desk_url(meeting), {"kohta": item.pk}).content.decode()


def test_a_text_that_somebody_wrote_meanwhile_is_not_inspected(
    login: Login, meeting: Meeting, secretary: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = first(meeting)
    inspect = Item.inspect_at_once

    def late(self: Item, *, seen: int) -> bool:
        """Another writer saves between this one's save and the inspection."""
        assert Item.objects.get(pk=item.pk).save_text(seen=seen, by=None, decision="Muuta aivan.")
        return inspect(self, seen=seen)

    monkeypatch.setattr(Item, "inspect_at_once", late)
    page = login(secretary).post(f"/en/kokoukset/asiat/{item.pk}/tarkasta/", typed(item, decision="Voimaan heti."))
    assert page.status_code == 409
    assert all(words in page.content.decode() for words in ("Muuta aivan.", "Voimaan heti."))
    item.refresh_from_db()
    assert (item.inspected_at, item.decision) == (None, "Muuta aivan.")


def test_an_undecided_item_is_not_inspected_but_its_text_is_saved(
    login: Login, meeting: Meeting, secretary: Person
) -> None:
    item = first(meeting)
    page = login(secretary).post(
        f"/en/kokoukset/asiat/{item.pk}/tarkasta/", typed(item, outcome="", decision="Kesken"), follow=True
    )
    item.refresh_from_db()
    assert (item.inspected_at, item.decision) == (None, "Kesken")
    assert "inspected once it has an outcome" in page.content.decode()


def test_minutes_stay_a_draft_while_they_are_written(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    login(secretary).post(save_url(item), typed(item))
    assert Minutes.objects.get(pk=meeting.pk).state == State.DRAFT
