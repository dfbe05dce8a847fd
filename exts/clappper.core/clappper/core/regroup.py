"""Regroup: a pattern whose instances all find a new place is built anew, as one piece.

It goes to free floor among what stands; where none is large enough the refill has to place its
instances one by one.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from clappper.core.layout.cluster import Cluster
from clappper.core.layout.compose import ATTACHING, attach, compose
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import Space, make_member
from clappper.core.layout.wall_item import compute_door_zones

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from clappper.core.layout.models import Footprint, Placement, Placements, Room
    from clappper.core.planning.models import Item, ScenePlan

__all__ = ["regroup_patterns"]

_PATTERNS = ("rows", "grid", "line", "stack", "centered")
#: Grid of places that are tried [m].
_STEP_M = 0.5


def regroup_patterns(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    released: Set[str],
    *,
    seed: int,
) -> tuple[Placements, set[str]]:
    """Place whole patterns of which no instance stands any more, or yet.

    Args:
        plan: The edited plan.
        footprints: Box of each usable asset by asset id [m].
        layout: Where everything stood.
        released: Placement ids that are to find a new place.
        seed: Chooses among equally good patterns.

    Returns:
        The layout with those patterns, and what is still to find a place.
    """
    left = set(released)
    for item in plan.items:
        ring = _place_ring(plan, footprints, layout, left, item=item)
        if ring:
            left -= {p.id for p in layout.placements if p.item == item.id}
            layout = _replace_items(layout, {item.id}, ring)
            continue
        group = _gather_group(plan, layout, item, left)
        if group is None:
            continue
        placed = _place_group(plan, footprints, layout, left, group=group, seed=seed)
        if placed:
            left -= {p.id for p in layout.placements if p.item in group}
            layout = _replace_items(layout, group, placed)
    return layout, left


def _replace_items(layout: Placements, items: Set[str], placed: Sequence[Placement]) -> Placements:
    others = tuple(p for p in layout.placements if p.item not in items)
    return layout.model_copy(update={"placements": (*others, *placed)})


def _place_ring(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    released: Set[str],
    *,
    item: Item,
) -> list[Placement]:
    """Return the placements of what goes around something that stands, all of it at once.

    One after the other they would crowd on one side. Nothing when there is no room for all.
    """
    own = [r for r in plan.relations if r.subject == item.id and r.verb == "around"]
    standing = [p for p in layout.placements if p.item == item.id and p.id not in released]
    if not own or standing:
        return []
    alone = plan.model_copy(update={"items": [item], "relations": []})
    groups = compose(alone, footprints, random.Random(0)).groups
    space = _make_space(footprints, layout, released, but={item.id})
    anchors = [m for m in space.members if m.item == own[0].object]
    if not groups or not anchors:
        return []
    at_origin = [Cluster((m,)).move(-m.x, -m.y).move(0.0, 0.0, -m.yaw_deg) for m in anchors]
    attached, unplaced = attach(at_origin, list(groups[0].clusters), own[0], is_facing=False)
    placed: list[Placement] = []
    for anchor, cluster in zip(anchors, attached, strict=True):
        members = cluster.move(anchor.x, anchor.y, anchor.yaw_deg).members[1:]
        if unplaced or not all(space.fits(Cluster((m,)), beside=anchor.id) for m in members):
            return []
        placed += [m.to_placement() for m in members]
    return placed


def _gather_group(
    plan: ScenePlan, layout: Placements, item: Item, released: Set[str]
) -> set[str] | None:
    """Return a pattern's item and those that belong to it, when none of them stands."""
    own = [r for r in plan.relations if r.subject == item.id and r.verb != "facing"]
    if not own or own[0].verb not in _PATTERNS or own[0].object not in (None, "room"):
        return None
    group, size = {item.id}, 0
    while size != len(group):
        size = len(group)
        group |= {r.subject for r in plan.relations if r.verb in ATTACHING and r.object in group}
    standing = [p for p in layout.placements if p.item in group and p.id not in released]
    return None if standing else group


def _place_group(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    released: Set[str],
    *,
    group: set[str],
    seed: int,
) -> list[Placement]:
    """Return the placements of a pattern, or nothing when there is no room for all of it."""
    environment = plan.environment.model_copy(update={"size_m": layout.room.size_m})
    known = {*group, "room", None}
    alone = plan.model_copy(
        update={
            "environment": environment,
            "items": [i for i in plan.items if i.id in group],
            "relations": [
                r
                for r in plan.relations
                if r.subject in group and r.object in known and r.object2 in known
            ],
        }
    )
    solved = solve_layout(alone, footprints, seed=seed)
    if solved.violations or not solved.placements:
        return []
    space = _make_space(footprints, layout, released, but=group)
    pattern = Cluster(tuple(make_member(p, footprints) for p in solved.placements))
    for shift in _iterate_shifts(pattern, layout.room):
        moved = pattern.move(*shift)
        if space.fits(moved):
            return [m.to_placement() for m in moved.members]
    return []


def _make_space(
    footprints: Mapping[str, Footprint],
    layout: Placements,
    released: Set[str],
    *,
    but: Set[str],
) -> Space:
    """Return the room with everything that keeps its place, without some items."""
    space = Space(layout.room)
    space.keep_clear.extend(compute_door_zones(layout.room))
    for placement in layout.placements:
        is_kept = placement.id not in released and placement.item not in but
        if is_kept and placement.asset_id in footprints:
            space.add(Cluster((make_member(placement, footprints),)))
    return space


def _iterate_shifts(pattern: Cluster, room: Room) -> Iterator[tuple[float, float]]:
    """Yield shifts [m] that leave a pattern inside the room, the least first."""
    x_min, y_min, x_max, y_max = pattern.compute_bounds()
    half_x, half_y = room.size_m.x / 2, room.size_m.y / 2
    shifts = [
        (column * _STEP_M, row * _STEP_M)
        for column in range(
            math.ceil((-half_x - x_min) / _STEP_M), math.floor((half_x - x_max) / _STEP_M) + 1
        )
        for row in range(
            math.ceil((-half_y - y_min) / _STEP_M), math.floor((half_y - y_max) / _STEP_M) + 1
        )
    ]
    yield from sorted(shifts, key=lambda shift: (math.hypot(*shift), shift))
