"""The words of a decision about a group, as they will be recorded: shown before they are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from network.models import CHAIRS, Body, Person, Role
from network.periods import print_period
from network.text import fingerprint
from workinggroups.life import Asked
from workinggroups.models import MemberProposal, WorkingGroup


def spoken() -> str:
    """The language of a decision written on this page: Swedish on the Swedish pages, else Finnish."""
    return "sv" if translation.get_language() == "sv" else "fi"


def capacity(by: Person, area: Body) -> str:
    """As what the person decides about the area's groups; before the decision also as what they propose one."""
    held = by.access.reason(area)
    if held is None or (by.access.is_secretariat and (held.body_id != area.pk or held.role not in CHAIRS)):
        return str(_("the office"))
    role = str(Role(held.role).label)
    return role if held.body_id == area.pk else f"{role}, {held.body.name}"


@dataclass(frozen=True)
class Founding:
    """A founding as it would be recorded now: the decision, the task, and whose terms begin."""

    decision: str
    task: str
    people: tuple[MemberProposal, ...]

    @property
    def seen(self) -> str:
        """The fingerprint of all this, by which whoever founds proves what they saw."""
        told = [self.decision, self.task, *(f"{row.person_id} {row.role}" for row in self.people)]
        return fingerprint(told)


def to_found(group: WorkingGroup, by: Person) -> Founding:
    """What the proposed group's founding would record now."""
    mandate: Any = group.mandate
    waiting = tuple(group.proposals.waiting().select_related("person"))
    text = founding(
        group.body.parent, by, name=group.body.name, starts=mandate.starts_on, ends=mandate.ends_on,  # type: ignore[arg-type]
        people=[Asked(row.person, row.role) for row in waiting],
    )  # fmt: skip
    return Founding(text, mandate.task, waiting)


def founding(
    area: Body, by: Person, *, name: str, starts: Any, ends: Any, people: Iterable[Asked], draft: bool = False
) -> str:
    """The decision that founds a group; in a draft what is still missing is marked."""
    fill = format_html if draft else _fill
    named = {asked.role: asked.person.full_name for asked in people}
    with translation.override(spoken()):
        period = print_period(starts, ends) if starts and ends else _missing(_("the period is missing"))
        head = _("{area}: the fixed-term working group “{name}” is founded for {period}. Decided by {by}, {role}.")
        text = fill(
            head, area=area.name, name=name or _missing(_("the name is missing")), period=period,
            by=by.full_name, role=capacity(by, area),
        )  # fmt: skip
        if draft or Role.CHAIR in named:
            text += fill(" " + _("Chair: {name}."), name=named.get(Role.CHAIR) or _missing(_("missing")))
        if Role.SECRETARY in named:
            text += fill(" " + _("Secretary: {name}."), name=named[Role.SECRETARY])
        return text


def _fill(head: str, **words: str) -> str:
    return head.format(**words)


def _missing(words: str) -> SafeString:
    return format_html("<mark>{}</mark>", words)


def extended(group: Body, by: Person, *, starts: Any, ends: Any) -> str:
    """The decision that goes on with a group."""
    area: Any = group.parent
    with translation.override(spoken()):
        head = _("{area}: the working group “{name}” goes on for {period}. Decided by {by}, {role}.")
        return head.format(
            area=area.name, name=group.name, period=print_period(starts, ends), by=by.full_name,
            role=capacity(by, area),
        )  # fmt: skip
