"""Checks of the installation: what must not be true of it when it serves."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

DEMO_DOMAIN = "@example.org"


@register(Tags.database)
def no_demo_accounts(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Demo accounts exist in a demonstration only; elsewhere their known password would be an open door."""
    if settings.DEMO or not databases or "network_person" not in connection.introspection.table_names():
        return []
    from network.models import Person  # the models are not ready when the checks are registered

    count = Person.objects.filter(email__endswith=DEMO_DOMAIN, is_active=True).count()
    if not count:
        return []
    return [
        Error(
            f"{count} demonstration accounts ({DEMO_DOMAIN}) can log in, but DEMO is not set.",
            hint="Use a database of its own for the demonstration.",
            id="network.E001",
        )
    ]
