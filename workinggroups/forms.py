"""Forms of the working groups: a proposal with its people and deliverables, and the steps of a group's life."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from meetings.models import Item
from network.forms import DayField, PartForm, PersonField
from network.lifecycle import WrongState
from network.models import Body, Person, Role, Term
from network.periods import today
from serviceareas.forms import offer_decisions
from workinggroups import life, wording
from workinggroups.life import Asked, Disposal, Wanted
from workinggroups.models import Mandate, MemberProposal, State, WorkingGroup

OWN = (Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY, Role.MEMBER)
ROWS = 40  # of one kind in a proposal
USUAL = (Role.CHAIR, Role.SECRETARY)  # of the first empty rows


class GroupForm(forms.Form):
    """What a group is to do, and for how long."""

    name_fi = forms.CharField(label=_("Name of the group"), max_length=160, widget=forms.TextInput({"class": "w-l"}))
    name_sv = forms.CharField(
        label=_("Name in Swedish"), max_length=160, required=False, widget=forms.TextInput({"class": "w-l"})
    )
    task = forms.CharField(
        label=_("Mandate"),
        help_text=_("What the group is to solve, and what it leaves alone."),
        max_length=20_000,
        widget=forms.Textarea({"rows": 6}),
    )
    starts_on = DayField(label=_("Begins"))
    ends_on = DayField(label=_("Ends"))
    permanent = forms.BooleanField(label=_("Permanent, confirmed year by year"), required=False)
    decided_in = forms.ModelChoiceField(Item.objects.none(), label=_("Decision behind it"), required=False)
    tee = forms.CharField(required=False, max_length=10)
    rows: list[tuple[str, forms.Form]]  # the people and deliverables that stand below it on the page

    def __init__(self, *args: Any, area: Body, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_decisions(self.fields["decided_in"], area, by, self.initial.get("decided_in"))

    def clean(self) -> dict[str, Any]:
        """A mandate ends after it starts."""
        cleaned = super().clean() or {}
        check_mandate(self, cleaned)
        return cleaned

    @property
    def names(self) -> dict[str, str]:
        """The names, as the body's columns."""
        return {name: self.cleaned_data[name] for name in ("name_fi", "name_sv")}


