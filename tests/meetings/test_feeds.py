"""Calendar feeds: a body's for everybody, one's own at an address that can be taken away; never what papers say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from meetings.models import CalendarKey, Meeting, State
from network.models import Body, Kind, Person, Term
from network.visibility import Visibility
from tests import make
from tests.conftest import EVERYBODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("file_cast")]
KEPT = EVERYBODY
FEED = "/kokoukset/kalenteri/alue-a.ics"
EDIT = "/omat/kalenteri/"


def events(path: str, client: Client | None = None) -> dict[str, dict]:
    """The events of a feed, by their UID."""
    answer = (client or Client()).get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = Calendar.from_ical(answer.content)
    return {str(event["UID"]): event for event in found.walk("VEVENT")}


def own(person: Person) -> str:
    """The address of a person's own calendar."""
    return f"/kokoukset/kalenteri/oma/{CalendarKey.objects.renew(person).token}.ics"


def uid(meeting: Meeting) -> str:
    return f"kokous-{meeting.pk}@kumppanuusverkosto.invalid"


def called(body: Body, **fields: object) -> Meeting:
    return make.meeting(body=body, state=make.CALLED, **fields)


# ── what stands in it ──


@pytest.mark.row("F03", part=True)
def test_feed_tells_time_place_state_and_address_and_no_title_of_an_item(area: Body) -> None:
    starts = datetime(timezone.now().year + 1, 7, 1, 6, 30, tzinfo=UTC)
    meeting = called(area, starts_at=starts, place="Kuntatalo; sali 3, 2. krs", items=["Salainen asia"])
    event = events(FEED)[uid(meeting)]
    local = starts.astimezone(ZoneInfo("Europe/Helsinki"))
    assert (event["DTSTART"].dt, event["DTSTART"].params["TZID"]) == (local, "Europe/Helsinki")
    assert local.hour == 9
    told = {key: str(event[key]) for key in ("SUMMARY", "STATUS", "LOCATION", "URL", "SEQUENCE")}
    assert told == {
        "SUMMARY": f"Alue A {meeting.label}", "STATUS": "CONFIRMED", "LOCATION": "Kuntatalo; sali 3, 2. krs",
        "URL": f"{settings.PORTAL_URL}/kokoukset/{meeting.pk}/", "SEQUENCE": "0",
    }  # fmt: skip
    assert b"Salainen" not in Client().get(FEED).content


def test_text_is_escaped_and_no_line_is_longer_than_75_octets(area: Body) -> None:
    called(area, place="Öljymäki, sali; " * 9)
    content = Client().get(FEED).content
    assert b"LOCATION:\xc3\x96ljym\xc3\xa4ki\\, sali\\; " in content
    assert [line for line in content.split(b"\r\n") if len(line) > 75] == []
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_time_zone_turns_its_clocks_in_the_right_hour(area: Body) -> None:
    called(area)
    zone = Calendar.from_ical(Client().get(FEED).content).walk("VTIMEZONE")[0]
    turns: dict[Any, Any] = {part.name: part for part in zone.subcomponents}
    for name, month, hour in (("DAYLIGHT", 3, 3), ("STANDARD", 10, 4)):
        assert turns[name]["DTSTART"].dt.hour == hour
        assert (turns[name]["RRULE"]["BYMONTH"], turns[name]["RRULE"]["BYDAY"]) == ([month], ["-1SU"])


def test_moved_meeting_keeps_its_uid_and_raises_its_sequence_and_a_cancelled_one_says_so(
    area: Body, secretary: Person
) -> None:
    meeting = called(area)
    before = set(events(FEED))
    meeting.move(secretary, make.letter, starts_at=meeting.starts_at + timedelta(days=2), place="Toisaalla")
    moved = events(FEED)
    assert set(moved) == before
    assert (moved[uid(meeting)]["SEQUENCE"], str(moved[uid(meeting)]["LOCATION"])) == (1, "Toisaalla")
    assert "Siirretty" in str(moved[uid(meeting)]["DESCRIPTION"])
    meeting.cancel(secretary, make.letter, "Este")
    event = events(FEED)[uid(meeting)]
    assert (event["SEQUENCE"], str(event["STATUS"])) == (2, "CANCELLED")
    assert str(event["SUMMARY"]).startswith("PERUTTU:")


@pytest.mark.row("F03", part=True)
def test_feed_holds_past_meetings_with_their_minutes_and_no_meeting_that_was_not_called(area: Body) -> None:
    past = make.meeting(body=area, state="published", starts_at=timezone.now() - timedelta(days=30))
    make.meeting(body=area, state=make.AGENDA)
    event = events(FEED)
    assert set(event) == {uid(past)}
    assert "Pöytäkirja on julkaistu" in str(event[uid(past)]["DESCRIPTION"])


