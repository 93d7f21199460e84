"""WCAG 2.2 AA on every page: axe, no sideways scroll at 320 px, keyboard, works without JavaScript.

AXE=all looks at every page, and lets axe do so on both screens, the wide light one and the narrow dark one. Without it
one page of each view is looked at, and they take turns, axe on one of the screens; each has to fit 320 px either way.
"""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.conftest import PASSWORD, WIDE, Screen
from tests.browser.pages import EVERYTHING, PUBLIC, one_of_each

# Put into every page by the context itself, for to hand half a megabyte over costs as much as to load the page.
# By default the rule of contrast passes over whatever lies on a pseudo-element and tells "incomplete", which nobody
# reads here; it looks for them at every ancestor of every word. Without the search those words are judged too.
AXE = f"""{Axe().axe_script};
axe.configure({{checks: [{{id: "color-contrast", options: {{ignorePseudo: true}}}}]}});"""
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # Every rule looks at every element as before; what is saved are lists of all that passed, names for each of
    # them, and a second download of the style sheets, which only an experimental rule would read.
    "rules": {"hidden-content": {"enabled": False}},  # says only that a person should look; never a violation
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


NARROW: Screen = (320, "dark")


def _cases() -> list[Any]:
    """Who looks, at what, on which screen."""
    if os.environ.get("AXE") == "all":
        looks = [(page, screen) for screen in (WIDE, NARROW) for page in EVERYTHING]
    else:
        looks = [(page, (WIDE, NARROW)[place % 2]) for place, page in enumerate(one_of_each())]
    return [pytest.param(who, path, screen, id=f"{name}-{screen[0]}") for (name, who, path), screen in looks]


@pytest.mark.parametrize(("who", "path", "screen"), _cases())
def test_page_is_accessible_and_fits_a_phone(
    seat: Callable[..., Page],
    signed_in: Callable[[str], list],
    known: dict[str, int | str],
    who: str,
    path: str,
    screen: Screen,
) -> None:
    complaints: list[str] = []
    tab = seat("axe", signed_in(who), first=AXE, screen=screen)
    listener = partial(_policy, complaints)
    tab.on("console", listener)
    tab.goto(path.format(**known))
    tab.remove_listener("console", listener)  # axe itself tries inline styles, which the policy rightly refuses
    tab.evaluate(OPEN_ALL)
    found = tab.evaluate(VIOLATIONS, RULES)
    complaints += [f"{row['id']} {[node['html'][:120] for node in row['nodes'][:3]]}" for row in found]
    for width in dict.fromkeys((screen[0], NARROW[0])):
        if width != screen[0]:
            tab.set_viewport_size({"width": width, "height": 900})
        wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        complaints += [f"{wide} px sideways at {width}"] if wide > 0 else []
    assert complaints == []


@pytest.mark.row("F95", part=True)
def test_from_login_to_own_matters_without_javascript(seat: Callable[..., Page]) -> None:
    tab = seat("visitor", script=False)
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
    page.wait_for_url("**/sv/johto/?pvm=2018-05-01")
    assert page.evaluate("document.documentElement.lang") == "sv"


def test_a_field_with_an_error_stays_beside_the_others_and_a_select_keeps_its_arrow(
    seat: Callable[..., Page], signed_in: Callable[[str], list]
) -> None:
    tab = seat("form", signed_in("puheenjohtaja"))
    tab.goto("/tyoryhmat/ehdota/turvallisuuspalvelut/")
    tab.fill("[name=asiantuntija-0-first_name]", "Anna")
    tab.locator("main button[value=luonnos]").click()
    row = tab.get_by_role("group", name="Asiantuntija 1", exact=True)
    row.locator("label").first.evaluate("label => { label.textContent += ' joka jatkuu monelle riville asti'; }")
    tops = row.locator("input").evaluate_all(
        "fields => fields.map(field => Math.round(field.getBoundingClientRect().top))"
    )
    assert max(tops) - min(tops) <= 1, tops  # a field with an error has an edge of 2 px
    role = tab.locator("[name=jasen-0-role]")
    role.evaluate("field => field.classList.add('is-invalid')")
    assert "gradient" in role.evaluate("field => getComputedStyle(field).backgroundImage")


def test_the_registers_show_no_sign_that_is_lost_or_alarms(
    seat: Callable[..., Page], signed_in: Callable[[str], list]
) -> None:
    style = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    tab = seat("form", signed_in("koordinaattori"))
    tab.goto("/hallinta/network/person/")
    assert tab.evaluate(style, [".object-tools a", "backgroundImage"]) == "none"
    assert tab.evaluate(style, ["#result_list img[src*=icon-no]", "filter"]) == "grayscale(1)"
    tab.goto("/hallinta/network/person/add/")
    tab.set_viewport_size({"width": 360, "height": 800})
    row = ".inline-group tr:not(.empty-form) label.visually-hidden"
    assert tab.evaluate(style, [row, "backgroundColor"]) == "rgba(0, 0, 0, 0)"
