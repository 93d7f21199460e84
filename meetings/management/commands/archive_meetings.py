"""Add the meetings of the archive, ten years of them: agendas, rolls, published minutes, tasks."""

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from meetings.management.archive_writing import ArchiveMeetings
from meetings.models import Meeting
from network.management.archive.size import LAST_YEAR, Size
from network.management.seeding import one_writer

DOCUMENTS = "archive_documents"  # the documents lie right of the meetings, which know them by the command's name only


class Command(BaseCommand):
    """Called by `demo --archive` at its end, inside its transaction; only in demonstration mode."""

    help = __doc__ or ""
    stealth_options = ("size",)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them once, where no meeting is so old."""
        if not settings.DEMO:
            raise CommandError("The demonstration's meetings exist in demonstration mode only: set DEMO=1.")
        size: Size = options.get("size") or Size()

        def attach() -> None:
            if DOCUMENTS in get_commands():
                call_command(DOCUMENTS, size=size)

        with one_writer():
            if not Meeting.objects.filter(year__lte=LAST_YEAR).exists():
                ArchiveMeetings(size).write(attach)
