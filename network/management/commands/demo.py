"""Add the plainly fictitious living network of the demonstration; safe to run again.

With `--archive YEARS` also an archive of that many years before it, in the size that `domain.md` § 6.4 reckons with,
`--times` so much: old working groups, former people, their meetings with published minutes, and documents with the
text that the search knows. The archive has no files of its own: one stand-in file serves all its minutes and one all
its documents. It has no letters either.
"""

import os
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from network.bulk_index import index_in_bulk
from network.checks import DEMO_DOMAIN
from network.management.archive.network import ArchiveNetwork, in_place
from network.management.archive.size import Size
from network.management.demo_areas import Area
from network.management.demo_network import DemoNetwork
from network.management.seeding import load, one_writer
from network.models import Body, Indexed, Person

# What lies right of the ground, which knows it by the command's name only; each is safe to run again.
OTHERS = ("demo_meetings", "demo_groups")
ARCHIVE = ("archive_meetings", "archive_groups")


class Command(BaseCommand):
    """400 people @example.org with employments and terms, ten of whom can log in; only in demonstration mode."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Say whether there is an archive, and how large."""
        parser.add_argument("--archive", type=int, default=0, metavar="YEARS", choices=range(1, 16))
        parser.add_argument("--times", type=float, default=1.0, metavar="FACTOR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the network and its meetings once; later runs only see to the logins' password."""
        if not settings.DEMO:
            raise CommandError("The demonstration network exists in demonstration mode only: set DEMO=1.")
        password = os.environ.get("DEMO_PASSWORD", "")
        if not password:
            raise CommandError("The environment variable DEMO_PASSWORD is not set.")
        with one_writer():
            if not Body.objects.exists():
                raise CommandError("The network's own facts are missing: run seed first.")
            logins = [name + DEMO_DOMAIN for name in load("demo.json")["logins"]]
            if Person.objects.filter(email__in=logins).exists():
                renew_password(logins, password)
            else:
                build(password)
            for command in OTHERS:
                if command in get_commands():
                    call_command(command)
        if options["verbosity"]:
            self.stdout.write("The demonstration network is in place.")
        if options.get("archive"):
            self.archive(Size(options["archive"], options["times"]))
        elif not Indexed.objects.exists():
            index_in_bulk()  # the jobs would take minutes, in which the search finds nothing

    def archive(self, size: Size) -> None:
        """The archive in one transaction; then the index, which the jobs would else make bit by bit."""
        with one_writer():
            if in_place():
                self.stdout.write("An archive is in place already; nothing was added to it.")
                return
            # Without a context the history's triggers roll back a step of their own for every row: in one transaction
            # of so many rows that takes hours.
            with pghistory.context(archive=f"{size.years} × {size.times:g}"):
                ArchiveNetwork(size).write()
                for command in ARCHIVE:
                    if command in get_commands():
                        call_command(command, size=size)
        index_in_bulk()
        self.stdout.write("The archive is in place.")


def build(password: str) -> None:
    """Invent the network and write it."""
    network = DemoNetwork(password)
    network.add_directors()
    for slug, plan in network.plan["areas"].items():
        Area(network, network.bodies[slug], plan).add()
    network.add_board_secretaries()
    network.add_office()
    network.add_keeper()
    network.add_groups()
    network.save()


def renew_password(logins: list[str], password: str) -> None:
    """Give the logins the password that the start prints, where theirs is another one."""
    people = list(Person.objects.filter(email__in=logins))
    stale = {hashed for hashed in {person.password for person in people} if not check_password(password, hashed)}
    changed = [person.pk for person in people if person.password in stale]
    if changed:
        Person.objects.filter(pk__in=changed).update(password=make_password(password))
