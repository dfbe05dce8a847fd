"""Where an asset leaves room: the boxes that cover it, and the shelves things can stand on.

Works on triangles in the asset's own placed frame: metres, Z up, the footprint's centre at the
origin, the lowest point at z = 0. What it says is never too generous: the boxes cover every
triangle, and above a shelf's rectangle nothing is as far as its clear height goes.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.catalog.measuring.voxels import (
    Grid,
    estimate_work,
    fill_grid,
    mark_triangles,
)
from clappper.core.catalog.models import Part, Shelf
from clappper.core.units import quantize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["read_hollows"]

#: Most triangles of an asset that is looked into.
TRIANGLE_LIMIT = 1_000_000
#: Most pieces its triangles are cut into, once for the grid and once for the shelves: some seconds.
WORK_LIMIT = 8_000_000
#: Most boxes that describe one asset, and the share of its bound they may fill to be worth it.
PART_LIMIT, _WORTH = 14, 0.8
#: Layers of different outline an asset is thought of as having.
_SLABS, _GROUPS = 5, 16
#: How often an outline is cut, and what a cut must save of its bound.
_CUTS, _SAVING = 4, 0.08
#: A shelf is at least so large, also as a share of the outline, with so much room above it [m2, m].
_LEAST_AREA_M2, _LEAST_SHARE, _LEAST_CLEAR_M, _LEAST_SIDE_M = 0.04, 0.1, 0.12, 0.12
#: Level faces this close in height make one shelf; slats may lie this far apart [m].
_TOLERANCE_M, _SLAT_GAP_M = 0.0005, 0.12
_SHELF_LIMIT = 24
#: Triangles that are looked through in the time in which one piece is marked.
_PER_PIECE = 50
#: What rises less from a surface holds nothing off it [m].
_BUMP_M = 0.0005
_LEVEL = 0.995

_Rectangle = tuple[int, int, int, int]  # x from, y from, x to, y to (exclusive) [cubes]


def read_hollows(
    triangles: NDArray[np.float64], *, work_limit: float = WORK_LIMIT
) -> tuple[tuple[Part, ...], tuple[Shelf, ...]]:
    """Return parts and shelves of an asset, each empty when there is nothing to say.

    Args:
        triangles: Shape (n, 3, 3) [m], in the placed frame.
        work_limit: Pieces the triangles may be cut into; of what would give more nothing is said.
    """
    finite = triangles[np.isfinite(triangles).all(axis=(1, 2))]
    if not 0 < len(finite) <= TRIANGLE_LIMIT or len(finite) < len(triangles):
        return (), ()
    grid = fill_grid(finite, work_limit=work_limit)
    if grid is None:
        return (), ()
    return _find_parts(grid), _find_shelves(finite, grid, work_limit=work_limit)


def _find_parts(grid: Grid) -> tuple[Part, ...]:
    """Return few boxes that cover the solid cubes, or none when one box does nearly as well."""
    groups = _group_layers(grid.solid)
    outlines = [grid.solid[:, :, start:end].any(axis=2) for start, end in groups]
    boxes: list[tuple[int, int, int, int, int, int]] = []
    for cuts in range(_CUTS, 0, -1):
        boxes = _cover_slabs(groups, outlines, cuts)
        if len(boxes) <= PART_LIMIT:
            break
    volume = sum((b[3] - b[0]) * (b[4] - b[1]) * (b[5] - b[2]) for b in boxes)
    if not 2 <= len(boxes) <= PART_LIMIT or volume > _WORTH * grid.solid.size:
        return ()
    return tuple(
        Part(
            x_min=quantize(grid.to_m(b[0], 0)),
            y_min=quantize(grid.to_m(b[1], 1)),
            z_min=quantize(grid.to_m(b[2], 2)),
            x_max=quantize(grid.to_m(b[3], 0)),
            y_max=quantize(grid.to_m(b[4], 1)),
            z_max=quantize(grid.to_m(b[5], 2)),
        )
        for b in boxes
    )


def _find_shelves(
    triangles: NDArray[np.float64], grid: Grid, *, work_limit: float
) -> tuple[Shelf, ...]:
    """Return the level surfaces with room above them, the lowest first.

    Args:
        triangles: Shape (n, 3, 3) [m], in the placed frame.
        grid: Theirs.
        work_limit: Most pieces level faces are cut into; the highest surfaces are looked at first.
    """
    level, heights = _find_level(triangles)
    areas = _compute_areas(level)
    points = triangles.reshape(-1, 3)
    outline_m2 = float(np.prod(np.ptp(points[:, :2], axis=0)))
    least_m2 = max(_LEAST_AREA_M2, _LEAST_SHARE * outline_m2)
    found: list[Shelf] = []
    work = 0.0
    for height, chosen in _group_heights(heights):
        if float(areas[chosen].sum()) < _LEAST_AREA_M2:
            continue
        if float(np.prod(np.ptp(level[chosen][..., :2], axis=(0, 1)))) < least_m2:
            continue
        start = int(np.floor((height - grid.low[2]) / grid.cell_m)) + 1
        above = (heights > height + _BUMP_M) & (heights <= grid.to_m(start, 2))
        work += len(triangles) / _PER_PIECE
        work += estimate_work(level[chosen], grid.cell_m) + estimate_work(level[above], grid.cell_m)
        if work > work_limit:
            break
        bumps = _find_bumps(points, height, grid, start) | _mark_columns(level[above], grid)
        shelf = _find_shelf(level[chosen], height, grid, bumps)
        if shelf is not None and _compute_area_m2(shelf) >= least_m2:
            found.append(shelf)
    found.sort(key=_compute_area_m2, reverse=True)
    shelves: list[Shelf] = []
    for shelf in found[:_SHELF_LIMIT]:
        if not any(_is_same(shelf, other) for other in shelves):
            shelves.append(shelf)
    return tuple(sorted(shelves, key=lambda s: s.z_m))


def _compute_area_m2(shelf: Shelf) -> float:
    return (shelf.x_max - shelf.x_min) * (shelf.y_max - shelf.y_min)


def _is_same(shelf: Shelf, other: Shelf) -> bool:
    """Tell whether two shelves are so near above each other that only one can be used."""
    return (
        abs(shelf.z_m - other.z_m) < _LEAST_CLEAR_M
        and shelf.x_min < other.x_max
        and other.x_min < shelf.x_max
        and shelf.y_min < other.y_max
        and other.y_min < shelf.y_max
    )


def _find_shelf(
    faces: NDArray[np.float64], height: float, grid: Grid, bumps: NDArray[np.bool_]
) -> Shelf | None:
    shape = grid.solid.shape
    covered = _mark_columns(faces, grid)
    gap = int(np.ceil(_SLAT_GAP_M / 2.0 / grid.cell_m))
    # Gaps between slats close; the border loses the cube that may be covered only in part.
    covered = _shrink(_grow(covered, gap), gap + 1)
    # The layer the surface itself lies in is solid; room begins with the next.
    start = int(np.floor((height - grid.low[2]) / grid.cell_m)) + 1
    covered &= ~bumps
    room = grid.solid[:, :, start:]
    count = room.shape[2]
    if count:
        clear = np.where(room.any(axis=2), room.argmax(axis=2), count)
    else:
        clear = np.zeros(shape[:2], dtype=np.int64)
    is_open = clear == count
    low = clear + (start - (height - grid.low[2]) / grid.cell_m)  # from the surface, in cubes
    wanted = _LEAST_CLEAR_M / grid.cell_m
    usable = covered & ((low >= wanted) | is_open)
    if not usable.any():
        return None
    # Rather a little less high than much smaller: what is much lower than most is left out.
    typical = float(np.median(np.where(is_open, shape[2] + wanted, low)[usable]))
    usable &= is_open | (low >= 0.6 * typical)
    x0, y0, x1, y1 = _find_rectangle(usable)
    if min(x1 - x0, y1 - y0) * grid.cell_m < _LEAST_SIDE_M:
        return None
    spot = (slice(x0, x1), slice(y0, y1))
    is_free = bool(is_open[spot].all())
    return Shelf(
        z_m=quantize(height),
        clear_m=None if is_free else quantize(float(low[spot][~is_open[spot]].min() * grid.cell_m)),
        x_min=quantize(grid.to_m(x0, 0)),
        y_min=quantize(grid.to_m(y0, 1)),
        x_max=quantize(grid.to_m(x1, 0)),
        y_max=quantize(grid.to_m(y1, 1)),
    )


def _mark_columns(faces: NDArray[np.float64], grid: Grid) -> NDArray[np.bool_]:
    """Return the columns that triangles touch, seen from above."""
    flat = faces.copy()
    flat[:, :, 2] = grid.low[2]
    return mark_triangles(flat, grid.low, grid.cell_m, (*grid.solid.shape[:2], 1))[:, :, 0]


def _find_bumps(
    points: NDArray[np.float64], height: float, grid: Grid, start: int
) -> NDArray[np.bool_]:
    """Return the columns in which something rises from a surface within its own layer of cubes."""
    rising = (points[:, 2] > height + _BUMP_M) & (points[:, 2] <= grid.to_m(start, 2))
    shape = grid.solid.shape[:2]
    bumps = np.zeros(shape, dtype=bool)
    index = np.floor((points[rising, :2] - grid.low[:2]) / grid.cell_m).astype(np.int64)
    index = np.clip(index, 0, np.array(shape) - 1)
    bumps[index[:, 0], index[:, 1]] = True
    return _grow(bumps, 1)


def _find_level(
    triangles: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the level triangles and their heights [m], however they are wound."""
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    lengths = np.linalg.norm(normals, axis=1)
    is_level = np.abs(normals[:, 2]) > _LEVEL * np.maximum(lengths, 1e-30)
    level = triangles[is_level & (lengths > 0.0)]
    return level, level[:, :, 2].max(axis=1)


