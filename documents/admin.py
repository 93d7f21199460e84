"""The register of documents."""

from django.contrib import admin

from documents.models import Document
from network.registers import RegisterAdmin


@admin.register(Document)
class DocumentAdmin(RegisterAdmin):
    """Documents of the bodies. The one replaced is given by its number, which stands in its address."""

    list_display = ["title", "body", "kind", "visibility", "year", "language"]
    list_filter = ["kind", "visibility", "language", "body__kind"]
    list_select_related = ["body"]
    search_fields = ["title", "author", "summary_fi"]
    raw_id_fields = ["replaces"]
