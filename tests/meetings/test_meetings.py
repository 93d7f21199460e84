"""A meeting from four fields to its opening: who may begin it, its agenda, its page, its one next step."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import Item, Meeting, Minutes, Outcome, State
from meetings.steps import way_of
from network.models import Body, Inspection, Person, Reading
from network.visibility import Visibility
from tests import make

Login = Callable[[Person], Client]


def in_days(days: int) -> datetime:
    return (timezone.localtime() + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)


def filled(days: int = 30, **fields: str) -> dict[str, str]:
    day = in_days(days).date().isoformat()
    usual = {"date": day, "time": "10:00", "place": "Helsinki", "remote_link": "https://verkko.example/k"}
    return usual | {"language": "fi"} | fields


def add_url(body: Body) -> str:
    return f"/kokoukset/uusi/{body.slug}/"


def titles(meeting: Meeting) -> list[str]:
    return list(meeting.items.order_by("position").values_list("title", flat=True))


# ── beginning a meeting ──


@pytest.mark.row("F44", part=True)
def test_secretary_begins_a_meeting_in_four_fields(login: Login, area: Body, secretary: Person) -> None:
    page = login(secretary).post(add_url(area), filled())
    meeting = Meeting.objects.get()
    assert page["Location"] == meeting.get_absolute_url()
    assert (meeting.body, meeting.starts_at, meeting.place) == (area, in_days(30), "Helsinki")
    assert (meeting.remote_link, meeting.language, meeting.created_by) == ("https://verkko.example/k", "fi", secretary)
    assert (meeting.calendar_visibility, meeting.visibility) == (area.calendar_visibility, area.papers_visibility)
    assert titles(meeting) == [
        "Kokouksen avaus",
        "Kokouksen laillisuus ja päätösvaltaisuus",
        "Pöytäkirjan tarkastajien valinta",
        "Esityslistan hyväksyminen",
        "Edellisen kokouksen pöytäkirja",
        "Tiedoksi saatettavat asiat",
        "Muut mahdolliset asiat",
        "Seuraava kokous",
        "Kokouksen päättäminen",
    ]
    assert (meeting.number, meeting.called_at) == (None, None)


def test_record_in_swedish_has_its_standing_items_in_swedish(login: Login, area: Body, secretary: Person) -> None:
    login(secretary).post(add_url(area), filled(language="sv"))
    assert titles(Meeting.objects.get())[0] == "Sammanträdet öppnas"


def test_working_group_has_the_light_agenda(login: Login, group: Body, group_chair: Person) -> None:
    login(group_chair).post(add_url(group), filled())
    assert titles(Meeting.objects.get())[:2] == ["Kokouksen avaus", "Edellisen muistion läpikäynti"]
    assert Meeting.objects.get().items.count() == 5


def test_matters_left_open_come_before_the_closing_items(login: Login, area: Body, secretary: Person) -> None:
    before = make.meeting(
        body=area, state="open", starts_at=in_days(-20), items=["Kokouksen avaus", "Kalusto", "Valmis"]
    )
    for item, outcome in zip(before.items.order_by("position"), ("not_handled", "tabled", "as_proposed"), strict=True):
        item.save_text(seen=item.revision, by=None, outcome=outcome, decision="Hyväksyttiin.")
    login(secretary).post(add_url(area), filled())
    meeting = Meeting.objects.latest("pk")
    assert titles(meeting)[5:7] == ["Kalusto", "Tiedoksi saatettavat asiat"]
    assert meeting.items.get(title="Kalusto").carried_from == before.items.get(title="Kalusto")
    assert meeting.items.filter(title="Kokouksen avaus").count() == 1  # a standing item is not carried over


def test_body_that_inspects_at_the_next_meeting_gets_the_item_for_it(
    login: Login, area: Body, secretary: Person
) -> None:
    Body.objects.filter(pk=area.pk).update(inspection=Inspection.NEXT_MEETING)
    area.refresh_from_db()
    before = make.meeting(body=area, state="open", starts_at=in_days(-20))
    client = login(secretary)
    client.post(add_url(area), filled())
    meeting = Meeting.objects.latest("pk")
    item = meeting.items.get(title__contains=before.label)
    assert before.label in item.proposal
    assert "Pöytäkirjan tarkastajien valinta" not in titles(meeting)


def test_items_of_a_cancelled_meeting_are_taken_up_by_the_next(login: Login, area: Body, secretary: Person) -> None:
    make.meeting(body=area, state="cancelled", starts_at=in_days(20), items=["Peruuntunut asia"])
    login(secretary).post(add_url(area), filled())
    assert "Peruuntunut asia" in titles(Meeting.objects.latest("pk"))


@pytest.mark.parametrize("who", ["member", "outsider", "former_chair", "group_chair", "keeper", "expert"])
def test_nobody_else_begins_one(request: pytest.FixtureRequest, login: Login, area: Body, who: str) -> None:
    client = login(request.getfixturevalue(who))
    assert (client.get(add_url(area)).status_code, client.post(add_url(area), filled()).status_code) == (404, 404)
    assert not Meeting.objects.exists()


def test_the_bodies_above_and_the_secretariat_begin_one(
    login: Login, area: Body, group: Body, chair: Person, coordinator: Person, director: Person
) -> None:
    """The chair of the area keeps its groups' papers, and the board those of the areas."""
    for person, body in ((chair, group), (director, area), (coordinator, group)):
        assert login(person).post(add_url(body), filled()).status_code == 302


