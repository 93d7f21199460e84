"""The list of meetings: coming and past, of all bodies or one, with the state of each in words (F03)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import Meeting
from network.models import Body, Kind, Person
from network.periods import today
from network.visibility import Visibility
from tests import make
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

Login = Callable[[Person], Client]


def in_days(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def listed(client: Client, query: str = "") -> tuple[list[Meeting], list[Meeting]]:
    context = client.get(f"/kokoukset/{query}").context
    return [row["meeting"] for row in context["coming"]], [row["meeting"] for row in context["past"]]


@pytest.mark.row("F03", part=True)
def test_public_sees_coming_and_past_meetings_next_and_latest_first(client: Client, area: Body) -> None:
    near, far = (make.meeting(body=area, state="called", starts_at=in_days(n)) for n in (10, 20))
    old, older = (make.meeting(body=area, state="open", starts_at=in_days(n)) for n in (-10, -20))
    assert listed(client) == ([near, far], [old, older])


def test_drafts_are_listed_for_their_keepers_only(
    client: Client, login: Login, area: Body, secretary: Person, member: Person, outsider: Person
) -> None:
    draft = make.meeting(body=area)
    assert [listed(c)[0] for c in (client, login(member), login(outsider))] == [[], [], []]
    assert listed(login(secretary))[0] == [draft]


def test_who_learns_of_a_meeting_is_asked_of_each(
    client: Client, login: Login, area: Body, outsider: Person, member: Person
) -> None:
    shown = {rule: make.meeting(body=area, state="called", calendar_visibility=rule) for rule in (*Visibility.values,)}
    assert listed(client)[0] == [shown["public"]]
    assert set(listed(login(outsider))[0]) == {shown["public"], shown["network"]}
    assert set(listed(login(member))[0]) == set(shown.values())


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("called", "called"), ("cancelled", "cancelled"), ("open", "minutes being written"),
        ("review", "minutes being inspected"), ("approved", "minutes inspected"), ("signed", "minutes signed"),
        ("published", "minutes published"),
    ],
)  # fmt: skip
def test_each_meeting_tells_its_state_in_words(client: Client, area: Body, state: str, word: str) -> None:
    make.meeting(body=area, state=state, starts_at=in_days(20 if state in ("called", "cancelled") else -20))
    context = client.get("/en/kokoukset/").context
    assert [row["look"].word for row in (*context["coming"], *context["past"])] == [word]


def test_list_of_a_body_and_of_a_year(client: Client, area: Body, other_area: Body) -> None:
    mine = make.meeting(body=area, state="open", starts_at=in_days(-400))
    recent = make.meeting(body=area, state="open", starts_at=in_days(-5))
    theirs = make.meeting(body=other_area, state="open", starts_at=in_days(-6))
    assert listed(client, f"?toimielin={area.slug}")[1] == [recent, mine]
    assert listed(client, f"?vuosi={mine.day.year}")[1] == [mine]
    assert listed(client, f"?toimielin={other_area.slug}&vuosi={mine.day.year}")[1] == []
    assert listed(client)[1] == [recent, theirs, mine]


def test_year_is_the_year_in_helsinki(client: Client, area: Body) -> None:
    new_year = timezone.make_aware(datetime(timezone.localdate().year - 1, 1, 1, 0, 30))
    meeting = make.meeting(body=area, state="open", starts_at=new_year)
    assert listed(client, f"?vuosi={new_year.year}")[1] == [meeting]
    assert listed(client, f"?vuosi={new_year.year - 1}")[1] == [meeting]  # not offered, so not a filter


@pytest.mark.parametrize("query", ["?toimielin=olematon", "?vuosi=abc", "?vuosi=99999999999", "?sivu=x", "?sivu=-1"])
def test_nonsense_in_the_address_shows_the_whole_list(client: Client, area: Body, query: str) -> None:
    meeting = make.meeting(body=area, state="called")
    page = client.get(f"/kokoukset/{query}")
    assert page.status_code == 200
    assert [row["meeting"] for row in page.context["coming"]] == [meeting]


def test_null_in_the_address_is_refused(client: Client, db: None) -> None:
    assert client.get("/kokoukset/?toimielin=%00").status_code == 400


def test_body_of_hidden_meetings_is_not_offered(client: Client, area: Body, other_area: Body) -> None:
    make.meeting(body=other_area, state="called", calendar_visibility=Visibility.BODY)
    make.meeting(body=area, state="called")
    choices = client.get("/kokoukset/").context["form"].fields["toimielin"].choices
    assert [slug for slug, _name in choices] == ["", area.slug]


def test_keeper_is_offered_a_new_meeting_on_the_bodys_list(
    client: Client, login: Login, area: Body, secretary: Person, member: Person
) -> None:
    make.meeting(body=area, state="called")
    url, add = f"/kokoukset/?toimielin={area.slug}", f"/kokoukset/uusi/{area.slug}/"
    shown = [add in c.get(url).content.decode() for c in (client, login(member), login(secretary))]
    assert shown == [False, False, True]


def test_keeper_finds_the_list_of_a_body_without_meetings(login: Login, area: Body, secretary: Person) -> None:
    page = login(secretary).get(f"/kokoukset/?toimielin={area.slug}")
    assert f"/kokoukset/uusi/{area.slug}/" in page.content.decode()


def test_past_meetings_are_paged(client: Client, area: Body) -> None:
    for number in range(51):
        Meeting.objects.create(
            body=area, starts_at=in_days(-number - 2), called_at=in_days(-number - 9), year=2000, number=number + 1,
            place="x",
        )  # fmt: skip
    coming = make.meeting(body=area, state="called")
    assert [len(rows) for rows in listed(client)] == [1, 50]
    assert [len(rows) for rows in listed(client, "?sivu=2")] == [0, 1]
    assert coming in listed(client)[0]
    assert 'href="?sivu=2"' in client.get("/kokoukset/").content.decode()


@pytest.mark.parametrize("who", [None, "secretary"])
def test_list_costs_the_same_with_few_and_many_rows(
    request: pytest.FixtureRequest, login: Login, client: Client, area: Body, who: str | None
) -> None:
    reader = login(request.getfixturevalue(who)) if who else client
    counts: list[int] = []
    for _round in range(2):
        for days in (-4, -3, 3, 4):
            make.meeting(body=area, state="called" if days > 0 else "review", starts_at=in_days(days + len(counts)))
        reader.get("/kokoukset/")
        with CaptureQueriesContext(connection) as seen:
            text = reader.get("/kokoukset/").content.decode()
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= (12 if who else 8)
    assert "csrfmiddlewaretoken" not in text or who


def test_bodies_that_ended_long_ago_are_offered_only_where_they_are_asked_for(client: Client, db: None) -> None:
    old, late = (make.body(kind=Kind.WORKING_GROUP, valid_to=today() - timedelta(days=n)) for n in (800, 400))
    for body in (old, late):
        make.meeting(body=body, state="open", starts_at=in_days(-810))

    def offered(query: str = "") -> list[str]:
        return [slug for slug, _ in client.get(f"/kokoukset/{query}").context["form"].fields["toimielin"].choices]

    assert offered() == ["", late.slug]
    assert set(offered(f"?toimielin={old.slug}")) == {"", old.slug, late.slug}


def test_years_are_offered_from_the_first_meeting_to_the_last(client: Client, area: Body) -> None:
    assert [year for year, _ in client.get("/kokoukset/").context["form"].fields["vuosi"].choices][1:] == []
    for year in (2021, 2024):
        make.meeting(body=area, state="open", starts_at=timezone.make_aware(datetime(year, 5, 5)))
    years = [int(year) for year, _ in client.get("/kokoukset/").context["form"].fields["vuosi"].choices[1:]]
    assert years == [2024, 2023, 2022, 2021]
