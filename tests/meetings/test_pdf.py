"""The printed record: PDF/A-3a and PDF/UA-1 at once, sealed to the rows that were signed, published by a job."""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from meetings import pdf
from meetings.jobs import publish_minutes
from meetings.models import Minutes, Outcome, State
from meetings.printed import Edition, Printed, printable
from network.models import Kind, Person, Role
from network.visibility import Visibility
from tests import make
from tests.meetings import records

pytestmark = pytest.mark.django_db
MANY = "PORTAL_PDFS"  # so many files of every shape are validated; two where it is not set, and the long one is shorter
BUNDLED = {"Piazzolla", "Public-Sans", "Behind"}


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


def short() -> Minutes:
    """Signed minutes of one page, for what is not about what they say: laying out pages takes most of the time."""
    return records.signed_minutes(items=1, texts=records.FEW)


# ── what the file is ──


@pytest.mark.row("F57")
def test_record_is_pdf_a_and_pdf_ua_at_once(verapdf: Callable[..., str], tmp_path: Path) -> None:
    texts = {"discussion": records.LIST + "\n\n" + records.TABLE, "grounds": records.WORDS * 30}
    long = records.published(records.signed_minutes(items=6 if MANY in os.environ else 2, texts=texts))
    swedish = records.published(records.signed_minutes(items=1, language="sv"))
    signs = {"decision": "# Ei otsikko\n\n> “Ŋ ŋ Š ž đ ǩ” – → ✓ ≥ ½ ² ẞ\n\n---\n\n    koodi\n\n**lihava** *paino*"}
    odd = records.published(records.signed_minutes(items=1, texts=signs))
    files = []
    for number, minutes in enumerate((long, swedish, odd)):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(minutes.pdf.read())
    said = verapdf(*files)
    assert said.count("PASS") == 6, said


@pytest.mark.row("F57")
def test_rules_refuse_what_is_neither(verapdf: Callable[..., str], tmp_path: Path) -> None:
    import weasyprint

    bare = tmp_path / "bare.pdf"
    weasyprint.HTML(string="<p>Ei otsikkoa, ei kieltä.</p>").write_pdf(bare)
    said = verapdf(bare)
    assert said.count("FAIL") == 2, said


def test_many_records_are_pdf_a_and_pdf_ua(verapdf: Callable[..., str], tmp_path: Path) -> None:
    letters = "".join(chr(code) for code in range(0xC0, 0x250))
    for number in range(int(os.environ.get(MANY, "2"))):
        texts = {
            "grounds": records.WORDS * (number % 40) + f"\n\n{letters}\n\n" + records.LIST * (number % 3),
            "discussion": "\n\n".join(["* a\n    * b\n        * c", records.TABLE * (1 + number % 2)]),
        }
        minutes = records.published(records.signed_minutes(items=1 + number % 25, texts=texts, language="fi"))
        (tmp_path / f"{number}.pdf").write_bytes(minutes.pdf.read())
    said = verapdf(*sorted(tmp_path.glob("*.pdf")))
    assert "FAIL" not in said, said


def test_every_font_in_the_file_is_bundled() -> None:
    minutes = records.published(records.signed_minutes(items=1, texts={"decision": "Ŋ ŋ ǩ → ✓ Ж Ω **ǩ**"}))
    found = set()
    for page in PdfReader(minutes.pdf).pages:
        resources: Any = page["/Resources"]
        fonts = resources.get("/Font", {})
        found |= {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in fonts.values()}
    assert found
    assert {name.removesuffix("-Semi-Bold").removesuffix("-Bold") for name in found} <= BUNDLED


def test_all_letters_of_western_and_northern_europe_are_covered() -> None:
    letters = [chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x180))]
    sami = "ƷʒǤǥǦǧǨǩǮǯĐđŊŋŦŧÂâẞ"
    assert [letter for letter in (*letters, *sami) if ord(letter) not in pdf._glyphs()] == []


