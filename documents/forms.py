"""Forms of documents: a new one, a new version, and what is attached to an item."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from documents.models import Attachment, Document, DocumentKind, Version
from documents.uploads import WORDS, UploadField, is_full
from meetings.models import Item
from network.forms import PartForm, save_or_refuse
from network.models import Body, Person
from network.paging import has
from network.visibility import Visibility

WIDTH = (Visibility.BODY, Visibility.NETWORK, Visibility.PUBLIC)


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

    document = forms.ModelChoiceField(Document.objects.none(), label=capfirst(_("document")))
    release = forms.ChoiceField(
        label=_("Release it to the readers of the item?"),
        choices=[("no", _("No: only those who read it already")), ("yes", _("Yes, release it"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, item: Item, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.by = item, by
        documents = Document.objects.managed_by(by).exclude(attachments__item=item).order_by("title", "pk")
        field: Any = self.fields["document"]
        field.queryset = documents
        mine = [(d.pk, d.title) for d in documents if d.body_id == item.meeting.body_id]
        others = [(d.pk, d.title) for d in documents if d.body_id != item.meeting.body_id]
        groups = ((_("Of this body"), mine), (_("Of other bodies"), others))
        field.choices = [("", "—"), *((name, rows) for name, rows in groups if rows)]
        if not self.is_bound:
            del self.fields["release"]

    def clean(self) -> dict[str, Any]:
        """Ask before the circle of readers grows; without an answer nothing is attached."""
        data = super().clean() or self.cleaned_data
        document = data.get("document")
        if document is None or not is_wider(self.item, document):
            del self.fields["release"]
        elif not data.get("release"):
            self._ask(document)
        return data

    def _ask(self, document: Document) -> None:
        gained = readers_gained(self.item, document)
        self.fields["release"].required = True
        words = {"count": len(gained), "who": Visibility(audience(self.item)).label}
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


def audience(item: Item) -> str:
    """Who reads the item in the end: the narrower of its own and its meeting's visibility."""
    return min((item.visibility or item.meeting.visibility, item.meeting.visibility), key=_breadth)


def _breadth(visibility: str) -> int:
    return WIDTH.index(Visibility(visibility))


def readers_gained(item: Item, document: Document) -> list[Person]:
    """Who of those called to the meeting does not read the document yet."""
    me = Document.objects.filter(pk=document.pk)
    return [person for person in item.meeting.receivers if not me.visible_to(person).exists()]


def is_wider(item: Item, document: Document) -> bool:
    """Whether the readers of the item, today's or those after publication, are more than the document's own."""
    if document.visibility == Visibility.PUBLIC:
        return False
    own = -1 if document.visibility is None else _breadth(document.visibility)
    return _breadth(audience(item)) > own or bool(readers_gained(item, document))


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
