"""What every request passes: headers, the one door for hostile input, the language, and refusals in words."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_from_path

from network import guards
from network.lifecycle import WrongState

GetResponse = Callable[[HttpRequest], HttpResponse]
NUL = "\x00"


class HeadersMiddleware:
    """Headers that Django has no setting for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers to the response."""
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response


class HostileInputMiddleware:
    """Refuses a NUL byte in an address, a query or a cookie before it reaches SQL, where it would be a crash.

    What is typed into a form goes through the form, which says it on the field and keeps the text.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to a request that carries a NUL byte outside of its body."""
        queried = (text for key, values in request.GET.lists() for text in (key, *values))
        cookies = (text for pair in request.COOKIES.items() for text in pair)
        if NUL in request.path_info or any(NUL in text for text in (*queried, *cookies)):
            return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)
        return self.get_response(request)


class VisitorMiddleware:
    """Without a session's cookie a request is a visitor's, and asks no session.

    So a public page varies by no cookie and can be kept by any cache (architecture § 10).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Make the visitor anonymous."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request.user = AnonymousUser()
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """The language of a page is in its address and nowhere else: no prefix is Finnish.

    Django's middleware would also ask the cookie and Accept-Language, and add Vary to every page.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Speak the language of the address."""
        language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Tell the language of the page."""
        response.headers.setdefault("Content-Language", getattr(request, "LANGUAGE_CODE", "fi"))
        return response


class RefusalMiddleware:
    """Somebody was faster, or the database refused: a friendly 409 page instead of a crash."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 to a lost race and to a constraint that no form caught."""
        if isinstance(exception, WrongState):
            return render(request, "409.html", status=HTTPStatus.CONFLICT)
        if isinstance(exception, IntegrityError):
            context = {"reason": guards.refusal(exception)}
            return render(request, "409.html", context, status=HTTPStatus.CONFLICT)
        return None
