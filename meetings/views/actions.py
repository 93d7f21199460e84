"""Actions."""

from django.http import Http404, HttpRequest, HttpResponse


def action_add(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def action_done(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404
