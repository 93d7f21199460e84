"""Roles that come with a role in another body: an area's chair sits in the board."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network import guards
from network.audit import tracked
from network.models.bodies import Body, Seat
from network.periods import PeriodQuerySet, check_period, no_overlap, one_of
from network.roles import Role


@tracked
class ExOfficio(models.Model):
    """Who holds a role in one body holds another in a second: an area's chair sits in the board."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="ex_officio", verbose_name=_("body"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    from_body = models.ForeignKey(
        Body, models.PROTECT, related_name="ex_officio_elsewhere", verbose_name=_("comes from the body")
    )
    from_role = models.CharField(_("comes from the role"), max_length=12, choices=Role.choices)
    seat = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="ex_officio", verbose_name=_("seat")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    substitute_follows = models.BooleanField(
        _("a substitute follows"), default=False, help_text=_("Whether a stand-in takes this role too.")
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("ex officio role")
        verbose_name_plural = _("ex officio roles")
        ordering: ClassVar = ["body", "role", "pk"]
        constraints: ClassVar = [
            one_of("role", Role, "exofficio_role_known"),
            one_of("from_role", Role, "exofficio_from_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="exofficio_period_forward",
                violation_error_message=_("The end date is before the start date."),
            ),
            models.CheckConstraint(
                condition=~Q(body=F("from_body")),
                name="exofficio_another_body",
                violation_error_message=_("A role does not follow from a role in the same body."),
            ),
            no_overlap(
                "exofficio_same_pair_once",
                "body",
                "from_body",
                "from_role",
                message=_("The same role already follows during this period."),
            ),
            no_overlap(
                "exofficio_one_source_of_chair",
                "body",
                condition=Q(role=Role.CHAIR),
                message=_("The body already gets its chair from another role."),
            ),
            no_overlap(
                "exofficio_one_source_of_seat",
                "seat",
                condition=Q(seat__isnull=False),
                message=_("The seat is already filled from another role."),
            ),
        ]
        triggers: ClassVar = [guards.ex_officio_locks_body, guards.ex_officio_beside_no_term]

    def __str__(self) -> str:
        return f"{self.get_role_display()} ← {self.from_body}, {self.get_from_role_display()}"

    def clean(self) -> None:
        """Say kindly what the database would refuse."""
        check_period(self.starts_on, self.ends_on)
        if not self.body_id:
            return
        beside = Q(role=self.role)
        if self.seat_id and self.seat:
            if self.seat.body_id != self.body_id:
                raise ValidationError({"seat": guards.message("exofficio_seat_of_its_body")})
            beside |= Q(seat=self.seat_id) & ~Q(role=Role.ALTERNATE)
        if self.body.terms.filter(beside).overlapping(self.starts_on, self.ends_on).exists():
            raise ValidationError({"role": guards.message("exofficio_beside_term")})
