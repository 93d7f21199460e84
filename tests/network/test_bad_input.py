"""Bad input: a clear message in the reader's language, what was typed still there, never a 500."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import get_resolver
from django.utils.translation import override

from network.forms import DayForm, day_asked
from network.models import Body, Department, Person, Role, Term
from network.periods import today
from tests import make
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

Login = Callable[[Person], Client]
PUBLIC = [
    "/", "/johto/", "/henkilosto/", "/laitokset/", "/edustus/", "/palvelualueet/", "/tyoryhmat/", "/asiakirjat/",
    "/tili/kirjaudu/", "/tili/salasana/unohtui/",
]  # fmt: skip
WITH_A_DAY = ["/johto/", "/edustus/", "/palvelualueet/", "/laitokset/", "/toimielimet/alue-a/jasenet/"]
MEGABYTE = 1024 * 1024


@pytest.fixture
def visitor(area: Body) -> Client:
    """An anonymous browser that is shown what the server makes of a crash."""
    return Client(raise_request_exception=False)


@pytest.fixture
def chairs_browser(login: Login, chair: Person) -> Client:
    """The browser of area A's chair, who governs group G."""
    client = login(chair)
    client.raise_request_exception = False
    return client


def add_url(body: Body, language: str = "/en") -> str:
    return f"{language}/toimielimet/{body.slug}/jasenet/uusi/"


def filled(person: str, **fields: str) -> dict[str, str]:
    return {"person": person, "role": "member", "starts_on": "2026-01-01", "ends_on": "2026-12-31", **fields}


# ── the rules of the network, met in a form ──


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"person": "member"}, "The person already has a role in this body during this period."),
        ({"role": "chair"}, "The body already has a chair during this period."),
        ({"ends_on": "2025-12-31"}, "The end date is before the start date."),
        ({"starts_on": "2018-13-45"}, "“2018-13-45” is not a day. Write it like 1.5.2018."),
        ({"starts_on": "eilen"}, "“eilen” is not a day."),
        ({"starts_on": "31.2.2026"}, "“31.2.2026” is not a day."),
        ({"starts_on": "1.1.1066"}, "Choose a day from"),
        ({"starts_on": "9999-12-31", "ends_on": ""}, "Choose a day from"),
        ({"starts_on": ""}, "This field is required."),
        ({"person": ""}, "This field is required."),
        ({"role": "keisari"}, "Select a valid choice"),
        ({"seat": "foreign"}, "Choose one of the seats of this body."),
        ({"seat": "999999999999999999999"}, "Choose one of the seats of this body."),
        ({"seat": "abc"}, "Choose one of the seats of this body."),
        ({"seat": "taken"}, "The seat is already taken during this period."),
        ({"seat": "closed"}, "Choose one of the seats of this body."),
        ({"person": "Ulla\x00"}, "Null characters are not allowed."),
        ({"person": "x" * 161}, "at most 160 characters"),
        ({"person": "#999999999"}, "You see nobody called"),
        ({"person": "#99999999999999999999999999"}, "You see nobody called"),
        ({"person": "%_'\";--"}, "You see nobody called"),
    ],
)
def test_a_term_that_breaks_a_rule_is_told_and_kept(
    chairs_browser: Client, group: Body, group_chair: Person, expert: Person, outsider: Person, department: Department,
    area: Body, fields: dict[str, str], says: str,
) -> None:  # fmt: skip
    taken = make.seat(body=group, label_fi="Varattu")
    make.term(body=group, seat=taken)
    ids = {
        "member": str(expert.email),
        "taken": str(taken.pk),
        "foreign": str(make.seat(body=area).pk),
        "closed": str(make.seat(body=group, valid_to=date(2020, 1, 1)).pk),
    }
    sent = filled("Ulla Ulkopuolinen") | {key: ids.get(value, value) for key, value in fields.items()}
    before = Term.objects.count()
    page = chairs_browser.post(add_url(group), sent)
    text = page.content.decode()
    assert page.status_code == 200
    assert says in text.replace("&#x27;", "'")
    assert 'value="2026-12-31"' in text or "ends_on" in fields
    if "person" not in fields:
        assert 'value="Ulla Ulkopuolinen"' in text
    assert Term.objects.count() == before


def test_what_is_no_day_stays_in_a_line_of_text(chairs_browser: Client, group: Body) -> None:
    """A browser's calendar shows nothing for what is no day; a line of text shows it, to be mended."""
    text = chairs_browser.post(add_url(group), filled("x", starts_on="13.13.2026", ends_on="1.5.2026")).content.decode()
    assert '<input type="text" name="starts_on" value="13.13.2026"' in text
    assert '<input type="date" name="ends_on" value="2026-05-01"' in text


