"""Pages: the network's introduction and history."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.addresses import address_of
from network.audit import tracked
from network.languages import Language
from network.periods import one_of, print_date
from network.text import translated

HOME = "etusivu"  # the page that stands at the root


@tracked
class Page(models.Model):
    """A text of the network, in three languages; a translation older than its source says so."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title_fi = models.CharField(_("title in Finnish"), max_length=160)
    title_sv = models.CharField(_("title in Swedish"), max_length=160, blank=True)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    menu_fi = models.CharField(_("word in the menu, in Finnish"), max_length=60, blank=True)
    menu_sv = models.CharField(_("word in the menu, in Swedish"), max_length=60, blank=True)
    menu_en = models.CharField(_("word in the menu, in English"), max_length=60, blank=True)
    text_fi = models.TextField(_("text in Finnish"), max_length=200_000, blank=True)
    text_sv = models.TextField(_("text in Swedish"), max_length=200_000, blank=True)
    text_en = models.TextField(_("text in English"), max_length=200_000, blank=True)
    as_of_fi = models.CharField(_("time and source, in Finnish"), max_length=200, blank=True)
    as_of_sv = models.CharField(_("time and source, in Swedish"), max_length=200, blank=True)
    as_of_en = models.CharField(_("time and source, in English"), max_length=200, blank=True)
    source_language = models.CharField(_("written in"), max_length=2, choices=Language.choices, default=Language.FI)
    written_on = models.DateField(_("source text of"), null=True, blank=True)
    translated_on = models.DateField(_("translations of"), null=True, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering: ClassVar = ["sort", "slug"]
        constraints: ClassVar = [
            one_of("source_language", Language, "page_source_language_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page's public address."""
        return address_of("network:page", self.slug)

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return translated(self, "title")

    @property
    def menu(self) -> str:
        """The word in the menu, or the title."""
        return translated(self, "menu") or self.title

    @property
    def text(self) -> str:
        """The text in the reader's language, small Markdown."""
        return translated(self, "text")

    @property
    def as_of(self) -> str:
        """Of what time and from what source the text is."""
        return translated(self, "as_of")

    @property
    def is_outdated_translation(self) -> bool:
        """Whether the source text has changed after it was translated."""
        return bool(self.written_on and self.translated_on and self.translated_on < self.written_on)

    @property
    def translated_period(self) -> str:
        """The day of the translation, printed."""
        return print_date(self.translated_on) if self.translated_on else ""
