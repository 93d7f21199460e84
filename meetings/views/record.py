"""The printed record of a meeting, for its readers."""

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from meetings.models import Meeting, State
from meetings.pdf import edition_name
from meetings.printed import Edition
from network.access import read_or_404
from network.visibility import Visibility

log = logging.getLogger(__name__)
# A browser's own viewer of PDF styles its page; nothing in the file is run.
VIEWER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


def _published(reader: Any) -> Any:
    return Meeting.objects.filter(minutes__state=State.PUBLISHED).select_related("minutes", "body")


@login_not_required
@require_safe
def minutes_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sealed file of published minutes; it does not exist for those who may not read it, nor before.

    A reader to whom an item is closed gets the edition without it, made at the same moment.
    """
    meeting = read_or_404(request, _published, parts="items", pk=pk)
    edition = Edition.of(meeting, request.user)
    is_public = meeting.visibility == Visibility.PUBLIC
    has_closed = is_public and meeting.items.filter(visibility__in=Edition.PUBLIC.withholds).exists()
    tag = f'"{meeting.minutes.sha256}-{edition.value}"'
    answer = get_conditional_response(request, etag=tag) or _file(meeting, edition)
    answer.headers["ETag"] = tag
    # Only what is the same for everybody may be kept on the way to the reader.
    answer.headers["Cache-Control"] = "public, max-age=300" if is_public and not has_closed else "private, no-cache"
    return answer


def _file(meeting: Meeting, edition: Edition) -> FileResponse:
    """The stored file; raises Http404 where it is gone, which is logged: it should never be."""
    name = edition_name(str(meeting.minutes.pdf.name), edition)
    try:
        content = meeting.minutes.pdf.storage.open(name)
    except FileNotFoundError:
        log.exception("the file of published minutes %s is gone", meeting.pk)
        raise Http404 from None
    label = meeting.label.replace("/", "-")
    answer = FileResponse(content, filename=f"{meeting.body.slug}-{label}.pdf", content_type="application/pdf")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = VIEWER
    return answer
