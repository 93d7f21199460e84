"""The documents that a reader may see, their files, and what is attached to the items of meetings."""

import logging
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.forms import (
    AttachExistingForm,
    AttachForm,
    DocumentFilterForm,
    DocumentForm,
    VersionForm,
    ask_again,
    keep_or_refuse,
)
from documents.models import Attachment, Document, Version
from documents.ranges import asked_range, part_of
from meetings.models import Item
from network.access import Access, read_or_404
from network.http import MemberRequest
from network.models import Body
from network.paging import Pages, has
from network.periods import today, years_between
from network.views.bodies import body_tabs
from network.visibility import Visibility

log = logging.getLogger(__name__)
PAGE_SIZE = 50
# A file that somebody sent is never a page of the portal, whatever it holds.
BOXED = "sandbox; default-src 'none'; frame-ancestors 'none'"
EXISTING = "valmis"


@login_not_required
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents, newest first, of one body where it is named; one without a file says so."""
    documents = Document.objects.visible_to(request.user)
    access = Access.of(request.user)
    keeps = bool(access.manages or access.is_secretariat)
    form = _filters(request, documents, keeps=keeps)
    rows, body = form.narrow(documents).select_related("body").prefetch_related("versions"), form.body
    context: dict[str, Any] = {
        "section": "documents",
        "filter": form,
        "body": body,
        "tabs": body_tabs(body, "documents") if body else None,
        "page_obj": Pages(rows, PAGE_SIZE).get_page(request.GET.get("sivu")),
        "may_add": access.may_manage(body) if body else keeps,
    }
    return render(request, "documents/document_list.html", context)


def _filters(request: HttpRequest, known: Any, *, keeps: bool) -> DocumentFilterForm:
    """The filters; a body is offered when it has a document that the reader sees, or is asked for by its address."""
    has_one = has(known.filter(body=OuterRef("pk")))
    bodies = Body.objects.offered(request.user, request.GET.get("toimielin"), has_one)
    dated = known.filter(year__isnull=False)
    first, last = (dated.order_by(order).values_list("year")[:1] for order in ("year", "-year"))
    years = years_between(year for (year,) in first.union(last, all=True))
    return DocumentFilterForm(request.GET, bodies=list(bodies), years=years, keeps=keeps)


def _documents(reader: Any) -> Any:
    return Document.objects.select_related("body")


@login_not_required
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A document: what it is, whose, its versions, or the honest word that its file is missing."""
    document = read_or_404(request, _documents, pk=pk)
    items = Item.objects.visible_to(request.user)
    attachments = document.attachments.filter(item__in=items.values("pk"))
    access = Access.of(request.user)
    context = {
        "section": "documents",
        "document": document,
        # The earlier one has readers of its own; to the others not even its title is told.
        "replaces": document.replaces_id
        and Document.objects.visible_to(request.user).filter(pk=document.replaces_id).first(),
        "versions": document.versions.select_related("uploaded_by"),
        "attachments": attachments.select_related("item__meeting__body", "released_by"),
        "shows_people": access.is_network or access.is_secretariat,
        "keeps": access.may_manage(document.body),
    }
    return render(request, "documents/document_detail.html", context)


def _kept_bodies(request: MemberRequest) -> Any:
    access = request.user.access
    open_today = Body.objects.open_on(today())
    kept = open_today if access.is_secretariat else open_today.filter(pk__in=access.manages)
    return kept.order_by("sort", "name_fi")


def document_add(request: MemberRequest) -> HttpResponse:
    """A new document of a body that the user keeps."""
    bodies = _kept_bodies(request)
    if not bodies.exists():
        raise Http404
    first = bodies.filter(slug=request.GET.get("toimielin", "")).first()
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DocumentForm(*posted, bodies=bodies, by=request.user, initial={"body": first, "year": today().year})
    if form.is_bound and form.is_valid() and keep_or_refuse(form, form.save):
        _warn_of_lock(request, form.cleaned_data.get("file"))
        messages.success(request, _("The document has been added: %(document)s.") % {"document": form.instance})
        return redirect(form.instance)
    ask_again(form)
    return render(request, "documents/document_add.html", {"section": "documents", "form": form})


