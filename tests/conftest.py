"""The cast: ten people with the roles of the demonstration, an acting alternate and an outsider; `login(person)`.

Area A with its secretary, chair, member and former chair; its group G with a chair and an outside expert. A
test asks for the people it is about, and the bodies around them come along.
"""

import gc
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from importlib.util import find_spec
from inspect import signature
from typing import Any

import pytest
from django.conf import settings as installation
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from network.models import Body, Department, Kind, Person, Role, Term

pytest.register_assert_rewrite("tests.breaking")

from tests import make  # noqa: E402

PLUGINS = ("rows", "sharing", "emptying", "rendering", "planning")
pytest_plugins = [name for name in (f"tests.{plugin}" for plugin in PLUGINS) if find_spec(name)]

# Before anything reads them: a fast hasher, and a cache of the process, so that no rate limit outlives its test.
installation.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
installation.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


def pytest_collection_finish() -> None:
    """What has been read by now stays: without this Python looks through all of it for garbage, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that ends transactions in a file whose tests are all steps of one."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction") and "stage" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid} ends the transaction that its file stands on: put it elsewhere.")


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Rate limits count from nothing in every test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _speaks_finnish() -> None:
    """A page asked for in another language leaves nothing behind."""
    translation.activate("fi")


@pytest.fixture(autouse=True)
def _no_jobs_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test whose transactions end leaves no job to the next: the queue's tables are not Django's to empty."""
    yield
    mark = request.node.get_closest_marker("django_db")
    if (mark and mark.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around all the tests of a file, for what they all look at: each of them is a step in it, undone.

    No test of the file may end a transaction.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def login(db: None) -> Callable[[Person], Client]:
    """Logs a person in and gives their browser."""

    def enter(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return enter


# ── the cast, made for a test or kept for a file ──

BUILDERS: dict[str, Callable[..., Any]] = {}


def of_the_cast(build: Callable[..., Any]) -> Any:
    """A fixture of what is built, of others by their names: for the test, or for its whole file where that keeps it."""
    name, needs = build.__name__, list(signature(build).parameters)
    BUILDERS[name] = build

    @pytest.fixture(name=name)
    def made(request: pytest.FixtureRequest, db: None) -> Any:
        if "file_cast" in request.fixturenames and name in (kept := request.getfixturevalue("file_cast")):
            return deepcopy(kept[name])
        return build(*map(request.getfixturevalue, needs))

    return made


def keep(made: dict[str, Any], *names: str) -> dict[str, Any]:
    """What is built under these names, beside what has been."""
    translation.activate("fi")
    for name in names:
        if name not in made:
            needs = list(signature(BUILDERS[name]).parameters)
            keep(made, *needs)
            made[name] = BUILDERS[name](*(made[need] for need in needs))
    return made


@pytest.fixture(scope="module")
def file_cast(request: pytest.FixtureRequest, stage: None) -> dict[str, Any]:
    """What the file names in KEPT, and what that stands on: made once for all of its tests, each of which gets copies.

    To make it takes several times as long as most tests; it is there in every test of such a file, asked for or not.
    """
    return keep({}, *request.module.KEPT)


# ── the bodies ──


@of_the_cast
def department() -> Department:
    """Where the people of area A work."""
    return make.department(
        name_fi="Esimerkkilän pelastuslaitos", name_sv="Exempeldals räddningsverk", slug="esimerkkila"
    )


@of_the_cast
def other_department() -> Department:
    """Where the others work."""
    return make.department(name_fi="Toisaalan pelastuslaitos", name_sv="Annorts räddningsverk", slug="toisaala")


@of_the_cast
def directors() -> Body:
    """The directors' meeting."""
    return make.body(kind=Kind.DIRECTORS, name_fi="Pelastusjohtajien kokous", slug="pelastusjohtajat")


@of_the_cast
def board(directors: Body) -> Body:
    """The board; the directors' chair leads it, and each area's chair sits in it."""
    board = make.body(kind=Kind.BOARD, parent=directors, name_fi="Hallitus", slug="hallitus")
    make.ex_officio(body=board, role=Role.CHAIR, from_body=directors, from_role=Role.CHAIR)
    return board


@of_the_cast
def office() -> Body:
    """The office: its chair and secretary are the secretariat."""
    return make.body(kind=Kind.OFFICE, name_fi="Toimisto", slug="toimisto")


@of_the_cast
def area(board: Body) -> Body:
    """Area A."""
    area = make.body(parent=board, name_fi="Alue A", name_sv="Område A", slug="alue-a")
    make.ex_officio(body=board, from_body=area)
    return area


@of_the_cast
def other_area(board: Body) -> Body:
    """Another area."""
    other = make.body(parent=board, name_fi="Alue B", name_sv="Område B", slug="alue-b")
    make.ex_officio(body=board, from_body=other)
    return other


@of_the_cast
def group(area: Body) -> Body:
    """Group G, under area A."""
    return make.body(kind=Kind.WORKING_GROUP, parent=area, name_fi="Ryhmä G", slug="ryhma-g")


# ── the people ──


def _holder(department: Department, body: Body, role: Role, first: str, last: str) -> Person:
    person = make.person(department=department, first_name=first, last_name=last)
    make.term(person=person, body=body, role=role)
    return person


@of_the_cast
def member(area: Body, department: Department) -> Person:
    """jasen@: a member of area A."""
    return _holder(department, area, Role.MEMBER, "Jaana", "Jäsen")


@of_the_cast
def secretary(area: Body, department: Department) -> Person:
    """sihteeri@: the secretary of area A."""
    return _holder(department, area, Role.SECRETARY, "Sirpa", "Sihteeri")


@of_the_cast
def chair(area: Body, department: Department) -> Person:
    """puheenjohtaja@: the chair of area A, who sits in the board by that."""
    return _holder(department, area, Role.CHAIR, "Pekka", "Puheenjohtaja")


@of_the_cast
def group_chair(group: Body, department: Department) -> Person:
    """ryhma@: the chair of group G."""
    return _holder(department, group, Role.CHAIR, "Reijo", "Ryhmä")


@of_the_cast
def expert(group: Body) -> Person:
    """asiantuntija@: an outside expert of group G."""
    person = make.person(organisation="Asiantuntijat Oy", first_name="Aila", last_name="Asiantuntija")
    make.term(person=person, body=group, role=Role.EXPERT)
    return person


@of_the_cast
def director(directors: Body, board: Body, other_department: Department) -> Person:
    """johtaja@: the chair of the directors' meeting, and of the board by that."""
    return _holder(other_department, directors, Role.CHAIR, "Jorma", "Johtaja")


@of_the_cast
def other_chair(other_area: Body, other_department: Department) -> Person:
    """hallitus@: the chair of another area."""
    return _holder(other_department, other_area, Role.CHAIR, "Helka", "Hallitus")


@of_the_cast
def coordinator(office: Body, department: Department) -> Person:
    """koordinaattori@: the office's secretary, that is the secretariat."""
    return _holder(department, office, Role.SECRETARY, "Kaisa", "Koordinaattori")


@of_the_cast
def former_chair(area: Body, department: Department) -> Person:
    """entinen@: chaired area A until the end of 2023; works and logs in still."""
    person = make.person(first_name="Eino", last_name="Entinen")
    make.employment(person=person, department=department, starts_on=date(2020, 1, 1))
    make.term(person=person, body=area, role=Role.CHAIR, starts_on=date(2022, 1, 1), ends_on=date(2023, 12, 31))
    return person


@of_the_cast
def keeper() -> Person:
    """yllapito@: the technical keeper, who holds no role."""
    return make.person(first_name="Yrjö", last_name="Ylläpito", is_keeper=True)


@of_the_cast
def outsider(other_area: Body, other_department: Department) -> Person:
    """One of the network's own people, who has nothing to do with area A."""
    return _holder(other_department, other_area, Role.MEMBER, "Ulla", "Ulkopuolinen")


@of_the_cast
def acting_alternate(member: Person, area: Body, department: Department) -> Person:
    """The member's alternate in area A, who stands in for them now."""
    person = make.person(department=department, first_name="Valto", last_name="Varajäsen")
    term = Term.objects.get(person=member, body=area)
    make.term(person=person, body=area, role=Role.ALTERNATE, alternate_for=term)
    make.substitution(term=term, person=person)
    return person


EVERYBODY = (
    *("member", "secretary", "chair", "group_chair", "expert", "director", "other_chair", "coordinator"),
    *("former_chair", "keeper", "outsider"),
)
