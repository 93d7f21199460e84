"""The app of the documents."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Lies right of what it imports (architecture § 2)."""

    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Register what of the documents is found."""
        from documents import reading  # noqa: F401  (its jobs are registered by being read)
        from documents.found import kinds  # models are read first
        from network.finding import register

        register(*kinds())
