"""Forms of the minutes: one item's text, what a decision asks of whom, inspection and signing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meetings.fields import ClockField, TextField, end_of
from meetings.models import Action, Item, Meeting, Minutes, Outcome, Review
from meetings.standing import SENTENCES, sentence
from network.forms import DayField, PartForm, save_or_refuse
from network.lifecycle import WrongState
from network.models import Inspection, Person
from network.periods import today

TIME_TO_INSPECT = timedelta(days=8)  # Helsinki's board gives eight days (`domain.md` § 2.7)
WRITTEN = ("discussion", "decision", "outcome")
BY_OUTCOME = "ratkaisu"
BIGGEST = 2**31 - 1
EVERYBODY = 500  # more than any meeting has present


def do_or_refuse(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Do it; a refusal, also by somebody who was faster, becomes an error of the form, and what was typed stays."""
    try:
        return save_or_refuse(form, act)
    except WrongState:
        form.add_error(None, _("Somebody was faster: the minutes are no longer in the state that you saw."))
        return False


def lines(text: str) -> str:
    """The text with one kind of line ends, for browsers send two characters where they keep one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class ItemTextForm(forms.ModelForm):
    """What became of an item: handling, outcome, decision; written over the revision that the writer saw."""

    revision = forms.IntegerField(min_value=1, max_value=BIGGEST, widget=forms.HiddenInput)
    lause = forms.ChoiceField(choices=[(BY_OUTCOME, ""), *Outcome.choices], required=False, widget=forms.HiddenInput)
    siirry = forms.IntegerField(min_value=1, max_value=BIGGEST, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Item
        fields = WRITTEN
        field_classes = {"discussion": TextField, "decision": TextField}
        widgets = {
            "discussion": forms.Textarea({"rows": 5, "class": "w-l"}),
            "decision": forms.Textarea({"rows": 4, "class": "w-l form-control--record"}),
            "outcome": forms.RadioSelect,
        }
        labels = {"discussion": _("Handling"), "decision": _("Decision"), "outcome": _("Outcome")}
        help_texts = {
            "discussion": _("Write only what bears on the decision: proposals, who seconded them, experts heard."),
            "decision": _("The outcome proposes the usual sentence. Change it freely."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = {name: getattr(self.instance, name) for name in WRITTEN}
        self.own_words = False  # asked for the usual sentence, and the decision had words of its own
        self.initial["revision"] = self.instance.revision
        outcomes: Any = self.fields["outcome"]
        outcomes.choices = [("", _("Not decided yet")), *((code, capfirst(name)) for code, name in Outcome.choices)]
        for name in ("discussion", "decision"):
            self.fields[name].strip = False  # type: ignore[attr-defined]  # it saves itself between two words

    def clean_discussion(self) -> str:
        """The handling, with plain line ends."""
        return lines(self.cleaned_data["discussion"])

    def clean_decision(self) -> str:
        """The decision, with plain line ends."""
        return lines(self.cleaned_data["decision"])

    def clean(self) -> dict[str, Any]:
        """Put in the sentence that was asked for."""
        wanted = self.cleaned_data.get("lause")
        if wanted and "decision" in self.cleaned_data and "outcome" in self.cleaned_data:
            self._propose(wanted)
        return self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        """Ask no constraint of the row, which would cost the autosave a query each: the fields' checks say the same."""
        return {field.name for field in Item._meta.concrete_fields}

    def _propose(self, wanted: str) -> None:
        meeting, decision = self.instance.meeting, self.cleaned_data["decision"].strip()
        outcome = self.cleaned_data["outcome"] if wanted == BY_OUTCOME else wanted
        if not outcome:
            self.add_error("outcome", _("Choose the outcome first: the sentence follows from it."))
            return
        usual = sentence(outcome, meeting.language)
        if wanted != BY_OUTCOME:
            self.cleaned_data["decision"] = f"{decision}\n{usual}".strip()
        elif not decision or decision in sentences(meeting).values():
            self.cleaned_data["decision"] = usual
        else:
            self.own_words = decision != usual

    @property
    def texts(self) -> dict[str, str]:
        """What the writer has written, as far as it could be read."""
        read = getattr(self, "cleaned_data", {})
        typed = {name: read.get(name, self.data.get(name, "")) for name in WRITTEN}
        return {name: lines(str(text)) for name, text in typed.items()}

    def write(self, by: Person) -> bool:
        """Write over the revision seen; False when somebody has written something else since.

        The same text once more (a double submit, a lost answer) is no conflict, whatever its revision.
        """
        texts = {name: self.cleaned_data[name] for name in WRITTEN}
        if texts == self.before:
            return True
        return self.instance.save_text(seen=self.cleaned_data["revision"], by=by, **texts)


