"""The record of a meeting as plain data, and its SHA-256: what a signature binds."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import models

from meetings.models.items import Item
from meetings.models.meetings import Meeting

Files = Mapping[int, list[list[Any]]]  # by item: order, document, whether released, and of the version number and hash


def record(meeting: Meeting, roll: Iterable[Any], items: Iterable[Item], files: Files) -> dict[str, Any]:
    """The meeting's head, who was there, the items with what is attached to them."""
    return {
        "body": meeting.recorded_body,
        "meeting": meeting.label,
        "starts_at": meeting.starts_at.astimezone(UTC).isoformat(),
        "ends_at": meeting.ends_at.astimezone(UTC).isoformat() if meeting.ends_at else None,
        "place": meeting.place,
        "present": [[row.name, row.presence, row.capacity, row.department] for row in roll],
        "items": [
            [i.sign, i.title, i.grounds, i.proposal, i.discussion, i.decision, i.outcome, i.late_reason,
             i.presented_by, files.get(i.pk, [])]
            for i in items
        ],
    }  # fmt: skip


def files_of(items: models.QuerySet[Item], until: Callable[[int], datetime]) -> dict[int, list[list[Any]]]:
    """What is attached to the items, with the bytes that lay there when the meeting's minutes were sent for inspection.

    A document of its own may get later versions; the record means the one of that moment. `until` tells the moment
    by the meeting's key. The documents lie right of the meetings, and are read through the items.
    """
    version = "attachments__document__versions"
    rows = items.filter(attachments__isnull=False).order_by("attachments__order", "attachments", f"{version}__number")
    found: dict[int, dict[int, list[Any]]] = {}
    for item, meeting, attachment, order, document, released, number, sha256, at in rows.values_list(
        "pk", "meeting", "attachments", "attachments__order", "attachments__document", "attachments__released_at",
        f"{version}__number", f"{version}__sha256", f"{version}__uploaded_at",
    ):  # fmt: skip
        held = found.setdefault(item, {}).setdefault(attachment, [order, document, released is not None])
        if at and at <= until(meeting):
            held[3:] = [number, sha256]
    return {item: list(held.values()) for item, held in found.items()}


def digest(rows: dict[str, Any]) -> str:
    """The SHA-256 of a record."""
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
