"""How instances stand to each other and to the room: penetration, boundary, smallest gap."""

from __future__ import annotations

import functools
import heapq
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.stage.collision import (
    CollisionWorld,
    compute_bound_gaps,
    iterate_near_pairs,
)
from clappper.core.stage.models import Collision, GeometryReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.stage.inspect import Body, Scene, Wall
    from clappper.core.stage.support import Support

__all__ = ["find_collisions", "measure_geometry"]

#: Measuring tolerance at the room's boundary [m].
BOUND_SLACK_M = 2e-3


def find_collisions(scene: Scene, world: CollisionWorld) -> list[Collision]:
    """Return what penetrates: instances among each other, and instances and their surroundings."""
    collisions = []
    for others in (scene.instances, scene.surroundings):
        for a, b in iterate_near_pairs(scene.instances, others, 0.0):
            if scene.is_backdrop(b) and not world.is_touching(a, b, np.zeros(3)):
                continue
            depth = world.compute_depth(a, b)
            if depth > 0.0:
                collisions.append(Collision(a=a.prim_path, b=b.prim_path, depth_m=round(depth, 4)))
    return collisions


def measure_geometry(
    scene: Scene,
    world: CollisionWorld,
    collisions: list[Collision],
    supports: Mapping[Body, Support],
    in_walls: Mapping[Body, Wall],
) -> GeometryReport:
    """Sum up where instances stand: collisions, room boundary, support, smallest gap."""
    gap = _measure_least_gap(scene, world, supports)
    return GeometryReport(
        method="triangles",
        collisions=tuple(collisions),
        out_of_bounds=tuple(
            body.prim_path
            for body in scene.instances
            if scene.is_structured and _is_outside(scene, body, in_walls)
        ),
        unsupported=tuple(body.prim_path for body, support in supports.items() if support.problem),
        min_gap_m=None if gap is None else round(gap, 4),
        unverified=scene.unverified,
    )


def _measure_least_gap(
    scene: Scene, world: CollisionWorld, supports: Mapping[Body, Support]
) -> float | None:
    """Return the smallest distance [m] of two instances neither of which rests on the other."""
    bodies = scene.instances
    bounds = scene.bounds[: len(bodies)]

    @functools.cache
    def list_later(index: int) -> list[tuple[float, int]]:
        gaps = compute_bound_gaps(bounds[index], bounds[index + 1 :])
        order = np.argsort(gaps, kind="stable")
        return list(zip(gaps[order].tolist(), (order + index + 1).tolist(), strict=True))

    # What to look at next, by what the gap is at least [m]: a body and a place in its list of later
    # ones, as their bounds tell, or two bodies (true), as the bounds of their parts tell.
    waiting = [
        (float(compute_bound_gaps(bounds[index], bounds[index + 1 :]).min()), False, index, 0)
        for index in range(len(bodies) - 1)
    ]
    heapq.heapify(waiting)
    best = float("inf")
    while waiting and waiting[0][0] < best:
        least, is_pair, index, number = heapq.heappop(waiting)
        if is_pair:
            best = min(best, world.compute_gap(bodies[index], bodies[number]))
            continue
        later = list_later(index)
        if number + 1 < len(later):
            heapq.heappush(waiting, (later[number + 1][0], False, index, number + 1))
        other = later[number][1]
        a, b = bodies[index], bodies[other]
        if not supports or not (b in supports[a].bodies or a in supports[b].bodies):
            least = max(least, world.estimate_gap(a, b))
            heapq.heappush(waiting, (least, True, index, other))
    return None if best == float("inf") else best


def _is_outside(scene: Scene, body: Body, in_walls: Mapping[Body, Wall]) -> bool:
    """Return whether a body leaves the room.

    What stands in a wall may reach through its thickness.
    """
    room = scene.room
    if room is None:
        return False
    lower, upper = room.lower - BOUND_SLACK_M, room.upper + BOUND_SLACK_M
    if body in in_walls:
        axis, sign, inner = room.get_plane(in_walls[body])
        reach = inner + sign * (room.thickness_m[in_walls[body]] + BOUND_SLACK_M)
        (upper if sign > 0 else lower)[axis] = reach
    return bool((body.bound[0] < lower).any() or (body.bound[1] > upper).any())
