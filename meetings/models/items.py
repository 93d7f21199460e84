"""Items: agenda and minutes in the same rows. A decision is in force when its minutes are inspected."""

from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Case, F, Max, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings import guards
from meetings.models.meetings import Meeting, Series
from meetings.outcomes import CARRIED, DECIDED, Outcome
from meetings.readers import shown_in
from meetings.standing import standing_titles
from network.access import Access
from network.addresses import address_of
from network.audit import tracked
from network.lifecycle import WrongState
from network.models import Person
from network.visibility import Visibility

IN_FORCE = ("approved", "signed", "published")
TEXTS = ("title", "grounds", "proposal", "discussion", "decision", "outcome")
LONG = 400_000  # characters of one text: within the megabyte that a form is promised to keep


class ItemQuerySet(models.QuerySet):
    """Items: who reads them, who may change them, and which of their decisions are in force."""

    def visible_to(self, user: Any) -> Self:
        """The items that the user reads: those of meetings they read, less those narrowed to fewer readers."""
        access = Access.of(user)
        return self.all() if access.is_secretariat else self.filter(shown_in(access))

    def managed_by(self, user: Any) -> Self:
        """The items of the meetings that the user keeps."""
        return self.filter(meeting__in=Meeting.objects.managed_by(user))

    def editable_by(self, user: Any) -> Self:
        """The items that the user may change: kept by them, and no minutes yet or a draft."""
        open_desk = Q(meeting__minutes__isnull=True) | Q(meeting__minutes__state="draft")
        return self.managed_by(user).filter(open_desk, meeting__cancelled_at__isnull=True, inspected_at__isnull=True)

    def in_force(self) -> Self:
        """The decisions in force: minutes inspected, or the item inspected at once (a question, not a column)."""
        inspected = Q(meeting__minutes__state__in=IN_FORCE) | Q(inspected_at__isnull=False)
        return self.filter(inspected, outcome__in=DECIDED)

    def decisions(self) -> Self:
        """The items that were decided, latest first, whatever their force."""
        return self.filter(outcome__in=DECIDED).order_by("-meeting__starts_at", "-section", "-position")

    def registered(self) -> Self:
        """The decisions of the register, each with `is_in_force`.

        What is still being written is none yet: it appears when its minutes leave the desk, or when it is
        inspected at the meeting.
        """
        left_the_desk = Q(meeting__minutes__state__in=("review", *IN_FORCE)) | Q(inspected_at__isnull=False)
        in_force = Q(meeting__minutes__state__in=IN_FORCE) | Q(inspected_at__isnull=False)
        told = Case(When(in_force, then=Value(True)), default=Value(False), output_field=models.BooleanField())
        return self.decisions().filter(left_the_desk).annotate(is_in_force=told)


class ItemManager(models.Manager.from_queryset(ItemQuerySet)):  # type: ignore[misc]
    """Adds items to meetings."""

    @transaction.atomic
    def add(self, meeting: Meeting, *, late_reason: str = "", **texts: Any) -> "Item":
        """Add an item at the end of the agenda; once the meeting is open it gets the next section at once.

        Raises WrongState when the meeting is cancelled; the database refuses a late item without a reason.
        """
        meeting = meeting.locked()
        if meeting.cancelled_at:
            raise WrongState("cancelled")
        last = meeting.items.aggregate(last=Max("position"))["last"] or 0
        item = self.model(meeting=meeting, position=last + 1, late_reason=late_reason, **texts)
        if meeting.opened_at and meeting.body.uses_sections and meeting.year:
            item.series = Series.objects.of(meeting.body, meeting.year)
            item.section = item.series.take_sections(1)
        item.save(force_insert=True)
        return item

    @transaction.atomic
    def take_up(self, meeting: Meeting) -> list["Item"]:
        """Put on this agenda what the body's earlier meetings left open and no agenda has taken up yet."""
        meeting = meeting.locked()
        # Locked first: another agenda of the body, being made at the same moment, may be taking them up.
        left = self.left_for(meeting).select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
        return [
            self.add(
                meeting, title=item.title, presenter=item.presenter, presenter_name=item.presenter_name,
                grounds=item.grounds, proposal=item.proposal,
                visibility=item.visibility, carried_from=item,
            )
            for item in self.left_for(meeting).filter(pk__in=list(left))
        ]  # fmt: skip

    def left_for(self, meeting: Meeting) -> ItemQuerySet:
        """What the body's earlier meetings left open and no agenda has taken up yet: tabled, not handled, cancelled.

        The standing items apart, for they stand on every agenda anyhow.
        """
        open_ended = Q(outcome__in=CARRIED) | Q(outcome="", meeting__cancelled_at__isnull=False)
        earlier = self.filter(
            open_ended, meeting__body=meeting.body, meeting__starts_at__lt=meeting.starts_at, carried_to=None
        )
        return earlier.exclude(title__in=standing_titles(meeting.body.kind)).order_by("meeting__starts_at", "position")


