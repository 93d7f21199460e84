"""How well the search finds: asks a set of questions of a set of papers, through the same code as the page.

    python tests/perf/search_eval.py CORPUS.jsonl QUERIES.jsonl [--only tune|test] [--misses]

CORPUS: {"id", "lang", "kind", "title", "text", "year"} a line; QUERIES: {"id", "query"} and, where graded by
reading, "relevant": {paper: 1–3} (empty: nothing is to be found). Loads the papers as public documents into a
database of its own on the server of DATABASE_URL, and drops it at the end. Prints JSON: each question's papers in
order, and which of them the page marks as weaker; with grades also recall@10 and nDCG@10, on the error channel.
"""

import argparse
import json
import os
import sys
from math import log2
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
NAME = "portal_search_eval"
DEPTH = 10


def lines(path: str) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line.strip()]


def database_of_its_own() -> str:
    """Make the database anew; returns the address of the one that it was made from."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
    os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{NAME}").geturl()
    return url


def load(papers: list[dict[str, Any]]) -> dict[int, str]:
    """Write the papers as public documents with their texts, and index them; returns our ids to theirs."""
    from django.core.files.base import ContentFile

    from documents.models import Document, DocumentKind, Extract, Version
    from network.indexing import index_all
    from network.models import Body, Kind
    from network.visibility import Visibility

    body = Body.objects.create(kind=Kind.DIRECTORS, name_fi="Pelastusjohtajien kokous", slug="pelastusjohtajat")
    ids = {}
    for paper in papers:
        document = Document.objects.create(
            body=body, title=paper["title"][:200], visibility=Visibility.PUBLIC, year=paper.get("year"),
            language=paper.get("lang", "fi"),
            kind=paper["kind"] if paper.get("kind") in DocumentKind.values else DocumentKind.OTHER,
        )  # fmt: skip
        version = Version(document=document, number=1, filename="teksti.txt", content_type="text/plain")
        version.file.name, version.sha256, version.size = ContentFile(b"", name="teksti.txt").name, "0" * 64, 0
        version.save()
        Extract.objects.create(version=version, state="read", text=paper.get("text", ""))
        ids[document.pk] = paper["id"]
    index_all()
    return ids


def ask(questions: list[dict[str, Any]], ids: dict[int, str]) -> dict[str, Any]:
    """Ask every question as a visitor does."""
    from network.search import search

    answers: dict[str, Any] = {"results": {}, "weak": {}, "corrected": {}, "ms": []}
    for question in questions:
        start = perf_counter()
        found = search(tidy(question["query"]), None)
        answers["ms"].append((perf_counter() - start) * 1000)
        hits = [hit for hit in found.hits if hit.entry.kind == "document"]
        answers["results"][question["id"]] = [ids[hit.entry.record_id] for hit in hits]
        answers["weak"][question["id"]] = [ids[hit.entry.record_id] for hit in hits if hit.is_weak]
        if found.corrected:
            answers["corrected"][question["id"]] = [f"{typed} → {word}" for typed, word in found.corrected]
    return answers


def tidy(text: str) -> str:
    """The question as the page tidies it."""
    from network import question

    return question.tidy(text)


def grade(order: list[str], grades: dict[str, int]) -> tuple[float, float]:
    """Recall and nDCG of the first ten."""
    found = sum(1 for paper in order[:DEPTH] if grades.get(paper))
    gain = sum((2 ** grades.get(paper, 0) - 1) / log2(place + 2) for place, paper in enumerate(order[:DEPTH]))
    best = sum((2**g - 1) / log2(place + 2) for place, g in enumerate(sorted(grades.values(), reverse=True)[:DEPTH]))
    return found / min(len(grades), DEPTH), gain / best


def tell(questions: list[dict[str, Any]], answers: dict[str, Any], misses: bool) -> None:
    """Print the figures of the graded questions, in all and by kind of question."""
    say = sys.stderr.write
    scores: dict[str, list[tuple[float, float]]] = {}
    silent = []
    for question in questions:
        grades = question.get("relevant")
        if grades is None:
            continue
        order, weak = answers["results"][question["id"]], set(answers["weak"][question["id"]])
        if not grades:
            silent.append((question, [paper for paper in order if paper not in weak], len(order)))
            continue
        recall, gain = grade(order, grades)
        scores.setdefault(question.get("type", ""), []).append((recall, gain))
        if misses and (recall < 1 or gain < 0.85):
            gone = [paper for paper in grades if paper not in order[:DEPTH]]
            say(f"{question['id']} {question['query']!r} r={recall:.2f} n={gain:.2f} missed={gone} "
                f"got={order[:6]} want={grades} {answers['corrected'].get(question['id'], '')}\n")  # fmt: skip
    every = [score for some in scores.values() for score in some]
    for name, some in [*sorted(scores.items()), ("ALL", every)]:
        say(
            f"{name:12} n={len(some):3} recall@10={mean(s[0] for s in some):.3f} "
            f"nDCG@10={mean(s[1] for s in some):.3f}\n"
        )
    for question, strong, count in silent:
        if misses and count:
            say(f"{question['id']} {question['query']!r}: nothing is to be found, got {strong} and {count} in all\n")
    right = sum(1 for _q, strong, _n in silent if not strong)
    say(f"nothing to find: {right} of {len(silent)} without a good hit, "
        f"{sum(1 for _q, _s, n in silent if not n)} quite empty\n")  # fmt: skip
    say(f"median {median(answers['ms']):.1f} ms a question\n")


def main() -> None:
    """Load, ask, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("queries")
    parser.add_argument("--only", default="")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--keep", action="store_true", help="Keep the database.")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "network.settings"
    url = database_of_its_own()
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    try:
        call_command("migrate", verbosity=0)
        ids = load(lines(asked.corpus))
        questions = [q for q in lines(asked.queries) if not asked.only or q.get("half") == asked.only]
        answers = ask(questions, ids)
    finally:
        connection.close()
        if not asked.keep:
            with psycopg.connect(url, autocommit=True) as last:
                last.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    if any("relevant" in question for question in questions):
        tell(questions, answers, asked.misses)
    del answers["ms"]
    json.dump(answers, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
