"""The desk where minutes are written, as a browser sees it."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from meetings.models import Item, Meeting
from network.models import Person

Login = Callable[[Person], Client]
KEEP = {"X-Requested-With": "keep"}
HOSTILE = '<script>alert(1)</script><img src=x onerror="a()">'


def first(meeting: Meeting) -> Item:
    return meeting.items.order_by("position").first()


def desk_url(meeting: Meeting) -> str:
    return f"/en/kokoukset/{meeting.pk}/poytakirja/"


def save_url(item: Item) -> str:
    return f"/en/kokoukset/asiat/{item.pk}/kirjaa/"


def typed(item: Item, **fields: Any) -> dict[str, Any]:
    usual = {"discussion": "Keskusteltiin.", "decision": "Hyväksyttiin.", "outcome": "as_proposed"}
    return usual | {"revision": item.revision} | fields
