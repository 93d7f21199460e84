"""Writing the minutes, item by item: the desk, the save that loses nothing, inspection of an item at once."""

from http import HTTPStatus

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.desk import Desk, sides
from meetings.minutes_forms import ActionForm, ItemTextForm
from meetings.models import Item, Meeting
from meetings.sheet import crumbs
from network.http import MemberRequest
from network.lifecycle import WrongState


def minutes_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """The minutes with one item open (`?kohta=`); every other is a link with its state."""
    meetings = Meeting.objects.managed_by(request.user).filter(opened_at__isnull=False)
    meeting = get_object_or_404(meetings.select_related("body", "minutes"), pk=pk)
    if not meeting.is_open:
        messages.info(request, _("The minutes have left the desk: nothing in them can be changed any more."))
        return redirect(meeting)
    desk = Desk(meeting, request.user, request.GET.get("kohta", ""))
    return show(request, desk)


def show(
    request: MemberRequest, desk: Desk, form: ItemTextForm | None = None, task: ActionForm | None = None
) -> HttpResponse:
    """The desk's page, with what was typed where a form was refused."""
    item = desk.current
    if item and not item.inspected_at:
        desk.form = form or ItemTextForm(instance=item)
        desk.task = task or ActionForm(item=item, prefix="tehtava", use_required_attribute=False)
    context = {
        "section": "meetings",
        "meeting": desk.meeting,
        "crumbs": crumbs(desk.meeting, _("Minutes")),
        "desk": desk,
        "item": item,
        "form": desk.form,
        "actions": desk.actions,
    }
    return render(request, "meetings/minutes_edit.html", context)


def item_save(request: MemberRequest, pk: int) -> HttpResponse:
    """Write an item's text over the revision that the writer saw; whatever happens, the text comes back."""
    if request.method != "POST":
        return _after_login(request, pk)
    item = _kept(request, pk)
    form = ItemTextForm(request.POST, instance=item)
    answer = _save(request, item, form)
    if answer or item is None:
        return answer or _lost(request, form, "gone")
    if _keeps_itself(request):
        return render(request, "meetings/_minutes_saved.html", {"item": item})
    task = ActionForm(request.POST, item=item, prefix="tehtava", empty_permitted=True, use_required_attribute=False)
    if task.has_changed():
        if not task.is_valid():
            return show(request, Desk(item.meeting, request.user, str(pk)), task=task)
        task.save()
    return _onward(request, item, form)


def _kept(request: MemberRequest, pk: int) -> Item | None:
    items = Item.objects.managed_by(request.user).select_related("meeting__body", "meeting__minutes")
    return items.filter(pk=pk).first()


def _save(request: MemberRequest, item: Item | None, form: ItemTextForm) -> HttpResponse | None:
    """Save the text; the answer when it could not be saved, else nothing."""
    if item is None:
        return _lost(request, form, "gone")
    if not item.meeting.is_open or item.meeting.cancelled_at or item.inspected_at:
        return _lost(request, form, "closed", item)
    if not form.is_valid():
        return _invalid(request, item, form)
    try:
        with transaction.atomic():
            saved = form.write(by=request.user)
    except IntegrityError:  # the minutes left the desk, or the item was inspected, while the text was under way
        return _lost(request, form, "closed", item)
    return None if saved else _taken(request, item, form)


def _onward(request: MemberRequest, item: Item, form: ItemTextForm) -> HttpResponse:
    """To the item that the button named, or the same one; the browser's copy of this one is no longer needed."""
    said = _("%(sign)s saved at %(time)s.") % {"sign": item.sign, "time": _now()}
    messages.success(request, said, extra_tags=f"keep {item.pk} {item.revision}")
    if form.own_words:
        messages.info(request, _("The decision already had words of its own: they were left as they are."))
    opened = form.cleaned_data.get("siirry") or item.pk
    return redirect(f"{reverse('meetings:minutes_edit', args=[item.meeting_id])}?kohta={opened}")


