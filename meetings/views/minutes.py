"""Writing the minutes."""

from django.http import Http404, HttpRequest, HttpResponse


def minutes_edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def item_save(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def item_inspect(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404
