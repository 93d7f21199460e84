"""The personal calendar's address: a signed number that its owner can change, so that the old address is void."""

from typing import Self

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from network.audit import tracked
from network.models import Person

SIGNER = Signer(sep=".", salt="kalenteri")


class CalendarKeyManager(models.Manager["CalendarKey"]):
    """Gives, changes and reads the addresses of personal calendars."""

    def renew(self, person: Person) -> "CalendarKey":
        """Give the person a new address; the one before it is void from now on."""
        key, made = self.get_or_create(person=person)
        if not made:
            self.filter(pk=key.pk).update(number=F("number") + 1, is_open=True)
            key.refresh_from_db()
        return key

    def close(self, person: Person) -> None:
        """Take the address away; its number stays, so that no later address is the same."""
        self.filter(person=person).update(is_open=False)

    def of_token(self, token: str) -> "CalendarKey | None":
        """The key of an address that we have given and nobody has taken away, of a person who may log in."""
        try:
            person, _dash, number = SIGNER.unsign(token).partition("-")
        except BadSignature:
            return None
        found = self.select_related("person").filter(person=int(person), number=int(number), is_open=True)
        return found.filter(person__is_active=True).first()


@tracked
class CalendarKey(models.Model):
    """Which address of a person's own calendar is valid; the address itself is signed and stored nowhere."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="calendar_key", verbose_name=_("person"))
    number = models.PositiveIntegerField(_("number"), default=1)
    is_open = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField(_("made at"), auto_now=True)

    objects = CalendarKeyManager()

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")

    def __str__(self) -> str:
        return f"{self.person} {self.number}"

    @property
    def token(self) -> str:
        """The part of the address that nobody can guess."""
        return SIGNER.sign(f"{self.person_id}-{self.number}")

    @classmethod
    def open_of(cls, person: Person) -> Self | None:
        """The key that the person uses now."""
        return cls.objects.filter(person=person, is_open=True).first()  # type: ignore[return-value]
