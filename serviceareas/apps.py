"""The app of the service areas."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceAreasConfig(AppConfig):
    """Lies right of what it imports (architecture § 2)."""

    name = "serviceareas"
    verbose_name = _("Service areas")
