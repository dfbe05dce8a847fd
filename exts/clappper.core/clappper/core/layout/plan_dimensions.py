"""Dimensions of a plan view: room, aisles between rows, and free floor along the walls."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.layout.drawing import compute_text_width
from clappper.core.layout.plan_sheet import FAINT, FLOOR, INK, Rect, Sheet, Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clappper.core.layout.drawing import Point
    from clappper.core.layout.models import Room

__all__ = ["Dimension", "draw_dimensions", "draw_room_dimensions", "list_dimensions"]

#: Narrower than this is no aisle and no passage [m].
_PASSAGE_M = 0.6
#: Instances of a row stand on one line within this [m], and this close to the next of the row.
_COLLINEAR_M, _ROW_GAP_M = 0.1, 0.5
_MOST_AISLES = 8
#: Where along an aisle its width is drawn, as shares of its length: the first that is free.
_SHARES = (0.3, 0.5, 0.7, 0.15, 0.85)
_TEXT_PX, _TICK_PX = 11.0, 4.0


class Dimension(NamedTuple):
    """A measured distance [m] along x or y, layout frame."""

    start: Point
    end: Point

    @property
    def length_m(self) -> float:
        """Return the distance [m]."""
        return abs(self.end[0] - self.start[0]) + abs(self.end[1] - self.start[1])


class _Row(NamedTuple):
    low: float
    high: float
    start: float
    end: float


def list_dimensions(room: Room, shown: Sequence[Shown]) -> list[Dimension]:
    """Return aisle widths and the least distances from walls to what stands on the floor."""
    standing = [s for s in shown if s.is_on_floor]
    items = dict.fromkeys(s.placement.item for s in standing)
    aisles = [
        free
        for item in items
        for choices in _list_aisles([s for s in standing if s.placement.item == item])
        if (free := next((d for d in choices if not _is_crossed(d, standing)), None))
    ]
    return [*aisles[:_MOST_AISLES], *_list_margins(room, standing)]


def _list_aisles(group: Sequence[Shown]) -> list[list[Dimension]]:
    """Return for each aisle between rows of one item where its width may be drawn.

    Rows may run either way.
    """
    for across in (0, 1):
        rows = _find_rows([s.box.compute_bounds() for s in group], across)
        if len(rows) < 2:
            continue
        aisles = []
        for first, second in itertools.pairwise(rows):
            start, end = max(first.start, second.start), min(first.end, second.end)
            if second.low - first.high < _PASSAGE_M or start >= end:
                continue
            places = [start + share * (end - start) for share in _SHARES]
            ends = [((first.high, at), (second.low, at)) for at in places]
            aisles.append(
                [Dimension(a, b) if across == 0 else Dimension(a[::-1], b[::-1]) for a, b in ends]
            )
        return aisles
    return []


def _find_rows(bounds: Sequence[tuple[float, float, float, float]], across: int) -> list[_Row]:
    """Return rows of at least two that stand close together; none when one of a kind is alone."""
    spans = sorted(
        (b[across] + b[across + 2], b[across], b[across + 2], b[1 - across], b[3 - across])
        for b in bounds
    )
    rows: list[list[tuple[float, float, float, float, float]]] = []
    for span in spans:
        if rows and span[0] - rows[-1][0][0] <= 2.0 * _COLLINEAR_M:
            rows[-1].append(span)
        else:
            rows.append([span])
    found = []
    for row in rows:
        along = sorted((span[3], span[4]) for span in row)
        gaps = [b[0] - a[1] for a, b in itertools.pairwise(along)]
        if not gaps or max(gaps) > _ROW_GAP_M:
            return []
        found.append(
            _Row(min(s[1] for s in row), max(s[2] for s in row), along[0][0], along[-1][1])
        )
    return found


def _list_margins(room: Room, standing: Sequence[Shown]) -> Iterator[Dimension]:
    """Yield the free floor between each built wall and what stands nearest to it."""
    if not standing:
        return
    half_x, half_y = room.size_m.x / 2, room.size_m.y / 2
    bounds = [s.box.compute_bounds() for s in standing]
    west, east = min(bounds, key=lambda b: b[0]), max(bounds, key=lambda b: b[2])
    south, north = min(bounds, key=lambda b: b[1]), max(bounds, key=lambda b: b[3])
    y_west, y_east = (west[1] + west[3]) / 2, (east[1] + east[3]) / 2
    x_south, x_north = (south[0] + south[2]) / 2, (north[0] + north[2]) / 2
    margins = {
        "west": Dimension((-half_x, y_west), (west[0], y_west)),
        "east": Dimension((east[2], y_east), (half_x, y_east)),
        "south": Dimension((x_south, -half_y), (x_south, south[1])),
        "north": Dimension((x_north, north[3]), (x_north, half_y)),
    }
    for wall in room.walls:
        dimension = margins[wall]
        start, end = dimension
        is_inside = start[0] <= end[0] and start[1] <= end[1]
        if is_inside and dimension.length_m >= _PASSAGE_M:
            yield dimension


def _is_crossed(dimension: Dimension, standing: Sequence[Shown]) -> bool:
    """Whether something stands where the distance is measured."""
    (x0, y0), (x1, y1) = dimension
    touch = 1e-3
    return any(
        b[0] < max(x0, x1) - touch
        and b[2] > min(x0, x1) + touch
        and b[1] < max(y0, y1) + touch
        and b[3] > min(y0, y1) - touch
        for b in (s.box.compute_bounds() for s in standing)
    )


def draw_dimensions(sheet: Sheet, dimensions: Sequence[Dimension]) -> None:
    """Draw distances on the floor where their numbers have room."""
    for dimension in dimensions:
        a, b = sheet.to_paper(dimension.start), sheet.to_paper(dimension.end)
        length = abs(b[0] - a[0]) + abs(b[1] - a[1])
        if length >= compute_text_width("0.00", _TEXT_PX) + 4.0:
            _draw(sheet, a, b, f"{dimension.length_m:.2f}", color=FAINT, halo=FLOOR)


def draw_room_dimensions(sheet: Sheet, room: Room, offset_px: float) -> None:
    """Draw width and depth of the room beside it, south and west, ``offset_px`` away."""
    half_x, half_y = room.size_m.x / 2, room.size_m.y / 2
    left, bottom = sheet.to_paper((-half_x, -half_y))
    right, top = sheet.to_paper((half_x, half_y))
    below, beside = bottom + offset_px, left - offset_px
    for a, b in (((left, bottom), (left, below)), ((right, bottom), (right, below))):
        sheet.drawing.add_line([a, (b[0], b[1] + 4.0)], FAINT, width=0.6)
    for y in (bottom, top):
        sheet.drawing.add_line([(left, y), (beside - 4.0, y)], FAINT, width=0.6)
    _draw(sheet, (left, below), (right, below), f"{room.size_m.x:.2f} m", color=INK)
    _draw(sheet, (beside, bottom), (beside, top), f"{room.size_m.y:.2f} m", color=INK)


def _draw(
    sheet: Sheet, a: Point, b: Point, text: str, *, color: str, halo: str | None = None
) -> None:
    """Draw a dimension line between two points on paper, with its number in the middle."""
    drawing = sheet.drawing
    is_upright = abs(a[0] - b[0]) < abs(a[1] - b[1])
    drawing.add_line([a, b], color, width=0.8)
    for x, y in (a, b):
        tick = [(x - _TICK_PX, y + _TICK_PX), (x + _TICK_PX, y - _TICK_PX)]
        drawing.add_line(tick, color, width=1.4)
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    at = (x - 4.0, y) if is_upright else (x, y - 4.0)
    drawing.add_text(
        at, text, size=_TEXT_PX, color=color, anchor="middle", is_turned=is_upright, halo=halo
    )
    line = Rect(min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, max(a[0], b[0]) + 1, max(a[1], b[1]) + 1)
    sheet.written.append(line)
    half, high = compute_text_width(text, _TEXT_PX) / 2 + 2.0, _TEXT_PX + 4.0
    if is_upright:
        sheet.written.append(Rect(at[0] - high, y - half, at[0] + 6.0, y + half))
    else:
        sheet.written.append(Rect(x - half, at[1] - high, x + half, at[1] + 6.0))
