"""Meetings: the running numbers of a body's year, notices, who was there."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from meetings import guards
from meetings.models.series import Series
from meetings.readers import kept_in, listed_in, read_in
from network.access import Access
from network.addresses import address_of
from network.audit import tracked
from network.languages import RecordLanguage
from network.lifecycle import WrongState
from network.models import Body, Letter, Person, Role
from network.periods import one_of
from network.prepared import A_KEY, PreparedRecords
from network.rosters import holder_of, secretary_of
from network.visibility import Visibility

# Writes the subject and the text of a letter about the meeting as it is at that moment.
Compose = Callable[["Meeting"], tuple[str, str]]


class MeetingQuerySet(models.QuerySet):
    """Meetings: who learns that one takes place, who reads its papers, who keeps them."""

    def managed_by(self, user: Any) -> Self:
        """The meetings whose papers the user keeps: of their bodies, and those whose minutes they write."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        return self.filter(kept_in(access))

    def visible_to(self, user: Any) -> Self:
        """The meetings whose papers the user reads: called or published, by the body's rule of publicity."""
        access = Access.of(user)
        return self.all() if access.is_secretariat else self.filter(read_in(access))

    def inspected_by(self, person: Any) -> Self:
        """The meetings whose minutes wait for this person's inspection."""
        waits = Q(minutes__reviews__person=person, minutes__reviews__replaced_at__isnull=True)
        return self.filter(waits, minutes__state="review")

    def listed_for(self, user: Any) -> Self:
        """The meetings of which the user learns that they take place, and those they read."""
        access = Access.of(user)
        return self.all() if access.is_secretariat else self.filter(listed_in(access))

    def with_keeper(self, user: Any) -> Self:
        """Each meeting with `is_kept`: whether this user keeps it."""
        kept = Meeting.objects.managed_by(user).filter(pk=models.OuterRef("pk"))
        return self.annotate(is_kept=models.Exists(kept))

    def told_in_calendars(self) -> Self:
        """The meetings that have been called, each with how often (`told`) and when last (`told_at`) it was told of."""
        told = {"told": models.Count("notices"), "told_at": models.Max("notices__letter__created_at")}
        return self.filter(called_at__isnull=False).annotate(**told)

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
    language = models.CharField(_("language"), max_length=2, choices=RecordLanguage.choices, default=RecordLanguage.FI)
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
    # Copied when the minutes leave the desk: no later renaming changes what was inspected and signed.
    body_name = models.CharField(_("name of the body in the record"), max_length=160, blank=True, editable=False)
    created_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("made by")
    )

    objects = MeetingQuerySet.as_manager()
    minutes: Any  # the Minutes, which lie above

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering: ClassVar = ["-starts_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["body", "-starts_at"], name="meeting_of_body"),
            models.Index(fields=["-starts_at", "-id"], name="meeting_in_time"),
        ]
        constraints: ClassVar = [
            one_of("calendar_visibility", Visibility, "meeting_calendar_visibility_known"),
            one_of("visibility", Visibility, "meeting_visibility_known"),
            one_of("language", RecordLanguage, "meeting_language_known"),
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
            models.CheckConstraint(
                condition=~Q(chaired_by=F("minuted_by")),
                name="meeting_chaired_and_minuted_by_two",
                violation_error_message=_("One chairs and another writes the minutes."),
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
        return address_of("meetings:meeting_detail", self.pk)

    @property
    def label(self) -> str:
        """ "4/2026", or the day while the meeting has no number."""
        return f"{self.number}/{self.year}" if self.number else f"{timezone.localtime(self.starts_at):%-d.%-m.%Y}"

    @property
    def day(self) -> date:
        """The day of the meeting in Helsinki."""
        return timezone.localtime(self.starts_at).date()

    @property
    def recorded_body(self) -> str:
        """What the record calls the body: as copied into it, until then its name of the day in its language."""
        with override(self.language):
            return self.body_name or str(self.body.name_on(self.day))

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
            FormerNumber.objects.create(meeting=self, body=self.body, year=self.year or year, number=self.number)
        self.year, self.number = year, series.take_meeting()

    def locked(self) -> "Meeting":
        """The meeting as it is now, locked until the transaction ends; raises WrongState when it is gone."""
        meeting: Meeting | None = LOCKED.first(key=self.pk)
        if meeting is None:
            raise WrongState("gone")
        return meeting

    @property
    def latest_call(self) -> datetime:
        """The last moment at which the notice is in time by the body's own days (`domain.md` § 2.8)."""
        return self.starts_at - timedelta(days=self.body.notice_days)

    @property
    def receivers(self) -> list[Person]:
        """Everybody who holds a role in the body on the day of the meeting, once each, by name.

        A meeting that is moved or cancelled is also told to those who were called and hold no role on the new day.
        """
        told = Q(pk__in=self.body.holdings.on(self.day).values("person_id"))
        if self.moved_from or self.cancelled_at:
            told |= Q(pk__in=self.notices.values("letter__envelopes__person"))
        return list(Person.objects.filter(told).order_by("last_name", "first_name"))

    @transaction.atomic
    def call(self, by: Person, compose: Compose, late_reason: str = "") -> None:
        """Call the meeting: it gets its number, and the notice goes to everybody who sits in the body.

        Raises ValidationError when there is nothing on the agenda, when it is too late altogether, or when the
        notice is late and no reason is given; WrongState when it has been called or cancelled already.
        """
        fresh = self.locked()
        if fresh.called_at or fresh.cancelled_at or fresh.opened_at:
            raise WrongState("called")
        now = timezone.now()
        if not fresh.items.exists():
            raise ValidationError(_("There is nothing on the agenda yet."))
        if fresh.starts_at <= now:
            raise ValidationError(_("The meeting should have begun already; change its time first."))
        if now > fresh.latest_call and not late_reason.strip():
            raise ValidationError({"late_reason": _("The notice is late: give the reason.")})
        fresh.take_number(fresh.day.year)
        fresh.called_at = now
        fresh.late_notice_reason = late_reason.strip() if now > fresh.latest_call else ""
        fresh.save()
        fresh.tell("call", by, compose)
        self.refresh_from_db()

    @transaction.atomic
    def correct(self, by: Person, compose: Compose) -> None:
        """Send a second notice, marked as a correction of the first."""
        fresh = self.locked()
        if not fresh.called_at or fresh.cancelled_at or fresh.opened_at:
            raise WrongState("not called")
        fresh.tell("correction", by, compose)

    @transaction.atomic
    def move(self, by: Person, compose: Compose, *, starts_at: datetime, place: str = "") -> None:
        """Move a called meeting and tell everybody; in another year it gets that year's number as well."""
        fresh = self.locked()
        if not fresh.called_at or fresh.cancelled_at or fresh.opened_at:
            raise WrongState("not called")
        if starts_at <= timezone.now():
            raise ValidationError({"starts_at": _("The new time has already passed.")})
        fresh.moved_from = fresh.moved_from or fresh.starts_at
        fresh.starts_at, fresh.place = starts_at, place or fresh.place
        if fresh.day.year != fresh.year:
            fresh.take_number(fresh.day.year)
        fresh.save()
        fresh.tell("move", by, compose)
        self.refresh_from_db()

    @transaction.atomic
    def cancel(self, by: Person, compose: Compose, reason: str) -> None:
        """Cancel the meeting; one that has been called stays in the list with its number, and all are told."""
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the meeting is cancelled.")})
        fresh = self.locked()
        if fresh.cancelled_at or fresh.opened_at:
            raise WrongState("cancelled")
        fresh.cancelled_at, fresh.cancel_reason = timezone.now(), reason.strip()
        fresh.save(update_fields=["cancelled_at", "cancel_reason"])
        if fresh.called_at:
            fresh.tell("cancel", by, compose)
        self.refresh_from_db()

    def tell(self, kind: str, by: Person, compose: Compose) -> None:
        """Write the letter about the meeting, in the same transaction as what it tells of."""
        subject, text = compose(self)
        letter = Letter.objects.write(
            subject=subject, text=text, to=self.receivers, about_body=self.body, created_by=by
        )
        self.notices.create(letter=letter, kind=kind)

    @transaction.atomic
    def open(self) -> None:
        """Open the meeting: the sections are given in one statement, the roll is laid out, the minutes begin.

        Raises WrongState when it has not been called, is cancelled, or has been opened already.
        """
        fresh = self.locked()
        if not fresh.called_at or fresh.cancelled_at or fresh.opened_at:
            raise WrongState("opened")
        fresh.opened_at = timezone.now()
        fresh.chaired_by = fresh.chaired_by or holder_of(fresh.body, Role.CHAIR, fresh.day)
        fresh.minuted_by = fresh.minuted_by or secretary_of(fresh.body, fresh.day)
        if fresh.minuted_by == fresh.chaired_by:
            fresh.minuted_by = None  # both sign, so they are two: who writes is told on the roll
        fresh.save(update_fields=["opened_at", "chaired_by", "minuted_by"])
        if fresh.body.uses_sections:
            fresh.give_sections()
        fresh.attendances.lay_out(fresh)
        apps.get_model("meetings", "Minutes").objects.create(meeting=fresh, inspection=fresh.body.inspection)
        self.refresh_from_db()

    def give_sections(self) -> None:
        """Number the agenda's items with the next sections of the body's year, in one statement."""
        series = Series.objects.of(self.body, self.year or self.day.year)
        first = series.take_sections(self.items.count())
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE meetings_item i SET series_id = %s, section = %s + o.place - 1 FROM (SELECT id,"
                " row_number() OVER (ORDER BY position) AS place FROM meetings_item WHERE meeting_id = %s) o"
                " WHERE o.id = i.id",
                [series.pk, first, self.pk],
            )

    @property
    def quorum(self) -> tuple[int, int]:
        """How many of those who decide are there, and how many it takes (see Tally)."""
        tally = self.attendances.tally()
        return tally.there, tally.needed

    @transaction.atomic
    def end_without_quorum(self) -> None:
        """Too few came: the open items end as *not handled* (`meetings.agenda` takes them up again).

        Raises WrongState when the meeting is not open.
        """
        fresh = self.locked()
        if not fresh.is_open:
            raise WrongState("not open")
        fresh.items.filter(outcome="").update(outcome="not_handled", revision=F("revision") + 1)
        fresh.is_quorate = False
        fresh.save(update_fields=["is_quorate"])
        self.refresh_from_db()


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
        triggers: ClassVar = [guards.former_number]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


LOCKED = PreparedRecords(
    lambda key: Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body").filter(pk=key),
    key=A_KEY,
)
