"""Letters about a meeting, in the language of its record; the preview is made by the same functions that send.

A preview runs the real verb up to the moment when the letter would be written, and takes everything back: what is
shown is what leaves, numbers and receivers included, and whoever sends proves with a fingerprint what they saw (N15).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from meetings.models import Meeting
from meetings.models.meetings import Compose
from network.models import Letter, Person
from network.rosters import secretary_of
from network.text import fingerprint

SUBJECT = 200


def compose_call(meeting: Meeting) -> tuple[str, str]:
    """The notice of the meeting: time, place, agenda, where the papers are."""
    return _compose(meeting, "letters/meeting_call.txt", "call")


def compose_correction(meeting: Meeting, note: str = "") -> tuple[str, str]:
    """The notice once more, marked as a correction, with what has changed."""
    return _compose(meeting, "letters/meeting_correction.txt", "correction", note=note)


def compose_move(meeting: Meeting, note: str = "") -> tuple[str, str]:
    """The new time and place, beside the old ones."""
    numbers = [str(number) for number in meeting.former_numbers.order_by("pk")]
    return _compose(meeting, "letters/meeting_move.txt", "move", note=note, former=numbers)


def compose_cancel(meeting: Meeting) -> tuple[str, str]:
    """That the meeting is not held, and why."""
    return _compose(meeting, "letters/meeting_cancel.txt", "cancel")


def corrected(note: str) -> Compose:
    """The correction with its note."""
    return partial(compose_correction, note=note)


def moved(note: str) -> Compose:
    """The move with its note."""
    return partial(compose_move, note=note)


def _compose(meeting: Meeting, template: str, kind: str, **facts: Any) -> tuple[str, str]:
    with override(meeting.language):
        subjects = {
            "call": _("Notice of meeting: %(meeting)s, %(when)s"),
            "correction": _("CORRECTED notice of meeting: %(meeting)s, %(when)s"),
            "move": _("MOVED: %(meeting)s, now %(when)s"),
            "cancel": _("CANCELLED: %(meeting)s, %(when)s"),
        }
        short = f"{date_format(timezone.localtime(meeting.starts_at), 'SHORT_DATETIME_FORMAT')}"
        subject = subjects[kind] % {"meeting": f"{meeting.body.name} {meeting.label}", "when": short}
        context = {
            "meeting": meeting,
            "body": meeting.body.name,
            "when": when(meeting.starts_at),
            "was": when(meeting.moved_from) if meeting.moved_from else "",
            "items": list(meeting.items.order_by("position")) if kind in ("call", "correction") else [],
            "secretary": _reached_at(secretary(meeting)),
            "url": settings.PORTAL_URL + reverse("meetings:meeting_detail", args=[meeting.pk]),
            **facts,
        }
        text = render_to_string(template, context)
    return " ".join(subject.split())[:SUBJECT], text.strip() + "\n"


def when(moment: datetime, ends_at: datetime | None = None) -> str:
    """ "On Wednesday 12.12.2018 at 10.02–14.20", in the language that is spoken."""
    starts = timezone.localtime(moment)
    words = {
        "weekday": date_format(starts, "l"),  # small in Finnish and Swedish, large in English
        "day": date_format(starts, "j.n.Y"),
        "time": date_format(starts, "G.i"),
    }
    if ends_at:
        words["time"] += f"–{date_format(timezone.localtime(ends_at), 'G.i')}"
    return capfirst(pgettext("the Finnish weekday gets its ending here", "on %(weekday)s %(day)s at %(time)s") % words)


def secretary(meeting: Meeting) -> Person | None:
    """Whom to answer: who writes the minutes, else the body's secretary of the day."""
    return meeting.minuted_by or secretary_of(meeting.body, meeting.day)


def _reached_at(person: Person | None) -> str:
    """The name with its e-mail, which those who sit in the body may know."""
    if person is None:
        return ""
    return f"{person} ({person.email})" if person.email else str(person)


# ── seen before it leaves ──


@dataclass(frozen=True)
class Draft:
    """A letter as it would leave now: its text, and the people it is for, once each."""

    subject: str
    text: str
    receivers: tuple[Person, ...]

    @property
    def reached(self) -> tuple[Person, ...]:
        """Who has an address, and gets an envelope."""
        return tuple(person for person in self.receivers if person.email)

    @property
    def unreached(self) -> tuple[Person, ...]:
        """Who has none, and must be told otherwise."""
        return tuple(person for person in self.receivers if not person.email)

    @property
    def seen(self) -> str:
        """The fingerprint of all this, by which whoever sends proves what they saw."""
        told = [self.subject, self.text, *(f"{person.pk} {person.email}" for person in self.receivers)]
        return fingerprint(told)

    def post(self, meeting: Meeting, by: Person) -> None:
        """Write the letter, which queues it; nothing when it reaches nobody."""
        if self.reached:
            Letter.objects.write(
                subject=self.subject, text=self.text, to=self.reached, about_body=meeting.body, created_by=by
            )


class _TakenBackError(Exception):
    """Carries the draft out of the verb, and the transaction takes back what the verb did."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft


def preview(verb: Callable[[Compose], None], compose: Compose) -> Draft:
    """The letter that the verb would send now; nothing is written.

    Raises what the verb raises: ValidationError when something is missing, WrongState when it is too late.
    """

    def look(meeting: Meeting) -> tuple[str, str]:
        raise _TakenBackError(_draft(meeting, compose))

    try:
        verb(look)
    except _TakenBackError as taken_back:
        return taken_back.draft
    raise AssertionError("the verb sent no letter")


def as_seen(compose: Compose, seen: str, tell: Callable[[Draft], None]) -> Compose:
    """The same letter, refused when it is no longer the one that was shown: then it is shown anew.

    `tell` hears what leaves.
    """

    def checked(meeting: Meeting) -> tuple[str, str]:
        draft = _draft(meeting, compose)
        if draft.seen != seen:
            raise ValidationError(
                _("The letter or its receivers have changed since you looked. Look once more and send it then."),
                code="changed",
            )
        tell(draft)
        return draft.subject, draft.text

    return checked


def _draft(meeting: Meeting, compose: Compose) -> Draft:
    subject, text = compose(meeting)
    return Draft(subject, text, tuple(meeting.receivers))


def send_copy(draft: Draft, to: Person, meeting: Meeting) -> None:
    """Send the letter to the one who is about to send it, and to nobody else."""
    with override(meeting.language):
        subject = _("Copy: %(subject)s") % {"subject": draft.subject}
    Letter.objects.write(subject=subject[:SUBJECT], text=draft.text, to=[to], about_body=meeting.body, created_by=to)
