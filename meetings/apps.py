"""The app of the meetings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Lies right of what it imports (architecture § 2)."""

    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        """Register what of the meetings is found."""
        from meetings.found import kinds  # models are read first
        from network.finding import register

        register(*kinds())
