"""What is missing or degraded: the page for machines and the doctor's lines tell one and the same."""

import shutil
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from network import health

pytestmark = pytest.mark.django_db
LOOKED_AT = ["database", "clock", "queue", "disk", "fonts", "voikko", "libmagic", "chromium"]
Usage = namedtuple("Usage", "total used free")


def doctor() -> list[tuple[str, str]]:
    """What the doctor prints: the state and the name of each fact."""
    said = StringIO()
    try:
        call_command("doctor", stdout=said)
    except CommandError:
        said.write("down      portal    cannot serve\n")
    return [(line.split()[0], line.split()[1]) for line in said.getvalue().splitlines()]


def healthz() -> tuple[int, list[tuple[str, str]], dict[str, Any]]:
    """What the page says: its status, the same pairs, and the notes by name."""
    answer = Client().get("/healthz")
    facts = answer.json()["facts"]
    notes = {fact["name"]: fact["note"] for fact in facts}
    return answer.status_code, [(fact["state"], fact["name"]) for fact in facts], notes


def test_the_doctor_and_the_page_say_the_same() -> None:
    status, facts, _ = healthz()
    assert (status, doctor(), [name for _, name in facts]) == (200, facts, LOOKED_AT)


def test_what_is_degraded_is_told_by_both_and_the_portal_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 10**6, 10**6))
    monkeypatch.delenv("PORTAL_CHROMIUM", raising=False)
    late = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr(health.timezone, "now", lambda: late)
    status, facts, notes = healthz()
    assert (status, doctor()) == (200, facts)
    assert {name for state, name in facts if state == "degraded"} >= {"chromium", "disk", "clock"}
    assert notes["clock"].startswith(("119", "120", "121"))


def test_a_database_that_is_away_is_told_by_both_and_nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: str) -> Any:
        raise OperationalError

    monkeypatch.setattr(health, "_ask", away)
    status, facts, notes = healthz()
    assert (status, facts[0]) == (503, ("down", "database"))
    assert doctor() == [*facts, ("down", "portal")]
    assert notes["queue"] == notes["clock"] == "the database is away"
