"""Letters about a meeting: seen before they leave, sent once, and what became of each envelope (F28, F43, F84, N15)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from meetings import letters
from meetings.models import FormerNumber, Meeting, Notice, NoticeKind
from meetings.models.series import Series
from network.models import Body, Envelope, EnvelopeState, Letter, Person, Role
from tests import breaking, make

Login = Callable[[Person], Client]


def call_url(meeting: Meeting) -> str:
    return f"/kokoukset/{meeting.pk}/kutsu/"


def send(client: Client, url: str, **fields: str) -> int:
    """Look at the letter, then send what was seen; returns the last answer's status."""
    page = client.post(url, fields | {"vaihe": "nayta"})
    draft = page.context["draft"]
    return client.post(url, fields | {"vaihe": "laheta", "seen": draft.seen}).status_code


@pytest.fixture
def seated(area: Body, member: Person, chair: Person, secretary: Person) -> list[Person]:
    """Everybody in area A, one of them without an address."""
    silent = make.person(first_name="Osoi", last_name="Teeton", is_active=False, email=None)
    make.term(person=silent, body=area)
    return [member, chair, secretary, silent]


# ── the notice ──


@pytest.mark.row("F28", part=True)
@pytest.mark.row("F84", part=True)
@pytest.mark.row("N15", part=True)
def test_what_is_shown_is_what_leaves(login: Login, area: Body, secretary: Person, seated: list[Person]) -> None:
    meeting = make.meeting(body=area, items=["Kalusto", "Talous"])
    client = login(secretary)
    page = client.get(call_url(meeting))
    draft = page.context["draft"]
    assert {person.pk for person in draft.reached} == {person.pk for person in seated if person.email}
    assert [person.last_name for person in draft.unreached] == ["Teeton"]
    assert "Teeton" in page.content.decode()
    assert Letter.objects.count() == 0
    answer = client.post(call_url(meeting), {"vaihe": "laheta", "seen": draft.seen})
    assert answer["Location"] == meeting.get_absolute_url()
    notice = Notice.objects.select_related("letter").get()
    assert (notice.kind, notice.letter.subject, notice.letter.text) == (NoticeKind.CALL, draft.subject, draft.text)
    assert set(notice.letter.envelopes.values_list("person", flat=True)) == {p.pk for p in draft.reached}
    assert (notice.letter.created_by, notice.letter.about_body) == (secretary, area)


def test_notice_tells_all_that_a_receiver_needs(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, items=["Kalusto", "Talous"], place="Oulu", remote_link="https://verkko.example/k")
    draft = login(secretary).get(call_url(meeting)).context["draft"]
    day = timezone.localtime(meeting.starts_at)
    for told in (
        f"1/{day.year}", f"{day:%-d.%-m.%Y}", f"{day:%-H.%M}", "Oulu", "https://verkko.example/k", "1. Kalusto",
        "2. Talous", f"{settings.PORTAL_URL}{meeting.get_absolute_url()}", f"Sirpa Sihteeri ({secretary.email})",
    ):  # fmt: skip
        assert told in draft.text
    assert f"1/{day.year}" in draft.subject