def test_anonymous_is_sent_to_the_login(client: Client, area: Body) -> None:
    assert client.get(add_url(area))["Location"] == f"/tili/kirjaudu/?next={add_url(area)}"


def test_ended_body_begins_no_meeting(login: Login, group: Body, group_chair: Person, coordinator: Person) -> None:
    Body.objects.filter(pk=group.pk).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert [login(p).get(add_url(group)).status_code for p in (group_chair, coordinator)] == [404, 404]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("date", "1.1.2020", "The time has already passed."),
        ("date", "huomenna", "“huomenna” is not a day. Write it like 1.5.2018."),
        ("time", "kymmeneltä", "This is not a time. Write it like 9.30."),
        ("place", "", "This field is required."),
        ("remote_link", "ei-linkki", "Enter a valid URL."),
        ("remote_link", "javascript:alert(1)", "Enter a valid URL."),
        ("place", "Hel\x00sinki", "Null characters are not allowed."),
    ],
)
def test_errors_keep_what_was_typed(
    login: Login, area: Body, secretary: Person, field: str, value: str, said: str
) -> None:
    page = login(secretary).post("/en" + add_url(area), filled(place="Rovaniemi") | {field: value})
    form = page.context["form"]
    assert form.errors[field] == [said]
    assert form["place"].value() == (value if field == "place" else "Rovaniemi")
    assert not Meeting.objects.exists()


def test_time_is_read_as_finns_write_it_and_as_helsinki_has_it(login: Login, area: Body, secretary: Person) -> None:
    year = timezone.localdate().year + 1
    login(secretary).post(add_url(area), filled(date=f"1.7.{year}", time="9.30"))
    assert Meeting.objects.get().starts_at.isoformat() == f"{year}-07-01T06:30:00+00:00"


