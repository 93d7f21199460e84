"""Working groups: their life from proposal to closing, their mandates and deliverables, and whom they ask for.

What other apps must obey lies on the body: `is_proposed` hides a group that nobody has founded, `valid_to` closes
every writing page of an ended or overdue one.
"""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document
from meetings.models import Action, Item
from network.access import Access
from network.audit import tracked
from network.languages import RecordLanguage
from network.lifecycle import Lifecycle, WrongState
from network.models import CHAIRS, Body, Person, Role, Term
from network.periods import no_overlap, one_of, print_period, today
from workinggroups import guards

if TYPE_CHECKING:
    from django.db.models import QuerySet


class State(models.TextChoices):
    """Where a working group is in its life; *recorded* is known by name only and has no arrows."""

    RECORDED = "recorded", _("known by name")
    PROPOSED = "proposed", pgettext_lazy("working group", "proposed")
    ACTIVE = "active", _("at work")
    EXTENDED = "extended", pgettext_lazy("working group", "extended")
    CLOSED = "closed", _("ended")


OPEN = (State.ACTIVE, State.EXTENDED)


class WorkingGroupQuerySet(models.QuerySet):
    """Working groups: who knows of them, who keeps them, who decides about them, and which wait for that."""

    def visible_to(self, user: Any) -> Self:
        """The groups that the reader knows of."""
        return self.filter(body__in=Body.objects.visible_to(user))

    def managed_by(self, user: Any) -> Self:
        """The groups whose papers the user keeps; a proposed one is kept by those who manage its area."""
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        proposed = Q(state=State.PROPOSED, body__parent__in=access.manages)
        return self.filter(proposed | Q(body__in=access.manages))

    def governed_by(self, user: Any) -> Self:
        """The groups whose life the user decides, the overdue ones too: as chair or vice-chair of the area.

        Never those that they lead themselves, or led until the mandate ran out.
        """
        access = Access.of(user)
        if access.is_secretariat:
            return self.all()
        led = Term.objects.filter(person=access.person_id, body=OuterRef("body"), role__in=CHAIRS).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today()) | Q(ends_on__gte=OuterRef("body__valid_to"))
        )
        return self.filter(~Exists(led), body__parent__in=access.chairs)

    def with_end(self) -> Self:
        """Each group with the day on which its last mandate ends, for a list."""
        last = Mandate.objects.filter(group=OuterRef("pk")).order_by("-ends_on").values("ends_on")[:1]
        return self.annotate(ends_on=models.Subquery(last))

    def open(self) -> Self:
        """The groups that have been founded and not closed."""
        return self.filter(state__in=OPEN)

    def overdue(self, day: date | None = None) -> Self:
        """The open groups whose last mandate has ended: they wait for a decision (N2)."""
        running = Mandate.objects.filter(group=OuterRef("pk"), ends_on__gte=day or today())
        return self.open().filter(~Exists(running))


@tracked
class WorkingGroup(Lifecycle):
    """A fixed-term working group (määräaikainen työryhmä): the life of a body of that kind."""

    arrows: ClassVar = {
        State.PROPOSED: (State.ACTIVE, State.CLOSED),
        State.ACTIVE: (State.EXTENDED, State.CLOSED),
        State.EXTENDED: (State.EXTENDED, State.CLOSED),
    }

    body = models.OneToOneField(
        Body, models.PROTECT, primary_key=True, related_name="workinggroup", verbose_name=_("body")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, editable=False)
    permanent = models.BooleanField(
        _("permanent"), default=False, help_text=_("Confirmed year by year instead of ending with its task.")
    )
    outcome = models.TextField(_("result and reason"), max_length=4_000, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    final_report = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("final report"),
    )
    closed_in = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="groups_closed", editable=False,
        verbose_name=_("decided in"),
    )  # fmt: skip

    objects = WorkingGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")
        constraints: ClassVar = [
            one_of("state", State, "workinggroup_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | (~Q(outcome="") & Q(closed_on__isnull=False)),
                name="workinggroup_closed_with_outcome",
                violation_error_message=_("A working group is closed with its result and reason."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED)
                | Q(outcome="", closed_on__isnull=True, final_report__isnull=True, closed_in__isnull=True),
                name="workinggroup_outcome_when_closed",
                violation_error_message=_("Only a closed working group has a result."),
            ),
        ]
        triggers: ClassVar = [guards.group_arrows]

    def __str__(self) -> str:
        return str(self.body)

    def get_absolute_url(self) -> str:
        """The group's page."""
        return self.body.get_absolute_url()

    @cached_property
    def versions(self) -> "list[Mandate]":
        """The mandates, the newest first."""
        return list(self.mandates.order_by("-number"))

    @property
    def mandate(self) -> "Mandate | None":
        """The newest mandate."""
        return self.versions[0] if self.versions else None

    @cached_property
    def ends_on(self) -> date | None:
        """The day on which the last mandate ends."""
        return self.mandate.ends_on if self.mandate else None

    @property
    def is_open(self) -> bool:
        """Whether it has been founded and not closed."""
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        """Whether its last mandate has ended and nobody has decided what follows."""
        return self.is_open and (self.ends_on is None or self.ends_on < today())

    @property
    def open_actions(self) -> "QuerySet[Action]":
        """What its decisions still ask of somebody: none may be left when it closes."""
        return Action.objects.open().filter(item__meeting__body=self.body_id)


