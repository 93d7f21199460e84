"""What the printed record says, in the language of the meeting: read by the template, drawn by `meetings/pdf.py`.

The headings are catalogue strings in the record's language; only what no catalogue can bend (the day of the week,
"at") is content of this module.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.looks import item_look
from meetings.models import DECIDED, Attendance, Capacity, Item, Meeting, Minutes, Presence
from network.models import Inspection, Kind, Role
from network.text import markdown
from network.visibility import Visibility

WEEKDAYS = {
    "fi": ("Maanantaina", "Tiistaina", "Keskiviikkona", "Torstaina", "Perjantaina", "Lauantaina", "Sunnuntaina"),
    "sv": ("Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag", "Lördag", "Söndag"),
}
AT = {"fi": "klo", "sv": "kl."}
SHORT = 500  # characters, a new line counting as LINE, of an item that is kept on one page
LINE = 60
LONG_WORD = re.compile(r"\w{30}(?=\w{6})")  # may be broken here
NO_GLYPH = range(0xFE00, 0xFE10)  # variation selectors: they choose a shape and have none
TEXTS = ("title", "grounds", "proposal", "discussion", "decision", "late_reason")


class Edition(Enum):
    """The record itself, and what its narrower readers get: items that are not theirs are left out by name."""

    WHOLE = "kokonaan"
    NETWORK = "verkosto"
    PUBLIC = "julkinen"

    @property
    def withholds(self) -> frozenset[str]:
        """The visibilities of items that the edition leaves out."""
        return {
            Edition.WHOLE: frozenset[str](),
            Edition.NETWORK: frozenset({Visibility.BODY.value}),
            Edition.PUBLIC: frozenset({Visibility.BODY.value, Visibility.NETWORK.value}),
        }[self]

    @classmethod
    def of(cls, meeting: Meeting, user: Any) -> "Edition":
        """The widest edition without an item that the user may not read."""
        hidden = meeting.items.exclude(pk__in=Item.objects.visible_to(user).values("pk"))
        withheld = set(hidden.values_list("visibility", flat=True))
        if not withheld:
            return cls.WHOLE
        return cls.NETWORK if withheld <= cls.NETWORK.withholds else cls.PUBLIC


def printable(text: str) -> str:
    """The text as it is printed: composed letters, and no marks that turn or hide the letters around them."""
    text = unicodedata.normalize("NFC", text).replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(
        letter
        for letter in text
        if letter in "\n\t" or (unicodedata.category(letter) not in ("Cc", "Cf") and ord(letter) not in NO_GLYPH)
    )


def day(moment: datetime) -> str:
    """The day in Helsinki as 12.12.2018."""
    local = timezone.localtime(moment)
    return f"{local.day}.{local.month}.{local.year}"


def clock(moment: datetime) -> str:
    """The time in Helsinki as 10.02."""
    local = timezone.localtime(moment)
    return f"{local.hour}.{local.minute:02}"


@dataclass(frozen=True)
class Present:
    """A line of the attendance table."""

    name: str
    department: str
    presence: str
    task: str


@dataclass(frozen=True)
class Section:
    """An item as it is printed; one that the edition withholds has its number and nothing else."""

    item: Item
    sign: str
    title: str
    force: list[str]
    facts: list[tuple[str, SafeString]]
    grounds: SafeString
    course: list[tuple[str, SafeString]]
    decision: SafeString
    is_short: bool
    is_withheld: bool = False


@dataclass(frozen=True)
class Mark:
    """A signature or an inspection: who, as what, when."""

    name: str
    capacity: str
    when: str


class Printed:
    """The record of a meeting, ready to be printed."""

    def __init__(self, minutes: Minutes, edition: Edition, digest: str, moment: datetime) -> None:
        self.minutes, self.meeting, self.edition = minutes, minutes.meeting, edition
        self.digest, self.moment = digest, moment
        self.language = self.meeting.language
        self.items = list(self.meeting.items.select_related("presenter", "carried_from__meeting__body"))
        self.items.sort(key=lambda item: item.position)
        self.reviews = list(minutes.reviews.filter(replaced_at__isnull=True))
        with override(self.language):
            self._say()

    def _say(self) -> None:
        meeting = self.meeting
        is_memo = meeting.body.kind == Kind.WORKING_GROUP
        self.body = printable(meeting.recorded_body)
        self.kind = _("Memorandum") if is_memo else _("Minutes")
        self.head = f"{self.kind} {meeting.label}{self._span()}"
        self.when = self._when()
        self.place = printable(meeting.place)
        roll = list(meeting.attendances.select_related("for_term__person"))
        self.names = {row.person_id: row.name for row in roll}
        self.present = [line for row in roll if (line := self._present(row))]
        self.by_department = meeting.body.kind == Kind.DIRECTORS
        self.sections = [self._section(item) for item in self.items]
        self.signatures = [
            Mark(s.name, s.get_capacity_display(), f"{day(s.signed_at)} {AT[self.language]} {clock(s.signed_at)}")
            for s in sorted(self.minutes.signatures.all(), key=lambda s: list(Capacity).index(Capacity(s.capacity)))
        ]
        self.inspections = [
            Mark(r.name, _("inspector of the minutes"), _("accepted on %(day)s") % {"day": day(r.accepted_at)})
            for r in self.reviews
            if r.accepted_at
        ]
        self.inspected = self._inspected()
        self.address = f"{settings.PORTAL_URL}{meeting.get_absolute_url()}"

    @property
    def title(self) -> str:
        """The title of the file."""
        return f"{self.kind} {self.meeting.label}, {self.body}"

    @property
    def is_demonstration(self) -> bool:
        """Whether the people are invented."""
        return settings.DEMO

    @property
    def approved_on(self) -> str:
        """The day of the inspection."""
        return day(self.minutes.approved_at) if self.minutes.approved_at else ""

    @property
    def published_on(self) -> str:
        """The day of the publication."""
        return day(self.moment)

    @property
    def rows(self) -> dict[str, Any]:
        """The rows that the file carries: those that were signed, less the items that the edition withholds."""
        rows = self.minutes.rows()
        for place, item in enumerate(self.items):
            if item.visibility in self.edition.withholds:
                rows["items"][place] = [item.sign]
        return rows

    def narrower_editions(self) -> list[Edition]:
        """The editions beside the record that its items call for."""
        narrowed = {item.visibility for item in self.items}
        return [edition for edition in (Edition.NETWORK, Edition.PUBLIC) if narrowed & edition.withholds]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text that people wrote, with the name of its place."""
        for item in self.items:
            for field in TEXTS:
                name = Item._meta.get_field(field).verbose_name  # type: ignore[union-attr]
                yield f"{item.sign}, {name}", printable(getattr(item, field))
        for row in self.present:
            yield _("Attendance"), " ".join((row.name, row.department, row.task))
        yield _("Place"), self.place

    def _span(self) -> str:
        """The sections of the meeting: ", § 38–51"."""
        numbers = [item.section for item in self.items if item.section]
        if not numbers:
            return ""
        return f", § {min(numbers)}–{max(numbers)}" if len(numbers) > 1 else f", § {numbers[0]}"

    def _when(self) -> str:
        starts, ends = self.meeting.starts_at, self.meeting.ends_at
        weekday = WEEKDAYS[self.language][timezone.localtime(starts).weekday()]
        until = f"–{clock(ends)}" if ends else ""
        return f"{weekday} {day(starts)} {AT[self.language]} {clock(starts)}{until}"

    def _present(self, row: Attendance) -> Any:
        """The line of one person; None for alternates and experts who were not asked to come."""
        if not (row.is_there or row.has_vote or row.presence == Presence.EXCUSED):
            return None
        return Present(
            printable(row.name), printable(row.department), row.get_presence_display(), printable(self._task(row))
        )

    def _task(self, row: Attendance) -> str:
        tasks = []
        if row.person_id and row.person_id == self.meeting.chaired_by_id:
            tasks.append(_("chair"))
        if row.person_id and row.person_id == self.meeting.minuted_by_id:
            tasks.append(_("secretary"))
        if row.person_id in {review.person_id for review in self.reviews}:
            tasks.append(_("inspector"))
        if row.for_term:
            holder = row.for_term.person
            name = self.names.get(holder.pk, holder.full_name)  # as the roll calls them
            tasks.append(_("in place of %(name)s") % {"name": name})
        usual = {str(Role.MEMBER.label), str(Role.CHAIR.label), str(Role.SECRETARY.label)}
        if row.capacity and not tasks and row.capacity not in usual:
            tasks.append(row.capacity)
        return ", ".join(tasks)

    def _section(self, item: Item) -> Section:
        nothing = SafeString("")
        if item.visibility in self.edition.withholds:
            return Section(item, item.sign, _("Not public"), [], [], nothing, [], nothing, True, is_withheld=True)
        texts = [getattr(item, field) for field in TEXTS]
        length = sum(len(text) + LINE * text.count("\n") for text in texts)
        return Section(
            item,
            item.sign,
            printable(item.title),
            self._force(item),
            self._facts(item),
            self._prose(item.grounds),
            self._told((_("Proposed decision"), item.proposal), (_("Handling"), item.discussion)),
            self._prose(item.decision),
            length <= SHORT,
        )

    def _prose(self, text: str) -> SafeString:
        text = printable(text)
        if "|" in text:  # perhaps a table, whose columns are as wide as their longest word
            text = LONG_WORD.sub("\\g<0>\u200b", text)
        return markdown(text, headings=False)

    def _told(self, *labelled: tuple[str, str]) -> list[tuple[str, SafeString]]:
        return [(label, self._prose(text)) for label, text in labelled if text.strip()]

    def _facts(self, item: Item) -> list[tuple[str, SafeString]]:
        earlier = item.carried_from
        before = f"{earlier.meeting.recorded_body} {day(earlier.meeting.starts_at)} {earlier.sign}" if earlier else ""
        return self._told((_("Presenter"), item.presented_by), (_("Earlier"), before), (_("Urgent"), item.late_reason))

    def _force(self, item: Item) -> list[str]:
        """Whether the decision is in force, and since when; or what became of the item."""
        if item.outcome not in DECIDED:
            look = item_look(item, self.minutes.state, is_open=False)
            return [capfirst(look.word)] if look else []
        if item.inspected_at:
            return [_("In force %(day)s") % {"day": day(item.inspected_at)}, _("inspected at the meeting")]
        return [_("In force %(day)s") % {"day": self.approved_on}]

    def _inspected(self) -> str:
        """How the minutes were inspected, where no inspectors did."""
        later = self.minutes.approved_in
        if later:
            where = f"{later.meeting.label} {later.sign}"
            return _("Inspected at the meeting %(meeting)s.") % {"meeting": where}
        if self.minutes.inspection == Inspection.AT_ONCE:
            return _("Inspected at the meeting.")
        return _("The minutes are not inspected separately.") if self.minutes.inspection == Inspection.NONE else ""
