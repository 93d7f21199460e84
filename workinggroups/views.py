"""The working groups and their pages; a group that a source only names is shown as that."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from network.access import Access
from network.models import Body, Kind
from network.periods import today
from network.rosters import officers_of
from network.views.bodies import Answer, body_or_moved, body_tabs

PAGE_SIZE = 50


@login_not_required
def group_list(request: HttpRequest) -> HttpResponse:
    """The groups at work, those that have ended, and those known by name only."""
    day = today()
    groups: Any = Body.objects.of_kind(Kind.WORKING_GROUP).select_related("parent").order_by("name_fi")
    # A group that has been founded but begins later stands with those at work, for its date tells it.
    working = (
        groups.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .filter(is_recorded=False)
        .order_by("parent__sort", "name_fi")
    )
    context = {
        "section": "groups",
        "page_obj": Paginator(working, PAGE_SIZE).get_page(request.GET.get("sivu")),
        "ended": groups.filter(is_recorded=False, valid_to__lt=day).order_by("-valid_to")[:PAGE_SIZE],
        "recorded": groups.recorded(),
        "day": day,
    }
    return render(request, "workinggroups/group_list.html", context)


@login_not_required
def group_detail(request: HttpRequest, slug: str) -> Answer:
    """A working group: under which area, from – to, who leads it."""
    group = body_or_moved(slug)
    if isinstance(group, str):
        return redirect("workinggroups:group_detail", group, permanent=True)
    if group.kind != Kind.WORKING_GROUP:
        return redirect(group, permanent=True)
    day = min(today(), group.valid_to or today())
    officers, members = ([], 0) if group.is_recorded else officers_of(group, day, request.user)
    context = {
        "section": "groups",
        "body": group,
        "tabs": [] if group.is_recorded else body_tabs(group, "detail"),
        "officers": officers,
        "members": members,
        "has_ended": bool(group.valid_to and group.valid_to < today()),
        "reason": Access.of(request.user).reason(group),
        "may_govern": Access.of(request.user).may_govern(group),
        "day": day,
    }
    return render(request, "workinggroups/group_detail.html", context)
