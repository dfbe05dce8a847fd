"""Repair: moves what does not stand as the plan wants it to a place where it does.

For what the order of placing cannot see: a second relation of an item, and things that were turned
or moved after others had been placed by them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.layout.beside import draw_between
from clappper.core.layout.candidates import Pose, sample_beside, sample_corner, sample_wall
from clappper.core.layout.gaze import choose_told_yaw
from clappper.core.layout.roles import is_block, is_in_wall

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from clappper.core.layout.box import Box
    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.compose import Group
    from clappper.core.layout.judge import Judge
    from clappper.core.layout.space import Space
    from clappper.core.planning.models import Relation

    _Yaw = Callable[[float, float], float]

__all__ = ["repair_relations"]

#: Rounds over all groups, instances that are looked at in all, and places tried for each.
_ROUNDS, _LIMIT, _TRIES = 2, 24, 160
#: How far something goes that only has to turn [m], and what is in the middle may be off it [m].
_STEP_M, _OFF_M = 0.8, 0.3


def repair_relations(
    space: Space, groups: Sequence[Group], judge: Judge, rng: random.Random
) -> bool:
    """Move instances until more relations hold; return whether any was moved.

    Patterns that were asked for keep their shape, and nothing is moved that would make another
    relation fail for it.
    """
    moved = False
    left = _LIMIT
    for _ in range(_ROUNDS):
        moved_now = False
        for group in groups:
            is_pattern = is_block(group) and group.relation is not None and len(group.clusters) > 1
            if is_in_wall(group) or is_pattern:
                continue
            unmet = {member.id for _, member in judge.list_unmet(group.item.id)}
            for id_ in sorted(unmet)[: max(left, 0)]:
                left -= 1
                moved_now |= _move(space, group, id_, judge, rng)
        moved |= moved_now
        if not moved_now:
            break
    return moved


def _move(space: Space, group: Group, id_: str, judge: Judge, rng: random.Random) -> bool:
    """Move a cluster to where fewer relations fail, its own and those of what stands to it."""
    cluster = space.get_cluster(id_)
    if cluster is None:
        return False
    item = group.item.id
    relations = judge.get_relations(item)
    placing = [r for r in relations if r.verb != "facing"] or relations
    number = [m.id for m in space.get_members(item)].index(id_)
    draws = _Draws(space, cluster, choose_told_yaw(space, group), rng)

    def count_own() -> int:
        member = space.get_members(item)[number]
        return sum(not judge.holds(relation, member) for relation in relations)

    own, total = count_own(), judge.count_concerned(item)
    is_moved = False
    for relation in itertools.islice(itertools.cycle(placing), _TRIES):
        before = space.get_members(item)[number]
        pose = draws.draw(relation, Pose(before.x, before.y, before.yaw_deg))
        shift = (pose.x - before.x, pose.y - before.y) if pose else None
        if pose is None or shift is None or not space.turn(id_, pose.yaw_deg, shift):
            continue
        own_now = count_own()
        total_now = judge.count_concerned(item) if own_now < own else total
        if own_now < own and total_now < total:
            own, total, is_moved = own_now, total_now, True
            if not own:
                break
        else:
            space.turn(id_, before.yaw_deg, (-shift[0], -shift[1]))
    return is_moved


@dataclass(frozen=True)
class _Draws:
    """Draws poses for a cluster, which looks where it is told to."""

    space: Space
    cluster: Cluster
    told: _Yaw | None
    rng: random.Random

    def draw(self, relation: Relation, at: Pose) -> Pose | None:
        """Return a pose at which a relation may hold for what stands somewhere now, or None."""
        room = self.space.room
        target = self._pick(self.space.get_boxes(relation.object or ""))
        if relation.verb == "along_wall":
            pose = sample_wall(self.rng, self.cluster, room, relation.side)
            return self._look(pose)
        if relation.verb == "in_corner":
            index = int(self.rng.random() * 4)
            return self._look(sample_corner(self.rng, self.cluster, room, index, is_shared=True))
        if relation.verb == "centered":
            middle = at if target is None else Pose(target.x, target.y, at.yaw_deg)
            return self._draw_about(middle, _OFF_M)
        if relation.verb == "facing":
            # What only has to look somewhere may stand anywhere, best where it is.
            is_near = self.rng.random() < 0.5
            return self._draw_about(at, _STEP_M if is_near else max(room.size_m.x, room.size_m.y))
        if target is None:
            return self._draw_about(at, _STEP_M)
        return self._draw_beside(relation, target, at)

    def _draw_beside(self, relation: Relation, target: Box, at: Pose) -> Pose | None:
        yaw = self.told or _keep(at.yaw_deg)
        if relation.verb == "between":
            others = self.space.get_boxes(relation.object2 or relation.object or "")
            other = self._pick([box for box in others if box is not target])
            return draw_between(self.rng, target, other, yaw, effort=0) if other else None
        if relation.verb == "aligned_with":
            yaw = _keep(target.yaw_deg)
        return sample_beside(self.rng, self.cluster, target, relation, yaw, effort=1)

    def _pick(self, boxes: Sequence[Box]) -> Box | None:
        return boxes[int(self.rng.random() * len(boxes))] if boxes else None

    def _look(self, pose: Pose | None) -> Pose | None:
        if pose is None or self.told is None:
            return pose
        return Pose(pose.x, pose.y, self.told(pose.x, pose.y))

    def _draw_about(self, at: Pose, reach_m: float) -> Pose:
        x = at.x + (self.rng.random() * 2.0 - 1.0) * reach_m
        y = at.y + (self.rng.random() * 2.0 - 1.0) * reach_m
        return self._look(Pose(x, y, at.yaw_deg)) or at


def _keep(yaw_deg: float) -> _Yaw:
    return lambda _x, _y: yaw_deg
