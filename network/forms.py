"""Forms of the ground: the day asked for, terms, one's own data, a forgotten password."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from network import guards, letters
from network.adapter import account_is_open
from network.called import MATCHES, NUMBER, described, exact_name, people_called
from network.jobs import post_reset_link
from network.models import Body, ExOfficio, Kind, Person, Role, Seat, Term
from network.periods import check_period, print_date, today

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
ISO = "%Y-%m-%d"
DAY_FORMATS = (ISO, "%d.%m.%Y")
ECHO = 40  # characters of a mistyped text that an error repeats


def save_or_refuse(form: forms.BaseForm, save: Callable[[], Any]) -> bool:
    """Run the form's save in a savepoint; a refusal becomes an error of the form, so that what was typed stays.

    A race may break a rule after the form found nothing wrong; constraints that wait for the end of the
    transaction are asked here, while there still is a form to answer on.
    """
    try:
        with transaction.atomic():
            save()
            connection.check_constraints()
    except ValidationError as error:
        form.add_error(None, error)
    except IntegrityError as error:
        form.add_error(None, guards.refusal(error))
    return not form.errors


class PartForm(forms.ModelForm):
    """A form of some fields of a row: it writes these alone, and says of the whole what a rule says of the others."""

    @property
    def own(self) -> list[str] | None:
        """The columns that are the form's to write; None of a new row, which is written whole."""
        if self.instance._state.adding:
            return None
        fields = self.instance._meta.concrete_fields
        return [field.name for field in fields if field.name in self.cleaned_data and not field.primary_key]

    def save(self, commit: bool = True) -> Any:
        """Save; what others have written into the row since it was read is not undone."""
        row = super().save(commit=False)
        if commit:
            row.save(update_fields=self.own)
            self.save_m2m()
        return row

    def add_error(self, field: str | None, error: Any) -> None:
        """Add the error, also one of a field that the form does not have: Django would crash."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            known: dict[str, list[ValidationError]] = defaultdict(list)
            for name, errors in error.error_dict.items():
                known[name if name in self.fields else NON_FIELD_ERRORS] += errors
            error = ValidationError(dict(known))
        super().add_error(field, error)


class DayInput(forms.DateInput):
    """The browser's own calendar; a line of text where what was typed is no day, for a calendar would hide it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"class": "w-date", "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}
        super().__init__(usual | (attrs or {}), format=ISO)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The widget's context, as text for what is no day."""
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not _is_iso(shown):
            context["widget"]["type"] = "text"
        return context


def _is_iso(text: str) -> bool:
    try:
        return datetime.strptime(text, ISO).date().isoformat() == text  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        return False


class DayField(forms.DateField):
    """A day, as 2018-05-01 or 1.5.2018, within the years that anybody here can mean."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("“%(value)s” is not a day. Write it like 1.5.2018."),
        "bounds": _("Choose a day from %(first)s to %(last)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day, or an error that repeats what was typed."""
        try:
            return super().to_python(value)
        except ValidationError:
            shown = str(value).replace("\x00", "")[:ECHO]
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": shown}) from None

    def validate(self, value: date | None) -> None:
        """Refuse a day outside the bounds: a slip of the finger, and a range that Postgres cannot hold."""
        super().validate(value)
        if value and not FIRST_DAY <= value <= LAST_DAY:
            bounds = {"first": print_date(FIRST_DAY), "last": print_date(LAST_DAY)}
            raise ValidationError(self.error_messages["bounds"], code="bounds", params=bounds)

    def prepare_value(self, value: Any) -> Any:
        """What the widget shows: a typed "1.5.2018" as the day it means."""
        try:
            return self.to_python(value) if isinstance(value, str) else value
        except ValidationError:
            return value


class DayForm(forms.Form):
    """The day that a page is asked for (`?pvm=`)."""

    pvm = DayField(label=_("Day"), required=False)


def day_asked(request: HttpRequest) -> tuple[date, DayForm]:
    """The day asked for and the form that asks; today when none or no real day was given."""
    if "pvm" not in request.GET:
        return today(), DayForm(initial={"pvm": today()})
    form = DayForm(request.GET)
    day = form.cleaned_data["pvm"] if form.is_valid() else None
    return day or today(), form


