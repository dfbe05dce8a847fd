"""Arrangements: clusters in a pattern that makes a place look designed.

Rows with aisles, desk pods, grids, lines and stacks. A Block has its own frame (origin at its
centre, metres) and is placed as one piece.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.layout.box import Box
from clappper.core.layout.cluster import Cluster
from clappper.core.layout.traits import is_person

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BACK_TO_BACK_GAP_M",
    "ROW_GAP_M",
    "Block",
    "arrange_facing",
    "arrange_grid",
    "arrange_line",
    "arrange_piles",
    "arrange_rows",
    "arrange_single",
]

#: Between neighbours of a row, and between rows back to back [m].
ROW_GAP_M = 0.02
BACK_TO_BACK_GAP_M = 0.15
_POD_GAP_M = 0.04
#: What stands at one side of an anchor is nearer to it than to the next one [m].
_LOPSIDED_M, _GUEST_GAP_M = 0.3, 0.6
#: What stands before an anchor is nearer to it than to the row before it [m].
_ROW_GUEST_GAP_M = 0.9


@dataclass(frozen=True)
class Block:
    """Clusters in block coordinates, the floor kept free between them, and the extent [m]."""

    clusters: tuple[Cluster, ...]
    keep_clear: tuple[Box, ...]
    width_m: float
    depth_m: float

    def compute_middle(self) -> tuple[float, float]:
        """Return the mean place of the anchors, x and y."""
        count = len(self.clusters)
        return (
            sum(c.anchor.x for c in self.clusters) / count,
            sum(c.anchor.y for c in self.clusters) / count,
        )

    def turn(self) -> Block:
        """Return the block turned by a quarter, so that it runs the other way."""
        return _center(
            [c.move(0.0, 0.0, 90.0) for c in self.clusters],
            [
                Box(-b.y, b.x, b.half_x, b.half_y, (b.yaw_deg + 90.0) % 360.0, b.z_min, b.z_max)
                for b in self.keep_clear
            ],
        )


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


def _deal_out(clusters: Sequence[Cluster], *, rows: int, per_row: int) -> list[Sequence[Cluster]]:
    """Return full rows and the rest in the last one, or equal rows where one would be empty."""
    count = len(clusters)
    if -(-count // per_row) >= rows:
        return [clusters[i * per_row : (i + 1) * per_row] for i in range(rows)]
    rows = min(rows, count)
    edges = [-(-count * i // rows) for i in range(rows + 1)]
    return [clusters[first:last] for first, last in itertools.pairwise(edges)]


def arrange_rows(clusters: Sequence[Cluster], *, rows: int, per_row: int, aisle_m: float) -> Block:
    """Return rows running north to south; every second gap is an aisle, others are back to back.

    The rows at an aisle face it, so that goods are taken from the aisle. The aisle is kept free
    over its whole length.
    """
    lines = _deal_out(clusters, rows=rows, per_row=per_row)
    result: list[Cluster] = []
    aisles: list[Box] = []
    x = 0.0
    longest = 0.0
    edges: list[tuple[float, float]] = []
    for index, line in enumerate(lines):
        if index:
            x += aisle_m if index % 2 == 1 else BACK_TO_BACK_GAP_M
        # Even rows look east into the aisle at their right, odd rows look west.
        turned = [c.move(0.0, 0.0, 90.0 if index % 2 == 0 else 270.0) for c in line]
        # Anchors stand on one line whatever stands beside them.
        west = min(c.compute_bounds()[0] for c in turned)
        depth = max(c.compute_bounds()[2] for c in turned) - west
        y = 0.0
        for cluster in turned:
            _, y_min, _, y_max = cluster.compute_bounds()
            result.append(cluster.move(x - west, y - y_max))
            y -= y_max - y_min + ROW_GAP_M
        edges.append((x, x + depth))
        longest = max(longest, -y - ROW_GAP_M)
        x += depth
    for index in range(1, len(edges), 2):
        left, right = edges[index - 1][1], edges[index][0]
        aisles.append(
            Box((left + right) / 2, -longest / 2, (right - left) / 2, longest / 2, 0.0, 0.0, 2.5)
        )
    return _center(result, aisles)


def arrange_grid(clusters: Sequence[Cluster], *, rows: int, per_row: int, gap_m: float) -> Block:
    """Return a regular grid; desks with their seats in front stand back to back in pods instead."""
    lines = _deal_out(clusters, rows=rows, per_row=per_row)
    is_desk = clusters[0].anchor.footprint.category == "desk"
    # Anchors stand one behind the other whatever stands beside them.
    sides = [(c.compute_bounds()[0], c.compute_bounds()[2]) for c in clusters]
    if is_desk and len(lines) > 1:
        sides += [(-x_max, -x_min) for x_min, x_max in sides]
    pitch = max(x_max for _, x_max in sides) - min(x_min for x_min, _ in sides)
    is_lopsided = any(abs(x_min + x_max) > _LOPSIDED_M for x_min, x_max in sides)
    pitch += _POD_GAP_M if is_desk and not is_lopsided else max(gap_m, _GUEST_GAP_M * is_lopsided)
    result: list[Cluster] = []
    y = 0.0
    for index, line in enumerate(lines):
        # Row 0 is the northern row of a pod and looks north, row 1 backs on to it and looks south.
        turned = [
            c.move(0.0, 0.0, 180.0 if is_desk and index % 2 == 0 and len(lines) > 1 else 0.0)
            for c in line
        ]
        top = max(c.compute_bounds()[3] for c in turned)
        bottom = max(-c.compute_bounds()[1] for c in turned)
        for column, cluster in enumerate(turned):
            result.append(cluster.move((column - (per_row - 1) / 2) * pitch, y - top))
        y -= top + bottom
        is_pod_back = is_desk and index % 2 == 0
        if is_pod_back:
            y -= _POD_GAP_M
        else:
            has_guest = abs(top - bottom) > _LOPSIDED_M
            y -= max(gap_m, 1.2 if is_desk else _ROW_GUEST_GAP_M * has_guest)
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


def arrange_piles(piles: Sequence[Cluster]) -> Block:
    """Return piles close together in a squarish grid."""
    per_row = math.ceil(math.sqrt(len(piles)))
    return arrange_grid(piles, rows=math.ceil(len(piles) / per_row), per_row=per_row, gap_m=0.06)


def arrange_single(cluster: Cluster) -> Block:
    """Return one cluster as a block of its own."""
    return _center([cluster])
