"""The secretariat's tools: terms corrected, people merged, letters posted again, addresses copied."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from meetings.models import CalendarKey, State
from network.merging import merge, pointers
from network.models import Body, Envelope, Letter, Person, Role, Term
from tests import make
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

Login = Callable[[Person], Client]


def test_a_term_is_corrected_with_a_reason_that_the_history_keeps(
    login: Login, area: Body, coordinator: Person, member: Person
) -> None:
    term = Term.objects.get(person=member)
    path = reverse("network:term_correct", args=[term.pk])
    facts = {"person": f"#{member.pk}", "role": "member", "starts_on": "2025-03-01", "ends_on": ""}
    client = login(coordinator)
    assert client.post(path, facts).status_code == 200  # no reason
    assert client.post(path, facts | {"reason": "Väärä vuosi"}).status_code == 302
    term.refresh_from_db()
    assert term.starts_on == date(2025, 3, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT metadata->>'correction' FROM pghistory_context WHERE metadata ? 'correction'")
        assert cursor.fetchall() == [("Väärä vuosi",)]


def test_only_the_secretariat_corrects_and_never_its_own(
    login: Login, area: Body, chair: Person, coordinator: Person, member: Person
) -> None:
    other = reverse("network:term_correct", args=[Term.objects.get(person=member).pk])
    own = reverse("network:term_correct", args=[Term.objects.get(person=coordinator).pk])
    assert login(chair).get(other).status_code == 404
    assert login(coordinator).get(own).status_code == 404
    facts = {"person": f"#{coordinator.pk}", "role": "member", "starts_on": "2025-03-01", "reason": "x"}
    assert login(coordinator).post(other, facts).status_code == 200
    assert Term.objects.get(person=member)


def test_a_correction_that_breaks_a_rule_is_refused_in_words(
    login: Login, area: Body, chair: Person, coordinator: Person, member: Person
) -> None:
    path = reverse("network:term_correct", args=[Term.objects.get(person=member).pk])
    facts = {"person": f"#{member.pk}", "role": "chair", "starts_on": "2025-03-01", "reason": "x"}
    assert login(coordinator).post(path, facts).status_code == 200
    assert Term.objects.get(person=member).role == Role.MEMBER


def test_two_rows_of_one_person_become_one(area: Body, other_area: Body, department: object) -> None:
    stays = make.person(department=department, first_name="Aino", last_name="Esimerkki")  # type: ignore[arg-type]
    twice = make.person(department=department, first_name="Aino", last_name="Esimerkki")  # type: ignore[arg-type]
    term = make.term(person=twice, body=area)
    task = make.action(owner=twice)
    signed = make.minutes(state=State.REVIEW, body=other_area, inspectors=[twice])
    signed.accept(twice)
    email = twice.email
    assert {pointer.field for pointer in pointers(twice)} >= {"person", "owner"}
    stayed = merge(twice, stays)
    for row in (term, task, twice, stays):
        row.refresh_from_db()
    assert (term.person, task.owner) == (stays, stays)
    assert (twice.merged_into, twice.email, twice.is_active) == (stays, None, False)
    assert stays.email != email
    assert stays.employments.count() == 1
    assert stayed >= 0
    answer = Client().get(twice.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, stays.get_absolute_url())
    with pytest.raises(ValidationError):
        merge(twice, stays)


def test_what_both_have_and_each_may_have_once_is_no_hindrance(area: Body) -> None:
    stays, twice = make.person(), make.person()
    mine = [CalendarKey.objects.renew(person) for person in (stays, twice)]
    letter = Letter.objects.create(subject="Kutsu", text="Tervetuloa")
    for person in (stays, twice):
        Envelope.objects.create(letter=letter, person=person, address="x@example.org")
    assert merge(twice, stays) == 2
    assert [key.person for key in CalendarKey.objects.filter(pk__in=[key.pk for key in mine]).order_by("pk")] == [
        stays, twice,
    ]  # fmt: skip
    assert set(letter.envelopes.values_list("person", flat=True)) == {stays.pk, twice.pk}


def test_two_who_do_not_fit_are_refused_and_nothing_moves(area: Body) -> None:
    first, second = make.person(), make.person()
    make.term(person=first, body=area)
    make.term(person=second, body=area, role=Role.SECRETARY)
    action = make.action(owner=second)
    with pytest.raises(ValidationError):
        merge(second, first)
    action.refresh_from_db()
    second.refresh_from_db()
    assert (action.owner, second.merged_into) == (second, None)


def test_merging_is_shown_before_it_is_done(login: Login, area: Body, coordinator: Person, chair: Person) -> None:
    stays, twice, other = make.person(), make.person(), make.person()
    term = make.term(person=twice, body=area)
    path, names = reverse("network:person_merge"), {"duplicate": f"#{twice.pk}", "into": f"#{stays.pk}"}
    assert login(chair).get(path).status_code == 404
    client = login(coordinator)
    page = client.post(path, names).content.decode()
    assert f"{twice.full_name} #{twice.pk}" in page
    assert f'value="{twice.pk}-{stays.pk}"' in page
    shown = {"sure": f"{twice.pk}-{stays.pk}"}
    written_over = client.post(path, names | shown | {"into": f"#{other.pk}"})
    assert f'value="{twice.pk}-{other.pk}"' in written_over.content.decode()
    term.refresh_from_db()
    assert term.person == twice
    assert client.post(path, names | shown).status_code == 302
    term.refresh_from_db()
    assert term.person == stays
    same = {"duplicate": f"#{stays.pk}", "into": f"#{stays.pk}", "sure": f"{stays.pk}-{stays.pk}"}
    assert client.post(path, same).status_code == 200


def test_both_are_shown_side_by_side_before_a_merger(login: Login, area: Body, coordinator: Person) -> None:
    stays = make.person(first_name="Aino", last_name="Pöllö", email="aino@example.test")
    twice = make.person(first_name="Aina", last_name="Pöllö", email="aina@example.test")
    make.term(person=twice, body=area, role=Role.SECRETARY)
    names = {"duplicate": f"#{twice.pk}", "into": f"#{stays.pk}"}
    page = login(coordinator).post(reverse("network:person_merge"), names).content.decode()
    for word in ("Nimet eroavat", "aino@example.test", "aina@example.test", area.name_fi, "sihteeri",
                 "Osoite aina@example.test poistuu rekisteristä", "Yhdistämistä ei voi perua"):  # fmt: skip
        assert word in page, word
    Person.objects.filter(pk=stays.pk).update(first_name="Aina", email=None, is_active=False)
    page = login(coordinator).post(reverse("network:person_merge"), names).content.decode()
    assert "Nimet eroavat" not in page
    assert f"Osoite aina@example.test siirtyy: Aina Pöllö #{stays.pk}" in page


def test_a_refused_letter_is_posted_again_after_asking(login: Login, coordinator: Person, chair: Person) -> None:
    letter = Letter.objects.write(subject="Kutsu", text="Tervetuloa", to=[chair])
    envelope = letter.envelopes.get()
    Envelope.objects.filter(pk=envelope.pk).update(state="refused", answer="550 no")
    path = reverse("network:envelope_repost", args=[envelope.pk])
    assert login(chair).get(path).status_code == 404
    client = login(coordinator)
    assert "550 no" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    envelope.refresh_from_db()
    assert envelope.state == "queued"
    assert client.post(path).status_code == 409


def test_a_rosters_addresses_are_for_those_who_keep_the_body(
    login: Login, area: Body, chair: Person, member: Person, outsider: Person
) -> None:
    path = reverse("network:body_addresses", args=[area.slug])
    page = login(chair).get(path).content.decode()
    assert f"{chair.email}; {member.email}" in page or f"{member.email}; {chair.email}" in page
    assert [login(person).get(path).status_code for person in (member, outsider)] == [404, 404]
    assert Client().get(path).status_code == 302
