"""What of the meetings is found: the meetings themselves, items of agendas, and the register's decisions."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from meetings.models import Item, Meeting
from meetings.models.items import IN_FORCE
from network.finding import Findable, Paper
from network.text import LANGUAGES, translated

MEETING = {"fi": "Kokous", "sv": "Möte", "en": "Meeting"}


def meetings(ids: list[int]) -> Iterator[Paper]:
    """The meetings by body, number and place; never what is on their agendas, for fewer may read that."""
    for meeting in Meeting.objects.filter(pk__in=ids).select_related("body"):
        for language in LANGUAGES if meeting.body.name_sv else ("fi",):
            with override(language):
                name = translated(meeting.body, "name")
            title = f"{name} {meeting.label}"
            yield Paper(
                meeting.pk, language, title, meeting.place, f"{MEETING[language]} {meeting.day:%-d.%-m.%Y}",
                day=meeting.day, year=meeting.day.year, body_key=meeting.body_id,
                route="meetings:meeting_detail", key=str(meeting.pk),
            )  # fmt: skip


def _paper(item: Item, texts: list[str]) -> Paper:
    meeting = item.meeting
    return Paper(
        item.pk, meeting.language, item.title, "\n\n".join(text for text in texts if text),
        also=f"{item.sign if item.section else ''} {meeting.label}", sign=item.sign if item.section else "",
        place=meeting.label, day=meeting.day, year=meeting.day.year, body_key=meeting.body_id,
        route="meetings:meeting_detail", key=str(meeting.pk), anchor=item.anchor,
    )  # fmt: skip


def _items(ids: list[int]) -> Any:
    return Item.objects.filter(pk__in=ids).select_related("meeting__body", "meeting__minutes")


def _registered(ids: list[int]) -> Any:
    return Item.objects.registered().filter(pk__in=ids).order_by()


def items(ids: list[int]) -> Iterator[Paper]:
    """What was proposed; the handling only once the minutes have been inspected, for before it may still change.

    What is a decision of the register has its row as one, and none here: two rows of each would double the index.
    """
    for item in _items(ids).exclude(pk__in=_registered(ids).values("pk")):
        record = [item.grounds, item.proposal]
        if item.meeting.has_minutes and item.meeting.minutes.state in IN_FORCE:
            record = [item.decision, item.discussion, *record]
        yield _paper(item, record)


def decisions(ids: list[int]) -> Iterator[Paper]:
    """What was decided, once it stands in the register."""
    for item in _items(ids).filter(pk__in=_registered(ids).values("pk")):
        yield _paper(item, [item.decision, item.discussion, item.grounds, item.proposal])


def items_seen(user: Any) -> Any:
    """The items that the reader reads and that are no decisions of the register."""
    return Item.objects.visible_to(user).exclude(pk__in=Item.objects.registered().order_by().values("pk"))


def decisions_seen(user: Any) -> Any:
    """The decisions of the register that the reader reads."""
    return Item.objects.visible_to(user).registered()


def kinds() -> Iterable[Findable]:
    """The kinds of the meetings."""
    return (
        Findable("decision", _("Decision"), decisions_seen, decisions, Item.objects.all, 5),
        Findable("meeting", _("Meeting"), Meeting.objects.listed_for, meetings, Meeting.objects.all, 20),
        Findable("item", _("Item"), items_seen, items, Item.objects.all, 25),
    )
