"""Letters about a meeting: what was sent, and by the letter's envelopes what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.meetings import Meeting
from network.audit import tracked
from network.models import Letter
from network.periods import one_of


class NoticeKind(models.TextChoices):
    """What a letter about a meeting says."""

    CALL = "call", _("notice")
    CORRECTION = "correction", _("corrected notice")
    MOVE = "move", _("moved")
    CANCEL = "cancel", _("cancelled")


@tracked
class Notice(models.Model):
    """A letter that was sent about a meeting; the letter's envelopes tell what became of it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notices", verbose_name=_("meeting"))
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="notice", verbose_name=_("letter"))
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind.choices)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("kind", NoticeKind, "notice_kind_known"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(kind=NoticeKind.CALL),
                name="notice_called_once",
                violation_error_message=_("The meeting has already been called."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.letter}"
