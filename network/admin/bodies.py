"""The register of bodies: their seats, their former names, the roles that come with other roles."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from network.models import Body, ExOfficio, FormerName, Kind, Seat, Term
from network.registers import ReadOnlyInline, RegisterAdmin, RegisterForm, RegisterInline, ValidFilter


class SeatInline(RegisterInline):
    """The body's seats."""

    model = Seat
    extra = 2
    fields = ["department", "label_fi", "label_sv", "label_en", "sort", "valid_from", "valid_to"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The seats with the departments that name them."""
        return super().get_queryset(request).select_related("department")


class FormerNameInline(RegisterInline):
    """What the body was called before."""

    model = FormerName
    fields = ["name_fi", "name_sv", "name_en", "slug", "until"]


class ExOfficioForm(RegisterForm):
    """A role that comes with another one."""

    def clean(self) -> dict[str, Any] | None:
        """The office opens the whole register: nobody comes to it but by a term of its own."""
        cleaned = super().clean()
        if self.instance.body_id and self.instance.body.kind == Kind.OFFICE:
            raise ValidationError(_("Nobody comes to the office by another role."))
        return cleaned


class ExOfficioInline(RegisterInline):
    """The roles that come with a role in another body."""

    model = ExOfficio
    form = ExOfficioForm
    fk_name = "body"
    fields = ["role", "from_body", "from_role", "seat", "starts_on", "ends_on", "substitute_follows"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The rows with the bodies that they name."""
        return super().get_queryset(request).select_related("from_body", "seat__department")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The formset for this body's seats."""
        self.seats = Seat.objects.filter(body=obj).select_related("department")
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only the seats of this body."""
        if db_field.name == "seat":
            kwargs["queryset"] = self.seats
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class BodyTermInline(ReadOnlyInline):
    """Who holds and held the body's roles."""

    model = Term
    readonly_fields = ["person", "role", "seat", "period"]
    fields = tuple(readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The newest first."""
        return super().get_queryset(request).select_related("person", "body", "seat__department").order_by("-starts_on")

    @admin.display(description=_("period"))
    def period(self, term: Term) -> str:
        """The period."""
        return term.period


@admin.register(Body)
class BodyAdmin(RegisterAdmin):
    """Bodies with their seats; a term is added on a page of its own, where the person is found without JavaScript."""

    list_display = ["name_fi", "kind", "parent", "valid_from", "valid_to", "is_recorded"]
    list_filter = ["kind", ValidFilter, "is_recorded"]
    list_select_related = ["parent"]
    search_fields = ["name_fi", "name_sv", "name_en", "slug", "former_names__name_fi"]
    readonly_fields = ["add_term"]
    inlines = [SeatInline, BodyTermInline, ExOfficioInline, FormerNameInline]
    fieldsets = [
        (None, {"fields": ["kind", "name_fi", "name_sv", "name_en", "slug", "parent", "sort", "add_term"]}),
        (
            _("validity"),
            {"fields": ["valid_from", "valid_to", "replaced_by", "register_from", "is_recorded"]},
        ),
        (
            _("description"),
            {
                "fields": [
                    "description_fi", "description_sv", "description_en", "as_of_fi", "as_of_sv", "as_of_en",
                ]
            },
        ),
        (
            _("meetings"),
            {
                "fields": [
                    "notice_days", "uses_sections", "inspection", "calendar_visibility", "papers_visibility",
                ]
            },
        ),
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Body | None = None) -> list[str]:
        """The kind of a body never changes; how long a working group lasts is decided on its own page."""
        if obj is None:
            return [*self.readonly_fields]
        lifecycle = ["valid_from", "valid_to", "is_recorded", "parent"] if obj.kind == Kind.WORKING_GROUP else []
        return [*self.readonly_fields, "kind", *lifecycle]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A working group is founded on the page of its area, not here."""
        if db_field.name == "kind":
            kwargs["choices"] = [choice for choice in Kind.choices if choice[0] != Kind.WORKING_GROUP]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description=_("terms"))
    def add_term(self, body: Body) -> str:
        """The way to the page where a term is added."""
        if not body.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("network:term_add", args=[body.slug]), _("Add a member"))
