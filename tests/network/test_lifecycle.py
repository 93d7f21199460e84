"""Lifecycle: a record moves only along its arrows, and only from the state that was seen."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, models
from django.test import RequestFactory

from network.lifecycle import Lifecycle, WrongState
from network.middleware import RefusalMiddleware
from tests.breaking import race


class Lamp(Lifecycle):
    """A record with a life of its own, for these tests only: its table stands as long as a test runs."""

    arrows: ClassVar = {"off": ("on", "broken"), "on": ("off", "broken")}
    state = models.CharField(max_length=10, default="off")
    lit_by = models.CharField(max_length=20, blank=True)

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        app_label = "tests"  # no installed app: no migration and no other test sees it

    def __str__(self) -> str:
        return self.state


@pytest.fixture
def lamp(db: None) -> Iterator[Lamp]:
    """A lamp that is off."""
    with connection.schema_editor() as editor:
        editor.create_model(Lamp)
    yield Lamp.objects.create()
    with connection.schema_editor() as editor:
        editor.delete_model(Lamp)


def stored(lamp: Lamp) -> tuple[str, str]:
    """What the database says."""
    return Lamp.objects.values_list("state", "lit_by").get(pk=lamp.pk)


def test_a_move_along_an_arrow_writes_its_facts(lamp: Lamp) -> None:
    lamp.move_to("on", lit_by="Aila")
    assert (lamp.state, lamp.lit_by) == ("on", "Aila")
    assert stored(lamp) == ("on", "Aila")


def test_the_arrows_from_here_are_told(lamp: Lamp) -> None:
    told = [lamp.next_states]
    for state in ("on", "broken"):
        lamp.move_to(state)
        told.append(lamp.next_states)
    assert told == [("on", "broken"), ("off", "broken"), ()]


@pytest.mark.parametrize("target", ["off", "melted", ""])
def test_where_no_arrow_leads_nothing_moves(lamp: Lamp, target: str) -> None:
    with pytest.raises(WrongState):
        lamp.move_to(target, lit_by="Aila")
    assert (lamp.state, lamp.lit_by) == ("off", "")
    assert stored(lamp) == ("off", "")


def test_an_end_is_an_end(lamp: Lamp) -> None:
    lamp.move_to("broken")
    with pytest.raises(WrongState):
        lamp.move_to("on")


def test_who_looks_at_an_old_state_is_told_and_changes_nothing(lamp: Lamp) -> None:
    twin = Lamp.objects.get(pk=lamp.pk)
    lamp.move_to("broken", lit_by="Aila")
    with pytest.raises(WrongState, match="off → on"):
        twin.move_to("on", lit_by="Eino")
    assert (twin.state, twin.lit_by) == ("off", "")
    assert stored(lamp) == ("broken", "Aila")


def test_a_deleted_record_does_not_move(lamp: Lamp) -> None:
    twin = Lamp.objects.get(pk=lamp.pk)
    lamp.delete()
    with pytest.raises(WrongState):
        twin.move_to("on")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_at_once_one_does_and_the_other_is_told(lamp: Lamp) -> None:
    twins = [Lamp.objects.get(pk=lamp.pk) for _ in range(2)]
    met = race(
        lambda: twins[0].move_to("on", lit_by="Aila"),
        lambda: twins[1].move_to("broken", lit_by="Eino"),
    )
    assert sorted(met) in (["", "WrongState: off → on"], ["", "WrongState: off → broken"])
    assert stored(lamp) == (("on", "Aila") if met[0] == "" else ("broken", "Eino"))


def test_a_lost_race_is_a_friendly_page_with_its_own_code(rf: RequestFactory) -> None:
    answer = RefusalMiddleware(lambda _: None).process_exception(rf.post("/"), WrongState("off → on"))  # type: ignore[arg-type, return-value]
    assert answer is not None
    assert answer.status_code == 409


def test_a_refusal_that_no_rule_foresaw_is_told_kindly_and_logged_in_full(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    fault = IntegrityError("null value in column")
    answer = RefusalMiddleware(lambda _: None).process_exception(rf.post("/"), fault)  # type: ignore[arg-type, return-value]
    assert answer is not None
    assert answer.status_code == 409
    assert [record.exc_info and record.exc_info[1] for record in caplog.records] == [fault]
