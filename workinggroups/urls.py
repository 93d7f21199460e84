"""Addresses of the working groups and of the secretariat's desk."""

from django.urls import path

from workinggroups.views import groups, office, proposals, steps

app_name = "workinggroups"
urlpatterns = [
    path("toimisto/", office.office, name="office"),
    path("tyoryhmat/", groups.group_list, name="group_list"),
    path("tyoryhmat/ehdota/<slug:area>/", steps.group_propose, name="group_propose"),
    path("tyoryhmat/tuotokset/<int:pk>/", proposals.deliverable_edit, name="deliverable_edit"),
    path("tyoryhmat/tuotokset/<int:pk>/hyvaksy/", proposals.deliverable_accept, name="deliverable_accept"),
    path("tyoryhmat/ehdotukset/<int:pk>/vahvista/", proposals.proposal_confirm, name="proposal_confirm"),
    path("tyoryhmat/ehdotukset/<int:pk>/hylkaa/", proposals.proposal_refuse, name="proposal_refuse"),
    path("tyoryhmat/<slug:slug>/", groups.group_detail, name="group_detail"),
    path("tyoryhmat/<slug:slug>/muokkaa/", steps.group_edit, name="group_edit"),
    path("tyoryhmat/<slug:slug>/kaynnista/", steps.group_activate, name="group_activate"),
    path("tyoryhmat/<slug:slug>/jatka/", steps.group_extend, name="group_extend"),
    path("tyoryhmat/<slug:slug>/paata/", steps.group_close, name="group_close"),
    path("tyoryhmat/<slug:slug>/asiantuntija/", proposals.expert_propose, name="expert_propose"),
]
