"""Symbols of a plan view: how an instance looks from above, hatching, and cutting to a rectangle.

Points in metres, layout frame; the sheet says where they come on paper.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.layout.traits import SQUARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.box import Box
    from clappper.core.layout.drawing import Point

__all__ = [
    "Symbol",
    "clip_polygon",
    "hatch",
    "make_front",
    "make_symbol",
]

#: Drawn as an ellipse.
_ROUND = frozenset(
    {"bollard", "bucket", "can", "cone", "drum", "plant", "planter", "shrub", "stool", "tree"}
)
_CROSSED = frozenset({"cabinet", "rack", "shelving"})
_BACKED = frozenset({"armchair", "bench", "chair", "sofa"})
_LEAFY = frozenset({"plant", "shrub", "tree"})
#: Radius of a head as a share of half a person's depth.
_HEAD = 0.62
_ROUND_STEPS = 28
_MOST_LINES = 400


class Symbol(NamedTuple):
    """Outline of one instance, and lines on it."""

    outline: list[Point]
    details: list[list[Point]]


def make_symbol(box: Box, category: str) -> Symbol:
    """Return how an instance is drawn: people as shoulders and a head, racks crossed, and so on."""
    if category == "person":
        head = _HEAD * min(box.half_x, box.half_y)
        # Shoulders as deep as a torso, not as far as the arms and feet reach.
        body = _make_ellipse(box, box.half_x, min(box.half_y, 0.55 * box.half_x))
        face = _make_ellipse(box, head, head)
        return Symbol(body, [[*face, face[0]]])
    if category in _ROUND:
        return Symbol(_make_ellipse(box, box.half_x, box.half_y), _make_leaves(box, category))
    outline = box.compute_corners()
    if category in _CROSSED:
        return Symbol(outline, [[outline[0], outline[2]], [outline[1], outline[3]]])
    if category in _BACKED:
        back = 0.62 * box.half_y
        return Symbol(outline, [_to_layout(box, [(-box.half_x, back), (box.half_x, back)])])
    return Symbol(outline, [])


def make_front(box: Box, category: str, size_m: float) -> list[Point]:
    """Return a triangle of a size [m], or as large as fits, that points where an instance looks.

    Empty for what is the same from all sides, such as a box.
    """
    if category in _ROUND or category in SQUARE:
        return []
    if category == "person":
        base = _HEAD * min(box.half_x, box.half_y)
        half = 0.5 * base
        return _to_layout(box, [(-half, -base), (0.0, -1.8 * base), (half, -base)])
    half = min(size_m, 0.35 * box.half_x, 0.4 * box.half_y)
    base, tip = 2.4 * half - box.half_y, 0.2 * half - box.half_y
    return _to_layout(box, [(-0.8 * half, base), (0.0, tip), (0.8 * half, base)])


def _make_leaves(box: Box, category: str) -> list[list[Point]]:
    if category not in _LEAFY:
        return []
    angles = [2.0 * math.pi * index / 5 + 0.3 for index in range(5)]
    tips = [(0.72 * box.half_x * math.cos(a), 0.72 * box.half_y * math.sin(a)) for a in angles]
    return [_to_layout(box, [(0.0, 0.0), tip]) for tip in tips]


def hatch(outline: Sequence[Point], pitch: float) -> list[list[Point]]:
    """Return lines at 45 degrees, ``pitch`` apart, that fill a convex outline, 400 at most."""
    across = [(x - y) * math.sqrt(0.5) for x, y in outline]
    sides = list(
        zip(outline, across, [*outline[1:], outline[0]], [*across[1:], across[0]], strict=True)
    )
    lines = []
    first, last = math.ceil(min(across) / pitch), math.floor(max(across) / pitch)
    for index in range(first, min(last + 1, first + _MOST_LINES)):
        at = index * pitch
        hits = []
        for a, from_a, b, from_b in sides:
            if (from_a > at) != (from_b > at):
                share = (at - from_a) / (from_b - from_a)
                hits.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        if len(hits) == 2:
            lines.append(hits)
    return lines


def _make_ellipse(box: Box, half_x: float, half_y: float) -> list[Point]:
    angles = [2.0 * math.pi * index / _ROUND_STEPS for index in range(_ROUND_STEPS)]
    return _to_layout(box, [(half_x * math.cos(a), half_y * math.sin(a)) for a in angles])


def _to_layout(box: Box, points: Sequence[Point]) -> list[Point]:
    (ux, uy), (vx, vy) = box.compute_axes()
    return [(box.x + x * ux + y * vx, box.y + x * uy + y * vy) for x, y in points]


def clip_polygon(outline: Sequence[Point], half_x: float, half_y: float) -> list[Point]:
    """Return the part of a convex outline in the rectangle of these half sizes about the origin.

    Source:
        Sutherland-Hodgman.
    """
    points = list(outline)
    for axis, half in ((0, half_x), (1, half_y)):
        for sign in (1.0, -1.0):
            kept: list[Point] = []
            for a, b in zip(points, [*points[1:], *points[:1]], strict=True):
                from_a, from_b = half - sign * a[axis], half - sign * b[axis]
                if from_a >= 0.0:
                    kept.append(a)
                if (from_a >= 0.0) != (from_b >= 0.0):
                    share = from_a / (from_a - from_b)
                    kept.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
            points = kept
    return points
