"""Bodies: the tree of authority, addresses that never die, and what a body was called on a day."""

from datetime import date
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils.translation import override

from network.models import Body, FormerName, Kind
from tests import make
from tests.breaking import breaks, insert, race, refused, update, words

TREE = (
    "The directors' meeting and the office lie under nothing, the board under the directors' meeting, "
    "service areas under the board, and working groups under a service area."
)
TAKEN = "The address is or was the address of another body."


def new(kind: Kind, parent: Body | None = None, **fields: Any) -> Body:
    """A body not yet written."""
    return Body(kind=kind, parent=parent, **{"name_fi": "Uusi", "slug": "uusi"} | fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "constraint"),
    [
        ("inspection", "body_inspection_known"),
        ("calendar_visibility", "body_calendar_visibility_known"),
        ("papers_visibility", "body_papers_visibility_known"),
    ],
)
def test_choices_of_a_body_are_known(field: str, constraint: str, area: Body) -> None:
    setattr(area, field, "secret")
    breaks(area, constraint, says="Value 'secret' is not a valid choice.", on=field)


@pytest.mark.django_db
def test_kind_is_known(board: Body) -> None:
    with override("en"), pytest.raises(Exception, match="not a valid choice"):
        new("committee").full_clean()  # type: ignore[arg-type]
    with refused("body_kind_known"):
        insert(new("committee"))  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.DIRECTORS, Kind.BOARD, Kind.OFFICE])
def test_directors_board_and_office_exist_once(kind: Kind) -> None:
    first = make.body(kind=kind)
    breaks(new(kind, first.parent), "body_only_one_of_kind", says="There is just one body of this kind.")


@pytest.mark.django_db
def test_there_are_several_areas_and_groups(area: Body, other_area: Body) -> None:
    new(Kind.WORKING_GROUP, area).full_clean()
    new(Kind.SERVICE_AREA, area.parent).full_clean()


@pytest.mark.django_db
def test_validity_runs_forward(area: Body) -> None:
    area.valid_from, area.valid_to = date(2024, 1, 2), date(2024, 1, 1)
    breaks(area, "body_period_forward", says="The end date is before the start date.", on="valid_to")


@pytest.mark.django_db
def test_a_body_does_not_lie_under_itself(area: Body) -> None:
    area.parent = area
    breaks(area, "body_not_own_parent", says=words("body_parent_kind"), on="parent")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.BOARD, Kind.SERVICE_AREA, Kind.WORKING_GROUP])
def test_board_areas_and_groups_lie_under_something(kind: Kind) -> None:
    breaks(new(kind), "body_parent_by_kind", says=TREE)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.DIRECTORS, Kind.OFFICE])
def test_directors_and_office_lie_under_nothing(kind: Kind, area: Body) -> None:
    body = make.body(kind=kind)
    body.parent = area
    breaks(body, "body_parent_by_kind", says=words("body_parent_kind"), on="parent")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "under"),
    [
        (Kind.SERVICE_AREA, Kind.DIRECTORS),
        (Kind.SERVICE_AREA, Kind.SERVICE_AREA),
        (Kind.WORKING_GROUP, Kind.BOARD),
        (Kind.WORKING_GROUP, Kind.WORKING_GROUP),
        (Kind.WORKING_GROUP, Kind.OFFICE),
    ],
)
def test_a_body_lies_under_the_kind_that_the_tree_draws(kind: Kind, under: Kind) -> None:
    breaks(new(kind, make.body(kind=under)), "body_parent_kind", says=words("body_parent_kind"), on="parent")


@pytest.mark.django_db
def test_a_body_moves_only_under_the_kind_that_the_tree_draws(group: Body, board: Body) -> None:
    group.parent = board
    breaks(group, "body_parent_kind", says=words("body_parent_kind"), on="parent")


@pytest.mark.django_db
def test_the_kind_of_a_body_stays(directors: Body) -> None:
    directors.kind = Kind.OFFICE
    breaks(directors, "body_kind_stays", says="The kind of a body never changes.", on="kind")


@pytest.mark.django_db
def test_only_a_group_is_known_by_name_only(board: Body) -> None:
    recorded = new(Kind.WORKING_GROUP, is_recorded=True)
    recorded.full_clean()
    breaks(
        new(Kind.SERVICE_AREA, board, is_recorded=True),
        "body_recorded_is_group",
        says="Only a working group can be known by name only.",
    )


@pytest.mark.django_db
def test_a_recorded_group_has_no_area_invented(area: Body) -> None:
    breaks(new(Kind.WORKING_GROUP, area, is_recorded=True), "body_parent_by_kind", says=TREE)


@pytest.mark.django_db
def test_a_body_with_bodies_under_it_is_never_deleted(area: Body, group: Body) -> None:
    with pytest.raises(ProtectedError):
        area.delete()


