"""Who was there: the rolls of the demonstration's meetings as the portal lays them out, and inspectors in turn."""

from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

from django.utils.translation import override

from meetings.management.demo_calendar import Gathering
from meetings.models import Attendance, Presence
from meetings.models.attendance import Tally, _line  # the rule of the roll, without its three queries a meeting
from meetings.models.reviews import TURNS
from network.checks import DEMO_DOMAIN
from network.models import Employment, Holding, Kind, Person, Role
from network.roles import ROLE_ORDER
from network.rosters import holdings

THERE = (Presence.PRESENT, Presence.REMOTE)


class Rolls:
    """The people of the bodies over time, read once."""

    def __init__(self, chance: Random) -> None:
        """Read every holding and employment."""
        self.chance = chance
        self.held: dict[int, list[Holding]] = defaultdict(list)
        for holding in holdings().order_by("term_id", "substitution_key", "ex_officio_key"):
            self.held[holding.body_id].append(holding)
        self.jobs: dict[int, list[Employment]] = defaultdict(list)
        for job in Employment.objects.select_related("department").order_by("pk"):
            self.jobs[job.person_id].append(job)
        self.logins = {
            str(person.email).removesuffix(DEMO_DOMAIN): person
            for person in Person.objects.filter(email__endswith=DEMO_DOMAIN)
        }
        self.turns: dict[int, list[list[Person]]] = defaultdict(list)

    def on(self, body: int, day: date) -> list[Holding]:
        """Who holds a role in the body on the day."""
        return [holding for holding in self.held[body] if holding.held_on(day)]

    def officer(self, body: int, role: str, day: date) -> Person | None:
        """The chair, say, of the day."""
        return next((h.person for h in self.on(body, day) if h.role == role and not h.substitution_id), None)

    def people(self, gathering: Gathering) -> list[Person]:
        """Everybody who holds a role on the day of the meeting, by name."""
        found = {h.person_id: h.person for h in self.on(gathering.body.pk, gathering.day)}
        return sorted(found.values(), key=lambda p: (p.last_name, p.first_name))

    # ── the roll ──

    def lay_out(self, gathering: Gathering, secretary: Person | None) -> None:
        """The roll of a meeting that was held: laid out by the portal's own rule, then who really came."""
        gathering.roll = self._laid_out(gathering)
        there = {row.person_id for row in gathering.roll}
        if secretary and secretary.pk not in there:
            gathering.roll.append(self._secretary_from_outside(gathering, secretary))
        chair = self.officer(gathering.body.pk, Role.CHAIR, gathering.day)
        keep = {person.pk for person in (chair, secretary) if person}
        keep |= {self.logins[name].pk for name in gathering.facts.get("inspectors", ())}
        self._who_came(gathering, keep)
        if gathering.facts.get("chair_away"):
            self._send_away(gathering, chair)
        if gathering.facts.get("no_quorum"):
            self._too_few(gathering, keep)
        elif not Tally.of(gathering.roll).is_quorate:
            for row in gathering.roll:
                if row.has_vote and not row.is_there:
                    row.presence = Presence.REMOTE

    def _laid_out(self, gathering: Gathering) -> list[Attendance]:
        held = self.on(gathering.body.pk, gathering.day)
        stood_in_for = {holding.term_id for holding in held if holding.substitution_id}
        grounds: dict[int, list[Holding]] = {}
        for holding in sorted(held, key=lambda h: (ROLE_ORDER[h.role], h.person.last_name, h.person.first_name)):
            grounds.setdefault(holding.person_id, []).append(holding)
        with override(gathering.language):
            rows = [
                _line(gathering.meeting, holdings, self._job(person, gathering.day), stood_in_for)
                for person, holdings in grounds.items()
            ]
        for place, row in enumerate(rows):
            row.sort = place
        return rows

    def _job(self, person: int, day: date) -> Employment | None:
        return next((job for job in self.jobs[person] if job.held_on(day)), None)

    def _secretary_from_outside(self, gathering: Gathering, secretary: Person) -> Attendance:
        """The directors' meeting has no secretary of its own: the board's writes its minutes."""
        job = self._job(secretary.pk, gathering.day)
        with override(gathering.language):
            capacity = str(Role.SECRETARY.label)
            department = job.department.name if job and job.department else ""
        return Attendance(
            meeting=gathering.meeting, person=secretary, name=secretary.full_name, capacity=capacity,
            department=department, has_vote=False, sort=len(gathering.roll),
        )  # fmt: skip

    def _who_came(self, gathering: Gathering, keep: set[int]) -> None:
        choices, weights = list(Presence), (62, 24, 4, 10)
        online = gathering.meeting.place in ("Etäkokous", "Distansmöte")
        for row in gathering.roll:
            if row.presence != Presence.PRESENT:
                continue
            drawn = self.chance.choices(choices, weights)[0]
            if row.person_id in keep and drawn not in THERE:
                drawn = Presence.PRESENT
            row.presence = Presence.REMOTE if online and drawn == Presence.PRESENT else drawn
        self._alternates(gathering)
        experts = [row for row in gathering.roll if row.presence == Presence.ABSENT and not row.has_vote]
        for row in experts:
            if gathering.body.kind == Kind.WORKING_GROUP and self.chance.random() < 0.5:
                row.presence = Presence.REMOTE

    def _alternates(self, gathering: Gathering) -> None:
        """The personal alternate of one who is away comes in their place."""
        away = {row.person_id for row in gathering.roll if row.has_vote and not row.is_there}
        place_of = {
            h.person_id: h.term.alternate_for
            for h in self.on(gathering.body.pk, gathering.day)
            if h.role == Role.ALTERNATE and h.term.alternate_for
        }
        for row in gathering.roll:
            term = place_of.get(row.person_id or 0)
            if term and term.person_id in away and not row.has_vote and self.chance.random() < 0.8:
                row.presence, row.has_vote, row.for_term = Presence.PRESENT, True, term

    def _send_away(self, gathering: Gathering, chair: Person | None) -> None:
        for row in gathering.roll:
            if chair and row.person_id == chair.pk:
                row.presence = Presence.EXCUSED

    def _too_few(self, gathering: Gathering, keep: set[int]) -> None:
        """Only a few of those who decide came."""
        wanted = Tally.of(gathering.roll).seats // 3
        for row in gathering.roll:
            if not row.has_vote:
                continue
            if row.person_id in keep or wanted > 0:
                wanted -= 1
                row.presence = Presence.PRESENT if row.for_term is None else Presence.ABSENT
            else:
                row.presence = Presence.EXCUSED
            if row.for_term is not None:
                row.has_vote, row.for_term, row.presence = False, None, Presence.ABSENT

    def add_guest(self, gathering: Gathering, guest: list[str]) -> None:
        """Somebody without a role in the body, by name."""
        name, capacity, department = guest
        gathering.roll.append(
            Attendance(
                meeting=gathering.meeting, name=name, capacity=capacity, department=department, has_vote=False,
                sort=len(gathering.roll),
            )
        )  # fmt: skip

    # ── who speaks and who inspects ──

    def speakers(self, gathering: Gathering) -> list[Person]:
        """Those who decide and are there, in an order of chance; all of the body's people where nobody is yet."""
        there = [row.person for row in gathering.roll if row.has_vote and row.is_there and row.person]
        found = there or self.people(gathering)
        return self.chance.sample(found, len(found))

    def choose_inspectors(self, gathering: Gathering) -> None:
        """Two of those present, in turn over the body's last meetings; the chair and the secretary sign instead."""
        meeting: Any = gathering.meeting
        last = self.turns[gathering.body.pk][-TURNS:]
        there = [row.person for row in gathering.roll if row.has_vote and row.is_there and row.person]
        eligible = [p for p in there if p.pk not in (meeting.chaired_by_id, meeting.minuted_by_id)]

        def turn(person: Person) -> tuple[int, int, str, str]:
            places = [place for place, chosen in enumerate(last) if person in chosen]
            return len(places), max(places, default=-1), person.last_name, person.first_name

        wanted = [self.logins[name] for name in gathering.facts.get("inspectors", ())]
        others = [person for person in sorted(eligible, key=turn) if person not in wanted]
        gathering.inspectors = [*wanted, *others][:2]
        self.turns[gathering.body.pk].append(gathering.inspectors)
