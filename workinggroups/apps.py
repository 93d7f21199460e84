"""The app of the working groups."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkingGroupsConfig(AppConfig):
    """Lies right of what it imports (architecture § 2)."""

    name = "workinggroups"
    verbose_name = _("Working groups")
