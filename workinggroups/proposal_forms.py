"""Forms of a group at work: an expert proposed for it, and its deliverables."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from network.forms import DayField, PartForm
from network.models import Person
from workinggroups import life
from workinggroups.forms import ExpertRow
from workinggroups.models import Deliverable, MemberProposal, WorkingGroup


class ExpertForm(ExpertRow):
    """Proposes an outside expert for a group at work."""

    reason = forms.CharField(label=_("Why this expert"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name", "organisation"):  # in a row they may be empty
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("This is needed of an expert.")

    def propose(self, group: WorkingGroup, by: Person) -> MemberProposal:
        """Write the proposal."""
        asked = self.asked(self.cleaned_data.get("reason", ""))
        if asked is None:
            raise ValidationError(_("This is needed of an expert."))
        return life.propose_person(group, asked, by)


class DeliverableForm(PartForm):
    """A deliverable: what, by when, and its document."""

    class Meta:
        model = Deliverable
        fields = ["title", "due_on", "document"]
        field_classes = {"due_on": DayField}

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["document"]
        seen, chosen = Document.objects.visible_to(by), self.instance.document_id
        own = seen.filter(body=self.instance.mandate.group_id)
        # The chosen one is offered always, else the form would take it away unasked.
        field.queryset = Document.objects.filter(Q(pk__in=own.values("pk")) | Q(pk=chosen))
        field.empty_label = _("no document")
        if chosen and not seen.filter(pk=chosen).exists():
            field.label_from_instance = lambda row: _("as it is") if row.pk == chosen else row.title

    @transaction.atomic
    def save(self, commit: bool = True) -> Deliverable:
        """Save; what was approved meanwhile stays as the area's chair saw it."""
        if Deliverable.objects.select_for_update(no_key=True).get(pk=self.instance.pk).accepted_on:
            raise ValidationError(_("The deliverable has been approved meanwhile, and stays as it is."))
        return super().save(commit)
