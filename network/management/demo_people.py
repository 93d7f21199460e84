"""The invented people of the demonstration and where they work, gathered first and written in bulk.

Surnames are words of the office and of nature, so that nobody takes them for people of the field.
"""

import unicodedata
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from network.checks import DEMO_DOMAIN
from network.management.seeding import load
from network.models import Department, Employment, Person
from network.visibility import Visibility

ANCHOR = date(2026, 11, 24)  # the day around which the demonstration is told
DAY = timedelta(days=1)


def _address(first: str, last: str) -> str:
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".lower().replace(" ", "-"))
    return plain.encode("ascii", "ignore").decode() + DEMO_DOMAIN


class Crowd:
    """Invents people one by one; the same seed of chance gives the same people every time."""

    def __init__(self, chance: Random, password: str) -> None:
        """Keep the password hashed once for the logins; everybody else has none that works."""
        self.chance = chance
        self.people: list[Person] = []
        self.employments: list[Employment] = []
        self._last_job: dict[int, Employment] = {}
        self._hash, self._none = make_password(password), make_password(None)
        self._logins: dict[str, list[str]] = load("demo.json")["logins"]
        self._taken = {_address(*name) for name in self._logins.values()}
        self._names = {code: self._shuffled(parts) for code, parts in load("demo_names.json").items()}
        self._predecessors: dict[int | None, list[Department]] = {}
        for department in Department.objects.filter(successor__isnull=False):
            self._predecessors.setdefault(department.successor_id, []).append(department)

    def _shuffled(self, parts: dict[str, list[str]]) -> list[tuple[str, str]]:
        names = list(product(parts["first"], parts["last"]))
        self.chance.shuffle(names)
        return names

    def invent(self, language: str = "fi") -> Person:
        """Somebody new, with a name of the language, a telephone that rings nowhere and a chosen visibility."""
        first, last = self._names[language].pop()
        if _address(first, last) in self._taken:
            return self.invent(language)
        visibility = self.chance.choices(Visibility.values, weights=(85, 10, 5))[0]
        return self._add(first, last, _address(first, last), language=language, visibility=visibility)

    def login(self, name: str, **fields: Any) -> Person:
        """One of the ten whose name and password the demonstration tells."""
        first, last = self._logins[name]
        return self._add(first, last, name + DEMO_DOMAIN, password=self._hash, is_active=True, **fields)

    def _add(self, first: str, last: str, email: str, **fields: Any) -> Person:
        self._taken.add(_address(first, last))
        phone = f"050 000 {len(self.people) + 1:04}"
        fields.setdefault("password", self._none)
        person = Person(first_name=first, last_name=last, email=email, phone=phone, **fields)
        self.people.append(person)
        return person

    def hired(self, first: int = 2008, last: int = 2022) -> date:
        """Some first day of a month, from the first year to the last."""
        return date(self.chance.randint(first, last), self.chance.randint(1, 12), 1)

    def employ(
        self, person: Person, department: Department, title: str, since: date, until: date | None = None
    ) -> None:
        """Employ in the department, before its time in one that it followed."""
        first = department.valid_from
        if first and since < first:
            before = self.chance.choice(self._predecessors[department.pk])
            self._job(person, title, since, min(until or first, first - DAY), department=before)
            since = first
        if until is None or since <= until:
            self._job(person, title, since, until, department=department)

    def employ_elsewhere(
        self, person: Person, organisation: str, title: str, since: date, until: date | None = None
    ) -> None:
        """Employ in an organisation outside the rescue departments."""
        self._job(person, title, since, until, organisation=organisation)

    def move(self, person: Person, department: Department, title: str, on: date) -> None:
        """Leave the present work the day before and begin in the department."""
        self._last_job[id(person)].ends_on = on - DAY
        self.employ(person, department, title, on)

    def _job(self, person: Person, title: str, since: date, until: date | None, **employer: Any) -> None:
        job = Employment(person=person, job_title=title, starts_on=since, ends_on=until, **employer)
        self._last_job[id(person)] = job
        self.employments.append(job)

    def save(self) -> None:
        """Write everybody; whoever works somewhere has an open account, though without a password that works."""
        for job in self.employments:
            if job.ends_on is None or job.ends_on >= ANCHOR:
                job.person.is_active = True
        Person.objects.bulk_create(self.people)
        Employment.objects.bulk_create(self.employments)
