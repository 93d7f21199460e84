"""The seed: every statement of the source is there, nothing is typed that can be computed, twice is once."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker

from documents.models import Document
from network.models import Body, Department, Employment, Holding, Kind, Page, Person, Role, Seat, Term
from network.text import LANGUAGES, markdown

pytestmark = pytest.mark.django_db

SOURCE = (Path(__file__).parent / "seed.txt").read_text(encoding="utf-8")
IN_2018, TODAY = date(2018, 5, 1), date(2026, 11, 24)
# What the source states in words and the portal computes from its data; each has a test of its own below.
BOARD = "Pelastusjohtajien hallitus on toimeenpaneva elin, jonka koostumus vuonna 2018 on seuraava:"
COMPUTED = (
    "login",  # the link to the login, in the frame of every page
    BOARD,
    '• Kumppanuusverkoston "toiminnanjohtaja", pelastustoimen kehittämispäällikkö Vesa-Pekka Tervo',
    "• Kumppanuusverkoston koordinaattori Terhi Virtanen",
    "• Pelastustoimen yhteinen ICT-hanke",
)


@pytest.fixture(scope="module", autouse=True)
def _seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The seed, written once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed", verbosity=0)
        yield
        transaction.set_rollback(True)


def plain(text: str) -> str:
    """The text without what is typography: white space, dashes, quotes, case, and the marks of Markdown."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^(#+|-) +", "", text, flags=re.MULTILINE)
    text = re.sub(r"[–—]", "-", text)
    text = re.sub(r"[”“\"]", '"', text)
    text = re.sub(r"(?<=\d) *- *(?=\d)", "-", text)
    return " ".join(text.split()).casefold()


def statements() -> list[str]:
    """The sentences and headings of the source."""
    lines = (" ".join(line.split()) for line in SOURCE.splitlines())
    return [part for line in lines if line for part in re.split(r"(?<=[.?!])\s+(?=[A-ZÅÄÖ])", line)]


def in_words() -> list[str]:
    """The statements that stand on the pages word by word."""
    return [statement for statement in statements() if not statement.startswith(COMPUTED)]


def holders(body: str, day: date) -> list[tuple[str, str]]:
    """Role and name of everybody who sits in the body on the day."""
    held = Holding.objects.on(day).filter(body__slug=body).select_related("person")
    return sorted((holding.role, holding.person.full_name) for holding in held)


@pytest.mark.row("F01", part=True)
@pytest.mark.parametrize("statement", in_words())
def test_each_statement_of_the_source_stands_on_a_page(statement: str) -> None:
    pages = Page.objects.all()
    written = [plain(page.title_fi) for page in pages] + [plain(page.text_fi) for page in pages]
    assert any(plain(statement) in text for text in written)


def test_every_statement_is_written_or_computed() -> None:
    computed = [statement for statement in statements() if statement.startswith(COMPUTED)]
    assert len(computed) == len(COMPUTED)
    assert len(in_words()) == 35


def test_the_board_is_introduced_in_words() -> None:
    assert "pelastusjohtajien hallitus on toimeenpaneva elin" in plain(Page.objects.get(slug="johto").text_fi)


@pytest.mark.row("F15", part=True)
@pytest.mark.row("N5", part=True)
def test_the_board_of_2018_is_computed() -> None:
    assert holders("hallitus", IN_2018) == [
        (Role.CHAIR, "Jaakko Pukkinen"),
        (Role.SECRETARY, "Vesa-Pekka Tervo"),
        (Role.VICE_CHAIR, "Simo Wecksten"),
    ]
    seats = Seat.objects.on(IN_2018).filter(body__slug="hallitus")
    from_areas = seats.filter(ex_officio__from_body__kind=Kind.SERVICE_AREA)
    assert from_areas.count() == 4
    assert seats.count() == 7
    assert not Holding.objects.filter(seat__in=from_areas).exists()
    assert not Body.objects.get(slug="hallitus").keeps_register_on(IN_2018)
    assert not Term.objects.filter(body__slug="hallitus").exclude(role=Role.SECRETARY).exists()


@pytest.mark.row("F13", part=True)
def test_the_fifth_area_and_its_seat_come_in_2024() -> None:
    areas = Body.objects.of_kind(Kind.SERVICE_AREA)
    assert areas.on(IN_2018).count() == 4
    assert not areas.on(date(2023, 12, 31)).filter(slug="varautuminen").exists()
    assert areas.on(date(2024, 1, 1)).count() == areas.on(TODAY).count() == 5
    assert Seat.objects.on(TODAY).filter(body__slug="hallitus").count() == 8


def test_nobody_is_known_to_sit_in_the_board_today() -> None:
    assert holders("hallitus", TODAY) == []


def printed(name: str) -> tuple[str, str, list[str]]:
    """Title, period and cost shares of somebody's post in the office."""
    term = Term.objects.get(body__kind=Kind.OFFICE, person__last_name=name)
    return term.title_fi, term.period, [str(share) for share in term.funding.all()]


