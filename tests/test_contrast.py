"""The colours of the tokens by day and by night against WCAG 2.2: text 4.5 : 1, edges and shapes 3 : 1."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parent.parent / "static" / "css" / "tokens.css").read_text()
NIGHT_BEGINS = TOKENS.index("prefers-color-scheme: dark")
COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")
DAY = dict(COLOUR.findall(TOKENS[:NIGHT_BEGINS]))
NIGHT = dict(COLOUR.findall(TOKENS[NIGHT_BEGINS:]))

SURFACES = ("paper", "tint", "sheet")
TEXT = (
    *[(text, surface) for text in ("ink", "ink-2", "link", "red") for surface in SURFACES],
    *[(text, "hover") for text in ("ink", "link")],
    *[(text, "red-tint") for text in ("ink", "link", "red")],
    ("ink", "mark"),
    ("paper", "ink"),  # the primary button
    ("paper", "link"),  # the same, under the pointer
)
EDGES = (
    *[("edge", surface) for surface in SURFACES],
    *[("link", surface) for surface in SURFACES],  # the outline of the focus
    *[("red", surface) for surface in SURFACES],  # the field to mend, the ribbon, the thread
)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_night_redeclares_every_colour_of_the_day() -> None:
    assert NIGHT.keys() == DAY.keys()
    assert len(DAY) >= 11


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("text", "surface"), TEXT, ids="-on-".join)
def test_text_can_be_read(colours: dict[str, str], text: str, surface: str) -> None:
    assert contrast(colours[text], colours[surface]) >= 4.5


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("edge", "surface"), EDGES, ids="-on-".join)
def test_edges_can_be_seen(colours: dict[str, str], edge: str, surface: str) -> None:
    assert contrast(colours[edge], colours[surface]) >= 3
