"""Writes the archive's meetings by COPY, in the order that the rules of the record ask for, past each trigger.

The minutes all point to one file, which says what it stands for: rendering thousands would take an hour.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Model

from meetings.management.archive_calendar import ArchiveCalendar, ArchiveRolls, ArchiveStock
from meetings.management.demo_agenda import Agendas
from meetings.management.demo_calendar import NOW
from meetings.management.demo_paper import pdf
from meetings.management.demo_seal import Desk
from meetings.models import Action, Attendance, Item, Meeting, Minutes, Series, State
from meetings.models.record import digest, files_of, record
from meetings.pdf import FOLDER
from network.management.archive.copying import copy_in, number, update_from
from network.management.archive.size import Size

STAND_IN = "Esittelyaineiston arkiston pöytäkirja"
NOTICE = (
    "Tämä tiedosto on kaikkien arkiston pöytäkirjojen yhteinen sijainen. Pöytäkirjan teksti on portaalin sivulla.",
    "Den här filen står för alla protokoll i demonstrationens arkiv. Protokollets text finns på portalens sida.",
)
DROPPED = "Raukesi työn päättyessä."


class ArchiveMeetings:
    """Invents the archive's meetings and writes them."""

    def __init__(self, size: Size) -> None:
        """Invent everything; nothing is written yet."""
        chance = Random(2013)  # noqa: S311  (a demonstration, no secret)
        self.chance, self.rolls = chance, ArchiveRolls(chance)
        self.agendas = Agendas(ArchiveCalendar(size, chance), self.rolls, chance)
        self.agendas.stock = ArchiveStock(chance)
        self.agendas.invent()
        self.gatherings = sorted(self.agendas.gatherings, key=lambda row: (row.starts_at, row.body.pk))

    def write(self, attach: Callable[[], Any]) -> None:
        """Write the meetings; `attach` is called while every draft still takes attachments."""
        series = list(self.agendas.series.values())
        number(Series, series)
        copy_in(Series, series)
        meetings = [gathering.meeting for gathering in self.gatherings]
        number(Meeting, meetings)
        copy_in(Meeting, meetings)
        self._write_items()
        for gathering in self.gatherings:
            gathering.meeting.called_at = self.agendas.called_at(gathering)
        update_from(Meeting, meetings, ["called_at"])
        copy_in(Attendance, list(chain.from_iterable(gathering.roll for gathering in self.gatherings)))
        desk = ArchiveDesk(self.gatherings, self.rolls, self.chance)
        desk.begin()
        analyse()
        attach()
        self._ask()
        desk.finish()

    def _write_items(self) -> None:
        items = []
        for gathering in self.gatherings:
            for item in gathering.items:
                item.changed_at = gathering.meeting.ends_at or gathering.starts_at
                items.append(item)
        number(Item, items)
        copy_in(Item, items)

    def _ask(self) -> None:
        """The tasks, each of them settled: a working group is not closed over an open one."""
        for action in self.agendas.actions:
            if action.done_on is None:
                action.dropped_on, action.report = (action.due_on or action.item.meeting.day), DROPPED
        copy_in(Action, self.agendas.actions)


def analyse() -> None:
    """Let Postgres know how much there is now: the triggers' plans were made for empty tables."""
    with connection.cursor() as cursor:
        for model in (Meeting, Item, Attendance, Minutes):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


class ArchiveDesk(Desk):
    """Carries the minutes along the same arrows, each step of all minutes in one statement."""

    def keep(self, model: type[Model], rows: list[Any]) -> None:
        """Write new rows."""
        copy_in(model, rows)

    def move(self, rows: list[Minutes], fields: list[str]) -> None:
        """Write these fields of minutes that are there."""
        if rows:
            update_from(Minutes, rows, fields)

    def digests(self) -> dict[int, str]:
        """What a signature binds, of the rows as they have been written."""
        sent = {pk: minutes.submitted_at or NOW for pk, minutes in self.minutes.items()}
        files = files_of(Item.objects.filter(meeting__in=sent), sent.__getitem__)
        return {g.meeting.pk: digest(record(g.meeting, g.roll, g.items, files)) for g in self.held}

    def _publish(self) -> None:
        content = pdf(STAND_IN, NOTICE)
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"{FOLDER}/arkisto-{sha256[:16]}.pdf"
        published: list[Minutes] = []
        for gathering, minutes in self.of(("published",)):
            minutes.published_at = self._later(minutes.signed_at or gathering.starts_at, (0, 2))
            minutes.publishing_at = minutes.published_at - timedelta(seconds=20)
            minutes.state, minutes.sha256, minutes.pdf = State.PUBLISHED, sha256, name
            published.append(minutes)
        target = Path(default_storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.move(published, ["state", "published_at", "publishing_at", "pdf", "sha256"])
