"""Judge: whether what stands in a space stands as the plan's relations want it.

Works on boxes and the parts that cover shapes, a little stricter than the certificate, which
measures surfaces. Relations that are kept by composition or by a pattern are not judged here.
Layout frame, metres.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.layout.box import Box, compute_box_gap_m
from clappper.core.layout.candidates import compute_band_m
from clappper.core.layout.cluster import compute_shape_gap_m
from clappper.core.layout.room import to_wall
from clappper.core.units import compute_yaw_deg, wrap_turn_deg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clappper.core.layout.cluster import Member
    from clappper.core.layout.models import Wall
    from clappper.core.layout.space import Space
    from clappper.core.planning.models import Relation, ScenePlan, Side

__all__ = ["SECTORS", "Judge", "find_sector"]

#: On which side of its object a verb puts something.
SECTORS: dict[str, Side] = {
    "left_of": "left",
    "right_of": "right",
    "in_front_of": "front",
    "behind": "back",
}
#: Surfaces lie farther apart than what covers them, leaves most of all: shares of the greatest
#: distance that may be.
_SHAPE_SHARE, _CLOSE_SHARE = 0.85, 0.62
#: What is farther than the nearest one by no more may be the nearest to what measures surfaces [m].
_ABOUT_M = 0.035
#: More than this off is not facing [deg]; farther off than this is not aligned [deg, m].
FACING_DEG, _ALIGNED_DEG, _ALIGNED_M = 28.0, 4.0, 0.04
#: Distances [m] to a wall, to both walls of a corner, to the middle of an object, to a line.
_WALL_M, _CORNER_M, _MIDDLE_M, _LINE_M = 0.28, 0.75, 0.2, 0.4
#: Half the width of a diagonal, as a share of the half side of what it parts the sides of.
_DIAGONAL = 0.1
#: Stretch between two things that is between them, as shares of the way.
_BETWEEN = (0.2, 0.8)


class Judge:
    """Counts what stands otherwise than a plan wants it."""

    def __init__(self, plan: ScenePlan, space: Space) -> None:
        self._space = space
        self._relations: dict[str, list[Relation]] = {}
        #: Items whose relations depend on where an item stands, itself among them.
        self._concerned: dict[str, set[str]] = {}
        paired = {(r.subject, r.object) for r in plan.relations if r.verb == "paired_with"}
        for relation in plan.relations:
            is_pair = (relation.subject, relation.object) in paired
            if relation.verb in _VERBS and not is_pair:
                self._relations.setdefault(relation.subject, []).append(relation)
            for other in (relation.object, relation.object2):
                self._concerned.setdefault(other or "", set()).add(relation.subject)

    @staticmethod
    def can_tell(verb: str) -> bool:
        """Tell whether a verb is judged here; composition and patterns keep the others."""
        return verb in _VERBS

    def get_relations(self, item: str) -> list[Relation]:
        """Return the relations of an item that can be judged, in the plan's order."""
        return self._relations.get(item, [])

    def list_unmet(self, item: str) -> list[tuple[Relation, Member]]:
        """Return which relations which instances of an item do not keep."""
        members = self._space.get_members(item)
        return [
            (relation, member)
            for relation in self.get_relations(item)
            for member in members
            if not self.holds(relation, member)
        ]

    def count_concerned(self, item: str) -> int:
        """Return how many relations are not kept of an item and of what stands to it."""
        items = {item, *self._concerned.get(item, ())}
        return sum(len(self.list_unmet(other)) for other in items)

    def holds(self, relation: Relation, member: Member) -> bool:
        """Tell whether an instance stands as a relation wants it; to what is not there it does."""
        return _VERBS[relation.verb](self._space, relation, member)


