"""The world that the table of tests/test_access.py is about: meetings in every state, documents of every kind."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse

from documents.models import Document
from meetings import pdf
from meetings.models import CalendarKey, Item, Meeting, Outcome, State
from meetings.printed import Edition
from network.models import Body, Department, EnvelopeState, Letter, Person, Role, Term
from network.visibility import Visibility
from serviceareas.models import FlagshipProject
from tests import make
from workinggroups.models import MemberProposal

READERS = ("anon", "keep", "form", "exp", "out", "oth", "gch", "mem", "dir", "sec", "cha", "coo", "wri", "ins")
CAST = {
    "keep": "keeper", "form": "former_chair", "exp": "expert", "out": "outsider", "oth": "other_chair",
    "gch": "group_chair", "mem": "member", "dir": "director", "sec": "secretary", "cha": "chair", "coo": "coordinator",
}  # fmt: skip
BODIES = {"A": "area", "G": "group", "B": "other_area", "H": "board"}
NEEDED = (*CAST.values(), *BODIES.values(), "department")


NOWHERE = "/kokoukset/987654321/"


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
    "ehdotus": KEEPERS,  # name of a group that is only proposed
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
    rows: dict[str, int] = field(default_factory=dict)  # of the other addresses: the key of what they are about

    def address(self, row: Row) -> str:
        """The address of the row."""
        return reverse(row.name, args=self._arguments(row.name.split(":")[-1], row.about))

    def nowhere(self, row: Row) -> str:
        """The same address of something that there is not."""
        arguments: list[Any] = self._arguments(row.name.split(":")[-1], row.about)
        gone = ["ei-ole" if isinstance(value, str) else 987654321 for value in arguments[:1]] + arguments[1:]
        return reverse(row.name, args=gone) if arguments else NOWHERE

    def _arguments(self, name: str, about: str) -> list[Any]:
        if name == "person_detail":
            return [self.people[about].pk]
        if name == "page":
            return [make.page().slug]
        if name == "department_detail":
            return [self.department.slug]
        if name in self.rows:
            return [self.rows[name]]
        if name == "calendar_own":
            return [(CalendarKey.open_of(self.people[about]) or CalendarKey.objects.renew(self.people[about])).token]
        if about == "-":
            return []
        if name in ("term_end", "term_correct"):
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
        return first.pk if name.startswith(("item_", "action", "attachment")) and name != "item_add" else meeting.pk


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
    made = world.documents[key] = make.document(body=world.bodies[key[0]], title=title or "Asiakirja", **fields)
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


def _groups(world: World) -> None:
    """A group that is only proposed; what waits in group G for a decision; a key project; a letter sent back."""
    proposed = make.proposed(area=world.bodies["A"], names={"name_fi": secret("ehdotus")})
    world.bodies["P"] = proposed.body
    group = make.group(body=world.bodies["G"])
    waiting = MemberProposal.objects.create(group=group, person=make.person(), role=Role.EXPERT)
    report = make.deliverable(body=group.body, document=world.documents["G.body"])
    project = FlagshipProject.objects.create(body=world.bodies["A"], year=2026, title="Hanke", goal="Tavoite")
    letter = Letter.objects.write(subject="Kutsu", text="Tervetuloa", to=[world.people["mem"]])
    letter.envelopes.update(state=EnvelopeState.REFUSED, answer="550 no")
    world.rows |= dict.fromkeys(("proposal_confirm", "proposal_refuse"), waiting.pk)
    world.rows |= dict.fromkeys(("deliverable_edit", "deliverable_accept"), report.pk)
    world.rows |= {"project_edit": project.pk, "envelope_repost": letter.envelopes.get().pk}


def build(cast: dict[str, Any], folder: Path) -> World:
    """The bodies, the people, meetings in every state, documents of every kind; each minute's file is a stand-in."""
    made = World(
        people={key: cast[name] for key, name in CAST.items()},
        bodies={key: cast[name] for key, name in BODIES.items()},
        department=cast["department"],
    )
    made.people |= {"wri": make.person(first_name="Kirsi"), "ins": make.person(first_name="Tarmo")}
    make.term(person=made.people["ins"], body=made.bodies["A"], starts_on=date(2022, 1, 1), ends_on=date(2023, 12, 31))
    made.people["shy"] = make.person(visibility=Visibility.NETWORK)
    make.term(person=made.people["shy"], body=made.bodies["A"])
    made.terms = {key: make.term(body=made.bodies[key]) for key in ("A", "G")}
    for part in (_before, _under_way, _published, _documents, _groups):
        part(made)
    for meeting in made.meetings.values():
        for edition in Edition:
            path = folder / pdf.edition_name(f"poytakirjat/{meeting.pk}.pdf", edition)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"%PDF-1.7 stand-in")
    return made
