"""allauth's views under Finnish addresses; their names are allauth's own, which it reverses itself."""

from allauth.account import views
from django.urls import path, re_path

from network.forms import ForgottenForm

urlpatterns = [
    path("kirjaudu/", views.login, name="account_login"),
    path("ulos/", views.logout, name="account_logout"),
    path("rekisteroidy/", views.signup, name="account_signup"),
    path("vahvista/", views.reauthenticate, name="account_reauthenticate"),
    path("suljettu/", views.account_inactive, name="account_inactive"),
    path("salasana/", views.password_change, name="account_change_password"),
    path("salasana/aseta/", views.password_set, name="account_set_password"),
    path(
        "salasana/unohtui/",
        views.PasswordResetView.as_view(form_class=ForgottenForm),
        name="account_reset_password",
    ),
    path("salasana/unohtui/lahetetty/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^salasana/uusi/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "salasana/vaihdettu/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
