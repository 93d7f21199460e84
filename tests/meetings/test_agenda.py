"""Items of the agenda: written, ordered, dropped, added late; nothing typed is lost, nothing foreign is moved."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from meetings import agenda
from meetings.models import Item, Meeting
from network.lifecycle import WrongState
from network.models import Body, Person, Role
from network.visibility import Visibility
from tests import make

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("secretary",)

Login = Callable[[Person], Client]


def titles(meeting: Meeting) -> list[str]:
    return list(meeting.items.order_by("position").values_list("title", flat=True))


def positions(meeting: Meeting) -> list[int]:
    return list(meeting.items.order_by("position").values_list("position", flat=True))


def filled(item: Item | None = None, **fields: str) -> dict[str, str]:
    usual = {"title": "Kalusto", "presenter": "", "grounds": "", "proposal": "", "visibility": ""}
    return usual | ({"revision": str(item.revision)} if item else {}) | fields


def edit_url(item: Item) -> str:
    return f"/kokoukset/asiat/{item.pk}/"


# ── adding ──


@pytest.mark.row("F30", part=True)
def test_matter_is_added_before_the_closing_items(login: Login, area: Body, secretary: Person, member: Person) -> None:
    meeting = make.meeting(body=area, items=0)
    agenda.lay_out(meeting)
    data = filled(
        presenter=str(member.pk), grounds="Vanha auto on rikki.", proposal="Ostetaan auto.", visibility="body"
    )
    page = login(secretary).post(f"/kokoukset/{meeting.pk}/asiat/uusi/", data)
    item = meeting.items.get(title="Kalusto")
    assert page["Location"] == f"{meeting.get_absolute_url()}#k{item.pk}"
    assert (item.presenter, item.grounds, item.proposal) == (member, "Vanha auto on rikki.", "Ostetaan auto.")
    assert item.visibility == Visibility.BODY
    assert titles(meeting)[5:7] == ["Kalusto", "Tiedoksi saatettavat asiat"]
    assert positions(meeting) == list(range(1, 11))
    login(secretary).post(f"/kokoukset/{meeting.pk}/asiat/uusi/", filled(title="Toinen"))
    assert titles(meeting)[5:7] == ["Kalusto", "Toinen"]


def test_presenter_is_one_of_the_body_or_the_office(
    login: Login, area: Body, secretary: Person, member: Person, coordinator: Person, outsider: Person
) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    form = client.get(f"/kokoukset/{meeting.pk}/asiat/uusi/").context["form"]
    offered = [pk for _label, people in form.fields["presenter"].choices[1:] for pk, _name in people]
    assert set(offered) == {secretary.pk, member.pk, coordinator.pk}
    page = client.post(f"/kokoukset/{meeting.pk}/asiat/uusi/", filled(presenter=str(outsider.pk)))
    assert set(page.context["form"].errors) == {"presenter"}


@pytest.mark.parametrize(
    ("meets", "offered"),
    [(Visibility.PUBLIC, {"", "network", "body"}), (Visibility.NETWORK, {"", "body"}), (Visibility.BODY, None)],
)
def test_item_is_only_ever_narrower_than_its_meeting(
    login: Login, area: Body, secretary: Person, meets: Visibility, offered: set[str] | None
) -> None:
    meeting = make.meeting(body=area, visibility=meets)
    client = login(secretary)
    form = client.get(f"/kokoukset/{meeting.pk}/asiat/uusi/").context["form"]
    choices = {value for value, _label in form.fields["visibility"].choices} if "visibility" in form.fields else None
    assert choices == offered
    client.post(f"/kokoukset/{meeting.pk}/asiat/uusi/", filled(visibility="public"))
    assert not meeting.items.filter(visibility=Visibility.PUBLIC).exists()


@pytest.mark.row("F31", part=True)
def test_after_the_notice_only_an_urgent_matter_with_its_reason(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called", items=["Ensin", "Kokouksen päättäminen"])
    client = login(secretary)
    url = f"/en/kokoukset/{meeting.pk}/asiat/uusi/"
    page = client.post(url, filled(grounds="Kirjoitettu perustelu"))
    assert set(page.context["form"].errors) == {"late_reason"}
    assert "Kirjoitettu perustelu" in page.content.decode()
    client.post(url, filled(late_reason="Myrsky kaatoi mastot."))
    item = meeting.items.get(title="Kalusto")
    assert item.late_reason == "Myrsky kaatoi mastot."
    assert titles(meeting)[-2:] == ["Kalusto", "Kokouksen päättäminen"]  # the rest keeps its numbers


def test_late_matter_without_a_reason_is_refused_by_the_database(area: Body) -> None:
    meeting = make.meeting(body=area, state="called")
    with pytest.raises(IntegrityError):
        Item.objects.add(meeting, title="Ohi")


def test_notice_sent_meanwhile_asks_for_the_reason(area: Body, secretary: Person) -> None:
    from meetings.forms import ItemForm
    from network.forms import save_or_refuse

    meeting = make.meeting(body=area)
    form = ItemForm(filled(), meeting=meeting)
    assert form.is_valid()
    Meeting.objects.get(pk=meeting.pk).call(secretary, make.letter)
    assert save_or_refuse(form, form.add) is False
    assert not meeting.items.filter(title="Kalusto").exists()


def test_item_added_to_an_open_meeting_gets_the_next_section(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="open", items=2)
    login(secretary).post(f"/kokoukset/{meeting.pk}/asiat/uusi/", filled(late_reason="Kiire"))
    assert meeting.items.get(title="Kalusto").section == 3


def test_closed_desk_takes_no_item(login: Login, area: Body, secretary: Person) -> None:
    review = make.meeting(body=area, state="review", starts_at=timezone.now() - timedelta(days=3))
    cancelled = make.meeting(body=area, state="cancelled")
    client = login(secretary)
    codes = [
        client.post(f"/kokoukset/{m.pk}/asiat/uusi/", filled(late_reason="x")).status_code for m in (review, cancelled)
    ]
    assert codes == [409, 404]


# ── changing ──


def test_saved_text_is_a_revision_and_tells_who(login: Login, area: Body, secretary: Person) -> None:
    item = make.item(meeting=make.meeting(body=area, items=0))
    page = login(secretary).post(edit_url(item), filled(item, grounds="Uusi perustelu"))
    item.refresh_from_db()
    assert page["Location"] == item.get_absolute_url()
    assert (item.title, item.grounds, item.revision, item.changed_by) == ("Kalusto", "Uusi perustelu", 2, secretary)


def test_second_writer_sees_both_texts_and_loses_none(
    login: Login, area: Body, secretary: Person, chair: Person
) -> None:
    item = make.item(meeting=make.meeting(body=area, items=0), title="Alku")
    seen = filled(item)
    login(chair).post(edit_url(item), seen | {"title": "Puheenjohtajan otsikko", "grounds": "Puheenjohtajan teksti"})
    client = login(secretary)
    page = client.post("/en" + edit_url(item), seen | {"title": "Minun otsikkoni", "grounds": "Minun tekstini"})
    text = page.content.decode()
    assert page.status_code == 409
    assert [t in text for t in ("Puheenjohtajan teksti", "Minun tekstini", "Minun otsikkoni")] == [True] * 3
    item.refresh_from_db()
    assert (item.title, item.revision) == ("Puheenjohtajan otsikko", 2)
    again = seen | {"title": "Yhdistetty", "revision": "2"}
    assert client.post(edit_url(item), again).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.revision) == ("Yhdistetty", 3)


def test_missing_revision_writes_over_nothing(login: Login, area: Body, secretary: Person) -> None:
    item = make.item(meeting=make.meeting(body=area, items=0), title="Alku")
    page = login(secretary).post(edit_url(item), filled())
    assert page.status_code == 409
    assert Item.objects.get(pk=item.pk).title == "Alku"


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x" * 301), ("grounds", "ä" * 1_000_000), ("proposal", "a\x00b"), ("title", "")],
)
def test_too_long_and_broken_text_is_told_and_kept(
    login: Login, area: Body, secretary: Person, field: str, value: str
) -> None:
    item = make.item(meeting=make.meeting(body=area, items=0), title="Alku")
    page = login(secretary).post(edit_url(item), filled(item) | {field: value})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {field}
    assert page.context["form"][field].value() == value
    assert Item.objects.get(pk=item.pk).title == "Alku"


def test_marks_that_turn_the_text_are_left_out(login: Login, area: Body, secretary: Person) -> None:
    item = make.item(meeting=make.meeting(body=area, items=0))
    login(secretary).post(edit_url(item), filled(item, title="Maksu\u202e 001", grounds="a\u2066b\n\nc"))
    item.refresh_from_db()
    assert (item.title, item.grounds) == ("Maksu 001", "ab\n\nc")


def test_after_the_opening_the_item_is_written_on_the_desk(login: Login, area: Body, secretary: Person) -> None:
    item = make.meeting(body=area, state="open").items.get()
    page = login(secretary).get(edit_url(item))
    assert page["Location"] == f"/kokoukset/{item.meeting_id}/poytakirja/?kohta={item.pk}"


@pytest.mark.parametrize("who", ["member", "outsider", "former_chair", "group_chair", "keeper"])
def test_nobody_else_touches_items(request: pytest.FixtureRequest, login: Login, area: Body, who: str) -> None:
    item = make.item(meeting=make.meeting(body=area, items=2), title="Alku")
    client = login(request.getfixturevalue(who))
    urls = [
        edit_url(item),
        f"{edit_url(item)}siirra/",
        f"{edit_url(item)}poista/",
        f"/kokoukset/{item.meeting_id}/siirtyneet/",
    ]
    assert {client.post(url, filled(item, suunta="up")).status_code for url in urls} == {404}
    assert titles(item.meeting)[-1] == "Alku"


# ── order ──


@pytest.mark.row("F30", part=True)
def test_order_is_changed_with_buttons_alone(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, items=["A", "B", "C"])
    client = login(secretary)
    page = client.get(meeting.get_absolute_url()).content.decode()
    b = meeting.items.get(title="B")
    assert f'formaction="/kokoukset/asiat/{b.pk}/siirra/"' in page
    answer = client.post(f"{edit_url(b)}siirra/", {"suunta": "up"})
    assert answer["Location"] == f"{meeting.get_absolute_url()}#k{b.pk}"
    assert titles(meeting) == ["B", "A", "C"]
    for _n in range(3):
        client.post(f"{edit_url(b)}siirra/", {"suunta": "down"})
    assert titles(meeting) == ["A", "C", "B"]
    assert positions(meeting) == [1, 2, 3]


def test_word_that_is_no_direction_moves_nothing(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, items=["A", "B"])
    item = meeting.items.get(title="B")
    assert login(secretary).post(f"{edit_url(item)}siirra/", {"suunta": "sivulle"}).status_code == 302
    assert titles(meeting) == ["A", "B"]


def test_order_of_an_open_meeting_stands(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="open", items=["A", "B"])
    item = meeting.items.get(title="B")
    assert login(secretary).post(f"{edit_url(item)}siirra/", {"suunta": "up"}).status_code == 409
    assert titles(meeting) == ["A", "B"]


def test_item_of_another_meeting_is_out_of_reach(login: Login, area: Body, other_area: Body, secretary: Person) -> None:
    theirs = make.meeting(body=other_area, items=["A", "B"])
    item = theirs.items.get(title="B")
    client = login(secretary)
    assert client.post(f"{edit_url(item)}siirra/", {"suunta": "up"}).status_code == 404
    assert titles(theirs) == ["A", "B"]


# ── dropping and taking up ──


def test_item_is_dropped_after_asking(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, items=["A", "B", "C"])
    item = meeting.items.get(title="B")
    client = login(secretary)
    assert "B" in client.get(f"{edit_url(item)}poista/").content.decode()
    assert titles(meeting) == ["A", "B", "C"]
    client.post(f"{edit_url(item)}poista/")
    assert titles(meeting) == ["A", "C"]
    assert positions(meeting) == [1, 2]


def test_item_of_a_called_meeting_is_not_dropped(login: Login, area: Body, secretary: Person) -> None:
    item = make.meeting(body=area, state="called", items=["A"]).items.get()
    assert login(secretary).post(f"{edit_url(item)}poista/").status_code == 409
    assert Item.objects.filter(pk=item.pk).exists()


@pytest.mark.row("F32", part=True)
def test_what_was_left_open_is_offered_and_taken_up_once(login: Login, area: Body, secretary: Person) -> None:
    before = make.meeting(body=area, state="open", starts_at=timezone.now() - timedelta(days=9), items=["Kesken"])
    meeting = make.meeting(body=area, items=0)
    agenda.lay_out(meeting)
    left = before.items.get()
    left.save_text(seen=left.revision, by=None, outcome="tabled")
    client = login(secretary)
    assert (
        "1 matter of earlier meetings was left open." in client.get("/en" + meeting.get_absolute_url()).content.decode()
    )
    for _n in range(2):
        client.post(f"/kokoukset/{meeting.pk}/siirtyneet/")
    assert titles(meeting).count("Kesken") == 1
    assert titles(meeting)[5] == "Kesken"


def test_agenda_that_was_sent_takes_nothing_up(area: Body) -> None:
    with pytest.raises(WrongState):
        agenda.take_up(make.meeting(body=area, state="called"))


def test_dropped_matter_stays_open_for_another_agenda(login: Login, area: Body, secretary: Person) -> None:
    before = make.meeting(body=area, state="open", starts_at=timezone.now() - timedelta(days=9), items=["Kesken"])
    left = before.items.get()
    left.save_text(seen=left.revision, by=None, outcome="tabled")
    meeting = make.meeting(body=area, items=["A"])
    taken = agenda.take_up(meeting)
    login(secretary).post(f"{edit_url(taken[0])}poista/")
    assert agenda.left_open(meeting) == 1


def test_presenter_who_has_left_stays_offered(login: Login, area: Body, secretary: Person) -> None:
    gone = make.person(first_name="Lasse", last_name="Lähtenyt")
    make.term(person=gone, body=area, role=Role.MEMBER, ends_on=timezone.localdate() - timedelta(days=1))
    item = make.item(meeting=make.meeting(body=area, items=0), presenter=gone)
    login(secretary).post(edit_url(item), filled(item, presenter=str(gone.pk)))
    item.refresh_from_db()
    assert (item.title, item.presenter) == ("Kalusto", gone)
