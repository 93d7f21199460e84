"""Pages of lists that grow with the archive: nothing on a page costs more because the table has grown.

An exact number of rows asks the visibility of every row there is. So the count stops at MOST: up to there a list
says how many rows and pages it has; beyond it says "over 500", and whether another page follows.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet, Subquery, Value
from django.db.models.lookups import IsNull
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

MOST = 500
LAST = 10_000  # a page that nobody turns to by hand


def has(rows: QuerySet) -> IsNull:
    """Whether the row has any of these (which name it by OuterRef), asked of each row in turn.

    Postgres answers an EXISTS inside an OR by reading all that any row could have, once; for a page of fifty rows
    that is thousands too many. A subquery of one value it can only ask row by row, by its index.
    """
    return IsNull(Subquery(rows.order_by().values(found=Value(1))[:1]), False)


class OpenPage(Page):
    """A page of a list whose end has not been looked for."""

    def __init__(self, rows: Sequence[Any], number: int, paginator: "Pages", *, has_more: bool) -> None:
        super().__init__(rows, number, paginator)
        self.has_more = has_more

    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.has_more

    def next_page_number(self) -> int:
        """The number of the page that follows."""
        return self.number + 1


class Pages(Paginator):
    """A paginator of a queryset that counts its rows only as far as a reader would."""

    object_list: Any

    @cached_property
    def found(self) -> int:
        """How many rows there are, or one more than we count."""
        return self.object_list.order_by().values("pk")[: MOST + 1].count()

    @property
    def is_open(self) -> bool:
        """Whether there are more rows than we count."""
        return self.found > MOST

    @property
    def count(self) -> int:
        """How many rows there are, as far as we count."""
        return min(self.found, MOST)

    @property
    def told(self) -> str:
        """The count in words: a number, or more than that."""
        return _("over %(n)s") % {"n": MOST} if self.is_open else str(self.count)

    @property
    def num_pages(self) -> int:
        """How many pages there are, as far as we count."""
        return ceil(max(self.count, 1) / self.per_page)

    def validate_number(self, number: Any) -> int:
        """The number of a page that may be there."""
        if not self.is_open:
            return super().validate_number(number)
        try:
            return super().validate_number(number)
        except EmptyPage:
            if self.num_pages < int(number) <= LAST:
                return int(number)
            raise

    def get_page(self, number: Any) -> Page:
        """The page, or the last one that we count where there is none of that number."""
        try:
            return super().get_page(number)
        except EmptyPage:
            return self.page(self.num_pages)

    def page(self, number: Any) -> Page:
        """The page; raises EmptyPage where the list has ended before it."""
        if not self.is_open:
            return super().page(number)
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page + 1])
        if not rows:
            raise EmptyPage(self.error_messages["no_results"])
        return OpenPage(rows[: self.per_page], number, self, has_more=len(rows) > self.per_page)
