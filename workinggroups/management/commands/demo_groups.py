"""Give the invented working groups of the demonstration their lives, and the areas their key projects."""

import json
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.models import Document, DocumentKind
from meetings.models import Item
from network.models import Body, Kind, Person, Role, Term
from network.periods import today
from network.visibility import Visibility
from serviceareas.models import FlagshipProject
from workinggroups import life
from workinggroups.models import Deliverable, Mandate, State, WorkingGroup

DATA = Path(__file__).parent.parent / "data" / "demo_groups.json"
LONG = 900  # days after which a group of the demonstration has been renewed once
PER_GROUP = 2  # deliverables


class Command(BaseCommand):
    """Called by `demo` at its end, inside its transaction; safe to run again."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them once: every group that the demonstration has invented and that has no life yet."""
        if not settings.DEMO:
            raise CommandError("The demonstration network exists in demonstration mode only: set DEMO=1.")
        self.plan = json.loads(DATA.read_text(encoding="utf-8"))
        self.wanted = cycle(self.plan["deliverables"])
        bodies = Body.objects.of_kind(Kind.WORKING_GROUP).filter(workinggroup__isnull=True, is_recorded=False)
        ended = sorted((b.valid_to for b in bodies if b.valid_to and b.valid_to < today()), reverse=True)
        for body in bodies.select_related("parent"):
            self.live(body, is_overdue=bool(ended) and body.valid_to == ended[0])
        if ended:
            self.add_proposal()
        if ended and not FlagshipProject.objects.exists():
            self.add_projects()

    def live(self, body: Body, is_overdue: bool) -> None:
        """A group's mandates and deliverables; ended ones have their report and result."""
        day = today()
        starts, ends = body.valid_from or day, body.valid_to or day + timedelta(days=365)
        middle = starts + timedelta(days=365)
        renewed = (ends - starts).days > LONG and middle < day
        group = WorkingGroup.objects.create(body=body, state=State.EXTENDED if renewed else State.ACTIVE)
        task = self.plan["task"].format(name=body.name_fi)
        periods = [(starts, middle), (middle + life.DAY, ends)] if renewed else [(starts, ends)]
        for number, (first, last) in enumerate(periods, start=1):
            text = self.plan["task_renewed"].format(name=body.name_fi) if number > 1 else task
            mandate = Mandate.objects.create(
                group=group, number=number, task=text, starts_on=first, ends_on=last, decided_on=first,
                decided_in=self.decision(body, first),
            )  # fmt: skip
            self.ask(mandate)
        if ends < day and not is_overdue:
            self.end(group, ends)

    def decision(self, body: Body, day: date) -> Item | None:
        """A decision of the area near the day, where the demonstration has one."""
        held = Item.objects.in_force().filter(meeting__body=body.parent_id, meeting__starts_at__date__lte=day)
        return held.order_by("-meeting__starts_at", "position").first()

    def ask(self, mandate: Mandate) -> None:
        """Two deliverables of a mandate; what was due is there and approved."""
        length = mandate.ends_on - mandate.starts_on
        for number in range(1, PER_GROUP + 1):
            due = mandate.starts_on + length * number // (PER_GROUP + 1)
            row = Deliverable(mandate=mandate, title=next(self.wanted), due_on=due)
            if due < today():
                row.document = self.report(mandate.group.body, row.title, due)
                row.accepted_on = due if (today() - due).days > 60 else None
            row.save()

    def report(self, body: Body, title: str, day: date) -> Document:
        """An invented report, whose file is missing."""
        return Document.objects.create(
            body=body, title=f"{title}: {body.name_fi}"[:200], kind=DocumentKind.REPORT, year=day.year,
            visibility=Visibility.NETWORK, author=body.name_fi[:160],
        )  # fmt: skip

    def end(self, group: WorkingGroup, day: date) -> None:
        """Close it as of its last day."""
        report = self.report(group.body, self.plan["final_report"], day)
        group.move_to(State.CLOSED, outcome=self.plan["outcome"], closed_on=day, final_report=report)

    def add_proposal(self) -> None:
        """A group that waits to be founded, under the area of the demonstration's chair."""
        plan = self.plan["proposal"]
        chair = Person.objects.filter(email=plan["login"]).first()
        led = Term.objects.filter(person=chair, role=Role.CHAIR, body__kind=Kind.SERVICE_AREA)
        term = led.order_by("-starts_on").first()
        if term is None:
            return
        area, starts = term.body, today() + timedelta(days=40)
        serve = Term.objects.current().filter(body=area, role=Role.MEMBER).select_related("person").order_by("pk")
        roles = (Role.CHAIR, Role.SECRETARY, Role.MEMBER)
        people = [life.Asked(term.person, role) for term, role in zip(serve, roles, strict=False)]
        life.propose(
            area, names=plan["names"], task=plan["task"], starts_on=starts, ends_on=starts + timedelta(days=700),
            by=None, people=people, deliverables=[life.Wanted(title) for title in self.plan["deliverables"][:2]],
        )  # fmt: skip

    def add_projects(self) -> None:
        """Key projects of last year, with results, and of this one."""
        for area in Body.objects.of_kind(Kind.SERVICE_AREA):
            owner = Term.objects.current().filter(body=area, role=Role.CHAIR).select_related("person").first()
            for back, plan in ((1, self.plan["projects"][0]), (0, self.plan["projects"][1])):
                FlagshipProject.objects.create(
                    body=area, year=today().year - back, title=plan["title"], goal=plan["goal"],
                    result=plan["result"], owner=owner.person if owner else None,
                )  # fmt: skip
