"""What is asked for: the words of a question as concepts, each with its terms and what is near to it.

Stop words are dropped, words written apart are joined (*pelastus toiminta*), compounds split, and words that the
Finnish dictionary does not know are looked for inside the words of the index (Swedish *övning* in *brandövning*).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import log

from django.db import connection

from network.lemmas import ISSUE, Forms, Token, clean, forms, is_stop, stem, tokens, voikko
from network.text import LANGUAGES

LONGEST = 200  # characters of a question
MOST = 12  # concepts; a longer question says nothing more
SHORTEST_INSIDE = 4  # letters that are looked for inside other words
MOST_INSIDE = 40
FEW = 1_000  # entries; a smaller index counts as one of this size
SHORTEST_ROOT = 5
YEAR = 0.45  # how much a year weighs beside a word that is as rare


@dataclass(frozen=True)
class Concept:
    """One word of the question.

    `whole` are its own terms, `near` what it is derived from, `inside` longer words that it stands in, `parts` the
    terms of each part where it is a compound, `kin` words that begin alike. A term with * is a beginning.
    """

    text: str
    whole: tuple[str, ...]
    near: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    kin: tuple[str, ...] = ()
    is_known: bool = False  # the Finnish dictionary knows it
    start: int = 0
    end: int = 0
    weight: float = 1.0
    part_weights: tuple[float, ...] = ()

    @property
    def shares(self) -> list[tuple[tuple[str, ...], float]]:
        """The parts and how much of the word each of them is: the rarer, the more."""
        total = sum(self.part_weights) or 1
        return [(part, weight / total) for part, weight in zip(self.parts, self.part_weights, strict=True)]

    @property
    def sights(self) -> tuple[str, ...]:
        """What shows that the word is there, if only in part."""
        return (*self.whole, *self.near, *self.inside, *(term for part in self.parts for term in part))

    @property
    def terms(self) -> tuple[str, ...]:
        """Everything that counts as a sight of it."""
        return (*self.sights, *self.kin)


@dataclass(frozen=True)
class Question:
    """A question as it was typed, and its concepts."""

    text: str
    concepts: tuple[Concept, ...] = field(default=())

    def with_word(self, old: Concept, word: str) -> "Question":
        """The same question with another word in this place."""
        return Question(self.text[: old.start] + word + self.text[old.end :])


def tidy(text: str) -> str:
    """The question as it is kept and shown: no control characters, one kind of space, not longer than the box."""
    return " ".join(clean("".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST])).split())[:LONGEST]


def read(text: str) -> Question:
    """Read the question; asks the database once, how common its words are and what is near to them."""
    typed = list(tokens(text))
    # A lone letter tells nothing; a lone digit may be the number of a group.
    kept = [t for t in typed if not is_stop(t.text) and (len(t.text) > 1 or t.text.isdigit())] or typed
    concepts = list(dict.fromkeys(_concept(token) for token in kept[:MOST]))
    concepts += [
        Concept(m.group(), (f"julkaisu{m.group(1)}",), start=m.start(), end=m.end()) for m in ISSUE.finditer(text)
    ]
    joined = _joined(text, typed[: 2 * MOST])
    counts, inside = _asked(concepts, [pair.terms for pair in joined])
    concepts = [_weighed(_widened(c, counts, inside), counts) for c in _with_joined(concepts, joined, counts)]
    return Question(text, tuple(concepts))


def _concept(token: Token) -> Concept:
    """A word as each of the three languages knows it: a question is too short to tell its language."""
    word = token.text
    finnish = forms(word, "fi")
    others = [] if word[0].isdigit() or "§" in word else [forms(word, language) for language in LANGUAGES[1:]]
    foreign = tuple(dict.fromkeys(term for other in others for term in other.whole))
    # A word that the Finnish dictionary knows is Finnish first; else it may be any of the three.
    whole = finnish.whole if finnish.is_known else tuple(dict.fromkeys((*finnish.whole, *foreign)))
    parts = tuple((part,) for part in finnish.parts) or tuple((run,) for run in _pieces(finnish, others))
    bases = finnish.bases if len(finnish.parts) < 2 else ()
    near = tuple(term for term in dict.fromkeys((*bases, *foreign)) if term not in whole)
    kin = (word.lower()[: max(SHORTEST_ROOT, len(word) - 3)] + "*",) if _has_kin(word, finnish) else ()
    return Concept(word, whole, near, (), parts, kin, finnish.is_known, token.start, token.end)


def _has_kin(word: str, finnish: Forms) -> bool:
    """Whether words that begin alike are related: a simple word long enough to have a root (kilpailu-tus)."""
    return word.isalpha() and len(word) > SHORTEST_ROOT and len(finnish.parts) < 2


def _pieces(finnish: Forms, others: Iterable[Forms]) -> tuple[str, ...]:
    """The pieces between hyphens of a word that the dictionary does not know as one."""
    return finnish.runs if len(finnish.runs) > 1 else next((o.runs for o in others if o.runs), ())


@dataclass(frozen=True)
class _Pair:
    """Two neighbours that make one word together, and the terms of the word."""

    first: Token
    second: Token
    terms: tuple[str, ...]

    @property
    def is_meant(self) -> bool:
        """Whether it is the word alone that is meant: a part of it says nothing by itself (*vara voima*)."""
        return is_stop(self.first.text) or is_stop(self.second.text)


def _joined(text: str, typed: list[Token]) -> list[_Pair]:
    """The neighbours that make one word together; with a stop word only where the dictionary knows the compound."""
    found = []
    for first, second in pairwise(typed):
        if text[first.end : second.start].strip(" -") or not (first.text + second.text).isalpha():
            continue
        word = first.text + second.text
        read = forms(word, "fi")
        others = tuple(stem(word.lower(), language) for language in LANGUAGES[1:])
        pair = _Pair(first, second, (*read.whole, *others) if read.is_known else (word.lower(), *others))
        if not pair.is_meant or len(read.parts) == 2:
            found.append(pair)
    return found


def _with_joined(concepts: list[Concept], joined: list[_Pair], counts: dict[str, int]) -> list[Concept]:
    """Let the joined word stand for either of the two, where the index knows it."""
    made = list(concepts)
    for pair in joined:
        known = tuple(term for term in pair.terms if term in counts)
        for at, concept in enumerate(made) if known else ():
            if concept.start not in (pair.first.start, pair.second.start):
                continue
            if pair.is_meant:
                made[at] = replace(concept, whole=known, near=(*concept.near, *concept.whole))
            else:
                made[at] = replace(concept, whole=(*concept.whole, *known))
    return made


def _asked(concepts: list[Concept], joined: list[tuple[str, ...]]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """How many public entries hold each term, and the words of the index that hold an unknown word inside."""
    terms = {term for concept in concepts for term in concept.terms} | {t for terms in joined for t in terms}
    terms |= {t for c in concepts if not c.is_known for cut in _cuts(c) for pair in cut for t in pair}
    inside = {f"%{_escaped(s)}%" for c in concepts for s in _stems(c)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT '', term, max(public) FROM network_word WHERE term = ANY(%s) GROUP BY term UNION ALL "
            "SELECT '', '', reltuples::bigint FROM pg_class WHERE oid = 'network_indexed'::regclass UNION ALL "
            "(SELECT form, term, public FROM network_word WHERE form LIKE ANY(%s) ORDER BY public DESC LIMIT 200)",
            [list(terms), list(inside)],
        )
        rows = cursor.fetchall()
    counts = {term: count for form, term, count in rows if not form}
    return counts, [(form, term) for form, term, _count in rows if form]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _stems(concept: Concept) -> set[str]:
    """What an unknown word is looked for by inside other words."""
    if concept.is_known or not concept.text.isalpha():
        return set()
    low = concept.text.lower()
    found = {low, stem(low, "sv"), *([stem(low, "fi")] if voikko() is None else [])}
    return {term for term in found if len(term) >= SHORTEST_INSIDE}


def _widened(concept: Concept, counts: dict[str, int], inside: list[tuple[str, str]]) -> Concept:
    """Add what the index knows about a word that the dictionary does not: longer words with it, and its parts."""
    if concept.is_known:
        return concept
    stems = _stems(concept)
    found = [term for form, term in inside if any(s in form for s in stems) and term not in concept.whole]
    return replace(
        concept,
        inside=tuple(dict.fromkeys(found))[:MOST_INSIDE],
        parts=concept.parts or next((cut for cut in _cuts(concept) if _ends_known(cut, counts)), ()),
    )


def _ends_known(cut: tuple[tuple[str, ...], tuple[str, ...]], counts: dict[str, int]) -> bool:
    return any(term in counts for term in cut[1])


def _cuts(concept: Concept) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Where a Swedish compound may be cut in two, the middle first; an s may stand between (räddning-s-verk)."""
    low = concept.text.lower()
    if not low.isalpha() or len(low) < 2 * SHORTEST_INSIDE:
        return []
    places = sorted(range(SHORTEST_INSIDE, len(low) - SHORTEST_INSIDE + 1), key=lambda at: abs(at - len(low) / 2))
    return [
        ((low[:at].removesuffix("s") + "*",), tuple(dict.fromkeys((low[at:], stem(low[at:], "sv"))))) for at in places
    ]


def _weighed(concept: Concept, counts: dict[str, int]) -> Concept:
    """Rare words weigh more; a word that the index does not know at all weighs as the rarest."""
    total = max(FEW, counts.get("", 0))

    def rarity(terms: tuple[str, ...]) -> float:
        return log(1 + total / (1 + max((counts.get(term, 0) for term in terms), default=0)))

    weight = rarity(concept.whole)
    if concept.text.isdigit() and len(concept.text) == 4:
        weight *= YEAR
    return replace(concept, weight=weight, part_weights=tuple(rarity(part) for part in concept.parts))
