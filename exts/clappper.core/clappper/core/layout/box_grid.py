"""A grid over the floor that finds boxes near a place without asking all of them."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clappper.core.layout.box import Box

__all__ = ["BoxGrid"]

#: Side of a cell [m].
_CELL_M = 2.0
#: What spans more cells than this is asked every time.
_MANY = 400

_Bounds = tuple[float, float, float, float]


class BoxGrid:
    """Boxes by number; the layout frame [m]."""

    def __init__(self) -> None:
        self._boxes: dict[int, Box] = {}
        self._cells: dict[tuple[int, int], list[int]] = {}
        self._large: list[int] = []

    def put(self, number: int, box: Box) -> None:
        """Add a box, or replace the one of that number."""
        if number in self._boxes:
            for cell in self._find_lists(self._boxes[number].compute_bounds()):
                cell.remove(number)
        self._boxes[number] = box
        for cell in self._find_lists(box.compute_bounds()):
            cell.append(number)

    def iterate_near(self, box: Box, margin_m: float) -> Iterator[tuple[int, Box]]:
        """Yield numbers and boxes that may lie within a margin of a box, each once, in order."""
        x_min, y_min, x_max, y_max = box.compute_bounds()
        bounds = x_min - margin_m, y_min - margin_m, x_max + margin_m, y_max + margin_m
        cells = _list_cells(bounds)
        if cells is None:
            yield from self._boxes.items()
            return
        found = {n for cell in cells for n in self._cells.get(cell, ())}
        for number in sorted(found.union(self._large)):
            yield number, self._boxes[number]

    def _find_lists(self, bounds: _Bounds) -> list[list[int]]:
        cells = _list_cells(bounds)
        if cells is None:
            return [self._large]
        return [self._cells.setdefault(cell, []) for cell in cells]


def _list_cells(bounds: _Bounds) -> list[tuple[int, int]] | None:
    x0, y0, x1, y1 = (math.floor(value / _CELL_M) for value in bounds)
    if (x1 - x0 + 1) * (y1 - y0 + 1) > _MANY:
        return None
    return list(itertools.product(range(x0, x1 + 1), range(y0, y1 + 1)))