class PersonField(forms.CharField):
    """A person of the register, by name, e-mail address or number: works without JavaScript among thousands.

    By name and number it finds those whom the `reader` may see, which a form sets: a field that offered the whole
    register would tell who is in it.
    """

    default_error_messages = {
        "unknown": _("You see nobody called “%(text)s”. Check the spelling, or write the person's e-mail address."),
        "several": _("Several people match “%(text)s”: %(people)s. Write for instance “%(example)s”."),
        "many": _("More than twenty people match “%(text)s”. Write more of the name."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Person"))
        kwargs.setdefault("help_text", _("The name, a part of it, the e-mail address, or the number, like “#108”."))
        super().__init__(max_length=kwargs.pop("max_length", 160), **kwargs)
        self.reader: Any = None
        self.there: Collection[int] = ()  # who stands in the form already, seen or not

    def called(self, text: str) -> list[Person]:
        """The people whom the text may mean to the reader."""
        known = Person.objects.visible_to(self.reader)
        return people_called(text, known | Person.objects.filter(pk__in=self.there) if self.there else known)

    def matches(self, typed: Any) -> list[Person]:
        """The people whom the typed text may mean; none for a text that is no text."""
        try:
            text = super().clean(typed)
        except ValidationError:
            return []
        return self.called(text) if text else []

    def clean(self, value: Any) -> Any:
        """The one person meant."""
        if not (text := super().clean(value)):
            return None
        found = self.called(text)
        if len(found) == 1:
            return found[0]
        code = "unknown" if not found else "many" if len(found) > MATCHES else "several"
        params = {"text": text[:ECHO], "people": "; ".join(described(person) for person in found)}
        params["example"] = exact_name(found[0]) if found else ""
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def prepare_value(self, value: Any) -> Any:
        """What the widget shows: the exact name of the person who is already there."""
        person = Person.objects.filter(pk=value).first() if isinstance(value, int) else value
        return exact_name(person) if isinstance(person, Person) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text means somebody else than before."""
        number = NUMBER.search(str(data or ""))
        if initial and number:
            return int(number.group(1)) != (initial.pk if isinstance(initial, Person) else initial)
        return bool(initial) or bool(data)


class AnyPersonField(PersonField):
    """Anybody in the register: for the secretariat's desk only, where all of it is read."""

    default_error_messages = {"unknown": _("Nobody in the register is called “%(text)s”. Check the spelling.")}

    def called(self, text: str) -> list[Person]:
        """The people whom the text may mean."""
        return people_called(text, Person.objects.all())


class TermForm(PartForm):
    """Gives a person a role in a body; the body is fixed by the page."""

    person = PersonField()

    class Meta:
        model = Term
        fields = ["person", "role", "seat", "title_fi", "title_sv", "title_en", "starts_on", "ends_on"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}

    def __init__(self, *args: Any, body: Body, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.instance.body = body
        self.fields["person"].reader = by  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = today()
        if body.kind != Kind.OFFICE:  # titles are the staff list's
            for language in ("fi", "sv", "en"):
                del self.fields[f"title_{language}"]
        self._offer_roles(body)
        self._offer_seats(body)
        if self.is_bound:
            self._ask_which()

    def _offer_roles(self, body: Body) -> None:
        """Only the roles that do not come with another role today; the model checks other days."""
        field: Any = self.fields["role"]
        filled = set(ExOfficio.objects.current().filter(body=body).values_list("role", flat=True))
        field.choices = [choice for choice in Role.choices if choice[0] not in filled]
        if filled:
            field.error_messages["invalid_choice"] = guards.message("term_role_filled_ex_officio")

    def _offer_seats(self, body: Body) -> None:
        """The body's own seats that are appointed to, the vacant ones first; an alternate shares a held one."""
        field: Any = self.fields["seat"]
        from_elsewhere = ExOfficio.objects.current().filter(body=body, seat__isnull=False)
        seats = Seat.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today()), body=body)
        field.queryset = seats.exclude(pk__in=from_elsewhere.values("seat")).select_related("department")
        field.error_messages["invalid_choice"] = _("Choose one of the seats of this body.")
        held = Term.objects.current().filter(seat__in=field.queryset).exclude(role=Role.ALTERNATE)
        holders = {term.seat_id: term.person for term in held.select_related("person")}
        rows = list(field.queryset)
        vacant = [(seat.pk, seat.label) for seat in rows if seat.pk not in holders]
        taken = [(seat.pk, f"{seat.label}: {holders[seat.pk]}") for seat in rows if seat.pk in holders]
        groups = [(_("Vacant today"), vacant), (_("Held today"), taken)]
        if rows:
            field.choices = [("", _("no seat")), *((name, seats) for name, seats in groups if seats)]
        else:
            del self.fields["seat"]

    def _ask_which(self) -> None:
        """Where the text means several people, offer them; the one chosen is written into the text."""
        field: Any = self.fields["person"]
        name = self.add_prefix("person")
        found = field.matches(self.data.get(name))
        if not 1 < len(found) <= MATCHES:
            return
        chosen = self.data.get(self.add_prefix("which"))
        for person in found:
            if str(person.pk) == chosen:
                self.data = self.data.copy()  # type: ignore[attr-defined]
                self.data[name] = exact_name(person)  # type: ignore[index]
                return
        field.error_messages["several"] = _("Several people match “%(text)s”. Choose one of them below.")
        self.fields["which"] = forms.ChoiceField(
            label=_("Which of them?"),
            choices=[(person.pk, described(person)) for person in found],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of them.")},
        )
        self.order_fields(["person", "which"])

    def clean_person(self) -> Person:
        """Nobody gives a term to themselves (architecture § 5)."""
        person = self.cleaned_data["person"]
        if person == self.by:
            raise ValidationError(_("Nobody appoints themselves. Ask another person to do it."))
        return person

    def _get_validation_exclusions(self) -> set[str]:
        """Ask the constraints that hold the body too, although the body is no field of the form."""
        return super()._get_validation_exclusions() - {"body"}  # type: ignore[misc]

    def save(self, commit: bool = True) -> Term:
        """Save the term, and tell the secretariat of one in the office."""
        term = super().save(commit)
        if commit:
            letters.tell_of_office_term(term, by=self.by)
        return term


class TermEndForm(forms.Form):
    """Ends a term on a day."""

    ends_on = DayField(label=_("Last day"))

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = term
        self.fields["ends_on"].initial = max(today(), term.starts_on)

    def clean_ends_on(self) -> date:
        """Neither before the term began nor after it already ends: ending is no way to go on."""
        day = self.cleaned_data["ends_on"]
        try:
            check_period(self.term.starts_on, day)
        except ValidationError as error:
            raise ValidationError(error.messages) from None
        if self.term.ends_on and day > self.term.ends_on:
            message = _("The term already ends on %(day)s.")
            raise ValidationError(message, params={"day": print_date(self.term.ends_on)})
        return day

    def end(self) -> None:
        """End the term."""
        self.term.end(self.cleaned_data["ends_on"])


class ProfileForm(PartForm):
    """What a person keeps of their own data; the name and the e-mail address are the secretariat's."""

    class Meta:
        model = Person
        fields = ["phone", "language", "visibility"]


class WithoutHints:
    """allauth's forms without hints inside the fields: their labels say the same, and stay."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PlainLoginForm(WithoutHints, LoginForm):
    """The login; the way to a new password stands below the button."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class NewPasswordForm(WithoutHints, ChangePasswordForm):
    """The change of one's password."""


class ForgottenForm(WithoutHints, ResetPasswordForm):
    """Asks for a link to choose a new password; the answer and its time are the same for every address."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Leave the mail to the worker, and leave it a job that does nothing where there is no open account."""
        people = [person for person in self.users if account_is_open(person)]
        for person_id in [person.pk for person in people] or [0]:
            post_reset_link.defer(person_id=person_id, language=get_language() or "fi", invited=False)
        return self.cleaned_data["email"]
