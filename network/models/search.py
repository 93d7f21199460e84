"""The index of the search: what of each record is found, the words in it, and what has changed since.

Nothing of visibility is written here: who sees a record is asked of its own model, each time (network.finding).
Everything here can be made anew from the records, by `manage.py index --all`.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

PART = 120_000  # characters: some fifty pages, whose distinct lemmas fit in the megabyte of a tsvector


class Indexed(models.Model):
    """A record in one language, or some fifty pages of it, as the search knows it.

    The words have a weight each: A a word of the title, B a part of one, C a word of the text, D a part of one.
    """

    kind = models.CharField(_("kind"), max_length=20)
    record_id = models.BigIntegerField(_("record"))
    language = models.CharField(_("language"), max_length=2)
    part = models.PositiveSmallIntegerField(_("part"), default=0)
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("text"), max_length=PART, blank=True)
    sign = models.CharField(_("section"), max_length=20, blank=True)
    place = models.CharField(_("where it belongs"), max_length=220, blank=True)
    day = models.DateField(_("day"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    body_key = models.BigIntegerField(_("body"), null=True, blank=True)
    route = models.CharField(_("address"), max_length=60)
    key = models.CharField(_("name in the address"), max_length=120, blank=True)
    anchor = models.CharField(_("place on the page"), max_length=40, blank=True)
    title_words = models.PositiveSmallIntegerField(_("words in the title"), default=1)
    grams = models.CharField(_("title in lower case"), max_length=300)
    words = SearchVectorField(_("words"))

    class Meta:
        verbose_name = _("entry of the index")
        verbose_name_plural = _("index")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "language", "part"],
                name="indexed_once",
                violation_error_message=_("The record is in the index already."),
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="indexed_words", fastupdate=False),
            GinIndex(fields=["grams"], opclasses=["gin_trgm_ops"], name="indexed_grams"),
        ]

    def __str__(self) -> str:
        return self.title


class Word(models.Model):
    """A word of the index: the form that a reader would type, its term, and in how many records it stands.

    `public` counts only what everybody reads, so that ranking by it tells nobody of what is hidden.
    """

    form = models.CharField(_("form"), max_length=60)
    term = models.CharField(_("term"), max_length=60, db_index=True)
    public = models.PositiveIntegerField(_("public records"), default=0)

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["form", "term"], name="word_once", violation_error_message=_("The word is known already.")
            ),
        ]
        indexes: ClassVar = [GinIndex(fields=["form"], opclasses=["gin_trgm_ops"], name="word_grams")]

    def __str__(self) -> str:
        return self.form


class Stale(models.Model):
    """A record that has changed since it was indexed; triggers write it, whoever changed the row and however."""

    kind = models.CharField(_("kind"), max_length=20)
    record_id = models.BigIntegerField(_("record"))

    class Meta:
        verbose_name = _("change to be indexed")
        verbose_name_plural = _("changes to be indexed")

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"
