"""Factories: plain functions that write one row with sensible values; name what the test is about, nothing else."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import time_machine
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils import timezone

from documents.models import Attachment, Document, Version
from meetings.models import Action, Attendance, Item, Meeting, Minutes, Outcome, Presence, State
from network.models import (
    Body,
    Department,
    Employment,
    ExOfficio,
    FormerName,
    Funding,
    Kind,
    Page,
    Person,
    Role,
    Seat,
    Substitution,
    Term,
)
from network.models.bodies import ONLY_ONE, PARENT_KIND
from network.visibility import Visibility
from workinggroups import life
from workinggroups import models as groups

SINCE = date(2024, 1, 1)  # since when the cast holds its roles
FAR = date(2099, 12, 31)  # an end that no test reaches
PASSWORD = "kokeilu-salasana-2026"

_numbers = count(1)


def department(*, name_fi: str = "", **fields: Any) -> Department:
    """Make a rescue department that is valid without limits."""
    number = next(_numbers)
    fields.setdefault("name_sv", f"Exempelnejd {number} räddningsverk")
    fields.setdefault("slug", f"laitos-{number}")
    return Department.objects.create(name_fi=name_fi or f"Esimerkkimaan {number} pelastuslaitos", **fields)


def person(
    *, department: Department | None = None, organisation: str = "", password: str = PASSWORD, **fields: Any
) -> Person:
    """Make a person who may log in; employed since SINCE where a department or an organisation is named."""
    number = next(_numbers)
    fields.setdefault("first_name", "Esko")
    fields.setdefault("last_name", f"Esimerkki-{number}")
    fields.setdefault("is_active", not fields.get("is_recorded", False))
    if fields["is_active"]:
        fields.setdefault("email", f"henkilo{number}@verkosto.example")
    made = Person.objects.create(password=make_password(password), **fields)
    if department or organisation:
        employment(person=made, department=department, organisation=organisation)
    return made


def _somebody() -> Person:
    return person()  # where the word is a parameter


def employment(
    *,
    person: Person,
    department: Department | None = None,
    organisation: str = "",
    starts_on: date | None = SINCE,
    **fields: Any,
) -> Employment:
    """Make an employment, in the department or else in the organisation."""
    return Employment.objects.create(
        person=person, department=department, organisation=organisation, starts_on=starts_on, **fields
    )


def body(*, kind: Kind = Kind.SERVICE_AREA, parent: Body | None = None, **fields: Any) -> Body:
    """Make a body under the parent; the tree above it is made where it is missing.

    The directors' meeting, the board and the office exist once: a second call gives the first one.
    """
    if kind in ONLY_ONE and (there := Body.objects.filter(kind=kind).first()):
        return there
    number = next(_numbers)
    above = PARENT_KIND.get(kind)
    if parent is None and above and not fields.get("is_recorded"):
        parent = body(kind=above)
    fields.setdefault("name_fi", f"{kind.label} {number}")
    fields.setdefault("slug", f"toimielin-{number}")
    fields.setdefault("sort", list(Kind).index(kind))
    made = Body.objects.create(kind=kind, parent=parent, **fields)
    if kind == Kind.WORKING_GROUP:
        _life(made)
    return made


def _life(body: Body) -> None:
    """The life of a working group: recorded, or at work under a mandate that no test sees the end of."""
    recorded = groups.State.RECORDED if body.is_recorded else groups.State.ACTIVE
    group = groups.WorkingGroup.objects.create(body=body, state=recorded)
    if not body.is_recorded:
        starts, ends = body.valid_from or SINCE, body.valid_to or FAR
        groups.Mandate.objects.create(group=group, number=1, task="Malli", starts_on=starts, ends_on=ends)


def _some_area() -> Body:
    return body()


def former_name(*, body: Body, until: date = SINCE, **fields: Any) -> FormerName:
    """Make what a body was called until the day."""
    number = next(_numbers)
    fields.setdefault("name_fi", f"Entinen nimi {number}")
    fields.setdefault("slug", f"entinen-{number}")
    return FormerName.objects.create(body=body, until=until, **fields)


def seat(*, body: Body, department: Department | None = None, label_fi: str = "", **fields: Any) -> Seat:
    """Make a seat of the department, or else with a label."""
    label = label_fi if department else label_fi or f"Paikka {next(_numbers)}"
    return Seat.objects.create(body=body, department=department, label_fi=label, **fields)


def term(
    *,
    person: Person | None = None,
    body: Body | None = None,
    role: Role = Role.MEMBER,
    starts_on: date = SINCE,
    **fields: Any,
) -> Term:
    """Make a term, open-ended since SINCE, of a person and in a service area made for it where none is named."""
    return Term.objects.create(
        person=person or _somebody(),
        body=body or _some_area(),
        role=role,
        starts_on=starts_on,
        **fields,
    )


def substitution(
    *,
    term: Term,
    person: Person | None = None,
    starts_on: date = SINCE,
    ends_on: date = FAR,
    reason: str = "Virkavapaa",
) -> Substitution:
    """Make a stand-in for the holder of the term."""
    return Substitution.objects.create(
        term=term,
        person=person or _somebody(),
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
    )


def ex_officio(
    *, body: Body, from_body: Body, role: Role = Role.MEMBER, from_role: Role = Role.CHAIR, **fields: Any
) -> ExOfficio:
    """Make a role in the body that follows from a role in the other."""
    return ExOfficio.objects.create(body=body, role=role, from_body=from_body, from_role=from_role, **fields)


def funding(*, term: Term, payer_fi: str = "Verkosto", percent: int = 100) -> Funding:
    """Make a cost share of the term."""
    return Funding.objects.create(term=term, payer_fi=payer_fi, percent=percent)


def page(**fields: Any) -> Page:
    """Make a page of the network."""
    number = next(_numbers)
    fields.setdefault("slug", f"sivu-{number}")
    fields.setdefault("title_fi", f"Sivu {number}")
    return Page.objects.create(**fields)


# ── meetings, in any state, by the real verbs ──

AGENDA, CALLED, CANCELLED, OPEN = "agenda", "called", "cancelled", "open"
STEPS = (State.DRAFT, State.REVIEW, State.APPROVED, State.SIGNED, State.PUBLISHED)
HASH = "0" * 64  # of a file that no test opens


def letter(meeting: Meeting) -> tuple[str, str]:
    """The words of a letter about a meeting, where the test is not about them."""
    return f"Kokouskutsu {meeting.label}"[:200], "Tervetuloa kokoukseen."


def _at(moment: datetime) -> AbstractContextManager:
    """At the moment, where it has passed; a meeting to come is called and opened now."""
    return time_machine.travel(moment, tick=False) if moment < timezone.now() else nullcontext()


def meeting(
    *,
    body: Body | None = None,
    state: str = AGENDA,
    starts_at: datetime | None = None,
    items: int | Iterable[str] = 1,
    by: Person | None = None,
    **fields: Any,
) -> Meeting:
    """Make a meeting in the state: agenda, called, cancelled, open, or the state of its minutes.

    In a month unless a moment is named; of one in the past each step is taken at its time. With so many items,
    or with items of these titles; from review on each of them is decided.
    """
    starts = starts_at or timezone.now() + timedelta(days=30)
    made = Meeting(body=body or _some_area(), starts_at=starts, place=fields.pop("place", "Esimerkkilä"), **fields)
    made.save()
    titles = [f"Asia {next(_numbers)}" for _ in range(items)] if isinstance(items, int) else items
    for title in titles:
        item(meeting=made, title=title)
    if state == AGENDA:
        return made
    author = by or _somebody()
    with _at(starts - timedelta(days=made.body.notice_days, hours=1)):
        made.call(author, letter)
    if state == CANCELLED:
        with _at(starts - timedelta(hours=1)):
            made.cancel(author, letter, "Este")
    elif state != CALLED:
        with _at(starts):
            made.open()
        if state != OPEN:
            _take_to(made, State(state))
    return made


def minutes(*, meeting: Meeting | None = None, state: State = State.DRAFT, **fields: Any) -> Minutes:
    """Make minutes in the state, with every item decided; of a meeting opened already, or made with the fields."""
    opened = meeting or _opened(**fields)
    _take_to(opened, state)
    return Minutes.objects.select_related("meeting").get(pk=opened.pk)


def _opened(inspectors: Iterable[Person] = (), **fields: Any) -> Meeting:
    opened = meeting(state=OPEN, **fields)
    for person in inspectors:
        _present(opened, person)
    return opened


def _present(meeting: Meeting, person: Person) -> None:
    row = {"name": person.full_name, "has_vote": True, "presence": Presence.PRESENT}
    meeting.attendances.update_or_create(person=person, defaults=row)


def decide(meeting: Meeting) -> None:
    """Write the decision of every item that has none."""
    for open_item in meeting.items.filter(outcome=""):
        open_item.save_text(seen=open_item.revision, by=None, outcome=Outcome.AS_PROPOSED, decision="Hyväksyttiin.")


def submit(meeting: Meeting, inspectors: Iterable[Person] = ()) -> Minutes:
    """Send the minutes for inspection, with the words, the officers and the inspectors that are missing."""
    decide(meeting)
    meeting.refresh_from_db()
    for office in ("chaired_by", "minuted_by"):
        if getattr(meeting, office) is None:
            setattr(meeting, office, _somebody())
    meeting.save()
    chosen = list(inspectors) or _inspectors(meeting)
    record = Minutes.objects.get(pk=meeting.pk)
    record.submit(chosen)
    return record


def _inspectors(meeting: Meeting) -> list[Person]:
    """Two of those who are there, the chair and the secretary apart; made where there are too few."""
    apart = [meeting.chaired_by_id, meeting.minuted_by_id]
    there = Person.objects.filter(attendances__meeting=meeting, attendances__has_vote=True)
    found = list(there.exclude(pk__in=apart)[:2])
    while len(found) < 2:
        found.append(_somebody())
        _present(meeting, found[-1])
    return found


def _take_to(meeting: Meeting, state: State) -> None:
    """Take the minutes along their arrows to the state."""
    if state == State.DRAFT:
        return decide(meeting)
    record = Minutes.objects.filter(pk=meeting.pk).exclude(state=State.DRAFT).first() or submit(meeting)
    if state != State.REVIEW and record.state == State.REVIEW:
        for review in record.reviews.filter(replaced_at=None, accepted_at=None):
            record.accept(review.person)
    if state in (State.SIGNED, State.PUBLISHED) and record.state == State.APPROVED:
        record = Minutes.objects.get(pk=meeting.pk)
        for person in filter(None, {record.meeting.chaired_by, record.meeting.minuted_by}):
            record.sign(person)
    if state == State.PUBLISHED:
        record.move_to(State.PUBLISHED, published_at=timezone.now(), pdf=f"poytakirjat/{meeting.pk}.pdf", sha256=HASH)
    meeting.refresh_from_db()
    return None


def item(*, meeting: Meeting | None = None, title: str = "", late_reason: str = "", **texts: Any) -> Item:
    """Make an item at the end of the agenda; urgent where the meeting has been called."""
    made_for = meeting or _some_meeting()
    reason = late_reason or ("Kiireellinen" if made_for.called_at else "")
    return Item.objects.add(made_for, title=title or f"Asia {next(_numbers)}", late_reason=reason, **texts)


def _some_meeting() -> Meeting:
    return meeting(items=0)


def attendance(*, meeting: Meeting, person: Person | None = None, name: str = "", **fields: Any) -> Attendance:
    """Make a line of the roll; a guest where only a name is given."""
    who = person or (None if name else _somebody())
    name = name or (who.full_name if who else "")
    return Attendance.objects.create(meeting=meeting, person=who, name=name, **fields)


def action(*, item: Item | None = None, owner: Person | None = None, task: str = "", **fields: Any) -> Action:
    """Make what a decision asks of somebody."""
    given = item or _some_item()
    task = task or f"Tehtävä {next(_numbers)}"
    return Action.objects.create(item=given, owner=owner or _somebody(), task=task, **fields)


def _some_item() -> Item:
    return item()


def document(*, body: Body | None = None, visibility: Visibility | None = Visibility.BODY, **fields: Any) -> Document:
    """Make a document of the body, of a service area made for it where none is named."""
    fields.setdefault("title", f"Asiakirja {next(_numbers)}")
    return Document.objects.create(body=body or _some_area(), visibility=visibility, **fields)


def version(*, document: Document, content: bytes = b"Teksti", filename: str = "asiakirja.txt") -> Version:
    """Make a version of the document with the content."""
    file = ContentFile(content, name=filename)
    return document.add_version(file, filename=filename, content_type="text/plain", by=None)


def attachment(
    *, item: Item, document: Document | None = None, released_by: Person | None = None, **fields: Any
) -> Attachment:
    """Attach a document to the item, of its body where none is named; released where somebody releases it."""
    attached = document or _document_of(item)
    released_at = timezone.now() if released_by else None
    return Attachment.objects.create(
        item=item, document=attached, released_by=released_by, released_at=released_at, **fields
    )


def _document_of(item: Item) -> Document:
    return document(body=item.meeting.body)


# ── the life of working groups ──


def group(*, body: Body, **fields: Any) -> groups.WorkingGroup:
    """The life of the group, which came with its body; with other values where they are named."""
    made = groups.WorkingGroup.objects.select_related("body__parent").get(pk=body.pk)
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return made


def proposed(*, area: Body | None = None, people: Iterable[tuple[Person, Role]] = (), **fields: Any) -> Any:
    """A proposed group under the area, for a year from today."""
    under = area or _some_area()
    day = timezone.localdate()
    fields.setdefault("names", {"name_fi": f"Ehdotettu ryhmä {next(_numbers)}"})
    fields.setdefault("task", "Tehdä malli")
    fields.setdefault("starts_on", day)
    fields.setdefault("ends_on", day + timedelta(days=365))
    asked = [life.Asked(who, role) for who, role in people]
    return life.propose(under, by=None, people=asked, **fields)


def overdue(*, area: Body | None = None, **fields: Any) -> Body:
    """A group at work whose mandate ended yesterday."""
    under = area or _some_area()
    ends = timezone.localdate() - timedelta(days=1)
    return body(kind=Kind.WORKING_GROUP, parent=under, valid_from=SINCE, valid_to=ends, **fields)


def deliverable(*, body: Body, title: str = "Raportti", **fields: Any) -> groups.Deliverable:
    """What the group's newest mandate asks for."""
    mandate = groups.Mandate.objects.filter(group=body.pk).latest("number")
    return groups.Deliverable.objects.create(mandate=mandate, title=title, **fields)
