"""The goal table told by the tests: `@pytest.mark.row("F11", "N5", part=True)` names the rows a test shows.

A row whose tests all passed, at least one of them showing the whole of it, says yes; if only parts were shown
it says partly; one failure says failed; no test that passed says none.
"""

import json
import time
from pathlib import Path

import pytest

ROWS = [f"F{number:02}" for number in range(1, 101)] + [f"N{number}" for number in range(1, 21)]
RECORD = Path(__file__).resolve().parent.parent / "var" / "rows.json"
Shown = list[tuple[str, bool]]  # a row, and whether the test shows a part of it only


def pytest_addoption(parser: pytest.Parser) -> None:
    """Three options, used by make."""
    group = parser.getgroup("rows of the goal table")
    group.addoption("--row", default="", help="run only the tests of these rows: F11,N5")
    group.addoption("--rows", action="store_true", help="with --collect-only: print all rows")
    group.addoption("--record-rows", action="store_true", help="keep the outcomes for --rows")


def named(text: str) -> set[str]:
    """The rows of a comma-separated list, `F1` being `F01`; raises UsageError for one that does not exist."""
    short = {row[0] + str(int(row[1:])): row for row in ROWS}
    found = set()
    for name in filter(None, (word.strip().upper() for word in text.split(","))):
        key = name[0] + name[1:].lstrip("0")
        if key not in short:
            raise pytest.UsageError(f"There is no row {name}: they are F01 to F100 and N1 to N20.")
        found.add(short[key])
    return found


def shown_by(item: pytest.Item) -> Shown:
    """The rows that a test shows."""
    marks = list(item.iter_markers("row"))
    return [(row, bool(mark.kwargs.get("part"))) for mark in marks for row in sorted(named(",".join(mark.args)))]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note each test's rows where its report carries them home; with `--row` keep only the tests of these."""
    wanted = named(config.getoption("--row"))
    for item in items:
        if shown := shown_by(item):
            item.user_properties.append(("rows", shown))
    if wanted:
        kept = [item for item in items if wanted & {row for row, _ in shown_by(item)}]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


class Recorder:
    """Keeps the outcome of every test, also when they run in several processes."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passed when its call passed and neither its set-up nor its end failed."""
        name = plain(report.nodeid)
        if report.failed:
            self.outcomes[name] = "failed"
        elif report.when == "call" or report.skipped:
            self.outcomes.setdefault(name, report.outcome)

    def pytest_sessionfinish(self) -> None:
        """Write the outcomes down."""
        RECORD.parent.mkdir(exist_ok=True)
        facts = {"at": time.strftime("%Y-%m-%d %H:%M"), "outcomes": self.outcomes}
        RECORD.write_text(json.dumps(facts, indent=1, sort_keys=True))


def plain(nodeid: str) -> str:
    """A test's name without the group that xdist appends to it."""
    return nodeid.rsplit("@", 1)[0] if "]" not in nodeid.rsplit("@", 1)[-1] else nodeid


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that hears of all tests: the only one, or xdist's controller."""
    if config.getoption("--record-rows") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(), "rows-recorder")


def verdict(outcomes: list[tuple[str, bool]]) -> str:
    """What a row's tests say: their outcomes, each with whether it shows a part only."""
    words = [outcome for outcome, _ in outcomes]
    if "failed" in words:
        return "failed"
    if words and set(words) == {"passed"} and not all(part for _, part in outcomes):
        return "yes"
    return "partly" if "passed" in words else "none"


def together(outcomes: set[str]) -> str:
    """The outcome of a test that ran several times with other values."""
    return next((word for word in ("failed", "not run", "skipped") if word in outcomes), "passed")


def table(tests: dict[str, Shown], record: dict[str, str]) -> list[str]:
    """One line per row: the row, the verdict, its tests; a test that did not pass says so."""
    lines = []
    for row in ROWS:
        seen: dict[tuple[str, bool], set[str]] = {}
        for name, shown in tests.items():
            for _, part in (pair for pair in shown if pair[0] == row):
                seen.setdefault((name.split("[")[0], part), set()).add(record.get(name, "not run"))
        own = {key: together(outcomes) for key, outcomes in seen.items()}
        notes = [
            f"{name.removeprefix('tests/')}{' (part)' * part}{'' if outcome == 'passed' else f' [{outcome}]'}"
            for (name, part), outcome in own.items()
        ]
        lines.append(
            f"{row:<5}{verdict([(out, part) for (_, part), out in own.items()]):<8}{', '.join(notes)}".rstrip()
        )
    return lines


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Print the table instead of the list of tests."""
    if not config.getoption("--rows"):
        return []
    tests = {plain(item.nodeid): shown for item in items if (shown := shown_by(item))}
    items.clear()
    facts = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    when = f"as of the last make test, {facts['at']}" if facts else "make test has not run here yet"
    return [*table(tests, facts.get("outcomes", {})), f"({when})"]
