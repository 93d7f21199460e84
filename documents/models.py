"""Documents of the bodies. A document may stand in the register before its file is found."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from network.access import BodyRecordQuerySet
from network.audit import tracked
from network.models import Body
from network.periods import one_of
from network.visibility import Visibility


class DocumentKind(models.TextChoices):
    """What a document is (`domain.md` § 6.3)."""

    RULES = "rules", _("rules of procedure")
    GUIDELINE = "guideline", _("guideline")
    AGREEMENT = "agreement", _("agreement")
    STRATEGY = "strategy", _("strategy")
    REPORT = "report", _("report")
    STATEMENT = "statement", _("statement")
    PRESENTATION = "presentation", _("presentation")
    OTHER = "other", _("other")


@tracked
class Document(models.Model):
    """A document of a body, with its visibility; its files are versions of it."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="documents", verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    visibility = models.CharField(_("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.BODY)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    author = models.CharField(_("author"), max_length=160, blank=True)
    summary_fi = models.TextField(_("summary in Finnish"), max_length=4_000, blank=True)
    summary_sv = models.TextField(_("summary in Swedish"), max_length=4_000, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))],
        default="fi",
    )  # fmt: skip
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    objects = BodyRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-year", "title"]
        constraints: ClassVar = [
            one_of("kind", DocumentKind, "document_kind_known"),
            one_of("visibility", Visibility, "document_visibility_known"),
            models.CheckConstraint(
                condition=Q(language__in=["fi", "sv", "en"]),
                name="document_language_known",
                violation_error_message=_("Choose one of the values offered."),
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
                name="document_replaces_another",
                violation_error_message=_("A document does not replace itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The document's permanent address."""
        return reverse("documents:document_detail", args=[self.pk])
