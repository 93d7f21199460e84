"""When the bodies of the archive met, and what their agendas hold: as many meetings and items as the size asks for."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from meetings.agenda import CLOSING
from meetings.management.demo_calendar import Calendar, Gathering
from meetings.management.demo_matters import Matter, Stock, Written
from meetings.management.demo_rolls import Rolls
from meetings.models.items import CARRIED, Outcome
from network.management.archive.size import FORMAL, ITEMS, MEETINGS, SLUG, Size, shares
from network.models import Body, Kind, Person, Role

AGENDA = 14  # items of a formal meeting
SWEDISH = 6  # one working group in so many keeps its minutes in Swedish
CLOCKS = (time(9), time(9, 30), time(12, 30), time(13))


class ArchiveCalendar(Calendar):
    """All meetings of the archive, each of them held and published long ago."""

    def __init__(self, size: Size, chance: Random) -> None:
        """Keep the size."""
        super().__init__(chance)
        self.size = size

    def all(self) -> list[list[Gathering]]:
        """A list for each body, in the order of time."""
        formal = [list(self._formal(body, rate)) for body, rate in self._rates()]
        count = sum(len(rows) for rows in formal)
        groups = self._groups(self.size.many(MEETINGS) - count)
        smaller = [gathering for rows in groups for gathering in rows]
        items = shares(max(self.size.many(ITEMS) - AGENDA * count, 0), max(len(smaller), 1))
        for gathering, wanted in zip(smaller, items, strict=False):
            gathering.facts["items"] = wanted
        found = [rows for rows in (*formal, *groups) if rows]
        for rows in found:
            rows[-1].facts["last"] = True
        return found

    def _rates(self) -> Iterator[tuple[Body, float]]:
        """The permanent bodies of that time, and how often in a year each meets."""
        for kind, rate in FORMAL.items():
            bodies = [body for body in self.bodies if body.kind == kind and body.valid_from is None]
            for body in bodies:
                yield body, rate / len(bodies)

    def _formal(self, body: Body, rate: float) -> Iterator[Gathering]:
        for year, count in self.size.by_year(rate):
            for at in self._spread(year, count, body.pk):
                yield Gathering(body, at, "published", {"items": AGENDA})

    def _groups(self, total: int) -> list[list[Gathering]]:
        """The meetings that are left, dealt out over the groups and their years."""
        groups = [body for body in self.bodies if body.slug.startswith(SLUG)]
        slots = [(group, year) for group in groups for year in self._years(group)]
        rows: dict[int, list[Gathering]] = {group.pk: [] for group in groups}
        for (group, year), count in zip(slots, shares(max(total, 0), len(slots)), strict=True):
            lane = int(group.slug.removeprefix(SLUG).split("-")[0])
            language = "fi" if lane % SWEDISH else "sv"
            moments = self._spread(year, count, group.pk)
            rows[group.pk] += [Gathering(group, at, "published", {}, language) for at in moments]
        return list(rows.values())

    def _years(self, group: Body) -> range:
        first, last = group.valid_from or self.size.first_day, group.valid_to or self.size.last_day
        return range(first.year, last.year + 1)

    @staticmethod
    def _spread(year: int, count: int, shift: int) -> Iterator[datetime]:
        """Working days all over the year, another hour for each body."""
        for place in range(count):
            day = date(year, 1, 8) + timedelta(days=(340 * place + 29 * (shift % 11)) // max(count, 1))
            if day.isoweekday() > 5:
                day += timedelta(days=8 - day.isoweekday())
            yield timezone.make_aware(datetime.combine(day, CLOCKS[shift % len(CLOCKS)]))


class ArchiveStock(Stock):
    """Draws as many matters as the agenda has room for; what is tabled last of all would never be taken up."""

    def draw(self, gathering: Gathering) -> list[Matter]:
        """The matters between the opening and the closing items, less what was carried over."""
        wanted = gathering.facts["items"] - len(gathering.items) - CLOSING[not gathering.is_formal]
        if gathering.body.kind == Kind.WORKING_GROUP:
            return [self._of_group(gathering, place) for place in range(wanted)]
        found = [self._matter(gathering, row, ("", "", "")) for row in self._seasonal(gathering)[:wanted]]
        return found + [self._matter(gathering, *self._next(gathering)) for _place in range(wanted - len(found))]

    def _of_group(self, gathering: Gathering, place: int) -> Matter:
        """Its own work in its order, and matters like those of its area between."""
        if place % 2 == 0:
            return self._in_order(gathering, 1)[0]
        texts = self.texts[gathering.language]
        row = self.chance.choice([row for row in texts["formal"] if Kind.SERVICE_AREA in row["kinds"]])
        subject = self.chance.choice([subject for some in texts["subjects"].values() for subject in some])
        return self._matter(gathering, row, subject)

    def write(self, gathering: Gathering, matter: Matter, names: list[str], *, outcome: str = "") -> Written:
        """As always, but the body's last meeting leaves nothing open."""
        drawn = outcome or self._outcome(gathering, matter)
        if drawn in CARRIED and gathering.facts.get("last"):
            drawn = Outcome.AS_PROPOSED
        return super().write(gathering, matter, names, outcome=drawn)


class ArchiveRolls(Rolls):
    """Who sat where; never a real person whom a source names, for what the archive tells is invented."""

    def __init__(self, chance: Random) -> None:
        """Leave out the recorded people."""
        super().__init__(chance)
        for body, held in self.held.items():
            self.held[body] = [holding for holding in held if not holding.person.is_recorded]
        self._known: dict[tuple[int, date], list[Any]] = {}

    def on(self, body: int, day: date) -> list[Any]:
        """Who holds a role in the body on the day; asked many times for the same day."""
        if (body, day) not in self._known:
            self._known[body, day] = super().on(body, day)
        return self._known[body, day]

    def officer(self, body: int, role: str, day: date) -> Person | None:
        """The officer of the day; where the chair is a recorded person, another one of the body chairs."""
        found = super().officer(body, role, day)
        if found or role != Role.CHAIR:
            return found
        return super().officer(body, Role.VICE_CHAIR, day) or super().officer(body, Role.MEMBER, day)
