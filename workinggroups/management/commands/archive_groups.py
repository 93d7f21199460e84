"""Give the working groups of the archive their lives: founded, mandated, closed with a result."""

import json
from datetime import date
from itertools import cycle
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.models import Document
from meetings.models import Item
from network.management.archive.size import SLUG
from network.management.seeding import one_writer
from network.models import Body
from workinggroups.management.commands.demo_groups import DATA
from workinggroups.models import Deliverable, Mandate, State, WorkingGroup


class Command(BaseCommand):
    """Called by `demo --archive` at its end, inside its transaction; only in demonstration mode."""

    help = __doc__ or ""
    stealth_options = ("size",)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them once: every group of the archive that has no life yet."""
        if not settings.DEMO:
            raise CommandError("The demonstration network exists in demonstration mode only: set DEMO=1.")
        with one_writer():
            write(list(Body.objects.filter(slug__startswith=SLUG, workinggroup__isnull=True).order_by("pk")))


def write(bodies: list[Body]) -> None:
    """A closed group for each body, with a mandate by a decision of its area, a report and a deliverable."""
    plan = json.loads(DATA.read_text(encoding="utf-8"))
    wanted = cycle(plan["deliverables"])
    reports = {
        row.body_id: row for row in Document.objects.filter(body__in=bodies, visibility__isnull=False).order_by("pk")
    }
    decided = {
        (body, year): item
        for item, body, year in Item.objects.in_force()
        .filter(meeting__body__in={body.parent_id for body in bodies})
        .order_by("pk")
        .values_list("pk", "meeting__body", "meeting__year")
    }
    groups, mandates, deliverables = [], [], []
    for body in bodies:
        starts, ends = body.valid_from or date.min, body.valid_to or date.max
        report = reports.get(body.pk)
        group = WorkingGroup(
            body=body, state=State.CLOSED, outcome=plan["outcome"], closed_on=ends, final_report=report
        )
        mandate = Mandate(
            group=group, number=1, task=plan["task"].format(name=body.name_fi), starts_on=starts,
            ends_on=ends, decided_on=starts,
            decided_in_id=decided.get((body.parent_id, starts.year)),
        )  # fmt: skip
        deliverables.append(
            Deliverable(
                mandate=mandate, title=next(wanted), due_on=ends, document=report,
                accepted_on=ends if report else None,
            )
        )  # fmt: skip
        groups.append(group)
        mandates.append(mandate)
    WorkingGroup.objects.bulk_create(groups)
    Mandate.objects.bulk_create(mandates)
    Deliverable.objects.bulk_create(deliverables)
