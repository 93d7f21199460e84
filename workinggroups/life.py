"""The steps of a working group's life, each one transaction: propose, found, extend, close, and ask for people.

Every step first moves the group along its arrow, by compare and swap: of two chairs acting at once one wins, and
the other meets WrongState (a 409 page) with nothing changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from meetings.models import Action, Item
from network.lifecycle import WrongState
from network.models import Body, Department, Employment, FormerName, Kind, Person, Term
from network.models.bodies import body_settings
from network.periods import today
from workinggroups.invitations import invite
from workinggroups.models import OPEN, Deliverable, Mandate, MemberProposal, State, WorkingGroup

DAY = timedelta(days=1)
RESERVED = {"ehdota", "tuotokset", "ehdotukset"}  # words of this app's own addresses


@dataclass(frozen=True)
class Asked:
    """Somebody whom a proposal names, and the role."""

    person: Person
    role: str
    reason: str = ""


@dataclass(frozen=True)
class Wanted:
    """A deliverable as a proposal names it."""

    title: str
    due_on: date | None = None


@dataclass(frozen=True)
class Disposal:
    """What becomes of an open action when its group closes: handed over, done or dropped."""

    action: Action
    owner: Person | None = None
    done: str = ""
    dropped: str = ""

    def carry_out(self) -> None:
        """Do it; raises WrongState when somebody has settled the action meanwhile."""
        if self.owner:
            self.action.hand_over(self.owner)
        elif self.done:
            self.action.finish(self.done)
        else:
            self.action.drop(self.dropped)


def free_slug(name: str) -> str:
    """An address for a group of this name that no body has or had."""
    wanted = slugify(name)[:80].strip("-") or "tyoryhma"
    taken = set(Body.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    taken |= set(FormerName.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)) | RESERVED
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


@transaction.atomic
def propose(
    area: Body,
    *,
    names: dict[str, str],
    task: str,
    starts_on: date,
    ends_on: date,
    by: Person | None,
    people: Iterable[Asked] = (),
    deliverables: Iterable[Wanted] = (),
    permanent: bool = False,
    decided_in: Item | None = None,
) -> WorkingGroup:
    """Propose a group under the area: body, first mandate, deliverables, people; seen by the area's managers only."""
    body = Body(kind=Kind.WORKING_GROUP, parent=area, slug=free_slug(names["name_fi"]), sort=300, is_proposed=True)
    for field, value in (body_settings(Kind.WORKING_GROUP) | names).items():
        setattr(body, field, value)
    body.valid_from, body.valid_to = starts_on, ends_on
    body.save()
    group = WorkingGroup.objects.create(body=body, state=State.PROPOSED, permanent=permanent)
    mandate = Mandate(group=group, number=1, task=task, starts_on=starts_on, ends_on=ends_on, decided_in=decided_in)
    mandate.save()
    _write_parts(group, mandate, by, people, deliverables)
    return group


def _write_parts(
    group: WorkingGroup,
    mandate: Mandate,
    by: Person | None,
    people: Iterable[Asked],
    deliverables: Iterable[Wanted],
) -> None:
    for wanted in deliverables:
        Deliverable.objects.create(mandate=mandate, title=wanted.title, due_on=wanted.due_on)
    for asked in people:
        MemberProposal.objects.create(
            group=group, person=asked.person, role=asked.role, reason=asked.reason, proposed_by=by
        )


@transaction.atomic
def revise(
    group: WorkingGroup,
    *,
    names: dict[str, str],
    task: str,
    starts_on: date,
    ends_on: date,
    by: Person,
    people: Iterable[Asked] = (),
    deliverables: Iterable[Wanted] = (),
    permanent: bool = False,
    decided_in: Item | None = None,
) -> None:
    """Write a proposal anew; raises WrongState once somebody has founded or refused it."""
    mine = WorkingGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    if mine.state != State.PROPOSED:
        raise WrongState(mine.state)
    Body.objects.filter(pk=group.pk).update(**names, valid_from=starts_on, valid_to=ends_on)
    WorkingGroup.objects.filter(pk=group.pk).update(permanent=permanent)
    mandate = mine.mandates.get(number=1)
    mandate.deliverables.all().delete()
    mine.proposals.waiting().delete()
    mandate.task, mandate.starts_on, mandate.ends_on, mandate.decided_in = task, starts_on, ends_on, decided_in
    mandate.save()
    _write_parts(mine, mandate, by, people, deliverables)