def find_sector(box: Box, target: Box) -> Side | None:
    """Return on which side of a target a box stands; the target's diagonals part the sides.

    So near to a diagonal that its shape may stand on either side, it is on none.
    """
    x, y = target.to_local(box.x, box.y)
    # What is thin, such as a door, has sides as well.
    least = max(target.half_x, target.half_y) / 2
    x, y = x / max(target.half_x, least), y / max(target.half_y, least)
    if abs(abs(x) - abs(y)) < _DIAGONAL:
        return None
    if abs(y) >= abs(x):
        return "front" if y < 0.0 else "back"
    return "left" if x > 0.0 else "right"


def _list_objects(space: Space, relation: Relation, member: Member) -> list[Member]:
    return [m for m in space.get_members(relation.object or "") if m.id != member.id]


def _list_nearest(member: Member, targets: Sequence[Member]) -> list[Member]:
    """Return what may be the nearest of several."""
    if len(targets) < 2:
        return list(targets)
    box = member.compute_box()
    coarse = [compute_box_gap_m(box, t.compute_box()) for t in targets]
    reach = min(coarse)
    # A hollow one may be farther than its box is.
    near = [t for t, gap in zip(targets, coarse, strict=True) if gap <= max(reach, 0.0) + 2.0]
    gaps = [compute_shape_gap_m(member, t, limit_m=math.inf) for t in near]
    least = min(gaps)
    return [t for t, gap in zip(near, gaps, strict=True) if gap <= least + _ABOUT_M]


def _is_near(space: Space, relation: Relation, member: Member) -> bool:
    targets = _list_objects(space, relation, member)
    _, high = compute_band_m(relation)
    limit = high * (_CLOSE_SHARE if relation.verb == "next_to" else _SHAPE_SHARE)
    return not targets or any(
        compute_shape_gap_m(member, target, limit_m=limit) <= limit for target in targets
    )


def _is_far(space: Space, relation: Relation, member: Member) -> bool:
    return _keeps_off(space, relation, member, compute_band_m(relation)[0] - 0.1)


def _is_across(space: Space, relation: Relation, member: Member) -> bool:
    low, _ = compute_band_m(relation)
    return _keeps_off(space, relation, member, low) and _is_near(space, relation, member)


def _keeps_off(space: Space, relation: Relation, member: Member, low_m: float) -> bool:
    box = member.compute_box()
    return all(
        compute_box_gap_m(box, target.compute_box(), limit_m=low_m) >= low_m
        for target in _list_objects(space, relation, member)
    )


def _is_aside(space: Space, relation: Relation, member: Member) -> bool:
    box = member.compute_box()
    targets = [
        t.compute_box() for t in _list_nearest(member, _list_objects(space, relation, member))
    ]
    return all(find_sector(box, target) == SECTORS[relation.verb] for target in targets)


def _is_between(space: Space, relation: Relation, member: Member) -> bool:
    ones = _list_objects(space, relation, member)
    others = space.get_members(relation.object2) if relation.object2 else ones
    pairs = [(a, b) for a in ones for b in others if a.id != b.id]
    allowed = max(_LINE_M, 0.4 * min(member.footprint.width_m, member.footprint.depth_m))
    return not pairs or any(_is_on_way(member, a, b, allowed) for a, b in pairs)


def _is_on_way(member: Member, a: Member, b: Member, allowed_m: float) -> bool:
    way_x, way_y = b.x - a.x, b.y - a.y
    length = math.hypot(way_x, way_y) or 1e-9
    x, y = member.x - a.x, member.y - a.y
    share = (x * way_x + y * way_y) / length**2
    return _BETWEEN[0] <= share <= _BETWEEN[1] and abs(way_x * y - way_y * x) / length <= allowed_m


def _is_facing(space: Space, relation: Relation, member: Member) -> bool:
    if relation.object == "camera":
        points = [space.eye] if space.eye else []
    elif relation.object in ("room", None):
        points = [] if relation.side else [(0.0, 0.0)]
    else:
        nearest = _list_nearest(member, _list_objects(space, relation, member))
        return all(
            any(_looks_at(member, point) for point in _list_points(member, target.compute_box()))
            for target in nearest
        )
    return not points or any(_looks_at(member, point) for point in points)


