"""What an inspector and a signer read: the whole text, and what changed since it was last sent for inspection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from meetings.compare import Part, words
from meetings.forms import NARROWER
from meetings.models import Attendance, Item, Meeting, Minutes
from network.models import Person
from network.visibility import Visibility

PARTS = {
    "title": _("Title"),
    "grounds": _("Grounds"),
    "proposal": _("Proposed decision"),
    "discussion": _("Handling"),
    "decision": _("Decision"),
}


@dataclass(frozen=True)
class Change:
    """A part of an item that is not as it was when it was last sent."""

    label: Any
    parts: list[Part]


@dataclass(frozen=True)
class Line:
    """An item as it is read, with what changed in it."""

    item: Item
    changes: list[Change]
    is_new: bool


class FairCopy:
    """The minutes as plain reading; without changes for a signer, for the inspectors have seen them."""

    def __init__(self, minutes: Minutes, signer: Person | None = None) -> None:
        self.minutes = minutes
        self.roll: list[Attendance] = list(minutes.meeting.attendances.order_by("sort", "pk"))
        self.capacities = minutes.capacities_of(signer) if signer else []
        self.before = None if signer else last_sent(minutes)
        old = texts_at(minutes, self.before) if self.before else {}
        self.lines = [self._line(item, old) for item in minutes.meeting.items.order_by("position")]

    def _line(self, item: Item, old: dict[int, Any]) -> Line:
        if self.before is None:
            return Line(item, [], is_new=False)
        then = old.get(item.pk)
        return Line(item, changes(then, item) if then else [], is_new=then is None)

    @property
    def there(self) -> list[Attendance]:
        """Who was there."""
        return [row for row in self.roll if row.is_there]

    @property
    def away(self) -> list[Attendance]:
        """Who was not."""
        return [row for row in self.roll if not row.is_there]

    @property
    def changed(self) -> list[Line]:
        """The items that are not as they were."""
        return [line for line in self.lines if line.changes or line.is_new]


def changes(then: Any, item: Item) -> list[Change]:
    """The parts of the item that differ from an earlier moment's."""
    found = [
        Change(label, words(getattr(then, name), getattr(item, name)))
        for name, label in PARTS.items()
        if getattr(then, name) != getattr(item, name)
    ]
    if then.outcome != item.outcome:
        names = dict(Item._meta.get_field("outcome").flatchoices)
        found.append(Change(_("Outcome"), words(str(names.get(then.outcome, "")), str(names.get(item.outcome, "")))))
    return found


def last_sent(minutes: Minutes) -> datetime | None:
    """When the minutes were sent for inspection before this time; the history knows each sending."""
    events = apps.get_model("meetings", "MinutesEvent").objects.filter(pgh_obj_id=minutes.pk)
    sent = events.filter(submitted_at__isnull=False).order_by("-submitted_at").values_list("submitted_at", flat=True)
    earlier = sent.filter(submitted_at__lt=minutes.submitted_at) if minutes.submitted_at else sent
    return earlier.first()


def texts_at(minutes: Minutes, moment: datetime) -> dict[int, Any]:
    """The items as they stood at the moment, by their keys."""
    events = apps.get_model("meetings", "ItemEvent").objects
    then = events.filter(meeting_id=minutes.pk, pgh_created_at__lte=moment).exclude(pgh_label="delete")
    latest = then.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
    return {event.pgh_obj_id: event for event in latest}


def narrowed(meeting: Meeting) -> list[Item]:
    """The items that not all the readers of the record read; of them the others get the number alone."""
    narrower = NARROWER[Visibility(meeting.visibility)]
    return list(meeting.items.filter(visibility__in=narrower).order_by("position"))


@dataclass(frozen=True)
class Lack:
    """Something that the minutes lack before they can be sent, and where to put it right."""

    text: Any
    page: str
    item: Item | None = None


def missing(minutes: Minutes) -> list[Lack]:
    """What stops the sending: open items, nobody to sign, an empty roll."""
    meeting = minutes.meeting
    found = [Lack(item.title, "meetings:minutes_edit", item) for item in minutes.blanks]
    if not meeting.chaired_by_id:
        found.append(Lack(_("Who chaired the meeting is not written."), "meetings:attendance_edit"))
    if not meeting.minuted_by_id:
        found.append(Lack(_("Who wrote the minutes is not written."), "meetings:attendance_edit"))
    return found
