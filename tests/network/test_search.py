"""The search: what is found, by whom, and what is never told."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from documents.models import Document
from meetings.models import State
from network import indexing, jobs, lemmas
from network import search as searching
from network.found import people
from network.indexing import count_words, index_all, index_stale
from network.models import Body, Indexed, Person, Stale
from network.periods import today
from network.search import Filters, search
from network.visibility import Visibility
from tests import make

pytestmark = pytest.mark.django_db
needs_voikko = pytest.mark.usefixtures("finnish")


def refresh() -> None:
    """Index what has changed, as the job does each minute, and count the words as it does each hour."""
    index_stale()
    count_words()


def paper(title: str, visibility: Visibility = Visibility.PUBLIC, **fields: Any) -> Document:
    """A document with a summary."""
    return make.document(title=title, visibility=visibility, **fields)


def titles(text: str, user: Person | None = None, **options: Any) -> list[str]:
    """The titles found, best first."""
    return [hit.entry.title for hit in search(text, user, **options).hits]


# ── the index keeps up ──


@pytest.mark.row("F80", part=True)
def test_what_changes_is_found_after_the_job() -> None:
    document = paper("Savusukellusohje")
    refresh()
    assert titles("savusukellus") == ["Savusukellusohje"]
    Document.objects.filter(pk=document.pk).update(title="Hevosen nostaminen")  # no save, no signal
    assert Stale.objects.count() == 1
    jobs.index_stale_records(0)
    assert (titles("savusukellus"), titles("hevonen")) == ([], ["Hevosen nostaminen"])
    document.delete()
    refresh()
    assert titles("hevonen") == []
    assert Indexed.objects.filter(kind="document").count() == 0


def test_plain_sql_and_bulk_changes_are_noted() -> None:
    make.page(title_fi="Verkoston historia", slug="historia")
    refresh()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE network_page SET title_fi = 'Palontutkinnan historia' WHERE slug = 'historia'")
    refresh()
    assert titles("palontutkinta") == ["Palontutkinnan historia"]


def test_role_that_no_longer_follows_from_another_is_no_longer_found(director: Person, board: Body) -> None:
    refresh()
    board.ex_officio.update(ends_on=today() - timedelta(days=1))
    assert set(Stale.objects.filter(kind="person").values_list("record_id", flat=True)) == {director.pk}


def test_the_whole_index_is_made_anew() -> None:
    paper("Savusukellusohje")
    Indexed.objects.create(
        kind="document",
        record_id=9_999_999,
        language="fi",
        title="Poistettu",
        grams="poistettu",
        words="'poistettu':1A",
    )
    index_all()
    assert [row.title for row in Indexed.objects.filter(kind="document")] == ["Savusukellusohje"]
    assert not Stale.objects.filter(kind="document").exists()


def test_roles_that_begin_on_one_day_are_told_in_one_order(director: Person, area: Body) -> None:
    """The role first and then what follows from it, wherever in its table a row happens to lie."""
    term = make.term(person=director, body=area)
    told = "puheenjohtaja: Pelastusjohtajien kokous. puheenjohtaja: Hallitus. jäsen: Alue A."
    for moved in (None, director.terms.exclude(pk=term.pk).get(), term):
        if moved:
            moved.save()  # a changed row goes to the end of its table
        assert [row.text for row in people([director.pk]) if row.language == "fi"] == [told]


# ── every kind ──


@needs_voikko
@pytest.mark.row("F04", part=True)
def test_every_kind_is_found(area: Body, chair: Person) -> None:
    """Pages, bodies by former names, people, departments, meetings, decisions, documents."""
    make.page(title_fi="Toiminta", text_fi="Verkosto edistää varautumista.", slug="toiminta-sivu")
    make.former_name(body=area, name_fi="Varautumisen jaosto", slug="jaosto")
    make.department(name_fi="Varautumislaakson pelastuslaitos", slug="laakso")
    paper("Varautumisen opas")
    facts: dict[str, Any] = {"body": area, "visibility": Visibility.PUBLIC, "place": "Varautumistalo"}
    make.minutes(state=State.PUBLISHED, items=["Varautumisen linjaus"], **facts)
    refresh()
    kinds = {hit.entry.kind for hit in search("varautuminen", None).hits}
    assert kinds == {"page", "body", "document", "department", "meeting", "decision"}
    assert search("Puheenjohtaja Pekka", None).hits[0].entry.kind == "person"


@needs_voikko
@pytest.mark.row("F81")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("valvontasuunnitelmien", "Valvontasuunnitelman yhteinen malli"),
        ("suunnitelma", "Valvontasuunnitelman yhteinen malli"),
        ("valvonta suunnitelma", "Valvontasuunnitelman yhteinen malli"),
        ("mikä on yhteinen malli valvontaan?", "Valvontasuunnitelman yhteinen malli"),
        ("övning", "Plan för räddningsövningar"),
        ("räddningsövningen", "Plan för räddningsövningar"),
        ("trainings", "Joint training of divers"),
        ("vara voima", "Paloaseman varavoimakone"),  # alone, "vara" is a stop word: Swedish for "to be"
        ("virve2", "Siirtyminen Virve 2:een"),
        ("virve 2", "Siirtyminen Virve 2:een"),
        ("julkaisu 3/2018", "Tutkimus, julkaisu 3/2018"),
        ("julkaisu 4/2018", "Selvitys, julkaisu 4/2018"),
    ],
)
def test_questions_are_understood(text: str, found: str) -> None:
    paper("Valvontasuunnitelman yhteinen malli")
    paper("Voimassa olevat sopimukset")
    paper("Paloaseman varavoimakone")
    paper("Virve-puheryhmien käyttö")
    paper("Siirtyminen Virve 2:een")
    paper("Plan för räddningsövningar", language="sv")
    paper("Joint training of divers", language="en")
    paper("Tutkimus, julkaisu 3/2018")
    paper("Selvitys, julkaisu 4/2018")
    refresh()
    assert titles(text)[0] == found


@needs_voikko
def test_a_slip_is_corrected_and_said(client: Client) -> None:
    paper("Valvontasuunnitelman yhteinen malli")
    refresh()
    found = search("valvontasuunitelma", None)
    assert found.corrected == [("valvontasuunitelma", "valvontasuunnitelma")]
    page = client.get("/haku/", {"q": "valvontasuunitelma"}).content.decode()
    assert "<b>valvontasuunnitelma</b>" in page
    assert "tarkka=1" in page
    assert search("valvontasuunitelma", None, exact=True).corrected == []


def test_who_finds_nothing_is_told_while_much_is_still_unread(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    paper("Savusukellusohje")
    monkeypatch.setattr("network.views.search.MANY", Stale.objects.count())
    told = "Haku lukee vielä"
    assert told not in client.get("/haku/", {"q": "savusukellus"}).text
    paper("Letkukaluston huolto")
    assert told in client.get("/haku/", {"q": "savusukellus"}).text
    refresh()
    assert told not in client.get("/haku/", {"q": "xyzzy"}).text


def test_nothing_to_find_answers_nothing() -> None:
    paper("Valvontasuunnitelman yhteinen malli")
    refresh()
    assert search("jääkiekon maailmanmestaruus", None).hits == []


@needs_voikko
def test_more_of_the_question_and_the_title_come_first() -> None:
    paper("Öljyntorjunta", summary_fi="Kalusto.")
    paper("Muistio", summary_fi="Öljyntorjunnan kalusto.")
    paper("Kaluston luettelo")
    refresh()
    found = search("öljyntorjunta kalusto", None).hits
    assert [hit.entry.title for hit in found] == ["Öljyntorjunta", "Muistio", "Kaluston luettelo"]
    assert [hit.is_weak for hit in found] == [False, False, True]


# ── nobody learns of what is hidden ──


PERSONAS = ("nobody", "outsider", "member", "coordinator")


def cast(request: pytest.FixtureRequest, name: str) -> Person | None:
    """The person of that name; nobody is a visitor."""
    return None if name == "nobody" else request.getfixturevalue(name)


@pytest.mark.parametrize(
    ("persona", "sees"),
    [("nobody", "P"), ("outsider", "PN"), ("member", "PNB"), ("coordinator", "PNB")],
)
def test_each_reader_finds_what_they_may_read(
    request: pytest.FixtureRequest, area: Body, persona: str, sees: str
) -> None:
    for letter, visibility in (("P", Visibility.PUBLIC), ("N", Visibility.NETWORK), ("B", Visibility.BODY)):
        paper(f"Öljyntorjunta {letter}", visibility, body=area, year=2020)
    reader = cast(request, persona)
    refresh()
    found = search("öljyntorjunta", reader)
    assert {hit.entry.title[-1] for hit in found.hits} == set(sees)
    assert found.total == len(sees)
    assert found.counts["year"] == {"2020": len(sees)}
    assert found.counts["kind"] == {"document": len(sees)}


@needs_voikko
def test_a_hidden_word_is_neither_suggested_nor_told_apart_from_an_unknown_one(area: Body, member: Person) -> None:
    paper("Salaverkkohanke", Visibility.BODY, body=area)
    paper("Kalaverkko")
    refresh()
    assert search("salavrkkohanke", None).corrected == []
    assert search("salavrkkohanke", member).corrected == [("salavrkkohanke", "salaverkkohanke")]
    hidden, unknown = search("salaverkkohanke", None), search("pataverkkohanke", None)
    assert (hidden.total, hidden.counts) == (unknown.total, unknown.counts)


def test_a_name_is_found_only_by_those_who_may_see_it(area: Body, member: Person, outsider: Person) -> None:
    shy = make.person(first_name="Kätkö", last_name="Piiloinen", visibility=Visibility.BODY)
    make.term(person=shy, body=area)
    refresh()
    assert titles("Piiloinen") == titles("Piiloinen", outsider) == []
    assert titles("Piiloinen", member) == ["Kätkö Piiloinen"]


def test_what_is_being_decided_is_not_found_before_it_leaves_the_desk(area: Body, member: Person) -> None:
    minutes = make.minutes(meeting=make.meeting(body=area, state="open"))
    minutes.meeting.items.update(decision="Hyväksyttiin meripelastushanke.")
    refresh()
    assert titles("meripelastushanke", member) == []


def test_the_agenda_of_a_meeting_is_not_found_through_the_meeting(area: Body) -> None:
    meeting = make.meeting(body=area, visibility=Visibility.BODY)
    make.item(meeting=meeting, title="Salainen hankinta")
    refresh()
    assert titles("Salainen hankinta") == []


# ── the page ──


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "%", "_", "'", '"', "\\", "a' | b & !c:*", "(((", "<script>alert(1)</script>", "😀",
             "\ud7ff", "§", "- - -", "'; DROP TABLE network_indexed; --", "ä" * 3000, "mikä on"],
)  # fmt: skip
def test_hostile_questions_get_a_page(client: Client, text: str) -> None:
    paper("Valvontasuunnitelma")
    refresh()
    answer = client.get("/haku/", {"q": text})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize(
    "query", ["laji=x&elin=9999999999999&vuosi=abcd&kieli=zz&sivu=-1&q=a", "sivu=999999&q=valvonta"]
)
def test_strange_filters_narrow_nothing(client: Client, query: str) -> None:
    assert client.get(f"/haku/?{query}").status_code == 200


def test_a_nul_byte_is_refused(client: Client) -> None:
    assert client.get("/haku/?q=%00").status_code == 400


def test_passages_are_marked_and_escaped(client: Client) -> None:
    paper("<b>Öljyntorjunta</b>", summary_fi="Uusi <i>öljyntorjunta</i> & kalusto.")
    refresh()
    page = client.get("/haku/", {"q": "öljyntorjunta"}).content.decode()
    assert "&lt;b&gt;<mark>Öljyntorjunta</mark>&lt;/b&gt;" in page
    assert "&lt;i&gt;<mark>öljyntorjunta</mark>&lt;/i&gt; &amp; kalusto" in page


def test_a_passage_shows_no_marks_of_a_table(client: Client) -> None:
    paper("Kalusto", summary_fi="| Kalusto | Määrä |\n|:---|--:|\n| Öljyntorjunta-alus | 12 |")
    refresh()
    page = client.get("/haku/", {"q": "määrä"}).content.decode()
    assert "Kalusto <mark>Määrä</mark> Öljyntorjunta-alus 12" in page


def test_filters_narrow_and_count(area: Body) -> None:
    for year in (2019, 2019, 2020):
        paper(f"Öljyntorjunta {year}", year=year, body=area)
    refresh()
    found = search("öljyntorjunta", None, Filters(years=(2019,)))
    assert (found.total, found.counts["year"]) == (2, {"2019": 2, "2020": 1})
    assert found.counts["body"] == {str(area.pk): 2}


def test_pages_of_twenty(client: Client) -> None:
    for number in range(23):
        paper(f"Öljyntorjunta {number}")
    refresh()
    first, second = (client.get("/haku/", {"q": "öljyntorjunta", "sivu": n}).content.decode() for n in (1, 2))
    assert [page.count('class="title"') for page in (first, second)] == [20, 3]
    assert "sivu=2" in first
    assert set(re.findall(r"/asiakirjat/\d+/", first)).isdisjoint(re.findall(r"/asiakirjat/\d+/", second))


@pytest.mark.parametrize("text", ["öljyntorjunta", "öljyntorjuta", "jotain aivan muuta"])
def test_a_search_costs_the_same_however_much_is_found(client: Client, text: str) -> None:
    costs = []
    for number in (1, 3, 12):
        for some in range(number):
            paper(f"Öljyntorjunta {number} {some}", year=2000 + some)
        refresh()
        with CaptureQueriesContext(connection) as asked:
            client.get("/haku/", {"q": text})
        costs.append(len(asked))
    assert max(costs) <= 8
    assert costs[2] <= costs[0]


def test_the_search_box_stands_on_every_page(client: Client) -> None:
    page = client.get("/laitokset/").content.decode()
    assert 'action="/haku/"' in page


def test_without_voikko_beginnings_are_found_and_the_page_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        return None

    for module in (lemmas, searching):
        monkeypatch.setattr(module, "voikko", missing)
    for path in ("network.question.voikko", "network.corrections.voikko", "network.views.search.voikko"):
        monkeypatch.setattr(path, missing)
    for cache in (lemmas.forms, lemmas.analyse, indexing._terms):
        cache.cache_clear()
    try:
        paper("Valvontasuunnitelmien malli")
        refresh()
        assert titles("valvontasuunnitelma") == ["Valvontasuunnitelmien malli"]
        assert client.get("/haku/", {"q": "valvontasuunnitelma"}).context["is_degraded"]
    finally:
        for cache in (lemmas.forms, lemmas.analyse, indexing._terms):
            cache.cache_clear()


@pytest.mark.usefixtures("area")
def test_a_logged_in_search_stays_in_its_budget(login: Callable[[Person], Client], member: Person) -> None:
    paper("Öljyntorjunta")
    refresh()
    client = login(member)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/haku/", {"q": "öljyntorjunta"}).status_code == 200
    assert len(asked) <= 12


def test_a_proposed_group_is_found_by_its_keepers_only(area: Body, chair: Person, member: Person) -> None:
    make.proposed(area=area, names={"name_fi": "Palontutkinnan ryhmä"})
    refresh()
    assert titles("palontutkinta", chair) == ["Palontutkinnan ryhmä"]
    assert titles("palontutkinta", member) == titles("palontutkinta") == []


def test_a_long_index_goes_in_portions_behind_every_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PORTION", 3)
    for number in range(7):
        paper(f"Savusukellusohje {number}")
    waiting = ProcrastinateJob.objects.filter(task_name="index_stale", status="todo")
    seen = []
    notes = Stale.objects.count()
    while Stale.objects.exists():
        jobs.index_stale_records(0)
        seen.append((Stale.objects.count(), waiting.count()))
        waiting.delete()
    assert seen == [*((left, 1) for left in range(notes - 3, 0, -3)), (0, 0)]
    assert jobs.index_stale_records.priority < jobs.post_envelope.priority
    assert len(titles("savusukellus")) == 7
