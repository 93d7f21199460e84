"""Minutes: draft → review → approved → signed → published, each step with the minutes locked first.

Without the lock two inspectors at the same moment left 9 of 20 minutes accepted by all and never approved, and 20
of 20 edits in flight changed the text under an approval; with it none did (architecture § 6, § 16).
"""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from meetings import guards
from meetings.models.items import Item, Outcome
from meetings.models.meetings import Meeting
from meetings.models.record import digest, files_of, record
from network.audit import tracked
from network.lifecycle import Lifecycle, WrongState
from network.models import Inspection, Person
from network.periods import one_of
from network.prepared import A_KEY, PreparedRecords


class State(models.TextChoices):
    """Where the minutes are (`domain.md` § 2.7: luonnos, tarkastettavana, tarkastettu, allekirjoitettu, julkaistu)."""

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("being inspected")
    APPROVED = "approved", _("inspected")
    SIGNED = "signed", _("signed")
    PUBLISHED = "published", _("published")


ON_THE_WAY = (State.DRAFT, State.REVIEW, State.APPROVED, State.SIGNED)


class Capacity(models.TextChoices):
    """In what capacity somebody signs."""

    CHAIR = "chair", _("chair")
    SECRETARY = "secretary", _("secretary")


class MinutesQuerySet(models.QuerySet):
    """Minutes of the meetings that somebody keeps or inspects."""

    def managed_by(self, user: Any) -> Self:
        """The minutes that the user keeps."""
        return self.filter(meeting__in=Meeting.objects.managed_by(user))

    def visible_to(self, user: Any) -> Self:
        """The minutes that the user reads."""
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def inspected_by(self, user: Any) -> Self:
        """The minutes that wait for this person's inspection, whatever became of their term."""
        mine = Q(reviews__person=user.pk, reviews__replaced_at__isnull=True)
        return self.filter(mine, state=State.REVIEW).distinct()

    def in_hands_of(self, user: Any) -> Self:
        """The minutes that the user keeps or inspects: those who may ask for a change."""
        return self.filter(
            Q(pk__in=Minutes.objects.managed_by(user).values("pk"))
            | Q(pk__in=Minutes.objects.inspected_by(user).values("pk"))
        )

    def signed_by(self, user: Any) -> Self:
        """The minutes that this person signs as the meeting's chair or secretary, whatever became of their term."""
        return self.filter(Q(meeting__chaired_by=user.pk) | Q(meeting__minuted_by=user.pk))

    def waiting_for(self, user: Any) -> Self:
        """The minutes that wait for this person's signature."""
        signed = Minutes.objects.filter(signatures__person=user.pk)
        return self.signed_by(user).filter(state=State.APPROVED).exclude(pk__in=signed.values("pk"))


