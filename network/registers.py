"""What the secretariat's registers have in common: every refusal is an error of the form, and nothing is deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from network import guards
from network.forms import DayField, DayInput, PartForm
from network.models import Person
from network.periods import covers, today


def editor(request: HttpRequest) -> Person:
    """The person at the register; the site has let nobody else through."""
    assert isinstance(request.user, Person)  # noqa: S101  (for the type checker)
    return request.user


class RegisterForm(PartForm):
    """A form of a register; the database's refusal of the first try is an error of the second."""

    by: Person
    refusal: Any = None

    def clean(self) -> dict[str, Any] | None:
        """Add the refusal to what the form itself finds."""
        cleaned = super().clean()
        if self.refusal:
            self.add_error(None, self.refusal)
        return cleaned


class PlainFields(BaseModelAdmin):
    """Fields that need no JavaScript: the browser's calendar, plain choices, asked once for all rows."""

    formfield_overrides = {models.DateField: {"form_class": DayField, "widget": DayInput}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The field without the buttons that open windows, which only JavaScript can."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The field with its choices read once: each row of an inline would ask the database again."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField) and db_field.name not in self.raw_id_fields:
            field.choices = list(field.choices)  # type: ignore[arg-type]
        return field


class RegisterInline(PlainFields, admin.TabularInline):
    """Rows of a record on its own page."""

    form = RegisterForm
    extra = 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The formset, whose forms know who writes."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.by = editor(request)  # type: ignore[attr-defined]
        return formset


class ReadOnlyInline(RegisterInline):
    """Rows that are shown with a link to their own page, and changed there."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never here."""
        return False


class RegisterAdmin(PlainFields, admin.ModelAdmin):
    """A register. People, bodies and terms are never deleted: they end."""

    is_register = True
    form = RegisterForm
    list_per_page = 50
    list_max_show_all = 200
    save_on_top = True
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted, unless the register says otherwise."""
        return False

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The record's page in the portal, in the reader's language."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which knows who writes and what the database has refused in this request."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by = editor(request)
        form.refusal = getattr(request, "refusal", None)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; of a row that is there already what the form shows, and no more."""
        obj.save(update_fields=form.own)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows too, then ask the rules that would else speak when there is no form left to answer on."""
        super().save_related(request, form, formsets, change)
        connection.check_constraints()

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Show the form; when the database refuses the change, once more with what was typed and the reason."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.refusal = guards.refusal(error)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; a forged choice of rows means rows that do not exist."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(key.isascii() and key.isdigit() and len(key) < 19 for key in chosen):
            raise Http404
        return super().changelist_view(request, extra_context)


class ValidFilter(admin.SimpleListFilter):
    """Valid today, before, later."""

    title = _("validity")
    parameter_name = "aika"
    period = ("valid_from", "valid_to")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The choices."""
        return [("nyt", _("today")), ("ennen", _("before")), ("tulossa", _("later"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The rows of the choice."""
        first, last = self.period
        match self.value():
            case "nyt":
                return queryset.filter(covers(today(), first, last))
            case "ennen":
                return queryset.filter(**{f"{last}__lt": today()})
            case "tulossa":
                return queryset.filter(**{f"{first}__gt": today()})
        return queryset
