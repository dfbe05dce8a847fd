"""Attach: what belongs to an instance takes its place at it.

A chair at its desk, chairs around a table, boxes on a pallet. Works in the anchor's own frame:
anchor at the origin, facing -Y, metres.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.layout.candidates import Region
from clappper.core.layout.cluster import Cluster, Member
from clappper.core.layout.hollow import tuck
from clappper.core.layout.traits import FLAT_TOPS, SCREENS, SEATS, is_flat_top
from clappper.core.units import compute_heading, compute_yaw_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.models import Footprint
    from clappper.core.planning.models import Side

__all__ = ["attach_around", "attach_on_top", "attach_paired", "list_places_around", "pile_up"]

_PAIR_GAP_M = 0.05
_AROUND_GAP_M = 0.06
_SLOT_GAP_M = 0.12
_TOP_GAP_M = 0.01
_SPOT_STEPS = 8

#: Boxes may stand over a pallet's edge by this much in all, as they do [m].
_OVERHANG_M = 0.03

#: Tops without a rim; what stands out of them, a cable flap for example, is less than this is even,
#: and an edge this near to the measured level belongs to it [m].
_TABLES = frozenset({"desk", "low_table", "meeting_table", "table", "workbench"})
_EVEN_M, _EDGE_M = 0.0005, 0.12


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
    slots = _compute_slots(anchor, children, is_outer=is_outer)
    result = anchor
    for child, slot in zip(children, slots, strict=True):
        result = result.attach(_sit_down(result, child, slot, is_outer=is_outer))
    return result


def list_places_around(anchor: Cluster, child: Cluster, count: int) -> list[Cluster]:
    """Return a child at each place of a ring of so many like it."""
    slots = _compute_slots(anchor, [child] * count, is_outer=False)
    return [_sit_down(anchor, child, slot, is_outer=False) for slot in slots]


def _sit_down(
    anchor: Cluster, child: Cluster, slot: tuple[float, float, float], *, is_outer: bool
) -> Cluster:
    """Return a child at (x, y, yaw), a seat moved in as far as it goes."""
    x, y, yaw = slot
    placed = child.move(x, y, yaw)
    is_seat = child.anchor.footprint.category in SEATS and not is_outer
    return tuck(anchor, placed, compute_heading(yaw)) if is_seat else placed


def _compute_slots(
    anchor: Cluster, children: Sequence[Cluster], *, is_outer: bool
) -> list[tuple[float, float, float]]:
    """Return (x, y, yaw) of each child around an anchor."""
    box = anchor.anchor.footprint
    bounds = [c.compute_bounds() for c in children]
    width = max(b[2] - b[0] for b in bounds) + _SLOT_GAP_M
    depth = max(b[3] - b[1] for b in bounds)
    per_long = int((max(box.width_m, box.depth_m) + _SLOT_GAP_M) // width)
    per_short = int((min(box.width_m, box.depth_m) + _SLOT_GAP_M) // width)
    count = len(children)
    if box.category in FLAT_TOPS and count <= 2 * (per_long + per_short) and not is_outer:
        return _compute_side_slots(
            box.width_m,
            box.depth_m,
            child_depth_m=depth,
            pitch_m=width,
            count=count,
            per_long=per_long,
        )
    slots = _compute_ring_slots(anchor, width_m=width, depth_m=depth, count=count)
    if is_outer or _are_close(slots, math.hypot(width, depth)):
        return _compute_circle_slots(
            anchor, reach_m=math.hypot(width, depth), count=count, is_outer=is_outer
        )
    return slots


def _compute_ring_slots(
    anchor: Cluster, *, width_m: float, depth_m: float, count: int
) -> list[tuple[float, float, float]]:
    """Return (x, y, yaw) at equal angles, each as near to the anchor's box as it can be."""
    box = anchor.anchor.footprint
    reach = _AROUND_GAP_M + math.hypot(width_m, depth_m) / 2
    slots = []
    for index in range(count):
        angle = 2 * math.pi * (index + 0.5) / count
        dx, dy = math.sin(angle), -math.cos(angle)
        ways = [
            (half + reach) / abs(part)
            for half, part in ((box.width_m / 2, dx), (box.depth_m / 2, dy))
            if abs(part) > 1e-9
        ]
        slots.append((dx * min(ways), dy * min(ways), compute_yaw_deg(-dx, -dy)))
    return slots


def _are_close(slots: Sequence[tuple[float, float, float]], reach_m: float) -> bool:
    """Whether two neighbours of a ring are nearer to each other than they are large [m]."""
    return len(slots) > 1 and any(
        math.dist(slots[i][:2], slots[i - 1][:2]) < reach_m for i in range(len(slots))
    )


