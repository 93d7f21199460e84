"""The search over everything that the reader may see; each search has an address of its own."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from network.finding import KINDS, in_order
from network.jobs import PORTION
from network.lemmas import voikko
from network.models import Body, Stale
from network.passages import Marker
from network.question import tidy
from network.search import PAGE, Filters, Hit, Results
from network.search import search as find
from network.text import LANGUAGES, language

LANGUAGE_NAMES = {"fi": gettext_lazy("Finnish"), "sv": gettext_lazy("Swedish"), "en": gettext_lazy("English")}
LAST_PAGE = 50  # a reader who turns so many pages asks something else
KIND, BODY, YEAR, SPOKEN = "laji", "elin", "vuosi", "kieli"
MANY = PORTION  # changes that wait for the index: what a minute brings is fewer
MOST_BODIES = 12


@dataclass(frozen=True)
class Choice:
    """One box of a filter: how many results it would leave, and whether it is ticked."""

    field: str
    value: str
    label: Any
    count: int
    is_on: bool
    without: str = ""  # the address without it


@dataclass(frozen=True)
class Group:
    """A filter."""

    legend: Any
    choices: list[Choice]


@dataclass(frozen=True)
class Line:
    """A result as it is printed."""

    url: str
    title: SafeString
    passage: SafeString
    language: str
    sign: str
    kind: Any
    place: str
    day: Any
    year: int | None
    is_weak: bool
    is_first_weak: bool


@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    """What is found, the filters with their counts, and a way on where little is found."""
    text = tidy(request.GET.get("q", ""))
    number = _page(request.GET.get("sivu", ""))
    filters = _filters(request.GET)
    exact = request.GET.get("tarkka") == "1"
    results = find(text, request.user, filters, offset=(number - 1) * PAGE, exact=exact) if text else None
    bodies = _bodies(results) if results else {}
    context: dict[str, Any] = {
        "section": "search",
        "q": text,
        "results": results,
        "crumbs": [{"label": pgettext("noun", "Search")}],
    }
    if results:
        groups = _groups(request.GET, results, filters, bodies)
        context |= {
            "lines": _lines(results, bodies),
            "groups": groups,
            "chosen": [choice for group in groups for choice in group.choices if choice.is_on],
            "page_obj": Paginator(range(min(results.total, PAGE * LAST_PAGE)), PAGE).get_page(number),
            "is_degraded": voikko() is None,
            "exact_url": _address(request.GET, tarkka="1"),
            "bare_url": "?" + urlencode({"q": text}),
            "is_behind": not results.total and Stale.objects.all()[MANY:].exists(),
        }
    return render(request, "network/search.html", context)


def _page(asked: str) -> int:
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1


def _address(asked: QueryDict, **changes: str) -> str:
    made = asked.copy()
    made.pop("sivu", None)
    for name, value in changes.items():
        made[name] = value
    return "?" + made.urlencode()


def _filters(asked: QueryDict) -> Filters:
    """What is narrowed to; a value that nobody offers narrows nothing."""
    return Filters(
        kinds=tuple(name for name in asked.getlist(KIND) if name in KINDS),
        bodies=tuple(int(v) for v in asked.getlist(BODY)[:50] if v.isascii() and v.isdigit() and len(v) < 10),
        years=tuple(int(v) for v in asked.getlist(YEAR)[:50] if v.isascii() and v.isdigit() and len(v) == 4),
        languages=tuple(v for v in LANGUAGES if v in asked.getlist(SPOKEN)),
    )


def _bodies(results: Results) -> dict[int, Body]:
    keys = {int(key) for key in results.counts.get("body", {})}
    keys |= {hit.entry.body_key for hit in results.hits if hit.entry.body_key}
    return Body.objects.in_bulk(keys)


def _groups(asked: QueryDict, results: Results, filters: Filters, bodies: dict[int, Body]) -> list[Group]:
    counts = {name: {str(k): n for k, n in found.items()} for name, found in results.counts.items()}

    def choices(field: str, name: str, named: list[tuple[str, Any]], on: tuple[Any, ...]) -> list[Choice]:
        ticked = {str(value) for value in on}
        return [
            Choice(field, value, label, counts[name].get(value, 0), value in ticked, _without(asked, field, value))
            for value, label in named
            if counts[name].get(value) or value in ticked
        ]

    kinds = [(kind.name, kind.label) for kind in in_order()]
    common = sorted(bodies.values(), key=lambda body: -counts.get("body", {}).get(str(body.pk), 0))[:MOST_BODIES]
    years = sorted({*counts.get("year", {}), *map(str, filters.years)}, reverse=True)
    counts = {"kind": {}, "body": {}, "year": {}, "language": {}} | counts
    groups = [
        Group(_("Kind"), choices(KIND, "kind", kinds, filters.kinds)),
        Group(_("Body"), choices(BODY, "body", [(str(body.pk), body.name) for body in common], filters.bodies)),
        Group(_("Year"), choices(YEAR, "year", [(year, year) for year in years], filters.years)),
        Group(_("Language"), choices(SPOKEN, "language", list(LANGUAGE_NAMES.items()), filters.languages)),
    ]
    return [group for group in groups if len(group.choices) > 1 or any(c.is_on for c in group.choices)]


def _without(asked: QueryDict, field: str, value: str) -> str:
    made = asked.copy()
    made.pop("sivu", None)
    made.setlist(field, [other for other in made.getlist(field) if other != value])
    return "?" + made.urlencode()


def _lines(results: Results, bodies: dict[int, Body]) -> list[Line]:
    marker = Marker(results.question)
    was_weak = False
    made = []
    for hit in results.hits:
        made.append(_line(hit, marker, bodies, is_first_weak=hit.is_weak and not was_weak))
        was_weak = hit.is_weak
    return made


def _line(hit: Hit, marker: Marker, bodies: dict[int, Body], *, is_first_weak: bool) -> Line:
    entry = hit.entry
    body = bodies.get(entry.body_key or 0) if entry.kind != "body" else None
    return Line(
        url=_url(hit),
        title=marker.title(entry.title, entry.language),
        passage=marker.passage(entry.text, entry.language) if entry.text else SafeString(""),
        language=entry.language,
        sign=entry.sign,
        kind=KINDS[entry.kind].label if entry.kind in KINDS else "",
        place=f"{body.name} {entry.place}".strip() if body else entry.place,
        day=entry.day,
        year=None if entry.day else entry.year,
        is_weak=hit.is_weak,
        is_first_weak=is_first_weak,
    )


def _url(hit: Hit) -> str:
    """The record's address; a text or a body in its own language, papers in the reader's."""
    entry = hit.entry
    spoken = entry.language if entry.kind in ("page", "body") else language()
    with override(spoken):
        try:
            url = reverse(entry.route, args=[entry.key] if entry.key else [])
        except NoReverseMatch:  # an address that the code no longer knows; indexed anew it is right again
            url = reverse("network:home")
    return f"{url}#{entry.anchor}" if entry.anchor else url
