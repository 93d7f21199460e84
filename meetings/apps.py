"""The app of the meetings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Lies right of what it imports (architecture § 2)."""

    name = "meetings"
    verbose_name = _("meetings")
