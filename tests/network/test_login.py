"""The login: e-mail and password, limits, sessions, and a forgotten password through a real mail server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from network.checks import no_demo_accounts
from network.models import Person
from tests import make
from tests.network import post

LOGIN, LOGOUT, FORGOTTEN = "/tili/kirjaudu/", "/tili/ulos/", "/tili/salasana/unohtui/"
NEW_PASSWORD = "aivan-uusi-salasana-2027"


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Iterator[post.Box]:
    """A mail server in a process of its own."""
    with post.server(settings, tmp_path) as server:
        yield server


def enter(client: Client, person: Person, password: str = make.PASSWORD, url: str = LOGIN, **more: str) -> Any:
    return client.post(url, {"login": str(person.email), "password": password, **more})


def is_in(client: Client) -> bool:
    return client.get("/omat/").status_code == 200


# ── in and out ──


def test_right_password_lets_in_and_the_session_key_changes(client: Client, member: Person) -> None:
    client.get("/omat/")
    session = client.session
    session["mark"] = 1
    session.save()
    before = session.session_key
    client.cookies["istunto"] = str(before)
    answer = enter(client, member)
    assert (answer.status_code, answer["Location"]) == (302, "/omat/")
    assert is_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_email_is_taken_in_any_case(client: Client, member: Person) -> None:
    client.post(LOGIN, {"login": f" {str(member.email).upper()} ", "password": make.PASSWORD})
    assert is_in(client)


def test_wrong_password_and_unknown_address_give_the_same_words(client: Client, member: Person) -> None:
    known = enter(client, member, "väärä-salasana")
    unknown = client.post(LOGIN, {"login": "ei.kukaan@verkosto.example", "password": "väärä-salasana"})
    assert known.status_code == unknown.status_code == 200
    errors = [page.context["form"].non_field_errors() for page in (known, unknown)]
    assert errors[0] == errors[1]
    english = enter(client, member, "wrong", url="/en/tili/kirjaudu/").content.decode()
    assert "The e-mail address or the password is wrong." in english
    assert str(member.email) in english  # what was typed
    assert not is_in(client)


def test_twelve_wrong_passwords_close_the_door_for_a_while(client: Client, member: Person) -> None:
    answers = [enter(client, member, f"väärä-{n}") for n in range(12)]
    assert {answer.status_code for answer in answers} <= {200, 429}
    right = enter(client, member, url="/en/tili/kirjaudu/")
    assert "Too many wrong passwords." in right.content.decode()
    assert not is_in(client)


def test_too_many_logins_from_one_address_are_429(client: Client, db: None) -> None:
    answers = [client.post("/en" + LOGIN, {"login": f"a{n}@b.example", "password": "x"}) for n in range(31)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()


def test_a_forged_client_address_does_not_lift_the_limit(client: Client, member: Person) -> None:
    for number in range(12):
        client.post(
            LOGIN,
            {"login": f"x{number}@b.example", "password": "väärä"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
    enter(client, member)
    assert not is_in(client)


def test_logout_is_a_post(client: Client, member: Person) -> None:
    enter(client, member)
    client.get(LOGOUT)
    assert is_in(client)
    assert client.post(LOGOUT).status_code == 302
    assert not is_in(client)


def test_signup_is_closed(client: Client, db: None) -> None:
    answer = client.get("/tili/rekisteroidy/")
    assert answer.status_code == 200
    assert "form" not in answer.context or "password1" not in str(answer.content)
    typed = {"email": "uusi@verkosto.example", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/tili/rekisteroidy/", typed)
    assert not Person.objects.filter(email="uusi@verkosto.example").exists()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_language_stays(client: Client, member: Person, language: str) -> None:
    page = client.get(f"/{language}/omat/")
    assert page["Location"] == f"/{language}/tili/kirjaudu/?next=/{language}/omat/"
    assert enter(client, member, url=f"/{language}/tili/kirjaudu/")["Location"] == f"/{language}/omat/"


def test_next_leads_inside_the_portal(client: Client, member: Person) -> None:
    assert enter(client, member, next="/laitokset/")["Location"] == "/laitokset/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)"],
)
def test_next_leads_nowhere_else(client: Client, member: Person, target: str) -> None:
    assert enter(client, member, next=target)["Location"] == "/omat/"


# ── who has no account here ──


def test_closed_account_does_not_get_in(client: Client, db: None) -> None:
    person = make.person()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert enter(client, person)["Location"] == "/tili/suljettu/"
    assert client.get("/tili/suljettu/").status_code == 200
    assert not is_in(client)


def test_demo_account_gets_in_only_in_a_demonstration(client: Client, settings: Any, db: None) -> None:
    person = make.person(email="jasen@example.org")
    enter(client, person)
    assert is_in(client)
    settings.DEMO = False
    assert not is_in(client)  # the session does not last either
    assert enter(Client(), person)["Location"] == "/tili/suljettu/"


def test_outside_a_demonstration_the_start_stops_at_a_demo_account(settings: Any, db: None) -> None:
    person = make.person(email="jasen@example.org")
    assert no_demo_accounts(["default"]) == []
    settings.DEMO = False
    assert [error.id for error in no_demo_accounts(["default"])] == ["network.E001"]
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert no_demo_accounts(["default"]) == []


def test_session_ends_when_the_account_is_closed(client: Client, member: Person) -> None:
    enter(client, member)
    Person.objects.filter(pk=member.pk).update(is_active=False)
    assert not is_in(client)


def test_recorded_person_has_no_way_in(client: Client, db: None) -> None:
    person = make.person(is_recorded=True)
    client.force_login(person)
    assert not is_in(client)
    client.post(LOGIN, {"login": "None", "password": make.PASSWORD})
    client.post(LOGIN, {"login": "", "password": make.PASSWORD})
    assert not is_in(client)


# ── a forgotten password ──


def test_reset_by_mail_from_end_to_end(member: Person, box: post.Box, settings: Any) -> None:
    elsewhere, client = Client(), Client()
    enter(elsewhere, member)
    assert is_in(elsewhere)
    asked = client.post(FORGOTTEN, {"email": str(member.email).upper()})
    assert (asked.status_code, asked["Location"]) == (302, "/tili/salasana/unohtui/lahetetty/")
    assert post.run_jobs() == ["post_reset_link"]
    (message,) = box.messages()
    assert message["To"] == member.email
    (url,) = re.findall(settings.PORTAL_URL + r"(/tili/salasana/uusi/\S+)", message.get_content())
    form = client.get(url, follow=True)
    path = form.redirect_chain[-1][0]
    assert form.status_code == 200
    assert "set-password" in path  # the key is not in the address of the form
    weak = client.post(path, {"password1": "salasana", "password2": "salasana"})
    assert weak.status_code == 200
    assert weak.context["form"].errors
    assert client.post(path, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302
    assert not is_in(elsewhere)  # old sessions are gone
    assert not is_in(client)  # and a reset is no login
    enter(client, member)
    assert not is_in(client)  # the old password is gone too
    enter(client, member, NEW_PASSWORD)
    assert is_in(client)
    again = Client().get(url, follow=True)
    assert "password1" not in again.content.decode()  # the link works once


def test_reset_mail_speaks_the_language_of_the_page(
    member: Person, box: post.Box, client: Client, settings: Any
) -> None:
    client.post("/sv" + FORGOTTEN, {"email": str(member.email)})
    post.run_jobs()
    (message,) = box.messages()
    assert f"{settings.PORTAL_URL}/sv/tili/salasana/uusi/" in message.get_content()


def test_reset_link_names_our_own_address_whatever_the_request_says(
    member: Person, box: post.Box, settings: Any, client: Client
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(FORGOTTEN, {"email": str(member.email)}, headers={"Host": "evil.example"})
    post.run_jobs()
    assert "evil.example" not in box.messages()[0].get_content()


def test_unknown_and_known_address_get_the_same_answer(member: Person, client: Client) -> None:
    answers, jobs = [], []
    for email in (str(member.email), "ei.kukaan@verkosto.example"):
        page = client.post(FORGOTTEN, {"email": email}, follow=True)
        answers.append((page.redirect_chain, re.sub(r'value="[^"]{60,}"', "", page.content.decode())))
        jobs.append(ProcrastinateJob.objects.count())
    assert answers[0] == answers[1]
    assert jobs == [1, 2]  # as much work for the one as for the other


def test_nobody_without_an_open_account_gets_a_mail(db: None, box: post.Box, settings: Any, client: Client) -> None:
    closed = make.person()
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    demo = make.person(email="jasen@example.org")
    settings.DEMO = False
    for email in (closed.email, demo.email, "ei.kukaan@verkosto.example", make.person(is_recorded=True).email or "x@y"):
        client.post(FORGOTTEN, {"email": str(email)})
    post.run_jobs()
    assert box.messages() == []


def test_stale_address_of_allauth_gets_no_mail_elsewhere(box: post.Box, member: Person, client: Client) -> None:
    """Even when an old address is left over, the link goes to the address of today."""
    EmailAddress.objects.create(user=member, email="vanha@verkosto.example", verified=True)
    client.post(FORGOTTEN, {"email": "vanha@verkosto.example"})
    post.run_jobs()
    assert [message["To"] for message in box.messages()] in ([], [member.email])


def test_account_closed_after_the_mail_was_asked_for_gets_none(box: post.Box, member: Person, client: Client) -> None:
    client.post(FORGOTTEN, {"email": str(member.email)})
    Person.objects.filter(pk=member.pk).update(is_active=False)
    post.run_jobs()
    assert box.messages() == []


def test_reset_is_asked_for_a_few_times_only(member: Person, client: Client) -> None:
    codes = [client.post(FORGOTTEN, {"email": str(member.email)}).status_code for _n in range(7)]
    assert codes[-1] == 429


@pytest.mark.parametrize("key", ["1-abc", "zzzzzzzzzzzzzzzz-abc-def", "0-set-password", "1-c%00x"])
def test_forged_reset_links_are_answered_kindly(db: None, key: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get(f"/tili/salasana/uusi/{key}/", follow=True).status_code in (200, 400, 404)


# ── one's own password ──


def test_password_is_changed_with_the_old_one(client: Client, member: Person) -> None:
    elsewhere = Client()
    enter(elsewhere, member)
    enter(client, member)
    typed = {"oldpassword": "väärä", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/tili/salasana/", typed).status_code == 200
    assert client.post("/tili/salasana/", typed | {"oldpassword": make.PASSWORD}).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)
    member.refresh_from_db()
    assert member.check_password(NEW_PASSWORD)


# ── cookies and settings ──


def test_session_cookie_is_not_read_by_scripts_nor_sent_by_others(client: Client, member: Person) -> None:
    cookie = enter(client, member).cookies["istunto"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")


def test_under_https_cookies_are_secure_and_the_browser_is_told_to_stay() -> None:
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 30_000_000)"
    )
    env = os.environ | {"PORTAL_URL": "https://portaali.example", "DJANGO_SETTINGS_MODULE": "network.settings"}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["True"] * 5, ran.stderr
