"""Bodies: anything that meets; their former names, their seats, and the seats that come with another role."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network import guards
from network.access import Access
from network.addresses import address_of
from network.audit import tracked
from network.models.people import Department
from network.periods import (
    ValidQuerySet,
    check_period,
    forward,
    no_overlap,
    one_of,
    print_period,
    today,
)
from network.prepared import prepared
from network.roles import Kind
from network.text import translated
from network.visibility import Visibility

# The tree of bodies is the tree of authority: what a body of this kind lies under.
PARENT_KIND = {
    Kind.BOARD: Kind.DIRECTORS,
    Kind.SERVICE_AREA: Kind.BOARD,
    Kind.WORKING_GROUP: Kind.SERVICE_AREA,
}
ONLY_ONE = (Kind.DIRECTORS, Kind.BOARD, Kind.OFFICE)
PAGE_OF_KIND = {
    Kind.SERVICE_AREA: "serviceareas:area_detail",
    Kind.WORKING_GROUP: "workinggroups:group_detail",
}


class Inspection(models.TextChoices):
    """How a body's minutes are inspected (`domain.md` § 2.7)."""

    INSPECTORS = "inspectors", _("by inspectors chosen at the meeting")
    NEXT_MEETING = "next_meeting", _("at the next meeting")
    AT_ONCE = "at_once", _("at once, item by item")
    NONE = "none", _("not inspected")


_INSIDE = {
    "calendar_visibility": Visibility.NETWORK,
    "papers_visibility": Visibility.BODY,
    "uses_sections": False,
    "inspection": Inspection.NONE,
}
_SETTINGS: dict[str, dict[str, Any]] = {
    Kind.DIRECTORS: {"papers_visibility": Visibility.PUBLIC},
    Kind.BOARD: {"papers_visibility": Visibility.PUBLIC},
    Kind.OFFICE: _INSIDE,
    Kind.WORKING_GROUP: _INSIDE,
}


def body_settings(kind: str) -> dict[str, Any]:
    """How a new body of the kind meets and who reads its papers, where that differs from the columns' defaults."""
    return dict(_SETTINGS.get(kind, {}))


LATELY = timedelta(days=2 * 365)


@prepared
def known_to(access: Access) -> Q:
    """The bodies that somebody with this access knows of."""
    return Q(is_proposed=False) | Q(parent__in=access.manages)


class BodyQuerySet(ValidQuerySet):
    """Bodies of a kind, on a day."""

    def of_kind(self, kind: Kind) -> Self:
        """The bodies of this kind."""
        return self.filter(kind=kind)

    def recorded(self) -> Self:
        """The working groups that are known by name only."""
        return self.filter(is_recorded=True)

    def visible_to(self, user: Any) -> Self:
        """The bodies that the reader knows of: a proposed group only by those who manage the area it lies under."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        return self.filter(known_to(access))

    def lately(self) -> Self:
        """The bodies of today and of the last two years: the older ones lead to what is theirs from their own pages."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today() - LATELY))

    def offered(self, reader: Any, slug: Any, having: Any) -> Self:
        """What a filter offers the reader: the bodies of late that have what is listed, and the one asked for."""
        asked = self.filter(slug=(slug or "")[:100])
        return self.visible_to(reader) & (asked | self.lately().filter(having))

    def open_on(self, day: date) -> Self:
        """The bodies that may be written in on the day: valid, and not only proposed."""
        return self.on(day).filter(is_proposed=False)


