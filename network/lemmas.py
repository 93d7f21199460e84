"""Finnish words, by Voikko: where a compound may be broken at the end of a line.

A Voikko handle is not thread-safe (four threads on one handle abort the process), so one lock stands around it.
Where the library is not installed the words stay whole, and the health page says so.
"""

import re
from functools import lru_cache
from itertools import accumulate
from threading import Lock
from typing import Any

SOFT_HYPHEN = "\u00ad"
LONG_WORD = re.compile(r"[^\W\d_]{11,}")  # a shorter word fits the narrowest line in the largest type
SHORTEST_PART = 3  # letters; fewer left alone on a line help nobody

_lock = Lock()


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


@lru_cache(maxsize=8192)
def hyphenated_word(word: str) -> str:
    """The word with soft hyphens between the parts of the compound; a simple word, between its syllables."""
    handle = voikko()
    if handle is None:
        return word
    with _lock:
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
