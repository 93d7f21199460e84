"""The blocks of meetings that other pages carry: a body's year, latest decisions, one's own."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from meetings.models import Action, Item, Meeting, Minutes, State
from meetings.models.minutes import ON_THE_WAY
from meetings.standing import STANDING_TITLES
from network.access import Access, ForReader
from network.models import OFFICERS, Body
from network.periods import print_date, today
from network.prepared import A_KEY

register = template.Library()

FEW = 6  # rows of a block
JULY = 7
LATE = 15  # the day after which a month's meeting is drawn in its latter half

_A_YEAR = {"first": datetime(1, 1, 1, tzinfo=UTC), "last": datetime(1, 1, 2, tzinfo=UTC)}
AT_HOME = ForReader(
    lambda reader, directors, areas, first, last, now: (
        Meeting.objects.listed_for(reader)
        .filter(
            Q(body=directors, starts_at__gte=first, starts_at__lt=last) | Q(body__among=areas, starts_at__gt=now),
            cancelled_at__isnull=True,
        )
        .order_by("starts_at")
    ),
    directors=A_KEY, areas=[A_KEY], now=datetime(1, 1, 3, tzinfo=UTC), **_A_YEAR,
)  # fmt: skip
IN_YEAR = ForReader(
    lambda reader, body, first, last: (
        Meeting.objects.listed_for(reader)
        .filter(body=body, cancelled_at__isnull=True, starts_at__gte=first, starts_at__lt=last)
        .order_by("starts_at")
    ),
    body=A_KEY, **_A_YEAR,
)  # fmt: skip


@dataclass
class Month:
    """A month of the drawn year with its meetings."""

    name: Any
    is_rest: bool
    meetings: list[Meeting] = field(default_factory=list)


@dataclass(frozen=True)
class Waiting:
    """Minutes that wait for the reader: what is asked of them, and where it is done."""

    minutes: Minutes
    asked: Any
    button: Any
    page: str

    @property
    def title(self) -> str:
        """What is asked, with the number of the meeting."""
        return str(self.asked) % {"number": self.minutes.meeting.label}

    @property
    def day(self) -> date | None:
        """By when, or since when it waits; of a draft the day of its meeting."""
        minutes = self.minutes
        if minutes.state == State.REVIEW:
            return minutes.due_on
        moment = minutes.signed_at or minutes.approved_at
        return timezone.localtime(moment).date() if moment else minutes.meeting.day

    @property
    def days_late(self) -> int:
        """For how many days an inspection has been overdue; nothing else has a day by which it is done."""
        due = self.minutes.due_on if self.minutes.state == State.REVIEW else None
        return max((today() - due).days, 0) if due else 0


WAITING = {
    State.REVIEW: (_("Inspect the minutes %(number)s"), _("Open the inspection"), "meetings:minutes_accept"),
    State.APPROVED: (_("Sign the minutes %(number)s"), _("Read and sign"), "meetings:minutes_sign"),
    State.DRAFT: (_("Write the minutes %(number)s"), _("Open the minutes"), "meetings:minutes_edit"),
    State.SIGNED: (_("Publish the minutes %(number)s"), _("Publish"), "meetings:minutes_publish"),
}


@register.filter
def near_day(day: date) -> str:
    """The day without its year, which is said where it is not this one."""
    return date_format(day, "j.n.") if day.year == today().year else print_date(day)


@register.simple_tag(takes_context=True)
def home_meetings(context: dict[str, Any], directors: Body | None, areas: list[Body], year: int) -> dict[str, Any]:
    """The directors' meetings of the year, and each area with its next one, the soonest first; asked at once.

    Of the meetings that the reader knows of.
    """
    known = AT_HOME(
        context["request"].user, directors=directors.pk if directors else 0, areas=[area.pk for area in areas],
        now=timezone.now(), **_bounds(year),
    )  # fmt: skip
    coming = {meeting.body_id: meeting for meeting in reversed(known)}
    met = [(area, coming[area.pk]) for area in areas if area.pk in coming]
    return {
        "year": [meeting for meeting in known if directors and meeting.body_id == directors.pk],
        "areas": sorted(met, key=lambda row: row[1].starts_at)
        + [(area, None) for area in areas if area.pk not in coming],
    }


@register.inclusion_tag("meetings/_year.html", takes_context=True)
def year_of(
    context: dict[str, Any], body: Body, year: int, this: Meeting | None = None, known: list[Meeting] | None = None
) -> dict[str, Any]:
    """The body's year as twelve months on a line, with the meetings that the reader knows of, asked where not given."""
    if (meetings := known) is None:
        meetings = IN_YEAR(context["request"].user, body=body.pk, **_bounds(year))
    now = timezone.now()
    following = next((meeting for meeting in meetings if meeting.starts_at > now), None)
    by_month = defaultdict(list)
    for meeting in meetings:
        meeting.marks = _marks(meeting, this, following)  # type: ignore[attr-defined]
        by_month[meeting.day.month].append(meeting)
    months = [
        Month(name, is_rest=number == JULY and not by_month[number], meetings=by_month[number])
        for number, name in MONTHS_3.items()
    ]
    return {"months": months, "count": len(meetings), "body": body, "year": year, "this": this, "following": following}


