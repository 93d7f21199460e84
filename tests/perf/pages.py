"""Queries and CPU per request of the portal's pages against a bare page served in the same run.

    python -m tests.perf.pages [rounds]

Reads DATABASE_URL and the rest from the environment; the database holds the demonstration (`make run` made one).
Prints a line a page: queries, median CPU in ms, the ratio to the bare page, size raw and gzipped.
"""

import gzip
import os
import statistics
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "network.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402

from network.models import Person  # noqa: E402

PAGES = [
    ("bare", "", "/bare/"),
    ("home", "", "/"),
    ("text", "", "/verkosto/toiminta/"),
    ("leadership", "", "/johto/"),
    ("area", "", "/palvelualueet/turvallisuuspalvelut/"),
    ("roster", "", "/toimielimet/turvallisuuspalvelut/jasenet/"),
    ("matrix", "", "/edustus/"),
    ("departments", "", "/laitokset/"),
    ("groups", "", "/tyoryhmat/"),
    ("decisions", "", "/paatokset/"),
    ("meetings", "", "/kokoukset/"),
    ("area, member", "jasen", "/palvelualueet/turvallisuuspalvelut/"),
    ("roster, member", "jasen", "/toimielimet/turvallisuuspalvelut/jasenet/"),
    ("own matters, member", "jasen", "/omat/"),
    ("own matters, chair", "puheenjohtaja", "/omat/"),
]


def measure(client: Client, path: str, rounds: int) -> tuple[int, float, bytes]:
    """Queries of one request, and the median of its CPU time in milliseconds after a warm-up."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        body = client.get(path).content
    queries = len(asked)
    times = []
    for _ in range(rounds):
        start = time.process_time()
        client.get(path)
        times.append((time.process_time() - start) * 1000)
    return queries, statistics.median(times), body


def main(rounds: int) -> None:
    """Print the table."""
    floor = 0.0
    print(f"{'page':22} {'queries':>7} {'CPU ms':>7} {'ratio':>6} {'kB':>6} {'gzip kB':>7}")
    for name, who, path in PAGES:
        client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
        if who:
            client.force_login(Person.objects.get(email=f"{who}@example.org"))
        queries, cpu, body = measure(client, path, rounds)
        floor = floor or cpu
        size, packed = len(body) / 1000, len(gzip.compress(body)) / 1000
        print(f"{name:22} {queries:7} {cpu:7.1f} {cpu / floor:6.1f} {size:6.1f} {packed:7.1f}")


if __name__ == "__main__":
    with override_settings(ROOT_URLCONF="tests.perf.bare_urls"):
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
