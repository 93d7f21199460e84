"""Pages of a list: counted as far as a reader would, and turned beyond that."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import OuterRef
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents.models import Attachment, Document
from network import paging
from network.models import Body
from network.paging import Pages, has
from network.visibility import Visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents(area: Body, monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """Seven public documents of area A, where five are the most that is counted."""
    monkeypatch.setattr(paging, "MOST", 5)
    titles = [Document(body=area, title=f"Ohje {n}", visibility=Visibility.PUBLIC) for n in range(7)]
    return Document.objects.bulk_create(titles)


def test_a_short_list_tells_its_rows_and_pages(documents: list[Document]) -> None:
    pages = Pages(Document.objects.filter(pk__in=[d.pk for d in documents[:5]]).order_by("pk"), 2)
    assert (pages.count, pages.told, pages.num_pages, pages.is_open) == (5, "5", 3, False)
    assert [len(pages.get_page(n).object_list) for n in (1, 2, 3, 4)] == [2, 2, 1, 1]
    assert pages.get_page(99).number == 3


def test_a_long_list_says_over_and_whether_more_follows(documents: list[Document]) -> None:
    pages = Pages(Document.objects.order_by("pk"), 2)
    assert (pages.count, pages.told, pages.is_open) == (5, "yli 5", True)
    read = [(page.number, len(page), page.has_next()) for page in map(pages.get_page, range(1, 5))]
    assert read == [(1, 2, True), (2, 2, True), (3, 2, True), (4, 1, False)]
    assert [row.pk for n in range(1, 5) for row in pages.get_page(n)] == [d.pk for d in documents]


@pytest.mark.parametrize("number", ["99", "10001", "1" + 40 * "0", "0", "-1", "x", None, ""])
def test_a_page_that_is_not_there_is_another_one(documents: list[Document], number: str | None) -> None:
    pages = Pages(Document.objects.order_by("pk"), 2)
    assert pages.get_page(number).number in (1, 3)


def test_the_list_of_a_long_archive_turns_its_pages(
    documents: list[Document], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.views.PAGE_SIZE", 3)
    first, last = (client.get("/asiakirjat/", {"sivu": number}).content.decode() for number in (1, 3))
    assert "yli 5" in first
    assert "sivu=2" in first
    assert '<span class="quiet">Sivu 3</span>' in last
    assert "sivu=4" not in last


def test_what_a_row_has_is_asked_row_by_row(documents: list[Document], area: Body) -> None:
    rows = Body.objects.filter(has(Document.objects.filter(body=OuterRef("pk"))))
    assert list(rows) == [area]
    assert list(Body.objects.filter(pk=area.pk).exclude(has(Attachment.objects.filter(document=OuterRef("pk"))))) == [
        area
    ]


def test_counting_stops(documents: list[Document], django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(1), CaptureQueriesContext(connection) as asked:
        assert Pages(Document.objects.all(), 2).found == 6
    assert "LIMIT 6" in asked[0]["sql"]
