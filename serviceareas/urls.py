"""Addresses of the service areas."""

from django.urls import path

from serviceareas import views

app_name = "serviceareas"
urlpatterns = [
    path("", views.area_list, name="area_list"),
    path("hankkeet/<int:pk>/", views.project_edit, name="project_edit"),
    path("<slug:slug>/", views.area_detail, name="area_detail"),
    path("<slug:slug>/muokkaa/", views.area_edit, name="area_edit"),
    path("<slug:slug>/hankkeet/uusi/", views.project_add, name="project_add"),
]
