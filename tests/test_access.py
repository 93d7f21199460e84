"""THE TABLE: who may what. Each page and each change against an anonymous reader, the cast, and two more.

It is the access policy: changing a cell is a decision. A row is a method, an address by its name, what it is about,
and a column for each reader, from no rights to all of them:

    anon  nobody logged in              mem   a member of area A (jasen@)
    keep  the technical keeper          dir   chair of the directors' meeting, so of the board above A (johtaja@)
    form  A's chair until 2023          sec   A's secretary (sihteeri@)
    exp   outside expert of group G     cha   A's chair, who sits in the board by that (puheenjohtaja@)
    out   a member of area B            coo   the office's secretary: the secretariat (koordinaattori@)
    oth   B's chair (hallitus@)         wri   writes the minutes of A's meetings, and holds no role
    gch   G's chair (ryhma@)            ins   inspects minutes of A, and holds no role any more

About: A is a service area, G its working group, B another area, H the board above; after the dot the state of a
meeting, or the visibility of what is published. Cells: a status; `log`, sent to the login; `.`, does not exist (404).
What a keeper's empty form answers tells that the page is theirs: 200 with its errors, 302 done, 409 no longer open.

A page that all may read, and a list by a filter, is asked by some of them in turn; by everybody where TABLE=all.
"""

import inspect
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_desk import DESK, GROUPS
from tests.asking import BRIEF, OWN_404, PlainClient, ask, bare, brief_not_found, cell, missing_page
from tests.conftest import keep
from tests.world import NEEDED, NOWHERE, READERS, SECRETS, World, build, rows_of, secret

pytestmark = pytest.mark.django_db
PAGES = """
method address                     about     anon keep form exp  out  oth  gch  mem  dir  sec  cha  coo  wri  ins
GET    network:home                -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:page                -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:leadership          -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:staff               -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:department_list     -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:department_detail   -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:representation      -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:body_detail         H         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:body_roster         A         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:person_detail       cha       200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:person_detail       gch       200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:person_detail       mem       200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:person_detail       shy       .    .    .    .    200  200  200  200  200  200  200  200  .    .
GET    network:person_detail       wri       .    .    .    .    .    .    .    .    .    .    .    200  200  .
GET    network:mine                -         log  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:profile_edit        -         log  200  200  200  200  200  200  200  200  200  200  200  200  200
POST   network:profile_edit        -         log  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    network:term_add            H         log  .    .    .    .    .    .    .    .    .    .    200  .    .
GET    network:term_add            A         log  .    .    .    .    .    .    .    200  .    .    200  .    .
POST   network:term_add            A         log  .    .    .    .    .    .    .    200  .    .    200  .    .
GET    network:term_add            B         log  .    .    .    .    .    .    .    200  .    .    200  .    .
GET    network:term_add            G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
POST   network:term_add            G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
GET    network:term_end            A         log  .    .    .    .    .    .    .    200  .    .    200  .    .
POST   network:term_end            A         log  .    .    .    .    .    .    .    200  .    .    200  .    .
GET    network:term_end            G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
POST   network:term_end            G         log  .    .    .    .    .    .    .    .    .    200  200  .    .
GET    serviceareas:area_list      -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    serviceareas:area_detail    A         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    workinggroups:group_list    -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    workinggroups:group_detail  G         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    admin:index                 -         log  .    .    .    .    .    .    .    .    .    .    200  .    .
GET    account_change_password     -         log  200  200  200  200  200  200  200  200  200  200  200  200  200
POST   account_change_password     -         log  200  200  200  200  200  200  200  200  200  200  200  200  200
"""

