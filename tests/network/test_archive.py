"""The demonstration's archive, in a small size: what it holds is what the rules of the record ask for.

ARCHIVE_TIMES says how many times the estimate its two years are: a tenth in `make test`.
"""

import os
from collections.abc import Iterator
from io import StringIO
from itertools import groupby

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Q
from django.test import Client, override_settings

from documents.models import Attachment, Document, Version
from meetings.models import Action, Attendance, Item, Meeting, Minutes, Review, Series, Signature
from network.bulk_index import index_in_bulk
from network.indexing import index_all
from network.management.archive.size import LAST_YEAR, SLUG, Size, shares
from network.management.commands.demo import Command
from network.models import Body, Indexed, Person, Stale, Term, Word
from network.search import search
from workinggroups.models import Mandate, WorkingGroup

pytestmark = pytest.mark.django_db

SIZE = Size(2, float(os.environ.get("ARCHIVE_TIMES", "0.1")))
WRITTEN = (
    Person, Body, Term, Meeting, Item, Attendance, Minutes, Review, Signature, Action, Document, Version, Attachment,
    WorkingGroup, Mandate,
)  # fmt: skip


def write() -> str:
    """Add the archive; what the command says."""
    said = StringIO()
    Command(stdout=said).archive(SIZE)
    return said.getvalue()


@pytest.fixture(scope="module", autouse=True)
def _archived(stage: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The archive over the seed, written once for this file."""
    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files")), DEMO=True):
        call_command("seed", verbosity=0)
        write()
        yield


def events(model: type) -> int:
    """How many rows of its history tell that a record of the model was made."""
    table = model._meta.db_table  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT pgh_obj_id) FROM {table}event WHERE pgh_label = 'insert'")
        return int(cursor.fetchone()[0])


def test_it_is_as_large_as_it_was_asked_for() -> None:
    assert Meeting.objects.count() == SIZE.many(230)
    assert Item.objects.count() == SIZE.many(2_200)
    assert Document.objects.filter(versions__extract__state="read").distinct().count() == SIZE.many(1_700)
    assert Person.objects.filter(is_recorded=False).count() == 110 * 2
    assert Body.objects.filter(slug__startswith=SLUG).count() == WorkingGroup.objects.filter(state="closed").count()
    assert set(Minutes.objects.values_list("state", flat=True)) == {"published"}
    assert Minutes.objects.count() == Meeting.objects.count()


def test_the_numbers_of_meetings_and_sections_have_no_gap_and_follow_time() -> None:
    meetings = Meeting.objects.order_by("body", "year", "starts_at").values_list("body", "year", "number")
    for (body, year), rows in groupby(meetings, key=lambda row: (row[0], row[1])):
        numbers = [number for _body, _year, number in rows]
        assert numbers == list(range(1, len(numbers) + 1))
        assert Series.objects.get(body=body, year=year).last_meeting == len(numbers)
    items = Item.objects.filter(section__isnull=False)
    in_time = items.order_by("series", "meeting__starts_at", "position").values_list("series", "section")
    for series, some in groupby(in_time, key=lambda row: row[0]):
        sections = [section for _series, section in some]
        assert sections == list(range(1, len(sections) + 1))
        assert Series.objects.get(pk=series).last_section == len(sections)
    assert not Item.objects.filter(meeting__body__uses_sections=True, section=None).exists()


@pytest.mark.parametrize("model", WRITTEN)
def test_the_history_knows_every_row(model: type) -> None:
    assert events(model) == model._default_manager.count()  # type: ignore[attr-defined]


def test_every_rule_was_asked() -> None:
    """No trigger is switched off, and what waits for the end of the transaction holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O'")
        assert cursor.fetchall() == []
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'network_indexed' AND indexdef LIKE '%gin%'")
        assert len(cursor.fetchall()) == 2


def test_the_minutes_are_inspected_and_signed_by_those_who_were_there() -> None:
    signed = Minutes.objects.annotate(n=Count("signatures", distinct=True))
    assert set(signed.values_list("n", flat=True)) == {2}
    for minutes in Minutes.objects.select_related("meeting__body")[:20]:
        assert {row.sha256 for row in minutes.signatures.all()} == {minutes.digest()}
    late = Q(approved_at__lt=F("meeting__ends_at")) | Q(published_at__lt=F("signed_at"))
    assert not Minutes.objects.filter(late).exists()
    assert not Attendance.objects.filter(person__is_recorded=True).exists()
    assert not Meeting.objects.filter(Q(chaired_by=None) | Q(minuted_by=None)).exists()
    assert not Action.objects.open().exists()
    tabled = Item.objects.filter(outcome__in=("tabled", "not_handled"))
    assert tabled.exists()
    assert not tabled.filter(carried_to=None).exists()


def test_the_index_is_what_the_slow_way_makes() -> None:
    def rows() -> list[tuple[object, ...]]:
        order = ("kind", "record_id", "language", "part")
        return list(Indexed.objects.order_by(*order).values_list(*order, "title", "text", "words", "year"))

    made, words = rows(), set(Word.objects.values_list("form", "term", "public"))
    assert not Stale.objects.exists()
    assert len(made) > Item.objects.count() + Document.objects.count()
    index_all()
    assert rows() == made
    assert set(Word.objects.values_list("form", "term", "public")) == words
    assert index_in_bulk() > 0
    assert rows() == made


def test_a_visitor_finds_a_document_of_the_archive() -> None:
    document = Document.objects.filter(visibility="public", versions__isnull=False).order_by("pk")[0]
    found = search(document.title, None)
    assert found.total
    assert ("document", document.pk) in [(hit.entry.kind, hit.entry.record_id) for hit in found.hits]


def test_its_pages_open(client: Client) -> None:
    meeting = Meeting.objects.filter(visibility="public").order_by("-starts_at")[0]
    document = Document.objects.filter(visibility="public", versions__isnull=False).order_by("pk")[0]
    group = Body.objects.filter(slug__startswith=SLUG)[0]
    version = document.versions.get(number=1)
    person = Person.objects.filter(visibility="public", terms__body=group)[0]
    pages = [
        meeting, document, group, version, person, meeting.body,
        f"/kokoukset/{meeting.pk}/poytakirja.pdf", f"/kokoukset/?toimielin={meeting.body.slug}&vuosi={LAST_YEAR}",
        f"/asiakirjat/?toimielin={meeting.body.slug}", "/paatokset/", "/tyoryhmat/?tila=kaikki",
        f"/toimielimet/{group.slug}/jasenet/",
    ]  # fmt: skip
    for page in pages:
        path = page if isinstance(page, str) else page.get_absolute_url()
        assert client.get(path).status_code == 200, path


def test_a_second_run_changes_nothing() -> None:
    before = [model._default_manager.count() for model in (*WRITTEN, Indexed)]  # type: ignore[attr-defined]
    assert "already" in write()
    assert [model._default_manager.count() for model in (*WRITTEN, Indexed)] == before  # type: ignore[attr-defined]


def test_it_is_refused_outside_demonstration_mode() -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError, match="DEMO=1"):
        call_command("archive_meetings")


def test_shares_make_the_whole() -> None:
    assert shares(7, 3) == [2, 2, 3]
    assert sum(shares(66_000, 6_901)) == 66_000
    years = dict(Size(10, 3).by_year(7.5))
    assert list(years) == list(range(2014, 2024))
    assert sum(years.values()) == 225
