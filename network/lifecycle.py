"""Lifecycle: a record whose state moves only along the arrows drawn on it.

A move is one UPDATE … WHERE state = <the state I saw>: compare and swap, race-safe without locks, and the
history trigger sees it. A step that is no longer open raises WrongState (a 409 page); a step that is not ready
raises ValidationError in the verb that asks for it (shown on the form).
"""

from typing import Any, ClassVar

from django.db import models


class WrongState(Exception):  # noqa: N818  (the field's word; it is a fact, not a failure)
    """Somebody was faster: the record is no longer in the state that the reader saw."""


class Lifecycle(models.Model):
    """State and arrows; not a table of its own. A subclass names its `state` field and its arrows."""

    arrows: ClassVar[dict[str, tuple[str, ...]]] = {}
    state: Any

    class Meta:
        abstract = True

    @property
    def next_states(self) -> tuple[str, ...]:
        """The states that an arrow leads to from here."""
        return self.arrows.get(self.state, ())

    def move_to(self, target: str, **facts: Any) -> None:
        """Move along an arrow and write the facts of the move in the same statement.

        Raises WrongState when no arrow leads there, or when the row is no longer in the state seen.
        """
        if target not in self.next_states:
            raise WrongState(f"{self.state} → {target}")
        # The subclass has the field; this class has none of its own.
        seen: Any = type(self)._default_manager.filter(pk=self.pk)
        if not seen.filter(state=self.state).update(state=target, **facts):
            raise WrongState(f"{self.state} → {target}")
        self.state = target
        for name, value in facts.items():
            setattr(self, name, value)
