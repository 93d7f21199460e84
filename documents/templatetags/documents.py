"""Blocks of documents for the pages of other apps."""

from typing import Any

from django import template

from documents.models import Document

register = template.Library()


@register.inclusion_tag("documents/_documents.html", takes_context=True)
def background_documents(context: dict[str, Any], most: int = 10) -> dict[str, Any]:
    """The newest documents that the reader may see, asked once a page."""
    documents = Document.objects.visible_to(context["request"].user).select_related("body")[:most]
    return {"documents": documents}
