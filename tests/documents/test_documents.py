"""Documents: who reads them, their versions, and how a file leaves the portal."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from documents.models import Document, Version
from meetings.models import Item, Meeting, State
from network.models import Body, Person, Reading
from network.periods import today
from network.visibility import Visibility
from tests import make
from tests.documents import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def attached(meeting: Meeting, by: Person | None) -> Document:
    """A document of the meeting's body that is read through its first item, where somebody released it."""
    document = make.document(body=meeting.body, visibility=None)
    make.attachment(item=meeting.items.get(position=1), document=document, released_by=by)
    make.version(document=document)
    return document


def readers(document: Document, *people: Person) -> list[bool]:
    """Whether each of them reads the document, and at the end whether everybody does."""
    me = Document.objects.filter(pk=document.pk)
    return [me.visible_to(user).exists() for user in (*people, None)]


# ── who reads an attachment ──


@pytest.mark.row("F74")
def test_attachment_is_read_by_members_from_the_notice_on(
    area: Body, secretary: Person, member: Person, expert: Person, outsider: Person
) -> None:
    agenda = attached(make.meeting(body=area, state="agenda", items=1), secretary)
    called = attached(make.meeting(body=area, state="called", items=1), secretary)
    assert readers(agenda, secretary, member, expert, outsider) == [True, False, False, False, False]
    assert readers(called, secretary, member, expert, outsider) == [True, True, False, False, False]


@pytest.mark.row("F74", part=True)
@pytest.mark.parametrize(
    ("visibility", "expected"),
    [
        (Visibility.BODY, [True, False, False, False]),
        (Visibility.NETWORK, [True, False, True, False]),
        (Visibility.PUBLIC, [True, True, True, True]),
    ],
)
def test_published_attachment_follows_its_meeting(
    area: Body, secretary: Person, member: Person, expert: Person, outsider: Person,
    visibility: Visibility, expected: list[bool],
) -> None:  # fmt: skip
    meeting = make.meeting(body=area, state="called", items=1, visibility=visibility)
    document = attached(meeting, secretary)
    meeting.open()
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    assert readers(document, member, expert, outsider) == expected


def test_attachment_of_a_narrow_item_follows_the_item(area: Body, secretary: Person, outsider: Person) -> None:
    meeting = make.meeting(body=area, state="called", items=1, visibility=Visibility.PUBLIC)
    document = attached(meeting, secretary)
    Item.objects.filter(meeting=meeting).update(visibility=Visibility.BODY)
    meeting.open()
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    assert readers(document, secretary, outsider) == [True, False, False]


def test_attachment_that_was_not_released_is_read_by_its_keepers_only(
    area: Body, secretary: Person, member: Person
) -> None:
    document = attached(make.meeting(body=area, state="called", items=1), None)
    assert readers(document, secretary, member) == [True, False, False]


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [
        (Visibility.BODY, [True, False, False, False]),
        (Visibility.NETWORK, [True, False, True, False]),
        (Visibility.PUBLIC, [True, True, True, True]),
    ],
)
def test_document_is_read_by_its_own_rule(
    area: Body, member: Person, expert: Person, outsider: Person, visibility: Visibility, expected: list[bool]
) -> None:
    assert readers(make.document(body=area, visibility=visibility), member, expert, outsider) == expected


def test_block_of_attachments_asks_once_a_page(area: Body, secretary: Person, django_assert_num_queries: Any) -> None:
    meeting = make.meeting(body=area, state="called", items=3)
    for item in meeting.items.all():
        make.version(document=make.attachment(item=item, released_by=secretary).document)
    hidden = make.attachment(item=meeting.items.get(position=1), document=make.document())
    request = RequestFactory().get("/")
    request.user = reader = Person.objects.get(pk=secretary.pk)
    assert reader.access
    page = Template(
        "{% load documents %}{% attachments_of meeting as files %}{% for item in items %}"
        "{% for a in files|of:item.pk %}{{ a.number }}:{{ a.document.latest.size }} {% endfor %}{% endfor %}"
    )
    context = Context({"meeting": meeting, "items": list(meeting.items.order_by("position")), "request": request})
    with django_assert_num_queries(2):
        assert page.render(context) == "1:6 3:6 4:6 "
    assert hidden.order == 1


# ── versions ──


def get(client: Client, document: Document, number: int = 1, **headers: str) -> Any:
    """Ask for a file."""
    return client.get(f"/asiakirjat/{document.pk}/versiot/{number}/", headers=headers)


def test_file_leaves_as_a_download_of_its_own_type(area: Body) -> None:
    document = make.document(body=area, visibility=Visibility.PUBLIC)
    document.add_version(
        ContentFile(files.PDF), filename="Öljyntorjunta 2026.pdf", content_type="application/pdf", by=None
    )
    answer = get(Client(), document)
    assert b"".join(answer.streaming_content) == files.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%96ljyntorjunta%202026.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert get(Client(), document, if_none_match=answer["ETag"]).status_code == 304


