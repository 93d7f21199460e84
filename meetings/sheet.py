"""What a meeting's page shows to one reader: the head to all who learn of it, the rest to those who read its papers."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetings import agenda
from meetings.letters import secretary, when
from meetings.looks import Look, item_look
from meetings.models import Attendance, Item, Meeting, Presence, Review, State
from meetings.models.attendance import Tally
from meetings.steps import Way, way_of
from network.access import ForReader
from network.models import Envelope, EnvelopeState, Person
from network.periods import print_date
from network.prepared import A_KEY, PreparedRecords

PRESENCE_LOOKS = {
    Presence.PRESENT: "s-full",
    Presence.REMOTE: "s-half",
    Presence.ABSENT: "s-draft",
    Presence.EXCUSED: "s-struck",
}

ITEMS = ForReader(
    lambda reader, meeting: (
        Item.objects.visible_to(reader)
        .filter(meeting=meeting)
        .select_related("presenter", "carried_from__meeting")
        .order_by("position")
    ),
    meeting=A_KEY,
)  # fmt: skip
PRESENT = PreparedRecords(
    lambda meeting: Attendance.objects.filter(meeting=meeting).select_related("for_term__person"), meeting=A_KEY
)


@dataclass(frozen=True)
class Line:
    """An item as the reader sees it."""

    item: Item
    look: Look | None
    shows_record: bool  # handling and decision, not only what was proposed
    is_waiting: bool  # the decision waits for its inspection
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class RollLine:
    """Somebody on the roll, with the shape and the word of their presence."""

    row: Attendance
    shape: str

    @property
    def word(self) -> str:
        """Present, remote, absent, excused."""
        return str(Presence(self.row.presence).label)


@dataclass(frozen=True)
class Sent:
    """A letter about the meeting and what became of its envelopes."""

    notice: Any
    envelopes: tuple[Envelope, ...]

    @property
    def counts(self) -> list[str]:
        """ "18 sent", "2 queued", in words."""
        found = Counter(envelope.state for envelope in self.envelopes)
        return [f"{found[state]} {EnvelopeState(state).label}" for state in EnvelopeState.values if found[state]]

    @property
    def troubles(self) -> list[Envelope]:
        """The envelopes that somebody must look after."""
        return [e for e in self.envelopes if e.state in (EnvelopeState.REFUSED, EnvelopeState.UNCLEAR)]


def crumbs(meeting: Meeting, here: str = "") -> list[dict[str, Any]]:
    """The way to the meeting, or to a page under it."""
    way: list[dict[str, Any]] = [
        {"label": _("Meetings"), "url": reverse("meetings:meeting_list")},
        {"label": meeting.body.name, "url": meeting.body.get_absolute_url()},
    ]
    if not here:
        return [*way, {"label": meeting.label}]
    return [*way, {"label": meeting.label, "url": meeting.get_absolute_url()}, {"label": here}]


def sent_about(meeting: Meeting) -> list[Sent]:
    """The letters that were sent about the meeting, latest first."""
    envelopes = Prefetch("letter__envelopes", Envelope.objects.select_related("person").order_by("person__last_name"))
    notices = meeting.notices.select_related("letter__created_by").prefetch_related(envelopes).order_by("-pk")
    return [Sent(notice, tuple(notice.letter.envelopes.all())) for notice in notices]


class Sheet:
    """A meeting's page: asks for each part once, and only for what this reader is shown."""

    def __init__(self, meeting: Meeting, reader: Any, *, reads: bool) -> None:
        self.meeting, self.reader, self.reads = meeting, reader, reads
        self.keeps = reads and bool(getattr(meeting, "is_kept", False))
        self.state = meeting.minutes.state if meeting.has_minutes else ""
        # What is being written on the desk is the writer's until it goes out for inspection.
        self.shows_record = self.keeps or (self.state not in ("", State.DRAFT))

    @property
    def when(self) -> str:
        """Day and time in words."""
        return when(self.meeting.starts_at, self.meeting.ends_at)

    @cached_property
    def items(self) -> list[Item]:
        """The items that the reader reads, in order."""
        if not self.reads:
            return []
        found = ITEMS(self.reader, meeting=self.meeting.pk)
        for item in found:
            item.meeting = self.meeting
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """The items with their states."""
        last = len(self.items) - 1
        return [self._line(item, place, last) for place, item in enumerate(self.items)]

    def _line(self, item: Item, place: int, last: int) -> Line:
        shown = self.shows_record or item.inspected_at is not None
        look = item_look(item, self.state, is_open=self.meeting.opened_at is not None) if shown else None
        waiting = item.inspected_at is None and self.state in (State.DRAFT, State.REVIEW)
        return Line(item, look, shown, waiting, place == 0, place == last)

    @property
    def looks(self) -> list[Look]:
        """The states on the page, each once, for the legend."""
        return list(dict.fromkeys(line.look for line in self.lines if line.look))

    @cached_property
    def way(self) -> Way | None:
        """The steps of the meeting; none for a reader of the head, nor of a cancelled meeting."""
        if not self.reads or self.meeting.cancelled_at:
            return None
        return way_of(self.meeting, self.items)

    @property
    def stamp(self) -> dict[str, Any]:
        """The state of the whole record, for the margin of the head."""
        meeting = self.meeting
        if meeting.cancelled_at:
            return {"word": pgettext("meeting", "Cancelled"), "note": _day(meeting.cancelled_at), "is_final": True}
        if not self.state:
            if not meeting.called_at:
                return {"word": _("In preparation"), "note": _("not called yet"), "is_final": False}
            note = _("notice %(day)s") % {"day": _day(meeting.called_at)}
            word = pgettext("meeting", "Moved") if meeting.moved_from else pgettext("meeting", "Called")
            return {"word": word, "note": note, "is_final": False}
        return self._stamp_of_minutes()

    def _stamp_of_minutes(self) -> dict[str, Any]:
        minutes = self.meeting.minutes
        due = _("by %(day)s") % {"day": print_date(minutes.due_on)} if minutes.due_on else ""
        return {
            State.DRAFT: {"word": _("Minutes, draft"), "note": "", "is_final": False},
            State.REVIEW: {"word": _("Being inspected"), "note": due, "is_final": False},
            State.APPROVED: {"word": _("Inspected"), "note": _day(minutes.approved_at), "is_final": False},
            State.SIGNED: {"word": _("Inspected and signed"), "note": _day(minutes.signed_at), "is_final": True},
            State.PUBLISHED: {"word": _("Published"), "note": _day(minutes.published_at), "is_final": True},
        }[State(self.state)]

    @property
    def is_ahead(self) -> bool:
        """Whether the reader may still come to the meeting: then how is told at the head of the page."""
        meeting = self.meeting
        return self.reads and not (meeting.cancelled_at or meeting.ends_at) and self.state in ("", State.DRAFT)

    @cached_property
    def secretary(self) -> Person | None:
        """Whom to tell if one cannot come."""
        return secretary(self.meeting)

    @property
    def former_numbers(self) -> list[str]:
        """The numbers that the meeting had before it moved to another year, and perhaps back."""
        if self.meeting.moved_from is None:
            return []
        return [str(number) for number in self.meeting.former_numbers.order_by("pk")]

    @cached_property
    def inspectors(self) -> list[Review]:
        """Who inspects the minutes, each with the answer; told until the record itself tells it."""
        if not self.reads or self.state not in (State.REVIEW, State.APPROVED, State.SIGNED):
            return []
        return list(self.meeting.minutes.reviews.filter(replaced_at__isnull=True))

    @property
    def follows_inspection(self) -> bool:
        """Whether the reader keeps minutes that are being inspected: they may still be taken back."""
        return self.keeps and self.state == State.REVIEW

    # ── who was there ──

    @cached_property
    def roll(self) -> list[RollLine]:
        """Who was there and who was not, once that is told."""
        if not (self.meeting.opened_at and self.shows_record):
            return []
        rows = PRESENT(meeting=self.meeting.pk)
        return [RollLine(row, PRESENCE_LOOKS[Presence(row.presence)]) for row in rows]

    @cached_property
    def tally(self) -> Tally:
        """The seats of those who decide."""
        return Tally.of(line.row for line in self.roll)

    @property
    def tally_words(self) -> str:
        """The tally as a sentence."""
        return tally_words(self.tally)

    # ── what its keepers look after ──

    @cached_property
    def sent(self) -> list[Sent]:
        """What was sent about the meeting; on the page until the meeting opens, then behind its link."""
        if not self.keeps or not self.meeting.called_at or self.meeting.opened_at:
            return []
        return sent_about(self.meeting)

    @cached_property
    def left_open(self) -> int:
        """How many items of earlier meetings wait to be taken up, while the agenda may still be built."""
        return agenda.left_open(self.meeting) if self.keeps and self.is_draft else 0

    @property
    def is_draft(self) -> bool:
        """Whether the agenda has not been sent."""
        return self.meeting.called_at is None and self.meeting.cancelled_at is None

    @property
    def is_before_opening(self) -> bool:
        """Whether the agenda may still be put in order."""
        return self.meeting.opened_at is None and self.meeting.cancelled_at is None

    @property
    def is_waiting_for_day(self) -> bool:
        """Whether the meeting has been called and not been opened: it may be moved, cancelled, corrected."""
        return self.is_before_opening and self.meeting.called_at is not None


def tally_words(tally: Tally) -> str:
    """How many are there, how many it takes."""
    there = ngettext("%(there)s of %(seats)s seat present", "%(there)s of %(seats)s seats present", tally.seats)
    words = [there % {"there": tally.there, "seats": tally.seats}]
    if tally.remote:
        words.append(_("%(remote)s of them remotely") % {"remote": tally.remote})
    return ", ".join(words) + ". " + _("A quorum takes %(needed)s.") % {"needed": tally.needed}


def _day(moment: Any) -> str:
    return print_date(timezone.localtime(moment).date()) if moment else ""
