"""Meetings as a calendar (iCalendar, RFC 5545): what takes place, never what its papers say."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from meetings.letters import when
from meetings.models import Meeting

PAST, MOST = timedelta(days=400), 500  # how far back a calendar tells, and of how many meetings at most
USUAL = timedelta(hours=2)  # what a calendar shows of a meeting whose end is not known yet
AGAIN = timedelta(hours=4)  # how often a reader's calendar may look
TOLD_ONCE = 1  # the notice itself; each letter after it tells of a change
# Written out: the rules of summer time of the Union, in their own words, for every year.
HELSINKI = Timezone.from_ical(
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Helsinki\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:19970330T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
    "TZNAME:EEST\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0300\r\nEND:DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19961027T040000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    "TZNAME:EET\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)


def calendar(name: str, meetings: Iterable[Meeting], invited: frozenset[int] = frozenset()) -> bytes:
    """The meetings as one calendar; the remote link only of those whose papers the reader reads (`invited`)."""
    made = Calendar()
    made.add("prodid", "-//Kumppanuusverkosto//Kokoukset//FI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    made.add_component(HELSINKI)
    for meeting in meetings:
        made.add_component(_event(meeting, meeting.remote_link if meeting.pk in invited else ""))
    return made.to_ical()


def lately(meetings: "Iterable[Meeting]") -> list[Meeting]:
    """The meetings of the last year and those to come, latest first."""
    since = timezone.now() - PAST
    told = meetings.told_in_calendars().filter(starts_at__gte=since)  # type: ignore[attr-defined]
    return list(told.select_related("body", "minutes").order_by("-starts_at", "-pk")[:MOST])


def _event(meeting: Meeting, link: str) -> Event:
    event = Event()
    event.add("uid", f"kokous-{meeting.pk}@kumppanuusverkosto.invalid")
    event.add("sequence", max(meeting.told - TOLD_ONCE, 0))  # type: ignore[attr-defined]
    stamp = meeting.told_at or meeting.called_at  # type: ignore[attr-defined]
    for word in ("dtstamp", "last-modified"):
        event.add(word, stamp)
    event.add("summary", _title(meeting))
    event.add("dtstart", _local(meeting.starts_at))
    event.add("dtend", _local(meeting.ends_at or meeting.starts_at + USUAL))
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    event.add("location", meeting.place)
    url = settings.PORTAL_URL + meeting.get_absolute_url()
    event.add("url", url)
    event.add("description", "\n".join([*_words(meeting, link), url]))
    return event


def _title(meeting: Meeting) -> str:
    title = f"{meeting.body.name} {meeting.label}"
    return _("CANCELLED: %(meeting)s") % {"meeting": title} if meeting.cancelled_at else title


def _words(meeting: Meeting, link: str) -> list[str]:
    """What a calendar says beside time and place."""
    words = [_("Remote link: %(link)s") % {"link": link}] if link else []
    if meeting.moved_from:
        words.append(_("Moved: it was first called for %(when)s.") % {"when": when(meeting.moved_from).lower()})
    if meeting.cancelled_at:
        words.append(_("The meeting is not held."))
    if meeting.has_minutes and meeting.minutes.state == "published":
        words.append(_("The minutes have been published."))
    return words


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment)
