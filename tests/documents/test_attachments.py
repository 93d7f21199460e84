"""What is attached to an item: by whom, until when, and asked first where more people would read it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pghistory.models import Events

from documents.forms import AttachExistingForm
from documents.models import Attachment, Document
from meetings.models import Item, State
from network.models import Body, Person, Role
from network.visibility import Visibility
from tests import make
from tests.conftest import EVERYBODY
from tests.documents import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("file_cast")]
KEPT = EVERYBODY


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def item(area: Body) -> Item:
    """An item of area A's called meeting, whose minutes the network will read."""
    return make.meeting(body=area, state="called", items=1, visibility=Visibility.NETWORK).items.get()


def attach(client: Client, item: Item, name: str = "esitys.pdf", content: bytes = files.PDF, **fields: str) -> Any:
    """Send a file to the item."""
    data = {"file": files.sent(name, content), "kind": "presentation", "title": ""} | fields
    return client.post(f"/asiakirjat/liita/{item.pk}/", data)


def attach_existing(client: Client, item: Item, document: Document | None, **fields: str) -> Any:
    """Attach a document that is there already, chosen or else named."""
    chosen = {"document": document.pk} if document else {}
    return client.post(f"/asiakirjat/liita/{item.pk}/?tapa=valmis", chosen | fields)


def test_upload_makes_a_document_that_is_read_through_the_item(
    item: Item, secretary: Person, member: Person, login: Callable[..., Client]
) -> None:
    answer = attach(login(secretary), item)
    assert answer["Location"] == item.get_absolute_url()
    attachment = Attachment.objects.get()
    document = attachment.document
    assert (document.title, document.visibility, document.body) == ("esitys", None, item.meeting.body)
    assert (attachment.released_by, document.latest.number) == (secretary, 1)  # type: ignore[union-attr]
    assert Document.objects.visible_to(member).get() == document


def test_second_attachment_stands_after_the_first(item: Item, secretary: Person, login: Callable[..., Client]) -> None:
    attach(login(secretary), item, title="Ensin")
    attach(login(secretary), item, title="Sitten")
    assert [(a.order, a.document.title) for a in item.attachments.all()] == [(1, "Ensin"), (2, "Sitten")]


def test_refused_file_keeps_what_was_typed(item: Item, secretary: Person, login: Callable[..., Client]) -> None:
    answer = attach(login(secretary), item, "kuva.pdf", files.PNG, title="Kuva")
    assert answer.status_code == 200
    assert 'value="Kuva"' in answer.content.decode()
    assert "kuva.pdf" in answer.content.decode()
    assert not Document.objects.exists()


def test_pdf_with_a_password_is_kept_with_a_warning(
    item: Item, secretary: Person, login: Callable[..., Client]
) -> None:
    client = login(secretary)
    answer = client.post(
        f"/asiakirjat/liita/{item.pk}/",
        {"file": files.sent("lukittu.pdf", files.LOCKED_PDF), "kind": "other"},
        follow=True,
    )
    assert Attachment.objects.count() == 1
    assert len(list(answer.context["messages"])) == 2


def test_only_keepers_attach(
    item: Item, member: Person, outsider: Person, expert: Person, login: Callable[..., Client]
) -> None:
    for person in (member, outsider, expert):
        assert attach(login(person), item).status_code == 404
    assert attach(Client(), item).status_code == 302
    assert not Attachment.objects.exists()


def test_writer_of_the_minutes_attaches_to_that_meeting(item: Item, login: Callable[..., Client]) -> None:
    writer = make.person()
    item.meeting.minuted_by = writer
    item.meeting.save()
    assert attach(login(writer), item).status_code == 302


