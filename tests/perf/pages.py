"""Queries and CPU of every page of the budgets (architecture § 17), beside two pages served in the same run.

    python -m tests.perf.pages [rounds]

Reads DATABASE_URL and the rest from the environment; the database holds the demonstration (`make run` made one).
Prints a line a page: queries, median CPU of this process in ms, the ratio to the bare page, the ratio to the floor
(our frame around plain rows of the same size, with as many queries of one table for the same reader, and one crispy
form for whoever is logged in), size raw and gzipped. Ends with 1 where a page asks more queries than its budget
allows; times only tell.
"""

import gzip
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "network.settings")
MOST = {"": 8, "jasen": 12, "puheenjohtaja": 12, "koordinaattori": 12}  # queries, by reader
STEPS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")  # what a transaction is wrapped in: no question to the database


def statements(asked: Any) -> int:
    """How many statements were sent, without the wrapping of transactions, which Django logs as queries too."""
    return sum(not query["sql"].startswith(STEPS) for query in asked)


def median(act: Callable[[], Any], rounds: int) -> float:
    """The median of the CPU time in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def counted(act: Callable[[], Any]) -> tuple[int, bytes]:
    """The queries and the body of the answer, after a warm-up."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act()
    with CaptureQueriesContext(connection) as asked:
        answer = act()
    return statements(asked), answer.content


def floor_of(client: Any, queries: int, size: int, form: str) -> Callable[[], Any]:
    """Our frame for the same reader, filled up to as many queries and bytes."""
    own, frame = counted(lambda: client.get(f"/floor/?queries=0&size=0{form}"))
    path = f"/floor/?queries={max(queries - own, 0)}&size={max(size - len(frame), 0)}{form}"
    return lambda: client.get(path)


def main(rounds: int) -> int:
    """Print the table; how many pages are over their budget of queries."""
    from django.test import Client

    from network.models import Person
    from tests.perf.archive import autosave, pages

    bare, over = 0.0, 0
    print(f"{'page':22} {'queries':>7} {'CPU ms':>7} {'× bare':>6} {'× floor':>7} {'kB':>6} {'gzip kB':>7}")

    def tell(name: str, client: Client, act: Callable[[], Any], most: int) -> None:
        nonlocal bare, over
        queries, body = counted(act)
        floor = floor_of(client, queries, len(body), "&form=1" if client.cookies else "")
        floor()
        cpu, under = median(act, rounds), median(floor, rounds)
        bare, over = bare or cpu, over + (queries > most)
        size, packed = len(body) / 1000, len(gzip.compress(body)) / 1000
        ratios = f"{cpu / bare:6.1f} {cpu / under:7.2f}"
        print(f"{name:22} {queries:7} {cpu:7.1f} {ratios} {size:6.1f} {packed:7.1f}{' over' * (queries > most)}")

    for name, who, path in [*pages(), ("search", "", "/haku/?q=palovaroittimien+asennuskysely")]:
        client = Client()
        if who:
            client.force_login(Person.objects.get(email=f"{who}@example.org"))
        tell(name, client, lambda client=client, path=path: client.get(path), MOST[who])  # type: ignore[misc]
    client = Client()
    client.force_login(Person.objects.get(email="koordinaattori@example.org"))
    tell("autosave of one item", client, autosave(client), 6)
    with override_settings(PAGE_CACHE=300):
        client = Client()
        tell("home, kept", client, lambda: client.get("/"), 1)
    return over


if __name__ == "__main__":
    import django

    django.setup()
    from django.test.utils import override_settings

    with override_settings(ROOT_URLCONF="tests.perf.bare_urls", ALLOWED_HOSTS=["testserver"], PAGE_CACHE=0):
        sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)))
