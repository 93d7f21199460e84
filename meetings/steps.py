"""The seven steps of a meeting: what is done, what is next. There is just one next step at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.agenda import is_standing
from meetings.models import Item, Meeting, State
from network.models import Inspection
from network.periods import print_date, today

DONE, NOW, COMING = "done", "now", "coming"
CREATED, AGENDA, NOTICE, OPENING, MINUTES, INSPECTION, SEAL = range(1, 8)
STATE_STEP = {
    State.DRAFT: MINUTES,
    State.REVIEW: INSPECTION,
    State.APPROVED: SEAL,
    State.SIGNED: SEAL,
    State.PUBLISHED: SEAL + 1,
}


@dataclass(frozen=True)
class Step:
    """One of the seven steps; the note is when it was done or how far it is."""

    number: int
    label: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class NextStep:
    """What whoever keeps the meeting does next, and where; no address while others have to answer first."""

    number: int
    label: str
    url: str
    is_post: bool = False
    is_early: bool = False  # a step that cannot be taken back, asked before its day
    hint: str = ""


@dataclass(frozen=True)
class Way:
    """The whole way of a meeting and its next step (None when nothing is left to do)."""

    steps: tuple[Step, ...]
    next: NextStep | None

    @property
    def told(self) -> tuple[Step, ...]:
        """The steps that a reader who does not keep the meeting is told of."""
        return self.steps[NOTICE - 1 :]


def way_of(meeting: Meeting, items: Sequence[Item] | None = None) -> Way:
    """The way of the meeting; asks for the items only where they are not given and not fetched already."""
    items = list(meeting.items.all()) if items is None else items
    now = _now(meeting, items)
    labels = {
        CREATED: _("Meeting set up"),
        AGENDA: _("Agenda"),
        NOTICE: _("Notice"),
        OPENING: _("Opening and attendance"),
        MINUTES: _("Minutes"),
        INSPECTION: _("Inspection"),
        SEAL: _("Signing and publication"),
    }
    notes = _notes(meeting, now)
    steps = tuple(
        Step(number, label, DONE if number < now else NOW if number == now else COMING, notes.get(number, ""))
        for number, label in labels.items()
    )
    return Way(steps, None if meeting.cancelled_at else _next(meeting, items, now))


def _now(meeting: Meeting, items: Sequence[Item]) -> int:
    """The number of the step that the meeting is at; 8 when all are done."""
    if meeting.opened_at is None:
        if meeting.called_at:
            return OPENING
        matters = [item for item in items if not is_standing(meeting, item)]
        return NOTICE if matters else AGENDA
    if meeting.is_quorate is None and meeting.is_open:
        return OPENING
    return STATE_STEP[State(meeting.minutes.state)] if meeting.has_minutes else MINUTES


def _notes(meeting: Meeting, now: int) -> dict[int, str]:
    """The days of what is done, and a word on what is under way."""
    notes = {
        NOTICE: _day(meeting.called_at) if meeting.called_at else "",
        OPENING: _day(meeting.opened_at) if meeting.opened_at else print_date(meeting.day),
    }
    if not meeting.called_at:
        notes[NOTICE] = _("by %(day)s") % {"day": _day(meeting.latest_call)}
    if meeting.has_minutes:
        minutes = meeting.minutes
        notes[MINUTES] = _day(minutes.submitted_at) if minutes.submitted_at and now > MINUTES else ""
        notes[INSPECTION] = _day(minutes.approved_at) if minutes.approved_at else ""
        notes[SEAL] = _day(minutes.published_at) if minutes.published_at else ""
        if now == INSPECTION and minutes.inspection == Inspection.INSPECTORS:
            notes[INSPECTION] = _accepted(meeting)
    return notes


def _accepted(meeting: Meeting) -> str:
    reviews = [review for review in meeting.minutes.reviews.all() if review.replaced_at is None]
    done = sum(1 for review in reviews if review.accepted_at)
    return _("%(done)s of %(all)s have accepted") % {"done": done, "all": len(reviews)}


def _day(moment: object) -> str:
    return print_date(timezone.localtime(moment).date())  # type: ignore[arg-type]


def _next(meeting: Meeting, items: Sequence[Item], now: int) -> NextStep | None:
    """The one next step of whoever keeps the meeting."""
    if now in (AGENDA, NOTICE, OPENING):
        return _next_before_minutes(meeting, now)
    if now > SEAL:
        return None
    if now == INSPECTION:
        return _next_of_inspection(meeting)
    page = {MINUTES: "minutes_edit", SEAL: "minutes_sign"}[now]
    minutes = meeting.minutes if meeting.has_minutes else None
    blank = sum(1 for item in items if item.is_blank)
    label = _("Write the minutes")
    hint = ""
    if now == MINUTES and blank:
        hint = _("Items still to be written: %(count)s") % {"count": blank}
    elif now == MINUTES:
        page, label = "minutes_submit", _("Send the minutes onwards")
    elif minutes and minutes.state == State.SIGNED:
        page, label = "minutes_publish", _("Publish the minutes")
        hint = _("Publication is under way.") if minutes.publishing_at and not minutes.trouble else minutes.trouble
    else:
        label = _("Sign the minutes")
    return NextStep(now, label, _to(meeting, page), hint=hint)


def _next_of_inspection(meeting: Meeting) -> NextStep:
    """The inspectors answer, each on their own desk; or the body's next meeting does."""
    minutes = meeting.minutes
    if minutes.inspection == Inspection.NEXT_MEETING:
        label = _("Approve the minutes at the next meeting")
        return NextStep(INSPECTION, label, _to(meeting, "minutes_approve"))
    hint = ""
    if minutes.due_on:
        late = minutes.due_on < today()
        hint = _("They were to answer by %(day)s.") if late else _("They answer by %(day)s.")
    return NextStep(
        INSPECTION, _("The inspectors answer"), "", hint=hint % {"day": print_date(minutes.due_on)} if hint else ""
    )


