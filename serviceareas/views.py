"""The service areas and their pages."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from network.access import Access
from network.forms import day_asked
from network.models import Body, Kind
from network.periods import covers, today
from network.rosters import officers_of
from network.views.bodies import Answer, body_or_moved, body_tabs


@login_not_required
def area_list(request: HttpRequest) -> HttpResponse:
    """The service areas of a day; the network had four until the fifth came."""
    day, form = day_asked(request)
    open_groups = Count("children", filter=Q(children__kind=Kind.WORKING_GROUP) & _valid_children(day))
    context = {
        "section": "areas",
        "areas": Body.objects.on(day).of_kind(Kind.SERVICE_AREA).annotate(groups=open_groups),
        "day": day,
        "day_form": form,
        "is_today": day == today(),
    }
    return render(request, "serviceareas/area_list.html", context)


def _valid_children(day: object) -> Q:
    return covers(day, "children__valid_from", "children__valid_to")  # type: ignore[arg-type]


@login_not_required
def area_detail(request: HttpRequest, slug: str) -> Answer:
    """A service area: what it does, who leads it, its working groups."""
    area = body_or_moved(slug)
    if isinstance(area, str):
        return redirect("serviceareas:area_detail", area, permanent=True)
    if area.kind != Kind.SERVICE_AREA:
        return redirect(area, permanent=True)
    day = today()
    officers, members = officers_of(area, day, request.user)
    context = {
        "section": "areas",
        "body": area,
        "tabs": body_tabs(area, "detail"),
        "officers": officers,
        "members": members,
        "groups": area.children.of_kind(Kind.WORKING_GROUP).on(day),
        "reason": Access.of(request.user).reason(area),
        "may_govern": Access.of(request.user).may_govern(area),
        "day": day,
    }
    return render(request, "serviceareas/area_detail.html", context)