def test_looking_takes_no_number_and_leaves_no_trace(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    for _n in range(3):
        client.get(call_url(meeting))
    meeting.refresh_from_db()
    assert (meeting.number, meeting.called_at, Series.objects.count(), Envelope.objects.count()) == (None, None, 0, 0)
    send(client, call_url(meeting))
    meeting.refresh_from_db()
    assert meeting.number == 1


def test_letter_is_in_the_language_of_the_record(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, language="sv")
    draft = login(secretary).get(call_url(meeting)).context["draft"]
    assert "Område A" in draft.text
    assert f"{settings.PORTAL_URL}/sv{meeting.get_absolute_url()}" in draft.text


@pytest.mark.parametrize(
    ("language", "said"), [("en", "On Wednesday 9.12."), ("fi", "Keskiviikkona 9.12."), ("sv", "Onsdagen den 9.12.")]
)
def test_a_weekday_is_written_as_its_language_writes_it(language: str, said: str) -> None:
    with translation.override(language):
        assert letters.when(timezone.make_aware(datetime(2026, 12, 9, 12, 30))).startswith(said)


def test_letter_that_changed_since_it_was_seen_is_shown_anew(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, items=["Kalusto"])
    client = login(secretary)
    draft = client.get(call_url(meeting)).context["draft"]
    make.item(meeting=meeting, title="Väliin tullut")
    page = client.post("/en" + call_url(meeting), {"vaihe": "laheta", "seen": draft.seen})
    assert "have changed since you looked" in page.content.decode()
    assert "Väliin tullut" in page.context["draft"].text
    assert (Letter.objects.count(), Meeting.objects.get().called_at) == (0, None)
    again = client.post(call_url(meeting), {"vaihe": "laheta", "seen": page.context["draft"].seen})
    assert (again.status_code, Letter.objects.count()) == (302, 1)


def test_receiver_who_came_since_is_shown_first(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    draft = client.get(call_url(meeting)).context["draft"]
    make.term(body=area)
    page = client.post(call_url(meeting), {"vaihe": "laheta", "seen": draft.seen})
    assert len(page.context["draft"].receivers) == len(draft.receivers) + 1
    assert Letter.objects.count() == 0


def test_unseen_letter_does_not_leave(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area)
    assert login(secretary).post(call_url(meeting), {"vaihe": "laheta"}).status_code == 200
    assert Letter.objects.count() == 0


def test_copy_goes_to_herself_only(login: Login, area: Body, secretary: Person, member: Person) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    draft = client.get(call_url(meeting)).context["draft"]
    client.post(call_url(meeting), {"vaihe": "kopio", "seen": draft.seen})
    letter = Letter.objects.get()
    assert list(letter.envelopes.values_list("person", flat=True)) == [secretary.pk]
    assert letter.text == draft.text
    assert (Notice.objects.count(), Meeting.objects.get().called_at) == (0, None)


def test_second_press_sends_nothing(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    seen = client.get(call_url(meeting)).context["draft"].seen
    codes = [client.post(call_url(meeting), {"vaihe": "laheta", "seen": seen}).status_code for _n in range(2)]
    assert codes == [302, 409]
    assert (Letter.objects.count(), Notice.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_send_once(area: Body, secretary: Person, member: Person) -> None:
    meeting = make.meeting(body=area)

    def press() -> None:
        Meeting.objects.get(pk=meeting.pk).call(secretary, letters.compose_call)

    told = sorted(breaking.race(press, press))
    assert told[0] == ""
    assert told[1].startswith("WrongState")
    assert Letter.objects.count() == 1


@pytest.mark.row("F28", part=True)
def test_late_notice_needs_a_reason_and_tells_it(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, starts_at=timezone.now() + timedelta(days=3))
    client = login(secretary)
    first = client.get(call_url(meeting))
    assert (first.context["draft"], first.context["form"].asks_first) == (None, True)
    day = timezone.localtime(meeting.latest_call)
    english = client.get("/en" + call_url(meeting)).content.decode()
    assert f"The notice is 4 days late: it should have been sent by {day:%-d.%-m.%Y}" in english
    assert "Notice at the latest" not in english
    refused = client.post("/en" + call_url(meeting), {"vaihe": "nayta", "late_reason": "  "})
    assert refused.context["form"].errors == {"late_reason": ["The notice is late: give the reason."]}
    assert send(client, call_url(meeting), late_reason="Myrsky") == 302
    meeting.refresh_from_db()
    assert meeting.late_notice_reason == "Myrsky"
    assert "Myrsky" in Letter.objects.get().text


def test_notice_in_time_asks_for_no_reason(login: Login, area: Body, secretary: Person) -> None:
    area.notice_days = 4
    area.save()
    meeting = make.meeting(body=area, starts_at=timezone.now() + timedelta(days=5))
    page = login(secretary).get("/en" + call_url(meeting))
    assert "late_reason" not in page.context["form"].fields
    day = timezone.localtime(meeting.starts_at - timedelta(days=4))
    assert f"Notice at the latest {day:%-d.%-m.%Y}" in page.content.decode()


def test_empty_agenda_and_a_time_that_has_passed_are_told(login: Login, area: Body, secretary: Person) -> None:
    client = login(secretary)
    empty = client.get("/en" + call_url(make.meeting(body=area, items=0)))
    assert "There is nothing on the agenda yet." in empty.content.decode()
    past = make.meeting(body=area, starts_at=timezone.now() - timedelta(days=1))
    page = client.post("/en" + call_url(past), {"vaihe": "nayta", "late_reason": "Unohtui"})
    assert "The meeting should have begun already" in page.content.decode()
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("who", ["member", "outsider", "former_chair", "group_chair", "keeper"])
@pytest.mark.parametrize("page", ["kutsu", "kutsu/korjaa", "siirra", "peru"])
def test_nobody_else_sends(request: pytest.FixtureRequest, login: Login, area: Body, who: str, page: str) -> None:
    meeting = make.meeting(body=area, state="called")
    client = login(request.getfixturevalue(who))
    url = f"/kokoukset/{meeting.pk}/{page}/"
    assert (client.get(url).status_code, client.post(url, {"vaihe": "laheta"}).status_code) == (404, 404)


# ── what became of it ──


@pytest.mark.row("F28", part=True)
def test_fate_of_each_envelope_stands_on_the_meeting(
    login: Login, area: Body, secretary: Person, chair: Person, member: Person
) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    send(client, call_url(meeting))
    Envelope.objects.filter(person=secretary).update(state=EnvelopeState.SENT, sent_at=timezone.now())
    Envelope.objects.filter(person=chair).update(state=EnvelopeState.REFUSED, answer="550 No such user")
    for url in (meeting.get_absolute_url(), call_url(meeting)):
        page = client.get("/en" + url)
        sheet = page.context.get("sheet")
        (sent,) = sheet.sent if sheet else page.context["sent"]
        assert sent.counts == ["1 queued", "1 sent", "1 refused"]
        assert [envelope.person for envelope in sent.troubles] == [chair]
        assert "550 No such user" in page.content.decode()
    assert "550 No such user" not in login(member).get(meeting.get_absolute_url()).content.decode()


# ── correcting, moving, cancelling ──


def test_corrected_notice_is_marked_and_keeps_the_first(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called")
    client = login(secretary)
    url = f"/kokoukset/{meeting.pk}/kutsu/korjaa/"
    assert client.get(url).context["draft"] is None
    assert send(client, url, note="Paikka on Oulu.") == 302
    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["call", "correction"]
    letter = Notice.objects.get(kind="correction").letter
    subject, text = letters.compose_correction(Meeting.objects.get(pk=meeting.pk), "Paikka on Oulu.")
    assert (letter.subject, letter.text) == (subject, text)
    assert "Paikka on Oulu." in text
    assert letters.compose_call(meeting)[0] != subject


@pytest.mark.row("F43", part=True)
def test_moved_meeting_tells_everybody_and_keeps_the_first_time(
    login: Login, area: Body, secretary: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state="called")
    first = meeting.starts_at
    day = (timezone.localtime() + timedelta(days=40)).date()
    url = f"/kokoukset/{meeting.pk}/siirra/"
    client = login(secretary)
    assert send(client, url, date=day.isoformat(), time="13.00", place="Turku", note="Sali on varattu.") == 302
    meeting.refresh_from_db()
    assert (meeting.moved_from, meeting.place, meeting.day) == (first, "Turku", day)
    letter = Notice.objects.get(kind="move").letter
    assert set(letter.envelopes.values_list("person", flat=True)) == {secretary.pk, member.pk}
    for told in ("Turku", f"{day:%-d.%-m.%Y}", f"{timezone.localtime(first):%-d.%-m.%Y}", "Sali on varattu."):
        assert told in letter.text
    assert f"{timezone.localtime(first):%-d.%-m.%Y}" in login(member).get(meeting.get_absolute_url()).content.decode()


@pytest.mark.row("F43", part=True)
def test_move_across_new_year_gets_a_new_number_and_shows_the_old(login: Login, area: Body, secretary: Person) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 10, 0, tzinfo=timezone.get_current_timezone()), tick=False):
        meeting = make.meeting(body=area, starts_at=timezone.now() + timedelta(days=20))
        meeting.call(secretary, letters.compose_call)
        client = login(secretary)
        url = f"/kokoukset/{meeting.pk}/siirra/"
        fields = {"date": "2027-01-14", "time": "10:00", "place": "Turku", "note": ""}
        draft = client.post("/en" + url, fields | {"vaihe": "nayta"}).context["draft"]
        assert "1/2026" in draft.text
        assert "1/2027" in draft.text
        assert FormerNumber.objects.count() == 0
        assert client.post(url, fields | {"vaihe": "laheta", "seen": draft.seen}).status_code == 302
        meeting.refresh_from_db()
        assert (meeting.label, [str(n) for n in meeting.former_numbers.all()]) == ("1/2027", ["1/2026"])
        assert "1/2026" in client.get(meeting.get_absolute_url()).content.decode()


def test_move_is_told_also_to_those_whose_term_ends_before_the_new_day(
    login: Login, area: Body, secretary: Person
) -> None:
    leaver = make.person(first_name="Lasse", last_name="Lähtevä")
    make.term(person=leaver, body=area, ends_on=timezone.localdate() + timedelta(days=35))
    meeting = make.meeting(body=area)
    client = login(secretary)
    send(client, call_url(meeting))
    day = (timezone.localtime() + timedelta(days=60)).date().isoformat()
    send(client, f"/kokoukset/{meeting.pk}/siirra/", date=day, time="10:00", place="Turku", note="")
    assert Notice.objects.get(kind="move").letter.envelopes.filter(person=leaver).exists()


def test_move_to_the_past_is_told_on_the_day(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called")
    fields = {"date": "1.1.2020", "time": "10:00", "place": "Turku", "vaihe": "nayta"}
    page = login(secretary).post(f"/en/kokoukset/{meeting.pk}/siirra/", fields)
    assert page.context["form"].errors == {"date": ["The new time has already passed."]}


@pytest.mark.row("F43", part=True)
def test_cancelled_meeting_tells_everybody_and_stays_in_the_list(
    login: Login, client: Client, area: Body, secretary: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state="called")
    number = meeting.number
    keeper = login(secretary)
    url = f"/kokoukset/{meeting.pk}/peru/"
    assert keeper.post(url, {"vaihe": "nayta", "reason": ""}).context["form"].errors.keys() == {"reason"}
    assert send(keeper, url, reason="Sairaustapaus") == 302
    meeting.refresh_from_db()
    assert (meeting.cancel_reason, meeting.number) == ("Sairaustapaus", number)
    assert "Sairaustapaus" in Notice.objects.get(kind="cancel").letter.text
    assert meeting.label in client.get("/kokoukset/").content.decode()
    assert keeper.post(url, {"vaihe": "laheta", "reason": "Uudestaan"}).status_code == 409


def test_meeting_that_nobody_knows_of_is_cancelled_without_a_letter(
    login: Login, area: Body, secretary: Person
) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    url = f"/kokoukset/{meeting.pk}/peru/"
    assert client.get(url).context["form"].is_silent
    assert client.post(url, {"vaihe": "laheta", "reason": "Erehdys"}).status_code == 302
    assert (Meeting.objects.get().cancel_reason, Letter.objects.count()) == ("Erehdys", 0)


@pytest.mark.parametrize("page", ["kutsu/korjaa", "siirra"])
def test_what_cannot_be_done_yet_leads_back(login: Login, area: Body, secretary: Person, page: str) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    assert client.get(f"/kokoukset/{meeting.pk}/{page}/")["Location"] == meeting.get_absolute_url()
    fields = {"vaihe": "laheta", "note": "x", "date": "1.1.2031", "time": "10", "place": "x"}
    assert client.post(f"/kokoukset/{meeting.pk}/{page}/", fields).status_code == 409


def test_line_breaks_in_a_reason_do_not_reach_the_letters_head(login: Login, area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called")
    send(login(secretary), f"/kokoukset/{meeting.pk}/peru/", reason="Este\r\nBcc: kaikki@verkosto.example")
    letter = Notice.objects.get(kind="cancel").letter
    assert "Este Bcc:" in letter.text
    assert "\n" not in letter.subject


def test_preview_takes_everything_back_whatever_it_did(area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area)
    draft = letters.preview(lambda compose: meeting.call(secretary, compose), letters.compose_call)
    assert draft.text
    assert (Meeting.objects.get().number, Letter.objects.count(), Series.objects.count()) == (None, 0, 0)


def test_same_person_on_two_grounds_gets_one_envelope(
    login: Login, board: Body, chair: Person, director: Person
) -> None:
    make.term(person=chair, body=board, role=Role.SECRETARY)
    meeting = make.meeting(body=board)
    draft = login(director).get(call_url(meeting)).context["draft"]
    assert sorted(p.pk for p in draft.receivers) == sorted({chair.pk, director.pk})
