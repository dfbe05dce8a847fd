"""Patterns: which arrangement a group makes, and what else it may make where room is short.

Layout frame, metres.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.layout.arrangement import (
    BACK_TO_BACK_GAP_M,
    ROW_GAP_M,
    Block,
    arrange_facing,
    arrange_grid,
    arrange_line,
    arrange_piles,
    arrange_rows,
    arrange_single,
)
from clappper.core.layout.roles import is_facing_pair
from clappper.core.layout.room import get_spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.compose import Group
    from clappper.core.planning.models import Relation, ScenePlan

__all__ = ["AISLE_SLACK_M", "PatternBook"]

#: Up to this many things stand in two rows or lines; more make a square [instances].
_FEW = 12
#: Most instances of a kind that all stand apart for what is between them.
_APART = 3
#: Aisle between rows where people walk, and where a forklift turns with its load [m].
_AISLE_M, _FORKLIFT_AISLE_M = 2.4, 3.5
#: How much wider an aisle is made than it is promised to measure [m].
AISLE_SLACK_M = 0.02
#: Gaps of lines and grids in a room that is short, and how many patterns are tried there [m].
_TIGHT_GAPS_M = (0.4, 0.2, 0.06, 0.02)
_SPARES = 60


class PatternBook:
    """Arranges the groups of one plan."""

    def __init__(self, plan: ScenePlan, groups: Sequence[Group]) -> None:
        self._plan = plan
        self._groups = groups

    def arrange(self, group: Group) -> Block:
        """Return a group in the pattern its plan or its kind wants."""
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
            aisle = self.choose_aisle_m(group)
            if per_row and not rows:
                rows = -(-count // per_row)
            rows = rows or _choose_rows(clusters, aisle_m=aisle)
            per_row = max(per_row or 0, -(-count // rows))
            aisle += AISLE_SLACK_M
            return arrange_rows(clusters, rows=rows, per_row=per_row, aisle_m=aisle)
        if verb == "stack":
            return arrange_piles(clusters)
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
        rows = max(rows or 1, -(-count // per_row))
        return arrange_grid(clusters, rows=rows, per_row=per_row, gap_m=gap)

    def choose_aisle_m(self, group: Group) -> float:
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
        if len(group.clusters) > _APART:
            return 0.0
        sizes = [
            math.hypot(b[2] - b[0], b[3] - b[1])
            for g in self._groups
            if g.item.id in guests
            for b in (c.compute_bounds() for c in g.clusters)
        ]
        return max(sizes, default=-0.6) + 0.6

    def list_spares(self, group: Group, *, width_m: float, depth_m: float) -> Iterator[Block]:
        """Yield patterns for floor of this size [m] that the wanted one does not fit, best first.

        Rows keep their aisles and give up instances instead.
        """
        relation = group.relation
        verb = relation.verb if relation else None
        if is_facing_pair(group) or self._compute_gap_between_m(group):
            yield self.arrange(group).turn()
        elif relation is not None and verb == "rows":
            yield from self._list_shorter_rows(group, relation, width_m=width_m, depth_m=depth_m)
        elif verb == "line":
            lines = [self.arrange(group)]
            if relation is not None and relation.distance_m is None:
                lines += [arrange_line(group.clusters, gap_m=gap) for gap in _TIGHT_GAPS_M]
            for line in lines:
                yield line
                yield line.turn()
        elif verb == "stack" or len(group.clusters) == 1:
            yield self.arrange(group).turn()
        else:
            yield from _list_tighter_grids(group, width_m=width_m, depth_m=depth_m)

    def _list_shorter_rows(
        self, group: Group, relation: Relation, *, width_m: float, depth_m: float
    ) -> Iterator[Block]:
        aisle = self.choose_aisle_m(group) + AISLE_SLACK_M
        bounds = [c.compute_bounds() for c in group.clusters]
        length = max(b[2] - b[0] for b in bounds) + ROW_GAP_M
        across = max(b[3] - b[1] for b in bounds)
        count, asked = len(group.clusters), relation.rows or 1
        choices = []
        for is_turned, room in ((False, (width_m, depth_m)), (True, (depth_m, width_m))):
            for rows in range(1, min(count, _SPARES) + 1):
                taken = rows * across + rows // 2 * aisle + (rows - 1) // 2 * BACK_TO_BACK_GAP_M
                longest = min(int((room[1] + ROW_GAP_M) / length), -(-count // rows))
                if taken <= room[0]:
                    choices += [
                        (min(count, rows * per_row), rows, per_row, is_turned)
                        for per_row in range(1, longest + 1)
                    ]
        choices.sort(key=lambda c: (-c[0], c[1] < asked, abs(c[1] - asked), c[3]))
        for fitting, rows, per_row, is_turned in choices[:_SPARES]:
            block = arrange_rows(
                group.clusters[:fitting], rows=rows, per_row=per_row, aisle_m=aisle
            )
            yield block.turn() if is_turned else block


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


def _list_tighter_grids(group: Group, *, width_m: float, depth_m: float) -> Iterator[Block]:
    """Yield grids that fit a floor, wide gaps and squarish ones first."""
    count, relation = len(group.clusters), group.relation
    fixed = relation.per_row if relation else None
    gaps: tuple[float, ...] = _TIGHT_GAPS_M
    if relation is not None and relation.distance_m is not None:
        gaps = (relation.distance_m,)
    tried = 0
    for gap in gaps:
        wanted = (relation.rows if relation else None) or _choose_lines(group.clusters, gap_m=gap)
        for rows in sorted(range(1, count + 1), key=lambda r: (abs(r - wanted), r)):
            per_row = fixed or -(-count // rows)
            if rows * (per_row - 1) >= count and not fixed:
                continue
            block = arrange_grid(
                group.clusters, rows=-(-count // per_row), per_row=per_row, gap_m=gap
            )
            tried += 1
            if block.width_m <= width_m and block.depth_m <= depth_m:
                yield block
            if tried >= _SPARES:
                return
