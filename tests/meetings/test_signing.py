"""From the inspector who does not answer to the signatures and the publication."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from meetings.models import Meeting, Minutes, Review, State
from meetings.printed import Edition, Printed
from network.models import Body, Department, Inspection, Person, Role, Term
from network.periods import today
from tests import make
from tests.meetings.inspecting import mail, record, seen, url

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("meeting",)

Login = Callable[[Person], Client]


# ── one who does not answer ──


def test_another_inspects_in_the_place_of_one_who_does_not_answer(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person], department: Department
) -> None:
    third = make.person(department=department, first_name="Cecilia", last_name="Tarkastaja")
    make.attendance(meeting=meeting, person=third)
    make.submit(meeting, inspectors)
    record(meeting).accept(inspectors[0])
    silent = Review.objects.get(person=inspectors[1])
    client = login(secretary)
    data = {"old": silent.pk, "new": third.pk, "reason": "Ei vastannut"}
    assert client.post(url(meeting, "vaihda-tarkastaja"), data | {"reason": ""}).status_code == 200
    assert client.post(url(meeting, "vaihda-tarkastaja"), data).status_code == 302
    assert mail().get().envelopes.get().person == third
    assert login(inspectors[1]).get(url(meeting, "tarkasta")).status_code == 404
    client = login(third)
    client.post(url(meeting, "tarkasta"), seen(client, url(meeting, "tarkasta")))
    assert record(meeting).state == State.APPROVED


def test_one_replaced_before_may_be_chosen_again(meeting: Meeting, inspectors: list[Person]) -> None:
    make.submit(meeting, inspectors)
    third = make.person()
    record(meeting).replace_reviewer(Review.objects.get(person=inspectors[0]), third, "Ei vastannut")
    record(meeting).send_back("Korjaa", third)
    record(meeting).submit(inspectors)
    for person in inspectors:
        record(meeting).accept(person)
    assert record(meeting).state == State.APPROVED


@pytest.mark.row("N4", part=True)
def test_the_inspection_falls_to_the_next_meeting(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    login(secretary).post(url(meeting, "seuraavaan"), {"reason": "Kumpikaan ei vastaa"})
    assert record(meeting).inspection == Inspection.NEXT_MEETING
    assert login(inspectors[0]).get(url(meeting, "tarkasta")).status_code == 404


@pytest.mark.parametrize("step", ["tarkastettavaksi", "vaihda-tarkastaja", "seuraavaan", "hyvaksy", "julkaise"])
@pytest.mark.parametrize("who", ["member", "outsider", "expert", "former_chair", "keeper"])
def test_the_keepers_steps_are_nobody_elses(
    request: pytest.FixtureRequest, login: Login, meeting: Meeting, inspectors: list[Person], step: str, who: str
) -> None:
    make.submit(meeting, inspectors)
    client = login(request.getfixturevalue(who))
    assert client.get(url(meeting, step)).status_code == 404
    assert client.post(url(meeting, step), {"reason": "x"}).status_code == 404


# ── signing and publishing ──


def test_chair_and_secretary_sign_each_on_their_own_desk(
    login: Login, meeting: Meeting, secretary: Person, chair: Person, inspectors: list[Person]
) -> None:
    make.minutes(meeting=meeting, state=State.APPROVED)
    for person in (secretary, chair):
        client = login(person)
        page = client.get(url(meeting, "allekirjoita"))
        assert record(meeting).digest()[:16] in page.content.decode()
        client.post(url(meeting, "allekirjoita"), {"sha256": page.context["form"].digest})
    assert record(meeting).state == State.SIGNED
    assert {(row.person, row.sha256) for row in record(meeting).signatures.all()} == {
        (person, record(meeting).digest()) for person in (secretary, chair)
    }


def test_a_chair_whose_term_has_ended_still_signs(
    login: Login, meeting: Meeting, chair: Person, inspectors: list[Person]
) -> None:
    make.minutes(meeting=meeting, state=State.APPROVED)
    Term.objects.filter(person=chair, role=Role.CHAIR).update(ends_on=today() - timedelta(days=1))
    client = login(Person.objects.get(pk=chair.pk))
    answer = client.post(url(meeting, "allekirjoita"), seen(client, url(meeting, "allekirjoita")))
    assert answer["Location"] == "/en/omat/"
    assert record(meeting).signatures.get().person == chair


def test_a_signature_of_another_text_is_refused(
    login: Login, meeting: Meeting, chair: Person, inspectors: list[Person]
) -> None:
    make.minutes(meeting=meeting, state=State.APPROVED)
    client = login(chair)
    for forged in ({"sha256": "0" * 64}, {"sha256": "x"}, {}):
        assert client.post(url(meeting, "allekirjoita"), forged).status_code == 200
    assert not record(meeting).signatures.exists()


@pytest.mark.parametrize("who", ["member", "coordinator", "outsider", "keeper"])
def test_nobody_else_signs(
    request: pytest.FixtureRequest, login: Login, meeting: Meeting, inspectors: list[Person], who: str
) -> None:
    make.minutes(meeting=meeting, state=State.APPROVED)
    client = login(request.getfixturevalue(who))
    assert client.post(url(meeting, "allekirjoita"), {"sha256": record(meeting).digest()}).status_code == 404


def rename(presenter: Person, body: Body, name: str) -> None:
    Person.objects.filter(pk=presenter.pk).update(last_name=name)
    Body.objects.filter(pk=body.pk).update(name_fi=f"Palvelualue {name}")


def test_a_presenter_or_a_body_renamed_after_the_sending_changes_no_record(
    meeting: Meeting, area: Body, secretary: Person, chair: Person, inspectors: list[Person], login: Login
) -> None:
    presenter = make.person(first_name="Eeva", last_name="Entinen")
    meeting.items.filter(title="Malli").update(presenter=presenter)
    make.submit(meeting, inspectors)
    rename(presenter, area, "Uusi")
    record(meeting).send_back("Korjaa", inspectors[0])
    record(meeting).submit(inspectors)
    before = record(meeting).rows()
    assert (before["body"], before["items"][1][8]) == ("Palvelualue Uusi", "Eeva Uusi")
    for person in inspectors:
        record(meeting).accept(person)
    record(meeting).sign(secretary)
    rename(presenter, area, "Uusin")
    record(meeting).sign(chair)
    minutes = record(meeting)
    assert (minutes.state, minutes.rows()) == (State.SIGNED, before)
    assert set(minutes.signatures.values_list("sha256", flat=True)) == {minutes.digest()}
    printed = Printed(minutes, Edition.WHOLE, minutes.digest(), timezone.now())
    assert (printed.body, printed.sections[1].facts[0][1]) == ("Palvelualue Uusi", "<p>Eeva Uusi</p>\n")
    assert "Eeva Uusi<" in login(secretary).get(meeting.get_absolute_url()).content.decode()


def test_publishing_asks_the_job_and_tells_how_it_goes(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    make.minutes(meeting=meeting, state=State.SIGNED)
    client = login(secretary)
    page = client.post(url(meeting, "julkaise"), follow=True).content.decode()
    assert ProcrastinateJob.objects.filter(task_name="publish_minutes").count() == 1
    assert "Being published" in page
    assert 'http-equiv="refresh"' in page
    Minutes.objects.filter(pk=meeting.pk).update(trouble="§ 2, päätös: merkki U+1F600")
    page = client.get(url(meeting, "julkaise")).content.decode()
    assert "§ 2, päätös: merkki U+1F600" in page
    assert "Publish</button>" in page
    assert 'http-equiv="refresh"' not in page


@pytest.mark.parametrize("readers", ["public", "network", "body"])
def test_publishing_says_first_who_will_read_the_record(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person], readers: str
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(visibility=readers)
    item = meeting.items.get(title="Malli")
    item.save_text(seen=item.revision, by=None, visibility="body")
    make.minutes(meeting=meeting, state=State.SIGNED)
    page = login(secretary).get(url(meeting, "julkaise")).content.decode()
    said = {"public": "Everybody reads", "network": "own people read", "body": "Those who sit in the body read"}
    assert [name for name, words in said.items() if words in page] == [readers]
    assert ("1 item has fewer readers" in page, "Malli" in page) == (readers != "body", readers != "body")
    assert f'href="{meeting.get_absolute_url()}">Read it once more' in page


def test_minutes_are_not_published_before_they_are_signed(
    login: Login, meeting: Meeting, secretary: Person, inspectors: list[Person]
) -> None:
    make.minutes(meeting=meeting, state=State.APPROVED)
    client = login(secretary)
    assert client.post(url(meeting, "julkaise")).status_code == 409
    assert client.get(url(meeting, "julkaise")).status_code == 302
    assert not ProcrastinateJob.objects.filter(task_name="publish_minutes").exists()
