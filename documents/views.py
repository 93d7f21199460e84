"""The documents that a reader may see."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from documents.models import Document
from network.access import read_or_404

PAGE_SIZE = 50


@login_not_required
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents, newest first; one without a file says so."""
    documents = Document.objects.visible_to(request.user).select_related("body")
    context = {
        "section": "documents",
        "page_obj": Paginator(documents, PAGE_SIZE).get_page(request.GET.get("sivu")),
    }
    return render(request, "documents/document_list.html", context)


@login_not_required
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A document: what it is, whose, and its file or the honest word that it is missing."""
    documents = Document.objects.select_related("body", "replaces").prefetch_related("replaced_by")
    document = read_or_404(request, documents, pk=pk)
    return render(request, "documents/document_detail.html", {"section": "documents", "document": document})


def document_add(request: HttpRequest) -> HttpResponse:
    """Stub."""
    raise Http404


def attachment_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub."""
    raise Http404


def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub."""
    raise Http404


def version_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Stub."""
    raise Http404


@login_not_required
def version_download(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Stub."""
    raise Http404