def _next_before_minutes(meeting: Meeting, now: int) -> NextStep:
    if now == AGENDA:
        return NextStep(now, _("Add the matters to the agenda"), _to(meeting, "item_add"))
    if now == NOTICE and meeting.starts_at <= timezone.now():
        hint = _("The time has passed, and no notice was sent.")
        return NextStep(now, _("Choose a new time"), _to(meeting, "meeting_edit"), hint=hint)
    if now == NOTICE:
        hint = late_notice(meeting) or _("At the latest %(day)s.") % {"day": _day(meeting.latest_call)}
        return NextStep(now, _("Send the notice"), _to(meeting, "meeting_call"), hint=hint)
    if meeting.opened_at:
        return NextStep(now, _("Write down who is there"), _to(meeting, "attendance_edit"))
    url, early = _to(meeting, "meeting_open"), not _is_due(meeting.day)
    hint = _("The meeting is on %(day)s. Open it when it begins: then it can no longer be moved or cancelled.")
    return NextStep(
        now, _("Open the meeting"), url, is_post=True, is_early=early,
        hint=hint % {"day": print_date(meeting.day)} if early else "",
    )  # fmt: skip


def late_notice(meeting: Meeting) -> str:
    """How late the notice is by the body's own days; nothing while it is in time."""
    latest = timezone.localtime(meeting.latest_call)
    if timezone.now() <= latest:
        return ""
    days = (today() - latest.date()).days
    if not days:
        return _("The notice is late: it should have been sent today by %(time)s.") % {"time": f"{latest:%-H.%M}"}
    said = ngettext(
        "The notice is %(count)s day late: it should have been sent by %(day)s.",
        "The notice is %(count)s days late: it should have been sent by %(day)s.",
        days,
    )
    return said % {"count": days, "day": _day(latest)}


def _is_due(day: date) -> bool:
    return today() >= day


def _to(meeting: Meeting, page: str) -> str:
    return reverse(f"meetings:{page}", args=[meeting.pk])
