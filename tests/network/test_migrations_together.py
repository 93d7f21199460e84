"""Migrations that are applied in few steps: the same steps, in the same order."""

from importlib import import_module
from itertools import pairwise

import pytest
from django.db.migrations.operations import AddIndex, CreateModel, RunSQL
from django.db.migrations.operations.base import Operation
from django.db.models import Index

from network.migrations_together import Together, together


def flat(operations: list[Operation]) -> list[Operation]:
    """The steps one by one."""
    parts = [step.operations if isinstance(step, Together) else [step] for step in operations]
    return [step for part in parts for step in part]


def test_runs_of_a_kind_become_one_and_nothing_is_lost() -> None:
    models, sql = [CreateModel(name, []) for name in "abc"], RunSQL("SELECT 1")
    additions = [AddIndex(name, Index(fields=["x"], name=name)) for name in "ab"]
    steps = [*models, *additions, sql, *additions]
    folded = together(steps)
    assert [type(step) for step in folded] == [Together, Together, RunSQL, Together]
    assert flat(folded) == steps


@pytest.mark.parametrize("app", ["network", "meetings", "documents"])
def test_first_migrations_are_folded(app: str) -> None:
    """Made anew, a first migration asks for its last line again: without it a first start takes twice as long."""
    operations = import_module(f"{app}.migrations.0001_initial").Migration.operations
    models = [any(isinstance(step, CreateModel) for step in flat([operation])) for operation in operations]
    assert not any(one and other for one, other in pairwise(models))
    assert len(operations) < len(flat(operations)) / 5
