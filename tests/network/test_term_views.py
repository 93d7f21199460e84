"""Adding and ending terms on the body's own pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from network import forms
from network.called import people_called
from network.models import Body, Department, Letter, Person, Role, Term
from network.periods import print_date, today
from tests import breaking, make

Login = Callable[[Person], Client]


def add_url(body: Body) -> str:
    return f"/toimielimet/{body.slug}/jasenet/uusi/"


def serving(**names: Any) -> Person:
    """Somebody with a term somewhere, whom the network may know by name."""
    person = make.person(**names)
    make.term(person=person)
    return person


def end_url(term: Term) -> str:
    return f"/tehtavat/{term.pk}/paata/"


def filled(person: str, **fields: str) -> dict[str, str]:
    return {"person": person, "role": "member", "starts_on": "2026-01-01", "ends_on": "", **fields}


# ── who may ──


def test_who_governs_the_body_may_add_and_end(
    login: Login, group: Body, chair: Person, coordinator: Person, expert: Person
) -> None:
    term = Term.objects.get(person=expert)
    for person in (chair, coordinator):
        client = login(person)
        assert client.get(add_url(group)).status_code == 200
        assert client.get(end_url(term)).status_code == 200


@pytest.mark.parametrize("who", ["member", "secretary", "group_chair", "expert", "former_chair", "outsider", "keeper"])
def test_nobody_else_finds_the_pages(
    request: pytest.FixtureRequest, login: Login, group: Body, expert: Person, who: str
) -> None:
    client = login(request.getfixturevalue(who))
    term = Term.objects.get(person=expert)
    answers = {(client.get(url).status_code, client.post(url).status_code) for url in (add_url(group), end_url(term))}
    assert answers == {(404, 404)}


def test_anonymous_is_sent_to_the_login(client: Client, group: Body, expert: Person) -> None:
    for url in (add_url(group), end_url(Term.objects.get(person=expert))):
        assert client.get(url)["Location"] == f"/tili/kirjaudu/?next={url}"
        assert client.post(url).status_code == 302


def test_chair_does_not_govern_the_own_body(login: Login, area: Body, chair: Person, member: Person) -> None:
    client = login(chair)
    assert client.get(add_url(area)).status_code == 404
    assert client.get(end_url(Term.objects.get(person=member))).status_code == 404


def test_nobody_ends_a_term_of_their_own(login: Login, coordinator: Person) -> None:
    term = Term.objects.get(person=coordinator)
    client = login(coordinator)
    assert client.post(end_url(term), {"ends_on": today().isoformat()}).status_code == 404
    term.refresh_from_db()
    assert term.ends_on is None


def test_nobody_adds_a_term_of_their_own(login: Login, area: Body, coordinator: Person) -> None:
    page = login(coordinator).post(f"/en{add_url(area)}", filled(str(coordinator.email)))
    assert "Nobody appoints themselves. Ask another person to do it." in page.content.decode()
    assert not area.terms.filter(person=coordinator).exists()


# ── adding ──


def test_added_by_email_the_person_holds_the_role(login: Login, group: Body, chair: Person, outsider: Person) -> None:
    page = login(chair).post(add_url(group), filled(str(outsider.email).upper(), role="expert"))
    assert page["Location"] == f"/toimielimet/{group.slug}/jasenet/"
    term = group.terms.get(person=outsider)
    assert (term.role, term.starts_on, term.ends_on) == (Role.EXPERT, date(2026, 1, 1), None)


@pytest.mark.parametrize("typed", ["Ulla Ulkopuolinen", "ulkopuolinen, ulla", "  ulla  ulkop"])
def test_added_by_name(login: Login, group: Body, chair: Person, outsider: Person, typed: str) -> None:
    assert login(chair).post(add_url(group), filled(typed)).status_code == 302
    assert group.terms.filter(person=outsider).exists()


def test_namesakes_are_offered_and_one_is_chosen(
    login: Login, group: Body, chair: Person, department: Department
) -> None:
    anna = serving(first_name="Anna", last_name="Virtanen", department=department)
    other = serving(first_name="Anna", last_name="Virtanen", organisation="Yliopisto")
    client = login(chair)
    page = client.post(add_url(group), filled("anna virtanen"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "anna virtanen" in text  # what was typed
    assert f"Anna Virtanen #{anna.pk}, {department.name}" in text
    assert f"Anna Virtanen #{other.pk}, Yliopisto" in text
    assert client.post(add_url(group), filled("anna virtanen", which=str(other.pk))).status_code == 302
    assert set(group.terms.filter(person__last_name="Virtanen").values_list("person", flat=True)) == {other.pk}


@pytest.mark.parametrize(
    ("role", "works", "seat", "says"),
    [
        ("member", True, True, []),
        ("member", False, True, ["the seat is that of"]),
        ("secretary", False, False, ["has another secretary too", "comes from the same department"]),
        ("secretary", True, False, ["has another secretary too"]),
        ("member", False, False, []),
    ],
)
def test_what_is_unusual_is_said_and_recorded_all_the_same(
    login: Login,
    area: Body,
    director: Person,
    chair: Person,
    secretary: Person,
    department: Department,
    other_department: Department,
    role: str,
    works: bool,
    seat: bool,
    says: list[str],
) -> None:
    person = make.person(department=department if works else other_department)
    facts = {"role": role, "seat": str(make.seat(body=area, department=department).pk)} if seat else {"role": role}
    page = login(director).post("/en" + add_url(area), filled(str(person.email), **facts), follow=True)
    assert area.terms.filter(person=person).exists()
    told = [str(message) for message in page.context["messages"] if message.level_tag == "warning"]
    assert [words in text for words, text in zip(says, told, strict=True)] == [True] * len(says)


def test_a_choice_that_was_not_offered_is_asked_again(login: Login, group: Body, chair: Person) -> None:
    for _n in range(2):
        make.person(first_name="Anna", last_name="Virtanen")
    stranger = make.person(first_name="Outi", last_name="Outo")
    page = login(chair).post(add_url(group), filled("virtanen", which=str(stranger.pk)))
    assert page.status_code == 200
    assert not group.terms.filter(person=stranger).exists()


@pytest.mark.row("F91", part=True)
def test_who_may_not_be_seen_is_found_by_the_whole_address_only(login: Login, group: Body, chair: Person) -> None:
    hidden = make.person(first_name="Taina", last_name="Tuntematon", email="taina@example.org")
    client = login(chair)
    for typed in ("Tuntematon", "taina tun", f"#{hidden.pk}", "taina@"):
        page = client.post(add_url(group), filled(typed)).content.decode()
        assert "Taina Tuntematon" not in page
        assert not group.terms.filter(person=hidden).exists()
    assert client.post(add_url(group), filled("taina@example.org")).status_code == 302
    assert group.terms.filter(person=hidden).exists()


def test_exact_name_wins_over_a_longer_one(group: Body) -> None:
    short = make.person(first_name="Anna", last_name="Virta")
    make.person(first_name="Anna", last_name="Virtanen")
    assert people_called("Virta Anna", Person.objects.all()) == [short]
    assert len(people_called("Anna Virt", Person.objects.all())) == 2


def test_too_many_matches_ask_for_more_of_the_name(login: Login, group: Body, chair: Person) -> None:
    for _n in range(21):
        serving(first_name="Matti", last_name="Meikäläinen")
    with override("en"):
        page = login(chair).post("/en" + add_url(group), filled("meikä"))
    assert "More than twenty people match “meikä”" in page.content.decode()
    assert "which" not in page.context["form"].fields


def test_unknown_name_is_told_and_kept(login: Login, group: Body, chair: Person) -> None:
    page = login(chair).post("/en" + add_url(group), filled("Zzyzx Olematon"))
    assert "You see nobody called “Zzyzx Olematon”" in page.content.decode()
    assert 'value="Zzyzx Olematon"' in page.content.decode()


def test_finnish_day_is_understood(login: Login, group: Body, chair: Person, outsider: Person) -> None:
    login(chair).post(add_url(group), filled("Ulla Ulkopuolinen", starts_on="1.5.2026", ends_on="31.12.2026"))
    term = group.terms.get(person=outsider)
    assert (term.starts_on, term.ends_on) == (date(2026, 5, 1), date(2026, 12, 31))


def test_seats_are_the_bodys_own_and_tell_their_holders(
    login: Login, group: Body, chair: Person, department: Department, other_department: Department, outsider: Person
) -> None:
    vacant = make.seat(body=group, department=department)
    held = make.seat(body=group, department=other_department)
    make.seat(body=group, label_fi="Lakkautettu", valid_to=today() - timedelta(days=1))
    make.term(body=group, seat=held, person=make.person(first_name="Hilla", last_name="Haltija"))
    client = login(chair)
    text = client.get(add_url(group) + f"?paikka={vacant.pk}").content.decode()
    assert f'<option value="{vacant.pk}" selected>' in text
    assert f"{other_department.name}: Hilla Haltija" in text
    assert "Lakkautettu" not in text
    assert client.post(add_url(group), filled("Ulla Ulkopuolinen", seat=str(vacant.pk))).status_code == 302
    assert group.terms.get(person=outsider).seat == vacant


def test_ex_officio_roles_and_seats_are_not_offered(login: Login, board: Body, area: Body, coordinator: Person) -> None:
    seat = make.seat(body=board, label_fi="Alueen puheenjohtaja")
    board.ex_officio.filter(from_body=area).update(seat=seat)
    form = login(coordinator).get(add_url(board)).context["form"]
    assert {value for value, _label in form.fields["role"].choices} == {
        "vice_chair", "secretary", "alternate", "expert",
    }  # fmt: skip
    assert "seat" not in form.fields


def test_a_race_lost_is_an_error_of_the_form(group: Body, chair: Person, outsider: Person) -> None:
    form = forms.TermForm(filled("Ulla Ulkopuolinen", role="chair"), body=group, by=chair)
    assert form.is_valid()
    make.term(body=group, role=Role.CHAIR)  # somebody is faster
    with override("en"):
        assert forms.save_or_refuse(form, form.save) is False
        assert form.non_field_errors() == ["The body already has a chair during this period."]
    assert group.terms.filter(person=outsider).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_term(group: Body, chair: Person, outsider: Person) -> None:
    def add() -> None:
        form = forms.TermForm(filled("Ulla Ulkopuolinen"), body=group, by=chair)
        assert form.is_valid() is not None
        form.save()

    assert sorted(breaking.race(add, add)) == ["", "term_one_role_at_a_time"]
    assert group.terms.filter(person=outsider).count() == 1


# ── ending ──


def test_ended_today_by_default_the_rights_go(login: Login, group: Body, chair: Person, expert: Person) -> None:
    term = Term.objects.get(person=expert)
    client = login(chair)
    assert f'value="{today().isoformat()}"' in client.get(end_url(term)).content.decode()
    yesterday = today() - timedelta(days=1)
    page = client.post(end_url(term), {"ends_on": yesterday.isoformat()})
    assert page["Location"] == f"/toimielimet/{group.slug}/jasenet/"
    term.refresh_from_db()
    assert term.ends_on == yesterday
    assert Person.objects.get(pk=expert.pk).access.member_of == frozenset()


def test_ending_before_the_start_or_after_the_end_is_refused(
    login: Login, group: Body, chair: Person, expert: Person
) -> None:
    term = Term.objects.get(person=expert)
    client = login(chair)
    early = client.post(f"/en{end_url(term)}", {"ends_on": "1.1.2020"})
    assert "The end date is before the start date." in early.content.decode()
    Term.objects.filter(pk=term.pk).update(ends_on=today())
    late = client.post(f"/en{end_url(term)}", {"ends_on": (today() + timedelta(days=9)).isoformat()})
    with override("en"):
        assert f"already ends on {print_date(today())}" in late.content.decode()
    term.refresh_from_db()
    assert term.ends_on == today()


# ── the office ──


def test_new_term_in_the_office_is_mailed_to_the_whole_secretariat(
    login: Login, office: Body, coordinator: Person, outsider: Person
) -> None:
    head = make.person(first_name="Leena", last_name="Johtaja", language="sv")
    make.term(person=head, body=office, role=Role.CHAIR)
    listed = make.person()
    make.term(person=listed, body=office, role=Role.MEMBER)
    page = login(coordinator).post(
        add_url(office), filled("Ulla Ulkopuolinen", role="member", title_fi="Projektipäällikkö")
    )
    assert page.status_code == 302
    letters = Letter.objects.all()
    receivers = {envelope.person_id for letter in letters for envelope in letter.envelopes.all()}
    assert receivers == {coordinator.pk, head.pk}
    assert all("Ulla Ulkopuolinen" in letter.text and "Kaisa Koordinaattori" in letter.text for letter in letters)
    assert office.terms.get(person=outsider).title_fi == "Projektipäällikkö"


def test_term_elsewhere_is_nobodys_mail(login: Login, group: Body, coordinator: Person, outsider: Person) -> None:
    login(coordinator).post(add_url(group), filled("Ulla Ulkopuolinen"))
    assert group.terms.filter(person=outsider).exists()
    assert not Letter.objects.exists()


# ── the composition ──


@pytest.mark.row("F91", part=True)
def test_composition_does_not_name_the_hidden_person_of_an_alternate(
    client: Client, login: Login, area: Body, member: Person
) -> None:
    hidden = make.person(first_name="Taina", last_name="Tuntematon", visibility="body")
    make.term(role=Role.ALTERNATE, body=area, alternate_for=make.term(person=hidden, body=area))
    pages = [who.get(f"/toimielimet/{area.slug}/jasenet/").content.decode() for who in (client, login(member))]
    assert ["(Taina Tuntematon)" in page for page in pages] == [False, True]
