"""The roll: laid out from the holdings of the day, changed without JavaScript, counted by seats (F35)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from meetings.models import Attendance, Meeting, Presence, State
from meetings.models.attendance import Tally
from meetings.rolls import AttendanceFormSet
from network.models import Body, Person, Role, Term
from network.periods import today
from network.rosters import holder_of, secretary_of
from tests import make
from tests.meetings.inspecting import after

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("secretary",)

Login = Callable[[Person], Client]
YESTERDAY = timedelta(days=1)
OFFICES = (Role.CHAIR, Role.SECRETARY)


@pytest.fixture
def opened(area: Body, chair: Person, secretary: Person, member: Person) -> Meeting:
    """An open meeting of area A: chair, secretary, and the member with two others who decide."""
    for name in ("Toinen", "Kolmas"):
        make.term(person=make.person(first_name="Jari", last_name=name), body=area)
    return make.meeting(body=area, state="open", starts_at=timezone.now() - YESTERDAY, items=["Kalusto"])


def roll_url(meeting: Meeting) -> str:
    return f"/kokoukset/{meeting.pk}/lasna/"


def posted(page: Any, **changes: Any) -> dict[str, Any]:
    """Everything that the page's form would send, with some of it changed."""
    data: dict[str, Any] = {}
    for form in page.context["roll"]:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None or value is False else value
            if field.field.show_hidden_initial:
                data[field.html_initial_name] = data[field.html_name]
    ends = data.get("ends_at")
    return data | {"ends_at": ends.strftime("%H:%M") if ends else ""} | changes


def row(meeting: Meeting, person: Person) -> Attendance:
    return meeting.attendances.get(person=person)


def presence(line: Attendance) -> str:
    return f"r{line.pk}-presence"


# ── laying it out ──


def test_roll_is_the_bodys_people_of_the_day(
    area: Body, chair: Person, secretary: Person, member: Person, acting_alternate: Person
) -> None:
    expert = make.person(organisation="Yliopisto")
    make.term(person=expert, body=area, role=Role.EXPERT)
    make.term(body=area, ends_on=timezone.localdate() - timedelta(days=30))  # has left
    meeting = make.meeting(body=area, state="open", starts_at=timezone.now() - YESTERDAY)
    term = Term.objects.get(person=member)
    lines = {a.person_id: (a.presence, a.has_vote, a.for_term_id) for a in meeting.attendances.all()}
    assert lines == {
        chair.pk: ("present", True, None),
        secretary.pk: ("present", False, None),
        member.pk: ("excused", True, None),
        acting_alternate.pk: ("present", True, term.pk),
        expert.pk: ("absent", False, None),
    }
    assert Tally.of(meeting.attendances.all()) == Tally(seats=2, present=2, remote=0)


def test_substitute_who_has_a_seat_fills_one_only(area: Body, chair: Person, member: Person) -> None:
    make.substitution(term=Term.objects.get(person=chair), person=member)
    meeting = make.meeting(body=area, state="open", starts_at=timezone.now() - YESTERDAY)
    line = row(meeting, member)
    assert (line.capacity, line.has_vote, line.for_term) == ("puheenjohtaja", True, None)
    assert Tally.of(meeting.attendances.all()) == Tally(seats=2, present=1, remote=0)


def test_who_stands_in_for_the_chair_and_the_secretary_chairs_and_writes(
    area: Body, chair: Person, secretary: Person
) -> None:
    acting = {role: make.substitution(term=Term.objects.get(body=area, role=role)) for role in OFFICES}
    assert [holder_of(area, role, today()) for role in OFFICES] == [acting[role].person for role in OFFICES]
    meeting = make.meeting(body=area, state="open")
    assert [meeting.chaired_by, meeting.minuted_by] == [acting[role].person for role in OFFICES]
    assert holder_of(area, Role.CHAIR, make.SINCE - YESTERDAY) is None


def test_secretary_who_stands_in_for_the_chair_chairs_and_another_writes(
    area: Body, chair: Person, secretary: Person
) -> None:
    make.substitution(term=Term.objects.get(person=chair), person=secretary)
    meeting = make.meeting(body=area, state="open")
    assert (meeting.chaired_by, meeting.minuted_by) == (secretary, None)


def test_directors_borrow_who_stands_in_for_the_boards_secretary(directors: Body, board: Body) -> None:
    acting = make.substitution(term=make.term(body=board, role=Role.SECRETARY))
    assert secretary_of(directors, today()) == acting.person


@pytest.mark.parametrize(("seats", "needed"), [(1, 1), (2, 2), (7, 4), (8, 5), (21, 11), (22, 12)])
def test_quorum_is_more_than_half_of_the_seats(seats: int, needed: int) -> None:
    tally = Tally(seats=seats, present=needed - 1, remote=0)
    assert (tally.needed, tally.is_quorate) == (needed, False)
    assert Tally(seats=seats, present=0, remote=needed).is_quorate


