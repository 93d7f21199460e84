"""The writer's desk: one item of the minutes open, the others with their state."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.compare import Part, words
from meetings.minutes_forms import sentences
from meetings.models import Action, Item, Meeting, Outcome
from network.models import Person

PARTS = {"discussion": _("Handling"), "outcome": _("Outcome"), "decision": _("Decision")}
RECENT = timedelta(minutes=3)  # since when somebody's saved text means that they are writing now


@dataclass(frozen=True)
class Entry:
    """A line of the index: an item and where its writing is, as a shape and a word."""

    item: Item
    shape: str
    word: Any
    is_here: bool


class Desk:
    """What the page of the minutes shows: the items in their order, the one that is open, what is still blank."""

    form: Any = None
    task: Any = None

    def __init__(self, meeting: Meeting, writer: Person, wanted: str) -> None:
        self.meeting, self.writer = meeting, writer
        self.items = list(meeting.items.select_related("changed_by", "presenter").order_by("position"))
        for item in self.items:
            item.meeting = meeting
        self.blanks = [item for item in self.items if item.is_blank]
        self.current = self._open(wanted)

    def _open(self, wanted: str) -> Item | None:
        """The item asked for; else the first that is blank; else the first."""
        asked = [item for item in self.items if str(item.pk) == wanted]
        return next(iter([*asked, *self.blanks, *self.items]), None)

    @property
    def entries(self) -> list[Entry]:
        """The index."""
        others = {item.pk for item in self.others}
        return [self._entry(item, item.pk in others) for item in self.items]

    def _entry(self, item: Item, is_others: bool) -> Entry:
        here = item is self.current
        if here:
            return Entry(item, "s-half", _("open now"), here)
        if is_others:
            return Entry(item, "s-half", _("somebody else is writing"), here)
        if item.is_blank:
            return Entry(item, "s-draft", _("undecided"), here)
        return Entry(item, "s-full", _("decided"), here)

    @property
    def others(self) -> list[Item]:
        """The items that somebody else has saved within the last minutes."""
        since = timezone.now() - RECENT
        return [item for item in self.items if item.changed_at > since and item.changed_by not in (None, self.writer)]

    @property
    def place(self) -> int:
        """Which of the items is open, counted from one."""
        return self.items.index(self.current) + 1 if self.current else 0

    @property
    def following(self) -> Item | None:
        """The item after the open one."""
        return self.items[self.place] if self.place < len(self.items) else None

    @property
    def actions(self) -> list[Action]:
        """What the open item's decision has given to whom."""
        return list(self.current.actions.select_related("owner")) if self.current else []

    @property
    def phrases(self) -> list[dict[str, Any]]:
        """The usual sentences, to be put in with a button."""
        usual = sentences(self.meeting)
        return [{"code": code, "text": text, "name": Outcome(code).label} for code, text in usual.items()]


@dataclass(frozen=True)
class Side:
    """A part of an item that two writers have written differently, and the difference from theirs to mine."""

    label: Any
    theirs: str
    mine: str
    parts: list[Part]


def sides(theirs: Item, mine: dict[str, str]) -> list[Side]:
    """Where my text differs from what stands in the item now."""
    found = []
    for name, label in PARTS.items():
        there, here = getattr(theirs, name), mine[name]
        if name == "outcome":
            there, here = (str(dict(Outcome.choices).get(code, code)) for code in (there, here))
        if there != here:
            found.append(Side(label, there, here, words(there, here)))
    return found
