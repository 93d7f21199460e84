"""The demonstration's meetings one after another: head, numbers, agenda, what was decided and what it asks of whom."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from meetings.agenda import CLOSING, INSPECTORS
from meetings.management.demo_calendar import NOW, Calendar, Gathering
from meetings.management.demo_matters import Matter, Stock, plain
from meetings.management.demo_rolls import Rolls
from meetings.models import Action, FormerNumber, Item, Meeting, Outcome, Series
from meetings.models.attendance import Tally
from meetings.models.items import CARRIED
from meetings.standing import Standing, standing_items, standing_titles
from network.models import Body, Inspection, Kind, Person, Role

OPENED = 2  # items of a meeting without quorum that are still handled: opening, and that there is no quorum
LEAD = 7  # days at most by which a notice is earlier than it must be


def clock(moment: datetime) -> str:
    """The time of day as the record writes it."""
    local = timezone.localtime(moment)
    return f"{local.hour}.{local.minute:02}"


class Agendas:
    """Invents every meeting in the order of each body's time, so that what one leaves open the next takes up."""

    def __init__(self, calendar: Calendar, rolls: Rolls, chance: Random) -> None:
        """Keep the sources."""
        self.calendar, self.rolls, self.chance = calendar, rolls, chance
        self.stock = Stock(chance)
        self.series: dict[tuple[int, int], Series] = {}
        self.former: list[FormerNumber] = []
        self.actions: list[Action] = []
        self.gatherings: list[Gathering] = []
        self.matter_of: dict[int, Matter] = {}
        self.guests: dict[str, int] = defaultdict(int)

    def invent(self) -> None:
        """All meetings of all bodies."""
        for rows in self.calendar.all():
            left: list[Item] = []
            waiting: list[Gathering] = []
            for place, gathering in enumerate(rows):
                following = rows[place + 1] if place + 1 < len(rows) else None
                self._head(gathering)
                self._lay_agenda(gathering, waiting, left)
                if gathering.is_held:
                    self._hold(gathering, following)
                gathering.copy_names()
                left = self._left_open(gathering)
                waiting = [gathering] if gathering.facts.get("next_meeting") else []
                self.gatherings.append(gathering)

    # ── the head ──

    def _head(self, gathering: Gathering) -> None:
        plan, body, chance = self.calendar.plan, gathering.body, self.chance
        place = chance.choice(plan["places_sv" if gathering.language == "sv" else "places"])
        secretary = self._secretary(gathering)
        gathering.meeting = Meeting(
            body=body,
            starts_at=gathering.starts_at,
            place=place,
            remote_link=f"{plan['link']}{body.slug}-{gathering.day:%Y%m%d}",
            language=gathering.language,
            calendar_visibility=body.calendar_visibility,
            visibility=body.papers_visibility,
            created_by=secretary,
        )
        if body.kind == Kind.DIRECTORS:
            gathering.meeting.minuted_by = secretary
        if gathering.is_called:
            self._number(gathering)
        if gathering.is_held:
            self._open(gathering, secretary)

    def _secretary(self, gathering: Gathering) -> Person | None:
        """The body's secretary of the day; the directors' meeting borrows the board's."""
        body = gathering.body
        if body.kind == Kind.DIRECTORS:
            body = next(row for row in self.calendar.bodies if row.kind == Kind.BOARD)
        return self.rolls.officer(body.pk, Role.SECRETARY, gathering.day)

    def _number(self, gathering: Gathering) -> None:
        meeting, moved = gathering.meeting, gathering.facts.get("moved_from")
        if moved:
            year = timezone.localtime(moved).year
            meeting.moved_from = moved
            former = FormerNumber(meeting=meeting, body=gathering.body, year=year)
            former.number = self._next_number(gathering.body, year)
            self.former.append(former)
        meeting.year = gathering.day.year
        meeting.number = self._next_number(gathering.body, meeting.year)

    def _series(self, body: Body, year: int) -> Series:
        return self.series.setdefault((body.pk, year), Series(body=body, year=year, last_meeting=0, last_section=0))

    def _next_number(self, body: Body, year: int) -> int:
        series = self._series(body, year)
        series.last_meeting += 1
        return series.last_meeting

    def called_at(self, gathering: Gathering) -> datetime:
        """When the notice was sent: in time, in office hours, and before the day that the demonstration is told for."""
        before = gathering.facts.get("moved_from") or gathering.starts_at
        lead = timedelta(days=gathering.body.notice_days + 1 + gathering.day.toordinal() % LEAD)
        latest = min(before - lead, NOW - timedelta(days=1, hours=18))
        return timezone.localtime(latest).replace(hour=14, minute=gathering.day.toordinal() * 7 % 60)

    def _open(self, gathering: Gathering, secretary: Person | None) -> None:
        meeting, chance = gathering.meeting, self.chance
        meeting.opened_at = gathering.starts_at + timedelta(minutes=chance.randint(0, 4))
        meeting.ends_at = gathering.starts_at + timedelta(minutes=5 * chance.randint(12, 34))
        meeting.minuted_by = secretary
        self.rolls.lay_out(gathering, secretary)
        away = gathering.facts.get("chair_away")
        meeting.chaired_by = self.rolls.officer(
            gathering.body.pk, Role.VICE_CHAIR if away else Role.CHAIR, gathering.day
        )
        meeting.is_quorate = Tally.of(gathering.roll).is_quorate
        if gathering.body.inspection == Inspection.INSPECTORS:
            self.rolls.choose_inspectors(gathering)
        if gathering.is_formal and chance.random() < 0.2:
            guests = self.stock.texts[gathering.language]["guests"]
            self.rolls.add_guest(gathering, chance.choice(guests))

    # ── the agenda ──

    def _lay_agenda(self, gathering: Gathering, waiting: list[Gathering], left: list[Item]) -> None:
        """Standing items, what earlier meetings left open, new matters; an urgent one comes last of all."""
        standing = list(standing_items(gathering.body.kind, gathering.language))
        closing = standing[-CLOSING[not gathering.is_formal] :]
        opening = standing[: -len(closing)]
        if gathering.is_formal and gathering.body.inspection != Inspection.INSPECTORS:
            del opening[INSPECTORS]
        for line in opening:
            self._add(gathering, line)
        for earlier in waiting:
            self._approval(gathering, earlier)
        for item in left:
            self._carry(gathering, item)
        if gathering.fate != "bare":
            self._add_new(gathering)
        for line in closing:
            self._add(gathering, line)
        if gathering.facts.get("late"):
            late = self._add_matter(gathering, self.stock.special(gathering, "urgent"))
            late.late_reason = self.stock.texts[gathering.language]["urgent"]["reason"]
        if gathering.is_held and gathering.body.uses_sections:
            self._give_sections(gathering)

    def _add_new(self, gathering: Gathering) -> None:
        for matter in self.stock.draw(gathering):
            self._add_matter(gathering, matter)
        if "narrow" in gathering.facts:
            narrow = self._add_matter(gathering, self.stock.special(gathering, "narrow"))
            narrow.visibility = gathering.facts["narrow"]

    def _add(self, gathering: Gathering, line: Standing, **more: Any) -> Item:
        item = Item(
            meeting=gathering.meeting, position=len(gathering.items) + 1, title=line.title, proposal=line.proposal,
            **more,
        )  # fmt: skip
        gathering.items.append(item)
        return item

    def _add_matter(self, gathering: Gathering, matter: Matter) -> Item:
        speakers = self.rolls.speakers(gathering)
        presenter = speakers[0] if speakers and self.chance.random() < 0.85 else None
        item = self._add(gathering, Standing(matter.title, matter.proposal), grounds=matter.grounds)
        item.presenter = presenter
        self.matter_of[id(item)] = matter
        return item

    def _carry(self, gathering: Gathering, left: Item) -> None:
        item = self._add(gathering, Standing(left.title, left.proposal), grounds=left.grounds)
        item.presenter, item.visibility, item.carried_from = left.presenter, left.visibility, left
        self.matter_of[id(item)] = self.matter_of[id(left)]

    def _approval(self, gathering: Gathering, earlier: Gathering) -> None:
        """The item by which this meeting approves the minutes of the one before it."""
        words = {"meeting": earlier.meeting.label}
        with override(gathering.language):
            title = _("Approval of the minutes %(meeting)s") % words
            proposal = _("The minutes %(meeting)s are approved.") % words
        item = self._add(gathering, Standing(title, proposal))
        earlier.facts = earlier.facts | {"approved_in": item, "approved_by": gathering}
        if gathering.is_held:
            texts = self.stock.texts[gathering.language]
            who = texts["who"][gathering.body.kind]
            item.outcome = Outcome.AS_PROPOSED
            item.decision = texts["approval"].format(who=who, label=earlier.meeting.label)

    def _give_sections(self, gathering: Gathering) -> None:
        series = self._series(gathering.body, gathering.day.year)
        for item in gathering.items:
            series.last_section += 1
            item.series, item.section = series, series.last_section

    # ── the minutes ──

    def _hold(self, gathering: Gathering, following: Gathering | None) -> None:
        """Write what became of each item; a draft has been written about half, a meeting too small to decide hardly."""
        written = len(gathering.items)
        if gathering.fate == "draft":
            written = written * 3 // 5
        words = self._standing_words(gathering, following)
        for place, item in enumerate(gathering.items):
            if gathering.facts.get("no_quorum") and OPENED <= place < len(gathering.items) - 1:
                item.outcome = Outcome.NOT_HANDLED
            elif place < written and not item.outcome:
                self._write(gathering, item, words)
            if gathering.fate in ("draft", "returned"):
                item.changed_by = gathering.meeting.minuted_by

    def _write(self, gathering: Gathering, item: Item, words: dict[str, Any]) -> None:
        matter = self.matter_of.get(id(item))
        if matter is None:
            self._write_standing(gathering, item, words)
            return
        texts = self.stock.texts[gathering.language]
        names = [person.full_name for person in self.rolls.speakers(gathering)] or ["—"]
        settled = Outcome.AS_PROPOSED if item.late_reason or item.visibility else ""
        written = self.stock.write(gathering, matter, names, outcome=settled)
        said = [texts["carried"]] if item.carried_from else []
        guests = [row.name for row in gathering.roll if row.person is None]
        if guests and item.position == len(gathering.items) // 2:
            said.append(texts["heard"].format(guest=guests[0]))
        item.outcome, item.decision = written.outcome, written.decision
        item.discussion = "\n\n".join([*said, written.discussion] if written.discussion else said)
        if item.late_reason:
            item.inspected_at = gathering.meeting.ends_at
        if item.outcome in (Outcome.AS_PROPOSED, Outcome.AMENDED, Outcome.NOTED) and self.chance.random() < 0.4:
            self._ask(gathering, item, matter)

    def _write_standing(self, gathering: Gathering, item: Item, words: dict[str, Any]) -> None:
        texts = self.stock.texts[gathering.language]
        titles = [line.title for line in standing_items(gathering.body.kind, gathering.language)]
        place = titles.index(item.title)
        decided = gathering.is_formal and place in (INSPECTORS, INSPECTORS + 1)
        item.outcome = Outcome.AS_PROPOSED if decided else Outcome.NOTED
        item.decision = texts["standing"][item.title].format(**words)
        if gathering.is_formal and place == 1 and gathering.facts.get("no_quorum"):
            item.decision = texts["no_quorum"].format(**words)
        if gathering.is_formal and place == INSPECTORS + 1 and gathering.facts.get("late"):
            item.decision = texts["late_agenda"]
        if gathering.is_formal and item.title == titles[-CLOSING[False]]:
            item.grounds = self.stock.info(gathering)

    def _standing_words(self, gathering: Gathering, following: Gathering | None) -> dict[str, Any]:
        texts, meeting = self.stock.texts[gathering.language], gathering.meeting
        tally = Tally.of(gathering.roll)
        at = "kl." if gathering.language == "sv" else "klo"
        coming = texts["no_next"]
        if following:
            coming = f"{plain(following.day)} {at} {clock(following.starts_at)}"
        return {
            "opened": clock(meeting.opened_at or gathering.starts_at),
            "closed": clock(meeting.ends_at or gathering.starts_at),
            "there": tally.there, "needed": tally.needed,
            "inspectors": texts["and"].join(person.full_name for person in gathering.inspectors),
            "next_meeting": coming,
        }  # fmt: skip

    def _ask(self, gathering: Gathering, item: Item, matter: Matter) -> None:
        """Give the decision's task to somebody who was there; most are done in time, a few late or still open."""
        people = [row.person for row in gathering.roll if row.is_there and row.person]
        due = gathering.day + timedelta(days=self.chance.randint(14, 60))
        action = Action(item=item, task=matter.task, owner=self.chance.choice(people), due_on=due)
        overdue = due < NOW.date()
        if self.chance.random() < (0.93 if overdue else 0.2):
            days = (min(due + timedelta(days=3), NOW.date()) - gathering.day).days
            action.done_on = gathering.day + timedelta(days=self.chance.randint(1, max(days, 1)))
            reports = self.stock.texts[gathering.language]["reports"]
            action.report = self.chance.choice(reports).format(k=self.chance.randint(5, 19))
        self.actions.append(action)

    def _left_open(self, gathering: Gathering) -> list[Item]:
        """What the next meeting takes up: tabled, not handled, cancelled; the standing items apart."""
        standing = standing_titles(gathering.body.kind)
        return [
            item
            for item in gathering.items
            if item.title not in standing
            and (item.outcome in CARRIED or (gathering.fate == "cancelled" and not item.outcome))
        ]
