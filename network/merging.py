"""Two rows for one person become one: what points at the duplicate moves, and the duplicate points at who stays.

No person is ever deleted. What is frozen (approved minutes, signatures, the log of readings) stays as it was
written, with the duplicate, whose page leads to the person who stays; so does what both have and each may have once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pghistory.models
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from network import guards
from network.models import Employment, Person

# Refusals that mean "this row is a record of its time", not "these two do not fit together": both got the letter.
STAYS = {
    "record_frozen", "review_frozen", "signature_frozen", "reading_append_only", "minutes_arrows",
    "envelope_one_per_person",
}  # fmt: skip
OWN = {"network", "meetings", "documents", "serviceareas", "workinggroups"}


@dataclass(frozen=True)
class Pointer:
    """The rows of a model that point at the duplicate."""

    model: type[models.Model]
    field: str
    count: int
    is_single: bool  # one row a person: where both have one, the duplicate's goes out of use with it

    @property
    def name(self) -> str:
        """What they are."""
        return str(self.model._meta.verbose_name_plural)


def pointers(person: Person) -> Iterator[Pointer]:
    """What points at the person, of all our apps; views of the database and the history follow by themselves."""
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.app_label not in OWN or not model._meta.managed or issubclass(model, pghistory.models.Event):
            continue
        count = model._base_manager.filter(**{relation.field.name: person}).count()
        if count:
            yield Pointer(model, relation.field.name, count, relation.one_to_one)


@transaction.atomic
def merge(duplicate: Person, into: Person) -> int:
    """Move all that points at the duplicate; gives how many rows stayed with it.

    Raises ValidationError, in words, when the two do not fit together: nothing is moved then.
    """
    locked = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[duplicate.pk, into.pk])}
    if len(locked) != 2 or any(person.merged_into_id for person in locked.values()):
        raise ValidationError(_("Choose two different people who have not been merged yet."))
    duplicate, into = locked[duplicate.pk], locked[into.pk]
    _drop_same_employments(duplicate, into)
    stayed = sum(_move(pointer, duplicate, into) for pointer in list(pointers(duplicate)))
    _take_account(duplicate, into)
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise ValidationError(guards.refusal(error)) from error
    return stayed


def _drop_same_employments(duplicate: Person, into: Person) -> None:
    """An employment that both rows tell of stands once."""
    for job in duplicate.employments.all():
        same = into.employments.filter(department=job.department, organisation=job.organisation)
        if same.overlapping(job.starts_on, job.ends_on).exists():
            Employment.objects.filter(pk=job.pk).delete()


def _move(pointer: Pointer, duplicate: Person, into: Person) -> int:
    """Move the rows one by one, since some stay; gives how many stayed."""
    stayed = 0
    manager = pointer.model._base_manager
    for key in manager.filter(**{pointer.field: duplicate}).values_list("pk", flat=True):
        try:
            with transaction.atomic():
                manager.filter(pk=key).update(**{pointer.field: into})
        except IntegrityError as error:
            name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
            has_one = pointer.is_single and isinstance(error.__cause__, UniqueViolation)
            if name not in STAYS and not has_one:
                text = _("%(kind)s: %(reason)s")
                raise ValidationError(text, params={"kind": pointer.name, "reason": guards.refusal(error)}) from error
            stayed += 1
    return stayed


def _take_account(duplicate: Person, into: Person) -> None:
    """The address and the login go along where who stays has none."""
    EmailAddress.objects.filter(user=duplicate).delete()
    email, active, password, phone = duplicate.email, duplicate.is_active, duplicate.password, duplicate.phone
    Person.objects.filter(pk=duplicate.pk).update(email=None, is_active=False, is_keeper=False, merged_into=into)
    facts: dict[str, Any] = {} if into.phone else {"phone": phone}
    if email and not into.email:
        facts |= {"email": email, "is_active": active, "is_recorded": False}
        if active:
            facts["password"] = password
    if facts:
        Person.objects.filter(pk=into.pk).update(**facts)
