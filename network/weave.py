"""The weave: the network of a day as cloth, drawn from the same facts as the table beside it.

The departments of the day are the warp, the service areas the weft. A knot stands where an area's chair comes
from, and the red thread ties the chairs into the board. Where a chair's department is not known there is no
knot, and the thread runs past that area dashed. Everything is a whole number in the units of the drawing's
view box, so that no language can put a comma into it; the page stretches the drawing to the room it has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PITCH = 100  # from one department to the next
ROW = 400  # from one area to the next
WARP_GAP = 46  # half the break of a warp thread where the weft passes over it
WEFT_GAP = 14  # half the break of a weft thread where the warp passes over it


@dataclass(frozen=True)
class Warp:
    """A department: its number in the drawing, counted from one, and the areas whose chair it gives."""

    pk: int
    number: int
    name: str
    url: str
    ties: tuple[str, ...]


@dataclass(frozen=True)
class Weft:
    """A service area, and the department its chair comes from (None: not known)."""

    pk: int
    name: str
    url: str
    warp: Warp | None


@dataclass(frozen=True)
class Weave:
    """The drawing: its size, its threads as SVG path data, and what each thread stands for."""

    width: int
    height: int
    warps: tuple[Warp, ...]
    wefts: tuple[Weft, ...]
    warp_path: str
    weft_path: str
    thread_path: str
    loose_path: str
    knot_path: str


def weave(
    departments: Iterable[tuple[int, str, str]],
    areas: Iterable[tuple[int, str, str, int | None]],
) -> Weave:
    """Draw the day: departments are (pk, short name, url), areas (pk, name, url, department pk).

    The department of an area is its chair's; None, or one that is not among the day's, is unknown.
    """
    rows = list(areas)
    warps = tuple(
        Warp(pk, number, name, url, tuple(area[1] for area in rows if area[3] == pk))
        for number, (pk, name, url) in enumerate(departments, start=1)
    )
    by_pk = {warp.pk: warp for warp in warps}
    wefts = tuple(
        Weft(pk, name, url, by_pk.get(department) if department is not None else None)
        for pk, name, url, department in rows
    )
    width, height = PITCH * len(warps), ROW * len(wefts)
    thread, loose = _thread(wefts, width, height)
    return Weave(
        width=width,
        height=height,
        warps=warps,
        wefts=wefts,
        warp_path=_warp_path(len(warps), len(wefts)),
        weft_path=_weft_path(len(warps), len(wefts)),
        thread_path=thread,
        loose_path=loose,
        knot_path="".join(f"M{_x(weft.warp)} {_y(row)}h1" for row, weft in enumerate(wefts) if weft.warp),
    )


def _x(warp: Warp) -> int:
    return PITCH * warp.number - PITCH // 2


def _y(row: int) -> int:
    return ROW * row + ROW // 2


def _broken(length: int, breaks: Sequence[int], gap: int) -> list[tuple[int, int]]:
    """The pieces of a thread of that length which is broken at those places."""
    edges = [0, *(edge for place in breaks for edge in (place - gap, place + gap)), length]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _warp_path(columns: int, rows: int) -> str:
    """The upright threads: over and under in turn, as in plain weave."""
    path = []
    for column in range(columns):
        x = PITCH * column + PITCH // 2
        under = [_y(row) for row in range(rows) if (row + column) % 2 == 0]
        path += [f"M{x} {start}V{end}" for start, end in _broken(ROW * rows, under, WARP_GAP)]
    return "".join(path)


def _weft_path(columns: int, rows: int) -> str:
    """The level threads: each passes under the departments that pass over it."""
    path = []
    for row in range(rows):
        under = [PITCH * column + PITCH // 2 for column in range(columns) if (row + column) % 2]
        path += [f"M{start} {_y(row)}H{end}" for start, end in _broken(PITCH * columns, under, WEFT_GAP)]
    return "".join(path)


def _thread(wefts: Sequence[Weft], width: int, height: int) -> tuple[str, str]:
    """The red thread from the upper edge over the knots to the lower: its tied and its loose pieces.

    It goes along an area to where the next known chair stands, then down; down past an area without a knot it
    is loose. A day without one known chair has a loose thread along the last selvedge, tied to nobody.
    """
    if not width or not height:
        return "", ""
    x, y = width, 0
    tied, loose = "", ""
    for row, weft in enumerate(wefts):
        if weft.warp is None:
            continue
        goal_x, goal_y = _x(weft.warp), _y(row)
        if y and goal_x != x:
            tied += f"M{x} {y}H{goal_x}"
        piece = f"M{goal_x} {y}V{goal_y}"
        if goal_y - y > ROW:
            loose += piece
        else:
            tied += piece
        x, y = goal_x, goal_y
    if height - y > ROW:
        return tied, loose + f"M{x} {y}V{height}"
    return tied + f"M{x} {y}V{height}", loose
