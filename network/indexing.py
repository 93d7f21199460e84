"""Writing the index: what each app's records say, as terms. Runs in jobs and commands, never in a request."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from django.db import connection, transaction

from network.finding import KINDS, Findable, Paper
from network.lemmas import ISSUE, TOKEN, clean, forms, is_stop, tokens
from network.models import Indexed, Stale, Word
from network.models.search import PART

BATCH = 500
FORM = 60
WEIGHTS = "ABCD"
BIT = {weight: 1 << place for place, weight in enumerate(WEIGHTS)}
# What stands after a term in a tsvector, by the bits of its weights: each weight has a place of its own.
PLACES = [":" + ",".join(f"{WEIGHTS.index(w) + 1}{w}" for w in WEIGHTS if BIT[w] & bits) for bits in range(16)]


def index_stale(limit: int = 20_000) -> int:
    """Index anew what has changed; returns how many notes were taken. Running twice does no harm."""
    notes = list(Stale.objects.order_by("pk").values_list("pk", "kind", "record_id")[:limit])
    changed: dict[str, set[int]] = defaultdict(set)
    for _pk, kind, record in notes:
        changed[kind].add(record)
    for name, ids in changed.items():
        if found := KINDS.get(name):
            index(found, sorted(ids))
    Stale.objects.filter(pk__in=[pk for pk, _kind, _record in notes]).delete()
    return len(notes)


def index_all(names: list[str] | None = None) -> int:
    """Make the whole index anew, kind by kind; what is no longer a record is dropped."""
    count = 0
    for name, kind in KINDS.items():
        if names and name not in names:
            continue
        # The notes so far are read anew below; those that come meanwhile stay for the job.
        Stale.objects.filter(kind=name).delete()
        ids = list(kind.everything().order_by("pk").values_list("pk", flat=True))
        Indexed.objects.filter(kind=name).exclude(record_id__in=ids).delete()
        index(kind, ids)
        count += len(ids)
    count_words()
    return count


def index(kind: Findable, ids: list[int]) -> None:
    """Write the entries of these records over what the index held of them."""
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        words: set[tuple[str, str]] = set()
        rows = [row for paper in kind.papers(some) for row in entries(kind.name, paper, words)]
        with transaction.atomic():
            Indexed.objects.filter(kind=kind.name, record_id__in=some).delete()
            Indexed.objects.bulk_create(rows)
            # Sorted, so that two writers of the same words wait for each other and never in a circle.
            Word.objects.bulk_create([Word(form=f, term=t) for f, t in sorted(words)], ignore_conflicts=True)


def entries(kind: str, paper: Paper, words: set[tuple[str, str]]) -> Iterator[Indexed]:
    """The entries of a record, one for every fifty pages or so; adds its words to the set."""
    title, text = clean(paper.title)[:300], clean(paper.text).replace("\x00", "")
    head: dict[str, int] = {}
    _read(f"{title} {clean(paper.also)}", paper.language, "AB", head, words)
    _read(clean(paper.facts), paper.language, "BB", head, words)
    if paper.year:
        head[str(paper.year)] = head.get(str(paper.year), 0) | BIT["B"]
    for part, start in enumerate(range(0, max(len(text), 1), PART)):
        found = dict(head)
        piece = text[start : start + PART]
        _read(piece, paper.language, "CD", found, words)
        yield Indexed(
            kind=kind, record_id=paper.record_id, language=paper.language, part=part, title=title, text=piece,
            sign=paper.sign, place=paper.place, day=paper.day, year=paper.year, body_key=paper.body_key,
            route=paper.route, key=paper.key, anchor=paper.anchor, grams=title.lower(),
            title_words=max(sum(1 for token in tokens(title) if not is_stop(token.text)), 1), words=vector(found),
        )  # fmt: skip


def _read(text: str, language: str, weights: str, found: dict[str, int], words: set[tuple[str, str]]) -> None:
    """Add the terms of the text: its words with the first of the weights, parts of words with the second."""
    whole, part = BIT[weights[0]], BIT[weights[1]]
    known = found.get
    for word in set(TOKEN.findall(text)):
        terms, parts, shown = _terms(word, language)
        for term in terms:
            found[term] = known(term, 0) | whole
        for term in parts:
            found[term] = known(term, 0) | part
        words.update(shown)
    for issue in ISSUE.finditer(text):
        term = f"julkaisu{issue.group(1)}"
        found[term] = known(term, 0) | whole


Terms = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]


@lru_cache(maxsize=100_000)
def _terms(word: str, language: str) -> Terms:
    """The word's terms, the terms of its parts, and what a reader would type for them; nothing for a stop word.

    What is typed is the lemma of a known word, else the word as it stands.
    """
    if is_stop(word):
        return (), (), ()
    read = forms(word, language)
    shown: tuple[tuple[str, str], ...] = ()
    if word[0].isalpha() and read.is_known:
        shown = tuple((term, term) for term in (*read.whole, *read.runs) if len(term) > 2)
    elif word[0].isalpha() and len(word) > 2:
        shown = ((word.lower()[:FORM], read.whole[0]),)
    return read.whole, (*read.runs, *read.bases), shown


def vector(found: dict[str, int]) -> str:
    """The terms and their weights as the text of a tsvector; a term without a place would answer to every weight."""
    return " ".join([quoted(term) + PLACES[weights] for term, weights in found.items()])


@lru_cache(maxsize=100_000)
def quoted(term: str) -> str:
    """A term as Postgres' text search reads it, whatever is in it."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def count_words() -> None:
    """Count in how many public entries each word stands, and forget the words that are nowhere any more."""
    parts, params = [], []
    for kind in KINDS.values():
        if seen := kind.visible_sql(None):
            parts.append(f"kind = %s AND record_id IN ({seen[0]})")
            params += [kind.name, *seen[1]]
    public = " OR ".join(f"({part})" for part in parts) or "false"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.counted, pg_temp.word_count")  # of the same transaction
        cursor.execute(
            f"CREATE TEMP TABLE counted ON COMMIT DROP AS SELECT words, ({public}) AS open FROM network_indexed",
            params,
        )
        cursor.execute(
            "CREATE TEMP TABLE word_count ON COMMIT DROP AS SELECT a.word, coalesce(p.ndoc, 0) AS n "
            "FROM ts_stat('SELECT words FROM counted') a "
            "LEFT JOIN ts_stat('SELECT words FROM counted WHERE open') p USING (word)"
        )
        cursor.execute("DELETE FROM network_word w WHERE NOT EXISTS (SELECT FROM word_count c WHERE c.word = w.term)")
        cursor.execute(
            "UPDATE network_word w SET public = c.n FROM word_count c WHERE c.word = w.term AND w.public <> c.n"
        )
