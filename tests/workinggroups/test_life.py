"""The life of a working group in the database: arrows, mandates, closing; raw SQL, and two chairs at once."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Action
from network.access import Access
from network.lifecycle import WrongState
from network.models import Body, Kind, Person, Role, Term
from network.periods import today
from tests import make
from tests.breaking import breaks, delete, insert, race, refused, update
from workinggroups import life
from workinggroups.models import Deliverable, Mandate, MemberProposal, State, WorkingGroup

DAY = timedelta(days=1)


def found(area: Body, by: Person | None = None, **fields: object) -> WorkingGroup:
    group = make.proposed(area=area, **fields)
    life.activate(group, by=by, decision="Perustettiin.")
    return group


@pytest.mark.row("F19", part=True)
def test_founding_begins_the_terms(area: Body, chair: Person, member: Person, expert: Person) -> None:
    group = make.proposed(area=area, people=[(member, Role.CHAIR), (expert, Role.EXPERT)])
    assert group.body.is_proposed
    assert not group.body.terms.exists()
    life.activate(group, by=chair, decision="Perustettiin.", language="fi")
    body, mandate = Body.objects.get(pk=group.pk), group.mandates.get()
    assert (body.is_proposed, body.valid_from, body.valid_to) == (False, mandate.starts_on, mandate.ends_on)
    assert (mandate.decision, mandate.decided_by, mandate.decided_on) == ("Perustettiin.", chair, today())
    terms = set(body.terms.values_list("person", "role", "starts_on", "ends_on"))
    days = (mandate.starts_on, mandate.ends_on)
    assert terms == {(member.pk, "chair", *days), (expert.pk, "expert", *days)}
    assert not group.proposals.waiting().exists()


def test_nobody_founds_a_group_for_themselves(area: Body, chair: Person) -> None:
    group = make.proposed(area=area, people=[(chair, Role.CHAIR)])
    with pytest.raises(ValidationError, match="itse"):
        life.activate(group, by=chair)
    assert WorkingGroup.objects.get(pk=group.pk).state == State.PROPOSED


@pytest.mark.row("F19", "F22", part=True)
def test_renewal_adds_a_mandate_and_leaves_the_former_as_it_was(area: Body, chair: Person, member: Person) -> None:
    group = found(area, chair, people=[(member, Role.CHAIR)])
    first = group.mandates.get()
    ends = first.ends_on + timedelta(days=200)
    life.extend(
        group, task="Jatkaa", starts_on=first.ends_on + DAY, ends_on=ends, by=chair, going_on=group.body.terms.all()
    )
    tasks = list(group.mandates.order_by("number").values_list("number", "task", "ends_on"))
    assert tasks == [(1, "Tehdä malli", first.ends_on), (2, "Jatkaa", ends)]
    assert Body.objects.get(pk=group.pk).valid_to == ends
    assert set(group.body.terms.values_list("starts_on", "ends_on")) == {
        (first.starts_on, first.ends_on), (first.ends_on + DAY, ends)}  # fmt: skip
    assert group.state == State.EXTENDED


@pytest.mark.parametrize("shift", [0, 10])
def test_a_renewal_does_not_begin_inside_the_last_mandate(area: Body, chair: Person, shift: int) -> None:
    group = found(area, chair)
    last = group.mandates.get()
    with pytest.raises(ValidationError) as caught:
        life.extend(group, task="x", starts_on=last.ends_on - shift * DAY, ends_on=last.ends_on + 9 * DAY, by=chair)
    assert set(caught.value.message_dict) == {"starts_on"}
    assert WorkingGroup.objects.get(pk=group.pk).state == State.ACTIVE


@pytest.mark.row("F22", "N2", part=True)
def test_an_overdue_group_is_closed_to_writing_and_open_to_a_decision(
    area: Body, chair: Person, secretary: Person, department: object
) -> None:
    late = make.overdue(area=area)
    leader = make.person(department=department)  # type: ignore[arg-type]
    make.term(person=leader, body=late, role=Role.CHAIR)
    assert [group.pk for group in WorkingGroup.objects.overdue()] == [late.pk]
    for person in (chair, secretary, leader):
        assert late.pk not in Access.on(person, today()).manages | Access.on(person, today()).governs
    governed = {person: WorkingGroup.objects.governed_by(person).filter(pk=late.pk).exists()
                for person in (chair, secretary, leader)}  # fmt: skip
    assert governed == {chair: True, secretary: False, leader: False}


def test_a_chair_of_the_area_who_led_the_group_to_its_end_does_not_renew_it(area: Body, chair: Person) -> None:
    late = make.overdue(area=area)
    make.term(person=chair, body=late, role=Role.CHAIR, ends_on=late.valid_to)
    assert not WorkingGroup.objects.governed_by(chair).filter(pk=late.pk).exists()


def _action(body: Body, owner: Person) -> Action:
    meeting = make.meeting(body=body, state=make.OPEN)
    return make.action(item=meeting.items.get(), owner=owner)


@pytest.mark.row("F23")
def test_closing_asks_for_a_report_and_settles_every_open_action(area: Body, chair: Person, member: Person) -> None:
    group = found(area, chair, people=[(member, Role.CHAIR)])
    actions = [_action(group.body, member) for _ in range(3)]
    report = make.document(body=group.body)
    with pytest.raises(ValidationError) as caught:
        life.close(group, outcome="Valmis", by=chair)
    assert set(caught.value.message_dict) == {"final_report"}
    group.refresh_from_db()
    with pytest.raises(ValidationError):
        life.close(group, outcome="Valmis", final_report=report, by=chair)
    group.refresh_from_db()
    assert group.state == State.ACTIVE
    fates = [life.Disposal(actions[0], owner=chair), life.Disposal(actions[1], done="Tehtiin"),
             life.Disposal(actions[2], dropped="Ei tarvita")]  # fmt: skip
    life.close(group, outcome="Valmis", final_report=report, by=chair, disposals=fates)
    assert {action.is_open for action in Action.objects.filter(pk__in=[a.pk for a in actions[1:]])} == {False}


def test_closing_with_an_action_handed_over_leaves_it_open_for_its_new_owner(area: Body, chair: Person) -> None:
    """The action is open still, but somebody outside has taken it over."""
    group = found(area, chair)
    action = _action(group.body, chair)
    other = make.person()
    life.close(group, outcome="Valmis", without_report=True, disposals=[life.Disposal(action, owner=other)])
    action.refresh_from_db()
    assert (action.owner, action.is_open) == (other, True)


def test_closing_ends_the_open_terms_today(area: Body, chair: Person, member: Person) -> None:
    group = found(area, chair, people=[(member, Role.CHAIR)])
    life.close(group, outcome="Valmis", without_report=True, by=chair)
    assert list(group.body.terms.values_list("ends_on", flat=True)) == [today()]
    assert Body.objects.get(pk=group.pk).valid_to == today()


def test_a_group_closed_before_it_begins_keeps_no_term(area: Body, chair: Person, member: Person) -> None:
    starts = today() + 30 * DAY
    group = found(area, chair, starts_on=starts, ends_on=starts + 300 * DAY, people=[(member, Role.CHAIR)])
    life.close(group, outcome="Ei tarvita", without_report=True, by=chair)
    assert not group.body.terms.exists()


def test_a_term_to_come_goes_although_it_has_alternates(group: Body, chair: Person) -> None:
    to_come = make.term(body=group, starts_on=today() + 9 * DAY)
    alternate = {"body": group, "role": Role.ALTERNATE, "alternate_for": to_come}
    begun = make.term(**alternate)
    make.term(**alternate, starts_on=today() + 9 * DAY)
    life.close(make.group(body=group), outcome="Valmis", without_report=True, by=chair)
    assert list(group.terms.values_list("pk", "ends_on", "alternate_for")) == [(begun.pk, today(), None)]


def test_a_refused_proposal_stays_hidden_with_its_reason(area: Body, chair: Person, outsider: Person) -> None:
    group = make.proposed(area=area)
    life.close(group, outcome="Ei nyt", by=chair)
    assert (group.state, group.outcome) == (State.CLOSED, "Ei nyt")
    assert not Body.objects.visible_to(outsider).filter(pk=group.pk).exists()
    assert Body.objects.visible_to(chair).filter(pk=group.pk).exists()


@pytest.mark.parametrize("step", ["activate", "extend", "close"])
def test_a_closed_group_takes_no_step(area: Body, chair: Person, step: str) -> None:
    group = found(area, chair)
    life.close(group, outcome="Valmis", without_report=True)
    days = {"starts_on": today() + 400 * DAY, "ends_on": today() + 500 * DAY}
    steps = {
        "activate": lambda: life.activate(group, by=chair),
        "extend": lambda: life.extend(group, task="x", by=chair, **days),
        "close": lambda: life.close(group, outcome="Uudestaan", without_report=True),
    }
    with pytest.raises(WrongState):
        steps[step]()
    assert WorkingGroup.objects.get(pk=group.pk).outcome == "Valmis"


# ── experts ──


@pytest.mark.row("F17", part=True)
def test_an_experts_term_begins_when_it_is_confirmed_and_ends_with_the_mandate(
    group: Body, chair: Person, group_chair: Person
) -> None:
    person = life.expert(first_name="Liisa", last_name="Lomake", email="liisa@yritys.example", organisation="Yritys Oy")
    asked = life.Asked(person, Role.EXPERT)
    proposal = life.propose_person(make.group(body=group), asked, group_chair)
    assert (person.is_active, person.has_usable_password(), person.terms.count()) == (False, False, 0)
    term = life.confirm(proposal, chair)
    assert (term.role, term.starts_on, term.ends_on) == ("expert", today(), make.FAR)
    with pytest.raises(WrongState):
        life.refuse(proposal)


def test_who_chairs_group_and_area_both_leaves_an_expert_to_others(
    group: Body, area: Body, chair: Person, coordinator: Person
) -> None:
    vice = make.person()
    make.term(person=vice, body=area, role=Role.VICE_CHAIR)
    leads = make.term(person=chair, body=group, role=Role.CHAIR)
    proposal = life.propose_person(make.group(body=group), life.Asked(make.person(), Role.EXPERT), chair)

    def decides() -> list[bool]:
        people = [Person.objects.get(pk=person.pk) for person in (chair, vice, coordinator)]
        return [MemberProposal.objects.governed_by(person).filter(pk=proposal.pk).exists() for person in people]

    assert decides() == [False, True, True]
    leads.delete()
    assert decides() == [True, True, True]  # as chair of the area alone: the proposal may be one's own


@pytest.mark.django_db
def test_an_expert_is_found_by_the_address_or_by_name_and_employer() -> None:
    known = make.person(organisation="Yritys Oy", first_name="Liisa", last_name="Lomake", email="liisa@yritys.example")
    words = {"first_name": "Liisa", "last_name": "Lomake"}
    assert life.expert(**words, email="Liisa@yritys.example", organisation="Muu") == known
    assert life.expert(**words, email="", organisation="yritys oy") == known
    assert life.expert(**words, email="", organisation="Toinen Oy") != known
    with pytest.raises(ValidationError):
        life.expert(first_name="Outi", last_name="Otos", email="liisa@yritys.example", organisation="Yritys Oy")


# ── raw SQL ──


def test_a_closed_group_has_an_outcome(group: Body) -> None:
    made = make.group(body=group)
    with refused("workinggroup_closed_with_outcome"):
        update(made, state="closed")


@pytest.mark.parametrize("state", ["proposed", "recorded"])
def test_a_group_never_goes_back(group: Body, state: str) -> None:
    with refused("workinggroup_arrows"):
        update(make.group(body=group), state=state)


def test_a_closed_group_is_never_opened_nor_deleted(group: Body) -> None:
    made = make.group(body=group)
    life.close(made, outcome="Valmis", without_report=True)
    with refused("workinggroup_arrows"):
        update(made, state="active", outcome="", closed_on=None)
    with refused("workinggroup_stays"):
        delete(made)


def test_a_decided_mandate_is_never_written_over(group: Body) -> None:
    mandate = Mandate.objects.get(group=group.pk)
    with refused("mandate_stays"):
        update(mandate, task="Muuta")
    with refused("mandate_stays"):
        update(mandate, ends_on=date(2098, 1, 1))
    with refused("mandate_stays"):
        delete(mandate)


def test_mandates_run_forward_one_at_a_time(group: Body) -> None:
    made = make.group(body=group)
    backward = Mandate(group=made, number=2, task="x", starts_on=make.FAR, ends_on=make.FAR)
    with refused("mandate_ends_after_start"):
        insert(backward)
    twice = Mandate(group=made, number=2, task="x", starts_on=date(2025, 1, 1), ends_on=date(2025, 2, 1))
    breaks(twice, "mandate_one_at_a_time", says="The group already has a mandate during this period.")


def test_an_approved_deliverable_has_its_document(group: Body) -> None:
    row = make.deliverable(body=group)
    with refused("deliverable_accepted_needs_document"):
        update(row, accepted_on=today())
    with pytest.raises(ValidationError):
        row.accept(make.person())


def test_only_a_group_is_proposed(area: Body) -> None:
    with refused("body_proposed_is_group"):
        update(area, is_proposed=True)


# ── two at once ──


@pytest.mark.django_db(transaction=True)
def test_of_founding_and_refusing_at_once_one_wins() -> None:
    area = make.body()
    for _ in range(20):
        group = make.proposed(area=area)
        first, second = (WorkingGroup.objects.get(pk=group.pk) for _ in range(2))
        met = race(partial(life.activate, first, by=None), partial(life.close, second, outcome="Ei"), hold=0.02)
        assert sorted(bool(word) for word in met) == [False, True]
        assert any(word.startswith("WrongState") for word in met)
        group.refresh_from_db()
        assert group.state == (State.ACTIVE if not met[0] else State.CLOSED)
        assert Body.objects.get(pk=group.pk).is_proposed is bool(met[0])


@pytest.mark.django_db(transaction=True)
def test_of_renewing_and_closing_at_once_one_state_stands() -> None:
    area = make.body()
    for _ in range(20):
        group = found(area)
        last = group.mandates.get()
        first, second = (WorkingGroup.objects.get(pk=group.pk) for _ in range(2))
        days = {"starts_on": last.ends_on + DAY, "ends_on": last.ends_on + 9 * DAY}
        met = race(
            partial(life.extend, first, task="x", by=None, **days),
            partial(life.close, second, outcome="Valmis", without_report=True),
            hold=0.02,
        )
        assert sorted(bool(word) for word in met) == [False, True]
        assert WorkingGroup.objects.get(pk=group.pk).state == (State.EXTENDED if not met[0] else State.CLOSED)


@pytest.mark.django_db(transaction=True)
def test_one_proposal_confirmed_by_two_at_once_is_one_term() -> None:
    body = make.body(kind=Kind.WORKING_GROUP)
    proposal = life.propose_person(make.group(body=body), life.Asked(make.person(), Role.EXPERT), make.person())
    chairs = make.person(), make.person()
    met = race(lambda: life.confirm(proposal, chairs[0]), lambda: life.confirm(proposal, chairs[1]))
    assert sorted(bool(word) for word in met) == [False, True]
    assert Term.objects.filter(body=body).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_deliverable_is_approved_once() -> None:
    body = make.body(kind=Kind.WORKING_GROUP)
    paper = make.document(body=body)
    row = make.deliverable(body=body, document=paper)
    who = make.person(), make.person()
    met = race(
        lambda: Deliverable.objects.get(pk=row.pk).accept(who[0]),
        lambda: Deliverable.objects.get(pk=row.pk).accept(who[1]),
    )
    assert sorted(bool(word) for word in met) == [False, True]