@pytest.mark.row("F06")
def test_the_staff_of_2018_is_computed_with_posts_periods_and_shares() -> None:
    posts = [statement for statement in statements() if statement.startswith("•")]
    title, period, shares = printed("Tervo")
    line = f"• {title} Vesa-Pekka Tervo ({period}, kustannukset {', '.join(shares)})"
    assert plain(line) == plain(posts[0])
    title, period, shares = printed("Virtanen")
    assert plain(f"• {title} Terhi Virtanen ({period}, kustannukset") in plain(posts[1])
    assert shares == ["pelastuslaitokset 100 %"]
    title, period, shares = printed("Kangasvieri")
    job = Employment.objects.get(person__last_name="Kangasvieri")
    project, post = title.split(", ")
    assert plain(f"• {project} ({post} Jukka Kangasvieri, {job.employer})") == plain(posts[2])
    assert (period, shares) == ("2018", [])


def test_periods_print_no_finer_than_the_source_tells_them() -> None:
    assert {term.period for term in Term.objects.all()} == {"2018", "2016–2019", "8/2018–2019"}
    assert {job.period for job in Employment.objects.all()} == {"2018", "2007–2009"}
    assert {holding.period for holding in Holding.objects.filter(body__kind=Kind.BOARD)} == {"2018"}


def test_22_departments_in_2018_and_21_today() -> None:
    assert Department.objects.on(IN_2018).count() == Department.objects.on(date(2022, 12, 31)).count() == 22
    assert Department.objects.on(date(2023, 1, 1)).count() == Department.objects.on(TODAY).count() == 21
    assert list(Department.objects.on(IN_2018).values_list("sort", flat=True)) == list(range(1, 23))
    for day, number in ((IN_2018, 22), (TODAY, 21)):
        assert Seat.objects.on(day).filter(body__kind=Kind.DIRECTORS).count() == number


def test_departments_that_ended_name_their_successor() -> None:
    followed = dict(Department.objects.filter(successor__isnull=False).values_list("slug", "successor__slug"))
    assert followed == {
        "jokilaaksojen": "pohjois-pohjanmaan",
        "oulu-koillismaan": "pohjois-pohjanmaan",
        "keski-pohjanmaan-ja-pietarsaaren-alueen": "keski-pohjanmaan",
    }


def test_the_seven_groups_are_known_by_name_only() -> None:
    groups = Body.objects.recorded()
    assert groups.count() == Body.objects.of_kind(Kind.WORKING_GROUP).count() == 7
    assert set(groups.values_list("as_of_fi", "description_fi", "parent")) == {("Tilanne 2018", "", None)}


def test_recorded_people_can_never_log_in() -> None:
    people = list(Person.objects.all())
    assert len(people) == 7
    for person in people:
        assert person.is_recorded
        assert not person.is_active
        assert person.email is None
        assert not person.access.member_of
        assert authenticate(username=str(person.email), password="") is None


@pytest.mark.row("F07", part=True)
@pytest.mark.parametrize("code", LANGUAGES)
def test_everything_is_written_in_three_languages(code: str) -> None:
    for page in Page.objects.all():
        assert getattr(page, f"text_{code}")
        assert getattr(page, f"title_{code}")
        assert getattr(page, f"as_of_{code}")
    for body in Body.objects.all():
        assert getattr(body, f"name_{code}")
        assert bool(getattr(body, f"description_{code}")) == bool(body.description_fi)
        assert bool(getattr(body, f"as_of_{code}")) == bool(body.as_of_fi)
    with translation.override(code):
        links = {link for page in Page.objects.all() for link in re.findall(r'href="([^"]+)"', markdown(page.text))}
    assert all(link.startswith("/" if code == "fi" else f"/{code}/") for link in links)


def test_translations_have_the_shape_of_their_source() -> None:
    for page in Page.objects.all():
        texts = [getattr(page, f"text_{code}") for code in LANGUAGES]
        shapes = {tuple(line[:2] for line in text.splitlines() if line[:2] in ("##", "- ")) for text in texts}
        assert len(shapes) == 1
        assert len({text.count("\n\n") for text in texts}) == 1
        assert len({text.count("](") for text in texts}) == 1


def test_no_text_stands_in_two_places() -> None:
    pages = " ".join(plain(page.text_fi) for page in Page.objects.all())
    for body in Body.objects.exclude(description_fi=""):
        assert plain(body.description_fi) not in pages


def test_the_background_documents_are_listed_without_a_file() -> None:
    listed = set(Document.objects.values_list("title", "year", "author", "visibility"))
    assert listed == {
        ("Kumppanuusverkoston esittely 2018", 2018, "", "public"),
        ("Pelastuslaitosten verkko yhteistyön alustana -loppuraportti", 2009, "Piia Vähäsalo", "public"),
    }


def rows_of_the_database() -> dict[str, list[tuple[object, ...]]]:
    """Each row of the portal's tables with the transaction that wrote it, history included."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND (tablename LIKE 'network\\_%' OR tablename LIKE 'documents\\_%')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT xmin::text, ctid::text FROM "{table}" ORDER BY ctid')
            found[table] = cursor.fetchall()
    return found


def test_a_second_run_changes_nothing() -> None:
    before = rows_of_the_database()
    assert sum(map(len, before.values())) > 200
    call_command("seed", verbosity=0)
    assert rows_of_the_database() == before


def test_a_second_run_leaves_corrections_alone() -> None:
    Page.objects.filter(slug="toiminta").update(text_fi="Korjattu teksti.")
    Body.objects.filter(slug="toimisto").update(name_fi="Verkoston toimisto")
    call_command("seed", verbosity=0)
    assert Page.objects.get(slug="toiminta").text_fi == "Korjattu teksti."
    assert Body.objects.get(slug="toimisto").name_fi == "Verkoston toimisto"