def test_file_of_the_body_is_private_and_its_reading_written(
    area: Body, member: Person, outsider: Person, login: Callable[..., Client]
) -> None:
    document = make.document(body=area)
    make.version(document=document)
    answer = get(login(member), document)
    assert "private" in answer["Cache-Control"]
    assert Reading.objects.get(person=member).path.endswith("/versiot/1/")
    assert get(login(outsider), document).status_code == 404
    assert get(Client(), document).status_code == 404


def test_anonymous_reads_a_public_attachment_without_a_reading(area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called", items=1, visibility=Visibility.PUBLIC)
    document = attached(meeting, secretary)
    meeting.open()
    make.minutes(meeting=meeting, state=State.PUBLISHED)
    assert get(Client(), document).status_code == 200
    assert Client().get(document.get_absolute_url()).status_code == 200
    assert not Reading.objects.exists()


def test_missing_version_and_missing_file_are_404(area: Body, store: Path, caplog: pytest.LogCaptureFixture) -> None:
    document = make.document(body=area, visibility=Visibility.PUBLIC)
    assert get(Client(), document).status_code == 404
    version = make.version(document=document)
    Path(version.file.path).unlink()
    assert get(Client(), document).status_code == 404
    assert "is gone" in caplog.text


@pytest.mark.row("F73", part=True)
def test_each_version_stays_with_who_when_and_why(
    area: Body, secretary: Person, member: Person, login: Callable[..., Client]
) -> None:
    document = make.document(body=area)
    for note in ("Ensimmäinen", "Korjattu luku 2"):
        data = {"file": files.sent("ohje.pdf", files.PDF), "note": note}
        assert login(secretary).post(f"/asiakirjat/{document.pk}/versiot/uusi/", data).status_code == 302
    page = login(member).get(document.get_absolute_url()).content.decode()
    for expected in ("Ensimmäinen", "Korjattu luku 2", str(secretary), "/versiot/1/", "/versiot/2/", "PDF"):
        assert expected in page
    assert "/versiot/2/" in login(member).get("/asiakirjat/").content.decode()


def test_document_without_a_file_says_so(area: Body) -> None:
    document = make.document(body=area, visibility=Visibility.PUBLIC)
    assert "uuttuu" in Client().get(document.get_absolute_url()).content.decode()
    assert "uuttuu" in Client().get("/asiakirjat/").content.decode()


def test_uploader_is_not_named_to_the_public(area: Body, secretary: Person) -> None:
    document = make.document(body=area, visibility=Visibility.PUBLIC)
    document.add_version(ContentFile(files.PDF), filename="a.pdf", content_type="application/pdf", by=secretary)
    assert secretary.last_name not in Client().get(document.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_are_versions_one_and_two() -> None:
    document = make.document()
    start = threading.Barrier(4)

    def upload() -> None:
        start.wait()
        make.version(document=document)
        connection.close()

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Version.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert len({version.file.name for version in Version.objects.all()}) == 4


def test_attachment_of_a_record_gets_no_new_version(area: Body, secretary: Person) -> None:
    meeting = make.meeting(body=area, state="called", items=1)
    document = attached(meeting, secretary)
    meeting.open()
    make.version(document=document)
    make.minutes(meeting=meeting, state=State.REVIEW)
    with pytest.raises(ValidationError):
        make.version(document=document)


# ── adding ──


def test_keeper_adds_a_document(area: Body, secretary: Person, login: Callable[..., Client]) -> None:
    data = {"body": area.pk, "title": "Ohje", "kind": "guideline", "visibility": "network", "language": "fi"}
    answer = login(secretary).post("/asiakirjat/uusi/", data | {"file": files.sent("ohje.pdf", files.PDF)})
    document = Document.objects.get(title="Ohje")
    assert answer["Location"] == document.get_absolute_url()
    assert document.latest is not None
    assert document.latest.uploaded_by == secretary


def test_document_may_come_without_its_file(area: Body, secretary: Person, login: Callable[..., Client]) -> None:
    data = {"body": area.pk, "title": "Ohje", "kind": "guideline", "visibility": "body", "language": "fi"}
    login(secretary).post("/asiakirjat/uusi/", data)
    assert Document.objects.get(title="Ohje").latest is None


def test_typed_text_stays_when_the_file_is_refused(area: Body, secretary: Person, login: Callable[..., Client]) -> None:
    data = {"body": area.pk, "title": "Tallella", "kind": "guideline", "visibility": "body", "language": "fi"}
    answer = login(secretary).post("/asiakirjat/uusi/", data | {"file": files.sent("a.html", files.HTML)})
    assert answer.status_code == 200
    assert 'value="Tallella"' in answer.content.decode()
    assert not Document.objects.exists()


def test_title_missing_asks_for_the_file_again(area: Body, secretary: Person, login: Callable[..., Client]) -> None:
    data = {"body": area.pk, "kind": "guideline", "visibility": "body", "language": "fi"}
    answer = login(secretary).post("/asiakirjat/uusi/", data | {"file": files.sent("a.pdf", files.PDF)})
    assert {"title", "file"} <= set(answer.context["form"].errors)


def test_others_add_nothing(
    area: Body, other_area: Body, secretary: Person, member: Person, login: Callable[..., Client]
) -> None:
    data = {"body": other_area.pk, "title": "Ohje", "kind": "guideline", "visibility": "body", "language": "fi"}
    assert "body" in login(secretary).post("/asiakirjat/uusi/", data).context["form"].errors
    assert login(member).get("/asiakirjat/uusi/").status_code == 404
    document = make.document(body=area)
    assert login(member).get(f"/asiakirjat/{document.pk}/versiot/uusi/").status_code == 404
    assert Client().get("/asiakirjat/uusi/").status_code == 302


def test_list_of_one_body(area: Body, other_area: Body) -> None:
    make.document(body=area, visibility=Visibility.PUBLIC, title="Meidän")
    make.document(body=other_area, visibility=Visibility.PUBLIC, title="Muiden")
    page = Client().get(f"/asiakirjat/?toimielin={area.slug}").content.decode()
    assert "Meidän" in page
    assert "Muiden" not in page


# ── the list ──


def ago(years: int) -> date:
    """So many years before today."""
    return today() - timedelta(days=365 * years)


def listed(client: Client, **asked: str) -> list[str]:
    """The titles of the list, in its order."""
    page = client.get(reverse("documents:document_list"), asked)
    return [document.title for document in page.context["page_obj"]]


def test_the_list_is_narrowed_by_body_kind_year_and_words(area: Body) -> None:
    other = make.body(parent=area.parent)
    facts: dict[str, Any] = {"visibility": Visibility.PUBLIC, "year": 2026}
    make.document(body=area, title="Öljyntorjunnan ohje", kind="guideline", **facts)
    make.document(body=other, title="Ajoneuvojen ohje", kind="guideline", **facts)
    make.document(body=area, title="Savusukelluksen raportti", kind="report", **facts | {"year": 2025})
    client = Client()
    assert listed(client) == ["Ajoneuvojen ohje", "Öljyntorjunnan ohje", "Savusukelluksen raportti"]  # newest first
    assert listed(client, toimielin=area.slug) == ["Öljyntorjunnan ohje", "Savusukelluksen raportti"]
    assert listed(client, laji="report") == listed(client, vuosi="2025") == ["Savusukelluksen raportti"]
    assert listed(client, q="OHJE öljyn") == ["Öljyntorjunnan ohje"]
    assert len(listed(client, laji="x", vuosi="1", toimielin="ei", ilman="1")) == 3  # unknown: not narrowed
    nothing = client.get(reverse("documents:document_list"), {"q": "olematon"}).content.decode()
    assert "Asiakirjaa ei löytynyt" in nothing


def test_a_body_is_offered_when_the_reader_sees_a_document_of_it(area: Body, member: Person, login: Any) -> None:
    make.document(body=area, visibility=Visibility.BODY)
    option = f'<option value="{area.slug}">'
    pages = [client.get(reverse("documents:document_list")).content.decode() for client in (Client(), login(member))]
    assert [option in page for page in pages] == [False, True]


def test_a_body_that_ended_long_ago_is_offered_where_it_is_asked_for(area: Body) -> None:
    for years in (1, 3):
        ended = make.body(parent=area.parent, slug=f"alue-{years}", valid_to=ago(years))
        make.document(body=ended, title=f"Raportti {years}", visibility=Visibility.PUBLIC)
    asked = [Client().get(reverse("documents:document_list"), {"toimielin": slug}) for slug in ("", "alue-3")]
    offered = [{slug for slug, _name in page.context["filter"].fields["toimielin"].choices} for page in asked]
    assert offered == [{"", "alue-1"}, {"", "alue-1", "alue-3"}]
    assert listed(Client(), toimielin="alue-3") == ["Raportti 3"]


def test_those_who_keep_papers_ask_for_what_has_no_file(
    area: Body, secretary: Person, member: Person, login: Any
) -> None:
    make.document(body=area, title="Tiedostoton", visibility=Visibility.PUBLIC)
    make.version(document=make.document(body=area, title="Tallessa", visibility=Visibility.PUBLIC))
    assert listed(login(secretary), ilman="1") == ["Tiedostoton"]
    assert len(listed(login(member), ilman="1")) == 2
