"""Passages: the place in a text that answers the question, its words marked; escaped here, word by word."""

import re
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from network.lemmas import forms, is_stop, tokens
from network.question import Question

LENGTH = 260  # characters of a passage
BEFORE = 70
LOOKS = 12  # places of a long text that are looked at
ROOT = 4  # letters that a word and its inflections begin with in common
# A table's bars too, and its rule: dashes between bars, as few as one.
MARKUP = re.compile(r"(?<=\|)\s*:?-+:?\s*(?=\|)|[#*_`|]+|:?-{3,}:?|\[([^\]]*)\]\([^)]*\)")


class Marker:
    """Marks the words of one question in texts of a language."""

    def __init__(self, question: Question) -> None:
        self.terms = {term for concept in question.concepts for term in concept.terms}
        self.beginnings = tuple(term[:-1] for term in self.terms if term.endswith("*"))
        roots = {term[:ROOT].rstrip("*") for term in self.terms if len(term) >= 2}
        self.near = re.compile("|".join(re.escape(root) for root in sorted(roots)) or r"(?!)", re.IGNORECASE)

    def spans(self, text: str, language: str) -> list[tuple[int, int]]:
        """Where the words of the question stand."""
        return [(t.start, t.end) for t in tokens(text) if self.is_asked(t.text, language)]

    def is_asked(self, word: str, language: str) -> bool:
        """Whether the word is one of the question's: by its lemma, or by a part of it."""
        if is_stop(word):
            return False
        read = forms(word, language)
        begins = bool(self.beginnings) and word.lower().startswith(self.beginnings)
        return begins or not self.terms.isdisjoint((*read.whole, *read.runs, *read.bases))

    def title(self, text: str, language: str) -> SafeString:
        """The whole title with its words marked."""
        return marked(text, self.spans(text, language))

    def passage(self, text: str, language: str) -> SafeString:
        """The place with the most of the question's words, or the beginning where none is found."""
        text = " ".join(MARKUP.sub(lambda m: m.group(1) or "", text).split())
        best, most = text[:LENGTH], -1
        for start in self._places(text):
            piece = text[start : start + LENGTH]
            words = {piece[a:b].lower()[:ROOT] for a, b in self.spans(piece, language)}
            if len(words) > most:
                best, most = piece, len(words)
        lead = "… " if not text.startswith(best) else ""
        best, trail = (best, "") if text.endswith(best) else (best.rsplit(" ", 1)[0], " …")
        return format_html("{}{}{}", lead, marked(best, self.spans(best, language)), trail)

    def _places(self, text: str) -> Iterable[int]:
        """Beginnings of words some way before each possible sight: an analysis of 50 pages would take too long."""
        yield 0
        last = -LENGTH
        looks = 0
        for match in self.near.finditer(text):
            if match.start() < last + LENGTH // 2 or match.start() < BEFORE:
                continue
            last = match.start()
            looks += 1
            if looks > LOOKS:
                return
            yield text.rfind(" ", 0, last - BEFORE) + 1


def marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    """The text with these places marked."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [format_html("{}", text[at:start]), format_html("<mark>{}</mark>", text[start:end])]
        at = end
    return format_html_join("", "{}", ((piece,) for piece in (*pieces, text[at:])))