def _now() -> str:
    return time_format(timezone.localtime(), "TIME_FORMAT")


def _after_login(request: MemberRequest, pk: int) -> HttpResponse:
    """The login leads here when it was asked for in the middle of a save: say what became of the text."""
    item = get_object_or_404(Item.objects.managed_by(request.user), pk=pk)
    said = _(
        "You had been logged out, so your last text was not saved. If your browser kept it, it is offered below;"
        " else go back with the browser's arrow and copy it."
    )
    messages.warning(request, said)
    return redirect(f"{reverse('meetings:minutes_edit', args=[item.meeting_id])}?kohta={item.pk}")


def _keeps_itself(request: MemberRequest) -> bool:
    return request.headers.get("X-Requested-With") == "keep"


def _invalid(request: MemberRequest, item: Item, form: ItemTextForm) -> HttpResponse:
    if _keeps_itself(request):
        said = next(iter(form.errors.values()))[0]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "meetings/_minutes_unsaved.html", {"said": said}, status=status)
    desk = Desk(item.meeting, request.user, str(item.pk))
    return show(request, desk, form)


def _lost(request: MemberRequest, form: ItemTextForm, why: str, item: Item | None = None) -> HttpResponse:
    """The item or its minutes can no longer be written: say so, and give the text back."""
    status = HTTPStatus.CONFLICT if item else HTTPStatus.NOT_FOUND
    if _keeps_itself(request):
        said = _("This item can no longer be changed. Your text is kept here; press Save to see why.")
        return render(request, "meetings/_minutes_unsaved.html", {"said": said}, status=status)
    context = {"section": "meetings", "why": why, "item": item, "mine": form.texts}
    return render(request, "meetings/item_save.html", context, status=status)


def _taken(request: MemberRequest, item: Item, form: ItemTextForm) -> HttpResponse:
    """Somebody has written the same item: both texts, their difference, and a form for the one that stays."""
    theirs = Item.objects.select_related("changed_by", "meeting__body", "meeting__minutes").filter(pk=item.pk).first()
    if theirs is None:
        return _lost(request, form, "gone")
    if _keeps_itself(request):
        said = _("Somebody else has changed this item. Press Save to see both texts; yours is kept.")
        return render(request, "meetings/_minutes_unsaved.html", {"said": said}, status=HTTPStatus.CONFLICT)
    mine = form.texts
    onward = getattr(form, "cleaned_data", {}).get("siirry")
    form = ItemTextForm(instance=theirs, initial=mine | {"siirry": onward})
    context = {
        "section": "meetings",
        "why": "taken",
        "item": theirs,
        "form": form,
        "sides": sides(theirs, mine),
        "mine": mine,
        "same_person": theirs.changed_by_id == request.user.pk,
    }
    return render(request, "meetings/item_save.html", context, status=HTTPStatus.CONFLICT)


@require_POST
def item_inspect(request: MemberRequest, pk: int) -> HttpResponse:
    """Inspect the item at the meeting: what stands in the form is saved first, then its text is frozen."""
    item = _kept(request, pk)
    form = ItemTextForm(request.POST, instance=item)
    if item is None or "revision" in form.data:
        answer = _save(request, item, form)
        if answer or item is None:
            return answer or _lost(request, form, "gone")
    try:
        if not item.inspect_at_once(seen=item.revision):
            return _taken(request, item, form)
    except WrongState:
        messages.error(request, _("An item is inspected once it has an outcome and a decision. The text is saved."))
    else:
        said = _("%(sign)s is inspected: its decision is in force, and its text stays as it is.") % {"sign": item.sign}
        messages.success(request, said, extra_tags=f"keep {item.pk} {item.revision}")
    return redirect(f"{reverse('meetings:minutes_edit', args=[item.meeting_id])}?kohta={item.pk}")
