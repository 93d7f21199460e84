"""Pages kept for visitors, in each process: one query a hit, and right again the moment anything public changes.

The key says all that a visitor's page depends on: the address (its language is in the path), the part of the query
that our pages read, the day in Helsinki, and the stamp of the changes committed so far (network.changes). Whoever
has a session, or a message waiting, is never answered from here; a page that sets a cookie is never kept.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from network.models import Change
from network.periods import today

GetResponse = Callable[[HttpRequest], HttpResponse]
ASKED = {"pvm", "sivu", "toimielin", "alue", "vuosi", "tila"}  # what our lists and pages read
LONGEST = 40  # characters of a value: whatever is longer is no page of a list
MOMENT = 60  # seconds: a meeting begins at its hour, although nobody changes anything


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was answered, and until when (of the monotonic clock) it may be answered again."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    until: float

    def answer(self) -> HttpResponse:
        """The page once more."""
        return HttpResponse(self.content, headers=dict(self.headers))


class Shelf:
    """The kept pages of this process; the longest unused one goes when there are too many."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> Kept | None:
        """The page under the key, while it is fresh."""
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept.until < time.monotonic():
                return None
            self._pages.move_to_end(key)
            return kept

    def keep(self, key: Hashable, page: Kept) -> None:
        """Keep the page, and no more pages than the installation allows."""
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > settings.PAGE_CACHE:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._pages.clear()


shelf = Shelf()


class PageCacheMiddleware:
    """Answers a visitor from the shelf, and puts there what every visitor may be answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the shelf or from the view."""
        if not settings.PAGE_CACHE or not may_be_answered(request):
            return self.get_response(request)
        try:
            key = (request.scheme, request.get_host(), request.get_full_path(), today(), Change.objects.stamp())
        except DatabaseError:
            return self.get_response(request)  # which says so in its own way
        if kept := shelf.find(key):
            return kept.answer()
        response = self.get_response(request)
        if may_be_kept(request, response):
            until = time.monotonic() + MOMENT
            shelf.keep(key, Kept(response.content, tuple(response.items()), until))
        return response


def may_be_answered(request: HttpRequest) -> bool:
    """Whether the request is a visitor's, for a page as such."""
    if request.method not in ("GET", "HEAD") or "Authorization" in request.headers:
        return False
    if {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys():
        return False
    return all(key in ASKED and len(value) <= LONGEST for key, values in request.GET.lists() for value in values)


def may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether every visitor may be answered the same.

    A form's token needs a cookie, which the first answer sets: so only who brings none can show that there is none.
    """
    return (
        request.method == "GET"
        and settings.CSRF_COOKIE_NAME not in request.COOKIES
        and response.status_code == HTTPStatus.OK
        and not response.streaming
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "Cookie" not in response.headers.get("Vary", "")
        and "Cache-Control" not in response.headers
        and not response.cookies
    )
