"""The text inside files: read within limits, marked where it cannot be, never a crash."""

import io
import zipfile
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from documents.models import Extract
from documents.reading import extract_missing, extract_text, read_apart
from network.indexing import index_stale
from network.jobs import LAST
from network.search import search
from network.visibility import Visibility
from tests import make

ODT = (
    '<office:document-content xmlns:office="o" xmlns:text="t"><office:body><text:p>Savusukellus</text:p>'
    "<text:p>ja hevonen</text:p></office:body></office:document-content>"
)
DOCX = '<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Savusukellus</w:t></w:r></w:p></w:body></w:document>'


def zipped(name: str, content: str) -> bytes:
    """A zipped document with one part."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # of a day in 1980, whenever made
    return made.getvalue()


def pdf(text: str) -> bytes:
    """A PDF with this text."""
    from weasyprint import HTML  # a second, which each process of the tests would take to read this file

    return HTML(string=f"<p>{text}</p>").write_pdf()


@pytest.mark.parametrize(
    ("content", "state", "text"),
    [
        (zipped("content.xml", ODT), "read", "Savusukellus\nja hevonen"),
        (zipped("word/document.xml", DOCX), "read", "Savusukellus"),
        (zipped("word/document.xml", DOCX)[:60], "broken", ""),
        (zipped("word/document.xml", "<w:document"), "broken", ""),
        (zipped("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "broken", ""),
        (zipped("else.txt", "?"), "other", ""),
        (zipped("word/document.xml", "<a>" * 50_000 + "</a>" * 50_000), "empty", ""),
        (b"%PDF-1.7\nbroken", "broken", ""),
        (b"\xd0\xcf\x11\xe0 a locked docx", "locked", ""),
        (b"plain text", "other", ""),
        (b"", "other", ""),
    ],
    ids=["odt", "docx", "cut", "no-xml", "entities", "other-zip", "deep", "pdf", "encrypted", "text", "nothing"],
)
def test_files_are_read_or_marked(tmp_path: Path, content: bytes, state: str, text: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert read_apart(path) == (state, text)


def test_a_pdf_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(pdf("Savusukellusohje ja hevosen pelastaminen"))
    state, text = read_apart(path)
    assert (state, text.split()) == ("read", ["Savusukellusohje", "ja", "hevosen", "pelastaminen"])


def test_an_encrypted_pdf_is_marked(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("Salainen")))
    writer.encrypt("salasana", algorithm="RC4-128")
    path = tmp_path / "file"
    with path.open("wb") as file:
        writer.write(file)
    assert read_apart(path) == ("locked", "")


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(pdf("Hidas"))
    assert read_apart(path, seconds=0) == ("broken", "")


@pytest.mark.django_db
@pytest.mark.row("F80")
def test_the_text_inside_the_newest_file_is_found() -> None:
    document = make.document(title="Liite 1", visibility=Visibility.PUBLIC)
    make.version(document=document, content=pdf("Hevosen nostaminen"), filename="vanha.pdf")
    make.version(document=document, content=pdf("Savusukelluksen vaatimukset"), filename="uusi.pdf")
    for _twice in range(2):  # what waits already is not asked for again
        extract_missing(0)
    waiting = ProcrastinateJob.objects.filter(task_name="extract_text")
    assert sorted(job.args["version_id"] for job in waiting) == sorted(v.pk for v in document.versions.all())
    assert {job.priority for job in waiting} == {LAST}
    for job in waiting:
        extract_text(**job.args)
    index_stale()
    assert [hit.entry.title for hit in search("savusukellus", None).hits] == ["Liite 1"]
    assert search("hevonen", None).hits == []


@pytest.mark.django_db
def test_a_file_that_is_gone_is_marked_and_the_job_may_run_twice() -> None:
    version = make.version(document=make.document(title="Kadonnut"))
    version.file.storage.delete(str(version.file.name))
    extract_text(version.pk)
    extract_text(version.pk)
    extract_text(9_999_999)
    assert [row.state for row in Extract.objects.all()] == ["broken"]


@pytest.mark.django_db
def test_five_hundred_pages_are_found_to_the_last() -> None:
    document = make.document(title="Suuri raportti", visibility=Visibility.PUBLIC)
    version = make.version(document=document)
    pages = "\n\n".join(f"Sivu {number}. " + f"Asia{number} mittaus{number * 7} tulos. " * 60 for number in range(500))
    Extract.objects.create(version=version, state="read", text=pages + " Viimeisenä sana loppuhuipennus.")
    index_stale()
    assert [hit.entry.title for hit in search("loppuhuipennus", None).hits] == ["Suuri raportti"]
