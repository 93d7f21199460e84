"""The main tasks of the four users in a real browser, with JavaScript and without: same steps, same end.

Each is done once, some with and some without; SCRIPT=both does each both ways.
"""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from network.periods import today
from tests.browser.conftest import PASSWORD

AREA = "turvallisuuspalvelut"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
PDF += b"trailer<</Root 1 0 R>>\n%%EOF\n"
Visit = Callable[[str], Page]


def browser(*, script: bool) -> pytest.MarkDecorator:
    """Whether the browser runs JavaScript in a task, where it is not done both ways."""
    ways = (True, False) if os.environ.get("SCRIPT") == "both" else (script,)
    return pytest.mark.parametrize("script", ways, ids=["script" if way else "no-script" for way in ways])


WITH_SCRIPT, WITHOUT_SCRIPT = browser(script=True), browser(script=False)


@pytest.fixture
def visit(seat: Callable[..., Page], signed_in: Callable[[str], list], script: bool) -> Visit:
    """A tab of the demo login named, or of a visitor."""
    return lambda who: seat("member" if who else "visitor", signed_in(who), script=script)


def press(tab: Page, name: str) -> None:
    """Press the button of the page's own part."""
    tab.locator("main").get_by_role("button", name=name, exact=True).click()


def says(tab: Page, text: str) -> None:
    """The page says it, its soft hyphens apart."""
    expect(tab.locator("main")).to_contain_text(re.compile("\u00ad?".join(map(re.escape, text)), re.I))


def day(after: int) -> str:
    """A day so many days from today, as the browser's own field takes it."""
    return (today() + timedelta(days=after)).isoformat()


@pytest.mark.row("F01", part=True)
@WITH_SCRIPT
def test_a_visitor_browses_who_leads_and_when(visit: Visit) -> None:
    tab = visit("")
    tab.goto("/")
    tab.get_by_role("navigation").get_by_role("link", name="Johto").first.click()
    now = tab.locator("main").inner_text()
    tab.get_by_label("Päivä", exact=True).fill("2018-05-01")
    tab.locator("main").get_by_role("button", name="Näytä").click()
    expect(tab).to_have_url(re.compile("pvm="))
    assert tab.locator("main").inner_text() != now
    says(tab, "nimi ei tiedossa")
    tab.get_by_role("navigation").get_by_role("link", name="Työryhmät").first.click()
    tab.locator("main").get_by_role("link", name=re.compile("nimeäminen")).first.click()
    says(tab, "Toimeksianto")


@pytest.mark.row("F03", part=True)
@WITHOUT_SCRIPT
def test_a_member_reads_the_papers_of_the_next_meeting_and_reports_a_task(visit: Visit) -> None:
    tab = visit("jasen")
    tab.goto("/omat/")
    tab.locator("main").get_by_role("link", name=re.compile("^Turvallisuus.?palvelut")).first.click()
    expect(tab).to_have_url(re.compile(r"/kokoukset/\d+/"))
    assert tab.locator("main h1").count() == 1
    tab.goto("/omat/")
    done = tab.locator("main").get_by_role("link", name=re.compile("^Merkitse tehdyksi"))
    before = done.count()
    done.first.click()
    tab.locator("main textarea").first.fill("Toimitettu 24.11.")
    tab.locator("main form button[type=submit]").first.click()
    tab.goto("/omat/")
    assert tab.locator("main").get_by_role("link", name=re.compile("^Merkitse tehdyksi")).count() == before - 1


def propose(tab: Page, name: str, mail: str) -> Any:
    """Fill the proposal of a group in, from the area's page; gives the rows of its expert."""
    tab.goto(f"/palvelualueet/{AREA}/")
    tab.locator("main").get_by_role("link", name=re.compile("[Pp]erusta.* työryhmä")).first.click()
    tab.get_by_label("Työryhmän nimi").fill(name)
    tab.get_by_label("Toimeksianto").fill("Koota laitosten kokemukset yhteen ohjeeseen.")
    member = tab.get_by_role("group", name="Jäsen 1", exact=True)
    member.get_by_label("Nimi").fill("jasen@example.org")
    member.get_by_label("Rooli").select_option(label="puheenjohtaja")
    expert = tab.get_by_role("group", name="Asiantuntija 1", exact=True)
    for label, text in {
        "Etunimi": "Ulla", "Sukunimi": "Ulkopuolinen", "Työnantaja": "Esimerkki Oy", "Sähköposti": mail,
    }.items():  # fmt: skip
        expert.get_by_label(label).fill(text)
    return expert


def send(tab: Page) -> None:
    """Press the page's first button."""
    tab.locator("main form button[type=submit]").first.click()


