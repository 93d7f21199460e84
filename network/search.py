"""The search: ranks what a reader may see by how much of the question is met, and counts it for the filters.

One statement finds, asks each kind's own queryset who sees it, scores and counts: nothing that is hidden is
counted, ranked, suggested or used to correct a word. Rare words weigh more, the title more than the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from network.corrections import nearest
from network.finding import KINDS
from network.indexing import quoted
from network.lemmas import is_stop, tokens, voikko
from network.models import Indexed
from network.question import Concept, Question, read
from network.text import language

PAGE = 20
FILLED = 10  # so many results are filled up with what only looks alike
# What a sight of a word is worth, by where it stands: title and text, title, part of a word of the title, text, part.
BOTH, TITLE, TITLE_PART, TEXT, TEXT_PART = 1.0, 0.95, 0.78, 0.66, 0.48
NEAR, INSIDE, PARTS, KIN = 0.6, 0.7, 0.75, 0.4
OWN_LANGUAGE = 0.03  # for a paper in the language of the question
EXACT_TITLE = 0.12  # for a title that says nothing but what is asked
SHOWN, STRONG, BESIDE_BEST = 0.24, 0.42, 0.62
TAIL = 0.13  # where something answers well, the tail of what answers a little is shown too, marked as weak
ALIKE = 0.5


@dataclass(frozen=True)
class Filters:
    """What the results are narrowed to; an empty one narrows nothing."""

    kinds: tuple[str, ...] = ()
    bodies: tuple[int, ...] = ()
    years: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds or self.bodies or self.years or self.languages)


@dataclass(frozen=True)
class Hit:
    """A found record: its entry in the index, how well it answers, and whether only weakly."""

    entry: Indexed
    score: float
    is_weak: bool


@dataclass(frozen=True)
class Sight:
    """SQL that keeps of `hit` what one reader sees, and its parameters."""

    sql: str
    params: list[Any]


@dataclass
class Results:
    """What was found: a page of hits, how many in all and how many of them good, counts for the filters."""

    question: Question
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    strong: int = 0
    counts: dict[str, dict[Any, int]] = field(default_factory=dict)
    corrected: list[tuple[str, str]] = field(default_factory=list)


def search(
    text: str, user: Any, filters: Filters = Filters(), *, offset: int = 0, limit: int = PAGE, exact: bool = False
) -> Results:  # fmt: skip
    """Find what the reader may see; a word that is nowhere is corrected to the nearest one, unless `exact`."""
    question, sight = read(text), sight_of(user)
    if not question.concepts or not sight.sql:
        return Results(question)
    found = _find(question, sight, filters, offset, limit)
    corrected = [] if exact else _corrections(question, found, sight)
    if corrected:
        for concept, word in reversed(corrected):
            question = question.with_word(concept, word)
        question = read(question.text)
        found = _find(question, sight, filters, offset, limit)
    results = Results(
        question, total=found["total"], strong=found["strong"], counts=found["counts"],
        corrected=[(concept.text, word) for concept, word in corrected],
    )  # fmt: skip
    picked = [(row["id"], row["score"], row["weak"]) for row in found["hits"]]
    if found["total"] < FILLED and not offset and not corrected:
        fill = _alike(question, sight, filters, {(r["kind"], r["record_id"]) for r in found["hits"]})
        picked += [(pk, score, True) for pk, score in fill[: FILLED - found["total"]]]
        results.total = max(results.total, len(picked))
    entries = Indexed.objects.defer("words").in_bulk([pk for pk, _score, _weak in picked])
    results.hits = [Hit(entries[pk], score, weak) for pk, score, weak in picked if pk in entries]
    return results


def sight_of(user: Any) -> Sight:
    """What the reader sees, each kind by its own queryset; asked once for a search."""
    parts: list[str] = []
    params: list[Any] = []
    for kind in KINDS.values():
        if seen := kind.visible_sql(user):
            parts.append(f"SELECT * FROM hit WHERE kind = %s AND record_id IN ({seen[0]})")
            params += [kind.name, *seen[1]]
    return Sight(" UNION ALL ".join(parts), params)


def tsquery(terms: Iterable[str], weights: str = "") -> str:
    """Any of the terms, with these weights; without Voikko also the words that begin with one."""
    some = "" if voikko() else "*"
    labels = {term: ("*" if term.endswith("*") else some) + weights for term in terms}
    return " | ".join(quoted(term.rstrip("*")) + (f":{label}" if label else "") for term, label in labels.items())


def _level(terms: tuple[str, ...]) -> tuple[str, list[str]]:
    """SQL of how well an entry that shows any of the terms shows it, by the place where it stands."""
    sql = (
        f"CASE WHEN words @@ %s::tsquery THEN CASE WHEN words @@ %s::tsquery THEN {BOTH} ELSE {TITLE} END "
        f"WHEN words @@ %s::tsquery THEN {TITLE_PART} WHEN words @@ %s::tsquery THEN {TEXT} ELSE {TEXT_PART} END"
    )
    return sql, [tsquery(terms, weight) for weight in ("A", "C", "B", "C")]


def _tier(factor: float, terms: tuple[str, ...]) -> tuple[str, list[str]]:
    sql, asked = _level(terms)
    return f"{factor:.4f} * CASE WHEN words @@ %s::tsquery THEN {sql} ELSE 0 END", [tsquery(terms), *asked]


def _value(number: int, concept: Concept) -> tuple[str, list[str]]:
    """SQL of how well an entry meets the concept: as it stands, else by what is near to it, else by its parts."""
    whole, params = _level(concept.whole)
    tiers = [_tier(NEAR, concept.near), _tier(INSIDE, concept.inside), _tier(KIN, concept.kin)]
    shares = [_tier(share, terms) for terms, share in concept.shares]
    summed = " + ".join(sql for sql, _asked in shares)
    parts = [(f"{PARTS} * ({summed})", [text for _sql, some in shares for text in some])]
    filled = (concept.near, concept.inside, concept.kin, concept.parts)
    given = [tier for tier, terms in zip([*tiers, *parts], filled, strict=True) if terms]
    other = f"GREATEST(0, {', '.join(sql for sql, _asked in given)})" if given else "0"
    asked = [a for _sql, some in given for a in some]
    return f"(CASE WHEN w{number} THEN {whole} ELSE {other} END)::real", [*params, *asked]


def _spoken(question: Question) -> str:
    """The language of the question: Finnish where the dictionary knows all of it, else the page's, if that tells."""
    words = [concept for concept in question.concepts if concept.text.isalpha()]
    if words and all(concept.is_known for concept in words):
        return "fi"
    return language() if language() != "fi" else ""


