"""What is taken: files whose content is what their name says, received without holding them in memory."""

import errno
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from documents import uploads
from documents.jobs import forget_uploads
from documents.models import Document, Version
from documents.uploads import MEGABYTE, UploadField, clean_name, examine, is_locked
from network.models import Body, Person
from tests import make
from tests.documents import files


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", files.GOOD)
def test_file_that_is_what_its_name_says_is_taken(name: str) -> None:
    found = UploadField().clean(files.sent(name, files.GOOD[name]))
    assert found.content_type.partition(";")[0] == uploads.TYPES[name.rpartition(".")[2].lower()].mime


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, group in files.BAD.items() for name in group])
def test_file_that_is_not_is_refused_in_words(code: str, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        UploadField().clean(files.sent(name, files.BAD[code][name]))
    assert [error.code for error in refused.value.error_list] == [code]
    assert refused.value.messages[0]


# Without the library a web page among texts is a text: it leaves as text/plain all the same.
BAD_BY_THEMSELVES = [(code, name) for code, group in files.BAD.items() if code != "markup" for name in group]


@pytest.mark.parametrize(("code", "name"), BAD_BY_THEMSELVES)
def test_refusals_do_not_need_the_library(code: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "magic", None)
    with pytest.raises(ValidationError):
        UploadField().clean(files.sent(name, files.BAD[code][name]))


def test_packed_file_with_endless_parts_is_refused() -> None:
    content = bytearray(files.office("docx"))
    end = content.rfind(b"PK\x05\x06")
    content[end + 10 : end + 12] = b"\xff\xff"
    with pytest.raises(ValidationError):
        examine(ContentFile(bytes(content)), "pommi.docx")


def test_letters_of_a_text_are_told_to_its_reader() -> None:
    assert examine(ContentFile("ä".encode("windows-1252")), "a.txt") == "text/plain; charset=windows-1252"
    assert examine(ContentFile("ä".encode()), "a.csv") == "text/csv; charset=utf-8"


def test_pdf_with_a_password_is_known() -> None:
    assert is_locked(ContentFile(files.LOCKED_PDF))
    assert not is_locked(ContentFile(files.PDF))


def test_name_is_kept_without_what_deceives() -> None:
    assert clean_name("C:\\tmp\\lasku\u202efdp.exe") == "laskufdp.exe"
    assert clean_name("a\u0308iti.pdf") == "äiti.pdf"
    assert clean_name("x" * 300 + ".pdf").endswith("x.pdf")
    assert len(clean_name("x" * 300 + ".pdf")) == 200


# ── receiving ──


@pytest.fixture
def document(area: Body) -> Document:
    """A document of area A without a file."""
    return make.document(body=area)


@pytest.fixture
def keeper_at_home(secretary: Person, login: Callable[..., Client]) -> Client:
    """The browser of area A's secretary."""
    return login(secretary)


def send(client: Client, document: Document, name: str, content: bytes, **fields: str) -> Any:
    """Send a file as a new version."""
    data = {"file": files.sent(name, content), "note": "Korjattu"} | fields
    return client.post(f"/asiakirjat/{document.pk}/versiot/uusi/", data)


def test_large_request_is_refused_with_the_limit(keeper_at_home: Client, document: Document, store: Path) -> None:
    answer = send(keeper_at_home, document, "iso.pdf", bytes(52 * MEGABYTE))
    assert answer.status_code == 413
    assert "50" in answer.content.decode()
    assert not Version.objects.exists()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_file_just_over_the_limit_is_refused_on_the_form(keeper_at_home: Client, document: Document) -> None:
    answer = send(keeper_at_home, document, "iso.pdf", files.PDF + bytes(50 * MEGABYTE))
    assert answer.status_code == 200
    assert "50 M" in answer.content.decode()
    assert "Korjattu" in answer.content.decode()


def test_large_file_is_never_held_in_memory(keeper_at_home: Client, document: Document) -> None:
    body = files.sent("iso.pdf", b"%PDF-1.4\n" + bytes(30 * MEGABYTE) + b"%%EOF")
    data = {"file": body, "note": ""}
    payload = encode_multipart(BOUNDARY, data)
    tracemalloc.start()
    answer = keeper_at_home.generic(
        "POST", f"/asiakirjat/{document.pk}/versiot/uusi/", payload, content_type=MULTIPART_CONTENT
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 302
    assert peak < 45 * MEGABYTE  # one copy is the test client's own
    assert Version.objects.get().size == 30 * MEGABYTE + 14


def test_nothing_is_left_in_the_inbox(keeper_at_home: Client, document: Document, store: Path) -> None:
    send(keeper_at_home, document, "hyva.pdf", files.PDF)
    send(keeper_at_home, document, "sivu.html", files.HTML)
    assert list((store / uploads.INBOX).iterdir()) == []
    assert len([path for path in store.rglob("*") if path.is_file()]) == 1


class Full:
    """Raises as a full disk does."""

    def __call__(self, *_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("place", ["write", "seek"])
def test_disk_full_while_receiving_is_told(
    keeper_at_home: Client, document: Document, store: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(uploads.Incoming, place, Full(), raising=False)
    answer = send(keeper_at_home, document, "hyva.pdf", files.PDF)
    assert answer.status_code == 200
    assert "levy on t" in answer.content.decode().lower() or "disk" in answer.content.decode()
    assert "Korjattu" in answer.content.decode()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_disk_full_before_the_first_byte_is_told(
    keeper_at_home: Client, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads.tempfile, "NamedTemporaryFile", Full())
    answer = send(keeper_at_home, document, "hyva.pdf", files.PDF)
    assert answer.status_code == 200
    assert not Version.objects.exists()


def test_disk_full_while_keeping_is_told(
    keeper_at_home: Client, document: Document, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.core.files.storage.filesystem.file_move_safe", Full())
    answer = send(keeper_at_home, document, "hyva.pdf", files.PDF)
    assert answer.status_code == 200
    assert "Korjattu" in answer.content.decode()
    assert not Version.objects.exists()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_row_refused_after_the_file_leaves_no_file(
    document: Document, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Version, "save", Full())
    with pytest.raises(OSError, match="No space"):
        make.version(document=document)
    assert [path for path in store.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_half_received_files_are_forgotten_after_a_day(store: Path) -> None:
    inbox = store / uploads.INBOX
    inbox.mkdir()
    (inbox / "a.upload").touch()
    forget_uploads(0)
    assert (inbox / "a.upload").exists()
    with time_machine.travel("2199-01-01"):
        forget_uploads(0)
    assert not (inbox / "a.upload").exists()
