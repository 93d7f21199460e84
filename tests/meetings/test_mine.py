"""The blocks of meetings that other pages carry: one's own, a body's year, its next meetings, its latest decisions."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from meetings.models import Minutes, State
from network.models import Body, Inspection, Person
from network.periods import today
from network.visibility import Visibility
from tests import make


@pytest.fixture(autouse=True)
def _in_english() -> None:
    translation.activate("en")


def block(tag: str, user: Person | None, **values: object) -> str:
    """What a page prints for the tag."""
    request = RequestFactory().get("/")
    request.user = Person.objects.get(pk=user.pk) if user else AnonymousUser()
    template = Template("{% load meetings %}{% " + tag + " %}")
    return template.render(Context({"request": request, **values}))


@pytest.mark.row("F63", part=True)
def test_my_tasks_are_mine_and_open_the_late_ones_first(area: Body, member: Person, secretary: Person) -> None:
    item = make.meeting(body=area, state=make.OPEN).items.get()
    make.action(item=item, owner=member, task="Myöhässä", due_on=today() - timedelta(days=3))
    make.action(item=item, owner=member, task="Joskus")
    make.action(item=item, owner=member, task="Pian", due_on=today() + timedelta(days=2))
    make.action(item=item, owner=member, task="Tehty").finish("Valmis")
    make.action(item=item, owner=secretary, task="Toisen")
    shown = block("my_actions", member)
    places = [shown.index(task) for task in ("Myöhässä", "Pian", "Joskus")]
    assert places == sorted(places)
    assert "Toisen" not in shown
    assert "Tehty" not in shown
    assert "3 days late" in shown


def test_the_task_of_a_paper_that_i_no_longer_read_is_no_link(area: Body, outsider: Person) -> None:
    item = make.meeting(body=area, state=make.OPEN, items=["Salainen otsikko"]).items.get()
    make.action(item=item, owner=outsider, task="Tehtävä")
    shown = block("my_actions", outsider)
    assert "Tehtävä" in shown
    assert item.get_absolute_url() not in shown
    assert "Salainen otsikko" not in shown


def test_what_waits_for_my_answer(area: Body, chair: Person, secretary: Person, member: Person) -> None:
    minutes = make.minutes(body=area, inspectors=[member])
    assert block("my_inspections", member).strip() == ""
    record = make.submit(minutes.meeting, [member])
    assert f"/en/kokoukset/{record.pk}/poytakirja/tarkasta/" in block("my_inspections", member)
    assert block("my_inspections", chair).strip() == ""
    record.accept(member)
    assert block("my_inspections", member).strip() == ""
    for person in (chair, secretary):
        assert f"/en/kokoukset/{record.pk}/poytakirja/allekirjoita/" in block("my_inspections", person)
    record.sign(chair)
    assert block("my_inspections", chair).strip() == ""
    assert "allekirjoita" in block("my_inspections", secretary)


def test_what_the_secretary_writes_and_publishes_waits_for_them(
    area: Body, chair: Person, secretary: Person, member: Person
) -> None:
    meeting = make.meeting(body=area, state=make.OPEN)
    shown = block("my_inspections", secretary)
    assert f'href="/en/kokoukset/{meeting.pk}/poytakirja/"' in shown
    assert "Sent back" not in shown
    record = make.submit(meeting, [member])
    assert block("my_inspections", secretary).strip() == ""
    record.send_back("§ 2: korjaa", by=member)
    assert "Sent back: a change is asked" in block("my_inspections", secretary)
    make.minutes(meeting=meeting, state=State.SIGNED)
    assert f'href="/en/kokoukset/{meeting.pk}/poytakirja/julkaise/"' in block("my_inspections", secretary)
    for person in (chair, member):
        assert block("my_inspections", person).strip() == ""
    Minutes.objects.get(pk=meeting.pk).publish()
    assert block("my_inspections", secretary).strip() == ""  # the job does the rest


def test_what_nobody_is_named_to_write_waits_for_the_officers(area: Body, chair: Person, member: Person) -> None:
    meeting = make.meeting(body=area, state=make.OPEN)
    assert meeting.minuted_by is None
    assert f"/kokoukset/{meeting.pk}/poytakirja/" in block("my_inspections", chair)
    assert block("my_inspections", member).strip() == ""


def test_an_inspection_is_told_to_be_late_in_days_and_a_day_has_its_year(area: Body, member: Person) -> None:
    record = make.submit(make.minutes(body=area, inspectors=[member]).meeting, [member])
    Minutes.objects.filter(pk=record.pk).update(due_on=today() - timedelta(days=3))
    item = make.meeting(body=area, state=make.OPEN).items.get()
    make.action(item=item, owner=member, due_on=today() + timedelta(days=800))
    assert "3 days late" in block("my_inspections", member)
    assert str((today() + timedelta(days=800)).year) in block("my_actions", member)


def test_my_next_meetings_are_called_ones_of_my_bodies(
    area: Body, other_area: Body, member: Person, secretary: Person
) -> None:
    make.meeting(body=area, state=make.CALLED, place="Kutsuttu")
    make.meeting(body=area, place="Valmisteilla")
    make.meeting(body=other_area, state=make.CALLED, place="Toisaalla")
    shown = block("my_meetings", member)
    assert "Kutsuttu" in shown
    assert "Valmisteilla" not in shown
    assert "Toisaalla" not in shown
    assert "New meeting" not in shown
    kept = block("my_meetings", secretary)
    assert "Valmisteilla" in kept
    assert "/en/kokoukset/uusi/alue-a/" in kept


def test_the_blocks_of_my_page_ask_little(area: Body, secretary: Person) -> None:
    for _ in range(3):
        item = make.meeting(body=area, state=make.CALLED).items.get()
        make.action(item=item, owner=secretary)
    request_user = Person.objects.get(pk=secretary.pk)
    assert request_user.access
    with CaptureQueriesContext(connection) as asked:
        for tag in ("my_meetings", "my_actions", "my_inspections"):
            block(tag, secretary)
    assert len(asked) - 9 <= 5  # each block here reads its person and their rights anew, three queries


# ── the body's blocks ──


def helsinki(year: int, month: int, day: int) -> datetime:
    return timezone.make_aware(datetime(year, month, day, 12))


def test_the_year_is_twelve_months_with_their_meetings(area: Body) -> None:
    make.meeting(body=area, state=make.CALLED, starts_at=helsinki(2025, 2, 8))
    make.meeting(body=area, state=make.CALLED, starts_at=helsinki(2025, 5, 23))
    make.meeting(body=area, state=make.CANCELLED, starts_at=helsinki(2025, 9, 1))
    make.meeting(body=area, starts_at=helsinki(2025, 10, 1))
    shown = block("year_of body 2025", None, body=area)
    assert shown.count("<li") == 12
    assert shown.count("<a") == 2
    assert 'class="late"' in shown
    assert "8.2." in shown
    assert shown.count("no meetings") == 10
    assert 'class="rest"' in shown


def test_new_years_eve_belongs_to_the_year_of_helsinki(area: Body) -> None:
    make.meeting(body=area, state=make.CALLED, starts_at=timezone.make_aware(datetime(2025, 1, 1, 0, 30)))
    assert "1.1." in block("year_of body 2025", None, body=area)
    assert "1.1." not in block("year_of body 2024", None, body=area)


def test_the_next_meeting_is_marked(area: Body) -> None:
    following = make.meeting(body=area, state=make.CALLED, starts_at=timezone.now() + timedelta(days=8))
    shown = block(f"year_of body {following.day.year}", None, body=area)
    assert "next meeting" in shown
    assert "next" in shown.partition('href="' + following.get_absolute_url())[0].rpartition("<a")[2]


def test_the_latest_decisions_of_a_body(area: Body, other_area: Body) -> None:
    past = timezone.now() - timedelta(days=30)
    public = {"visibility": Visibility.PUBLIC, "starts_at": past}
    make.meeting(body=area, state=State.PUBLISHED, items=["Oma"], **public)
    make.meeting(body=other_area, state=State.PUBLISHED, items=["Vieras"], **public)
    make.meeting(body=area, state=State.REVIEW, items=["Kesken"], **public)
    shown = block("latest_decisions body", None, body=area)
    assert "Oma" in shown
    assert "Vieras" not in shown
    assert "Kesken" not in shown
    assert "Vieras" in block("latest_decisions", None)


def test_what_every_meeting_decides_is_no_news(area: Body) -> None:
    items = ["Esityslistan hyväksyminen", "Val av protokolljusterare", "Valvontasuunnitelma"]
    past = timezone.now() - timedelta(days=30)
    make.meeting(body=area, state=State.PUBLISHED, items=items, visibility=Visibility.PUBLIC, starts_at=past)
    for shown in (block("latest_decisions body", None, body=area), block("latest_decisions", None)):
        assert [title in shown for title in items] == [False, False, True]


def test_that_earlier_minutes_were_approved_is_no_news(area: Body) -> None:
    Body.objects.filter(pk=area.pk).update(inspection=Inspection.NEXT_MEETING)
    area.refresh_from_db()
    past, items = timezone.now() - timedelta(days=30), ["Pöytäkirjan 1/2026 hyväksyminen", "Valvontasuunnitelma"]
    minutes = make.minutes(state=State.REVIEW, body=area, starts_at=past - timedelta(days=9))
    later = make.meeting(body=area, state=make.OPEN, items=items, visibility=Visibility.PUBLIC, starts_at=past)
    make.decide(later)
    minutes.approve_at(later.items.get(title=items[0]))
    make.minutes(meeting=later, state=State.REVIEW)
    again = make.meeting(body=area, state=make.OPEN, starts_at=past + timedelta(days=9))
    make.decide(again)
    later.minutes.approve_at(again.items.get())
    make.minutes(meeting=later, state=State.PUBLISHED)
    assert [title in block("latest_decisions", None) for title in items] == [False, True]
