"""The secretariat's desk: what needs somebody today. It lies in the rightmost app, for its rows come from all of them.

Each list is capped and asked in one query, or two; the count beside it tells how many there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document, Version
from meetings.models import Minutes
from meetings.models import State as MinutesState
from network.http import MemberRequest
from network.models import Body, Employment, Envelope, Holding, Person, Seat, Term
from network.paging import has
from network.periods import SOON, print_date, today
from network.views.register import UNSENT, only_secretariat
from workinggroups.models import MemberProposal, WorkingGroup

CAP = 10  # rows of a list
MOST = 1000  # of a list asked for as a whole
STUCK = timedelta(days=14)  # since the minutes last moved


@dataclass(frozen=True)
class Row:
    """One matter: what, its margin (a day or a state), where to go, and what can be done about it."""

    title: str
    url: str
    margin: str = ""
    meta: str = ""
    act: str = ""
    act_url: str = ""


@dataclass(frozen=True)
class Matter:
    """A list of the desk: its first rows, whether there are more, and where all of them are."""

    key: str
    title: str
    rows: list[Row]
    more: bool
    all_url: str
    is_of_people: bool


def office(request: MemberRequest) -> HttpResponse:
    """What needs me today."""
    only_secretariat(request)
    day = today()
    whole = request.GET.get("kaikki", "")  # the list that is asked for as a whole
    addressless, jobless = lacking()
    matters = [
        _matter("vajaat", _("Vacant seats"), vacancies(), _seat, whole=whole),
        _matter("ehdolla", _("Experts who wait to be confirmed"), proposals(), _proposal, whole=whole),
        _matter("odottavat", _("Groups that wait for a decision"), overdue(), _group, whole=whole),
        _matter("paattyvat", _("Terms that end within 90 days"), ending(), _term, whole=whole),
        _matter("poytakirjat", _("Minutes that stand still"), stuck(), _minutes, whole=whole),
        _matter("kirjeet", _("Letters refused or unclear"), unsent(), _envelope, whole=whole),
        _matter(
            "asiakirjat",
            _("Documents without a file"),
            fileless(),
            _document,
            reverse("documents:document_list") + "?ilman=1",
        ),
        _matter("osoitteetta", _("People without e-mail"), addressless, _person, whole=whole),
        _matter("tyotta", _("People without employment"), jobless, _person, whole=whole),
    ]
    context = {"section": "office", "matters": matters, "day": day, "waiting": sum(1 for m in matters if m.rows)}
    return render(request, "workinggroups/office.html", context)


def _matter(
    key: str,
    title: str,
    found: Sequence[Any] | QuerySet,
    row: Callable[[Any], Row],
    all_url: str = "",
    *,
    whole: str = "",
) -> Matter:
    cap = MOST if whole == key else CAP
    rows, all_url = list(found[: cap + 1]), all_url or f"?kaikki={key}#{key}"
    return Matter(
        key, title, [row(one) for one in rows[:cap]], len(rows) > cap, all_url, row in (_proposal, _term, _person)
    )


# ── what is asked ──


def vacancies() -> QuerySet:
    """The seats of today that nobody holds, in bodies whose register is kept."""
    held = Holding.objects.on(today()).filter(seat=OuterRef("pk"))
    kept = Seat.objects.on(today()).filter(body__register_from__lte=today(), body__in=Body.objects.open_on(today()))
    return kept.exclude(has(held)).select_related("body", "department").order_by("body__sort", "sort", "pk")


def proposals() -> QuerySet:
    """The people who have been proposed for groups at work."""
    waiting = MemberProposal.objects.waiting().filter(group__in=WorkingGroup.objects.open())
    return waiting.select_related("person", "group__body").order_by("proposed_on", "pk")


def overdue() -> QuerySet:
    """The groups whose mandate has run out, the longest first."""
    return WorkingGroup.objects.overdue().select_related("body__parent").order_by("body__valid_to", "pk")


def ending() -> QuerySet:
    """The terms that end soon and that no term of the same person or seat follows."""
    follows = Term.objects.filter(body=OuterRef("body"), starts_on__gt=OuterRef("ends_on")).filter(
        Q(person=OuterRef("person")) | Q(seat=OuterRef("seat"))
    )
    terms = Term.objects.current().filter(ends_on__lte=today() + SOON)
    return terms.filter(~Exists(follows)).select_related("person", "body").order_by("ends_on", "pk")


def stuck() -> QuerySet:
    """The minutes that are not published and have not moved for a fortnight."""
    before = timezone.now() - STUCK
    still = (
        Q(state=MinutesState.DRAFT, meeting__starts_at__lt=before)
        | Q(state=MinutesState.REVIEW, submitted_at__lt=before)
        | Q(state=MinutesState.APPROVED, approved_at__lt=before)
        | Q(state=MinutesState.SIGNED, signed_at__lt=before)
    )
    return Minutes.objects.filter(still).select_related("meeting__body").order_by("meeting__starts_at")


def unsent() -> QuerySet:
    """The letters that were refused, or whose fate nobody knows."""
    return Envelope.objects.filter(state__in=UNSENT).select_related("letter", "person").order_by("-pk")


def fileless() -> QuerySet:
    """The documents that stand in the register without a file, as the list of documents has them."""
    stored = Version.objects.filter(document=OuterRef("pk"))
    return Document.objects.filter(~Exists(stored)).select_related("body")


def lacking() -> tuple[list[Person], list[Person]]:
    """Of the people who hold a role today: who cannot be written to, and who works nowhere that the register knows."""
    held = Holding.objects.on(today()).filter(person=OuterRef("pk"))
    works = Exists(Employment.objects.current().filter(person=OuterRef("pk")))
    serving = Person.objects.filter(Exists(held), merged_into=None, is_recorded=False).annotate(works=works)
    people = list(serving.filter(Q(email=None) | Q(works=False)).order_by("last_name", "first_name"))
    return [one for one in people if one.email is None], [one for one in people if not one.works]


# ── how it is told ──


def _seat(seat: Seat) -> Row:
    url = reverse("network:body_roster", args=[seat.body.slug])
    add = f"{reverse('network:term_add', args=[seat.body.slug])}?paikka={seat.pk}"
    return Row(seat.label, url, meta=seat.body.name, act=_("Fill the seat"), act_url=add)


def _proposal(row: MemberProposal) -> Row:
    return Row(str(row.person), row.group.get_absolute_url(), print_date(row.proposed_on), row.group.body.name)


def _group(group: WorkingGroup) -> Row:
    body = group.body
    ended = print_date(body.valid_to) if body.valid_to else ""
    return Row(
        body.name, group.get_absolute_url(), ended, body.parent.name if body.parent else "",
        _("Renew or close"), group.get_absolute_url(),
    )  # fmt: skip


def _term(term: Term) -> Row:
    ends = print_date(term.ends_on) if term.ends_on else ""
    roster = reverse("network:body_roster", args=[term.body.slug])
    return Row(f"{term.person}, {term.get_role_display()}", roster, ends, term.body.name)


def _minutes(minutes: Minutes) -> Row:
    meeting = minutes.meeting
    return Row(
        f"{meeting.body.name} {meeting.label}", meeting.get_absolute_url(), print_date(meeting.day),
        minutes.get_state_display(),
    )  # fmt: skip


def _envelope(envelope: Envelope) -> Row:
    letter = reverse("admin:network_letter_change", args=[envelope.letter_id])
    again = reverse("network:envelope_repost", args=[envelope.pk])
    meta = f"{envelope.person}, {envelope.address}"
    return Row(envelope.letter.subject, letter, envelope.get_state_display(), meta, _("Post again"), again)


def _document(document: Document) -> Row:
    year = str(document.year or "")
    return Row(document.title, document.get_absolute_url(), year, document.body.name)


def _person(person: Person) -> Row:
    return Row(person.full_name, reverse("admin:network_person_change", args=[person.pk]))
