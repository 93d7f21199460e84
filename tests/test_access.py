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
"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from documents.models import Document
from meetings import pdf
from meetings.models import Item, Meeting, Outcome, State
from meetings.printed import Edition
from network.models import Body, Department, Person, Term
from network.visibility import Visibility
from tests import make

pytestmark = pytest.mark.django_db
READERS = ("anon", "keep", "form", "exp", "out", "oth", "gch", "mem", "dir", "sec", "cha", "coo", "wri", "ins")
CAST = {
    "keep": "keeper", "form": "former_chair", "exp": "expert", "out": "outsider", "oth": "other_chair",
    "gch": "group_chair", "mem": "member", "dir": "director", "sec": "secretary", "cha": "chair", "coo": "coordinator",
}  # fmt: skip

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
GET    network:person_detail       mem       .    .    .    .    200  200  200  200  200  200  200  200  .    .
GET    network:person_detail       ins       .    .    .    .    200  200  200  200  200  200  200  200  .    200
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
POST   meetings:meeting_call       A.agenda  log  .    .    .    .    .    .    .    302  302  302  302  .    .
POST   meetings:meeting_call       A.called  log  .    .    .    .    .    .    .    409  409  409  409  .    .
POST   meetings:meeting_call       G.agenda  log  .    .    .    .    .    302  .    .    302  302  302  .    .
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
GET    meetings:minutes_pdf        G.network .    .    .    .    200  200  200  200  200  200  200  200  .    .
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
TABLES = {"pages": PAGES, "meetings": MEETINGS, "minutes": MINUTES, "documents": DOCUMENTS}

# What is posted where an empty form would not be a whole one.
POSTED = {
    "meetings:meeting_call": {"laheta": "1"},
    "meetings:item_move": {"suunta": "up"},
}


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    method: str
    name: str
    about: str
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method:6} {self.name:30} {self.about:9}"


def rows_of(table: str) -> list[Row]:
    """The lines of a table, its head apart."""
    words = [line.split() for line in table.strip().splitlines()[1:]]
    return [Row(method, name, about, tuple(cells)) for method, name, about, *cells in words]


# ── the world that the table is about ──

# A word that stands in one hidden place, and who may come upon it anywhere.
KEEPERS = "dir sec cha coo"
INSIDE = f"mem {KEEPERS}"
NETWORK = f"out oth gch {INSIDE}"
SECRETS = {
    "agenda": KEEPERS,  # title of an item before its notice
    "called": INSIDE,  # title of an item of a called meeting
    "kirjoitus": f"{KEEPERS} wri",  # a decision that is being written
    "tarkastus": f"{INSIDE} wri ins",  # a decision under inspection
    "suljettu": INSIDE,  # title of an item of minutes for the body
    "verkosto": NETWORK,  # title of an item of minutes for the network
    "rajattu": INSIDE,  # title of an item narrower than its public minutes
    "asiakirja": INSIDE,  # title of a document of the body
    "sisainen": NETWORK,  # title of a document of the network
    "liite": KEEPERS,  # title of an attachment that was not released
    "linkki": INSIDE,  # the remote link of a called meeting
    "tehtava": f"{KEEPERS} form",  # an action under closed minutes: its owner, and who may report it done
    "ryhma": "exp gch sec cha coo",  # title of an item of group G's called meeting
    "naapuri": "out oth dir coo",  # place of a meeting of area B that only B learns of
}


def secret(word: str) -> str:
    """How the word stands in the texts."""
    return f"kätkö-{word}"


@dataclass
class World:
    """Everything the table names."""

    people: dict[str, Person]
    bodies: dict[str, Body]
    department: Department
    meetings: dict[str, Meeting] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)

    def address(self, row: Row) -> str:
        """The address of the row."""
        return reverse(row.name, args=self._arguments(row.name.split(":")[-1], row.about))

    def _arguments(self, name: str, about: str) -> list[Any]:
        if about in self.people:
            return [self.people[about].pk]
        if name == "page":
            return [make.page().slug]
        if name == "department_detail":
            return [self.department.slug]
        if about == "-":
            return []
        if name == "term_end":
            return [self.terms[about].pk]
        if about in self.bodies:
            return [self.bodies[about].slug]
        if name.startswith(("document", "version")):
            return [self.documents[about].pk, *([1] if name == "version_download" else [])]
        return [self._pk(name, self.meetings[about])]

    @staticmethod
    def _pk(name: str, meeting: Meeting) -> int:
        first: Item = meeting.items.order_by("position")[0]
        if name == "action_done":
            return first.actions.get().pk
        if name == "attachment_remove":
            return first.attachments.all()[0].pk
        return first.pk if name.startswith(("item", "action", "attachment")) else meeting.pk


def _meeting(world: World, key: str, state: str, *titles: str, **fields: Any) -> Meeting:
    """A meeting of the body named in the key, with its first items; from the opening on the writer's."""
    body = world.bodies[key[0]]
    if key[0] == "A" and state not in (make.AGENDA, make.CALLED):
        fields.setdefault("minuted_by", world.people["wri"])
    made = make.meeting(body=body, state=make.AGENDA, items=titles or ("Asia",), **fields)
    if state != make.AGENDA:
        made.call(world.people["coo"], make.letter)
    if state not in (make.AGENDA, make.CALLED):
        made.open()
    world.meetings[key] = made
    return made


