"""Who inspects the minutes and who signs them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings import guards
from meetings.models.meetings import Meeting
from meetings.models.minutes import Capacity, Minutes
from network.audit import tracked
from network.models import Person
from network.periods import one_of

TURNS = 12  # meetings over which the turns of inspectors are counted


class ReviewManager(models.Manager):
    """Proposes inspectors in turn."""

    def next_in_turn(self, meeting: Meeting, count: int = 2) -> list[Person]:
        """Who of those present has inspected least over the body's last meetings, and longest ago (F52, N4).

        The chair and the secretary do not inspect: they sign.
        """
        there = meeting.attendances.filter(person__isnull=False, has_vote=True, presence__in=("present", "remote"))
        eligible = Person.objects.filter(pk__in=there.values("person"))
        eligible = eligible.exclude(pk__in=[meeting.chaired_by_id or 0, meeting.minuted_by_id or 0])
        before = meeting.body.meetings.filter(opened_at__isnull=False, starts_at__lt=meeting.starts_at)
        last = list(before.order_by("-starts_at").values_list("pk", flat=True)[:TURNS])
        counted = Q(reviews__minutes__in=last, reviews__replaced_at__isnull=True)
        turns = eligible.annotate(
            turns=models.Count("reviews", filter=counted),
            latest=models.Max("reviews__minutes__meeting__starts_at", filter=counted),
        )
        return list(
            turns.order_by("turns", models.F("latest").asc(nulls_first=True), "last_name", "first_name")[:count]
        )


@tracked
class Review(models.Model):
    """One inspector's inspection (tarkastus) of the minutes."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="reviews", verbose_name=_("minutes"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="reviews", verbose_name=_("inspector"))
    name = models.CharField(_("name"), max_length=160)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    remark = models.TextField(_("remark"), max_length=4_000, blank=True)

    objects = ReviewManager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["minutes", "person"],
                name="review_one_per_person",
                violation_error_message=_("The person already inspects these minutes."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(replaced_at__isnull=True),
                name="review_accepted_or_replaced",
                violation_error_message=_("One who has accepted is not replaced."),
            ),
        ]
        triggers: ClassVar = [guards.review_frozen]

    def __str__(self) -> str:
        return self.name


@tracked
class Signature(models.Model):
    """A signature of the minutes, bound to the rows that were seen."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="signatures", verbose_name=_("minutes"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="signatures", verbose_name=_("signed by"))
    name = models.CharField(_("name"), max_length=160)
    capacity = models.CharField(_("capacity"), max_length=10, choices=Capacity.choices)
    signed_at = models.DateTimeField(_("signed at"))
    sha256 = models.CharField(_("SHA-256 of the rows signed"), max_length=64)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering: ClassVar = ["signed_at", "pk"]
        constraints: ClassVar = [
            one_of("capacity", Capacity, "signature_capacity_known"),
            models.UniqueConstraint(
                fields=["minutes", "capacity"],
                name="signature_one_per_capacity",
                violation_error_message=_("The minutes are already signed in this capacity."),
            ),
        ]
        triggers: ClassVar = [guards.signature_frozen]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_capacity_display()}"
