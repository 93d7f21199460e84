"""allauth's adapter: accounts are opened by the secretariat, not by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from network.checks import DEMO_DOMAIN
from network.models import Person
from network.prepared import A_KEY, PreparedRecords

PERSON = PreparedRecords(lambda key: Person.objects.filter(pk=key), key=A_KEY)  # every request of who is logged in


def account_is_open(person: Any) -> bool:
    """Whether the person may log in here: opened by the secretariat, and no demo account outside a demonstration."""
    is_demo = bool(person.email and person.email.endswith(DEMO_DOMAIN))
    return bool(person.email) and person.is_active and not person.is_recorded and (settings.DEMO or not is_demo)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; only an open account gets in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "too_many_login_attempts": _("Too many wrong passwords. Wait five minutes, or order a new password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an invitation is a reset mail to a person whose account was just opened."""
        return False

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Turn away whom the backend would not let back in with the next request."""
        response = super().pre_login(request, user, **kwargs)
        if response is None and not account_is_open(user):
            return self.respond_user_inactive(request, user)
        return response

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Whether the password is the person's own, with the rate limit of a login."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk


class PersonBackend(AuthenticationBackend):
    """Logs people in by e-mail and password, and keeps a session only while the account is open."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the account is open here."""
        return account_is_open(user)

    def get_user(self, user_id: int) -> Person | None:
        """The person of a session, while their account is open here."""
        person = PERSON.first(key=user_id)
        return person if person and account_is_open(person) else None
