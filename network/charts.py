"""Drawings made on the server: terms on a line of years. Coordinates are whole numbers of SVG units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LEFT, RIGHT, TOP, STEP = 200, 712, 20, 28


@dataclass(frozen=True)
class Bar:
    """A term: x and width, and whether its holder is known."""

    x: int
    width: int
    is_known: bool


@dataclass(frozen=True)
class Line:
    """A seat and its bars."""

    label: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class TermsChart:
    """The chart: years, lines, and the day asked about."""

    first_year: int
    last_year: int
    years: tuple[tuple[int, int], ...]
    lines: tuple[Line, ...]
    now_x: int
    height: int

    @property
    def has_unknown(self) -> bool:
        """Whether there is a bar without a known holder."""
        return any(not bar.is_known for line in self.lines for bar in line.bars)


def terms_chart(
    rows: Iterable[tuple[str, Iterable[tuple[date | None, date | None, bool]]]], day: date, years: int = 4
) -> TermsChart:
    """Lay out the periods of each labelled row on a line of years around the day; bars end at the edges."""
    first = day.year - years + 2
    begin, end = date(first, 1, 1), date(first + years - 1, 12, 31)
    span = (end - begin).days + 1

    def x(at: date) -> int:
        return LEFT + round((min(max(at, begin), end) - begin).days * (RIGHT - LEFT) / span)

    def bar(starts: date | None, ends: date | None, is_known: bool) -> Bar:
        left = x(starts or begin)
        # Two units of air, so that one holder after another does not look like one bar.
        return Bar(left, max(2, (RIGHT if ends is None or ends >= end else x(ends)) - left - 2), is_known)

    lines = []
    for place, (label, periods) in enumerate(rows):
        shown = [p for p in periods if (p[0] is None or p[0] <= end) and (p[1] is None or p[1] >= begin)]
        lines.append(Line(label, TOP + 22 + place * STEP, tuple(bar(*period) for period in shown)))
    return TermsChart(
        first_year=first,
        last_year=first + years - 1,
        years=tuple((first + n, x(date(first + n, 1, 1))) for n in range(years)),
        lines=tuple(lines),
        now_x=x(day),
        height=TOP + 22 + len(lines) * STEP + 14,
    )
