"""The steps of a group's life: proposed, edited, founded, extended, closed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from network.forms import save_or_refuse
from network.http import MemberRequest
from network.lifecycle import WrongState
from network.models import Body, Kind
from network.periods import today
from network.views.bodies import body_tabs
from serviceareas.forms import DescriptionForm
from workinggroups import wording
from workinggroups.forms import ActivateForm, CloseForm, MandateForm, Proposal
from workinggroups.models import State, WorkingGroup


def _governed(request: MemberRequest, slug: str, *steps: str) -> WorkingGroup:
    """The group whose life the reader decides; raises WrongState when none of the steps is open any more."""
    groups = WorkingGroup.objects.governed_by(request.user).select_related("body__parent")
    group = get_object_or_404(groups, body__slug=slug)
    if not set(steps) & set(group.next_states):
        raise WrongState(group.state)
    return group


def _page(request: MemberRequest, name: str, group: WorkingGroup, **context: Any) -> HttpResponse:
    facts = {"section": "groups", "group": group, "body": group.body, "mandate": group.mandate}
    return render(request, f"workinggroups/{name}.html", facts | context)


def group_propose(request: MemberRequest, area: str) -> HttpResponse:
    """Propose a group under the area; whoever governs it goes on to found it."""
    access = request.user.access
    areas = Body.objects.open_on(today()).of_kind(Kind.SERVICE_AREA)
    body = get_object_or_404(areas if access.is_secretariat else areas.filter(pk__in=access.manages), slug=area)
    proposal = Proposal(request.POST if request.method == "POST" else None, area=body, by=request.user)
    answer = _propose(request, proposal)
    return answer or render(request, "workinggroups/group_propose.html", _shown(request, proposal))


def _propose(request: MemberRequest, proposal: Proposal) -> HttpResponse | None:
    """Write the proposal and say what comes next; None while the form is to be shown."""
    if not proposal.form.is_bound or not proposal.is_valid() or proposal.form.cleaned_data["tee"] == "nayta":
        return None
    written: list[WorkingGroup] = []
    if not save_or_refuse(proposal.form, lambda: written.append(proposal.save())):
        return None
    group = written[0]
    founds = proposal.form.cleaned_data["tee"] == "perusta"
    if founds and WorkingGroup.objects.governed_by(request.user).filter(pk=group.pk).exists():
        return redirect("workinggroups:group_activate", group.body.slug)
    messages.success(request, _("The proposal has been saved. Those who manage the service area see it."))
    return redirect(group)


def _shown(request: MemberRequest, proposal: Proposal) -> dict[str, Any]:
    access, form = request.user.access, proposal.form
    given = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else form.initial
    text = wording.founding(
        proposal.area, request.user, name=given.get("name_fi", ""), starts=given.get("starts_on"),
        ends=given.get("ends_on"), people=proposal.named, draft=True,
    )  # fmt: skip
    return {
        "section": "groups",
        "area": proposal.area,
        "group": proposal.group,
        "form": form,
        "proposal": proposal,
        "decision": text,
        "governs": access.is_secretariat or proposal.area.pk in access.chairs,
    }


def group_edit(request: MemberRequest, slug: str) -> HttpResponse:
    """A proposal as a whole; of a group at work only its introduction, for its mandate stays as decided."""
    groups = WorkingGroup.objects.managed_by(request.user).select_related("body__parent")
    group = get_object_or_404(groups, body__slug=slug)
    posted = request.POST if request.method == "POST" else None
    if group.state == State.PROPOSED:
        proposal = Proposal(posted, area=group.body.parent, by=request.user, group=group)  # type: ignore[arg-type]
        answer = _propose(request, proposal)
        return answer or render(request, "workinggroups/_proposal.html", _shown(request, proposal))
    if not group.is_open or group.is_overdue:
        raise WrongState(group.state)
    form = DescriptionForm(posted, instance=group.body)
    if form.is_bound and form.is_valid() and save_or_refuse(form, form.save):
        messages.success(request, _("The introduction has been saved."))
        return redirect(group)
    return _page(request, "group_edit", group, form=form, tabs=body_tabs(group.body, "detail"))


def group_activate(request: MemberRequest, slug: str) -> HttpResponse:
    """Found the group: the decision is shown as it will be recorded, and whose terms begin."""
    group = _governed(request, slug, State.ACTIVE)
    form = ActivateForm(request.POST if request.method == "POST" else None, group=group, by=request.user)
    if form.is_bound and form.is_valid() and save_or_refuse(form, form.found):
        messages.success(request, _("The working group has been founded: %(group)s.") % {"group": group})
        return redirect(group)
    return _page(request, "group_activate", group, form=form, founding=wording.to_found(group, request.user))


def group_extend(request: MemberRequest, slug: str) -> HttpResponse:
    """Go on with the group under a new mandate; the former ones stay readable."""
    group = _governed(request, slug, State.EXTENDED)
    form = MandateForm(request.POST if request.method == "POST" else None, group=group, by=request.user)

    def extend() -> None:
        days = {name: form.cleaned_data[f"{name}_on"] for name in ("starts", "ends")}
        text = wording.extended(group.body, request.user, **days)
        form.extend(decision=text, language=wording.spoken())

    if form.is_bound and form.is_valid() and save_or_refuse(form, extend):
        messages.success(request, _("The working group goes on: %(group)s.") % {"group": group})
        return redirect(group)
    return _page(request, "group_extend", group, form=form, tabs=body_tabs(group.body, "detail"))


def group_close(request: MemberRequest, slug: str) -> HttpResponse:
    """Close the group, or refuse its proposal, with the result and the reason."""
    group = _governed(request, slug, State.CLOSED)
    form = CloseForm(request.POST if request.method == "POST" else None, group=group, by=request.user)
    if form.is_bound and form.is_valid() and save_or_refuse(form, form.close):
        messages.success(request, _("The working group has been closed: %(group)s.") % {"group": group})
        return redirect(group)
    tabs = [] if group.body.is_proposed else body_tabs(group.body, "detail")
    return _page(request, "group_close", group, form=form, tabs=tabs)
