"""Who reads an item in the end, and what wider readers would be given unasked: a release is asked each time (F74)."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Item
from network.visibility import Visibility

WIDTH = (Visibility.BODY, Visibility.NETWORK, Visibility.PUBLIC)


def audience(of_item: str | None, of_meeting: str) -> Visibility:
    """Who reads an item in the end: the narrower of its own and its meeting's visibility."""
    return min(Visibility(of_item or of_meeting), Visibility(of_meeting), key=WIDTH.index)


def refuse_widening(items: QuerySet[Item], *, to_meeting: str = "", **to_item: str | None) -> None:
    """Raise ValidationError where the items would get readers whom their released documents do not have.

    `to_meeting` is what the meeting's visibility becomes, `visibility` what the items' own does. A document without
    a visibility of its own goes with the items of its body: it was made for them.
    """
    given = items.filter(attachments__released_at__isnull=False).order_by("position", "attachments__order")
    titles = []
    for own, meetings, body, title, visibility, keeper in given.values_list(
        "visibility", "meeting__visibility", "meeting__body",
        *(f"attachments__document__{name}" for name in ("title", "visibility", "body")),
    ):  # fmt: skip
        width = WIDTH.index(audience(to_item.get("visibility", own), to_meeting or meetings))
        reach = WIDTH.index(visibility) if visibility else (width if keeper == body else -1)
        if width > max(reach, WIDTH.index(audience(own, meetings))):
            titles.append(title)
    if titles:
        said = _(
            "Wider readers would get documents that were released to fewer: %(documents)s. Keep their items narrower,"
            " or take them off: attached anew, their release is asked."
        )
        raise ValidationError({"visibility": ValidationError(said, params={"documents": ", ".join(titles)})})
