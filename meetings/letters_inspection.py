"""Letters of the inspection: to the inspectors, to the secretary, to those who sign; in the meeting's language.

Each goes out in the transaction of the step that causes it, and its page shows the same text before.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from meetings.letters import SUBJECT, Draft
from meetings.minutes_forms import body_name
from meetings.models import Item, Meeting, Minutes, Review, State
from network.models import OFFICERS, Person


def _draft(subject: Any, name: str, meeting: Meeting, to: Iterable[Person], page: str, **facts: Any) -> Draft:
    with translation.override(meeting.language):
        facts |= {"meeting": meeting, "body": body_name(meeting)}
        facts["url"] = settings.PORTAL_URL + reverse(page, args=[meeting.pk])
        heading = f"{subject}: {facts['body']} {meeting.label}"
        text = render_to_string(f"letters/minutes_{name}.txt", facts)
    return Draft(heading[:SUBJECT], text.strip() + "\n", tuple(dict.fromkeys(to)))


def request(minutes: Minutes, inspectors: list[Person], due_on: date | None) -> Draft:
    """The request for inspection, to the inspectors."""
    facts = {"due_on": due_on, "inspectors": inspectors}
    return _draft(_("Minutes to inspect"), "request", minutes.meeting, inspectors, "meetings:minutes_accept", **facts)


def sent_back(minutes: Minutes, remark: str, by: Person) -> Draft:
    """What is to be changed, to whoever writes the minutes; not to oneself."""
    facts = {"remark": remark, "by": by}
    writers = [person for person in writers_of(minutes.meeting) if person != by]
    return _draft(_("A change is asked"), "sent_back", minutes.meeting, writers, "meetings:minutes_edit", **facts)


def to_sign(minutes: Minutes) -> Draft:
    """The minutes are inspected: to the chair and the secretary of the meeting, who sign."""
    meeting = minutes.meeting
    signers = [person for person in (meeting.chaired_by, meeting.minuted_by) if person]
    return _draft(_("Minutes to sign"), "to_sign", meeting, signers, "meetings:minutes_sign")


def writers_of(meeting: Meeting) -> list[Person]:
    """Who writes the minutes; where nobody is named, the body's officers of today."""
    if meeting.minuted_by:
        return [meeting.minuted_by]
    return list(
        Person.objects.filter(pk__in=meeting.body.holdings.current().filter(role__in=OFFICERS).values("person"))
    )


# ── the steps with their letters ──


@transaction.atomic
def submit(minutes: Minutes, by: Person, inspectors: list[Person], due_on: date | None, **head: Any) -> None:
    """Send for inspection and ask the inspectors; by a mode without inspection the signers are asked at once."""
    minutes.submit(inspectors, due_on, **head)
    if minutes.state == State.APPROVED:
        to_sign(minutes).post(minutes.meeting, by)
    elif inspectors:
        request(minutes, inspectors, due_on).post(minutes.meeting, by)


@transaction.atomic
def accept(minutes: Minutes, by: Person) -> None:
    """Accept; the last acceptance asks the signers."""
    minutes.accept(by)
    if minutes.state == State.APPROVED:
        to_sign(minutes).post(minutes.meeting, by)


@transaction.atomic
def send_back(minutes: Minutes, remark: str, by: Person) -> None:
    """Ask for a change, and tell the writer."""
    minutes.send_back(remark, by)
    sent_back(minutes, remark, by).post(minutes.meeting, by)


@transaction.atomic
def replace(minutes: Minutes, old: Review, new: Person, reason: str, by: Person) -> None:
    """Another inspects instead, and is asked to."""
    minutes.replace_reviewer(old, new, reason)
    request(minutes, [new], minutes.due_on).post(minutes.meeting, by)


@transaction.atomic
def approve(minutes: Minutes, item: Item, by: Person) -> None:
    """Approved by a later meeting; the signers are asked."""
    minutes.approve_at(item)
    to_sign(minutes).post(minutes.meeting, by)
