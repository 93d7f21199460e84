"""Readings: who opened which non-public record (906/2019, 17 §)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from network import guards
from network.models.people import Person


class Reading(models.Model):
    """One read of a non-public record; append-only, refused by trigger otherwise."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="readings", verbose_name=_("person"))
    kind = models.CharField(_("kind of record"), max_length=60)
    record_id = models.BigIntegerField(_("record"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    path = models.CharField(_("address"), max_length=300)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering: ClassVar = ["-at"]
        indexes: ClassVar = [models.Index(fields=["kind", "record_id"], name="reading_record")]
        triggers: ClassVar = [guards.reading_append_only]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind} {self.record_id}"