def _candidates(question: Question) -> str:
    """The query of what is scored at all: without the words so common that they alone show nothing."""
    total = sum(concept.weight for concept in question.concepts)
    groups = []
    for concept in question.concepts:
        share = concept.weight / total
        groups += [(share, concept.whole), (NEAR * share, concept.near), (INSIDE * share, concept.inside)]
        groups += [(KIN * share, concept.kin), *((PARTS * part * share, terms) for terms, part in concept.shares)]
    spare = SHOWN
    asked: list[str] = []
    for most, terms in sorted(groups):
        spare -= most if terms else 0
        if spare < 0:
            asked += terms
    return tsquery(dict.fromkeys(asked))


FIND = """
WITH hit AS MATERIALIZED (
    SELECT id, kind, record_id FROM network_indexed WHERE words @@ %s::tsquery
), seen AS MATERIALIZED ({seen}),
valued AS MATERIALIZED (
    SELECT id, kind, record_id, language, part, body_key, year, title_words, {values} FROM (
        SELECT *, {flags} FROM (
            -- Only what may be seen, and unpacked once: each question asked of a long entry would unpack it anew.
            -- OFFSET 0 keeps the steps apart.
            SELECT id, kind, record_id, language, part, body_key, year, title_words,
                   words || '' AS words
            FROM network_indexed WHERE id IN (SELECT id FROM seen) OFFSET 0
        ) unpacked OFFSET 0
    ) flagged
),
record AS MATERIALIZED (
    SELECT kind, record_id, {best}, min(body_key) AS body, min(year) AS year, min(title_words) AS title_words,
           array_agg(DISTINCT language::text) AS languages,
           (array_agg(id ORDER BY {score} DESC, language = %s DESC, part))[1] AS id
    FROM valued GROUP BY kind, record_id
), scored AS MATERIALIZED (
    SELECT *, ({score} + {exact} * LEAST(1, ({titled})::real / title_words)
            + {own} * (%s = ANY(languages))::int)::real AS score FROM record
), shown AS MATERIALIZED (
    SELECT *, score < GREATEST({strong}, {beside} * max(score) OVER ()) AS weak,
        (%s::text[] = '{{}}' OR kind = ANY(%s)) AS k, (%s::bigint[] = '{{}}' OR body = ANY(%s)) AS b,
        (%s::int[] = '{{}}' OR year = ANY(%s)) AS y, (%s::text[] = '{{}}' OR languages && %s) AS l
    FROM scored WHERE score >= (SELECT CASE WHEN max(score) >= {strong} THEN {tail} ELSE {shown} END FROM scored)
)
SELECT json_build_object(
    'hits', (SELECT coalesce(json_agg(h), '[]') FROM (
        SELECT id, kind, record_id, score, weak FROM shown WHERE k AND b AND y AND l
        ORDER BY score DESC, title_words, year DESC NULLS LAST, record_id DESC LIMIT %s OFFSET %s) h),
    'total', (SELECT count(*) FROM shown WHERE k AND b AND y AND l),
    'strong', (SELECT count(*) FROM shown WHERE k AND b AND y AND l AND NOT weak),
    'known', (SELECT json_build_array({known}) FROM record),
    'kind', (SELECT json_object_agg(v, n) FROM (SELECT kind v, count(*) n FROM shown WHERE b AND y AND l GROUP BY 1) f),
    'body', (SELECT json_object_agg(v, n) FROM (
        SELECT body v, count(*) n FROM shown WHERE k AND y AND l AND body IS NOT NULL GROUP BY 1) f),
    'year', (SELECT json_object_agg(v, n) FROM (
        SELECT year v, count(*) n FROM shown WHERE k AND b AND l AND year IS NOT NULL GROUP BY 1) f),
    'language', (SELECT json_object_agg(v, n) FROM (
        SELECT unnest(languages) v, count(*) n FROM shown WHERE k AND b AND y GROUP BY 1) f)
)
"""


