"""Forms of documents: a new one, a new version, and what is attached to an item."""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from documents.models import Attachment, Document, DocumentKind, Version
from documents.uploads import WORDS, UploadField, is_full
from meetings.models import Item
from meetings.widening import WIDTH, audience
from network.forms import PartForm, save_or_refuse
from network.models import Body, Person
from network.paging import has
from network.visibility import Visibility

OFFERED = 100  # documents in a list, the newest first
NAMED = re.compile(r"(?:^#?|/asiakirjat/)(\d{1,18})(?:/.*)?$")  # "17", "#17", or the address of a document or its file


def keep_or_refuse(form: forms.BaseForm, save: Callable[[], Any]) -> bool:
    """As save_or_refuse, and a full disk is an error of the form too: nothing is half stored."""
    try:
        return save_or_refuse(form, save)
    except OSError as error:
        if not is_full(error):
            raise
        form.add_error("file", ValidationError(WORDS["full"], code="full"))
        return False


def ask_again(form: forms.BaseForm) -> None:
    """Say that the file must be chosen anew, where the form comes back for another reason."""
    if form.errors and form.files and "file" in form.fields and "file" not in form.errors:
        form.add_error("file", ValidationError(WORDS["again"], code="again"))


def _keep(document: Document, file: Any, *, by: Person, note: str = "") -> Version:
    return document.add_version(file, filename=file.name, content_type=file.content_type, by=by, note=note)


