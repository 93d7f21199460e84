"""Who reads and who keeps a meeting's papers, each rule as a condition of the meeting's or the item's own row.

The querysets of the models ask these; whoever wants to know what somebody sees asks the querysets.
"""

from typing import Any

from django.apps import apps
from django.db.models import OuterRef, Q
from django.db.models.lookups import IsNull

from network.access import Access
from network.paging import has
from network.prepared import prepared
from network.visibility import Visibility


def _model(name: str) -> Any:
    """A model of the app by its name, for the models stand on this."""
    return apps.get_model("meetings", name)


def _minutes(**facts: Any) -> IsNull:
    """Whether the meeting has such minutes."""
    return has(_model("Minutes").objects.filter(meeting=OuterRef("pk"), **facts))


@prepared
def kept_in(access: Access) -> Q:
    """The meetings whose papers somebody with this access keeps; a change of secretary orphans no draft."""
    keeps = Q(body__in=access.manages)
    if access.person_id:
        keeps |= Q(minuted_by=access.person_id) & ~Q(_minutes(state="published"))
    return keeps


@prepared
def read_in(access: Access) -> Q:
    """What somebody with this access reads of the meetings' papers, said of the meeting itself: no list of ids."""
    published = Q(_minutes(state="published"))
    reads = published & Q(visibility=Visibility.PUBLIC)
    if access.is_network:
        reads |= published & Q(visibility=Visibility.NETWORK)
    if access.person_id is None:
        return reads
    reads |= Q(body__in=access.member_of) & (Q(called_at__isnull=False) | published)
    reads |= Q(body__in=access.manages)
    reads |= Q(minuted_by=access.person_id) & ~published
    return reads | Q(pk__in=_model("Meeting").objects.inspected_by(access.person_id).values("pk"))


@prepared
def listed_in(access: Access) -> Q:
    """The meetings of which somebody with this access learns that they take place, and those they read."""
    known = Q(calendar_visibility=Visibility.PUBLIC)
    if access.is_network:
        known |= Q(calendar_visibility=Visibility.NETWORK)
    if access.member_of:
        known |= Q(body__in=access.member_of)
    return (Q(called_at__isnull=False) & known) | read_in(access)


@prepared
def inside(access: Access) -> Q:
    """The meetings of which somebody with this access reads the narrowed items too.

    Those of their bodies, and those whose minutes are in their hands, for as long as they are: published, the
    narrower rule is theirs too.
    """
    mine = Q(body__in=access.member_of | access.manages)
    if access.person_id is None:
        return mine
    return mine | kept_in(access) | Q(pk__in=_model("Meeting").objects.inspected_by(access.person_id).values("pk"))


@prepared
def shown_in(access: Access) -> Q:
    """The items that somebody with this access reads: of meetings they read, less those narrowed to fewer readers."""
    wide = Q(visibility__isnull=True) | Q(visibility=Visibility.PUBLIC)
    if access.is_network:
        wide |= Q(visibility=Visibility.NETWORK)
    narrow = has(_model("Meeting").objects.filter(inside(access), pk=OuterRef("meeting")))
    return (wide | narrow) & Q(meeting__in=_model("Meeting").objects.visible_to(access))
