"""The printed record of a meeting, for its readers."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from meetings.models import Minutes, State
from network.access import read_or_404
from network.models import Reading
from network.visibility import Visibility


@login_not_required
@require_safe
def minutes_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sealed file of published minutes; it does not exist for those who may not read it, nor before."""
    published = Minutes.objects.filter(state=State.PUBLISHED).select_related("meeting__body")
    minutes = read_or_404(request, published, pk=pk)
    raise Http404(str((minutes, FileResponse, HTTPStatus, HttpResponse, Reading, Visibility)))