MEETINGS = """
method address                     about     anon keep form exp  out  oth  gch  mem  dir  sec  cha  coo  wri  ins
GET    meetings:meeting_list       -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:decision_list      -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:calendar_body      A         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:calendar_body      G         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:calendar_own       keep      200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:calendar_edit      -         log  200  200  200  200  200  200  200  200  200  200  200  200  200
POST   meetings:calendar_edit      -         log  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:meeting_detail     A.agenda  .    .    .    .    .    .    .    .    200  200  200  200  .    .
GET    meetings:meeting_detail     A.called  200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:meeting_detail     A.open    200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:meeting_detail     A.public  200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:meeting_detail     A.network .    .    .    .    200  200  200  200  200  200  200  200  .    .
GET    meetings:meeting_detail     A.body    .    .    .    .    .    .    .    200  200  200  200  200  .    .
GET    meetings:meeting_detail     G.agenda  .    .    .    .    .    .    200  .    .    200  200  200  .    .
GET    meetings:meeting_detail     G.called  .    .    .    200  200  200  200  200  200  200  200  200  .    .
GET    meetings:meeting_detail     B.called  .    .    .    .    200  200  .    .    200  .    .    200  .    .
GET    meetings:meeting_detail     H.called  .    .    .    .    .    200  .    .    200  .    200  200  .    .
GET    meetings:meeting_add        A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_add        A         log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_add        G         log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   meetings:meeting_add        H         log  .    .    .    .    .    .    .    200  .    .    200  .    .
GET    meetings:meeting_edit       A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_edit       A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_edit       A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:meeting_edit       G.agenda  log  .    .    .    .    .    200  .    .    200  200  200  .    .
GET    meetings:meeting_call       A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_call       A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_call       A.called  log  .    .    .    .    .    .    .    409  409  409  409  .    .
POST   meetings:meeting_call       G.agenda  log  .    .    .    .    .    200  .    .    200  200  200  .    .
GET    meetings:meeting_correct    A.called  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_correct    A.called  log  .    .    .    .    .    .    .    200  200  200  200  .    .
GET    meetings:meeting_move       A.called  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_move       A.called  log  .    .    .    .    .    .    .    200  200  200  200  .    .
GET    meetings:meeting_cancel     A.called  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_cancel     A.called  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:meeting_cancel     H.called  log  .    .    .    .    .    .    .    200  .    .    200  .    .
POST   meetings:meeting_take_up    A.agenda  log  .    .    .    .    .    .    .    302  302  302  302  .    .
GET    meetings:item_add           A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:item_add           A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:item_add           G.agenda  log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   meetings:item_add           A.signed  log  .    .    .    .    .    .    .    409  409  409  409  409  .
GET    meetings:item_edit          A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:item_edit          A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:item_edit          G.agenda  log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   meetings:item_edit          B.called  log  .    .    .    .    200  .    .    200  .    .    200  .    .
POST   meetings:item_edit          A.review  log  .    .    .    .    .    .    .    .    .    .    .    .    .
POST   meetings:item_move          A.agenda  log  .    .    .    .    .    .    .    302  302  302  302  .    .
POST   meetings:item_move          G.agenda  log  .    .    .    .    .    302  .    .    302  302  302  .    .
GET    meetings:item_delete        A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   meetings:item_delete        A.agenda  log  .    .    .    .    .    .    .    302  302  302  302  .    .
POST   meetings:item_delete        A.called  log  .    .    .    .    .    .    .    409  409  409  409  .    .
POST   meetings:meeting_open       A.called  log  .    .    .    .    .    .    .    302  302  302  302  .    .
POST   meetings:meeting_open       G.called  log  .    .    .    .    .    302  .    .    302  302  302  .    .
POST   meetings:meeting_open       A.open    log  .    .    .    .    .    .    .    409  409  409  409  409  .
"""

