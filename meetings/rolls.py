"""The roll of a meeting as forms that work without JavaScript: a line for each row, empty lines for guests."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.fields import ClockField, LineField, end_of
from meetings.models import Attendance, Meeting, Presence
from meetings.models.attendance import DECIDING, Tally
from network.lifecycle import WrongState
from network.models import Holding, Role

GUESTS = 3  # empty lines for guests; more of them come with the next save


class LineForm(forms.Form):
    """One line of the roll. The first values travel along, so that two writers of different lines keep both."""

    presence = forms.ChoiceField(label=_("Presence"), choices=Presence.choices, show_hidden_initial=True)
    for_term = forms.TypedChoiceField(
        label=_("In place of"), required=False, coerce=int, empty_value=None, show_hidden_initial=True
    )

    def __init__(self, data: Any = None, *, row: Attendance, seats: list[tuple[int, str]]) -> None:
        initial = {"presence": row.presence, "for_term": row.for_term_id or ""}
        super().__init__(data, initial=initial, prefix=f"r{row.pk}")
        self.row = row
        if seats:
            field: Any = self.fields["for_term"]
            field.choices = [("", _("nobody")), *seats]
        else:
            del self.fields["for_term"]

    def clean(self) -> dict[str, Any]:
        """Who is in another's place is there."""
        data = super().clean() or {}
        away = data.get("presence") in (Presence.ABSENT, Presence.EXCUSED)
        if data.get("for_term") and away:
            self.add_error("presence", _("Whoever is in another's place is present."))
        return data


class GuestForm(forms.Form):
    """Somebody without a role in the body, by name."""

    name = LineField(label=_("Name"), max_length=160, required=False)
    capacity = LineField(label=_("In what capacity"), max_length=120, required=False)
    department = LineField(label=_("Employer"), max_length=160, required=False)
    presence = forms.ChoiceField(
        label=_("Presence"), choices=[choice for choice in Presence.choices if choice[0] in ("present", "remote")]
    )
    away = forms.BooleanField(
        label=_("Remove"), required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )

    def __init__(self, data: Any = None, *, row: Attendance | None = None, number: int = 0) -> None:
        self.row = row
        initial = {name: getattr(row, name) for name in ("name", "capacity", "department", "presence")} if row else {}
        super().__init__(data, initial=initial, prefix=f"g{row.pk}" if row else f"uusi{number}")
        if row is None:
            del self.fields["away"]
            self.fields["presence"].required = False
        else:
            self.fields["name"].required = True

    def clean(self) -> dict[str, Any]:
        """A guest has a name."""
        data = super().clean() or {}
        if not data.get("name") and (data.get("capacity") or data.get("department")):
            self.add_error("name", _("Give the guest's name."))
        return data


class HeadForm(forms.Form):
    """Who chairs, who writes, when it ended."""

    chaired_by = forms.TypedChoiceField(label=_("Chaired by"), coerce=int, empty_value=None)
    minuted_by = forms.TypedChoiceField(label=_("Minutes by"), coerce=int, empty_value=None)
    ends_at = ClockField(label=_("Ended at"), required=False, help_text=_("May be filled in when the meeting ends."))

    def __init__(self, data: Any = None, *, meeting: Meeting, people: list[tuple[int, str]]) -> None:
        ends = timezone.localtime(meeting.ends_at).time() if meeting.ends_at else None
        initial = {"chaired_by": meeting.chaired_by_id, "minuted_by": meeting.minuted_by_id, "ends_at": ends}
        super().__init__(data, initial=initial)
        self.meeting = meeting
        for name in ("chaired_by", "minuted_by"):
            field: Any = self.fields[name]
            field.choices = [("", _("choose")), *people]

    def clean(self) -> dict[str, Any]:
        """The chair does not write."""
        data = super().clean() or {}
        if data.get("chaired_by") and data.get("chaired_by") == data.get("minuted_by"):
            self.add_error("minuted_by", _("One chairs and another writes the minutes."))
        return data

    def clean_ends_at(self) -> datetime | None:
        """The moment, where it is told."""
        clock = self.cleaned_data["ends_at"]
        return end_of(self.meeting, clock) if clock is not None else None


