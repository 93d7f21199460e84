"""Documents of the bodies. A document may stand in the register before its file is found."""

import hashlib
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models, transaction
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents import guards
from meetings.models import Item, State
from network.access import Access, BodyRecordQuerySet, seen_in
from network.addresses import address_of
from network.audit import tracked
from network.languages import Language
from network.models import Body, Person
from network.paging import has
from network.periods import one_of
from network.prepared import prepared
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


@prepared
def readable(access: Access) -> Q:
    """The documents that somebody with this access reads: by their own rule, kept, or shown to them by an item."""
    shown = Attachment.objects.filter(
        document=OuterRef("pk"), released_at__isnull=False, item__in=Item.objects.visible_to(access)
    )
    by_rule = Q(visibility__isnull=False) & seen_in(access)
    return by_rule | Q(body__in=access.manages) | has(shown)


class DocumentQuerySet(BodyRecordQuerySet):
    """Documents: read by their own rule, or through an item to whose readers they were released (F74)."""

    def visible_to(self, user: Any) -> Self:
        """The documents that the user reads; never wider by accident."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        return self.filter(readable(access))


@tracked
class Document(models.Model):
    """A document of a body, with its visibility; its files are versions of it.

    Without a visibility of its own it is read by its keepers, and through the items that it was released to.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="documents", verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind.choices, default=DocumentKind.OTHER)
    visibility = models.CharField(
        _("visibility"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.BODY,
        null=True,
        blank=True,
        help_text=_("Empty: read only through the items that it is attached to."),
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    author = models.CharField(_("author"), max_length=160, blank=True)
    summary_fi = models.TextField(_("summary in Finnish"), max_length=4_000, blank=True)
    summary_sv = models.TextField(_("summary in Swedish"), max_length=4_000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.FI)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-year", "-id"]
        indexes: ClassVar = [models.Index(fields=["-year", "-id"], name="document_newest_first")]
        constraints: ClassVar = [
            one_of("kind", DocumentKind, "document_kind_known"),
            models.CheckConstraint(
                condition=Q(visibility__isnull=True) | Q(visibility__in=Visibility.values),
                name="document_visibility_known",
                violation_error_message=_("Choose one of the values offered."),
            ),
            one_of("language", Language, "document_language_known"),
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
        return address_of("documents:document_detail", self.pk)

    @property
    def latest(self) -> "Version | None":
        """The newest version, or None while the file is missing."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)

    @property
    def is_of_record(self) -> bool:
        """Whether it lives only as an attachment of minutes that have left the desk: then it stays as it is."""
        left = Q(item__meeting__minutes__isnull=False) & ~Q(item__meeting__minutes__state=State.DRAFT)
        return self.visibility is None and self.attachments.filter(left).exists()

    @transaction.atomic
    def add_version(
        self, file: File, *, filename: str, content_type: str, by: Person | None, note: str = ""
    ) -> "Version":
        """Store a file as the next version; it is hashed and written piece by piece, never held in memory."""
        document = Document.objects.select_for_update(no_key=True).get(pk=self.pk)
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        if document.is_of_record:
            raise ValidationError(_("The document belongs to minutes that have left the desk: attach a new document."))
        number = (document.versions.aggregate(last=models.Max("number"))["last"] or 0) + 1
        version = Version(document=document, number=number, filename=filename[-200:], content_type=content_type)
        version.sha256, version.size, version.note, version.uploaded_by = digest.hexdigest(), file.size, note, by
        version.file.save(filename, file, save=False)
        try:
            version.save()
        except Exception:
            version.file.delete(save=False)  # a row that is not there has no file
            raise
        return version


def version_path(version: "Version", filename: str) -> str:
    """Where a version's file lies, outside the web root; the reader's name for it is kept in the row."""
    return f"asiakirjat/{version.document_id}/{version.number}-{version.sha256[:16]}"


@tracked
class Version(models.Model):
    """A file of a document, with who, when and why; each version is kept."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions", verbose_name=_("document"))
    number = models.PositiveIntegerField(_("version"))
    file = models.FileField(_("file"), upload_to=version_path, max_length=200)
    filename = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("In bytes."))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="versions", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering: ClassVar = ["document", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "number"],
                name="version_number_once",
                violation_error_message=_("The document already has this version."),
            ),
        ]
        triggers: ClassVar = [guards.version_stays]

    def __str__(self) -> str:
        return f"{self.document} v{self.number}"

    def get_absolute_url(self) -> str:
        """The address of the file."""
        return address_of("documents:version_download", self.document_id, self.number)


class AttachmentManager(models.Manager["Attachment"]):
    """Attaches documents to items."""

    def attach(self, item: Item, document: Document, *, by: Person, release: bool) -> "Attachment":
        """Attach the document as the item's last; released to the item's readers where `release` says so."""
        last = item.attachments.aggregate(last=models.Max("order"))["last"] or 0
        released = {"released_by": by, "released_at": timezone.now()} if release else {}
        return self.create(item=item, document=document, order=last + 1, **released)


@tracked
class Attachment(models.Model):
    """A document attached to an item (liite), released to the item's readers or not yet."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="attachments", verbose_name=_("item"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="attachments", verbose_name=_("document"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    released_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    objects = AttachmentManager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["item", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "document"],
                name="attachment_once",
                violation_error_message=_("The document is already attached to this item."),
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(released_by__isnull=False),
                name="attachment_released_by_somebody",
                violation_error_message=_("Somebody releases an attachment."),
            ),
        ]
        triggers: ClassVar = [guards.attachment_frozen]

    def __str__(self) -> str:
        return str(self.document)


class ExtractState(models.TextChoices):
    """What came of reading the text inside a file."""

    READ = "read", _("read in full")
    CUT = "cut", _("read in part: too long")
    EMPTY = "empty", _("no text inside")
    LOCKED = "locked", _("protected by a password")
    BROKEN = "broken", _("could not be read")
    OTHER = "other", _("not a kind of file that is read")


class Extract(models.Model):
    """The text inside a version's file, for the search; read in a job, and again whenever it is wanted."""

    version = models.OneToOneField(Version, models.CASCADE, related_name="extract", verbose_name=_("version"))
    state = models.CharField(_("state"), max_length=8, choices=ExtractState.choices)
    text = models.TextField(_("text"), max_length=20_000_000, blank=True)
    read_at = models.DateTimeField(_("read at"), auto_now=True)

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        constraints: ClassVar = [one_of("state", ExtractState, "extract_state_known")]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_state_display()}"
