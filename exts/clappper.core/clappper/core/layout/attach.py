"""Attach: what belongs to an instance takes its place at it.

A chair at its desk, chairs around a table, boxes on a pallet. Works in the anchor's own frame:
anchor at the origin, facing -Y, metres.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.layout.cluster import Cluster, Member
from clappper.core.layout.hollow import tuck
from clappper.core.layout.traits import FLAT_TOPS, SCREENS, SEATS, is_flat_top
from clappper.core.units import compute_heading, compute_yaw_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.models import Side

__all__ = ["attach_around", "attach_on_top", "attach_paired", "compute_rest_m"]

_PAIR_GAP_M = 0.05
_AROUND_GAP_M = 0.06
_SLOT_GAP_M = 0.12
_TOP_GAP_M = 0.01
_SPOT_STEPS = 8

#: Boxes may stand over a pallet's edge by this much in all, as they do [m].
_OVERHANG_M = 0.03


def attach_paired(
    anchor: Cluster, children: Sequence[Cluster], side: Side | None, *, is_facing: bool
) -> Cluster:
    """Return the anchor with children standing at one of its sides, side by side.

    Seats and whatever faces its object come to the front and turn to the anchor; anything else
    stands beside it and looks the same way, right first, then left.
    """
    box = anchor.anchor.footprint
    result = anchor
    turns = is_facing or children[0].anchor.footprint.category in SEATS
    if side is None and not turns:
        for index, child in enumerate(children):
            x_min, _, x_max, y_max = child.compute_bounds()
            sign = 1.0 if index % 2 == 0 else -1.0
            taken = result.compute_bounds()
            x = taken[2] + _PAIR_GAP_M - x_min if sign > 0 else taken[0] - _PAIR_GAP_M - x_max
            result = result.attach(child.move(x, box.depth_m / 2 - y_max))
        return result
    yaw = {"front": 0.0, "left": 90.0, "back": 180.0, "right": 270.0}.get(side or "front", 0.0)
    reach = box.depth_m / 2 if yaw in (0.0, 180.0) else box.width_m / 2
    # A row of children seen from the anchor's side: built in front, then turned about the anchor.
    widths = [c.compute_bounds()[2] - c.compute_bounds()[0] for c in children]
    x = -(sum(widths) + _SLOT_GAP_M * (len(children) - 1)) / 2
    for child, width in zip(children, widths, strict=True):
        turned = child.move(0.0, 0.0, 180.0) if turns else child
        x_min, _, _, y_max = turned.compute_bounds()
        placed = turned.move(x - x_min, -(reach + _PAIR_GAP_M) - y_max).move(0.0, 0.0, yaw)
        dx, dy = compute_heading(yaw)
        result = result.attach(tuck(result, placed, (-dx, -dy)) if turns else placed)
        x += width + _SLOT_GAP_M
    return result


def attach_around(
    anchor: Cluster, children: Sequence[Cluster], *, is_outer: bool = False
) -> Cluster:
    """Return the anchor with children around it, looking at it.

    They sit along a table's sides while these hold them, else in a ring; an outer ring goes around
    all that belongs to the anchor already.
    """
    box = anchor.anchor.footprint
    bounds = [c.compute_bounds() for c in children]
    width = max(b[2] - b[0] for b in bounds) + _SLOT_GAP_M
    depth = max(b[3] - b[1] for b in bounds)
    per_long = int((max(box.width_m, box.depth_m) + _SLOT_GAP_M) // width)
    per_short = int((min(box.width_m, box.depth_m) + _SLOT_GAP_M) // width)
    count = len(children)
    if box.category in FLAT_TOPS and count <= 2 * (per_long + per_short) and not is_outer:
        slots = _compute_side_slots(
            box.width_m,
            box.depth_m,
            child_depth_m=depth,
            pitch_m=width,
            count=count,
            per_long=per_long,
        )
    else:
        inner = math.hypot(box.width_m, box.depth_m) / 2
        if is_outer:
            corners = [c for b in anchor.compute_boxes() for c in b.compute_corners()]
            inner = max(math.hypot(*corner) for corner in corners)
        radius = inner + _AROUND_GAP_M + math.hypot(width, depth) / 2
        if count > 1:
            radius = max(radius, math.hypot(width, depth) / (2 * math.sin(math.pi / count)))
        angles = [2 * math.pi * (i + 0.5) / count for i in range(count)]
        places = [(radius * math.sin(a), -radius * math.cos(a)) for a in angles]
        slots = [(x, y, compute_yaw_deg(-x, -y)) for x, y in places]
    result = anchor
    for child, (x, y, yaw) in zip(children, slots, strict=True):
        placed = child.move(x, y, yaw)
        is_seat = child.anchor.footprint.category in SEATS and not is_outer
        result = result.attach(tuck(result, placed, compute_heading(yaw)) if is_seat else placed)
    return result


def _compute_side_slots(
    box_width_m: float,
    box_depth_m: float,
    *,
    child_depth_m: float,
    pitch_m: float,
    count: int,
    per_long: int,
) -> list[tuple[float, float, float]]:
    """Return (x, y, yaw) of seats at the four sides of a table, the long sides first and evenly."""
    is_wide = box_width_m >= box_depth_m
    on_long = min(count, 2 * per_long)
    counts = [(on_long + 1) // 2, on_long // 2, (count - on_long + 1) // 2, (count - on_long) // 2]
    angles = [0.0, 180.0, 90.0, 270.0] if is_wide else [90.0, 270.0, 0.0, 180.0]
    slots = []
    for number, angle in zip(counts, angles, strict=True):
        length, reach = (
            (box_width_m, box_depth_m / 2)
            if angle in (0.0, 180.0)
            else (box_depth_m, box_width_m / 2)
        )
        pitch = max(pitch_m, length / number) if number else 0.0
        for i in range(number):
            x, y = (i - (number - 1) / 2) * pitch, -(reach + _AROUND_GAP_M + child_depth_m / 2)
            turn = math.radians(angle)
            cos, sin = math.cos(turn), math.sin(turn)
            px, py = cos * x - sin * y, sin * x + cos * y
            slots.append((px, py, (180.0 + angle) % 360.0))
    return slots


def attach_on_top(anchor: Cluster, children: Sequence[Cluster]) -> tuple[Cluster, list[Cluster]]:
    """Return the anchor with children on its top, and the children that found no place.

    They stand in a grid, and then in layers.
    """
    top = anchor.anchor
    box = top.footprint
    bounds = [c.compute_bounds() for c in children]
    width = max(b[2] - b[0] for b in bounds) + _TOP_GAP_M
    depth = max(b[3] - b[1] for b in bounds) + _TOP_GAP_M
    columns = int((box.width_m + _OVERHANG_M + _TOP_GAP_M) / width + 1e-9)
    lines = int((box.depth_m + _OVERHANG_M + _TOP_GAP_M) / depth + 1e-9)
    if columns < 1 or lines < 1 or not is_flat_top(box):
        return anchor, list(children)
    result = anchor
    below: dict[int, Member] = {}
    used = min(len(children), columns * lines)
    used_lines = math.ceil(used / columns)
    left_over: list[Cluster] = []
    for index, child in enumerate(children):
        slot = index % (columns * lines)
        support = below.get(slot, top)
        is_stacking = slot in below
        if is_stacking and not is_flat_top(support.footprint):
            left_over.append(child)
            continue
        line, column = divmod(slot, columns)
        in_line = min(columns, used - line * columns)
        x = (column - (in_line - 1) / 2) * width
        # Screens and lamps stand at the back, away from whoever sits at the front.
        y = (
            (box.depth_m - depth) / 2 - 0.06
            if used_lines == 1
            and child.anchor.footprint.category in SCREENS
            and box.depth_m - depth > 0.2
            else ((used_lines - 1) / 2 - line) * depth
        )
        raised = child.lift(support.z + compute_rest_m(support, child), support.id)
        placed = _find_spot(result, raised, x, y)
        if placed is None:
            left_over.append(child)
            continue
        below[slot] = placed.anchor
        result = result.attach(placed)
    return _stack_on_loads(result, left_over)


def _stack_on_loads(anchor: Cluster, children: Sequence[Cluster]) -> tuple[Cluster, list[Cluster]]:
    """Return the anchor with children on what stands on it already, and those without a place."""
    result, left = anchor, []
    for child in children:
        taken = {m.support for m in result.members}
        tops = [
            m
            for m in result.members[1:]
            if m.support not in ("floor", "wall")
            and m.id not in taken
            and is_flat_top(m.footprint)
            and child.anchor.footprint.width_m <= m.footprint.width_m + _OVERHANG_M
            and child.anchor.footprint.depth_m <= m.footprint.depth_m + _OVERHANG_M
        ]
        stacked = (
            child.move(m.x, m.y, m.yaw_deg).lift(m.z + compute_rest_m(m, child), m.id) for m in tops
        )
        placed = next((c for c in stacked if not result.collides(c)), None)
        result = result if placed is None else result.attach(placed)
        left.extend([child] if placed is None else [])
    return result, left


def compute_rest_m(support: Member, child: Cluster) -> float:
    """Return how high above a support's lowest point something on it stands [m].

    Something large rests on the rim of a drum, something small on the lid within.
    """
    x_min, y_min, x_max, y_max = child.compute_bounds()
    box = support.footprint
    is_large = (x_max - x_min) * (y_max - y_min) > 0.5 * box.width_m * box.depth_m
    return box.height_m if is_large or box.surface_m is None else box.surface_m


def _find_spot(anchor: Cluster, child: Cluster, x: float, y: float) -> Cluster | None:
    """Return the child at the free place on the anchor's top that is nearest to (x, y), or None."""
    box = anchor.anchor.footprint
    x_min, y_min, x_max, y_max = child.compute_bounds()
    reach_x = max(0.0, (box.width_m - (x_max - x_min)) / 2)
    reach_y = max(0.0, (box.depth_m - (y_max - y_min)) / 2)
    steps = [i / _SPOT_STEPS for i in range(-_SPOT_STEPS, _SPOT_STEPS + 1)]
    spots = [(reach_x * i, reach_y * j) for i in steps for j in steps]
    spots.sort(key=lambda s: (math.hypot(s[0] - x, s[1] - y), s))
    for spot in [(x, y), *spots]:
        moved = child.move(*spot)
        if not anchor.collides(moved):
            return moved
    return None
