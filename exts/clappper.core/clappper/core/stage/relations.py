"""What the plan's relations come to on the stage.

Each verb measured on bounds, headings and surface distances.

Distances are between surfaces. An object's left, right, front and back are its own: it looks along
-Y of its frame, and its left is on its left hand. The room is seen as on a plan (north up, so that
west is left and south is the front). Several
objects: the nearest counts for each subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.stage.arrangement import cluster, compute_deviation, find_rows
from clappper.core.stage.models import RelationReport
from clappper.core.stage.pairing import compute_sector, find_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from clappper.core.planning.models import Relation, ScenePlan
    from clappper.core.stage.collision import CollisionWorld
    from clappper.core.stage.coverage import CameraPose
    from clappper.core.stage.inspect import Body, Scene, Wall
    from clappper.core.stage.support import Support

__all__ = ["ERROR_VERBS", "Measurements", "measure_relations"]

#: Verbs whose failure is an error: the scene is not what was asked. The others are warnings.
ERROR_VERBS = frozenset({"in_wall", "paired_with", "near", "on_top_of", "facing"})
FACING_DEG = 30.0
NEXT_TO_M, NEAR_M, ACROSS_M = 0.5, 1.5, 4.0
ALONG_WALL_M, CORNER_M, ALIGNED_M, ALIGNED_DEG = 0.3, 0.8, 0.05, 5.0
#: What is inside may stick out this much [m].
INSIDE_M = 0.02
#: Measuring tolerance on every asked distance [m].
SLACK_M = 0.005

_Verdict = tuple[bool, str]


@dataclass(frozen=True)
class Measurements:
    """What relations are judged on."""

    scene: Scene
    world: CollisionWorld
    supports: Mapping[Body, Support]
    in_walls: Mapping[Body, Wall]
    #: Instances that penetrate something.
    colliding: frozenset[str]
    #: The first camera at the middle of the clip.
    camera: CameraPose | None


def measure_relations(measurements: Measurements, plan: ScenePlan) -> list[RelationReport]:
    """Measure every relation of a plan, in its order."""
    reports = []
    for relation in plan.relations:
        holds, measured = _measure(measurements, plan, relation)
        reports.append(
            RelationReport(
                verb=relation.verb,
                subject=relation.subject,
                object=relation.object,
                holds=holds,
                measured=measured,
            )
        )
    return reports


def _measure(measurements: Measurements, plan: ScenePlan, relation: Relation) -> _Verdict:
    subjects = measurements.scene.get_instances(relation.subject)
    if not subjects:
        return False, f"no {relation.subject} on the stage"
    for name in (relation.object, relation.object2):
        if name not in (None, "room", "camera") and not measurements.scene.get_instances(str(name)):
            return False, f"no {name} on the stage"
    if relation.object == "room" and measurements.scene.room is None:
        return False, "the stage has no floor of its own to measure the room on"
    if relation.object == "camera" and measurements.camera is None:
        return False, "the stage has no camera"
    objects = measurements.scene.get_instances(relation.object) if relation.object else []
    return _VERBS[relation.verb](_Case(measurements, plan, relation, subjects, objects))


@dataclass(frozen=True)
class _Case:
    measurements: Measurements
    plan: ScenePlan
    relation: Relation
    subjects: list[Body]
    objects: list[Body]

    @property
    def scene(self) -> Scene:
        return self.measurements.scene

    def find_nearest(self, subject: Body) -> tuple[float, Body | None]:
        """Return the smallest gap to what the relation is to: objects, else other subjects [m]."""
        return self.measurements.world.find_nearest(subject, self.objects or self.subjects)

    def measure_gaps(self) -> list[float]:
        """Return each subject's gap [m] to the objects, the walls of the room, or the camera."""
        if self.relation.object == "camera" and self.measurements.camera is not None:
            position = self.measurements.camera.position
            return [
                self.measurements.world.compute_clearance(position, [subject])
                for subject in self.subjects
            ]
        if self.relation.object == "room":
            return [
                min(distances, default=float("inf"))
                for distances in map(self.measure_walls, self.subjects)
            ]
        return [self.find_nearest(subject)[0] for subject in self.subjects]

    def measure_walls(self, subject: Body) -> list[float]:
        """Return the bound's distances to the asked wall, else to all walls [m]."""
        room = self.scene.room
        if room is None:
            return []
        side = _COMPASS.get(self.relation.side or "", self.relation.side)
        walls = [wall for wall in room.walls if side in (None, wall)]
        return [room.compute_distance(wall, subject.bound) for wall in walls]


