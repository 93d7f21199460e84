"""The living network of the demonstration: seats, terms, alternates, groups and staff over several years.

The plan stands in `data/demo.json` and `data/demo_groups.json`; what the plan leaves open is drawn by chance
from a fixed seed. Nothing here is a fact of the real network, and a banner on each page says so.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from network.management.demo_people import ANCHOR, DAY, Crowd
from network.management.seeding import load
from network.models import Body, Department, FormerName, Funding, Kind, Person, Role, Seat, Substitution, Term
from network.models.bodies import body_settings

SIZE = 400  # people, logins included (`domain.md` § 6.4)
OUTSIDERS = 24
LAST = date(2028, 12, 31)  # no plan reaches further
GROUP = (Role.CHAIR, Role.SECRETARY, *[Role.MEMBER] * 5)  # and an expert or two: eight or nine
Piece = tuple[str, date, date | None]


def pieces(start: date, end: date | None, offices: Iterable[Piece]) -> Iterator[Piece]:
    """A membership from start to end, cut into the offices held in it and plain membership between them."""
    for role, first, last in offices:
        if start < first:
            yield Role.MEMBER, start, first - DAY
        yield role, first, last
        start = (last or LAST) + DAY
    if start <= (end or LAST):
        yield Role.MEMBER, start, end


class DemoNetwork:
    """Gathers the terms of the demonstration and writes them in the order that their references ask for."""

    def __init__(self, password: str) -> None:
        """Read the plan, the departments of today and the bodies of the seed."""
        self.chance = Random(2026)  # noqa: S311  (names for a demonstration, no secret)
        self.crowd = Crowd(self.chance, password)
        self.plan = load("demo.json")
        self.titles: dict[str, Any] = self.plan["titles"]
        self.departments = {row.slug: row for row in Department.objects.filter(valid_to=None)}
        self.bodies = {body.slug: body for body in Body.objects.filter(is_recorded=False)}
        self.directors: list[tuple[str, Person, date, date | None]] = []
        self.terms: list[Term] = []
        self.alternates: list[Term] = []
        self.substitutions: list[Substitution] = []
        self.shares: list[Funding] = []

    def save(self) -> None:
        """Write what was gathered; an alternate after the one it stands for."""
        self.crowd.save()
        Term.objects.bulk_create(self.terms)
        Term.objects.bulk_create(self.alternates)
        Substitution.objects.bulk_create(self.substitutions)
        Funding.objects.bulk_create(self.shares)
        Body.objects.filter(is_recorded=False).update(register_from=self.plan["register_from"])

    # ── what every part needs ──

    def term(self, person: Person, body: Body, role: str, starts: date, ends: date | None, **more: Any) -> Term:
        """Note a term, to be written later."""
        term = Term(person=person, body=body, role=role, starts_on=starts, ends_on=ends, **more)
        (self.alternates if role == Role.ALTERNATE else self.terms).append(term)
        return term

    def colleague(self, department: Department, title: str, since: date | None = None) -> Person:
        """Somebody new who works in the department; a few have come there from another one."""
        swedish = department.slug in self.plan["swedish"] and self.chance.random() < 0.6
        person = self.crowd.invent("sv" if swedish else "fi")
        since = since or self.crowd.hired()
        if self.chance.random() < 0.15:
            self.crowd.employ(person, self.another(department), title, date(since.year - 3, 1, 1), since - DAY)
        self.crowd.employ(person, department, title, since)
        return person

    def another(self, department: Department) -> Department:
        """Some other department."""
        return self.chance.choice([row for row in self.departments.values() if row != department])

    def expert_title(self) -> str:
        """What an expert of a department is called."""
        return str(self.chance.choice(self.titles["experts"]))

    def director_on(self, slug: str, day: date) -> Person:
        """Who leads the department on the day."""
        found = [
            person
            for where, person, starts, ends in self.directors
            if where == slug and starts <= day <= (ends or LAST)
        ]
        return found[0]

    def secretaries(self, body: Body, rows: list[dict[str, Any]], seat: Seat | None = None) -> None:
        """A secretary for each period of the chair, from the chair's own department."""
        where, person = "", None
        for row in rows:
            if person is None or where != row["department"]:
                where = row["department"]
                person = self._secretary(self.departments[where], row.get("secretary_login"))
            self.term(person, body, Role.SECRETARY, row["starts_on"], row["ends_on"], seat=seat)

    def _secretary(self, department: Department, login: str | None) -> Person:
        if login is None:
            return self.colleague(department, self.titles["secretary"])
        person = self.crowd.login(login)
        self.crowd.employ(person, department, self.titles["secretary"], self.crowd.hired())
        return person

    # ── the directors' meeting ──

    def add_directors(self) -> None:
        """Each department's director in its seat, from 2023 on; some have changed, one change is to come."""
        plan, body = self.plan["directors"], self.bodies["pelastusjohtajien-kokous"]
        seats = {seat.department_id: seat for seat in Seat.objects.filter(body=body, valid_to=None)}
        for slug, department in self.departments.items():
            for place, stint in enumerate(plan["changes"].get(slug, [plan["since"]])):
                starts, ends = stint["starts_on"], stint["ends_on"]
                person = self._director(department, starts, ends, follows=place > 0)
                self.directors.append((slug, person, starts, ends))
                offices = [
                    (row["role"], row["starts_on"], row["ends_on"])
                    for row in plan["chairs"]
                    if row["department"] == slug and starts <= row["starts_on"] <= (ends or LAST)
                ]
                for piece in pieces(starts, ends, offices):
                    self.term(person, body, *piece, seat=seats[department.pk])

    def _director(self, department: Department, starts: date, ends: date | None, *, follows: bool) -> Person:
        title = self.titles["heads"].get(department.slug, self.titles["director"])
        login = self._director_login(department.slug, starts, ends)
        swedish = department.slug in self.plan["swedish"]
        person = self.crowd.login(login) if login else self.crowd.invent("sv" if swedish else "fi")
        if follows:
            before = self.titles["pelastustoiminta"]
            elsewhere = self.another(department)
            self.crowd.employ(person, elsewhere, before, date(starts.year - 8, 1, 1), starts - DAY)
        self.crowd.employ(person, department, title, starts if follows else self.crowd.hired(), ends)
        return person

    def _director_login(self, slug: str, starts: date, ends: date | None) -> str | None:
        chairs = [*self.plan["directors"]["chairs"]]
        for area in self.plan["areas"].values():
            chairs += area["chairs"]
        named = [row for row in chairs if row["department"] == slug and "login" in row]
        return next((r["login"] for r in named if starts <= r["starts_on"] <= (ends or LAST)), None)

    # ── the board's secretary and the office ──

    def add_board_secretaries(self) -> None:
        """The board has one direct term at a time: its secretary's."""
        board = self.bodies["hallitus"]
        seat = Seat.objects.get(body=board, ex_officio=None)
        self.secretaries(board, self.plan["board_secretaries"], seat)

    def add_office(self) -> None:
        """The staff, now and before, with their cost shares."""
        plan, body = self.plan["office"], self.bodies["toimisto"]
        for row in plan["staff"]:
            login, starts, ends = row.get("login"), row["starts_on"], row["ends_on"]
            person = self.crowd.login(login) if login else self.crowd.invent()
            self.crowd.employ_elsewhere(person, plan["employer"], row["title_fi"].lower(), starts, ends)
            titles = {key: value for key, value in row.items() if key.startswith("title_")}
            term = self.term(person, body, row["role"], starts, ends, **titles)
            for payer, percent in row["shares"]:
                sv, en = plan["payers"][payer]
                share = Funding(term=term, payer_fi=payer, payer_sv=sv, payer_en=en, percent=percent)
                self.shares.append(share)

    def add_keeper(self) -> None:
        """The technical keeper, who sits nowhere."""
        self.crowd.login("yllapito", is_keeper=True)

    # ── the working groups ──

    def add_groups(self) -> None:
        """Thirty groups under the areas: open, ended and one to come."""
        data = load("demo_groups.json")
        logins = [self._group_chair(), self._outsider(self.plan["organisations"][0], "asiantuntija")]
        outsiders = cycle([self._outsider(kind) for kind in islice(cycle(self.plan["organisations"]), OUTSIDERS)])
        experts = cycle(self._experts())
        for number, row in enumerate(data["groups"]):
            parent = self.bodies[row.pop("area")]
            fixed = body_settings(Kind.WORKING_GROUP) | data["description"] | {"sort": 200 + number}
            body = Body.objects.create(kind=Kind.WORKING_GROUP, parent=parent, **fixed, **row)
            invited = islice(outsiders, self.chance.choice((1, 1, 2)))
            if body.slug == data["logins_in"]:
                self._fill_group(body, [logins[0], *islice(experts, 6)], [logins[1], *invited])
            else:
                self._fill_group(body, list(islice(experts, 7)), list(invited))
                self._change_of_member(body, next(experts))
        former = data["former_name"]
        FormerName.objects.create(body=Body.objects.get(slug=former.pop("body")), **former)

    def _group_chair(self) -> Person:
        person = self.crowd.login("ryhma")
        self.crowd.employ(person, self.departments["kymenlaakson"], self.expert_title(), self.crowd.hired())
        return person

    def _outsider(self, work: tuple[str, str], login: str = "") -> Person:
        person = self.crowd.login(login) if login else self.crowd.invent()
        organisation, title = work
        self.crowd.employ_elsewhere(person, organisation, title, self.crowd.hired())
        return person

    def _experts(self) -> list[Person]:
        """As many people of the departments as the demonstration still lacks."""
        lacking = SIZE - len(self.crowd.people)
        return [
            self.colleague(department, self.expert_title(), self.crowd.hired())
            for department in islice(cycle(self.departments.values()), lacking)
        ]

    def _fill_group(self, body: Body, own: list[Person], invited: list[Person]) -> None:
        roles = [*zip(own, GROUP, strict=True), *((person, Role.EXPERT) for person in invited)]
        for person, role in roles:
            self.term(person, body, role, body.valid_from or ANCHOR, body.valid_to)

    def _change_of_member(self, body: Body, successor: Person) -> None:
        """In some groups the last member has left after a year, and somebody else sits on."""
        changed = (body.valid_from or ANCHOR) + timedelta(days=365)
        if changed < min(ANCHOR, body.valid_to or ANCHOR) and self.chance.random() < 0.5:
            leaver = next(t for t in reversed(self.terms) if t.body == body and t.role == Role.MEMBER)
            leaver.ends_on = changed - DAY
            self.term(successor, body, Role.MEMBER, changed, body.valid_to)