@pytest.mark.parametrize("language", ["", "/sv", "/en"])
def test_direct_term_in_an_ex_officio_role(login: Login, board: Body, coordinator: Person, language: str) -> None:
    client = login(coordinator)
    person = make.person()
    page = client.post(add_url(board, language), filled(str(person.email), role="chair"))
    assert page.status_code == 200
    assert page.context["form"].errors["role"]
    assert str(person.email) in page.content.decode()
    assert not board.terms.filter(role=Role.CHAIR).exists()
    if language == "/en":
        assert "This role comes with another role; nobody is appointed to it directly." in page.content.decode()


def test_ex_officio_of_another_day_is_refused_too(login: Login, board: Body, coordinator: Person) -> None:
    board.ex_officio.update(ends_on=date(2025, 12, 31))
    person = make.person()
    sent = filled(str(person.email), role="chair", starts_on="2025-12-31")
    page = login(coordinator).post(add_url(board), sent)
    assert "This role comes with another role" in page.content.decode()


def test_sent_twice_a_term_is_recorded_once(chairs_browser: Client, group: Body, outsider: Person) -> None:
    codes = [chairs_browser.post(add_url(group), filled("Ulla Ulkopuolinen")).status_code for _n in range(2)]
    assert codes == [302, 200]
    assert group.terms.filter(person=outsider).count() == 1


def test_forged_term_ids_are_404(chairs_browser: Client) -> None:
    for key in ("0", "999999", "9" * 40, "abc", "-1", "1.5", "٣"):
        assert chairs_browser.get(f"/tehtavat/{key}/paata/").status_code == 404, key
        assert chairs_browser.post(f"/tehtavat/{key}/paata/", {"ends_on": "2026-01-01"}).status_code == 404, key


def test_term_of_a_foreign_body_is_404(chairs_browser: Client, other_chair: Person) -> None:
    term = Term.objects.get(person=other_chair)
    assert chairs_browser.post(f"/tehtavat/{term.pk}/paata/", {"ends_on": "2026-01-01"}).status_code == 404
    term.refresh_from_db()
    assert term.ends_on is None


def test_records_that_are_not_there_are_404(visitor: Client) -> None:
    for address in ("henkilot", "asiakirjat"):
        for key in ("0", "999999", "9" * 40, "abc"):
            assert visitor.get(f"/{address}/{key}/").status_code == 404, (address, key)


# ── the day ──


@pytest.mark.parametrize("path", WITH_A_DAY)
def test_a_page_shows_today_and_says_what_is_no_day(visitor: Client, path: str) -> None:
    for day in ("2018-13-45", "eilen", "", "0000-00-00", "1.5.99999", "%F0%9F%90%8C", "9" * 3000):
        page = visitor.get(f"/en{path}?pvm={day}")
        assert page.status_code == 200, day
        if "day_form" not in page.context:  # a page without a day to ask pays no heed
            continue
        assert page.context["day"] == today(), day
        if day == "2018-13-45":
            assert "“2018-13-45” is not a day. Write it like 1.5.2018." in page.content.decode()
            assert 'value="2018-13-45"' in page.content.decode()


def test_every_page_that_takes_a_day_is_in_the_list(visitor: Client, area: Body) -> None:
    """The pages of the list do take one, so that the test above is about something."""
    taking = {path for path in WITH_A_DAY if "day_form" in visitor.get(path).context}
    assert {"/johto/", "/edustus/", "/palvelualueet/", "/toimielimet/alue-a/jasenet/"} <= taking


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2018-05-01", date(2018, 5, 1)),
        ("1.5.2018", date(2018, 5, 1)),
        ("01.05.2018", date(2018, 5, 1)),
        (" 1.5.2018 ", date(2018, 5, 1)),
        ("2100-12-31", date(2100, 12, 31)),
        ("1900-01-01", date(1900, 1, 1)),
    ],
)
def test_days_as_people_write_them(typed: str, day: date) -> None:
    request = RequestFactory().get("/", {"pvm": typed})
    asked, form = day_asked(request)
    assert (asked, form.errors) == (day, {})
    assert f'value="{day.isoformat()}"' in str(form["pvm"])


@pytest.mark.parametrize("typed", ["1899-12-31", "2101-01-01", "5/1/2018", "5.1", "2018-W01-1", "20180501x", "١.٥"])
def test_days_that_nobody_means(typed: str) -> None:
    with override("en"):
        asked, form = day_asked(RequestFactory().get("/", {"pvm": typed}))
        assert asked == today()
        assert form.errors["pvm"]
        assert f'value="{typed}"' in str(form["pvm"])


