"""Actions: what a decision asks of whom, by when; each ends done with a report, or dropped with a reason."""

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
        """Neither done nor dropped yet, the earliest first."""
        waiting = self.filter(done_on__isnull=True, dropped_on__isnull=True)
        return waiting.order_by(models.F("due_on").asc(nulls_last=True), "pk")

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
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True, editable=False)
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
            models.CheckConstraint(
                condition=Q(dropped_on__isnull=True) | (Q(done_on__isnull=True) & ~Q(report="")),
                name="action_dropped_with_reason",
                violation_error_message=_("Write why it is dropped."),
            ),
        ]

    def __str__(self) -> str:
        return self.task

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed and it is not done."""
        return self.is_open and self.due_on is not None and self.due_on < today()

    @property
    def is_open(self) -> bool:
        """Whether it is still asked of somebody."""
        return self.done_on is None and self.dropped_on is None

    def finish(self, report: str) -> None:
        """Mark the action done with a report; raises ValidationError without one, WrongState when it is done."""
        if not report.strip():
            raise ValidationError({"report": _("Write what was done.")})
        self._settle("done", done_on=today(), report=report.strip())

    def drop(self, reason: str) -> None:
        """Drop the action for a reason; raises ValidationError without one, WrongState when it is settled."""
        if not reason.strip():
            raise ValidationError({"report": _("Write why it is dropped.")})
        self._settle("dropped", dropped_on=today(), report=reason.strip())

    def hand_over(self, owner: Person) -> None:
        """Ask it of somebody else from now on; raises WrongState when it is settled."""
        self._settle("handed over", owner=owner)

    def _settle(self, word: str, **facts: Any) -> None:
        if not Action.objects.filter(pk=self.pk).open().update(**facts):
            raise WrongState(word)
        for name, value in facts.items():
            setattr(self, name, value)
