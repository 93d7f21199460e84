"""Key projects (kärkihankkeet): what a service area aims at in a year, and what came of it."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models import Item
from network.access import Access
from network.audit import tracked
from network.models import Body, Kind, Person

FIRST_YEAR, LAST_YEAR = 2003, 2100  # the network began in 2003


class FlagshipProjectQuerySet(models.QuerySet):
    """Key projects; everybody reads them, and whoever keeps the area's papers keeps them."""

    def managed_by(self, user: Any) -> Self:
        """The projects that the user keeps."""
        access = Access.of(user)
        return self.all() if access.is_secretariat else self.filter(body__in=access.manages)


@tracked
class FlagshipProject(models.Model):
    """A key project of a service area and year: goal, owner, result, and the decision behind it."""

    body = models.ForeignKey(
        Body,
        models.PROTECT,
        related_name="flagship_projects",
        limit_choices_to={"kind": Kind.SERVICE_AREA},
        verbose_name=_("service area"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=200)
    goal = models.TextField(_("goal"), max_length=4_000)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="flagship_projects",
        verbose_name=_("responsible person"),
    )  # fmt: skip
    result = models.TextField(_("result"), max_length=4_000, blank=True)
    decided_in = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="flagship_projects",
        verbose_name=_("decision behind it"),
    )  # fmt: skip

    objects = FlagshipProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("key project")
        verbose_name_plural = _("key projects")
        ordering: ClassVar = ["-year", "title"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "year", "title"],
                name="flagshipproject_once_a_year",
                violation_error_message=_("The area already has a key project of this title that year."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="flagshipproject_year",
                violation_error_message=_("Choose a year from 2003 to 2100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year}"

    def clean(self) -> None:
        """Only a service area has key projects."""
        if self.body_id and self.body.kind != Kind.SERVICE_AREA:
            raise ValidationError({"body": _("Only a service area has key projects.")})

    def get_absolute_url(self) -> str:
        """The project on its area's page."""
        return f"{reverse('serviceareas:area_detail', args=[self.body.slug])}#hanke-{self.pk}"
