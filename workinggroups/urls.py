"""Addresses of the working groups."""

from django.urls import path

from workinggroups import views

app_name = "workinggroups"
urlpatterns = [
    path("", views.group_list, name="group_list"),
    path("<slug:slug>/", views.group_detail, name="group_detail"),
]
