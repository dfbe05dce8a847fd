"""Arrangements: clusters in a pattern that makes a place look designed.

Rows with aisles, desk pods, grids, lines and stacks. A Block has its own frame (origin at its
centre, metres) and is placed as one piece.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.layout.attach import compute_rest_m
from clappper.core.layout.box import Box
from clappper.core.layout.cluster import Cluster
from clappper.core.layout.traits import is_flat_top, is_person

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Block",
    "arrange_facing",
    "arrange_grid",
    "arrange_line",
    "arrange_rows",
    "arrange_single",
    "arrange_stack",
]

_ROW_GAP_M = 0.02
_BACK_TO_BACK_GAP_M = 0.15
_POD_GAP_M = 0.04


@dataclass(frozen=True)
class Block:
    """Clusters in block coordinates, the floor kept free between them, and the extent [m]."""

    clusters: tuple[Cluster, ...]
    keep_clear: tuple[Box, ...]
    width_m: float
    depth_m: float


def _center(clusters: Sequence[Cluster], keep_clear: Sequence[Box] = ()) -> Block:
    bounds = [c.compute_bounds() for c in clusters] + [b.compute_bounds() for b in keep_clear]
    x_min, y_min = min(b[0] for b in bounds), min(b[1] for b in bounds)
    x_max, y_max = max(b[2] for b in bounds), max(b[3] for b in bounds)
    x, y = (x_min + x_max) / 2, (y_min + y_max) / 2
    return Block(
        tuple(c.move(-x, -y) for c in clusters),
        tuple(
            Box(b.x - x, b.y - y, b.half_x, b.half_y, b.yaw_deg, b.z_min, b.z_max)
            for b in keep_clear
        ),
        x_max - x_min,
        y_max - y_min,
    )


def arrange_rows(clusters: Sequence[Cluster], *, rows: int, per_row: int, aisle_m: float) -> Block:
    """Return rows running north to south; every second gap is an aisle, others are back to back.

    The rows at an aisle face it, so that goods are taken from the aisle. The aisle is kept free
    over its whole length.
    """
    lines = [clusters[i * per_row : (i + 1) * per_row] for i in range(rows)]
    lines = [line for line in lines if line]
    depths = [max(c.compute_bounds()[3] - c.compute_bounds()[1] for c in line) for line in lines]
    result: list[Cluster] = []
    aisles: list[Box] = []
    x = 0.0
    longest = 0.0
    edges: list[tuple[float, float]] = []
    for index, (line, depth) in enumerate(zip(lines, depths, strict=True)):
        if index:
            x += aisle_m if index % 2 == 1 else _BACK_TO_BACK_GAP_M
        # Even rows look east into the aisle at their right, odd rows look west.
        yaw = 90.0 if index % 2 == 0 else 270.0
        y = 0.0
        for cluster in line:
            turned = cluster.move(0.0, 0.0, yaw)
            x_min, y_min, x_max, y_max = turned.compute_bounds()
            result.append(turned.move(x + depth / 2 - (x_min + x_max) / 2, y - y_max))
            y -= y_max - y_min + _ROW_GAP_M
        edges.append((x, x + depth))
        longest = max(longest, -y - _ROW_GAP_M)
        x += depth
    for index in range(1, len(edges), 2):
        left, right = edges[index - 1][1], edges[index][0]
        aisles.append(
            Box((left + right) / 2, -longest / 2, (right - left) / 2, longest / 2, 0.0, 0.0, 2.5)
        )
    return _center(result, aisles)


def arrange_grid(clusters: Sequence[Cluster], *, rows: int, per_row: int, gap_m: float) -> Block:
    """Return a regular grid; desks with their seats in front stand back to back in pods instead."""
    lines = [clusters[i * per_row : (i + 1) * per_row] for i in range(rows)]
    lines = [line for line in lines if line]
    is_desk = clusters[0].anchor.footprint.category == "desk"
    result: list[Cluster] = []
    y = 0.0
    for index, line in enumerate(lines):
        # Row 0 is the northern row of a pod and looks north, row 1 backs on to it and looks south.
        turned = [
            c.move(0.0, 0.0, 180.0 if is_desk and index % 2 == 0 and len(lines) > 1 else 0.0)
            for c in line
        ]
        pitch = max(c.compute_bounds()[2] - c.compute_bounds()[0] for c in turned)
        pitch += _POD_GAP_M if is_desk else gap_m
        top = max(c.compute_bounds()[3] for c in turned)
        bottom = max(-c.compute_bounds()[1] for c in turned)
        for column, cluster in enumerate(turned):
            result.append(cluster.move((column - (per_row - 1) / 2) * pitch, y - top))
        y -= top + bottom
        is_pod_back = is_desk and index % 2 == 0
        y -= _POD_GAP_M if is_pod_back else max(gap_m, 1.2 if is_desk else 0.0)
    return _center(result)


def arrange_line(clusters: Sequence[Cluster], *, gap_m: float) -> Block:
    """Return a line from west to east, all looking south.

    People queue one behind the other instead.
    """
    if is_person(clusters[0].anchor.footprint.category):
        clusters = [c.move(0.0, 0.0, 270.0) for c in clusters]
    result: list[Cluster] = []
    x = 0.0
    for cluster in clusters:
        x_min, _, x_max, _ = cluster.compute_bounds()
        result.append(cluster.move(x - x_min, 0.0))
        x += x_max - x_min + gap_m
    return _center(result)


def arrange_facing(clusters: Sequence[Cluster], *, gap_m: float) -> Block:
    """Return two clusters that look at each other across a gap, from west and east."""
    west, east = clusters[0].move(0.0, 0.0, 90.0), clusters[1].move(0.0, 0.0, 270.0)
    shift = west.compute_bounds()[2] + gap_m - east.compute_bounds()[0]
    return _center([west, east.move(shift, 0.0)])


def arrange_stack(
    clusters: Sequence[Cluster], *, limit_m: float, per_pile: int | None = None
) -> Block:
    """Return piles of equal things, as few as the height limit [m] allows, in a squarish grid."""
    footprint = clusters[0].anchor.footprint
    highest = max(1, int(limit_m / footprint.height_m)) if is_flat_top(footprint) else 1
    slender = max(1, math.ceil(2.5 * max(footprint.width_m, 0.3) / footprint.height_m))
    per_pile = min(per_pile or slender, highest)
    piles: list[Cluster] = []
    for start in range(0, len(clusters), per_pile):
        pile = clusters[start]
        for cluster in clusters[start + 1 : start + per_pile]:
            below = pile.members[-1]
            pile = pile.attach(cluster.lift(below.z + compute_rest_m(below, cluster), below.id))
        piles.append(pile)
    per_row = math.ceil(math.sqrt(len(piles)))
    return arrange_grid(piles, rows=math.ceil(len(piles) / per_row), per_row=per_row, gap_m=0.06)


def arrange_single(cluster: Cluster) -> Block:
    """Return one cluster as a block of its own."""
    return _center([cluster])