class AttendanceFormSet:
    """All forms of the roll. The rows come from the database, so no forged row can be written."""

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        self.meeting = meeting
        rows = list(meeting.attendances.select_related("person"))
        own = [row for row in rows if row.person_id]
        self.seats, alternates = self._places(own)
        self.lines = [
            LineForm(
                self._bound(data, f"r{row.pk}-presence"),
                row=row,
                seats=list(self.seats.values()) if row.person_id in alternates or row.for_term_id else [],
            )
            for row in own
        ]
        self.guests = [
            GuestForm(self._bound(data, f"g{row.pk}-name"), row=row) for row in rows if row.person_id is None
        ]
        self.new_guests = [GuestForm(data, number=number) for number in range(GUESTS)]
        people = [(row.person_id or 0, f"{row.name}, {row.capacity}") for row in own]
        writer = meeting.minuted_by
        if writer and writer.pk not in dict(people):  # the directors' meeting borrows the board's secretary
            people.append((writer.pk, f"{writer.full_name}, {Role.SECRETARY.label}"))
        self.head = HeadForm(data, meeting=meeting, people=people)
        self.tally = Tally.of(rows)

    @staticmethod
    def _bound(data: Any, name: str) -> Any:
        """The data for a line that was on the page; a line that came later keeps what it has."""
        return data if data is not None and name in data else None

    def _places(self, rows: list[Attendance]) -> tuple[dict[int, tuple[int, str]], set[int]]:
        """Whose seat another may fill (person → their term and name), and who are alternates."""
        names = {row.person_id or 0: row.name for row in rows}
        held = Holding.objects.on(self.meeting.day).filter(body=self.meeting.body, substitution__isnull=True)
        holdings = sorted((h for h in held if h.person_id in names), key=lambda h: names[h.person_id])
        seats = {h.person_id: (h.term_id, names[h.person_id]) for h in holdings if h.role in DECIDING}
        return seats, {h.person_id for h in holdings if h.role == Role.ALTERNATE}

    def __iter__(self) -> Iterator[forms.Form]:
        """Every form, in the order of the page."""
        yield from (self.head, *self.lines, *self.guests, *self.new_guests)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Every error with the place of its field and whose line it is, for the summary at the head."""
        return [
            (
                str(text),
                getattr(getattr(form, "row", None), "name", ""),
                form[name].id_for_label if name in form.fields else "",
            )
            for form in self
            if form.is_bound
            for name, texts in form.errors.items()
            for text in texts
        ]

    def is_valid(self) -> bool:
        """Whether each form is, and each seat is filled once."""
        if not all(form.is_valid() for form in self if form.is_bound):
            return False
        return self._check_seats()

    def _check_seats(self) -> bool:
        """Whether each seat is filled by its holder or by one other; else the line that fills it too says so."""
        there = {
            line.row.person_id
            for line in self.lines
            if self._value(line, "presence") in (Presence.PRESENT, Presence.REMOTE)
        }
        holders = {term: person for person, (term, _name) in self.seats.items()}
        filled: set[int] = set()
        for line in sorted(self.lines, key=lambda line: line.is_bound and "for_term" in line.changed_data):
            term = self._value(line, "for_term")
            if not term:
                continue
            if holders.get(term) in there:
                line.add_error("for_term", _("The one whose place it is is present."))
            if term in filled:
                line.add_error("for_term", _("Somebody else is in this place already."))
            filled.add(term)
        return not any(line.errors for line in self.lines if line.is_bound)

    @staticmethod
    def _value(line: LineForm, name: str) -> Any:
        """What the row holds after the save: what another writer put there stays, where this one changed nothing."""
        written = ["for_term"] if name == "for_term" else ["presence", "for_term"]
        if line.is_bound and set(written) & set(line.changed_data):
            return line.cleaned_data[name]
        return line.row.for_term_id if name == "for_term" else line.row.presence

    @transaction.atomic
    def save(self) -> Tally | None:
        """Write what was changed, and whether the meeting has a quorum; WrongState when the roll is closed.

        None, with the error on its line, when somebody else has filled a seat since the rows were read.
        """
        fresh = self.meeting.locked()
        if not fresh.is_open:
            raise WrongState("not open")
        now = {row.pk: row for row in fresh.attendances.all()}
        for line in self.lines:
            line.row = now.get(line.row.pk, line.row)
        if not self._check_seats():
            return None
        for line in self.lines:
            if line.is_bound and line.changed_data:
                self._keep(line)
        for guest in (*self.guests, *self.new_guests):
            if guest.is_bound:
                self._keep_guest(guest)
        tally = Tally.of(fresh.attendances.all())
        data = self.head.cleaned_data
        fresh.chaired_by_id, fresh.minuted_by_id = data["chaired_by"], data["minuted_by"]
        fresh.ends_at, fresh.is_quorate = data["ends_at"], tally.is_quorate
        fresh.save(update_fields=["chaired_by", "minuted_by", "ends_at", "is_quorate"])
        return tally

    def _keep(self, line: LineForm) -> None:
        row, data = line.row, line.cleaned_data
        changed: dict[str, Any] = {"presence": data["presence"]}
        if "for_term" in line.changed_data:
            changed |= {"for_term": data["for_term"], "has_vote": data["for_term"] is not None}
        Attendance.objects.filter(pk=row.pk).update(**changed)

    def _keep_guest(self, guest: GuestForm) -> None:
        data = guest.cleaned_data
        texts = {name: data[name] for name in ("name", "capacity", "department")}
        presence = data.get("presence") or Presence.PRESENT
        if guest.row is None:
            if texts["name"]:
                last = self.meeting.attendances.order_by("-sort").values_list("sort", flat=True).first() or 0
                Attendance.objects.create(
                    meeting=self.meeting, presence=presence, has_vote=False, sort=last + 1, **texts
                )
        elif data.get("away"):
            guest.row.delete()
        elif guest.has_changed():
            Attendance.objects.filter(pk=guest.row.pk).update(presence=presence, **texts)


def personal_alternates(meeting: Meeting) -> dict[int, str]:
    """Whose personal alternate somebody is: person → the name of the one they stand in for."""
    held = Holding.objects.on(meeting.day).filter(body=meeting.body, role=Role.ALTERNATE)
    rows = held.select_related("term__alternate_for__person").exclude(term__alternate_for=None)
    return {row.person_id: str(row.term.alternate_for.person) for row in rows if row.term.alternate_for}
