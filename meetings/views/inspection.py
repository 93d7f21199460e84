"""From the draft to the public record: sending for inspection, the inspector's desk, signing, publishing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from meetings import letters_inspection as letters
from meetings.inspected import FairCopy, missing, narrowed
from meetings.minutes_forms import (
    ApproveForm,
    ReasonForm,
    RemarkForm,
    ReplaceForm,
    SeenForm,
    SubmitForm,
    do_or_refuse,
)
from meetings.models import Meeting, Minutes, State
from meetings.sheet import crumbs
from network.access import note_reading, read_or_404
from network.http import MemberRequest

WITH_MEETING = ("meeting__body", "meeting__chaired_by", "meeting__minuted_by")


def _page(request: MemberRequest, name: str, minutes: Minutes, here: str, **context: Any) -> HttpResponse:
    meeting = minutes.meeting
    way = crumbs(meeting, here)
    context |= {"section": "meetings", "minutes": minutes, "meeting": meeting, "crumbs": way, "here": here}
    return render(request, f"meetings/{name}.html", context)


def _kept(request: MemberRequest, pk: int) -> Minutes:
    return get_object_or_404(Minutes.objects.managed_by(request.user).select_related(*WITH_MEETING), pk=pk)


def _home(request: MemberRequest, meeting: Meeting) -> HttpResponseRedirect:
    """To the meeting's page, or to one's own matters where the page is no longer one's to read."""
    reads = Meeting.objects.visible_to(request.user).filter(pk=meeting.pk).exists()
    return redirect(meeting) if reads else redirect("network:mine")


def minutes_submit(request: MemberRequest, pk: int) -> HttpResponse:
    """Send the minutes for inspection: what is missing stops it, the letter and its receivers are shown first."""
    minutes = _kept(request, pk)
    if minutes.state != State.DRAFT:
        messages.info(request, _("The minutes have already been sent for inspection."))
        return redirect(minutes.meeting)
    lacks = missing(minutes)
    form = SubmitForm(request.POST if request.method == "POST" else None, minutes=minutes)

    def send() -> None:
        due_on = form.cleaned_data.get("due_on")
        letters.submit(minutes, request.user, form.chosen, due_on, **form.head)

    if form.is_bound and form.is_valid() and do_or_refuse(form, send):
        said = {
            State.REVIEW: _("The minutes are being inspected; nothing in them can be changed meanwhile."),
            State.APPROVED: _("The minutes are ready to be signed."),
        }
        messages.success(request, said[State(minutes.state)])
        return redirect(minutes.meeting)
    letter = letters.request(minutes, form.chosen, form.due) if form.turns else None
    return _page(
        request, "minutes_submit", minutes, _("For inspection"), form=form, lacks=lacks, letter=letter,
        signers=letters.to_sign(minutes), narrowed=narrowed(minutes.meeting),
    )  # fmt: skip


def _meetings(reader: Any) -> Any:
    return Meeting.objects.all()


def minutes_accept(request: MemberRequest, pk: int) -> HttpResponse:
    """The inspector's desk: the whole text, what changed since it was last sent, and the answer."""
    mine = Minutes.objects.filter(reviews__person=request.user, reviews__replaced_at__isnull=True)
    minutes = get_object_or_404(mine.select_related(*WITH_MEETING), pk=pk)
    review = minutes.reviews.get(person=request.user)
    if minutes.state != State.REVIEW or (request.method == "POST" and review.accepted_at):
        messages.info(request, _("There is nothing to accept: you have answered, or the minutes have moved on."))
        return _home(request, minutes.meeting)
    form = SeenForm(request.POST if request.method == "POST" else None, minutes=minutes)
    if form.is_bound and form.is_valid():
        letters.accept(minutes, request.user)
        done = _("You have accepted the minutes, the last of the inspectors: they are inspected.")
        waits = _("You have accepted the minutes; another inspector has not answered yet.")
        messages.success(request, done if minutes.state == State.APPROVED else waits)
        return _home(request, minutes.meeting)
    read_or_404(request, _meetings, pk=pk)
    waiting = minutes.reviews.filter(accepted_at__isnull=True, replaced_at__isnull=True).count()
    return _page(
        request, "minutes_accept", minutes, _("Inspection"), form=form, review=review, reading=FairCopy(minutes),
        is_last=waiting == 1, signers=letters.to_sign(minutes),
    )  # fmt: skip


