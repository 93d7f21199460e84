"""The blocks of meetings that other pages carry: a body's next ones and its year, latest decisions, one's own."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dates import MONTHS_3

from meetings.models import Action, Item, Meeting, Minutes, State
from network.access import Access
from network.models import OFFICERS, Body
from network.periods import today

register = template.Library()

FEW = 6  # rows of a block
JULY = 7
LATE = 15  # the day after which a month's meeting is drawn in its latter half


@dataclass
class Month:
    """A month of the drawn year with its meetings."""

    name: Any
    is_rest: bool
    meetings: list[Meeting] = field(default_factory=list)


@register.inclusion_tag("meetings/_year.html", takes_context=True)
def year_of(context: dict[str, Any], body: Body, year: int, this: Meeting | None = None) -> dict[str, Any]:
    """The body's year as twelve months on a line, with the meetings that the reader knows of."""
    listed = Meeting.objects.listed_for(context["request"].user).filter(body=body, cancelled_at__isnull=True)
    meetings = list(listed.filter(starts_at__year=year).order_by("starts_at"))
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


@register.inclusion_tag("meetings/_year_next.html", takes_context=True)
def next_meetings(context: dict[str, Any], body: Body | None = None) -> dict[str, Any]:
    """The next meetings of the body, or of all bodies."""
    listed = Meeting.objects.listed_for(context["request"].user).coming().filter(cancelled_at__isnull=True)
    if body is not None:
        listed = listed.filter(body=body)
    return {"meetings": listed.select_related("body")[:FEW], "body": body, "day": today()}


@register.inclusion_tag("meetings/_decision_rows.html", takes_context=True)
def latest_decisions(context: dict[str, Any], body: Body | None = None) -> dict[str, Any]:
    """The latest decisions of the body, or of all bodies, with whether they are in force."""
    decisions = Item.objects.visible_to(context["request"].user).registered()
    if body is not None:
        decisions = decisions.filter(meeting__body=body)
    rows = decisions.select_related("meeting__body", "meeting__minutes")
    return {
        "items": rows.defer("grounds", "proposal", "discussion", "decision")[:FEW],
        "body": body,
        "access": context["access"],
    }


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


@register.inclusion_tag("meetings/_my_actions.html", takes_context=True)
def my_actions(context: dict[str, Any]) -> dict[str, Any]:
    """What is asked of the reader: the late ones first, for they are the earliest."""
    user = context["request"].user
    readable = Exists(Item.objects.visible_to(user).filter(pk=OuterRef("item")))
    mine = Action.objects.owned_by(user).open().select_related("item__meeting__body")
    actions = list(mine.annotate(is_readable=readable))
    for action in actions:
        days = (action.due_on - today()).days if action.due_on else 0
        action.days, action.days_late = days, -days  # type: ignore[attr-defined]
    return {"actions": actions}


@register.inclusion_tag("meetings/_my_inspections.html", takes_context=True)
def my_inspections(context: dict[str, Any]) -> dict[str, Any]:
    """The minutes that wait for the reader: to inspect, and to sign."""
    user = context["request"].user
    unanswered = Q(reviews__person=user.pk, reviews__replaced_at__isnull=True, reviews__accepted_at__isnull=True)
    inspect = Minutes.objects.filter(unanswered, state=State.REVIEW)
    asked = Q(pk__in=inspect.values("pk")) | Q(pk__in=Minutes.objects.waiting_for(user).values("pk"))
    # The states once more: few minutes are in them, and an index knows which.
    waiting = Minutes.objects.filter(asked, state__in=(State.REVIEW, State.APPROVED)).select_related("meeting__body")
    inspecting: list[Minutes] = []
    signing: list[Minutes] = []
    for minutes in waiting.order_by("approved_at", "due_on"):  # what is being inspected is not approved yet
        (inspecting if minutes.state == State.REVIEW else signing).append(minutes)
    return {"inspect": inspecting, "sign": signing, "day": today()}
