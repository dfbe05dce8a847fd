"""The solver: composition, room, blocks, walls, relations, scatter.

Deterministic for (plan, footprints, seed). The room grows when a default size does not hold the
request; a size the user gave is kept and the conflict is told.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

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
from clappper.core.layout.draft import Draft
from clappper.core.layout.packing import Floor, pack_blocks, pack_tightly
from clappper.core.layout.roles import is_block, is_facing_pair, is_in_wall, is_scattered
from clappper.core.layout.room import build_room, get_room_default, get_spread, to_wall
from clappper.core.layout.space import Space
from clappper.core.layout.wall_item import WallItems, plan_wall_items

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.models import Footprint, Placements, Wall
    from clappper.core.planning.models import ScenePlan

__all__ = ["solve_layout"]

_GROWTH = 1.18
_ATTEMPTS = 16
#: Up to this many things stand in two rows or lines; more make a square [instances].
_FEW = 12
#: Larger rooms that are tried although the last one held no more.
_PATIENCE = 3
#: Aisle between rows where people walk, and where a forklift turns with its load [m].
_AISLE_M, _FORKLIFT_AISLE_M = 2.4, 3.5


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
    best: tuple[tuple[int, int], Placements] | None = None
    best_attempt = 0
    for number in range(_ATTEMPTS):
        rng = random.Random(f"clappper:{seed}")
        composition = compose(plan, footprints, rng)
        attempt = _Attempt(plan, composition, rng, growth=_GROWTH**number)
        result = attempt.run(seed)
        if on_progress is not None:
            on_progress(len(result.placements), sum(item.count for item in plan.items))
        wanted = sum(len(c.members) for g in composition.groups for c in g.clusters)
        rank = (len(result.placements), -attempt.elsewhere)
        if best is None or rank > best[0]:
            best, best_attempt = (rank, result), number
        is_given = plan.environment.size_m is not None
        if best[0] == (wanted, 0) or is_given or number - best_attempt >= _PATIENCE:
            break
    assert best is not None
    return best[1]


class _Attempt:
    """One try at a given growth of the default room."""

    def __init__(
        self, plan: ScenePlan, composition: Composition, rng: random.Random, *, growth: float
    ) -> None:
        self._plan = plan
        self._groups = composition.groups
        self._violations = composition.violations
        self._rng = rng
        self._growth = growth
        #: How many clusters stand elsewhere than the plan wants them.
        self.elsewhere = 0

    def run(self, seed: int) -> Placements:
        """Place all groups and return the result."""
        in_wall = [g for g in self._groups if is_in_wall(g)]
        free = [g for g in self._groups if g not in in_wall]
        blocks = [(g, self._arrange(g)) for g in free if is_block(g)]
        floor = self._size_floor([b for _, b in blocks], free)
        wall_items = plan_wall_items(in_wall, width_m=floor.width_m, depth_m=floor.depth_m)
        room = build_room(
            self._plan.environment,
            width_m=floor.width_m,
            depth_m=floor.depth_m,
            height_m=self._compute_height_m(),
            openings=wall_items.openings,
            needed=_list_needed_walls(free),
            is_open_top=self._plan.camera.shot in ("overhead", "isometric"),
        )
        draft = Draft(self._plan, Space(room), self._rng, self._violations)
        self._place_wall_items(draft, wall_items)
        if blocks and self._rng.random() < 0.5:
            blocks.reverse()
        self._place_blocks(draft, blocks)
        draft.place_loose(free, apron_m=floor.apron_m)
        if self._plan.environment.size_m is not None:
            self._pack_if_crowded(draft)
        draft.turn_to_camera(self._groups)
        self.elsewhere = draft.elsewhere
        return draft.finish(self._groups, seed=seed)

    def _pack_if_crowded(self, draft: Draft) -> None:
        """Pack loose things as tight as they go in a room the user sized too small for them.

        Only where there is nothing but loose things.
        """
        if not draft.missing.total() or not all(is_scattered(g, self._plan) for g in self._groups):
            return
        packed = pack_tightly(draft.space.room, [c for g in self._groups for c in g.clusters])
        if len(packed.members) > len(draft.space.members):
            draft.space = packed
            placed = {m.id for m in packed.members}
            for group in self._groups:
                draft.missing[group.item.id] = sum(
                    c.anchor.id not in placed for c in group.clusters
                )

    def _compute_height_m(self) -> float:
        tallest = max(
            (b.z_max for g in self._groups for c in g.clusters for b in c.compute_boxes()),
            default=0.0,
        )
        return tallest + 0.4

    def _size_floor(self, blocks: list[Block], free: list[Group]) -> Floor:
        default = get_room_default(self._plan.environment.kind, self._plan.environment.density)
        size = self._plan.environment.size_m
        loose_area = sum(
            (b[2] - b[0] + 1.0) * (b[3] - b[1] + 1.0)
            for g in free
            if not is_block(g)
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
        if is_facing_pair(group):
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
        spread = get_spread(self._plan.environment.density)
        if verb == "rows":
            aisle = self._choose_aisle_m(group)
            if per_row and not rows:
                rows = -(-count // per_row)
            rows = rows or _choose_rows(clusters, aisle_m=aisle)
            per_row = max(per_row or 0, -(-count // rows))
            # Two centimetres more than asked: the promise is on what is measured.
            return arrange_rows(clusters, rows=rows, per_row=per_row, aisle_m=aisle + 0.02)
        if verb == "stack":
            limit = min(2.4, 0.8 * self._limit_height_m())
            return arrange_stack(clusters, limit_m=limit, per_pile=per_row)
        if verb == "line":
            gap = 0.5 * spread
            if relation and relation.distance_m is not None:
                gap = relation.distance_m
            return arrange_line(clusters, gap_m=gap)
        if count == 1:
            return arrange_single(clusters[0])
        gap = 0.7 * spread
        if relation and relation.distance_m is not None:
            gap = relation.distance_m
        per_row = per_row or -(-count // (rows or _choose_lines(clusters, gap_m=gap)))
        rows = -(-count // per_row)
        return arrange_grid(clusters, rows=rows, per_row=per_row, gap_m=gap)

    def _choose_aisle_m(self, group: Group) -> float:
        """Return the aisle between rows [m]: as told, else wide enough for what drives in it."""
        if group.relation is not None and group.relation.distance_m is not None:
            return group.relation.distance_m
        has_forklift = any(
            g.clusters and g.clusters[0].anchor.footprint.category == "forklift"
            for g in self._groups
        )
        is_rack = group.clusters[0].anchor.footprint.category == "rack"
        if is_rack and has_forklift:
            return _FORKLIFT_AISLE_M
        return max(1.2, _AISLE_M * get_spread(self._plan.environment.density))

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
        return (
            size.z
            if size
            else get_room_default(
                self._plan.environment.kind, self._plan.environment.density
            ).height_m
        )

    def _place_wall_items(self, draft: Draft, wall_items: WallItems) -> None:
        for cluster in wall_items.clusters:
            draft.space.add(cluster)
        draft.space.keep_clear.extend(wall_items.keep_clear)
        draft.missing.update(wall_items.unplaced)

    def _place_blocks(self, draft: Draft, blocks: list[tuple[Group, Block]]) -> None:
        default = get_room_default(self._plan.environment.kind, self._plan.environment.density)
        centered = [b for b in blocks if b[0].relation and b[0].relation.verb == "centered"]
        others = [b for b in blocks if b not in centered]
        for chosen, is_centered in ((centered, True), (others, False)):
            draft.elsewhere += pack_blocks(
                draft.space, [b for _, b in chosen], default, self._rng, is_centered=is_centered
            )
        placed = {m.id for m in draft.space.members}
        for group, _ in blocks:
            draft.missing[group.item.id] += sum(c.anchor.id not in placed for c in group.clusters)


def _list_needed_walls(groups: Sequence[Group]) -> list[Wall]:
    """Return the walls that something is to stand at."""
    walls: list[Wall] = []
    for group in groups:
        relation = group.relation
        if relation is None or relation.object not in (None, "room"):
            continue
        if relation.verb == "along_wall":
            walls.append(to_wall(relation.side))
        elif relation.verb == "in_corner":
            corners: tuple[Wall, ...] = ("north", "west", "east", "south")
            walls.extend(corners[: min(4, len(group.clusters) + 1)])
    return walls


def _choose_rows(clusters: Sequence[Cluster], *, aisle_m: float) -> int:
    """Return how many rows make a block of racking most nearly square; two while it is small."""
    count = len(clusters)
    if count <= _FEW:
        return 2 if count > 3 else 1
    bounds = [c.compute_bounds() for c in clusters]
    width = max(b[2] - b[0] for b in bounds)
    depth = max(b[3] - b[1] for b in bounds)

    def stretch(rows: int) -> float:
        across = rows * depth + rows / 2 * aisle_m
        along = -(-count // rows) * width
        return max(across / along, along / across)

    return min(range(2, count // 2 + 1, 2), key=stretch)


def _choose_lines(clusters: Sequence[Cluster], *, gap_m: float) -> int:
    """Return how many lines make a grid most nearly square; two while it is small."""
    count = len(clusters)
    if count <= _FEW:
        return 2 if count > 2 else 1
    bounds = [c.compute_bounds() for c in clusters]
    width = max(b[2] - b[0] for b in bounds) + gap_m
    depth = max(b[3] - b[1] for b in bounds) + gap_m
    return max(2, min(count, round(math.sqrt(count * width / depth))))
