"""Small real files of the demonstration: PDF, Word and ODF text that their own programs open."""

import io
import zipfile
from html import escape

from documents.uploads import TYPES
from meetings.management.demo_paper import pdf

MOMENT = (2026, 11, 2, 9, 0, 0)  # of every part, so that the same words give the same bytes
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"

CONTENT_TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPES["docx"].mime}.main+xml"/>'
    '<Override PartName="/word/styles.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
RELATIONS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
WORD_RELATIONS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
MANIFEST = (
    f'{XML}<manifest:manifest xmlns:manifest="{ODF}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{TYPES["odt"].mime}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def make(ending: str, title: str, paragraphs: list[str], language: str) -> bytes:
    """A file of the kind that the ending says, with a heading and paragraphs."""
    return {"pdf": pdf, "docx": docx, "odt": odt}[ending](title, paragraphs, language)


def docx(title: str, paragraphs: list[str], language: str) -> bytes:
    """A Word document with a heading of the first level and paragraphs, in its language."""
    styles = (
        f'{XML}<w:styles xmlns:w="{WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
        f'<w:lang w:val="{language}-FI"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
        '<w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style></w:styles>'
    )
    texts = [line for text in paragraphs for line in text.split("\n")]
    heading = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{escape(title)}</w:t></w:r></w:p>'
    rows = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in texts)
    body = f'{XML}<w:document xmlns:w="{WORD}"><w:body>{heading}{rows}</w:body></w:document>'
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": body,
        "word/_rels/document.xml.rels": WORD_RELATIONS,
        "word/styles.xml": styles,
    }
    return _packed(parts)


def odt(title: str, paragraphs: list[str], language: str) -> bytes:
    """An ODF text with a heading of the first level and paragraphs, in its language."""
    names = " ".join(f'xmlns:{name}="{ODF}{name}:1.0"' for name in ("office", "text", "style"))
    names += f' xmlns:fo="{ODF}xsl-fo-compatible:1.0"'
    texts = [line for text in paragraphs for line in text.split("\n")]
    rows = "".join(f"<text:p>{escape(line)}</text:p>" for line in texts)
    content = (
        f'{XML}<office:document-content {names} office:version="1.3"><office:body><office:text>'
        f'<text:h text:outline-level="1">{escape(title)}</text:h>{rows}'
        "</office:text></office:body></office:document-content>"
    )
    styles = (
        f'{XML}<office:document-styles {names} office:version="1.3"><office:styles>'
        '<style:default-style style:family="paragraph"><style:text-properties'
        f' fo:language="{language}" fo:country="FI"/></style:default-style></office:styles></office:document-styles>'
    )
    parts = {
        "mimetype": TYPES["odt"].mime,
        "content.xml": content,
        "styles.xml": styles,
        "META-INF/manifest.xml": MANIFEST,
    }
    return _packed(parts)


def _packed(parts: dict[str, str]) -> bytes:
    """The parts in their order; the type of an ODF file stands first and unpacked, as its standard asks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            packed.writestr(zipfile.ZipInfo(name, MOMENT), text, compress_type=method)
    return out.getvalue()
