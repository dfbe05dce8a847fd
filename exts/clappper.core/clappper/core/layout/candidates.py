"""Candidates: for a free-standing cluster and a verb, where it may stand and how good that is.

A verb is a sampler of poses and a measure that must hold for the pose; the solver takes the best
that fits. Layout frame, metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.layout.box import Box, compute_box_gap_m
from clappper.core.layout.room import WALL_YAW_DEG, to_wall
from clappper.core.units import compute_heading, compute_yaw_deg

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.models import Room, Wall
    from clappper.core.planning.models import Relation, Side

__all__ = [
    "WALL_CLEARANCE_M",
    "Pose",
    "Region",
    "compute_band_m",
    "list_wall_places",
    "look_at",
    "measure_walls_m",
    "sample_beside",
    "sample_corner",
    "sample_region",
    "sample_wall",
]

#: Distance kept to walls [m]: skirting boards are 15 mm thick.
WALL_CLEARANCE_M = 0.04

#: Least and greatest gap [m] between subject and object by verb; SceneEval's definitions where they
#: exist.
_BANDS: dict[str, tuple[float, float]] = {
    "near": (0.3, 1.5),
    "next_to": (0.05, 0.5),
    "across_from": (1.5, 4.0),
    "far_from": (4.1, 60.0),
    "left_of": (0.1, 1.5),
    "right_of": (0.1, 1.5),
    "in_front_of": (0.3, 4.0),
    "behind": (0.1, 1.5),
    "between": (0.02, 30.0),
    "aligned_with": (0.1, 6.0),
    "under": (0.05, 0.5),
    "inside": (0.05, 0.5),
}

#: How far from one wall of a corner things may stand that share it, and steps along walls [m].
_CORNER_M, _WALL_STEP_M = 0.7, 0.05

#: How far out a side of an object still reaches when it is crowded [m].
_FAR_SIDE_M = 4.0

#: Direction from the object in the object's own frame (it faces -Y), as an angle from its front,
#: counter-clockwise.
_ANGLES: dict[str, float] = {
    "in_front_of": 0.0,
    "right_of": 270.0,
    "behind": 180.0,
    "left_of": 90.0,
    "across_from": 0.0,
}
_ALIGNED, _ALL_SIDES = (90.0, 270.0), (0.0, 90.0, 180.0, 270.0)
_SIDE_ANGLES: dict[str, float] = {"front": 0.0, "right": 270.0, "back": 180.0, "left": 90.0}


@dataclass(frozen=True)
class Pose:
    """Where an anchor stands: x, y [m], yaw [deg]."""

    x: float
    y: float
    yaw_deg: float


@dataclass(frozen=True)
class Region:
    """A rectangle of floor, x and y from-to [m]."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float


def compute_band_m(relation: Relation) -> tuple[float, float]:
    """Return the least and greatest gap [m] that satisfies a relation.

    A distance the user gave is the greatest. What found no place on, around or with its object
    stands next to it.
    """
    low, high = _BANDS.get(relation.verb, _BANDS["next_to"])
    if relation.distance_m is not None:
        if relation.verb == "far_from":
            return relation.distance_m + 0.1, 60.0
        return min(low, relation.distance_m), relation.distance_m
    return low, high


def sample_region(
    rng: random.Random, region: Region, yaw_deg: Callable[[float, float], float]
) -> Pose:
    """Return a uniform pose in a region, looking where ``yaw_deg(x, y)`` says."""
    x = region.x_min + rng.random() * (region.x_max - region.x_min)
    y = region.y_min + rng.random() * (region.y_max - region.y_min)
    return Pose(x, y, yaw_deg(x, y))


