"""SQL of the triggers that note which records the search must read again, for the migrations of every app.

By statement and not by row: a bulk import of 66 000 items costs one insert. Whoever writes the row and however
(a form, `.update()`, SQL by hand), the note is written in the same transaction.
"""

EVENTS = {"INSERT": "NEW TABLE AS changed", "UPDATE": "NEW TABLE AS changed", "DELETE": "OLD TABLE AS changed"}


def watch(table: str, kind: str, ids: str = "SELECT id FROM changed", name: str = "") -> str:
    """Note the records of the kind that `ids` names when rows of the table change; `changed` holds those rows."""
    trigger = name or f"stale_{kind}"
    function = f"{table}_{trigger}"
    made = f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO network_stale (kind, record_id)
    SELECT DISTINCT '{kind}', found.id FROM ({ids}) found(id) WHERE found.id IS NOT NULL;
    RETURN NULL;
END $$;
"""
    for event, rows in EVENTS.items():
        made += (
            f"CREATE TRIGGER {trigger}_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
        )
    return made


def unwatch(table: str, kind: str, name: str = "") -> str:
    """Take the triggers off."""
    return f"DROP FUNCTION {table}_{name or f'stale_{kind}'}() CASCADE;"


def note_all(table: str, kind: str) -> str:
    """Note every row that is there already."""
    return f"INSERT INTO network_stale (kind, record_id) SELECT '{kind}', id FROM {table};"
