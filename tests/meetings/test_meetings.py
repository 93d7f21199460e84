"""A meeting from four fields to its opening: who may begin it, its agenda, its changes, its opening."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from meetings.models import Meeting, Minutes, State
from network.models import Body, Inspection, Person
from network.visibility import Visibility
from tests import make
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

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


def test_a_start_nearer_than_the_notice_is_warned_of(login: Login, area: Body, secretary: Person) -> None:
    client = login(secretary)
    first = timezone.localdate() + timedelta(days=area.notice_days + 1)
    assert f"for a meeting on {first:%-d.%-m.%Y} or later" in client.get("/en" + add_url(area)).content.decode()
    near = timezone.localdate() + timedelta(days=area.notice_days - 2)
    page = client.post("/en" + add_url(area), filled(date=near.isoformat()), follow=True).content.decode()
    assert "Choose a later day, or give the reason" in page
    page = client.post("/en" + add_url(area), filled(), follow=True).content.decode()
    assert "Choose a later day" not in page


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