@tracked
class Item(models.Model):
    """An item of the agenda, and of the minutes: grounds, proposal, discussion, decision, outcome."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("agenda point"), editable=False)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="items", editable=False, verbose_name=_("year")
    )
    section = models.PositiveIntegerField(_("section"), null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=300)
    presenter = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="items_presented", verbose_name=_("presenter")
    )
    presenter_name = models.CharField(
        _("presenter from outside"), max_length=160, blank=True,
        help_text=_("Name and task, where the presenter is not in the register."),
    )  # fmt: skip
    # Copied when the minutes leave the desk: no later name of the presenter changes what was inspected and signed.
    presented_as = models.CharField(_("presenter in the record"), max_length=330, blank=True, editable=False)
    grounds = models.TextField(_("grounds"), max_length=LONG, blank=True)
    proposal = models.TextField(_("proposed decision"), max_length=LONG, blank=True)
    discussion = models.TextField(_("handling"), max_length=LONG, blank=True)
    decision = models.TextField(_("decision"), max_length=LONG, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    late_reason = models.CharField(_("why it is urgent"), max_length=300, blank=True)
    visibility = models.CharField(
        _("narrower readers"), max_length=10, choices=Visibility.choices, null=True, blank=True
    )
    inspected_at = models.DateTimeField(_("inspected at the meeting"), null=True, blank=True, editable=False)
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to", editable=False,
        verbose_name=_("carried over from"),
    )  # fmt: skip
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    changed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("changed by")
    )
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = ItemManager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering: ClassVar = ["meeting", "position"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values),
                name="item_outcome_known",
                violation_error_message=_("Choose one of the values offered."),
            ),
            models.CheckConstraint(
                condition=Q(visibility__isnull=True) | Q(visibility__in=Visibility.values),
                name="item_visibility_known",
                violation_error_message=_("Choose one of the values offered."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="item_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Two items cannot have the same place on the agenda."),
            ),
            models.UniqueConstraint(
                fields=["series", "section"],
                name="item_section_once",
                violation_error_message=_("The section number belongs to another item."),
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, section__isnull=True) | Q(series__isnull=False, section__isnull=False),
                name="item_series_and_section",
                violation_error_message=_("A section number has its year."),
            ),
            models.UniqueConstraint(
                fields=["carried_from"],
                name="item_carried_once",
                violation_error_message=_("The item already stands on a later agenda."),
            ),
            models.CheckConstraint(
                condition=Q(inspected_at__isnull=True) | ~Q(outcome=""),
                name="item_inspected_has_outcome",
                violation_error_message=_("An item is inspected when its outcome is written."),
            ),
        ]
        triggers: ClassVar = [guards.item_frozen]

    def __str__(self) -> str:
        return f"{self.sign} {self.title}"

    @property
    def presented_by(self) -> str:
        """Who presents the item: one of the register, somebody from outside, or both; as copied into the record."""
        return self.presented_as or ", ".join(
            filter(None, (self.presenter.full_name if self.presenter else "", self.presenter_name))
        )

    def get_absolute_url(self) -> str:
        """The permanent address of the section on its meeting's page."""
        return f"{address_of('meetings:meeting_detail', self.meeting_id)}#{self.anchor}"

    @property
    def sign(self) -> str:
        """ "§ 44" once the meeting has been opened, else the agenda point "3."."""
        return f"§ {self.section}" if self.section else f"{self.position}."

    @property
    def anchor(self) -> str:
        """The item's place on the page: by section once it has one, for that never changes."""
        return f"p{self.section}" if self.section else f"k{self.pk}"

    @property
    def is_blank(self) -> bool:
        """Whether something that the minutes need is missing: an outcome, or the words of a decision."""
        has_words = bool(self.decision.strip()) and not self.breaks_off
        return not self.outcome or (self.outcome in (*DECIDED, Outcome.NOTED) and not has_words)

    @property
    def breaks_off(self) -> bool:
        """Whether the decision ends in a colon, as an amended one's usual sentence does: what follows is missing."""
        return self.decision.rstrip().endswith(":")

    def save_text(self, *, seen: int, by: Person | None, **texts: Any) -> bool:
        """Write the texts over the revision seen; False when somebody has written since (nothing is changed).

        The same compare-and-swap as the lifecycle: UPDATE … WHERE revision = <seen>.
        """
        stamp = {"revision": F("revision") + 1, "changed_by": by, "changed_at": timezone.now()}
        saved = Item.objects.filter(pk=self.pk, revision=seen).update(**texts, **stamp)
        if saved:
            # The swap itself tells what the row now holds; asking again would cost the autosave a query.
            for name, value in (texts | stamp | {"revision": seen + 1}).items():
                setattr(self, name, value)
        return bool(saved)

    @transaction.atomic
    def move(self, up: bool) -> None:
        """Change places with the item before or after it; the order is only changed before the meeting opens."""
        meeting = self.meeting.locked()
        if meeting.opened_at:
            raise WrongState("opened")
        me = meeting.items.get(pk=self.pk)
        others = (
            meeting.items.filter(position__lt=me.position) if up else meeting.items.filter(position__gt=me.position)
        )
        other = others.order_by("-position" if up else "position").first()
        if other:
            Item.objects.filter(pk=other.pk).update(position=me.position)
            Item.objects.filter(pk=me.pk).update(position=other.position)

    @transaction.atomic
    def drop(self) -> None:
        """Take the item off an agenda that has not been sent; later ones close the gap.

        Raises WrongState once the meeting has been called: then the item ends with an outcome instead.
        """
        meeting = self.meeting.locked()
        if meeting.called_at or meeting.opened_at:
            raise WrongState("called")
        place = meeting.items.get(pk=self.pk).position
        self.delete()
        meeting.items.filter(position__gt=place).update(position=F("position") - 1)

    @transaction.atomic
    def inspect_at_once(self, *, seen: int) -> bool:
        """Inspect the item at the meeting: its decision is in force, and its text is frozen from now on.

        False when somebody has written over the revision seen (nothing is changed). Raises WrongState while there is
        no decision to inspect.
        """
        item = Item.objects.select_for_update(no_key=True).get(pk=self.pk)
        if item.revision != seen:
            return False
        if item.is_blank or item.inspected_at or not item.meeting.opened_at:
            raise WrongState("not ready")
        Item.objects.filter(pk=item.pk).update(inspected_at=timezone.now())
        return True
