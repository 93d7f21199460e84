"""The portal's addresses and one bare page beside them: two queries and a page of the usual size, nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from network.urls import handler400, handler404, handler500  # noqa: F401  (Django reads them from here)
from network.urls import urlpatterns as portal

BARE = Template(
    "<!doctype html><html lang=fi><title>bare</title>{% for n in rows %}<p>{{ n }} {{ text }}</p>{% endfor %}"
)
TEXT = "Pelastuslaitosten kumppanuusverkosto on vapaaehtoinen yhteistyöverkosto."


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """Two queries and about 15 kB of HTML."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    return HttpResponse(BARE.render(Context({"rows": range(180), "text": TEXT})))


urlpatterns = [path("bare/", bare), *portal]
