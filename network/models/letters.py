"""Letters: mail waiting in the database, seen before it leaves, posted by a job, kept as proof."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from network.audit import tracked
from network.models.bodies import Body
from network.models.people import Person
from network.periods import one_of


class EnvelopeState(models.TextChoices):
    """What became of one envelope; *unclear* means that the server's answer was lost, and it is never resent."""

    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("refused")
    UNCLEAR = "unclear", _("unclear")


class LetterManager(models.Manager["Letter"]):
    """Writes letters."""

    def write(
        self,
        *,
        subject: str,
        text: str,
        to: Iterable[Person],
        about_body: Body | None = None,
        created_by: Person | None = None,
    ) -> "Letter":
        """Write a letter with an envelope for each receiver who has an address, and queue it.

        All in one transaction with the change that caused it, so that a rollback takes the mail with it.
        """
        with transaction.atomic():
            letter = self.create(subject=subject, text=text, about_body=about_body, created_by=created_by)
            addresses = {person: person.email for person in to if person.email}
            envelopes = Envelope.objects.bulk_create(
                Envelope(letter=letter, person=person, address=address) for person, address in addresses.items()
            )
            for envelope in envelopes:
                app.configure_task("post_envelope").defer(envelope_id=envelope.pk)  # network.jobs
        return letter


@tracked
class Letter(models.Model):
    """One mail to one or many, as it was written."""

    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), max_length=100_000)
    about_body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("about the body")
    )
    created_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = LetterManager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.subject


class Envelope(models.Model):
    """A letter to one person, at the address of that moment; its states are a log of themselves."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="envelopes", verbose_name=_("letter"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="envelopes", verbose_name=_("to"))
    address = models.EmailField(_("address"))
    state = models.CharField(_("state"), max_length=8, choices=EnvelopeState.choices, default=EnvelopeState.QUEUED)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answer = models.CharField(_("the server's answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("envelope")
        verbose_name_plural = _("envelopes")
        ordering: ClassVar = ["letter", "pk"]
        constraints: ClassVar = [
            one_of("state", EnvelopeState, "envelope_state_known"),
            models.UniqueConstraint(
                fields=["letter", "person"],
                name="envelope_one_per_person",
                violation_error_message=_("The person already gets this letter."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_state_display()}"

    def move(self, seen: EnvelopeState, state: EnvelopeState, **facts: object) -> bool:
        """Move from the state seen; False when another worker was faster."""
        moved = Envelope.objects.filter(pk=self.pk, state=seen).update(state=state, **facts)
        if moved:
            self.state = state
        return bool(moved)
