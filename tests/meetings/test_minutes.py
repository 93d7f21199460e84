"""Writing the minutes: one item open, the save that loses nothing, what a second writer sees."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings.models import Item, Meeting, Outcome
from meetings.standing import sentence
from network.models import Body, Person
from tests import make
from tests.meetings.desk import desk_url, first, save_url, typed

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("meeting",)

Login = Callable[[Person], Client]
KEEP = {"X-Requested-With": "keep"}
HOSTILE = '<script>alert(1)</script><img src=x onerror="a()">'


@pytest.fixture
def meeting(area: Body, chair: Person, secretary: Person, member: Person) -> Meeting:
    """An open meeting of area A with three undecided items."""
    return make.meeting(body=area, state=make.OPEN, items=("Avaus", "Malli", "Päättäminen"))


# ── who may ──


@pytest.mark.parametrize("who", ["secretary", "chair", "coordinator"])
def test_who_keeps_the_body_writes_its_minutes(
    request: pytest.FixtureRequest, login: Login, meeting: Meeting, who: str
) -> None:
    client = login(request.getfixturevalue(who))
    assert client.get(desk_url(meeting)).status_code == 200
    item = first(meeting)
    assert client.post(save_url(item), typed(item)).status_code == 302
    item.refresh_from_db()
    assert item.decision == "Hyväksyttiin."


@pytest.mark.parametrize("who", ["member", "other_chair", "expert", "former_chair", "outsider", "keeper"])
def test_nobody_else_finds_the_desk_or_writes(
    request: pytest.FixtureRequest, login: Login, meeting: Meeting, who: str
) -> None:
    client, item = login(request.getfixturevalue(who)), first(meeting)
    assert client.get(desk_url(meeting)).status_code == 404
    assert client.post(save_url(item), typed(item)).status_code == 404
    assert client.post(f"/kokoukset/asiat/{item.pk}/tarkasta/", typed(item)).status_code == 404
    item.refresh_from_db()
    assert (item.decision, item.inspected_at) == ("", None)


def test_a_meeting_that_is_not_open_has_no_desk(login: Login, area: Body, secretary: Person) -> None:
    called = make.meeting(body=area, state=make.CALLED)
    assert login(secretary).get(desk_url(called)).status_code == 404


def test_who_writes_the_minutes_keeps_the_desk_after_the_term(login: Login, meeting: Meeting, outsider: Person) -> None:
    meeting.minuted_by = outsider
    meeting.save()
    assert login(outsider).get(desk_url(meeting)).status_code == 200


# ── the desk ──


def test_the_first_blank_item_is_open_and_the_others_are_links(
    login: Login, meeting: Meeting, secretary: Person
) -> None:
    item = first(meeting)
    item.save_text(seen=item.revision, by=None, outcome=Outcome.NOTED, decision="Avattiin.")
    page = login(secretary).get(desk_url(meeting))
    second = meeting.items.order_by("position")[1]
    assert page.context["item"] == second
    assert [str(entry.word) for entry in page.context["desk"].entries] == ["decided", "open now", "undecided"]
    assert f'href="?kohta={item.pk}"' in page.content.decode()
    assert "2 items undecided" in page.content.decode()


def test_the_item_asked_for_is_open(login: Login, meeting: Meeting, secretary: Person) -> None:
    last = meeting.items.order_by("position").last()
    client = login(secretary)
    assert client.get(desk_url(meeting), {"kohta": last.pk}).context["item"] == last
    for nonsense in ("x", "999999999999999999999", "", "-1"):
        assert client.get(desk_url(meeting), {"kohta": nonsense}).context["item"] == first(meeting)


def test_saving_goes_on_to_the_next_item(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, second = meeting.items.order_by("position")[:2]
    answer = login(secretary).post(save_url(item), typed(item, siirry=second.pk))
    assert answer["Location"] == f"{desk_url(meeting)}?kohta={second.pk}"


def test_the_desk_costs_the_same_with_twenty_items(login: Login, area: Body, secretary: Person, chair: Person) -> None:
    meeting = make.meeting(body=area, state=make.OPEN, items=20)
    client = login(secretary)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(desk_url(meeting)).status_code == 200
    assert len(asked) <= 12


# ── the usual sentence ──


def test_the_outcome_proposes_its_sentence(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    login(secretary).post(save_url(item), typed(item, decision="", outcome="tabled", lause="ratkaisu"))
    item.refresh_from_db()
    assert item.decision == sentence("tabled", "fi") == "Asia jätettiin pöydälle."


def test_another_outcome_replaces_a_usual_sentence_only(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, client = first(meeting), login(secretary)
    usual = sentence("tabled", "fi")
    client.post(save_url(item), typed(item, decision=usual, outcome="as_proposed", lause="ratkaisu"))
    item.refresh_from_db()
    assert item.decision == sentence("as_proposed", "fi")
    own = typed(item, decision="Omin sanoin.", outcome="tabled", lause="ratkaisu")
    page = client.post(save_url(item), own, follow=True).content.decode()
    item.refresh_from_db()
    assert item.decision == "Omin sanoin."
    assert "The decision already had words of its own" in page


def test_a_sentence_without_an_outcome_asks_for_it_and_keeps_the_text(
    login: Login, meeting: Meeting, secretary: Person
) -> None:
    item = first(meeting)
    page = login(secretary).post(save_url(item), typed(item, outcome="", lause="ratkaisu"))
    assert "Choose the outcome first" in page.content.decode()
    assert "Keskusteltiin." in page.content.decode()
    assert "data-unsaved" in page.content.decode()


def test_the_sentence_is_in_the_language_of_the_record(
    login: Login, area: Body, secretary: Person, chair: Person
) -> None:
    meeting = make.meeting(body=area, state=make.OPEN, language="sv")
    item = first(meeting)
    login(secretary).post(save_url(item), typed(item, decision="", outcome="as_proposed", lause="ratkaisu"))
    item.refresh_from_db()
    assert item.decision == "Beslutsförslaget godkändes enhälligt."


def test_a_ready_sentence_is_added_after_the_text(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    login(secretary).post(save_url(item), typed(item, lause="noted"))
    item.refresh_from_db()
    assert item.decision == "Hyväksyttiin.\nMerkittiin tiedoksi."


# ── autosave ──


@pytest.mark.row("N7", part=True)
def test_autosave_answers_small_and_asks_little(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, client = first(meeting), login(secretary)
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(save_url(item), typed(item, decision="Kesken"), headers=KEEP)
    queries = [row["sql"] for row in asked if "SAVEPOINT" not in row["sql"]]
    assert answer.status_code == 200
    assert len(queries) <= 6, queries
    assert len(answer.content) <= 1024
    item.refresh_from_db()
    assert item.decision == "Kesken"
    assert f'data-revision="{item.revision}"' in answer.content.decode()


def test_autosave_keeps_the_space_between_two_words(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    login(secretary).post(save_url(item), typed(item, decision="Hyväksyttiin \r\n"), headers=KEEP)
    item.refresh_from_db()
    assert item.decision == "Hyväksyttiin \n"


def test_autosave_leaves_the_task_to_the_button(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    task = {"tehtava-task": "Lähettää", "tehtava-owner": secretary.pk, "tehtava-due_on": ""}
    login(secretary).post(save_url(item), typed(item) | task, headers=KEEP)
    assert not item.actions.exists()


# ── two writers ──


@pytest.mark.row("N7", part=True)
def test_a_second_writer_sees_both_texts_and_nothing_is_lost(
    login: Login, meeting: Meeting, secretary: Person, chair: Person
) -> None:
    item = first(meeting)
    mine = typed(item, decision="Hyväksyttiin muutettuna.")
    login(chair).post(save_url(item), typed(item, decision="Hyväksyttiin heti."))
    client = login(secretary)
    answer = client.post(save_url(item), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<del> heti.</del>" in page
    assert "<ins> muutettuna.</ins>" in page
    item.refresh_from_db()
    assert item.decision == "Hyväksyttiin heti."
    assert f'name="revision" value="{item.revision}"' in page
    assert client.post(save_url(item), typed(item, decision="Heti, muutettuna.")).status_code == 302
    item.refresh_from_db()
    assert item.decision == "Heti, muutettuna."


def test_the_comparison_shows_hostile_text_as_text(
    login: Login, meeting: Meeting, secretary: Person, chair: Person
) -> None:
    item = first(meeting)
    login(chair).post(save_url(item), typed(item, decision=f"{HOSTILE} a"))
    page = login(secretary).post(save_url(item), typed(item, discussion=HOSTILE, decision=f"{HOSTILE} b"))
    assert page.status_code == 409
    assert "<script>alert" not in page.content.decode()
    assert "<img src=x" not in page.content.decode()


def test_the_same_text_sent_twice_is_no_conflict(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, client = first(meeting), login(secretary)
    once = typed(item)
    assert [client.post(save_url(item), once).status_code for _ in range(3)] == [302, 302, 302]
    item.refresh_from_db()
    assert item.revision == once["revision"] + 1


def test_two_windows_of_one_person_clash_like_two_people(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, client = first(meeting), login(secretary)
    client.post(save_url(item), typed(item, decision="Ikkuna 1"))
    answer = client.post(save_url(item), typed(item, decision="Ikkuna 2"))
    assert answer.status_code == 409
    assert "You wrote this item yourself in another window" in answer.content.decode()


def test_autosave_of_a_stale_tab_says_so_and_overwrites_nothing(
    login: Login, meeting: Meeting, secretary: Person, chair: Person
) -> None:
    item = first(meeting)
    login(chair).post(save_url(item), typed(item, decision="Toinen"))
    answer = login(secretary).post(save_url(item), typed(item, decision="Vanha"), headers=KEEP)
    assert answer.status_code == 409
    assert "Press Save to see both texts" in answer.content.decode()
    item.refresh_from_db()
    assert item.decision == "Toinen"


# ── what can no longer be written ──


def test_text_for_minutes_that_have_left_the_desk_comes_back(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    make.submit(meeting)
    answer = login(secretary).post(save_url(item), typed(item, decision="Liian myöhään"))
    assert answer.status_code == 409
    assert "Liian myöhään" in answer.content.decode()
    item.refresh_from_db()
    assert item.decision == "Hyväksyttiin."


def test_a_race_with_the_sending_gives_the_text_back(
    login: Login, meeting: Meeting, secretary: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = first(meeting)
    make.submit(meeting)
    monkeypatch.setattr(Meeting, "is_open", True)  # what a request saw that was under way meanwhile
    answer = login(secretary).post(save_url(item), typed(item, decision="Matkalla"))
    assert answer.status_code == 409
    assert "Matkalla" in answer.content.decode()


def test_text_for_an_item_that_is_gone_comes_back(login: Login, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    data = typed(item, decision="Turhaan kirjoitettu")
    missing = Item(pk=item.pk + 1000)
    answer = login(secretary).post(save_url(missing), data)
    assert answer.status_code == 404
    assert "Turhaan kirjoitettu" in answer.content.decode()


def test_the_desk_of_sent_minutes_leads_to_the_meeting(login: Login, meeting: Meeting, secretary: Person) -> None:
    make.submit(meeting)
    assert login(secretary).get(desk_url(meeting))["Location"] == f"/en/kokoukset/{meeting.pk}/"


def test_a_save_after_a_logout_leads_back_to_the_item(client: Client, meeting: Meeting, secretary: Person) -> None:
    item = first(meeting)
    answer = client.post(save_url(item), typed(item))
    assert answer["Location"] == f"/en/tili/kirjaudu/?next={save_url(item)}"
    client.force_login(secretary)
    page = client.get(save_url(item), follow=True)
    assert page.redirect_chain[0][0] == f"{desk_url(meeting)}?kohta={item.pk}"
    assert "your last text was not saved" in page.content.decode()


# ── bad input ──


@pytest.mark.parametrize("outcome", ["nonsense", "\x00", "as_proposed\x00"])
def test_a_forged_outcome_is_refused_and_the_text_kept(
    login: Login, meeting: Meeting, secretary: Person, outcome: str
) -> None:
    item = first(meeting)
    page = login(secretary).post(save_url(item), typed(item, outcome=outcome, decision="Pidä minut"))
    assert page.status_code == 200
    assert "Pidä minut" in page.content.decode()


@pytest.mark.parametrize("revision", ["", "x", "-1", "99999999999999"])
def test_a_forged_revision_overwrites_nothing(login: Login, meeting: Meeting, secretary: Person, revision: str) -> None:
    item = first(meeting)
    page = login(secretary).post(save_url(item), typed(item, revision=revision, decision="Pidä minut"))
    assert page.status_code in (200, 409)
    assert "Pidä minut" in page.content.decode()
    item.refresh_from_db()
    assert item.decision == ""


def test_a_megabyte_is_refused_in_words_and_kept(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, client = first(meeting), login(secretary)
    page = client.post(save_url(item), typed(item, decision="ä" * 1_000_000))
    assert page.status_code == 200
    assert "ä" * 1_000_000 in page.content.decode()
    answer = client.post(save_url(item), typed(item, decision="ä" * 1_000_000), headers=KEEP)
    assert answer.status_code == 422
    assert len(answer.content) <= 1024


def test_broken_utf8_is_kept_as_text(login: Login, meeting: Meeting, secretary: Person) -> None:
    item, client = first(meeting), login(secretary)
    body = f"revision={item.revision}&outcome=noted&discussion=%FF%FE&decision=ab"
    answer = client.post(save_url(item), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    item.refresh_from_db()
    assert item.decision == "ab"
