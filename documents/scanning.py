"""Looking for viruses in what people send, where the installation has a ClamAV to ask (`CLAMD`); F78."""

import socket
import struct
from contextlib import closing

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

PIECE = 64 * 1024
PATIENCE = 60  # seconds without an answer
WORDS = {
    "virus": _("The virus scanner found “%(found)s” in “%(name)s”, so the file was not taken."),
    "unscanned": _("The virus scanner does not answer, so the file was not taken. Try again in a while."),
}


def scan(file: File, name: str) -> None:
    """Let the scanner read the file, piece by piece.

    Raises ValidationError where it finds something, and where it does not say that the file is clean: what nobody
    has looked at is not taken.
    """
    if not settings.CLAMD:
        return
    try:
        answer = ask(file)
    except OSError:
        answer = ""
    if answer.endswith(" FOUND"):
        found = answer.removesuffix(" FOUND").partition(": ")[2]
        raise ValidationError(WORDS["virus"], code="virus", params={"found": found, "name": name})
    if not answer.endswith(": OK"):
        raise ValidationError(WORDS["unscanned"], code="unscanned")


def ask(file: File) -> str:
    """What clamd says of the file: `stream: OK`, `stream: … FOUND` or an error; raises OSError where it is away."""
    with closing(_connection()) as clamd:
        clamd.sendall(b"zINSTREAM\0")
        file.seek(0)
        while piece := file.read(PIECE):
            clamd.sendall(struct.pack("!L", len(piece)) + piece)
        clamd.sendall(struct.pack("!L", 0))
        file.seek(0)
        with clamd.makefile("rb") as answer:
            return answer.read(1000).rstrip(b"\0\n").decode(errors="replace")


def _connection() -> socket.socket:
    """To `host:port`, or to the socket at a path."""
    if settings.CLAMD.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(PATIENCE)
        clamd.connect(settings.CLAMD)
        return clamd
    host, _colon, port = settings.CLAMD.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)
