"""How the state of a meeting and of an item is told: a word and the shape beside it, never colour alone."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetings.models import DECIDED, Item, Meeting, Outcome, State

FINAL = (State.APPROVED, State.SIGNED, State.PUBLISHED)


@dataclass(frozen=True)
class Look:
    """A state: the shape of the sprite and the word."""

    shape: str
    word: str


def meeting_look(meeting: Meeting) -> Look:
    """Where a meeting is, in a word."""
    if meeting.cancelled_at:
        return Look("s-struck", pgettext("meeting", "cancelled"))
    if meeting.has_minutes:
        return _minutes_look(meeting)
    if meeting.opened_at:
        return Look("s-half", _("under way"))
    if not meeting.called_at:
        return Look("s-draft", _("in preparation"))
    if meeting.starts_at < timezone.now():
        return Look("s-half", _("minutes not begun"))
    return Look("s-note", _("moved to this day")) if meeting.moved_from else Look("s-note", _("called"))


def _minutes_look(meeting: Meeting) -> Look:
    words = {
        State.DRAFT: Look("s-draft", _("minutes being written")),
        State.REVIEW: Look("s-half", _("minutes being inspected")),
        State.APPROVED: Look("s-full", _("minutes inspected")),
        State.SIGNED: Look("s-full", _("minutes signed")),
        State.PUBLISHED: Look("s-full", _("minutes published")),
    }
    return words[State(meeting.minutes.state)]


def item_look(item: Item, state: str, is_open: bool) -> Look | None:
    """What became of an item, by the state of its minutes; None while there is nothing to tell."""
    told: dict[Any, Look] = {
        Outcome.TABLED: Look("s-table", pgettext("item", "tabled")),
        Outcome.RETURNED: Look("s-table", _("returned for preparation")),
        Outcome.REMOVED: Look("s-struck", _("removed from the agenda")),
        Outcome.NOTED: Look("s-note", _("noted")),
        Outcome.NOT_HANDLED: Look("s-draft", _("not handled")),
    }
    if item.outcome in DECIDED:
        in_force = item.inspected_at is not None or state in FINAL
        return Look("s-full", _("in force")) if in_force else Look("s-half", _("awaits inspection"))
    if item.outcome:
        return told[Outcome(item.outcome)]
    return Look("s-draft", _("undecided")) if is_open else None
