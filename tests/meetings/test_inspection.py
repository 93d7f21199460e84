"""From the draft to the public record: sending, inspecting, signing, publishing, each from its own desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from meetings import letters_inspection
from meetings.models import Attendance, Item, Meeting, Minutes, Outcome, Presence, State
from meetings.standing import sentence
from network.models import Body, Department, Inspection, Person, Term
from network.periods import today
from tests import make
from tests.meetings.inspecting import after, filled, mail, record, seen, send, to_mode, url

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("meeting",)

Login = Callable[[Person], Client]


# ── sending ──


@pytest.mark.row("F51", part=True)
def test_sending_asks_the_inspectors_freezes_and_keeps_what_was_told(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    answer = send(login, meeting, secretary, inspectors)
    assert answer["Location"] == f"/en/kokoukset/{meeting.pk}/"
    minutes = record(meeting)
    meeting.refresh_from_db()
    assert (minutes.state, minutes.due_on) == (State.REVIEW, today() + timedelta(days=5))
    assert meeting.is_quorate is True
    assert f"{timezone.localtime(meeting.ends_at):%H.%M}" == after(meeting)
    letter = mail().get()
    assert {envelope.person for envelope in letter.envelopes.all()} == set(inspectors)
    assert f"/kokoukset/{meeting.pk}/poytakirja/tarkasta/" in letter.text


@pytest.mark.row("F50")
def test_blank_items_stop_the_sending_and_are_linked(login: Login, meeting: Meeting, secretary: Person) -> None:
    blank = make.item(meeting=meeting, title="Kesken jäänyt")
    client = login(secretary)
    page = client.get(url(meeting, "tarkastettavaksi")).content.decode()
    assert f'/en/kokoukset/{meeting.pk}/poytakirja/?kohta={blank.pk}"' in page
    assert "The minutes cannot be sent yet" in page
    client.post(url(meeting, "tarkastettavaksi"), filled(meeting, []))
    assert record(meeting).state == State.DRAFT


def test_a_decision_that_ends_in_a_colon_stops_the_sending(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = meeting.items.get(title="Malli")
    usual = sentence(Outcome.AMENDED, "fi")
    item.save_text(seen=item.revision, by=None, outcome=Outcome.AMENDED, decision=f"{usual}\n")
    client = login(secretary)
    page = client.get(url(meeting, "tarkastettavaksi")).content.decode()
    assert f"{item.sign} <span" in page
    assert "the decision ends in a colon" in page
    client.post(url(meeting, "tarkastettavaksi"), filled(meeting, []))
    assert record(meeting).state == State.DRAFT
    item.save_text(seen=item.revision, by=None, decision=f"{usual} kaksi autoa.")
    assert not record(meeting).blanks


@pytest.mark.row("F52", part=True)
def test_those_who_have_inspected_least_are_proposed(
    login: Login, area: Body, meeting: Meeting, secretary: Person, inspectors: list[Person], department: Department
) -> None:
    third = make.person(department=department, first_name="Cecilia", last_name="Tarkastaja")
    make.attendance(meeting=meeting, person=third)
    anni, bertta = inspectors
    earlier = make.minutes(body=area, inspectors=[anni], starts_at=timezone.now() - timedelta(days=60))
    make.submit(earlier.meeting, [anni])
    form = login(secretary).get(url(meeting, "tarkastettavaksi")).context["form"]
    assert form.proposed == [bertta, third]
    assert [label for _key, label in form.fields["inspectors"].choices][-1] == f"{anni} (has inspected once)"


def test_chair_secretary_and_the_absent_are_not_offered(
    login: Login, meeting: Meeting, secretary: Person, chair: Person, inspectors: list[Person]
) -> None:
    Attendance.objects.filter(meeting=meeting, person=inspectors[0]).update(presence=Presence.ABSENT)
    client = login(secretary)
    form = client.get(url(meeting, "tarkastettavaksi")).context["form"]
    assert [key for key, _label in form.fields["inspectors"].choices] == [inspectors[1].pk]
    client.post(url(meeting, "tarkastettavaksi"), filled(meeting, [chair, inspectors[1]]))
    assert record(meeting).state == State.DRAFT


@pytest.mark.row("F84", part=True)
def test_nobody_gets_a_letter_that_was_not_shown(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    page = login(secretary).get(url(meeting, "tarkastettavaksi")).content.decode()
    assert "The letter goes to 2 people: Anni Tarkastaja, Bertta Tarkastaja" in page
    assert "Send for inspection, a letter to 2 people" in page
    other = filled(meeting, inspectors[:1], shown=",".join(str(person.pk) for person in inspectors))
    client = login(secretary)
    page = client.post(url(meeting, "tarkastettavaksi"), other).content.decode()
    assert "The inspectors changed" in page
    assert "The letter goes to 1 person: Anni Tarkastaja" in page
    assert not mail().exists()
    other["shown"] = str(inspectors[0].pk)
    client.post(url(meeting, "tarkastettavaksi"), other)
    assert mail().get().envelopes.get().person == inspectors[0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"inspectors": []}, "This field is required"),
        ({"due_on": "2020-01-01"}, "The day has already passed"),
        ({"due_on": "31.2.2026"}, "is not a day"),
        ({"ends_at": "25.99"}, "Write it like 9.30"),
        ({"is_quorate": "kyllä"}, "Select a valid choice"),
        ({"inspectors": ["x"]}, "not a valid value"),
    ],
)
def test_a_wrong_answer_is_said_on_the_form_and_nothing_is_sent(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person], fields: dict[str, Any], said: str
) -> None:
    page = send(login, meeting, secretary, inspectors, **fields)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert record(meeting).state == State.DRAFT
    assert not mail().exists()


def test_a_second_sending_says_that_it_was_sent(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    for _ in range(2):
        assert send(login, meeting, secretary, inspectors).status_code == 302
    assert mail().count() == 1


def test_without_chair_or_writer_the_way_to_the_roll_is_shown(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(chaired_by=None)
    page = login(secretary).get(url(meeting, "tarkastettavaksi")).content.decode()
    assert "Who chaired the meeting is not written." in page
    assert f'href="/en/kokoukset/{meeting.pk}/lasna/"' in page
    send(login, meeting, secretary, inspectors)
    assert record(meeting).state == State.DRAFT


def test_the_letter_is_in_the_language_of_the_meeting(
    login: Login, area: Body, chair: Person, secretary: Person, inspectors: list[Person]
) -> None:
    meeting = make.meeting(body=area, state=make.OPEN, language="sv")
    make.decide(meeting)
    send(login, meeting, secretary, inspectors)
    letter = mail().get()
    assert "Område A" in letter.subject
    assert f"/sv/kokoukset/{meeting.pk}/poytakirja/tarkasta/" in letter.text


def test_an_inspector_without_an_address_is_named(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    Person.objects.filter(pk=inspectors[1].pk).update(email=None, is_active=False)
    page = login(secretary).get(url(meeting, "tarkastettavaksi")).content.decode()
    assert "Send for inspection, a letter to 1 person" in page
    assert "Without an e-mail address, to be told otherwise: Bertta Tarkastaja" in page


# ── the other modes ──


@pytest.mark.parametrize("mode", [Inspection.NONE, Inspection.AT_ONCE])
def test_minutes_that_nobody_inspects_go_to_be_signed(
    login: Login, meeting: Meeting, secretary: Person, chair: Person, mode: Inspection
) -> None:
    to_mode(meeting, mode)
    client = login(secretary)
    assert "inspectors" not in client.get(url(meeting, "tarkastettavaksi")).context["form"].fields
    client.post(url(meeting, "tarkastettavaksi"), {"ends_at": after(meeting), "is_quorate": "1"})
    assert record(meeting).state == State.APPROVED
    assert {row.person for row in mail().get().envelopes.all()} == {chair, secretary}
    assert meeting.items.filter(inspected_at__isnull=False).count() == (2 if mode == Inspection.AT_ONCE else 0)


def test_the_next_meeting_approves(
    login: Login, area: Body, meeting: Meeting, secretary: Person, chair: Person
) -> None:
    to_mode(meeting, Inspection.NEXT_MEETING)
    client = login(secretary)
    client.post(url(meeting, "tarkastettavaksi"), {"ends_at": after(meeting), "is_quorate": "1"})
    assert record(meeting).state == State.REVIEW
    assert not mail().exists()
    assert "No later meeting has approved them yet" in client.get(url(meeting, "hyvaksy")).content.decode()
    later = make.meeting(body=area, state=make.OPEN, starts_at=meeting.starts_at + timedelta(days=30))
    item = later.items.get()
    item.save_text(seen=item.revision, by=None, outcome=Outcome.AS_PROPOSED, decision="Hyväksyttiin.")
    client.post(url(meeting, "hyvaksy"), {"item": item.pk})
    assert (record(meeting).state, record(meeting).approved_in) == (State.APPROVED, item)
    assert {row.person for row in mail().get().envelopes.all()} == {chair, secretary}


def test_another_bodys_item_approves_nothing(
    login: Login, other_area: Body, meeting: Meeting, secretary: Person
) -> None:
    to_mode(meeting, Inspection.NEXT_MEETING)
    make.submit(meeting)
    later = make.meeting(body=other_area, state=make.OPEN, starts_at=meeting.starts_at + timedelta(days=30))
    make.decide(later)
    login(secretary).post(url(meeting, "hyvaksy"), {"item": later.items.get().pk})
    assert record(meeting).state == State.REVIEW


# ── the inspector's desk ──


@pytest.mark.row("F51", "F53", part=True)
def test_the_last_acceptance_approves_and_asks_the_signers(
    login: Login, meeting: Meeting, secretary: Person, chair: Person, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    for number, person in enumerate(inspectors):
        client = login(person)
        page = client.get(url(meeting, "tarkasta"))
        assert ("You are the last to answer" in page.content.decode()) is (number == 1)
        assert not Item.objects.in_force().exists()
        client.post(url(meeting, "tarkasta"), {"sha256": page.context["form"].digest})
    assert record(meeting).state == State.APPROVED
    assert Item.objects.in_force().count() == 2
    assert {row.person for row in mail().get().envelopes.all()} == {chair, secretary}


def test_an_inspector_whose_term_has_ended_still_reads_and_accepts(
    login: Login, meeting: Meeting, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    Term.objects.filter(person=inspectors[0]).update(ends_on=today() - timedelta(days=1))
    client = login(Person.objects.get(pk=inspectors[0].pk))
    assert client.get(url(meeting, "tarkasta")).status_code == 200
    client.post(url(meeting, "tarkasta"), seen(client, url(meeting, "tarkasta")))
    assert meeting.minutes.reviews.get(person=inspectors[0]).accepted_at


@pytest.mark.parametrize("who", ["secretary", "chair", "member", "outsider", "expert", "former_chair", "keeper"])
def test_nobody_but_an_inspector_has_the_desk(
    request: pytest.FixtureRequest, login: Login, meeting: Meeting, inspectors: list[Person], who: str
) -> None:
    make.submit(meeting, inspectors)
    client = login(request.getfixturevalue(who))
    assert client.get(url(meeting, "tarkasta")).status_code == 404
    assert client.post(url(meeting, "tarkasta"), {"sha256": record(meeting).digest()}).status_code == 404
    assert record(meeting).state == State.REVIEW


def test_what_is_accepted_is_what_was_shown(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    client = login(inspectors[0])
    old = seen(client, url(meeting, "tarkasta"))
    record(meeting).send_back("Korjaa", inspectors[1])
    item = meeting.items.first()
    item.save_text(seen=item.revision, by=None, decision="Aivan muuta.")
    record(meeting).submit(inspectors)
    page = client.post(url(meeting, "tarkasta"), old)
    assert "not the one that you were shown" in page.content.decode()
    assert not meeting.minutes.reviews.filter(accepted_at__isnull=False).exists()
    client.post(url(meeting, "tarkasta"), {"sha256": page.context["form"].digest})
    assert meeting.minutes.reviews.filter(accepted_at__isnull=False).count() == 1


def test_a_second_acceptance_is_harmless(login: Login, meeting: Meeting, inspectors: list[Person]) -> None:
    make.submit(meeting, inspectors)
    client = login(inspectors[0])
    data = seen(client, url(meeting, "tarkasta"))
    for _ in range(2):
        assert client.post(url(meeting, "tarkasta"), data).status_code == 302
    assert record(meeting).state == State.REVIEW


def test_what_is_asked_stands_first_and_who_was_there_is_a_list(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    asked = login(inspectors[0]).get(url(meeting, "tarkasta")).content.decode()
    assert asked.index('href="#vastaus"') < asked.index("Who was there") < asked.index('id="vastaus"')
    assert f"<li>{inspectors[1].full_name}" in asked
    make.minutes(meeting=meeting, state=State.APPROVED)
    asked = login(secretary).get(url(meeting, "allekirjoita")).content.decode()
    assert asked.index('href="#allekirjoitus"') < asked.index("Who was there") < asked.index('id="allekirjoitus"')


def test_a_change_is_asked_with_a_remark_and_the_writer_is_told(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    record(meeting).accept(inspectors[1])
    client = login(inspectors[0])
    page = client.post(url(meeting, "palauta"), {"remark": "  "})
    assert "This field is required" in page.content.decode()
    assert record(meeting).state == State.REVIEW
    client.post(url(meeting, "palauta"), {"remark": "§ 2: korjaa päivä <b>"})
    minutes = record(meeting)
    assert minutes.state == State.DRAFT
    assert "korjaa päivä" in minutes.remark
    assert not minutes.reviews.filter(accepted_at__isnull=False).exists()
    letter = mail().get()
    assert letter.envelopes.get().person == secretary
    assert "§ 2: korjaa päivä <b>" in letter.text
    desk = login(secretary).get(f"/en/kokoukset/{meeting.pk}/poytakirja/").content.decode()
    assert "korjaa päivä &lt;b&gt;" in desk


def test_a_remark_that_comes_too_late_is_kept_on_its_form(
    login: Login, meeting: Meeting, inspectors: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    make.submit(meeting, inspectors)

    def too_late(*args: Any) -> None:
        from network.lifecycle import WrongState

        raise WrongState("approved → draft")

    monkeypatch.setattr(Minutes, "send_back", too_late)
    page = login(inspectors[0]).post(url(meeting, "palauta"), {"remark": "Tärkeä huomautus"}).content.decode()
    assert "Somebody was faster" in page
    assert "Tärkeä huomautus" in page


def test_a_letter_tells_whom_it_is_for_whom_it_reaches_and_whom_not(meeting: Meeting, inspectors: list[Person]) -> None:
    Person.objects.filter(pk=inspectors[1].pk).update(email=None, is_active=False)
    people = list(Person.objects.filter(pk__in=[person.pk for person in inspectors]).order_by("pk"))
    letter = letters_inspection.request(record(meeting), [*people, *people], None)
    assert (letter.receivers, letter.reached, letter.unreached) == (tuple(people), (people[0],), (people[1],))


def test_the_keeper_sees_who_has_answered_and_takes_the_minutes_back(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    record(meeting).accept(inspectors[1])
    client, page = login(secretary), f"/en{meeting.get_absolute_url()}"
    panel = client.get(page).content.decode().split('id="seuraavaksi"')[1].split("</section>")[0]
    answers = [panel.split(person.full_name)[1].split("</dd>")[0] for person in inspectors]
    assert ("Has not answered" in answers[0], "Accepted" in answers[1]) == (True, True)
    assert "btn-primary" not in panel  # nothing that leads back to this same page
    assert url(meeting, "palauta") in client.get(page).content.decode()
    asked = client.get(url(meeting, "palauta")).content.decode()
    assert (f'href="{meeting.get_absolute_url()}"' in asked, url(meeting, "tarkasta") in asked) == (True, False)
    assert ("gets this in a letter" in asked, "while they are written" in asked) == (False, True)
    client.post(url(meeting, "palauta"), {"remark": "§ 2: tulos puuttuu"})
    assert (record(meeting).state, mail().count()) == (State.DRAFT, 0)  # no letter to oneself


def test_a_member_sees_who_inspects(login: Login, meeting: Meeting, member: Person, inspectors: list[Person]) -> None:
    make.submit(meeting, inspectors)
    page = login(member).get(f"/en{meeting.get_absolute_url()}").content.decode()
    assert all(person.full_name in page.split("About the meeting")[1] for person in inspectors)
    assert url(meeting, "palauta") not in page
