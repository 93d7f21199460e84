"""Meetings: the running numbers of a body's year, notices, who was there."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings import guards
from network.access import Access
from network.audit import tracked
from network.lifecycle import WrongState
from network.models import Body, Department, Letter, Person, Term
from network.periods import one_of
from network.visibility import Visibility

if TYPE_CHECKING:
    from meetings.models.minutes import Minutes


class SeriesManager(models.Manager):
    """Hands out the running numbers of a body's year; a number is taken with the transaction and never lost."""

    def of(self, body: Body, year: int) -> "Series":
        """The body's year, made when it is first asked for, and locked until the transaction ends.

        The lock is what makes the numbers gap-free: a second writer waits until the first has kept or dropped
        its number (200 numbers by 8 threads were unique and gap-free).
        """
        self.bulk_create([Series(body=body, year=year)], ignore_conflicts=True)
        return self.select_for_update(no_key=True).get(body=body, year=year)


class Series(models.Model):
    """The running numbers of a body's calendar year: of its meetings and of its sections (`domain.md` § 2.6)."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="series", verbose_name=_("body"))
    year = models.PositiveSmallIntegerField(_("year"))
    last_meeting = models.PositiveIntegerField(_("last meeting"), default=0)
    last_section = models.PositiveIntegerField(_("last section"), default=0)

    objects = SeriesManager()

    class Meta:
        verbose_name = _("running numbers of a year")
        verbose_name_plural = _("running numbers of years")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "year"],
                name="series_one_per_year",
                violation_error_message=_("The body already has its numbers of the year."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.year}"

    def take_meeting(self) -> int:
        """The next meeting's number; call it with the series locked."""
        self.last_meeting += 1
        self.save(update_fields=["last_meeting"])
        return self.last_meeting

    def take_sections(self, count: int) -> int:
        """Take so many section numbers; returns the first of them."""
        first = self.last_section + 1
        self.last_section += count
        self.save(update_fields=["last_section"])
        return first