#: A room is seen from the south.
_COMPASS = {"left": "west", "right": "east", "back": "north", "front": "south"}


def _judge_gaps(case: _Case, lower_m: float, upper_m: float) -> _Verdict:
    gaps = case.measure_gaps()
    holds = all(lower_m - SLACK_M <= gap <= upper_m + SLACK_M for gap in gaps)
    return holds, f"gap {min(gaps):.2f} to {max(gaps):.2f} m" if len(
        gaps
    ) > 1 else f"gap {gaps[0]:.2f} m"


def _judge_next_to(case: _Case) -> _Verdict:
    return _judge_gaps(case, 0.0, max(NEXT_TO_M, case.relation.distance_m or 0.0))


def _judge_near(case: _Case) -> _Verdict:
    distance = case.relation.distance_m
    return _judge_gaps(case, 0.0, NEAR_M if distance is None else distance)


def _judge_across_from(case: _Case) -> _Verdict:
    return _judge_gaps(case, NEAR_M, max(ACROSS_M, case.relation.distance_m or 0.0))


def _judge_far_from(case: _Case) -> _Verdict:
    distance = case.relation.distance_m
    return _judge_gaps(case, ACROSS_M if distance is None else distance, float("inf"))


def _judge_facing(case: _Case) -> _Verdict:
    angles = [_measure_angle(case, subject, partner) for subject, partner in _choose_targets(case)]
    worst = max(angles)
    return worst <= FACING_DEG + 0.5, f"largest angle {worst:.0f} degrees"


def _choose_targets(case: _Case) -> list[tuple[Body, Body | None]]:
    paired = any(
        other.verb == "paired_with"
        and other.subject == case.relation.subject
        and other.object == case.relation.object
        for other in case.plan.relations
    )
    if paired:
        pairs = find_pairs(case.measurements.world, case.subjects, case.objects, None)
        return [
            (subject, pairs.get(subject) or case.find_nearest(subject)[1])
            for subject in case.subjects
        ]
    return [(subject, case.find_nearest(subject)[1]) for subject in case.subjects]


def _measure_angle(case: _Case, subject: Body, target: Body | None) -> float:
    """Return the angle [deg] from heading to the target's centre or nearest outline point."""
    camera, room, relation = case.measurements.camera, case.scene.room, case.relation
    points = []
    if relation.object == "camera" and camera is not None:
        points = [camera.position[:2]]
    elif (
        room is not None
        and not case.objects
        and relation.side in ("north", "south", "east", "west")
    ):
        axis, sign, _ = room.get_plane(relation.side)
        points = [subject.center[:2] + sign * np.eye(2)[axis]]
    elif room is not None and relation.object == "room":
        points = [room.center]
    elif target is not None:
        own = target.to_own(subject.center[None])[0]
        nearest = np.clip(own, target.mesh.bound[0], target.mesh.bound[1])
        points = [
            target.center[:2],
            (target.transform[:3, :3] @ nearest + target.transform[:3, 3])[:2],
        ]
    return min(
        (_compute_angle(subject.heading, point - subject.center[:2]) for point in points),
        default=180.0,
    )


def _compute_angle(heading: NDArray[np.float64], way: NDArray[np.float64]) -> float:
    length = float(np.linalg.norm(way))
    return (
        0.0
        if length < 1e-6
        else float(np.degrees(np.arccos(np.clip(heading @ way / length, -1.0, 1.0))))
    )


