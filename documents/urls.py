"""Addresses of the documents."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="document_list"),
    path("uusi/", views.document_add, name="document_add"),
    path("<int:pk>/", views.document_detail, name="document_detail"),
    path("<int:pk>/versiot/uusi/", views.version_add, name="version_add"),
    path("<int:pk>/versiot/<int:number>/", views.version_download, name="version_download"),
    path("liita/<int:pk>/", views.attachment_add, name="attachment_add"),
    path("liitteet/<int:pk>/poista/", views.attachment_remove, name="attachment_remove"),
]
