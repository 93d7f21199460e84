"""Small real PDF files for the demonstration: pages of plain text, tagged, without a renderer.

Rendering hundreds of records as `meetings.pdf` does it would take minutes; these take a millisecond each and
say what they are.
"""

import textwrap
from collections.abc import Iterable

WIDTH = 88  # characters of a line
LINES = 44  # of a page
LEADING = 16
TOP = 780


def pdf(title: str, paragraphs: Iterable[str], language: str = "fi") -> bytes:
    """A PDF with the title and the paragraphs; the same words give the same bytes."""
    lines = [line for text in paragraphs for part in text.split("\n") for line in [*(textwrap.wrap(part, WIDTH)), ""]]
    pages = [lines[start : start + LINES] for start in range(0, len(lines), LINES)] or [[]]
    objects = [b""] * 4  # catalogue, pages, font, structure: filled in when the numbers of the rest are known
    kids: list[int] = []
    marks: list[int] = []
    trees: list[str] = []
    for number, page in enumerate(pages):
        content, marked = _content(title if number == 0 else "", page)
        place = len(objects) + 1
        kids.append(place)
        objects += [_page(place + 1, number), _stream(content)]
        places = []
        for mark in range(marked):
            kind = "H1" if number == 0 and mark == 0 else "P"
            objects.append(f"<< /Type /StructElem /S /{kind} /P 4 0 R /Pg {place} 0 R /K {mark} >>".encode())
            places.append(len(objects))
        marks += places
        trees.append(f"{number} [{_refs(places)}]")
    objects[0] = (
        f"<< /Type /Catalog /Pages 2 0 R /Lang ({language}) /MarkInfo << /Marked true >>"
        " /StructTreeRoot 4 0 R /ViewerPreferences << /DisplayDocTitle true >> >>"
    ).encode()
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{_refs(kids)}] >>".encode()
    objects[2] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects[3] = (
        f"<< /Type /StructTreeRoot /K [{_refs(marks)}] /ParentTree << /Nums [{' '.join(trees)}] >> >>"
    ).encode()
    told = "\ufeff" + title
    objects.append(b"<< /Title <%s> /Producer (esittelyaineisto) >>" % told.encode("utf-16-be").hex().encode())
    return _file(objects)


def _page(content: int, number: int) -> bytes:
    return (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
        f" /StructParents {number} /Tabs /S /Contents {content} 0 R >>"
    ).encode()


def _content(title: str, lines: list[str]) -> tuple[bytes, int]:
    """The page's drawing, and how many marked pieces it has."""
    drawn, marked, height = [], 0, TOP
    for size, line in [*([(17, title)] if title else []), *((11, line) for line in lines)]:
        for piece in textwrap.wrap(line, 58) if size > 11 else [line]:
            if piece:
                tag = b"H1" if size > 11 else b"P"
                head = b"/%s << /MCID %d >> BDC BT /F1 %d Tf 56 %d Td " % (tag, marked, size, height)
                drawn.append(head + _text(piece) + b" Tj ET EMC")
                marked += 1
            height -= LEADING + size - 11
    return b"\n".join(drawn), marked


def _text(words: str) -> bytes:
    plain = words.encode("cp1252", "replace")
    for mark in (b"\\", b"(", b")"):
        plain = plain.replace(mark, b"\\" + mark)
    return b"(" + plain + b")"


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


def _refs(numbers: list[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def _file(objects: list[bytes]) -> bytes:
    """The objects with their table of places; the last one tells of the document."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)
