"""The whole index of the search made anew in one go, by as many processes as there are cores.

Each process reads records and makes entries of them; the lemma of a word is looked up once in each. What they make
is copied into the empty table, and its indexes are built at the end: several times faster than row by row. All in
one transaction, so a reader finds by the old index until the new one is there.
"""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from network.finding import KINDS
from network.index_worker import begin
from network.indexing import count_words, entries
from network.models import Indexed, Stale

Chunk = tuple[str, list[int]]
Made = tuple[bytes, set[tuple[str, str]]]
CHUNK = 2_000  # records that a process reads at a time
COLUMNS = [str(field.column) for field in Indexed._meta.concrete_fields if not field.primary_key]
MEMORY = "256MB"  # for building an index


def index_in_bulk(processes: int | None = None) -> int:
    """Make the whole index anew; returns the number of records. Inside a transaction one process does it all."""
    count = processes or len(os.sched_getaffinity(0))
    if connection.in_atomic_block:  # the others could not see what has been written in it
        count = 1
    last = Stale.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    chunks = [
        (name, ids[start : start + CHUNK])
        for name, kind in KINDS.items()
        for ids in [list(kind.everything().order_by("pk").values_list("pk", flat=True))]
        for start in range(0, len(ids), CHUNK)
    ]
    with transaction.atomic():
        _write(_made(chunks, count))
        Stale.objects.filter(pk__lte=last).delete()
    count_words()
    return sum(len(ids) for _name, ids in chunks)


def _made(chunks: list[Chunk], processes: int) -> Iterator[Made]:
    if processes == 1:
        yield from map(make, chunks)
        return
    # Not forked: a forked child would share the connection.
    apart, database = multiprocessing.get_context("spawn"), settings.DATABASES["default"]["NAME"]
    with ProcessPoolExecutor(processes, apart, begin, (database,)) as pool:
        yield from pool.map(make, chunks)  # named, so the other process reads this module when it has begun


def make(chunk: Chunk) -> Made:
    """The entries of some records as COPY reads them, and their words."""
    name, ids = chunk
    words: set[tuple[str, str]] = set()
    lines = [_line(entry) for paper in KINDS[name].papers(ids) for entry in entries(name, paper, words)]
    return "".join(lines).encode(), words


def _line(entry: Indexed) -> str:
    return "\t".join([_value(entry.__dict__[column]) for column in COLUMNS]) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        value = value.replace("\\", "\\\\").replace("\t", "\\t")
        return value.replace("\n", "\\n").replace("\r", "\\r")
    return "\\N" if value is None else str(value)


def _write(made: Iterator[Made]) -> None:
    """Fill the emptied table without its large indexes, then build them again as they were."""
    words: set[tuple[str, str]] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'network_indexed'"
                       " AND indexdef LIKE '%%USING gin%%'", [])  # fmt: skip
        indexes = cursor.fetchall()
        cursor.execute("TRUNCATE network_indexed, network_word")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for lines, some in made:  # made by this connection itself where there is one process: never inside a COPY
            with cursor.copy(f"COPY network_indexed ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                copy.write(lines)
            words |= some
        with cursor.copy("COPY network_word (form, term, public) FROM STDIN") as copy:
            for form, term in sorted(words):
                copy.write_row((form, term, 0))
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ANALYZE network_indexed, network_word")
