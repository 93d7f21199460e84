"""The pages of errors: what happened and what to do next, in the reader's language."""

import sys
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

RETRY_AFTER = "10"  # seconds
AWAY = (OperationalError, InterfaceError, PoolTimeout)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 with the limit where more was sent than the portal takes."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
        context = {"limit": getattr(exception, "megabytes", megabytes)}  # a file's limit is another than a form's
        return render(request, "413.html", context, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for a missing and for a forbidden address."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form without its token: a tab left open over a logout, or cookies switched off."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while Postgres is away, 500 for a fault of ours; neither page asks the database."""
    away = isinstance(sys.exc_info()[1], AWAY)
    template, status = (
        ("503.html", HTTPStatus.SERVICE_UNAVAILABLE) if away else ("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)
    )
    context: dict[str, Any] = {"LANGUAGE_CODE": getattr(request, "LANGUAGE_CODE", "fi")}
    response = HttpResponse(render_to_string(template, context), status=status)
    if away:
        response.headers["Retry-After"] = RETRY_AFTER
    return response
