"""Who belongs to whom, one to one, and on which side of an object something stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.stage.collision import compute_bound_gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.models import Side
    from clappper.core.stage.collision import CollisionWorld
    from clappper.core.stage.inspect import Body

__all__ = ["compute_sector", "find_pairs"]

#: Partners stand within this of each other [m].
PAIR_M = 1.0
_OWN_SIDES = frozenset({"left", "right", "front", "back"})


def find_pairs(
    world: CollisionWorld,
    subjects: Sequence[Body],
    objects: Sequence[Body],
    side: Side | None,
    reach_m: float | None = None,
) -> dict[Body, Body]:
    """Return as many one-to-one pairs as there can be, near partners first.

    Sides of the room do not matter here, only those of the object.
    """
    reach = max(PAIR_M, reach_m or 0.0)
    choices: dict[Body, list[Body]] = {}
    for subject in subjects:
        near = [
            target for target in objects if compute_bound_gap(subject.bound, target.bound) <= reach
        ]
        gaps = sorted(
            ((world.compute_gap(subject, target), target) for target in near),
            key=lambda pair: pair[0],
        )
        choices[subject] = [
            target
            for gap, target in gaps
            if gap <= reach and (side not in _OWN_SIDES or compute_sector(subject, target) == side)
        ]
    owners: dict[Body, Body] = {}
    for subject in subjects:
        _claim(subject, choices, owners)
    return {subject: target for target, subject in owners.items()}


def compute_sector(subject: Body, target: Body) -> Side:
    """Return on which side of the target the subject's centre stands, in the target's frame.

    The diagonals of its footprint part the sides, so that the front of a wide desk is as wide as
    the desk. What is thinner than half its width, such as a door, counts as half as deep.
    """
    lower, upper = target.mesh.bound[:, :2]
    half = (upper - lower) / 2.0
    x, y = (target.to_own(subject.center[None])[0, :2] - (lower + upper) / 2.0) / half.clip(
        min=max(1e-6, float(half.max()) / 2.0)
    )
    if abs(y) >= abs(x):
        return "front" if y < 0.0 else "back"
    return "left" if x > 0.0 else "right"


def _claim(subject: Body, choices: dict[Body, list[Body]], owners: dict[Body, Body]) -> None:
    """Give the subject a partner, moving earlier owners on where they can (augmenting path)."""
    wanted_by: dict[Body, Body] = {}
    queue = [subject]
    for seeker in queue:
        for target in choices[seeker]:
            if target in wanted_by:
                continue
            wanted_by[target] = seeker
            if target in owners:
                queue.append(owners[target])
                continue
            given: dict[Body, Body] = {owner: owned for owned, owner in owners.items()}
            free: Body | None = target
            while free is not None:
                taker = wanted_by[free]
                owners[free], free = taker, given.get(taker)
            return
