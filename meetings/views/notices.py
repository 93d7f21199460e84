"""Letters about a meeting: each is shown as it will leave, with everybody who gets it, before it is sent (N15)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings import letters
from meetings.forms import CallForm, CancelForm, CorrectForm, MoveForm, NoticeForm
from meetings.models import Meeting
from meetings.sheet import crumbs, sent_about
from meetings.steps import late_notice
from network.http import MemberRequest


def meeting_call(request: MemberRequest, pk: int) -> HttpResponse:
    """The notice: its deadline, its text, its receivers; once it is sent, what became of each envelope."""
    meeting = _kept(request, pk)
    if request.method != "POST" and meeting.called_at:
        context = {"meeting": meeting, "sent": sent_about(meeting), "crumbs": crumbs(meeting, _("Notice"))}
        return render(request, "meetings/meeting_call.html", context | {"section": "meetings"})
    return _notice(request, meeting, CallForm, "meetings/meeting_call.html", _("Notice"))


def meeting_correct(request: MemberRequest, pk: int) -> HttpResponse:
    """A second notice, marked as a correction of the first."""
    return _notice(request, _kept(request, pk), CorrectForm, "meetings/meeting_correct.html", _("Corrected notice"))


def meeting_move(request: MemberRequest, pk: int) -> HttpResponse:
    """Another time for a called meeting; all are told, and the old time stays on the page."""
    return _notice(request, _kept(request, pk), MoveForm, "meetings/meeting_move.html", _("Move the meeting"))


def meeting_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """Cancel the meeting with a reason; a called one stays in the list, and all are told."""
    return _notice(request, _kept(request, pk), CancelForm, "meetings/meeting_cancel.html", _("Cancel the meeting"))


def _kept(request: MemberRequest, pk: int) -> Meeting:
    return get_object_or_404(Meeting.objects.managed_by(request.user).select_related("body"), pk=pk)


def _is_closed(meeting: Meeting, kind: type[NoticeForm]) -> bool:
    """Whether this letter can no longer be sent, or not yet."""
    if meeting.cancelled_at or meeting.opened_at:
        return True
    return meeting.called_at is None and kind in (CorrectForm, MoveForm)


def _notice(
    request: MemberRequest, meeting: Meeting, kind: type[NoticeForm], template: str, title: str
) -> HttpResponse:
    """Ask, show, send: nothing leaves that was not on the page."""
    if request.method != "POST" and _is_closed(meeting, kind):
        messages.info(request, _("This can no longer be done, or not yet: see the state of the meeting."))
        return redirect(meeting)
    form = _form(request, meeting, kind)
    draft = None
    if form.is_bound and form.is_valid():
        if form.wants("laheta") and form.send():
            messages.success(request, _said(form))
            return redirect(meeting)
        draft = form.draft()
        if draft and form.wants("kopio"):
            letters.send_copy(draft, request.user, meeting)
            messages.success(request, _("A copy is on its way to %(address)s.") % {"address": request.user.email})
    context: dict[str, Any] = {
        "section": "meetings",
        "meeting": meeting,
        "late": late_notice(meeting),
        "form": form,
        "draft": draft,
        "crumbs": crumbs(meeting, title),
    }
    return render(request, template, context)


def _form(request: MemberRequest, meeting: Meeting, kind: type[NoticeForm]) -> NoticeForm:
    """What was posted; or, where nothing must be asked first, an empty form that can show its letter at once."""
    if request.method == "POST":
        return kind(request.POST, meeting=meeting, by=request.user)
    form = kind(meeting=meeting, by=request.user)
    return form if form.asks_first else kind({}, meeting=meeting, by=request.user)


def _said(form: NoticeForm) -> str:
    """How many the letter is on its way to."""
    count = form.sent_to
    if not count:
        return _("It is done. No letter was sent.")
    said = ngettext(
        "The letter is on its way to %(count)s person.", "The letter is on its way to %(count)s people.", count
    )
    return said % {"count": count}
