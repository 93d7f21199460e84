"""The demonstration: in demonstration mode only, ten logins whose access is what their role says."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db.models import Count, Q
from django.test import Client
from pytest_django.fixtures import Settings

from network.access import NOBODY, Access
from network.models import (
    Body,
    Employment,
    ExOfficio,
    Holding,
    Kind,
    Person,
    Role,
    Seat,
    Substitution,
    Term,
)
from tests.demonstrated import PASSWORD

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
LOGINS = {
    "jasen", "sihteeri", "puheenjohtaja", "ryhma", "asiantuntija",
    "johtaja", "hallitus", "koordinaattori", "entinen", "yllapito",
}  # fmt: skip
AREA, OTHER_AREA, GROUP = "turvallisuuspalvelut", "pelastustoiminta", "neuvontakayntien-yhteinen-malli"
DIRECTORS, BOARD, OFFICE = "pelastusjohtajien-kokous", "hallitus", "toimisto"


def login_of(name: str) -> Person:
    """The person behind the login."""
    return Person.objects.get(email=f"{name}@example.org")


def access_of(name: str) -> Access:
    """What the login may do on the day that the demonstration is told for."""
    return Access.on(login_of(name), TODAY)


def slugs(bodies: frozenset[int]) -> set[str]:
    """The addresses of the bodies."""
    return set(Body.objects.filter(pk__in=bodies).values_list("slug", flat=True))


def groups_of(area: str) -> set[str]:
    """The area's working groups that are open."""
    return set(Body.objects.on(TODAY).filter(parent__slug=area).values_list("slug", flat=True))


def areas() -> set[str]:
    """The service areas."""
    return set(Body.objects.of_kind(Kind.SERVICE_AREA).values_list("slug", flat=True))


def test_refused_outside_demonstration_mode(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", verbosity=0)


def test_refused_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("demo", verbosity=0)


def test_a_second_run_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    counted = {model: model.objects.count() for model in (Person, Employment, Term, Seat, Body, Substitution)}
    hashed = set(Person.objects.values_list("pk", "password"))
    call_command("demo", verbosity=0)
    assert counted == {model: model.objects.count() for model in counted}
    assert hashed == set(Person.objects.values_list("pk", "password"))


def test_search_finds_at_once(client: Client) -> None:
    """The command makes the index itself: the jobs would take minutes."""
    assert 'class="hits"' in client.get("/haku/", {"q": "palovaroittimien asennuskysely"}).text


def test_a_new_password_reaches_the_logins_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "toinen-salasana-2026")
    call_command("demo", verbosity=0)
    assert authenticate(email="jasen@example.org", password="toinen-salasana-2026") == login_of("jasen")
    others = Person.objects.exclude(email__in=[f"{name}@example.org" for name in LOGINS])
    assert not any(person.has_usable_password() for person in others)


@pytest.mark.parametrize("name", sorted(LOGINS))
def test_logins_work_in_the_demonstration_only(name: str, settings: Settings) -> None:
    email = f"{name}@example.org"
    assert authenticate(email=email, password=PASSWORD) == login_of(name)
    assert authenticate(email=email, password="väärä-salasana-2026") is None
    settings.DEMO = False
    assert authenticate(email=email, password=PASSWORD) is None


def test_member_sits_in_one_area_and_keeps_nothing() -> None:
    access = access_of("jasen")
    assert slugs(access.member_of) == {AREA}
    assert (access.manages, access.governs) == (frozenset(), frozenset())
    assert access.is_network
    assert not access.is_secretariat


def test_secretary_keeps_the_area_and_its_groups() -> None:
    access = access_of("sihteeri")
    assert slugs(access.member_of) == {AREA}
    assert slugs(access.manages) == {AREA} | groups_of(AREA)
    assert access.governs == frozenset()
    assert access.is_network


def test_chair_governs_the_groups_and_sits_in_the_board() -> None:
    access = access_of("puheenjohtaja")
    assert slugs(access.member_of) == {AREA, BOARD, DIRECTORS}
    assert slugs(access.manages) == {AREA} | groups_of(AREA)
    assert slugs(access.governs) == groups_of(AREA)


def test_group_chair_keeps_the_group() -> None:
    access = access_of("ryhma")
    assert slugs(access.member_of) == slugs(access.manages) == {GROUP}
    assert access.governs == frozenset()
    assert access.is_network


def test_outside_expert_sits_in_the_group_and_is_not_of_the_network() -> None:
    access = access_of("asiantuntija")
    assert slugs(access.member_of) == {GROUP}
    assert access.manages == frozenset()
    assert not access.is_network
    assert [holding.role for holding in access.because] == [Role.EXPERT]


def test_leading_director_chairs_the_meeting_and_the_board() -> None:
    access = access_of("johtaja")
    assert slugs(access.member_of) == {DIRECTORS, BOARD}
    assert slugs(access.manages) == {DIRECTORS, BOARD} | areas()
    assert slugs(access.governs) == areas()


def test_chair_of_another_area_sits_in_the_board_and_keeps_nothing_of_the_first() -> None:
    access = access_of("hallitus")
    assert slugs(access.member_of) == {OTHER_AREA, BOARD, DIRECTORS}
    assert slugs(access.manages) == {OTHER_AREA} | groups_of(OTHER_AREA)


def test_coordinator_is_the_secretariat() -> None:
    access = access_of("koordinaattori")
    assert access.is_secretariat
    assert slugs(access.member_of) == {OFFICE}


