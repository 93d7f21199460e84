"""Writes the archive's documents by COPY: rows, versions and the text inside, as the search reads it.

What they lack is the files: every version points to one file, which says what it stands for. Its size and hash are
that file's; the text inside is each document's own.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.core.files.storage import default_storage

from documents.management.archive_texts import Texts
from documents.management.demo_files import make
from documents.models import Document, DocumentKind, Version
from meetings.models import Item
from network.management.archive.copying import copy_rows, reserve
from network.management.archive.size import DOCUMENTS, LAST_YEAR, SLUG, Size, shares
from network.models import Body, Kind
from network.visibility import Visibility

OWN = 100  # documents a year that belong to no item
SECOND = 12  # one document in so many has a second version
WHAT = {
    "fi": ("Esittelyaineisto", "Luonnos", "Taustamuistio", "Kommenttien yhteenveto", "Laskelma", "Aikataulu"),
    "sv": ("Presentationsmaterial", "Utkast", "Bakgrundspromemoria", "Sammandrag av kommentarerna", "Tidtabell"),
}
PAPERS = {
    "fi": ("Kokouskutsu", "Esityslista", "Osallistujaluettelo", "Pöytäkirjan luonnos"),
    "sv": ("Kallelse", "Föredragningslista", "Deltagarförteckning", "Utkast till protokoll"),
}
SORTS = {
    DocumentKind.GUIDELINE: "ohje", DocumentKind.REPORT: "raportti", DocumentKind.STATEMENT: "lausunto",
    DocumentKind.STRATEGY: "suunnitelma", DocumentKind.AGREEMENT: "sopimus", DocumentKind.PRESENTATION: "esitys",
}  # fmt: skip
STAND_IN = "Esittelyaineiston arkiston asiakirja"
NOTICE = (
    "Tämä tiedosto on kaikkien arkiston asiakirjojen yhteinen sijainen: asiakirjasta on vain haun tuntema teksti.",
    "Den här filen står för alla handlingar i demonstrationens arkiv: bara texten som sökningen känner till finns.",
)
CORRECTED = {"fi": "Korjattu kommenttien perusteella.", "sv": "Rättad utifrån kommentarerna."}
TYPE = "application/pdf"


class ArchiveDocuments:
    """The documents, gathered as rows and written table by table."""

    def __init__(self, size: Size) -> None:
        """Begin with the same seed of chance every time."""
        self.size, self.chance = size, Random(2012)  # noqa: S311  (a demonstration, no secret)
        self.texts = Texts(self.chance)
        content = make("pdf", STAND_IN, list(NOTICE), "fi")
        self.sha256, self.bytes = hashlib.sha256(content).hexdigest(), len(content)
        self.file = f"asiakirjat/arkisto-{self.sha256[:16]}"
        target = Path(default_storage.path(self.file))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def write(self) -> None:
        """Documents, attachments, versions, texts."""
        own = list(self._own())
        attached = list(self._attached())
        ids = reserve(Document, len(own) + len(attached))
        columns = ("body_id", "title", "kind", "visibility", "year", "language", "author", "summary_fi", "summary_sv")
        rows = [row for row, *_rest in (*own, *attached)]
        copy_rows("documents_document", ("id", *columns), ((pk, *row) for pk, row in zip(ids, rows, strict=True)))
        copy_rows(
            "documents_attachment",
            ("item_id", "document_id", '"order"', "released_by_id", "released_at"),
            (
                (item, pk, 1, by, at if by else None)
                for pk, (_row, _text, by, at, item) in zip(ids[len(own) :], attached, strict=True)
            ),
        )
        self._write_versions([(pk, *row) for pk, row in zip(ids, (*own, *attached), strict=True)])

    def _write_versions(self, documents: list[tuple[Any, ...]]) -> None:
        versions, extracts = [], []
        for place, (pk, row, text, by, at, _item) in enumerate(documents):
            for number in (1, 2) if place % SECOND == 0 else (1,):
                note = CORRECTED[row[5]] if number > 1 else ""
                moment = at - timedelta(days=8 - 4 * (number - 1))
                versions.append(
                    (pk, number, self.file, f"{pk}.pdf", TYPE, self.sha256, self.bytes, note, by, moment)
                )  # fmt: skip
                extracts.append(("read", text, moment))
        ids = reserve(Version, len(versions))
        copy_rows(
            "documents_version",
            ("id", "document_id", "number", "file", "filename", "content_type", "sha256", "size", "note",
             "uploaded_by_id", "uploaded_at"),
            ((pk, *row) for pk, row in zip(ids, versions, strict=True)),
        )  # fmt: skip
        copy_rows(
            "documents_extract", ("version_id", "state", "text", "read_at"),
            ((pk, *row) for pk, row in zip(ids, extracts, strict=True)),
        )  # fmt: skip

    # ── what there is ──

    def _own(self) -> Iterator[tuple[Any, ...]]:
        """Documents of the permanent bodies and of the working groups."""
        permanent = Body.objects.filter(kind__in=(Kind.DIRECTORS, Kind.BOARD, Kind.SERVICE_AREA), valid_from=None)
        bodies = [body.pk for body in permanent]
        groups = list(Body.objects.filter(slug__startswith=SLUG).values_list("pk", flat=True))
        visibilities = (Visibility.PUBLIC, Visibility.NETWORK, Visibility.BODY)
        for year, count in self.size.by_year(OWN):
            for _place in range(count):
                body = self.chance.choice(bodies if self.chance.random() < 0.7 else groups)
                kind = self.chance.choice(list(SORTS))
                subject = self.texts.subject("fi")
                visibility = self.chance.choices(visibilities, weights=(45, 40, 15))[0]
                at = datetime(year, self.chance.randint(1, 12), self.chance.randint(10, 28), 12, tzinfo=UTC)
                row = (body, f"{subject}, {SORTS[kind]} {year}", kind, visibility, year, "fi", "", f"{subject}.", "")
                yield row, self.texts.text("fi", subject), None, at, None

    def _attached(self) -> Iterator[tuple[Any, ...]]:
        """Attachments, evenly over the items of all meetings, read by the items' readers."""
        items = Item.objects.filter(meeting__year__gte=self.size.first_year, meeting__year__lte=LAST_YEAR)
        rows = list(
            items.order_by("pk").values_list(
                "pk", "title", "grounds", "proposal", "position", "meeting__body", "meeting__year", "meeting__number",
                "meeting__language", "meeting__minuted_by", "meeting__starts_at",
            )
        )  # fmt: skip
        total = self.size.many(DOCUMENTS) - self.size.many(OWN)
        for count, row in zip(shares(total, max(len(rows), 1)), rows, strict=False):
            pk, title, grounds, proposal, position, body, year, number, language, by, at = row
            for _place in range(count):
                if grounds:
                    name = f"{self.chance.choice(WHAT[language])}: {title}"
                else:
                    name = f"{PAPERS[language][position % len(PAPERS[language])]} {number}/{year}"
                kind = DocumentKind.PRESENTATION if name.startswith(WHAT[language][0]) else DocumentKind.OTHER
                head = (body, name[:200], kind, None, year, language, "", "", "")
                yield head, self.texts.text(language, grounds, proposal), by, at, pk
