"""Writing many rows by COPY: the triggers of the record and of the history see each of them, as they see a form's."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def reserve(model: type[models.Model], count: int) -> range:
    """So many numbers of the table for rows to come; nobody else gets them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s)", [sequence])
        (first,) = cursor.fetchone()
        cursor.execute("SELECT setval(%s, %s)", [sequence, first + max(count, 1) - 1])
    return range(first, first + count)


def number(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Give each row its number before it is written, so that others can point at it."""
    for pk, row in zip(reserve(model, len(rows)), rows, strict=True):
        row.pk = pk


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows as they are given."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def copy_in(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write new records with the values they hold; what has no number yet gets one from the database.

    A related record may have got its number after it was set, so it is asked of the record and not of the column.
    """
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key and rows and rows[0].pk is None)]
    related = {field.attname: field.name for field in fields if field.is_relation}
    names = [(field.attname, related.get(field.attname)) for field in fields]

    def values(row: models.Model) -> list[Any]:
        known, cached = row.__dict__, row._state.fields_cache
        return [cached[name].pk if cached.get(name) else known[attname] for attname, name in names]

    if rows:
        copy_rows(model._meta.db_table, [str(field.column) for field in fields], map(values, rows))


def update_from(model: type[models.Model], rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of records that are there already, in one statement."""
    table, key = model._meta.db_table, model._meta.pk
    chosen: list[Any] = [key, *(model._meta.get_field(name) for name in fields)]
    first, *others = [field.column for field in chosen]
    with connection.cursor() as cursor:
        columns = ", ".join([first, *others])
        cursor.execute(f"CREATE TEMP TABLE moved AS SELECT {columns} FROM {table} LIMIT 0")
        copy_rows("moved", [first, *others], ([row.__dict__[field.attname] for field in chosen] for row in rows))
        cursor.execute("ANALYZE moved")
        put = ", ".join(f"{column} = moved.{column}" for column in others)
        cursor.execute(f"UPDATE {table} t SET {put} FROM moved WHERE t.{first} = moved.{first}")
        cursor.execute("DROP TABLE moved")