def test_strokes_are_one_for_each_seat_and_a_line_for_the_quorum() -> None:
    assert Tally(seats=5, present=2, remote=1).strokes == ["on", "on", "remote", "gap", "", ""]


# ── changing it ──


@pytest.mark.row("F35", part=True)
def test_presence_is_written_line_by_line(
    login: Login, opened: Meeting, secretary: Person, chair: Person, member: Person
) -> None:
    client = login(secretary)
    page = client.get(roll_url(opened))
    changes = {presence(row(opened, chair)): "remote", presence(row(opened, member)): "excused"}
    answer = client.post(roll_url(opened), posted(page, **changes, ends_at=after(opened), siirry="poytakirja"))
    assert answer["Location"] == f"/kokoukset/{opened.pk}/poytakirja/"
    assert [row(opened, p).presence for p in (chair, member, secretary)] == ["remote", "excused", "present"]
    opened.refresh_from_db()
    assert (opened.is_quorate, opened.chaired_by, opened.minuted_by) == (True, chair, secretary)
    assert timezone.localtime(opened.ends_at).strftime("%H.%M") == after(opened)


@pytest.mark.row("F14", part=True)
def test_alternate_in_anothers_place_decides_and_fills_that_seat(
    login: Login, area: Body, chair: Person, secretary: Person, member: Person, acting_alternate: Person
) -> None:
    stand_in = make.person(first_name="Vara", last_name="Henkilö")
    make.term(person=stand_in, body=area, role=Role.ALTERNATE, alternate_for=Term.objects.get(person=chair))
    meeting = make.meeting(body=area, state="open", starts_at=timezone.now() - YESTERDAY)
    client = login(secretary)
    page = client.get("/en" + roll_url(meeting))
    assert "personal alternate of Pekka Puheenjohtaja" in page.content.decode()
    line, term = row(meeting, stand_in), Term.objects.get(person=chair)
    changes = {presence(line): "present", f"r{line.pk}-for_term": term.pk, presence(row(meeting, chair)): "absent"}
    client.post(roll_url(meeting), posted(page, **changes, chaired_by=acting_alternate.pk))
    line.refresh_from_db()
    assert (line.for_term, line.has_vote, line.presence) == (term, True, Presence.PRESENT)
    assert Tally.of(meeting.attendances.all()) == Tally(seats=2, present=2, remote=0)
    back = {presence(line): "absent", f"r{line.pk}-for_term": ""}
    client.post(roll_url(meeting), posted(client.get(roll_url(meeting)), **back))
    line.refresh_from_db()
    assert (line.for_term, line.has_vote) == (None, False)


@pytest.fixture
def alternates(area: Body, chair: Person, secretary: Person, member: Person) -> tuple[Meeting, Attendance, Attendance]:
    """An open meeting, and the lines of two alternates."""
    people = [make.person(last_name=name) for name in ("Eka", "Toka")]
    for person in people:
        make.term(person=person, body=area, role=Role.ALTERNATE)
    meeting = make.meeting(body=area, state="open", starts_at=timezone.now() - YESTERDAY)
    first, second = (row(meeting, person) for person in people)
    return meeting, first, second


def fills(line: Attendance, term: Term) -> dict[str, Any]:
    return {presence(line): "present", f"r{line.pk}-for_term": term.pk}


def test_seat_is_filled_once_and_not_beside_its_holder(
    login: Login, alternates: tuple[Meeting, Attendance, Attendance], secretary: Person, member: Person
) -> None:
    meeting, one, other = alternates
    client, term = login(secretary), Term.objects.get(person=member)
    page = client.get("/en" + roll_url(meeting))
    here = fills(one, term)
    refused = client.post("/en" + roll_url(meeting), posted(page, **here))
    assert "The one whose place it is is present." in refused.content.decode()
    away = {presence(row(meeting, member)): "absent"} | fills(other, term)
    refused = client.post("/en" + roll_url(meeting), posted(page, **here, **away))
    assert "Somebody else is in this place already." in refused.content.decode()
    assert not meeting.attendances.filter(for_term__isnull=False).exists()


