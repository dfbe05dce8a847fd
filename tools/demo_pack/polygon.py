"""Polygons and polylines: round corners, insets, triangulation; plain numbers in and out."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["fillet", "inset", "triangulate"]


def fillet(
    line: ArrayLike, radius: float | Sequence[float], segments: int = 4, *, closed: bool = False
) -> NDArray[np.float64]:
    """Round the corners of a polyline in 2-D or 3-D with arcs.

    Args:
        line: Corner points [m], shape (n, 2) or (n, 3).
        radius: One radius [m] for all corners or one per point (0 keeps a corner); an arc never
            eats more than nearly half of an edge.
        segments: Steps per arc.
        closed: The line is a loop.
    """
    corners = np.asarray(line, dtype=np.float64)
    radii = np.broadcast_to(np.asarray(radius, dtype=np.float64), (len(corners),))
    rounded: list[NDArray[np.float64]] = []
    for i, (corner, arc_radius) in enumerate(zip(corners, radii, strict=True)):
        is_end = not closed and i in (0, len(corners) - 1)
        before = corners[i - 1] - corner
        after = corners[(i + 1) % len(corners)] - corner
        lengths = np.linalg.norm(before), np.linalg.norm(after)
        if is_end or arc_radius <= 0.0:
            rounded.append(corner)
            continue
        before, after = before / lengths[0], after / lengths[1]
        half_angle = np.arccos(np.clip(before @ after, -1.0, 1.0)) / 2.0
        if half_angle > np.pi / 2.0 - 1e-3 or half_angle < 1e-3:
            rounded.append(corner)
            continue
        reach = min(arc_radius / np.tan(half_angle), 0.49 * min(lengths))
        true_radius = reach * np.tan(half_angle)
        bisector = (before + after) / np.linalg.norm(before + after)
        center = corner + bisector * true_radius / np.sin(half_angle)
        start = corner + before * reach - center
        end = corner + after * reach - center
        sweep = np.pi - 2.0 * half_angle
        for step in range(segments + 1):
            share = step / segments
            weights = np.sin((1.0 - share) * sweep), np.sin(share * sweep)
            rounded.append(center + (weights[0] * start + weights[1] * end) / np.sin(sweep))
    return np.array(rounded)


def inset(loop: NDArray[np.float64], distance: float) -> NDArray[np.float64]:
    """Move every edge of a loop to its left, into a counter-clockwise one, by ``distance`` [m]."""
    if distance == 0.0:
        return loop
    edges = np.roll(loop, -1, axis=0) - loop
    edges = edges / np.linalg.norm(edges, axis=1, keepdims=True)
    left = np.stack([-edges[:, 1], edges[:, 0]], axis=1)
    before = np.roll(left, 1, axis=0)
    mitre = before + left
    mitre = mitre / np.maximum((mitre * left).sum(axis=1, keepdims=True), 0.1)
    return loop + distance * mitre


def triangulate(
    outline: NDArray[np.float64], holes: Sequence[NDArray[np.float64]] = ()
) -> NDArray[np.int64]:
    """Cut a counter-clockwise polygon with clockwise holes into triangles by ear clipping.

    Returns:
        Counter-clockwise indices into the points of the outline followed by those of the holes,
        shape (m, 3).
    """
    points = np.concatenate([outline, *holes])
    ring = list(range(len(outline)))
    offset = len(outline)
    pending = []
    for hole in holes:
        pending.append(list(range(offset, offset + len(hole))))
        offset += len(hole)
    pending.sort(key=lambda indices: -points[indices, 0].max())
    for indices in pending:
        ring = _bridge(points, ring, indices)
    triangles: list[tuple[int, int, int]] = []
    while len(ring) > 3:
        ear = _find_ear(points, ring)
        triangles.append((ring[ear - 1], ring[ear], ring[(ear + 1) % len(ring)]))
        del ring[ear]
    triangles.append((ring[0], ring[1], ring[2]))
    return np.array(triangles, dtype=np.int64)


def _bridge(points: NDArray[np.float64], ring: list[int], hole: list[int]) -> list[int]:
    """Join a hole to the ring by the shortest cut that crosses neither."""
    candidates = sorted(
        (round(float(((points[a] - points[b]) ** 2).sum()), 9), i, j)
        for i, a in enumerate(ring)
        for j, b in enumerate(hole)
    )
    edges = [pair for loop in (ring, hole) for pair in itertools.pairwise([*loop, loop[0]])]
    i, j = next(
        (i, j)
        for _, i, j in candidates
        if not any(
            _crosses(points, ring[i], hole[j], c, d)
            for c, d in edges
            if not {ring[i], hole[j]} & {c, d}
        )
    )
    return ring[: i + 1] + hole[j:] + hole[: j + 1] + ring[i:]


def _turn(points: NDArray[np.float64], a: int, b: int, c: int) -> float:
    """Return twice the signed area of the triangle a, b, c."""
    (ax, ay), (bx, by), (cx, cy) = points[a], points[b], points[c]
    return float((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))


def _crosses(points: NDArray[np.float64], a: int, b: int, c: int, d: int) -> bool:
    return (_turn(points, a, b, c) > 0.0) != (_turn(points, a, b, d) > 0.0) and (
        _turn(points, c, d, a) > 0.0
    ) != (_turn(points, c, d, b) > 0.0)


def _find_ear(points: NDArray[np.float64], ring: list[int]) -> int:
    """Return the place in the ring of the roundest convex corner that holds no other point."""
    best, best_quality = -1, -1.0
    for i, b in enumerate(ring):
        a, c = ring[i - 1], ring[(i + 1) % len(ring)]
        doubled = _turn(points, a, b, c)
        if doubled <= 1e-14:
            continue
        longest = max(
            float(((points[p] - points[q]) ** 2).sum()) for p, q in ((a, b), (b, c), (c, a))
        )
        quality = doubled / longest
        # The margin keeps equal ears in order on every processor.
        if quality > best_quality + 1e-9 and not _holds_a_point(points, ring, (a, b, c)):
            best, best_quality = i, quality
    if best < 0:
        # Only collinear corners are left: cutting one of them changes no area.
        return min(
            range(len(ring)),
            key=lambda i: abs(_turn(points, ring[i - 1], ring[i], ring[(i + 1) % len(ring)])),
        )
    return best


def _holds_a_point(
    points: NDArray[np.float64], ring: list[int], triangle: tuple[int, int, int]
) -> bool:
    corners = points[list(triangle)]
    others = points[[p for p in ring if p not in triangle]]
    if not len(others):
        return False
    inside = np.ones(len(others), dtype=bool)
    for i in range(3):
        a, b = corners[i], corners[(i + 1) % 3]
        inside &= (b[0] - a[0]) * (others[:, 1] - a[1]) - (b[1] - a[1]) * (
            others[:, 0] - a[0]
        ) >= -1e-12
    # A bridge repeats its two points: the twin of a corner is no obstacle.
    for corner in corners:
        inside &= ((others - corner) ** 2).sum(axis=1) > 1e-18
    return bool(inside.any())
