"""Blocks of documents for the pages of other apps."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import Exists, OuterRef

from documents.models import Attachment, Document, Version
from documents.uploads import NAMES
from network.access import ForReader
from network.prepared import A_KEY

register = template.Library()
Files = dict[int, list[Any]]


@register.inclusion_tag("documents/_documents.html", takes_context=True)
def background_documents(context: dict[str, Any], most: int = 10) -> dict[str, Any]:
    """The newest documents that the reader may see, asked once a page."""
    documents = Document.objects.visible_to(context["request"].user).select_related("body")
    return {"documents": documents.prefetch_related("versions")[:most]}


@register.simple_tag(takes_context=True)
def attachments_of(context: dict[str, Any], meeting: Any) -> Files:
    """The attachments of a meeting's items that the reader may see, by item; asked once a page, never per row.

    Each has the `number` that the printed record gives it, which counts the others too.
    """
    found: Files = {}
    for number, attachment in enumerate(NUMBERED(context["request"].user, meeting=meeting.pk), start=1):
        if attachment.is_seen:
            attachment.number = number
            found.setdefault(attachment.item_id, []).append(attachment)
    return found


def _numbered(meeting: Any) -> Any:
    """All attachments of a meeting in the order of its items: their numbers run through the meeting."""
    attachments = Attachment.objects.filter(item__meeting=meeting).select_related("document")
    return attachments.order_by("item__position", "order", "pk")


def _seen(reader: Any, meeting: int) -> Any:
    """The same, each with whether the reader may see it."""
    seen = Document.objects.visible_to(reader).filter(pk=OuterRef("document"))
    return _numbered(meeting).annotate(is_seen=Exists(seen)).prefetch_related("document__versions")


NUMBERED = ForReader(_seen, meeting=A_KEY)


@register.filter
def of(files: Files, item_id: int) -> list[Any]:
    """The attachments of one item, of those that `attachments_of` found."""
    return files.get(item_id, [])


@register.filter
def file_type(version: Version) -> str:
    """What kind of file a version is: PDF, Word, …"""
    return NAMES.get(version.content_type.partition(";")[0], "")


@dataclass(frozen=True)
class PrintedAttachment:
    """An attachment as the record names it: running number, title, whether it was released to its readers."""

    number: int
    title: str
    is_open: bool


@register.simple_tag
def attachments_printed(meeting: Any) -> Files:
    """The attachments that the printed record names, numbered through the meeting; never their content."""
    found: Files = {}
    for number, attachment in enumerate(_numbered(meeting), start=1):
        line = PrintedAttachment(number, attachment.document.title, attachment.released_at is not None)
        found.setdefault(attachment.item_id, []).append(line)
    return found
