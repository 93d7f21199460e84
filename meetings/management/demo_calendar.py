"""When each body of the demonstration meets, and how far each meeting has come on the day it is told for.

The rule of each body and what is out of the ordinary stand in `data/demo_meetings.json`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.utils import timezone

from meetings.models import Attendance, Item, Meeting
from network.management.demo_people import ANCHOR
from network.models import Body, Kind, Person

DATA = Path(__file__).parent / "data"
COMING = ("called", "agenda", "bare")
LEFT = ("published", "sealed", "signed", "signing", "approved", "review")  # whose minutes have left the desk
HELD = (*LEFT, "returned", "draft")
FAR = 60  # days after which nearly every meeting's minutes are published
NOW = timezone.make_aware(datetime.combine(ANCHOR, time(9)))  # the moment that the demonstration is told for


def load(name: str) -> Any:
    """The values of a data file."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@dataclass
class Gathering:
    """A meeting being invented: its facts, how far it has come (`fate`), and what belongs to it."""

    body: Body
    starts_at: datetime
    fate: str
    facts: dict[str, Any] = field(default_factory=dict)
    language: str = "fi"
    meeting: Meeting = field(default_factory=Meeting)
    items: list[Item] = field(default_factory=list)
    roll: list[Attendance] = field(default_factory=list)
    inspectors: list[Person] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The day in Helsinki."""
        return timezone.localtime(self.starts_at).date()

    @property
    def is_held(self) -> bool:
        """Whether the meeting has been opened."""
        return self.fate in HELD

    def copy_names(self) -> None:
        """What minutes that have left the desk keep as text, as `Minutes.submit` copies it."""
        if self.fate in LEFT:
            self.meeting.body_name = self.meeting.recorded_body
            for item in self.items:
                item.presented_as = item.presented_by

    @property
    def is_called(self) -> bool:
        """Whether the notice has been sent."""
        return self.fate not in ("agenda", "bare")

    @property
    def is_formal(self) -> bool:
        """Whether it has the agenda and the minutes of a formal meeting."""
        return self.body.kind != Kind.WORKING_GROUP


class Calendar:
    """All meetings of all bodies, each body's in the order of time."""

    def __init__(self, chance: Random) -> None:
        """Read the plan and the bodies that meet."""
        self.chance = chance
        self.plan = load("demo_meetings.json")
        self.holidays = {date.fromisoformat(day) for day in self.plan["holidays"]}
        self.bodies = list(
            Body.objects.filter(is_recorded=False).prefetch_related("former_names").order_by("sort", "pk")
        )

    def all(self) -> list[list[Gathering]]:
        """A list for each body."""
        found = [sorted(self._of(body), key=lambda row: row.starts_at) for body in self.bodies]
        return [rows for rows in found if rows]

    def _of(self, body: Body) -> Iterator[Gathering]:
        swedish = body.slug in self.plan["swedish_groups"]
        extra = [row for row in self.plan["extra"] if row["body"] == body.slug]
        taken = {row["starts"][:7] for row in extra} if body.kind == Kind.WORKING_GROUP else set()
        for day, clock in self._days(body):
            month = f"{day:%Y-%m}"
            if month not in taken:
                facts = self.plan["changes"].get(f"{body.slug}/{month}", {})
                yield self._gathering(body, datetime.combine(day, clock), facts, swedish)
        for row in extra:
            yield self._gathering(body, datetime.fromisoformat(row["starts"]), row, swedish)

    def _gathering(self, body: Body, starts: datetime, facts: dict[str, Any], swedish: bool) -> Gathering:
        at = timezone.make_aware(starts)
        fate = facts.get("fate") or self._fate(body, at)
        language = facts.get("language") or ("sv" if swedish else "fi")
        if "moved_to" in facts:
            facts = facts | {"moved_from": at}
            at = timezone.make_aware(datetime.fromisoformat(facts["moved_to"]))
        return Gathering(body, at, fate, facts, language)

    def _days(self, body: Body) -> Iterator[tuple[date, time]]:
        """The ordinary days of the body while it is there."""
        rule = self.plan["rules"].get(body.slug) or self._rule_of_group(body)
        clock = time.fromisoformat(rule["time"].zfill(5))
        first, last = (tuple(self.plan[name]) for name in ("first_month", "last_month"))
        for year in range(first[0], last[0] + 1):
            for month in rule["months"]:
                week = 1 if month in rule.get("early", ()) else rule["week"]
                day = self._workday(year, month, rule["weekday"], week)
                there = (body.valid_from or day) <= day <= (body.valid_to or day)
                if there and first <= (year, month) <= last:
                    yield day, clock

    def _rule_of_group(self, body: Body) -> dict[str, Any]:
        months = self.plan["own_months"].get(body.slug) or self.chance.choice(self.plan["group_months"])
        clock = self.chance.choice(("9:00", "12:30", "13:00"))
        return {
            "months": months, "weekday": self.chance.randrange(5), "week": self.chance.choice((1, 2, 3)), "time": clock,
        }  # fmt: skip

    def _workday(self, year: int, month: int, weekday: int, week: int) -> date:
        """The n-th such weekday of the month, a week later where it is a holiday."""
        first = date(year, month, 1)
        day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))
        return day + timedelta(days=7) if day in self.holidays else day

    def _fate(self, body: Body, at: datetime) -> str:
        """How far a meeting has come, by its age."""
        age = (NOW - at).days
        if age < -90:
            return "bare"
        if age < 0:
            return "called" if age >= -21 else "agenda"
        uninspected = body.kind in (Kind.WORKING_GROUP, Kind.OFFICE)
        if age > FAR:
            weights = {"published": 94, "signed": 3, "approved": 3}
        elif age > 25:
            weights = {"published": 60, "signed": 20, "approved": 20}
        elif uninspected:
            weights = {"draft": 50, "approved": 20, "signed": 20, "published": 10}
        else:
            weights = {"review": 70, "approved": 30} if age > 9 else {"draft": 60, "review": 40}
        return self.chance.choices(list(weights), weights=list(weights.values()))[0]
