"""Readings: what has been read is never rewritten."""

import pytest

from network.models import Person, Reading
from tests.breaking import delete, refused, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(member: Person) -> Reading:
    """A member has read something."""
    return Reading.objects.create(person=member, kind="documents.document", record_id=1, path="/asiakirjat/1/")


def test_a_reading_is_not_changed_by_raw_sql(reading: Reading, chair: Person) -> None:
    with refused("reading_append_only"):
        update(reading, person_id=chair.pk)


def test_a_reading_is_not_deleted_by_raw_sql(reading: Reading) -> None:
    with refused("reading_append_only"):
        delete(reading)


def test_a_reading_is_not_changed_or_deleted_by_a_queryset(reading: Reading) -> None:
    with refused("reading_append_only"):
        Reading.objects.update(path="/")
    with refused("reading_append_only"):
        Reading.objects.all().delete()
    assert list(Reading.objects.values_list("path", flat=True)) == ["/asiakirjat/1/"]
