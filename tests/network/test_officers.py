"""Who leads a body, and how many sit in it: a stand-in is no seat more, and without officers the count stands."""

from collections.abc import Callable
from datetime import date

import pytest

from network.models import Body, Role
from network.rosters import officers_of
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def test_the_count_is_of_all_who_sit_there(area: Body, django_assert_max_num_queries: Callable) -> None:
    chair, _ = (make.term(body=area, role=role) for role in (Role.CHAIR, Role.MEMBER))
    make.substitution(term=chair, starts_on=DAY, ends_on=DAY)
    with django_assert_max_num_queries(3):
        rows, seats = officers_of(area, DAY, None)
    assert ([row.role for row in rows], seats) == ([Role.CHAIR], 2)


def test_without_officers_the_members_are_counted_all_the_same(
    area: Body, django_assert_max_num_queries: Callable
) -> None:
    make.term(body=area, role=Role.MEMBER)
    with django_assert_max_num_queries(3):
        rows, seats = officers_of(area, DAY, None)
    assert ([row.role for row in rows], seats) == ([Role.CHAIR], 1)
