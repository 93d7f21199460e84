"""Addresses of the service areas."""

from django.urls import path

from serviceareas import views

app_name = "serviceareas"
urlpatterns = [
    path("", views.area_list, name="area_list"),
    path("<slug:slug>/", views.area_detail, name="area_detail"),
]
