"""Write the network's own facts, as the source tells them; safe to run again."""

from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from network.management import seeding

# What lies right of the ground, which knows it by the command's name only.
OTHERS = ("seed_documents", "seed_groups")


class Command(BaseCommand):
    """Departments, bodies with seats, recorded people, pages and background documents, in one transaction."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what is not there yet."""
        with seeding.one_writer():
            seeding.seed_departments()
            seeding.seed_bodies()
            seeding.seed_people()
            seeding.seed_pages()
            for command in OTHERS:
                if command in get_commands():
                    call_command(command, stdout=self.stdout)
        if options["verbosity"]:
            self.stdout.write("The network's own facts are in place.")