def body_name(meeting: Meeting) -> str:
    """The body's name in the language of the record."""
    return getattr(meeting.body, f"name_{meeting.language}") or meeting.body.name_fi


def sentences(meeting: Meeting) -> dict[str, str]:
    """The usual sentence of each outcome, as this meeting's record would say it."""
    return {code: sentence(code, meeting.language) for code in SENTENCES[meeting.language]}


class ActionForm(PartForm):
    """A task that a decision gives to somebody."""

    due_on = DayField(label=_("Deadline"), required=False)

    class Meta:
        model = Action
        fields = ["task", "owner", "due_on"]
        labels = {"task": _("What is done"), "owner": _("Responsible person")}

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        owners: Any = self.fields["owner"]
        owners.queryset = people_near(item.meeting)
        owners.empty_label = _("choose")
        self.fields["task"].widget.attrs["class"] = "w-l"

    def clean_due_on(self) -> date | None:
        """A task is for later than its meeting."""
        due = self.cleaned_data["due_on"]
        if due and due < self.item.meeting.day:
            raise ValidationError(_("The deadline is before the meeting."))
        return due

    def save(self, commit: bool = True) -> Action:
        """Write the action once: the same task sent twice stays one."""
        wanted = {name: self.cleaned_data[name] for name in ("task", "owner", "due_on")}
        made, _made_now = Action.objects.get_or_create(item=self.item, **wanted)
        return made


def people_near(meeting: Meeting) -> QuerySet[Person]:
    """Those whom a meeting gives tasks to: who sat in the body then, who sits there now, who was there."""
    then, now = meeting.body.holdings.on(meeting.day), meeting.body.holdings.current()
    there = meeting.attendances.filter(person__isnull=False)
    near = Q(pk__in=then.values("person")) | Q(pk__in=now.values("person")) | Q(pk__in=there.values("person"))
    return Person.objects.filter(near).order_by("last_name", "first_name", "pk")


class ReportForm(forms.Form):
    """What was done."""

    report = forms.CharField(
        label=_("What was done"),
        max_length=4_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("A sentence is enough. The body reads it beside the decision."),
    )


class RemarkForm(forms.Form):
    """What an inspector asks to be changed."""

    remark = forms.CharField(
        label=_("What should be changed"),
        max_length=4_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Name the section and the words. The secretary gets this in a letter."),
    )


class ReasonForm(forms.Form):
    """Why the minutes go to the next meeting."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.TextInput({"class": "w-l"}))


class ReplaceForm(ReasonForm):
    """Who inspects in whose place."""

    old = forms.ModelChoiceField(Review.objects.none(), label=_("Who has not answered"), empty_label=None)
    new = forms.ModelChoiceField(Person.objects.none(), label=_("Who inspects instead"), empty_label=_("choose"))
    field_order = ("old", "new", "reason")

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = minutes.reviews.filter(accepted_at__isnull=True, replaced_at__isnull=True)
        taken = minutes.reviews.values("person")
        there = [person.pk for person in Review.objects.next_in_turn(minutes.meeting, count=EVERYBODY)]
        old: Any = self.fields["old"]
        new: Any = self.fields["new"]
        old.queryset = waiting
        new.queryset = Person.objects.filter(pk__in=there).exclude(pk__in=taken).order_by("last_name", "first_name")


class ApproveForm(forms.Form):
    """The item of a later meeting that approves the minutes."""

    item = forms.ModelChoiceField(
        Item.objects.none(), label=_("Where they were approved"), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, minutes: Minutes, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting = minutes.meeting
        # Whoever only writes these minutes does not read the later ones, and their titles are not told here either.
        later = Item.objects.visible_to(by).filter(
            meeting__body=meeting.body_id, meeting__starts_at__gt=meeting.starts_at, meeting__opened_at__isnull=False,
            outcome__in=(Outcome.AS_PROPOSED, Outcome.AMENDED),
        )  # fmt: skip
        field: Any = self.fields["item"]
        field.queryset = later.select_related("meeting__body").order_by("meeting__starts_at", "position")
        field.label_from_instance = lambda item: f"{item.meeting.label}, {item}"


class SeenForm(forms.Form):
    """An acceptance or a signature, bound to the text that was shown: not to what it may have become meanwhile."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.digest = minutes.digest()
        self.initial["sha256"] = self.digest

    def clean_sha256(self) -> str:
        """What is accepted or signed is what was shown."""
        seen = self.cleaned_data["sha256"]
        if seen != self.digest:
            self.data = {self.add_prefix("sha256"): self.digest}
            raise ValidationError(_("The text is not the one that you were shown. Read it anew."))
        return seen


