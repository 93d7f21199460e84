"""A roster: the seats of a body on a day, left-joined with their holders.

So a vacancy is a row, and so is a holder whom no source names. Nobody ever types a board: its rows follow from
other roles (F13, F15, N5). The same person on two grounds is one line with two grounds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Subquery

from network.access import ForReader
from network.models import OFFICERS, Body, Department, Employment, ExOfficio, Holding, Kind, Person, Role, Seat, Term
from network.prepared import A_DAY, A_KEY, PreparedQuery, PreparedRecords
from network.roles import ROLE_ORDER


@dataclass
class Ground:
    """Why somebody sits here: another role that brings this one, or the body's own decision (no body)."""

    body: Body | None = None
    role: str = ""


@dataclass
class Row:
    """One line of a roster: a place and who holds it on the day."""

    role: str
    seat: Seat | None = None
    holding: Holding | None = None
    department: Department | None = None
    employment: Employment | None = None
    is_named: bool = False
    alternate_for: Person | None = None  # whose alternate the holder is, when the reader may know it
    is_vacant: bool = False
    grounds: list[Ground] = field(default_factory=list)
    stand_ins: list["Row"] = field(default_factory=list)

    @property
    def person(self) -> Person | None:
        """Who holds the place, when the reader may know it."""
        return self.holding.person if self.holding and self.is_named else None

    @property
    def role_name(self) -> str:
        """The role, in words."""
        return str(Role(self.role).label)

    @property
    def place(self) -> str:
        """What the line is about: the role, or the label of an empty seat that no role is known to fill."""
        if self.is_unexplained and self.seat:
            return self.seat.label
        return self.role_name

    @property
    def is_unexplained(self) -> bool:
        """An empty seat with a label of its own that no other role fills: it may be the secretary's."""
        return self.holding is None and not self.grounds and bool(self.seat and self.seat.label_fi)

    @property
    def order(self) -> tuple[Any, ...]:
        """Labelled seats in their own order, everybody else by role, department and name."""
        if self.seat and self.seat.label_fi:
            return (0, self.seat.sort)
        role = ROLE_ORDER[self.role] if self.role in OFFICERS else max(ROLE_ORDER[self.role], 3)
        name = self.holding.person.last_name if self.holding else ""
        return (1, role, self.department.sort if self.department else 999, name)


def roster(body: Body, day: date, reader: Any) -> list[Row]:
    """The body's lines on the day, with the names that the reader may see; five queries, whatever the size."""
    asked = {"body": body.pk, "day": day}
    return lines_of(body, day, reader, SEATS(**asked), HOLDINGS(**asked))


def lines_of(body: Body, day: date, reader: Any, seats: list[Seat], held: list[Holding]) -> list[Row]:
    """The lines of these seats and holdings of the day; three more queries."""
    source_of = {row.seat_id: row for row in SOURCES(body=body.pk, day=day)}
    principals = [holding.term.alternate_for for holding in held if holding.term.alternate_for]
    named = names_seen([*held, *principals], reader)
    jobs = employments_of(held, day)
    rows = [_line(holding, named, jobs) for holding in held if holding.substitution_id is None]
    rows = _one_line_each(rows)
    _add_stand_ins(rows, [_line(h, named, jobs) for h in held if h.substitution_id is not None])
    taken = {row.seat.pk for row in rows if row.seat and row.role != Role.ALTERNATE}
    combined = {h.seat_id for h in held}
    rows += [
        _empty(seat, source_of.get(seat.pk), body.keeps_register_on(day))
        for seat in seats
        if seat.pk not in taken | combined
    ]
    return sorted(rows, key=lambda row: row.order)


def coming_to(body: Body, day: date, reader: Any) -> list[Term]:
    """The terms of the body that begin after the day, of the people whose names the reader may see; one query."""
    terms = Term.objects.filter(body=body, starts_on__gt=day, person__in=Person.objects.visible_to(reader))
    return list(terms.select_related("person").order_by("starts_on", "pk"))


def officers_of(body: Body, day: date, reader: Any) -> tuple[list[Row], int]:
    """Who leads the body on the day, and how many sit in it; three queries. Without a chair that is said too."""
    officers = LEADING(body=body.pk, day=day)
    seats = officers[0].sitting if officers else sitting(body.pk, day).values("person").distinct().count()
    named, jobs = names_seen(officers, reader), employments_of(officers, day)
    rows = [_line(holding, named, jobs) for holding in officers]
    if not any(row.role == Role.CHAIR for row in rows):
        rows.append(Row(role=Role.CHAIR, is_vacant=body.keeps_register_on(day)))
    return sorted(rows, key=lambda row: ROLE_ORDER[row.role]), seats


def sitting(body: int, day: date) -> Any:
    """What is held in the body on the day, stand-ins apart."""
    return Holding.objects.on(day).filter(body=body, substitution=None)


