"""Forms of the service areas: what an area is, its key projects, and the decision behind something."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models import Item
from network.forms import PartForm, PersonField
from network.models import Body
from network.periods import today
from serviceareas.models import FIRST_YEAR, LAST_YEAR, FlagshipProject

OFFERED = 100  # decisions in a list, the latest first


def offer_decisions(field: Any, body: Body | None, reader: Any, chosen: int | None = None) -> None:
    """Offer the decisions of the body that the reader sees, the latest first, and the one chosen already.

    It may be left open. Without the chosen one a form would take it away unasked; where the reader does not see it,
    its title is not told.
    """
    seen = Item.objects.visible_to(reader).select_related("meeting__body")
    seen = seen.defer("grounds", "proposal", "discussion", "decision")
    decisions = seen.registered().filter(meeting__body=body)
    rows: list[tuple[int, Any]] = [(item.pk, _told(item)) for item in decisions[:OFFERED]]
    if chosen and chosen not in dict(rows):
        item = seen.filter(pk=chosen).first()
        rows.append((chosen, _told(item) if item else str(_("as it is"))))
    field.queryset = Item.objects.filter(Q(pk__in=decisions.values("pk")) | Q(pk=chosen))
    field.choices = [("", _("no decision named")), *rows]
    field.required = False


def _told(item: Item) -> str:
    return f"{item.meeting.label} {item}"[:120]


class DescriptionForm(PartForm):
    """What a body is and does, in three languages."""

    class Meta:
        model = Body
        fields = ["description_fi", "description_sv", "description_en"]
        widgets = {name: forms.Textarea({"rows": 8}) for name in fields}


class FlagshipProjectForm(PartForm):
    """A key project of an area; the area is fixed by the page."""

    owner = PersonField(label=_("Responsible person"), required=False)

    class Meta:
        model = FlagshipProject
        fields = ["year", "title", "goal", "owner", "result", "decided_in"]
        widgets = {"goal": forms.Textarea({"rows": 4}), "result": forms.Textarea({"rows": 4})}
        help_texts = {"result": _("Written when the year is over, or as soon as there is one.")}

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = today().year
        self.fields["year"].widget.attrs |= {"min": FIRST_YEAR, "max": LAST_YEAR}
        owner: Any = self.fields["owner"]
        owner.reader, owner.there = by, {self.instance.owner_id} - {None}
        offer_decisions(self.fields["decided_in"], self.instance.body, by, self.instance.decided_in_id)

    def _get_validation_exclusions(self) -> set[str]:
        """Ask the constraint that holds the area too, although the area is no field of the form."""
        return super()._get_validation_exclusions() - {"body"}  # type: ignore[misc]