@tracked
class Mandate(models.Model):
    """A version of the task (toimeksianto), its period, and the decision behind it; an extension adds one."""

    group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="mandates", verbose_name=_("working group"))
    number = models.PositiveSmallIntegerField(_("version"))
    task = models.TextField(_("mandate"), max_length=20_000)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    decision = models.TextField(_("decision"), max_length=4_000, blank=True, editable=False)
    language = models.CharField(
        _("language"), max_length=2, choices=RecordLanguage.choices, default=RecordLanguage.FI, editable=False
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("decided by")
    )
    decided_in = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="mandates", verbose_name=_("decision behind it")
    )

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering: ClassVar = ["group", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "number"],
                name="mandate_number_once",
                violation_error_message=_("The group already has this version of its mandate."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="mandate_ends_after_start",
                violation_error_message=_("The mandate ends after it starts."),
            ),
            one_of("language", RecordLanguage, "mandate_language_known"),
            no_overlap(
                "mandate_one_at_a_time", "group", message=_("The group already has a mandate during this period.")
            ),
        ]
        triggers: ClassVar = [guards.mandate_stays]

    def __str__(self) -> str:
        return f"{self.group} {self.number}: {self.period}"

    def clean(self) -> None:
        """Say kindly, on the field, what the database would refuse."""
        if self.starts_on and self.ends_on and self.ends_on <= self.starts_on:
            raise ValidationError({"ends_on": _("The mandate ends after it starts.")})

    @property
    def period(self) -> str:
        """From – to."""
        return print_period(self.starts_on, self.ends_on)


class DeliverableQuerySet(models.QuerySet):
    """Deliverables: who works on them, and who approves them."""

    def managed_by(self, user: Any) -> Self:
        """The deliverables of open groups whose papers the user keeps."""
        groups = WorkingGroup.objects.managed_by(user).open()
        return self.filter(mandate__group__in=groups, mandate__group__body__in=Body.objects.open_on(today()))

    def governed_by(self, user: Any) -> Self:
        """The deliverables of open groups whose life the user decides."""
        return self.filter(mandate__group__in=WorkingGroup.objects.governed_by(user).open())


@tracked
class Deliverable(models.Model):
    """What a mandate asks for by when; accepted when its document has been approved by the area's chair."""

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="deliverables", verbose_name=_("mandate"))
    title = models.CharField(_("deliverable"), max_length=200)
    due_on = models.DateField(_("ready by"), null=True, blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="deliverables", verbose_name=_("document")
    )
    accepted_on = models.DateField(_("approved on"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("approved by")
    )

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering: ClassVar = ["mandate", F("due_on").asc(nulls_last=True), "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(document__isnull=False),
                name="deliverable_accepted_needs_document",
                violation_error_message=_("A deliverable is approved when its document is there."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Whether its day has passed and it has not been approved."""
        return self.accepted_on is None and self.due_on is not None and self.due_on < today()

    def accept(self, by: Person) -> None:
        """Approve it; raises ValidationError without a document, WrongState when it is approved or changed."""
        if self.document_id is None:
            raise ValidationError(_("A deliverable is approved when its document is there."))
        seen = Deliverable.objects.filter(pk=self.pk, accepted_on__isnull=True, document=self.document_id)
        if not seen.update(accepted_on=today(), accepted_by=by):
            raise WrongState("accepted")
        self.accepted_on, self.accepted_by = today(), by


class MemberProposalQuerySet(models.QuerySet):
    """Proposals of people: which wait, and who confirms or refuses them."""

    def waiting(self) -> Self:
        """Neither confirmed nor refused."""
        return self.filter(decided_on__isnull=True)

    def governed_by(self, user: Any) -> Self:
        """The proposals in open groups that the user decides; never about oneself.

        A group's chair proposes, the area's confirms; who is both leaves it to the vice-chair or the secretariat
        (`WorkingGroupQuerySet.governed_by`). Whoever governs could appoint directly, and so confirms an own proposal.
        """
        groups = WorkingGroup.objects.governed_by(user).open()
        return self.filter(group__in=groups).exclude(person=getattr(user, "pk", None))


@tracked
class MemberProposal(models.Model):
    """Somebody proposed for a group; a term begins only when whoever governs the group confirms it."""

    group = models.ForeignKey(WorkingGroup, models.PROTECT, related_name="proposals", verbose_name=_("working group"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="proposals", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.MEMBER)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("proposed by")
    )
    proposed_on = models.DateField(_("proposed on"), default=today, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    term = models.OneToOneField(
        Term, models.PROTECT, null=True, blank=True, related_name="proposal", editable=False, verbose_name=_("term")
    )

    objects = MemberProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of a member")
        verbose_name_plural = _("proposals of members")
        ordering: ClassVar = ["group", "pk"]
        constraints: ClassVar = [
            one_of("role", Role, "memberproposal_role_known"),
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=Q(decided_on__isnull=True),
                name="memberproposal_waits_once",
                violation_error_message=_("The person has already been proposed for this group."),
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(decided_on__isnull=True, role=Role.CHAIR),
                name="memberproposal_one_chair",
                violation_error_message=_("Two chairs are proposed for the group."),
            ),
            models.CheckConstraint(
                condition=Q(term__isnull=True) | Q(decided_on__isnull=False),
                name="memberproposal_term_when_decided",
                violation_error_message=_("A term begins when the proposal is confirmed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"
