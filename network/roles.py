"""What a body is, and the roles that a person holds in it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a body is; the order is the order of authority."""

    DIRECTORS = "directors", _("rescue directors' meeting")
    BOARD = "board", _("board")
    OFFICE = "office", _("office")
    SERVICE_AREA = "service_area", _("service area")
    WORKING_GROUP = "working_group", _("working group")


class Role(models.TextChoices):
    """A role in a body; the order is the order of a roster."""

    CHAIR = "chair", _("chair")
    VICE_CHAIR = "vice_chair", _("vice-chair")
    SECRETARY = "secretary", _("secretary")
    MEMBER = "member", _("member")
    ALTERNATE = "alternate", _("alternate")
    EXPERT = "expert", _("expert")


CHAIRS = (Role.CHAIR, Role.VICE_CHAIR)
OFFICERS = (Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY)
ROLE_ORDER = {role: place for place, role in enumerate(Role.values)}
