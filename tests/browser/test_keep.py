"""The text that is being written keeps itself: in a real browser, over a logout, a lost connection, a second writer."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Error, Page, expect

from network.models import Body, Person
from tests import make

SAVED = re.compile(r"(Tallennettu klo|Saved at) \d+\.\d\d")
LOGGED_OUT = re.compile("(kirjautunut ulos|kirjattu ulos|logged out)")
DESK = re.compile(r"/kokoukset/\d+/poytakirja/")


@pytest.fixture
def an_open_meeting(inside: Callable[[], AbstractContextManager[None]]) -> int:
    """A meeting of the secretary's area that has been opened, in the database that the browser's portal serves."""
    with inside():
        secretary = Person.objects.get(email="sihteeri@example.org")
        area = Body.objects.get(slug="turvallisuuspalvelut")
        return make.meeting(body=area, state=make.OPEN, items=3, by=secretary).pk


@pytest.fixture
def desk(seat: Callable[..., Page], signed_in: Callable[[str], list], an_open_meeting: int) -> Iterator[Page]:
    """The secretary's tab with an item of the minutes open."""
    yield from _tab(seat("desk", signed_in("sihteeri")), an_open_meeting)


@pytest.fixture
def other_desk(seat: Callable[..., Page], signed_in: Callable[[str], list], an_open_meeting: int) -> Iterator[Page]:
    """The chair's tab with the same item open."""
    yield from _tab(seat("other desk", signed_in("puheenjohtaja")), an_open_meeting)


def _tab(tab: Page, meeting: int) -> Iterator[Page]:
    complaints: list[Error] = []
    listener = partial(_note, complaints)
    tab.on("pageerror", listener)
    tab.goto(f"/kokoukset/{meeting}/poytakirja/")
    tab.evaluate("localStorage.clear()")  # what other tests left in this browser
    yield tab
    tab.remove_listener("pageerror", listener)
    tab.unroute_all()
    tab.context.set_offline(False)
    assert complaints == []


def _note(complaints: list[Error], error: Error) -> None:
    complaints.append(error)


def copies(tab: Page) -> list[str]:
    return tab.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('keep:'))")


def status(tab: Page):  # type: ignore[no-untyped-def]
    return tab.locator("[data-keep-status]")


def _log_in_again(tab: Page, cookies: list) -> None:
    """Close the page well before the session is back: a page that is being left saves itself once more."""
    here = tab.url
    tab.goto("about:blank")
    tab.wait_for_timeout(1_500)
    tab.context.add_cookies(cookies)
    tab.goto(here)


def write(tab: Page, text: str) -> None:
    tab.locator("#id_decision").press_sequentially(text)


@pytest.mark.row("N7", part=True)
def test_what_is_typed_saves_itself_and_says_when(desk: Page) -> None:
    here = desk.url
    desk.locator("#id_decision").fill("")
    write(desk, "Hyväksyttiin sellaisenaan.")
    assert copies(desk)
    expect(status(desk)).to_have_text(SAVED)
    assert copies(desk) == []
    assert desk.url == here
    desk.reload()
    expect(desk.locator("#id_decision")).to_have_value("Hyväksyttiin sellaisenaan.")
    expect(desk.locator("[data-keep-offer]")).to_be_hidden()


def test_a_second_save_of_the_same_tab_is_no_conflict(desk: Page) -> None:
    write(desk, " Yksi")
    expect(status(desk)).to_have_text(SAVED)
    write(desk, " kaksi")
    desk.wait_for_timeout(1700)
    with desk.expect_navigation():
        desk.get_by_role("button", name=re.compile("^(Tallenna|Save)$")).last.click()
    assert "Yksi kaksi" in desk.locator("#id_decision").input_value()


def test_pressing_save_in_the_middle_of_a_save_is_no_conflict(desk: Page) -> None:
    desk.route("**/kirjaa/", lambda route: (desk.wait_for_timeout(300), route.continue_()))
    write(desk, " Ensin")
    desk.wait_for_timeout(1550)
    write(desk, " sitten")
    with desk.expect_navigation():
        desk.get_by_role("button", name=re.compile("^(Tallenna|Save)$")).last.click()
    assert DESK.search(desk.url)
    assert "Ensin sitten" in desk.locator("#id_decision").input_value()


@pytest.mark.row("N7", part=True)
def test_a_connection_that_returns_saves_what_waited(desk: Page) -> None:
    desk.context.set_offline(True)
    write(desk, " Yhteys palasi")
    expect(status(desk)).to_have_text(re.compile("(tässä selaimessa|in this browser)"))
    assert len(copies(desk)) == 1
    desk.context.set_offline(False)
    expect(status(desk)).to_have_text(SAVED)
    assert copies(desk) == []


@pytest.mark.row("N7", part=True)
def test_a_tab_left_open_over_a_logout_keeps_its_text(desk: Page, site: str) -> None:
    kept = desk.context.cookies()
    desk.context.clear_cookies()
    write(desk, " Istunto päättyi")
    expect(status(desk)).to_have_text(LOGGED_OUT)
    _log_in_again(desk, kept)
    desk.locator("[data-keep-take]").click()
    expect(status(desk)).to_have_text(SAVED)
    desk.reload()
    expect(desk.locator("#id_decision")).to_have_value(re.compile("Istunto päättyi"))


@pytest.mark.row("N7", part=True)
def test_a_second_writer_is_told_and_sees_both_texts(desk: Page, other_desk: Page) -> None:
    write(other_desk, " Puheenjohtajan sanat")
    expect(status(other_desk)).to_have_text(SAVED)
    write(desk, " Sihteerin sanat")
    expect(status(desk)).to_have_text(re.compile("(molemmat tekstit|both texts)"))
    with desk.expect_navigation():
        desk.get_by_role("button", name=re.compile("^(Tallenna|Save)$")).last.click()
    page = desk.locator("main")
    expect(page.locator("ins").first).to_have_text(re.compile("Sihteerin"))
    expect(page.locator("del").first).to_have_text(re.compile("Puheenjohtajan"))
    expect(page.locator("#id_decision")).to_have_value(re.compile("Sihteerin sanat"))
    with desk.expect_navigation():
        page.locator("form .btn-primary").click()
    expect(desk.locator("#id_decision")).to_have_value(re.compile("Sihteerin sanat"))
    expect(desk.locator("[data-keep-offer]")).to_be_hidden()


def test_a_thrown_away_copy_does_not_come_back(desk: Page) -> None:
    kept = desk.context.cookies()
    desk.context.clear_cookies()
    write(desk, " Turha")
    expect(status(desk)).to_have_text(LOGGED_OUT)
    _log_in_again(desk, kept)
    desk.locator("[data-keep-drop]").click()
    expect(desk.locator("[data-keep-offer]")).to_be_hidden()
    desk.reload()
    expect(desk.locator("[data-keep-offer]")).to_be_hidden()
    assert "Turha" not in desk.locator("#id_decision").input_value()