@pytest.mark.row("F19", part=True)
@pytest.mark.row("F22", part=True)
@pytest.mark.row("F23", part=True)
@WITH_SCRIPT
def test_a_chair_founds_a_group_extends_and_closes_it(visit: Visit, script: bool) -> None:
    name = f"Kokeiluryhmä {'skripti' if script else 'ilman'}"
    tab, public = visit("puheenjohtaja"), visit("")
    expert = propose(tab, name, f"ulla.{script}@example.org")
    tab.get_by_label("Päättyy").fill(day(-3))
    press(tab, "Jatka perustamiseen")
    assert tab.get_by_label("Työryhmän nimi").input_value() == name  # a wrong day: all of it is still there
    assert expert.get_by_label("Työnantaja").input_value() == "Esimerkki Oy"
    tab.get_by_label("Päättyy").fill(day(200))
    press(tab, "Jatka perustamiseen")
    says(tab, "Ulkopuolinen")
    send(tab)
    address = tab.url
    public.goto(address)
    says(public, "Koota laitosten kokemukset")
    tab.goto(f"{address}jatka/")
    tab.locator("main textarea").first.fill("Ohje päivitetään kokeilun jälkeen.")
    tab.get_by_label("Päättyy").fill(day(400))
    send(tab)
    says(tab, "Ohje päivitetään kokeilun jälkeen.")
    tab.goto(f"{address}paata/")
    tab.locator("main textarea").first.fill("Ohje valmistui.")
    tab.get_by_label("Loppuraporttia ei ole").check()
    send(tab)
    public.goto(address)
    says(public, "Ohje valmistui.")
    tab.goto(f"{address}jatka/")
    says(tab, "409")


@pytest.mark.row("F12", part=True)
@WITHOUT_SCRIPT
def test_the_secretariat_appoints_somebody_and_ends_the_term(visit: Visit, script: bool) -> None:
    name = "Entinen" if script else "Asiantuntija"
    tab = visit("koordinaattori")
    tab.goto(f"/toimielimet/{AREA}/jasenet/")
    tab.locator("main").get_by_role("link", name=re.compile("Lisää")).first.click()
    tab.get_by_label("Henkilö").fill(f"{name.lower()}@example.org")
    tab.get_by_label("Rooli", exact=True).select_option(label="jäsen")
    tab.get_by_label("Alkaa").fill(day(-10))
    press(tab, "Lisää jäsen")
    row = tab.locator("main tr", has_text=name).first
    expect(row).to_be_visible()
    row.get_by_role("link", name=re.compile("^Päätä")).click()
    tab.get_by_label("Viimeinen päivä").fill(day(-1))
    tab.locator("main form button[type=submit]").first.click()
    tab.goto(f"/toimielimet/{AREA}/jasenet/")
    assert name not in tab.locator("main table").first.inner_text()
    tab.goto(f"/toimielimet/{AREA}/jasenet/?pvm={day(-5)}")
    assert name in tab.locator("main table").first.inner_text()


@pytest.mark.row("F17", part=True)
@WITH_SCRIPT
def test_a_secretary_uploads_and_everybody_downloads(visit: Visit, tmp_path: Path, script: bool) -> None:
    title = f"Kokeiluohje {'skripti' if script else 'ilman'}"
    file = tmp_path / "ohje.pdf"
    file.write_bytes(PDF)
    tab = visit("sihteeri")
    tab.goto("/asiakirjat/uusi/")
    tab.get_by_label("Otsikko").fill(title)
    tab.get_by_label("Toimielin").select_option(label="Turvallisuuspalvelut")
    tab.get_by_label("Näkyvyys").select_option(label="julkinen")
    tab.get_by_label("Tiedosto").set_input_files(file)
    press(tab, "Lisää asiakirja")
    says(tab, title)
    visitor = visit("")
    hidden = visitor.goto(tab.url)
    assert hidden
    shown = tab.locator("main").inner_text()
    with tab.expect_download() as got:
        tab.locator("main a[href*='/versiot/']").first.click()
    assert got.value.path().read_bytes() == PDF
    assert (hidden.status == 200) is ("julkinen" in shown.lower())


def reach(tab: Page, name: str) -> None:
    """Go with the tabulator to the link or button that says so."""
    for _ in range(250):
        tab.keyboard.press("Tab")
        found = tab.evaluate("document.activeElement.innerText || document.activeElement.name || ''")
        if found.replace("\u00ad", "").replace("\n", " ").strip().startswith(name):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


@pytest.mark.row("F95", part=True)
def test_the_keyboard_alone_goes_from_login_to_done(page: Page) -> None:
    page.goto("/")
    reach(page, "Kirjaudu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tili/kirjaudu/**")
    reach(page, "login")
    page.keyboard.type("sihteeri@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/omat/")
    reach(page, "Merkitse tehdyksi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tehty/")
    reach(page, "report")
    page.keyboard.type("Valmis.")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/omat/**")
    says(page, "Tehty:")
    assert page.complaints == []  # type: ignore[attr-defined]