def _group_heights(heights: NDArray[np.float64]) -> list[tuple[float, NDArray[np.int64]]]:
    """Return groups of nearly equal height: their highest [m], and which triangles they are."""
    order = np.argsort(-heights)
    falling = -heights[order]
    groups: list[tuple[float, NDArray[np.int64]]] = []
    start = 0
    while start < len(order):
        top = -float(falling[start])
        end = int(np.searchsorted(falling, -(top - _TOLERANCE_M), side="right"))
        groups.append((top, order[start:end]))
        start = end
    return groups


def _compute_areas(triangles: NDArray[np.float64]) -> NDArray[np.float64]:
    sides = triangles[:, 1:] - triangles[:, :1]
    areas: NDArray[np.float64] = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1) / 2.0
    return areas


def _group_layers(solid: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return runs of layers of nearly one outline, from and to (exclusive), bottom up."""
    runs = [(z, z + 1) for z in range(solid.shape[2])]
    outlines = [solid[:, :, z] for z in range(solid.shape[2])]
    costs = [_count_change(a, b) for a, b in itertools.pairwise(outlines)]
    while len(runs) > _GROUPS or (costs and min(costs) == 0):
        index = int(np.argmin(costs))
        runs[index : index + 2] = [(runs[index][0], runs[index + 1][1])]
        outlines[index : index + 2] = [outlines[index] | outlines[index + 1]]
        costs[index : index + 1] = []
        for near in (index - 1, index):
            if 0 <= near < len(costs):
                costs[near] = _count_change(outlines[near], outlines[near + 1])
    return runs


def _count_change(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> int:
    return int((a ^ b).sum())


def _cover_slabs(
    groups: Sequence[tuple[int, int]], outlines: Sequence[NDArray[np.bool_]], cuts: int
) -> list[tuple[int, int, int, int, int, int]]:
    """Return boxes over all layers: x, y, z from, then x, y, z to (exclusive) [cubes]."""
    boxes: list[tuple[int, int, int, int, int, int]] = []
    for first, last in _split_slabs(outlines, [end - start for start, end in groups], cuts):
        outline = np.logical_or.reduce(outlines[first : last + 1])
        z0, z1 = groups[first][0], groups[last][1]
        boxes.extend((x0, y0, z0, x1, y1, z1) for x0, y0, x1, y1 in _cover(outline, cuts))
    return boxes


def _split_slabs(
    outlines: Sequence[NDArray[np.bool_]], thickness: Sequence[int], cuts: int
) -> list[tuple[int, int]]:
    """Return the slabs, first and last group each, whose covers have the least volume."""
    count = len(outlines)
    cost = np.full((count, count), np.inf)
    for first in range(count):
        outline = np.zeros_like(outlines[0])
        for last in range(first, count):
            outline = outline | outlines[last]
            area = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in _cover(outline, cuts))
            cost[first, last] = area * sum(thickness[first : last + 1])
    best = {0: (0.0, [])}  # type: dict[int, tuple[float, list[tuple[int, int]]]]
    final: tuple[float, list[tuple[int, int]]] | None = None
    for _ in range(_SLABS):
        following: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        for start, (total, slabs) in best.items():
            for last in range(start, count):
                value = total + float(cost[start, last])
                if last + 1 not in following or value < following[last + 1][0]:
                    following[last + 1] = (value, [*slabs, (start, last)])
        done = following.pop(count, None)
        if done is not None and (final is None or done[0] < 0.97 * final[0]):
            final = done
        best = following
    assert final is not None
    return final[1]


def _cover(outline: NDArray[np.bool_], depth: int) -> list[_Rectangle]:
    """Return rectangles that cover the true cells: cut where that saves most, over and over."""
    xs, ys = np.flatnonzero(outline.any(axis=1)), np.flatnonzero(outline.any(axis=0))
    if not len(xs):
        return []
    x0, x1, y0, y1 = int(xs[0]), int(xs[-1]) + 1, int(ys[0]), int(ys[-1]) + 1
    whole = (x1 - x0) * (y1 - y0)
    inner = outline[x0:x1, y0:y1]
    area_x, cut_x = _find_cut(inner)
    area_y, cut_y = _find_cut(inner.T)
    if depth == 0 or min(area_x, area_y) > (1.0 - _SAVING) * whole:
        return [(x0, y0, x1, y1)]
    result: list[_Rectangle] = []
    if area_x <= area_y:
        halves = ((inner[:cut_x], 0, 0), (inner[cut_x:], cut_x, 0))
    else:
        halves = ((inner[:, :cut_y], 0, 0), (inner[:, cut_y:], 0, cut_y))
    for half, x, y in halves:
        dx, dy = x + x0, y + y0
        result.extend((a + dx, b + dy, c + dx, d + dy) for a, b, c, d in _cover(half, depth - 1))
    return result


def _find_cut(inner: NDArray[np.bool_]) -> tuple[float, int]:
    """Return the least area of the two bounds a cut across the first axis gives, and the cut."""
    count, width = inner.shape
    if count < 2:
        return float("inf"), 0
    filled = inner.any(axis=1)
    first = np.where(filled, inner.argmax(axis=1), width)
    last = np.where(filled, width - inner[:, ::-1].argmax(axis=1), 0)
    at = np.arange(1, count)

    def measure(
        first: NDArray[np.int64], last: NDArray[np.int64], filled: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Return the bound's area of the first 1, 2, ... lines; the first line is filled."""
        span = np.maximum.accumulate(last) - np.minimum.accumulate(first)
        reach = np.maximum.accumulate(np.where(filled, np.arange(1, count + 1), 0))
        return reach * span

    before = measure(first, last, filled)[:-1]
    after = measure(first[::-1], last[::-1], filled[::-1])[:-1][::-1]
    areas = before + after
    best = int(np.argmin(areas))
    return float(areas[best]), int(at[best])


def _find_rectangle(mask: NDArray[np.bool_]) -> _Rectangle:
    """Return the largest rectangle of true cells."""
    best: tuple[int, _Rectangle] = (0, (0, 0, 0, 0))
    heights = np.zeros(mask.shape[1], dtype=np.int64)
    for x in range(mask.shape[0]):
        heights = np.where(mask[x], heights + 1, 0)
        stack: list[tuple[int, int]] = []  # where a run of at least this height began
        for y, height in enumerate([*heights.tolist(), 0]):
            start = y
            while stack and stack[-1][1] >= height:
                start, tall = stack.pop()
                area = tall * (y - start)
                if area > best[0]:
                    best = (area, (x + 1 - tall, start, x + 1, y))
            stack.append((start, height))
    return best[1]


def _grow(mask: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """Return the cells within some steps of a true one, along both axes at once."""
    return _slide(mask, steps, np.logical_or)


def _shrink(mask: NDArray[np.bool_], steps: int) -> NDArray[np.bool_]:
    """Return the cells with nothing but true ones within some steps; beyond the edge is false."""
    return _slide(mask, steps, np.logical_and)


def _slide(mask: NDArray[np.bool_], steps: int, combine: np.ufunc) -> NDArray[np.bool_]:
    result = np.pad(mask, steps)
    for axis in (0, 1):
        windows = np.lib.stride_tricks.sliding_window_view(result, 2 * steps + 1, axis=axis)
        result = combine.reduce(windows, axis=-1)
    return result
