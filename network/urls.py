"""Root of the addresses: Finnish has no prefix; the same pages stand under /sv/ and /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from network.views import (
    bodies,
    departments,
    errors,
    health,
    people,
    public,
    register,
    search,
    terms,
)

network = [
    path("", public.home, name="home"),
    path("verkosto/<slug:slug>/", public.page, name="page"),
    path("johto/", public.leadership, name="leadership"),
    path("henkilosto/", public.staff, name="staff"),
    path("laitokset/", departments.department_list, name="department_list"),
    path("laitokset/<slug:slug>/", departments.department_detail, name="department_detail"),
    path("edustus/", departments.representation, name="representation"),
    path("toimielimet/<slug:slug>/", bodies.body_detail, name="body_detail"),
    path("toimielimet/<slug:slug>/jasenet/", bodies.body_roster, name="body_roster"),
    path("toimielimet/<slug:slug>/jasenet/uusi/", terms.term_add, name="term_add"),
    path("tehtavat/<int:pk>/paata/", terms.term_end, name="term_end"),
    path("tehtavat/<int:pk>/korjaa/", register.term_correct, name="term_correct"),
    path("toimielimet/<slug:slug>/osoitteet/", register.body_addresses, name="body_addresses"),
    path("toimisto/yhdista/", register.person_merge, name="person_merge"),
    path("toimisto/kirjeet/<int:pk>/uudelleen/", register.envelope_repost, name="envelope_repost"),
    path("henkilot/<int:pk>/", people.person_detail, name="person_detail"),
    path("haku/", search.search, name="search"),
    path("omat/", people.mine, name="mine"),
    path("omat/tiedot/", people.profile_edit, name="profile_edit"),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    *i18n_patterns(
        path("", include((network, "network"))),
        path("tili/", include("network.account_urls")),
        path("palvelualueet/", include("serviceareas.urls")),
        path("", include("workinggroups.urls")),
        path("", include("meetings.urls")),
        path("asiakirjat/", include("documents.urls")),
        path("hallinta/", admin.site.urls),
        prefix_default_language=False,
    ),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error
