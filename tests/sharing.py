"""How the processes of pytest-xdist share the tests: file by file, the longest first, so that they end together.

A file is not parted, for what it sets up once would be set up in each process; nor are the files of a family, which
use one thing between them. The names stand here because only the process that hands out the tests decides, and it
knows of no mark: xdist tells it marks in the ids of tests, which pytest 9.2 does not let be changed.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

FAMILIES = {
    "the run": ("tests/bootstrap/test_run.py", "tests/bootstrap/test_refusals.py"),
    "the demonstration": ("tests/demo/",),
    "the printed record": ("tests/meetings/test_pdf.py", "tests/meetings/test_pdf_readers.py"),  # one Java
}
PARTED = ("tests/test_access.py", "tests/browser/test_whole_meeting.py")  # each of their tests is as long as a file
LONGEST = (
    "tests/browser/test_access_for_all.py",  # makes the demonstration, for which the others that look at it would wait
    "tests/test_access.py::test_the_table[pages]",
    "tests/test_access.py::test_the_table[meetings]",
    *FAMILIES["the run"],
    "tests/browser/test_whole_meeting.py",
    "tests/browser/test_tasks.py",  # after each other, for what a process has set up for the browser stays until then
    "tests/browser/test_keep.py",
    "tests/test_access.py",
    *FAMILIES["the demonstration"],
    *FAMILIES["the printed record"],
    "tests/network/test_admin.py",
    "tests/network/test_bad_input.py",
    "tests/meetings/test_visibility.py",
)


class ByFile(LoadScopeScheduling):
    """Hands out whole files and families, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)


def share(nodeid: str) -> str:
    """What the test is handed out with."""
    if nodeid.startswith(PARTED):
        return nodeid
    return next((name for name, starts in FAMILIES.items() if nodeid.startswith(starts)), nodeid.split("::")[0])


def place(nodeid: str) -> int:
    """Where the test stands in the order; those of no special length come last."""
    return next((number for number, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest first, where several processes share the tests."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """Ours, instead of xdist's by files or by groups."""
    return ByFile(config, log) if config.getvalue("dist") in ("loadfile", "loadgroup") else None
