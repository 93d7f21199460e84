"""What a signature binds besides the text: who presented, and the very files that lay there; and a version stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from documents.models import Version
from meetings.models import Item, Meeting, Minutes
from network.models import Body, Kind, Person, Role
from tests import make
from tests.breaking import constraint, delete, update

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def refused(act: Callable[[], Any]) -> str:
    """The name of the rule that refuses."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return constraint(error.value)


def opened(area: Body) -> tuple[Meeting, Item, Version]:
    meeting = make.meeting(body=area, state=make.OPEN)
    item = meeting.items.get()
    document = make.document(body=area)
    version = make.version(document=document)
    make.attachment(item=item, document=document, released_by=make.person())
    return meeting, item, version


@pytest.mark.row("F60", part=True)
@pytest.mark.parametrize(
    "change", [{"number": 7}, {"sha256": "f" * 64}, {"file": "muu"}, {"size": 1}, {"filename": "muu.txt"}]
)
def test_version_is_never_changed_by_raw_sql_either(area: Body, change: dict) -> None:
    version = make.version(document=make.document(body=area))
    assert refused(lambda: update(version, **change)) == "version_stays"
    update(version, note="Kansilehti korjattu")


def test_released_version_is_not_removed_and_one_that_nobody_was_given_may_be(area: Body) -> None:
    _meeting, _item, released = opened(area)
    draft = make.version(document=make.document(body=area))
    assert refused(lambda: delete(released)) == "version_stays"
    delete(draft)
    assert list(Version.objects.all()) == [released]


@pytest.mark.row("F55", part=True)
def test_signature_binds_presenter_and_attached_file_and_a_later_version_changes_no_record(area: Body) -> None:
    meeting, item, version = opened(area)
    desk = Minutes.objects.get(pk=meeting.pk)
    seen = [desk.digest()]
    Item.objects.filter(pk=item.pk).update(presenter_name="Erkki Esittelijä, Kuntaliitto")
    seen.append(desk.digest())
    other = make.document(body=area)
    make.version(document=other)
    make.attachment(item=item, document=other, released_by=make.person())
    seen.append(desk.digest())
    assert len(set(seen)) == 3
    minutes = make.submit(meeting)
    before = minutes.digest()
    make.version(document=version.document, content=b"Uusi teksti")
    assert Minutes.objects.get(pk=meeting.pk).digest() == before
    assert version.sha256 in str(minutes.rows())


def test_presenter_from_outside_stands_by_name_on_the_page_and_comes_along(
    area: Body, secretary: Person, login: Callable
) -> None:
    meeting = make.meeting(body=area)
    client = login(secretary)
    texts = {"title": "Valmiusharjoitus", "presenter_name": "Erkki Esittelijä, Kuntaliitto", "visibility": ""}
    client.post(f"/kokoukset/{meeting.pk}/asiat/uusi/", texts)
    item = meeting.items.get(title="Valmiusharjoitus")
    assert item.presented_by == "Erkki Esittelijä, Kuntaliitto"
    assert "Erkki Esittelijä, Kuntaliitto" in client.get(meeting.get_absolute_url()).content.decode()


def test_directors_meeting_borrows_the_boards_secretary(directors: Body, board: Body, secretary: Person) -> None:
    make.term(person=secretary, body=board, role=Role.SECRETARY)
    meeting = make.meeting(body=directors, state=make.OPEN)
    assert (directors.kind, meeting.minuted_by) == (Kind.DIRECTORS, secretary)
