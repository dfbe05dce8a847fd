"""Where on an open stage a new scene has room: its floor, and what stands on it already.

Plain numbers in the layout frame [m]; no USD.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OVERHEAD_M", "Ground", "Spot", "choose_spot"]

#: Distance kept from what stands on the stage already [m].
MARGIN_M = 0.5
#: Spots are tried this far apart [m], at most so many.
STEP_M, MAX_SPOTS = 0.5, 20_000
#: Lower than this is part of the floor [m above the floor].
_LOW_M = 0.03
#: What hangs higher than this is in nobody's way, unless the scene is higher [m].
OVERHEAD_M = 2.2
#: A floor of one's own reaches this deep [m].
_OWN_DEPTH_M = 0.2
#: Spots that look covered are looked at closely, at most so many.
_MAX_CLOSE_LOOKS = 50


@dataclass(frozen=True, eq=False)
class Ground:
    """What a stage offers to stand on."""

    floor: Literal["selection", "largest_surface", "zero"]
    height_m: float
    #: Level triangles of the floor seen from above, shape (n, 3, 2) [m]; none without a floor.
    floor_triangles: NDArray[np.float64]
    #: Bounds of what stands there already, rows x0, y0, z0, x1, y1, z1, shape (n, 6) [m].
    obstacles: NDArray[np.float64]

    @property
    def has_floor(self) -> bool:
        """Whether there is a floor to stand on."""
        return self.floor != "zero"

    def list_standing(self, height_m: float = OVERHEAD_M) -> NDArray[np.float64]:
        """Return the obstacles between the floor and a height above it [m], shape (n, 6) [m]."""
        return self.list_between(self.height_m + _LOW_M, self.height_m + height_m)

    def list_between(self, low_m: float, high_m: float) -> NDArray[np.float64]:
        """Return the obstacles that reach into a range of heights, shape (n, 6) [m]."""
        rows = self.obstacles
        return rows[(rows[:, 5] > low_m) & (rows[:, 2] < high_m)]


@dataclass(frozen=True)
class Spot:
    """Where a scene's origin stands [m, layout frame], and whether it needs a floor of its own."""

    x: float
    y: float
    z: float
    needs_floor: bool


def choose_spot(
    ground: Ground,
    half_x_m: float,
    half_y_m: float,
    *,
    height_m: float = OVERHEAD_M,
    own_height_m: float = OVERHEAD_M,
) -> Spot:
    """Return a free place for a scene of this size, nearest to the origin.

    On the floor if it has room, else beside everything with a floor of its own.

    Args:
        ground: What the stage offers.
        half_x_m: Half the scene's width [m].
        half_y_m: Half the scene's depth [m].
        height_m: Height the scene needs free above a floor that is there [m].
        own_height_m: Height it needs with a floor of its own, and so with walls and ceiling [m].
    """
    if ground.has_floor:
        triangles = ground.floor_triangles
        taken = ground.list_standing(height_m)[:, [0, 1, 3, 4]]
        spots = _list_spots(triangles, half_x_m, half_y_m)
        spots = spots[_find_free(spots, taken, half_x_m, half_y_m)]
        spots = spots[_find_likely_covered(triangles, spots, half_x_m, half_y_m)]
        for x, y in spots[:_MAX_CLOSE_LOOKS]:
            if _is_covered(triangles, (x, y), half_x_m, half_y_m):
                return Spot(float(x), float(y), ground.height_m, needs_floor=False)
    # A floor of one's own stands at height 0 and also stays clear of the floor that is there.
    occupied = ground.list_between(-_OWN_DEPTH_M, own_height_m)[:, [0, 1, 3, 4]]
    if not len(occupied) or _find_free(np.zeros((1, 2)), occupied, half_x_m, half_y_m)[0]:
        return Spot(0.0, 0.0, 0.0, needs_floor=True)
    x = math.ceil(float(occupied[:, 2].max()) + MARGIN_M + half_x_m)
    return Spot(float(x), 0.0, 0.0, needs_floor=True)


def _list_spots(
    triangles: NDArray[np.float64], half_x: float, half_y: float
) -> NDArray[np.float64]:
    """Return centres on a grid through the origin for which the scene lies in the floor's bound."""
    x0, y0, x1, y1 = _bound_flat(triangles)[0]
    xs = _list_steps(x0 + half_x, x1 - half_x)
    ys = _list_steps(y0 + half_y, y1 - half_y)
    spots = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return spots[np.argsort(np.hypot(spots[:, 0], spots[:, 1]), kind="stable")][:MAX_SPOTS]


