"""Text: small Markdown to HTML (the only place that marks a string safe), and which language a text is in."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

LANGUAGES = ("fi", "sv", "en")
# Where a link in a text may lead: the web, an e-mail address, a place on this site.
SAFE_LINK = re.compile(r"https?://|mailto:|/(?!/)|[#?]", re.IGNORECASE)


class Translated(str):
    """A text and the language it is in, which may not be the reader's: the page then marks it with `lang`."""

    language: str

    def __new__(cls, text: str, language: str) -> "Translated":
        """Make the text with its language."""
        made = super().__new__(cls, text)
        made.language = language
        return made


def language() -> str:
    """The reader's language: fi, sv or en."""
    chosen = (get_language() or "fi")[:2]
    return chosen if chosen in LANGUAGES else "fi"


def translated(record: Any, field: str) -> Translated:
    """The record's text in the reader's language, else in Finnish."""
    chosen = language()
    text = getattr(record, f"{field}_{chosen}", "")
    return Translated(text, chosen) if text else Translated(getattr(record, f"{field}_fi"), "fi")


def marked(text: str) -> SafeString:
    """The text, in a span that tells its language where that is not the page's (WCAG 3.1.2)."""
    spoken = getattr(text, "language", None)
    if not text or spoken is None or spoken == language():
        return conditional_escape(str(text))
    return format_html('<span lang="{}">{}</span>', spoken, str(text))


def without_way_to(text: str, path: str) -> str:
    """The text without the paragraphs that are nothing but a link to the path: the reader is there already."""
    link = re.compile(rf"\s*\[[^]]*\]\({re.escape(path)}\)\s*")
    kept = [part for part in re.split(r"\n\s*\n", text) if not link.fullmatch(part)]
    return Translated("\n\n".join(kept), text.language) if isinstance(text, Translated) else "\n\n".join(kept)


@lru_cache(maxsize=2)
def _markdown(headings: bool) -> MarkdownIt:
    # Paragraphs, lists, tables, emphasis, links; no HTML, no images (architecture § 7).
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    made.validateLink = lambda url: SAFE_LINK.match(url) is not None  # type: ignore[method-assign]
    made.add_render_rule("th_open", _cell)
    made.add_render_rule("td_open", _cell)
    return made if headings else made.disable(["heading", "lheading"])


def _cell(renderer: Any, tokens: Any, place: int, options: Any, env: Any) -> str:
    """A table's cell: a head says that it heads a column (PDF/UA, WCAG 1.3.1), a column of numbers is a class.

    The renderer's own `style` would be refused by the content security policy.
    """
    cell = tokens[place]
    if cell.tag == "th":
        cell.attrSet("scope", "col")
    if cell.attrs.pop("style", "") == "text-align:right":
        cell.attrSet("class", "n")
    return renderer.renderToken(tokens, place, options, env)


def markdown(text: str, headings: bool = True) -> SafeString:
    """Small Markdown as HTML; HTML in it is shown as text, and a link may only be http, https or mailto.

    The text of an item has no headings of its own: they would stand beside those of the record.
    """
    spoken = getattr(text, "language", None)
    html = _markdown(headings).render(str(text))
    if spoken and spoken != language():
        html = f'<div lang="{spoken}">{html}</div>'
    return mark_safe(html)  # noqa: S308  (markdown-it escapes all HTML: see _markdown)


def fingerprint(told: Iterable[str]) -> str:
    """What proves that these lines were seen: a page posts it, and it is another one when a line has changed."""
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
