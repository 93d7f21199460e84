"""The portal's addresses and two pages beside them: a bare one, and our frame around nothing (the floor)."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.urls import path

from network.urls import handler400, handler404, handler500  # noqa: F401  (Django reads them from here)
from network.urls import urlpatterns as portal

BARE = Template(
    "<!doctype html><html lang=fi><title>bare</title>{% for n in rows %}<p>{{ n }} {{ text }}</p>{% endfor %}"
)
FLOOR = Template(
    "{% extends 'base.html' %}{% block main %}{% for n in rows %}<p>{{ n }} {{ text }}</p>{% endfor %}{% endblock %}"
)
TEXT = "Pelastuslaitosten kumppanuusverkosto on vapaaehtoinen yhteistyöverkosto."
ROW = f"<p>100 {TEXT}</p>".encode()


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """Two queries and about 15 kB of HTML."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    return HttpResponse(BARE.render(Context({"rows": range(180), "text": TEXT})))


@login_not_required
def floor(request: HttpRequest) -> HttpResponse:
    """Our frame with so many plain queries (`?queries=`) and so many bytes of plain rows (`?size=`), nothing else."""
    with connection.cursor() as cursor:
        for number in range(int(request.GET["queries"])):
            cursor.execute("SELECT %s", [number])
            cursor.fetchall()
    rows = range(int(request.GET["size"]) // len(ROW))
    return HttpResponse(FLOOR.render(RequestContext(request, {"rows": rows, "text": TEXT})))


urlpatterns = [path("bare/", bare), path("floor/", floor), *portal]
