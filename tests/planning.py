"""What Postgres has planned stays planned when a test is undone.

After each step back psycopg throws the plans away, for a table may be gone that the step had made; no test makes one.
"""

from psycopg._preparing import PrepareManager

AS_PSYCOPG_DOES = PrepareManager._should_discard
PrepareManager._should_discard = lambda *_: False  # type: ignore[method-assign, assignment]