def test_seat_filled_by_another_writer_meanwhile_is_not_filled_twice(
    login: Login, alternates: tuple[Meeting, Attendance, Attendance], secretary: Person, chair: Person, member: Person
) -> None:
    meeting, one, other = alternates
    term = Term.objects.get(person=member)
    Attendance.objects.filter(meeting=meeting, person=member).update(presence=Presence.ABSENT)
    page = login(secretary).get("/en" + roll_url(meeting))
    theirs = posted(page, **fills(one, term))
    mine = posted(page, **fills(other, term), ends_at="")
    at_once = AttendanceFormSet(Meeting.objects.get(pk=meeting.pk), mine)  # it has read the rows before they save
    login(chair).post("/en" + roll_url(meeting), theirs)
    refused = login(secretary).post("/en" + roll_url(meeting), mine)
    assert [text for text, name, _id in refused.context["roll"].errors] == ["Somebody else is in this place already."]
    assert at_once.is_valid()
    assert at_once.save() is None
    assert [name for _text, name, _id in at_once.errors] == [other.name]
    assert meeting.attendances.get(for_term=term).person == one.person


def test_two_change_places_in_one_save(
    login: Login, alternates: tuple[Meeting, Attendance, Attendance], secretary: Person, chair: Person, member: Person
) -> None:
    meeting, one, other = alternates
    terms = [Term.objects.get(person=member), Term.objects.get(person=chair)]
    Attendance.objects.filter(meeting=meeting, person__in=[member, chair]).update(presence=Presence.ABSENT)
    client = login(secretary)
    for first, second in (terms, reversed(terms)):
        data = posted(client.get(roll_url(meeting)), **fills(one, first), **fills(other, second))
        assert client.post(roll_url(meeting), data).status_code == 302
        assert [row(meeting, line.person).for_term for line in (one, other)] == [first, second]


def test_whoever_is_in_anothers_place_is_there(
    login: Login, area: Body, chair: Person, secretary: Person, member: Person
) -> None:
    person = make.person(last_name="Vara")
    make.term(person=person, body=area, role=Role.ALTERNATE)
    meeting = make.meeting(body=area, state="open", starts_at=timezone.now() - YESTERDAY)
    client, line = login(secretary), row(meeting, person)
    data = posted(client.get(roll_url(meeting)), **{f"r{line.pk}-for_term": Term.objects.get(person=member).pk})
    page = client.post("/en" + roll_url(meeting), data)
    assert "Whoever is in another&#x27;s place is present." in page.content.decode()


def test_guests_are_written_by_name_changed_and_removed(login: Login, opened: Meeting, secretary: Person) -> None:
    client = login(secretary)
    guest = {"uusi0-name": "Liisa Lomake", "uusi0-capacity": "kuultava, § 1", "uusi0-department": "Yliopisto"}
    client.post(roll_url(opened), posted(client.get(roll_url(opened)), **guest, **{"uusi0-presence": "remote"}))
    line = opened.attendances.get(person=None)
    assert (line.name, line.capacity, line.department) == ("Liisa Lomake", "kuultava, § 1", "Yliopisto")
    assert (line.presence, line.has_vote) == ("remote", False)
    client.post(roll_url(opened), posted(client.get(roll_url(opened)), **{f"g{line.pk}-name": "Liisa Lomakkeinen"}))
    line.refresh_from_db()
    assert line.name == "Liisa Lomakkeinen"
    client.post(roll_url(opened), posted(client.get(roll_url(opened)), **{f"g{line.pk}-away": "on"}))
    assert not opened.attendances.filter(person=None).exists()


def test_guest_without_a_name_is_asked_for_it_and_the_rest_is_kept(
    login: Login, opened: Meeting, secretary: Person
) -> None:
    client = login(secretary)
    changes = {"uusi0-capacity": "kuultava", presence(opened.attendances.earliest("pk")): "remote"}
    data = posted(client.get(roll_url(opened)), **changes)
    page = client.post("/en" + roll_url(opened), data)
    text = page.content.decode()
    assert "Give the guest&#x27;s name." in text
    assert 'value="kuultava"' in text
    assert opened.attendances.filter(presence="remote").count() == 0


def test_two_writers_of_different_lines_keep_both(
    login: Login, opened: Meeting, secretary: Person, chair: Person, member: Person
) -> None:
    client = login(secretary)
    seen = client.get(roll_url(opened))
    mine = posted(seen, **{presence(row(opened, member)): "excused"})
    theirs = posted(seen, **{presence(row(opened, chair)): "remote"})
    login(chair).post(roll_url(opened), theirs)
    client.post(roll_url(opened), mine)
    assert [row(opened, p).presence for p in (chair, member)] == ["remote", "excused"]


def test_lines_of_another_meeting_are_not_written(
    login: Login, opened: Meeting, area: Body, secretary: Person, member: Person
) -> None:
    other = make.meeting(body=area, state="open", starts_at=timezone.now() - 2 * YESTERDAY)
    client = login(secretary)
    line = row(other, member)
    data = posted(client.get(roll_url(opened)), **{presence(line): "absent", f"initial-{presence(line)}": "present"})
    client.post(roll_url(opened), data)
    line.refresh_from_db()
    assert line.presence == "present"