def test_former_chair_has_no_access_left() -> None:
    assert access_of("entinen") == NOBODY
    past = Term.objects.filter(person=login_of("entinen"), body__slug=AREA)
    assert [(term.role, term.held_on(TODAY)) for term in past] == [(Role.CHAIR, False)]


def test_keeper_runs_the_machine_and_sees_no_content() -> None:
    access = access_of("yllapito")
    assert access.is_keeper
    assert (access.member_of, access.manages, access.governs) == (frozenset(), frozenset(), frozenset())
    assert not access.is_network


def test_listed_staff_has_no_right() -> None:
    manager = Holding.objects.on(TODAY).get(body__slug=OFFICE, role=Role.MEMBER).person
    access = Access.on(manager, TODAY)
    assert not access.is_secretariat
    assert access.manages == frozenset()


def test_logins_keep_their_roles_until_the_end_of_2027() -> None:
    then = date(2027, 12, 31)
    for name in LOGINS - {"entinen", "yllapito"}:
        person = login_of(name)
        assert Access.on(person, then).member_of == access_of(name).member_of
        assert Access.on(person, then).is_network == access_of(name).is_network


def test_size_of_the_network() -> None:
    invented = Person.objects.filter(is_recorded=False)
    assert invented.count() == 400
    assert not invented.exclude(email__endswith="@example.org").exists()
    groups = Body.objects.of_kind(Kind.WORKING_GROUP).filter(is_recorded=False, is_proposed=False)
    assert groups.count() == 30
    sizes = groups.annotate(n=Count("terms", filter=Q(terms__starts_on__lte=TODAY))).filter(n__gt=0)
    assert all(7 <= group.n <= 10 for group in sizes)
    seats = Seat.objects.on(TODAY).filter(body__kind=Kind.SERVICE_AREA)
    assert seats.count() == 5 * 21
    assert Holding.objects.on(TODAY).values("person").distinct().count() >= 300


def test_each_body_has_its_officers() -> None:
    for body in Body.objects.on(TODAY).filter(is_recorded=False).exclude(kind=Kind.OFFICE):
        roles = set(body.holdings.on(TODAY).values_list("role", flat=True))
        assert Role.CHAIR in roles
        assert (Role.SECRETARY in roles) != (body.kind == Kind.DIRECTORS)
        assert (Role.VICE_CHAIR in roles) == (body.kind != Kind.WORKING_GROUP)
    board = Holding.objects.on(TODAY).filter(body__slug=BOARD)
    assert sorted(board.values_list("role", flat=True)) == sorted(
        [Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY, *[Role.MEMBER] * 5]
    )
    assert ExOfficio.objects.filter(body__slug=BOARD).count() == 7


@pytest.mark.row("F14", part=True)
def test_vacancies_alternates_stand_ins_and_decided_terms_are_there() -> None:
    held = Holding.objects.on(TODAY).filter(seat__isnull=False).values("seat")
    empty = Seat.objects.on(TODAY).exclude(pk__in=held).select_related("body")
    assert empty.count() == 5
    assert all(seat.body.keeps_register_on(TODAY) for seat in empty)
    alternates = Term.objects.on(TODAY).filter(role=Role.ALTERNATE)
    assert alternates.count() > 20
    assert not alternates.exclude(alternate_for__isnull=False).exists()
    assert Substitution.objects.on(TODAY).count() == 2
    assert Term.objects.filter(starts_on__gt=TODAY).count() > 10
    soon = Term.objects.on(TODAY).filter(ends_on__lte=TODAY + timedelta(days=90))
    assert soon.count() > 10


def works_in(person: Person, day: date) -> int | None:
    """The department that the person works in on the day."""
    job = person.employment_on(day)
    return job.department_id if job else None


def test_secretary_of_an_area_works_where_its_chair_works() -> None:
    chairs = Term.objects.filter(body__kind=Kind.SERVICE_AREA, role=Role.CHAIR).select_related("person")
    assert chairs.count() > 8
    for chair in chairs:
        secretary = Term.objects.on(chair.starts_on).get(body=chair.body_id, role=Role.SECRETARY).person
        day = chair.starts_on
        assert works_in(secretary, day) == works_in(chair.person, day) is not None


def test_whoever_sits_for_a_department_works_there() -> None:
    terms = Term.objects.filter(seat__department__isnull=False).select_related("person", "seat")
    for term in terms.prefetch_related("person__employments"):
        day = max(TODAY, term.starts_on)
        for asked in (term.starts_on, min(term.ends_on or day, day)):
            works = {job.department_id for job in term.person.employments.all() if job.held_on(asked)}
            assert term.seat
            assert works == {term.seat.department_id}


def test_departments_of_2023_took_over_the_people_of_those_before_them() -> None:
    moved = Employment.objects.filter(department__successor__isnull=False, ends_on=date(2022, 12, 31))
    assert moved.filter(person__email__isnull=False).count() > 20
    assert not Employment.objects.filter(
        department__valid_from=date(2023, 1, 1), starts_on__lt=date(2023, 1, 1)
    ).exists()


def test_the_board_of_2018_is_as_before() -> None:
    held = Holding.objects.on(date(2018, 5, 1)).filter(body__slug=BOARD)
    assert {holding.person.last_name for holding in held} == {"Pukkinen", "Wecksten", "Tervo"}
