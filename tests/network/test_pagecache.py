"""Pages kept for visitors: one query a hit, never somebody else's page, and right after every change."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Version
from meetings.models import Meeting, State
from network import pagecache
from network.models import Body, Change, Department, Page, Person
from network.visibility import Visibility
from tests import make

OURS = ("network", "serviceareas", "workinggroups", "meetings", "documents")
# What no page of a visitor shows: letters, keys, who read what, and the index, whose page is never kept.
PRIVATE = {"letter", "calendarkey", "envelope", "reading", "indexed", "word", "stale", "extract", "change"}
LOGIN = {"id", "password", "last_login"}  # columns of a person that no page shows

live = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _keeps_pages(settings: Any) -> Iterator[None]:
    settings.PAGE_CACHE = 5
    pagecache.shelf.clear()
    yield
    pagecache.shelf.clear()


def text(path: str, client: Client | None = None) -> str:
    """What the page says, without its soft hyphens."""
    return (client or Client()).get(path).content.decode().replace("\xad", "")


# ── what is kept ──


@live
def test_a_hit_asks_one_query_and_answers_the_same(django_assert_num_queries: Any) -> None:
    body = make.body()
    for path in (body.get_absolute_url(), "/", f"/sv{body.get_absolute_url()}", "/johto/?pvm=2018-05-01"):
        first = Client().get(path)
        with django_assert_num_queries(1):
            second = Client().get(path)
        assert (first.status_code, second.content, second.headers) == (200, first.content, first.headers)


@live
def test_each_address_language_host_and_day_has_its_own_page(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "toinen.example.org"]
    path = make.body(name_fi="Alue", name_sv="Område", slug="alue").get_absolute_url()
    assert 'lang="fi"' in text(path)
    assert 'lang="sv"' in text(f"/sv{path}")
    assert "toinen.example.org" in Client(headers={"host": "toinen.example.org"}).get("/").content.decode()
    assert "toinen.example.org" not in text("/")


@live
def test_no_reader_is_answered_with_a_visitors_page_nor_a_visitor_with_a_readers() -> None:
    area = make.body()
    member = make.term(body=area).person
    meeting = make.meeting(body=area, state=make.CALLED, calendar_visibility=Visibility.BODY, place="Sisäinen paikka")
    client, path = Client(), reverse("meetings:meeting_list")
    client.force_login(member)
    for _ in range(2):
        assert meeting.place not in text(path)
        assert meeting.place in text(path, client)
    assert "Sisäinen" not in text(path)


@live
def test_what_sets_or_needs_a_cookie_is_not_kept() -> None:
    client = Client()
    for path in (reverse("account_login"), "/haku/?q=a", "/ei-ole/", "/?q=1", f"/?sivu={'1' * 50}"):
        client.get(path)
        Client().get(path)
    assert not pagecache.shelf._pages
    client.get("/")  # brings the cookie of the login form
    assert not pagecache.shelf._pages


@live
def test_a_message_that_waits_is_told() -> None:
    text("/")
    client = Client()
    client.cookies["messages"] = "x"
    client.get("/")
    assert len(pagecache.shelf._pages) == 1
    assert not pagecache.may_be_answered(client.get("/").wsgi_request)


@live
def test_no_more_pages_are_kept_than_allowed() -> None:
    for day in range(1, 10):
        text(f"/johto/?pvm=2020-01-0{day}")
    assert len(pagecache.shelf._pages) == 5


@live
def test_a_page_is_kept_for_a_moment_only(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    text("/")
    later = pagecache.time.monotonic() + pagecache.MOMENT + 1
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: later)
    with pytest.raises(BaseException, match="Expected to perform 1 queries"), django_assert_num_queries(1):
        text("/")


# ── right after every change ──


def models() -> list[Any]:
    """Our own models, their histories and the view apart."""
    every = [model for app in OURS for model in apps.get_app_config(app).get_models() if model._meta.managed]
    return [model for model in every if not model._meta.model_name.endswith("event")]


@pytest.mark.django_db
def test_every_table_that_public_pages_show_stamps_its_changes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgtype, tgattr::int2[] FROM pg_trigger WHERE tgname = 'public_change'"
        )
        found = {table: (kind, columns) for table, kind, columns in cursor.fetchall()}
    shown = {model._meta.db_table for model in models() if model._meta.model_name not in PRIVATE}
    assert set(found) == shown
    assert {kind & 0b111101 for kind, _ in found.values()} == {
        0b111100
    }  # insert, delete, update, truncate; by statement


@pytest.mark.django_db
def test_every_column_of_a_person_that_a_page_may_show_stamps_its_changes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_trigger JOIN pg_attribute ON attrelid = tgrelid AND attnum = ANY (tgattr) "
            "WHERE tgname = 'public_change' AND tgrelid = 'network_person'::regclass"
        )
        stamped = {name for (name,) in cursor.fetchall()}
    assert stamped == {field.column for field in Person._meta.concrete_fields} - LOGIN


def _body() -> tuple[str, Any]:
    body = make.body(name_fi="Ennen")
    return body.get_absolute_url(), lambda: Body.objects.filter(pk=body.pk).update(name_fi="Jälkeen")


def _department() -> tuple[str, Any]:
    row = make.department(name_fi="Ennen")
    return row.get_absolute_url(), lambda: Department.objects.filter(pk=row.pk).update(name_fi="Jälkeen")


def _page() -> tuple[str, Any]:
    row = make.page(title_fi="Ennen")
    return row.get_absolute_url(), lambda: Page.objects.filter(pk=row.pk).update(title_fi="Jälkeen")


def _chair() -> tuple[str, Any]:
    body = make.body()
    make.term(body=body, role="chair", person=make.person(last_name="Ennen"))
    other = make.person(last_name="Jälkeen")
    return body.get_absolute_url(), lambda: body.terms.update(person=other)


def _meeting() -> tuple[str, Any]:
    row = make.meeting(state=make.CALLED, place="Ennen", calendar_visibility=Visibility.PUBLIC)
    return reverse("meetings:meeting_list"), lambda: Meeting.objects.filter(pk=row.pk).update(place="Jälkeen")


def _document() -> tuple[str, Any]:
    row = make.document(title="Ennen", visibility=Visibility.PUBLIC)
    make.version(document=row)

    def change() -> None:
        row.title = "Jälkeen"
        row.save()

    return reverse("documents:document_list"), change


@live
@pytest.mark.parametrize("made", [_body, _department, _page, _chair, _meeting, _document])
def test_a_change_is_on_the_next_page(made: Any) -> None:
    path, change = made()
    assert "Ennen" in text(path)
    change()
    assert "Jälkeen" in text(path)
    assert "Ennen" not in text(path)


@live
def test_what_is_narrowed_is_gone_at_once() -> None:
    row = make.document(title="Kertomus", visibility=Visibility.PUBLIC)
    make.version(document=row)
    path = row.get_absolute_url()
    assert [Client().get(path).status_code for _ in range(2)] == [200, 200]
    type(row).objects.filter(pk=row.pk).update(visibility=Visibility.BODY)
    assert Client().get(path).status_code == 404


@live
def test_published_minutes_are_there_at_once() -> None:
    minutes = make.minutes(state=State.SIGNED, visibility=Visibility.PUBLIC)
    path = reverse("meetings:decision_list")
    before = text(path)
    make.minutes(meeting=minutes.meeting, state=State.PUBLISHED)
    assert text(path) != before


@live
def test_a_login_leaves_the_pages_where_they_are(django_assert_num_queries: Any) -> None:
    person = make.person()
    text("/")
    Person.objects.filter(pk=person.pk).update(last_login=timezone.now())
    with django_assert_num_queries(1):
        text("/")


# ── the stamp ──


@live
def test_the_set_of_changes_is_shortened_and_the_stamp_differs() -> None:
    Change.objects.bulk_create(Change(xact=-number) for number in range(1, 400))
    before = Change.objects.stamp()
    assert Change.objects.shorten() > 0
    assert Change.objects.count() == 200
    assert Change.objects.stamp() != before
    assert Change.objects.shorten() == 0


@live
def test_the_stamp_differs_after_each_commit_and_not_after_what_was_taken_back() -> None:
    seen = [Change.objects.stamp()]
    for _ in range(3):
        make.body()
        seen.append(Change.objects.stamp())
    assert len(set(seen)) == 4
    Version.objects.none().delete()
    assert Change.objects.stamp() == seen[-1]
