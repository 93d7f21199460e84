"""A real portal for the browser: a database of its own with the demonstration, gunicorn, Debian's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import demonstrated
from tests.browser.pages import find
from tests.demonstrated import PASSWORD, ROOT
from tests.lacking import lacking

# Both are Debian's, of one source; the shell has no windows to draw, which is nearly half of the work here.
CHROMIUM = (
    os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
)
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
    "--js-flags=--no-opt --no-maglev",  # no page lives for so long that its scripts are worth optimising
)  # fmt: skip

Screen = tuple[int, Literal["light", "dark"]]  # its width in pixels, and what its reader prefers
WIDE: Screen = (1280, "light")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="package")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of the portal that is looked at: its address, its own database, its own store of files."""
    if running := os.environ.get("PORTAL_SITE"):  # a portal that already runs, to look at it again and again
        yield os.environ | {"PORTAL_URL": running}
        return
    name = f"browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with demonstrated.copied(name, tmp_path_factory) as (database, files):
        yield os.environ | {
            "DATABASE_URL": database, "MEDIA_ROOT": str(files), "DB_POOL": "1",
            "DEMO": "1", "DEMO_PASSWORD": PASSWORD, "EMAIL_HOST": "", "STATIC_FINDERS": "1", "PAGE_CACHE": "300",
            "PORTAL_URL": f"http://127.0.0.1:{_free_port()}", "ALLOWED_HOSTS": "127.0.0.1",
        }  # fmt: skip


@pytest.fixture(scope="package")
def site(surroundings: dict[str, str]) -> Iterator[str]:
    """The address of a portal that serves the demonstration."""
    address = surroundings["PORTAL_URL"]
    if "PORTAL_SITE" in os.environ:
        yield address
        return
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "network.wsgi", "--no-control-socket", "--bind", address.split("//")[1],
         "--worker-class", "gthread", "--workers", "1", "--threads", "4", "--log-level", "error"],
        cwd=ROOT, env=surroundings,
    )  # fmt: skip
    try:
        _wait_for(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here; its loop must not outlive them, for other tests run loops of their own."""
    if not CHROMIUM:
        lacking("Chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def inside(
    surroundings: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Callable[[], AbstractContextManager[None]]:
    """While it is entered our models read and write the portal's database; a command would take seconds to start."""

    @contextmanager
    def enter() -> Iterator[None]:
        usual = connection.settings_dict["NAME"]
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = urlsplit(surroundings["DATABASE_URL"]).path[1:]
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = usual

    return enter


@pytest.fixture(scope="package")
def known(inside: Callable[[], AbstractContextManager[None]]) -> dict[str, int | str]:
    """The keys of the records that the addresses of pages name."""
    with inside():
        return find()


@pytest.fixture(scope="package")
def seat(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """A tab by its name, kept for the tests after, in which somebody else sits down: the cookies are theirs alone.

    Another window with processes of its own takes as long as three pages, and reads style sheets and fonts anew.
    """
    kept: dict[tuple[str, bool, Screen], Page] = {}

    def sit(
        name: str, cookies: Sequence[Any] = (), *, script: bool = True, first: str = "", screen: Screen = WIDE
    ) -> Page:
        size: ViewportSize = {"width": screen[0], "height": 900}
        if (name, script, screen) not in kept:
            context = chromium.new_context(
                base_url=site, locale="fi-FI", java_script_enabled=script, viewport=size, color_scheme=screen[1]
            )
            if first:  # runs in every page before its own scripts
                context.add_init_script(first)
            kept[name, script, screen] = context.new_page()
        tab = kept[name, script, screen]
        if tab.viewport_size != size:
            tab.goto("/static/img/merkki.svg")  # else what is on show would be laid out and painted for it
            tab.set_viewport_size(size)
        tab.context.clear_cookies()
        tab.context.add_cookies(cookies)
        return tab

    yield sit
    for tab in kept.values():
        tab.context.close()


@pytest.fixture
def page(seat: Callable[..., Page]) -> Iterator[Page]:
    """A visitor's tab whose errors fail the test: the policy of content allows no inline style and no inline script."""
    tab = seat("visitor")
    tab.complaints = []  # type: ignore[attr-defined]
    listeners = {"console": partial(_note, tab.complaints), "pageerror": partial(_thrown, tab.complaints)}  # type: ignore[attr-defined]
    for event, listener in listeners.items():
        tab.on(event, listener)  # type: ignore[call-overload]
    yield tab
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    # A page that says 404 or 409 is what some tests are about.
    if message.type == "error" and "the server responded with a status of" not in message.text:
        complaints.append(message.text)


def _thrown(complaints: list[str], error: Error) -> None:
    complaints.append(str(error))


@pytest.fixture(scope="package")
def signed_in(seat: Callable[..., Page]) -> Callable[[str], list]:
    """The cookies of a demo login, by its name; logged in once, through the form. A visitor has none."""
    kept: dict[str, list] = {"": []}

    def cookies(name: str) -> list:
        if name not in kept:
            tab = seat("the door")
            tab.goto("/tili/kirjaudu/")
            tab.fill("input[name=login]", f"{name}@example.org")
            tab.fill("input[name=password]", PASSWORD)
            tab.click("main button[type=submit]")
            assert tab.url.endswith("/omat/"), tab.url
            kept[name] = tab.context.cookies()
        return kept[name]

    return cookies
