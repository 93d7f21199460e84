"""`make shots`: every page at three widths, light and dark, into tests/shots/ (not committed)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import EVERYTHING

SHOTS = Path(__file__).resolve().parents[1] / "shots"
WIDTHS = (360, 768, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ONLY = os.environ.get("SHOTS", "")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_shots(
    chromium: Browser, site: str, signed_in: Callable, known: dict, width: int, scheme: Literal["light", "dark"]
) -> None:
    """Take the pictures of one width and scheme."""
    SHOTS.mkdir(exist_ok=True)
    for name, who, path in EVERYTHING:
        if ONLY and ONLY not in name:
            continue
        context = chromium.new_context(
            base_url=site, locale="fi-FI", color_scheme=scheme, viewport={"width": width, "height": 900}
        )  # fmt: skip
        context.add_cookies(signed_in(who))
        tab = context.new_page()
        tab.goto(path.format(**known))
        target = SHOTS / f"{name}-{width}-{scheme}.png"
        tab.screenshot(path=target, full_page=True)
        assert target.stat().st_size > 5_000
        context.close()
