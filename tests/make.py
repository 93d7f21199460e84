"""Factories: plain functions that write one row with sensible values; name what the test is about, nothing else."""

from datetime import date
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from documents.models import Document
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
    return Body.objects.create(kind=kind, parent=parent, **fields)


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


def document(*, body: Body | None = None, visibility: Visibility = Visibility.BODY, **fields: Any) -> Document:
    """Make a document of the body, of a service area made for it where none is named."""
    fields.setdefault("title", f"Asiakirja {next(_numbers)}")
    return Document.objects.create(body=body or _some_area(), visibility=visibility, **fields)
