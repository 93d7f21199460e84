"""What changed between two texts, word by word. The parts are plain text: the template that prints them escapes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

WORD = re.compile(r"\s*\S+|\s+")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Beyond this many pieces on a side a comparison takes seconds: then by lines, and at last as a whole.
MOST = 1_500


@dataclass(frozen=True)
class Part:
    """A stretch of text: the same in both, only in the old one (removed), or only in the new one (added)."""

    kind: str
    text: str


def words(old: str, new: str) -> list[Part]:
    """The two texts as one: what stayed, what was removed, what was added, in reading order."""
    return list(_merged(_parts(_lines_end_alike(old), _lines_end_alike(new))))


def _lines_end_alike(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parts(old: str, new: str) -> Iterator[Part]:
    before, after = WORD.findall(old), WORD.findall(new)
    start = _shared(before, after)
    rest = min(len(before), len(after)) - start
    end = min(_shared(before[::-1], after[::-1]), rest)
    yield Part("same", "".join(before[:start]))
    yield from _middle(before[start : len(before) - end], after[start : len(after) - end])
    yield Part("same", "".join(before[len(before) - end :]))


def _shared(before: list[str], after: list[str]) -> int:
    """How many pieces the two have in common from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def _middle(before: list[str], after: list[str]) -> Iterator[Part]:
    if max(len(before), len(after)) > MOST:
        before, after = LINE.findall("".join(before)), LINE.findall("".join(after))
    if max(len(before), len(after)) > MOST:
        before, after = ["".join(before)], ["".join(after)]
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Part("same", "".join(before[a:b]))
            continue
        yield Part("removed", "".join(before[a:b]))
        yield Part("added", "".join(after[c:d]))


def _merged(parts: Iterator[Part]) -> Iterator[Part]:
    """Neighbours of one kind as one part, and no empty ones."""
    held: Part | None = None
    for part in parts:
        if not part.text:
            continue
        if held and held.kind == part.kind:
            held = Part(held.kind, held.text + part.text)
            continue
        if held:
            yield held
        held = part
    if held:
        yield held
