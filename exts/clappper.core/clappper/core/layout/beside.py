"""Beside: clusters that stand by the instances of another item.

Layout frame, metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clappper.core.layout.best import COMFORT_M, ROUNDS, place_best
from clappper.core.layout.box import Box, compute_box_gap_m
from clappper.core.layout.candidates import Pose, compute_band_m, sample_beside
from clappper.core.layout.cluster import compute_shape_gap_m, is_like_any
from clappper.core.layout.gaze import choose_yaw, turn_to_each_other
from clappper.core.layout.judge import SECTORS, find_sector
from clappper.core.layout.traits import is_person

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from clappper.core.layout.cluster import Cluster, Member
    from clappper.core.layout.compose import Group
    from clappper.core.layout.space import Space
    from clappper.core.planning.models import Relation

__all__ = ["draw_between", "place_beside"]

#: How far what covers two shapes may be apart, as shares of what a verb allows, by effort.
_SHAPE_SHARES = {"near": (0.6, 0.75, 0.9), "next_to": (0.3, 0.4, 0.5)}
#: By how much the target is nearer than others of its kind, by effort [m].
_NEAREST_MARGIN_M = (0.4, 0.2, 0.05)
#: At this height things are in each other's way [m].
_KNEE_M = 0.4
#: Free floor for what is to stand between two of a kind [m].
_PARTED_M = 1.2
#: Instances of the object that are tried for one cluster.
_TARGETS = 12


def place_beside(
    space: Space, group: Group, rng: random.Random, *, is_parted: bool = False
) -> list[Cluster]:
    """Place a group's clusters by the instances of another item; return those that found no place.

    They are dealt out evenly; where an instance has no room beside it, the next one is tried.
    People stand in a group that talks. With ``is_parted`` something else is to stand between them.
    """
    relation = group.relation
    if relation is None or relation.object is None:
        return list(group.clusters)
    targets = space.get_boxes(relation.object)
    is_people = is_person(group.clusters[0].anchor.footprint.category)
    bodies = space.get_members(relation.object)
    host = _Host(space, group, relation, targets, bodies, rng, is_parted=is_parted)
    unplaced: list[Cluster] = []
    for index, cluster in enumerate(group.clusters):
        first = 0 if is_people and host.company else index % len(targets)
        order = [*targets[first:], *targets[:first]][:_TARGETS]
        if is_like_any(cluster, unplaced) or not any(
            host.place(cluster, target, effort) for effort in range(3) for target in order
        ):
            unplaced.append(cluster)
    if is_people and group.facing is None:
        turn_to_each_other(space, group, rng)
    return unplaced


@dataclass(frozen=True)
class _Host:
    """What a group stands by, and those of the group that stand by it already."""

    space: Space
    group: Group
    relation: Relation
    targets: Sequence[Box]
    bodies: Sequence[Member]
    rng: random.Random
    is_parted: bool
    company: list[Box] = field(default_factory=list)

    def place(self, cluster: Cluster, target: Box, effort: int) -> bool:
        """Place a cluster by one of the targets, as well as the effort allows."""
        relation = self.relation
        yaw = choose_yaw(self.space, self.group, target, self.rng)
        others = self.space.get_boxes(relation.object2) if relation.object2 else self.targets
        rest = [box for box in others if box is not target]
        nearest = _choose_other(target, rest)

        def draw() -> Pose | None:
            if relation.verb == "between" and nearest is not None:
                other = rest[int(self.rng.random() * len(rest))] if effort else nearest
                return draw_between(self.rng, target, other, yaw, effort=effort)
            pose = sample_beside(self.rng, cluster, target, relation, yaw, effort=effort)
            margin = _NEAREST_MARGIN_M[effort]
            is_by = pose is not None and self._stands_by(cluster, pose, target, margin_m=margin)
            return pose if is_by else None

        def score(moved: Cluster) -> float:
            nearness = 3.0 if relation.verb == "next_to" else 0.3
            return _score_beside(self.space, moved, target, tuple(self.company), nearness)

        def is_good(moved: Cluster) -> bool:
            if effort < 2 and relation.verb == "across_from" and not self._sees(moved, target):
                return False
            if effort < 2 and self.is_parted and self.company and not self._leaves_room(moved):
                return False
            return _is_within(moved, self.bodies, relation, effort)

        is_placed = place_best(
            self.space,
            cluster,
            draw,
            score,
            rounds=max(2, ROUNDS // len(self.targets)),
            is_good=is_good,
            in_aisle=relation.verb == "between",
        )
        if is_placed:
            self.company.append(self.space.get_boxes(self.group.item.id)[-1])
        return is_placed

    def _stands_by(self, cluster: Cluster, pose: Pose, target: Box, *, margin_m: float) -> bool:
        """Tell whether a pose is by its target and no other one spoils the relation.

        For the sides of a target it is the nearest one by a margin [m].
        """
        verb = self.relation.verb
        box = cluster.move(pose.x, pose.y, pose.yaw_deg).anchor.compute_box()
        if verb in ("far_from", "across_from"):
            low, _ = compute_band_m(self.relation)
            return all(compute_box_gap_m(box, b, limit_m=low) >= low for b in self.targets)
        if verb not in SECTORS:
            return True
        least = compute_box_gap_m(box, target) + margin_m
        is_nearest = all(
            other is target or compute_box_gap_m(box, other, limit_m=least) >= least
            for other in self.targets
        )
        return is_nearest and find_sector(box, target) == SECTORS[verb]

    def _leaves_room(self, moved: Cluster) -> bool:
        """Tell whether there is free floor between a cluster and the last one placed."""
        last = self.company[-1]
        gap = compute_box_gap_m(moved.anchor.compute_box(), last, limit_m=_PARTED_M)
        return gap >= _PARTED_M and self._sees(moved, last)

    def _sees(self, moved: Cluster, target: Box) -> bool:
        """Tell whether nothing stands between a cluster and a box."""
        eye = (moved.anchor.x, moved.anchor.y, _KNEE_M)
        at = (target.x, target.y, _KNEE_M)
        return not any(
            box is not target and box.compute_ray_entry(eye, at) is not None
            for box in self.space.get_all_boxes()
        )


def _is_within(cluster: Cluster, bodies: Sequence[Member], relation: Relation, effort: int) -> bool:
    """Tell whether shapes, not only the boxes around them, are as near as the relation wants.

    Surfaces lie farther apart than what covers them.
    """
    if relation.verb not in _SHAPE_SHARES:
        return True
    _, high = compute_band_m(relation)
    limit = high * _SHAPE_SHARES[relation.verb][effort]
    return any(compute_shape_gap_m(cluster.anchor, body, limit_m=limit) <= limit for body in bodies)


def _score_beside(
    space: Space, moved: Cluster, target: Box, company: tuple[Box, ...], nearness: float
) -> float:
    box = moved.compute_boxes()[0]
    comfort = COMFORT_M.get(moved.anchor.footprint.category, 0.4)
    value = space.compute_clearance_m(box, limit_m=comfort) / comfort
    if company:
        x = sum(b.x for b in company) / len(company)
        y = sum(b.y for b in company) / len(company)
        value -= 0.8 * abs(math.hypot(box.x - x, box.y - y) - 1.1)
    # Rather nearer than farther: triangles may lie farther apart than the boxes around them.
    value -= nearness * min(compute_box_gap_m(box, target), 3.0)
    # Before the object as seen from the camera in the south, rather than hidden behind it.
    value += 0.25 * max(-1.0, min(1.0, (target.y - box.y) / 2.0))
    return value


def _choose_other(target: Box, rest: Sequence[Box]) -> Box | None:
    """Return the nearest of the rest that leaves something to stand between, or the nearest."""
    roomy = [b for b in rest if compute_box_gap_m(target, b) > 0.5]
    return min(
        roomy or rest, key=lambda b: math.hypot(b.x - target.x, b.y - target.y), default=None
    )


def draw_between(
    rng: random.Random, a: Box, b: Box, yaw: Callable[[float, float], float], *, effort: int
) -> Pose:
    """Return a pose on the way between two boxes, the nearer to its middle the less the effort."""
    span = 0.3 if effort == 0 else 0.6
    share = 0.5 + (rng.random() - 0.5) * span
    x, y = a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)
    length = math.hypot(b.x - a.x, b.y - a.y) or 1.0
    offset = (rng.random() - 0.5) * (0.4 if effort == 0 else 0.9)
    x, y = x - (b.y - a.y) / length * offset, y + (b.x - a.x) / length * offset
    return Pose(x, y, yaw(x, y))
