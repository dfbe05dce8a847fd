"""What every instance rests on, found by lowering it, or the wall or ceiling it is mounted on.

Does not judge collisions; something sunk deeper than a contact rests on nothing here and says how
deep it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.stage.collision import CollisionWorld, compute_bound_gap, compute_bound_gaps
from clappper.core.stage.stance import LEAN_LIMIT_DEG

if TYPE_CHECKING:
    from collections.abc import Container

    from numpy.typing import NDArray

    from clappper.core.stage.inspect import Body, Scene

__all__ = ["Support", "describe_body", "find_supports"]

#: A thing rests on what it meets when lowered by this much [m].
LOWER_M = 1e-3
#: Raised by this much it must be free again, or it is sunk or only touches sideways [m].
RAISE_M = 2e-3
#: A thing this close to a wall or ceiling is mounted on it [m].
MOUNT_M = 1e-3
#: Play of what stands in an opening of a wall: 5 mm on each side and measuring tolerance [m].
OPENING_PLAY_M = 6e-3
#: How far below a floating thing its gap is followed [m].
_REACH_M = 200.0
_NUDGES = tuple(
    np.array([1.5e-3 * np.cos(angle), 1.5e-3 * np.sin(angle), 0.0])
    for angle in np.arange(8) * (np.pi / 4.0) + 0.1
)


@dataclass(frozen=True)
class Support:
    """What one instance rests on.

    ``problem`` says in words what is wrong when it rests on nothing or does not stand upright.
    """

    bodies: tuple[Body, ...]
    problem: str | None


def find_supports(
    scene: Scene, world: CollisionWorld, in_walls: Container[Body]
) -> dict[Body, Support]:
    """Return each instance's support; ``in_walls`` names the instances that stand in a wall."""
    supports = {}
    for instance in scene.instances:
        support = _find_support(scene, world, instance, instance in in_walls)
        if support.problem is None and instance.lean_deg > LEAN_LIMIT_DEG:
            support = Support(support.bodies, f"leans by {instance.lean_deg:.1f} degrees")
        supports[instance] = support
    return supports


def _find_support(scene: Scene, world: CollisionWorld, instance: Body, is_in_wall: bool) -> Support:
    gaps = compute_bound_gaps(instance.bound, scene.bounds)
    near = [
        scene.bodies[index]
        for index in np.flatnonzero(gaps <= OPENING_PLAY_M)
        if scene.bodies[index] is not instance
    ]
    below = tuple(body for body in near if _is_resting(world, instance, body))
    if below:
        return Support(below, None)
    play = OPENING_PLAY_M if is_in_wall else MOUNT_M
    mounts = tuple(
        body
        for body in near
        if (body.role in ("wall", "ceiling") or (is_in_wall and body.role == "opening"))
        and world.compute_gap(instance, body) <= play
        and (is_in_wall or world.compute_depth(instance, body) == 0.0)
    )
    return Support(mounts, None if mounts else _describe_problem(scene, world, instance))


def _is_resting(world: CollisionWorld, instance: Body, body: Body) -> bool:
    """Return whether the body stops the instance from below.

    Nudged sideways as well, because something that also touches the support's side meets it
    wherever it is raised to.
    """
    down, up = np.array([0.0, 0.0, -LOWER_M]), np.array([0.0, 0.0, RAISE_M])
    if not world.is_touching(instance, body, down):
        return False
    if not world.is_touching(instance, body, up):
        return True
    return any(
        world.is_touching(instance, body, nudge + down)
        and not world.is_touching(instance, body, nudge + up)
        for nudge in _NUDGES
    )


def _describe_problem(scene: Scene, world: CollisionWorld, instance: Body) -> str:
    overlapped = [
        (world.compute_depth(instance, body), body)
        for body in scene.bodies
        if body is not instance and body.bound[0][2] <= instance.bound[0][2] + RAISE_M
    ]
    depth, sunk = max(overlapped, key=lambda pair: pair[0], default=(0.0, None))
    if sunk is not None and depth > 0.0:
        return f"sinks {depth * 1000.0:.0f} mm into {describe_body(sunk)}"
    gap, body = _measure_drop(scene, world, instance)
    if body is None:
        return "has nothing below it"
    return f"floats {_say_length(gap)} above {describe_body(body)}"


def describe_body(body: Body) -> str:
    """Return a body's name as a sentence says it."""
    if body.role == "floor":
        return "the floor"
    if body.role in ("wall", "ceiling"):
        return f"the {body.wall + ' ' if body.wall else ''}{body.role}"
    return "the threshold" if body.role == "opening" else body.name


def _measure_drop(scene: Scene, world: CollisionWorld, instance: Body) -> tuple[float, Body | None]:
    """Return how far the instance can be lowered before it meets something [m], and what.

    Each step is as long as the distance to the nearest body below, so nothing is jumped over.

    What it touches only sideways is left out: a fall along a wall does not end at the wall.
    """
    apart = [
        body
        for body in scene.bodies
        if compute_bound_gap(instance.bound, body.bound) > 0.0
        or (body is not instance and world.compute_gap(instance, body) > 1e-6)
    ]
    dropped, moved = 0.0, instance
    while dropped < _REACH_M:
        below = [body for body in apart if _is_under(body, moved.bound)]
        gap, body = world.find_nearest(moved, below)
        if body is None:
            return 0.0, None
        if gap <= LOWER_M / 10.0:
            return dropped, body
        dropped += gap
        moved = _lower(instance, dropped)
    return 0.0, None


def _is_under(body: Body, bound: NDArray[np.float64]) -> bool:
    return bool(
        (body.bound[0][:2] < bound[1][:2]).all() and (bound[0][:2] < body.bound[1][:2]).all()
    ) and bool(body.bound[0][2] < bound[1][2])


def _lower(instance: Body, drop_m: float) -> Body:
    transform = instance.transform.copy()
    transform[2, 3] -= drop_m
    return type(instance)(instance.prim_path, instance.role, instance.mesh, transform)


def _say_length(length_m: float) -> str:
    return f"{length_m * 1000.0:.0f} mm" if length_m < 1.0 else f"{length_m:.2f} m"
