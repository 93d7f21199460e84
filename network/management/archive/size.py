"""How large the archive of the demonstration is (`domain.md` § 6.4): so much a year, so many years, so many times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from network.models import Kind

LAST_YEAR = 2023  # the demonstration itself begins after it
MEETINGS, ITEMS, DOCUMENTS = 230, 2_200, 1_700  # a year
FORMAL = {Kind.DIRECTORS: 11.0, Kind.BOARD: 11.0, Kind.SERVICE_AREA: 30.0}  # meetings a year, of all areas together
GROUPS, GROUP_YEARS = 30, 3  # at a time, and how long each works
PEOPLE = 110  # a year, however many times: those who have left, beside the four hundred of today
SLUG = "arkisto-"  # how the addresses of the archive's working groups begin


@dataclass(frozen=True)
class Size:
    """The years of the archive, and how many times the estimate."""

    years: int = 10
    times: float = 1.0

    @property
    def first_year(self) -> int:
        """The archive's first year."""
        return LAST_YEAR - self.years + 1

    @property
    def first_day(self) -> date:
        """The archive's first day."""
        return date(self.first_year, 1, 1)

    @property
    def last_day(self) -> date:
        """The archive's last day."""
        return date(LAST_YEAR, 12, 31)

    @property
    def people(self) -> int:
        """How many people it adds."""
        return PEOPLE * self.years

    @property
    def lanes(self) -> int:
        """How many working groups work at a time."""
        return max(round(GROUPS * self.times), 1)

    def many(self, a_year: float) -> int:
        """So many in all, of what there are so many a year."""
        return round(a_year * self.years * self.times)

    def by_year(self, a_year: float) -> Iterator[tuple[int, int]]:
        """Each year and how many fall in it; together as many as there are in all."""
        for place in range(self.years):
            rate = a_year * self.times
            yield self.first_year + place, round(rate * (place + 1)) - round(rate * place)


def shares(total: int, parts: int) -> list[int]:
    """So many in all, dealt out as evenly as they go."""
    return [total * (part + 1) // parts - total * part // parts for part in range(parts)]