def _finish(meeting: Meeting, state: State, inspectors: tuple[Person, ...] = ()) -> None:
    """Take an opened meeting's minutes to the state, with the inspectors named."""
    make.submit(meeting, inspectors)
    if state != State.REVIEW:
        make.minutes(meeting=meeting, state=state)


def _document(world: World, key: str, title: str = "", **fields: Any) -> Document:
    """A document of the body named in the key, with its file."""
    words = {"title": title} if title else {}
    made = world.documents[key] = make.document(body=world.bodies[key[0]], **words, **fields)
    make.version(document=made)
    return made


def _before(world: World) -> None:
    """Meetings that have not been opened."""
    coo = world.people["coo"]
    agenda = _meeting(world, "A.agenda", make.AGENDA, secret("agenda"), "Toinen asia")
    called = _meeting(
        world, "A.called", make.CALLED, secret("called"), remote_link=f"https://a.example/{secret('linkki')}"
    )
    for key, meeting in (("A.agenda", agenda), ("A.called", called)):
        paper = _document(world, key, visibility=None)
        make.attachment(item=meeting.items.all()[0], document=paper, released_by=coo)
    network = {"calendar_visibility": Visibility.NETWORK}
    _meeting(world, "G.agenda", make.AGENDA, "Asia", "Toinen")
    _meeting(world, "G.called", make.CALLED, secret("ryhma"), **network)
    body_only = {"calendar_visibility": Visibility.BODY}
    _meeting(world, "B.called", make.CALLED, place=secret("naapuri"), **body_only)
    _meeting(world, "H.called", make.CALLED, **body_only)


def _under_way(world: World) -> None:
    """Minutes that are being written, inspected, signed."""
    ins = world.people["ins"]
    opened = _meeting(world, "A.open", make.OPEN)
    item = opened.items.get()
    item.save_text(seen=1, by=None, decision=secret("kirjoitus"), outcome=Outcome.AS_PROPOSED)
    _meeting(world, "G.open", make.OPEN)
    review = _meeting(world, "A.review", make.OPEN)
    review.items.get().save_text(seen=1, by=None, decision=secret("tarkastus"), outcome=Outcome.AS_PROPOSED)
    _finish(review, State.REVIEW, (ins,))
    _finish(_meeting(world, "A.waiting", make.OPEN), State.REVIEW)
    world.meetings["A.waiting"].minutes.to_next_meeting("Ei vastata")
    for state in (State.APPROVED, State.SIGNED):
        _finish(_meeting(world, f"A.{state}", make.OPEN), state)


def _published(world: World) -> None:
    """Published minutes for each kind of readers, with what is attached to them."""
    coo = world.people["coo"]
    hidden = {"calendar_visibility": Visibility.BODY}
    public = _meeting(world, "A.public", make.OPEN, visibility=Visibility.PUBLIC, **hidden)
    narrow = make.item(meeting=public, title=secret("rajattu"), visibility=Visibility.BODY)
    network = _meeting(world, "A.network", make.OPEN, secret("verkosto"), visibility=Visibility.NETWORK, **hidden)
    closed = _meeting(world, "A.body", make.OPEN, secret("suljettu"), visibility=Visibility.BODY, **hidden)
    _meeting(world, "G.network", make.OPEN, visibility=Visibility.NETWORK, **hidden)
    for key, title, item, by in (
        ("A.held", secret("liite"), public.items.all()[0], None),
        ("A.paper", "Julkinen liite", public.items.all()[0], coo),
        ("A.narrow", "Rajattu liite", narrow, coo),
    ):
        make.attachment(item=item, document=_document(world, key, title, visibility=None), released_by=by)
    make.action(item=closed.items.get(), owner=world.people["form"], task=secret("tehtava"))
    for meeting in (public, network, closed, world.meetings["G.network"]):
        make.minutes(meeting=meeting, state=State.PUBLISHED)


def _documents(world: World) -> None:
    """Documents by their own rule; a public one takes the place of one that was the body's."""
    body = _document(world, "A.body", secret("asiakirja"), visibility=Visibility.BODY)
    _document(world, "A.network", secret("sisainen"), visibility=Visibility.NETWORK, replaces=body)
    _document(world, "A.public", visibility=Visibility.PUBLIC, replaces=body)
    _document(world, "G.body", visibility=Visibility.BODY)


