"""Give a life to the working groups that have none: those known by name only are recorded."""

from typing import Any

from django.core.management.base import BaseCommand

from network.models import Body, Kind
from workinggroups.models import State, WorkingGroup


class Command(BaseCommand):
    """Called by `seed` at its end, inside its transaction; safe to run again."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what is not there yet; nothing is invented."""
        bodies = Body.objects.of_kind(Kind.WORKING_GROUP).recorded().filter(workinggroup__isnull=True)
        WorkingGroup.objects.bulk_create(WorkingGroup(body=body, state=State.RECORDED) for body in bodies)