def test_no_day_is_today() -> None:
    assert day_asked(RequestFactory().get("/"))[0] == today()
    assert day_asked(RequestFactory().get("/?pvm="))[0] == today()
    assert not DayForm(QueryDict("pvm=")).errors


# ── bytes that are no text ──


def codes(client: Client, paths: list[str]) -> set[int]:
    """What the paths are answered with."""
    return {client.get(path).status_code for path in paths}


def test_nul_in_a_path(visitor: Client) -> None:
    paths = ["/%00", "/laitokset/a%00b/", "/toimielimet/%00/jasenet/", "/sv/%00/", "/hallinta/%00/"]
    assert codes(visitor, paths) == {400}
    assert b"<h1>" in visitor.get(paths[0]).content


@pytest.mark.parametrize("query", ["?pvm=%00", "?sivu=%00", "?next=%00", "?%00=1"])
def test_nul_in_a_query(visitor: Client, query: str) -> None:
    assert codes(visitor, [path + query for path in PUBLIC]) == {400}


@pytest.mark.parametrize("name", ["istunto", "csrftoken", "messages"])
def test_bytes_in_a_cookie(visitor: Client, name: str) -> None:
    for value in ("a\x00b", "\udcff", "x" * 5000, '"', "a;b", "=" * 50):
        cookie = {"cookie": f"{name}={value}".encode("utf-8", "surrogateescape").decode("latin-1")}
        for path in ("/", "/omat/"):
            assert visitor.get(path, headers=cookie).status_code in (200, 302, 400), (path, value[:9])
        assert visitor.post("/tili/kirjaudu/", {"login": "a@b.example"}, headers=cookie).status_code < 500, value[:9]