MINUTES = """
method address                     about     anon keep form exp  out  oth  gch  mem  dir  sec  cha  coo  wri  ins
GET    meetings:attendance_edit    A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:attendance_edit    A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:meeting_end_without_quorum A.open log . . .    .    .    .    .    302  302  302  302  302  .
GET    meetings:minutes_edit       A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
GET    meetings:minutes_edit       G.open    log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   meetings:item_save          A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:item_save          G.open    log  .    .    .    .    .    200  .    .    200  200  200  .    .
POST   meetings:item_save          A.review  log  .    .    .    .    .    .    .    409  409  409  409  409  .
POST   meetings:item_inspect       A.open    log  .    .    .    .    .    .    .    302  302  302  302  302  .
GET    meetings:action_add         A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:action_add         A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:action_add         A.body    log  .    .    .    .    .    .    .    200  200  200  200  .    .
GET    meetings:action_done        A.body    log  .    200  .    .    .    .    .    200  200  200  200  .    .
POST   meetings:action_done        A.body    log  .    200  .    .    .    .    .    200  200  200  200  .    .
GET    meetings:minutes_submit     A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:minutes_submit     A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:minutes_submit     G.open    log  .    .    .    .    .    200  .    .    200  200  200  .    .
GET    meetings:minutes_accept     A.review  log  .    .    .    .    .    .    .    .    .    .    .    .    200
POST   meetings:minutes_accept     A.review  log  .    .    .    .    .    .    .    .    .    .    .    .    200
GET    meetings:minutes_send_back  A.review  log  .    .    .    .    .    .    .    200  200  200  200  200  200
POST   meetings:minutes_send_back  A.review  log  .    .    .    .    .    .    .    200  200  200  200  200  200
GET    meetings:minutes_replace    A.review  log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:minutes_replace    A.review  log  .    .    .    .    .    .    .    200  200  200  200  200  .
GET    meetings:minutes_next_meeting A.review log .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:minutes_next_meeting A.review log .    .    .    .    .    .    .    200  200  200  200  200  .
GET    meetings:minutes_approve    A.waiting log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:minutes_approve    A.waiting log  .    .    .    .    .    .    .    200  200  200  200  200  .
GET    meetings:minutes_sign       A.approved log .    .    .    .    .    .    .    .    .    200  .    200  .
POST   meetings:minutes_sign       A.approved log .    .    .    .    .    .    .    .    .    200  .    200  .
GET    meetings:minutes_publish    A.signed  log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   meetings:minutes_publish    A.signed  log  .    .    .    .    .    .    .    302  302  302  302  302  .
POST   meetings:minutes_publish    A.public  log  .    .    .    .    .    .    .    409  409  409  409  .    .
GET    meetings:minutes_pdf        A.signed  .    .    .    .    .    .    .    .    .    .    .    .    .    .
GET    meetings:minutes_pdf        A.public  200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    meetings:minutes_pdf        A.network .    .    .    .    200  200  200  200  200  200  200  200  .    .
GET    meetings:minutes_pdf        A.body    .    .    .    .    .    .    .    200  200  200  200  200  .    .
GET    meetings:minutes_pdf        G.network .    .    .    200  200  200  200  200  200  200  200  200  .    .
"""

DOCUMENTS = """
method address                     about     anon keep form exp  out  oth  gch  mem  dir  sec  cha  coo  wri  ins
GET    documents:document_list     -         200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    documents:document_detail   A.public  200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    documents:document_detail   A.network .    .    .    .    200  200  200  200  200  200  200  200  .    .
GET    documents:document_detail   A.body    .    .    .    .    .    .    .    200  200  200  200  200  .    .
GET    documents:document_detail   A.held    .    .    .    .    .    .    .    .    200  200  200  200  .    .
GET    documents:document_detail   A.agenda  .    .    .    .    .    .    .    .    200  200  200  200  .    .
GET    documents:document_detail   A.called  .    .    .    .    .    .    .    200  200  200  200  200  .    .
GET    documents:document_detail   A.paper   200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    documents:document_detail   A.narrow  .    .    .    .    .    .    .    200  200  200  200  200  .    .
GET    documents:document_detail   G.body    .    .    .    200  .    .    200  .    .    200  200  200  .    .
GET    documents:version_download  A.public  200  200  200  200  200  200  200  200  200  200  200  200  200  200
GET    documents:version_download  A.network .    .    .    .    200  200  200  200  200  200  200  200  .    .
GET    documents:version_download  A.body    .    .    .    .    .    .    .    200  200  200  200  200  .    .
GET    documents:version_download  A.narrow  .    .    .    .    .    .    .    200  200  200  200  200  .    .
GET    documents:document_add      -         log  .    .    .    .    200  200  .    200  200  200  200  .    .
POST   documents:document_add      -         log  .    .    .    .    200  200  .    200  200  200  200  .    .
GET    documents:version_add       A.public  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   documents:version_add       A.public  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   documents:version_add       G.body    log  .    .    .    .    .    200  .    .    200  200  200  .    .
GET    documents:attachment_add    A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   documents:attachment_add    A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   documents:attachment_add    A.open    log  .    .    .    .    .    .    .    200  200  200  200  200  .
POST   documents:attachment_add    A.review  log  .    .    .    .    .    .    .    .    .    .    .    .    .
GET    documents:attachment_remove A.agenda  log  .    .    .    .    .    .    .    200  200  200  200  .    .
POST   documents:attachment_remove A.agenda  log  .    .    .    .    .    .    .    302  302  302  302  .    .
POST   documents:attachment_remove A.public  log  .    .    .    .    .    .    .    .    .    .    .    .    .
"""
TABLES = {
    "pages": PAGES, "meetings": MEETINGS, "minutes": MINUTES, "documents": DOCUMENTS, "groups": GROUPS, "desk": DESK,
}  # fmt: skip