class DocumentForm(PartForm):
    """A new document of a body; its file may come later."""

    file = UploadField(required=False)

    class Meta:
        model = Document
        fields = ["body", "title", "kind", "visibility", "year", "author", "language", "summary_fi", "summary_sv"]

    def __init__(self, *args: Any, bodies: "QuerySet[Body]", by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        body: Any = self.fields["body"]
        body.queryset, body.empty_label = bodies, _("choose")
        visibility: Any = self.fields["visibility"]
        visibility.required, visibility.choices, visibility.help_text = True, Visibility.choices, ""

    @transaction.atomic
    def save(self, commit: bool = True) -> Document:
        """Save the document, and its file last: a refusal before it leaves nothing on the disk."""
        document = super().save(commit)
        if self.cleaned_data.get("file"):
            _keep(document, self.cleaned_data["file"], by=self.by)
        return document


class VersionForm(PartForm):
    """A new version of a document."""

    file = UploadField()
    field_order = ["file", "note"]

    class Meta:
        model = Version
        fields = ["note"]

    def __init__(self, *args: Any, document: Document, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document, self.by = document, by

    def save(self, commit: bool = True) -> Version:
        """Keep the file as the next version."""
        data = self.cleaned_data
        return _keep(self.document, data["file"], by=self.by, note=data["note"])


class AttachForm(PartForm):
    """A new file for an item: a document of its body that is read through the item and no wider."""

    file = UploadField()
    field_order = ["file", "title", "kind"]

    class Meta:
        model = Document
        fields = ["title", "kind"]

    def __init__(self, *args: Any, item: Item, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.by = item, by
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Empty: the name of the file.")

    def clean(self) -> dict[str, Any]:
        """Take the title from the file where none is given."""
        data = super().clean() or self.cleaned_data
        file = data.get("file")
        if file and not data.get("title"):
            length = Document._meta.get_field("title").max_length
            self.instance.title = data["title"] = PurePath(file.name).stem[:length]
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Attachment:
        """Make the document, attach it, and keep the file last."""
        self.instance.body, self.instance.visibility = self.item.meeting.body, None
        self.instance.language = self.item.meeting.language
        document = super().save(commit)
        attachment = Attachment.objects.attach(self.item, document, by=self.by, release=True)
        _keep(document, self.cleaned_data["file"], by=self.by)
        return attachment


class AttachExistingForm(forms.Form):
    """A document that is there already; where more people would read it by this, the form asks first (F74)."""

    document = forms.ModelChoiceField(Document.objects.none(), label=_("Document of this body"), required=False)
    other = forms.CharField(
        label=_("Another document"), max_length=300, required=False,
        help_text=_("Its number or its address, where it is not in the list."),
    )  # fmt: skip
    release = forms.ChoiceField(
        label=_("Release it to the readers of the item?"),
        choices=[("no", _("No: only those who read it already")), ("yes", _("Yes, release it"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, item: Item, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.by = item, by
        field: Any = self.fields["document"]
        field.queryset = Document.objects.managed_by(by).exclude(attachments__item=item)
        own = field.queryset.filter(body=item.meeting.body_id).order_by("-pk")
        field.choices = [("", "—"), *own.values_list("pk", "title")[:OFFERED]]
        if not self.is_bound:
            del self.fields["release"]

    def clean_other(self) -> Document | None:
        """The document that is named by its number or address."""
        if not (text := self.cleaned_data["other"]):
            return None
        field: Any = self.fields["document"]
        named = NAMED.search(text)
        if document := field.queryset.filter(pk=int(named.group(1))).first() if named else None:
            return document
        raise ValidationError(_("You keep no document of this number or address that could be attached."))

    def clean(self) -> dict[str, Any]:
        """Ask before the circle of readers grows; without an answer nothing is attached."""
        data = super().clean() or self.cleaned_data
        document = data["document"] = data.get("other") or data.get("document")
        if document is None and not self.errors:
            self.add_error("document", _("Choose a document, or name another."))
        if document is None or document.visibility == Visibility.PUBLIC:
            del self.fields["release"]
        elif not (data.get("release") and goes_further(self.item, document)):
            self._ask_if_wider(document)
        return data

    def _ask_if_wider(self, document: Document) -> None:
        gained = readers_gained(self.item, document)
        if not gained and not goes_further(self.item, document):
            del self.fields["release"]
        elif not self.cleaned_data.get("release"):
            self._ask(gained)

    def _ask(self, gained: list[Person]) -> None:
        self.fields["release"].required = True
        words = {"count": len(gained), "who": _audience(self.item).label}
        question = (
            _("Through the item %(count)s people more would read it, and once the minutes are published: %(who)s.")
            if gained
            else _("Through the item it would be read, once the minutes are published, by: %(who)s.")
        )
        self.add_error("release", ValidationError(question, code="wider", params=words))

    def save(self) -> Attachment:
        """Attach it; the release is kept with who gave it and when."""
        release = self.cleaned_data.get("release", "yes") == "yes"
        return Attachment.objects.attach(self.item, self.cleaned_data["document"], by=self.by, release=release)


def _audience(item: Item) -> Visibility:
    return audience(item.visibility, item.meeting.visibility)


def readers_gained(item: Item, document: Document) -> list[Person]:
    """Who of those called to the meeting does not read the document yet; the database is asked once for them all."""
    me, people = Document.objects.filter(pk=document.pk).order_by(), item.meeting.receivers
    each = (
        me.visible_to(person).annotate(reader=Value(person.pk)).values_list("reader", flat=True) for person in people
    )
    readers = set(me.none().values_list("pk", flat=True).union(*each))
    return [person for person in people if person.pk not in readers]


def goes_further(item: Item, document: Document) -> bool:
    """Whether the item will be read more widely, once its minutes are published, than the document itself is."""
    own = -1 if document.visibility is None else WIDTH.index(Visibility(document.visibility))
    return WIDTH.index(_audience(item)) > own


class DocumentFilterForm(forms.Form):
    """What the list is narrowed to; an unknown value narrows nothing."""

    q = forms.CharField(
        label=_("Words in the title"), max_length=200, required=False, widget=forms.TextInput({"type": "search"})
    )
    toimielin = forms.ChoiceField(label=_("Body"), required=False)
    laji = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *DocumentKind.choices])
    vuosi = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    ilman = forms.BooleanField(
        label=_("Without a file"), required=False, widget=forms.CheckboxInput({"class": "form-check-input"})
    )

    def __init__(self, data: Any, *, bodies: list[Body], years: list[int], keeps: bool) -> None:
        super().__init__(data)
        self.bodies = {body.slug: body for body in bodies}
        names: Any = self.fields["toimielin"]
        names.choices = [("", _("all")), *((body.slug, body.name) for body in bodies)]
        numbers: Any = self.fields["vuosi"]
        numbers.choices = [("", _("all")), *((year, str(year)) for year in years)]
        if not keeps:  # a missing file is looked for by those who keep the papers
            del self.fields["ilman"]
        self.is_valid()  # what is not valid is not in the cleaned data

    @property
    def body(self) -> Body | None:
        """The body whose documents are asked for."""
        return self.bodies.get(self.cleaned_data.get("toimielin", ""))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return any(self.cleaned_data.values())

    def narrow(self, documents: QuerySet) -> QuerySet:
        """The documents that are asked for."""
        asked = self.cleaned_data
        columns = {"body": self.body, "kind": asked.get("laji"), "year": asked.get("vuosi")}
        documents = documents.filter(**{name: value for name, value in columns.items() if value})
        for word in (asked.get("q") or "").split():
            documents = documents.filter(title__icontains=word)
        return (
            documents.exclude(has(Version.objects.filter(document=OuterRef("pk")))) if asked.get("ilman") else documents
        )
