"""Who was there, and whether they were enough to decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

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
from network.rosters import HOLDINGS, department_of, employments_of


class Presence(models.TextChoices):
    """How somebody was there."""

    PRESENT = "present", _("present")
    REMOTE = "remote", _("remote")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


DECIDING = (Role.CHAIR, Role.VICE_CHAIR, Role.MEMBER)


@dataclass(frozen=True)
class Tally:
    """The seats of those who decide, and how many of them are filled in the room or remotely.

    A seat is counted once: whoever acts in another's place fills that seat and adds none.
    """

    seats: int
    present: int
    remote: int

    @classmethod
    def of(cls, rows: "Iterable[Attendance]") -> "Tally":
        """Count the rows of a roll."""
        deciding = [row for row in rows if row.has_vote]
        return cls(
            seats=sum(1 for row in deciding if row.for_term_id is None),
            present=sum(1 for row in deciding if row.presence == Presence.PRESENT),
            remote=sum(1 for row in deciding if row.presence == Presence.REMOTE),
        )

    @property
    def there(self) -> int:
        """How many decide now: remote counts as present (410/2015, 103 §)."""
        return self.present + self.remote

    @property
    def missing(self) -> int:
        """How many seats nobody fills."""
        return max(self.seats - self.there, 0)

    @property
    def needed(self) -> int:
        """More than half of the seats (410/2015, 103 §)."""
        return self.seats // 2 + 1

    @property
    def is_quorate(self) -> bool:
        """Whether those who are there may decide."""
        return self.there >= self.needed

    @property
    def strokes(self) -> list[str]:
        """A stroke for each seat, those there first, with the line of the quorum among them."""
        drawn = ["on"] * self.present + ["remote"] * self.remote + [""] * self.missing
        return [*drawn[: self.needed], "gap", *drawn[self.needed :]]


class AttendanceManager(models.Manager["Attendance"]):
    """Lays out the roll of a meeting, and counts it."""

    def tally(self) -> Tally:
        """The seats of those who decide, counted over these rows."""
        return Tally.of(self.all())

    def lay_out(self, meeting: Meeting) -> None:
        """Write a line for everybody who holds a role in the body on the day, in the order of the roster.

        Who decides is expected and marked present; alternates and experts come when they are asked to, and
        one who has a substitute that day is excused.
        """
        held = HOLDINGS(body=meeting.body_id, day=meeting.day)
        jobs = employments_of(held, meeting.day)
        stood_in_for = {holding.term_id for holding in held if holding.substitution_id}
        grounds: dict[int, list[Holding]] = {}
        for holding in sorted(held, key=lambda h: (ROLE_ORDER[h.role], h.person.last_name, h.person.first_name)):
            grounds.setdefault(holding.person_id, []).append(holding)
        with override(meeting.language):
            lines: dict[int, Any] = {
                person: _line(meeting, holdings, jobs.get(person), stood_in_for) for person, holdings in grounds.items()
            }
        for place, line in enumerate(lines.values()):
            line.sort = place
        self.bulk_create(lines.values())


def _line(meeting: Meeting, holdings: list[Holding], job: Employment | None, stood_in_for: set[int]) -> "Attendance":
    """One person's line: the first role in order, and one seat at most; a seat of their own comes first."""
    first = holdings[0]
    own = [holding for holding in holdings if holding.substitution_id is None]
    deciding = [holding for holding in holdings if holding.role in DECIDING]
    fills = next((holding for holding in deciding if holding in own), deciding[0] if deciding else None)
    away = all(holding.term_id in stood_in_for for holding in own) if own and own == holdings else False
    expected = any(holding.role not in (Role.ALTERNATE, Role.EXPERT) for holding in holdings)
    usual = Presence.PRESENT if expected else Presence.ABSENT
    department = department_of(fills or first, job)
    return Attendance(
        meeting=meeting,
        person=first.person,
        name=first.person.full_name,
        presence=Presence.EXCUSED if away else usual,
        capacity=str(Role(first.role).label),
        department=department.name if department else (job.organisation if job else ""),
        seat_department=department,
        has_vote=fills is not None,
        for_term=fills.term if fills and fills.substitution_id else None,
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
            # Asked at the end of the transaction, for two may change places in one save.
            models.UniqueConstraint(
                fields=["meeting", "for_term"],
                name="attendance_seat_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Somebody else is in this place already."),
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
