"""Periods: asked on a day, and printed no finer than they are known.

A period is closed on both ends; an open end is null. A day is part of every question, because the database
session runs in UTC and would be wrong about "today" for two or three hours a night.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Func, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

SOON = timedelta(days=90)  # before something ends: F21's first warning


class Known(models.TextChoices):
    """How exactly the source tells a date; "2018" is a year, "8/2018" a month."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


def today() -> date:
    """The day in Helsinki."""
    return timezone.localdate()


def date_range(starts: str, ends: str) -> Func:
    """The SQL range of two date columns, closed on both ends, for exclusion constraints."""
    return Func(
        F(starts), F(ends), RangeBoundary(inclusive_lower=True, inclusive_upper=True), function="DATERANGE",
        output_field=DateRangeField(),
    )  # fmt: skip


def covers(day: date, starts: str, ends: str) -> Q:
    """The condition that the period of two date columns holds the day."""
    return (Q(**{f"{starts}__isnull": True}) | Q(**{f"{starts}__lte": day})) & (
        Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": day})
    )


class NoOverlap(ExclusionConstraint):
    """An exclusion of overlapping periods that a form may also ask when the field of its condition has failed.

    Django's own would crash there: it leaves out failed fields of the expressions, but not of the condition.
    """

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Iterable[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Say nothing about a condition that cannot be asked; the failed field has its own message."""
        failed = set(exclude or ())
        if failed and self.condition and self._expression_refs_exclude(model, self.condition, failed):  # type: ignore[attr-defined]
            return
        super().validate(model, instance, exclude=failed, using=using)


def no_overlap(
    name: str, *same: str, message: Any, condition: Q | None = None, starts: str = "starts_on", ends: str = "ends_on"
) -> NoOverlap:
    """The exclusion of rows with the same values in these columns whose periods share a day."""
    equal: list[tuple[Any, str]] = [(column, RangeOperators.EQUAL) for column in same]
    return NoOverlap(
        name=name,
        expressions=[*equal, (date_range(starts, ends), RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message=message,
    )


class PeriodQuerySet(QuerySet):
    """Owns the words `.on(day)` and `.current()` for everything that has a period."""

    period: ClassVar[tuple[str, str]] = ("starts_on", "ends_on")

    def on(self, day: date) -> Self:
        """The rows in force on the day."""
        return self.filter(covers(day, *self.period))

    def current(self) -> Self:
        """The rows in force today in Helsinki."""
        return self.on(today())

    def overlapping(self, starts: date | None, ends: date | None) -> Self:
        """The rows that share at least a day with the period from starts to ends."""
        first, last = self.period
        rows = self
        if ends:
            rows = rows.filter(Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": ends}))
        if starts:
            rows = rows.filter(Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": starts}))
        return rows

    def reaching_outside(self, starts: date | None, ends: date | None) -> Self:
        """The rows that do not lie wholly inside the period from starts to ends."""
        first, last = self.period
        outside = Q(pk__in=[])
        if starts:
            outside |= Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lt": starts})
        if ends:
            outside |= Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gt": ends})
        return self.filter(outside)


class ValidQuerySet(PeriodQuerySet):
    """The same words for things that are valid rather than held."""

    period = ("valid_from", "valid_to")


def check_period(starts: date | None, ends: date | None, field: str = "ends_on") -> None:
    """Raise ValidationError on the field when a period runs backwards.

    Postgres refuses to build such a range, so a form without this check would end in a crash.
    """
    if starts and ends and ends < starts:
        raise ValidationError({field: _("The end date is before the start date.")})


def years_between(ends: Iterable[int]) -> list[int]:
    """Every year from the least of these to the greatest, the latest first; none of none."""
    found = sorted(ends)
    return list(range(found[-1], found[0] - 1, -1)) if found else []


def print_date(day: date, known: str = Known.DAY) -> str:
    """The date as exactly as it is known: "1.8.2018", "8/2018" or "2018"."""
    if known == Known.YEAR:
        return str(day.year)
    if known == Known.MONTH:
        return f"{day.month}/{day.year}"
    return date_format(day, "SHORT_DATE_FORMAT")


def print_period(
    starts: date | None, ends: date | None, starts_known: str = Known.DAY, ends_known: str = Known.DAY
) -> str:
    """The period with an en dash: "8/2018–2019", "2018", "1.2.2026–"; empty when nothing is known."""
    if starts is None and ends is None:
        return ""
    first = print_date(starts, starts_known) if starts else ""
    last = print_date(ends, ends_known) if ends else ""
    return first if first == last else f"{first}–{last}"


class HasPeriod(models.Model):
    """The columns of a period with the precision of its source; not a table of its own."""

    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    starts_known = models.CharField(_("start known to the"), max_length=5, choices=Known.choices, default=Known.DAY)
    ends_known = models.CharField(_("end known to the"), max_length=5, choices=Known.choices, default=Known.DAY)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a period that runs backwards."""
        super().clean()
        check_period(self.starts_on, self.ends_on)

    @property
    def period(self) -> str:
        """The period as its source tells it."""
        return print_period(self.starts_on, self.ends_on, self.starts_known, self.ends_known)

    def held_on(self, day: date) -> bool:
        """Whether the period holds the day."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The check that a choices field holds one of its choices; Django's choices alone bind no database."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=name,
        violation_error_message=_("Choose one of the values offered."),
    )


def forward(name: str, starts: str = "starts_on", ends: str = "ends_on") -> models.CheckConstraint:
    """The check that a period does not run backwards."""
    condition: Any = Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": F(starts)})
    if starts != "starts_on":
        condition |= Q(**{f"{starts}__isnull": True})
    return models.CheckConstraint(
        condition=condition, name=name, violation_error_message=_("The end date is before the start date.")
    )
