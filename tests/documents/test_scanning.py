"""Virus scanning: what the scanner finds is refused, what it has not looked at too; without one nothing is asked."""

import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from socket import AF_UNIX, socket
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.scanning import PIECE, scan
from documents.uploads import UploadField

LONG = b"x" * (PIECE + 10)


class Clamd:
    """A scanner that speaks clamd's INSTREAM and gives the answer it is told to; keeps what it was sent."""

    def __init__(self, path: Path) -> None:
        self.answer, self.got = b"stream: OK\0", b""
        self.server = socket(AF_UNIX)
        self.server.bind(str(path))
        self.server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _address = self.server.accept()
            except OSError:  # closed at the end of the test
                return
            with caller, caller.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                self.got = b""
                while size := struct.unpack("!L", stream.read(4))[0]:
                    self.got += stream.read(size)
                caller.sendall(self.answer)


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[Clamd]:
    """The scanner that the settings name."""
    settings.CLAMD = str(tmp_path / "clamd")
    made = Clamd(tmp_path / "clamd")
    yield made
    made.server.close()


def refused(file: ContentFile) -> str:
    """The code of the refusal; empty where the file is taken."""
    try:
        scan(file, "liite.pdf")
    except ValidationError as error:
        return str(error.code)
    return ""


@pytest.mark.row("F78", part=True)
def test_the_whole_of_a_clean_file_is_looked_at_and_it_is_taken(clamd: Clamd) -> None:
    file = ContentFile(LONG)
    assert refused(file) == ""
    assert (clamd.got, file.read()) == (LONG, LONG)


@pytest.mark.row("F78", part=True)
def test_what_is_found_is_named_to_the_sender(clamd: Clamd) -> None:
    clamd.answer = b"stream: Eicar-Test-Signature FOUND\0"
    with pytest.raises(ValidationError, match="Eicar-Test-Signature"):
        scan(ContentFile(LONG), "liite.pdf")


def test_every_form_that_takes_a_file_asks(clamd: Clamd) -> None:
    clamd.answer = b"stream: Eicar-Test-Signature FOUND\0"
    with pytest.raises(ValidationError, match="Eicar-Test-Signature"):
        UploadField().clean(SimpleUploadedFile("muistio.txt", b"Teksti"))


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"nonsense\0"])
def test_what_nobody_says_is_clean_is_not_taken(clamd: Clamd, answer: bytes) -> None:
    clamd.answer = answer
    assert refused(ContentFile(LONG)) == "unscanned"


@pytest.mark.parametrize("address", ["/nowhere/clamd", "127.0.0.1:9"])
def test_a_scanner_that_is_away_takes_nothing(settings: Any, address: str) -> None:
    settings.CLAMD = address
    assert refused(ContentFile(LONG)) == "unscanned"


def test_without_a_scanner_nothing_is_asked(settings: Any) -> None:
    settings.CLAMD = ""
    assert refused(ContentFile(LONG)) == ""
