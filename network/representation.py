"""Which department sits where: the matrix of a day, and the same facts as a weave."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from network.models import CHAIRS, Body, Department, Employment, Holding, Kind, Role
from network.prepared import A_DAY, A_KEY, PreparedRecords
from network.rosters import names_seen
from network.weave import Weave, weave


@dataclass
class Place:
    """Somebody of a department in a body; the name only where the reader may see it."""

    holding: Holding
    is_named: bool

    @property
    def is_chair(self) -> bool:
        """Whether the place is the chair's or the vice-chair's."""
        return self.holding.role in CHAIRS


@dataclass
class Line:
    """A department's line in the matrix: its places in each body, and how many in working groups."""

    department: Department
    cells: list[tuple[Body, list[Place]]] = field(default_factory=list)
    in_groups: int = 0


@dataclass
class Matrix:
    """Departments × bodies on a day."""

    bodies: list[Body]
    lines: list[Line]
    chairs: dict[int, int]

    @property
    def is_known(self) -> bool:
        """Whether anybody's place on the day is known: a table of dashes alone would say less than a sentence."""
        return any(places for line in self.lines for _body, places in line.cells)


def matrix(departments: Sequence[Department], day: date, reader: Any) -> Matrix:
    """Five queries: bodies, their holdings, the names the reader may see, employers, seats in working groups."""
    kinds = (Kind.DIRECTORS, Kind.BOARD, Kind.SERVICE_AREA)
    bodies = list(Body.objects.on(day).filter(kind__in=kinds).order_by("sort"))
    held = PLACES(bodies=[body.pk for body in bodies], day=day)
    named, employers = names_seen(held, reader), _employers_on(day)
    cells: dict[tuple[int, int], list[Place]] = defaultdict(list)
    chairs: dict[int, int] = {}
    for holding in held:
        department = _department_key(holding, employers)
        if department is None:
            continue
        cells[department, holding.body_id].append(Place(holding, holding.person_id in named))
        if holding.role == Role.CHAIR and holding.substitution_id is None:
            chairs[holding.body_id] = department
    in_groups = _in_groups(day, employers)
    lines = [
        Line(
            department,
            [(body, sorted(cells[department.pk, body.pk], key=_rank)) for body in bodies],
            in_groups[department.pk],
        )
        for department in departments
    ]
    return Matrix(bodies, lines, chairs)


def _employers_on(day: date) -> dict[int, int]:
    rows = Employment.objects.on(day).filter(department__isnull=False)
    return dict(rows.values_list("person_id", "department_id"))


def _department_key(holding: Holding, employers: Mapping[int, int | None]) -> int | None:
    """Like `department_of`, by keys alone: a matrix has hundreds of holdings."""
    for seat in (holding.seat, holding.term.seat):
        if seat and seat.department_id:
            return seat.department_id
    return employers.get(holding.person_id)


def _in_groups(day: date, employers: dict[int, int]) -> Counter[int]:
    rows = Holding.objects.on(day).filter(body__kind=Kind.WORKING_GROUP, substitution__isnull=True)
    return Counter(employers[person] for person in rows.values_list("person_id", flat=True) if person in employers)


def _rank(place: Place) -> tuple[bool, str]:
    return (not place.is_chair, place.holding.person.last_name)


def _chairs_in(bodies: list[int], day: date) -> Any:
    """The chairs of the day in these bodies, with the seats that they hold and where they work."""
    employer = Employment.objects.on(day).filter(person=OuterRef("person"), department__isnull=False)
    held = Holding.objects.on(day).filter(body__among=bodies, role=Role.CHAIR, substitution__isnull=True)
    return held.select_related("seat", "term__seat").annotate(employer=Subquery(employer.values("department")[:1]))


CHAIRS_IN = PreparedRecords(_chairs_in, bodies=[A_KEY], day=A_DAY)
DEPARTMENTS = PreparedRecords(lambda day: Department.objects.on(day), day=A_DAY)
PLACES = PreparedRecords(
    lambda bodies, day: (
        Holding.objects.on(day).filter(body__among=bodies).select_related("person", "seat", "term__seat")
    ),
    bodies=[A_KEY], day=A_DAY,
)  # fmt: skip


def chairs_of(areas: Sequence[Body], day: date) -> dict[int, int]:
    """Which department each area's chair of the day comes from, where it is known; one query."""
    seats = CHAIRS_IN(bodies=[area.pk for area in areas], day=day)
    found = {holding.body_id: _department_key(holding, {holding.person_id: holding.employer}) for holding in seats}
    return {area: department for area, department in found.items() if department}


def weave_of(departments: Sequence[Department], areas: Sequence[Body], chairs: dict[int, int]) -> Weave:
    """The weave of a day: departments as warp, areas as weft, a knot where an area's chair comes from."""
    return weave(
        [(department.pk, department.short_name, department.get_absolute_url()) for department in departments],
        [(area.pk, area.name, area.get_absolute_url(), chairs.get(area.pk)) for area in areas],
    )
