"""Access: what a person's holdings of today add up to, and the one author of visibility.

Rights come from terms and end with them. Nobody asks for a name, a group or a flag. The models stand on this module
(who sees them is asked here), so it names none of them: a `user` is a Person, an AnonymousUser or None, a `body` a
Body, what stands in `because` a Holding.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial
from typing import Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from network.periods import today
from network.prepared import A_DAY, A_KEY, PreparedQuery, PreparedRecords, ReaderToComeError, prepared
from network.roles import CHAIRS, OFFICERS, Kind, Role
from network.visibility import Visibility

__all__ = ["NOBODY", "Access", "BodyRecordQuerySet", "Visibility", "note_reading", "read_or_404"]

Record = TypeVar("Record", bound=models.Model)
ONE_READING = timedelta(minutes=10)  # within which the parts of a file are fetched


def _model(name: str) -> Any:
    """A model of the ground by its name, for the models themselves ask here who may see them."""
    return apps.get_model("network", name)


def _held(person: int, day: date) -> QuerySet:
    """What somebody holds on a day: body, role, whether they work in a department, the body's kind."""
    works = _model("Employment").objects.on(day).filter(person=OuterRef("person"), department__isnull=False)
    held = _model("Holding").objects.filter(person=person).on(day)
    return held.values_list("body_id", "role", Exists(works), "body__kind")


def _because(person: int, day: date) -> QuerySet:
    """The holdings themselves, with their bodies."""
    held = _model("Holding").objects.filter(person=person).on(day)
    return held.select_related("body").order_by("body__sort", "body__name_fi")


def _reach(bodies: list[int], day: date) -> QuerySet:
    """These bodies and those under them that may be written in on the day, each with the body above it."""
    under = _model("Body").objects.open_on(day).filter(Q(pk__among=bodies) | Q(parent__among=bodies))
    return under.order_by().values_list("pk", "parent_id")


# Every request of a reader who is logged in asks these.
HELD = PreparedQuery(_held, person=A_KEY, day=A_DAY)
REACH = PreparedQuery(_reach, bodies=[A_KEY], day=A_DAY)
BECAUSE = PreparedRecords(_because, person=A_KEY, day=A_DAY)


@dataclass(frozen=True)
class Access:
    """One rule set, computed from the holdings of a day in two queries of ids (architecture § 5).

    Every logged-in request pays for those; the holdings themselves are read only where a page tells the reason.
    """

    person_id: int | None = field(default=None, compare=False)
    day: date | None = field(default=None, compare=False)
    member_of: frozenset[int] = frozenset()
    manages: frozenset[int] = frozenset()
    governs: frozenset[int] = frozenset()
    is_network: bool = False
    is_secretariat: bool = False
    is_keeper: bool = False
    chairs: frozenset[int] = frozenset()  # the bodies that I lead: those under them are mine to found and to close
    offices: frozenset[int] = frozenset()  # the bodies of which I am chair, vice-chair or secretary
    is_to_come: ClassVar = False

    @classmethod
    def of(cls, user: Any) -> "Access":
        """What the user may do today; NOBODY for an anonymous visitor. Computed once and kept on the person.

        An Access is what its holder may do.
        """
        return user if isinstance(user, cls) else getattr(user, "access", NOBODY)

    @classmethod
    def on(cls, person: Any, day: date) -> "Access":
        """What the person's holdings of the day add up to; nothing for one who may not log in."""
        if not person.is_active:
            return NOBODY
        held = HELD(person=person.pk, day=day)
        officer_of = frozenset(body for body, role, _, _ in held if role in OFFICERS)
        chair_of = frozenset(body for body, role, _, _ in held if role in CHAIRS)
        reach = REACH(bodies=list(officer_of), day=day) if officer_of else []
        office = {role for _, role, _, kind in held if kind == Kind.OFFICE and role != Role.EXPERT}
        return cls(
            person_id=person.pk,
            day=day,
            member_of=frozenset(body for body, _, _, _ in held),
            manages=frozenset(body for body, _ in reach),
            governs=frozenset(body for body, parent in reach if parent in chair_of) - chair_of,
            is_network=bool(office) or any(role != Role.EXPERT and employed for _, role, employed, _ in held),
            is_secretariat=bool(office & {Role.CHAIR, Role.SECRETARY}),
            is_keeper=person.is_keeper,
            chairs=chair_of,
            offices=officer_of,
        )

    @cached_property
    def because(self) -> tuple[Any, ...]:
        """The holdings of the day that all of it comes from; asked of the database when a page tells them."""
        if not self.member_of or self.day is None:
            return ()
        return tuple(BECAUSE(person=self.person_id, day=self.day))

    @property
    def officers(self) -> QuerySet:
        """The people who hold an office of some body on the day, for a subquery: their names are public."""
        return _model("Holding").objects.on(self.day or today()).filter(role__in=OFFICERS).values("person_id")

    @property
    def colleagues(self) -> QuerySet:
        """The people of the bodies that I sit in or keep on the day, for a subquery."""
        bodies = self.member_of | self.manages
        return _model("Holding").objects.on(self.day or today()).filter(body__in=bodies).values("person_id")

    def may_manage(self, body: Any) -> bool:
        """Whether the body's agenda, minutes and documents are in the reader's keeping."""
        return self.is_secretariat or body.pk in self.manages

    def may_govern(self, body: Any) -> bool:
        """Whether the body's life and people are the reader's to decide."""
        return self.is_secretariat or body.pk in self.governs

    def reason(self, body: Any) -> Any:
        """The holding that opened the body to the reader: in it, or in the body above it."""
        if body.pk not in self.member_of and body.parent_id not in self.offices:
            return None
        for holding in self.because:
            if holding.body_id == body.pk:
                return holding
        return next((h for h in self.because if h.body_id == body.parent_id and h.role in OFFICERS), None)


