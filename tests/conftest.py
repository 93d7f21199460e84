"""The cast: ten people with the roles of the demonstration, an acting alternate and an outsider; `login(person)`.

Area A with its secretary, chair, member and former chair; its group G with a chair and an outside expert. A
test asks for the people it is about, and the bodies around them come along.
"""

import gc
from collections.abc import Callable, Iterator
from datetime import date
from importlib.util import find_spec

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


# ── the bodies ──


@pytest.fixture
def department(db: None) -> Department:
    """Where the people of area A work."""
    return make.department(
        name_fi="Esimerkkilän pelastuslaitos", name_sv="Exempeldals räddningsverk", slug="esimerkkila"
    )


@pytest.fixture
def other_department(db: None) -> Department:
    """Where the others work."""
    return make.department(name_fi="Toisaalan pelastuslaitos", name_sv="Annorts räddningsverk", slug="toisaala")


@pytest.fixture
def directors(db: None) -> Body:
    """The directors' meeting."""
    return make.body(kind=Kind.DIRECTORS, name_fi="Pelastusjohtajien kokous", slug="pelastusjohtajat")


@pytest.fixture
def board(directors: Body) -> Body:
    """The board; the directors' chair leads it, and each area's chair sits in it."""
    board = make.body(kind=Kind.BOARD, parent=directors, name_fi="Hallitus", slug="hallitus")
    make.ex_officio(body=board, role=Role.CHAIR, from_body=directors, from_role=Role.CHAIR)
    return board


@pytest.fixture
def office(db: None) -> Body:
    """The office: its chair and secretary are the secretariat."""
    return make.body(kind=Kind.OFFICE, name_fi="Toimisto", slug="toimisto")


@pytest.fixture
def area(board: Body) -> Body:
    """Area A."""
    area = make.body(parent=board, name_fi="Alue A", name_sv="Område A", slug="alue-a")
    make.ex_officio(body=board, from_body=area)
    return area


@pytest.fixture
def other_area(board: Body) -> Body:
    """Another area."""
    other = make.body(parent=board, name_fi="Alue B", name_sv="Område B", slug="alue-b")
    make.ex_officio(body=board, from_body=other)
    return other


@pytest.fixture
def group(area: Body) -> Body:
    """Group G, under area A."""
    return make.body(kind=Kind.WORKING_GROUP, parent=area, name_fi="Ryhmä G", slug="ryhma-g")


# ── the people ──


def _holder(department: Department, body: Body, role: Role, first: str, last: str) -> Person:
    person = make.person(department=department, first_name=first, last_name=last)
    make.term(person=person, body=body, role=role)
    return person


@pytest.fixture
def member(area: Body, department: Department) -> Person:
    """jasen@: a member of area A."""
    return _holder(department, area, Role.MEMBER, "Jaana", "Jäsen")


@pytest.fixture
def secretary(area: Body, department: Department) -> Person:
    """sihteeri@: the secretary of area A."""
    return _holder(department, area, Role.SECRETARY, "Sirpa", "Sihteeri")


@pytest.fixture
def chair(area: Body, department: Department) -> Person:
    """puheenjohtaja@: the chair of area A, who sits in the board by that."""
    return _holder(department, area, Role.CHAIR, "Pekka", "Puheenjohtaja")


@pytest.fixture
def group_chair(group: Body, department: Department) -> Person:
    """ryhma@: the chair of group G."""
    return _holder(department, group, Role.CHAIR, "Reijo", "Ryhmä")


@pytest.fixture
def expert(group: Body) -> Person:
    """asiantuntija@: an outside expert of group G."""
    person = make.person(organisation="Asiantuntijat Oy", first_name="Aila", last_name="Asiantuntija")
    make.term(person=person, body=group, role=Role.EXPERT)
    return person


@pytest.fixture
def director(directors: Body, board: Body, other_department: Department) -> Person:
    """johtaja@: the chair of the directors' meeting, and of the board by that."""
    return _holder(other_department, directors, Role.CHAIR, "Jorma", "Johtaja")


@pytest.fixture
def other_chair(other_area: Body, other_department: Department) -> Person:
    """hallitus@: the chair of another area."""
    return _holder(other_department, other_area, Role.CHAIR, "Helka", "Hallitus")


@pytest.fixture
def coordinator(office: Body, department: Department) -> Person:
    """koordinaattori@: the office's secretary, that is the secretariat."""
    return _holder(department, office, Role.SECRETARY, "Kaisa", "Koordinaattori")


@pytest.fixture
def former_chair(area: Body, department: Department) -> Person:
    """entinen@: chaired area A until the end of 2023; works and logs in still."""
    person = make.person(first_name="Eino", last_name="Entinen")
    make.employment(person=person, department=department, starts_on=date(2020, 1, 1))
    make.term(person=person, body=area, role=Role.CHAIR, starts_on=date(2022, 1, 1), ends_on=date(2023, 12, 31))
    return person


@pytest.fixture
def keeper(db: None) -> Person:
    """yllapito@: the technical keeper, who holds no role."""
    return make.person(first_name="Yrjö", last_name="Ylläpito", is_keeper=True)


@pytest.fixture
def outsider(other_area: Body, other_department: Department) -> Person:
    """One of the network's own people, who has nothing to do with area A."""
    return _holder(other_department, other_area, Role.MEMBER, "Ulla", "Ulkopuolinen")


@pytest.fixture
def acting_alternate(member: Person, area: Body, department: Department) -> Person:
    """The member's alternate in area A, who stands in for them now."""
    person = make.person(department=department, first_name="Valto", last_name="Varajäsen")
    term = Term.objects.get(person=member, body=area)
    make.term(person=person, body=area, role=Role.ALTERNATE, alternate_for=term)
    make.substitution(term=term, person=person)
    return person
