"""Typing slips: the words of the index that are nearest to a word that is nowhere."""

from collections.abc import Iterable

from django.db import connection

from network.lemmas import forms, one_at_a_time, voikko
from network.question import Concept

CASE_ENDING = 5  # letters that an inflected word may be longer than the form in the index
ENDING = 0.4  # of a slip, for each letter of a case ending
OFFERS = 6


def nearest(lost: Iterable[tuple[Concept, bool]]) -> dict[str, list[tuple[str, str]]]:
    """For each word the nearest words and their terms, best first; whether anyone sees them is asked elsewhere.

    A word that the dictionary knows, or whose parts are found, is changed only where a single letter is amiss.
    """
    asked = {concept.text: (concept, partly) for concept, partly in lost if len(concept.text) > 3}
    if not asked:
        return {}
    made: dict[str, list[tuple[float, str, str]]] = {word: _suggested(word) for word in asked}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.word, x.form, x.term FROM unnest(%s::text[]) w(word) CROSS JOIN LATERAL ("
            "SELECT form, term FROM network_word WHERE form %% lower(w.word) "
            "ORDER BY similarity(form, lower(w.word)) DESC, public DESC LIMIT 40) x",
            [list(asked)],
        )
        for word, form, term in cursor.fetchall():
            made[word].append((distance(word.lower(), form), form, term))
    offers = {}
    for word, (concept, partly) in asked.items():
        limit = allowed(len(word)) if not (concept.is_known or partly) else min(1.0, allowed(len(word)) - 1)
        good = sorted({offer for offer in made[word] if offer[0] <= limit})
        if good:
            offers[word] = [(form, term) for _distance, form, term in good[:OFFERS]]
    return offers


def _suggested(word: str) -> list[tuple[float, str, str]]:
    """What the dictionary itself would write, with the case ending kept."""
    handle = voikko()
    if handle is None:
        return []
    with one_at_a_time:
        found = handle.suggest(word)
    return [
        (distance(word.lower(), offer.lower()), offer.lower(), term)
        for offer in found
        if " " not in offer
        for term in forms(offer, "fi").whole
    ]


def allowed(length: int) -> float:
    """How many slips a word of this length may have."""
    return 1.0 if length < 6 else 2.0 if length < 11 else 3.0


def distance(typed: str, form: str) -> float:
    """Letters added, left out, changed or swapped; a case ending after the form counts a little."""
    best = float(slips(typed, form))
    for extra in range(1, CASE_ENDING + 1):
        if len(typed) - extra >= 5 and abs(len(typed) - extra - len(form)) <= 1:
            best = min(best, slips(typed[:-extra], form) + ENDING * extra)
    return best if typed[0] == form[0] else best + 0.5


def slips(a: str, b: str) -> int:
    """The distance of two words (Damerau and Levenshtein's, neighbours swapped once)."""
    if abs(len(a) - len(b)) > 3:
        return 9
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        last, row, older = row, [i], before
        for j, right in enumerate(b, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]
