"""Visibility of a record: public, network, body."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who reads a record: everybody, the network's own people, or the body it belongs to."""

    PUBLIC = "public", _("public")
    NETWORK = "network", _("the network")
    BODY = "body", _("the body")
