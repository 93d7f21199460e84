"""Add the documents of the archive: attachments of items and papers of bodies, with texts but without own files."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.management.archive_writing import ArchiveDocuments
from documents.models import Attachment
from network.management.archive.size import LAST_YEAR, Size
from network.management.seeding import one_writer


class Command(BaseCommand):
    """Called by `archive_meetings` while the minutes are drafts: later no agenda takes an attachment any more."""

    help = __doc__ or ""
    stealth_options = ("size",)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them once, where nothing is attached to so old an item."""
        if not settings.DEMO:
            raise CommandError("The demonstration's documents exist in demonstration mode only: set DEMO=1.")
        with one_writer():
            if not Attachment.objects.filter(item__meeting__year__lte=LAST_YEAR).exists():
                ArchiveDocuments(options.get("size") or Size()).write()