def test_marks_that_turn_the_text_and_broken_bytes_leave_no_trace(login: Login, area: Body, secretary: Person) -> None:
    client = login(secretary)
    client.post(add_url(area), filled(place="Hel\u202esinki\n  sali\u2066 1"))
    assert Meeting.objects.get().place == "Helsinki sali 1"
    body = "&".join(f"{k}={v}" for k, v in filled().items()).replace("Helsinki", "Turku%ff%fe")
    page = client.post(add_url(area), body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == 302
    assert Meeting.objects.latest("pk").place == "Turku\ufffd\ufffd"


# ── changing it ──


def test_head_is_changed_until_the_minutes_leave_the_desk(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    data = filled(40, place="Oulu", calendar_visibility="network", visibility="body")
    assert client.post(f"/kokoukset/{meeting.pk}/muokkaa/", data)["Location"] == meeting.get_absolute_url()
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.place) == (in_days(40), "Oulu")
    assert (meeting.calendar_visibility, meeting.visibility) == (Visibility.NETWORK, Visibility.BODY)


def test_called_meeting_keeps_its_time_in_the_form(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called")
    client = login(secretary)
    assert "date" not in client.get(f"/kokoukset/{meeting.pk}/muokkaa/").context["form"].fields
    stale = client.post(
        f"/en/kokoukset/{meeting.pk}/muokkaa/", filled(50, calendar_visibility="public", visibility="body")
    )
    assert "has been called since you opened the page" in stale.content.decode()
    starts_at = meeting.starts_at
    meeting.refresh_from_db()
    assert meeting.starts_at == starts_at


def test_frozen_head_answers_in_words_and_keeps_the_text(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="review", starts_at=in_days(-3))
    data = {"place": "Toisaalla", "remote_link": "", "calendar_visibility": "public", "visibility": "network"}
    page = login(secretary).post(f"/en/kokoukset/{meeting.pk}/muokkaa/", data)
    assert "The minutes have left the desk" in page.content.decode()
    assert 'value="Toisaalla"' in page.content.decode()


# ── opening it ──


def test_opening_gives_sections_the_roll_and_the_minutes(
    login: Login, area: Body, secretary: Person, chair: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state="called", items=3)
    page = login(secretary).post(f"/kokoukset/{meeting.pk}/avaa/")
    assert page["Location"] == f"/kokoukset/{meeting.pk}/lasna/"
    meeting.refresh_from_db()
    assert list(meeting.items.order_by("position").values_list("section", flat=True)) == [1, 2, 3]
    assert set(meeting.attendances.values_list("person", flat=True)) == {secretary.pk, chair.pk, member.pk}
    assert (meeting.chaired_by, meeting.minuted_by) == (chair, secretary)
    assert meeting.minutes.state == State.DRAFT


def test_opening_twice_opens_once(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called", items=2)
    client = login(secretary)
    codes = [client.post(f"/kokoukset/{meeting.pk}/avaa/").status_code for _n in range(2)]
    assert codes == [302, 409]
    assert meeting.items.filter(section__gt=2).count() == 0
    assert Minutes.objects.count() == 1


def test_opening_is_no_link(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called")
    assert login(secretary).get(f"/kokoukset/{meeting.pk}/avaa/").status_code == 405


# ── one next step ──


def walk(area: Body) -> list[tuple[str, str]]:
    """The next step of a meeting at each of its stations: number and page."""
    found = []

    def note(meeting: Meeting) -> None:
        step = way_of(Meeting.objects.select_related("body", "minutes").get(pk=meeting.pk)).next
        found.append((str(step.number), step.url.split("/")[-2]) if step else ("-", ""))

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
    assert [page for _number, page in stations][7:9] == ["allekirjoita", "julkaise"]


def test_keeper_sees_the_seven_steps_and_the_reader_the_told_ones(
    login: Login, area: Body, secretary: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state="called")
    url = f"/en{meeting.get_absolute_url()}"
    kept, read = (login(p).get(url).content.decode() for p in (secretary, member))
    assert ("Next, step 4/7" in kept, "Next, step" in read) == (True, False)
    assert ("Meeting set up" in kept, "Meeting set up" in read) == (True, False)


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
    assert "awaits inspection" in text


def test_item_inspected_at_the_meeting_is_in_force_at_once(login: Login, area: Body, member: Person) -> None:
    meeting = make.meeting(body=area, state="draft", starts_at=in_days(-1), items=["Kalusto"])
    meeting.items.get().inspect_at_once()
    text = login(member).get("/en" + meeting.get_absolute_url()).content.decode()
    assert "in force" in text
    assert "awaits inspection" not in text


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
