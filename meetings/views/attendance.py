"""The roll: who is there, who acts for whom, who chairs and who writes; and the end of a meeting without a quorum."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.agenda import end_without_quorum
from meetings.forms import SaveRollForm
from meetings.models import Meeting
from meetings.rolls import AttendanceFormSet, personal_alternates
from meetings.sheet import crumbs, tally_words
from network.http import MemberRequest
from network.lifecycle import WrongState


def attendance_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """The roll of an open meeting as one form."""
    meetings = Meeting.objects.managed_by(request.user).filter(opened_at__isnull=False)
    meeting = get_object_or_404(meetings.select_related("body", "minutes"), pk=pk)
    if not meeting.is_open:
        if request.method == "POST":
            raise WrongState("not open")
        return redirect(meeting)
    roll = AttendanceFormSet(meeting, request.POST if request.method == "POST" else None)
    if request.method == "POST" and roll.is_valid() and (tally := roll.save()):
        level = messages.SUCCESS if tally.is_quorate else messages.WARNING
        word = _("The meeting has a quorum.") if tally.is_quorate else _("The meeting has no quorum.")
        saved = _("The roll has been saved.")
        messages.add_message(request, level, f"{saved} {tally_words(tally)} {word}")
        button = SaveRollForm(request.POST)
        if button.is_valid() and button.cleaned_data["siirry"] == "poytakirja" and tally.is_quorate:
            return redirect("meetings:minutes_edit", pk)
        return redirect("meetings:attendance_edit", pk)
    context = {
        "section": "meetings",
        "meeting": meeting,
        "roll": roll,
        "tally": roll.tally,
        "tally_words": tally_words(roll.tally),
        "alternates": personal_alternates(meeting),
        "crumbs": crumbs(meeting, _("Attendance")),
    }
    status = HTTPStatus.OK
    return render(request, "meetings/attendance_edit.html", context, status=status)


@require_POST
def meeting_end_without_quorum(request: MemberRequest, pk: int) -> HttpResponse:
    """Too few came: what is open ends as not handled and comes back on the next agenda."""
    meetings = Meeting.objects.managed_by(request.user).select_related("body", "minutes")
    meeting = get_object_or_404(meetings, pk=pk)
    end_without_quorum(meeting)
    messages.success(request, _("The meeting ended without a quorum. Its matters come up at the next meeting."))
    return redirect(meeting)
