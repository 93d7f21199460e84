"""Words: what of a text is indexed and asked for, and where a long Finnish word may be broken.

Finnish by Voikko: the lemma and every contiguous run of a compound's parts, for Postgres' own stemmer misses the
commonest words of this field (kokous ≠ kokouks). Swedish and English by snowball stems. A Voikko handle is not
thread-safe (four threads on one handle abort the process), so one lock stands around it. Where the library is not
installed, words stay whole, search asks for beginnings of words, and the health page says so.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from threading import Lock
from typing import Any

import snowballstemmer

from network.stopwords import STOP_WORDS

SOFT_HYPHEN = "\u00ad"
LONG_WORD = re.compile(r"[^\W\d_]{11,}")  # a shorter word fits the narrowest line in the largest type
SHORTEST_PART = 3  # letters; fewer left alone on a line help nobody
LONGEST_TERM = 60
DASHES = "‐‑‒–—−"
SECTION = r"§\s?\d+|\d+\s?§"
NUMBERED = r"\d{1,4}/\d{4}"
# In this order: a section, a number of a year, a date, a word with its hyphens, apostrophes and case ending (EU:n).
TOKEN = re.compile(rf"{SECTION}|{NUMBERED}|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}|[^\W_]+(?:[-'’:][^\W_]+)*")
ISSUE = re.compile(rf"(?i)\b(?:julkaisu|publikation|publication)\w*\s+({NUMBERED})")
ENDED = re.compile(r":[^\W\d_]+$")  # the case ending of a number: 2:een
NAMED_WITH_NUMBER = re.compile(r"([^\W\d_]{2,})(\d+)")  # Virve2
BASE = re.compile(r"\(([^()+]{3,})\)")

one_at_a_time = Lock()  # the dictionary and the stemmers keep a state


@dataclass(frozen=True)
class Forms:
    """A word as the index knows it.

    `whole` are its lemmas or stems; `runs` every contiguous run of a compound's parts but the whole; `parts` the
    parts themselves; `bases` what it is derived from (torjunta ← torjua). An unknown word is only itself.
    """

    whole: tuple[str, ...]
    runs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    is_known: bool = False


@dataclass(frozen=True)
class Token:
    """A word of a text and its place."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=1)
def voikko() -> Any:
    """The one handle of the Finnish dictionary, or None where Voikko is not installed."""
    try:
        from libvoikko import Voikko  # the library may be missing on the machine

        handle = Voikko("fi")
    except Exception:
        return None
    handle.setHyphenateUnknownWords(False)
    return handle


@lru_cache(maxsize=3)
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer({"fi": "finnish", "sv": "swedish", "en": "english"}[language])


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """The word's snowball stem; its stemmers keep a state, hence the lock."""
    with one_at_a_time:
        return _stemmer(language).stemWord(word)


def tokens(text: str) -> Iterator[Token]:
    """The words of the text in order, with § 44 and 3/2018 as words of their own."""
    for match in TOKEN.finditer(text):
        yield Token(match.group(), match.start(), match.end())


def clean(text: str) -> str:
    """The text in one spelling: composed letters, one kind of hyphen, no soft hyphens."""
    text = unicodedata.normalize("NFC", text)
    for dash in DASHES:  # `translate` takes ten times as long over a long text
        text = text.replace(dash, "-")
    return text.replace(SOFT_HYPHEN, "")


def is_stop(word: str) -> bool:
    """Whether the word says nothing of what is looked for."""
    return word.lower() in STOP_WORDS


@lru_cache(maxsize=65_536)
def forms(word: str, language: str) -> Forms:
    """What the index holds of a word of a text in this language."""
    low = word.lower()
    if low[0] == "§" or low[-1] == "§":
        return Forms(("§" + re.sub(r"\D", "", low),))
    if low[0].isdigit():
        low = ENDED.sub("", low)
        return Forms((low,), tuple(part for part in re.split(r"[/.]", low) if len(part) == 4))
    made = _finnish(word) if language == "fi" else _stemmed(low, language)
    return _cut(made)


def _cut(made: Forms) -> Forms:
    def short(terms: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(term[:LONGEST_TERM] for term in terms if len(term) > 1 or term.isdigit()))

    return Forms(short(made.whole) or made.whole[:1], short(made.runs), made.parts, short(made.bases), made.is_known)


def _stemmed(low: str, language: str) -> Forms:
    """Swedish and English: the stem, the word itself (names, abbreviations), and the pieces between hyphens."""
    head = low.split(":")[0]
    pieces = [piece for piece in re.split(r"[-'’]", head) if len(piece) > 2]
    whole = (stem(head, language), head)
    return Forms(whole, tuple(stem(piece, language) for piece in pieces) if len(pieces) > 1 else ())


