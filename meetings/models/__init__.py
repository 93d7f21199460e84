"""Meetings, their items, minutes and what the decisions ask of whom."""

from meetings.models.actions import Action
from meetings.models.attendance import Attendance, Presence
from meetings.models.feeds import CalendarKey
from meetings.models.items import Item
from meetings.models.meetings import FormerNumber, Meeting
from meetings.models.minutes import Capacity, Minutes, State
from meetings.models.notices import Notice, NoticeKind
from meetings.models.reviews import Review, Signature
from meetings.models.series import Series
from meetings.outcomes import DECIDED, Outcome

__all__ = [
    "DECIDED",
    "Action",
    "Attendance",
    "CalendarKey",
    "Capacity",
    "FormerNumber",
    "Item",
    "Meeting",
    "Minutes",
    "Notice",
    "NoticeKind",
    "Outcome",
    "Presence",
    "Review",
    "Series",
    "Signature",
    "State",
]
