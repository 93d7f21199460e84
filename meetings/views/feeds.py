"""Calendar feeds: of a body, for everybody; and one's own, at an address that nobody can guess."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from meetings.feeds import calendar, lately
from meetings.forms import CalendarForm
from meetings.models import CalendarKey, Meeting
from network.access import NOBODY
from network.http import MemberRequest
from network.models import Body, Person


@login_not_required
@require_safe
def calendar_body(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A body's meetings, coming and past, as everybody may know of them: the same for every reader."""
    body = get_object_or_404(Body.objects.visible_to(None), slug=slug)
    known = Meeting.objects.listed_for(None).filter(body=body)
    name = _("%(body)s, meetings") % {"body": body.name}
    return _answer(request, calendar(name, lately(known)), "public, max-age=900")


@login_not_required
@require_safe
def calendar_own(request: HttpRequest, token: str) -> HttpResponseBase:
    """The meetings of the address's owner, as their rights of today let them know; no login is asked."""
    key = CalendarKey.objects.of_token(token)
    if key is None:
        raise Http404
    person = key.person
    with override(person.language):
        content = calendar(_("My meetings in the network"), *_own(person))
    answer = _answer(request, content, "private, max-age=900")
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _own(person: Person) -> tuple[list[Meeting], frozenset[int]]:
    """The meetings of one's own bodies, and those of them whose papers one reads."""
    access = person.access
    if access == NOBODY:
        return [], frozenset()
    mine = Q(body__in=access.member_of) | Q(minuted_by=person.pk)
    found = lately(Meeting.objects.listed_for(person).filter(mine))
    reads = Meeting.objects.visible_to(person).filter(pk__in=[meeting.pk for meeting in found])
    return found, frozenset(reads.values_list("pk", flat=True))


def _answer(request: HttpRequest, content: bytes, keep: str) -> HttpResponseBase:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    fresh = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer = get_conditional_response(request, etag=tag) or fresh
    answer.headers["ETag"], answer.headers["Cache-Control"] = tag, keep
    return answer


def calendar_edit(request: MemberRequest) -> HttpResponse:
    """One's own calendar's address: take one into use, change it, take it away."""
    form = CalendarForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["toimi"] == "poista":
            CalendarKey.objects.close(request.user)
            messages.success(request, _("The address has been taken away: it gives nothing more."))
        else:
            CalendarKey.objects.renew(request.user)
            messages.success(request, _("The address is ready. Add it to your calendar."))
        return redirect("meetings:calendar_edit")
    key = CalendarKey.open_of(request.user)
    context: dict[str, Any] = {"section": "mine", "address": _address(key) if key else "", "form": form}
    return render(request, "meetings/calendar_edit.html", context)


def _address(key: CalendarKey) -> str:
    with override(None):
        return settings.PORTAL_URL + reverse("meetings:calendar_own", args=[key.token])