def _compute_circle_slots(
    anchor: Cluster, *, reach_m: float, count: int, is_outer: bool
) -> list[tuple[float, float, float]]:
    """Return (x, y, yaw) on a circle that has room for all, around the anchor or all at it."""
    box = anchor.anchor.footprint
    inner = math.hypot(box.width_m, box.depth_m) / 2
    if is_outer:
        corners = [c for b in anchor.compute_boxes() for c in b.compute_corners()]
        inner = max(math.hypot(*corner) for corner in corners)
    radius = inner + _AROUND_GAP_M + reach_m / 2
    if count > 1:
        radius = max(radius, reach_m / (2 * math.sin(math.pi / count)))
    angles = [2 * math.pi * (i + 0.5) / count for i in range(count)]
    places = [(radius * math.sin(a), -radius * math.cos(a)) for a in angles]
    return [(x, y, compute_yaw_deg(-x, -y)) for x, y in places]


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
    level = _find_level(box)
    middle = (level.x_min + level.x_max) / 2, (level.y_min + level.y_max) / 2
    level_depth_m = level.y_max - level.y_min
    bounds = [c.compute_bounds() for c in children]
    width = max(b[2] - b[0] for b in bounds) + _TOP_GAP_M
    depth = max(b[3] - b[1] for b in bounds) + _TOP_GAP_M
    columns = int((level.x_max - level.x_min + _OVERHANG_M + _TOP_GAP_M) / width + 1e-9)
    lines = int((level_depth_m + _OVERHANG_M + _TOP_GAP_M) / depth + 1e-9)
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
            (level_depth_m - depth) / 2 - (0.06 if level.y_max * 2 == box.depth_m else 0.0)
            if used_lines == 1
            and child.anchor.footprint.category in SCREENS
            and level_depth_m - depth > 0.2
            else ((used_lines - 1) / 2 - line) * depth
        )
        raised = child.lift(support.z + _compute_rest_m(support, child), support.id)
        placed = _find_spot(result, raised, level, (middle[0] + x, middle[1] + y))
        if placed is None:
            left_over.append(child)
            continue
        # On a pile the next one stands on its top.
        below[slot] = max(placed.members, key=lambda m: m.z + m.footprint.height_m)
        result = result.attach(placed)
    return _stack_on_loads(result, left_over)


def _find_level(box: Footprint) -> Region:
    """Return the part of a top that is level: all of it, unless something on it stands out.

    Then it is the level surface that was measured, out to the edges near it: what lies there rests
    on the top too.
    """
    half_x, half_y = box.width_m / 2, box.depth_m / 2
    whole = Region(-half_x, -half_y, half_x, half_y)
    top = next((s for s in box.shelves if s.z_m == box.surface_m), None)
    is_even = box.surface_m is None or box.height_m - box.surface_m < _EVEN_M
    if is_even or top is None or box.category not in _TABLES:
        return whole
    return Region(
        -half_x if top.x_min + half_x < _EDGE_M else top.x_min,
        -half_y if top.y_min + half_y < _EDGE_M else top.y_min,
        half_x if half_x - top.x_max < _EDGE_M else top.x_max,
        half_y if half_y - top.y_max < _EDGE_M else top.y_max,
    )


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
            child.move(m.x, m.y, m.yaw_deg).lift(m.z + _compute_rest_m(m, child), m.id)
            for m in tops
        )
        placed = next((c for c in stacked if not result.collides(c)), None)
        result = result if placed is None else result.attach(placed)
        left.extend([child] if placed is None else [])
    return result, left


def pile_up(
    clusters: Sequence[Cluster], *, limit_m: float, per_pile: int | None = None
) -> list[Cluster]:
    """Return piles of equal things, as few as the height limit [m] allows."""
    footprint = clusters[0].anchor.footprint
    highest = max(1, int(limit_m / footprint.height_m)) if is_flat_top(footprint) else 1
    slender = max(1, math.ceil(2.5 * max(footprint.width_m, 0.3) / footprint.height_m))
    per_pile = min(per_pile or slender, highest)
    piles: list[Cluster] = []
    for start in range(0, len(clusters), per_pile):
        pile = clusters[start]
        for cluster in clusters[start + 1 : start + per_pile]:
            below = pile.members[-1]
            pile = pile.attach(cluster.lift(below.z + _compute_rest_m(below, cluster), below.id))
        piles.append(pile)
    return piles


def _compute_rest_m(support: Member, child: Cluster) -> float:
    """Return how high above a support's lowest point something on it stands [m].

    Something large rests on the rim of a drum, something small on the lid within.
    """
    x_min, y_min, x_max, y_max = child.compute_bounds()
    box = support.footprint
    is_large = (x_max - x_min) * (y_max - y_min) > 0.5 * box.width_m * box.depth_m
    return box.height_m if is_large or box.surface_m is None else box.surface_m


def _find_spot(
    anchor: Cluster, child: Cluster, level: Region, wanted: tuple[float, float]
) -> Cluster | None:
    """Return the child at the free place on a level top that is nearest to a point, or None."""
    x_min, y_min, x_max, y_max = child.compute_bounds()
    reach_x = max(0.0, (level.x_max - level.x_min - (x_max - x_min)) / 2)
    reach_y = max(0.0, (level.y_max - level.y_min - (y_max - y_min)) / 2)
    middle_x, middle_y = (level.x_min + level.x_max) / 2, (level.y_min + level.y_max) / 2
    steps = [i / _SPOT_STEPS for i in range(-_SPOT_STEPS, _SPOT_STEPS + 1)]
    spots = [(middle_x + reach_x * i, middle_y + reach_y * j) for i in steps for j in steps]
    spots.sort(key=lambda s: (math.hypot(s[0] - wanted[0], s[1] - wanted[1]), s))
    for spot in [wanted, *spots]:
        moved = child.move(*spot)
        if not anchor.collides(moved):
            return moved
    return None
