"""SQL that is prepared: Django writes it once, for the conditions of a reader and for the queries of every request.

Half of what a page cost was Django putting together, again and again, the same long conditions of who may see what.
The rules stay where they are, as functions from an Access to a Q; here their SQL is kept for the next time that the
same reader asks, and set into whatever question asks for it. Nothing of what the database answers is kept.
"""

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, wraps
from threading import RLock
from types import SimpleNamespace
from typing import Any, Self

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import BooleanField, Expression, Q
from django.db.transaction import TransactionManagementError

from network.periods import today

Access = Any  # of network/access.py, which stands on this
Rule = Callable[[Access], Q]
READERS = 2_000  # times their rules: some 2 kB each
A_KEY, A_DAY = -1_000_000_001, date(1, 1, 1)  # stand-ins that no query holds otherwise
WRITING = RLock()
PLACE = re.compile(r"(?<!%)%s")  # of a value in a query
INNER = re.compile(r"\b([T-Z]\d+)\b")  # how Django names the tables of inner questions


class JoinedRuleError(Exception):
    """The rule asks another table by a join; ask it by a subquery."""


class BoundToADayError(Exception):
    """The query holds a day of its own, which would be yesterday's tomorrow; ask with the day as a value."""


@lru_cache(maxsize=READERS)
def _written(rule: Rule, model: type[models.Model], access: Access, *who: Any) -> tuple[str, tuple[Any, ...]]:
    """The SQL of the rule about the model's own table, and its values; `who` keeps apart what equality does not."""
    query = models.QuerySet(model).filter(rule(access)).query
    if sum(map(bool, query.alias_refcount.values())) > 1:
        raise JoinedRuleError(rule.__name__)
    compiler = query.get_compiler(connection=connection)
    try:
        sql, values = compiler.compile(query.where)
    except EmptyResultSet:
        return "FALSE", ()
    except FullResultSet:
        return "TRUE", ()
    # The condition is set into other questions, whose inner tables bear the same names.
    return INNER.sub(rf"{model._meta.model_name}_{rule.__name__}_\1", sql), tuple(values)


class ReaderToComeError(Exception):
    """A question that is written before its reader is known asks for a fact of theirs; only a prepared rule may."""


@dataclass(frozen=True)
class RuleToCome:
    """Stands among the values of a question where a rule's condition comes, by the reader who asks it."""

    rule: "PreparedRule"
    table: str


class PreparedRule(Expression):
    """The condition of a rule about the table of the question that it is set into."""

    output_field = BooleanField()

    def __init__(self, rule: Rule, access: Access) -> None:
        super().__init__()
        self.rule, self.access = rule, access
        self.model: Any = None  # until it is resolved
        self.alias = ""

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Self:
        """Stand on the table of the question; one that is inside another is resolved again, and stays."""
        if self.model:
            return self
        resolved = self.copy()
        resolved.model, resolved.alias = query.model, query.get_initial_alias()
        return resolved

    def relabeled_clone(self, change_map: Mapping[str, str]) -> Self:
        """The same about the table by its new name."""
        clone = self.copy()
        clone.alias = change_map.get(self.alias, self.alias)
        return clone

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The prepared SQL, said of the table by the name it has here."""
        table = compiler.quote_name_unless_alias(self.alias)
        return ("%s", (RuleToCome(self, table),)) if self.access.is_to_come else self.of(self.access, table)

    def of(self, access: Access, table: str) -> tuple[str, tuple[Any, ...]]:
        """The condition of this reader about the table."""
        sql, values = _written(self.rule, self.model, access, access.person_id, access.day or today())
        own = f'"{self.model._meta.db_table}".'
        return f"({sql.replace(own, f'{table}.')})", values


def prepared(rule: Rule) -> Callable[[Access], Any]:
    """A rule with its SQL prepared: it returns a condition for `filter`, alone or joined to others by | and &."""

    @wraps(rule)
    def condition(access: Access) -> PreparedRule:
        # Without what was cached on it for a page.
        return PreparedRule(rule, access if access.is_to_come else replace(access))

    return condition


class PlannedCursor(ServerBindingCursor):
    """A cursor that hands the values over apart; it keeps for Django's log what it was asked, which psycopg forgets."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Self:
        """Ask."""
        super().execute(query, params, **how)  # type: ignore[misc]
        self._query: Any = SimpleNamespace(query=query.encode())
        return self


