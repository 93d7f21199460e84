"""A person's public page; and what is one's own: bodies, terms, data, and what one may do and why."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from network.access import Access
from network.forms import ProfileForm, save_or_refuse
from network.http import MemberRequest
from network.models import Body, Person, Term
from network.periods import SOON, today
from network.prepared import A_DAY, A_KEY, PreparedRecords

LASTING = PreparedRecords(
    lambda person, day: (
        Term.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), person=person)
        .select_related("body", "seat__department")
    ),
    person=A_KEY, day=A_DAY,
)  # fmt: skip
REACHED = PreparedRecords(lambda bodies: Body.objects.filter(pk__among=bodies), bodies=[A_KEY])


@login_not_required
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's roles, today's and former; contact details for the network's own people only.

    A row that was merged leads to the person who stays, for all who may see that one.
    """
    people = Person.objects.visible_to(request.user)
    person = people.filter(pk=pk, merged_into=None).first()
    if person is None:
        return redirect(get_object_or_404(people, merged_from=pk), permanent=True)
    day = today()
    held = person.holdings.select_related("body", "ex_officio__from_body", "seat__department")
    rows = list(held.order_by("body__sort", "-starts_on"))
    access = Access.of(request.user)
    context = {
        "section": "bodies",
        "person": person,
        "employment": person.employment_on(day),
        "past_employments": person.employments.filter(ends_on__lt=day).select_related("department"),
        "current": [row for row in rows if row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)],
        "coming": [row for row in rows if row.starts_on > day],
        "former": [row for row in rows if row.ends_on and row.ends_on < day],
        "shows_contacts": access.is_network or access.is_secretariat or person.pk == access.person_id,
    }
    return render(request, "network/person_detail.html", context)


def mine(request: MemberRequest) -> HttpResponse:
    """My bodies, my terms with their end dates, my data, and what I may do and why."""
    person, access, day = request.user, request.user.access, today()
    terms = LASTING(person=person.pk, day=day)
    context = {
        "section": "mine",
        "person": person,
        "employment": person.employment_on(day),
        "terms": [term for term in terms if term.starts_on <= day],
        "coming": [term for term in terms if term.starts_on > day],
        "powers": powers(access),
        "soon": day + SOON,
        "day": day,
    }
    return render(request, "network/mine.html", context)


def powers(access: Access) -> list[dict[str, Any]]:
    """For each body in the reader's reach: what they may do there, and the holding that says so."""
    wanted = access.member_of | access.manages | access.governs
    return [
        {
            "body": body,
            "reads": body.pk in access.member_of,
            "manages": body.pk in access.manages,
            "governs": body.pk in access.governs,
            "reason": access.reason(body),
        }
        for body in REACHED(bodies=list(wanted))
    ]


def profile_edit(request: MemberRequest) -> HttpResponse:
    """What one keeps of one's own data: phone, language, and who sees the name."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid() and save_or_refuse(form, form.save):
        messages.success(request, _("Your data has been saved."))
        return redirect("network:mine")
    return render(request, "network/profile_edit.html", {"section": "mine", "form": form})
