"""Actions: what a decision asks of whom, and the report that it is done."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from meetings.minutes_forms import ActionForm, ReportForm, do_or_refuse
from meetings.models import Action, Item
from meetings.sheet import crumbs
from network.forms import save_or_refuse
from network.http import MemberRequest


def action_add(request: MemberRequest, pk: int) -> HttpResponse:
    """Give somebody a task from an item's decision."""
    items = Item.objects.managed_by(request.user).filter(meeting__opened_at__isnull=False)
    item = get_object_or_404(items.select_related("meeting__body"), pk=pk)
    form = ActionForm(request.POST if request.method == "POST" else None, item=item)
    if form.is_bound and form.is_valid() and save_or_refuse(form, form.save):
        messages.success(request, _("The action has been recorded: %(task)s.") % {"task": form.cleaned_data["task"]})
        return redirect(item)
    context = {
        "section": "meetings",
        "item": item,
        "meeting": item.meeting,
        "crumbs": crumbs(item.meeting, _("An action")),
        "actions": item.actions.select_related("owner"),
        "form": form,
    }
    return render(request, "meetings/action_add.html", context)


def action_done(request: MemberRequest, pk: int) -> HttpResponse:
    """Report an action done: its owner, or whoever keeps the meeting."""
    actions = Action.objects.managed_by(request.user).select_related("item__meeting__body", "owner")
    action = get_object_or_404(actions, pk=pk)
    if not action.is_open:
        done, dropped = _("The action is done already: %(report)s"), _("The action has been dropped: %(report)s")
        said = done if action.done_on else dropped
        messages.info(request, said % {"report": action.report})
        return redirect("network:mine")
    form = ReportForm(request.POST if request.method == "POST" else None)

    def finish() -> None:
        action.finish(form.cleaned_data["report"])

    if form.is_bound and form.is_valid() and do_or_refuse(form, finish):
        messages.success(request, _("Done: %(task)s.") % {"task": action.task})
        return redirect("network:mine")
    return render(request, "meetings/action_done.html", {"section": "mine", "action": action, "form": form})
