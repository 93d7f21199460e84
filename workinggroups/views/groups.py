"""The working groups and their pages; a group that a source only names is shown as that."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document
from meetings.models import Item
from network.access import Access
from network.models import OFFICERS, Body, Kind, Role
from network.periods import today
from network.rosters import HOLDINGS, lines_of
from network.views.bodies import Answer, body_or_moved, body_tabs
from workinggroups.looks import group_look
from workinggroups.models import OPEN, Deliverable, State, WorkingGroup

PAGE_SIZE = 50
AT_WORK, OVERDUE = "toiminnassa", "paatosta-odottava"
STATES = [
    ("", _("all")), (AT_WORK, _("at work")), (OVERDUE, _("waits for a decision")),
    ("ehdotettu", pgettext_lazy("working group", "proposed")), ("paattynyt", _("ended")),
    ("nimelta", _("known by name")),
]  # fmt: skip
ASKED = {"ehdotettu": [State.PROPOSED], "paattynyt": [State.CLOSED], "nimelta": [State.RECORDED], AT_WORK: OPEN}


class GroupFilter(forms.Form):
    """What the list is narrowed to; an unknown value narrows nothing."""

    alue = forms.ChoiceField(label=_("Service area"), required=False)
    tila = forms.ChoiceField(label=_("State"), required=False, choices=STATES)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        areas = [(area.slug, area.name) for area in Body.objects.of_kind(Kind.SERVICE_AREA)]
        self.fields["alue"].choices = [("", _("all")), *areas]  # type: ignore[attr-defined]

    def narrow(self, groups: Any) -> Any:
        """The groups that are asked for."""
        self.is_valid()
        if area := self.cleaned_data.get("alue"):
            groups = groups.filter(body__parent__slug=area)
        state = self.cleaned_data.get("tila")
        if state == OVERDUE:
            return groups.overdue()
        if state == AT_WORK:
            groups = groups.exclude(pk__in=groups.overdue())
        return groups.filter(state__in=ASKED[state]) if state else groups


@login_not_required
def group_list(request: HttpRequest) -> HttpResponse:
    """The groups by state and area: proposed, at work, waiting for a decision, ended, known by name only."""
    form = GroupFilter(request.GET)
    groups = form.narrow(WorkingGroup.objects.visible_to(request.user))
    groups = groups.select_related("body__parent").with_end()
    waiting = groups.overdue()
    working = groups.open().exclude(pk__in=waiting.values("pk"))
    page = Paginator(working.order_by("body__parent__sort", "body__name_fi"), PAGE_SIZE)
    shown = page.get_page(request.GET.get("sivu"))
    context = {
        "section": "groups",
        "filter": form,
        "page_obj": shown,
        "working": told(shown.object_list),
        "waiting": told(waiting.order_by("body__valid_to", "body__name_fi")[:PAGE_SIZE]),
        "proposed": told(groups.filter(state=State.PROPOSED).order_by("body__valid_from")[:PAGE_SIZE]),
        "ended": told(groups.filter(state=State.CLOSED).order_by("-closed_on")[:PAGE_SIZE]),
        "recorded": told(groups.filter(state=State.RECORDED).order_by("body__name_fi")),
    }
    return render(request, "workinggroups/group_list.html", context)


def told(groups: Any) -> list[dict[str, Any]]:
    """Each group with its state in words."""
    return [{"group": group, "body": group.body, "look": group_look(group)} for group in groups]


@login_not_required
def group_detail(request: HttpRequest, slug: str) -> Answer:
    """A working group: its mandates and the decisions behind them, deliverables, people, state, and how it ended."""
    body = body_or_moved(slug, request.user)
    if isinstance(body, str):
        return redirect("workinggroups:group_detail", body, permanent=True)
    if body.kind != Kind.WORKING_GROUP:
        return redirect(body, permanent=True)
    groups = WorkingGroup.objects.select_related("final_report", "closed_in__meeting__body")
    group = groups.filter(pk=body.pk).first() or WorkingGroup(body=body, state=State.RECORDED)
    group.body = body
    context = {
        "section": "groups",
        "body": body,
        "group": group,
        "look": group_look(group),
        "tabs": [] if body.is_recorded or body.is_proposed else body_tabs(body, "detail"),
        "reason": Access.of(request.user).reason(body),
        "day": today(),
    }
    if group.state != State.RECORDED:
        context |= _papers(group, request.user) | _people(group, request.user) | _powers(group, request.user)
    return render(request, "workinggroups/group_detail.html", context)


def _papers(group: WorkingGroup, reader: Any) -> dict[str, Any]:
    """The mandates with their deliverables, and which documents and decisions the reader may open."""
    parts = Prefetch("deliverables", Deliverable.objects.select_related("document"))
    mandates = list(
        group.mandates.select_related("decided_in__meeting__body").prefetch_related(parts).order_by("-number")
    )
    group.versions = mandates
    papers = {d.document_id for m in mandates for d in m.deliverables.all()} | {group.final_report_id}
    behind = {m.decided_in_id for m in mandates} | {group.closed_in_id}
    return {
        "mandates": mandates,
        "documents": _seen(Document, papers, reader),
        "items": _seen(Item, behind, reader),
        "deliverables": sorted(
            (d for m in mandates for d in m.deliverables.all()), key=lambda d: (d.due_on is None, d.due_on or today())
        ),
    }


def _seen(model: Any, keys: set[int | None], reader: Any) -> set[int]:
    wanted = keys - {None}
    if not wanted:
        return set()
    return set(model.objects.visible_to(reader).filter(pk__in=wanted).values_list("pk", flat=True))


def _people(group: WorkingGroup, reader: Any) -> dict[str, Any]:
    """Who sits in the group today, or sat in it at its end."""
    body = group.body
    day = min(today(), body.valid_to or today())
    if not body.is_proposed and body.valid_from and day < body.valid_from:
        day = body.valid_from
    rows = lines_of(body, day, reader, [], HOLDINGS(body=body.pk, day=day))
    officers = [row for row in rows if row.role in OFFICERS]
    return {
        "officers": officers,
        "experts": [row for row in rows if row.role == Role.EXPERT],
        "plain": [row for row in rows if row.role not in OFFICERS and row.role != Role.EXPERT],
    }


def _powers(group: WorkingGroup, reader: Any) -> dict[str, Any]:
    """What the reader may do here; the proposals of people are theirs to see who keep or govern the group."""
    if Access.of(reader).person_id is None:
        return {}
    mine = WorkingGroup.objects.filter(pk=group.pk)
    manages, governs = mine.managed_by(reader).exists(), mine.governed_by(reader).exists()
    waiting = []
    if manages or governs:
        waiting = list(group.proposals.waiting().select_related("person"))
    return {
        "manages": manages,
        "may_write": manages and group.is_open and not group.is_overdue,
        "governs": governs,
        "waiting": waiting,
        "actions": list(group.open_actions.select_related("owner")) if governs else [],
    }
