"""Register of decisions."""

from django.http import Http404, HttpRequest, HttpResponse


def decision_list(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404