class SubmitForm(forms.Form):
    """Sends the minutes for inspection; asks what the meeting still lacks, and who inspects by when."""

    ends_at = ClockField(label=_("The meeting ended at"))
    is_quorate = forms.TypedChoiceField(
        label=_("Was the meeting quorate?"),
        choices=[("1", _("Yes")), ("0", _("No"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    inspectors = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("Inspectors"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of those who were present and may decide, in turn: who has inspected least comes first."),
    )
    due_on = DayField(label=_("To be inspected by"))
    shown = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, minutes: Minutes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minutes, self.meeting = minutes, minutes.meeting
        self.turns: list[Any] = []
        if self.meeting.ends_at:
            del self.fields["ends_at"]
        if self.meeting.is_quorate is not None:
            del self.fields["is_quorate"]
        else:
            self._ask_quorum()
        if minutes.inspection == Inspection.INSPECTORS:
            self._ask_inspectors()
        else:
            for name in ("inspectors", "due_on", "shown"):
                del self.fields[name]

    def _ask_quorum(self) -> None:
        there, needed = self.meeting.quorum
        self.initial["is_quorate"] = "1" if there >= needed else "0"
        self.fields["is_quorate"].help_text = _("%(there)s of those who decide were there; it takes %(needed)s.") % {
            "there": there,
            "needed": needed,
        }

    def _ask_inspectors(self) -> None:
        self.turns = Review.objects.next_in_turn(self.meeting, count=EVERYBODY)
        field: Any = self.fields["inspectors"]
        field.queryset = Person.objects.filter(pk__in=[person.pk for person in self.turns])
        field.choices = [(person.pk, _with_turns(person)) for person in self.turns]
        self.initial["inspectors"] = [person.pk for person in self.proposed]
        self.initial["due_on"] = today() + TIME_TO_INSPECT
        self.initial["shown"] = _names(self.proposed)

    @property
    def proposed(self) -> list[Person]:
        """Those whose turn it is; who inspected these minutes already, inspects them again."""
        reviews = self.minutes.reviews.filter(replaced_at__isnull=True)
        before = set(reviews.values_list("person_id", flat=True)) if self.minutes.submitted_at else set()
        return [person for person in self.turns if person.pk in before] or self.turns[:2]

    @property
    def chosen(self) -> list[Person]:
        """Whom the letter goes to: as ticked, or as proposed."""
        if not (self.is_bound and hasattr(self, "cleaned_data")):
            return self.proposed
        ticked = set(self.cleaned_data.get("inspectors", []))
        return [person for person in self.turns if person in ticked]

    @property
    def due(self) -> date | None:
        """By when: as asked, or as proposed."""
        asked = self.cleaned_data.get("due_on") if self.is_bound and hasattr(self, "cleaned_data") else None
        return asked or self.initial.get("due_on")

    def clean_ends_at(self) -> datetime:
        """The moment."""
        return end_of(self.meeting, self.cleaned_data["ends_at"])

    def clean_due_on(self) -> date:
        """Nobody inspects in the past."""
        due = self.cleaned_data["due_on"]
        if due < today():
            raise ValidationError(_("The day has already passed."))
        return due

    def clean(self) -> dict[str, Any]:
        """What is sent is what was shown: after another choice the letter is shown once more (F84)."""
        cleaned = super().clean() or {}
        if "inspectors" in self.fields and "inspectors" in cleaned and cleaned.get("shown") != _names(self.chosen):
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[self.add_prefix("shown")] = _names(self.chosen)  # type: ignore[index]
            self.add_error(None, _("The inspectors changed. See below who gets the letter, and send it."))
        return cleaned

    @property
    def head(self) -> dict[str, Any]:
        """What was told of the meeting itself."""
        return {name: self.cleaned_data[name] for name in ("ends_at", "is_quorate") if name in self.cleaned_data}


def _names(people: list[Person]) -> str:
    return ",".join(str(key) for key in sorted(person.pk for person in people))


def _with_turns(person: Any) -> str:
    if not person.turns:
        return _("%(name)s (has not inspected)") % {"name": person.full_name}
    turns = ngettext("%(name)s (has inspected once)", "%(name)s (has inspected %(count)s times)", person.turns)
    return turns % {"name": person.full_name, "count": person.turns}
