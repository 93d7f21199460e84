"""A meeting's page: one next step for its keepers, the record to its readers, the head to all who learn of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import Item, Meeting, Outcome, State
from meetings.steps import way_of
from network.models import Body, Person, Reading
from network.visibility import Visibility
from tests import make
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

Login = Callable[[Person], Client]


def in_days(days: int) -> datetime:
    return (timezone.localtime() + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)


# ── one next step ──


def walk(area: Body) -> list[tuple[str, str]]:
    """The next step of a meeting at each of its stations: number and page."""
    found = []

    def note(meeting: Meeting) -> None:
        step = way_of(Meeting.objects.select_related("body", "minutes").get(pk=meeting.pk)).next
        found.append((str(step.number), step.url.rstrip("/").split("/")[-1]) if step else ("-", ""))

    meeting = make.meeting(body=area, items=["Kokouksen avaus"])
    note(meeting)
    item = make.item(meeting=meeting, title="Kalusto")
    note(meeting)
    meeting.call(make.person(), make.letter)
    note(meeting)
    meeting.open()
    note(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(is_quorate=True)
    note(meeting)
    meeting.items.exclude(pk=item.pk).update(outcome=Outcome.NOTED, decision="Merkittiin.")
    item.refresh_from_db()
    item.save_text(seen=item.revision, by=None, outcome=Outcome.AS_PROPOSED, decision="Hyväksyttiin.")
    note(meeting)
    for state in (State.REVIEW, State.APPROVED, State.SIGNED, State.PUBLISHED):
        make.minutes(meeting=meeting, state=state)
        note(meeting)
    return found


def test_each_station_has_one_next_step(area: Body, chair: Person, secretary: Person) -> None:
    stations = walk(area)
    assert [number for number, _page in stations] == ["2", "3", "4", "4", "5", "5", "6", "7", "7", "-"]
    assert [page for _number, page in stations][:6] == [
        "uusi",
        "kutsu",
        "avaa",
        "lasna",
        "poytakirja",
        "tarkastettavaksi",
    ]
    assert [page for _number, page in stations][6:9] == ["", "allekirjoita", "julkaise"]  # first the inspectors answer


def test_keeper_sees_the_seven_steps_and_the_reader_the_told_ones(
    login: Login, area: Body, secretary: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state="called")
    url = f"/en{meeting.get_absolute_url()}"
    kept, read = (login(p).get(url).content.decode() for p in (secretary, member))
    assert ("Next, step 4/7" in kept, "Next, step" in read) == (True, False)
    assert ("Meeting set up" in kept, "Meeting set up" in read) == (True, False)


def test_long_names_of_steps_are_broken_where_swedish_breaks_them(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called")
    text = login(secretary).get(f"/sv{meeting.get_absolute_url()}").content.decode()
    assert "<b>Föredrag\u00adnings\u00adlista</b>" in text


def test_opening_before_the_day_is_not_the_first_thing_at_hand(login: Login, area: Body, secretary: Person) -> None:
    coming, due = (make.meeting(body=area, state="called", starts_at=in_days(n)) for n in (9, 0))
    assert [way_of(m).next.is_early for m in (coming, due)] == [True, False]  # type: ignore[union-attr]
    text = login(secretary).get("/en" + coming.get_absolute_url()).content.decode()
    assert "then it can no longer be moved or cancelled" in text


def test_cancelled_meeting_has_no_next_step(area: Body) -> None:
    meeting = make.meeting(body=area, state="cancelled")
    assert way_of(meeting).next is None


# ── its page ──


@pytest.mark.row("F03", part=True)
def test_public_reads_published_minutes_by_section(client: Client, area: Body) -> None:
    meeting = make.meeting(body=area, state="published", starts_at=in_days(-60), items=2, visibility=Visibility.PUBLIC)
    item = meeting.items.order_by("position").first()
    assert item is not None
    text = client.get(meeting.get_absolute_url()).content.decode()
    assert f'id="p{item.section}"' in text
    assert item.get_absolute_url() == f"{meeting.get_absolute_url()}#p{item.section}"
    assert item.decision in text
    assert f"/kokoukset/{meeting.pk}/poytakirja.pdf" in text
    assert "csrfmiddlewaretoken" not in text


def test_who_only_learns_of_it_sees_the_head_only(client: Client, login: Login, area: Body, outsider: Person) -> None:
    meeting = make.meeting(
        body=area, state="called", items=["Salainen suunnitelma"], remote_link="https://verkko.example/x"
    )
    for text in (c.get(meeting.get_absolute_url()).content.decode() for c in (client, login(outsider))):
        assert meeting.label in text
        assert meeting.place in text
        assert "Salainen suunnitelma" not in text
        assert "verkko.example" not in text


def test_nobody_but_the_keepers_sees_what_has_not_been_called(
    client: Client, login: Login, area: Body, member: Person, secretary: Person, outsider: Person
) -> None:
    meeting = make.meeting(body=area)
    codes = [c.get(meeting.get_absolute_url()).status_code for c in (client, login(member), login(outsider))]
    assert codes == [404, 404, 404]
    assert login(secretary).get(meeting.get_absolute_url()).status_code == 200


def test_member_reads_the_called_agenda_and_the_reading_is_written_down(
    login: Login, area: Body, member: Person
) -> None:
    meeting = make.meeting(body=area, state="called", items=["Kalusto"], remote_link="https://verkko.example/x")
    text = login(member).get(meeting.get_absolute_url()).content.decode()
    assert "Kalusto" in text
    assert "https://verkko.example/x" in text
    assert list(Reading.objects.values_list("person", "record_id")) == [(member.pk, meeting.pk)]


def test_how_to_come_stands_at_the_head_until_the_meeting_is_over(
    login: Login, area: Body, member: Person, secretary: Person
) -> None:
    link = "https://verkko.example/x"
    meeting = make.meeting(body=area, state="called", remote_link=link)
    text = login(member).get("/en" + meeting.get_absolute_url()).content.decode()
    head = text.split("<h1")[1].split('class="side')[0]
    assert all(told in head for told in (f'href="{link}"', f"mailto:{secretary.email}", "/en/omat/kalenteri/"))
    assert text.count(f'href="{link}"') == 1
    held = make.meeting(body=area, starts_at=in_days(-9), state="review", remote_link=link)
    assert "mailto:" not in login(member).get(held.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("state", "item", "noted"), [("called", None, True), ("published", None, False), ("published", "body", True)]
)
def test_reading_is_written_down_of_what_not_everybody_reads(
    login: Login, area: Body, member: Person, state: str, item: str | None, noted: bool
) -> None:
    starts = in_days(-9) if state == "published" else in_days(9)
    state_then = "open" if state == "published" else state
    meeting = make.meeting(body=area, state=state_then, starts_at=starts, visibility=Visibility.PUBLIC)
    make.item(meeting=meeting, visibility=item)
    if state == "published":
        make.minutes(meeting=meeting, state=State.PUBLISHED)
    login(member).get(meeting.get_absolute_url())
    assert Reading.objects.filter(person=member, kind="meetings.meeting", record_id=meeting.pk).exists() == noted


def test_draft_of_a_decision_is_the_writers_until_it_goes_out(
    login: Login, area: Body, member: Person, secretary: Person
) -> None:
    meeting = make.meeting(body=area, state="open", starts_at=in_days(-1), items=["Kalusto"])
    item = meeting.items.get()
    item.save_text(seen=item.revision, by=secretary, outcome=Outcome.AS_PROPOSED, decision="Ostetaan uusi auto.")
    url = meeting.get_absolute_url()
    shown = ["Ostetaan uusi auto." in login(p).get(url).content.decode() for p in (secretary, member)]
    assert shown == [True, False]
    make.minutes(meeting=meeting, state=State.REVIEW)
    text = login(member).get("/en" + url).content.decode()
    assert "Ostetaan uusi auto." in text
    assert "Awaits inspection" in text


def test_item_inspected_at_the_meeting_is_in_force_at_once(login: Login, area: Body, member: Person) -> None:
    meeting = make.meeting(body=area, state="draft", starts_at=in_days(-1), items=["Kalusto"])
    item = meeting.items.get()
    item.inspect_at_once(seen=item.revision)
    text = login(member).get("/en" + meeting.get_absolute_url()).content.decode()
    assert "In force" in text
    assert "Awaits inspection" not in text


def test_narrower_item_is_missing_for_the_network(login: Login, area: Body, outsider: Person, member: Person) -> None:
    meeting = make.meeting(body=area, state="published", starts_at=in_days(-60), items=["Avoin asia"])
    with connection.cursor() as cursor:  # the record is frozen; what is narrow was narrow from the start
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE meetings_item SET visibility = 'body', title = 'Kapea asia' WHERE meeting_id = %s", [meeting.pk]
        )
        cursor.execute("SET session_replication_role = origin")
    shown = ["Kapea asia" in login(p).get(meeting.get_absolute_url()).content.decode() for p in (outsider, member)]
    assert shown == [False, True]


def test_markup_in_texts_is_shown_as_text(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, items=0)
    make.item(meeting=meeting, title="<script>x</script>", grounds="<b>x</b>", proposal="**lihava**")
    text = login(secretary).get(meeting.get_absolute_url()).content.decode()
    assert "<script>x" not in text
    assert "<b>x</b>" not in text
    assert "<strong>lihava</strong>" in text


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("state", "most"), [("agenda", 12), ("called", 12), ("open", 12), ("review", 12), ("published", 12)]
)
def test_page_costs_the_same_with_few_and_many_items(
    login: Login, area: Body, secretary: Person, chair: Person, member: Person, state: str, most: int
) -> None:
    starts = in_days(-9) if state in ("open", "review", "published") else in_days(30)
    few, many = (make.meeting(body=area, state=state, starts_at=starts, items=n) for n in (2, 20))
    client = login(secretary)
    counts = [queries(client, meeting.get_absolute_url()) for meeting in (few, many)]
    assert counts[0] == counts[1]
    assert counts[0] <= most


def test_anonymous_page_of_twenty_items_takes_eight_queries(client: Client, area: Body, member: Person) -> None:
    meeting = make.meeting(body=area, state="published", starts_at=in_days(-9), items=20, visibility=Visibility.PUBLIC)
    item = Item.objects.filter(meeting=meeting).first()
    assert item is not None
    assert queries(client, meeting.get_absolute_url()) <= 8
