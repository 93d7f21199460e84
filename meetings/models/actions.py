"""Actions: what a decision asks of whom, by when."""

from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.items import Item
from network.audit import tracked
from network.lifecycle import WrongState
from network.models import Person
from network.periods import today


class ActionQuerySet(models.QuerySet):
    """Actions: whose, open, late."""

    def owned_by(self, person: Any) -> Self:
        """What is asked of this person."""
        return self.filter(owner=person.pk)

    def visible_to(self, user: Any) -> Self:
        """The actions of the items that the user reads, and one's own."""
        return self.filter(Q(item__in=Item.objects.visible_to(user)) | Q(owner=getattr(user, "pk", None)))

    def managed_by(self, user: Any) -> Self:
        """The actions that the user may report done: one's own, and those of the items that the user keeps."""
        return self.filter(Q(owner=user.pk) | Q(item__in=Item.objects.managed_by(user)))

    def open(self) -> Self:
        """Not done yet, the earliest first."""
        return self.filter(done_on__isnull=True).order_by(models.F("due_on").asc(nulls_last=True), "pk")

    def late(self, day: date | None = None) -> Self:
        """Open and past their day."""
        return self.open().filter(due_on__lt=day or today())


@tracked
class Action(models.Model):
    """A task (toimenpide) that a decision gives to somebody."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="actions", verbose_name=_("item"))
    task = models.CharField(_("task"), max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="actions", verbose_name=_("responsible person"))
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    report = models.TextField(_("report"), max_length=4_000, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(report=""),
                name="action_done_needs_report",
                violation_error_message=_("Write what was done."),
            ),
        ]

    def __str__(self) -> str:
        return self.task

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed and it is not done."""
        return self.done_on is None and self.due_on is not None and self.due_on < today()

    def finish(self, report: str) -> None:
        """Mark the action done with a report; raises ValidationError without one, WrongState when it is done."""
        if not report.strip():
            raise ValidationError({"report": _("Write what was done.")})
        done = today()
        if not Action.objects.filter(pk=self.pk, done_on__isnull=True).update(done_on=done, report=report.strip()):
            raise WrongState("done")
        self.done_on, self.report = done, report.strip()