@pytest.mark.parametrize(
    ("field", "value"), [("chaired_by", "999999"), ("chaired_by", "x"), ("minuted_by", ""), ("ends_at", "25.99")]
)
def test_forged_values_are_refused_with_words(
    login: Login, opened: Meeting, secretary: Person, chair: Person, field: str, value: str
) -> None:
    client = login(secretary)
    page = client.post(roll_url(opened), posted(client.get(roll_url(opened)), **{field: value}))
    assert set(page.context["roll"].head.errors) == {field}
    opened.refresh_from_db()
    assert (opened.chaired_by, opened.is_quorate) == (chair, None)


def test_chair_does_not_write_the_minutes_too(login: Login, opened: Meeting, secretary: Person, chair: Person) -> None:
    client = login(secretary)
    page = client.post(roll_url(opened), posted(client.get(roll_url(opened)), minuted_by=chair.pk))
    assert set(page.context["roll"].head.errors) == {"minuted_by"}


def test_meeting_may_end_after_midnight_but_not_before_it_begins(
    login: Login, opened: Meeting, secretary: Person
) -> None:
    evening = timezone.localtime(opened.starts_at).replace(hour=22, minute=0, second=0, microsecond=0)
    Meeting.objects.filter(pk=opened.pk).update(starts_at=evening)
    client = login(secretary)
    page = client.post(roll_url(opened), posted(client.get(roll_url(opened)), ends_at="21:30"))
    assert set(page.context["roll"].head.errors) == {"ends_at"}
    for _ in range(2):  # what the page shows, it takes back
        data = posted(client.get(roll_url(opened)))
        assert client.post(roll_url(opened), data | {"ends_at": data["ends_at"] or "0.30"}).status_code == 302
    opened.refresh_from_db()
    assert opened.ends_at == evening + timedelta(hours=2, minutes=30)


# ── no quorum ──


@pytest.mark.row("F35", part=True)
def test_too_few_ends_the_meeting_and_carries_its_matters_over(
    login: Login, opened: Meeting, area: Body, secretary: Person, chair: Person
) -> None:
    following = make.meeting(body=area, items=0)
    client = login(secretary)
    page = client.get(roll_url(opened))
    away = {presence(line): "absent" for line in opened.attendances.filter(has_vote=True).exclude(person=chair)}
    answer = client.post("/en" + roll_url(opened), posted(page, **away, siirry="poytakirja"))
    assert answer["Location"] == f"/en{roll_url(opened)}"  # nothing to decide without a quorum
    text = client.get("/en" + roll_url(opened)).content.decode()
    assert "End the meeting without a quorum" in text
    assert "1 of 4 seats present. A quorum takes 3." in text
    end = f"/kokoukset/{opened.pk}/ei-paatosvaltainen/"
    assert client.post(end)["Location"] == opened.get_absolute_url()
    opened.refresh_from_db()
    assert (opened.is_quorate, opened.items.get().outcome) == (False, "not_handled")
    assert following.items.get().carried_from == opened.items.get()


def test_ending_twice_carries_over_once(login: Login, opened: Meeting, area: Body, secretary: Person) -> None:
    following = make.meeting(body=area, items=0)
    client = login(secretary)
    for _n in range(2):
        client.post(f"/kokoukset/{opened.pk}/ei-paatosvaltainen/")
    assert following.items.count() == 1


# ── who, and when no longer ──


@pytest.mark.parametrize("who", ["member", "outsider", "former_chair", "group_chair", "keeper"])
def test_nobody_else_sees_the_roll(request: pytest.FixtureRequest, login: Login, opened: Meeting, who: str) -> None:
    client = login(request.getfixturevalue(who))
    urls = [roll_url(opened), f"/kokoukset/{opened.pk}/ei-paatosvaltainen/"]
    assert {client.post(url).status_code for url in urls} | {client.get(urls[0]).status_code} == {404}


def test_roll_is_closed_with_the_desk(login: Login, area: Body, secretary: Person, chair: Person) -> None:
    meeting = make.meeting(body=area, state="review", starts_at=timezone.now() - YESTERDAY)
    client = login(secretary)
    assert client.get(roll_url(meeting))["Location"] == meeting.get_absolute_url()
    assert client.post(roll_url(meeting), {}).status_code == 409
    unopened = make.meeting(body=area, state="called")
    assert client.get(roll_url(unopened)).status_code == 404


def test_members_read_the_roll_in_words_once_the_minutes_are_out(
    login: Login, area: Body, secretary: Person, chair: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state="open", starts_at=timezone.now() - YESTERDAY)
    client, url = login(member), "/en" + meeting.get_absolute_url()
    assert "seats present" not in client.get(url).content.decode()
    make.minutes(meeting=meeting, state=State.REVIEW)
    text = client.get(url).content.decode()
    assert "seats present" in text
    assert "Jaana Jäsen" in text
