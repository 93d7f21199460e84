"""What the demonstration's meetings speak of: matters drawn from the stock of `data/demo_matters.*.json`."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from meetings.management.demo_calendar import Gathering, load
from meetings.models import Outcome
from meetings.standing import SENTENCES
from network.models import Kind

OUTCOMES = {
    Outcome.AS_PROPOSED: 72, Outcome.AMENDED: 13, Outcome.TABLED: 7, Outcome.RETURNED: 5, Outcome.REMOVED: 3,
}  # fmt: skip
GROUP_OUTCOMES = {Outcome.AS_PROPOSED: 82, Outcome.AMENDED: 12, Outcome.TABLED: 6}


def plain(day: date) -> str:
    """The day as the record writes it."""
    return f"{day.day}.{day.month}.{day.year}"


@dataclass
class Matter:
    """A matter with its texts before the meeting, and the words for what may become of it."""

    title: str
    grounds: str
    proposal: str
    decision: str
    task: str
    is_noted: bool = False
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """What became of a matter."""

    outcome: str
    discussion: str
    decision: str


class Stock:
    """Draws matters, each body's without repeating itself before all have been drawn."""

    def __init__(self, chance: Random) -> None:
        """Read the stock in both languages of records."""
        self.chance = chance
        self.texts = {code: load(f"demo_matters.{code}.json") for code in ("fi", "sv")}
        self._left: dict[tuple[int, str], list[tuple[Any, Any]]] = {}
        self._phase: dict[int, int] = {}
        self._season: set[tuple[int, str]] = set()

    # ── drawing ──

    def draw(self, gathering: Gathering) -> list[Matter]:
        """The matters of a meeting, in the order of the agenda."""
        if gathering.body.kind in (Kind.WORKING_GROUP, Kind.OFFICE):
            return self._in_order(gathering, self.chance.choice((2, 2, 3)))
        wanted = self.chance.choice((2, 3, 3, 4, 4, 5, 6))
        found = [self._matter(gathering, row, ("", "", "")) for row in self._seasonal(gathering)]
        while len(found) < wanted:
            row, subject = self._next(gathering)
            found.append(self._matter(gathering, row, subject))
        return found

    def _in_order(self, gathering: Gathering, count: int) -> list[Matter]:
        """A working group's matters follow the course of its work, the office's come round every year."""
        kind = gathering.body.kind
        rows = self.texts[gathering.language][kind]
        start = self._phase.get(gathering.body.pk, 0)
        self._phase[gathering.body.pk] = start + count
        if kind == Kind.WORKING_GROUP and start + count > len(rows):
            start = max(len(rows) - count, 0)
        return [self._matter(gathering, rows[(start + place) % len(rows)], ("", "", "")) for place in range(count)]

    def _seasonal(self, gathering: Gathering) -> list[Any]:
        """What comes up once a year at this time."""
        body, day = gathering.body, gathering.day
        found = []
        for row in self.texts[gathering.language]["seasons"]:
            key = (body.pk, f"{row['title']} {day.year}")
            if body.kind in row["kinds"] and day.month in row["months"] and key not in self._season:
                self._season.add(key)
                found.append(row)
        return found

    def _next(self, gathering: Gathering) -> tuple[Any, Any]:
        body, language = gathering.body, gathering.language
        key = (body.pk, language)
        if not self._left.get(key):
            self._left[key] = self._combinations(gathering)
        return self._left[key].pop()

    def _combinations(self, gathering: Gathering) -> list[tuple[Any, Any]]:
        """Every kind of matter with every subject of the body, shuffled so that neither comes twice in a row."""
        texts, body = self.texts[gathering.language], gathering.body
        rows = [row for row in texts["formal"] if body.kind in row["kinds"]]
        areas = texts["subjects"]
        if body.kind == Kind.SERVICE_AREA and body.slug in areas:
            subjects = areas[body.slug]
        else:
            subjects = [subject for listed in areas.values() for subject in listed]
        self.chance.shuffle(rows)
        self.chance.shuffle(subjects := list(subjects))
        pairs = [
            (row, subjects[(number + turn) % len(subjects)])
            for turn in range(len(subjects))
            for number, row in enumerate(rows)
        ]
        return pairs[::-1]

    # ── writing ──

    def _words(self, gathering: Gathering, subject: Any) -> dict[str, Any]:
        texts, day, chance = self.texts[gathering.language], gathering.day, self.chance
        nominative, genitive, elative = subject
        return {
            "n": nominative, "g": genitive, "e": elative, "N": nominative[:1].upper() + nominative[1:],
            "who": texts["who"][gathering.body.kind],
            "asker": chance.choice(texts["askers"]),
            "k": chance.randint(6, 18),
            "due": plain(day + timedelta(days=chance.randint(21, 70))),
            "year": day.year, "next": day.year + 1, "last": day.year - 1,
            "change": chance.choice(texts["changes"]),
        }  # fmt: skip

    def _matter(self, gathering: Gathering, row: Any, subject: Any) -> Matter:
        words = self._words(gathering, subject)
        return Matter(
            title=row["title"].format(**words),
            grounds=row["grounds"].format(**words),
            proposal=row["proposal"].format(**words),
            decision=row["decision"],
            task=row["task"].format(**words),
            is_noted=row.get("noted", False),
            words=words,
        )

    def special(self, gathering: Gathering, name: str) -> Matter:
        """A matter out of the ordinary: the urgent one, or one for the body alone."""
        _row, subject = self._next(gathering)
        return self._matter(gathering, self.texts[gathering.language][name], subject)

    def write(self, gathering: Gathering, matter: Matter, names: list[str], *, outcome: str = "") -> Written:
        """What became of the matter, in the words of minutes; the outcome is drawn where none is given."""
        texts = self.texts[gathering.language]
        words = matter.words | {"name": names[0], "second": names[-1], "why": self.chance.choice(texts["tabling"])}
        usual = SENTENCES[gathering.language]
        drawn = Outcome(outcome or self._outcome(gathering, matter))
        if drawn == Outcome.AMENDED:
            said, decided = texts["amending"], texts["amended"]
        elif drawn == Outcome.TABLED:
            said, decided = texts["tabled"], usual[drawn]
        elif drawn == Outcome.RETURNED:
            said, decided = "", f"{usual[drawn]} {self.chance.choice(texts['returning'])}"
        elif drawn == Outcome.REMOVED:
            said, decided = texts["removing"], usual[drawn]
        else:
            said, decided = "", matter.decision
        return Written(drawn, said.format(**words), decided.format(**words))

    def _outcome(self, gathering: Gathering, matter: Matter) -> str:
        if matter.is_noted:
            return Outcome.NOTED
        weights = OUTCOMES if gathering.is_formal else GROUP_OUTCOMES
        return self.chance.choices(list(weights), weights=list(weights.values()))[0]

    def info(self, gathering: Gathering) -> str:
        """The list of what is only told."""
        texts = self.texts[gathering.language]
        rows = self.chance.sample(texts["info"], self.chance.choice((2, 3)))
        return "\n".join(f"- {row.format(**self._words(gathering, ('', '', '')))}" for row in rows)
