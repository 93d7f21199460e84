"""Finnish words, by Voikko: where a compound may be broken at the end of a line.

A Voikko handle is not thread-safe (four threads on one handle abort the process), so one lock stands around it.
Where the library is not installed the words stay whole, and the health page says so.
"""

import re
from functools import lru_cache
from threading import Lock
from typing import Any

SOFT_HYPHEN = "\u00ad"
LONG = 11  # letters; a shorter word fits on a phone's line
WORD = re.compile(r"[^\W\d_]{%d,}" % LONG)

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
    """The Finnish word with soft hyphens where a line may break it; two letters stay together at each end."""
    handle = voikko()
    if handle is None:
        return word
    with _lock:
        pattern = handle.getHyphenationPattern(word)
    breaks = [i for i, mark in enumerate(pattern) if mark == "-" and 2 <= i <= len(word) - 2]
    for place in reversed(breaks):
        word = word[:place] + SOFT_HYPHEN + word[place:]
    return word


def hyphenated(text: str) -> str:
    """The Finnish text with soft hyphens in its long words."""
    return WORD.sub(lambda match: hyphenated_word(match.group()), text)
