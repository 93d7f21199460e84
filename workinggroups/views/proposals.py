"""Experts proposed by a group's chair and confirmed by the area's; deliverables and their approval."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from network.forms import save_or_refuse
from network.http import MemberRequest
from network.lifecycle import WrongState
from network.models import Body
from network.periods import today
from network.views.bodies import body_tabs
from workinggroups import life
from workinggroups.models import Deliverable, MemberProposal, WorkingGroup
from workinggroups.proposal_forms import DeliverableForm, ExpertForm


def _writable(request: MemberRequest, slug: str) -> WorkingGroup:
    """The group whose papers the reader keeps, while it is open and has a mandate."""
    groups = WorkingGroup.objects.managed_by(request.user).open()
    groups = groups.filter(body__in=Body.objects.open_on(today())).select_related("body__parent")
    return get_object_or_404(groups, body__slug=slug)


def _page(request: MemberRequest, name: str, group: WorkingGroup, **context: Any) -> HttpResponse:
    facts = {"section": "groups", "group": group, "body": group.body, "tabs": body_tabs(group.body, "detail")}
    return render(request, f"workinggroups/{name}.html", facts | context)


def expert_propose(request: MemberRequest, slug: str) -> HttpResponse:
    """Propose an outside expert, with the employer; the area's chair confirms, also their own proposal."""
    group = _writable(request, slug)
    confirms = WorkingGroup.objects.governed_by(request.user).filter(pk=group.pk).exists()
    form = ExpertForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and save_or_refuse(form, lambda: form.propose(group, request.user)):
        said = _("The expert has been proposed. The service area's chair confirms.")
        if confirms:
            said = _("The expert has been proposed. Confirm the proposal below.")
        messages.success(request, said)
        return redirect(group)
    return _page(request, "expert_propose", group, form=form, confirms=confirms)


def _proposal(request: MemberRequest, pk: int) -> MemberProposal:
    proposals = MemberProposal.objects.governed_by(request.user).select_related("person", "group__body")
    proposal = get_object_or_404(proposals, pk=pk)
    if proposal.decided_on:
        raise WrongState("decided")
    return proposal


@require_POST
def proposal_confirm(request: MemberRequest, pk: int) -> HttpResponse:
    """Confirm a proposal: the term begins."""
    proposal = _proposal(request, pk)
    life.confirm(proposal, request.user)
    messages.success(request, _("The term has begun: %(person)s.") % {"person": proposal.person})
    return redirect(proposal.group)


@require_POST
def proposal_refuse(request: MemberRequest, pk: int) -> HttpResponse:
    """Refuse a proposal."""
    proposal = _proposal(request, pk)
    life.refuse(proposal)
    messages.success(request, _("The proposal has been refused: %(person)s.") % {"person": proposal.person})
    return redirect(proposal.group)


def deliverable_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """A deliverable: its day and its document, until it has been approved."""
    deliverables = Deliverable.objects.managed_by(request.user).select_related("mandate__group__body__parent")
    deliverable = get_object_or_404(deliverables, pk=pk)
    if deliverable.accepted_on:
        raise WrongState("accepted")
    group = deliverable.mandate.group
    form = DeliverableForm(request.POST if request.method == "POST" else None, instance=deliverable, by=request.user)
    if form.is_bound and form.is_valid() and save_or_refuse(form, form.save):
        messages.success(request, _("The deliverable has been saved."))
        return redirect(group)
    return _page(request, "deliverable_edit", group, form=form, deliverable=deliverable)


@require_POST
def deliverable_accept(request: MemberRequest, pk: int) -> HttpResponse:
    """Approve a deliverable whose document is there, in one click."""
    deliverables = Deliverable.objects.governed_by(request.user).select_related("mandate__group__body")
    deliverable = get_object_or_404(deliverables.filter(document__isnull=False), pk=pk)
    deliverable.accept(request.user)
    messages.success(request, _("Approved: %(deliverable)s.") % {"deliverable": deliverable})
    return redirect(deliverable.mandate.group)
