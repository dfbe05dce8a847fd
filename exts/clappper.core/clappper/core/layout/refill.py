"""Refill: a layout again after its plan was edited, with everything that was not touched in place.

What keeps its place keeps it to the last digit, and its id; the room keeps its size unless the plan
says another one. Only what is new, or was let go, is placed.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.layout.arrangement import BACK_TO_BACK_GAP_M
from clappper.core.layout.attach import list_places_around
from clappper.core.layout.box import compute_box_gap_m
from clappper.core.layout.cluster import Cluster
from clappper.core.layout.compose import ATTACHING, attach, compose
from clappper.core.layout.draft import Draft
from clappper.core.layout.pattern import AISLE_SLACK_M, PatternBook
from clappper.core.layout.roles import is_block, is_in_wall
from clappper.core.layout.room import build_room, get_room_default
from clappper.core.layout.space import Space, make_member
from clappper.core.layout.wall_item import compute_door_zones, plan_wall_items
from clappper.core.units import compute_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from clappper.core.layout.box import Box
    from clappper.core.layout.cluster import Member
    from clappper.core.layout.compose import Composition, Group
    from clappper.core.layout.models import Footprint, Placement, Placements, Room
    from clappper.core.planning.models import ScenePlan

__all__ = ["refill_layout"]

#: Gap to the next of a row when the row does not say [m].
_NEXT_GAP_M = 0.05
#: What is in the way at an instance is no farther from it [m].
_NEAR_M = 2.0


def refill_layout(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    before: Placements,
    *,
    released: Iterable[str] = (),
    seed: int,
) -> Placements:
    """Place what an edited plan adds; the rest stays where it stood.

    Args:
        plan: The edited plan; item ids mean the same items as before.
        footprints: Box of each usable asset by asset id [m].
        before: The layout before the edit.
        released: Placement ids that are to find a new place, or to go where there are too many.
        seed: Chooses among equally good places.

    Returns:
        Room, placements and violations, as ``solve_layout`` does. An instance that goes leaves its
        id unused.
    """
    rng = random.Random(f"clappper:{seed}:refill")
    in_wall = [g for g in compose(plan, footprints, rng).groups if is_in_wall(g)]
    kept = _choose_kept(plan, footprints, before, frozenset(released))
    room, wall_clusters, zones = _make_room(plan, before.room, in_wall, kept)
    if wall_clusters:
        kept = [p for p in kept if p.support != "wall"]
    space = Space(room)
    space.keep_clear.extend(zones)
    for cluster in wall_clusters:
        space.add(cluster)
    kept = _drop_outsiders(kept, footprints, space)
    for placement in kept:
        space.add(Cluster((make_member(placement, footprints),)))
    space.fixed.update(p.id for p in kept)
    fresh = _compose_fresh(plan, footprints, rng, kept)
    draft = Draft(plan, space, rng, fresh.violations)
    loose = []
    for group in fresh.groups:
        rest = _attach_to_standing(space, group)
        rest = [c for c in rest if not _extend_row(space, c)] if is_block(group) else rest
        if rest and group.relation is not None and group.relation.verb == "rows":
            # Aisles are worth more than what would stand in them.
            aisle_m = PatternBook(plan, fresh.groups).choose_aisle_m(group)
            for cluster in rest:
                _start_row(space, cluster, aisle_m)
        elif rest and is_block(group):
            # No pattern is worth moving what stands.
            draft.scatter([replace(group, clusters=tuple(rest))], apron_m=0.0)
        elif rest:
            loose.append(replace(group, clusters=tuple(rest)))
    apron_m = get_room_default(plan.environment.kind, plan.environment.density).apron_m
    draft.place_at_walls(loose)
    draft.place_loose(loose, apron_m=min(apron_m, room.size_m.y / 3))
    return draft.finish([*in_wall, *fresh.groups], seed=before.seed)


def _choose_kept(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    before: Placements,
    released: frozenset[str],
) -> list[Placement]:
    """Return what stays: not let go, still wanted, with an asset that still belongs to its item."""
    items = {item.id: item for item in plan.items}
    counts: Counter[str] = Counter()
    kept: list[Placement] = []
    for placement in before.placements:
        item = items.get(placement.item)
        if (
            placement.id not in released
            and item is not None
            and placement.asset_id in item.asset_ids
            and placement.asset_id in footprints
            and counts[item.id] < item.count
        ):
            counts[item.id] += 1
            kept.append(placement)
    return kept


def _drop_unsupported(kept: Sequence[Placement]) -> list[Placement]:
    """Leave out what stood on something that is gone, and what stood on that."""
    rest, count = list(kept), -1
    while count != len(rest):
        count = len(rest)
        ids = {p.id for p in rest} | {"floor", "wall"}
        rest = [p for p in rest if p.support in ids]
    return rest


def _drop_outsiders(
    kept: Sequence[Placement], footprints: Mapping[str, Footprint], space: Space
) -> list[Placement]:
    """Leave out what a smaller room, or a new door, leaves no place for."""
    inside = [
        p
        for p in kept
        if p.support == "wall" or space.holds(make_member(p, footprints).compute_box())
    ]
    return _drop_unsupported(inside)


def _make_room(
    plan: ScenePlan, room: Room, in_wall: Sequence[Group], kept: Sequence[Placement]
) -> tuple[Room, list[Cluster], list[Box]]:
    """Return the room, wall items placed anew, and floor to keep clear.

    Doors and windows stay as they are unless there are others, or the walls move.
    """
    size = plan.environment.size_m or room.size_m
    standing = {p.id for p in kept if p.support == "wall"}
    asked = {c.anchor.item: len(g.clusters) for g in in_wall for c in g.clusters}
    counts = Counter(p.item for p in kept if p.support == "wall")
    opened = {o.id for o in room.openings}
    if size == room.size_m and dict(counts) == asked and standing <= opened:
        return room, [], compute_door_zones(room)
    wall_items = plan_wall_items(in_wall, width_m=size.x, depth_m=size.y, height_m=size.z)
    rebuilt = build_room(
        plan.environment.model_copy(update={"size_m": size}),
        width_m=size.x,
        depth_m=size.y,
        height_m=size.z,
        openings=wall_items.openings,
        needed=room.walls,
        is_open_top=not room.has_ceiling,
    )
    return rebuilt, wall_items.clusters, wall_items.keep_clear


def _compose_fresh(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    rng: random.Random,
    kept: Sequence[Placement],
) -> Composition:
    """Return clusters of the instances that are wanted and do not stand yet, under unused ids."""
    counts = Counter(p.item for p in kept)
    walled = {r.subject for r in plan.relations if r.verb == "in_wall"}
    items = [
        item.model_copy(update={"count": item.count - counts[item.id]})
        for item in plan.items
        if item.count > counts[item.id] and item.id not in walled
    ]
    composition = compose(plan.model_copy(update={"items": items}), footprints, rng)
    by_id = {item.id: item for item in plan.items}
    standing = {p.id for p in kept}
    names: dict[str, str] = {}
    for group in composition.groups:
        for cluster in group.clusters:
            for member in cluster.members:
                digits = max(2, len(str(by_id[member.item].count)))
                number = 1
                while (name := f"{member.item}_{number:0{digits}d}") in standing:
                    number += 1
                standing.add(name)
                names[member.id] = name
    composition.groups = [
        replace(
            group,
            item=by_id[group.item.id],
            clusters=tuple(_rename(cluster, names) for cluster in group.clusters),
        )
        for group in composition.groups
    ]
    return composition


def _rename(cluster: Cluster, names: Mapping[str, str]) -> Cluster:
    return Cluster(
        tuple(
            replace(m, id=names[m.id], support=names.get(m.support, m.support))
            for m in cluster.members
        )
    )


def _attach_to_standing(space: Space, group: Group) -> list[Cluster]:
    """Give what belongs to an instance to one that stands and has least; return the others."""
    relation = group.relation
    if relation is None or relation.verb not in ATTACHING or relation.object is None:
        return list(group.clusters)
    left = []
    is_facing = group.facing is not None and group.facing.object == relation.object
    for cluster in group.clusters:
        anchors = space.get_members(relation.object)
        kin = space.get_members(group.item.id) if anchors else []
        counts = Counter(_find_owner(space, m, anchors) for m in kin)
        anchors.sort(key=lambda m: counts[m.id])
        for anchor in anchors:
            own = _gather_company(space, anchor)
            if relation.verb == "around" and _join_ring(space, anchor, own, cluster):
                break
            (attached,), unplaced = attach([own], [cluster], relation, is_facing=is_facing)
            if unplaced:
                continue
            placed = attached.move(anchor.x, anchor.y, anchor.yaw_deg)
            child = Cluster(placed.members[len(own.members) :])
            if space.fits(child, beside=anchor.id):
                space.add(child)
                break
        else:
            left.append(cluster)
    return left


def _join_ring(space: Space, anchor: Member, own: Cluster, cluster: Cluster) -> bool:
    """Place a cluster in the widest gap of the ring around an instance; return whether it fits."""
    item = cluster.anchor.item
    ring = [m for m in own.members if m.item == item]
    alone = Cluster(own.members[:1])
    for count in range(len(ring) + 1, 2 * len(ring) + 3):
        places = list_places_around(alone, cluster, count)
        places.sort(
            key=lambda c: (
                -min((math.dist((c.anchor.x, c.anchor.y), (m.x, m.y)) for m in ring), default=0)
            )
        )
        for place in places:
            turned = place.move(0.0, 0.0, anchor.yaw_deg).move(anchor.x, anchor.y)
            if not own.collides(place) and space.fits(turned, beside=anchor.id):
                space.add(turned)
                return True
    return False


def _gather_company(space: Space, anchor: Member) -> Cluster:
    """Return an instance with what stands on it or near it, in its own frame."""
    reach = max(anchor.footprint.width_m, anchor.footprint.depth_m) / 2 + _NEAR_M
    near = [
        m
        for m in space.members
        if m.id != anchor.id and math.hypot(m.x - anchor.x, m.y - anchor.y) <= reach
    ]
    here = Cluster((anchor, *near)).move(-anchor.x, -anchor.y)
    return here.move(0.0, 0.0, -anchor.yaw_deg)


def _find_owner(space: Space, member: Member, anchors: Sequence[Member]) -> str | None:
    """Return the id of the instance that something belongs to.

    It stands on it, in a pile too, or on the floor within a step of it and nearer to it than to
    the others.
    """
    by_id = {m.id: m for m in space.members}
    ids = {m.id for m in anchors}
    while member.support in by_id:
        member = by_id[member.support]
        if member.id in ids:
            return member.id
    nearest = min(anchors, key=lambda a: math.dist((a.x, a.y), (member.x, member.y)))
    reach = max(nearest.footprint.width_m, nearest.footprint.depth_m) / 2 + 1.0
    away = max(abs(member.x - nearest.x), abs(member.y - nearest.y))
    return nearest.id if away <= reach else None


def _extend_row(space: Space, cluster: Cluster) -> bool:
    """Place a cluster as the next of a row of its kind; return whether there was room."""
    for pose in _iterate_next(space, cluster):
        moved = cluster.move(*pose)
        if space.fits(moved):
            space.add(moved)
            return True
    return False


def _start_row(space: Space, cluster: Cluster, aisle_m: float) -> bool:
    """Place a cluster opposite one of its kind across an aisle, or back to back with it.

    It takes no aisle from the others and has one of its own.
    """
    item = cluster.anchor.item
    standing = [m for m in space.members if m.item == item and m.support == "floor"]
    _, y_min, _, y_max = cluster.compute_bounds()
    for member in standing:
        dx, dy = compute_heading(member.yaw_deg)
        half = member.footprint.depth_m / 2
        for reach in (half + aisle_m + AISLE_SLACK_M - y_min, -(half + BACK_TO_BACK_GAP_M + y_max)):
            yaw = (member.yaw_deg + 180.0) % 360.0
            moved = cluster.move(member.x + reach * dx, member.y + reach * dy, yaw)
            if space.fits(moved) and not any(
                _are_crowded(moved.anchor, other, aisle_m) for other in standing
            ):
                space.add(moved)
                return True
    return False


def _are_crowded(a: Member, b: Member, aisle_m: float) -> bool:
    """Whether one of two stands in the aisle [m] before the other."""
    return any(
        compute_box_gap_m(_make_aisle(one, aisle_m), other.compute_box()) < 0.0
        for one, other in ((a, b), (b, a))
    )


def _make_aisle(member: Member, aisle_m: float) -> Box:
    """Return the floor before an instance."""
    dx, dy = compute_heading(member.yaw_deg)
    reach = (member.footprint.depth_m + aisle_m) / 2
    return replace(
        member.compute_box(),
        x=member.x + reach * dx,
        y=member.y + reach * dy,
        half_y=aisle_m / 2,
    )


def _iterate_next(space: Space, cluster: Cluster) -> Iterator[tuple[float, float, float]]:
    """Yield poses (x, y, yaw) beside each that stands, at the distance its neighbour has."""
    standing = [m for m in space.members if m.item == cluster.anchor.item and m.support == "floor"]
    x_min, _, x_max, _ = cluster.compute_bounds()
    for member in reversed(standing):
        box = member.compute_box()
        (ux, uy), _ = box.compute_axes()
        pitch = (member.footprint.width_m + x_max - x_min) / 2 + _NEXT_GAP_M
        for other in standing:
            along = (other.x - member.x) * ux + (other.y - member.y) * uy
            across = abs((other.x - member.x) * uy - (other.y - member.y) * ux)
            if across < 0.05 and 0.0 < abs(along) < 3.0 * pitch and other.yaw_deg == member.yaw_deg:
                pitch = max(pitch - _NEXT_GAP_M + 0.011, abs(along))
                break
        for sign in (1.0, -1.0):
            yield member.x + sign * pitch * ux, member.y + sign * pitch * uy, member.yaw_deg
