"""Parts of a file: a broken download goes on, and a malformed question gets the whole."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from documents.models import Document
from network.models import Person, Reading
from network.visibility import Visibility
from tests import make

pytestmark = pytest.mark.django_db
BYTES = bytes(range(256)) * 1000  # longer than one piece read from the disk
SIZE = len(BYTES)


@pytest.fixture
def document() -> Document:
    """A public document of one version."""
    made = make.document(visibility=Visibility.PUBLIC)
    made.add_version(ContentFile(BYTES), filename="a.bin", content_type="application/pdf", by=None)
    return made


def ask(document: Document, asked: str, **headers: str) -> Any:
    """Ask for a part; the answer with its bytes as `body`."""
    answer: Any = Client().get(f"/asiakirjat/{document.pk}/versiot/1/", headers={"range": asked, **headers})
    answer.body = b"".join(answer) if answer.streaming else answer.content
    return answer


@pytest.mark.row("F17", part=True)
@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-500", SIZE - 500, SIZE - 1),
        (f"bytes=0-{SIZE * 9}", 0, SIZE - 1),
        (f"bytes=-{SIZE * 9}", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("bytes=65000-66000", 65000, 66000),
    ],
)
def test_a_part_is_answered_as_it_is_in_the_file(document: Document, asked: str, first: int, last: int) -> None:
    answer = ask(document, asked)
    assert answer.status_code == 206
    assert answer.body == BYTES[first : last + 1]
    assert answer["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer["Content-Length"] == str(len(answer.body))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "asked", ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "items=0-5", "bytes=a-b", "bytes=1", "bytes=--1"]
)
def test_what_is_no_single_range_gets_the_whole(document: Document, asked: str) -> None:
    answer = ask(document, asked)
    assert (answer.status_code, answer.body, answer["Accept-Ranges"]) == (200, BYTES, "bytes")


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=999999999999999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_with_the_size(document: Document, asked: str) -> None:
    answer = ask(document, asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{SIZE}")


def test_a_download_goes_on_only_with_the_same_file(document: Document) -> None:
    tag = ask(document, "")["ETag"]
    assert ask(document, "bytes=10-", **{"if-range": tag}).status_code == 206
    assert ask(document, "bytes=10-", **{"if-range": '"another"'}).body == BYTES


def test_a_part_of_what_is_hidden_is_not_there(document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(visibility=Visibility.BODY)
    answer = ask(document, "bytes=0-9")
    assert (answer.status_code, "Content-Range" in answer) == (404, False)


def test_the_parts_that_a_viewer_fetches_are_one_reading(
    document: Document, member: Person, secretary: Person, login: Callable[[Person], Client]
) -> None:
    Document.objects.filter(pk=document.pk).update(visibility=Visibility.NETWORK)
    address, begin = f"/asiakirjat/{document.pk}/versiot/1/", timezone.now()
    parts = ("bytes=500-", "bytes=0-99", "bytes=100-199")
    readers = [(login(member), 0), (login(secretary), 0), (login(member), 11)]
    for client, minutes in readers:
        with time_machine.travel(begin + timedelta(minutes=minutes), tick=False):
            assert [client.get(address, headers={"range": part}).status_code for part in parts] == [206] * 3
    assert list(Reading.objects.order_by("pk").values_list("person", "path")) == [
        (member.pk, address), (secretary.pk, address), (member.pk, address),
    ]  # fmt: skip
    readers[0][0].get(address)  # whole: opened again
    assert Reading.objects.count() == 4
