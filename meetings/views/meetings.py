"""Meetings: the list, a new one in four fields, the page of one, its changes, its opening."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetings.forms import MeetingFilterForm, MeetingForm
from meetings.looks import meeting_look
from meetings.models import Meeting
from meetings.sheet import Sheet, crumbs
from meetings.steps import late_notice
from network.access import Access, read_or_404
from network.forms import save_or_refuse
from network.http import MemberRequest
from network.models import Body, Person
from network.paging import Pages, has
from network.periods import today, years_between
from network.views.bodies import body_tabs

PAGE_SIZE = 50


@login_not_required
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings that the reader learns of, coming and past, of all bodies or of one (`?toimielin=`, `?vuosi=`)."""
    known = Meeting.objects.listed_for(request.user)
    form = _filters(request, known)
    slug, year = (form.cleaned_data.get(name) for name in ("toimielin", "vuosi"))
    body = Body.objects.visible_to(request.user).select_related("parent").filter(slug=slug).first() if slug else None
    rows = known.filter(body=body) if body else known
    if year:
        rows = rows.filter(starts_at__year=year)
    rows = rows.select_related("body", "minutes")
    past = Pages(rows.past(), PAGE_SIZE).get_page(request.GET.get("sivu"))
    context = {
        "section": "meetings",
        "form": form,
        "body": body,
        "tabs": body_tabs(body, "meetings") if body else [],
        "may_add": body is not None and Access.of(request.user).may_manage(body),
        "coming": told(rows.coming()[:PAGE_SIZE]) if past.number == 1 else [],
        "past": told(past.object_list),
        "page_obj": past,
    }
    return render(request, "meetings/meeting_list.html", context)


def _filters(request: HttpRequest, known: Any) -> MeetingFilterForm:
    """The filters of the list."""
    bodies = bodies_of(known, request.user, request.GET.get("toimielin"))
    form = MeetingFilterForm(request.GET, bodies=bodies, years=years_of(known))
    form.is_valid()
    return form


def bodies_of(meetings: Any, reader: Any, slug: Any) -> list[Body]:
    """The bodies to offer: those that have one of the meetings, and the one that is asked for by its address."""
    return list(Body.objects.offered(reader, slug, has(meetings.filter(body=OuterRef("pk")))))


def years_of(meetings: Any) -> list[int]:
    """The years to offer, the latest first: from the first of the meetings to the last."""
    first, last = (meetings.order_by(order).values_list("starts_at")[:1] for order in ("starts_at", "-starts_at"))
    return years_between(timezone.localtime(moment).year for (moment,) in first.union(last, all=True))


def told(meetings: Any) -> list[dict[str, Any]]:
    """Each meeting with its state in words."""
    return [{"meeting": meeting, "look": meeting_look(meeting)} for meeting in meetings]


def meeting_add(request: MemberRequest, slug: str) -> HttpResponse:
    """A new meeting of the body, with its standing items and what earlier meetings left open."""
    body = get_object_or_404(_kept_bodies(request.user), slug=slug)
    posted = request.POST if request.method == "POST" else None
    form = MeetingForm(posted, initial={"language": request.user.language if request.user.language == "sv" else "fi"})
    taken: list[Any] = []
    if (
        posted is not None
        and form.is_valid()
        and save_or_refuse(form, lambda: taken.extend(form.begin(body, request.user)))
    ):
        messages.success(request, _("The meeting and its agenda have been set up. Nobody has been told of it yet."))
        if taken:
            said = ngettext(
                "%(count)s matter left open was taken up.", "%(count)s matters left open were taken up.", len(taken)
            )
            messages.info(request, said % {"count": len(taken)})
        _warn_of_late_notice(request, form.instance)
        return redirect(form.instance)
    context = {
        "section": "meetings",
        "body": body,
        "tabs": body_tabs(body, "meetings"),
        "form": form,
        "in_time_from": today() + timedelta(days=body.notice_days + 1),
    }
    return render(request, "meetings/meeting_add.html", context)


def _warn_of_late_notice(request: MemberRequest, meeting: Meeting) -> None:
    """Say at once that the notice cannot be in time any more: then another day may still be chosen."""
    if meeting.called_at is None and (late := late_notice(meeting)):
        said = _("%(late)s Choose a later day, or give the reason when you send the notice.")
        messages.warning(request, said % {"late": late})


def _kept_bodies(person: Person) -> Any:
    """The bodies whose meetings the person may begin."""
    bodies = Body.objects.open_on(today()).filter(is_recorded=False)
    return bodies if person.access.is_secretariat else bodies.filter(pk__in=person.access.manages)


@login_not_required
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting: its head to all who learn of it, its items and record to those who read its papers."""
    meeting, reads = _found(request, pk)
    sheet = Sheet(meeting, request.user, reads=reads)
    context = {"section": "meetings", "meeting": meeting, "sheet": sheet, "crumbs": crumbs(meeting)}
    return render(request, "meetings/meeting_detail.html", context)


def _found(request: HttpRequest, pk: int) -> tuple[Meeting, bool]:
    """The meeting, and whether the reader reads its papers; a read of what is not everybody's is noted."""
    try:
        return read_or_404(request, _shown, parts="items", pk=pk), True
    except Http404:
        return get_object_or_404(_shown(request.user).listed_for(request.user), pk=pk), False


def _shown(reader: Any) -> Any:
    """The meetings with all that the head of the page tells."""
    meetings = Meeting.objects.with_keeper(reader)
    return meetings.select_related("body", "minutes", "chaired_by", "minuted_by")


def meeting_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """The head of a meeting; the time of a called one changes by moving it."""
    meetings = Meeting.objects.managed_by(request.user).filter(cancelled_at__isnull=True)
    meeting = get_object_or_404(meetings.select_related("body"), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = MeetingForm(posted, instance=meeting)
    if posted is not None and form.is_valid() and save_or_refuse(form, form.keep):
        messages.success(request, _("The meeting's data has been saved."))
        _warn_of_late_notice(request, meeting)
        if meeting.called_at and not meeting.opened_at and {"place", "remote_link"} & set(form.changed_data):
            messages.warning(request, _("The notice that was sent tells the old place. Send a corrected notice."))
        return redirect(meeting)
    context = {"section": "meetings", "meeting": meeting, "form": form, "crumbs": crumbs(meeting, _("Edit"))}
    return render(request, "meetings/meeting_edit.html", context)


@require_POST
def meeting_open(request: MemberRequest, pk: int) -> HttpResponse:
    """Open the meeting: the sections are given, the roll is laid out, the minutes begin."""
    meeting = get_object_or_404(Meeting.objects.managed_by(request.user), pk=pk)
    meeting.open()
    now = timezone.localtime()
    messages.success(request, _("The meeting was opened at %(time)s.") % {"time": f"{now:%-H.%M}"})
    return redirect("meetings:attendance_edit", pk)
