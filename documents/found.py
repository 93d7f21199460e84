"""What of the documents is found: title, summary, author, and the text inside the newest version's file."""

from collections.abc import Iterable, Iterator

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from documents.models import Document, DocumentKind, Version
from network.finding import Findable, Paper


def documents(ids: list[int]) -> Iterator[Paper]:
    """The documents; a summary in another language than the document's is found in its own."""
    newest = Version.objects.filter(document=OuterRef("document")).order_by("-number").values("pk")[:1]
    texts = Prefetch("versions", Version.objects.filter(pk=Subquery(newest)).select_related("extract"))
    for document in Document.objects.filter(pk__in=ids).prefetch_related(texts):
        inside = [v.extract.text for v in document.versions.all() if hasattr(v, "extract")]
        summaries = {"fi": document.summary_fi, "sv": document.summary_sv}
        for language in dict.fromkeys([document.language, *(spoken for spoken in summaries if summaries[spoken])]):
            with override(language):
                label = str(document.get_kind_display()) if document.kind != DocumentKind.OTHER else ""
            said = [summaries.get(language), document.author, *(inside if language == document.language else [])]
            yield Paper(
                document.pk, language, document.title, "\n\n".join(filter(None, said)),
                facts=label, year=document.year, body_key=document.body_id,
                route="documents:document_detail", key=str(document.pk),
            )  # fmt: skip


def kinds() -> Iterable[Findable]:
    """The documents' kind."""
    return (Findable("document", _("Document"), Document.objects.visible_to, documents, Document.objects.all, 10),)