def _find(question: Question, sight: Sight, filters: Filters, offset: int, limit: int) -> dict[str, Any]:
    """Run the one statement; `known` counts the records that show each concept as it stands."""
    concepts, numbers = question.concepts, range(len(question.concepts))
    total = sum(concept.weight for concept in concepts) or 1
    values, flags, params, flagged = [], [], [], []
    for number, concept in enumerate(concepts):
        sql, asked = _value(number, concept)
        values.append(f"{sql} AS c{number}, w{number}, p{number}")
        flags.append(f"words @@ %s::tsquery AS w{number}, words @@ %s::tsquery AS p{number}")
        params += asked
        flagged += [tsquery(concept.whole), tsquery(concept.sights)]
    sql = FIND.format(
        values=", ".join(values), flags=", ".join(flags), seen=sight.sql,
        exact=EXACT_TITLE, own=OWN_LANGUAGE, strong=STRONG, beside=BESIDE_BEST, tail=TAIL, shown=SHOWN,
        best=", ".join(f"max(c{n}) AS c{n}, bool_or(w{n}) AS w{n}, bool_or(p{n}) AS p{n}" for n in numbers),
        score=" + ".join(f"{concept.weight / total:.4f} * c{n}" for n, concept in enumerate(concepts)),
        titled=" + ".join(f"(c{n} >= {TITLE})::int" for n in numbers),
        known=", ".join(f"count(*) FILTER (WHERE w{n}), count(*) FILTER (WHERE p{n})" for n in numbers),
    )  # fmt: skip
    narrow = [list(f) for f in (filters.kinds, filters.bodies, filters.years, filters.languages) for _twice in "ab"]
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                _candidates(question),
                *sight.params,
                *params,
                *flagged,
                language(),
                _spoken(question),
                *narrow,
                limit,
                offset,
            ],
        )
        found = cursor.fetchone()[0]
    found["counts"] = {name: found.get(name) or {} for name in ("kind", "body", "year", "language")}
    return found


