"""Inspection and signing."""

from django.http import Http404, HttpRequest, HttpResponse


def minutes_submit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def minutes_send_back(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def minutes_accept(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def minutes_replace(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def minutes_next_meeting(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def minutes_approve(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def minutes_sign(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404


def minutes_publish(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Being written."""
    raise Http404
