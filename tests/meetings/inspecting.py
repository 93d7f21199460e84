"""The steps of an inspection, as a browser takes them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from meetings.models import Meeting, Minutes
from network.models import Inspection, Letter, Person
from network.periods import today

Login = Callable[[Person], Client]


def url(meeting: Meeting, step: str) -> str:
    return f"/en/kokoukset/{meeting.pk}/poytakirja/{step}/"


def record(meeting: Meeting) -> Minutes:
    return Minutes.objects.get(pk=meeting.pk)


def mail() -> Any:
    """The letters of the inspection: those of the notice are another subject."""
    return Letter.objects.filter(notice__isnull=True)


def filled(meeting: Meeting, chosen: list[Person], **fields: Any) -> dict[str, Any]:
    keys = [person.pk for person in chosen]
    return {
        "ends_at": after(meeting), "is_quorate": "1", "inspectors": keys, "due_on": today() + timedelta(days=5),
        "shown": ",".join(str(key) for key in sorted(keys)),
    } | fields  # fmt: skip


def after(meeting: Meeting) -> str:
    return f"{timezone.localtime(meeting.starts_at + timedelta(hours=2)):%H.%M}"


def send(login: Login, meeting: Meeting, secretary: Person, chosen: list[Person], **fields: Any) -> Any:
    return login(secretary).post(url(meeting, "tarkastettavaksi"), filled(meeting, chosen, **fields))


def seen(client: Client, address: str) -> dict[str, str]:
    """What the page's form binds the answer to."""
    return {"sha256": client.get(address).context["form"].digest}


def to_mode(meeting: Meeting, mode: Inspection) -> None:
    Minutes.objects.filter(pk=meeting.pk).update(inspection=mode)
