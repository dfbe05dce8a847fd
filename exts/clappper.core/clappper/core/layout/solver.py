"""The solver: composition, room, blocks, walls, relations, scatter.

Deterministic for (plan, footprints, seed). The room grows when a default size does not hold the
request; a size the user gave is kept and the conflict is told.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from typing import TYPE_CHECKING

from clappper.core.issue import Issue
from clappper.core.layout.arrangement import (
    Block,
    arrange_facing,
    arrange_grid,
    arrange_line,
    arrange_rows,
    arrange_single,
    arrange_stack,
)
from clappper.core.layout.compose import Composition, Group, compose
from clappper.core.layout.free import place_beside, place_in_region, place_on_wall
from clappper.core.layout.models import Placements
from clappper.core.layout.packing import Floor, pack_blocks, pack_tightly
from clappper.core.layout.room import build_room, get_room_default
from clappper.core.layout.space import Space
from clappper.core.layout.traits import LOOSE
from clappper.core.layout.wall_item import WallItems, plan_wall_items

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clappper.core.layout.models import Footprint, Room
    from clappper.core.planning.models import ScenePlan

__all__ = ["solve_layout"]

_GROWTH = 1.18
_ATTEMPTS = 16

_BLOCK_VERBS = frozenset({"rows", "grid", "line", "stack", "centered"})
_WALL_VERBS = frozenset({"along_wall", "in_corner"})


def solve_layout(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    *,
    seed: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> Placements:
    """Place every instance of a plan in a room.

    Args:
        plan: What is wanted.
        footprints: Box of each usable asset by asset id [m]; ids of the plan that are missing here
            are not used.
        seed: Chooses among equally good layouts.
        on_progress: Called with (placed, total) instances.

    Returns:
        Room, placements and violations. Whatever does not fit is left out and told in a violation
        COUNT_SHORT.
    """
    best: Placements | None = None
    for attempt in range(_ATTEMPTS):
        rng = random.Random(f"clappper:{seed}")
        composition = compose(plan, footprints, rng)
        result = _Attempt(plan, composition, rng, growth=_GROWTH**attempt).run(seed)
        if on_progress is not None:
            on_progress(len(result.placements), sum(item.count for item in plan.items))
        if best is None or len(result.placements) > len(best.placements):
            best = result
        wanted = sum(len(c.members) for g in composition.groups for c in g.clusters)
        if len(best.placements) == wanted or plan.environment.size_m is not None:
            break
    assert best is not None
    return best


class _Attempt:
    """One try at a given growth of the default room."""

    def __init__(
        self, plan: ScenePlan, composition: Composition, rng: random.Random, *, growth: float
    ) -> None:
        self._plan = plan
        self._groups = composition.groups
        self._violations = list(composition.violations)
        self._rng = rng
        self._growth = growth
        self._missing: Counter[str] = Counter()

    def run(self, seed: int) -> Placements:
        """Place all groups and return the result."""
        in_wall = [g for g in self._groups if g.relation and g.relation.verb == "in_wall"]
        free = [g for g in self._groups if g not in in_wall]
        blocks = [(g, self._arrange(g)) for g in free if _is_block(g)]
        floor = self._size_floor([b for _, b in blocks], free)
        wall_items = plan_wall_items(in_wall, width_m=floor.width_m, depth_m=floor.depth_m)
        room = build_room(
            self._plan.environment,
            width_m=floor.width_m,
            depth_m=floor.depth_m,
            height_m=self._compute_height_m(),
            openings=wall_items.openings,
            is_open_top=self._plan.camera.shot in ("overhead", "isometric"),
        )
        self._space = Space(room)
        self._place_wall_items(wall_items)
        if blocks and self._rng.random() < 0.5:
            blocks.reverse()
        self._place_blocks(blocks)
        for group in free:
            is_at_wall = group.relation is not None and group.relation.verb in _WALL_VERBS
            if is_at_wall and not _is_block(group):
                self._note(group, place_on_wall(self._space, group, self._rng))
        related = [g for g in free if _is_beside(g, self._plan)]
        scattered = [g for g in free if _is_scattered(g, self._plan)]
        # What others stand by comes before them, what nobody refers to comes last.
        anchors = {
            o for g in related if g.relation for o in (g.relation.object, g.relation.object2)
        }
        self._scatter([g for g in scattered if g.item.id in anchors], floor)
        self._place_related(related)
        self._scatter([g for g in scattered if g.item.id not in anchors], floor)
        if self._plan.environment.size_m is not None:
            self._pack_if_crowded(room)
        return self._finish(seed)

    def _pack_if_crowded(self, room: Room) -> None:
        """Pack loose things as tight as they go in a room the user sized too small for them.

        Only where there is nothing but loose things.
        """
        if not sum(self._missing.values()) or not all(
            _is_scattered(g, self._plan) for g in self._groups
        ):
            return
        packed = pack_tightly(room, [c for g in self._groups for c in g.clusters])
        if len(packed.members) > len(self._space.members):
            self._space = packed
            placed = {m.id for m in packed.members}
            for group in self._groups:
                self._missing[group.item.id] = sum(
                    c.anchor.id not in placed for c in group.clusters
                )

    def _compute_height_m(self) -> float:
        tallest = max(
            (b.z_max for g in self._groups for c in g.clusters for b in c.compute_boxes()),
            default=0.0,
        )
        return tallest + 0.4

    def _size_floor(self, blocks: list[Block], free: list[Group]) -> Floor:
        default = get_room_default(self._plan.environment.kind)
        size = self._plan.environment.size_m
        loose_area = sum(
            (b[2] - b[0] + 1.0) * (b[3] - b[1] + 1.0)
            for g in free
            if not _is_block(g)
            for b in (c.compute_bounds() for c in g.clusters)
        )
        return Floor.fit(
            default,
            blocks,
            loose_area_m2=loose_area,
            growth=self._growth,
            fixed=None if size is None else (size.x, size.y),
        )

    def _arrange(self, group: Group) -> Block:
        gap_between = self._compute_gap_between_m(group)
        if _is_facing_pair(group):
            return arrange_facing(group.clusters, gap_m=max(1.5, gap_between))
        if gap_between:
            return arrange_line(group.clusters, gap_m=gap_between)
        return self._arrange_pattern(group)

    def _arrange_pattern(self, group: Group) -> Block:
        relation = group.relation
        clusters = group.clusters
        verb = relation.verb if relation else None
        count = len(clusters)
        rows = relation.rows if relation and relation.rows else None
        per_row = relation.per_row if relation and relation.per_row else None
        if verb == "rows":
            rows = rows or (2 if count > 3 else 1)
            per_row = max(per_row or 0, -(-count // rows))
            aisle = relation.distance_m if relation and relation.distance_m is not None else 2.4
            # Two centimetres more than asked: the promise is on what is measured.
            return arrange_rows(clusters, rows=rows, per_row=per_row, aisle_m=aisle + 0.02)
        if verb == "stack":
            limit = min(2.4, 0.8 * self._limit_height_m())
            return arrange_stack(clusters, limit_m=limit, per_pile=per_row)
        if verb == "line":
            gap = relation.distance_m if relation and relation.distance_m is not None else 0.5
            return arrange_line(clusters, gap_m=gap)
        if count == 1:
            return arrange_single(clusters[0])
        per_row = per_row or -(-count // (rows or (2 if count > 2 else 1)))
        rows = -(-count // per_row)
        gap = relation.distance_m if relation and relation.distance_m is not None else 0.7
        return arrange_grid(clusters, rows=rows, per_row=per_row, gap_m=gap)

    def _compute_gap_between_m(self, group: Group) -> float:
        """Return the distance [m] that lets in what stands between a group's things, or 0."""
        guests = {
            r.subject
            for r in self._plan.relations
            if r.verb == "between" and r.object == group.item.id and r.object2 in (None, r.object)
        }
        sizes = [
            math.hypot(b[2] - b[0], b[3] - b[1])
            for g in self._groups
            if g.item.id in guests
            for b in (c.compute_bounds() for c in g.clusters)
        ]
        return max(sizes, default=-0.6) + 0.6

    def _limit_height_m(self) -> float:
        size = self._plan.environment.size_m
        return size.z if size else get_room_default(self._plan.environment.kind).height_m

    def _place_wall_items(self, wall_items: WallItems) -> None:
        for cluster in wall_items.clusters:
            self._space.add(cluster)
        self._space.keep_clear.extend(wall_items.keep_clear)
        for item_id, count in wall_items.unplaced.items():
            self._missing[item_id] += count

    def _place_blocks(self, blocks: list[tuple[Group, Block]]) -> None:
        default = get_room_default(self._plan.environment.kind)
        centered = [b for b in blocks if b[0].relation and b[0].relation.verb == "centered"]
        others = [b for b in blocks if b not in centered]
        pack_blocks(self._space, [b for _, b in centered], default, self._rng, is_centered=True)
        pack_blocks(self._space, [b for _, b in others], default, self._rng, is_centered=False)
        placed = {m.id for m in self._space.members}
        for group, _ in blocks:
            self._missing[group.item.id] += sum(c.anchor.id not in placed for c in group.clusters)

    def _scatter(self, groups: list[Group], floor: Floor) -> None:
        for group in groups:
            region = self._space.compute_open_region(floor.apron_m)
            self._note(group, place_in_region(self._space, group, self._rng, region))

    def _place_related(self, groups: list[Group]) -> None:
        """Place what stands by something, in the order in which its objects get placed."""
        waiting = list(groups)
        while waiting:
            ready = [g for g in waiting if self._space.get_boxes(g.relation.object or "")]  # type: ignore[union-attr]
            group = ready[0] if ready else waiting[0]
            waiting.remove(group)
            if ready:
                self._note(group, place_beside(self._space, group, self._rng))
            else:
                self._violations.append(_tell_circle(group))
                region = self._space.compute_open_region(0.0)
                self._note(group, place_in_region(self._space, group, self._rng, region))

    def _note(self, group: Group, unplaced: int) -> None:
        self._missing[group.item.id] += unplaced

    def _finish(self, seed: int) -> Placements:
        by_id = {item.id: item for item in self._plan.items}
        footprints = {g.item.id: g.clusters[0].anchor.footprint for g in self._groups}
        size = self._space.room.size_m
        for item_id, count in self._missing.items():
            if count:
                item, box = by_id[item_id], footprints[item_id]
                self._violations.append(
                    Issue(
                        code="COUNT_SHORT",
                        severity="error",
                        message=f"{item.count} x {item.asked} of "
                        f"{box.width_m:.1f} x {box.depth_m:.1f} m do not fit "
                        f"{size.x:g} x {size.y:g} m: {item.count - count} placed.",
                        hint="Ask for fewer, or for a larger room.",
                    )
                )
        order = {item.id: index for index, item in enumerate(self._plan.items)}
        placements = sorted(
            (m.to_placement() for m in self._space.members), key=lambda p: (order[p.item], p.id)
        )
        return Placements(
            seed=seed,
            room=self._space.room,
            placements=tuple(placements),
            violations=tuple(self._violations),
        )