@pytest.mark.row("F57")
def test_same_rows_give_the_same_bytes() -> None:
    minutes = records.signed_minutes()
    first, second = pdf.seal(minutes), pdf.seal(Minutes.objects.get(pk=minutes.pk))
    assert first.content == second.content
    assert first.name == second.name


def test_rows_that_were_signed_lie_in_the_file() -> None:
    minutes = records.published(records.signed_minutes(items=1))
    rows = records.attached(minutes.pdf.read())
    digest = hashlib.sha256(rows.encode()).hexdigest()
    assert set(minutes.signatures.values_list("sha256", flat=True)) == {digest}
    assert json.loads(rows) == json.loads(json.dumps(minutes.rows()))
    minutes.pdf.seek(0)
    assert digest in records.words(minutes.pdf.read()).replace("\n", "")


def test_hash_of_the_file_is_kept_and_names_it() -> None:
    minutes = records.published(short())
    digest = hashlib.sha256(minutes.pdf.read()).hexdigest()
    assert (minutes.sha256, minutes.pdf.name) == (digest, f"poytakirjat/{minutes.pk}-{digest[:16]}.pdf")


def test_file_speaks_the_language_of_the_meeting() -> None:
    swedish = records.published(records.signed_minutes(items=1, language="sv"))
    reader = PdfReader(swedish.pdf)
    assert reader.trailer["/Root"]["/Lang"] == "sv"  # type: ignore[index]
    assert "Räddningsdirektörernas möte" in str(reader.metadata and reader.metadata.title)
    swedish.pdf.seek(0)
    assert " kl. " in records.words(swedish.pdf.read())


def test_headings_stand_in_order_and_texts_have_none() -> None:
    minutes = records.signed_minutes(texts={"grounds": "# Iso\n\nOtsikko\n===\n"})
    html = pdf.html_of(Printed(minutes, Edition.WHOLE, minutes.digest(), timezone.now()))
    assert html.count("<h1") == 1
    assert "# Iso" in html
    assert "<style" not in html
    assert "style=" not in html


# ── what it says ──


def test_record_names_who_was_there_and_what_was_decided() -> None:
    body, people = records.directors()
    minutes = records.signed(records.written(records.opened(body, people)), people)
    text = records.words(records.published(minutes).pdf.read())
    for expected in ("Otos-0", "Otos-4", "§ 1", "§ 3", "Asia numero 2", "hyväksyi strategian yksimielisesti"):
        assert expected in text


def test_alternates_who_did_not_come_are_not_listed() -> None:
    body, people = records.directors()
    make.term(person=make.person(last_name="Varalla"), body=body, role=Role.ALTERNATE)
    minutes = records.signed(records.written(records.opened(body, people)), people)
    printed = Printed(minutes, Edition.WHOLE, "", timezone.now())
    assert "Varalla" not in " ".join(row.name for row in printed.present)


def test_hidden_marks_are_not_printed() -> None:
    assert printable("a\u202eb\u200bc\ufeff \x07d\ufe0f") == "abc d"
    assert printable("a\u0308") == "ä"


@pytest.mark.row("F74", part=True)
def test_narrow_item_is_left_out_of_the_edition_of_others() -> None:
    minutes = records.signed_minutes(items=3)
    narrow = minutes.meeting.items.get(position=2)
    printed = Printed(minutes, Edition.PUBLIC, minutes.digest(), timezone.now())
    assert printed.narrower_editions() == []
    for item in printed.items:
        if item == narrow:
            item.visibility = Visibility.NETWORK
            item.title = item.decision = "Salaisuus"
    again = Printed.__new__(Printed)
    again.__dict__.update(printed.__dict__)
    again._say()
    html = pdf.html_of(again)
    assert "Salaisuus" not in html
    assert narrow.sign in html
    assert again.rows["items"][1] == [narrow.sign]
    assert again.narrower_editions() == [Edition.PUBLIC]


# ── publishing ──


def test_publishing_twice_does_nothing_more() -> None:
    minutes = records.published(short())
    before = (minutes.sha256, minutes.published_at)
    assert (records.published(minutes).sha256, minutes.published_at) == before