class Planned:
    """A connection over which Postgres is handed the values apart from the SQL, so that it keeps its plan of it.

    To plan one of our questions takes it longer than to answer. Django's own cursors set the values into the SQL.
    """

    def __init__(self, usual: Any) -> None:
        self.usual = usual

    def __getattr__(self, name: str) -> Any:
        return getattr(self.usual, name)

    def cursor(self) -> Any:
        """A cursor as Django gives it, its log of queries and its wrappers included."""
        self.usual.ensure_connection()
        with self.usual.wrap_database_errors:
            return self.usual._prepare_cursor(PlannedCursor(self.usual.connection))  # type: ignore[call-arg]


class PreparedQuery:
    """A query whose SQL is written once and asked with other values each time; it answers rows of plain values.

    It is built with a stand-in for each value, which must come nowhere else in it: the SQL has its value's place.
    """

    def __init__(self, build: Callable[..., models.QuerySet], **stand_ins: Any) -> None:
        self.build, self.stand_ins = build, stand_ins
        self._written: tuple[str, list[tuple[str, Any]]] | None = None

    @cached_property
    def queryset(self) -> models.QuerySet:
        """The query about the stand-ins."""
        return self.build(**self.stand_ins)

    @cached_property
    def compiler(self) -> Any:
        """What wrote the SQL: it knows which column is which field of which record."""
        return self.queryset.query.get_compiler(connection=connection)

    @property
    def written(self) -> tuple[str, list[tuple[str, Any]]]:
        """The SQL, and for each of its values the name that it is asked by, or the value where it has none.

        Raises BoundToADayError.
        """
        if self._written is None:
            with WRITING:  # to put a query together changes it, and threads share this one
                self._written = self._written or self._write()
        return self._written

    def _write(self) -> tuple[str, list[tuple[str, Any]]]:
        sql, values = self.compiler.as_sql()
        names = {repr(stand_in): name for name, stand_in in self.stand_ins.items()}
        places = [(names.get(repr(value), ""), value) for value in values]
        if any(isinstance(value, date) and not name for name, value in places):
            raise BoundToADayError(self.build)
        return sql, places

    def asked(self, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """The SQL with these values in their places, and with the reader's rules where the question names a reader."""
        sql, places = self.written
        if not any(isinstance(value, RuleToCome) for _name, value in places):
            return sql, [values[name] if name else value for name, value in places]
        first, *pieces = PLACE.split(sql)
        said, own = [first], list[Any]()
        for piece, (name, value) in zip(pieces, places, strict=True):
            condition, more = "%s", (values[name] if name else value,)
            if isinstance(value, RuleToCome):
                condition, more = value.rule.of(values["reader"], value.table)
            said += [condition, piece]
            own += more
        return "".join(said), own

    def __call__(self, **values: Any) -> list[Any]:
        """The rows."""
        with Planned(connection).cursor() as cursor:
            cursor.execute(*self.asked(values))
            return cursor.fetchall()


class Written:
    """Stands for the query of a queryset: gives the compiler that has written its SQL already."""

    def __init__(self, compiler: Any) -> None:
        self.compiler = compiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        """The one."""
        return self.compiler


class PreparedRecords(PreparedQuery):
    """The same of a queryset of records: it answers a list of them, with what is asked along with them.

    For a question that many pages ask; to put it together takes longer than to have it answered.
    """

    def __call__(self, **values: Any) -> list[Any]:
        """The records."""
        asked = self.asked(values)
        compiler: Any = copy(self.compiler)
        pattern: Any = self.queryset
        compiler.connection = Planned(connections[pattern.db])  # one of this thread
        if pattern.query.select_for_update and compiler.connection.get_autocommit():
            raise TransactionManagementError("A row is locked within a transaction.")  # Django says so when it writes
        compiler.as_sql = lambda *args, **kwargs: asked
        records: Any = type(pattern)(pattern.model, Written(compiler))
        records._prefetch_related_lookups = pattern._prefetch_related_lookups
        return list(records)

    def first(self, **values: Any) -> Any:
        """The first of them, or nothing."""
        return next(iter(self(**values)), None)


class Among(models.Lookup):
    """`field__among=[…]`: any of a list, which is one value of the SQL however long it is."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The left side, and the list as an array."""
        left, values = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*values, list(self.rhs))


models.BigAutoField.register_lookup(Among)
models.ForeignKey.register_lookup(Among)
