"""SQL of the triggers that stamp each change of what public pages show, for the migrations of every app.

A stamp is the set of changes that have been committed, so it is right whoever wrote the row and however: a form,
`.update()`, SQL by hand. One row a transaction, whose key is the transaction's own: writers never wait for each
other, and what is rolled back leaves nothing. `network.pagecache` asks for the stamp, a job shortens the set.
"""

NOTE = """
CREATE FUNCTION network_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO network_change (xact) VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""
FORGET = "DROP FUNCTION network_note_change() CASCADE;"


def stamp_changes(table: str, *columns: str) -> str:
    """Stamp every change of the table; with columns named, only the updates that set one of them."""
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    return (
        f"CREATE TRIGGER public_change AFTER INSERT OR {update} OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION network_note_change();\n"
    )


def unstamp_changes(table: str) -> str:
    """Take the trigger off."""
    return f"DROP TRIGGER public_change ON {table};\n"
