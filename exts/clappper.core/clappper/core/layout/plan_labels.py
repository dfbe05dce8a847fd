"""Labels of a plan view: each kind of thing is named once, where its name is easy to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clappper.core.layout.drawing import clean_text, compute_text_width
from clappper.core.layout.plan_sheet import FLOOR, INK, Rect, Sheet, Shown, blend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from clappper.core.layout.drawing import Point

__all__ = ["draw_labels", "label_beside", "name_items"]

_SIZE_PX = 12.5
_LEAST_PX = 9.5
_LABEL_PX = 11.0
#: Instances of one item that are tried.
_TRIED = 10
#: Distances from an instance at which its name is tried [pixels].
_REACHES = (4.0, 22.0, 48.0)


class _Spot(NamedTuple):
    rect: Rect
    #: Middle of the text, and where a line leads from it, or null.
    at: Point
    foot: Point | None
    is_turned: bool
    size: float
    halo: str
    price: float


def name_items(groups: Mapping[str, Sequence[Shown]]) -> dict[str, str]:
    """Return what each item is called on the sheet, with its id where two share a noun."""
    nouns = {item: clean_text(group[0].footprint.noun)[:40] for item, group in groups.items()}
    names = {}
    for item, noun in nouns.items():
        is_shared = list(nouns.values()).count(noun) > 1
        name = f"{noun} ({item})" if is_shared else noun
        names[item] = name[:1].upper() + name[1:]
    return names


def draw_labels(
    sheet: Sheet, groups: Mapping[str, Sequence[Shown]], names: Mapping[str, str]
) -> None:
    """Write each item's name and count once, in the room.

    Large things first; a name without a readable place is left to the legend.
    """
    rects = [sheet.to_rect(s.symbol.outline) for group in groups.values() for s in group]
    taken = np.array(rects).reshape(-1, 4)
    order = sorted(groups, key=lambda item: -max(s.box.half_x * s.box.half_y for s in groups[item]))
    for item in order:
        group = groups[item]
        text = names[item] if len(group) == 1 else f"{names[item]} \u00d7 {len(group)}"
        step = max(1, len(group) // _TRIED)
        spots = [
            spot
            for number, shown in enumerate(group[::step][:_TRIED])
            for spot in _list_spots(sheet, shown, text, price=0.02 * number)
            if sheet.field.holds(spot.rect)
            and not any(spot.rect.overlaps(other) for other in sheet.written)
        ]
        best = min(spots, key=lambda s: s.price + _measure_cover(s, taken), default=None)
        if best is not None and best.price + _measure_cover(best, taken) < 3.0:
            _write(sheet, best, text)


def label_beside(
    sheet: Sheet, points: Sequence[Point], text: str, color: str, obstacles: Sequence[Rect]
) -> None:
    """Write text near the first of some points on paper, clear of all of them as far as it goes."""
    x, y = points[0]
    long, high = compute_text_width(text, _LABEL_PX) + 6.0, _LABEL_PX + 5.0
    dots = [_make_rect(point, 16.0, 16.0) for point in points]
    rects = [
        _make_rect((x + sx * (reach + long / 2) + shift, y + sy * (reach + high / 2)), long, high)
        for reach in (15.0, 32.0)
        for sx, sy in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
        for shift in ((0.0, -0.4 * long, 0.4 * long) if sx == 0 else (0.0,))
    ]

    def price(rect: Rect) -> float:
        crossed = sum(rect.overlaps(other) for other in (*obstacles, *sheet.written))
        on_line = 3.0 * sum(rect.overlaps(dot) for dot in dots[1:])
        far_off = 0.0 if sheet.field.holds(rect) else 12.0
        return 16.0 * rect.overlaps(dots[0]) + far_off + min(on_line, 9.0) + 2.0 * crossed

    best = min(rects, key=price)
    middle = ((best.x_min + best.x_max) / 2, (best.y_min + best.y_max) / 2 + 0.35 * _LABEL_PX)
    sheet.drawing.add_text(middle, text, size=_LABEL_PX, color=color, anchor="middle", halo=FLOOR)
    sheet.written += [best, dots[0]]


def _list_spots(sheet: Sheet, shown: Shown, text: str, *, price: float) -> Iterator[_Spot]:
    """Yield where a name may stand: in its footprint, along it, or beside it with a line to it."""
    own = sheet.to_rect(shown.symbol.outline)
    middle = sheet.to_paper((shown.box.x, shown.box.y))
    fill = shown.fill if shown.is_on_floor else blend(shown.fill, FLOOR, 0.5)
    for size in (_SIZE_PX, _LEAST_PX):
        long, high = compute_text_width(text, size) + 6.0, size + 4.0
        dear = price + (_SIZE_PX - size) * 0.1
        for is_turned, wide, tall in ((False, long, high), (True, high, long)):
            if _fits_in(shown, wide / sheet.scale, tall / sheet.scale):
                rect = _make_rect(middle, wide, tall)
                # A negative price makes up for the footprint it covers, which is its own.
                yield _Spot(rect, middle, None, is_turned, size, fill, dear - 1.2)
    long, high = compute_text_width(text, _SIZE_PX) + 6.0, _SIZE_PX + 4.0
    for number, reach in enumerate(_REACHES):
        for sx, sy in ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1)):
            x = (own.x_min, middle[0], own.x_max)[sx + 1] + sx * (reach + long / 2)
            y = (own.y_min, middle[1], own.y_max)[sy + 1] + sy * (reach + high / 2)
            rect = _make_rect((x, y), long, high)
            foot = None if number == 0 else _find_foot(own, rect)
            dear = price + 0.3 * number + (0.0 if sx == 0 or sy == 0 else 0.15)
            yield _Spot(rect, (x, y), foot, False, _SIZE_PX, FLOOR, dear)


def _fits_in(shown: Shown, wide_m: float, tall_m: float) -> bool:
    """Whether an upright rectangle in the middle of a footprint lies in it."""
    box = shown.box
    corners = [box.to_local(box.x + sx * wide_m / 2, box.y + tall_m / 2) for sx in (-1, 1)]
    return all(abs(x) <= box.half_x and abs(y) <= box.half_y for x, y in corners)


def _make_rect(middle: Point, wide: float, tall: float) -> Rect:
    x, y = middle
    return Rect(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)


def _find_foot(own: Rect, label: Rect) -> Point:
    """Return the point of a footprint a label's line leads to."""
    x, y = (label.x_min + label.x_max) / 2, (label.y_min + label.y_max) / 2
    middle = (own.x_min + own.x_max) / 2, (own.y_min + own.y_max) / 2
    foot = min(max(x, own.x_min), own.x_max), min(max(y, own.y_min), own.y_max)
    return foot[0] + 0.25 * (middle[0] - foot[0]), foot[1] + 0.25 * (middle[1] - foot[1])


