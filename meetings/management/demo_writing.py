"""Writes the demonstration's meetings in bulk, in the order that the rules of the record ask for.

Numbers before items, items before the notice, attachments before the minutes leave the desk: the same order in
which a secretary would do it, so each trigger looks at each row.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import Any

from meetings.management.demo_agenda import Agendas
from meetings.management.demo_calendar import NOW, Calendar
from meetings.management.demo_post import Post
from meetings.management.demo_rolls import Rolls
from meetings.management.demo_seal import Desk
from meetings.models import DECIDED, Action, Attendance, FormerNumber, Item, Meeting, Outcome, Series


class DemoMeetings:
    """Invents the meetings and writes them."""

    def __init__(self) -> None:
        """Invent everything; nothing is written yet."""
        chance = Random(2026)  # noqa: S311  (a demonstration, no secret)
        self.rolls = Rolls(chance)
        self.agendas = Agendas(Calendar(chance), self.rolls, chance)
        self.agendas.invent()
        self.gatherings = self.agendas.gatherings
        self.chance = chance

    def write(self, attach: Callable[[], Any]) -> None:
        """Write the meetings; `attach` is called while every agenda and draft still takes attachments."""
        self._write_heads()
        self._write_items()
        self._call()
        Attendance.objects.bulk_create(chain.from_iterable(gathering.roll for gathering in self.gatherings))
        desk = Desk(self.gatherings, self.rolls, self.chance)
        desk.begin()
        attach()
        self._ask()
        desk.finish()
        Post(self.rolls).write(self.gatherings)

    def _write_heads(self) -> None:
        """The meetings under the number that they were called by; the moved one then gets its second."""
        Series.objects.bulk_create(self.agendas.series.values())
        present = [(former.meeting.year, former.meeting.number) for former in self.agendas.former]
        for former in self.agendas.former:
            former.meeting.year, former.meeting.number = former.year, former.number
        Meeting.objects.bulk_create(gathering.meeting for gathering in self.gatherings)
        FormerNumber.objects.bulk_create(self.agendas.former)
        for former, (year, number) in zip(self.agendas.former, present, strict=True):
            former.meeting.year, former.meeting.number = year, number
            former.meeting.save(update_fields=["year", "number"])

    def _write_items(self) -> None:
        """An item after the one that it was carried over from."""
        waiting = list(chain.from_iterable(gathering.items for gathering in self.gatherings))
        while waiting:
            ready = [item for item in waiting if item.carried_from is None or item.carried_from.pk]
            waiting = [item for item in waiting if item.carried_from and not item.carried_from.pk]
            Item.objects.bulk_create(ready)

    def _call(self) -> None:
        called = [gathering for gathering in self.gatherings if gathering.is_called]
        for gathering in called:
            meeting = gathering.meeting
            meeting.called_at = self.agendas.called_at(gathering)
            if gathering.fate == "cancelled":
                meeting.cancelled_at = gathering.starts_at - timedelta(hours=27)
                meeting.cancel_reason = gathering.facts["reason"]
        facts = ["called_at", "cancelled_at", "cancel_reason"]
        Meeting.objects.bulk_update([gathering.meeting for gathering in called], facts)

    def _ask(self) -> None:
        """The drawn tasks, and those of the logins: for each something to do."""
        Action.objects.bulk_create([*self.agendas.actions, *map(self._task, self.agendas.calendar.plan["tasks"])])

    def _task(self, row: dict[str, Any]) -> Action:
        """A task of a login, given by the body's latest decision that came in time for it."""
        due = date.fromisoformat(row["due_on"])
        done = row.get("done_on")
        items = [
            item
            for gathering in reversed(self.gatherings)
            if gathering.body.slug == row["body"] and gathering.is_held and gathering.day < due - timedelta(days=10)
            and gathering.starts_at < NOW
            for item in gathering.items
            if item.outcome in (*DECIDED, Outcome.NOTED) and id(item) in self.agendas.matter_of
        ]  # fmt: skip
        return Action(
            item=items[0],
            owner=self.rolls.logins[row["login"]],
            task=row["task"],
            due_on=due,
            done_on=date.fromisoformat(done) if done else None,
            report=row.get("report", ""),
        )
