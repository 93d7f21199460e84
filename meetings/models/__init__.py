"""Meetings, their items, minutes and what the decisions ask of whom."""

from meetings.models.actions import Action
from meetings.models.items import DECIDED, Item, Outcome
from meetings.models.meetings import Attendance, FormerNumber, Meeting, Notice, NoticeKind, Presence, Series
from meetings.models.minutes import Capacity, Minutes, Review, Signature, State

__all__ = [
    "DECIDED",
    "Action",
    "Attendance",
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
