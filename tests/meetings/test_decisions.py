"""The register of decisions: what it shows to whom, its filters, and when a decision comes into force."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import Item, Meeting, Outcome, State
from network.models import Body, Person
from network.visibility import Visibility
from tests import make
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

Login = Callable[[Person], Client]
REGISTER = "/en/paatokset/"


def held(body: Body, state: State = State.PUBLISHED, **fields: object) -> Meeting:
    fields.setdefault("visibility", Visibility.PUBLIC)
    fields.setdefault("starts_at", timezone.now() - timedelta(days=40))
    return make.meeting(body=body, state=state, **fields)  # type: ignore[arg-type]


def titles(client: Client, **query: object) -> list[str]:
    return [item.title for item in client.get(REGISTER, query).context["page_obj"]]


@pytest.mark.row("F61", part=True)
def test_everybody_reads_published_decisions_with_their_permanent_address(client: Client, area: Body) -> None:
    meeting = held(area, items=["Valvontasuunnitelman malli"])
    page = client.get(REGISTER).content.decode()
    item = meeting.items.get()
    assert f'href="/en/kokoukset/{meeting.pk}/#p{item.section}"' in page
    assert "csrfmiddlewaretoken" not in page


@pytest.mark.parametrize("visibility", [Visibility.NETWORK, Visibility.BODY])
def test_the_public_does_not_read_what_is_not_public(client: Client, area: Body, visibility: Visibility) -> None:
    held(area, visibility=visibility)
    assert titles(client) == []
    assert "Alue A" not in client.get(REGISTER).content.decode()


def test_an_item_narrower_than_its_meeting_is_not_listed(
    client: Client, login: Login, area: Body, member: Person
) -> None:
    meeting = held(area, state=State.REVIEW, items=["Avoin", "Suppea"], visibility=Visibility.PUBLIC)
    assert titles(login(member)) == ["Suppea", "Avoin"]
    other = make.meeting(body=area, state=make.OPEN, items=["Julkinen", "Sisäinen"], visibility=Visibility.PUBLIC)
    inside = other.items.get(title="Sisäinen")
    inside.visibility = Visibility.BODY
    inside.save()
    make.minutes(meeting=other, state=State.PUBLISHED)
    assert titles(client) == ["Julkinen"]
    assert meeting.items.count() == 2


@pytest.mark.row("F53", "N4", part=True)
def test_a_decision_comes_into_force_with_the_inspection(login: Login, area: Body, member: Person) -> None:
    meeting = held(area, state=State.REVIEW, items=["Malli"])
    client = login(member)
    assert "Awaits inspection" in client.get(REGISTER).content.decode()
    assert titles(client, tila="voimassa") == []
    assert titles(client, tila="odottaa") == ["Malli"]
    for review in meeting.minutes.reviews.all():
        meeting.minutes.accept(review.person)
    assert "In force" in client.get(REGISTER).content.decode()
    assert titles(client, tila="voimassa") == ["Malli"]
    assert titles(client, tila="odottaa") == []


def test_an_item_inspected_at_the_meeting_is_in_force_before_the_others(
    login: Login, area: Body, member: Person
) -> None:
    meeting = make.meeting(body=area, state=make.OPEN, items=["Heti", "Myöhemmin"])
    make.decide(meeting)
    assert titles(login(member)) == []  # what is being written is in no register
    item = meeting.items.get(title="Heti")
    item.inspect_at_once(seen=item.revision)
    assert titles(login(member), tila="voimassa") == ["Heti"]


def test_what_was_not_decided_is_no_decision(client: Client, area: Body) -> None:
    meeting = make.meeting(body=area, state=make.OPEN, items=["Pöydällä", "Päätetty"], visibility=Visibility.PUBLIC)
    tabled = meeting.items.get(title="Pöydällä")
    tabled.save_text(seen=tabled.revision, by=None, outcome=Outcome.TABLED)
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    assert titles(client) == ["Päätetty"]


@pytest.mark.row("F61", part=True)
def test_the_register_is_narrowed_by_body_year_and_words(client: Client, area: Body, other_area: Body) -> None:
    now = timezone.now()
    held(area, items=["Valvontasuunnitelma"], starts_at=now - timedelta(days=400))
    held(other_area, items=["Lausunto 100 %"], starts_at=now - timedelta(days=40))
    year = (now - timedelta(days=400)).year
    assert titles(client, toimielin="alue-a") == ["Valvontasuunnitelma"]
    assert titles(client, vuosi=year) == ["Valvontasuunnitelma"]
    assert titles(client, q="valvonta") == ["Valvontasuunnitelma"]
    assert titles(client, q="hyväksyttiin lausunto") == ["Lausunto 100 %"]
    assert titles(client, q="100 %") == ["Lausunto 100 %"]
    assert titles(client, q="_%") == []
    assert "No decision was found" in client.get(REGISTER, {"q": "eiole"}).content.decode()


@pytest.mark.parametrize(
    "query", ["toimielin=ei-ole", "vuosi=abc", "vuosi=99999999999999", "tila=x", "sivu=abc", "sivu=-4", "q=%F0%28"]
)
def test_an_unknown_filter_narrows_nothing(client: Client, area: Body, query: str) -> None:
    held(area, items=["Malli"])
    answer = client.get(f"{REGISTER}?{query}")
    assert answer.status_code == 200
    if not query.startswith("q="):
        assert [item.title for item in answer.context["page_obj"]] == ["Malli"]


def test_too_many_words_find_nothing_and_say_so(client: Client, area: Body) -> None:
    held(area, items=["Malli"])
    assert titles(client, q="m" * 201) == []
    page = client.get(REGISTER, {"q": "m" * 201}).content.decode()
    assert "Write at most 200 characters" in page
    assert "No decision was found" not in page


def test_a_nul_in_the_words_is_refused(client: Client) -> None:
    assert client.get(f"{REGISTER}?q=%00").status_code == 400


def test_the_register_has_pages_of_fifty_and_costs_the_same(
    client: Client, login: Login, area: Body, member: Person
) -> None:
    held(area, items=60)
    assert len(titles(client)) == 50
    assert len(titles(client, sivu=2)) == 10
    with CaptureQueriesContext(connection) as asked:
        client.get(REGISTER)
    assert len(asked) <= 8
    reader = login(member)
    with CaptureQueriesContext(connection) as asked:
        reader.get(REGISTER)
    assert len(asked) <= 8


def test_the_latest_come_first(client: Client, area: Body) -> None:
    held(area, items=["Vanha"], starts_at=timezone.now() - timedelta(days=80))
    held(area, items=["Uusi 1", "Uusi 2"], starts_at=timezone.now() - timedelta(days=20))
    assert titles(client) == ["Uusi 2", "Uusi 1", "Vanha"]
    assert Item.objects.in_force().count() == 3