def _finnish(word: str) -> Forms:
    handle = voikko()
    low = word.lower()
    if handle is None:
        return Forms((stem(low.split(":")[0], "fi"), low.split(":")[0]))
    analyses = analyse(word) or analyse(low)
    if not analyses:
        return _unknown(low)
    whole: list[str] = []
    runs: list[str] = []
    parts: tuple[str, ...] = ()
    bases: list[str] = []
    for analysis in analyses:
        base = analysis["BASEFORM"].lower()
        whole.append(base.replace("-", ""))
        cut = _cuts(analysis["STRUCTURE"])
        if len(cut) > 2:
            found = _runs(low, base, cut)
            runs += [run for run in found.values() if run]
            parts = parts or tuple(found[place, place + 1] for place in range(len(cut) - 1))
        bases += [stem for stem in BASE.findall(analysis.get("WORDBASES") or "") if "-" not in stem]
    derived = tuple(base.lower() for base in bases if base.lower() not in whole)
    return Forms(tuple(whole), tuple(runs), parts, derived, is_known=True)


def _unknown(low: str) -> Forms:
    """A word that Voikko does not know: a name, a foreign word, a slip. Its stem catches the case endings."""
    head = low.split(":")[0]
    if "-" in head:
        pieces = [forms(piece, "fi") for piece in head.split("-") if piece]
        last = pieces[-1].whole if pieces else ()
        front = head[: head.rindex("-")].replace("-", "")
        whole = tuple(front + term for term in last) or (head,)
        return Forms(whole, tuple(term for piece in pieces for term in (*piece.whole, *piece.runs)))
    if named := NAMED_WITH_NUMBER.fullmatch(head):
        return Forms((head,), (*forms(named[1], "fi").whole, named[2]))
    return Forms(tuple(dict.fromkeys((head, stem(head, "fi")))))


@lru_cache(maxsize=65_536)
def analyse(word: str) -> list[dict[str, str]]:
    """Voikko's analyses of the word; none where it is not Finnish or Voikko is missing."""
    handle = voikko()
    if handle is None:
        return []
    with one_at_a_time:
        return handle.analyze(word)


def _cuts(structure: str) -> list[int]:
    """Where the parts of a compound begin and end (`=pppp=ppppp` → 0, 4, 9)."""
    return [0, *accumulate(len(part) for part in structure.split("=") if part)]


def _runs(low: str, base: str, cut: list[int]) -> dict[tuple[int, int], str]:
    """Each contiguous run of parts but the whole: its own lemma, for *toiminnan* of *toiminnanjohtaja* is toiminta."""
    last = len(cut) - 1
    found = {}
    for first in range(last):
        for end in range(first + 1, last + 1):
            if (first, end) == (0, last):
                continue
            run = base[cut[first] :] if end == last else low[cut[first] : cut[end]]
            found[first, end] = _lemma_of_run(run.strip("-"))
    return found


def _lemma_of_run(run: str) -> str:
    analyses = analyse(run)
    return analyses[0]["BASEFORM"].lower().replace("-", "") if analyses else run.replace("-", "")


@lru_cache(maxsize=8192)
def hyphenated_word(word: str) -> str:
    """The word with soft hyphens between the parts of the compound; a simple word, between its syllables."""
    handle = voikko()
    if handle is None:
        return word
    with one_at_a_time:
        analyses = handle.analyze(word)
        syllables = handle.hyphenate(word)
    parts = _compound_parts(word, analyses[0]["STRUCTURE"] if analyses else "")
    return SOFT_HYPHEN.join(parts if len(parts) > 1 else _long_enough(syllables.split("-")))


def _compound_parts(word: str, structure: str) -> list[str]:
    """Cut the word at the borders that Voikko's structure shows (`=pppp=ppppp`)."""
    lengths = [len(part) for part in structure.split("=") if part]
    if sum(lengths) != len(word):
        return [word]
    ends = list(accumulate(lengths))
    return [word[end - length : end] for length, end in zip(lengths, ends, strict=True)]


def _long_enough(syllables: list[str]) -> list[str]:
    """Join the syllables at both ends until no part is shorter than a reader can bear."""
    while len(syllables) > 1 and len(syllables[0]) < SHORTEST_PART:
        syllables = [syllables[0] + syllables[1], *syllables[2:]]
    while len(syllables) > 1 and len(syllables[-1]) < SHORTEST_PART:
        syllables = [*syllables[:-2], syllables[-2] + syllables[-1]]
    return syllables


def hyphenated(text: str) -> str:
    """The Finnish text with soft hyphens in its long words."""
    return LONG_WORD.sub(lambda match: hyphenated_word(match.group()), text)
