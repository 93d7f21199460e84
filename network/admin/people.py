"""The registers of departments and people."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from network import letters
from network.adapter import account_is_open
from network.jobs import post_reset_link
from network.models import Department, Employment, Person, Term
from network.periods import today
from network.registers import ReadOnlyInline, RegisterAdmin, RegisterInline, ValidFilter, editor


class WorksInFilter(admin.SimpleListFilter):
    """People by the department that they work in today."""

    title = _("rescue department")
    parameter_name = "laitos"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The departments of today, by their addresses."""
        return [(row.slug, row.name) for row in Department.objects.on(today())]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """The people of the department chosen."""
        if not self.value():
            return queryset
        works = Employment.objects.current().filter(department__slug=self.value())
        return queryset.filter(pk__in=works.values("person"))


@admin.register(Department)
class DepartmentAdmin(RegisterAdmin):
    """Rescue departments; a merger or a new name is a new row."""

    list_display = ["name_fi", "name_sv", "sort", "valid_from", "valid_to", "successor"]
    list_filter = [ValidFilter]
    list_select_related = ["successor"]
    search_fields = ["name_fi", "name_sv", "slug"]


class EmploymentInline(RegisterInline):
    """Where the person works and worked."""

    model = Employment
    fields = [
        "department", "organisation", "job_title", "starts_on", "starts_known", "ends_on", "ends_known",
    ]  # fmt: skip


class PersonTermInline(ReadOnlyInline):
    """The person's terms."""

    model = Term
    readonly_fields = ["body", "role", "seat", "period"]
    fields = tuple(readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The newest first."""
        return super().get_queryset(request).select_related("body", "seat__department").order_by("-starts_on")

    @admin.display(description=_("period"))
    def period(self, term: Term) -> str:
        """The period."""
        return term.period


@admin.register(Person)
class PersonAdmin(RegisterAdmin):
    """People: members, experts, employees; and the accounts of those who may log in."""

    list_display = ["last_name", "first_name", "email", "works_in", "is_active", "is_recorded"]
    list_display_links = ["last_name", "first_name"]
    list_filter = ["is_active", "is_recorded", ("email", admin.EmptyFieldListFilter), "is_keeper", WorksInFilter]
    search_fields = ["first_name", "last_name", "email"]
    search_help_text = _("Name or e-mail address")
    readonly_fields = ["last_login"]
    fieldsets = [
        (None, {"fields": ["first_name", "last_name", "email", "phone", "language", "visibility"]}),
        (_("Account"), {"fields": ["is_active", "is_keeper", "is_recorded", "last_login"]}),
    ]
    inlines = [EmploymentInline, PersonTermInline]
    actions = ["send_invitation"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The people with their employers of today."""
        jobs = Employment.objects.current().select_related("department")
        return super().get_queryset(request).prefetch_related(Prefetch("employments", jobs, to_attr="jobs"))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Somebody else's row: no "my" name, and what to do when the address is taken."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "visibility":
            field.label = _("Who sees the name")
        if db_field.name == "email":
            field.error_messages["unique"] = _(
                "Another person has this e-mail address. Look that row up, or merge the two at the office's desk."
            )
        return field

    @admin.display(description=_("employer"))
    def works_in(self, person: Person) -> str:
        """Where the person works today."""
        return ", ".join(str(job.employer) for job in person.jobs)  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Save; an old address no longer opens the account, and the secretariat hears of a new keeper."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).exclude(email=obj.email or "").delete()
        if "is_keeper" in form.changed_data and obj.is_keeper:
            letters.tell_of_keeper(obj, by=editor(request))
        if "is_active" in form.changed_data and account_is_open(obj):
            self.message_user(request, _("The account is open. Send the invitation from the list of people."))

    @admin.action(description=_("Send an invitation to choose a password"))
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """Mail a link to a page where the account's owner chooses a password; only to those who may log in."""
        people = list(queryset)
        invited = [person for person in people if account_is_open(person)]
        for person in invited:
            post_reset_link.defer(person_id=person.pk, language=person.language, invited=True)
        if invited:
            text = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", len(invited))
            self.message_user(request, text % {"n": len(invited)}, messages.SUCCESS)
        if closed := [person for person in people if person not in invited]:
            names = ", ".join(str(person) for person in closed)
            self.message_user(request, _("Not open for login: %(names)s.") % {"names": names}, messages.WARNING)
