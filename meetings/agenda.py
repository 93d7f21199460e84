"""The agenda of a new meeting: standing items, what earlier meetings left open, and new matters in their place."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.models import Item, Meeting
from meetings.standing import Standing, standing_items, standing_titles
from network.lifecycle import WrongState
from network.models import Inspection, Kind

INSPECTORS = 2  # the place of the choice of inspectors among the formal standing items
CLOSING = {True: 2, False: 4}  # how many standing items close a light and a formal agenda
WAITING = ("draft", "review")


def is_standing(meeting: Meeting, item: Item) -> bool:
    """Whether the item is one that stands on every agenda of the body, by its title."""
    return item.title in standing_titles(meeting.body.kind)


@transaction.atomic
def lay_out(meeting: Meeting) -> list[Item]:
    """Put the standing items on a new agenda, and between them what earlier meetings left open.

    Returns what was taken up from earlier meetings.
    """
    standing = list(standing_items(meeting.body.kind, meeting.language))
    closing = standing[-_closing_count(meeting) :]
    opening = standing[: -len(closing)]
    if meeting.body.kind != Kind.WORKING_GROUP and meeting.body.inspection != Inspection.INSPECTORS:
        del opening[INSPECTORS]
    for line in [*opening, *_earlier_minutes(meeting)]:
        Item.objects.add(meeting, title=line.title, proposal=line.proposal)
    taken = Item.objects.take_up(meeting)
    for line in closing:
        Item.objects.add(meeting, title=line.title, proposal=line.proposal)
    return taken


def _earlier_minutes(meeting: Meeting) -> list[Standing]:
    """An item for each of the body's earlier minutes that wait for the next meeting to approve them."""
    earlier = meeting.body.meetings.filter(
        starts_at__lt=meeting.starts_at,
        minutes__inspection=Inspection.NEXT_MEETING,
        minutes__state__in=WAITING,
    )
    with override(meeting.language):
        return [
            Standing(
                _("Approval of the minutes %(meeting)s") % {"meeting": before.label},
                _("The minutes %(meeting)s are approved.") % {"meeting": before.label},
            )
            for before in earlier.order_by("starts_at")
        ]


def _closing_count(meeting: Meeting) -> int:
    return CLOSING[meeting.body.kind == Kind.WORKING_GROUP]


@transaction.atomic
def add(meeting: Meeting, *, late_reason: str = "", **texts: object) -> Item:
    """Add a matter: before the closing items of an agenda that has not been sent, an urgent one before the last.

    So little of a published agenda is renumbered (`domain.md` § 2.6), and the section of what closes the meeting
    comes last. Once the meeting is open the sections stand, and the new matter gets the next one.
    """
    item = Item.objects.add(meeting, late_reason=late_reason, **texts)
    _before_closing(meeting, [item], 1 if late_reason else _closing_count(meeting))
    item.refresh_from_db()
    return item


@transaction.atomic
def take_up(meeting: Meeting) -> list[Item]:
    """Take up what earlier meetings left open and no agenda has taken up yet.

    Raises WrongState once the agenda has been sent.
    """
    if meeting.locked().called_at:
        raise WrongState("called")
    taken = Item.objects.take_up(meeting)
    _before_closing(meeting, taken, _closing_count(meeting))
    return taken


@transaction.atomic
def end_without_quorum(meeting: Meeting) -> None:
    """Too few came: what is open is not handled, and comes back on the next agenda that has not been sent."""
    meeting.end_without_quorum()
    following = meeting.body.meetings.filter(
        called_at__isnull=True, cancelled_at__isnull=True, opened_at__isnull=True, starts_at__gt=meeting.starts_at
    )
    if coming := following.order_by("starts_at").first():
        take_up(coming)


def left_open(meeting: Meeting) -> int:
    """How many items of the body's earlier meetings no agenda has taken up yet."""
    return Item.objects.left_for(meeting).count()


def _before_closing(meeting: Meeting, added: Iterable[Item], count: int) -> None:
    """Move what was added to the end before so many standing items that close the agenda."""
    fresh = meeting.locked()
    new = [item.pk for item in added]
    if fresh.opened_at or not new:
        return
    titles = {line.title for line in standing_items(fresh.body.kind, fresh.language)[-count:]}
    there = list(fresh.items.exclude(pk__in=new).order_by("position"))
    begins = len(there)
    while begins and there[begins - 1].title in titles:
        begins -= 1
    order = [*(item.pk for item in there[:begins]), *new, *(item.pk for item in there[begins:])]
    for position, pk in enumerate(order, start=1):
        Item.objects.filter(pk=pk).exclude(position=position).update(position=position)
