"""Tools for tests that try to break the database: raw SQL past forms and models, and races of two writers."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import override

from network import guards


def insert(record: models.Model) -> None:
    """INSERT the unsaved record by raw SQL."""
    values = _columns(record)
    if record.pk is None:
        del values[str(record._meta.pk.column)]
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{record._meta.db_table}" ({names}) VALUES ({marks})', list(values.values()))


def update(record: models.Model, **columns: Any) -> None:
    """UPDATE the record's row by raw SQL: the columns named, or all of them as the record now has them."""
    values = columns or _columns(record)
    sets = ", ".join(f'"{name}" = %s' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{record._meta.db_table}" SET {sets} WHERE "{record._meta.pk.column}" = %s',
            [*values.values(), record.pk],
        )
        assert cursor.rowcount == 1


def delete(record: models.Model) -> None:
    """DELETE the record's row by raw SQL."""
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{record._meta.db_table}" WHERE "{record._meta.pk.column}" = %s', [record.pk])
        assert cursor.rowcount == 1


def _columns(record: models.Model) -> dict[str, Any]:
    return {
        str(field.column): field.get_db_prep_save(field.pre_save(record, record._state.adding), connection)
        for field in record._meta.concrete_fields
    }


def constraint(error: BaseException) -> str:
    """The name of the constraint that a refusal tells."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


@contextmanager
def refused(name: str) -> Iterator[None]:
    """What is done inside is refused by the constraint of this name; the transaction goes on."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert constraint(caught.value) == name


def told(record: models.Model) -> dict[str, list[str]]:
    """What a form would say about the record, in English, by field."""
    with override("en"):
        try:
            record.full_clean(exclude=["password"] if hasattr(record, "password") else None)
        except ValidationError as error:
            return error.message_dict
    return {}


def breaks(record: models.Model, name: str, *, says: str, on: str = NON_FIELD_ERRORS) -> None:
    """The record breaks a rule: the form says so first, in words and on the field, and raw SQL is refused by name."""
    assert told(record) == {on: [says]}
    with refused(name):
        insert(record) if record._state.adding else update(record)


def words(name: str) -> str:
    """What the refusal of a trigger says to an English reader."""
    with override("en"):
        return str(guards.message(name))


def race(first: Callable[[], Any], second: Callable[[], Any], *, hold: float = 0.15) -> list[str]:
    """Two writers in transactions of their own that overlap; returns what each met: "" or a constraint's name.

    Each keeps its transaction open for a while after its write, so neither sees the other's row by itself.
    """
    ready, outcome = Barrier(2), ["not run", "not run"]

    def write(place: int, act: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                ready.wait(timeout=5)
                act()
                time.sleep(hold)
            outcome[place] = ""
        except Exception as error:  # whatever it is, the test tells it by name
            outcome[place] = constraint(error) or f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    writers = [Thread(target=write, args=pair) for pair in enumerate((first, second))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=20)
    return outcome