@pytest.mark.row("F60", part=True)
def test_nothing_is_attached_or_taken_off_once_the_minutes_have_left_the_desk(
    item: Item, secretary: Person, login: Callable[..., Client]
) -> None:
    attach(login(secretary), item)
    attachment = Attachment.objects.get()
    item.meeting.open()
    assert login(secretary).get(f"/asiakirjat/liita/{item.pk}/").status_code == 200
    make.minutes(meeting=item.meeting, state=State.REVIEW)
    assert attach(login(secretary), item).status_code == 404
    assert login(secretary).post(f"/asiakirjat/liitteet/{attachment.pk}/poista/").status_code == 404
    for sql in (
        "DELETE FROM documents_attachment",
        "UPDATE documents_attachment SET released_at = NULL",
        f"UPDATE documents_attachment SET item_id = {make.item().pk}",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_upload_that_loses_to_the_review_leaves_no_file(
    item: Item, secretary: Person, login: Callable[..., Client], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login(secretary)
    item.meeting.open()
    make.minutes(meeting=item.meeting, state=State.REVIEW)
    monkeypatch.setattr(type(Item.objects.all()), "editable_by", lambda self, user: self.all())
    answer = attach(client, item, title="Myöhässä")
    assert answer.status_code == 200
    assert 'value="Myöhässä"' in answer.content.decode()
    assert not Document.objects.exists()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_attachment_is_taken_off_after_a_question(item: Item, secretary: Person, login: Callable[..., Client]) -> None:
    attach(login(secretary), item)
    address = f"/asiakirjat/liitteet/{Attachment.objects.get().pk}/poista/"
    assert "esitys" in login(secretary).get(address).content.decode()
    assert login(secretary).post(address)["Location"] == item.get_absolute_url()
    assert not Attachment.objects.exists()
    assert Document.objects.count() == 1


# ── what is there already ──


@pytest.mark.row("F74")
def test_wider_readers_are_asked_and_logged(
    item: Item, area: Body, secretary: Person, member: Person, outsider: Person, login: Callable[..., Client]
) -> None:
    document = make.document(body=area, visibility=Visibility.BODY)
    client = login(secretary)
    answer = attach_existing(client, item, document)
    assert "release" in answer.context["existing"].errors
    assert not Attachment.objects.exists()
    assert attach_existing(client, item, document, release="yes").status_code == 302
    attachment = Attachment.objects.get()
    assert (attachment.released_by, attachment.released_at is not None) == (secretary, True)
    kept = Events.objects.tracks(attachment).get()
    assert (kept.pgh_label, kept.pgh_data["released_by_id"]) == ("insert", secretary.pk)


@pytest.mark.row("F74", part=True)
def test_wider_readers_are_refused_where_the_keeper_says_no(
    item: Item, area: Body, secretary: Person, outsider: Person, login: Callable[..., Client]
) -> None:
    document = make.document(body=area, visibility=Visibility.BODY)
    attach_existing(login(secretary), item, document, release="no")
    assert Attachment.objects.get().released_at is None
    item.meeting.open()
    make.minutes(meeting=item.meeting, state=State.PUBLISHED)
    assert not Document.objects.visible_to(outsider).exists()


def test_public_document_is_attached_without_a_question(
    item: Item, area: Body, secretary: Person, login: Callable[..., Client]
) -> None:
    document = make.document(body=area, visibility=Visibility.PUBLIC)
    assert attach_existing(login(secretary), item, document).status_code == 302


def test_network_document_is_asked_for_where_an_expert_sits(
    area: Body, other_area: Body, member: Person, coordinator: Person, login: Callable[..., Client]
) -> None:
    item = make.meeting(body=area, state="called", items=1, visibility=Visibility.BODY).items.get()
    document = make.document(body=other_area, visibility=Visibility.NETWORK)
    assert attach_existing(login(coordinator), item, document).status_code == 302
    guest = make.person(organisation="Asiantuntijat Oy")
    make.term(person=guest, body=area, role=Role.EXPERT)
    another = make.document(body=other_area, visibility=Visibility.NETWORK)
    answer = attach_existing(login(coordinator), item, another)
    assert "1 " in str(answer.context["existing"].errors["release"])


def test_document_of_another_body_is_offered_to_whoever_keeps_it(
    item: Item, other_area: Body, secretary: Person, coordinator: Person, login: Callable[..., Client]
) -> None:
    document = make.document(body=other_area)
    assert "document" in attach_existing(login(secretary), item, document).context["existing"].errors
    assert attach_existing(login(coordinator), item, document, release="yes").status_code == 302


@pytest.mark.parametrize(
    "named", ["{pk}", " #{pk} ", "http://testserver/sv/asiakirjat/{pk}/", "/asiakirjat/{pk}/versiot/1/"]
)
def test_document_that_is_not_in_the_list_is_named(
    item: Item, other_area: Body, coordinator: Person, login: Callable[..., Client], named: str
) -> None:
    document = make.document(body=other_area, visibility=Visibility.PUBLIC)
    assert attach_existing(login(coordinator), item, None, other=named.format(pk=document.pk)).status_code == 302
    assert item.attachments.get().document == document


@pytest.mark.parametrize("named", ["", "{pk}", "{pk} x", "/kokoukset/{pk}/", "9" * 30, "a\x00b"])
def test_what_names_no_document_of_the_keepers_own_is_refused(
    item: Item, other_area: Body, secretary: Person, login: Callable[..., Client], named: str
) -> None:
    document = make.document(body=other_area, visibility=Visibility.PUBLIC)
    answer = attach_existing(login(secretary), item, None, other=named.format(pk=document.pk))
    assert set(answer.context["existing"].errors) == {"other" if named else "document"}
    assert not Attachment.objects.exists()


def test_the_choice_is_short_however_many_documents_there_are(
    item: Item, area: Body, other_area: Body, coordinator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.forms.OFFERED", 2)
    made = [make.document(body=body) for body in (area, area, area, other_area)]
    offered = AttachExistingForm(item=item, by=coordinator).fields["document"].choices  # type: ignore[attr-defined]
    assert [pk for pk, _title in offered] == ["", made[2].pk, made[1].pk]


def test_the_readers_are_asked_for_at_once(item: Item, area: Body, secretary: Person, coordinator: Person) -> None:
    """Neither once for each of them nor once more for the question; with the answer, not at all."""
    asked = {}
    document = make.document(body=area)
    for people in range(3):
        form = AttachExistingForm({"document": document.pk}, item=item, by=secretary)
        with CaptureQueriesContext(connection) as seen:
            assert not form.is_valid()
        asked[people] = sum('FROM "documents_document"' in query["sql"] for query in seen)
        make.term(body=area)
    assert set(asked.values()) == {2}  # the one that was chosen, and who reads it
    answered = AttachExistingForm({"document": document.pk, "release": "yes"}, item=item, by=secretary)
    with CaptureQueriesContext(connection) as seen:
        assert answered.is_valid()
    assert not any("UNION" in query["sql"] for query in seen)


def test_document_is_attached_once(item: Item, area: Body, secretary: Person, login: Callable[..., Client]) -> None:
    document = make.document(body=area, visibility=Visibility.PUBLIC)
    attach_existing(login(secretary), item, document)
    assert attach_existing(login(secretary), item, document).status_code == 200
    assert Attachment.objects.count() == 1


def test_new_version_says_who_else_reads_it(
    item: Item, area: Body, secretary: Person, login: Callable[..., Client]
) -> None:
    document = make.document(body=area)
    attach_existing(login(secretary), item, document, release="yes")
    page = login(secretary).get(f"/asiakirjat/{document.pk}/versiot/uusi/").content.decode()
    assert item.title in page


# ── readers who become more later ──


@pytest.mark.row("F74", part=True)
def test_meeting_made_public_gives_nobody_a_document_unasked(
    item: Item, area: Body, other_area: Body, coordinator: Person, login: Callable[..., Client]
) -> None:
    network = make.document(body=other_area, visibility=Visibility.NETWORK, title="Toisen raportti")
    public = make.document(body=other_area, visibility=Visibility.PUBLIC, title="Julkinen ohje")
    for document in (network, public, make.document(body=area, visibility=None, title="Oma esitys")):
        make.attachment(item=item, document=document, released_by=coordinator)
    unread = make.document(body=other_area, visibility=Visibility.BODY, title="Avaamaton")
    make.attachment(item=item, document=unread)
    url, data = f"/en/kokoukset/{item.meeting_id}/muokkaa/", {"place": "Uusi paikka", "calendar_visibility": "public"}
    client = login(coordinator)
    page = client.post(url, data | {"visibility": "public"})
    (said,) = page.context["form"].errors["visibility"]
    assert "fewer: Toisen raportti. " in said
    assert page.context["form"]["place"].value() == "Uusi paikka"
    item.refresh_from_db()
    assert item.meeting.visibility == Visibility.NETWORK
    assert client.post(url, data | {"visibility": "body"}).status_code == 302
    assert client.post(url, data | {"visibility": "network"}).status_code == 302
    Attachment.objects.get(document=network).delete()
    assert client.post(url, data | {"visibility": "public"}).status_code == 302


@pytest.mark.row("F74", part=True)
def test_item_that_loses_its_narrower_readers_gives_nobody_a_document_unasked(
    item: Item, area: Body, secretary: Person, login: Callable[..., Client]
) -> None:
    Item.objects.filter(pk=item.pk).update(visibility=Visibility.BODY, late_reason="")
    make.attachment(item=item, document=make.document(body=area, title="Luonnos"), released_by=secretary)
    url, data = (
        f"/en/kokoukset/asiat/{item.pk}/",
        {"title": "Uusi otsikko", "visibility": "", "revision": item.revision},
    )
    page = login(secretary).post(url, data)
    assert "Luonnos" in str(page.context["form"].errors["visibility"])
    assert page.context["form"]["title"].value() == "Uusi otsikko"
    item.refresh_from_db()
    assert item.visibility == Visibility.BODY
    assert login(secretary).post(url, data | {"visibility": "body"}).status_code == 302