FORMS = [
    ("/tili/kirjaudu/", ["login", "password", "next"]),
    ("/tili/salasana/unohtui/", ["email", "next"]),
    ("/tili/salasana/", ["oldpassword", "password1", "password2"]),
    ("/tili/rekisteroidy/", ["email", "password1"]),
    ("/omat/tiedot/", ["phone", "language", "visibility"]),
    ("/toimielimet/ryhma-g/jasenet/uusi/", ["person", "which", "role", "seat", "starts_on", "ends_on"]),
]
ODD = ["a\x00b", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x" * 100_000, "<script>", "٣"]


@pytest.mark.parametrize(("path", "names"), FORMS)
def test_odd_text_in_any_field(chairs_browser: Client, group: Body, path: str, names: list[str]) -> None:
    visitor = Client(raise_request_exception=False)
    for name in names:
        for text in ODD:
            for client in (chairs_browser, visitor):
                answer = client.post(path, dict.fromkeys(names, "x") | {name: text})
                assert answer.status_code in (200, 302, 400, 404, 429), (name, text[:10])
                assert b"<script>" not in answer.content.replace(b"<script src", b"")


@pytest.mark.parametrize("path", [path for path, _names in FORMS])
def test_broken_utf8_in_a_form(chairs_browser: Client, group: Body, path: str) -> None:
    for body in (b"login=%ff%fe&password=%c3", b"\xff\xfe=\xff", b"login=\xe4&%zz=%", b"&&&==", b"login"):
        answer = chairs_browser.post(path, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (200, 302, 400), body


def test_broken_form_bodies(visitor: Client) -> None:
    for content_type in ("multipart/form-data; boundary=", "multipart/form-data", "text/plain", "x" * 900):
        answer = visitor.post("/tili/kirjaudu/", b"--x\r\nbroken", content_type=content_type)
        assert answer.status_code in (200, 400), content_type


@pytest.mark.parametrize("query", ["?pvm=%ff%fe", "?%ff", "?sivu=%c3%28", "?sivu=" + "9" * 500, "?sivu=-1", "?sivu=a"])
def test_broken_utf8_and_nonsense_in_a_query(visitor: Client, query: str) -> None:
    assert codes(visitor, [path + query for path in PUBLIC]) <= {200, 400, 404}


def test_broken_utf8_in_a_path(visitor: Client) -> None:
    paths = ["/%ff/", "/laitokset/%ff%fe/", "/toimielimet/%c3%28/jasenet/", "/tili/salasana/uusi/%ff-x/"]
    assert codes(visitor, paths) <= {400, 404}


# ── too much ──


def test_ten_megabytes_in_a_field_are_413_with_the_limit(chairs_browser: Client, group: Body) -> None:
    page = chairs_browser.post(add_url(group), filled("x" * (10 * MEGABYTE)))
    text = page.content.decode()
    assert page.status_code == 413
    assert "What you sent is too large" in text
    assert "8" in text
    assert "MB" in text


def test_a_megabyte_in_a_field_is_answered_on_the_form(chairs_browser: Client, group: Body) -> None:
    page = chairs_browser.post(add_url(group), filled("ö" * MEGABYTE))
    assert page.status_code == 200
    assert "at most 160 characters" in page.content.decode()
    assert page.content.decode().count("ö") >= MEGABYTE  # it is still there


def test_ten_thousand_fields_are_413(visitor: Client) -> None:
    assert visitor.post("/tili/kirjaudu/", {f"a{n}": "1" for n in range(10_000)}).status_code == 413


@pytest.mark.parametrize("language", ["", "/sv", "/en"])
def test_a_very_long_path_is_404(visitor: Client, language: str) -> None:
    for path in ("/" + "a" * 8000 + "/", "/laitokset/" + "a" * 8000 + "/", "/" + "a/" * 3000):
        assert visitor.get(language + path).status_code == 404


# ── what is not there, and what is old ──


def test_unknown_language_is_404(visitor: Client) -> None:
    paths = ["/xx/", "/de/johto/", "/fi/", "/fi/johto/", "/SV/", "/svenska/", "/en/sv/"]
    assert codes(visitor, paths) == {404}
    assert b"<h1>" in visitor.get(paths[0]).content


@pytest.mark.parametrize(("language", "says"), [("en", "The form had grown old"), ("fi", None), ("sv", None)])
def test_form_without_its_token_is_told_what_to_do(member: Person, language: str, says: str | None) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    prefix = "" if language == "fi" else f"/{language}"
    for path in ("/tili/kirjaudu/", "/tili/salasana/unohtui/"):
        page = client.post(prefix + path, {"login": str(member.email), "password": make.PASSWORD})
        text = page.content.decode()
        assert page.status_code == 403
        assert f'<html lang="{language}"' in text
        assert says is None or says in text
    assert "_auth_user_id" not in client.session


def test_form_without_its_token_changes_nothing(chair: Person, group: Body, outsider: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(chair)
    assert client.post(add_url(group), filled("Ulla Ulkopuolinen")).status_code == 403
    assert not group.terms.filter(person=outsider).exists()


def test_odd_methods_are_no_crash(visitor: Client) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO", "HEAD"):
        for path in ("/", "/johto/", "/tili/kirjaudu/", "/omat/"):
            assert visitor.generic(method, path).status_code < 500, (method, path)


def test_foreign_host_is_400(visitor: Client) -> None:
    for host in ("evil.example", "a b", "testserver:99999", "[::1", "x" * 300):
        assert visitor.get("/", headers={"host": host}).status_code in (200, 400), host
    assert visitor.get("/", headers={"host": "evil.example"}).status_code == 400


def test_every_address_answers_a_stranger_and_a_member_without_a_crash(
    visitor: Client, login: Login, member: Person, coordinator: Person
) -> None:
    """Each address of ours, with something in its place that is not there."""
    clients = [visitor, login(member), login(coordinator)]
    for client in clients:
        client.raise_request_exception = False
    for path in addresses():
        for client in clients:
            assert client.get(path).status_code < 500, path
            assert client.post(path, {"x": "1"}).status_code < 500, path


def addresses() -> list[str]:
    found: list[str] = []

    def walk(patterns: Any, prefix: str) -> None:
        for entry in patterns:
            path = prefix + str(entry.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
            if hasattr(entry, "url_patterns"):
                if "hallinta" not in path:
                    walk(entry.url_patterns, path)
            else:
                found.append("/" + path)

    walk(get_resolver().url_patterns, "")
    values = {"<slug:slug>": "olematon", "<int:pk>": "999999", "<slug:area>": "olematon"}
    for old, new in values.items():
        found = [path.replace(old, new) for path in found]
    return [path for path in found if "(" not in path and "<" not in path]


@pytest.mark.parametrize(
    "address", ["/kokoukset/{}/", "/kokoukset/{}/poytakirja.pdf", "/asiakirjat/{}/", "/henkilot/{}/"]
)
def test_key_that_no_table_can_hold_is_missing(address: str, member: Person, login: Callable[[Person], Client]) -> None:
    for key in (2**63, 10**200):
        for reader in (Client(), login(member)):
            assert reader.get(address.format(key)).status_code == 404
