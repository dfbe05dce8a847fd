"""Hollow: what goes under, into or onto the shelves of an instance, and how far a seat goes in.

Works in the anchor's own frame: anchor at the origin, facing -Y, metres. Nothing here is by eye:
parts cover every triangle of an asset, and above a shelf nothing is as far as it says.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.layout.box import CLEARANCE_M
from clappper.core.layout.cluster import Cluster
from clappper.core.layout.traits import is_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.models import Shelf

__all__ = ["attach_on_shelves", "attach_over", "attach_under", "tuck"]

#: A seat goes in by this share of its depth at most, in steps [m].
_TUCK_SHARE, _TUCK_STEP_M = 0.4, 0.02
_SPOT_STEPS = 10
#: Distance between things on a shelf [m].
_SHELF_GAP_M = 0.03
#: What stands on a shelf may stand over it by this much in all, and how much higher than a surface
#: the boxes that cover it may end [m].
_OVERHANG_M, _CELL_M = 0.04, 0.06
#: As flat as a rug, so that things may stand on it [m].
_FLAT_M = 0.06


def tuck(anchor: Cluster, child: Cluster, towards: tuple[float, float]) -> Cluster:
    """Return the child moved in as far as both shapes and custom allow.

    Args:
        anchor: What it belongs to, a table for example.
        child: A seat that stands clear of it.
        towards: Unit vector from the child to the anchor.
    """
    footprint = child.anchor.footprint
    if is_person(footprint.category) or not (anchor.anchor.footprint.parts and footprint.parts):
        return child
    steps = int(_TUCK_SHARE * footprint.depth_m / _TUCK_STEP_M)
    best = child
    for step in range(1, steps + 1):
        reach = step * _TUCK_STEP_M
        moved = child.move(towards[0] * reach, towards[1] * reach)
        if anchor.collides(moved):
            break
        best = moved
    return best


def attach_under(anchor: Cluster, children: Sequence[Cluster]) -> tuple[Cluster, list[Cluster]]:
    """Return the anchor with children standing beneath it, and those that found no place."""
    box = anchor.anchor.footprint
    steps = [i / _SPOT_STEPS for i in range(-_SPOT_STEPS, _SPOT_STEPS + 1)]
    spots = [(box.width_m / 2 * i, box.depth_m / 2 * j) for i in steps for j in steps]
    spots.sort(key=lambda s: (round(math.hypot(*s), 6), s))
    result, left = anchor, []
    for child in children:
        places = (child.move(x, y, yaw) for x, y in spots for yaw in (0.0, 90.0))
        placed = next(
            (
                moved
                for moved in places
                if _is_beneath(anchor, moved) and not result.collides(moved)
            ),
            None,
        )
        if placed is None or not box.parts:
            left.append(child)
        else:
            result = result.attach(placed)
    return result, left


def attach_over(rug: Cluster, child: Cluster) -> Cluster | None:
    """Return a rug with a cluster standing on it, or None when it is none or too small."""
    flat = rug.anchor.footprint
    x_min, y_min, x_max, y_max = child.compute_bounds()
    if flat.height_m > _FLAT_M or x_max - x_min > flat.width_m or y_max - y_min > flat.depth_m:
        return None
    moved = child.move(-(x_min + x_max) / 2, -(y_min + y_max) / 2)
    raised = Cluster(
        tuple(
            replace(
                m,
                z=m.z + flat.height_m,
                support=rug.anchor.id if m.support == "floor" else m.support,
            )
            for m in moved.members
        )
    )
    return rug.attach(raised)


def attach_on_shelves(
    anchor: Cluster, children: Sequence[Cluster], *, is_inside: bool
) -> tuple[Cluster, list[Cluster]]:
    """Return the anchor with children on its shelves, and the children that found no place.

    Args:
        anchor: A rack, a cabinet, a bin.
        children: What stands on them, dealt out from the lowest shelf up.
        is_inside: Only where the anchor reaches higher than what is put there.
    """
    top = anchor.anchor.footprint.height_m
    result, left = anchor, list(children)
    for shelf in anchor.anchor.footprint.shelves:
        limit = shelf.clear_m if shelf.clear_m is not None else math.inf
        if is_inside:
            limit = min(limit, top - shelf.z_m)
        result, left = _fill(result, left, shelf, limit_m=limit)
    return result, left


def _fill(
    anchor: Cluster, children: list[Cluster], shelf: Shelf, *, limit_m: float
) -> tuple[Cluster, list[Cluster]]:
    """Put children on one shelf in lines, the front line first, each line spread evenly."""
    fitting = [c for c in children if _compute_height_m(c) <= limit_m - CLEARANCE_M]
    shelf = _widen(anchor, shelf, fitting)
    width, depth = shelf.x_max - shelf.x_min, shelf.y_max - shelf.y_min
    taken: list[Cluster] = []
    result = anchor
    y = shelf.y_min
    while fitting:
        line: list[Cluster] = []
        used = 0.0
        for child in fitting:
            x_min, y_min, x_max, y_max = child.compute_bounds()
            need = (x_max - x_min) + (_SHELF_GAP_M if line else 0.0)
            if used + need <= width and y + (y_max - y_min) <= shelf.y_max + 1e-9:
                line.append(child)
                used += need
        if not line:
            break
        spare = (width - used) / (len(line) + 1)
        x, deepest = shelf.x_min + spare, 0.0
        for child in line:
            x_min, y_min, x_max, y_max = child.compute_bounds()
            aside = max(0.0, (depth - (y_max - y_min)) / 2) if y == shelf.y_min else 0.0
            # A lone line stands in the middle of the shelf's depth.
            is_lone = 2 * (y_max - y_min) + _SHELF_GAP_M > depth
            moved = child.move(x - x_min, y + (aside if is_lone else 0.0) - y_min)
            moved = moved.lift(anchor.anchor.z + shelf.z_m, anchor.anchor.id)
            x += x_max - x_min + _SHELF_GAP_M + spare
            deepest = max(deepest, y_max - y_min)
            fitting.remove(child)
            if not result.collides(moved):
                result = result.attach(moved)
                taken.append(child)
        y += deepest + _SHELF_GAP_M
    return result, [c for c in children if c not in taken]


def _widen(anchor: Cluster, shelf: Shelf, children: Sequence[Cluster]) -> Shelf:
    """Return a shelf a little deeper where only that takes what is to stand on it.

    It is as deep as the least deep of the children, if nothing of the anchor is in the way there.
    """
    depths = [c.compute_bounds()[3] - c.compute_bounds()[1] for c in children]
    more = min(depths, default=0.0) - (shelf.y_max - shelf.y_min)
    parts = anchor.anchor.footprint.parts
    if not 0.0 < more <= _OVERHANG_M or not parts:
        return shelf
    more += 1e-6
    tallest = max(_compute_height_m(c) for c in children)
    wide = shelf.model_copy(
        update={"y_min": shelf.y_min - more / 2, "y_max": shelf.y_max + more / 2}
    )
    is_free = all(
        part.z_max <= shelf.z_m + _CELL_M
        or part.z_min >= shelf.z_m + tallest
        or part.x_max <= wide.x_min
        or part.x_min >= wide.x_max
        or part.y_max <= wide.y_min
        or part.y_min >= wide.y_max
        for part in parts
    )
    return wide if is_free else shelf


def _compute_height_m(cluster: Cluster) -> float:
    return max(b.z_max for b in cluster.compute_boxes()) - cluster.anchor.z


def _is_beneath(anchor: Cluster, child: Cluster) -> bool:
    """Whether a child stands inside the anchor's outline and is lower than its middle line."""
    box = anchor.anchor.footprint
    x_min, y_min, x_max, y_max = child.compute_bounds()
    shared_x = min(x_max, box.width_m / 2) - max(x_min, -box.width_m / 2)
    shared_y = min(y_max, box.depth_m / 2) - max(y_min, -box.depth_m / 2)
    area = max(0.0, shared_x) * max(0.0, shared_y)
    return (
        area >= 0.5 * (x_max - x_min) * (y_max - y_min) and _compute_height_m(child) < box.height_m
    )