@transaction.atomic
def activate(group: WorkingGroup, *, by: Person | None, decision: str = "", language: str = "fi") -> None:
    """Found the group: its page is live, and the terms of those proposed begin with the mandate.

    Raises WrongState when somebody was faster, ValidationError when the founder would appoint themselves or the
    mandate has ended already.
    """
    group.move_to(State.ACTIVE)
    mandate = group.mandates.get(number=1)
    if mandate.ends_on < today():
        raise ValidationError(_("The mandate would have ended already. Mend its end first."))
    waiting = list(group.proposals.waiting().select_related("person"))
    if any(proposal.person == by for proposal in waiting):
        raise ValidationError(_("Nobody appoints themselves. Ask another person to do it."))
    facts = {"decision": decision, "language": language, "decided_on": today(), "decided_by": by}
    Mandate.objects.filter(pk=mandate.pk).update(**facts)
    Body.objects.filter(pk=group.pk).update(
        is_proposed=False, valid_from=mandate.starts_on, valid_to=mandate.ends_on, register_from=mandate.starts_on
    )
    for proposal in waiting:
        term = _begin(proposal, mandate.starts_on, mandate.ends_on)
        if by:
            invite(term, mandate, by)


def _begin(proposal: MemberProposal, starts_on: date, ends_on: date | None) -> Term:
    term = Term(
        person=proposal.person, body_id=proposal.group_id, role=proposal.role, starts_on=starts_on, ends_on=ends_on
    )
    term.full_clean()
    term.save()
    decided = MemberProposal.objects.waiting().filter(pk=proposal.pk)
    if not decided.update(decided_on=today(), term=term):
        raise WrongState("decided")
    return term


@transaction.atomic
def extend(
    group: WorkingGroup,
    *,
    task: str,
    starts_on: date,
    ends_on: date,
    by: Person | None,
    going_on: Iterable[Term] = (),
    deliverables: Iterable[Wanted] = (),
    decided_in: Item | None = None,
    decision: str = "",
    language: str = "fi",
) -> Mandate:
    """Add a mandate to an open group, with new terms for those who go on.

    Raises WrongState when the group is no longer open, ValidationError when the new mandate begins before the last
    one ends or has itself ended.
    """
    group.move_to(State.EXTENDED)
    last = group.mandates.order_by("-number").first()
    if last and starts_on <= last.ends_on:
        raise ValidationError({"starts_on": _("The new mandate begins after the last one ends.")})
    if ends_on < today():
        raise ValidationError({"ends_on": _("The mandate would have ended already.")})
    mandate = Mandate(
        group=group, number=(last.number if last else 0) + 1, task=task, starts_on=starts_on, ends_on=ends_on,
        decided_in=decided_in, decision=decision, language=language, decided_on=today(), decided_by=by,
    )  # fmt: skip
    mandate.clean()
    mandate.save()
    Body.objects.filter(pk=group.pk).update(valid_to=ends_on)
    _write_parts(group, mandate, by, (), deliverables)
    for term in going_on:
        if term.person == by:
            raise ValidationError(_("Nobody appoints themselves. Ask another person to do it."))
        Term.objects.create(person=term.person, body=term.body, role=term.role, starts_on=starts_on, ends_on=ends_on)
    for kept in ("versions", "ends_on"):
        group.__dict__.pop(kept, None)
    return mandate


