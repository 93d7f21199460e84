"""tracked: the database itself writes down every change of a model, and pghistory's context tells who made it.

A tracker object must not be shared between models, so each call makes new ones.
"""

from typing import TypeVar

import pghistory
from django.db import models

ModelType = TypeVar("ModelType", bound=type[models.Model])


def tracked(model: ModelType) -> ModelType:
    """Keep the history of each column of the model."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)


def tracked_except(*columns: str):  # type: ignore[no-untyped-def]  # a decorator; its type is tracked's
    """Keep the history of the model, but never the values of these columns (a password, a stamp of use)."""

    def decorate(model: ModelType) -> ModelType:
        return pghistory.track(
            pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=list(columns)
        )(model)

    return decorate