# ── addresses and names ──


@pytest.mark.django_db
def test_an_address_is_one_bodys(area: Body) -> None:
    breaks(
        new(Kind.SERVICE_AREA, area.parent, slug=area.slug),
        "network_body_slug_key",
        says="Body with this Address already exists.",
        on="slug",
    )


@pytest.mark.django_db
def test_a_former_address_is_one_bodys(area: Body, other_area: Body) -> None:
    make.former_name(body=area, slug="vanha")
    breaks(
        FormerName(body=other_area, name_fi="Vanha", slug="vanha", until=make.SINCE),
        "network_formername_slug_key",
        says="Former name with this Address already exists.",
        on="slug",
    )


@pytest.mark.django_db
def test_a_new_body_does_not_take_a_former_address(area: Body) -> None:
    make.former_name(body=area, slug="vanha")
    breaks(new(Kind.SERVICE_AREA, area.parent, slug="vanha"), "body_slug_taken", says=TAKEN, on="slug")


@pytest.mark.django_db
def test_a_body_does_not_move_to_anothers_former_address(area: Body, other_area: Body) -> None:
    make.former_name(body=area, slug="vanha")
    other_area.slug = "vanha"
    breaks(other_area, "body_slug_taken", says=TAKEN, on="slug")


@pytest.mark.django_db
def test_a_former_name_does_not_take_a_bodys_address(area: Body, other_area: Body) -> None:
    former = FormerName(body=other_area, name_fi="Vanha", slug=area.slug, until=make.SINCE)
    breaks(former, "body_slug_taken", says=TAKEN, on="slug")


@pytest.mark.django_db
def test_a_body_may_keep_its_address_under_a_new_name_and_take_its_old_one_back(area: Body) -> None:
    make.former_name(body=area, slug=area.slug).full_clean()
    make.former_name(body=area, slug="vanha", until=date(2020, 1, 1))
    area.slug = "vanha"
    area.full_clean()
    area.save()


@pytest.mark.django_db
def test_one_former_name_ends_on_a_day(area: Body) -> None:
    make.former_name(body=area, until=date(2020, 1, 1))
    breaks(
        FormerName(body=area, name_fi="Toinen", slug="toinen", until=date(2020, 1, 1)),
        "formername_one_until",
        says="Another former name ends on the same day.",
    )


@pytest.mark.django_db(transaction=True)
def test_two_writers_never_give_one_address_to_two_bodies(area: Body, other_area: Body) -> None:
    """A new address and a former name of another body, at once: one of them waits and is refused."""
    met = race(
        lambda: update(area, slug="sama"),
        lambda: insert(FormerName(body=other_area, name_fi="Sama", slug="sama", until=make.SINCE)),
    )
    assert sorted(met) == ["", "body_slug_taken"]


@pytest.mark.django_db
@pytest.mark.row("F13", part=True)
def test_a_body_is_called_what_it_was_called_on_the_day(area: Body) -> None:
    make.former_name(body=area, name_fi="Ensimmäinen", until=date(2019, 12, 31))
    make.former_name(body=area, name_fi="Toinen", until=date(2023, 12, 31))
    days = [date(2018, 5, 1), date(2019, 12, 31), date(2020, 1, 1), date(2023, 12, 31), date(2024, 1, 1)]
    assert [area.name_on(day) for day in days] == ["Ensimmäinen", "Ensimmäinen", "Toinen", "Toinen", "Alue A"]


@pytest.mark.django_db
def test_names_are_read_in_the_readers_language_and_in_finnish_where_missing(area: Body) -> None:
    names = []
    for code in ("fi", "sv", "en"):
        with override(code):
            names.append((str(area.name), area.name.language))  # type: ignore[attr-defined]
    assert names == [("Alue A", "fi"), ("Område A", "sv"), ("Alue A", "fi")]


# ── the day ──


@pytest.mark.django_db
@pytest.mark.row("F13", part=True)
def test_a_fifth_area_is_absent_before_its_first_day(board: Body, area: Body) -> None:
    fifth = make.body(parent=board, valid_from=date(2024, 1, 1))
    areas = Body.objects.of_kind(Kind.SERVICE_AREA)
    assert set(areas.on(date(2023, 12, 31))) == {area}
    assert set(areas.on(date(2024, 1, 1))) == {area, fifth}


@pytest.mark.django_db
def test_an_empty_seat_is_vacant_only_from_the_day_the_register_is_kept() -> None:
    area = make.body(register_from=date(2026, 1, 1))
    assert [area.keeps_register_on(day) for day in (date(2025, 12, 31), date(2026, 1, 1))] == [False, True]
    assert not make.body().keeps_register_on(date(2026, 1, 1))