def _corrections(question: Question, found: dict[str, Any], sight: Sight) -> list[tuple[Concept, str]]:
    """The words of the question that are nowhere in what the reader sees, and the nearest word that is."""
    lost = [
        (concept, found["known"][2 * n + 1] > 0)
        for n, concept in enumerate(question.concepts)
        if not found["known"][2 * n] and concept.text.isalpha()
    ]
    if not lost:
        return []
    offers = nearest(lost)
    seen = _visible_terms({term for words in offers.values() for _word, term in words}, sight) if offers else set()
    made = []
    for concept, _partly in lost:
        word = next((word for word, term in offers.get(concept.text, ()) if term in seen), None)
        if word and word.lower() != concept.text.lower():
            made.append((concept, word))
    return made


def _visible_terms(terms: set[str], sight: Sight) -> set[str]:
    """Those of the terms that stand in something that the reader sees."""
    if not terms:
        return set()
    names = sorted(terms)
    flags = ", ".join(f"words @@ %s::tsquery AS t{n}" for n in range(len(names)))
    sql = (
        f"WITH hit AS MATERIALIZED (SELECT kind, record_id, {flags} FROM network_indexed WHERE words @@ %s::tsquery), "
        f"seen AS ({sight.sql}) SELECT {', '.join(f'bool_or(t{n})' for n in range(len(names)))} FROM seen"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(quoted(name) for name in names), " | ".join(map(quoted, names)), *sight.params])
        row = cursor.fetchone()
    return {name for name, is_seen in zip(names, row, strict=True) if is_seen}


def _alike(question: Question, sight: Sight, filters: Filters, taken: set[tuple[str, int]]) -> list[tuple[int, float]]:
    """Titles that only look alike, for a page that would be nearly empty; weak all of them."""
    words = [token.text.lower() for token in tokens(question.text) if len(token.text) > 4 and not is_stop(token.text)]
    if not words:
        return []
    like = " OR ".join("grams %%> %s" for _ in words)
    mean = " + ".join("word_similarity(%s, grams)" for _ in words)
    sql = (
        f"WITH hit AS MATERIALIZED (SELECT id, kind, record_id, language, body_key, year, "
        f"({mean}) / {len(words)} AS score FROM network_indexed WHERE part = 0 AND ({like})), seen AS ({sight.sql}) "
        "SELECT id, kind, record_id, score, language, body_key, year FROM seen WHERE score >= %s "
        "ORDER BY score DESC, id DESC LIMIT 60"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*words, *words, *sight.params, ALIKE])
        rows = cursor.fetchall()
    made = []
    for pk, kind, record, score, spoken, body, year in rows:
        wanted = ((filters.kinds, kind), (filters.bodies, body), (filters.years, year), (filters.languages, spoken))
        if (kind, record) not in taken and all(not chosen or value in chosen for chosen, value in wanted):
            taken.add((kind, record))
            made.append((pk, float(score)))
    return made
