"""Files that people send: received piece by piece into files of their own, and looked at before they are kept.

A file is never held in memory, and what is kept is what its name says: an attachment leaves the portal as a
download with its own type, so a web page dressed as a document has no way in.
"""

import codecs
import re
import struct
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path, PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files import File
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from documents.scanning import scan

MEGABYTE = 1024 * 1024
LIMIT = 50  # megabytes of one file
ROOM = 1  # megabytes of the form around it
INBOX = "saapuvat"  # beside the kept files, so that keeping one is a rename
HEAD = 64 * 1024
ENTRIES = 20_000  # of a packed document; more of them are an attack on the memory, not a document
NAME = 200
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class FileType:
    """A kind of file that is taken: its type, what it is called, and for a packed one the folder of its content."""

    mime: str
    name: str
    folder: str = ""


TYPES = {
    "pdf": FileType("application/pdf", "PDF"),
    "docx": FileType(f"{OOXML}wordprocessingml.document", "Word", "word/"),
    "xlsx": FileType(f"{OOXML}spreadsheetml.sheet", "Excel", "xl/"),
    "pptx": FileType(f"{OOXML}presentationml.presentation", "PowerPoint", "ppt/"),
    "odt": FileType(f"{ODF}text", "ODT"),
    "ods": FileType(f"{ODF}spreadsheet", "ODS"),
    "odp": FileType(f"{ODF}presentation", "ODP"),
    "txt": FileType("text/plain", "TXT"),
    "csv": FileType("text/csv", "CSV"),
    "png": FileType("image/png", "PNG"),
    "jpg": FileType("image/jpeg", "JPEG"),
    "jpeg": FileType("image/jpeg", "JPEG"),
}
NAMES = {kind.mime: kind.name for kind in TYPES.values()}
MARKUP = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")
# What the first bytes say where the library that knows them all is not installed.
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
OLE = b"\xd0\xcf\x11\xe0"

WORDS = {
    "full": _("The disk of the portal is full, so the file was not stored. Tell the office; nothing else was lost."),
    "large": _("The file is larger than %(limit)s MB. Make it smaller or split it."),
    "empty": _("The file is empty (0 bytes). Save it again on your computer and choose it anew."),
    "kind": _(
        "Files of this kind are not taken. Taken are PDF, Word, Excel, PowerPoint, ODF, text, CSV, PNG and JPEG."
    ),
    "other": _("The content of “%(name)s” is not what its name says. Open it in its own program and save it again."),
    "markup": _("“%(name)s” holds a web page. Save its text as PDF and choose that."),
    "cut": _("“%(name)s” ends in the middle. Open it on your computer, save it again and choose it anew."),
    "locked": _("“%(name)s” has a password or is of an old Office format. Save it without one, as docx, xlsx or pptx."),
    "again": _("Choose the file again: the browser does not keep it."),
}


# ── receiving ──


class UploadTooLargeError(RequestDataTooBig):
    """More was sent than a file may be; the page of the error names the limit."""

    megabytes = LIMIT


class Incoming(TemporaryUploadedFile):
    """A file being received, in a folder of the same disk as the kept files; `failed` when the disk was full."""

    def __init__(self, name: Any, content_type: Any, size: int, charset: Any, extra: Any = None) -> None:
        folder = Path(settings.MEDIA_ROOT) / INBOX
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(dir=folder, suffix=".upload")  # noqa: SIM115 (closed with the request)
        UploadedFile.__init__(self, file, name, content_type, size, charset, extra)
        self.failed = False


class IncomingHandler(FileUploadHandler):
    """Writes each file as it comes, and refuses a request that is too long before anything of it is kept."""

    file: Incoming | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        meta: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Raise UploadTooLargeError by the length that the request itself tells."""
        if content_length > (LIMIT + ROOM) * MEGABYTE:
            raise UploadTooLargeError

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        try:
            self.file = Incoming(self.file_name, self.content_type, 0, self.charset, self.content_type_extra)
        except OSError as error:
            _unless_full(error)
            self.file = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece; once the disk is full the rest is dropped and the form will say so."""
        if self.file is None or self.file.failed:
            return
        try:
            self.file.write(raw_data)
        except OSError as error:
            _unless_full(error)
            self.file.failed = True

    def file_complete(self, file_size: int) -> UploadedFile:
        """Give the file to the form."""
        if self.file is None:
            return _nothing(self.file_name)
        try:
            self.file.seek(0)  # writes out what the buffer still holds
        except OSError as error:
            _unless_full(error)
            self.file.failed = True
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """Forget the file of a connection that broke."""
        if self.file is not None:
            self.file.close()


def _unless_full(error: OSError) -> None:
    if error.errno not in (ENOSPC, EDQUOT):
        raise error


def _nothing(name: Any) -> UploadedFile:
    """A file that could not even be begun."""
    made = UploadedFile(None, name, size=0)
    made.failed = True  # type: ignore[attr-defined]
    return made


