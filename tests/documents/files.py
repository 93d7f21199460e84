"""Small real files for the tests of uploads."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from documents.uploads import TYPES

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
LOCKED_PDF = PDF.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 5 0 R")
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def packed(**parts: bytes) -> bytes:
    """A packed file with the parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # of a day in 1980, whenever made
    return made.getvalue()


def office(ending: str) -> bytes:
    """The smallest file that is of the kind of this ending."""
    kind = TYPES[ending]
    if kind.folder:
        return packed(**{"[Content_Types].xml": b"<Types/>", f"{kind.folder}document.xml": b"<document/>"})
    return packed(mimetype=kind.mime.encode(), **{"content.xml": b"<office/>"})


GOOD = {
    "esitys.pdf": PDF,
    "muistio.docx": office("docx"),
    "taulukko.xlsx": office("xlsx"),
    "kalvot.pptx": office("pptx"),
    "muistio.odt": office("odt"),
    "taulukko.ods": office("ods"),
    "kalvot.odp": office("odp"),
    "teksti.txt": "Öljyntorjunta – 5 €".encode(),
    "vanha.txt": "Öljyntorjunta".encode("windows-1252"),
    "wide.txt": "Öljyntorjunta".encode("utf-16"),
    "luettelo.csv": "nimi;määrä\nletku;5\n".encode(),
    "kuva.png": PNG,
    "kuva.JPG": JPEG,
}
BAD = {
    "kind": {"sivu.html": HTML, "kuva.svg": SVG, "ohjelma.exe": b"MZ", "pdf": PDF, "makro.docm": office("docx")},
    "other": {
        "kuva.pdf": PNG,
        "paketti.docx": packed(**{"a.txt": b"a"}),
        "taulukko.docx": office("xlsx"),
        "teksti.odt": office("ods"),
        "ei.docx": PDF,
        "roska.txt": bytes(range(256)),
        "ohjelma.csv": b"\x7fELF\x02\x01\x01\x00" + bytes(50),
    },
    "markup": {"sivu.txt": HTML, "kuva.csv": SVG},
    "cut": {"katkesi.pdf": PDF[:40], "katkesi.docx": office("docx")[:-30], "tyhja.odt": packed(a=b"b")},
    "locked": {"vanha.docx": OLD_WORD},
    "empty": {"tyhja.pdf": b""},
}


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")
