"""The portal's addresses and two pages beside them: a bare one, and the floor of the budgets (architecture § 17)."""

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template
from django.urls import path

from network.models import Department
from network.urls import handler400, handler404, handler500  # noqa: F401  (Django reads them from here)
from network.urls import urlpatterns as portal

BARE = Template(
    "<!doctype html><html lang=fi><title>bare</title>{% for n in rows %}<p>{{ n }} {{ text }}</p>{% endfor %}"
)
FLOOR = Template(
    "{% extends 'base.html' %}{% load crispy_forms_tags %}{% block main %}{% if form %}{% crispy form %}{% endif %}"
    "{% for n in rows %}<p>{{ n }} {{ text }}</p>{% endfor %}{% endblock %}"
)
TEXT = "Pelastuslaitosten kumppanuusverkosto on vapaaehtoinen yhteistyöverkosto."
ROW = f"<p>100 {TEXT}</p>".encode()


class Five(forms.Form):
    """The one form of the floor: five fields, dressed as ours are."""

    name = forms.CharField()
    text = forms.CharField(widget=forms.Textarea)
    day = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[(n, f"Laji {n}") for n in range(5)])
    agreed = forms.BooleanField(required=False)
    helper = FormHelper()


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """Two queries and about 15 kB of HTML."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    return HttpResponse(BARE.render(Context({"rows": range(180), "text": TEXT})))


@login_not_required
def floor(request: HttpRequest) -> HttpResponse:
    """Our frame, so many queries for one model's rows (`?queries=`), so many bytes of plain rows (`?size=`).

    For whoever is logged in a crispy form of five fields is in it (`?form=1`).
    """
    for number in range(int(request.GET["queries"])):
        list(Department.objects.filter(sort__gte=number).order_by("name_fi")[:20])
    rows = range(int(request.GET["size"]) // len(ROW))
    context = {"rows": rows, "text": TEXT, "form": Five() if request.GET.get("form") else None}
    return HttpResponse(FLOOR.render(RequestContext(request, context)))


urlpatterns = [path("bare/", bare), path("floor/", floor), *portal]
