"""The minutes of the demonstration on their way: inspected, signed, published, each along the real arrows.

The states are moved in bulk by UPDATE, past every trigger of the record. Published minutes have a file, always: the
newest are rendered as all minutes are (`meetings.pdf.publish`), the hundreds before them get a small real PDF that
says what it is, for rendering them would take minutes of the start.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from meetings.management.demo_calendar import LEFT, NOW, Gathering, load
from meetings.management.demo_paper import pdf
from meetings.management.demo_rolls import Rolls
from meetings.models import Capacity, Minutes, Review, Signature, State
from meetings.pdf import FOLDER, edition_name, publish
from meetings.printed import Edition
from network.models import Inspection

log = logging.getLogger(__name__)
APPROVED = ("published", "sealed", "signed", "signing", "approved")
SIGNED = ("published", "sealed", "signed")
EIGHT_DAYS = timedelta(days=8)


class Desk:
    """Carries the minutes of the meetings that were held as far as each has come."""

    def __init__(self, gatherings: Iterable[Gathering], rolls: Rolls, chance: Random) -> None:
        """Keep the meetings with minutes, in the order of time."""
        self.held = sorted((g for g in gatherings if g.is_held), key=lambda g: g.starts_at)
        self.rolls, self.chance = rolls, chance
        self.minutes = {g.meeting.pk: Minutes(meeting=g.meeting, inspection=g.body.inspection) for g in self.held}
        self.accepted: dict[int, list[datetime]] = defaultdict(list)

    def begin(self) -> None:
        """The minutes as a draft, with their inspectors."""
        self.keep(Minutes, list(self.minutes.values()))

    def finish(self) -> None:
        """Inspect, sign and publish."""
        self._inspect()
        self._return()
        self._sign()
        self._publish()

    def keep(self, model: type[Model], rows: list[Any]) -> None:
        """Write new rows."""
        model._default_manager.bulk_create(rows)

    def move(self, rows: list[Minutes], fields: list[str]) -> None:
        """Write these fields of minutes that are there."""
        Minutes.objects.bulk_update(rows, fields)

    def digests(self) -> dict[int, str]:
        """What a signature binds, of all minutes."""
        fresh = Minutes.objects.select_related("meeting__body").in_bulk(list(self.minutes))
        return {pk: minutes.digest() for pk, minutes in fresh.items()}

    def of(self, fates: tuple[str, ...]) -> list[tuple[Gathering, Minutes]]:
        """The meetings that have come so far, with their minutes."""
        return [(g, self.minutes[g.meeting.pk]) for g in self.held if g.fate in fates]

    def _later(self, after: datetime, days: tuple[int, int]) -> datetime:
        """A moment in office hours some days later, but not after the day that the demonstration is told for."""
        day = timezone.localtime(after).date() + timedelta(days=self.chance.randint(*days))
        clock = time(self.chance.randint(8, 15), self.chance.randint(0, 59))
        moment = timezone.make_aware(datetime.combine(day, clock))
        return max(min(moment, NOW - timedelta(hours=1)), after + timedelta(minutes=7))

    # ── inspection ──

    def _inspect(self) -> None:
        reviews: list[Review] = []
        for gathering, minutes in self.of(LEFT):
            minutes.submitted_at = self._submitted(gathering)
            minutes.state = State.APPROVED
            if minutes.inspection == Inspection.INSPECTORS:
                minutes.state = State.REVIEW
                overdue = gathering.facts.get("overdue")
                minutes.due_on = self._day(minutes.submitted_at + (timedelta(days=6) if overdue else EIGHT_DAYS))
                reviews += self._reviews(gathering, minutes)
            elif minutes.inspection == Inspection.NONE:
                minutes.approved_at = minutes.submitted_at
        self.keep(Review, reviews)
        left = [minutes for _gathering, minutes in self.of(LEFT)]
        self.move(left, ["state", "submitted_at", "due_on", "approved_at"])
        self._approve()

    def _submitted(self, gathering: Gathering) -> datetime:
        """When they were sent; what is being inspected was sent just now, for its history begins with this run."""
        if gathering.fate == "review" and not gathering.facts.get("overdue"):
            return timezone.now()
        return self._later(gathering.meeting.ends_at or gathering.starts_at, (1, 4))

    @staticmethod
    def _day(moment: datetime) -> date:
        return timezone.localtime(moment).date()

    def _reviews(self, gathering: Gathering, minutes: Minutes) -> list[Review]:
        """Both have accepted, or one has; where the next meeting approves, the other one never answered."""
        rows = [Review(minutes=minutes, person=p, name=p.full_name) for p in gathering.inspectors]
        sent = minutes.submitted_at or gathering.starts_at
        approved = gathering.fate in APPROVED and not gathering.facts.get("next_meeting")
        for place, row in enumerate(rows):
            if approved or self._has_accepted(gathering, place):
                row.accepted_at = self._later(sent, (1, 7)) if gathering.fate != "review" else sent
                self.accepted[minutes.pk].append(row.accepted_at)
        if gathering.facts.get("next_meeting"):
            rows[-1].replaced_at = self._later(sent, (9, 10))
            rows[-1].remark = "Tarkastaja ei ole vastannut määräajassa."
        return rows

    def _has_accepted(self, gathering: Gathering, place: int) -> bool:
        facts, person = gathering.facts, gathering.inspectors[place]
        if "accepted" in facts:
            return person in [self.rolls.logins[name] for name in facts["accepted"]]
        return place == 1 if facts.get("accepted_others") else place == 0

    def _approve(self) -> None:
        """The last acceptance approves, or an item of the next meeting."""
        approved: list[Minutes] = []
        for gathering, minutes in self.of(APPROVED):
            if minutes.inspection != Inspection.INSPECTORS:
                continue
            minutes.approved_at = max(self.accepted[minutes.pk])
            if "approved_in" in gathering.facts:
                minutes.inspection, minutes.due_on = Inspection.NEXT_MEETING, None
                minutes.approved_in = gathering.facts["approved_in"]
                minutes.approved_at = gathering.facts["approved_by"].meeting.ends_at
            minutes.state = State.APPROVED
            approved.append(minutes)
        waiting = [minutes for minutes in approved if minutes.inspection == Inspection.NEXT_MEETING]
        self.move(waiting, ["inspection", "due_on"])
        self.move(approved, ["state", "approved_at", "approved_in"])

    def _return(self) -> None:
        """Minutes that an inspector sent back with a remark, through the same steps."""
        for gathering, minutes in self.of(("returned",)):
            minutes.submit(gathering.inspectors, due_on=self._day(timezone.now() + EIGHT_DAYS))
            minutes.send_back(gathering.facts["remark"], gathering.inspectors[0])

    # ── signatures ──

    def _sign(self) -> None:
        digests = self.digests()
        signatures: list[Signature] = []
        for gathering, minutes in self.of((*SIGNED, "signing")):
            digest = digests[minutes.pk]
            gathering.facts = gathering.facts | {"digest": digest}
            moment = self._later(minutes.approved_at or gathering.starts_at, (0, 2))
            people = {Capacity.SECRETARY: gathering.meeting.minuted_by, Capacity.CHAIR: gathering.meeting.chaired_by}
            for capacity, person in people.items():
                if person and not (capacity == Capacity.CHAIR and gathering.fate == "signing"):
                    minutes.signed_at = moment if gathering.fate in SIGNED else None
                    signatures.append(
                        Signature(
                            minutes=minutes, person=person, name=person.full_name, capacity=capacity,
                            signed_at=moment, sha256=digest,
                        )
                    )  # fmt: skip
                    moment = self._later(moment, (0, 1))
        self.keep(Signature, signatures)
        signed = [minutes for _gathering, minutes in self.of(SIGNED)]
        for minutes in signed:
            minutes.state = State.SIGNED
        self.move(signed, ["state", "signed_at"])

    # ── publication ──

    def _publish(self) -> None:
        plain = self.of(("published",))
        for gathering, minutes in self.of(("sealed",)):
            if not self._seal(minutes):
                plain.append((gathering, minutes))
        for gathering, minutes in plain:
            minutes.published_at = self._later(minutes.signed_at or gathering.starts_at, (0, 2))
            minutes.publishing_at = minutes.published_at - timedelta(seconds=20)
            minutes.state, minutes.trouble = State.PUBLISHED, ""
            content = paper(gathering)
            minutes.sha256 = hashlib.sha256(content).hexdigest()
            minutes.pdf.name = f"{FOLDER}/{minutes.pk}-{minutes.sha256[:16]}.pdf"
            store(gathering, minutes, content)
        facts = ["state", "published_at", "publishing_at", "trouble", "pdf", "sha256"]
        self.move([minutes for _gathering, minutes in plain], facts)

    def _seal(self, minutes: Minutes) -> bool:
        """Render and publish as the worker does; False where the renderer does not run on this machine."""
        try:
            publish(minutes.pk)
        except Exception:
            log.exception("the demonstration's minutes %s get a plain file", minutes.pk)
        return Minutes.objects.filter(pk=minutes.pk, state=State.PUBLISHED).exists()


@lru_cache(maxsize=1)
def _words() -> Any:
    return load("demo_meetings.json")["paper"]


def paper(gathering: Gathering) -> bytes:
    """The small file of older minutes: what meeting it was, and that this is demonstration material."""
    meeting: Any = gathering.meeting
    title, head, notice, seal = _words()[gathering.language]
    with override(gathering.language):
        words = {
            "label": meeting.label, "body": gathering.body.name, "place": meeting.place,
            "day": date_format(timezone.localtime(meeting.starts_at), "SHORT_DATETIME_FORMAT"),
            "chair": meeting.chaired_by.full_name, "secretary": meeting.minuted_by.full_name,
            "digest": gathering.facts["digest"],
        }  # fmt: skip
    heading = f"{title.format(**words)}, {words['body']}"
    return pdf(heading, [head.format(**words), notice, seal.format(**words)], gathering.language)


def store(gathering: Gathering, minutes: Minutes, content: bytes) -> None:
    """Write the file, and the editions for narrower readers where an item calls for them: it withholds nothing."""
    narrowed = {item.visibility for item in gathering.items}
    editions = [edition for edition in Edition if edition == Edition.WHOLE or narrowed & edition.withholds]
    for edition in editions:
        target = Path(minutes.pdf.storage.path(edition_name(str(minutes.pdf.name), edition)))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
