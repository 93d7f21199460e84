"""The living network of the demonstration: seats, terms, alternates, groups and staff over several years.

The plan stands in `data/demo.json` and `data/demo_groups.json`; what the plan leaves open is drawn by chance
from a fixed seed. Nothing here is a fact of the real network, and the pages say so.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import cycle, islice
from random import Random
from typing import Any

from network.management.demo_people import ANCHOR, DAY, Crowd
from network.management.seeding import body_settings, load, seat_per_department
from network.models import (
    Body,
    Department,
    FormerName,
    Funding,
    Kind,
    Person,
    Role,
    Seat,
    Substitution,
    Term,
)

SIZE = 400  # people, logins included (`domain.md` § 6.4)
OUTSIDERS = 24
LAST = date(2028, 12, 31)  # whose term must not run out while the demonstration is shown
Piece = tuple[str, date, date | None]


def pieces(start: date, end: date | None, offices: Iterable[Piece]) -> Iterator[Piece]:
    """A membership from start to end, cut into the offices held in it and plain membership between them."""
    for role, first, last in sorted(offices, key=lambda piece: piece[1]):
        if start < first:
            yield Role.MEMBER, start, first - DAY
        yield role, first, last
        if last is None:
            return
        start = last + DAY
    if end is None or start <= end:
        yield Role.MEMBER, start, end


class DemoNetwork:
    """Gathers the terms of the demonstration and writes them in the order that their references ask for."""

    def __init__(self, password: str) -> None:
        """Read the plan and the departments of today."""
        self.chance = Random(2026)  # noqa: S311  (names of a demonstration, no secret)
        self.crowd = Crowd(self.chance, password)
        self.plan = load("demo.json")
        self.titles = self.plan["titles"]
        self.departments = {d.slug: d for d in Department.objects.filter(valid_to=None)}
        self.bodies = {body.slug: body for body in Body.objects.filter(is_recorded=False)}
        self.terms: list[Term] = []
        self.alternates: list[Term] = []
        self.substitutions: list[Substitution] = []
        self.shares: list[Funding] = []
        self.directors: dict[str, list[tuple[Person, date, date | None]]] = {}

    def build(self) -> None:
        """Invent it all and write it down."""
        for body in self.bodies.values():
            Body.objects.filter(pk=body.pk).update(register_from=self.plan["register_from"])
        self._directors()
        for slug, plan in self.plan["areas"].items():
            Area(self, self.bodies[slug], plan).build()
        self._board_secretaries()
        self._office()
        self.crowd.login("yllapito", is_keeper=True)
        self._groups()
        self.crowd.save()
        Term.objects.bulk_create(self.terms)
        Term.objects.bulk_create(self.alternates)
        Substitution.objects.bulk_create(self.substitutions)
        Funding.objects.bulk_create(self.shares)

    def term(self, person: Person, body: Body, role: str, starts: date, ends: date | None, **fields: Any) -> Term:
        """Note a term, to be written later."""
        term = Term(person=person, body=body, role=role, starts_on=starts, ends_on=ends, **fields)
        (self.alternates if role == Role.ALTERNATE else self.terms).append(term)
        return term

    def colleague(self, department: Department, title: str, since: date | None = None) -> Person:
        """Somebody new who works in the department; some of them have worked in another one before."""
        swedish = department.slug in self.plan["swedish"] and self.chance.random() < 0.6
        person = self.crowd.invent("sv" if swedish else "fi")
        since = since or self.crowd.hired()
        if self.chance.random() < 0.15 and since.year > 2012:
            other = self.chance.choice([d for d in self.departments.values() if d != department and not d.valid_from_late])
            self.crowd.employ(person, other, title, date(since.year - 4, 1, 1), since - DAY)
        self.crowd.employ(person, department, title, since)
        return person
