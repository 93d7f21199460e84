"""Print what is missing or degraded."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from network.health import facts


class Command(BaseCommand):
    """The same facts as /healthz, a line each; ends non-zero when the portal cannot serve."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the facts."""
        found = facts()
        for fact in found:
            self.stdout.write(f"{fact.state:9} {fact.name:9} {fact.note}")
        if any(fact.state == "down" for fact in found):
            raise CommandError("The portal cannot serve.")
