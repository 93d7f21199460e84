"""Add the meetings of the demonstration: agendas, minutes in every state, tasks, notices; safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from meetings.management.demo_writing import DemoMeetings
from meetings.models import Meeting
from network.management.seeding import one_writer

DOCUMENTS = "demo_documents"  # the documents lie right of the meetings, which know them by the command's name only


class Command(BaseCommand):
    """Called by `demo` at its end, inside its transaction; only in demonstration mode."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them once, where there is no meeting yet."""
        if not settings.DEMO:
            raise CommandError("The demonstration's meetings exist in demonstration mode only: set DEMO=1.")
        with one_writer():
            if not Meeting.objects.exists():
                DemoMeetings().write(attach)


def attach() -> None:
    """Attach the demonstration's documents while the record still takes them."""
    if DOCUMENTS in get_commands():
        call_command(DOCUMENTS)
