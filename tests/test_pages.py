"""Every page renders in three languages, says what it is about, and costs the same with one row and with many.

The budgets are those of architecture § 17: eight queries for a visitor, twelve for somebody logged in.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from network.models import Body, Department, Kind, Person, Role
from network.periods import today
from network.visibility import Visibility
from tests import make

VISITOR, MEMBER = 8, 12


def count(client: Client, path: str, *, seen: bool = False) -> int:
    """How many queries the page asks; a first request may open a connection or fill a cache of the process."""
    if not seen:
        client.get(path)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return len(asked)


def people_in(body: Body, number: int, role: Role = Role.MEMBER) -> None:
    """Seat so many people of departments of their own in the body."""
    for _ in range(number):
        department = make.department()
        seat = make.seat(body=body, department=department)
        make.term(person=make.person(department=department), body=body, role=role, seat=seat)


def groups_under(area: Body, number: int) -> None:
    """Set up working groups with a chair each."""
    for _ in range(number):
        group = make.body(kind=Kind.WORKING_GROUP, parent=area)
        make.term(person=make.person(), body=group, role=Role.CHAIR)


PAGES: dict[str, Callable[[Body], str]] = {
    "home": lambda area: "/",
    "leadership": lambda area: "/johto/",
    "staff": lambda area: "/henkilosto/",
    "departments": lambda area: "/laitokset/",
    "representation": lambda area: "/edustus/",
    "areas": lambda area: "/palvelualueet/",
    "area": lambda area: f"/palvelualueet/{area.slug}/",
    "roster": lambda area: f"/toimielimet/{area.slug}/jasenet/",
    "groups": lambda area: "/tyoryhmat/",
    "documents": lambda area: "/asiakirjat/",
    "meetings": lambda area: "/kokoukset/",
    "meetings of a body": lambda area: f"/kokoukset/?toimielin={area.slug}",
    "decisions": lambda area: "/paatokset/",
    "board": lambda area: f"/toimielimet/{area.parent.slug}/",
}


Costs = dict[str, tuple[int, int]]  # of each page: to a visitor, to a member of area A


def fill(area: Body, office: Body, number: int) -> None:
    """So many more of everything that the pages list."""
    people_in(area, number)
    people_in(office, number)
    groups_under(area, number)
    for _ in range(number):
        make.document(body=area, visibility=Visibility.PUBLIC)
        make.meeting(body=area, state="published")
        make.meeting(body=area, state="called")


@pytest.fixture(scope="module")
def costs(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> tuple[Costs, Costs]:
    """What each page costs with one row of everything, and with three: written once for all the pages."""
    with django_db_blocker.unblock(), transaction.atomic():
        area, office = make.body(), make.body(kind=Kind.OFFICE)
        make.ex_officio(body=area.parent, role=Role.CHAIR, from_body=area.parent.parent)
        make.ex_officio(body=area.parent, from_body=area)
        make.term(person=make.person(department=make.department()), body=area, role=Role.CHAIR)
        member = make.person(department=make.department())
        make.term(person=member, body=area)
        visitor, insider = Client(), Client()
        insider.force_login(member)

        def asked(*, seen: bool) -> Costs:
            paths = {name: path(area) for name, path in PAGES.items()}
            return {name: (count(visitor, at, seen=seen), count(insider, at, seen=seen)) for name, at in paths.items()}

        fill(area, office, 1)
        before = asked(seen=False)
        fill(area, office, 2)
        after = asked(seen=True)
        transaction.set_rollback(True)
    return before, after


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_with_one_row_and_with_many(name: str, costs: tuple[Costs, Costs]) -> None:
    before, after = (cost[name] for cost in costs)
    assert after == before
    assert (after[0] <= VISITOR, after[1] <= MEMBER) == (True, True), after


@pytest.mark.parametrize("name", ["own matters", "own data"])
def test_own_pages_cost_the_same_with_more_roles(name: str, area: Body, member: Person, login: Callable) -> None:
    path = {"own matters": "/omat/", "own data": "/omat/tiedot/"}[name]
    client = login(member)
    make.term(person=member, body=make.body(kind=Kind.WORKING_GROUP, parent=area))
    before = count(client, path)
    for _ in range(3):
        make.term(person=member, body=make.body(kind=Kind.WORKING_GROUP, parent=area))
    assert count(client, path) == before <= MEMBER


def test_a_department_lists_where_its_people_sit(area: Body, department: Department, member: Person) -> None:
    seat = make.seat(body=area, department=department)
    person = make.person(department=department, first_name="Liisa", last_name="Laitoksenedustaja")
    make.term(person=person, body=area, seat=seat)
    page = Client().get(department.get_absolute_url()).content.decode()
    assert "Laitoksenedustaja" in page
    assert member.last_name not in page.split("<main", 1)[1].split("</main>", 1)[0]  # holds no seat of the department


@pytest.mark.parametrize("prefix", ["", "/sv", "/en"])
@pytest.mark.parametrize("path", ["/", "/johto/", "/laitokset/", "/edustus/", "/palvelualueet/", "/tyoryhmat/"])
def test_a_page_stands_in_three_languages(prefix: str, path: str, area: Body) -> None:
    response = Client().get(prefix + path)
    language = prefix.strip("/") or "fi"
    assert (response.status_code, response.headers["Content-Language"]) == (200, language)
    assert f'<html lang="{language}">' in response.content.decode()


def test_a_public_page_varies_by_no_cookie_and_sets_none(area: Body) -> None:
    response = Client().get("/johto/")
    assert ("Vary" in response.headers, dict(response.cookies)) == (False, {})
    assert "csrfmiddlewaretoken" not in response.content.decode()


def test_the_policy_of_content_allows_nothing_inline(area: Body) -> None:
    policy = Client().get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.row("F13", part=True)
def test_a_roster_of_another_day_shows_that_day(area: Body) -> None:
    department = make.department()
    then = make.person(department=department, first_name="Matti", last_name="Menneisyys")
    now = make.person(department=department, first_name="Nelli", last_name="Nykyisyys")
    seat = make.seat(body=area, department=department)
    make.term(person=then, body=area, seat=seat, starts_on=date(2020, 1, 1), ends_on=date(2023, 12, 31))
    make.term(person=now, body=area, seat=seat, starts_on=date(2024, 1, 1))
    path = f"/toimielimet/{area.slug}/jasenet/?pvm="
    pages = {day: Client().get(path + day).content.decode() for day in ("2023-12-31", "1.1.2024")}
    seen = {day: ("Menneisyys" in page, "Nykyisyys" in page) for day, page in pages.items()}
    assert seen == {"2023-12-31": (True, False), "1.1.2024": (False, True)}


def test_leadership_of_a_day_that_nobody_knows_is_told_as_unknown(area: Body) -> None:
    make.term(person=make.person(), body=area, role=Role.CHAIR, starts_on=date(2024, 1, 1))
    known, unknown = (Client().get(f"/en/johto/?pvm={day}").content.decode() for day in ("2025-01-01", "1990-01-01"))
    assert ("members and a secretary" in known, "members and a secretary" in unknown) == (True, False)
    assert "The composition on 1.1.1990 is not known." in unknown
    assert ("Solid bar" in known, "Dashed" in known) == (True, False)  # no bar is dashed
    make.seat(body=area.parent, department=make.department())
    assert "Dashed" in Client().get("/en/johto/?pvm=2025-01-02").content.decode()


@pytest.mark.django_db
def test_no_page_leads_to_where_one_is() -> None:
    link = "[2018](/johto/?pvm=2018-05-01)"
    make.page(slug="johto", text_fi=f"Johto.\r\n\r\n{link}\r\n")
    pages = {day: Client().get(f"/johto/?pvm={day}").content.decode() for day in ("1.5.2018", "2019-05-01")}
    shown = {day: 'href="/johto/?pvm=2018-05-01">2018</a>' in page for day, page in pages.items()}
    assert shown == {"1.5.2018": False, "2019-05-01": True}
    assert "Johto." in pages["1.5.2018"]


def test_a_roster_tells_the_department_apart_from_the_ground(area: Body, chair: Person, department: Department) -> None:
    assert '<th scope="col">Peruste</th>' not in Client().get(f"/toimielimet/{area.slug}/jasenet/").content.decode()
    board = Client().get(f"/toimielimet/{area.parent.slug}/jasenet/").content.decode()
    assert all(f'<th scope="col">{word}</th>' in board for word in ("Peruste", "Pelastuslaitos"))
    assert f'<td data-label="Pelastuslaitos">{department.name_fi}</td>' in board


def test_the_roster_of_today_tells_who_comes(area: Body) -> None:
    seen, hidden = make.person(last_name="Tuleva"), make.person(last_name="Piilossa", visibility=Visibility.BODY)
    for person in (seen, hidden):
        make.term(person=person, body=area, starts_on=today() + timedelta(days=10))
    make.term(person=make.person(), body=area)
    path = f"/toimielimet/{area.slug}/jasenet/"
    pages = [Client().get(path + query).content.decode() for query in ("", "?pvm=2025-05-01")]
    assert ["Alkavat toimikaudet" in page for page in pages] == [True, False]
    assert ["Tuleva" in pages[0], "Piilossa" in pages[0]] == [True, False]


def test_a_visitor_is_told_that_decisions_may_be_behind_the_login(area: Body, member: Person, login: Callable) -> None:
    words = ("Julkisia päätöksiä ei ole", "Näytettäviä päätöksiä ei vielä ole")
    pages = [client.get(area.get_absolute_url()).content.decode() for client in (Client(), login(member))]
    assert [[word in page for word in words] for page in pages] == [[True, False], [False, True]]


def test_the_note_of_the_source_is_not_the_introduction(area: Body) -> None:
    Body.objects.filter(pk=area.pk).update(as_of_fi="Nimi vuodelta 2024")
    make.term(person=make.person(), body=area)
    page = Client().get(area.get_absolute_url()).content.decode()
    assert page.index("1 jäsen") < page.index("Nimi vuodelta 2024")


def test_the_representation_has_one_name_and_a_key_to_its_numbers(area: Body, department: Department) -> None:
    make.term(person=make.person(department=department, visibility=Visibility.BODY), body=area)
    page = Client().get("/edustus/").content.decode()
    assert f'narrow-only">1</span> <a href="{department.get_absolute_url()}">' in page
    assert all(word in page for word in ("<h1>Edustus ", ">Edustus</a>", ">joku</span>", "”Joku”"))


def test_everybody_finds_the_way_to_the_office(settings: Any, area: Body) -> None:
    settings.OFFICE_EMAIL = "toimisto@verkosto.example"
    link = 'href="mailto:toimisto@verkosto.example"'
    paths = ("/henkilosto/", "/tili/kirjaudu/", "/haku/?q=olematonsana")
    assert [link in Client().get(path).content.decode() for path in paths] == [True] * 3
    settings.OFFICE_EMAIL = ""  # none is invented
    assert not any("mailto:" in Client().get(path).content.decode() for path in paths)


def test_home_tells_each_areas_next_meeting_that_everybody_may_know_of(area: Body, other_area: Body) -> None:
    facts: dict[str, Any] = {"state": "called", "items": 1, "calendar_visibility": Visibility.PUBLIC}
    days = [timezone.now() + timedelta(days=number) for number in (40, 30)]
    later, sooner = (make.meeting(body=area, starts_at=day, **facts) for day in days)
    make.meeting(body=other_area, state="called", calendar_visibility=Visibility.BODY)
    page = Client().get("/").content.decode()
    assert (sooner.get_absolute_url() in page, later.get_absolute_url() in page) == (True, False)
    rows = page.split('class="rows areas"')[1].split("</ul>")[0]
    assert (rows.index("Alue A") < rows.index("Alue B"), rows.count("/kokoukset/")) == (True, 1)
