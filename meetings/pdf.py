"""The printed record: minutes → HTML → one file that is PDF/A-3a and PDF/UA-1 at once.

The only place that knows WeasyPrint, which the worker alone runs. The rows that were signed lie in the file as
JSON: their SHA-256 is the one that the signatures bind and that the last page prints.
"""

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EDQUOT, ENOSPC
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.models import Minutes, State
from meetings.printed import Edition, Printed

log = logging.getLogger(__name__)
FONTS = settings.BASE_DIR / "static" / "fonts" / "print"
STYLE = settings.BASE_DIR / "static" / "css" / "print.css"
CUTS = ("piazzolla-400", "piazzolla-600", "public-sans-400", "public-sans-600")
FALLBACKS = ("dejavu-sans-400", "dejavu-sans-700")
FOLDER = "poytakirjat"
TROUBLE = 500  # characters of the trouble that the minutes hold
OLD = 3600  # seconds after which a half-written file is nobody's any more

# WeasyPrint claims one standard at a time. PDF/A-3a is asked for, and the claim of PDF/UA-1 is added to the
# metadata with the description of its own field, without which PDF/A does not allow it.
UA_CLAIM = (
    b'<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag>'
    b'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b'<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>'
)


class RefusedError(Exception):
    """The record cannot be sealed as it is; the text says why, in the language of the record."""


@dataclass(frozen=True)
class Sealed:
    """A rendered file, its SHA-256 and its name in the store."""

    name: str
    content: bytes
    sha256: str


# ── publishing ──


def publish(meeting_id: int) -> None:
    """Render and store the record of signed minutes, then publish them; harmless when run twice.

    What stands in the way is written on the minutes in words: a letter that no font has, rows that are not the
    rows signed, a full disk. Nobody then retries; the secretary mends it and asks again.
    """
    minutes = Minutes.objects.select_related("meeting__body").filter(pk=meeting_id, state=State.SIGNED).first()
    if minutes is None:
        return
    with override(minutes.meeting.language):
        try:
            file = seal(minutes)
        except RefusedError as refused:
            _stop(minutes, str(refused))
            return
        except OSError as error:
            _stop(minutes, _full_disk(error))
            return
        except DatabaseError:
            raise
        except Exception:
            _stop(minutes, _("The file could not be made because of a fault in the portal. The fault was logged."))
            raise
    _publish(minutes, file)


def _publish(minutes: Minutes, file: Sealed) -> None:
    """Move the state, with the file's name and hash, in one transaction with the minutes locked."""
    with transaction.atomic():
        fresh = minutes.locked()
        if fresh.state == State.SIGNED:
            now = timezone.now()
            fresh.move_to(State.PUBLISHED, pdf=file.name, sha256=file.sha256, published_at=now, trouble="")


def _stop(minutes: Minutes, trouble: str) -> None:
    log.error("minutes %s are not published: %s", minutes.pk, trouble, exc_info=True)
    waiting = Minutes.objects.filter(pk=minutes.pk, state=State.SIGNED)
    waiting.update(trouble=trouble[:TROUBLE], publishing_at=None)


def _full_disk(error: OSError) -> str:
    if error.errno in (ENOSPC, EDQUOT):
        return _("The disk is full, so the file could not be stored. Make room and publish again.")
    return _("The file could not be stored: %(reason)s.") % {"reason": error.strerror or type(error).__name__}


def seal(minutes: Minutes) -> Sealed:
    """Render the record and its narrower editions, and store them; the record's own file is given.

    Raises RefusedError when the rows are not those that were signed, or when a letter has no glyph.
    """
    digest = minutes.digest()
    signed = set(minutes.signatures.values_list("sha256", flat=True))
    if signed != {digest}:
        raise RefusedError(_("The rows of the minutes are not the rows that were signed. Tell the office at once."))
    moment = minutes.publishing_at or timezone.now()
    whole = Printed(minutes, Edition.WHOLE, digest, moment)
    refuse_missing_glyphs(whole)
    content = render(whole)
    sha256 = hashlib.sha256(content).hexdigest()
    file = Sealed(f"{FOLDER}/{minutes.pk}-{sha256[:16]}.pdf", content, sha256)
    for edition in whole.narrower_editions():
        _store(minutes, edition_name(file.name, edition), render(Printed(minutes, edition, digest, moment)))
    _store(minutes, file.name, content)
    return file


