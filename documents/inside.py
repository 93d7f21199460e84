"""The text inside a PDF, DOCX or ODT. Run as a program of its own: `python inside.py FILE`, and prints JSON.

A process apart, because a damaged file can crash or bloat whatever reads it: the job that starts it sets limits
on memory and processor time, and a death of this process is only a file that could not be read. Imports nothing
of the portal.
"""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

PAGES = 2_000
CHARACTERS = 10_000_000
UNPACKED = 200_000_000  # bytes of one part of a zipped document
PDF, ZIP = b"%PDF", b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"  # a password turns a DOCX into this
BREAKS = ("p", "h", "tab", "br", "line-break", "table-row")


def read(path: Path) -> tuple[str, str]:
    """The state of the file and its text."""
    with path.open("rb") as file:
        head = file.read(1024)
    if PDF in head:
        return _pdf(path)
    if head.startswith(ZIP):
        return _zipped(path)
    return ("locked" if head.startswith(OLE) else "other"), ""


def _pdf(path: Path) -> tuple[str, str]:
    import pypdfium2  # only a PDF needs it

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return ("locked" if "assword" in str(error) else "broken"), ""
    texts, size = [], 0
    for number in range(min(len(document), PAGES)):
        page = document[number]
        texts.append(page.get_textpage().get_text_range().replace("\ufffe", "").replace("\r\n", "\n"))
        size += len(texts[-1])
        page.close()
        if size > CHARACTERS:
            return "cut", "\n\n".join(texts)[:CHARACTERS]
    return _stated("\n\n".join(texts), "cut" if len(document) > PAGES else "read")


def _stated(text: str, state: str = "read") -> tuple[str, str]:
    text = text.replace("\x00", "").strip()
    return (state, text) if text else ("empty", "")


def _zipped(path: Path) -> tuple[str, str]:
    """DOCX and ODT are zipped XML; entities are refused, for they can blow up a small file without end."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            name = next((n for n in ("word/document.xml", "content.xml") if n in names), None)
            if name is None:
                return "other", ""
            info = archive.getinfo(name)
            if info.flag_bits & 1 or _is_encrypted(archive, names):
                return "locked", ""
            with archive.open(name) as part:
                data = part.read(UNPACKED + 1)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError):  # the last: an unknown way of packing
        return "broken", ""
    if len(data) > UNPACKED or b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        return "broken", ""
    try:
        text = "".join(_words(ElementTree.fromstring(data)))  # noqa: S314  (no entities: see above)
    except ElementTree.ParseError:
        return "broken", ""
    return _stated(text[:CHARACTERS], "cut" if len(text) > CHARACTERS else "read")


def _is_encrypted(archive: zipfile.ZipFile, names: set[str]) -> bool:
    return "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml")


def _words(root: ElementTree.Element) -> Iterator[str]:
    """The text of the elements in order, a new line where a paragraph ends."""
    for event, element in _walk(root):
        tag = element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
        if event == "start" and element.text and tag not in ("instrText", "delText"):
            yield element.text
        elif event == "end":
            if tag in BREAKS:
                yield "\n"
            elif tag == "s":
                yield " "
            if element.tail:
                yield element.tail


def _walk(root: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    """Start and end of each element, without recursion: a hostile file nests as deep as it likes."""
    stack = [("start", root)]
    while stack:
        event, element = stack.pop()
        yield event, element
        if event == "start":
            stack.append(("end", element))
            stack += [("start", child) for child in reversed(element)]


if __name__ == "__main__":
    found_state, found_text = read(Path(sys.argv[1]))
    json.dump({"state": found_state, "text": found_text}, sys.stdout)