@pytest.fixture
def world(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> World:
    """The bodies, the people, meetings in every state, documents of every kind; each minute's file is a stand-in."""
    settings.MEDIA_ROOT = str(tmp_path)
    bodies = {"A": "area", "G": "group", "B": "other_area", "H": "board"}
    made = World(
        people={key: request.getfixturevalue(name) for key, name in CAST.items()},
        bodies={key: request.getfixturevalue(name) for key, name in bodies.items()},
        department=request.getfixturevalue("department"),
    )
    made.people |= {"wri": make.person(first_name="Kirsi"), "ins": make.person(first_name="Tarmo")}
    make.term(person=made.people["ins"], body=made.bodies["A"], starts_on=date(2022, 1, 1), ends_on=date(2023, 12, 31))
    made.terms = {key: make.term(body=made.bodies[key]) for key in ("A", "G")}
    for build in (_before, _under_way, _published, _documents):
        build(made)
    for meeting in made.meetings.values():
        for edition in Edition:
            path = tmp_path / pdf.edition_name(f"poytakirjat/{meeting.pk}.pdf", edition)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"%PDF-1.7 stand-in")
    return made


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """A browser for each reader."""
    found = {"anon": Client()}
    for key, person in world.people.items():
        found[key] = Client()
        found[key].force_login(person)
    return found


def ask(client: Client, method: str, address: str, name: str = "") -> Any:
    """Ask, and take back whatever was changed; the answer with its text as `page`."""
    with transaction.atomic():
        data = POSTED.get(name, {})
        answer: Any = client.post(address, data) if method == "POST" else client.get(address)
        pieces = b"".join(answer) if answer.streaming else answer.content
        answer.page = pieces.decode(errors="replace")
        transaction.set_rollback(True)
    return answer


def cell(answer: Any) -> str:
    """The answer as the table writes it."""
    to_login = answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))
    return "log" if to_login else "." if answer.status_code == 404 else str(answer.status_code)


def bare(page: str, address: str) -> str:
    """The page without what differs by address and by request."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    return page.replace(address.strip("/"), "")


# ── the tests ──


@pytest.mark.row("F90")
@pytest.mark.parametrize("part", TABLES)
def test_the_table(world: World, clients: dict[str, Client], part: str) -> None:
    """Each cell holds; what is forbidden is the page of what is missing, byte for byte; no hidden word comes out."""
    nowhere = "/kokoukset/987654321/"
    missing = {who: bare(ask(client, "GET", nowhere).page, nowhere) for who, client in clients.items()}
    wrong, told, leaks = [], [], []
    for row in rows_of(TABLES[part]):
        address = world.address(row)
        answers: dict[str, Any] = {who: ask(clients[who], row.method, address, row.name) for who in READERS}
        if row.cells != (found := tuple(cell(answers[who]) for who in READERS)):
            wrong += [f"expected {row} {' '.join(f'{c:4}' for c in row.cells)}"]
            wrong += [f"found    {row} {' '.join(f'{c:4}' for c in found)}"]
        for who, answer in answers.items():
            if cell(answer) == "." and bare(answer.page, address) != missing[who]:
                import difflib; print("\n".join(difflib.unified_diff(missing[who].splitlines(), bare(answer.page, address).splitlines(), lineterm="", n=0)))
                told.append(f"{row} {who}")
            leaks += [f"{row} {who}: {word}" for word in came_out(answer.page) if who not in SECRETS[word].split()]
    assert not wrong, "\n" + "\n".join(wrong)
    assert not told, f"a 404 that tells: {told}"
    assert not leaks, leaks


def came_out(page: str) -> set[str]:
    """The hidden words of the page."""
    return {word for word in SECRETS if secret(word) in page}


LISTS = (
    "/", "/omat/", "/kokoukset/", "/paatokset/", "/asiakirjat/", "/palvelualueet/alue-a/", "/tyoryhmat/ryhma-g/",
    "/toimielimet/hallitus/", "/toimielimet/alue-a/jasenet/", "/kokoukset/?toimielin=alue-a",
    "/kokoukset/?toimielin=alue-b", "/kokoukset/?toimielin=ryhma-g", "/paatokset/?toimielin=alue-a",
    "/paatokset/?q=k%C3%A4tk%C3%B6", "/asiakirjat/?toimielin=alue-a",
)  # fmt: skip


@pytest.mark.row("F90", part=True)
def test_what_is_hidden_leaves_no_trace(world: World, clients: dict[str, Client]) -> None:
    """Every list, every body's page and every record: exactly the words that are one's to read come out."""
    crawled = [*LISTS, *(reverse("meetings:meeting_detail", args=[m.pk]) for m in world.meetings.values())]
    crawled += [reverse("documents:document_detail", args=[d.pk]) for d in world.documents.values()]
    crawled += [reverse("meetings:minutes_accept", args=[world.meetings["A.review"].pk])]
    crawled += [reverse("meetings:minutes_edit", args=[world.meetings["A.open"].pk])]
    crawled += [reverse("meetings:action_done", args=[world.meetings["A.body"].items.get().actions.get().pk])]
    found: dict[str, set[str]] = {word: set() for word in SECRETS}
    for who in READERS:
        for word in {word for address in crawled for word in came_out(ask(clients[who], "GET", address).page)}:
            found[word].add(who)
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


READ_ONLY = {"network:mine", "meetings:minutes_edit"}  # for those who are logged in, and nothing is posted to them


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
