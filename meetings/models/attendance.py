"""Who was there, and whether they were enough to decide."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from meetings import guards
from meetings.models.meetings import Meeting
from network.audit import tracked
from network.models import Department, Employment, Holding, Person, Role, Term
from network.periods import one_of
from network.roles import ROLE_ORDER
from network.rosters import department_of, employments_of, holdings_on


class Presence(models.TextChoices):
    """How somebody was there."""

    PRESENT = "present", _("present")
    REMOTE = "remote", _("remote")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


class AttendanceManager(models.Manager):
    """Lays out the roll of a meeting."""

    def lay_out(self, meeting: Meeting) -> None:
        """Write a line for everybody who holds a role in the body on the day, in the order of the roster.

        Who decides is expected and marked present; alternates and experts come when they are asked to.
        """
        held = holdings_on(meeting.day).filter(body=meeting.body)
        jobs = employments_of(held, meeting.day)
        lines: dict[int, Attendance] = {}
        with override(meeting.language):
            for holding in sorted(held, key=lambda h: (ROLE_ORDER[h.role], h.person.last_name)):
                if holding.person_id not in lines:
                    lines[holding.person_id] = _line(meeting, holding, jobs.get(holding.person_id))
        for place, line in enumerate(lines.values()):
            line.sort = place
        self.bulk_create(lines.values())


def _line(meeting: Meeting, holding: Holding, job: Employment | None) -> "Attendance":
    department = department_of(holding, job)
    expected = holding.role not in (Role.ALTERNATE, Role.EXPERT)
    return Attendance(
        meeting=meeting,
        person=holding.person,
        name=holding.person.full_name,
        presence=Presence.PRESENT if expected else Presence.ABSENT,
        capacity=str(Role(holding.role).label),
        department=department.name if department else (job.organisation if job else ""),
        seat_department=department,
        has_vote=holding.role in (Role.CHAIR, Role.VICE_CHAIR, Role.MEMBER),
    )


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

    objects = AttendanceManager()

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
