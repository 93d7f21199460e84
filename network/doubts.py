"""What is allowed in a term and yet unusual: said once it has been recorded, refused by nobody."""

from typing import Any

from django.utils.translation import gettext as _

from network.models import Holding, Kind, Person, Role, Term
from network.periods import today


def doubts(term: Term) -> list[str]:
    """What whoever recorded the term should look at again, in words; on its first day."""
    told = [_other_seat(term)]
    if term.role == Role.SECRETARY:
        told += [_second_secretary(term), _apart_from_chair(term)]
    return [text for text in told if text]


def _other_seat(term: Term) -> str:
    """A department's seat is for its own people."""
    seat, works = term.seat and term.seat.department, _department(term.person, term)
    if seat is None or works is None or seat == works:
        return ""
    words = {"person": term.person, "works": works, "seat": seat}
    return _("%(person)s works in %(works)s, and the seat is that of %(seat)s.") % words


def _second_secretary(term: Term) -> str:
    """A body may have two, and seldom means to."""
    other = _holding(term, Role.SECRETARY).exclude(term=term.pk).first()
    return _("The body has another secretary too: %(person)s.") % {"person": other.person} if other else ""


def _apart_from_chair(term: Term) -> str:
    """A service area's secretary comes from the same department as its chair (`seed.txt`, `domain.md` § 1.3)."""
    chair = _holding(term, Role.CHAIR).first() if term.body.kind == Kind.SERVICE_AREA else None
    ours, theirs = _department(term.person, term), _department(chair.person, term) if chair else None
    if ours is None or theirs is None or ours == theirs:
        return ""
    return _("The chair works in %(theirs)s: a service area's secretary comes from the same department.") % {
        "theirs": theirs
    }


def _holding(term: Term, role: Role) -> Any:
    return Holding.objects.on(term.starts_on or today()).filter(body=term.body, role=role).select_related("person")


def _department(person: Person, term: Term) -> Any:
    job = person.employment_on(term.starts_on or today())
    return job.department if job else None
