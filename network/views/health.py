"""The health page, for machines."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse

from network.health import report


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """The facts of `manage.py doctor` in JSON; 503 when the portal cannot serve."""
    found = report()
    status = HTTPStatus.OK if found["ok"] else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(found, status=status, headers={"Cache-Control": "no-store"})
