"""Asking for the many pages of the table of who may, and telling one answer from another."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import Client
from django.urls import reverse

# What is posted where an empty form would not be a whole one.
POSTED = {
    "meetings:meeting_call": {"laheta": "1"},
    "meetings:item_move": {"suunta": "up"},
}

# Where what was typed is given back with the page of what is missing.
OWN_404 = {
    "meetings:item_save": "/kokoukset/asiat/987654321/kirjaa/",
    "meetings:item_inspect": "/kokoukset/asiat/987654321/tarkasta/",
}


class PlainClient(Client):
    """Django's test client less the copies of what each template was given, a third of its time.

    An exception is no exception of the test, but the page that a reader would get.
    """

    def request(self, **request: Any) -> Any:
        """Ask, and keep the cookies."""
        answer: Any = self.handler(self._base_environ(**request))  # type: ignore[attr-defined]
        self.cookies.update(answer.cookies)
        return answer


def ask(client: Client, method: str, address: str, name: str = "") -> Any:
    """Ask, and take back whatever was changed; the answer with its text as `page`."""
    with transaction.atomic():
        data = POSTED.get(name, {})
        answer: Any = client.post(address, data) if method == "POST" else client.get(address)
        pieces = b"".join(answer) if answer.streaming else answer.content
        answer.page = pieces.decode(errors="replace")
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)  # what was taken back is told to nobody
    return answer


def cell(answer: Any) -> str:
    """The answer as the table writes it."""
    logins = (reverse("account_login"), reverse("admin:login"))
    if answer.status_code == 302 and answer["Location"].startswith(logins):
        return "log"
    return "." if answer.status_code == 404 else str(answer.status_code)


def bare(page: str, address: str) -> str:
    """The page without what differs by address and by request."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    return page.replace(quote(address, safe=""), "").replace(address, "")


BRIEF = "there is nothing"


def brief_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Stands for the portal's handler of 404, whose page is a third of what such an answer takes.

    That handler hears of no reason (tests/network/test_access.py); a message that a view left would stand on its page.
    """
    return HttpResponseNotFound(BRIEF + "".join(str(message) for message in get_messages(request)))


def missing_page(client: Client, address: str, method: str = "GET") -> str:
    """The page of an address at which there is nothing."""
    answer = ask(client, method, address)
    return bare(answer.page, address) if answer.status_code == HTTPStatus.NOT_FOUND else str(answer.status_code)
