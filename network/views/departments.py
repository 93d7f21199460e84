"""The rescue departments, and which of them sits where."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from network.forms import day_asked
from network.models import Department, Kind
from network.periods import today
from network.representation import DEPARTMENTS, Place, matrix, weave_of
from network.rosters import holdings, names_seen


@login_not_required
def department_list(request: HttpRequest) -> HttpResponse:
    """The departments of a day, and those that ended before it with what followed them."""
    day, form = day_asked(request)
    context = {
        "section": "network",
        "departments": Department.objects.on(day),
        "ended": Department.objects.filter(valid_to__lt=day).select_related("successor"),
        "day": day,
        "day_form": form,
        "is_today": day == today(),
    }
    return render(request, "network/department_list.html", context)


@login_not_required
def department_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A department: its validity, what came before and after it, and where its people sit today."""
    department = get_object_or_404(Department.objects.select_related("successor"), slug=slug)
    day = min(today(), department.valid_to or today())
    of_department = Q(seat__department=department) | Q(term__seat__department=department)
    held = holdings().on(day).filter(of_department).exclude(body__kind=Kind.WORKING_GROUP)
    rows = list(held.select_related("body").order_by("body__sort", "pk"))
    named = names_seen(rows, request.user)
    context = {
        "section": "network",
        "department": department,
        "predecessors": department.predecessors.all(),
        "places": [Place(holding, holding.person_id in named) for holding in rows],
        "day": day,
    }
    return render(request, "network/department_detail.html", context)


@login_not_required
def representation(request: HttpRequest) -> HttpResponse:
    """Departments × bodies on a day, with the weave of the same facts at its head."""
    day, form = day_asked(request)
    departments = DEPARTMENTS(day=day)
    table = matrix(departments, day, request.user)
    areas = [body for body in table.bodies if body.kind == Kind.SERVICE_AREA]
    context = {
        "section": "network",
        "matrix": table,
        "weave": weave_of(departments, areas, table.chairs),
        "day": day,
        "day_form": form,
        "is_today": day == today(),
    }
    return render(request, "network/representation.html", context)
