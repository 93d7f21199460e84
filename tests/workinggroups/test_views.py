"""The pages of the working groups: who founds, renews, closes and confirms, and what everybody else meets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from network.forms import save_or_refuse
from network.models import Body, Person, Role, Term
from network.periods import today
from network.visibility import Visibility
from tests import make
from workinggroups import life, wording
from workinggroups.models import Deliverable, MemberProposal, State, WorkingGroup
from workinggroups.proposal_forms import DeliverableForm

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = ("member", "secretary", "chair", "coordinator", "outsider")

Login = Callable[[Person], Client]
DAY = timedelta(days=1)


def url(step: str, group: Any) -> str:
    return reverse(f"workinggroups:{step}", args=[getattr(group, "slug", None) or group.body.slug])


def proposal(**rows: Any) -> dict[str, Any]:
    """What the form posts: a whole proposal, with the rows named."""
    data: dict[str, Any] = {
        "name_fi": "Palontutkinnan tietopohja", "task": "Koota tiedot", "starts_on": today().isoformat(),
        "ends_on": (today() + 400 * DAY).isoformat(), "tee": "luonnos",
    }  # fmt: skip
    for prefix in ("jasen", "asiantuntija", "tuotos"):
        data |= {f"{prefix}-TOTAL_FORMS": "2", f"{prefix}-INITIAL_FORMS": "0"}
    return data | rows


@pytest.mark.row("F19")
def test_a_chair_founds_a_group_from_the_areas_page(
    login: Login, area: Body, chair: Person, member: Person, secretary: Person
) -> None:
    client = login(chair)
    page = client.get(area.get_absolute_url()).content.decode()
    start = reverse("workinggroups:group_propose", args=[area.slug])
    assert start in page
    rows = {
        "jasen-0-person": member.email, "jasen-0-role": "chair",
        "jasen-1-person": f"{secretary.full_name}", "jasen-1-role": "secretary",
        "asiantuntija-0-first_name": "Liisa", "asiantuntija-0-last_name": "Lomake",
        "asiantuntija-0-organisation": "Vakuutus Oy", "asiantuntija-0-email": "liisa@vakuutus.example",
        "tuotos-0-title": "Väliraportti", "tuotos-0-due_on": (today() + 90 * DAY).isoformat(), "tee": "perusta",
    }  # fmt: skip
    answer = client.post(start, proposal(**rows))
    group = WorkingGroup.objects.get(body__name_fi="Palontutkinnan tietopohja")
    assert answer["Location"] == url("group_activate", group)
    shown = client.get(answer["Location"])
    assert member.full_name in shown.content.decode()
    client.post(answer["Location"], {"seen": shown.context["founding"].seen})
    group.refresh_from_db()
    mandate = group.mandates.get()
    assert (group.state, mandate.decided_by) == (State.ACTIVE, chair)
    assert "Palontutkinnan tietopohja" in mandate.decision
    assert chair.full_name in mandate.decision
    assert set(group.body.terms.values_list("role", flat=True)) == {"chair", "secretary", "expert"}
    public = Client().get(group.get_absolute_url()).content.decode().replace("\xad", "")
    assert all(text in public for text in ("Koota tiedot", "Väliraportti"))


@pytest.mark.parametrize("change", ["person", "role", "task", "name"])
def test_what_was_not_shown_is_not_founded(
    login: Login, area: Body, chair: Person, member: Person, secretary: Person, change: str
) -> None:
    group = make.proposed(area=area, people=[(member, Role.CHAIR)])
    client, path = login(chair), url("group_activate", group)
    seen = client.get(path).context["founding"].seen
    match change:
        case "person":
            MemberProposal.objects.create(group=group, person=secretary)
        case "role":
            group.proposals.update(role=Role.MEMBER)
        case "task":
            group.mandates.update(task="Muu")
        case "name":
            Body.objects.filter(pk=group.pk).update(name_fi="Muu")
    answer = client.post(path, {"seen": seen})
    page = answer.content.decode()
    assert "Katso vielä kerran" in page
    fresh = answer.context["founding"].seen
    assert f'name="seen" value="{fresh}"' in page
    assert not Term.objects.filter(body=group.pk).exists()
    assert client.post(path, {"seen": fresh}).status_code == 302
    assert WorkingGroup.objects.get(pk=group.pk).state == State.ACTIVE


@pytest.mark.parametrize(
    ("who", "told"),
    [("chair", "puheenjohtaja"), ("secretary", "sihteeri"), ("coordinator", "toimisto"),
     ("director", "puheenjohtaja, Hallitus")],
)  # fmt: skip
def test_the_decision_tells_as_what_it_is_written(
    request: pytest.FixtureRequest, area: Body, who: str, told: str
) -> None:
    assert wording.capacity(request.getfixturevalue(who), area) == told


def test_the_decision_is_shown_with_what_is_missing(login: Login, area: Body, chair: Person) -> None:
    start = reverse("workinggroups:group_propose", args=[area.slug])
    data = proposal(tee="nayta", ends_on="")
    page = login(chair).post(start, data).content.decode()
    assert "<mark>" in page
    assert not WorkingGroup.objects.exists()


@pytest.mark.parametrize(
    "rows",
    [
        {"ends_on": (today() - DAY).isoformat()},
        {"ends_on": today().isoformat()},
        {"starts_on": "31.2.2026"},
        {"name_fi": ""},
        {"jasen-0-person": "Ei Ketään", "jasen-0-role": "member"},
        {"jasen-TOTAL_FORMS": "x"},
        {"jasen-TOTAL_FORMS": "100000"},
        {"asiantuntija-0-last_name": "Lomake"},
        {"tuotos-0-due_on": today().isoformat()},
        {"tuotos-0-title": "Raportti", "tuotos-0-due_on": (today() + 900 * DAY).isoformat()},
        {"decided_in": "999999"},
        {"name_fi": "x\x00y"},
    ],
)
def test_a_bad_proposal_is_refused_in_words(login: Login, area: Body, chair: Person, rows: dict[str, str]) -> None:
    start = reverse("workinggroups:group_propose", args=[area.slug])
    answer = login(chair).post(start, proposal(**rows))
    assert answer.status_code == 200
    assert "Palontutkinnan" in answer.content.decode() or "name_fi" in rows
    assert not WorkingGroup.objects.exists()


def test_every_error_of_a_proposal_stands_in_one_list_with_its_row(login: Login, area: Body, chair: Person) -> None:
    first, second = (make.person(first_name=name, last_name="Kaima", visibility="public") for name in ("Aino", "Eino"))
    make.term(person=first, body=area)
    make.term(person=second, body=area)
    rows = {
        "name_fi": "", "jasen-1-person": "Kaima", "jasen-1-role": "member", "asiantuntija-0-last_name": "Lomake",
        "tuotos-1-due_on": today().isoformat(),
    }  # fmt: skip
    start = reverse("workinggroups:group_propose", args=[area.slug])
    page = login(chair).post(start, proposal(**rows)).content.decode()
    assert "Lomakkeella on 5 virhettä" in page
    assert page.count("notice--error") == 1
    for link in (
        'href="#id_name_fi">Työryhmän nimi', 'href="#id_jasen-1-person">Jäsen 2, Nimi',
        'href="#id_asiantuntija-0-first_name">Asiantuntija 1, Etunimi',
        'href="#id_asiantuntija-0-organisation">Asiantuntija 1, Työnantaja',
        'href="#id_tuotos-1-title">Tuotos 2, Tuotos',
    ):  # fmt: skip
        assert link in page, link
    assert f"Kirjoita esimerkiksi ”Aino Kaima #{first.pk}”" in page


def test_too_many_rows_are_told(login: Login, area: Body, chair: Person) -> None:
    start = reverse("workinggroups:group_propose", args=[area.slug])
    page = login(chair).post(start, proposal(**{"jasen-TOTAL_FORMS": "100000"})).content.decode()
    assert "Lomakkeella on 1 virhe" in page


@pytest.mark.parametrize("name", ["ßÆ Ðþ", "東京", "Рабочая группа", "ehdota", "  ' OR 1=1 --"])
def test_a_group_may_be_called_anything(login: Login, area: Body, chair: Person, name: str) -> None:
    start = reverse("workinggroups:group_propose", args=[area.slug])
    client = login(chair)
    for _ in range(2):  # the same name twice: another address
        assert client.post(start, proposal(name_fi=name)).status_code == 302
    assert WorkingGroup.objects.count() == 2
    assert client.get(WorkingGroup.objects.first().get_absolute_url()).status_code == 200  # type: ignore[union-attr]


def test_a_proposal_is_seen_by_those_who_manage_the_area_only(
    login: Login, area: Body, chair: Person, secretary: Person, member: Person, outsider: Person, coordinator: Person
) -> None:
    group = make.proposed(area=area, people=[(member, Role.CHAIR)])
    paths = [group.get_absolute_url(), reverse("network:body_roster", args=[group.body.slug])]
    lists = [reverse("workinggroups:group_list"), area.get_absolute_url(),
             reverse("documents:document_list") + f"?toimielin={group.body.slug}",
             reverse("meetings:meeting_list") + f"?toimielin={group.body.slug}"]  # fmt: skip
    for client in (Client(), login(member), login(outsider)):
        assert {client.get(path).status_code for path in paths} == {404}
        assert not any(group.body.name_fi in client.get(path).content.decode() for path in lists)
        assert group.body.name_fi not in client.get(member.get_absolute_url()).content.decode()
    for person in (chair, secretary, coordinator):
        client = login(person)
        assert {client.get(path).status_code for path in paths} == {200}
        assert all(group.body.name_fi in client.get(path).content.decode() for path in lists[:2])


STEPS = ("group_activate", "group_extend", "group_close")


def test_who_decides_about_a_group(
    login: Login, area: Body, group: Body, chair: Person, secretary: Person, member: Person, group_chair: Person,
    coordinator: Person, former_chair: Person, director: Person,
) -> None:  # fmt: skip
    waiting = make.proposed(area=area)
    paths = [url("group_activate", waiting), url("group_extend", group), url("group_close", group),
             url("group_close", waiting)]  # fmt: skip
    for person in (chair, coordinator):
        assert [login(person).get(path).status_code for path in paths] == [200] * 4
    for person in (secretary, member, group_chair, former_chair, director):
        assert [login(person).get(path).status_code for path in paths] == [404] * 4
    assert [Client().get(path).status_code for path in paths] == [302] * 4


@pytest.mark.parametrize("step", ["group_edit", "group_activate"])
def test_the_decision_behind_a_proposal_is_offered_however_old_or_hidden(
    login: Login, area: Body, other_area: Body, chair: Person, step: str
) -> None:
    item = make.meeting(body=other_area, state=make.State.REVIEW, items=["Toisten asia"]).items.get()
    group = make.proposed(area=area, decided_in=item)
    page = login(chair).get(url(step, group)).content.decode()
    assert f'<option value="{item.pk}" selected>' in page
    assert "Toisten asia" not in page


def test_the_document_of_a_deliverable_stays_where_the_editor_does_not_see_it(
    login: Login, group: Body, other_area: Body, group_chair: Person
) -> None:
    paper = make.document(body=other_area, title="Toisten paperi")
    row = make.deliverable(body=group, document=paper)
    client, edit = login(group_chair), reverse("workinggroups:deliverable_edit", args=[row.pk])
    page = client.get(edit).content.decode()
    assert f'<option value="{paper.pk}" selected>' in page
    assert "Toisten paperi" not in page
    client.post(edit, {"title": "Uusi", "due_on": "", "document": paper.pk})
    row.refresh_from_db()
    assert (row.title, row.document) == ("Uusi", paper)


def test_who_edits_a_proposal(login: Login, area: Body, chair: Person, secretary: Person, member: Person) -> None:
    group = make.proposed(area=area, people=[(member, Role.CHAIR)])
    client = login(secretary)
    page = client.get(url("group_edit", group)).content.decode()
    assert f"{member.full_name} #{member.pk}" in page
    client.post(url("group_edit", group), proposal(name_fi="Toinen nimi"))
    group = WorkingGroup.objects.get(pk=group.pk)
    assert (group.body.name_fi, group.proposals.count()) == ("Toinen nimi", 0)
    assert login(member).get(url("group_edit", group)).status_code == 404


@pytest.mark.row("F22", "N2")
def test_an_overdue_group_says_so_and_refuses_every_writing_page_but_two(
    login: Login, area: Body, chair: Person, secretary: Person, department: Any, coordinator: Person
) -> None:
    late = make.overdue(area=area, name_fi="Vanhentunut")
    leader = make.person(department=department)
    make.term(person=leader, body=late, role=Role.CHAIR)
    row, paper = make.deliverable(body=late), make.document(body=late)
    meeting = make.meeting(body=late, state=make.OPEN, by=coordinator)
    item = meeting.items.get()
    writing = [
        url("group_edit", late), url("expert_propose", late),
        reverse("workinggroups:deliverable_edit", args=[row.pk]),
        reverse("meetings:meeting_add", args=[late.slug]),
        reverse("meetings:meeting_edit", args=[meeting.pk]), reverse("meetings:item_add", args=[meeting.pk]),
        reverse("meetings:attendance_edit", args=[meeting.pk]), reverse("meetings:minutes_edit", args=[meeting.pk]),
        reverse("meetings:action_add", args=[item.pk]), reverse("network:term_add", args=[late.slug]),
        reverse("documents:version_add", args=[paper.pk]),
    ]  # fmt: skip
    for person in (chair, secretary, leader):
        client = login(person)
        told = {path: {client.get(path).status_code, client.post(path).status_code} for path in writing}
        assert set().union(*told.values()) <= {404, 409}, told
    assert "Waits for a decision" in Client().get("/en" + late.get_absolute_url()).content.decode()
    assert [login(chair).get(url(step, late)).status_code for step in STEPS] == [409, 200, 200]
    days = {"starts_on": today().isoformat(), "ends_on": (today() + 90 * DAY).isoformat()}
    assert login(chair).post(url("group_extend", late), {"task": "Jatkaa", **days}).status_code == 302
    assert login(chair).get(url("group_edit", late)).status_code == 200


def test_closing_through_the_page(
    login: Login, group: Body, chair: Person, member: Person, group_chair: Person
) -> None:
    meeting = make.meeting(body=group, state=make.OPEN)
    action = make.action(item=meeting.items.get(), owner=member)
    client, path = login(chair), url("group_close", group)
    data = {"outcome": "Valmis", "without_report": "on"}
    assert client.post(path, data).status_code == 200
    bad = data | {f"toimenpide-{action.pk}-fate": "dropped"}
    refused = client.post(path, bad)
    assert refused.status_code == 200
    assert f'href="#id_toimenpide-{action.pk}-words">{action.task}, ' in refused.content.decode()
    assert WorkingGroup.objects.get(pk=group.pk).is_open
    good = bad | {f"toimenpide-{action.pk}-words": "Ei tarvita"}
    assert client.post(path, good).status_code == 302
    action.refresh_from_db()
    assert (action.dropped_on, action.report) == (today(), "Ei tarvita")
    assert list(Term.objects.filter(body=group).values_list("ends_on", flat=True)) == [today()]
    assert client.get(url("group_extend", group)).status_code == 409
    assert client.post(path, good).status_code == 409


@pytest.mark.row("F02")
def test_an_ended_group_keeps_everything_with_its_result(login: Login, group: Body, chair: Person) -> None:
    report = make.document(body=group, visibility=Visibility.PUBLIC, title="Loppuraportti G")
    made = make.group(body=group)
    life.close(made, outcome="Malli valmistui, työ on tehty.", final_report=report, by=chair)
    page = Client().get(group.get_absolute_url()).content.decode()
    assert all(text in page for text in ("Malli valmistui, työ on tehty.", "Loppuraportti G", "Malli"))
    assert group.name_fi in Client().get(reverse("workinggroups:group_list") + "?tila=paattynyt").content.decode()


@pytest.mark.row("F20")
def test_a_deliverable_is_approved_in_one_click(
    login: Login, group: Body, chair: Person, group_chair: Person, secretary: Person
) -> None:
    row, paper = make.deliverable(body=group), make.document(body=group)
    accept = reverse("workinggroups:deliverable_accept", args=[row.pk])
    edit = reverse("workinggroups:deliverable_edit", args=[row.pk])
    assert login(chair).post(accept).status_code == 404  # no document yet
    login(group_chair).post(edit, {"title": "Raportti", "due_on": "", "document": paper.pk})
    assert {login(person).post(accept).status_code for person in (group_chair, secretary)} == {404}
    assert login(chair).get(accept).status_code == 405
    assert login(chair).post(accept).status_code == 302
    row.refresh_from_db()
    assert (row.accepted_on, row.accepted_by) == (today(), chair)
    assert login(group_chair).get(edit).status_code == 409


def test_a_deliverable_approved_meanwhile_stays_as_it_was_approved(group: Body, chair: Person) -> None:
    row = make.deliverable(body=group, document=make.document(body=group))
    form = DeliverableForm({"title": "Muu", "due_on": "", "document": ""}, instance=row, by=chair)
    Deliverable.objects.get(pk=row.pk).accept(chair)
    assert form.is_valid()
    assert not save_or_refuse(form, form.save)
    assert "hyväksytty" in str(form.errors)
    row.refresh_from_db()
    assert (row.title, row.accepted_by) == ("Raportti", chair)


@pytest.mark.row("F17")
def test_the_groups_chair_proposes_an_expert_and_the_areas_chair_confirms(
    login: Login, group: Body, area: Body, chair: Person, group_chair: Person, member: Person
) -> None:
    words = {"first_name": "Liisa", "last_name": "Lomake", "organisation": "Yritys Oy", "email": "liisa@yritys.example"}
    login(group_chair).post(url("expert_propose", group), words)
    row = MemberProposal.objects.get()
    expert = row.person
    confirm = reverse("workinggroups:proposal_confirm", args=[row.pk])
    assert {login(person).post(confirm).status_code for person in (group_chair, member)} == {404}
    assert login(chair).post(confirm).status_code == 302
    Person.objects.filter(pk=expert.pk).update(is_active=True)
    expert = Person.objects.get(pk=expert.pk)
    own, areas = make.document(body=group), make.document(body=area)
    inside = make.document(body=area, visibility=Visibility.NETWORK)
    client = login(expert)
    assert client.get(own.get_absolute_url()).status_code == 200
    assert {client.get(paper.get_absolute_url()).status_code for paper in (areas, inside)} == {404}
    Term.objects.get(person=expert).end(today())
    Term.objects.filter(person=expert).update(starts_on=today() - 9 * DAY, ends_on=today() - DAY)
    assert login(Person.objects.get(pk=expert.pk)).get(own.get_absolute_url()).status_code == 404


def test_whoever_confirms_an_expert_is_told_so(login: Login, group: Body, group_chair: Person, chair: Person) -> None:
    words = {"first_name": "Liisa", "last_name": "Lomake", "organisation": "Vakuutus Oy"}
    path = url("expert_propose", group)
    pages = [login(person).get(path).content.decode() for person in (group_chair, chair)]
    assert ["Vahvistat ehdotuksen itse" in page for page in pages] == [False, True]
    told = login(chair).post(path, words, follow=True).content.decode()
    assert "Vahvista ehdotus alla" in told


def test_an_expert_proposed_twice_is_refused_in_words(login: Login, group: Body, group_chair: Person) -> None:
    words = {"first_name": "Liisa", "last_name": "Lomake", "organisation": "Yritys Oy", "email": "liisa@yritys.example"}
    client = login(group_chair)
    assert [client.post(url("expert_propose", group), words).status_code for _ in range(2)] == [302, 200]