NOBODY = Access()


class AnyReader(Access):
    """Stands for the reader while a question is written that each of them asks: its rules come with who asks it.

    It tells whether the secretariat asks, which no rule narrows; ReaderToComeError where any other fact is asked for.
    """

    is_to_come: ClassVar = True
    __hash__, __eq__ = object.__hash__, object.__eq__

    def __getattribute__(self, name: str) -> Any:
        """What may be told."""
        if name in FACTS:
            raise ReaderToComeError(name)
        return super().__getattribute__(name)


FACTS = {one.name for one in fields(Access)} - {"is_secretariat"} | {"because", "officers", "colleagues"}


class ForReader:
    """A prepared question whose answer depends on who reads: `build` is given the reader first.

    The secretariat's SQL has no rules in it, so it is written apart.
    """

    def __init__(
        self, build: Callable[..., QuerySet], kind: type[PreparedQuery] = PreparedRecords, /, **stand_ins: Any
    ) -> None:
        self.kinds = {told: kind(partial(build, AnyReader(is_secretariat=told)), **stand_ins) for told in (False, True)}

    def __call__(self, user: Any, **values: Any) -> list[Any]:
        """What this reader is answered."""
        access = Access.of(user)
        return self.kinds[access.is_secretariat](reader=access, **values)

    def first(self, user: Any, **values: Any) -> Any:
        """The first of it, or nothing."""
        return next(iter(self(user, **values)), None)


@prepared
def seen_in(access: Access) -> Q:
    """What somebody with this access reads of the records of bodies, by the records' own visibility."""
    seen = Q(visibility=Visibility.PUBLIC) | Q(body__in=access.member_of | access.manages)
    return seen | Q(visibility=Visibility.NETWORK) if access.is_network else seen


class BodyRecordQuerySet(models.QuerySet):
    """Records of a body with a visibility: who reads, keeps and decides. Everything else asks this."""

    def visible_to(self, user: Any) -> Self:
        """The records that the user reads."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        return self.filter(seen_in(access))

    def managed_by(self, user: Any) -> Self:
        """The records that the user keeps."""
        access = Access.of(user)
        return self.all() if access.is_secretariat else self.filter(body__in=access.manages)

    def governed_by(self, user: Any) -> Self:
        """The records whose life the user decides."""
        access = Access.of(user)
        return self.all() if access.is_secretariat else self.filter(body__in=access.governs)


def read_or_404(
    request: HttpRequest, records: Callable[[Any], "QuerySet[Record]"], *, pk: int, parts: str = ""
) -> Record:
    """The one record that the reader may see, or Http404; a read of what not everybody may read is written down.

    What the reader may not see does not exist: a missing and a forbidden address give the same page. `records` is a
    function of a module that gives the rows to look among; its question is written once. `parts` names the rows of
    the record that are shown with it and may be narrower than the whole.
    """
    is_named = bool(request.user.pk)
    record = _readable(records, parts, is_named).first(request.user, key=pk)
    if record is None:
        raise Http404
    if is_named and not record.is_everybodys:
        note_reading(request, record)
    return record


@lru_cache
def _readable(records: Callable[[Any], QuerySet], parts: str, is_named: bool) -> ForReader:
    """The question for the record with a key."""

    def ask(reader: Any, key: int) -> QuerySet:
        among = records(reader)
        seen = among.visible_to(reader).filter(pk=key)  # type: ignore[attr-defined]
        return (seen.annotate(is_everybodys=_everybodys(among.model, reader, parts)) if is_named else seen)[:1]

    return ForReader(ask, key=A_KEY)


def _everybodys(model: Any, user: Any, parts: str) -> Any:
    """Whether an anonymous reader sees the record and, of its parts, all that this reader does.

    A visibility alone does not tell: papers that will be public are not before they are published.
    """
    whole = Q(Exists(model.objects.visible_to(None).filter(pk=OuterRef("pk"))))
    if parts:
        relation = model._meta.get_field(parts)
        rows = relation.related_model.objects
        more = rows.visible_to(user).exclude(pk__in=rows.visible_to(None).values("pk"))
        whole &= ~Q(Exists(more.filter(**{relation.field.name: OuterRef("pk")})))
    return models.ExpressionWrapper(whole, models.BooleanField())


def note_reading(request: HttpRequest, record: models.Model) -> None:
    """Write down who opened what; the parts of a file that a viewer fetches one after another are one reading."""
    readings = _model("Reading").objects
    read = {"kind": record._meta.label_lower, "record_id": record.pk, "path": request.path[:300]}
    mine = readings.filter(person_id=request.user.pk, at__gte=timezone.now() - ONE_READING, **read)
    if "Range" not in request.headers or not mine.exists():
        readings.create(person_id=request.user.pk, **read)
