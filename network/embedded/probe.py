"""Run by the virtual environment's Python: what the database of DATABASE_URL says of itself, as JSON."""

import hashlib
import json
import os

import psycopg

OLDEST = 140000  # what Django 5.2 supports


def facts(connection: psycopg.Connection) -> dict[str, str]:
    """A fault that makes it unfit, or a mark that changes when it is migrated, emptied or replaced."""
    if connection.info.server_version < OLDEST:
        return {"error": "it is older than Postgres 14"}
    installed = "SELECT count(*) FROM pg_available_extensions WHERE name = 'btree_gist'"
    if connection.execute(installed).fetchone() == (0,):
        return {"error": "its server lacks the extension btree_gist (Debian: postgresql-contrib)"}
    writable = connection.execute(
        "SELECT has_database_privilege(current_database(), 'CREATE'), has_schema_privilege('public', 'CREATE')"
    ).fetchone()
    if writable != (True, True):
        return {"error": "its user may not create tables there (make that user the owner of the database)"}
    digest = hashlib.sha256()
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() != (None,):
        rows = connection.execute("SELECT id, app, name, applied FROM django_migrations ORDER BY id")
        digest.update(repr(rows.fetchall()).encode())
    return {"rows": digest.hexdigest()}


def main() -> None:
    """Print the facts; the driver's own reason when there is no connection."""
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
            answer = facts(connection)
    except (psycopg.Error, ValueError, UnicodeError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        answer = {"error": (lines or [type(error).__name__])[0]}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
