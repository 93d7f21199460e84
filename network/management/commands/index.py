"""`manage.py index`: index what has changed; `--all` makes the whole index anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from network.finding import KINDS
from network.indexing import count_words, index_all, index_stale


class Command(BaseCommand):
    """Writes the index of the search at once, where the jobs would do it within a minute."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Say how much is to be indexed."""
        parser.add_argument("--all", action="store_true", help="Make the whole index anew.")
        parser.add_argument("--kind", action="append", choices=sorted(KINDS), help="Only this kind; may be repeated.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Index and say how many records."""
        if options["all"] or options["kind"]:
            count = index_all(options["kind"])
        else:
            count = 0
            while some := index_stale():
                count += some
            count_words()
        self.stdout.write(f"indexed: {count}")