def _judge_around(case: _Case) -> _Verdict:
    """Ring the object.

    Each is within reach, and no free angle is wider than half a turn (three quarters for two).
    """
    groups: dict[Body, list[float]] = {}
    gaps = []
    for subject in case.subjects:
        gap, target = case.find_nearest(subject)
        gaps.append(gap)
        if target is not None:
            way = subject.center - target.center
            groups.setdefault(target, []).append(float(np.degrees(np.arctan2(way[1], way[0]))))
    widest = max((_measure_free_angle(angles) for angles in groups.values()), default=360.0)
    reach = max(NEAR_M, case.relation.distance_m or 0.0)
    text = f"gaps up to {max(gaps):.2f} m, largest free angle {widest:.0f} degrees"
    return max(gaps) <= reach + SLACK_M and widest <= 185.0, text


def _measure_free_angle(angles: list[float]) -> float:
    """Return the largest angle [deg] without anyone.

    One alone rings as well as it can, two are let off 90 degrees.
    """
    if len(angles) == 1:
        return 0.0
    ordered = np.sort(np.array(angles))
    widest = float(np.diff(np.append(ordered, ordered[0] + 360.0)).max())
    return widest - 90.0 if len(angles) == 2 else widest


def _judge_paired_with(case: _Case) -> _Verdict:
    reach = case.relation.distance_m
    pairs = find_pairs(
        case.measurements.world, case.subjects, case.objects, case.relation.side, reach
    )
    return len(pairs) == len(
        case.subjects
    ), f"{len(pairs)} of {len(case.subjects)} have their own {case.relation.object}"


def _judge_rows(case: _Case) -> _Verdict:
    rows = find_rows(case.subjects, case.relation.rows)
    asked = case.relation.rows or 1
    lone = sum(len(row.bodies) == 1 for row in rows)
    holds = len(rows) >= asked and (lone <= 1 or len(case.subjects) < 2 * asked)
    return holds, f"{len(rows)} rows of " + ", ".join(str(len(row.bodies)) for row in rows)


def _judge_grid(case: _Case) -> _Verdict:
    rows = find_rows(case.subjects, case.relation.rows)
    along = np.array([rows[0].across[1], -rows[0].across[0]])
    columns = cluster([float(body.center[:2] @ along) for body in case.subjects], 2.0 * 0.05)
    count = len(case.subjects)
    asked = case.relation.rows or (2 if count >= 4 else 1)
    holes = len(rows) * len(columns) - count
    holds = len(rows) >= min(asked, count) and holes < max(len(rows), len(columns))
    return holds, f"{len(rows)} rows and {len(columns)} columns for {count}"


def _judge_line(case: _Case) -> _Verdict:
    if len(case.subjects) < 3:
        return True, "fewer than three always stand on a line"
    deviation = compute_deviation(np.array([body.center[:2] for body in case.subjects]))
    return deviation <= ALIGNED_M, f"{deviation:.2f} m off the line"


def _judge_scatter(case: _Case) -> _Verdict:
    if len(case.subjects) < 3:
        return True, f"{len(case.subjects)} cannot form a pattern"
    deviation = compute_deviation(np.array([body.center[:2] for body in case.subjects]))
    return deviation > ALIGNED_M, f"{deviation:.2f} m off a common line"


