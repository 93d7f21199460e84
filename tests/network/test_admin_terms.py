"""The register of terms, and the rest of the registers."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from network.models import Body, Department, Envelope, Letter, Person, Role, Seat, Term
from tests import make
from tests.conftest import EVERYBODY
from tests.network.filling import change_url, post, words

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

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


# ── terms ──


def shares(*percents: int) -> dict[str, str]:
    rows = {"funding-TOTAL_FORMS": str(len(percents))}
    for number, percent in enumerate(percents):
        rows |= {f"funding-{number}-payer_fi": f"Maksaja {number}", f"funding-{number}-percent": str(percent)}
    return rows


def test_cost_shares_make_100_or_are_refused_with_what_was_typed(desk: Client, office: Body) -> None:
    term = make.term(body=office)
    text = words(post(desk, term, title_fi="Projektipäällikkö", **shares(30, 60)))
    assert "The cost shares of a term make 100 per cent together." in text
    assert "Maksaja 1" in text
    assert "Projektipäällikkö" in text
    assert not term.funding.exists()
    assert post(desk, term, **shares(30, 70)).status_code == 302
    assert sorted(term.funding.values_list("percent", flat=True)) == [30, 70]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ends_on": "2020-01-01"}, "The end date is before the start date."),
        ({"role": "chair"}, "The body already has a chair during this period."),
        ({"seat": "taken"}, "The seat is already taken during this period."),
        ({"seat": "foreign"}, "Select a valid choice"),
        ({"alternate_for": "foreign"}, "Select a valid choice"),
        ({"role": "zzz"}, "Select a valid choice"),
        ({"ends_on": "31.12.2025", "substitutions-0-reason": "x"}, "outside the term"),
        ({"substitutions-1-person": "Olematon", "substitutions-1-reason": "x"}, "Nobody in the register is called"),
        ({"funding-0-payer_fi": "A", "funding-0-percent": "101"}, "less than or equal to 100"),
    ],
)
def test_refusals_about_a_term_are_errors_in_words(
    desk: Client, area: Body, chair: Person, member: Person, changes: dict[str, str], says: str
) -> None:
    term = Term.objects.get(person=member)
    make.substitution(term=term)
    foreign = make.term()
    ids = {
        "taken": make.term(body=area, seat=make.seat(body=area)).seat_id,
        "foreign": make.seat(body=foreign.body).pk if "seat" in changes else foreign.pk,
    }
    page = post(desk, term, title_fi="Turhaan", **{key: ids.get(value, value) for key, value in changes.items()})
    assert says in words(page)
    assert "Turhaan" in words(page)
    term.refresh_from_db()
    assert term.title_fi == ""


def test_one_does_not_change_a_term_of_ones_own(desk: Client, coordinator: Person) -> None:
    term = Term.objects.get(person=coordinator)
    page = desk.get(change_url(term))
    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    assert desk.post(change_url(term), {"role": "chair", "starts_on": "2020-01-01"}).status_code == 404
    term.refresh_from_db()
    assert term.role == Role.SECRETARY


def test_one_does_not_make_oneself_a_substitute(desk: Client, area: Body, chair: Person, coordinator: Person) -> None:
    term = Term.objects.get(person=chair)
    row = {
        "substitutions-0-person": str(coordinator.email), "substitutions-0-starts_on": "2026-01-01",
        "substitutions-0-ends_on": "2026-12-31", "substitutions-0-reason": "Loma",
    }  # fmt: skip
    assert "Nobody appoints themselves." in words(post(desk, term, **row))
    assert not term.substitutions.exists()


def test_substitute_is_found_by_name_and_stays_by_number(desk: Client, chair: Person, outsider: Person) -> None:
    term = Term.objects.get(person=chair)
    row = {
        "substitutions-0-person": "ulla ulkopuolinen", "substitutions-0-starts_on": "1.1.2026",
        "substitutions-0-ends_on": "31.12.2026", "substitutions-0-reason": "Loma",
    }  # fmt: skip
    assert post(desk, term, **row).status_code == 302
    assert term.substitutions.get().person == outsider
    assert f"Ulla Ulkopuolinen #{outsider.pk}" in words(desk.get(change_url(term)))
    assert post(desk, term, title_fi="Uusi").status_code == 302
    assert term.substitutions.get().person == outsider


def test_change_in_the_office_is_mailed_to_the_secretariat(desk: Client, office: Body, coordinator: Person) -> None:
    term = make.term(body=office, person=make.person(first_name="Niilo"))
    assert post(desk, term, role="secretary").status_code == 302
    assert "Niilo" in Letter.objects.get().text
    stand_in = make.person(last_name="Tuuraaja")
    row = {
        "substitutions-0-person": str(stand_in.email),
        "substitutions-0-starts_on": "2026-01-01", "substitutions-0-ends_on": "2026-12-31",
        "substitutions-0-reason": "Loma",
    }  # fmt: skip
    assert post(desk, term, **row).status_code == 302
    letters = [letter.text for letter in Letter.objects.order_by("created_at")]
    assert any("Tuuraaja" in text for text in letters)
    receivers = set(Envelope.objects.filter(letter__text__contains="Tuuraaja").values_list("person", flat=True))
    assert receivers == {coordinator.pk, term.person_id, stand_in.pk}  # who has the rights of the task now


# ── the rest ──


@pytest.mark.parametrize("register", ["network/person", "network/body", "network/letter", "documents/document"])
def test_forged_ids_lead_home_or_nowhere(login: Login, coordinator: Person, register: str) -> None:
    client = login(coordinator)
    client.raise_request_exception = False
    for key in ("999999", "abc", "9" * 25, "1_00", "-1"):
        for part in ("change", "history", "delete"):
            assert client.get(f"/hallinta/{register}/{key}/{part}/").status_code in (302, 404), (key, part)
        assert client.post(f"/hallinta/{register}/{key}/change/").status_code in (302, 404), key


def test_forged_choice_of_rows_is_answered(login: Login, coordinator: Person) -> None:
    client = login(coordinator)
    client.raise_request_exception = False
    for chosen in ("abc", "9" * 30, "1\x00", "-1", "٣"):
        data = {"action": "send_invitation", "_selected_action": chosen}
        assert client.post("/hallinta/network/person/", data).status_code in (302, 404), chosen


def test_letters_are_read_and_never_changed(desk: Client, member: Person) -> None:
    letter = Letter.objects.write(subject="Kutsu", text="Tervetuloa", to=[member])
    text = words(desk.get(change_url(letter)))
    assert str(member.email) in text
    assert "Tervetuloa" in text
    assert desk.post(change_url(letter), {"subject": "Muuta"}).status_code == 404


def test_saved_page_and_document_are_on_the_site(desk: Client) -> None:
    page, document = make.page(), make.document()
    assert post(desk, page, text_fi="Uusi teksti", written_on="1.5.2018").status_code == 302
    page.refresh_from_db()
    assert (page.text_fi, page.written_on) == ("Uusi teksti", date(2018, 5, 1))
    assert post(desk, document, replaces=str(document.pk)).status_code == 200
    assert "Select a valid choice" in words(post(desk, document, replaces="abc"))
    assert post(desk, document, title="Uusi nimi").status_code == 302


def test_pages_of_the_register_hold_no_inline_code(desk: Client, area: Body) -> None:
    make.term(body=area, seat=make.seat(body=area))
    for url in (HOME, change_url(area), "/hallinta/network/term/"):
        answer = desk.get(url)
        assert "style=" not in answer.content.decode()
        assert "onclick=" not in answer.content.decode()
        assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_seat_belongs_to_its_body_for_ever(desk: Client, area: Body, department: Department) -> None:
    seat = make.seat(body=area, department=department)
    assert post(desk, area, **{"seats-0-label_fi": "Toinen nimi"}).status_code == 302
    assert Seat.objects.get(pk=seat.pk).label_fi == "Toinen nimi"
