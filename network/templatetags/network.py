"""What the network's own templates need: text in its language, and the blocks of a body."""

from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString

from network import text as texts
from network.roles import Role
from network.rosters import Row
from network.rosters import roster as roster_of

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Small Markdown as HTML."""
    return texts.markdown(text)


@register.filter
def marked(text: str) -> SafeString:
    """The text, marked with its language where that is not the page's."""
    return texts.marked(text)


@register.filter
def role_name(role: str) -> str:
    """The role in words."""
    return str(Role(role).label) if role else ""


@register.simple_tag
def explained(rows: list[Row]) -> bool:
    """Whether anybody sits here by another role, so that the roster has grounds to tell."""
    return any(ground.body for row in rows for ground in row.grounds)


@register.inclusion_tag("network/_roster.html", takes_context=True)
def roster(context: dict[str, Any], body: Any, day: date) -> dict[str, Any]:
    """The roster of the body on the day, asked once a page."""
    request = context["request"]
    return {"rows": roster_of(body, day, request.user), "body": body, "day": day, "access": context["access"]}