def _measure_cover(spot: _Spot, taken: NDArray[np.float64]) -> float:
    """Return how many times over a label's area is covered by footprints."""
    rect = spot.rect
    wide = np.minimum(taken[:, 2], rect.x_max) - np.maximum(taken[:, 0], rect.x_min)
    tall = np.minimum(taken[:, 3], rect.y_max) - np.maximum(taken[:, 1], rect.y_min)
    covered = float((wide.clip(min=0.0) * tall.clip(min=0.0)).sum())
    return covered / ((rect.x_max - rect.x_min) * (rect.y_max - rect.y_min))


def _write(sheet: Sheet, spot: _Spot, text: str) -> None:
    x, y = spot.at
    rect = spot.rect
    if spot.foot is not None:
        near = (
            min(max(spot.foot[0], rect.x_min + 3.0), rect.x_max - 3.0),
            min(max(spot.foot[1], rect.y_min + 2.0), rect.y_max - 2.0),
        )
        sheet.drawing.add_line([near, spot.foot], INK, width=0.7)
        dot = _make_rect(spot.foot, 3.0, 3.0)
        corners = [
            (dot.x_min, dot.y_min),
            (dot.x_max, dot.y_min),
            (dot.x_max, dot.y_max),
            (dot.x_min, dot.y_max),
        ]
        sheet.drawing.add_polygon(corners, fill=INK)
    lower = 0.35 * spot.size
    sheet.drawing.add_text(
        (x + lower, y) if spot.is_turned else (x, y + lower),
        text,
        size=spot.size,
        color=INK,
        anchor="middle",
        is_turned=spot.is_turned,
        halo=spot.halo,
    )
    sheet.written.append(rect)
