"""A body's own page and its roster on any day."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from network.access import Access, ForReader
from network.forms import day_asked
from network.models import Body, FormerName
from network.periods import today
from network.rosters import coming_to, roster

Answer = HttpResponse | HttpResponsePermanentRedirect
CALLED = ForReader(
    lambda reader, slug: (
        Body.objects.visible_to(reader).select_related("parent", "replaced_by").filter(slug=slug)[:1]
    ),
    slug="a slug",
)  # fmt: skip


def body_tabs(body: Body, current: str) -> list[dict[str, Any]]:
    """The tabs of a body's pages; the lists of other apps are the same lists, filtered by the body."""
    of_body = f"?toimielin={body.slug}"
    tabs = [
        ("detail", _("Introduction"), body.get_absolute_url()),
        ("roster", _("Members"), reverse("network:body_roster", args=[body.slug])),
        ("meetings", _("Meetings"), reverse("meetings:meeting_list") + of_body),
        ("decisions", _("Decisions"), reverse("meetings:decision_list") + of_body),
        ("documents", _("Documents"), reverse("documents:document_list") + of_body),
    ]
    return [{"label": label, "url": url, "current": name == current} for name, label, url in tabs]


def body_or_moved(slug: str, reader: Any) -> Body | str:
    """The body of the address; or the address that took its place, where the body was called so before.

    Raises Http404 when no body that the reader knows of is or was called so.
    """
    if found := CALLED.first(reader, slug=slug):
        return found
    former = FormerName.objects.select_related("body").filter(slug=slug).first()
    if former is None:
        raise Http404
    return former.body.slug


@login_not_required
def body_detail(request: HttpRequest, slug: str) -> Answer:
    """The page of the directors' meeting, the board or the office; other kinds have pages of their own."""
    body = body_or_moved(slug, request.user)
    if isinstance(body, str):
        return redirect("network:body_detail", body, permanent=True)
    if body.get_absolute_url() != reverse("network:body_detail", args=[slug]):
        return redirect(body, permanent=True)
    context = {
        "section": "leadership",
        "body": body,
        "tabs": body_tabs(body, "detail"),
        "rows": roster(body, today(), request.user),
        "reason": Access.of(request.user).reason(body),
        "day": today(),
    }
    return render(request, "network/body_detail.html", context)


@login_not_required
def body_roster(request: HttpRequest, slug: str) -> Answer:
    """Who sits in the body on a day, seat by seat."""
    body = body_or_moved(slug, request.user)
    if isinstance(body, str):
        return redirect("network:body_roster", body, permanent=True)
    day, form = day_asked(request)
    rows = roster(body, day, request.user)
    context = {
        "section": "bodies",
        "body": body,
        "name": body.name_on(day),
        "tabs": body_tabs(body, "roster"),
        "rows": rows,
        "coming": coming_to(body, day, request.user) if day == today() else [],
        "vacant": sum(1 for row in rows if row.is_vacant),
        "unknown": sum(1 for row in rows if row.holding is None and not row.is_vacant),
        "may_govern": Access.of(request.user).may_govern(body) and not body.is_proposed,
        "may_manage": Access.of(request.user).may_manage(body),
        "day": day,
        "day_form": form,
        "is_today": day == today(),
    }
    return render(request, "network/body_roster.html", context)
