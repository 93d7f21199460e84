"""WCAG 2.2 AA on every page: axe, no sideways scroll at 320 px, keyboard, works without JavaScript."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.conftest import PASSWORD
from tests.browser.pages import EVERYTHING, PUBLIC

AXE = Axe()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # Every rule looks at every element as before; what is saved are lists of all that passed, names for each of
    # them, and a second download of the style sheets, which only an experimental rule would read.
    "resultTypes": ["violations"],
    "selectors": False,
    "preload": False,
}
# A colour on its way to another is no colour of the page, so what moves is put where it goes.
VIOLATIONS = """async rules => {
    for (let round = 0; round < 10; round++) document.getAnimations().forEach(motion => motion.finish());
    return (await axe.run(document, rules)).violations;
}"""
OPEN_ALL = "document.querySelectorAll('details').forEach(fold => fold.open = true)"


def _policy(complaints: list[str], message: ConsoleMessage) -> None:
    if "Content Security" in message.text:
        complaints.append(message.text)


SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (320, "dark"))


@pytest.fixture(scope="module")
def tab_of(chromium: Browser, site: str, signed_in: Callable) -> Iterator[Callable[[str], Page]]:
    """The tab of a reader; kept, so that style sheets and fonts are read once and not for each page."""
    kept: dict[str, Page] = {}

    def tab(who: str) -> Page:
        if who not in kept:
            state = signed_in(who) if who else None
            context = chromium.new_context(base_url=site, locale="fi-FI", storage_state=state)
            kept[who] = context.new_page()
        return kept[who]

    yield tab
    for page in kept.values():
        page.context.close()


def _look(tab: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)


@pytest.mark.parametrize(("name", "who", "path"), EVERYTHING, ids=[row[0] for row in EVERYTHING])
def test_page_is_accessible_and_fits_a_phone(
    tab_of: Callable[[str], Page], known: dict[str, int], name: str, who: str, path: str
) -> None:
    complaints: list[str] = []
    tab = tab_of(who)
    listener = partial(_policy, complaints)
    tab.on("console", listener)
    _look(tab, *SCREENS[0])
    tab.goto(path.format(**known))
    tab.remove_listener("console", listener)  # axe itself tries inline styles, which the policy rightly refuses
    tab.evaluate(OPEN_ALL)
    tab.evaluate(AXE.axe_script)
    for width, scheme in SCREENS:
        _look(tab, width, scheme)
        found = tab.evaluate(VIOLATIONS, RULES)
        complaints += [f"{width}: {row['id']} {[node['html'][:120] for node in row['nodes'][:3]]}" for row in found]
        wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        complaints += [f"{width}: {wide} px sideways"] if wide > 0 else []
    assert complaints == []


@pytest.mark.row("F95", part=True)
def test_from_login_to_own_matters_without_javascript(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False, locale="fi-FI")
    tab = context.new_page()
    tab.goto("/")
    tab.get_by_role("link", name="Kirjaudu").first.click()
    tab.get_by_label("Sähköposti").fill("sihteeri@example.org")
    tab.get_by_label("Salasana").fill(PASSWORD)
    tab.locator("main").get_by_role("button", name="Kirjaudu").click()
    assert tab.get_by_role("heading", level=1).inner_text().replace("\u00ad", "") == "Omat asiat"
    assert tab.get_by_role("link", name="Turvallisuuspalvelut").count() >= 1
    tab.get_by_role("button", name="Kirjaudu ulos").click()
    tab.goto("/omat/")
    assert "/tili/kirjaudu/" in tab.url
    context.close()


def test_keyboard_alone_reaches_the_content_and_the_login(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    landed = page.evaluate("document.activeElement.id")
    page.goto("/tili/kirjaudu/")
    page.focus("input[name=login]")
    page.keyboard.type("jasen@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/omat/")
    assert (skip, landed, page.complaints) == ("skip", "sisalto", [])  # type: ignore[attr-defined]


def test_long_compounds_can_be_broken(page: Page) -> None:
    page.goto(PUBLIC["toiminta"])
    assert "\u00ad" in page.locator("h1").inner_text()


def test_the_language_switch_is_a_plain_link_to_the_same_page(page: Page) -> None:
    page.goto("/johto/?pvm=2018-05-01")
    page.get_by_role("link", name="på svenska").click()
    assert page.url.endswith("/sv/johto/?pvm=2018-05-01")
    assert page.evaluate("document.documentElement.lang") == "sv"
