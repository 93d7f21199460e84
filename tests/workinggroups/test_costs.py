"""What the pages of the groups cost: as many queries with much on them as with little."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from network.models import Body, Person
from network.visibility import Visibility
from tests import make
from workinggroups.models import Mandate

Login = Callable[[Person], Client]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("many", [1, 5])
def test_lists_cost_the_same_with_one_and_many(
    django_assert_max_num_queries: Any, login: Login, area: Body, chair: Person, many: int
) -> None:
    for _ in range(many):
        body = make.body(kind=make.Kind.WORKING_GROUP, parent=area)
        make.deliverable(body=body)
        make.proposed(area=area)
    with django_assert_max_num_queries(8):
        Client().get(reverse("workinggroups:group_list"))
    client = login(chair)
    with django_assert_max_num_queries(14):
        client.get(reverse("workinggroups:group_list"))


def test_a_groups_page_costs_no_more_with_more_on_it(
    django_assert_max_num_queries: Any, login: Login, group: Body, chair: Person, group_chair: Person
) -> None:
    paper = make.document(body=group, visibility=Visibility.PUBLIC)
    for number in range(4):
        make.deliverable(body=group, title=f"Raportti {number}", document=paper)
    with django_assert_max_num_queries(12):
        Client().get(group.get_absolute_url())
    client = login(chair)
    with django_assert_max_num_queries(22):
        client.get(group.get_absolute_url())
    assert Mandate.objects.filter(group=group.pk).count() == 1
