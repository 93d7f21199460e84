"""Key projects of an area and year, and its introduction."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from meetings.models import State
from network.models import Body, Person
from network.periods import today
from serviceareas.forms import DescriptionForm
from serviceareas.models import FlagshipProject
from tests import make
from tests.breaking import breaks, insert, refused
from tests.conftest import EVERYBODY

pytestmark = pytest.mark.usefixtures("file_cast")
KEPT = EVERYBODY

Login = Callable[[Person], Client]


@pytest.mark.row("F66", part=True)
def test_a_key_project_stands_on_its_areas_page_by_year(
    login: Login, area: Body, chair: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state=State.REVIEW, items=["Kärkihankkeet"])
    item = meeting.items.get()
    add = reverse("serviceareas:project_add", args=[area.slug])
    facts = {"year": "2026", "title": "Hyvät käytännöt", "goal": "Jokainen laitos tuo yhden", "owner": member.email,
             "decided_in": item.pk}  # fmt: skip
    client = login(chair)
    assert client.post(add, facts).status_code == 302
    project = FlagshipProject.objects.get()
    assert (project.owner, project.decided_in) == (member, item)
    edit = reverse("serviceareas:project_edit", args=[project.pk])
    client.post(edit, facts | {"result": "Kokoelma syntyi"})
    public = Client().get(area.get_absolute_url()).content.decode().replace("\xad", "")
    assert all(word in public for word in ("Hyvät käytännöt", "Jokainen laitos tuo yhden", "Kokoelma syntyi", "2026"))
    assert item.get_absolute_url() not in public
    assert item.get_absolute_url() in client.get(area.get_absolute_url()).content.decode()


def test_who_keeps_the_projects_and_the_introduction(
    login: Login, area: Body, chair: Person, secretary: Person, member: Person, other_chair: Person
) -> None:
    project = FlagshipProject.objects.create(body=area, year=2026, title="A", goal="B")
    paths = [reverse("serviceareas:area_edit", args=[area.slug]), reverse("serviceareas:project_add", args=[area.slug]),
             reverse("serviceareas:project_edit", args=[project.pk])]  # fmt: skip
    for person, code in ((chair, 200), (secretary, 200), (member, 404), (other_chair, 404)):
        assert [login(person).get(path).status_code for path in paths] == [code] * 3
    assert [Client().get(path).status_code for path in paths] == [302] * 3
    login(secretary).post(paths[0], {"description_fi": "Uusi **esittely**"})
    assert "<strong>esittely</strong>" in Client().get(area.get_absolute_url()).content.decode()


@pytest.mark.parametrize("hidden", [False, True])
def test_the_decision_behind_a_project_stays_when_something_else_is_mended(
    login: Login, area: Body, other_area: Body, chair: Person, monkeypatch: pytest.MonkeyPatch, hidden: bool
) -> None:
    """Also one that is too old for the list, or that the editor does not see: then without its title."""
    meeting = make.meeting(body=other_area if hidden else area, state=State.REVIEW, items=["Vanha päätös"])
    project = FlagshipProject.objects.create(body=area, year=2026, title="A", goal="B", decided_in=meeting.items.get())
    monkeypatch.setattr("serviceareas.forms.OFFERED", 0)
    client, edit = login(chair), reverse("serviceareas:project_edit", args=[project.pk])
    page = client.get(edit).content.decode()
    assert f'<option value="{project.decided_in_id}" selected>' in page
    assert ("Vanha päätös" in page) is not hidden
    facts = {"year": "2026", "title": "Uusi", "goal": "B", "decided_in": project.decided_in_id}
    assert client.post(edit, facts).status_code == 302
    assert FlagshipProject.objects.filter(title="Uusi", decided_in=project.decided_in_id).exists()


def test_an_introduction_does_not_open_a_body_that_was_closed_meanwhile(group: Body) -> None:
    texts = {"description_fi": "Esittely", "description_sv": "", "description_en": ""}
    form = DescriptionForm(texts, instance=Body.objects.get(pk=group.pk))
    Body.objects.filter(pk=group.pk).update(valid_to=today())
    assert form.is_valid()
    form.save()
    group.refresh_from_db()
    assert (group.description_fi, group.valid_to) == ("Esittely", today())


@pytest.mark.parametrize(
    "facts", [{"year": "1999"}, {"year": "x"}, {"title": ""}, {"goal": "a\x00b"}, {"owner": "Ei ole"}]
)
def test_a_bad_project_is_refused_in_words(login: Login, area: Body, chair: Person, facts: dict[str, str]) -> None:
    good = {"year": "2026", "title": "Hanke", "goal": "Tavoite"}
    assert login(chair).post(reverse("serviceareas:project_add", args=[area.slug]), good | facts).status_code == 200
    assert not FlagshipProject.objects.exists()


def test_the_database_refuses_what_the_form_would(area: Body) -> None:
    FlagshipProject.objects.create(body=area, year=2026, title="A", goal="B")
    breaks(
        FlagshipProject(body=area, year=2026, title="A", goal="C"), "flagshipproject_once_a_year",
        says="The area already has a key project of this title that year.",
    )  # fmt: skip
    with refused("flagshipproject_year"):
        insert(FlagshipProject(body=area, year=1999, title="A", goal="C"))
