"""The network's public face: home, its texts, who leads it on any day, its staff."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from network.charts import TermsChart, terms_chart
from network.forms import day_asked
from network.models import Body, Department, Employment, Kind, Page, Role, Seat, Term
from network.models.pages import HOME
from network.periods import today
from network.prepared import A_DAY, A_KEY, PreparedRecords
from network.representation import DEPARTMENTS, chairs_of, weave_of
from network.rosters import Row, holdings, lines_of, names_seen
from network.text import without_way_to

LEADERSHIP = "johto"
STAFF = "tyontekijat"
TOP = PreparedRecords(
    lambda day: Body.objects.on(day).filter(kind__in=(Kind.DIRECTORS, Kind.SERVICE_AREA)), day=A_DAY
)  # fmt: skip
SEATS_BETWEEN = PreparedRecords(
    lambda body, begin, end: Seat.objects.filter(body=body).overlapping(begin, end).select_related("department"),
    body=A_KEY, begin=A_DAY, end=date(1, 1, 2),
)  # fmt: skip
HELD_BETWEEN = PreparedRecords(
    lambda body, begin, end: holdings().filter(body=body).overlapping(begin, end),
    body=A_KEY, begin=A_DAY, end=date(1, 1, 2),
)  # fmt: skip


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What the network is, today: its departments, areas and texts."""
    day = today()
    departments, bodies = DEPARTMENTS(day=day), TOP(day=day)
    areas = [body for body in bodies if body.kind == Kind.SERVICE_AREA]
    context = {
        "section": "home",
        "page": Page.objects.filter(slug=HOME).first(),
        "departments": departments,
        "areas": areas,
        "directors": next((body for body in bodies if body.kind == Kind.DIRECTORS), None),
        "weave": weave_of(departments, areas, chairs_of(areas, day)),
        "day": day,
    }
    return render(request, "network/home.html", context)


@login_not_required
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A text of the network, with the choice of service areas at its left."""
    pages = list(Page.objects.exclude(slug=HOME))
    shown = next((page for page in pages if page.slug == slug), None) or get_object_or_404(Page, slug=slug)
    context = {"section": "network", "page": shown, "pages": pages, "areas": areas_on(today())}
    return render(request, "network/page.html", context)


def areas_on(day: date) -> Any:
    """The service areas of the day."""
    return Body.objects.on(day).of_kind(Kind.SERVICE_AREA)


@login_not_required
def leadership(request: HttpRequest) -> HttpResponse:
    """Who leads the network on a day; the board is computed, never typed."""
    day, form = day_asked(request)
    bodies = {body.kind: body for body in Body.objects.filter(kind__in=(Kind.DIRECTORS, Kind.BOARD))}
    board = bodies.get(Kind.BOARD)
    rows, chart = board_of(board, day, request) if board else ([], None)
    told = Page.objects.filter(slug=LEADERSHIP).first()
    context = {
        "section": "leadership",
        "page": told,
        "text": without_way_to(told.text, f"{request.path}?pvm={day}") if told else "",
        "directors": bodies.get(Kind.DIRECTORS),
        "departments": Department.objects.on(day).count(),
        "board": board,
        "rows": rows,
        "members": sum(1 for row in rows if row.role != Role.SECRETARY and not row.is_unexplained),
        "chart": chart,
        "day": day,
        "day_form": form,
        "is_today": day == today(),
    }
    return render(request, "network/leadership.html", context)


def board_of(board: Body, day: date, request: HttpRequest) -> tuple[list[Row], TermsChart]:
    """The board's lines on the day, and its seats and their holders' periods in the years around it."""
    begin, end = date(max(day.year - 2, 1), 1, 1), date(min(day.year + 1, 9999), 12, 31)
    asked = {"body": board.pk, "begin": begin, "end": end}
    seats, held = SEATS_BETWEEN(**asked), HELD_BETWEEN(**asked)
    rows = lines_of(
        board, day, request.user,
        [seat for seat in seats if seat.valid_on(day)], [holding for holding in held if holding.held_on(day)],
    )  # fmt: skip
    periods: dict[int, list[tuple[date | None, date | None, bool]]] = defaultdict(list)
    for holding in held:
        if holding.seat_id:
            periods[holding.seat_id].append((holding.starts_on, holding.ends_on, True))
    lines = [
        # "Palvelualueen puheenjohtaja, Ensihoito": the area alone fits beside the bars.
        (str(seat.label).rpartition(", ")[2], periods[seat.pk] or [(seat.valid_from, seat.valid_to, False)])
        for seat in seats
    ]
    return rows, terms_chart(lines, day)


@dataclass(frozen=True)
class Post:
    """A post in the office: its term, whether the reader may know the name, and the employer."""

    term: Term
    is_named: bool

    @property
    def employment(self) -> Employment | None:
        """Where the person worked during the term."""
        last = self.term.ends_on or today()
        return next((job for job in self.term.person.employments.all() if job.held_on(last)), None)


@login_not_required
def staff(request: HttpRequest) -> HttpResponse:
    """Who works for the network: post, period, cost shares. Being listed gives no right."""
    day = today()
    terms = (
        Term.objects.filter(body__kind=Kind.OFFICE)
        .select_related("person")
        .prefetch_related("funding", "person__employments__department")
    )
    rows = list(terms.order_by("-starts_on", "pk"))
    named = names_seen(rows, request.user)
    posts = [Post(term, term.person_id in named) for term in rows]
    context = {
        "section": "network",
        "page": Page.objects.filter(slug=STAFF).first(),
        "current": [post for post in posts if post.term.held_on(day)],
        "former": [post for post in posts if post.term.ends_on and post.term.ends_on < day],
    }
    return render(request, "network/staff.html", context)
