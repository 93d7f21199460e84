"""Add the files of the demonstration: attachments of items, guides and plans of bodies; safe to run again."""

import json
import re
import unicodedata
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from documents import inside
from documents.management.demo_files import make
from documents.models import Attachment, Document, DocumentKind, Extract, Version
from documents.uploads import TYPES
from meetings.models import Item, Outcome
from meetings.standing import standing_titles
from network.management.demo_people import ANCHOR
from network.management.seeding import one_writer
from network.models import Body, Kind, Person, Role

DATA = Path(__file__).parent.parent / "data" / "demo_documents.json"
NEAREST = 24  # of the attachments, on the newest agendas, where the logins look first


class Command(BaseCommand):
    """Called by `demo_meetings` while the minutes are drafts: later no agenda takes an attachment any more."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them once, where no document has a file yet."""
        if not settings.DEMO:
            raise CommandError("The demonstration's documents exist in demonstration mode only: set DEMO=1.")
        with one_writer():
            if not Version.objects.exists():
                DemoDocuments().write()


def file_name(title: str, ending: str) -> str:
    """The title as a file's name."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')[:60]}.{ending}"


class DemoDocuments:
    """Makes the files and keeps them by the same verbs as an upload does."""

    def __init__(self) -> None:
        """Read the plan."""
        self.plan = json.loads(DATA.read_text(encoding="utf-8"))
        self.chance = Random(2026)  # noqa: S311  (a demonstration, no secret)
        self.endings = cycle(("pdf", "docx", "pdf", "odt"))

    def write(self) -> None:
        """The documents of bodies, and the attachments of items."""
        bodies = Body.objects.in_bulk(field_name="slug")
        for row in self.plan["documents"]:
            self._document(bodies[row["body"]], dict(row))
        for item in self._chosen():
            self._attach(item)

    def _document(self, body: Body, row: dict[str, Any]) -> None:
        """A document of the body with a version for each of its types."""
        endings, language = row.pop("types"), row.get("language", "fi")
        row["body"] = body
        document = Document.objects.create(**row)
        keeper = self._keeper(body)
        for number, ending in enumerate(endings):
            note = self.plan["note"][language] if number else ""
            texts = [*self.plan["text"][language], f"v{number + 1}"]
            self._keep(document, ending, texts, by=keeper, note=note)

    @staticmethod
    def _keeper(body: Body) -> Person | None:
        held = body.holdings.on(ANCHOR).filter(role__in=(Role.SECRETARY, Role.CHAIR)).select_related("person")
        return next((h.person for h in held.order_by("-role")), None)

    def _chosen(self) -> list[Item]:
        """Matters that take an attachment: of the newest agendas first, then some of all times."""
        standing = {title for kind in Kind for title in standing_titles(kind)}
        open_desk = Q(meeting__minutes__isnull=True) | Q(meeting__minutes__state="draft")
        items = Item.objects.filter(open_desk, meeting__cancelled_at=None, meeting__created_by__isnull=False)
        items = items.exclude(title__in=standing).exclude(grounds="").exclude(outcome=Outcome.REMOVED)
        found = list(items.order_by("-meeting__starts_at", "meeting_id", "position").values_list("pk", flat=True))
        newest, rest = found[: 2 * NEAREST : 2], found[2 * NEAREST :]
        drawn = sorted(self.chance.sample(range(len(rest)), self.plan["attachments"] - len(newest)))
        chosen = [*newest, *(rest[place] for place in drawn)]
        rows = Item.objects.select_related("meeting__body", "meeting__created_by").in_bulk(chosen)
        return [rows[pk] for pk in chosen]

    def _attach(self, item: Item) -> None:
        """A document of the item's body, read through the item and no wider, as the form makes it."""
        meeting = item.meeting
        language, by = meeting.language, meeting.created_by
        what = self.chance.choice(self.plan["titles"][language])
        kind = DocumentKind.PRESENTATION if what == "Esittelyaineisto" else DocumentKind.OTHER
        document = Document.objects.create(
            body=meeting.body, title=f"{what}: {item.title}"[:200], kind=kind, visibility=None, year=meeting.day.year,
            language=language,
        )  # fmt: skip
        if by is not None:
            Attachment.objects.attach(item, document, by=by, release=True)
        self._keep(document, next(self.endings), [item.grounds, item.proposal], by=by)

    def _keep(self, document: Document, ending: str, texts: list[str], *, by: Person | None, note: str = "") -> None:
        language = document.language
        content = make(ending, document.title, [self.plan["notice"][language], *texts], language)
        name = file_name(document.title, ending)
        file = ContentFile(content, name)
        version = document.add_version(file, filename=name, content_type=TYPES[ending].mime, by=by, note=note)
        state, text = inside.read(Path(version.file.path))  # here, for what was just made needs no process apart
        Extract.objects.create(version=version, state=state, text=text)