def is_full(error: OSError) -> bool:
    """Whether the disk was full."""
    return error.errno in (ENOSPC, EDQUOT)


# ── looking ──


def clean_name(name: str) -> str:
    """The file's name as it is shown: composed letters, no marks that turn or hide them, the ending kept."""
    plain = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    plain = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Cc", "Cf", "Cs")).strip()
    path = PurePath(plain)
    return f"{path.stem[: NAME - len(path.suffix)]}{path.suffix}"


def examine(file: File, name: str) -> str:
    """The type of the file, for the header that it leaves with; raises ValidationError where it is not its name."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    kind = TYPES.get(ending)
    if kind is None:
        raise ValidationError(WORDS["kind"], code="kind")
    head = _read(file, 0, HEAD)
    if kind.mime.startswith("text/"):
        return f"{kind.mime}; charset={_charset(file, head, name)}"
    if kind.folder or kind.mime.startswith(ODF):
        _check_packed(file, head, kind, name)
    elif _sniffed(head) != kind.mime:
        raise _refused("other", name)
    elif ending == "pdf" and b"%%EOF" not in _read(file, max(0, _size(file) - 4096), 4096):
        raise _refused("cut", name)
    return kind.mime


def is_locked(file: File) -> bool:
    """Whether a PDF asks its reader for a password or hides behind one."""
    return b"/Encrypt" in _read(file, max(0, _size(file) - HEAD), HEAD)


def _refused(code: str, name: str) -> ValidationError:
    return ValidationError(WORDS[code], code=code, params={"name": name})


def _size(file: File) -> int:
    return int(file.size or 0)


def _read(file: File, place: int, length: int) -> bytes:
    file.seek(place)
    found = file.read(length)
    file.seek(0)
    return bytes(found)


def _sniffed(head: bytes) -> str:
    """The type by the content."""
    try:
        import magic
    except ImportError:  # the library behind it is not installed
        return next((mime for mark, mime in SIGNATURES if head.startswith(mark)), "application/octet-stream")
    return str(magic.from_buffer(head, mime=True))


def _check_packed(file: File, head: bytes, kind: FileType, name: str) -> None:
    """An office document is a packed folder whose parts say what it is."""
    if head.startswith(OLE):
        raise _refused("locked", name)
    if not head.startswith(b"PK"):
        raise _refused("other", name)
    if _entries(_read(file, max(0, _size(file) - HEAD - 22), HEAD + 22)) > ENTRIES:
        raise _refused("cut", name)
    try:
        with zipfile.ZipFile(file) as packed:
            if kind.folder:
                names = packed.namelist()
                fits = "[Content_Types].xml" in names and any(part.startswith(kind.folder) for part in names)
            else:
                with packed.open("mimetype") as part:
                    fits = part.read(100).decode("ascii", "replace").strip() == kind.mime
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError, OSError):
        raise _refused("cut", name) from None
    finally:
        file.seek(0)
    if not fits:
        raise _refused("other", name)


def _entries(tail: bytes) -> int:
    """How many parts the packed file lists at its end; too many where the end is missing."""
    place = tail.rfind(b"PK\x05\x06")
    return struct.unpack_from("<H", tail, place + 10)[0] if 0 <= place <= len(tail) - 22 else ENTRIES + 1


def _charset(file: File, head: bytes, name: str) -> str:
    """In what letters a text is written; refuses what is no text, and a web page."""
    if _sniffed(head) in MARKUP:
        raise _refused("markup", name)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for charset in ("utf-16",) if wide else ("utf-8", "windows-1252"):
        if _decodes(file, charset):
            return charset
    raise _refused("other", name)


def _decodes(file: File, charset: str) -> bool:
    """Whether the whole file is text in these letters, read piece by piece."""
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        for chunk in file.chunks():
            if CONTROLS.search(decoder.decode(chunk)):
                return False
        return not CONTROLS.search(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)


class UploadField(forms.FileField):
    """A file to be kept; its content must be what its name says. Gives the file with `content_type` as looked at."""

    def __init__(self, **kwargs: Any) -> None:
        endings = ",".join(f".{ending}" for ending in TYPES)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": endings}))
        kwargs.setdefault("label", capfirst(_("file")))
        kwargs.setdefault("help_text", _("At most 50 MB: PDF, Word, Excel, PowerPoint, ODF, text, CSV, PNG or JPEG."))
        super().__init__(**kwargs)
        self.error_messages["empty"] = WORDS["empty"]

    def to_python(self, data: Any) -> Any:
        """The file, looked at."""
        if getattr(data, "failed", False):
            raise ValidationError(WORDS["full"], code="full")
        file: Any = super().to_python(data)
        if file is None:
            return None
        if file.size > LIMIT * MEGABYTE:
            raise ValidationError(WORDS["large"], code="large", params={"limit": LIMIT})
        file.name = clean_name(file.name)
        file.content_type = examine(file, file.name)
        scan(file, file.name)
        file.is_locked = file.content_type == TYPES["pdf"].mime and is_locked(file)
        return file