def _list_points(member: Member, box: Box) -> list[tuple[float, float]]:
    """Return the points of a box of which one is to be faced: its middle, and its nearest one."""
    x, y = box.to_local(member.x, member.y)
    x = min(max(x, -box.half_x), box.half_x)
    y = min(max(y, -box.half_y), box.half_y)
    (ux, uy), (vx, vy) = box.compute_axes()
    return [(box.x, box.y), (box.x + x * ux + y * vx, box.y + x * uy + y * vy)]


def _looks_at(member: Member, point: tuple[float, float]) -> bool:
    x, y = point[0] - member.x, point[1] - member.y
    if math.hypot(x, y) < 1e-6:
        return True
    return abs(wrap_turn_deg(member.yaw_deg - compute_yaw_deg(x, y))) <= FACING_DEG


def _is_aligned(space: Space, relation: Relation, member: Member) -> bool:
    targets = _list_objects(space, relation, member)
    return not targets or any(_shares_line(member.compute_box(), t.compute_box()) for t in targets)


def _shares_line(box: Box, target: Box) -> bool:
    """Tell whether two boxes have edges or middles on one line."""
    turn = abs(wrap_turn_deg(box.yaw_deg - target.yaw_deg)) % 90.0
    if min(turn, 90.0 - turn) > _ALIGNED_DEG:
        return False
    own = [target.to_local(x, y) for x, y in box.compute_corners()]
    for axis, half in ((0, target.half_x), (1, target.half_y)):
        low, high = min(p[axis] for p in own), max(p[axis] for p in own)
        offsets = (low + half, high - half, (low + high) / 2)
        if min(map(abs, offsets)) <= _ALIGNED_M:
            return True
    return False


def _measure_walls(space: Space, member: Member) -> dict[Wall, float]:
    x_min, y_min, x_max, y_max = member.compute_box().compute_bounds()
    half_x, half_y = space.room.size_m.x / 2, space.room.size_m.y / 2
    gaps: dict[Wall, float] = {
        "west": x_min + half_x,
        "east": half_x - x_max,
        "south": y_min + half_y,
        "north": half_y - y_max,
    }
    return {wall: gap for wall, gap in gaps.items() if wall in space.room.walls}


def _is_at_wall(space: Space, relation: Relation, member: Member) -> bool:
    gaps = _measure_walls(space, member)
    if relation.side is not None:
        gaps = {wall: gap for wall, gap in gaps.items() if wall == to_wall(relation.side)}
    limit = max(_WALL_M, relation.distance_m or 0.0)
    return min(gaps.values(), default=math.inf) <= limit


def _is_in_corner(space: Space, relation: Relation, member: Member) -> bool:
    gaps = _measure_walls(space, member)
    along_x = min(gaps.get("west", math.inf), gaps.get("east", math.inf))
    along_y = min(gaps.get("south", math.inf), gaps.get("north", math.inf))
    return max(along_x, along_y) <= _CORNER_M


def _is_in_middle(space: Space, relation: Relation, member: Member) -> bool:
    targets = _list_objects(space, relation, member)
    if targets:
        return any(math.hypot(t.x - member.x, t.y - member.y) <= _MIDDLE_M for t in targets)
    if relation.object not in (None, "room"):
        return True
    group = space.get_members(member.item)
    x, y = sum(m.x for m in group) / len(group), sum(m.y for m in group) / len(group)
    size = space.room.size_m
    return abs(x) <= max(0.45, 0.09 * size.x) and abs(y) <= max(0.45, 0.09 * size.y)


_VERBS: dict[str, Callable[[Space, Relation, Member], bool]] = {
    "near": _is_near,
    "next_to": _is_near,
    "far_from": _is_far,
    "across_from": _is_across,
    "left_of": _is_aside,
    "right_of": _is_aside,
    "in_front_of": _is_aside,
    "behind": _is_aside,
    "between": _is_between,
    "facing": _is_facing,
    "aligned_with": _is_aligned,
    "along_wall": _is_at_wall,
    "in_corner": _is_in_corner,
    "centered": _is_in_middle,
}
