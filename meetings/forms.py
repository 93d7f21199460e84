"""Forms of a meeting's way to its opening: the meeting, its items, its notices. The roll is in rolls.py."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings import agenda, letters
from meetings.fields import ClockField, LineField, TextField, moment
from meetings.models import Item, Meeting
from meetings.models.meetings import Compose
from meetings.widening import refuse_widening
from network.forms import DayField, PartForm
from network.lifecycle import WrongState
from network.models import Body, Holding, Kind, Person
from network.periods import today
from network.roles import ROLE_ORDER
from network.visibility import Visibility

NARROWER = {
    Visibility.PUBLIC: (Visibility.NETWORK, Visibility.BODY),
    Visibility.NETWORK: (Visibility.BODY,),
    Visibility.BODY: (),
}


class MeetingForm(PartForm):
    """A meeting in four fields: day, time, place, remote link. A called meeting's time changes by moving it."""

    date = DayField(label=_("Day"))
    time = ClockField(label=_("Time"))
    remote_link = forms.URLField(
        label=_("Remote link"), max_length=500, required=False, assume_scheme="https",
        help_text=_("Shown to those who read the agenda. Begins with https://."),
    )  # fmt: skip
    place = LineField(label=_("Place"), max_length=200, help_text=_("Write “Remote meeting” where there is no room."))

    class Meta:
        model = Meeting
        fields = ["place", "remote_link", "language", "calendar_visibility", "visibility"]

    field_order = ["date", "time", "place", "remote_link", "language", "calendar_visibility", "visibility"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].label = _("Language of the record")
        if self.instance.pk:
            starts = timezone.localtime(self.instance.starts_at)
            self.initial.update(date=starts.date(), time=starts.time())
        else:
            for name in ("calendar_visibility", "visibility"):
                del self.fields[name]
        if self.instance.called_at:
            for name in ("date", "time", "language"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Join day and time; refuse a time that has passed, and a time that is no longer this form's to change."""
        data = super().clean() or {}
        if "date" in self.data and "date" not in self.fields:
            raise ValidationError(
                _("The meeting has been called since you opened the page. Its time changes by moving it.")
            )
        if data.get("date") and data.get("time") is not None:
            self.instance.starts_at = moment(data["date"], data["time"])
            if self.instance.starts_at <= timezone.now():
                self.add_error("date", _("The time has already passed."))
        return data

    @transaction.atomic
    def begin(self, body: Body, by: Person) -> list[Item]:
        """Make the meeting with its agenda; returns the items taken up from earlier meetings."""
        meeting = self.instance
        meeting.body, meeting.created_by = body, by
        meeting.calendar_visibility, meeting.visibility = body.calendar_visibility, body.papers_visibility
        meeting.save()
        return agenda.lay_out(meeting)

    @transaction.atomic
    def keep(self) -> None:
        """Save the changes; WrongState when the meeting was called, opened or cancelled meanwhile.

        Raises ValidationError where documents would get wider readers unasked.
        """
        meeting, fresh = self.instance, self.instance.locked()
        for fact in ("called_at", "opened_at", "cancelled_at"):
            if getattr(meeting, fact) != getattr(fresh, fact):
                raise WrongState(fact)
        refuse_widening(meeting.items, to_meeting=meeting.visibility)
        timed = ["starts_at"] if "date" in self.fields else []
        meeting.save(update_fields=[*timed, *(name for name in self.Meta.fields if name in self.fields)])


class PresenterField(forms.ModelChoiceField):
    """Who presents an item: one of the body's people of the day, or of the office."""

    def offer(self, meeting: Meeting, chosen: int | None) -> None:
        """Offer the people of the meeting's day, the body's own first, and whoever is chosen already."""
        held = Holding.objects.on(meeting.day).select_related("person", "body")
        own = list(held.filter(body=meeting.body))
        office = list(held.filter(body__kind=Kind.OFFICE))
        groups = [(meeting.body.name, own), (_("The office"), office)]
        offered: set[int] = set()
        choices: list[Any] = [("", _("no presenter"))]
        for label, holdings in groups:
            order = sorted(holdings, key=lambda h: (ROLE_ORDER[h.role], h.person.last_name, h.person.first_name))
            people = {h.person_id: f"{h.person.full_name}, {h.get_role_display()}" for h in reversed(order)}
            people = {pk: people[pk] for pk in dict.fromkeys(h.person_id for h in order) if pk not in offered}
            offered |= set(people)
            if people:
                choices.append((label, list(people.items())))
        if chosen and chosen not in offered:
            offered.add(chosen)
            choices.append((chosen, str(Person.objects.get(pk=chosen))))
        self.queryset = Person.objects.filter(pk__in=offered)
        self.choices = choices


class ItemForm(PartForm):
    """An item of the agenda: title, presenter, grounds, proposal; a late one says why it is urgent."""

    title = LineField(label=_("Title"), max_length=300, widget=forms.TextInput(attrs={"class": "w-l"}))
    presenter = PresenterField(Person.objects.none(), label=_("Presenter"), required=False)
    presenter_name = LineField(label=_("Presenter from outside"), max_length=160, required=False)
    grounds = TextField(
        label=_("Grounds"), required=False, max_length=400_000, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("What the matter is about. An empty line begins a new paragraph, a dash at its head makes a list."),
    )  # fmt: skip
    proposal = TextField(
        label=_("Proposed decision"), required=False, max_length=400_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In the present tense, so that it can become the decision as it stands."),
    )  # fmt: skip
    late_reason = LineField(
        label=_("Why it is urgent"), max_length=300, widget=forms.TextInput(attrs={"class": "w-l"}),
        help_text=_("The notice has been sent, so only an urgent matter is added. The reason is shown on the agenda."),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Item
        fields = ["title", "presenter", "presenter_name", "grounds", "proposal", "visibility", "late_reason"]

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting = meeting
        presenter: Any = self.fields["presenter"]
        presenter.offer(meeting, self.instance.presenter_id)
        narrower = [(value, Visibility(value).label) for value in NARROWER[Visibility(meeting.visibility)]]
        visibility: Any = self.fields["visibility"]
        visibility.label = _("Who reads this item")
        visibility.choices = [("", _("the same as the meeting")), *narrower]
        if not narrower:
            del self.fields["visibility"]
        if not (self.instance.late_reason if self.instance.pk else meeting.called_at):
            del self.fields["late_reason"]
        self.initial["revision"] = self.instance.revision if self.instance.pk else None

    @property
    def texts(self) -> dict[str, Any]:
        """What was typed, field by field."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}

    def add(self) -> Item:
        """Add the item in its place on the agenda."""
        if self.meeting.called_at is None and self.meeting.locked().called_at:
            raise ValidationError(
                _("The notice has been sent meanwhile. Open the form anew and say why this is urgent.")
            )
        return agenda.add(self.meeting, **self.texts)

    def keep(self, item: Item, by: Person) -> bool:
        """Write over the revision that was seen; False when somebody has written since.

        Raises ValidationError where documents would get wider readers unasked.
        """
        refuse_widening(Item.objects.filter(pk=item.pk), visibility=self.texts.get("visibility", item.visibility))
        return item.save_text(seen=self.cleaned_data["revision"] or 0, by=by, **self.texts)


class MoveItemForm(forms.Form):
    """Up or down."""

    suunta = forms.ChoiceField(choices=[("up", _("up")), ("down", _("down"))])


class NoticeForm(forms.Form):
    """A letter about a meeting: shown first, sent as it was shown. Each kind adds the fields that it asks for."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    vaihe = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    asks_first = True  # whether something must be filled in before there is anything to show
    sent_to = 0

    def __init__(self, *args: Any, meeting: Meeting, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.by = meeting, by

    def verb(self) -> tuple[Callable[[Compose], None], Compose]:
        """What sends the letter, and what writes it."""
        raise NotImplementedError

    def wants(self, step: str) -> bool:
        """Which button was pressed."""
        return self.cleaned_data["vaihe"] == step

    @property
    def is_silent(self) -> bool:
        """Whether no letter is sent, for nobody has been told of the meeting."""
        return False

    def draft(self) -> letters.Draft | None:
        """The letter as it would leave now; None with an error on the form when it cannot leave."""
        try:
            return letters.preview(*self.verb())
        except ValidationError as error:
            self.refuse(error)
            return None

    def send(self) -> bool:
        """Send what was seen; False with an error on the form."""
        act, compose = self.verb()
        try:
            act(letters.as_seen(compose, self.cleaned_data["seen"], self._count))
        except ValidationError as error:
            self.refuse(error)
        return not self.errors

    def _count(self, draft: letters.Draft) -> None:
        self.sent_to = len(draft.reached)

    def refuse(self, error: ValidationError) -> None:
        """Say the error on its field, or of the whole form where it has none."""
        for name, errors in getattr(error, "error_dict", {None: [error]}).items():
            self.add_error(name if name in self.fields else None, errors)


class CallForm(NoticeForm):
    """The notice; a late one needs a reason."""

    late_reason = LineField(
        label=_("Reason for the late notice"), max_length=300, widget=forms.TextInput(attrs={"class": "w-l"}),
        error_messages={"required": _("The notice is late: give the reason.")}, help_text=_("Stands in the notice."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_first = timezone.now() > self.meeting.latest_call
        if not self.asks_first:
            del self.fields["late_reason"]

    def verb(self) -> tuple[Callable[[Compose], None], Compose]:
        """Call the meeting."""
        reason = self.cleaned_data.get("late_reason", "")
        return lambda compose: self.meeting.call(self.by, compose, reason), letters.compose_call


class CorrectForm(NoticeForm):
    """A second notice, marked as a correction."""

    note = LineField(label=_("What has changed"), max_length=500, widget=forms.TextInput(attrs={"class": "w-l"}))

    def verb(self) -> tuple[Callable[[Compose], None], Compose]:
        """Send the corrected notice."""
        note = letters.corrected(self.cleaned_data["note"])
        return lambda compose: self.meeting.correct(self.by, compose), note


class MoveForm(NoticeForm):
    """A new time, and a new place where it changes."""

    date = DayField(label=_("New day"))
    time = ClockField(label=_("New time"))
    place = LineField(label=_("Place"), max_length=200)
    note = LineField(
        label=_("Why it is moved"), max_length=300, required=False, widget=forms.TextInput(attrs={"class": "w-l"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time"].initial = timezone.localtime(self.meeting.starts_at).time()
        self.fields["place"].initial = self.meeting.place
        self.fields["date"].widget.attrs["min"] = today().isoformat()

    def verb(self) -> tuple[Callable[[Compose], None], Compose]:
        """Move the meeting."""
        data = self.cleaned_data
        starts_at = moment(data["date"], data["time"])
        return (
            lambda compose: self.meeting.move(self.by, compose, starts_at=starts_at, place=data["place"]),
            letters.moved(data["note"]),
        )

    def refuse(self, error: ValidationError) -> None:
        """The verb's word for the time is the form's day."""
        if hasattr(error, "error_dict") and "starts_at" in error.error_dict:
            error = ValidationError({"date": error.error_dict["starts_at"]})
        super().refuse(error)


class CancelForm(NoticeForm):
    """That the meeting is not held, and why."""

    reason = LineField(
        label=_("Why it is cancelled"), max_length=300, widget=forms.TextInput(attrs={"class": "w-l"}),
        help_text=_("Stands in the letter and on the meeting's page."),
    )  # fmt: skip

    @property
    def is_silent(self) -> bool:
        """A meeting that has not been called is cancelled without a letter."""
        return self.meeting.called_at is None

    def draft(self) -> letters.Draft | None:
        """The letter; none where nobody has been told of the meeting."""
        return None if self.is_silent else super().draft()

    def verb(self) -> tuple[Callable[[Compose], None], Compose]:
        """Cancel the meeting."""
        reason = self.cleaned_data["reason"]
        return lambda compose: self.meeting.cancel(self.by, compose, reason), letters.compose_cancel


class SaveRollForm(forms.Form):
    """Which of the roll's buttons was pressed."""

    siirry = forms.ChoiceField(choices=[("", ""), ("poytakirja", "")], required=False)


class MeetingFilterForm(forms.Form):
    """Which meetings: of a body, of a year."""

    toimielin = forms.ChoiceField(label=_("Body"), required=False)
    vuosi = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, bodies: list[Body], years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names: Any = self.fields["toimielin"]
        names.choices = [("", _("all bodies")), *((body.slug, body.name) for body in bodies)]
        numbers: Any = self.fields["vuosi"]
        numbers.choices = [("", _("all years")), *((year, str(year)) for year in years)]


class CalendarForm(forms.Form):
    """Whether one's own calendar gets a new address or loses the one it has."""

    toimi = forms.ChoiceField(choices=[("uusi", _("a new address")), ("poista", _("no address"))])
