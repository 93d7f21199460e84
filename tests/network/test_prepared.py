"""Prepared SQL: it says what the rule says, under whatever name the table goes, and never for another reader."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.transaction import TransactionManagementError
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone
from psycopg._preparing import PrepareManager

from network.access import NOBODY, Access, ForReader
from network.embedded.database import APPS
from network.models import Body, Department, Person, Role, Term
from network.paging import has
from network.prepared import (
    A_DAY,
    A_KEY,
    BoundToADayError,
    JoinedRuleError,
    PreparedQuery,
    PreparedRecords,
    PreparedRule,
    ReaderToComeError,
    prepared,
)
from network.visibility import Visibility
from tests import make
from tests.planning import AS_PSYCOPG_DOES

pytestmark = pytest.mark.django_db
CALLS: list[Any] = []


@prepared
def led(access: Access) -> Q:
    """The bodies in which this person has a term: asks an inner table."""
    CALLS.append(access.person_id)
    return has(Term.objects.filter(body=OuterRef("pk"), person=access.person_id))


@prepared
def joined(access: Access) -> Q:
    """A rule that joins."""
    return Q(terms__person=access.person_id)


def access_of(person: Person) -> Access:
    """An access that equals every other's but for its person."""
    return Access(person_id=person.pk, day=date(2026, 3, 1))


def test_rule_is_written_once_a_reader_and_never_kept_for_another(member: Person, outsider: Person) -> None:
    CALLS.clear()
    for _ in range(3):
        assert [body.slug for body in Body.objects.filter(led(access_of(member)))] == ["alue-a"]
        assert [body.slug for body in Body.objects.filter(led(access_of(outsider)))] == ["alue-b"]
    assert access_of(member) == access_of(outsider)
    assert sorted(CALLS) == sorted([member.pk, outsider.pk])


def test_prepared_sql_holds_no_answer(member: Person, area: Any) -> None:
    rule = led(access_of(member))
    other = make.body(parent=area.parent, slug="alue-c")
    assert other not in Body.objects.filter(rule)
    make.term(person=member, body=other)
    assert other in Body.objects.filter(rule)


def test_condition_stands_in_inner_questions_and_joins_others(member: Person, area: Any, group: Any) -> None:
    """Inside another question the tables bear other names, the same ones as the rule's inner tables."""
    rule = led(access_of(member))
    assert list(Body.objects.filter(parent__in=Body.objects.filter(rule))) == [group]
    deep = Body.objects.filter(parent__in=Body.objects.filter(parent__in=Body.objects.filter(~rule | Q(pk=0))))
    assert set(deep) == {area, group}  # under what is under the directors and the board
    above = Body.objects.filter(rule, pk=OuterRef("parent")).values("slug")[:1]
    assert Body.objects.annotate(above=Subquery(above)).get(pk=group.pk).above == "alue-a"
    assert set(Body.objects.filter(rule | Q(slug="hallitus"))) == {area, area.parent}
    assert list(Body.objects.exclude(rule).filter(slug__startswith="alue-a")) == []
    assert list(Body.objects.filter(rule) | Body.objects.filter(pk=group.pk)) == list(
        Body.objects.filter(pk__in=[area.pk, group.pk])
    )


def test_rule_that_holds_for_nobody_or_for_all(area: Any) -> None:
    nobody = prepared(lambda access: Q(pk__in=[]))
    everybody = prepared(lambda access: ~Q(pk__in=[]))
    assert (Body.objects.filter(nobody(NOBODY)).count(), Body.objects.filter(everybody(NOBODY)).count()) == (
        0,
        Body.objects.count(),
    )


def test_rule_that_joins_is_refused(member: Person) -> None:
    with pytest.raises(JoinedRuleError, match="joined"):
        list(Body.objects.filter(joined(access_of(member))))


def test_prepared_condition_is_equal_to_itself(member: Person) -> None:
    assert led(access_of(member)) == led(access_of(member))
    assert isinstance(led(NOBODY), PreparedRule)


def test_prepared_question_asks_with_its_values(member: Person, outsider: Person, area: Any) -> None:
    ask = PreparedQuery(
        lambda person, bodies: Term.objects.filter(person=person, body__among=bodies).values_list("body__slug"),
        person=-1,
        bodies=[-1],
    )
    for _ in range(2):
        assert ask(person=member.pk, bodies=[area.pk]) == [("alue-a",)]
        assert ask(person=outsider.pk, bodies=[area.pk]) == []
        assert ask(person=member.pk, bodies=[]) == []
    with CaptureQueriesContext(connection) as asked:
        ask(person=member.pk, bodies=[area.pk, 2, 3])
    assert len(asked) == 1


