"""What the seed writes: departments, bodies with their seats, the people whom a source names, pages.

The values stand in `data/`. A part is written once, into an empty table: what the secretariat has corrected
since is never written over, so a second run changes nothing. Pages are looked at one by one, because views
ask for some of them by their address.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from network.models import (
    Body,
    Department,
    Employment,
    ExOfficio,
    Funding,
    Page,
    Person,
    Seat,
    Term,
)
from network.models.bodies import body_settings
from network.text import LANGUAGES

DATA = Path(__file__).parent / "data"
DATES = (
    "starts_on",
    "ends_on",
    "valid_from",
    "valid_to",
    "translated_on",
    "written_on",
    "until",
    "register_from",
    "seat_per_department_from",
)


@contextmanager
def one_writer() -> Iterator[None]:
    """One transaction, behind any other of its kind: two servers may start at the same moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('network.seed'))")
        yield


def load(name: str) -> Any:
    """The values of a data file, its dates as dates."""
    return json.loads((DATA / name).read_text(encoding="utf-8"), object_hook=_dated)


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {key: date.fromisoformat(value) if value and key in DATES else value for key, value in row.items()}


def seed_departments() -> None:
    """The rescue departments; a successor stands in the data before those it follows."""
    if Department.objects.exists():
        return
    made: dict[str, Department] = {}
    for row in load("departments.json"):
        successor = made.get(row.pop("successor", ""))
        made[row["slug"]] = Department.objects.create(successor=successor, **row)


def seed_bodies() -> None:
    """The bodies; then their seats, some of which come with a role in another body."""
    if Body.objects.exists():
        return
    made: dict[str, Body] = {}
    rows = load("bodies.json")["bodies"]
    parts = [(row["slug"], row.pop("seats", ()), row.pop("seat_per_department_from", None)) for row in rows]
    for row in rows:
        parent = made.get(row.pop("parent", ""))
        made[row["slug"]] = Body.objects.create(parent=parent, **body_settings(row["kind"]) | row)
    for slug, seats, from_day in parts:
        if from_day:
            seat_per_department(made[slug], from_day)
        for seat in seats:
            _labelled_seat(made, made[slug], seat)


def seat_per_department(body: Body, since: date, **only: Any) -> list[Seat]:
    """A seat for each department while it is valid, from the day on that a source tells of the body."""
    seats = []
    for department in Department.objects.filter(**only):
        starts = max(department.valid_from or since, since)
        seats.append(
            Seat(
                body=body,
                department=department,
                sort=department.sort,
                valid_from=starts,
                valid_to=department.valid_to,
            )
        )
    return Seat.objects.bulk_create(seats)


def _labelled_seat(bodies: dict[str, Body], body: Body, row: dict[str, Any]) -> None:
    role, source = row.pop("role", ""), row.pop("comes_from", None)
    seat = Seat.objects.create(body=body, **row)
    if source:
        from_body, from_role = source
        ExOfficio.objects.create(
            body=body,
            role=role,
            from_body=bodies[from_body],
            from_role=from_role,
            seat=seat,
            starts_on=seat.valid_from,
            ends_on=seat.valid_to,
        )


def seed_people() -> None:
    """The people whom the source names: recorded, so none of them can ever log in."""
    if Person.objects.filter(is_recorded=True).exists():
        return
    for row in load("people.json"):
        name = {"first_name": row["first_name"], "last_name": row["last_name"]}
        person = Person.objects.create(is_recorded=True, password=make_password(None), **name)
        for employment in row.get("employments", ()):
            slug = employment.pop("department", None)
            department = Department.objects.get(slug=slug) if slug else None
            Employment.objects.create(person=person, department=department, **employment)
        for term in row.get("terms", ()):
            _term(person, term)


def _term(person: Person, row: dict[str, Any]) -> None:
    body = Body.objects.get(slug=row.pop("body"))
    label, shares = row.pop("seat", None), row.pop("funding", ())
    seat = Seat.objects.get(body=body, label_fi=label) if label else None
    term = Term.objects.create(person=person, body=body, seat=seat, **row)
    for share in shares:
        Funding.objects.create(term=term, **share)


def seed_pages() -> None:
    """The network's own texts, each from one file per language; a page that stands is left alone."""
    there = set(Page.objects.values_list("slug", flat=True))
    for row in load("pages.json"):
        if row["slug"] not in there:
            texts = {f"text_{code}": page_text(row["slug"], code) for code in LANGUAGES}
            Page.objects.create(**row, **texts)


def page_text(slug: str, language: str) -> str:
    """The text of a page in a language, small Markdown."""
    return (DATA / "pages" / f"{slug}.{language}.md").read_text(encoding="utf-8").strip()
