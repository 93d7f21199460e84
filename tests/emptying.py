"""After a test whose transactions end the tables are emptied: only those that hold a row, which are few.

Django truncates every table and then fills the list of models anew, which takes ten times as long.
"""

from typing import Any

from django.db import connection
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}  # of the models, not of a test


def filled() -> list[str]:
    """The tables of our models and Django's that hold a row."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in sorted(tables)))
        return [name for (name,) in cursor.fetchall()]


def empty(self: Any) -> None:
    """Delete every row past the triggers, which would keep the history for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            for name in filled():
                cursor.execute(f'DELETE FROM "{name}"')
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


TransactionTestCase._fixture_teardown = empty  # type: ignore[method-assign, attr-defined]
