"""Departments, people and where the people work."""

from datetime import date
from typing import Any, ClassVar, Self

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from network.access import Access
from network.addresses import address_of
from network.audit import tracked, tracked_except
from network.languages import Language
from network.paging import has
from network.periods import (
    HasPeriod,
    Known,
    PeriodQuerySet,
    ValidQuerySet,
    check_period,
    forward,
    no_overlap,
    one_of,
    print_period,
    today,
)
from network.prepared import A_DAY, A_KEY, PreparedRecords, prepared
from network.text import translated
from network.visibility import Visibility


@tracked
class Department(models.Model):
    """A rescue department (pelastuslaitos) under one name; a merger or a new name is a new row.

    Names and statutory order: `domain.md` § 1.5 (174/2002, 616/2021). A department is not a county: one can
    serve two.
    """

    name_fi = models.CharField(_("name in Finnish"), max_length=120, unique=True)
    name_sv = models.CharField(_("name in Swedish"), max_length=120, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    website = models.URLField(_("website"), blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The statute's order."))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )

    objects = ValidQuerySet.as_manager()

    class Meta:
        verbose_name = _("rescue department")
        verbose_name_plural = _("rescue departments")
        ordering: ClassVar = ["sort", "name_fi"]
        constraints: ClassVar = [
            forward("department_period_forward", "valid_from", "valid_to"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("id")),
                name="department_not_own_successor",
                violation_error_message=_("A department does not follow itself."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_to__isnull=False),
                name="department_successor_after_end",
                violation_error_message=_("A department with a successor has a last day."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a validity that runs backwards."""
        check_period(self.valid_from, self.valid_to, "valid_to")

    def get_absolute_url(self) -> str:
        """The department's public page."""
        return address_of("network:department_detail", self.slug)

    @property
    def name(self) -> str:
        """The name in the reader's language; Finnish stands in for English, for no English name is known."""
        return translated(self, "name")

    @property
    def short_name(self) -> str:
        """The area's name alone, as on the spine of a volume: "Länsi-Uudenmaan"."""
        return self.name.removesuffix(" pelastuslaitos").removesuffix(" räddningsverk")

    @property
    def rest_of_name(self) -> str:
        """What the short name leaves out."""
        return self.name.removeprefix(self.short_name).strip()

    @property
    def validity(self) -> str:
        """From – to, where either is known."""
        return print_period(self.valid_from, self.valid_to)


@prepared
def named(access: Access) -> Q:
    """The people whose name somebody with this access may see."""
    named = Q(visibility=Visibility.PUBLIC) | Q(pk__in=access.officers)
    if access.is_network:
        named |= Q(visibility=Visibility.NETWORK)
    if access.member_of:  # whoever keeps a body sits in it or in the one above it
        named |= Q(pk__in=access.colleagues)
    terms, stands_in = (apps.get_model("network", name).objects for name in ("Term", "Substitution"))
    serves = has(terms.filter(person=OuterRef("pk"))) | has(stands_in.filter(person=OuterRef("pk")))
    return Q(pk=access.person_id) | (named & serves)


class PersonQuerySet(models.QuerySet):
    """People, and who may see whom."""

    def visible_to(self, user: Any) -> Self:
        """The people whose name this reader may see (F91: the role is public, the person by choice).

        Officers of a body are public while they serve; everybody else chooses. Somebody without any term is
        nobody's business but the secretariat's; a stand-in serves without a term of their own.
        """
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        return self.filter(named(access))

    def may_log_in(self) -> Self:
        """The people whose account is open."""
        return self.filter(is_active=True)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Makes people; the e-mail address is the user name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person who may log in, with this e-mail and password."""
        person = self.model(email=email.lower(), is_active=True, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make the technical keeper of a new installation; who sees no content by that (architecture § 5)."""
        return self.create_user(email, password, is_keeper=True, **fields)


@tracked_except("password", "last_login")
class Person(AbstractBaseUser):
    """One human, one row: member, expert, employee, and (if allowed to log in) the user account."""

    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.FI)
    visibility = models.CharField(
        _("who sees my name"),
        max_length=10,
        choices=[
            (Visibility.PUBLIC, _("everybody")),
            (Visibility.NETWORK, _("the network's own people")),
            (Visibility.BODY, _("only those who sit in the same body")),
        ],
        default=Visibility.PUBLIC,
        help_text=_("A chair, a vice-chair and a secretary are public while they serve."),
    )
    is_active = models.BooleanField(_("may log in"), default=False)
    is_keeper = models.BooleanField(
        _("technical keeper"), default=False, help_text=_("Runs the machine and sees no content by it.")
    )
    is_recorded = models.BooleanField(_("known from a source only"), default=False, help_text=_("Can never log in."))

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", editable=False,
        verbose_name=_("is the same person as"),
    )  # fmt: skip

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["first_name", "last_name"]

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["last_name", "first_name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
                name="person_email_lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | ~Q(email=""),
                name="person_email_not_empty",
                violation_error_message=_("Leave the e-mail address out altogether."),
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(email__isnull=False),
                name="person_login_needs_email",
                violation_error_message=_("A person who may log in needs an e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(is_recorded=False) | Q(is_active=False, is_keeper=False, email__isnull=True),
                name="person_recorded_never_logs_in",
                violation_error_message=_("A person known from a source only can never log in."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (Q(is_active=False, is_keeper=False, email__isnull=True) & ~Q(merged_into=F("id"))),
                name="person_merged_never_logs_in",
                violation_error_message=_("A person merged into another one has no login of its own."),
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values),
                name="person_visibility_known",
                violation_error_message=_("Choose one of the values offered."),
            ),
            one_of("language", Language, "person_language_known"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        """Write the e-mail address in lower case, and an empty one as none."""
        self.email = (self.email or "").strip().lower() or None

    def get_absolute_url(self) -> str:
        """The person's page."""
        return address_of("network:person_detail", self.pk)

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @cached_property
    def access(self) -> Access:
        """What the person's holdings of today add up to; computed once a request."""
        return Access.on(self, today())

    # Django's admin and allauth ask these; Groups and Permissions are not used (architecture § 5).
    @property
    def is_staff(self) -> bool:
        """Whether the admin is open to the person."""
        return self.is_active and self.access.is_secretariat

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the admin may do this: all of it or nothing."""
        return self.is_staff

    def has_perms(self, perm_list: list[str], obj: Any = None) -> bool:
        """The same for several."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """The same for an app."""
        return self.is_staff

    def employment_on(self, day: date) -> "Employment | None":
        """Where the person works on the day."""
        return EMPLOYED.first(person=self.pk, day=day)


@tracked
class Employment(HasPeriod):
    """Where a person worked, and as what, from – to: in a department or in another organisation."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments", verbose_name=_("person"))
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="employments",
        verbose_name=_("rescue department"),
    )
    organisation = models.CharField(_("other organisation"), max_length=120, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)  # type: ignore[assignment]

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        ordering: ClassVar = [F("starts_on").desc(nulls_last=True), "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(department__isnull=False, organisation="")
                | (Q(department__isnull=True) & ~Q(organisation="")),
                name="employment_one_employer",
                violation_error_message=_("Give either a rescue department or another organisation."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="employment_period_forward",
                violation_error_message=_("The end date is before the start date."),
            ),
            one_of("starts_known", Known, "employment_starts_known"),
            one_of("ends_known", Known, "employment_ends_known"),
            no_overlap(
                "employment_one_at_a_time",
                "person",
                message=_("The person already has an employment during this period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_title}, {self.employer}" if self.job_title else self.employer

    @property
    def employer(self) -> str:
        """The department's or organisation's name."""
        return self.department.name if self.department else self.organisation


def _employed(person: int, day: date) -> models.QuerySet:
    return Employment.objects.on(day).filter(person=person).select_related("department")[:1]


EMPLOYED = PreparedRecords(_employed, person=A_KEY, day=A_DAY)
