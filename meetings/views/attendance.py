"""Being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def attendance_edit(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Being written."""
    return HttpResponse(status=501)


def meeting_end_without_quorum(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Being written."""
    return HttpResponse(status=501)
