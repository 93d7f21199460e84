"""What can be found: each app names its kinds here, and who sees them is asked of the records' own querysets.

The ground imports no other app, so the apps to the right register their kinds in `AppConfig.ready()`. A view over
a UNION ALL would have needed the visibility in columns, a second author of it; a queryset of ids does not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet


@dataclass(frozen=True)
class Paper:
    """A record in one language, as it is to be found; `also` are words that count like its title's, `facts`
    words that count a little less and are not printed.
    """

    record_id: int
    language: str
    title: str
    text: str = ""
    also: str = ""
    facts: str = ""
    sign: str = ""
    place: str = ""
    day: date | None = None
    year: int | None = None
    body_key: int | None = None
    route: str = ""
    key: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Findable:
    """A kind of record: its word, which of them a reader sees, and what is found in them."""

    name: str
    label: Any
    visible: Callable[[Any], QuerySet]
    papers: Callable[[list[int]], Iterable[Paper]]
    everything: Callable[[], QuerySet]
    order: int = field(default=50)

    def visible_sql(self, user: Any) -> tuple[str, tuple[Any, ...]] | None:
        """The ids that the reader sees, as a subquery; None where they see none at all."""
        try:
            return self.visible(user).order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return None


KINDS: dict[str, Findable] = {}


def register(*kinds: Findable) -> None:
    """Add kinds to what is found."""
    KINDS.update({kind.name: kind for kind in kinds})


def in_order() -> list[Findable]:
    """The kinds as the page lists them."""
    return sorted(KINDS.values(), key=lambda kind: kind.order)