def minutes_send_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask for a change as an inspector; or take the minutes back, as whoever keeps them."""
    held = Minutes.objects.in_hands_of(request.user).select_related(*WITH_MEETING)
    minutes = get_object_or_404(held, pk=pk)
    inspects = Minutes.objects.inspected_by(request.user).filter(pk=pk).exists()
    form = RemarkForm(request.POST if request.method == "POST" else None)
    letter = letters.sent_back(minutes, "…", request.user)
    if not letter.reached:  # whoever writes the minutes takes them back, and gets no letter of it
        form.fields["remark"].help_text = _("It stands above the minutes while they are written.")

    def ask() -> None:
        letters.send_back(minutes, form.cleaned_data["remark"], request.user)

    if form.is_bound and form.is_valid() and do_or_refuse(form, ask):
        told = _("The minutes are a draft again, and the secretary has been told.")
        messages.success(request, told if letter.reached else _("The minutes are a draft again."))
        return _home(request, minutes.meeting)
    here = _("Ask for a change") if inspects else _("Take back to draft")
    return _page(request, "minutes_send_back", minutes, here, form=form, letter=letter, inspects=inspects)


def minutes_replace(request: MemberRequest, pk: int) -> HttpResponse:
    """Another inspects in the place of one who does not answer."""
    minutes = _kept(request, pk)
    form = ReplaceForm(request.POST if request.method == "POST" else None, minutes=minutes)

    def change() -> None:
        data = form.cleaned_data
        letters.replace(minutes, data["old"], data["new"], data["reason"], request.user)

    if form.is_bound and form.is_valid() and do_or_refuse(form, change):
        messages.success(request, _("%(person)s inspects the minutes now.") % {"person": form.cleaned_data["new"]})
        return redirect(minutes.meeting)
    letter = letters.request(minutes, [], minutes.due_on)
    return _page(request, "minutes_replace", minutes, _("Change an inspector"), form=form, letter=letter)


def minutes_next_meeting(request: MemberRequest, pk: int) -> HttpResponse:
    """Leave the inspection to the next meeting."""
    minutes = _kept(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def leave() -> None:
        minutes.to_next_meeting(form.cleaned_data["reason"])

    if form.is_bound and form.is_valid() and do_or_refuse(form, leave):
        messages.success(request, _("The next meeting inspects the minutes."))
        return redirect(minutes.meeting)
    return _page(request, "minutes_next_meeting", minutes, _("To the next meeting"), form=form)


def minutes_approve(request: MemberRequest, pk: int) -> HttpResponse:
    """Approve by the item of a later meeting that says so."""
    minutes = _kept(request, pk)
    form = ApproveForm(request.POST if request.method == "POST" else None, minutes=minutes, by=request.user)

    def approve() -> None:
        letters.approve(minutes, form.cleaned_data["item"], request.user)

    if form.is_bound and form.is_valid() and do_or_refuse(form, approve):
        messages.success(request, _("The minutes are inspected, and ready to be signed."))
        return redirect(minutes.meeting)
    signers = letters.to_sign(minutes)
    return _page(request, "minutes_approve", minutes, _("Approved by a later meeting"), form=form, signers=signers)


def minutes_sign(request: MemberRequest, pk: int) -> HttpResponse:
    """Sign as the meeting's chair or secretary, each on their own desk."""
    minutes = get_object_or_404(Minutes.objects.signed_by(request.user).select_related(*WITH_MEETING), pk=pk)
    if not Minutes.objects.waiting_for(request.user).filter(pk=pk).exists():
        messages.info(request, _("There is nothing to sign: you have signed, or the minutes are not inspected yet."))
        return _home(request, minutes.meeting)
    form = SeenForm(request.POST if request.method == "POST" else None, minutes=minutes)
    if form.is_bound and form.is_valid() and do_or_refuse(form, lambda: minutes.sign(request.user)):
        done = _("The minutes are signed by both, and ready to be published.")
        waits = _("You have signed the minutes; the other signature is awaited.")
        messages.success(request, done if minutes.state == State.SIGNED else waits)
        return _home(request, minutes.meeting)
    note_reading(request, minutes.meeting)
    return _page(request, "minutes_sign", minutes, _("Signing"), form=form, reading=FairCopy(minutes, request.user))


def minutes_publish(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask for publication; until the job has done it, the page says how it goes."""
    minutes = _kept(request, pk)
    if request.method == "POST":
        minutes.publish()
        messages.success(request, _("The minutes are being published."))
        return redirect("meetings:minutes_publish", pk)
    if minutes.state not in (State.SIGNED, State.PUBLISHED):
        messages.info(request, _("The minutes are published once they are signed."))
        return redirect(minutes.meeting)
    return _page(request, "minutes_publish", minutes, _("Publishing"), narrowed=narrowed(minutes.meeting))