@tracked
class Minutes(Lifecycle):
    """The minutes (pöytäkirja) of a meeting: the state of its rows, and at the end the sealed file."""

    arrows: ClassVar = {
        State.DRAFT: (State.REVIEW, State.APPROVED),
        State.REVIEW: (State.DRAFT, State.APPROVED),
        State.APPROVED: (State.SIGNED,),
        State.SIGNED: (State.PUBLISHED,),
    }

    meeting = models.OneToOneField(
        Meeting, models.PROTECT, primary_key=True, related_name="minutes", verbose_name=_("meeting")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    inspection = models.CharField(_("inspection"), max_length=20, choices=Inspection.choices, editable=False)
    remark = models.TextField(_("remark"), max_length=4_000, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("sent for inspection at"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("to be inspected by"), null=True, blank=True)
    approved_at = models.DateTimeField(_("inspected at"), null=True, blank=True, editable=False)
    approved_in = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("approved in")
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True, editable=False)
    publishing_at = models.DateTimeField(_("publishing asked at"), null=True, blank=True, editable=False)
    trouble = models.CharField(_("why it could not be published"), max_length=500, blank=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    pdf = models.FileField(_("file"), max_length=200, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        indexes: ClassVar = [
            # A dozen rows of thousands: what waits for somebody is asked on every desk.
            models.Index(fields=["state"], condition=Q(state__in=ON_THE_WAY), name="minutes_on_the_way"),
        ]
        constraints: ClassVar = [
            one_of("state", State, "minutes_state_known"),
            one_of("inspection", Inspection, "minutes_inspection_known"),
            models.CheckConstraint(
                condition=Q(state__in=(State.DRAFT, State.REVIEW), approved_at__isnull=True)
                | Q(state__in=(State.APPROVED, State.SIGNED, State.PUBLISHED), approved_at__isnull=False),
                name="minutes_approved_at",
                violation_error_message=_("Inspected minutes have the moment of their inspection."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.DRAFT, State.REVIEW, State.APPROVED), signed_at__isnull=True)
                | Q(state__in=(State.SIGNED, State.PUBLISHED), signed_at__isnull=False),
                name="minutes_signed_at",
                violation_error_message=_("Signed minutes have the moment of their signing."),
            ),
            models.CheckConstraint(
                condition=(Q(state=State.PUBLISHED, published_at__isnull=False) & ~Q(pdf="") & ~Q(sha256=""))
                | (~Q(state=State.PUBLISHED) & Q(published_at__isnull=True, pdf="", sha256="")),
                name="minutes_published_has_pdf",
                violation_error_message=_("Published minutes have their file."),
            ),
        ]
        triggers: ClassVar = [guards.minutes_arrows]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.get_state_display()}"

    def locked(self) -> "Minutes":
        """The minutes as they are now, locked until the transaction ends; every verb asks for this first."""
        minutes: Minutes | None = LOCKED.first(key=self.pk)
        if minutes is None:
            raise Minutes.DoesNotExist
        return minutes

    def _step(self, fresh: "Minutes", target: State, **facts: Any) -> None:
        fresh.move_to(target, **facts)
        for field in ("state", *facts):
            setattr(self, field, getattr(fresh, field))

    @property
    def blanks(self) -> list[Item]:
        """The items that still need an outcome or a decision (*tyhjät kohdat*)."""
        return [item for item in self.meeting.items.all() if item.is_blank]

    @transaction.atomic
    def submit(self, inspectors: "list[Person] | None" = None, due_on: Any = None, **head: Any) -> None:
        """Send the minutes for inspection by the body's mode; the rows are frozen from here on.

        `head` is what was still to be told of the meeting itself: `ends_at`, `is_quorate`. Raises ValidationError
        while items are open, inspectors are missing or nobody would sign, WrongState when they are not a draft.
        """
        meeting, items, fresh = self._locked_with_rows()
        if fresh.state != State.DRAFT:
            raise WrongState(f"{fresh.state} → review")
        if fresh.blanks:
            raise ValidationError(_("Every item needs an outcome, and a decided one its decision."))
        if not (meeting.chaired_by_id and meeting.minuted_by_id):
            raise ValidationError(_("Write first who chaired the meeting and who wrote the minutes: they sign."))
        if meeting.chaired_by_id == meeting.minuted_by_id:
            raise ValidationError(_("One chairs and another writes the minutes."))
        for item in items:
            item.presented_as = item.presented_by
        Item.objects.bulk_update(items, ["presented_as"])
        Meeting.objects.filter(pk=fresh.pk).update(body_name=meeting.recorded_body, **head)
        now, mode = timezone.now(), fresh.inspection
        if mode == Inspection.INSPECTORS:
            fresh._choose(inspectors or [])
        if mode == Inspection.AT_ONCE:
            meeting.items.filter(inspected_at__isnull=True).update(inspected_at=now)
        if mode in (Inspection.AT_ONCE, Inspection.NONE):
            self._step(fresh, State.APPROVED, submitted_at=now, approved_at=now, remark="")
        else:
            self._step(fresh, State.REVIEW, submitted_at=now, due_on=due_on, remark="")

    def _locked_with_rows(self) -> "tuple[Meeting, list[Item], Minutes]":
        """The meeting, its items and the minutes as they are now, locked in the order of all writers.

        Items after the minutes would meet an edit in flight, which holds its item and waits for the minutes: a
        deadlock.
        """
        meeting = self.meeting.locked()
        items = meeting.items.select_for_update(no_key=True, of=("self",)).select_related("presenter")
        return meeting, list(items), self.locked()

    def _choose(self, inspectors: "list[Person]") -> None:
        if not inspectors:
            raise ValidationError(_("Choose the inspectors from those who were present."))
        self.reviews.filter(replaced_at__isnull=True).exclude(person__in=inspectors).delete()
        fresh = {"accepted_at": None, "replaced_at": None, "remark": ""}  # also of one who was replaced before
        for person in inspectors:
            self.reviews.update_or_create(person=person, defaults={"name": person.full_name, **fresh})

    @transaction.atomic
    def send_back(self, remark: str, by: Person) -> None:
        """Ask for a change: back to draft with the remark, and all acceptances void; the names are the present ones."""
        if not remark.strip():
            raise ValidationError({"remark": _("Write what should be changed.")})
        meeting, _items, fresh = self._locked_with_rows()
        if fresh.state != State.REVIEW:
            raise WrongState(f"{fresh.state} → draft")
        fresh.reviews.filter(replaced_at__isnull=True).update(accepted_at=None)
        fresh.reviews.filter(person=by).update(remark=remark.strip())
        self._step(fresh, State.DRAFT, remark=f"{by}: {remark.strip()}", due_on=None)
        meeting.items.exclude(presented_as="").update(presented_as="")
        Meeting.objects.filter(pk=meeting.pk).update(body_name="")

    @transaction.atomic
    def accept(self, by: Person) -> None:
        """Accept as an inspector; the last acceptance approves. Raises WrongState when there is nothing to accept."""
        fresh = self.locked()
        if fresh.state != State.REVIEW:
            raise WrongState(f"{fresh.state} → approved")
        waiting = fresh.reviews.filter(replaced_at__isnull=True, accepted_at__isnull=True)
        now = timezone.now()
        if not waiting.filter(person=by).update(accepted_at=now):
            raise WrongState("accepted")
        if not waiting.exists():
            self._step(fresh, State.APPROVED, approved_at=now)

    @transaction.atomic
    def replace_reviewer(self, old: Any, new: Person, reason: str) -> None:
        """Another inspects in the place of one who does not answer; the other acceptances stand."""
        fresh = self.locked()
        if not reason.strip():
            raise ValidationError({"reason": _("Write why the inspector is replaced.")})
        if fresh.state != State.REVIEW:
            raise WrongState("not in review")
        now = timezone.now()
        stamp = {"replaced_at": now, "remark": reason.strip()}
        if not fresh.reviews.filter(pk=old.pk, accepted_at__isnull=True, replaced_at__isnull=True).update(**stamp):
            raise WrongState("accepted")
        fresh.reviews.create(person=new, name=new.full_name)

    @transaction.atomic
    def to_next_meeting(self, reason: str) -> None:
        """Leave the inspection to the body's next meeting; who has not answered is let go."""
        fresh = self.locked()
        if not reason.strip():
            raise ValidationError({"reason": _("Write why the next meeting inspects the minutes.")})
        if fresh.state != State.REVIEW or fresh.inspection == Inspection.NEXT_MEETING:
            raise WrongState("not in review")
        waiting = fresh.reviews.filter(replaced_at__isnull=True, accepted_at__isnull=True)
        waiting.update(replaced_at=timezone.now(), remark=reason.strip())
        Minutes.objects.filter(pk=fresh.pk).update(inspection=Inspection.NEXT_MEETING, due_on=None)
        self.inspection = Inspection.NEXT_MEETING

    @transaction.atomic
    def approve_at(self, item: Item) -> None:
        """Approve by an item of a later meeting of the same body that says so."""
        fresh = self.locked()
        later = item.meeting.body_id == fresh.meeting.body_id and item.meeting.starts_at > fresh.meeting.starts_at
        if not later or item.outcome not in (Outcome.AS_PROPOSED, Outcome.AMENDED) or not item.meeting.opened_at:
            raise ValidationError(_("The item of the next meeting does not approve these minutes yet."))
        if fresh.inspection != Inspection.NEXT_MEETING or fresh.state != State.REVIEW:
            raise WrongState(f"{fresh.state} → approved")
        self._step(fresh, State.APPROVED, approved_at=timezone.now(), approved_in=item)

    def digest(self) -> str:
        """The SHA-256 of the rows as they stand: what a signature binds."""
        return digest(self.rows())

    def rows(self) -> dict[str, Any]:
        """The record as plain data: the meeting's head, who was there, the items."""
        meeting = self.meeting
        until = self.submitted_at or timezone.now()
        items = meeting.items.select_related("presenter").order_by("position")
        files = files_of(meeting.items.all(), lambda _meeting: until)
        return record(meeting, meeting.attendances.order_by("sort", "pk"), items, files)

    @transaction.atomic
    def sign(self, by: Person) -> None:
        """Sign as the meeting's chair or secretary; the second signature signs the minutes.

        Raises WrongState when this person has nothing to sign.
        """
        fresh = self.locked()
        if fresh.state != State.APPROVED:
            raise WrongState(f"{fresh.state} → signed")
        signed = set(fresh.signatures.values_list("capacity", flat=True))
        due = [capacity for capacity in fresh.capacities_of(by) if capacity not in signed]
        if not due:
            raise WrongState("signed")
        now, digest = timezone.now(), fresh.digest()
        for capacity in due:
            fresh.signatures.create(person=by, name=by.full_name, capacity=capacity, signed_at=now, sha256=digest)
        if signed | set(due) == set(Capacity.values):
            self._step(fresh, State.SIGNED, signed_at=now)

    def capacities_of(self, person: Person) -> list[str]:
        """In which capacities the person signs these minutes."""
        meeting = self.meeting
        found = [Capacity.CHAIR] if meeting.chaired_by_id == person.pk else []
        return [*found, *([Capacity.SECRETARY] if meeting.minuted_by_id == person.pk else [])]

    @transaction.atomic
    def publish(self) -> None:
        """Ask for publication: a job renders the file once, hashes and stores it, then moves the state."""
        fresh = self.locked()
        if fresh.state != State.SIGNED:
            raise WrongState(f"{fresh.state} → published")
        self.publishing_at = timezone.now()
        Minutes.objects.filter(pk=fresh.pk).update(publishing_at=self.publishing_at, trouble="")
        app.configure_task("publish_minutes").defer(meeting_id=fresh.pk)  # meetings.jobs


LOCKED = PreparedRecords(
    lambda key: (
        Minutes.objects.select_for_update(no_key=True, of=("self",)).select_related("meeting__body").filter(pk=key)
    ),
    key=A_KEY,
)  # fmt: skip