def sample_beside(
    rng: random.Random,
    cluster: Cluster,
    target: Box,
    relation: Relation,
    yaw_deg: Callable[[float, float], float],
    *,
    effort: int,
) -> Pose | None:
    """Return a pose whose gap to the target box lies in the verb's band, or None for a bad draw.

    It is on the verb's side. Sides of an object are meant in its own frame: its front is where it
    faces, its left is at its left hand.

    Args:
        rng: Draws.
        cluster: What is to stand there.
        target: Box of the object.
        relation: Verb, side and distance.
        yaw_deg: How the cluster looks at a place (x, y).
        effort: 0 looks well inside the band, 1 in all of it, 2 also farther out on a verb's side.
    """
    low, high = compute_band_m(relation)
    # Well inside: triangles lie farther apart than the boxes around them, and people turn to each
    # other afterwards.
    slack = (0.25 if high - low > 0.5 else 0.45) * min(high - low, 1.2)
    slack = max(0.03, slack * (1.0 - 0.5 * effort))
    spread_deg = 25.0
    if effort > 1 and relation.verb in _ANGLES:
        high, spread_deg = max(high, _FAR_SIDE_M), 44.0
    low, high = low + 0.02, min(high - slack, low + 6.0)
    angle = _ANGLES.get(relation.verb, _SIDE_ANGLES.get(relation.side or ""))
    if effort > 1 and relation.verb == "across_from":
        angle = None  # before it is best, but it is no side
    if relation.verb == "aligned_with":
        # Side by side looks aligned most; one behind the other is so too.
        angle, spread_deg = rng.choice(_ALIGNED if effort == 0 else _ALL_SIDES), 0.0
    if angle is None:
        x, y = _draw_around(rng, cluster, target, high)
        yaw = yaw_deg(x, y)
    else:
        x, y, yaw = _draw_aside(
            rng,
            cluster,
            target,
            angle_deg=angle,
            spread_deg=spread_deg,
            band_m=(low, high),
            yaw_deg=yaw_deg,
        )
    measured = compute_box_gap_m(cluster.move(x, y, yaw).compute_boxes()[0], target)
    return Pose(x, y, yaw) if low - 0.02 <= measured <= high else None


def _draw_around(
    rng: random.Random, cluster: Cluster, target: Box, reach_m: float
) -> tuple[float, float]:
    """Return a point about a box, as far as the cluster's own size and the reach [m] go."""
    x_min, y_min, x_max, y_max = cluster.compute_bounds()
    own = math.hypot(x_max - x_min, y_max - y_min) / 2
    (ux, uy), (vx, vy) = target.compute_axes()
    along = (rng.random() * 2.0 - 1.0) * (target.half_x + reach_m + own)
    across = (rng.random() * 2.0 - 1.0) * (target.half_y + reach_m + own)
    return target.x + along * ux + across * vx, target.y + along * uy + across * vy


def _draw_aside(
    rng: random.Random,
    cluster: Cluster,
    target: Box,
    *,
    angle_deg: float,
    spread_deg: float,
    band_m: tuple[float, float],
    yaw_deg: Callable[[float, float], float],
) -> tuple[float, float, float]:
    """Return a pose on one side of a box, an angle from its front."""
    gap = band_m[0] + rng.random() * max(band_m[1] - band_m[0], 0.0)
    direction_yaw = target.yaw_deg + angle_deg + (rng.random() * 2.0 - 1.0) * spread_deg
    dx, dy = compute_heading(direction_yaw)
    reach = _compute_reach(target, dx, dy) + gap
    x, y = target.x + dx * reach, target.y + dy * reach
    yaw = yaw_deg(x, y)
    x_min, y_min, x_max, y_max = cluster.move(0.0, 0.0, yaw).compute_bounds()
    half = abs(dx) * (x_max - x_min) / 2 + abs(dy) * (y_max - y_min) / 2
    return x + dx * half, y + dy * half, yaw


def _compute_reach(box: Box, dx: float, dy: float) -> float:
    """Return how far the box's edge lies from its centre along a unit direction [m]."""
    (ux, uy), (vx, vy) = box.compute_axes()
    along_x, along_y = abs(dx * ux + dy * uy), abs(dx * vx + dy * vy)
    reaches = []
    if along_x > 1e-9:
        reaches.append(box.half_x / along_x)
    if along_y > 1e-9:
        reaches.append(box.half_y / along_y)
    return min(reaches)