def _judge_stack(case: _Case) -> _Verdict:
    below = [
        subject
        for subject in case.subjects
        if any(
            body.item == case.relation.subject
            for body in case.measurements.supports[subject].bodies
        )
    ]
    grounded = len(case.subjects) - len(below)
    allowed = max(1, len(case.objects), len(case.subjects) // 2)
    return grounded <= allowed, f"{len(below)} of {len(case.subjects)} stand on another"


def _judge_on_top_of(case: _Case) -> _Verdict:
    """Rest on an object, or on others of the subject's kind that do: a stack counts as a whole."""
    held: set[Body] = set()
    for _ in case.subjects:
        bearers = held.union(case.objects)
        held = {
            subject
            for subject in case.subjects
            if bearers.intersection(case.measurements.supports[subject].bodies)
        }
    return len(held) == len(
        case.subjects
    ), f"{len(held)} of {len(case.subjects)} rest on {case.relation.object}"


def _judge_under(case: _Case) -> _Verdict:
    count = sum(
        any(_is_under(subject, target) for target in case.objects) for subject in case.subjects
    )
    return count == len(
        case.subjects
    ), f"{count} of {len(case.subjects)} are under {case.relation.object}"


def _is_under(subject: Body, target: Body) -> bool:
    """Return whether the subject is lower and a quarter of it below the target, as that stands."""
    bound = _bound_in(subject, target)
    shared = np.minimum(bound[1], target.mesh.bound[1]) - np.maximum(bound[0], target.mesh.bound[0])
    area = max(0.0, float(shared[0])) * max(0.0, float(shared[1]))
    own = float(np.prod(np.ptp(bound, axis=0)[:2]))
    return (
        area >= 0.25 * own
        and subject.center[2] < target.center[2]
        and subject.bound[0][2] < target.bound[1][2]
    )


def _bound_in(subject: Body, target: Body) -> NDArray[np.float64]:
    """Return the subject's bound along the target's own axes, shape (2, 3) [m]."""
    own = target.to_own(subject.vertices)
    return np.stack([own.min(axis=0), own.max(axis=0)])


def _is_inside(subject: Body, target: Body) -> bool:
    bound = _bound_in(subject, target)
    lower, upper = target.mesh.bound
    return bool((bound[0] >= lower - INSIDE_M).all() and (bound[1] <= upper + INSIDE_M).all())


def _judge_inside(case: _Case) -> _Verdict:
    count = sum(
        any(_is_inside(subject, target) for target in case.objects) for subject in case.subjects
    )
    return count == len(
        case.subjects
    ), f"{count} of {len(case.subjects)} are inside {case.relation.object}"


def _judge_between(case: _Case) -> _Verdict:
    """Stand on the line between two objects.

    That is 15 to 85 % of the way, no farther off it than 0.5 m or half the subject's size.
    """
    others = (
        case.scene.get_instances(case.relation.object2) if case.relation.object2 else case.objects
    )
    best = []
    for subject in case.subjects:
        spans = [
            _measure_between(subject, a, b) for a in case.objects for b in others if a is not b
        ]
        best.append(min(spans, default=float("inf")))
    worst = max(best)
    return worst <= 0.0, "on the line between them" if worst <= 0.0 else f"{worst:.2f} m off"


def _measure_between(subject: Body, a: Body, b: Body) -> float:
    """Return how far [m] the subject is from standing between two bodies, at most 0.0 if it is."""
    start, way = a.center[:2], b.center[:2] - a.center[:2]
    length = max(float(np.linalg.norm(way)), 1e-9)
    offset = subject.center[:2] - start
    share = float(offset @ way) / length**2
    beside = abs(float(way[0] * offset[1] - way[1] * offset[0])) / length
    allowed = max(0.5, float(np.ptp(subject.bound, axis=0)[:2].max()) / 2.0)
    return max(beside - allowed, (0.15 - share) * length, (share - 0.85) * length)


def _judge_centered(case: _Case) -> _Verdict:
    """Be in the middle: the group of the room, or each of its object.

    The group may be off by 0.5 m or a tenth of the room, each by 0.25 m.
    """
    room = case.scene.room
    if case.objects:
        offsets = [
            min(
                float(np.linalg.norm((subject.center - target.center)[:2]))
                for target in case.objects
            )
            for subject in case.subjects
        ]
        return max(offsets) <= 0.25, f"{max(offsets):.2f} m off centre"
    if room is None:
        return False, "the stage has no floor of its own to measure the room on"
    middle = np.mean([subject.center[:2] for subject in case.subjects], axis=0)
    offset = np.abs(middle - room.center)
    allowed = np.maximum(0.5, 0.1 * (room.upper[:2] - room.lower[:2]))
    return bool(
        (offset <= allowed).all()
    ), f"{float(np.linalg.norm(offset)):.2f} m off the room's centre"


def _judge_in_wall(case: _Case) -> _Verdict:
    """Centre in the wall's thickness and clear of the wall: the wall is open there."""
    standing = [
        subject
        for subject in case.subjects
        if subject in case.measurements.in_walls
        and _COMPASS.get(case.relation.side or "", case.relation.side)
        in (None, case.measurements.in_walls[subject])
        and subject.prim_path not in case.measurements.colliding
    ]
    return len(standing) == len(
        case.subjects
    ), f"{len(standing)} of {len(case.subjects)} stand in an opening of a wall"


def _judge_along_wall(case: _Case) -> _Verdict:
    gaps = [min(case.measure_walls(subject), default=float("inf")) for subject in case.subjects]
    reach = max(ALONG_WALL_M, case.relation.distance_m or 0.0)
    return max(gaps) <= reach + SLACK_M, f"up to {max(gaps):.2f} m from the wall"


def _judge_in_corner(case: _Case) -> _Verdict:
    room = case.scene.room
    if room is None:
        return False, "the stage has no floor of its own to measure the room on"
    worst = 0.0
    for subject in case.subjects:
        sides = {wall: room.compute_distance(wall, subject.bound) for wall in room.walls}
        along_y = min(sides.get("north", float("inf")), sides.get("south", float("inf")))
        along_x = min(sides.get("east", float("inf")), sides.get("west", float("inf")))
        worst = max(worst, along_x, along_y)
    return worst <= CORNER_M + SLACK_M, f"up to {worst:.2f} m from the corner's walls"


def _judge_aligned_with(case: _Case) -> _Verdict:
    """Share a centre line or an edge with an object, turned by a multiple of 90 degrees."""
    offsets = [
        min((_measure_alignment(subject, target) for target in case.objects), default=float("inf"))
        for subject in case.subjects
    ]
    return max(offsets) <= ALIGNED_M, f"up to {max(offsets):.2f} m off"


def _measure_alignment(subject: Body, target: Body) -> float:
    turn = _compute_angle(subject.heading, target.heading) % 90.0
    if min(turn, 90.0 - turn) > ALIGNED_DEG:
        return float("inf")
    bounds = _bound_in(subject, target)[:, :2]
    edges = np.abs(bounds - target.mesh.bound[:, :2])
    middles = np.abs(bounds.mean(axis=0) - target.mesh.bound[:, :2].mean(axis=0))
    return float(min(edges.min(), middles.min()))


def _judge_side(case: _Case) -> _Verdict:
    side = {"left_of": "left", "right_of": "right", "in_front_of": "front", "behind": "back"}[
        case.relation.verb
    ]
    found = [_find_side(case, subject) for subject in case.subjects]
    return all(side in sides for sides in found), "seen at its " + ", ".join(
        sorted({"/".join(sorted(sides)) or "middle" for sides in found})
    )


def _find_side(case: _Case, subject: Body) -> set[str]:
    camera, room = case.measurements.camera, case.scene.room
    if case.relation.object == "camera" and camera is not None:
        across, _, depth = camera.to_view(subject.center[None])[0]
        return {"left" if across < 0.0 else "right", "front" if depth > 0.0 else "back"}
    if case.relation.object == "room" and room is not None:
        offset = subject.center[:2] - room.center
        return {"left" if offset[0] < 0.0 else "right", "front" if offset[1] < 0.0 else "back"}
    target = case.find_nearest(subject)[1]
    return {compute_sector(subject, target)} if target is not None else set()


_VERBS: dict[str, Callable[[_Case], _Verdict]] = {
    "rows": _judge_rows,
    "grid": _judge_grid,
    "line": _judge_line,
    "stack": _judge_stack,
    "scatter": _judge_scatter,
    "around": _judge_around,
    "along_wall": _judge_along_wall,
    "in_corner": _judge_in_corner,
    "centered": _judge_centered,
    "near": _judge_near,
    "next_to": _judge_next_to,
    "across_from": _judge_across_from,
    "far_from": _judge_far_from,
    "left_of": _judge_side,
    "right_of": _judge_side,
    "in_front_of": _judge_side,
    "behind": _judge_side,
    "between": _judge_between,
    "facing": _judge_facing,
    "on_top_of": _judge_on_top_of,
    "under": _judge_under,
    "inside": _judge_inside,
    "paired_with": _judge_paired_with,
    "in_wall": _judge_in_wall,
    "aligned_with": _judge_aligned_with,
}
