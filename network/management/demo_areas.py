"""A service area of the demonstration: a seat for each department, and who has sat in it and will."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from network.management.demo_network import LAST, DemoNetwork
from network.management.demo_people import DAY
from network.management.seeding import seat_per_department
from network.models import Body, Department, Person, Role, Seat, Substitution, Term

SOON = date(2027, 1, 31)  # a term that ends by this day has perhaps been decided to go on


class Area:
    """Fills the seats of one area, two years at a time."""

    def __init__(self, network: DemoNetwork, body: Body, plan: dict[str, Any]) -> None:
        """Keep the area's plan and what the network's plan says of this area."""
        self.network, self.body, self.plan = network, body, plan
        self.chance = network.chance
        self.vacancies = self._of_area("vacancies")
        self.stand_ins = self._of_area("substitutions")
        self.lasting = {plan["vice"], plan.get("member_login"), *self.stand_ins}

    def _of_area(self, part: str) -> dict[str, dict[str, Any]]:
        rows = self.network.plan[part]
        return {row["department"]: row for row in rows if row["area"] == self.body.slug}

    def add(self) -> None:
        """Make the seats, seat the chairs, then everybody else and the secretaries."""
        since = self.plan["rounds"][0]["starts_on"]
        seats = {seat.department_id: seat for seat in seat_per_department(self.body, since, valid_to=None)}
        for department in self.network.departments.values():
            self._fill(department, seats[department.pk])
        self.network.secretaries(self.body, self.plan["chairs"])

    def _fill(self, department: Department, seat: Seat) -> None:
        chairs = [row for row in self.plan["chairs"] if row["department"] == department.slug]
        for row in chairs:
            director = self.network.director_on(department.slug, row["starts_on"])
            self._seat(director, seat, Role.CHAIR, row["starts_on"], row["ends_on"])
        holder: Person | None = None
        for starts, ends in self._free(chairs):
            holder = self._holder(department, holder, starts)
            self._serve(department, seat, holder, starts, ends)

    def _free(self, chairs: list[dict[str, Any]]) -> Iterator[tuple[date, date | None]]:
        """The rounds of the seat in which the department does not give the area its chair."""
        for row in self.plan["rounds"]:
            starts, ends = row["starts_on"], row["ends_on"]
            taken = [c for c in chairs if c["starts_on"] <= (ends or LAST) and starts <= c["ends_on"]]
            if not taken:
                yield starts, ends
                continue
            if starts < taken[0]["starts_on"]:
                yield starts, taken[0]["starts_on"] - DAY
            if ends is None and taken[-1]["ends_on"] < LAST:
                yield taken[-1]["ends_on"] + DAY, LAST

    def _holder(self, department: Department, former: Person | None, starts: date) -> Person:
        """Whoever sat there before goes on, or somebody new comes; a leaver may work elsewhere since."""
        if former and (department.slug in self.lasting or self.chance.random() < 0.7):
            return former
        if former and self.chance.random() < 0.4:
            elsewhere = self.network.another(department)
            self.network.crowd.move(former, elsewhere, self.network.expert_title(), starts)
        title = self.network.titles[self.body.slug]
        if department.slug == self.plan.get("member_login"):
            person = self.network.crowd.login("jasen")
            self.network.crowd.employ(person, department, title, self.network.crowd.hired())
            return person
        return self.network.colleague(department, title, self.network.crowd.hired(2010, starts.year - 1))

    def _serve(self, department: Department, seat: Seat, person: Person, starts: date, ends: date | None) -> None:
        role = Role.VICE_CHAIR if department.slug == self.plan["vice"] else Role.MEMBER
        vacancy = self.vacancies.get(department.slug)
        if ends is not None:
            self._seat(person, seat, role, starts, ends)
        elif vacancy:
            self._seat(person, seat, role, starts, vacancy["ends_on"])
            if "next" in vacancy:
                follower = self._holder(department, None, starts)
                self._seat(follower, seat, role, vacancy["next"]["starts_on"], LAST)
        else:
            term = self._seat(person, seat, role, starts, self._end(department))
            self._beside(department, term)
            if term.ends_on and term.ends_on <= SOON and self.chance.random() < 0.6:
                self._seat(person, seat, role, term.ends_on + DAY, LAST)

    def _seat(self, person: Person, seat: Seat, role: str, starts: date, ends: date | None) -> Term:
        return self.network.term(person, self.body, role, starts, ends, seat=seat)

    def _end(self, department: Department) -> date | None:
        if department.slug in self.lasting:
            return LAST
        ends = self.network.plan["ends"]
        chosen = self.chance.choices(ends, weights=[row["weight"] for row in ends])[0]
        return chosen["ends_on"]

    def _beside(self, department: Department, term: Term) -> None:
        """The alternate and the stand-in of a present holder, where there is one."""
        network = self.network
        if self.chance.random() < 0.3:
            alternate = network.colleague(department, network.expert_title())
            network.term(alternate, self.body, Role.ALTERNATE, term.starts_on, term.ends_on, alternate_for=term)
        stand_in = self.stand_ins.get(department.slug)
        if stand_in:
            network.substitutions.append(
                Substitution(
                    term=term,
                    person=network.colleague(department, network.expert_title()),
                    starts_on=stand_in["starts_on"],
                    ends_on=stand_in["ends_on"],
                    reason=stand_in["reason"],
                )
            )
