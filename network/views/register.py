"""The secretariat's desk tools: a term corrected, two rows of one person merged, a letter posted again, addresses."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network import letters
from network.called import exact_name
from network.forms import save_or_refuse
from network.http import MemberRequest
from network.jobs import post_envelope
from network.lifecycle import WrongState
from network.merge_preview import preview_of
from network.merging import merge, pointers
from network.models import Body, Envelope, EnvelopeState, Person, Term
from network.periods import today
from network.register_forms import MergeForm, TermCorrectForm
from network.views.bodies import body_tabs

UNSENT = (EnvelopeState.REFUSED, EnvelopeState.UNCLEAR)


def only_secretariat(request: MemberRequest) -> None:
    """Nobody else meets these pages."""
    if not request.user.access.is_secretariat:
        raise Http404


def term_correct(request: MemberRequest, pk: int) -> HttpResponse:
    """Correct a wrongly entered term, with a reason; never one's own."""
    only_secretariat(request)
    terms = Term.objects.governed_by(request.user).select_related("person", "body", "seat__department")
    term = get_object_or_404(terms, pk=pk)
    stood = str(term)
    form = TermCorrectForm(request.POST if request.method == "POST" else None, instance=term)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["person"] == request.user:
            form.add_error("person", _("Nobody appoints themselves. Ask another person to do it."))
        elif save_or_refuse(form, form.correct):
            letters.tell_of_office_term(term, by=request.user)
            messages.success(request, _("The term has been corrected: %(term)s.") % {"term": term})
            return redirect("network:body_roster", term.body.slug)
    context = {"section": "bodies", "body": term.body, "tabs": body_tabs(term.body, "roster"), "stood": stood}
    return render(request, "network/term_correct.html", context | {"form": form})


def person_merge(request: MemberRequest) -> HttpResponse:
    """Merge two rows of one person: first what would move is shown, then it is done."""
    only_secretariat(request)
    names = {name: request.GET.get(name, "") for name in ("duplicate", "into")}
    form = MergeForm(request.POST if request.method == "POST" else None, initial=names)
    preview: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        duplicate, into = form.cleaned_data["duplicate"], form.cleaned_data["into"]
        shown = form.cleaned_data["sure"] == form.pair  # whoever is written over it is shown first
        if shown and _merge(request, form, duplicate, into):
            return redirect(into)
        preview = {"preview": list(pointers(duplicate)), "sides": preview_of(duplicate, into)}
        form.data = form.data.copy()  # type: ignore[attr-defined]
        for name, text in (("duplicate", exact_name(duplicate)), ("into", exact_name(into)), ("sure", form.pair)):
            form.data[name] = text  # type: ignore[index]
    ready = form.is_bound and not form.errors
    context = {"section": "office", "form": form, "is_ready": ready}
    return render(request, "network/person_merge.html", context | preview)


def _merge(request: MemberRequest, form: MergeForm, duplicate: Person, into: Person) -> bool:
    if request.user in (duplicate, into):
        form.add_error(None, _("Nobody merges their own row. Ask another person to do it."))
        return False
    stayed: list[int] = []
    if not save_or_refuse(form, lambda: stayed.append(merge(duplicate, into))):
        return False
    messages.success(request, _("The two rows are one now: %(person)s.") % {"person": into})
    if stayed[0]:
        said = ngettext("%(n)d row stays in the record as it was written.",
                        "%(n)d rows stay in the record as they were written.", stayed[0])  # fmt: skip
        messages.info(request, said % {"n": stayed[0]})
    return True


def envelope_repost(request: MemberRequest, pk: int) -> HttpResponse:
    """Post a letter again that was refused or whose fate is unclear: the page asks first, for it may come twice."""
    only_secretariat(request)
    envelope = get_object_or_404(Envelope.objects.select_related("letter", "person"), pk=pk)
    if envelope.state not in UNSENT:
        raise WrongState(envelope.state)
    if request.method == "POST":
        address = envelope.person.email or envelope.address
        if not envelope.move(EnvelopeState(envelope.state), EnvelopeState.QUEUED, address=address, answer=""):
            raise WrongState("queued")
        post_envelope.defer(envelope_id=envelope.pk)
        messages.success(request, _("The letter is on its way again to %(address)s.") % {"address": address})
        return redirect("workinggroups:office")
    return render(request, "network/envelope_repost.html", {"section": "office", "envelope": envelope})


def body_addresses(request: MemberRequest, slug: str) -> HttpResponse:
    """The e-mail addresses of the body's people today, to be copied in one click; for those who keep its papers."""
    access = request.user.access
    bodies = Body.objects.visible_to(request.user)
    body = get_object_or_404(bodies if access.is_secretariat else bodies.filter(pk__in=access.manages), slug=slug)
    held = body.holdings.on(today()).values("person")
    people = Person.objects.filter(pk__in=held).order_by("last_name", "first_name")
    addresses = [person.email for person in people if person.email]
    context = {
        "section": "bodies",
        "body": body,
        "tabs": body_tabs(body, "roster"),
        "addresses": addresses,
        "without": [person for person in people if not person.email],
    }
    return render(request, "network/body_addresses.html", context)