ASKED = PreparedRecords(
    lambda person, bodies, day: (
        Term.objects.on(day).filter(person=person, body__among=bodies).select_related("body__parent", "person")
    ),
    person=A_KEY, bodies=[A_KEY], day=A_DAY,
)  # fmt: skip


def test_prepared_records_come_with_what_belongs_to_them(member: Person, outsider: Person, area: Any) -> None:
    day = date(2026, 3, 1)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            (term,) = ASKED(person=member.pk, bodies=[area.pk], day=day)
            assert (term.body, term.body.parent, term.person.full_name) == (area, area.parent, member.full_name)
        assert len(asked) == 1
        assert ASKED(person=outsider.pk, bodies=[area.pk], day=day) == []
        assert ASKED(person=member.pk, bodies=[], day=day) == []
    assert ASKED(person=member.pk, bodies=[area.pk], day=date(2020, 1, 1)) == []


def test_prepared_records_are_those_of_now(member: Person, area: Any) -> None:
    asked = {"person": member.pk, "bodies": [area.pk], "day": date(2026, 3, 1)}
    (before,) = ASKED(**asked)
    Term.objects.filter(pk=before.pk).update(title_fi="Toinen")
    (after,) = ASKED(**asked)
    assert (before.title_fi, after.title_fi) == ("", "Toinen")
    after.title_fi = "Kolmas"
    after.save()
    assert Term.objects.get(pk=before.pk).title_fi == "Kolmas"


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_a_connection_of_its_own(member: Person, area: Any) -> None:
    def ask() -> tuple[int, list[int]]:
        try:
            found = ASKED(person=member.pk, bodies=[area.pk], day=date(2026, 3, 1))
            return id(connections["default"].connection), [term.person_id for term in found]
        finally:
            connections.close_all()

    here = ASKED(person=member.pk, bodies=[area.pk], day=date(2026, 3, 1))
    with ThreadPoolExecutor(1) as pool:
        there, found = pool.submit(ask).result()
    assert (there != id(connection.connection), found) == (True, [here[0].person_id])


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_first_at_once_write_it_once(member: Person, area: Any) -> None:
    writing, ready = list[str](), Barrier(6)

    class Slow(Value):
        def as_sql(self, compiler: Any, connection: Any) -> Any:
            writing.append("once")
            sleep(0.02)  # the others come meanwhile
            return super().as_sql(compiler, connection)

    def build(person: int) -> Any:
        slow = Term.objects.filter(person=person).annotate(slow=Slow(1))
        return slow.select_related("body__parent__parent", "person")

    def ask(question: PreparedRecords) -> list[str]:
        try:
            ready.wait()
            return [term.body.slug for term in question(person=member.pk)]
        finally:
            connections.close_all()

    for number in range(5):
        question = PreparedRecords(build, person=A_KEY)
        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(ask, [question] * 6)) == [["alue-a"]] * 6
        assert len(writing) == number + 1


def test_query_that_holds_a_day_of_its_own_is_refused(member: Person) -> None:
    """Written today, it would ask about today for ever."""
    today_in_it = PreparedRecords(lambda person: Term.objects.current().filter(person=person), person=A_KEY)
    with pytest.raises(BoundToADayError):
        today_in_it(person=member.pk)
    now_in_it = PreparedRecords(lambda key: Person.objects.filter(pk=key, last_login__lt=timezone.now()), key=A_KEY)
    with pytest.raises(BoundToADayError):
        now_in_it(key=member.pk)
    for_reader = ForReader(lambda reader: Term.objects.current().filter(person__in=Person.objects.visible_to(reader)))
    with pytest.raises(BoundToADayError):
        for_reader(member)


@pytest.mark.django_db(transaction=True)
def test_row_is_locked_within_a_transaction_only() -> None:
    """Outside of one the lock would be gone before anybody relied on it: Django says so only when it writes the SQL."""
    row = make.body()
    lock = PreparedRecords(lambda key: Body.objects.select_for_update().filter(pk=key), key=A_KEY)
    with transaction.atomic():
        assert lock.first(key=row.pk) == row
    with pytest.raises(TransactionManagementError):
        lock.first(key=row.pk)


KNOWN = ForReader(lambda reader, parent: Body.objects.visible_to(reader).filter(parent=parent), parent=A_KEY)
NAMES = ForReader(
    lambda reader, people: Person.objects.visible_to(reader).filter(pk__among=people).values_list("last_name"),
    PreparedQuery, people=[A_KEY],
)  # fmt: skip