def _is_block(group: Group) -> bool:
    if (
        group.facing is not None
        and group.facing.object == group.item.id
        and len(group.clusters) == 2
    ):
        # Which wall they stand at matters less than that they look at each other.
        return group.relation is None or group.relation.verb in ("scatter", "along_wall")
    if group.relation is not None:
        return group.relation.verb in _BLOCK_VERBS
    return group.clusters[0].anchor.footprint.category not in LOOSE


def _is_facing_pair(group: Group) -> bool:
    """Whether two of a kind are to look at each other."""
    facing = group.facing
    return len(group.clusters) == 2 and facing is not None and facing.object == group.item.id


def _is_beside(group: Group, plan: ScenePlan) -> bool:
    """Whether a group's place is told by another item."""
    if (
        _is_block(group)
        or group.relation is None
        or group.relation.verb in ("in_wall", *_WALL_VERBS)
    ):
        return False
    return any(item.id == group.relation.object for item in plan.items)


def _is_scattered(group: Group, plan: ScenePlan) -> bool:
    relation = group.relation
    if relation is not None and relation.verb in ("in_wall", *_WALL_VERBS):
        return False
    return not _is_block(group) and not _is_beside(group, plan)


def _tell_circle(group: Group) -> Issue:
    target = group.relation.object if group.relation else "its object"
    return Issue(
        code="RELATION_UNMET",
        severity="warning",
        message=f"{group.item.asked}: {target} has no place yet; placed freely.",
    )
