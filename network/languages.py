"""The languages that a text or a person may have."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages of the portal."""

    FI = "fi", _("Finnish")
    SV = "sv", _("Swedish")
    EN = "en", _("English")


class RecordLanguage(models.TextChoices):
    """The languages of a decision and its record."""

    FI = "fi", _("Finnish")
    SV = "sv", _("Swedish")
