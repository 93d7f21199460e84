"""Fields of the meetings' forms: lines and texts of the record, a time of day."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting

LONGEST = timedelta(hours=12)  # of a meeting: what ends "earlier" than it began went past midnight
TIME_FORMATS = ("%H:%M", "%H.%M", "%H")
# Marks that turn the direction of what follows them: on a line of the record they would make it read otherwise
# than it is stored.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text as one line, without marks that turn its direction."""
    return " ".join(TURNING.sub("", text).split())


class LineField(forms.CharField):
    """A line of text: what a paste brings in besides letters and spaces is left out."""

    def to_python(self, value: Any) -> str:
        """The line."""
        return one_line(super().to_python(value) or "")


class TextField(forms.CharField):
    """A longer text of the record, without marks that turn its direction."""

    def to_python(self, value: Any) -> str:
        """The text."""
        return TURNING.sub("", super().to_python(value) or "")


class TimeInput(forms.TimeInput):
    """The browser's own clock; a line of text where what was typed is no time, for a clock would hide it."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "w-date"} | (attrs or {}), format="%H:%M")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The widget's context, as text for what is no time."""
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not re.fullmatch(r"\d\d:\d\d", shown):
            context["widget"]["type"] = "text"
        return context


class ClockField(forms.TimeField):
    """A time of day, as 9:30, 9.30 or 9."""

    widget = TimeInput
    default_error_messages = {"invalid": _("This is not a time. Write it like 9.30.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", TIME_FORMATS)
        super().__init__(**kwargs)


def moment(day: Any, clock: time) -> datetime:
    """The moment in Helsinki."""
    return timezone.make_aware(datetime.combine(day, clock))


def end_of(meeting: Meeting, clock: time) -> datetime:
    """The moment at which the meeting ended: an hour before that of its beginning was after midnight.

    Raises ValidationError when the meeting would have been longer than any is.
    """
    ends = moment(meeting.day, clock)
    if ends <= meeting.starts_at:
        ends = moment(meeting.day + timedelta(days=1), clock)
    if ends - meeting.starts_at > LONGEST:
        raise ValidationError(_("The meeting ends after it starts."))
    return ends
