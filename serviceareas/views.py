"""The service areas and their pages; their key projects by year."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from meetings.models import Item
from network.access import Access, ForReader
from network.forms import day_asked, save_or_refuse
from network.http import MemberRequest
from network.models import Body, Kind, Person
from network.periods import covers, today
from network.prepared import A_KEY
from network.rosters import officers_of
from network.views.bodies import Answer, body_or_moved, body_tabs
from serviceareas.forms import DescriptionForm, FlagshipProjectForm
from serviceareas.models import FlagshipProject


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
    return Q(children__is_proposed=False) & covers(day, "children__valid_from", "children__valid_to")  # type: ignore[arg-type]


@login_not_required
def area_detail(request: HttpRequest, slug: str) -> Answer:
    """A service area: what it does, who leads it, its working groups."""
    area = body_or_moved(slug, request.user)
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
        "projects": projects_of(area, request.user),
        "reason": Access.of(request.user).reason(area),
        "may_manage": Access.of(request.user).may_manage(area),
        "day": day,
    }
    return render(request, "serviceareas/area_detail.html", context)


def projects_of(area: Body, reader: Any) -> list[FlagshipProject]:
    """The area's key projects, the latest year first; each tells whether its decision is open to the reader."""
    return PROJECTS(reader, body=area.pk)


def _projects(reader: Any, body: int) -> Any:
    decisions = Item.objects.visible_to(reader).filter(pk=OuterRef("decided_in"))
    named = Person.objects.visible_to(reader).filter(pk=OuterRef("owner"))
    rows = FlagshipProject.objects.filter(body=body).select_related("owner", "decided_in__meeting__body")
    return rows.annotate(shows_decision=Exists(decisions), shows_owner=Exists(named))


PROJECTS = ForReader(_projects, body=A_KEY)


def _kept_area(request: MemberRequest, slug: str) -> Body:
    access = request.user.access
    areas = Body.objects.open_on(today()).of_kind(Kind.SERVICE_AREA)
    return get_object_or_404(areas if access.is_secretariat else areas.filter(pk__in=access.manages), slug=slug)


def area_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """What the area is and does."""
    area = _kept_area(request, slug)
    form = DescriptionForm(request.POST if request.method == "POST" else None, instance=area)
    if form.is_bound and form.is_valid() and save_or_refuse(form, form.save):
        messages.success(request, _("The introduction has been saved."))
        return redirect(area)
    context = {"section": "areas", "body": area, "tabs": body_tabs(area, "detail"), "form": form}
    return render(request, "serviceareas/area_edit.html", context)


def project_add(request: MemberRequest, slug: str) -> HttpResponse:
    """A new key project of the area."""
    area = _kept_area(request, slug)
    return _project(request, FlagshipProject(body=area), "serviceareas/project_add.html")


def project_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """A key project: its goal, and in time its result."""
    projects = FlagshipProject.objects.managed_by(request.user).select_related("body")
    return _project(request, get_object_or_404(projects, pk=pk), "serviceareas/project_edit.html")


def _project(request: MemberRequest, project: FlagshipProject, template: str) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = FlagshipProjectForm(posted, instance=project, by=request.user)
    if form.is_bound and form.is_valid() and save_or_refuse(form, form.save):
        messages.success(request, _("The key project has been saved: %(project)s.") % {"project": project})
        return redirect(project)
    tabs = body_tabs(project.body, "detail")
    context = {"section": "areas", "body": project.body, "tabs": tabs, "project": project, "form": form}
    return render(request, template, context)
