"""The archive's working groups, long closed, and who sat in them and in the permanent bodies, term by term."""

from collections.abc import Iterator
from datetime import date
from random import Random

from django.db.models import Q

from network.management.archive.people import invent
from network.management.archive.size import GROUP_YEARS, LAST_YEAR, SLUG, Size
from network.management.seeding import load
from network.models import Body, ExOfficio, Kind, Person, Role, Term
from network.models.bodies import body_settings

TERM_YEARS = 2
GROUP_SEATS = 8
DESCRIPTION = {"description_fi": "Keksitty työryhmä: esittelyaineiston arkistoa.",
               "description_sv": "Påhittad arbetsgrupp: demonstrationens arkiv.",
               "description_en": "An invented working group: the demonstration's archive."}  # fmt: skip


def in_place() -> bool:
    """Whether the database has the archive already."""
    return Body.objects.filter(slug__startswith=SLUG).exists()


class ArchiveNetwork:
    """Writes the archive's bodies, people and terms, past every rule of the database."""

    def __init__(self, size: Size) -> None:
        """Begin with the same seed of chance every time."""
        self.size, self.chance = size, Random(2014)  # noqa: S311  (a demonstration, no secret)
        self.terms: list[Term] = []

    def write(self) -> None:
        """Write everything."""
        self.people = invent(self.size, self.chance)
        self.everybody = [person for some in self.people.values() for person in some]
        # A working group of before 2024 lay under an area of that time.
        self.areas = list(Body.objects.of_kind(Kind.SERVICE_AREA).filter(valid_from=None).order_by("sort", "pk"))
        groups = [group for lane in range(self.size.lanes) for group in self._groups(lane)]
        Body.objects.bulk_create(groups)
        for group in groups:
            self._seat_group(group)
        for body in Body.objects.filter(
            Q(pk__in=[area.pk for area in self.areas]) | Q(kind__in=(Kind.DIRECTORS, Kind.BOARD))
        ):
            self._seat(body)
        Term.objects.bulk_create(self.terms)

    # ── working groups ──

    def _groups(self, lane: int) -> Iterator[Body]:
        """One group after another, three years each; the lanes change at different years."""
        names = [name for name in load("demo_groups.json")["groups"] if name.get("name_sv")]
        area = self.areas[lane % len(self.areas)]
        year = self.size.first_year
        while year <= LAST_YEAR:
            last = year
            while last < LAST_YEAR and (last + 1 - self.size.first_year - lane) % GROUP_YEARS:
                last += 1
            name = names[(7 * lane + year) % len(names)]
            yield Body(
                kind=Kind.WORKING_GROUP, parent=area, slug=f"{SLUG}{lane + 1}-{year}",
                name_fi=f"{name['name_fi']} {year}/{lane + 1}", name_sv=f"{name['name_sv']} {year}/{lane + 1}",
                valid_from=date(year, 1, 1), valid_to=date(last, 12, 31), **DESCRIPTION,
                **body_settings(Kind.WORKING_GROUP),
            )  # fmt: skip
            year = last + 1

    def _seat_group(self, group: Body) -> None:
        chosen = self.chance.sample(self.everybody, GROUP_SEATS)
        roles = [Role.CHAIR, Role.SECRETARY, *[Role.MEMBER] * (GROUP_SEATS - 2)]
        for person, role in zip(chosen, roles, strict=True):
            self._term(group, person, role, group.valid_from or self.size.first_day, group.valid_to)

    # ── permanent bodies ──

    def _seat(self, body: Body) -> None:
        """Two years at a time, until the demonstration's own terms begin; no role that is filled already."""
        running = Term.objects.filter(body=body, person__is_recorded=False).order_by("starts_on").first()
        until = running.starts_on.year - 1 if running else LAST_YEAR
        for year in range(self.size.first_year, min(until, LAST_YEAR) + 1, TERM_YEARS):
            starts, ends = date(year, 1, 1), date(min(year + TERM_YEARS - 1, until, LAST_YEAR), 12, 31)
            seats = self._seats(body)
            for person, role in seats:
                if not self._is_filled(body, role, starts, ends):
                    self._term(body, person, role, starts, ends)

    def _seats(self, body: Body) -> list[tuple[Person, str]]:
        """A member from each department (of the board six), and the officers: the secretary from the chair's."""
        drawn = {key: self.chance.sample(some, 3) for key, some in self.people.items()}
        members = [(some[0], str(Role.MEMBER)) for some in drawn.values()]
        home, other = self.chance.sample(sorted(drawn), 2)
        officers = [(drawn[home][1], str(Role.CHAIR)), (drawn[other][1], str(Role.VICE_CHAIR))]
        if body.kind != Kind.DIRECTORS:  # it borrows the board's
            officers.append((drawn[home][2], str(Role.SECRETARY)))
        return [*(members[:6] if body.kind == Kind.BOARD else members), *officers]

    @staticmethod
    def _is_filled(body: Body, role: str, starts: date, ends: date) -> bool:
        """Whether the role comes with another one, or is a chair's who is there already."""
        if ExOfficio.objects.filter(body=body, role=role).overlapping(starts, ends).exists():
            return True
        return role == Role.CHAIR and Term.objects.filter(body=body, role=role).overlapping(starts, ends).exists()

    def _term(self, body: Body, person: Person, role: str, starts: date, ends: date | None) -> None:
        self.terms.append(Term(body=body, person=person, role=role, starts_on=starts, ends_on=ends))