def _list_steps(low: float, high: float) -> NDArray[np.float64]:
    if low > high:
        return np.zeros(0)
    steps = np.arange(math.ceil(low / STEP_M), math.floor(high / STEP_M) + 1) * STEP_M
    return steps.astype(np.float64) if len(steps) else np.array([(low + high) / 2.0])


def _bound_flat(triangles: NDArray[np.float64]) -> NDArray[np.float64]:
    points = triangles.reshape(-1, 2)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])[None, :]


def _find_free(
    spots: NDArray[np.float64], rects: NDArray[np.float64], half_x: float, half_y: float
) -> NDArray[np.bool_]:
    """Return for which spots no rectangle comes nearer than the margin."""
    free = np.ones(len(spots), dtype=bool)
    reach_x, reach_y = half_x + MARGIN_M, half_y + MARGIN_M
    for x0, y0, x1, y1 in rects:
        free &= ~(
            (spots[:, 0] - reach_x < x1)
            & (spots[:, 0] + reach_x > x0)
            & (spots[:, 1] - reach_y < y1)
            & (spots[:, 1] + reach_y > y0)
        )
    return free


def _find_likely_covered(
    triangles: NDArray[np.float64], spots: NDArray[np.float64], half_x: float, half_y: float
) -> NDArray[np.bool_]:
    """Return for which spots all points of one common grid that lie under the scene are floor."""
    if not len(spots):
        return np.zeros(0, dtype=bool)
    half = np.array([half_x, half_y])
    first = np.floor((spots.min(axis=0) - half) / STEP_M).astype(int)
    last = np.ceil((spots.max(axis=0) + half) / STEP_M).astype(int)
    covered = np.zeros(last - first + 1, dtype=bool)
    for triangle in triangles:
        low = np.maximum(np.ceil(triangle.min(axis=0) / STEP_M - 1e-6).astype(int), first)
        high = np.minimum(np.floor(triangle.max(axis=0) / STEP_M + 1e-6).astype(int), last)
        if (low > high).any():
            continue
        xs, ys = (np.arange(low[i], high[i] + 1) for i in (0, 1))
        points = np.stack(np.meshgrid(xs, ys, indexing="ij"), axis=-1) * STEP_M
        inside = _find_inside(triangle, points.reshape(-1, 2)).reshape(len(xs), len(ys))
        (x0, y0), (x1, y1) = low - first, high - first + 1
        covered[x0:x1, y0:y1] |= inside
    # Sums of all points left of and below each, so that one look tells about a whole rectangle.
    holes = np.pad(np.cumsum(np.cumsum(~covered, axis=0), axis=1), ((1, 0), (1, 0)))
    low = np.ceil((spots - half) / STEP_M - 1e-6).astype(int) - first
    high = np.floor((spots + half) / STEP_M + 1e-6).astype(int) - first + 1
    (x0, y0), (x1, y1) = low.T, high.T
    count = holes[x1, y1] - holes[x0, y1] - holes[x1, y0] + holes[x0, y0]
    likely: NDArray[np.bool_] = count == 0
    return likely


def _is_covered(
    triangles: NDArray[np.float64], spot: tuple[float, float], half_x: float, half_y: float
) -> bool:
    """Return whether there is floor under the whole scene, asked at points half a metre apart."""
    xs = np.linspace(-half_x, half_x, max(2, math.ceil(2 * half_x / STEP_M))) + spot[0]
    ys = np.linspace(-half_y, half_y, max(2, math.ceil(2 * half_y / STEP_M))) + spot[1]
    open_points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    low, high = open_points.min(axis=0), open_points.max(axis=0)
    near = (triangles.max(axis=1) >= low).all(axis=1) & (triangles.min(axis=1) <= high).all(axis=1)
    for triangle in triangles[near]:
        if not len(open_points):
            return True
        open_points = open_points[~_find_inside(triangle, open_points)]
    return not len(open_points)


def _find_inside(triangle: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points (n, 2) lie in a triangle (3, 2) or on its edges."""
    a, b, c = triangle
    side = np.stack(
        [
            (q[0] - p[0]) * (points[:, 1] - p[1]) - (q[1] - p[1]) * (points[:, 0] - p[0])
            for p, q in ((a, b), (b, c), (c, a))
        ]
    )
    inside: NDArray[np.bool_] = (side >= -1e-6).all(axis=0) | (side <= 1e-6).all(axis=0)
    return inside
