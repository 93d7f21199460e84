"""One whole meeting as its people live it: a real browser, real mail and a real worker.

The secretary of an area sets it up, calls it, opens it, writes it down and sends it for inspection; two members
inspect it and two sign it, each by their own login; a visitor finds its decisions. The secretary's browser runs no
script, the others' does; SCRIPT=both lets it be lived twice, once wholly with script and once wholly without.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from select import select
from types import SimpleNamespace

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, ROOT
from tests.browser.reading import pdf_text
from tests.documents.files import PDF
from tests.network import post

AREA = "Turvallisuuspalvelut"
INSPECTORS = {"jasen": "Jaana Jäsen", "anssi.selvitys": "Anssi Selvitys"}
MATTER, DECISION = "Palontutkinnan laitekysely", "Kysely lähetetään kaikille pelastuslaitoksille tammikuussa."
SECRETARY = "sihteeri"
LETTERS = 29  # everybody who holds a role in the area, once each

# The worker's own command whenever a line comes in; it takes longer to start than to work.
WORKER = """
import sys
from django.core.management import call_command
while sys.stdin.readline():
    call_command("procrastinate", "worker", "--one-shot")
    print("done", flush=True)
"""
# The second inspector gets the password of the first: no login of the demonstration is theirs.
ACCOUNT = """
UPDATE network_person SET password = (SELECT password FROM network_person WHERE email = 'jasen@example.org')
WHERE email = 'anssi.selvitys@example.org'
"""
# Eleven days go by between the notice and the opening: what was written then was written eleven days ago.
WAIT = """
UPDATE meetings_meeting SET called_at = called_at - interval '11 days', starts_at = starts_at - interval '11 days'
WHERE id = %s
"""


def change(surroundings: dict[str, str], sql: str, *values: int) -> None:
    """Change one row of the portal's database from outside."""
    with psycopg.connect(surroundings["DATABASE_URL"]) as database:
        assert database.execute(sql, values).rowcount == 1


# Who has script: everybody, nobody, or all but the secretary.
SCRIPTED = ("everybody", "nobody") if os.environ.get("SCRIPT") == "both" else ("all but the secretary",)


@pytest.fixture(params=SCRIPTED)
def enter(
    request: pytest.FixtureRequest, seat: Callable[..., Page], surroundings: dict[str, str]
) -> Callable[..., Page]:
    """Gives a person's browser, logged in through the form; a visitor's where nobody is named.

    The secretary has one of her own, for she comes back to it; the others sit down at another, one after another.
    """
    change(surroundings, ACCOUNT)

    def browse(who: str = "") -> Page:
        script = request.param == "everybody" or (request.param != "nobody" and who != SECRETARY)
        tab = seat("secretary" if who == SECRETARY else "others", script=script)
        if who == SECRETARY:
            tab.goto("/")
            tab.get_by_role("link", name="Kirjaudu").first.click()
        elif who:
            tab.goto("/tili/kirjaudu/")
        if who:
            tab.get_by_label("Sähköposti").fill(f"{who}@example.org")
            tab.get_by_label("Salasana").fill(PASSWORD)
            tab.locator("main").get_by_role("button", name="Kirjaudu").click()
            expect(heading(tab)).to_have_text(re.compile("Omat"))
        return tab

    return browse


@pytest.fixture(scope="module")
def work(surroundings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], post.Box]]:
    """Runs the portal's worker until its queue is empty; mail goes to a real server, whose box is given."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", WORKER]
    with post.server(SimpleNamespace(), tmp_path_factory.mktemp("mail")) as box:
        env = surroundings | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(box.port)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
        with subprocess.Popen(command, cwd=ROOT, env=env, **pipes) as worker:

            def run() -> post.Box:
                worker.stdin.write(b"work\n")
                assert select([worker.stdout], [], [], 120)[0], "the worker does not end"
                assert worker.stdout.readline() == b"done\n"  # the end of the file: it has failed, and said why
                return box

            yield run
            worker.kill()


def heading(tab: Page):  # type: ignore[no-untyped-def]
    return tab.get_by_role("heading", level=1)


def press(tab: Page, name: str | re.Pattern, role: str = "button") -> None:
    """Press what a reader would: the button or link of this name in the page itself."""
    main = tab.locator("main")
    with tab.expect_navigation():
        main.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]


def follow(tab: Page, name: str | re.Pattern) -> None:
    """Follow a link of the page."""
    press(tab, name, "link")


def told(tab: Page, text: str) -> None:
    """What the page says was done."""
    expect(tab.locator("main .notice").filter(has_text=text).first).to_be_visible()


@contextmanager
def next_step(tab: Page, number: int, label: str) -> Iterator[None]:
    """The one next step that the meeting's page shows, taken by its own button."""
    panel = tab.locator("section.panel").first
    expect(panel).to_contain_text(f"vaihe {number}/7")
    with tab.expect_navigation():
        panel.get_by_role("link", name=label).or_(panel.get_by_role("button", name=label)).click()
    yield


