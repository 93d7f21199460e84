"""The office's desk: what needs somebody today, and at what cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.models import State
from network.models import Body, Envelope, Letter, Person
from network.periods import today
from tests import make

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("member", "secretary", "chair", "coordinator")

Login = Callable[[Person], Client]
DAY = timedelta(days=1)


def _trouble(area: Body, number: int) -> list[str]:
    """One of each matter; gives the words that tell of it."""
    make.seat(body=area, label_fi=f"Tyhjä{number}")
    make.overdue(area=area, name_fi=f"Odottava{number}")
    leaver = make.person(organisation="Yritys", first_name="Lähtevä", last_name=f"L{number}")
    make.term(person=leaver, body=area, ends_on=today() + 30 * DAY)
    lost = make.person(is_active=False, email=None, first_name="Osoitteeton", last_name=f"O{number}")
    make.term(person=lost, body=area)
    make.document(body=area, title=f"Tiedostoton{number}")
    letter = Letter.objects.write(subject=f"Kirje{number}", text="x", to=[leaver])
    Envelope.objects.filter(letter=letter).update(state="unclear")
    return [f"Tyhjä{number}", f"Odottava{number}", f"L{number}", f"O{number}", f"Tiedostoton{number}", f"Kirje{number}"]


@pytest.mark.row("F24", part=True)
def test_the_desk_tells_what_needs_somebody_today(login: Login, area: Body, coordinator: Person) -> None:
    Body.objects.filter(pk=area.pk).update(register_from=make.SINCE)
    words = _trouble(area, 1)
    long_ago = timezone.make_aware(datetime(2026, 3, 1, 9))
    make.minutes(body=area, starts_at=long_ago, state=State.DRAFT)
    page = login(coordinator).get(reverse("workinggroups:office")).content.decode().replace("\xad", "")
    assert [word for word in words if word not in page] == []
    assert page.count("Post again") + page.count("Lähetä uudelleen") >= 1


def test_nobody_else_meets_the_desk(login: Login, chair: Person, member: Person, keeper: Person) -> None:
    path = reverse("workinggroups:office")
    assert {login(person).get(path).status_code for person in (chair, member, keeper)} == {404}
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("many", [1, 12])
def test_the_desk_costs_the_same_with_one_and_many(
    django_assert_max_num_queries: Any, login: Login, area: Body, coordinator: Person, many: int
) -> None:
    Body.objects.filter(pk=area.pk).update(register_from=make.SINCE)
    for number in range(many):
        _trouble(area, number)
    client = login(coordinator)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("workinggroups:office")).content.decode()
    with django_assert_max_num_queries(16):
        whole = client.get(reverse("workinggroups:office"), {"kaikki": "odottavat"}).content.decode()
    names = [f"Odottava{number}" for number in range(many)]
    assert sum(name in page for name in names) == min(many, 10)
    assert ("?kaikki=odottavat" in page) is (many > 10)
    assert ("/asiakirjat/?ilman=1" in page) is (many > 10)
    assert all(name in whole for name in names)


def test_a_list_of_nobody_says_so(login: Login, coordinator: Person) -> None:
    page = login(coordinator).get(reverse("workinggroups:office")).content.decode()
    lists = dict(part.split('">', 1) for part in page.split('<h2 id="')[1:])
    assert ["Ei ketään." in lists[key] for key in ("ehdolla", "paattyvat", "vajaat", "asiakirjat")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_way_to_the_desk_stands_in_the_head_for_the_secretariat_alone(
    login: Login, coordinator: Person, chair: Person
) -> None:
    link = f'href="{reverse("workinggroups:office")}"'
    pages = [client.get("/johto/").content.decode() for client in (login(coordinator), login(chair), Client())]
    assert [link in page.split("<main")[0] for page in pages] == [True, False, False]
    desk = login(coordinator).get(reverse("workinggroups:office")).content.decode()
    assert f'href="{reverse("admin:network_person_add")}"' in desk
    assert link in login(coordinator).get(reverse("admin:index")).content.decode()
