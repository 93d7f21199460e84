"""Items of the agenda before the meeting: adding, changing, ordering, dropping, taking up what was left open."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings import agenda
from meetings.forms import ItemForm, MoveItemForm
from meetings.models import Item, Meeting
from meetings.sheet import crumbs
from network.forms import save_or_refuse
from network.http import MemberRequest
from network.lifecycle import WrongState

TEXTS = ("title", "grounds", "proposal")


@require_POST
def meeting_take_up(request: MemberRequest, pk: int) -> HttpResponse:
    """Put on the agenda what earlier meetings left open."""
    meeting = get_object_or_404(Meeting.objects.managed_by(request.user), pk=pk)
    taken = agenda.take_up(meeting)
    said = ngettext("%(count)s matter was taken up.", "%(count)s matters were taken up.", len(taken))
    messages.success(request, said % {"count": len(taken)})
    return redirect(meeting)


def item_add(request: MemberRequest, pk: int) -> HttpResponse:
    """Add an item to the agenda; after the notice only an urgent one, with its reason."""
    meetings = Meeting.objects.managed_by(request.user).filter(cancelled_at__isnull=True)
    meeting = get_object_or_404(meetings.select_related("body", "minutes"), pk=pk)
    if meeting.opened_at and not meeting.is_open:
        raise WrongState("not open")
    posted = request.POST if request.method == "POST" else None
    form = ItemForm(posted, meeting=meeting)
    added: list[Item] = []
    if posted is not None and form.is_valid() and save_or_refuse(form, lambda: added.append(form.add())):
        messages.success(request, _("%(item)s was added to the agenda.") % {"item": added[0]})
        return redirect(f"{meeting.get_absolute_url()}#{added[0].anchor}")
    context = {"section": "meetings", "meeting": meeting, "form": form, "crumbs": crumbs(meeting, _("New item"))}
    return render(request, "meetings/item_add.html", context)


def item_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """The agenda's part of an item; over the revision that was seen, or both texts are shown and nothing is lost."""
    items = Item.objects.editable_by(request.user).select_related("meeting__body", "presenter", "changed_by")
    item = get_object_or_404(items, pk=pk)
    if request.method != "POST" and item.meeting.opened_at:
        return redirect(f"{reverse('meetings:minutes_edit', args=[item.meeting_id])}?kohta={item.pk}")
    posted = request.POST if request.method == "POST" else None
    form = ItemForm(posted, instance=item, meeting=item.meeting)
    saved: list[bool] = []
    if posted is not None and form.is_valid() and save_or_refuse(form, lambda: saved.append(_keep(form, pk, request))):
        if saved == [True]:
            messages.success(request, _("%(item)s has been saved.") % {"item": item})
            return redirect(f"{item.meeting.get_absolute_url()}#{item.anchor}")
        return _show(request, item, form, theirs=items.get(pk=pk))
    return _show(request, item, form)


def _keep(form: ItemForm, pk: int, request: MemberRequest) -> bool:
    """Write the text over a fresh row: the form has already put what was typed into its own."""
    item = Item.objects.editable_by(request.user).filter(pk=pk).first()
    if item is None:
        raise WrongState("gone")
    return form.keep(item, by=request.user)


def _show(request: MemberRequest, item: Item, form: ItemForm, theirs: Item | None = None) -> HttpResponse:
    """The form; with the other's text beside it where somebody has written since."""
    context: dict[str, Any] = {
        "section": "meetings",
        "item": item,
        "meeting": item.meeting,
        "form": form,
        "crumbs": crumbs(item.meeting, item.sign),
    }
    if theirs:
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["revision"] = str(theirs.revision)  # type: ignore[index]
        sides = [(form.fields[name].label, getattr(theirs, name)) for name in TEXTS]
        context |= {"theirs": theirs, "sides": sides}
    return render(request, "meetings/item_edit.html", context, status=409 if theirs else 200)


@require_POST
def item_move(request: MemberRequest, pk: int) -> HttpResponse:
    """Move the item a place up or down; the reader comes back to it."""
    item = get_object_or_404(Item.objects.managed_by(request.user).select_related("meeting"), pk=pk)
    form = MoveItemForm(request.POST)
    if form.is_valid():
        item.move(up=form.cleaned_data["suunta"] == "up")
    return redirect(f"{item.meeting.get_absolute_url()}#{item.anchor}")


def item_delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Drop an item from an agenda that has not been sent, after asking."""
    items = Item.objects.managed_by(request.user).select_related("meeting__body", "carried_from__meeting")
    item = get_object_or_404(items, pk=pk)
    if item.meeting.called_at or item.meeting.opened_at:
        raise WrongState("called")
    if request.method == "POST":
        title = item.title
        item.drop()
        messages.success(request, _("“%(title)s” was dropped from the agenda.") % {"title": title})
        return redirect(item.meeting)
    context = {"section": "meetings", "item": item, "meeting": item.meeting, "crumbs": crumbs(item.meeting, item.sign)}
    return render(request, "meetings/item_delete.html", context)
