"""The weave is drawn from the day's facts alone; its pieces are checked as geometry, not as a picture."""

import re

from network.weave import PITCH, ROW, Weave, weave

NAMES = ("Helsinki", "Länsi-Uusimaa", "Keski-Uusimaa", "Itä-Uusimaa")


def drawn(*chairs: int | None, departments: int = 4) -> Weave:
    """A weave of departments 1, 2, 3 … with one area for each given department of a chair."""
    warp = [(pk, NAMES[(pk - 1) % 4], f"/laitokset/{pk}/") for pk in range(1, departments + 1)]
    weft = [(row, f"Alue {row}", f"/alueet/{row}/", chair) for row, chair in enumerate(chairs, start=1)]
    return weave(warp, weft)


def points(path: str) -> list[tuple[int, int]]:
    """Where the pieces of the path begin."""
    return [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)", path)]


def test_size_follows_the_departments_and_areas_of_the_day() -> None:
    assert (drawn(1, 2, 3).width, drawn(1, 2, 3).height) == (4 * PITCH, 3 * ROW)
    assert drawn(1, 2, 3, departments=22).width == 22 * PITCH
    assert drawn(1, 2, 3, departments=21).width == 21 * PITCH


def test_a_knot_stands_where_the_chairs_department_meets_the_area() -> None:
    assert points(drawn(3, 1).knot_path) == [(250, 200), (50, 600)]


def test_a_department_knows_the_areas_it_gives_the_chair_of() -> None:
    warps = drawn(2, None, 2).warps
    assert [warp.ties for warp in warps] == [(), ("Alue 1", "Alue 3"), (), ()]
    assert [warp.number for warp in warps] == [1, 2, 3, 4]


def test_the_thread_runs_from_edge_to_edge_through_every_known_chair() -> None:
    cloth = drawn(3, 1)
    assert cloth.thread_path == "M250 0V200M250 200H50M50 200V600M50 600V800"
    assert cloth.loose_path == ""


def test_two_chairs_of_one_department_need_no_level_piece() -> None:
    assert drawn(2, 2).thread_path == "M150 0V200M150 200V600M150 600V800"


def test_past_an_unknown_chair_the_thread_is_loose_and_has_no_knot() -> None:
    cloth = drawn(1, None, 2)
    assert points(cloth.knot_path) == [(50, 200), (150, 1000)]
    assert cloth.loose_path == "M150 200V1000"
    assert cloth.thread_path == "M50 0V200M50 200H150M150 1000V1200"


def test_unknown_chairs_at_the_ends_leave_the_ends_loose() -> None:
    cloth = drawn(None, 4, None)
    assert cloth.loose_path == "M350 0V600M350 600V1200"
    assert cloth.thread_path == ""


def test_no_known_chair_at_all_ties_the_thread_to_nobody() -> None:
    cloth = drawn(None, None)
    assert cloth.knot_path == cloth.thread_path == ""
    assert cloth.loose_path == f"M{cloth.width} 0V{cloth.height}"


def test_a_department_that_is_not_of_the_day_is_unknown() -> None:
    assert drawn(99).wefts[0].warp is None
    assert drawn(99).knot_path == ""


def test_an_empty_network_draws_nothing() -> None:
    cloth = weave([], [])
    assert (cloth.width, cloth.height, cloth.warp_path, cloth.loose_path) == (0, 0, "", "")


def test_threads_pass_over_and_under_in_turn() -> None:
    cloth = drawn(1, 2)
    assert len(points(cloth.warp_path)) == 4 + 4  # each of four is broken once
    assert len(points(cloth.weft_path)) == 2 + 4  # each of two is broken twice


def test_every_number_is_whole_so_no_language_puts_a_comma_into_a_path() -> None:
    cloth = drawn(3, None, 1, 2, departments=21)
    for path in (cloth.warp_path, cloth.weft_path, cloth.thread_path, cloth.loose_path, cloth.knot_path):
        assert re.fullmatch(r"(?:[MHVh ]|\d)*", path)