class MeetingQuerySet(models.QuerySet):
    """Meetings: who learns that one takes place, who reads its papers, who keeps them."""

    def managed_by(self, user: Any) -> Self:
        """The meetings whose papers the user keeps: of their bodies, and those whose minutes they write."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        keeps = Q(body__in=access.manages)
        if access.person_id:
            # A change of secretary orphans no draft (architecture § 5).
            keeps |= Q(minuted_by=access.person_id) & ~Q(minutes__state="published")
        return self.filter(keeps)

    def visible_to(self, user: Any) -> Self:
        """The meetings whose papers the user reads: called or published, by the body's rule of publicity."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        published = Q(minutes__state="published")
        reads = published & Q(visibility=Visibility.PUBLIC)
        if access.is_network:
            reads |= published & Q(visibility=Visibility.NETWORK)
        if access.person_id is None:
            return self.filter(reads)
        reads |= Q(body__in=access.member_of) & (Q(called_at__isnull=False) | published)
        reads |= Q(body__in=access.manages)
        reads |= Q(minuted_by=access.person_id) & ~published
        inspected = self.model.objects.filter(
            minutes__state="review",
            minutes__reviews__person=access.person_id,
            minutes__reviews__replaced_at__isnull=True,
        )
        return self.filter(reads | Q(pk__in=inspected.values("pk")))

    def listed_for(self, user: Any) -> Self:
        """The meetings of which the user learns that they take place, and those they read."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        known = Q(calendar_visibility=Visibility.PUBLIC)
        if access.is_network:
            known |= Q(calendar_visibility=Visibility.NETWORK)
        if access.member_of:
            known |= Q(body__in=access.member_of)
        called = Q(called_at__isnull=False) & known
        return self.filter(called | Q(pk__in=self.model.objects.visible_to(user).values("pk")))

    def coming(self, now: datetime | None = None) -> Self:
        """The meetings that have not begun, next first."""
        return self.filter(starts_at__gte=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now: datetime | None = None) -> Self:
        """The meetings that have begun, latest first."""
        return self.filter(starts_at__lt=now or timezone.now()).order_by("-starts_at", "-pk")


@tracked
class Meeting(models.Model):
    """A meeting of a body. It gets its number with the notice and keeps it."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name=_("body"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True, editable=False)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200)
    remote_link = models.URLField(_("remote link"), max_length=500, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fi", _("Finnish")), ("sv", _("Swedish"))], default="fi"
    )
    chaired_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="meetings_chaired", verbose_name=_("chaired by")
    )
    minuted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="meetings_minuted", verbose_name=_("minutes by")
    )
    calendar_visibility = models.CharField(
        _("who learns of the meeting"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    visibility = models.CharField(
        _("who reads the published minutes"), max_length=10, choices=Visibility.choices, default=Visibility.NETWORK
    )
    called_at = models.DateTimeField(_("called at"), null=True, blank=True, editable=False)
    late_notice_reason = models.CharField(_("reason for the late notice"), max_length=300, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=300, blank=True, editable=False)
    moved_from = models.DateTimeField(_("was first called for"), null=True, blank=True, editable=False)
    is_quorate = models.BooleanField(_("had a quorum"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("made by")
    )

    objects = MeetingQuerySet.as_manager()
    minutes: "Minutes"

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar = ["-starts_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["body", "-starts_at"], name="meeting_of_body")]
        constraints: ClassVar = [
            one_of("calendar_visibility", Visibility, "meeting_calendar_visibility_known"),
            one_of("visibility", Visibility, "meeting_visibility_known"),
            models.CheckConstraint(
                condition=Q(language__in=["fi", "sv"]),
                name="meeting_language_known",
                violation_error_message=_("Choose one of the values offered."),
            ),
            models.UniqueConstraint(
                fields=["body", "year", "number"],
                name="meeting_number_once",
                violation_error_message=_("The number belongs to another meeting."),
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True, number__isnull=True) | Q(year__isnull=False, number__isnull=False),
                name="meeting_year_and_number",
                violation_error_message=_("A meeting's number has its year."),
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True) | (Q(number__isnull=False) & Q(called_at__lt=F("starts_at"))),
                name="meeting_called_before_it_starts",
                violation_error_message=_("A meeting is called before it starts, and gets its number with the notice."),
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(number__isnull=False, cancelled_at__isnull=True),
                name="meeting_opened_has_number",
                violation_error_message=_("A cancelled meeting is not opened."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="meeting_ends_after_start",
                violation_error_message=_("The meeting ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason=""),
                name="meeting_cancelled_with_reason",
                violation_error_message=_("Say why the meeting is cancelled."),
            ),
        ]
        triggers: ClassVar = [guards.meeting_head, guards.meeting_number]

    def __str__(self) -> str:
        return f"{self.body} {self.label}"

    def clean(self) -> None:
        """Say on the field what the database would refuse."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The meeting ends after it starts.")})

    def get_absolute_url(self) -> str:
        """The meeting's permanent address."""
        return reverse("meetings:meeting_detail", args=[self.pk])

    @property
    def label(self) -> str:
        """ "4/2026", or the day while the meeting has no number."""
        return f"{self.number}/{self.year}" if self.number else f"{timezone.localtime(self.starts_at):%-d.%-m.%Y}"

    @property
    def day(self) -> date:
        """The day of the meeting in Helsinki."""
        return timezone.localtime(self.starts_at).date()

    @property
    def has_minutes(self) -> bool:
        """Whether the minutes have been begun."""
        return hasattr(self, "minutes")

    @property
    def is_open(self) -> bool:
        """Whether the meeting has been opened and its minutes can still be written."""
        return self.opened_at is not None and (not self.has_minutes or self.minutes.state == "draft")

    @transaction.atomic
    def take_number(self, year: int) -> None:
        """Give the meeting the next number of its body's year; a number of another year is kept as a former one."""
        series = Series.objects.of(self.body, year)
        if self.number and self.year != year:
            FormerNumber.objects.create(meeting=self, body=self.body, year=self.year, number=self.number)
        self.year, self.number = year, series.take_meeting()

    def locked(self) -> "Meeting":
        """The meeting as it is now, locked until the transaction ends; raises WrongState when it is gone."""
        meeting = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body").filter(pk=self.pk)
        found = meeting.first()
        if found is None:
            raise WrongState("gone")
        return found

    @property
    def receivers(self) -> list[Person]:
        """Everybody who holds a role in the body on the day of the meeting, once each, by name."""
        held = self.body.holdings.on(self.day).values("person_id")
        return list(Person.objects.filter(pk__in=held).order_by("last_name", "first_name"))


class FormerNumber(models.Model):
    """The number that a meeting had in a year that it was moved out of; nothing else ever gets it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="former_numbers", verbose_name=_("meeting"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name=_("body"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("former number")
        verbose_name_plural = _("former numbers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "year", "number"],
                name="formernumber_once",
                violation_error_message=_("The number belongs to another meeting."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


class NoticeKind(models.TextChoices):
    """What a letter about a meeting says."""

    CALL = "call", _("notice")
    CORRECTION = "correction", _("corrected notice")
    MOVE = "move", _("moved")
    CANCEL = "cancel", _("cancelled")


@tracked
class Notice(models.Model):
    """A letter that was sent about a meeting; the letter's envelopes tell what became of it."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notices", verbose_name=_("meeting"))
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="notice", verbose_name=_("letter"))
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind.choices)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            one_of("kind", NoticeKind, "notice_kind_known"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(kind=NoticeKind.CALL),
                name="notice_called_once",
                violation_error_message=_("The meeting has already been called."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.letter}"


class Presence(models.TextChoices):
    """How somebody was there."""

    PRESENT = "present", _("present")
    REMOTE = "remote", _("remote")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


@tracked
class Attendance(models.Model):
    """Who was there and in what capacity, as text of that day; a guest without account has a name only."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name=_("meeting"))
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=160, blank=True)
    presence = models.CharField(_("presence"), max_length=8, choices=Presence.choices, default=Presence.PRESENT)
    capacity = models.CharField(_("capacity"), max_length=120, blank=True)
    department = models.CharField(_("rescue department"), max_length=160, blank=True)
    seat_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seat's department")
    )
    has_vote = models.BooleanField(_("may decide"), default=True)
    for_term = models.ForeignKey(
        Term, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in place of")
    )
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering: ClassVar = ["sort", "pk"]
        constraints: ClassVar = [
            one_of("presence", Presence, "attendance_presence_known"),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="attendance_once",
                violation_error_message=_("The person already stands in the list."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="attendance_has_name",
                violation_error_message=_("Give the guest's name."),
            ),
        ]
        triggers: ClassVar = [guards.attendance_frozen]

    def __str__(self) -> str:
        return self.name

    @property
    def is_there(self) -> bool:
        """Whether the person takes part, in the room or remotely (410/2015, 103 §: remote counts as present)."""
        return self.presence in (Presence.PRESENT, Presence.REMOTE)
