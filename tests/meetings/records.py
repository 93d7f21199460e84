"""A meeting carried through to signed minutes by the verbs, for the tests of the printed record."""

import io
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from meetings.jobs import publish_minutes
from meetings.models import Item, Meeting, Minutes, Outcome, Presence
from network.models import Body, Inspection, Kind, Person, Role
from network.visibility import Visibility
from tests import make

WORDS = (
    "Hallitus on valmistellut verkoston strategian yhdessä palvelualueiden kanssa. Palvelualueet johtavat siitä "
    "toimintasuunnitelmansa ja vuosittaiset kärkihankkeensa. "
)
TABLE = "| Äänestys | Ääniä |\n|---|--:|\n| Ehdotus | 15 |\n| Vastaehdotus | 4 |\n"
LIST = (
    "Todettiin:\n\n* Đorđe Žalčnik saapui klo 10.33\n* linkki [säädökseen](https://example.org/laki)\n\n"
    "1. yksi\n2. kaksi"
)
FEW = {"grounds": "", "discussion": ""}  # words of an item


def directors() -> tuple[Body, list[Person]]:
    """The directors' meeting with its chair, secretary and three members of as many departments, made once."""
    body = make.body(kind=Kind.DIRECTORS, name_fi="Pelastusjohtajien kokous", name_sv="Räddningsdirektörernas möte")
    there = [term.person for term in body.terms.select_related("person").order_by("pk")]
    if there:
        return body, there
    roles = (Role.CHAIR, Role.SECRETARY, Role.MEMBER, Role.MEMBER, Role.MEMBER)
    people = []
    for number, role in enumerate(roles):
        home = make.department()
        person = make.person(department=home, first_name="Outi", last_name=f"Otos-{number}")
        make.term(person=person, body=body, role=role)
        people.append(person)
    return body, people


def opened(body: Body, people: list[Person], *, items: int = 3, **fields: Any) -> Meeting:
    """An opened meeting with so many items, still without texts."""
    meeting = Meeting.objects.create(
        body=body,
        starts_at=timezone.now() + timedelta(days=20),
        created_by=people[1],
        **{"place": "Helsinki ja etäyhteys", "visibility": Visibility.PUBLIC}
        | {"chaired_by": people[0], "minuted_by": people[1]}
        | fields,
    )
    for number in range(items):
        Item.objects.add(meeting, title=f"Asia numero {number + 1}", presenter=people[2])
    meeting.call(people[1], lambda m: ("Kutsu", "Tervetuloa"))
    meeting.open()
    return meeting


def written(meeting: Meeting, **texts: Any) -> Meeting:
    """Write the items: grounds, proposal, decision; what is named goes into every item."""
    usual = {
        "grounds": WORDS,
        "proposal": "Hyväksytään strategia.",
        "discussion": LIST,
        "decision": f"{meeting.body} hyväksyi strategian yksimielisesti.",
        "outcome": Outcome.AS_PROPOSED,
    }
    for item in meeting.items.all():
        assert item.save_text(seen=item.revision, by=None, **usual | texts)
    return meeting


def signed(meeting: Meeting, people: list[Person]) -> Minutes:
    """Carry the written minutes to signed and ask for their publication, without running the job."""
    meeting.attendances.filter(person=people[-1]).update(presence=Presence.REMOTE)
    minutes = Minutes.objects.get(meeting=meeting)
    inspectors = people[2:4]
    minutes.submit(inspectors)
    if minutes.inspection == Inspection.INSPECTORS:
        for person in inspectors:
            minutes.accept(person)
    minutes.sign(people[1])
    minutes.sign(people[0])
    Minutes.objects.filter(pk=minutes.pk).update(publishing_at=timezone.now())
    return Minutes.objects.select_related("meeting__body").get(pk=minutes.pk)


def signed_minutes(*, items: int = 3, texts: dict[str, Any] | None = None, **fields: Any) -> Minutes:
    """Signed minutes of the directors' meeting."""
    body, people = directors()
    return signed(written(opened(body, people, items=items, **fields), **texts or {}), people)


def published(minutes: Minutes) -> Minutes:
    """Publish as the worker does."""
    publish_minutes(minutes.pk)
    minutes.refresh_from_db()
    return minutes


def words(content: bytes) -> str:
    """The text of a file."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def attached(content: bytes) -> str:
    """The rows that the file carries."""
    return PdfReader(io.BytesIO(content)).attachments["poytakirja.json"][0].decode()


def get(client: Client, minutes: Minutes, **headers: str) -> Any:
    """Ask for the file."""
    return client.get(f"/kokoukset/{minutes.pk}/poytakirja.pdf", headers=headers)
