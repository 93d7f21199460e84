"""The register of decisions of all bodies, as far as the reader may see them."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from meetings.models import Item, Meeting
from meetings.views.meetings import bodies_of, years_of
from network.paging import Pages

PAGE_SIZE = 50
EXCERPT = 240  # characters of a decision in the list
IN_FORCE, WAITING = "voimassa", "odottaa"


class DecisionFilter(forms.Form):
    """What the register is narrowed to; an unknown value narrows nothing, too many words find nothing and say so."""

    q = forms.CharField(
        label=_("Words"), max_length=200, required=False, widget=forms.TextInput({"type": "search", "class": "w-l"}),
        error_messages={"max_length": _("Write at most 200 characters to search with.")},
    )  # fmt: skip
    toimielin = forms.ChoiceField(label=_("Body"), required=False)
    vuosi = forms.ChoiceField(label=_("Year"), required=False)
    tila = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), (IN_FORCE, _("in force")), (WAITING, _("awaits inspection"))],
    )

    def __init__(self, data: Any, reader: Any) -> None:
        super().__init__(data)
        # Asked of the meetings, for they are a twentieth of the items.
        held = Meeting.objects.visible_to(reader).filter(minutes__isnull=False, year__isnull=False)
        self._offer("toimielin", [(body.slug, body.name) for body in bodies_of(held, reader, self["toimielin"].data)])
        self._offer("vuosi", [(str(year), str(year)) for year in years_of(held)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("all")), *choices]

    def narrow(self, decisions: Any) -> Any:
        """The decisions that are asked for."""
        self.is_valid()  # what is not valid is not in the cleaned data, and narrows nothing
        asked = self.cleaned_data
        if "q" in self.errors:
            return decisions.none()
        if slug := asked.get("toimielin"):
            decisions = decisions.filter(meeting__body__slug=slug)
        if year := asked.get("vuosi"):
            decisions = decisions.filter(meeting__year=int(year))
        if state := asked.get("tila"):
            decisions = decisions.filter(is_in_force=state == IN_FORCE)
        for word in (asked.get("q") or "").split():
            decisions = decisions.filter(Q(title__icontains=word) | Q(decision__icontains=word))
        return decisions

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return "q" in self.errors or any(self.cleaned_data.values())


@login_not_required
def decision_list(request: HttpRequest) -> HttpResponse:
    """The decisions, latest first, each with whether it is in force and its permanent address."""
    decisions = Item.objects.visible_to(request.user).registered()
    form = DecisionFilter(request.GET, request.user)
    found = form.narrow(decisions).annotate(excerpt=Left("decision", EXCERPT))
    rows = found.select_related("meeting__body").defer("grounds", "proposal", "discussion", "decision")
    context = {
        "section": "meetings",
        "filter": form,
        "page_obj": Pages(rows, PAGE_SIZE).get_page(request.GET.get("sivu")),
    }
    return render(request, "meetings/decision_list.html", context)