@tracked
class Body(models.Model):
    """Anything that meets: directors' meeting, board, office, service area, working group.

    One concrete model with a kind; what only one kind has lies in the app that owns the kind (architecture § 4).
    """

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name_fi = models.CharField(_("name in Finnish"), max_length=160)
    name_sv = models.CharField(_("name in Swedish"), max_length=160, blank=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("under")
    )
    description_fi = models.TextField(_("description in Finnish"), max_length=20_000, blank=True)
    description_sv = models.TextField(_("description in Swedish"), max_length=20_000, blank=True)
    description_en = models.TextField(_("description in English"), max_length=20_000, blank=True)
    as_of_fi = models.CharField(_("time and source, in Finnish"), max_length=200, blank=True)
    as_of_sv = models.CharField(_("time and source, in Swedish"), max_length=200, blank=True)
    as_of_en = models.CharField(_("time and source, in English"), max_length=200, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )
    is_recorded = models.BooleanField(
        _("known by name only"), default=False, help_text=_("A working group that a source names.")
    )
    is_proposed = models.BooleanField(
        _("proposed only"), default=False, editable=False, help_text=_("Nobody has founded it yet.")
    )
    register_from = models.DateField(
        _("register kept from"),
        null=True,
        blank=True,
        help_text=_("Before this day an empty seat is unknown, from it on vacant."),
    )
    notice_days = models.PositiveSmallIntegerField(_("notice, in days"), default=7)
    uses_sections = models.BooleanField(_("running section numbers"), default=True)
    inspection = models.CharField(
        _("inspection of minutes"), max_length=20, choices=Inspection.choices, default=Inspection.INSPECTORS
    )
    calendar_visibility = models.CharField(
        _("who learns of a meeting"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    papers_visibility = models.CharField(
        _("who reads published papers"), max_length=10, choices=Visibility.choices, default=Visibility.NETWORK
    )

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering: ClassVar = ["sort", "name_fi"]
        constraints: ClassVar = [
            one_of("kind", Kind, "body_kind_known"),
            one_of("inspection", Inspection, "body_inspection_known"),
            one_of("calendar_visibility", Visibility, "body_calendar_visibility_known"),
            one_of("papers_visibility", Visibility, "body_papers_visibility_known"),
            forward("body_period_forward", "valid_from", "valid_to"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind__in=ONLY_ONE),
                name="body_only_one_of_kind",
                violation_error_message=_("There is just one body of this kind."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="body_not_own_parent",
                violation_error_message=_("A body does not lie under itself."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(Kind.DIRECTORS, Kind.OFFICE), parent__isnull=True)
                | Q(kind__in=(Kind.BOARD, Kind.SERVICE_AREA), parent__isnull=False)
                | Q(kind=Kind.WORKING_GROUP, parent__isnull=False, is_recorded=False)
                | Q(kind=Kind.WORKING_GROUP, parent__isnull=True, is_recorded=True),
                name="body_parent_by_kind",
                violation_error_message=_(
                    "The directors' meeting and the office lie under nothing, the board under the directors' "
                    "meeting, service areas under the board, and working groups under a service area."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_recorded=False) | Q(kind=Kind.WORKING_GROUP),
                name="body_recorded_is_group",
                violation_error_message=_("Only a working group can be known by name only."),
            ),
            models.CheckConstraint(
                condition=Q(is_proposed=False) | Q(kind=Kind.WORKING_GROUP, is_recorded=False),
                name="body_proposed_is_group",
                violation_error_message=_("Only a working group is proposed before it is founded."),
            ),
        ]
        triggers: ClassVar = [guards.body_parent_kind, guards.body_slug_is_free]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Say kindly what the database would refuse."""
        check_period(self.valid_from, self.valid_to, "valid_to")
        if self.pk and Body.objects.filter(pk=self.pk).exclude(kind=self.kind).exists():
            raise ValidationError({"kind": guards.message("body_kind_stays")})
        if self.parent and self.parent.kind != PARENT_KIND.get(self.kind):  # type: ignore[call-overload]
            raise ValidationError({"parent": guards.message("body_parent_kind")})
        if FormerName.objects.filter(slug=self.slug).exclude(body=self.pk).exists():
            raise ValidationError({"slug": guards.message("body_slug_taken")})

    def get_absolute_url(self) -> str:
        """The body's own page, by its kind."""
        return address_of(PAGE_OF_KIND.get(Kind(self.kind), "network:body_detail"), self.slug)

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return translated(self, "name")

    @property
    def description(self) -> str:
        """The description in the reader's language, small Markdown."""
        return translated(self, "description")

    @property
    def as_of(self) -> str:
        """Of what time and from what source the description is, in the reader's language."""
        return translated(self, "as_of")

    @property
    def validity(self) -> str:
        """From – to, where either is known."""
        return print_period(self.valid_from, self.valid_to)

    def name_on(self, day: date) -> str:
        """What the body was called on the day."""
        former = min((n for n in self.former_names.all() if day <= n.until), key=lambda n: n.until, default=None)
        return former.name if former else self.name

    def keeps_register_on(self, day: date) -> bool:
        """Whether an empty seat on the day means a vacancy rather than missing knowledge."""
        return self.register_from is not None and self.register_from <= day


@tracked
class FormerName(models.Model):
    """What a body was called until a day; its old address answers with the new one."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="former_names", verbose_name=_("body"))
    name_fi = models.CharField(_("name in Finnish"), max_length=160)
    name_sv = models.CharField(_("name in Swedish"), max_length=160, blank=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    until = models.DateField(_("until"))

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering: ClassVar = ["-until"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "until"],
                name="formername_one_until",
                violation_error_message=_("Another former name ends on the same day."),
            ),
        ]
        triggers: ClassVar = [guards.former_slug_is_free]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Say kindly what the database would refuse."""
        if Body.objects.filter(slug=self.slug).exclude(pk=self.body_id).exists():
            raise ValidationError({"slug": guards.message("body_slug_taken")})

    @property
    def name(self) -> str:
        """The former name in the reader's language."""
        return translated(self, "name")


@tracked
class Seat(models.Model):
    """A place in a body: of a department, or with a label of its own ("puheenjohtaja")."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name=_("body"))
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("rescue department"),
    )
    label_fi = models.CharField(_("label in Finnish"), max_length=120, blank=True)
    label_sv = models.CharField(_("label in Swedish"), max_length=120, blank=True)
    label_en = models.CharField(_("label in English"), max_length=120, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = ValidQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering: ClassVar = ["body", "sort", "pk"]
        constraints: ClassVar = [
            forward("seat_period_forward", "valid_from", "valid_to"),
            models.CheckConstraint(
                condition=Q(department__isnull=False) | ~Q(label_fi=""),
                name="seat_department_or_label",
                violation_error_message=_("A seat has a department or a label."),
            ),
            models.UniqueConstraint(
                fields=["body", "department", "valid_from"],
                condition=Q(department__isnull=False),
                nulls_distinct=False,
                name="seat_one_start",
                violation_error_message=_("The department already has a seat from this day."),
            ),
            no_overlap(
                "seat_one_per_department",
                "body",
                "department",
                starts="valid_from",
                ends="valid_to",
                condition=Q(department__isnull=False, label_fi=""),
                message=_("The department already has a seat during this period."),
            ),
        ]
        triggers: ClassVar = [guards.seat_holds_its_terms]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Say kindly what the database would refuse."""
        check_period(self.valid_from, self.valid_to, "valid_to")
        if not self.pk:
            return
        if Seat.objects.filter(pk=self.pk).exclude(body=self.body_id).exists():
            raise ValidationError({"body": guards.message("seat_stays_in_its_body")})
        if self.terms.reaching_outside(self.valid_from, self.valid_to).exists():
            raise ValidationError({"valid_to": guards.message("seat_keeps_its_terms")})

    def valid_on(self, day: date) -> bool:
        """Whether the seat exists on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def label(self) -> str:
        """The label, or the department's name where the seat has none."""
        return translated(self, "label") or (self.department.name if self.department else "")
