"""Who is given the file of published minutes, and which of its editions."""

import hashlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from meetings.models import Item, Minutes
from network.models import Body, Person, Reading, Role
from network.visibility import Visibility
from tests import make
from tests.meetings import records

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("file_cast")]
KEPT = ("member", "secretary", "chair", "outsider", "expert")


@pytest.fixture(scope="module")
def sealed(file_cast: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Minutes, Path]:
    """Published minutes of area A for the network, with one item for the body only, and the folder of its files."""
    body = Body.objects.get(slug="alue-a")
    people = [file_cast["chair"], file_cast["secretary"], file_cast["member"], make.person(), make.person()]
    for person in people[3:]:
        make.term(person=person, body=body, role=Role.MEMBER)
    meeting = records.opened(body, people, items=2, visibility=Visibility.NETWORK)
    Item.objects.filter(meeting=meeting, position=2).update(visibility=Visibility.BODY, title="Salaisuus")
    folder = tmp_path_factory.mktemp("files")
    with override_settings(MEDIA_ROOT=str(folder)):
        return records.published(records.signed(records.written(meeting, **records.FEW), people)), folder


@pytest.fixture
def record(sealed: tuple[Minutes, Path], settings: Any, db: None) -> Minutes:
    """Those minutes."""
    settings.MEDIA_ROOT = str(sealed[1])
    return deepcopy(sealed[0])


def body_of(answer: Any) -> bytes:
    """The bytes of an answer."""
    return b"".join(answer.streaming_content)


def test_member_gets_the_sealed_file(record: Minutes, member: Person, login: Callable[..., Client]) -> None:
    answer = records.get(login(member), record)
    assert hashlib.sha256(body_of(answer)).hexdigest() == record.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "inline" in answer["Content-Disposition"]
    assert "private" in answer["Cache-Control"]
    assert Reading.objects.filter(person=member, kind="meetings.meeting", record_id=record.pk).exists()


def test_network_gets_the_edition_without_the_body_s_own_item(
    record: Minutes, outsider: Person, login: Callable[..., Client]
) -> None:
    content = body_of(records.get(login(outsider), record))
    assert "Salaisuus" not in records.words(content)
    assert "Salaisuus" not in records.attached(content)
    assert "§ 2" in records.words(content)
    assert record.digest() in records.words(content).replace("\n", "")


def test_edition_is_pdf_a_and_pdf_ua(
    record: Minutes, outsider: Person, login: Callable[..., Client], verapdf: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "edition.pdf").write_bytes(body_of(records.get(login(outsider), record)))
    assert verapdf(tmp_path / "edition.pdf").count("PASS") == 2


def test_others_find_nothing(record: Minutes, expert: Person, login: Callable[..., Client]) -> None:
    assert records.get(Client(), record).status_code == 404
    assert records.get(login(expert), record).status_code == 404
