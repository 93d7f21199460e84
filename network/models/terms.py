"""Terms: what was decided. Holdings: what follows on a given day. Rights come from here and nowhere else."""

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from network import guards
from network.audit import tracked
from network.models.bodies import Body, Seat
from network.models.ex_officio import ExOfficio
from network.models.people import Person
from network.periods import (
    HasPeriod,
    Known,
    PeriodQuerySet,
    check_period,
    forward,
    no_overlap,
    one_of,
    print_period,
)
from network.roles import CHAIRS, OFFICERS, Role
from network.text import translated

__all__ = ["CHAIRS", "OFFICERS", "Funding", "Holding", "Role", "Substitution", "Term"]


class TermQuerySet(PeriodQuerySet):
    """Terms on a day, and who may decide about them."""

    def governed_by(self, person: Person) -> "TermQuerySet":
        """The terms that the person may end: of bodies they govern, and never their own."""
        access = person.access
        rows = self if access.is_secretariat else self.filter(body__in=access.governs)
        return rows.exclude(person=person)


@tracked
class Term(HasPeriod):
    """What was decided: this person holds this role in this body from – to."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="terms", verbose_name=_("person"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="terms", verbose_name=_("body"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.MEMBER)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="terms", verbose_name=_("seat"))
    alternate_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="alternates", verbose_name=_("alternate for")
    )
    title_fi = models.CharField(_("title in Finnish"), max_length=120, blank=True)
    title_sv = models.CharField(_("title in Swedish"), max_length=120, blank=True)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering: ClassVar = ["body", "-starts_on", "pk"]
        constraints: ClassVar = [
            one_of("role", Role, "term_role_known"),
            one_of("starts_known", Known, "term_starts_known"),
            one_of("ends_known", Known, "term_ends_known"),
            forward("term_period_forward"),
            models.CheckConstraint(
                condition=Q(alternate_for__isnull=True) | Q(role=Role.ALTERNATE),
                name="term_only_alternate_for",
                violation_error_message=_("Only an alternate stands for somebody."),
            ),
            models.CheckConstraint(
                condition=Q(alternate_for__isnull=True) | ~Q(alternate_for=F("id")),
                name="term_not_own_alternate",
                violation_error_message=_("Nobody is their own alternate."),
            ),
            no_overlap(
                "term_one_role_at_a_time",
                "person",
                "body",
                message=_("The person already has a role in this body during this period."),
            ),
            no_overlap(
                "term_one_chair_at_a_time",
                "body",
                condition=Q(role=Role.CHAIR),
                message=_("The body already has a chair during this period."),
            ),
            no_overlap(
                "term_one_holder_of_seat",
                "seat",
                condition=Q(seat__isnull=False) & ~Q(role=Role.ALTERNATE),
                message=_("The seat is already taken during this period."),
            ),
        ]
        triggers: ClassVar = [
            guards.term_locks_body,
            guards.term_not_ex_officio,
            guards.term_inside_seat,
            guards.term_holds_substitutions,
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.body} {self.period}"

    def clean(self) -> None:
        """Say kindly what the database would refuse."""
        super().clean()
        self._check_ex_officio()
        self._check_seat()
        self._check_substitutions()
        if self.alternate_for_id and self.alternate_for and self.alternate_for.body_id != self.body_id:
            raise ValidationError({"alternate_for": _("The alternate stands for somebody in the same body.")})

    def _check_ex_officio(self) -> None:
        if not (self.body_id and self.starts_on):
            return
        rows = ExOfficio.objects.filter(body=self.body_id).overlapping(self.starts_on, self.ends_on)
        if rows.filter(role=self.role).exists():
            raise ValidationError({"role": guards.message("term_role_filled_ex_officio")})
        if self.seat_id and self.role != Role.ALTERNATE and rows.filter(seat=self.seat_id).exists():
            raise ValidationError({"seat": guards.message("term_seat_filled_ex_officio")})

    def _check_seat(self) -> None:
        if not (self.seat_id and self.starts_on and self.seat):
            return
        if self.seat.body_id != self.body_id:
            raise ValidationError({"seat": guards.message("term_seat_of_its_body")})
        late = self.seat.valid_to and (self.ends_on is None or self.ends_on > self.seat.valid_to)
        if late or (self.seat.valid_from and self.starts_on < self.seat.valid_from):
            raise ValidationError({"seat": guards.message("term_inside_its_seat")})

    def _check_substitutions(self) -> None:
        if not (self.pk and self.starts_on):
            return
        if self.substitutions.reaching_outside(self.starts_on, self.ends_on).exists():
            raise ValidationError({"ends_on": guards.message("term_keeps_its_substitutions")})
        if self.substitutions.filter(person=self.person_id).exists():
            raise ValidationError({"person": guards.message("substitution_not_the_holder")})

    @property
    def title(self) -> str:
        """The post in the reader's language, where the term has one ("koordinaattori")."""
        return translated(self, "title")

    @transaction.atomic
    def correct(self, reason: str, **facts: Any) -> None:
        """Write a wrongly entered term as it should have been; the history keeps what stood, and the reason.

        Raises ValidationError without a reason, or where the corrected term breaks a rule.
        """
        if not reason.strip():
            raise ValidationError({"reason": _("Say what was wrong.")})
        for name, value in facts.items():
            setattr(self, name, value)
        self.full_clean()
        with pghistory.context(correction=reason.strip()):
            self.save()

    @transaction.atomic
    def end(self, on: date) -> None:
        """End the term on the day, and the substitutions in it with it.

        Raises ValidationError when the day is before the term's start, or after its end: ending never prolongs, also
        when somebody else has ended it since it was read.
        """
        now = Term.objects.select_for_update(no_key=True)
        self.refresh_from_db(fields=["starts_on", "ends_on"], from_queryset=now)
        check_period(self.starts_on, on)
        if self.ends_on and on > self.ends_on:
            raise ValidationError({"ends_on": _("The term ends before that day already.")})
        for substitution in self.substitutions.filter(ends_on__gt=on):
            if substitution.starts_on > on:
                substitution.delete()
            else:
                substitution.ends_on = on
                substitution.save(update_fields=["ends_on"])
        self.ends_on, self.ends_known = on, Known.DAY
        self.save(update_fields=["ends_on", "ends_known"])


