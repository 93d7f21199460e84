"""The network's texts, to be written; and its letters, to be looked at."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from network.models import Envelope, EnvelopeState, Letter, Page
from network.registers import ReadOnlyInline, RegisterAdmin


@admin.register(Page)
class PageAdmin(RegisterAdmin):
    """The network's texts."""

    list_display = ["title_fi", "slug", "sort", "written_on", "translated_on"]
    search_fields = ["title_fi", "title_sv", "title_en", "text_fi", "slug"]


class EnvelopeInline(ReadOnlyInline):
    """What became of each copy."""

    model = Envelope
    show_change_link = False
    readonly_fields = ["person", "address", "state", "sent_at", "answer"]
    fields = tuple(readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The envelopes with their people."""
        return super().get_queryset(request).select_related("person")


@admin.register(Letter)
class LetterAdmin(RegisterAdmin):
    """Letters as proof: read, never changed."""

    list_display = ["subject", "created_at", "created_by", "about_body", "receivers", "not_sent"]
    list_filter = ["envelopes__state", "created_at"]
    list_select_related = ["created_by", "about_body"]
    search_fields = ["subject", "envelopes__address"]
    fields = ["subject", "text", "about_body", "created_by", "created_at"]
    inlines = [EnvelopeInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The letters with the counts of their envelopes."""
        unsent = Q(envelopes__state__in=(EnvelopeState.REFUSED, EnvelopeState.UNCLEAR))
        counts = {"all": Count("envelopes", distinct=True), "unsent": Count("envelopes", filter=unsent, distinct=True)}
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=_("receivers"))
    def receivers(self, letter: Letter) -> int:
        """How many get the letter."""
        return letter.all  # type: ignore[attr-defined]

    @admin.display(description=_("refused or unclear"))
    def not_sent(self, letter: Letter) -> int:
        """How many copies did not reach a mail server, or may not have."""
        return letter.unsent  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A letter is written by what it tells of."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        """A letter stays as it was written."""
        return False
