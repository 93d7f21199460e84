"""Every page of the budgets, and the search, on the demonstration and on its archive, in one run.

    python -m tests.perf.archive DEMO_URL ARCHIVE_URL [--rounds 15] [--only search|pages]

Each address is a database: one made by `manage.py demo`, one by `manage.py demo --archive 10 --times 3`. Prints a
line a page: queries and CPU of the median request (this process and its Postgres together) on both, each beside a
bare page of two queries that the same run serves; then the search beside the bare SQL of the same terms.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

QUESTIONS = (
    "neuvontakäyntien malli", "palovaroittimien asennuskysely", "evakuoinnin valmisteluohje", "kärkihanke",
    "lausunto valvontasuunnitelman pohjasta", "ambulanssin varusteluettelo", "pelastuslaitos", "työryhmä",
    "koulutuskalenteri 2019", "mitä päätettiin vesihuollon häiriökortista", "yhteishankinta", "talousarvio",
    "kuka vastaa sopimusten seurannasta", "perehdytysopas", "öljyntorjunta", "sukellusharjoitusten turvallisuusohje",
    "introduktionsguiden", "arbetsgrupp", "utlåtande om upphandlingens årsklocka", "enkät", "räddningsverk",
    "pöytäkirja", "kokous", "kokouksen avaus", "esityslista 12/2019", "§ 44", "hallitus 3/2018",
    "tiedolla johtamisen mittaristo", "varavoiman koekäyttöpäiväkirja", "väestönsuojien tietopohja",
    "pelastuslaitosten kumppanuusverkoston toimintaohje", "kommentit luonnokseen", "ohje", "raportti 2021",
    "sähkökatkon viestintäohje", "toimintasuunnitelma vuodelle 2020", "nuohouksen ilmoituskäytäntö",
    "neuvontakäynitien malli", "evakuonnin ohje", "ambulansin varusteet", "xyzzy", "johtokeskus",
)  # fmt: skip
READERS = ("", "jasen")


def pages() -> list[tuple[str, str, str]]:
    """Name, login and address of each page that is read."""
    from django.db.models import Count

    from documents.models import Document
    from meetings.models import Meeting

    public = Meeting.objects.filter(minutes__state="published", visibility="public").annotate(n=Count("items"))
    meeting = public.order_by("-n", "starts_at")[0]
    draft = Meeting.objects.filter(minutes__state="draft").annotate(n=Count("items")).order_by("-n", "pk")[0]
    document = Document.objects.filter(visibility="public", versions__isnull=False).order_by("year", "pk")[0]
    area, directors = "turvallisuuspalvelut", "pelastusjohtajien-kokous"
    return [
        ("bare page", "", "/bare/"),
        ("home", "", "/"),
        ("public page", "", "/verkosto/toiminta/"),
        ("area", "", f"/palvelualueet/{area}/"),
        ("directors' meeting", "", f"/toimielimet/{directors}/"),
        ("roster", "", f"/toimielimet/{area}/jasenet/"),
        ("leadership", "", "/johto/"),
        ("representation", "", "/edustus/"),
        ("meeting, 14+ items", "", f"/kokoukset/{meeting.pk}/"),
        ("document", "", f"/asiakirjat/{document.pk}/"),
        ("meetings, 50 rows", "", "/kokoukset/?sivu=2"),
        ("decisions, 50 rows", "", "/paatokset/"),
        ("documents, 50 rows", "", "/asiakirjat/"),
        ("working groups", "", "/tyoryhmat/"),
        ("meetings, member", "jasen", "/kokoukset/"),
        ("decisions, member", "jasen", "/paatokset/"),
        ("documents, member", "jasen", "/asiakirjat/"),
        ("own matters, member", "jasen", "/omat/"),
        ("own matters, chair", "puheenjohtaja", "/omat/"),
        ("own matters, office", "koordinaattori", "/omat/"),
        ("the office's desk", "koordinaattori", "/toimisto/"),
        ("minutes form", "koordinaattori", f"/kokoukset/{draft.pk}/poytakirja/"),
    ]


class Meter:
    """The CPU of this process and of the Postgres process that serves it."""

    def __init__(self) -> None:
        """Find that process, where it runs on this machine."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.stat = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def now(self) -> float:
        """Milliseconds so far."""
        there = int(self.stat.read_text().split()[0]) / 1e6 if self.stat.exists() else 0.0
        return time.process_time() * 1000 + there

    def median(self, act: Callable[[], Any], rounds: int) -> float:
        """The middle one of so many."""
        spent = []
        for _ in range(rounds):
            start = self.now()
            act()
            spent.append(self.now() - start)
        return statistics.median(spent)