@transaction.atomic
def close(
    group: WorkingGroup,
    *,
    outcome: str,
    by: Person | None = None,
    final_report: Document | None = None,
    without_report: bool = False,
    closed_in: Item | None = None,
    disposals: Iterable[Disposal] = (),
) -> None:
    """Close the group with its result and reason: every open action is settled, and open terms end today.

    Raises WrongState when it is closed already, ValidationError when something is missing. A refused proposal is
    closed with a reason alone, and stays hidden.
    """
    if not outcome.strip():
        raise ValidationError({"outcome": _("Write the result and the reason.")})
    was_open, day = group.state in OPEN, today()
    if was_open and final_report is None and not without_report:
        raise ValidationError({"final_report": _("Choose the final report, or say that there is none.")})
    group.move_to(State.CLOSED, outcome=outcome.strip(), closed_on=day, final_report=final_report, closed_in=closed_in)
    settled = list(disposals)
    for disposal in settled:
        disposal.carry_out()
    # One handed over stays open, in other hands.
    if group.open_actions.exclude(pk__in=[disposal.action.pk for disposal in settled]).exists():
        raise ValidationError(_("An action is still open: hand it over, or say that it is done or dropped."))
    group.proposals.waiting().update(decided_on=day)
    if was_open:
        _end(group, day)


def _end(group: WorkingGroup, day: date) -> None:
    body = Body.objects.select_for_update(no_key=True).get(pk=group.pk)
    body.valid_to = min(body.valid_to or day, day)
    body.valid_from = min(body.valid_from or day, body.valid_to)
    body.save(update_fields=["valid_from", "valid_to"])
    for term in body.terms.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day)).order_by("pk"):
        if term.starts_on > day:
            # What points at it would hold it: the proposal it came from, and its alternates, begun or not.
            MemberProposal.objects.filter(term=term).update(term=None)
            Term.objects.filter(alternate_for=term).update(alternate_for=None)
            term.delete()  # it never began; the history keeps it
        else:
            term.end(day)


@transaction.atomic
def propose_person(group: WorkingGroup, asked: Asked, by: Person) -> MemberProposal:
    """Propose somebody for an open group; the term begins when the area's chair confirms it."""
    mine = WorkingGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    if mine.state not in OPEN:
        raise WrongState(mine.state)
    serves = Term.objects.filter(body=group.pk, person=asked.person).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today())
    )
    if serves.exists():
        raise ValidationError(_("The person already has a role in this group."))
    proposal = MemberProposal(group=group, person=asked.person, role=asked.role, reason=asked.reason, proposed_by=by)
    proposal.validate_constraints()
    proposal.save()
    return proposal


@transaction.atomic
def confirm(proposal: MemberProposal, by: Person) -> Term:
    """Confirm a proposal: the term begins today, or with the mandate, and ends with it."""
    group = WorkingGroup.objects.select_for_update(no_key=True).get(pk=proposal.group_id)
    mandate = group.mandate
    if group.state not in OPEN or mandate is None or group.is_overdue:
        raise WrongState(group.state)
    if proposal.person == by:
        raise ValidationError(_("Nobody appoints themselves. Ask another person to do it."))
    first = group.mandates.order_by("number").values_list("starts_on", flat=True)[0]
    term = _begin(proposal, max(today(), first), mandate.ends_on)
    invite(term, mandate, by)
    return term


def refuse(proposal: MemberProposal) -> None:
    """Refuse a proposal; raises WrongState when it has been decided."""
    if not MemberProposal.objects.waiting().filter(pk=proposal.pk).update(decided_on=today()):
        raise WrongState("decided")


@transaction.atomic
def expert(
    *, first_name: str, last_name: str, email: str, department: Department | None = None, organisation: str = ""
) -> Person:
    """The person whom these words mean, found in the register or made without a login.

    Raises ValidationError when the e-mail address belongs to somebody of another name.
    """
    address = email.strip().lower()
    if address and (found := Person.objects.filter(email=address).first()):
        if found.last_name.casefold() != last_name.strip().casefold():
            raise ValidationError({"email": _("The address belongs to somebody of another name. Check it.")})
        return found
    named = Person.objects.filter(
        first_name__iexact=first_name.strip(), last_name__iexact=last_name.strip(), is_recorded=False
    )
    works = Employment.objects.current().filter(person__in=named)
    job = works.filter(department=department, organisation__iexact=organisation.strip()).first()
    if job and not (address and job.person.email):
        return job.person
    person = Person(first_name=first_name.strip(), last_name=last_name.strip(), email=address or None)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    Employment.objects.create(person=person, department=department, organisation=organisation.strip(), starts_on=None)
    return person