def leading(body: int, day: date) -> Any:
    """The body's officers of the day, each with how many people sit in it."""
    count = sitting(body, day).order_by().values("body").annotate(n=Count("person", distinct=True)).values("n")
    officers = holdings().on(day).filter(body=body, substitution=None, role__in=OFFICERS)
    return officers.annotate(sitting=Subquery(count))


def holdings() -> Any:
    """Holdings with all that a line prints."""
    return Holding.objects.select_related(
        "person", "seat__department", "term__seat__department", "term__alternate_for__person",
        "ex_officio__from_body", "substitution",
    )  # fmt: skip


def names_seen(held: Iterable[Holding | Term], reader: Any) -> set[int]:
    """Which of the holders' names the reader may see."""
    people = list({holding.person_id for holding in held})
    return {key for (key,) in NAMED(reader, people=people)} if people else set()


def employments_of(held: Iterable[Holding | Term], day: date) -> dict[int, Employment]:
    """Where the holders work on the day."""
    people = list({holding.person_id for holding in held})
    return {row.person_id: row for row in JOBS(people=people, day=day)} if people else {}


def department_of(holding: Holding, job: Employment | None) -> Department | None:
    """The department that a holding counts for: the seat's, also the seat it comes from; else the employer."""
    for seat in (holding.seat, holding.term.seat):
        if seat and seat.department:
            return seat.department
    return job.department if job else None


def _line(holding: Holding, named: set[int], jobs: dict[int, Employment]) -> Row:
    job = jobs.get(holding.person_id)
    source, principal = holding.ex_officio, holding.term.alternate_for
    ground = Ground(source.from_body, source.from_role) if source else Ground()
    return Row(
        role=holding.role,
        seat=holding.seat,
        holding=holding,
        department=department_of(holding, job),
        employment=job,
        is_named=holding.person_id in named,
        alternate_for=principal.person if principal and principal.person_id in named else None,
        grounds=[ground],
    )


def _empty(seat: Seat, source: ExOfficio | None, is_vacant: bool) -> Row:
    return Row(
        role=source.role if source else Role.MEMBER,
        seat=seat,
        department=seat.department,
        is_vacant=is_vacant,
        grounds=[Ground(source.from_body, source.from_role)] if source else [],
    )


def _one_line_each(rows: list[Row]) -> list[Row]:
    """The same person on two grounds is one line, under the first role in order, with both grounds."""
    lines: dict[int, Row] = {}
    for row in sorted(rows, key=lambda row: ROLE_ORDER[row.role]):
        person = row.holding.person_id if row.holding else 0
        if person in lines:
            lines[person].grounds += row.grounds
        else:
            lines[person] = row
    return list(lines.values())


def _add_stand_ins(rows: list[Row], stand_ins: list[Row]) -> None:
    by_term = {row.holding.term_id: row for row in rows if row.holding}
    for stand_in in stand_ins:
        if stand_in.holding and stand_in.holding.term_id in by_term:
            by_term[stand_in.holding.term_id].stand_ins.append(stand_in)


def holder_of(body: Body, role: str, day: date) -> Person | None:
    """Who acts in the role on the day: the stand-in while there is one, else its holder."""
    found = HOLDER.first(body=body.pk, role=role, day=day)
    return found.person if found else None


def secretary_of(body: Body, day: date) -> Person | None:
    """Who writes for the body on the day; the directors' meeting borrows the board's secretary where it has none."""
    found = holder_of(body, Role.SECRETARY, day)
    if found is None and body.kind == Kind.DIRECTORS:
        board = Body.objects.filter(kind=Kind.BOARD, parent=body).first()
        return holder_of(board, Role.SECRETARY, day) if board else None
    return found


# What the page of every body asks.
NAMED = ForReader(
    lambda reader, people: Person.objects.filter(pk__among=people).visible_to(reader).values_list("pk"),
    PreparedQuery, people=[A_KEY],
)  # fmt: skip
HOLDINGS = PreparedRecords(lambda body, day: holdings().on(day).filter(body=body), body=A_KEY, day=A_DAY)
LEADING = PreparedRecords(leading, body=A_KEY, day=A_DAY)
SEATS = PreparedRecords(
    lambda body, day: Seat.objects.on(day).filter(body=body).select_related("department"), body=A_KEY, day=A_DAY
)
SOURCES = PreparedRecords(
    lambda body, day: ExOfficio.objects.on(day).filter(body=body, seat__isnull=False).select_related("from_body"),
    body=A_KEY, day=A_DAY,
)  # fmt: skip
JOBS = PreparedRecords(
    lambda people, day: Employment.objects.on(day).filter(person__among=people).select_related("department"),
    people=[A_KEY], day=A_DAY,
)  # fmt: skip
HOLDER = PreparedRecords(
    lambda body, role, day: (
        Holding.objects.on(day)
        .filter(body=body, role=role)
        .select_related("person")
        .order_by("-substitution_key", "term_id")[:1]
    ),
    body=A_KEY, role="a role", day=A_DAY,
)  # fmt: skip