def set_up(tab: Page, when: date) -> int:
    """From her own matters: a meeting in four fields, upon the body's own template."""
    follow(tab, f"Uusi kokous: {AREA}")
    tab.get_by_label("Päivä").fill(when.isoformat())
    tab.get_by_label("Kellonaika").fill("09:30")
    tab.get_by_label("Paikka").fill("Kuntatalo, Helsinki")
    tab.get_by_label("Etälinkki").fill("https://kokous.example.org/turva")
    press(tab, "Perusta kokous")
    told(tab, "Kenellekään ei ole vielä kerrottu")
    expect(tab.locator(".index > li")).to_have_count(9)  # the standing items
    return int(tab.url.rstrip("/").rpartition("/")[2])


def write_agenda(tab: Page) -> None:
    """Two matters before the closing items, the second moved up and a file attached to it."""
    with next_step(tab, 2, "Lisää asiat esityslistalle"):
        tab.get_by_label("Otsikko").fill("Vuoden 2027 toimintasuunnitelma")
        press(tab, "Lisää esityslistalle")
    press(tab, "Lisää asia", "link")
    tab.get_by_label("Otsikko").fill(MATTER)
    tab.get_by_label("Esittelijä").first.select_option(label="Jaana Jäsen, jäsen")
    tab.get_by_label("Perustelut").fill("Laitokset käyttävät eri laitteita.\n\n- vertailu puuttuu")
    tab.get_by_label("Päätösehdotus").fill("Lähetetään kysely kaikille pelastuslaitoksille.")
    press(tab, "Lisää esityslistalle")
    titles = tab.locator(".index > li")
    expect(titles.nth(6)).to_contain_text(MATTER)
    press(tab, f"Siirrä ylemmäs: {MATTER}")
    expect(titles.nth(5)).to_contain_text(MATTER)
    matter = tab.get_by_role("region", name=MATTER)
    with tab.expect_navigation():
        matter.get_by_role("link", name="Liitä tiedosto").click()
    tab.locator("input[type=file]").set_input_files(
        {"name": "kysely.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    press(tab, "Liitä tiedosto")
    expect(matter.get_by_role("link", name="Liite 1, kysely")).to_be_visible()


def open_to_all(tab: Page) -> None:
    """The record of this meeting is for everybody."""
    follow(tab, "Muokkaa kokouksen tietoja")
    tab.get_by_label("Kuka lukee julkaistun pöytäkirjan").select_option("public")
    press(tab, "Tallenna")


def call(tab: Page, pk: int, work: Callable[[], post.Box]) -> str:
    """Read the notice and who gets it, a copy to herself first, then to all; the worker posts it. Its number."""
    with next_step(tab, 3, "Lähetä kutsu"):
        expect(tab.locator(".preview")).to_contain_text(MATTER)
    expect(tab.locator("main")).to_contain_text(f"Lähtee {LETTERS} henkilölle")
    press(tab, "Lähetä kopio itselleni ensin")
    told(tab, "sihteeri@example.org")
    press(tab, re.compile(f"^Lähetä kutsu: {LETTERS} henkilölle"))
    told(tab, f"Kirje on matkalla {LETTERS} henkilölle")
    letters = [letter for letter in work().messages() if f"/kokoukset/{pk}/" in letter.get_content()]
    notices = [str(letter["To"]) for letter in letters if not str(letter["Subject"]).startswith("Kopio:")]
    assert (len(notices), len(set(notices)), len(letters)) == (LETTERS, LETTERS, LETTERS + 1)
    tab.reload()
    expect(tab.locator("#lahetetty").locator("xpath=ancestor::section")).to_contain_text(f"{LETTERS} lähetetty")
    return heading(tab).inner_text().rpartition(" ")[2]


def hold(tab: Page) -> None:
    """Open the meeting, tell who is there: one remotely, one not at all, and a guest."""
    with next_step(tab, 4, "Avaa kokous"):
        told(tab, "Kokous avattiin")
    tab.get_by_label("Läsnäolo: Outi Sivunumero").select_option(label="etänä")
    tab.get_by_label("Läsnäolo: Risto Ketunleipä").select_option(label="poissa")
    guest = tab.get_by_role("group", name="Uusi vieras 1")
    guest.get_by_label("Nimi").fill("Saimi Vierailija")
    press(tab, "Tallenna ja kirjoita pöytäkirjaa")
    told(tab, "Kokous on päätösvaltainen")


def write_minutes(tab: Page) -> None:
    """Item by item, each with its outcome; the first sentence is proposed, the matter's is hers, the rest are typed."""
    desk = tab.locator("form[data-keep]")
    for number in range(20):
        title = desk.get_by_role("heading", level=2).first.inner_text()
        if MATTER in title:
            desk.get_by_label("Käsittely").fill("Jaana Jäsen esitteli asian.")
            desk.get_by_label("Ehdotuksen mukaan").check()
            desk.get_by_label("Päätös", exact=True).fill(DECISION)
        else:
            desk.get_by_label("Merkitään tiedoksi").check()
            if number == 0:
                press(tab, "Ehdota lausetta")
                expect(desk.get_by_label("Päätös", exact=True)).to_have_value("Merkittiin tiedoksi.")
            desk.get_by_label("Päätös", exact=True).fill("Merkittiin tiedoksi.")
        onward = desk.get_by_role("button", name=re.compile("^Tallenna ja jatka"))
        last = onward.count() == 0
        press(tab, "Tallenna" if last else re.compile("^Tallenna ja jatka"))
        if last:
            break
    expect(tab.get_by_role("complementary", name="Pöytäkirjan tila")).to_contain_text("Kaikki asiat on ratkaistu")


def send_for_inspection(tab: Page) -> None:
    """Choose who inspects; another choice than the proposed one shows its letter before it is sent."""
    follow(tab, "Tarkista ja lähetä")
    tab.get_by_label("Kokous päättyi").fill("11:15")
    for box in tab.get_by_role("group", name="Tarkastajat").get_by_role("checkbox").all():
        box.set_checked(False)
    for name in INSPECTORS.values():
        tab.get_by_label(re.compile(f"^{name}")).check()
    press(tab, re.compile("^Lähetä tarkastettavaksi"))
    preview = tab.locator("main")
    for name in INSPECTORS.values():
        expect(preview.get_by_text(name).last).to_be_visible()
    press(tab, re.compile("^Lähetä tarkastettavaksi, kirje 2 henkilölle"))
    expect(tab.locator("section.panel").first).to_contain_text("vaihe 6/7")


def open_from_own_matters(tab: Page, waiting: str, link: str) -> None:
    """Open what waits for one's answer."""
    tab.goto("/omat/")
    row = tab.locator("main li").filter(has_text=waiting)
    with tab.expect_navigation():
        row.get_by_role("link", name=link).click()


def inspect(tab: Page, number: str, is_last: bool) -> None:
    """An inspector's own desk: from their own matters, the whole text, one button."""
    open_from_own_matters(tab, f"Tarkasta pöytäkirja {number}{AREA}", "Avaa tarkastus")
    expect(tab.locator("main")).to_contain_text(DECISION)
    press(tab, "Hyväksyn pöytäkirjan")
    told(tab, "viimeisenä tarkastajana" if is_last else "Toinen tarkastaja ei ole vielä")


def sign(tab: Page, number: str) -> None:
    """Whoever signs reads first."""
    open_from_own_matters(tab, f"Allekirjoita pöytäkirja {number}{AREA}", "Lue ja allekirjoita")
    expect(tab.locator("main")).to_contain_text(DECISION)
    press(tab, "Allekirjoita")


def publish(tab: Page, pk: int, work: Callable[[], post.Box]) -> None:
    """The last step is hers; the worker makes the file."""
    tab.goto(f"/kokoukset/{pk}/")
    with next_step(tab, 7, "Julkaise pöytäkirja"):
        press(tab, "Julkaise")
    expect(tab.locator("main")).to_contain_text("Julkaistaan")
    work()
    # The page asks again by itself every few seconds, with and without script.
    expect(tab.locator("main").get_by_role("link", name="Pöytäkirja, PDF")).to_be_visible(timeout=30_000)


def find_decision(tab: Page, pk: int, number: str) -> None:
    """A visitor: the register, the decision at its own address, the meeting among the others, the file."""
    tab.goto("/paatokset/?q=laitekysely")
    hit = tab.locator("main .hits > li").filter(has_text=number)
    expect(hit).to_contain_text(DECISION)
    expect(hit).to_contain_text("Voimassa")
    with tab.expect_navigation():
        hit.get_by_role("link").first.click()
    assert re.search(rf"/kokoukset/{pk}/#p\d+$", tab.url)
    matter = tab.locator(f"#{tab.url.rpartition('#')[2]}")
    expect(matter).to_contain_text(DECISION)
    expect(matter).to_contain_text("Voimassa")
    expect(matter.get_by_role("link", name="Liite 1, kysely")).to_be_visible()
    tab.goto("/kokoukset/?toimielin=turvallisuuspalvelut")
    follow(tab, number)
    assert tab.url.endswith(f"/kokoukset/{pk}/")
    address = tab.locator("main").get_by_role("link", name=re.compile("PDF")).first.get_attribute("href") or ""
    answer = tab.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert DECISION in pdf_text(answer.body())


@pytest.mark.row("F28", "F30", "F35", "F44", "F49", "F51", "F53", "F61", "F84", "F95", part=True)
def test_a_meeting_from_the_first_field_to_the_public_record(
    enter: Callable, work: Callable, surroundings: dict[str, str]
) -> None:
    secretary = enter(SECRETARY)
    pk = set_up(secretary, date.today() + timedelta(days=10))
    write_agenda(secretary)
    open_to_all(secretary)
    number = call(secretary, pk, work)
    change(surroundings, WAIT, pk)
    secretary.reload()
    hold(secretary)
    write_minutes(secretary)
    send_for_inspection(secretary)
    for place, login in enumerate(INSPECTORS, start=1):
        inspect(enter(login), number, is_last=place == len(INSPECTORS))
    sign(enter("puheenjohtaja"), number)
    sign(secretary, number)
    publish(secretary, pk, work)
    find_decision(enter(), pk, number)
