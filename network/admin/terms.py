"""The register of terms: mended here, with their stand-ins and cost shares."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from network import letters
from network.forms import AnyPersonField
from network.models import Funding, Person, Role, Seat, Substitution, Term
from network.periods import SOON, print_period, today
from network.registers import RegisterAdmin, RegisterForm, RegisterInline, ValidFilter, editor


class HeldFilter(ValidFilter):
    """The same for what is held; and what ends soon."""

    period = ("starts_on", "ends_on")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The choices."""
        return [*super().lookups(request, model_admin), ("paattyy", _("ends within 90 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The rows of the choice."""
        if self.value() == "paattyy":
            return queryset.filter(ends_on__range=(today(), today() + SOON), starts_on__lte=today())
        return super().queryset(request, queryset)


class FundingInline(RegisterInline):
    """Who pays the costs; the shares make 100 together."""

    model = Funding
    extra = 2
    fields = ["payer_fi", "payer_sv", "payer_en", "percent"]


class SubstitutionForm(RegisterForm):
    """A stand-in, found by name."""

    person = AnyPersonField()

    def clean_person(self) -> Person:
        """A stand-in has the rights of the task: nobody gives them to themselves."""
        person = self.cleaned_data["person"]
        if person == self.by and self.instance.person_id != person.pk:
            raise ValidationError(_("Nobody appoints themselves. Ask another person to do it."))
        return person


class SubstitutionInline(RegisterInline):
    """The stand-ins of the term."""

    model = Substitution
    form = SubstitutionForm
    fields = ["person", "starts_on", "ends_on", "reason"]


class TermAdminForm(RegisterForm):
    """A term; its person and body stay as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.instance.body
        offered: dict[str, QuerySet] = {
            "seat": Seat.objects.filter(body=body).select_related("department"),
            "alternate_for": Term.objects.filter(body=body).exclude(pk=self.instance.pk).exclude(role=Role.ALTERNATE),
        }
        for name in offered.keys() & self.fields.keys():
            field: Any = self.fields[name]
            del field._choices  # those of all bodies, read by PlainFields
            field.queryset = offered[name] if name == "seat" else offered[name].select_related("person", "body")

    def _get_validation_exclusions(self) -> set[str]:
        """Ask the constraints that hold person and body too, although they are no fields of the form."""
        return super()._get_validation_exclusions() - {"person", "body"}  # type: ignore[misc]


@admin.register(Term)
class TermAdmin(RegisterAdmin):
    """Terms: added from the body's page, mended here; nobody changes one of their own."""

    form = TermAdminForm
    list_display = ["person", "role", "body", "seat", "period"]
    list_filter = [HeldFilter, "role", "body__kind"]
    list_select_related = ["person", "body", "seat__department"]
    search_fields = ["person__first_name", "person__last_name", "body__name_fi", "body__name_sv"]
    readonly_fields = ["person", "body"]
    fields = [
        "person", "body", "role", "seat", "alternate_for", "title_fi", "title_sv", "title_en",
        "starts_on", "starts_known", "ends_on", "ends_known",
    ]  # fmt: skip
    inlines = [SubstitutionInline, FundingInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A term is added from the page of its body."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Term | None = None) -> bool:
        """Never one's own."""
        return super().has_change_permission(request, obj) and (obj is None or obj.person_id != request.user.pk)

    @admin.display(description=_("period"), ordering="starts_on")
    def period(self, term: Term) -> str:
        """The period as its source tells it."""
        return print_period(term.starts_on, term.ends_on, term.starts_known, term.ends_known)

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:
        """Save, and tell the secretariat of a change in the office."""
        super().save_model(request, obj, form, change)
        if form.changed_data:
            letters.tell_of_office_term(obj, by=editor(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows, and tell the secretariat of a stand-in in the office."""
        super().save_formset(request, form, formset, change)
        if formset.model is Substitution:
            changed = [row for row, _fields in formset.changed_objects]
            for substitution in [*formset.new_objects, *changed]:
                letters.tell_of_substitution(substitution, by=editor(request))
