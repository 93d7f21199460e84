"""History: the database itself writes down each change of what people write, and never a password."""

from typing import Any

import pghistory
import pghistory.models
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from network.models import Body, Department, Page, Person, Role, Term
from tests import make
from tests.breaking import delete, insert, update

pytestmark = pytest.mark.django_db

OURS = ("network", "meetings", "documents", "serviceareas", "workinggroups")
# Logs themselves, and counters: a number that was given stands in the history of what it was given to.
LOGS = {"network.Envelope", "network.Reading", "meetings.Series", "meetings.FormerNumber"}
# What is made anew from the records: the index of the search, and the notes of what changed.
MADE = {"documents.Extract", "network.Indexed", "network.Word", "network.Stale", "network.Change"}
TRACKERS = ("insert", "update", "delete")


def events_of(model: type[models.Model]) -> type[models.Model]:
    """The event table of the model."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")


def is_event(model: type[models.Model]) -> bool:
    """Whether the model is an event table."""
    return issubclass(model, pghistory.models.Event)


def history(record: models.Model) -> list[str]:
    """What happened to the record."""
    rows: Any = events_of(type(record))._default_manager.filter(pgh_obj_id=record.pk).order_by("pgh_id")
    return [row.pgh_label for row in rows]


def test_every_model_that_people_write_is_tracked() -> None:
    written = {m for app in OURS for m in apps.get_app_config(app).get_models() if m._meta.managed and not is_event(m)}
    tracked = {
        m
        for m in written
        if f"{m.__name__}Event" in {e.__name__ for e in apps.get_app_config(m._meta.app_label).get_models()}
    }
    assert {m._meta.label for m in written - tracked} == LOGS | MADE


def test_a_life_written_by_the_orm(area: Body) -> None:
    term = make.term(body=area)
    term.title_fi = "koordinaattori"
    term.save()
    kept = history(term)
    pk = term.pk
    term.delete()
    term.pk = pk
    assert (kept, history(term)) == (["insert", "update"], ["insert", "update", "delete"])


def test_a_queryset_update_is_written_down(area: Body, other_area: Body) -> None:
    Body.objects.filter(pk__in=[area.pk, other_area.pk]).update(sort=9)
    assert [history(body) for body in (area, other_area)] == [["insert", "update"]] * 2


def test_a_bulk_create_is_written_down() -> None:
    pages = Page.objects.bulk_create(Page(slug=f"s-{n}", title_fi="S") for n in range(3))
    assert [history(page) for page in pages] == [["insert"]] * 3


def test_raw_sql_is_written_down() -> None:
    insert(Department(name_fi="Raaka", name_sv="Rå", slug="raaka"))
    department = Department.objects.get(slug="raaka")
    update(department, website="https://raaka.example")
    delete(department)
    assert history(department) == ["insert", "update", "delete"]


def test_an_update_that_changes_nothing_leaves_no_event(area: Body) -> None:
    Body.objects.filter(pk=area.pk).update(sort=area.sort)
    assert history(area) == ["insert"]


def test_an_event_holds_the_row_as_it_became_and_who_made_it(area: Body, coordinator: Person) -> None:
    with pghistory.context(user=coordinator.pk, url="/hallinta/"):
        Body.objects.filter(pk=area.pk).update(name_fi="Uusi nimi")
    event: Any = events_of(Body)._default_manager.filter(pgh_obj_id=area.pk).latest("pgh_id")
    assert (event.name_fi, event.pgh_context.metadata) == ("Uusi nimi", {"user": coordinator.pk, "url": "/hallinta/"})


def test_a_change_taken_back_leaves_no_event(area: Body) -> None:
    with transaction.atomic():
        Body.objects.filter(pk=area.pk).update(sort=9)
        transaction.set_rollback(True)
    assert history(area) == ["insert"]


def test_a_history_outlives_what_it_tells_of(area: Body) -> None:
    term = make.term(body=area, role=Role.SECRETARY)
    update(term, role=Role.MEMBER)
    Term.objects.filter(pk=term.pk).delete()
    events: Any = events_of(Term)._default_manager.filter(pgh_obj_id=term.pk)
    assert [(e.pgh_label, e.role) for e in events.order_by("pgh_id")] == [
        ("insert", "secretary"), ("update", "member"), ("delete", "member"),
    ]  # fmt: skip


def test_neither_password_nor_login_time_is_ever_kept(member: Person) -> None:
    with connection.cursor() as cursor:
        columns = {
            column.name for column in connection.introspection.get_table_description(cursor, "network_personevent")
        }
    assert {"email", "first_name", "is_active"} <= columns
    assert not {"password", "last_login"} & columns
    before = history(member)
    member.set_password("toinen-salasana-2026")
    member.last_login = timezone.now()
    member.save()
    Person.objects.filter(pk=member.pk).update(password="x", last_login=timezone.now())
    assert history(member) == before


def test_what_is_changed_beside_a_password_is_kept_without_it(member: Person) -> None:
    update(member, password="salainen-tiiviste", phone="040 1234567")
    event: Any = events_of(Person)._default_manager.filter(pgh_obj_id=member.pk).latest("pgh_id")
    assert event.phone == "040 1234567"
    assert "salainen-tiiviste" not in str(vars(event))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET pgh_label = 'x'",
        "UPDATE {table} SET pgh_created_at = now()",
        "DELETE FROM {table}",
    ],
)
def test_history_is_append_only_in_every_event_table(statement: str) -> None:
    """Asked of each table's triggers; then of one table with a row in it."""
    tables = [m._meta.db_table for app in OURS for m in apps.get_app_config(app).get_models() if is_event(m)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE 'pgtrigger_append_only_%' AND t.tgenabled = 'O'"
        )
        guarded = {name for (name,) in cursor.fetchall()}
    assert set(tables) <= guarded
    body = make.body()
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table="network_bodyevent"))
    assert history(body) == ["insert"]
