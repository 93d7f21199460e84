"""Adding and ending terms; whoever governs the body decides, and nobody about a term of their own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from network.doubts import doubts
from network.forms import TermEndForm, TermForm, save_or_refuse
from network.http import MemberRequest
from network.models import Body, Person, Term
from network.views.bodies import body_tabs


def _governed_body(person: Person, slug: str) -> Body:
    bodies = Body.objects.filter(is_proposed=False)  # in a proposed group nobody has a task yet
    if not person.access.is_secretariat:
        bodies = bodies.filter(pk__in=person.access.governs)
    return get_object_or_404(bodies, slug=slug)


def term_add(request: MemberRequest, slug: str) -> HttpResponse:
    """Give a person a role in the body."""
    body = _governed_body(request.user, slug)
    posted = request.POST if request.method == "POST" else None
    form = TermForm(posted, body=body, by=request.user, initial={"seat": request.GET.get("paikka")})
    if posted is not None and form.is_valid() and save_or_refuse(form, form.save):
        messages.success(request, _("The term has been recorded: %(term)s.") % {"term": form.instance})
        for doubt in doubts(form.instance):
            messages.warning(request, doubt)
        return redirect("network:body_roster", body.slug)
    context = {"section": "bodies", "body": body, "tabs": body_tabs(body, "roster"), "form": form}
    return render(request, "network/term_add.html", context)


def term_end(request: MemberRequest, pk: int) -> HttpResponse:
    """End a term on a day."""
    terms = Term.objects.governed_by(request.user).select_related("person", "body", "seat__department")
    term = get_object_or_404(terms, pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = TermEndForm(posted, term=term)
    if posted is not None and form.is_valid() and save_or_refuse(form, form.end):
        messages.success(request, _("The term ends: %(term)s.") % {"term": term})
        return redirect("network:body_roster", term.body.slug)
    context = {"section": "bodies", "term": term, "body": term.body, "tabs": body_tabs(term.body, "roster")}
    return render(request, "network/term_end.html", context | {"form": form})
