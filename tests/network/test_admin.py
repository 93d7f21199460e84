"""The secretariat's registers at /hallinta/: who gets in, what they cost, and that a refusal is an error in words."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from network.models import Body, Department, ExOfficio, Kind, Letter, Person, Role, Term
from network.periods import today
from network.registers import RegisterForm
from tests import make
from tests.network.filling import change_url, post, words

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("coordinator", "area")

Login = Callable[[Person], Client]
HOME = "/hallinta/"
QUERIES = [
    "?q=virtanen&aika=nyt", "?aika=paattyy&role__exact=chair&body__kind__exact=board", "?aika=zzz", "?p=99999", "?p=x",
    "?o=9.9", "?id__exact=abc", "?laitos=olematon", "?e=1", "?email__isempty=1", "?is_active__exact=zzz", "?all=",
    "?_to_field=password&_popup=1", "?envelopes__state=zzz", "?created_at__gte=zzz", "?password__startswith=a",
]  # fmt: skip
REGISTERS = [
    "network/department", "network/person", "network/body", "network/term", "network/page", "network/letter",
    "documents/document",
]  # fmt: skip


# ── who gets in ──


def test_anonymous_is_led_to_the_login(client: Client, db: None) -> None:
    for path in ["", *(f"{name}/" for name in REGISTERS), "network/person/add/", "olematon/"]:
        end = client.get(HOME + path, follow=True).redirect_chain
        assert end[-1][0].startswith("/tili/kirjaudu/?next="), path
    assert client.get("/sv/hallinta/", follow=True).redirect_chain[-1][0].startswith("/sv/tili/kirjaudu/")


@pytest.mark.parametrize("who", ["member", "secretary", "chair", "director", "former_chair", "keeper", "expert"])
def test_everybody_else_meets_nothing(request: pytest.FixtureRequest, login: Login, who: str) -> None:
    client = login(request.getfixturevalue(who))
    for path in ("", "login/", "network/person/", "autocomplete/", "password_change/", "olematon/"):
        assert client.get(HOME + path).status_code == 404, path
        assert client.post(HOME + path).status_code == 404, path


def test_the_keeper_with_an_office_task_gets_in(login: Login, keeper: Person, office: Body) -> None:
    make.term(person=keeper, body=office, role=Role.MEMBER)
    assert login(keeper).get(HOME).status_code == 404
    Term.objects.filter(person=keeper).update(role=Role.SECRETARY)
    assert login(keeper).get(HOME).status_code == 200


def test_the_right_ends_with_the_term(login: Login, coordinator: Person) -> None:
    client = login(coordinator)
    assert client.get(HOME).status_code == 200
    Term.objects.filter(person=coordinator).update(ends_on=today() - timedelta(days=1))
    assert client.get(HOME).status_code == 404


def test_only_our_own_registers_are_there(desk: Client) -> None:
    apps = desk.get(HOME).context["app_list"]
    assert {f"{app['app_label']}/{model['object_name'].lower()}" for app in apps for model in app["models"]} == set(
        REGISTERS
    )


def test_what_nobody_may_do_is_404_too(desk: Client, member: Person) -> None:
    term = Term.objects.get(person=member)
    for url in (
        "/hallinta/network/term/add/", f"/hallinta/network/term/{term.pk}/delete/", "/hallinta/network/letter/add/",
        f"/hallinta/network/person/{member.pk}/delete/", f"/hallinta/network/body/{term.body_id}/delete/",
    ):  # fmt: skip
        assert desk.get(url).status_code == 404, url
    assert Person.objects.filter(pk=member.pk).exists()


def test_logged_in_the_admins_own_login_leads_on(desk: Client) -> None:
    assert desk.get("/hallinta/login/")["Location"] == "/hallinta/"
    assert desk.get("/hallinta/password_change/")["Location"] == "/tili/salasana/"


# ── what the lists and forms cost ──


def fill(count: int) -> None:
    for _n in range(count):
        department = make.department()
        person = make.person(department=department)
        term = make.term(person=person)
        make.seat(body=term.body, department=department)
        make.page()
        make.document()
        Letter.objects.write(subject="a", text="b", to=[person, make.person()], about_body=term.body, created_by=person)


@pytest.mark.parametrize("name", REGISTERS)
def test_a_list_costs_the_same_with_one_row_and_with_five(desk: Client, name: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(f"/hallinta/{name}/").status_code == 200
        return len(queries)

    fill(1)
    cost()
    one = cost()
    fill(4)
    assert cost() == one


def test_form_of_a_full_body_costs_the_same_as_of_an_empty_one(desk: Client, area: Body, other_area: Body) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            words(desk.get(change_url(area)))
        return len(queries)

    cost()
    empty = cost()
    for number in range(21):
        seat = make.seat(body=area, department=make.department())
        for year in range(3):
            first, last = date(2020 + year, 1, 1), date(2020 + year, 12, 31)
            person = make.person(first_name=f"N{number}")
            make.term(body=area, seat=seat, person=person, starts_on=first, ends_on=last)
    make.ex_officio(body=area, from_body=other_area, role=Role.SECRETARY)
    assert cost() <= empty + 1
    page = desk.get(change_url(area))
    assert page.content.count(b"<option") < 4000
    assert f'href="/en/toimielimet/{area.slug}/jasenet/uusi/"' in page.content.decode()


@pytest.mark.parametrize("name", ["network/person", "network/term", "network/letter"])
def test_any_query_of_a_list_is_answered(login: Login, coordinator: Person, name: str) -> None:
    client = login(coordinator)
    client.raise_request_exception = False
    fill(1)
    for query in QUERIES:
        assert client.get(f"/hallinta/{name}/{query}", follow=True).status_code in (200, 400, 404), query


def test_filters_find_what_they_say(desk: Client, area: Body, department: Department) -> None:
    soon = make.term(body=area, ends_on=today() + timedelta(days=30))
    make.term(body=area)
    past = make.term(body=area, ends_on=today() - timedelta(days=1))
    coming = make.term(body=area, starts_on=today() + timedelta(days=1))

    def found(query: str, name: str = "network/term") -> set[int]:
        return {row.pk for row in desk.get(f"/hallinta/{name}/{query}").context["cl"].result_list}

    assert found("?aika=paattyy") == {soon.pk}
    assert found("?aika=ennen") == {past.pk}
    assert found("?aika=tulossa") == {coming.pk}
    worker = make.person(department=department, email=None, is_active=False)
    assert found(f"?laitos={department.slug}&email__isempty=1", "network/person") == {worker.pk}


# ── people ──


def test_new_person_has_no_password_and_is_invited_by_mail(desk: Client, department: Department) -> None:
    data = {
        "first_name": "Uusi", "last_name": "Ihminen", "email": "Uusi@Verkosto.Example", "language": "sv",
        "visibility": "public", "is_active": "on",
        "employments-TOTAL_FORMS": "1", "employments-INITIAL_FORMS": "0",
        "employments-0-department": str(department.pk), "employments-0-starts_on": "1.5.2026",
        "employments-0-starts_known": "day", "employments-0-ends_known": "day",
        "terms-TOTAL_FORMS": "0", "terms-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert desk.post("/hallinta/network/person/add/", data).status_code == 302
    person = Person.objects.get(email="uusi@verkosto.example")
    assert not person.has_usable_password()
    assert person.employments.get().starts_on == date(2026, 5, 1)
    closed = make.person(is_active=False)
    chosen = {"action": "send_invitation", "_selected_action": [person.pk, closed.pk]}
    page = desk.post("/en/hallinta/network/person/", chosen, follow=True)
    assert f"Not open for login: {closed}." in words(page)
    (job,) = ProcrastinateJob.objects.filter(task_name="post_reset_link")
    assert job.args == {"person_id": person.pk, "language": "sv", "invited": True}


def test_old_address_no_longer_opens_the_account(desk: Client, member: Person) -> None:
    EmailAddress.objects.create(user=member, email=str(member.email), verified=True, primary=True)
    assert post(desk, member, email="uusi@verkosto.example").status_code == 302
    member.refresh_from_db()
    assert member.email == "uusi@verkosto.example"
    assert not EmailAddress.objects.filter(user=member).exists()


def test_a_password_changed_meanwhile_stays(desk: Client, member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    found_good = RegisterForm.clean

    def meanwhile(form: RegisterForm) -> Any:
        Person.objects.filter(pk=member.pk).update(password="uusi")
        return found_good(form)

    monkeypatch.setattr(RegisterForm, "clean", meanwhile)
    assert post(desk, member, phone="09 123").status_code == 302
    member.refresh_from_db()
    assert (member.phone, member.password) == ("09 123", "uusi")


def test_password_is_nowhere_to_be_seen(desk: Client, member: Person) -> None:
    text = words(desk.get(change_url(member)))
    assert member.password not in text
    assert 'name="password"' not in text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": ""}, "A person who may log in needs an e-mail address."),
        ({"is_recorded": "on"}, "A person known from a source only can never log in."),
        ({"first_name": "a\x00b"}, "Null characters are not allowed."),
        ({"first_name": "x" * 81}, "at most 80 characters"),
        ({"language": "xx"}, "Select a valid choice"),
        ({"employments-0-starts_on": "2018-13-45"}, "“2018-13-45” is not a day."),
        ({"employments-0-starts_on": "0018-01-01"}, "Choose a day from"),
        ({"employments-0-ends_on": "1.1.2020"}, "The end date is before the start date."),
        ({"employments-0-organisation": "Oy"}, "Give either a rescue department or another organisation."),
        ({"employments-0-department": "999999"}, "Select a valid choice"),
        ({"employments-0-department": "abc"}, "Select a valid choice"),
        (
            {"employments-1-organisation": "Oy", "employments-1-starts_on": "2025-01-01"},
            "The person already has an employment during this period.",
        ),
    ],
)
def test_refusals_about_a_person_are_errors_in_words(
    desk: Client, member: Person, changes: dict[str, str], says: str
) -> None:
    page = post(desk, member, phone="+358 50 123", **changes)
    assert says in words(page)
    assert "+358 50 123" in words(page)  # what else was typed
    member.refresh_from_db()
    assert member.phone == ""


def test_taken_address_is_told(desk: Client, member: Person, chair: Person) -> None:
    assert "Another person has this e-mail address" in words(post(desk, member, email=str(chair.email)))


def test_somebody_elses_row_is_spoken_of_as_such(desk: Client, member: Person) -> None:
    page = desk.get(change_url(member)).content.decode()
    assert ("Who sees the name:" in page, "sees my name" in page) == (True, False)
    front = desk.get(HOME).content.decode()
    assert all(f">{name}</a>" in front for name in ("Verkosto", "Asiakirjat")), front


def test_two_new_rows_that_overlap_are_refused_with_what_was_typed(desk: Client, db: None) -> None:
    person = make.person()
    rows = {
        "employments-TOTAL_FORMS": "2",
        "employments-0-organisation": "Ensimmäinen Oy", "employments-0-starts_on": "2025-01-01",
        "employments-1-organisation": "Toinen Oy", "employments-1-starts_on": "2025-06-01",
        "employments-1-starts_known": "day", "employments-1-ends_known": "day",
    }  # fmt: skip
    text = words(post(desk, person, **rows))
    assert "The person already has an employment during this period." in text
    assert "Toinen Oy" in text
    assert not person.employments.exists()


def test_new_keeper_is_mailed_to_the_secretariat(desk: Client, member: Person, coordinator: Person) -> None:
    assert post(desk, member, is_keeper="on").status_code == 302
    letter = Letter.objects.get()
    assert [envelope.person for envelope in letter.envelopes.all()] == [coordinator]
    assert str(member) in letter.text
    assert post(desk, member, phone="1").status_code == 302
    assert Letter.objects.count() == 1


# ── bodies ──


def test_kind_of_a_body_stays(desk: Client, area: Body) -> None:
    assert post(desk, area, kind="board", name_fi="Alue Å").status_code == 302
    area.refresh_from_db()
    assert (area.kind, area.name_fi) == (Kind.SERVICE_AREA, "Alue Å")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"slug": "alue-b"}, "already exists"),
        ({"slug": "vanha-b"}, "The address is or was the address of another body."),
        ({"parent": ""}, "The directors&#x27; meeting and the office lie under nothing"),
        ({"valid_from": "2026-01-01", "valid_to": "2025-01-01"}, "The end date is before the start date."),
        ({"sort": "-1"}, "greater than or equal to 0"),
        ({"seats-0-valid_to": "2020-01-01"}, "A term in this seat would lie outside the seat&#x27;s validity."),
        ({"seats-0-DELETE": "on"}, "would require deleting the following protected related objects"),
        ({"seats-TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
    ],
)
def test_refusals_about_a_body_are_errors_in_words(
    desk: Client, area: Body, other_area: Body, changes: dict[str, str], says: str
) -> None:
    make.former_name(body=other_area, slug="vanha-b")
    make.term(body=area, seat=make.seat(body=area, label_fi="Varattu"))
    page = post(desk, area, name_en="Typed in vain", **changes)
    assert says in words(page)
    assert "Typed in vain" in words(page)
    area.refresh_from_db()
    assert area.name_en == ""


def test_ex_officio_beside_a_direct_term_is_refused(desk: Client, board: Body, area: Body) -> None:
    make.term(body=board, role=Role.SECRETARY)
    prefix = "ex_officio-2"
    rows = {
        "ex_officio-TOTAL_FORMS": "3", f"{prefix}-role": "secretary", f"{prefix}-from_body": str(area.pk),
        f"{prefix}-from_role": "secretary",
    }  # fmt: skip
    text = words(post(desk, board, **rows))
    assert "Somebody is appointed to this role directly during this period." in text
    assert not ExOfficio.objects.filter(role=Role.SECRETARY).exists()


def test_nobody_comes_to_the_office_by_another_role(desk: Client, office: Body, area: Body) -> None:
    prefix = "ex_officio-0"
    rows = {f"{prefix}-role": "secretary", f"{prefix}-from_body": str(area.pk), f"{prefix}-from_role": "chair"}
    assert "Nobody comes to the office by another role." in words(post(desk, office, **rows))
    assert not ExOfficio.objects.filter(body=office).exists()


def test_foreign_seat_is_no_choice_for_an_ex_officio_role(desk: Client, board: Body, area: Body) -> None:
    foreign = make.seat(body=area)
    page = post(desk, board, **{"ex_officio-0-seat": str(foreign.pk)})
    assert "Select a valid choice" in words(page)
