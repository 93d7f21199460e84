"""The ground app, and the admin under the network's own login."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    """The ground: imports no other app of ours."""

    name = "network"
    verbose_name = _("Network")

    def ready(self) -> None:
        """Register the checks of the installation, and what of the ground is found."""
        from network import checks  # noqa: F401  (registered by being read)
        from network.finding import register
        from network.found import kinds

        register(*kinds())


class PortalAdminConfig(AdminConfig):
    """Django's admin with the portal's site."""

    default_site = "network.admin_site.PortalAdminSite"