def _bounds(year: int) -> dict[str, datetime]:
    """When the year begins in Helsinki, and when it has ended."""
    zone = timezone.get_current_timezone()
    return {"first": datetime(year, 1, 1, tzinfo=zone), "last": datetime(year + 1, 1, 1, tzinfo=zone)}


def _marks(meeting: Meeting, this: Meeting | None, following: Meeting | None) -> str:
    """The classes of a meeting's mark: latter half of the month, this one, the next, still to come."""
    marks = ["late"] if meeting.day.day > LATE else []
    if this is not None and meeting.pk == this.pk:
        marks.append("this")
    elif meeting == following:
        marks.append("next")
    elif meeting.starts_at > timezone.now():
        marks.append("coming")
    return " ".join(marks)


@register.inclusion_tag("meetings/_decision_rows.html", takes_context=True)
def latest_decisions(context: dict[str, Any], body: Body | None = None) -> dict[str, Any]:
    """The latest decisions of the body, or of all bodies, with whether they are in force.

    That the agenda or earlier minutes were approved is no news.
    """
    user = context["request"].user
    items = LATEST(user) if body is None else LATEST_OF(user, body=body.pk)
    return {"items": items, "body": body, "access": Access.of(user)}


def _latest(reader: Any, **where: Any) -> Any:
    decisions = Item.objects.visible_to(reader).registered().filter(**where).exclude(title__in=STANDING_TITLES)
    decisions = decisions.exclude(Exists(Minutes.objects.filter(approved_in=OuterRef("pk"))))
    rows = decisions.select_related("meeting__body", "meeting__minutes")
    return rows.defer("grounds", "proposal", "discussion", "decision")[:FEW]


LATEST = ForReader(_latest)
LATEST_OF = ForReader(lambda reader, body: _latest(reader, meeting__body=body), body=A_KEY)


@register.inclusion_tag("meetings/_my_meetings.html", takes_context=True)
def my_meetings(context: dict[str, Any]) -> dict[str, Any]:
    """The reader's own next meetings, and where they may start a new one."""
    user = context["request"].user
    access = Access.of(user)
    own = Q(body__in=access.member_of | access.manages) | Q(minuted_by=access.person_id)
    starts = {held.body_id: held.body for held in access.because if held.role in OFFICERS}
    # A meeting of today goes on being the next one until the day is over.
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    coming = Meeting.objects.listed_for(user).filter(own).coming(since).select_related("body")
    return {
        "meetings": coming.annotate(agenda=Count("items"))[:FEW],
        "starts": list(starts.values()),
        "day": today(),
    }


def _asked_of(reader: Any, person: int) -> Any:
    readable = Exists(Item.objects.visible_to(reader).filter(pk=OuterRef("item")))
    mine = Action.objects.filter(owner=person).open().select_related("item__meeting__body")
    return mine.annotate(is_readable=readable)


ASKED_OF = ForReader(_asked_of, person=A_KEY)


@register.inclusion_tag("meetings/_my_actions.html", takes_context=True)
def my_actions(context: dict[str, Any]) -> dict[str, Any]:
    """What is asked of the reader: the late ones first, for they are the earliest."""
    user = context["request"].user
    actions = ASKED_OF(user, person=user.pk)
    for action in actions:
        days = (action.due_on - today()).days if action.due_on else 0
        action.days, action.days_late = days, -days
    return {"actions": actions}


@register.inclusion_tag("meetings/_my_inspections.html", takes_context=True)
def my_inspections(context: dict[str, Any]) -> dict[str, Any]:
    """The minutes that wait for the reader: to inspect, to sign, to write, to publish."""
    user = context["request"].user
    unanswered = Q(reviews__person=user.pk, reviews__replaced_at__isnull=True, reviews__accepted_at__isnull=True)
    inspect = Minutes.objects.filter(unanswered, state=State.REVIEW)
    asked = Q(pk__in=inspect.values("pk")) | Q(pk__in=Minutes.objects.waiting_for(user).values("pk"))
    asked |= _mine_to_write(Access.of(user))
    # The states once more: few minutes are in them, and an index knows which.
    waiting = Minutes.objects.filter(asked, state__in=ON_THE_WAY).select_related("meeting__body")
    found = [Waiting(minutes, *WAITING[State(minutes.state)]) for minutes in waiting]
    order = list(WAITING)
    return {"rows": sorted(found, key=lambda row: (order.index(State(row.minutes.state)), row.day or date.max))}


def _mine_to_write(access: Access) -> Q:
    """The drafts that the reader writes, and what they wrote that waits for publication.

    Where nobody is named to write, it is the body's officers' to do. What is being published needs nobody.
    """
    led = [held.body_id for held in access.because if held.role in OFFICERS]
    own = Q(meeting__minuted_by=access.person_id) | Q(meeting__minuted_by__isnull=True, meeting__body__in=led)
    idle = Q(publishing_at__isnull=True) | ~Q(trouble="")
    return own & (Q(state=State.DRAFT) | Q(idle, state=State.SIGNED))
