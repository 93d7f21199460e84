"""How the state of a working group is told: a word and the shape beside it, never colour alone."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetings.looks import Look
from network.periods import SOON, today
from workinggroups.models import State, WorkingGroup


def group_look(group: WorkingGroup) -> Look:
    """Where a group is in its life, in a word."""
    if group.state == State.RECORDED:
        return Look("g-end", _("known by name"))
    if group.state == State.PROPOSED:
        return Look("s-draft", pgettext("working group", "proposed"))
    if group.state == State.CLOSED:
        return Look("s-struck", _("not founded")) if group.body.is_proposed else Look("g-end", _("ended"))
    if group.is_overdue:
        return Look("g-limbo", _("waits for a decision"))
    return _running(group)


def _running(group: WorkingGroup) -> Look:
    day, first = today(), group.body.valid_from
    if first and first > day:
        return Look("s-draft", _("begins later"))
    left = (group.body.valid_to - day).days if group.body.valid_to else None
    if left is not None and left <= SOON.days:
        return Look("g-soon", ngettext("ends in %(n)s day", "ends in %(n)s days", left) % {"n": left})
    return Look("g-on", _("at work"))
