"""Many writers at once: real threads, each with a connection of its own, on real Postgres.

RACE_ROUNDS says how often each pair meets: few in `make test`; the figure that the issue asks for is 40.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

from django.db import close_old_connections, connection
from django.utils import timezone

from network.models import Body, Person, Role
from tests import make
from tests.breaking import constraint

ROUNDS = int(os.environ.get("RACE_ROUNDS", "3"))
WRITERS = 8


def next_march() -> datetime:
    """A moment to come whose year has months before and after it."""
    return datetime(timezone.now().year + 1, 3, 10, 9, tzinfo=UTC)


def crowd(acts: Iterable[Callable[[], Any]]) -> list[str]:
    """Do all of it at once, each in a thread of its own; what each met: "", a constraint's name, or the error."""
    todo = list(acts)
    ready, met = Barrier(len(todo)), ["not run"] * len(todo)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            close_old_connections()
            connection.ensure_connection()
            ready.wait(timeout=20)
            act()
            met[place] = ""
        except Exception as error:  # whatever it is, the test tells it by name
            met[place] = constraint(error) or f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(todo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any("OperationalError" in error for error in met), met  # a deadlock arrives as one
    return met


def on(row: Any, verb: str, *facts: Any) -> Callable[[], Any]:
    """The verb on the row as it is when the thread's turn comes."""

    def act() -> None:
        getattr(type(row).objects.get(pk=row.pk), verb)(*facts)

    return act


def rounds(make_one: Callable[[], Any], times: int = ROUNDS) -> Iterator[Any]:
    """So many fresh ones, each made when its turn comes."""
    return (make_one() for _ in range(times))


def officers_and_members(body: Body) -> list[Person]:
    """The chair, the secretary and three members of the body."""
    roles = (Role.CHAIR, Role.SECRETARY, Role.MEMBER, Role.MEMBER, Role.MEMBER)
    made = [make.person() for _ in roles]
    for person, role in zip(made, roles, strict=True):
        make.term(person=person, body=body, role=role)
    return made