def sample_wall(rng: random.Random, cluster: Cluster, room: Room, side: Side | None) -> Pose:
    """Return a pose with its back to a wall and its front to the room.

    No side means any built wall but the south one.
    """
    walls = _choose_walls(room, side)
    wall = walls[int(rng.random() * len(walls))]
    return Pose(*_stand_at_wall(cluster, room, wall, rng.random()), WALL_YAW_DEG[wall])


def measure_walls_m(room: Room, side: Side | None) -> float:
    """Return the length of the walls that ``sample_wall`` draws from [m]."""
    walls = _choose_walls(room, side)
    return sum(room.size_m.x if w in ("north", "south") else room.size_m.y for w in walls)


def _choose_walls(room: Room, side: Side | None) -> list[Wall]:
    if side is not None:
        return [to_wall(side)]
    return [w for w in room.walls if w != "south"] or ["north"]


def _stand_at_wall(cluster: Cluster, room: Room, wall: Wall, share: float) -> tuple[float, float]:
    """Return where a cluster stands with its back to a wall, a share of the way along it."""
    x_min, y_min, x_max, y_max = cluster.move(0.0, 0.0, WALL_YAW_DEG[wall]).compute_bounds()
    gap = WALL_CLEARANCE_M + 0.01
    half_x, half_y = room.size_m.x / 2, room.size_m.y / 2
    x = -half_x + gap - x_min + share * max(0.0, room.size_m.x - 2 * gap - (x_max - x_min))
    y = -half_y + gap - y_min + share * max(0.0, room.size_m.y - 2 * gap - (y_max - y_min))
    if wall == "north":
        y = half_y - gap - y_max
    elif wall == "south":
        y = -half_y + gap - y_min
    elif wall == "east":
        x = half_x - gap - x_max
    else:
        x = -half_x + gap - x_min
    return x, y


def sample_corner(
    rng: random.Random, cluster: Cluster, room: Room, index: int, *, is_shared: bool
) -> Pose | None:
    """Return a pose in a corner, the northern ones first, turned to the middle of the room.

    Where it is shared with another, it is so near to one of the walls only. There is no pose in a
    corner without walls.
    """
    corners: tuple[tuple[Wall, Wall], ...] = (
        ("north", "west"),
        ("north", "east"),
        ("south", "east"),
        ("south", "west"),
    )
    across, along = corners[index % 4]
    if across not in room.walls or along not in room.walls:
        return None
    yaw = 0.0 if across == "north" else 180.0
    x_min, y_min, x_max, y_max = cluster.move(0.0, 0.0, yaw).compute_bounds()
    gaps = [WALL_CLEARANCE_M + 0.01 + rng.random() * 0.15] * 2
    if is_shared:
        gaps[int(rng.random() * 2)] = WALL_CLEARANCE_M + rng.random() * _CORNER_M
    half_x, half_y = room.size_m.x / 2, room.size_m.y / 2
    x = half_x - gaps[0] - x_max if along == "east" else -half_x + gaps[0] - x_min
    y = half_y - gaps[1] - y_max if across == "north" else -half_y + gaps[1] - y_min
    return Pose(x, y, yaw)


def list_wall_places(cluster: Cluster, room: Room, side: Side | None) -> list[Pose]:
    """Return the places along the walls that ``sample_wall`` draws from, from one end on."""
    poses = []
    for wall in _choose_walls(room, side):
        yaw = WALL_YAW_DEG[wall]
        length = room.size_m.x if wall in ("north", "south") else room.size_m.y
        steps = int(length / _WALL_STEP_M)
        poses += [
            Pose(*_stand_at_wall(cluster, room, wall, i / max(steps, 1)), yaw)
            for i in range(steps + 1)
        ]
    return poses


def look_at(x: float, y: float) -> Callable[[float, float], float]:
    """Return a function that gives the yaw [deg] from a point towards (x, y)."""
    return lambda px, py: (
        compute_yaw_deg(x - px, y - py) if math.hypot(x - px, y - py) > 1e-6 else 0.0
    )