def test_draft_is_not_published() -> None:
    body, people = records.directors()
    meeting = records.opened(body, people)
    publish_minutes(meeting.pk)
    assert Minutes.objects.get(pk=meeting.pk).state == State.DRAFT


def test_letter_without_a_glyph_is_refused_with_its_place(store: Path) -> None:
    minutes = records.published(records.signed_minutes(items=2, texts={"decision": "Hyväksyttiin 漢."}))
    assert minutes.state == State.SIGNED
    assert "§ 1, " in minutes.trouble
    assert "漢 (U+6F22)" in minutes.trouble
    assert minutes.publishing_at is None
    assert not list(store.rglob("*.pdf"))


def test_letter_outside_of_the_items_is_refused_too() -> None:
    body, people = records.directors()
    meeting = records.written(records.opened(body, people, place="Peking 北"))
    minutes = records.published(records.signed(meeting, people))
    assert "北 (U+5317)" in minutes.trouble


def test_rows_that_are_not_the_signed_ones_are_refused() -> None:
    minutes = records.signed_minutes()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE meetings_item DISABLE TRIGGER USER")
        cursor.execute("UPDATE meetings_item SET decision = 'Jotain muuta' WHERE meeting_id = %s", [minutes.pk])
        cursor.execute("ALTER TABLE meetings_item ENABLE TRIGGER USER")
    minutes = records.published(minutes)
    assert minutes.state == State.SIGNED
    assert minutes.trouble
    assert minutes.publishing_at is None


def test_full_disk_is_told_and_leaves_nothing_half_stored(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    minutes = short()
    monkeypatch.setattr(os, "fsync", full)
    minutes = records.published(minutes)
    assert minutes.state == State.SIGNED
    assert minutes.trouble
    assert [path for path in store.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    assert records.published(minutes).state == State.PUBLISHED
    assert minutes.trouble == ""


def test_fault_of_the_portal_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = short()
    monkeypatch.setattr(pdf, "render", lambda printed: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish_minutes(minutes.pk)
    minutes.refresh_from_db()
    assert minutes.trouble
    monkeypatch.undo()
    assert records.published(minutes).state == State.PUBLISHED


def test_worker_killed_before_the_last_step_is_taken_up(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = short()

    def killed(*_: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(pdf, "_publish", killed)
    with pytest.raises(SystemExit):
        publish_minutes(minutes.pk)
    monkeypatch.undo()
    assert records.published(minutes).state == State.PUBLISHED
    assert len(list(store.rglob("*.pdf"))) == 1


# ── reading (who may: tests/meetings/test_pdf_readers.py) ──


def test_signed_minutes_have_no_file_yet(coordinator: Person, login: Callable[..., Client]) -> None:
    assert records.get(login(coordinator), records.signed_minutes()).status_code == 404


def test_public_file_may_be_kept_on_the_way() -> None:
    minutes = records.published(short())
    answer = records.get(Client(), minutes)
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert records.get(Client(), minutes, if_none_match=answer["ETag"]).status_code == 304


def test_file_that_is_gone_is_not_a_crash(caplog: pytest.LogCaptureFixture) -> None:
    minutes = records.published(short())
    Path(minutes.pdf.path).unlink()
    assert records.get(Client(), minutes).status_code == 404
    assert "is gone" in caplog.text


@pytest.mark.parametrize("kind", [Kind.WORKING_GROUP, Kind.SERVICE_AREA])
def test_other_bodies_print_too(kind: Kind) -> None:
    body = make.body(kind=kind, uses_sections=kind != Kind.WORKING_GROUP)
    people = [make.person() for _ in range(5)]
    for person, role in zip(people, (Role.CHAIR, Role.SECRETARY, *[Role.MEMBER] * 3), strict=True):
        make.term(person=person, body=body, role=role)
    meeting = records.written(records.opened(body, people, items=1), outcome=Outcome.TABLED)
    assert records.published(records.signed(meeting, people)).state == State.PUBLISHED