def version_add(request: MemberRequest, pk: int) -> HttpResponse:
    """A new version of a document that the user keeps; the earlier ones stay."""
    document = get_object_or_404(Document.objects.managed_by(request.user).select_related("body"), pk=pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = VersionForm(*posted, document=document, by=request.user)
    if form.is_bound and form.is_valid() and keep_or_refuse(form, form.save):
        _warn_of_lock(request, form.cleaned_data["file"])
        messages.success(request, _("The new version has been stored."))
        return redirect(document)
    ask_again(form)
    released = document.attachments.filter(released_at__isnull=False).select_related("item__meeting__body")
    context = {"section": "documents", "document": document, "form": form, "released": released}
    return render(request, "documents/version_add.html", context)


def attachment_add(request: MemberRequest, pk: int) -> HttpResponse:
    """Attach a new file, or a document that is there already, to an item that the user keeps."""
    items = Item.objects.editable_by(request.user).select_related("meeting__body")
    item = get_object_or_404(items.prefetch_related("attachments__document"), pk=pk)
    takes_existing = request.GET.get("tapa") == EXISTING
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    upload = AttachForm(*((None, None) if takes_existing else posted), item=item, by=request.user)
    existing = AttachExistingForm(posted[0] if takes_existing else None, item=item, by=request.user)
    form: Any = existing if takes_existing else upload
    if form.is_bound and form.is_valid() and keep_or_refuse(form, form.save):
        _warn_of_lock(request, form.cleaned_data.get("file"))
        messages.success(request, _("The attachment has been added to %(item)s.") % {"item": item})
        return redirect(item)
    ask_again(upload)
    context = {"section": "meetings", "item": item, "upload": upload, "existing": existing, "form": form}
    return render(request, "documents/attachment_add.html", context | {"takes_existing": takes_existing})


def _warn_of_lock(request: MemberRequest, file: Any) -> None:
    """Say that a PDF with a password is of no use to others; it is kept all the same."""
    if getattr(file, "is_locked", False):
        messages.warning(request, _("The file has a password: others cannot open it without."))


def attachment_remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Take an attachment off an item, asked first; the document itself stays with its keepers."""
    items = Item.objects.editable_by(request.user)
    attachments = Attachment.objects.select_related("item__meeting__body", "document")
    attachment = get_object_or_404(attachments.filter(item__in=items.values("pk")), pk=pk)
    if request.method == "POST":
        attachment.delete()
        messages.success(request, _("The attachment has been taken off."))
        return redirect(attachment.item)
    return render(request, "documents/attachment_remove.html", {"section": "meetings", "attachment": attachment})


@login_not_required
@require_safe
def version_download(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A file, always as a download of its own type; the reading of a non-public one is written down."""
    document = read_or_404(request, _documents, pk=pk)
    version = get_object_or_404(document.versions, number=number)
    tag = f'"{version.sha256}"'
    is_public = document.visibility == Visibility.PUBLIC
    answer = get_conditional_response(request, etag=tag) or _file(request, version, tag)
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "public, max-age=300" if is_public else "private, no-cache"
    return answer


def _file(request: HttpRequest, version: Version, tag: str) -> HttpResponseBase:
    """The stored file, or the part asked for; raises Http404 where it is gone, which is logged: it should never be."""
    try:
        content = version.file.open("rb")
    except FileNotFoundError:
        log.exception("the file of %s is gone", version.pk)
        raise Http404 from None
    answer: HttpResponseBase = FileResponse(
        content, as_attachment=True, filename=version.filename, content_type=version.content_type
    )
    if (part := asked_range(request, version.size, tag)) is not None:
        headers = {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition")}
        answer = part_of(content, part, version.size)
        for name, value in headers.items():
            answer.headers[name] = value
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = BOXED
    return answer