def test_question_for_a_reader_comes_with_the_rules_of_whoever_asks(
    chair: Person, member: Person, outsider: Person, coordinator: Person, area: Any
) -> None:
    hidden = make.proposed(area=area).body
    shy = make.person(last_name="Arka", visibility=Visibility.NETWORK)
    make.term(person=shy, body=area)
    for _ in range(2):
        for reader in (None, member, outsider, chair, coordinator):
            asked = KNOWN(reader, parent=area.pk)
            assert asked == list(Body.objects.visible_to(reader).filter(parent=area)), reader
            assert (hidden in asked) is (reader in (chair, coordinator))
            assert NAMES(reader, people=[shy.pk]) == ([("Arka",)] if reader else [])


def test_question_for_a_reader_follows_their_rights(outsider: Person, area: Any) -> None:
    """Nothing of what was answered, nor of what was allowed, is kept for the next time."""
    hidden = make.proposed(area=area).body
    assert KNOWN(Person.objects.get(pk=outsider.pk), parent=area.pk) == []
    make.term(person=outsider, body=area, role=Role.VICE_CHAIR)
    assert KNOWN(Person.objects.get(pk=outsider.pk), parent=area.pk) == [hidden]


@pytest.mark.parametrize("fact", ["person_id", "member_of", "manages", "is_network", "because"])
def test_what_only_a_rule_may_ask_is_no_part_of_a_question(fact: str) -> None:
    """Else the first reader's answer would be written down for all who come after."""
    ask = ForReader(lambda reader: Body.objects.filter(pk__in=[getattr(Access.of(reader), fact)]))
    with pytest.raises(ReaderToComeError, match=fact):
        ask(None)


def test_sign_of_per_cent_in_a_question_is_no_place_of_a_value(member: Person) -> None:
    ask = ForReader(lambda reader, key: Body.objects.visible_to(reader).filter(slug__contains="a%s", pk=key), key=A_KEY)
    assert ask(None, key=1) == []
    raw = ForReader(
        lambda reader, key: Body.objects.visible_to(reader).filter(pk=key).extra(where=["'%%s' <> name_fi"]), key=A_KEY
    )
    assert raw(None, key=1) == []


def questions() -> Iterator[tuple[str, PreparedQuery]]:
    """Every prepared question of our apps, with its place; the secretariat's is one of its own."""
    for module in [module for name, module in sys.modules.items() if name.split(".")[0] in APPS]:
        for name, value in vars(module).items():
            found = value.kinds.values() if isinstance(value, ForReader) else [value]
            yield from ((f"{module.__name__}.{name}", one) for one in found if isinstance(one, PreparedQuery))


def test_every_question_of_the_portal_can_be_written() -> None:
    """Also those that only a rare page asks: none is bound to a day, and each value that is given has its place."""
    get_resolver().url_patterns  # noqa: B018 (reads every view)
    for library in ("meetings", "documents", "network"):
        engines["django"].from_string(f"{{% load {library} %}}")
    asked = list(questions())
    for place, question in asked:
        _sql, places = question.written
        assert {name for name, _ in places} - {""} == set(question.stand_ins), place
    assert len(asked) > 30


# ── planned once ──


def planned() -> dict[str, int]:
    """How often Postgres has answered each of the questions that it keeps for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def test_postgres_is_told_a_question_once_and_the_values_each_time(member: Person, outsider: Person) -> None:
    question = PreparedRecords(lambda pk: Person.objects.filter(pk=pk).order_by("first_name"), pk=A_KEY)
    before = planned()
    assert [question.first(pk=person.pk) for person in (member, outsider, member)] == [member, outsider, member]
    new = {sql: times for sql, times in planned().items() if sql not in before}
    assert list(new.values()) == [3]
    assert str(member.pk) not in next(iter(new))


@pytest.mark.django_db(transaction=True)
def test_what_was_planned_in_a_transaction_that_failed_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PrepareManager, "_should_discard", AS_PSYCOPG_DOES)
    question = PreparedRecords(lambda pk: Department.objects.filter(pk=pk), pk=A_KEY)
    there = make.department()
    for broken in ("SELECT 1 / 0", "SELECT 1"):
        with suppress(DatabaseError, ZeroDivisionError), transaction.atomic():
            assert question(pk=there.pk) == [there]
            with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(broken)
            assert question(pk=there.pk) == [there]
            raise ZeroDivisionError
        assert question(pk=there.pk) == [there]


def test_the_log_of_queries_tells_a_question_that_was_planned(member: Person) -> None:
    question = PreparedQuery(lambda pk: Person.objects.filter(pk=pk).values_list("first_name"), pk=A_KEY)
    with CaptureQueriesContext(connection) as asked:
        assert question(pk=member.pk) == [(member.first_name,)]
    assert ["first_name" in query["sql"] for query in asked] == [True]