def check_mandate(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """Say it on the field when a mandate does not end after it starts."""
    starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
    if starts and ends and ends <= starts:
        form.add_error("ends_on", _("The mandate ends after it starts."))


class MemberRow(forms.Form):
    """One of the network's own people, and the role."""

    person = PersonField(label=_("Name"), required=False, help_text="")
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[(role.value, role.label) for role in OWN])

    def __init__(self, *args: Any, by: Person, there: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.reader, person.there = by, there

    def asked(self) -> Asked | None:
        """Whom the row names; None for an empty row."""
        person = self.cleaned_data.get("person")
        return Asked(person, self.cleaned_data.get("role") or Role.MEMBER) if person else None


class ExpertRow(forms.Form):
    """Somebody from outside: found in the register, or made without a login."""

    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    organisation = forms.CharField(label=_("Employer"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def clean(self) -> dict[str, Any]:
        """A name needs both its parts and an employer, for the group is told who invited whom."""
        cleaned = super().clean() or {}
        if any(cleaned.get(name) for name in self.fields):
            for name in ("first_name", "last_name", "organisation"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("This is needed of an expert."))
        return cleaned

    def asked(self, reason: str = "") -> Asked | None:
        """Whom the row names; None for an empty row."""
        words = {name: self.cleaned_data.get(name, "") for name in self.fields if name != "reason"}
        if not words["last_name"]:
            return None
        return Asked(life.expert(**words), Role.EXPERT, reason)


class DeliverableRow(forms.Form):
    """What the group is to bring, by when."""

    title = forms.CharField(label=_("Deliverable"), max_length=200, required=False)
    due_on = DayField(label=_("Ready by"), required=False)

    def clean(self) -> dict[str, Any]:
        """A day without a title is nothing."""
        cleaned = super().clean() or {}
        if cleaned.get("due_on") and not cleaned.get("title"):
            self.add_error("title", _("Write what is to be ready by then."))
        return cleaned

    def wanted(self) -> Wanted | None:
        """What the row asks for; None for an empty row."""
        title = self.cleaned_data.get("title")
        return Wanted(title, self.cleaned_data.get("due_on")) if title else None


def _rows(form: type[forms.Form], extra: int) -> type[BaseFormSet]:
    return formset_factory(form, extra=extra, max_num=ROWS, absolute_max=ROWS, validate_max=True)


class Proposal:
    """A proposal's forms together: the group, its people, its outside experts, its deliverables."""

    def __init__(self, posted: Any, *, area: Body, by: Person, group: WorkingGroup | None = None) -> None:
        self.area, self.by, self.group = area, by, group
        first = _initial(group)
        self.form = GroupForm(posted, area=area, by=by, initial=first["form"])
        seen = {"by": by, "there": [row["person"].pk for row in first["members"]]}
        self.members = _rows(MemberRow, 4)(posted, prefix="jasen", initial=first["members"], form_kwargs=seen)
        self.experts = _rows(ExpertRow, 2)(posted, prefix="asiantuntija", initial=first["experts"])
        self.deliverables = _rows(DeliverableRow, 3)(posted, prefix="tuotos", initial=first["deliverables"])
        for number, row in enumerate(self.members.extra_forms):
            row.initial["role"] = USUAL[number] if not first["members"] and number < len(USUAL) else Role.MEMBER
        self.form.rows = [(f"{name} {number}", row) for name, rows in self.kinds for number, row in enumerate(rows, 1)]

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """What a row of each kind is called."""
        return [
            (str(_("Member")), self.members),
            (str(_("Expert")), self.experts),
            (str(_("Deliverable")), self.deliverables),
        ]

    @property
    def parts(self) -> list[Any]:
        """The form and the rows."""
        return [self.form, self.members, self.experts, self.deliverables]

    def is_valid(self) -> bool:
        """Whether all of them are, and no one and no chair is named twice."""
        whole = [part.is_valid() for part in self.parts]  # each of them, so that every error is told at once
        for text in [text for rows in self.parts[1:] for text in rows.non_form_errors()]:
            self.form.add_error(None, text)
        if not all(whole):
            return False
        asked = self.named
        people = [row.person for row in asked]
        chairs = [row for row in asked if row.role == Role.CHAIR]
        if len(people) > len(set(people)):
            self.form.add_error(None, _("The same person is named twice."))
        if len(chairs) > 1:
            self.form.add_error(None, _("Two chairs are proposed for the group."))
        ends = self.form.cleaned_data["ends_on"]
        for row in self.deliverables:
            due = row.cleaned_data.get("due_on")
            if due and due > ends:
                row.add_error("due_on", _("The day is after the end of the mandate."))
        return not self.form.errors and not any(row.errors for row in self.deliverables)

    @property
    def named(self) -> list[Asked]:
        """The network's own people as far as they are named; nobody is written for it."""
        rows = [row for row in self.members if row.is_bound and hasattr(row, "cleaned_data")]
        return [asked for row in rows if (asked := row.asked())]

    def save(self) -> WorkingGroup:
        """Write the proposal, new or anew."""
        facts: dict[str, Any] = {name: self.form.cleaned_data[name] for name in (
            "task", "starts_on", "ends_on", "permanent", "decided_in")}  # fmt: skip
        people = [asked for rows in (self.members, self.experts) for row in rows if (asked := row.asked())]
        wanted = [wanted for row in self.deliverables if (wanted := row.wanted())]
        parts: dict[str, Any] = {"names": self.form.names, "by": self.by, "people": people, "deliverables": wanted}
        if self.group is None:
            return life.propose(self.area, **parts, **facts)
        life.revise(self.group, **parts, **facts)
        return self.group


def _initial(group: WorkingGroup | None) -> dict[str, Any]:
    """What stands in a proposal already."""
    mandate = group.mandate if group else None
    if group is None or mandate is None:
        return {"form": {"starts_on": today()}, "members": [], "experts": [], "deliverables": []}
    waiting = list(group.proposals.waiting().select_related("person"))
    form = {name: getattr(mandate, name) for name in ("task", "starts_on", "ends_on")}
    names = {name: getattr(group.body, name) for name in ("name_fi", "name_sv")}
    return {
        "form": form | names | {"permanent": group.permanent, "decided_in": mandate.decided_in_id},
        "members": [{"person": row.person, "role": row.role} for row in waiting if row.role != Role.EXPERT],
        "experts": [_expert(row) for row in waiting if row.role == Role.EXPERT],
        "deliverables": [{"title": row.title, "due_on": row.due_on} for row in mandate.deliverables.all()],
    }


def _expert(row: MemberProposal) -> dict[str, str]:
    job, person = row.person.employment_on(today()), row.person
    employer = str(job.employer) if job else ""
    words = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email or ""}
    return words | {"organisation": employer}


class ActivateForm(forms.Form):
    """Founds a proposed group as it was shown; the decision of a meeting may stand behind it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    decided_in = forms.ModelChoiceField(Item.objects.none(), label=_("Decision behind it"), required=False)

    def __init__(self, *args: Any, group: WorkingGroup, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group, self.by = group, by
        self.initial["decided_in"] = chosen = group.mandate.decided_in_id if group.mandate else None
        offer_decisions(self.fields["decided_in"], group.body.parent, by, chosen)

    @transaction.atomic
    def found(self) -> None:
        """Found the group; refused when the proposal is no longer the one that was shown: then it is shown anew."""
        group = WorkingGroup.objects.select_for_update(no_key=True).get(pk=self.group.pk)
        if State.ACTIVE not in group.next_states:
            raise WrongState(group.state)
        now = wording.to_found(group, self.by)
        if now.seen != self.cleaned_data["seen"]:
            raise ValidationError(
                _("The proposal has changed since you looked. Look once more and found the group then."),
                code="changed",
            )
        life.activate(group, by=self.by, decision=now.decision, language=wording.spoken())
        Mandate.objects.filter(group=group, number=1).update(decided_in=self.cleaned_data["decided_in"])


class MandateForm(PartForm):
    """A new mandate: the task as it goes on, its period, who goes on, the decision behind it."""

    going_on = forms.ModelMultipleChoiceField(
        Term.objects.none(), label=_("Who goes on"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them gets a new term to the end of the new mandate."),
    )  # fmt: skip

    class Meta:
        model = Mandate
        fields = ["task", "starts_on", "ends_on", "decided_in"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        widgets = {"task": forms.Textarea({"rows": 6})}

    def __init__(self, *args: Any, group: WorkingGroup, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group, self.by, last = group, by, group.mandate
        if last:
            self.initial.update(task=last.task, starts_on=last.ends_on + life.DAY)
        offer_decisions(self.fields["decided_in"], group.body.parent, by)
        field: Any = self.fields["going_on"]
        terms = group.body.terms.filter(ends_on__gte=last.ends_on if last else today()).exclude(person=by)
        field.queryset = terms.select_related("person", "body")
        field.label_from_instance = lambda term: f"{term.person}, {term.get_role_display()}"
        self.initial["going_on"] = [term.pk for term in field.queryset]

    def extend(self, **facts: Any) -> Mandate:
        """Extend the group."""
        return life.extend(self.group, by=self.by, **self.cleaned_data, **facts)


class CloseForm(forms.Form):
    """Closes a group: result and reason, the final report, and what becomes of each open action."""

    outcome = forms.CharField(
        label=_("Result and reason"), max_length=4_000, widget=forms.Textarea({"rows": 5}),
        help_text=_("What the group achieved, and why it ends now. Everybody reads it."),
    )  # fmt: skip
    final_report = forms.ModelChoiceField(
        Document.objects.none(), label=_("Final report"), required=False, empty_label=_("no report")
    )
    without_report = forms.BooleanField(label=_("There is no final report; the reason is above"), required=False)
    closed_in = forms.ModelChoiceField(Item.objects.none(), label=_("Decision behind it"), required=False)

    def __init__(self, *args: Any, group: WorkingGroup, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        documents = Document.objects.visible_to(by).filter(body__in=[group.body, group.body.parent])
        self.fields["final_report"].queryset = documents  # type: ignore[attr-defined]
        offer_decisions(self.fields["closed_in"], group.body.parent, by)
        if not group.is_open:
            for name in ("final_report", "without_report", "closed_in"):
                del self.fields[name]
        posted = args[0] if args else None
        actions = group.open_actions.select_related("owner", "item__meeting__body")
        self.disposals = [
            DisposalForm(posted, action=action, by=by, prefix=f"toimenpide-{action.pk}") for action in actions
        ]

    @property
    def rows(self) -> list[tuple[str, forms.Form]]:
        """The forms of the actions under their names, so that an error says whose it is."""
        return [(row.action.task, row) for row in self.disposals]

    def is_valid(self) -> bool:
        """Whether the form is, and every open action has been settled."""
        return all([super().is_valid(), *(form.is_valid() for form in self.disposals)])

    def close(self) -> None:
        """Close the group."""
        life.close(self.group, **self.cleaned_data, disposals=[form.disposal for form in self.disposals])


class DisposalForm(forms.Form):
    """What becomes of an open action."""

    fate = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[("", _("choose")), ("owner", _("handed over")), ("done", _("done")), ("dropped", _("dropped"))],
    )
    owner = PersonField(label=_("To whom"), required=False, help_text="")
    words = forms.CharField(label=_("What was done, or why it is dropped"), max_length=300, required=False)

    def __init__(self, *args: Any, action: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.fields["owner"].reader = by  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Handing over needs somebody, the others need words."""
        cleaned = super().clean() or {}
        fate = cleaned.get("fate")
        if fate == "owner" and not cleaned.get("owner") and "owner" not in self.errors:
            self.add_error("owner", _("Name who goes on with it."))
        if fate in ("done", "dropped") and not cleaned.get("words"):
            self.add_error("words", _("Write what was done, or why it is dropped."))
        return cleaned

    @property
    def disposal(self) -> Disposal:
        """The same for the group's closing."""
        fate, words = self.cleaned_data["fate"], self.cleaned_data["words"]
        if fate == "owner":
            return Disposal(self.action, owner=self.cleaned_data["owner"])
        return Disposal(self.action, done=words) if fate == "done" else Disposal(self.action, dropped=words)