@pytest.fixture(scope="module")
def whole_world(stage: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """All that the tables are about, and the folder of its files: what a page changes is undone at once."""
    folder = tmp_path_factory.mktemp("files")
    with override_settings(MEDIA_ROOT=str(folder)):
        return build(keep({}, *NEEDED), folder), folder


@pytest.fixture
def world(whole_world: tuple[World, Path], settings: Any, db: None) -> World:
    """The whole of it."""
    settings.MEDIA_ROOT = str(whole_world[1])
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"  # a question less for each of thousands
    return whole_world[0]


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """A browser for each reader."""
    found: dict[str, Client] = {"anon": PlainClient()}
    for key, person in world.people.items():
        found[key] = PlainClient()
        found[key].force_login(person)
    return found


def in_turn(number: int) -> tuple[str, ...]:
    """Those who ask for what all may read: who has no rights, who has most, and a third of the others."""
    some = {"anon", "coo", *READERS[number % 3 :: 3]}
    return READERS if os.environ.get("TABLE") == "all" else tuple(who for who in READERS if who in some)


# ── the tests ──


@pytest.mark.row("F90")
@pytest.mark.parametrize("part", TABLES)
def test_the_table(world: World, clients: dict[str, Client], part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell holds; what is forbidden is answered as what is missing; no hidden word comes out.

    Whatever a view refuses goes to the one handler, with no word of its own. The page that this makes is asked once a
    view, of what is forbidden and of what is missing, by one of those who are refused, in turn, and by who has all
    rights: it is one and the same, byte for byte.
    """
    wrong, told, leaks, asked = [], [], [], set()

    @cache
    def gone(who: str, name: str) -> str:
        at = OWN_404.get(name)
        return missing_page(clients[who], at or NOWHERE, "POST" if at else "GET")

    for number, row in enumerate(rows_of(TABLES[part])):
        address, nowhere, view = world.address(row), world.nowhere(row), (row.method, row.name)
        asking = in_turn(number) if set(row.cells) == {"200"} else READERS
        with monkeypatch.context() as patched:
            patched.setattr("network.urls.handler404", brief_not_found)
            answers: dict[str, Any] = {who: ask(clients[who], row.method, address, row.name) for who in asking}
        if (meant := [row.cells[READERS.index(who)] for who in asking]) != (found := [*map(cell, answers.values())]):
            wrong += [f"{row} {' '.join(f'{c:4}' for c in cells)}" for cells in (asking, meant, found)]
        refused = [who for who, answer in answers.items() if cell(answer) == "."]
        own = row.name if row.name in OWN_404 else ""
        told += [f"{row} {w}" for w in refused if bare(answers[w].page, address) != (gone(w, own) if own else BRIEF)]
        for who in {"coo", *refused[number % len(refused) :][:1]} if refused and view not in asked else ():
            asked.add(view)
            there = [address, nowhere] if who in refused else [nowhere]
            told += [
                f"{row} {who} {at}" for at in there if missing_page(clients[who], at, row.method) != gone(who, own)
            ]
        for who, answer in answers.items():
            leaks += [f"{row} {who}: {word}" for word in came_out(answer.page) if who not in SECRETS[word].split()]
    assert not wrong, "\n" + "\n".join(wrong)
    assert not told, f"a 404 that tells: {told}"
    assert not leaks, leaks


def abouts(name: str) -> set[str]:
    """What the table asks the page of this name about."""
    return {row.about for table in TABLES.values() for row in rows_of(table) if (row.method, row.name) == ("GET", name)}


def came_out(page: str) -> set[str]:
    """The hidden words of the page."""
    return {word for word in SECRETS if secret(word) in page}


LISTS = (
    "/", "/omat/", "/kokoukset/", "/paatokset/", "/asiakirjat/", "/palvelualueet/alue-a/", "/tyoryhmat/ryhma-g/",
    "/toimielimet/hallitus/", "/toimielimet/alue-a/jasenet/", "/tyoryhmat/", "/haku/?q=k%C3%A4tk%C3%B6",
)  # fmt: skip
FILTERED = (
    "/kokoukset/?toimielin=alue-a", "/kokoukset/?toimielin=alue-b", "/kokoukset/?toimielin=ryhma-g",
    "/paatokset/?toimielin=alue-a", "/paatokset/?q=k%C3%A4tk%C3%B6", "/asiakirjat/?toimielin=alue-a",
)  # fmt: skip


@pytest.mark.row("F90", part=True)
def test_what_is_hidden_leaves_no_trace(world: World, clients: dict[str, Client]) -> None:
    """Every list, every body's page and every record: exactly the words that are one's to read come out.

    The table asks most records for every reader and has seen that nothing else comes out of them: those are asked here
    only until one's own words have all been found.
    """
    listed = {name: abouts(name) for name in ("meetings:meeting_detail", "documents:document_detail")}
    records = [("meetings:meeting_detail", key, m.pk) for key, m in world.meetings.items()]
    records += [("documents:document_detail", key, d.pk) for key, d in world.documents.items()]
    told = [reverse(name, args=[pk]) for name, key, pk in records if key in listed[name]]
    crawled = [*LISTS, *(reverse(name, args=[pk]) for name, key, pk in records if key not in listed[name])]
    told += [reverse("meetings:minutes_accept", args=[world.meetings["A.review"].pk])]
    told += [reverse("meetings:minutes_edit", args=[world.meetings["A.open"].pk])]
    told += [reverse("meetings:action_done", args=[world.meetings["A.body"].items.get().actions.get().pk])]
    found: dict[str, set[str]] = {word: set() for word in SECRETS}
    for who in READERS:
        own = {word for word, readers in SECRETS.items() if who in readers.split()}
        filtered = [address for number, address in enumerate(FILTERED) if who in in_turn(number)]
        for address in (*crawled, *filtered, *told):
            if address in told and not own:
                break
            for word in came_out(ask(clients[who], "GET", address).page):
                found[word].add(who)
                own.discard(word)
    assert found == {word: set(readers.split()) for word, readers in SECRETS.items()}


# ── the table is whole ──


def addresses() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every named address of our own apps with its view."""

    def walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, Callable[..., Any]]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            elif isinstance(pattern, URLPattern) and namespace not in ("", "admin"):
                yield f"{namespace}:{pattern.name}", pattern.callback

    yield from walk(get_resolver().url_patterns, "")


def changes(view: Callable[..., Any]) -> bool:
    """Whether the view takes a POST: who is logged in may change something there, or it says so itself."""
    logged_in = getattr(view, "login_required", True)
    return logged_in or "POST" in inspect.getsource(inspect.unwrap(view))


READ_ONLY = {
    "network:mine",
    "network:body_addresses",
    "workinggroups:office",
    "meetings:minutes_edit",
}  # for those who are logged in, and nothing is posted to them


@pytest.mark.row("F90", part=True)
def test_every_address_and_every_change_has_its_row() -> None:
    listed = [row for table in TABLES.values() for row in rows_of(table)]
    asked, posted = ({row.name for row in listed if row.method == method} for method in ("GET", "POST"))
    known = dict(addresses())
    state_changing = {name for name, view in known.items() if changes(view)} - READ_ONLY
    assert state_changing - posted == set()
    assert set(known) - asked - posted == set()
    assert READ_ONLY & posted == set()
    for name in READ_ONLY:
        assert "POST" not in inspect.getsource(inspect.unwrap(known[name]))


def test_the_table_is_well_formed() -> None:
    for table in TABLES.values():
        assert tuple(table.split("\n")[1].split()[3:]) == READERS
        for row in rows_of(table):
            assert len(row.cells) == len(READERS), row
            assert row.cells[0] == "log" or row.method == "GET", row
    assert len({str(row) for table in TABLES.values() for row in rows_of(table)}) == sum(
        len(rows_of(table)) for table in TABLES.values()
    )