def edition_name(name: str, edition: Edition) -> str:
    """Where the edition for narrower readers lies, beside the record."""
    return name if edition == Edition.WHOLE else f"{name.removesuffix('.pdf')}-{edition.value}.pdf"


def _store(minutes: Minutes, name: str, content: bytes) -> None:
    """Write the file whole or not at all: beside its place, to the disk, then renamed."""
    target = Path(minutes.pdf.storage.path(name))
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target.parent)
    handle, half = tempfile.mkstemp(dir=target.parent, suffix=".half")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(half).replace(target)
    finally:
        Path(half).unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what a killed worker left half written."""
    now = timezone.now().timestamp()
    for half in folder.glob("*.half"):
        if now - half.stat().st_mtime > OLD:
            half.unlink(missing_ok=True)


# ── letters ──


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """The letters that every cut has, and those of both cuts of the font behind them."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # comes with WeasyPrint

    def common(names: tuple[str, ...]) -> set[int]:
        return set.intersection(*(set(TTFont(FONTS / f"{name}.ttf").getBestCmap()) for name in names))

    return frozenset(common(CUTS) | common(FALLBACKS))


def refuse_missing_glyphs(printed: Printed) -> None:
    """Refuse a text with letters that no bundled font has, and name the first places (PDF/A allows no empty box).

    Raises RefusedError.
    """
    glyphs = _glyphs()
    found: dict[str, str] = {}
    everything = (_("elsewhere"), unescape(strip_tags(html_of(printed))))
    for place, text in (*printed.texts(), everything):
        for letter in text:
            if letter > " " and ord(letter) not in glyphs:
                found.setdefault(letter, place)
    if found:
        places = "; ".join(f"{place}: {letter} (U+{ord(letter):04X})" for letter, place in list(found.items())[:5])
        words = _("The fonts of the record lack these letters; write them otherwise: %(places)s")
        raise RefusedError(words % {"places": places})


# ── rendering ──


def html_of(printed: Printed) -> str:
    """The record as HTML, in its own language whoever asks."""
    with override(printed.meeting.language):
        return render_to_string("meetings/minutes_print.html", {"printed": printed, "meeting": printed.meeting})


def render(printed: Printed) -> bytes:
    """The record as a file; the same rows at the same moment give the same bytes."""
    import weasyprint  # seconds and megabytes that only the worker pays
    from weasyprint.text.fonts import FontConfiguration

    fetcher = _only_our_fonts()
    fonts = FontConfiguration()
    style = weasyprint.CSS(filename=str(STYLE), font_config=fonts, url_fetcher=fetcher)
    source = weasyprint.HTML(string=html_of(printed), base_url=f"{settings.PORTAL_URL}/", url_fetcher=fetcher)
    document = source.render(font_config=fonts, stylesheets=[style])
    signed = (printed.minutes.signed_at or printed.moment).astimezone(UTC)
    _claim(document.metadata, printed.moment)
    rows = weasyprint.Attachment(
        string=json.dumps(printed.rows, ensure_ascii=False, sort_keys=True),
        name="poytakirja.json",
        description=str(document.metadata.title),
        created=signed,
        modified=signed,
        relationship="Data",
    )
    seed = f"{printed.edition.value}{printed.digest}{printed.moment.isoformat()}"
    identifier = hashlib.sha256(seed.encode()).digest()[:16]
    return document.write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier, attachments=[rows])


def _claim(metadata: Any, moment: datetime) -> None:
    """Fix the dates, and add the claim of PDF/UA-1 to the metadata (the hook is why WeasyPrint is held below 71)."""
    metadata.created = metadata.modified = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    original = metadata.generate_rdf_metadata

    def claiming(*args: Any, **kwargs: Any) -> bytes:
        return original(*args, **kwargs).replace(b"</rdf:RDF>", UA_CLAIM + b"</rdf:RDF>")

    metadata.generate_rdf_metadata = claiming


def _only_our_fonts() -> Any:
    """A fetcher that opens the bundled fonts and nothing else: a link in a text is never followed."""
    from weasyprint.urls import URLFetcher

    allowed = {(FONTS / f"{name}.ttf").as_uri() for name in (*CUTS, *FALLBACKS)}

    class OurFonts(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url not in allowed:
                raise ValueError(url)
            return super().fetch(url, headers)

    return OurFonts(allowed_protocols={"file"})
