"""Texts of the archive's documents: the demonstration's own sentences, each time with other subjects and figures."""

import re
from collections import defaultdict
from random import Random
from typing import Any

from meetings.management.demo_calendar import load
from network.management.seeding import DATA, page_text
from network.models import Department, Person

POOL = 3_000  # paragraphs of a language
BLANK = re.compile(r"\{(\w+)\}")


class Texts:
    """Paragraphs drawn from a pool that is made once."""

    def __init__(self, chance: Random) -> None:
        """Make the pools."""
        self.chance = chance
        self.stock = {code: load(f"demo_matters.{code}.json") for code in ("fi", "sv")}
        self.subjects = {
            code: [subject for some in texts["subjects"].values() for subject in some]
            for code, texts in self.stock.items()
        }
        self.names = [str(person) for person in Person.objects.order_by("pk")[:2000]]
        departments = list(Department.objects.order_by("pk"))
        self.departments = {"fi": [d.name_fi for d in departments], "sv": [d.name_sv for d in departments]}
        self.pools = {code: self._pool(code) for code in self.stock}

    def text(self, language: str, *first: str) -> str:
        """The first paragraphs and some more: a few as a rule, now and then a long report."""
        count = min(int(self.chance.lognormvariate(1.7, 0.9)) + 1, 90)
        return "\n\n".join([*filter(None, first), *self.chance.choices(self.pools[language], k=count)])

    def subject(self, language: str) -> str:
        """What a document is about."""
        name = str(self.chance.choice(self.subjects[language])[0])
        return name[:1].upper() + name[1:]

    def _pool(self, language: str) -> list[str]:
        sentences = self._sentences(language)
        return [
            " ".join(self._filled(sentence, language) for sentence in self.chance.sample(sentences, k))
            for k in self.chance.choices((2, 3, 4, 5), k=POOL)
        ]

    def _sentences(self, language: str) -> list[str]:
        """Every sentence of the stock and of the network's own pages."""
        stock = self.stock[language]
        rows = [row for name in ("formal", "seasons", "working_group", "office") for row in stock[name]]
        found = [row[part] for row in rows for part in ("title", "grounds", "proposal", "decision", "task")]
        found += [*stock["info"], *stock["reports"], *stock["tabling"], *stock["returning"]]
        found += [f"{{name}}: {change}." for change in stock["changes"]] + [stock["amending"], "{department}, {name}."]
        for path in sorted((DATA / "pages").glob(f"*.{language}.md")):
            text = page_text(path.name.split(".")[0], language).replace("{", "").replace("}", "")
            found += [line for part in text.split("\n") for line in part.split(". ") if len(line) > 40]
        return found

    def _filled(self, sentence: str, language: str) -> str:
        if not BLANK.search(sentence):
            return sentence
        chance, stock = self.chance, self.stock[language]
        nominative, genitive, elative = chance.choice(self.subjects[language])
        year = chance.randint(2012, 2024)
        names = chance.sample(self.names, 2)
        words: dict[str, Any] = defaultdict(str) | {
            "n": nominative, "g": genitive, "e": elative, "N": nominative[:1].upper() + nominative[1:],
            "who": chance.choice(list(stock["who"].values())), "asker": chance.choice(stock["askers"]),
            "k": chance.randint(2, 900), "due": f"{chance.randint(1, 28)}.{chance.randint(1, 12)}.{year}",
            "year": year, "next": year + 1, "last": year - 1, "change": chance.choice(stock["changes"]),
            "why": chance.choice(stock["tabling"]), "name": names[0], "second": names[1],
            "department": chance.choice(self.departments[language]),
        }  # fmt: skip
        return sentence.format_map(words)
