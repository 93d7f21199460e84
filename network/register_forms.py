"""Forms of the secretariat's desk: correcting a term, merging two people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.forms import AnyPersonField, DayField, PartForm
from network.models import Person, Seat, Term


class TermCorrectForm(PartForm):
    """A wrongly entered term as it should have been, and what was wrong."""

    person = AnyPersonField()
    reason = forms.CharField(
        label=_("What was wrong"), max_length=300, widget=forms.TextInput({"class": "w-l"}),
        help_text=_("The history keeps it with what stood before."),
    )  # fmt: skip

    class Meta:
        model = Term
        fields = ["person", "role", "seat", "starts_on", "ends_on"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["seat"]
        field.queryset = Seat.objects.filter(body=self.instance.body_id).select_related("department")
        if not field.queryset.exists():
            del self.fields["seat"]

    def clean_person(self) -> Person:
        """Somebody there is."""
        return self.cleaned_data["person"]

    def correct(self) -> None:
        """Correct the term."""
        facts = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        known = {f"{side}_known": "day" for side in ("starts", "ends") if f"{side}_on" in self.changed_data}
        self.instance.correct(self.cleaned_data["reason"], **facts, **known)


class MergeForm(forms.Form):
    """Two rows for one person: the one that goes and the one that stays."""

    duplicate = AnyPersonField(label=_("Who is there twice"))
    into = AnyPersonField(label=_("Who stays"))
    sure = forms.CharField(required=False, widget=forms.HiddenInput)  # the two who were shown

    def clean(self) -> dict[str, Any]:
        """Two different people, and the secretariat's own row stays."""
        cleaned = super().clean() or {}
        if cleaned.get("duplicate") and cleaned.get("duplicate") == cleaned.get("into"):
            self.add_error("into", _("Choose two different people."))
        return cleaned

    @property
    def pair(self) -> str:
        """The two who are named, as the page that showed them sends them back."""
        return f"{self.cleaned_data['duplicate'].pk}-{self.cleaned_data['into'].pk}"
