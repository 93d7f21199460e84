"""The block of working groups that an area's page carries."""

from typing import Any

from django import template
from django.db.models import Q

from network.access import Access
from network.models import Body
from workinggroups.models import OPEN, State, WorkingGroup
from workinggroups.views.groups import told

register = template.Library()
FEW = 30  # groups of an area on its page


@register.inclusion_tag("workinggroups/_groups_of.html", takes_context=True)
def groups_of(context: dict[str, Any], body: Body) -> dict[str, Any]:
    """The area's groups as the reader knows them: at work, waiting for a decision, and proposed."""
    reader = context["request"].user
    groups = WorkingGroup.objects.visible_to(reader).filter(body__parent=body)
    current = Q(state__in=OPEN) | Q(state=State.PROPOSED)
    shown = groups.filter(current).select_related("body").with_end()
    return {
        "rows": told(shown.order_by("state", "body__name_fi")[:FEW]),
        "body": body,
        "may_propose": Access.of(reader).may_manage(body),
    }
