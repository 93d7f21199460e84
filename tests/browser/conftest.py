"""A real portal for the browser: a database of its own with the demonstration, gunicorn, Debian's Chromium."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import demonstrated
from tests.browser.pages import FIND
from tests.demonstrated import PASSWORD, ROOT
from tests.lacking import lacking

CHROMIUM = os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium") or ""
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
)  # fmt: skip


def manage(*words: str, env: dict[str, str]) -> str:
    """Run a command of the portal; what it printed."""
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


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
def known(site: str, surroundings: dict[str, str]) -> dict[str, int]:
    """The keys of the records that the addresses of pages name."""
    return json.loads(manage("shell", "-v0", "-c", FIND, env=surroundings).rpartition("found")[2])


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    """A fresh visitor in Finnish."""
    visitor = chromium.new_context(base_url=site, locale="fi-FI", viewport={"width": 1280, "height": 900})
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab whose errors fail the test: the policy of content allows no inline style and no inline script."""
    tab = context.new_page()
    tab.complaints = []  # type: ignore[attr-defined]
    tab.on("console", lambda message: _note(tab, message.type, message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))  # type: ignore[attr-defined]
    return tab


def _note(tab: Page, kind: str, text: str) -> None:
    # A page that says 404 or 409 is what some tests are about.
    if kind == "error" and "the server responded with a status of" not in text:
        tab.complaints.append(text)  # type: ignore[attr-defined]


@pytest.fixture(scope="package")
def signed_in(chromium: Browser, site: str) -> Callable[[str], dict]:
    """The session of a demo login, by its name; logged in once, through the form."""
    kept: dict[str, dict] = {}

    def state(name: str) -> dict:
        if name not in kept:
            visitor = chromium.new_context(base_url=site, locale="fi-FI")
            tab = visitor.new_page()
            tab.goto("/tili/kirjaudu/")
            tab.fill("input[name=login]", f"{name}@example.org")
            tab.fill("input[name=password]", PASSWORD)
            tab.click("main button[type=submit]")
            assert tab.url.endswith("/omat/"), tab.url
            kept[name] = visitor.storage_state()  # type: ignore[assignment]
            visitor.close()
        return kept[name]

    return state