@tracked
class Substitution(models.Model):
    """A stand-in (sijainen) for the holder of a term, for a time and a reason."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="substitutions", verbose_name=_("term"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="substitutions", verbose_name=_("substitute"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    reason = models.CharField(_("reason"), max_length=200)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        ordering: ClassVar = ["term", "starts_on"]
        constraints: ClassVar = [
            forward("substitution_period_forward"),
            no_overlap(
                "substitution_one_at_a_time",
                "term",
                message=_("The term already has a substitute during this period."),
            ),
        ]
        triggers: ClassVar = [guards.substitution_locks_term, guards.substitution_inside_term]

    def __str__(self) -> str:
        return f"{self.person} {print_period(self.starts_on, self.ends_on)}"

    def clean(self) -> None:
        """Say kindly what the database would refuse."""
        check_period(self.starts_on, self.ends_on)
        if not (self.term_id and self.starts_on and self.ends_on):
            return
        if self.person_id == self.term.person_id:
            raise ValidationError({"person": guards.message("substitution_not_the_holder")})
        if self.starts_on < self.term.starts_on or (self.term.ends_on and self.ends_on > self.term.ends_on):
            raise ValidationError({"starts_on": guards.message("substitution_inside_its_term")})


@tracked
class Funding(models.Model):
    """Who pays how much of a staff member's costs, in per cent; a term's shares make 100 together (F06)."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="funding", verbose_name=_("term"))
    payer_fi = models.CharField(_("payer in Finnish"), max_length=120)
    payer_sv = models.CharField(_("payer in Swedish"), max_length=120, blank=True)
    payer_en = models.CharField(_("payer in English"), max_length=120, blank=True)
    percent = models.PositiveSmallIntegerField(_("per cent"), validators=[MinValueValidator(1), MaxValueValidator(100)])

    class Meta:
        verbose_name = _("cost share")
        verbose_name_plural = _("cost shares")
        ordering: ClassVar = ["term", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100),
                name="funding_percent_1_to_100",
                violation_error_message=_("A cost share is 1–100 per cent."),
            ),
            models.UniqueConstraint(
                fields=["term", "payer_fi"],
                name="funding_one_row_per_payer",
                violation_error_message=_("The payer already has a share of this term."),
            ),
        ]
        triggers: ClassVar = [guards.funding_makes_100]

    def __str__(self) -> str:
        return f"{self.payer} {self.percent} %"

    @property
    def payer(self) -> str:
        """The payer in the reader's language."""
        return translated(self, "payer")


class Holding(models.Model):
    """What follows on a given day: terms, their stand-ins, and the seats that come with them.

    A view of the database (migration 0002), never typed in. Substitution and ex-officio are 0 where a row
    follows from the term itself.
    """

    pk = models.CompositePrimaryKey("term_id", "substitution_key", "ex_officio_key")
    term = models.ForeignKey(Term, models.DO_NOTHING, related_name="holdings")
    substitution_key = models.BigIntegerField()
    ex_officio_key = models.BigIntegerField()
    substitution = models.ForeignKey(Substitution, models.DO_NOTHING, null=True, related_name="+")
    ex_officio = models.ForeignKey(ExOfficio, models.DO_NOTHING, null=True, related_name="+")
    person = models.ForeignKey(Person, models.DO_NOTHING, related_name="holdings")
    body = models.ForeignKey(Body, models.DO_NOTHING, related_name="holdings")
    role = models.CharField(max_length=12, choices=Role.choices)
    seat = models.ForeignKey(Seat, models.DO_NOTHING, null=True, related_name="holdings")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    starts_known = models.CharField(max_length=5)
    ends_known = models.CharField(max_length=5)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "network_holding"

    @property
    def period(self) -> str:
        """The period as its source tells it."""
        return print_period(self.starts_on, self.ends_on, self.starts_known, self.ends_known)

    def held_on(self, day: date) -> bool:
        """Whether the period holds the day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