def measure_pages(rounds: int) -> list[list[Any]]:
    """Name, queries, CPU, status of each page, the autosave last."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from network.models import Person
    from tests.perf.pages import statements

    meter, made = Meter(), []

    def measure(name: str, act: Callable[[], Any]) -> None:
        act()
        with CaptureQueriesContext(connection) as asked:
            answer = act()
        made.append([name, statements(asked), meter.median(act, rounds), answer.status_code])

    for name, who, path in pages():
        client = Client()
        if who:
            client.force_login(Person.objects.get(email=f"{who}@example.org"))
        measure(name, lambda client=client, path=path: client.get(path))  # type: ignore[misc]
    measure("autosave of one item", autosave(client))
    return made


def autosave(client: Any) -> Callable[[], Any]:
    """Keeps one item of a draft as the page does by itself, each time over the revision before."""
    from meetings.models import Item

    item = Item.objects.filter(meeting__minutes__state="draft", inspected_at=None).order_by("meeting", "position")[1]
    seen = item.revision

    def act() -> Any:
        nonlocal seen
        seen += 1
        typed = {"discussion": f"Keskusteltiin {seen}.", "decision": "Merkittiin.", "outcome": "noted"}
        path = f"/kokoukset/asiat/{item.pk}/kirjaa/"
        return client.post(path, typed | {"revision": seen - 1}, headers={"X-Requested-With": "keep"})

    return act


def measure_search(rounds: int) -> dict[str, Any]:
    """Milliseconds of each question by reader: the search and the bare SQL of its terms; queries of a page."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from network.models import Person
    from network.question import read, tidy
    from network.search import _candidates, search, sight_of

    made: dict[str, Any] = {}
    for who in READERS:
        user = Person.objects.get(email=f"{who}@example.org") if who else None
        sight, ours, bare = sight_of(user), [], []
        for text in QUESTIONS:
            question = read(tidy(text))
            terms = _candidates(question) if question.concepts else ""
            ours.append(best(lambda text=text, user=user: search(tidy(text), user), rounds))  # type: ignore[misc]
            bare.append(best(lambda terms=terms, sight=sight: ranked(terms, sight), rounds))  # type: ignore[misc]
        made[who or "visitor"] = [ours, bare]
    with CaptureQueriesContext(connection) as asked:
        Client().get("/haku/", {"q": QUESTIONS[0]})
    made["queries"] = len(asked)
    return made


def ranked(terms: str, sight: Any) -> None:
    """The bare SQL: what answers to any of the terms and may be seen, the twenty best by Postgres' own rank."""
    from django.db import connection

    sql = (
        "WITH hit AS MATERIALIZED (SELECT id, kind, record_id, ts_rank(words, %s::tsquery) AS score "
        f"FROM network_indexed WHERE words @@ %s::tsquery), seen AS ({sight.sql}) "
        "SELECT id, score, count(*) OVER () FROM seen ORDER BY score DESC LIMIT 20"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [terms, terms, *sight.params])
        cursor.fetchall()


def best(act: Callable[[], Any], rounds: int) -> float:
    """The quickest of some rounds, in milliseconds: what others do on the machine only slows it."""
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return min(spent)


def of_one(rounds: int, only: str) -> None:
    """Measure one database and print it as JSON."""
    import django

    django.setup()
    from django.test.utils import override_settings

    made: dict[str, Any] = {}
    with override_settings(ROOT_URLCONF="tests.perf.bare_urls", ALLOWED_HOSTS=["testserver"]):
        if only != "search":
            made["pages"] = measure_pages(rounds)
        if only != "pages":
            made["search"] = measure_search(max(rounds // 5, 1))
    json.dump(made, sys.stdout)


def apart(url: str, rounds: int, only: str) -> dict[str, Any]:
    """Measure a database in a process of its own."""
    env = os.environ | {"DATABASE_URL": url, "DB_POOL": "0", "DJANGO_SETTINGS_MODULE": "network.settings"}
    command = [sys.executable, "-m", "tests.perf.archive", "--one", "--rounds", str(rounds), "--only", only]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))


def tell(demo: dict[str, Any], archive: dict[str, Any]) -> None:
    """Print the tables."""
    if "pages" in demo:
        print(f"{'page':22} {'queries':>9}   {'CPU ms':>15}   {'times the bare page':>19}")
        floors = demo["pages"][0][2], archive["pages"][0][2]
        for (name, few, small, _s), (_name, many, large, status) in zip(demo["pages"], archive["pages"], strict=True):
            ratios = f"{small / floors[0]:8.1f} → {large / floors[1]:6.1f}"
            said = "" if status == 200 else f"  status {status}"
            print(f"{name:22} {few:3} → {many:3}   {small:6.1f} → {large:6.1f}   {ratios:>19}{said}")
    if "search" in demo:
        print(f"\n{'search, ms':22} {'p50':>7} {'p95':>7}   {'bare p50':>8} {'p95':>7}   {'p95 ratio':>9}")
        for where, found in (("demo", demo["search"]), ("archive", archive["search"])):
            queries = found.pop("queries")
            for who, (ours, bare) in found.items():
                mine, theirs = statistics.quantiles(ours, n=20), statistics.quantiles(bare, n=20)
                print(
                    f"{where + ', ' + who:22} {mine[9]:7.0f} {mine[18]:7.0f}   {theirs[9]:8.0f} {theirs[18]:7.0f}"
                    f"   {mine[18] / theirs[18]:9.2f}"
                )
            print(f"  queries of the page: {queries}")


def main() -> None:
    """Measure both, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", choices=("", "pages", "search"))
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        of_one(asked.rounds, asked.only)
        return
    demo, archive = asked.urls
    tell(apart(demo, asked.rounds, asked.only), apart(archive, asked.rounds, asked.only))


if __name__ == "__main__":
    main()
