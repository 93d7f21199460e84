"""Access: what holdings add up to, on a day; and who reads, keeps and decides by it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from documents.models import Document
from network.access import NOBODY, Access, read_or_404
from network.models import Body, Department, Kind, Person, Reading, Role, Term
from network.views.errors import not_found
from network.visibility import Visibility
from tests import make
from tests.asking import bare

pytestmark = pytest.mark.django_db


def every_document(reader: Any) -> Any:
    """All that there are, for to be narrowed to what the reader may read."""
    return Document.objects.all()


BODIES = ("directors", "board", "office", "area", "other_area", "group")

# person: member of, manages, governs; the marks: network, secretariat, keeper
TABLE = {
    "member": ("area", "", "", "n"),
    "secretary": ("area", "area group", "", "n"),
    "chair": ("area board", "area group", "group", "n"),
    "former_chair": ("", "", "", ""),
    "group_chair": ("group", "group", "", "n"),
    "expert": ("group", "", "", ""),
    "director": ("directors board", "directors board area other_area", "area other_area", "n"),
    "other_chair": ("other_area board", "other_area", "", "n"),
    "coordinator": ("office", "office", "", "ns"),
    "keeper": ("", "", "", "k"),
    "outsider": ("other_area", "", "", "n"),
    "acting_alternate": ("area", "", "", "n"),
}


@pytest.fixture
def world(request: pytest.FixtureRequest) -> dict[int, str]:
    """All six bodies, by key."""
    return {request.getfixturevalue(name).pk: name for name in BODIES}


def asked(request: pytest.FixtureRequest, name: str) -> Person:
    """The person of the cast, as the next request would load them."""
    return Person.objects.get(pk=request.getfixturevalue(name).pk)


@pytest.mark.parametrize("name", TABLE)
def test_access_by_role(request: pytest.FixtureRequest, world: dict[int, str], name: str) -> None:
    access = asked(request, name).access
    member_of, manages, governs, marks = TABLE[name]
    sets = [{world[pk] for pk in pks} for pks in (access.member_of, access.manages, access.governs)]
    assert sets == [set(member_of.split()), set(manages.split()), set(governs.split())]
    assert (access.is_network, access.is_secretariat, access.is_keeper) == (
        "n" in marks, "s" in marks, "k" in marks,
    )  # fmt: skip


def test_nobody_may_anything() -> None:
    assert Access() == NOBODY
    assert [Access.of(user) for user in (None, AnonymousUser())] == [NOBODY, NOBODY]


def test_former_chair_is_nobody(former_chair: Person) -> None:
    assert former_chair.access == NOBODY


def test_former_chair_had_it_all_while_it_lasted(former_chair: Person, area: Body, group: Body) -> None:
    access = Access.on(former_chair, date(2023, 12, 31))
    assert (access.manages, access.governs) == ({area.pk, group.pk}, {group.pk})


def test_a_person_who_may_not_log_in_may_nothing(chair: Person) -> None:
    chair.is_active = False
    assert Access.on(chair, make.SINCE) == NOBODY


@pytest.mark.parametrize("name", TABLE)
def test_access_costs_two_queries(request: pytest.FixtureRequest, world: dict[int, str], name: str) -> None:
    person = asked(request, name)
    with CaptureQueriesContext(connection) as rules:
        access = Access.on(person, make.SINCE)
    with CaptureQueriesContext(connection) as reasons:
        _ = [(h.body.name, h.period) for h in access.because]
    assert (len(rules) <= 2, len(reasons) <= 1) == (True, True)


def test_access_is_computed_once_a_request(chair: Person, django_assert_num_queries: Callable) -> None:
    assert chair.access.manages
    with django_assert_num_queries(0):
        assert Access.of(chair) is chair.access


# ── what the fields come from ──


@pytest.mark.parametrize("role", [Role.CHAIR, Role.VICE_CHAIR])
def test_nobody_governs_a_body_they_lead(area: Body, group: Body, department: Department, role: Role) -> None:
    person = make.person(department=department)
    make.term(person=person, body=area, role=Role.VICE_CHAIR)
    second = make.body(kind=Kind.WORKING_GROUP, parent=area)
    make.term(person=person, body=group, role=role)
    assert person.access.governs == {second.pk}
    assert person.access.manages == {area.pk, group.pk, second.pk}


def test_a_secretary_above_does_not_govern(secretary: Person, group: Body) -> None:
    assert (group.pk in secretary.access.manages, secretary.access.governs) == (True, frozenset())


def test_a_closed_body_is_read_and_no_longer_kept(chair: Person, group_chair: Person, group: Body) -> None:
    Body.objects.filter(pk=group.pk).update(valid_to=date(2025, 6, 30))
    last, after = date(2025, 6, 30), date(2025, 7, 1)
    kept = [(group.pk in Access.on(person, day).manages) for person in (chair, group_chair) for day in (last, after)]
    assert kept == [True, False, True, False]
    assert [group.pk in Access.on(chair, day).governs for day in (last, after)] == [True, False]
    assert Access.on(group_chair, after).member_of == {group.pk}


def test_an_outside_expert_is_not_of_the_network(expert: Person, department: Department) -> None:
    assert not expert.access.is_network
    hired = make.person(department=department)
    make.term(person=hired, role=Role.EXPERT)
    assert not hired.access.is_network


def test_an_expert_of_the_office_is_an_outside_expert_too(office: Body) -> None:
    person = make.person(organisation="Asiantuntijat Oy")
    make.term(person=person, body=office, role=Role.EXPERT)
    assert (person.access.is_network, person.access.is_secretariat) == (False, False)


def test_the_networks_own_work_in_a_department_today(area: Body, department: Department) -> None:
    person = make.person()
    make.term(person=person, body=area)
    make.employment(person=person, department=department, ends_on=date(2024, 6, 30))
    make.employment(person=person, organisation="Yritys Oy", starts_on=date(2024, 7, 1))
    days = [date(2024, 6, 30), date(2024, 7, 1)]
    assert [Access.on(person, day).is_network for day in days] == [True, False]
    assert Access.on(person, days[1]).member_of == {area.pk}


def test_an_office_member_is_listed_without_rights(office: Body, area: Body) -> None:
    person = make.person(organisation="Palvelukeskus")
    make.term(person=person, body=office, title_fi="projektipäällikkö")
    access = person.access
    assert (access.member_of, access.manages, access.governs) == ({office.pk}, frozenset(), frozenset())
    assert (access.is_network, access.is_secretariat, person.is_staff) == (True, False, False)


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SECRETARY])
def test_the_secretariat_opens_the_admin_and_keeps_every_body(office: Body, area: Body, role: Role) -> None:
    person = make.person()
    make.term(person=person, body=office, role=role)
    assert (person.is_staff, person.has_perm("x"), person.has_perms(["x"]), person.has_module_perms("x")) == (
        True, True, True, True,
    )  # fmt: skip
    assert (person.access.may_manage(area), person.access.may_govern(area)) == (True, True)


def test_a_vice_chair_of_the_office_is_not_the_secretariat(office: Body) -> None:
    person = make.person()
    make.term(person=person, body=office, role=Role.VICE_CHAIR)
    assert not person.access.is_secretariat


def test_the_keeper_sees_no_content(keeper: Person, area: Body) -> None:
    make.document(body=area, visibility=Visibility.NETWORK)
    assert (keeper.is_staff, list(Document.objects.visible_to(keeper))) == (False, [])


def test_a_substitution_opens_and_ends(area: Body, group: Body, department: Department) -> None:
    term = make.term(body=area, role=Role.CHAIR)
    stand_in = make.person(department=department)
    make.substitution(term=term, person=stand_in, starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 31))
    days = [date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31), date(2025, 4, 1)]
    found = [Access.on(stand_in, day) for day in days]
    assert [access.governs for access in found] == [frozenset(), {group.pk}, {group.pk}, frozenset()]
    assert [access == NOBODY for access in found] == [True, False, False, True]


def test_the_reason_is_the_holding_that_opened_the_body(chair: Person, board: Body, area: Body, group: Body) -> None:
    term = Term.objects.get(person=chair)
    access = chair.access
    reasons = [access.reason(body) for body in (area, group, board)]
    assert [(h.term, h.body) for h in reasons if h] == [(term, area), (term, area), (term, board)]
    assert access.reason(make.body()) is None


@pytest.mark.row("F15", part=True)
def test_the_areas_new_chair_sits_in_the_board_and_the_old_one_does_not(
    board: Body, area: Body, department: Department
) -> None:
    old, new = (make.person(department=department) for _ in range(2))
    make.term(person=old, body=area, role=Role.CHAIR, ends_on=date(2025, 5, 31))
    make.term(person=new, body=area, role=Role.CHAIR, starts_on=date(2025, 6, 1))
    days = [date(2025, 5, 31), date(2025, 6, 1)]
    assert [[board.pk in Access.on(p, day).member_of for p in (old, new)] for day in days] == [
        [True, False], [False, True],
    ]  # fmt: skip


# ── the end of a term is the end of its rights, the same night ──

LAST_MINUTE = datetime(2026, 11, 24, 21, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # half past midnight in Helsinki, still the 24th in UTC


@pytest.mark.row("F12", part=True)
def test_rights_end_with_the_term_the_same_night(chair: Person, area: Body, group: Body) -> None:
    Term.objects.filter(person=chair).update(ends_on=date(2026, 11, 24))
    with time_machine.travel(LAST_MINUTE, tick=False):
        assert Person.objects.get(pk=chair.pk).access.governs == {group.pk}
    with time_machine.travel(AFTER_MIDNIGHT, tick=False):
        assert Person.objects.get(pk=chair.pk).access == NOBODY


@pytest.mark.row("F12", part=True)
def test_rights_begin_at_midnight_in_helsinki(area: Body, department: Department) -> None:
    person = make.person(department=department)
    make.term(person=person, body=area, role=Role.CHAIR, starts_on=date(2026, 11, 25))
    with time_machine.travel(LAST_MINUTE, tick=False):
        assert Access.of(person) == NOBODY
    with time_machine.travel(AFTER_MIDNIGHT, tick=False):
        assert area.pk in Person.objects.get(pk=person.pk).access.manages


@pytest.mark.row("F12")
def test_a_page_closes_at_midnight_for_a_reader_who_is_logged_in(
    login: Callable[[Person], Client], area: Body, member: Person
) -> None:
    """No job has run, nobody has pressed anything, and the session is the same."""
    Term.objects.filter(person=member).update(ends_on=date(2026, 11, 24))
    address = make.document(body=area, visibility=Visibility.BODY).get_absolute_url()
    with time_machine.travel(LAST_MINUTE - timedelta(hours=1), tick=False) as clock:
        client = login(member)
        clock.move_to(LAST_MINUTE)
        before = client.get(address).status_code
        clock.move_to(AFTER_MIDNIGHT)
        after = client.get(address).status_code
    assert (before, after) == (200, 404)


# ── records ──


@pytest.fixture
def papers(area: Body, other_area: Body, group: Body) -> dict[str, Document]:
    """A document of each visibility in area A, and a body-level one in its group and in another area."""
    made = {f"area {level}": make.document(body=area, visibility=level) for level in Visibility}
    made["group body"] = make.document(body=group)
    made["other body"] = make.document(body=other_area)
    return made


READS = {
    None: "area public",
    "member": "area public, area network, area body",
    "secretary": "area public, area network, area body, group body",
    "chair": "area public, area network, area body, group body",
    "former_chair": "area public",
    "group_chair": "area public, area network, group body",
    "expert": "area public, group body",
    "director": "area public, area network, area body, other body",
    "other_chair": "area public, area network, other body",
    "coordinator": "area public, area network, area body, group body, other body",
    "keeper": "area public",
    "outsider": "area public, area network, other body",
    "acting_alternate": "area public, area network, area body",
}
A = "area public, area network, area body"
KEEPS = {
    "secretary": f"{A}, group body",
    "chair": f"{A}, group body",
    "group_chair": "group body",
    "director": f"{A}, other body",
    "other_chair": "other body",
    "coordinator": f"{A}, group body, other body",
}
DECIDES = {"chair": "group body", "director": f"{A}, other body", "coordinator": f"{A}, group body, other body"}


def titles(names: str, papers: dict[str, Document]) -> set[Document]:
    """The documents of these names."""
    return {papers[name] for name in names.split(", ") if name}


@pytest.mark.parametrize("name", READS)
def test_who_reads_keeps_and_decides(
    request: pytest.FixtureRequest, papers: dict[str, Document], name: str | None
) -> None:
    reader: Any = asked(request, name) if name else AnonymousUser()
    assert set(Document.objects.visible_to(reader)) == titles(READS[name], papers)
    assert set(Document.objects.managed_by(reader)) == titles(KEEPS.get(name or "", ""), papers)
    assert set(Document.objects.governed_by(reader)) == titles(DECIDES.get(name or "", ""), papers)


def test_a_record_that_may_be_read_is_given(rf: RequestFactory, papers: dict[str, Document], member: Person) -> None:
    request = rf.get("/asiakirjat/1/")
    request.user = member
    assert read_or_404(request, every_document, pk=papers["area body"].pk) == papers["area body"]


@pytest.mark.parametrize(("level", "kept"), [("public", False), ("network", True), ("body", True)])
def test_a_reading_is_kept_of_what_is_not_public(
    rf: RequestFactory, papers: dict[str, Document], member: Person, level: str, kept: bool
) -> None:
    document = papers[f"area {level}"]
    request = rf.get(f"/asiakirjat/{document.pk}/", {"salaisuus": "ei polussa"})
    request.user = member
    read_or_404(request, every_document, pk=document.pk)
    expected = [(member.pk, "documents.document", document.pk, f"/asiakirjat/{document.pk}/")] if kept else []
    assert list(Reading.objects.values_list("person", "kind", "record_id", "path")) == expected


@pytest.mark.parametrize("name", ["other body", None])
def test_a_forbidden_record_and_a_missing_one_are_the_same(
    rf: RequestFactory, papers: dict[str, Document], member: Person, name: str | None
) -> None:
    request = rf.get("/asiakirjat/1/")
    request.user = member
    with pytest.raises(Http404) as caught:
        read_or_404(request, every_document, pk=papers[name].pk if name else 0)
    assert (str(caught.value), Reading.objects.count()) == ("", 0)


def test_an_anonymous_reader_of_a_public_record_leaves_no_trace(
    rf: RequestFactory, papers: dict[str, Document]
) -> None:
    request = rf.get("/asiakirjat/1/")
    request.user = AnonymousUser()
    read_or_404(request, every_document, pk=papers["area public"].pk)
    assert not Reading.objects.exists()


@pytest.mark.row("F90", part=True)
def test_page_of_what_is_missing_hears_of_no_reason(member: Person) -> None:
    pages = []
    for reason in (None, Http404("Salaisuus"), Http404({"title": "Salaisuus"})):
        request = RequestFactory().get("/kokoukset/7/")
        request.user = member
        answer = not_found(request, reason)
        pages.append((answer.status_code, bare(answer.content.decode(), request.path), answer.headers))
    assert pages[0] == pages[1] == pages[2]
    assert (pages[0][0], "Salaisuus" in pages[0][1]) == (404, False)
