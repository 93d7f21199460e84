"""What becomes of an item."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What became of an item (`domain.md` § 2.5)."""

    AS_PROPOSED = "as_proposed", _("as proposed")
    AMENDED = "amended", _("amended")
    TABLED = "tabled", _("tabled")
    RETURNED = "returned", _("returned for preparation")
    REMOVED = "removed", _("removed from the agenda")
    NOTED = "noted", _("noted for information")
    NOT_HANDLED = "not_handled", _("not handled")


DECIDED = (Outcome.AS_PROPOSED, Outcome.AMENDED)
CARRIED = (Outcome.TABLED, Outcome.NOT_HANDLED)  # they come back on the next agenda