def test_feed_is_not_sent_twice_and_costs_the_same_with_many(area: Body, django_assert_num_queries: Callable) -> None:
    called(area)
    first = Client().get(FEED)
    again = Client().get(FEED, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "public, max-age=900")
    for _ in range(3):
        called(area)
    with django_assert_num_queries(2):
        changed = Client().get(FEED, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


# ── who learns of what ──


@pytest.mark.row("F90", part=True)
def test_public_feed_is_the_same_for_everybody_and_holds_only_what_everybody_may_know(
    area: Body, member: Person, login: Callable
) -> None:
    public = called(area, calendar_visibility=Visibility.PUBLIC, visibility=Visibility.BODY)
    for hidden in (Visibility.NETWORK, Visibility.BODY):
        called(area, calendar_visibility=hidden, visibility=Visibility.PUBLIC)
    assert set(events(FEED)) == set(events(FEED, login(member))) == {uid(public)}


@pytest.mark.row("F40", part=True)
def test_own_calendar_holds_the_meetings_of_own_bodies_and_the_remote_link_of_those_one_is_called_to(
    area: Body, other_area: Body, group: Body, member: Person
) -> None:
    mine = called(area, calendar_visibility=Visibility.BODY, remote_link="https://kokous.example.org/a")
    called(other_area)
    called(group)
    event = events(own(member))
    assert set(event) == {uid(mine)}
    assert "https://kokous.example.org/a" in str(event[uid(mine)]["DESCRIPTION"])
    assert b"kokous.example.org/a" not in Client().get(FEED).content


def test_remote_link_is_not_told_to_whoever_only_wrote_the_minutes(other_area: Body, member: Person) -> None:
    public = {"calendar_visibility": Visibility.PUBLIC, "visibility": Visibility.BODY}
    link = "https://kokous.example.org/b"
    meeting = make.meeting(body=other_area, state=make.OPEN, minuted_by=member, remote_link=link, **public)
    assert link in Client().get(own(member)).content.decode().replace("\r\n ", "")
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    assert uid(meeting) in events(own(member))
    assert link not in Client().get(own(member)).content.decode().replace("\r\n ", "")


def test_own_calendar_follows_the_rights_of_the_day(area: Body, member: Person, former_chair: Person) -> None:
    called(area, calendar_visibility=Visibility.BODY)
    assert events(own(former_chair)) == {}
    address = own(member)
    assert len(events(address)) == 1
    Term.objects.filter(person=member).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert events(address) == {}


def test_own_calendar_speaks_its_owners_language(area: Body, member: Person) -> None:
    called(area)
    Person.objects.filter(pk=member.pk).update(language="sv")
    assert [str(event["SUMMARY"]).split(" ")[0] for event in events(own(member)).values()] == ["Område"]


# ── the address ──


@pytest.mark.row("F40", part=True)
def test_address_is_given_changed_and_taken_away_on_ones_own_page(member: Person, login: Callable) -> None:
    client = login(member)
    assert client.get(EDIT).context["address"] == ""
    seen = []
    for _ in range(2):
        client.post(EDIT, {"toimi": "uusi"})
        seen.append(client.get(EDIT).context["address"].removeprefix(settings.PORTAL_URL))
    assert [Client().get(path).status_code for path in seen] == [404, 200]
    client.post(EDIT, {"toimi": "poista"})
    assert Client().get(seen[1]).status_code == 404
    client.post(EDIT, {"toimi": "uusi"})
    again = client.get(EDIT).context["address"].removeprefix(settings.PORTAL_URL)
    assert again not in seen
    assert Client().get(again).status_code == 200


def test_address_that_was_made_up_or_whose_owner_may_not_log_in_is_nowhere(member: Person) -> None:
    address = own(member)
    forged = [address.replace("-1.", "-2."), address[:-9] + "aaaaa.ics", "/kokoukset/kalenteri/oma/1.ics"]
    assert [Client().get(path).status_code for path in [address, *forged]] == [200, 404, 404, 404]
    Person.objects.filter(pk=member.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


def test_own_calendar_is_kept_by_no_one_on_the_way_and_found_by_no_search(member: Person) -> None:
    answer = Client().get(own(member))
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, max-age=900", "noindex")


def test_feeds_are_linked_from_the_bodys_page_its_meetings_and_own_matters(
    area: Body, member: Person, login: Callable
) -> None:
    assert area.kind == Kind.SERVICE_AREA
    pages = {area.get_absolute_url(): FEED, f"/kokoukset/?toimielin={area.slug}": FEED, "/omat/": EDIT}
    client = login(member)
    assert [path for path, feed in pages.items() if f'href="{feed}"' not in client.get(path).content.decode()] == []


def test_proposed_group_has_no_feed(area: Body) -> None:
    make.body(kind=Kind.WORKING_GROUP, parent=area, name_fi="Salainen hanke", slug="salainen", is_proposed=True)
    answer = Client().get("/toimielimet/salainen/kalenteri.ics")
    assert (answer.status_code, "Salainen hanke" in answer.content.decode()) == (404, False)
