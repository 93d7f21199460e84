"""What an inspector reads again: the minutes with what was changed since they were last sent."""

from collections.abc import Callable

import pytest
from django.test import Client

from meetings.inspected import FairCopy
from meetings.models import Meeting
from network.models import Person
from tests import make
from tests.meetings.inspecting import record, url

Login = Callable[[Person], Client]


@pytest.mark.django_db(transaction=True)  # the history tells the moments of transactions
def test_the_desk_shows_what_changed_since_it_was_last_sent(
    login: Login, meeting: Meeting, inspectors: list[Person]
) -> None:
    make.submit(meeting, inspectors)
    assert FairCopy(record(meeting)).before is None
    record(meeting).send_back("Korjaa", inspectors[1])
    item = meeting.items.order_by("position").last()
    item.save_text(seen=item.revision, by=None, decision="Hyväksyttiin muutettuna.")
    record(meeting).submit(inspectors)
    reading = FairCopy(record(meeting))
    assert [line.item for line in reading.changed] == [item]
    page = login(inspectors[0]).get(url(meeting, "tarkasta")).content.decode()
    assert "<del>Hyväksyttiin.</del><ins>Hyväksyttiin muutettuna.</ins>" in page
