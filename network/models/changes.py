"""Changes of what public pages show, so that a page kept for visitors is known to be right."""

from django.db import models
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

KEPT = 200  # changes kept when the set is shortened: few rows to count, many enough to be shortened seldom


class ChangeManager(models.Manager["Change"]):
    """The stamp of everything committed so far, and the shortening of the set it is made of."""

    def stamp(self) -> tuple[int, int]:
        """A value that differs after each committed change; one query."""
        row = self.aggregate(n=Count("xact"), keys=Sum("xact"))
        return row["n"], int(row["keys"] or 0)

    def shorten(self) -> int:
        """Forget the oldest changes when there are many; how many were forgotten. The stamp differs afterwards."""
        kept = self.order_by("-xact").values_list("xact", flat=True)[KEPT : KEPT + 1]
        oldest = next(iter(kept), None)
        return self.filter(xact__lte=oldest).delete()[0] if oldest else 0


class Change(models.Model):
    """A transaction that changed something that public pages show; statement triggers write it (network.changes)."""

    xact = models.BigIntegerField(_("transaction"), primary_key=True)

    objects = ChangeManager()

    class Meta:
        verbose_name = _("public change")
        verbose_name_plural = _("public changes")

    def __str__(self) -> str:
        return str(self.xact)
