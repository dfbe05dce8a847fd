"""Gaze: where things look at the place they stand at.

Layout frame, metres and degrees.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.layout.candidates import look_at
from clappper.core.layout.traits import LOOSE, SEATS, SQUARE, VEHICLES, is_person
from clappper.core.units import compute_yaw_deg

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from clappper.core.layout.box import Box
    from clappper.core.layout.compose import Group
    from clappper.core.layout.space import Space

__all__ = ["choose_told_yaw", "choose_yaw", "turn_to_each_other"]


def choose_yaw(
    space: Space, group: Group, target: Box | None, rng: random.Random
) -> Callable[[float, float], float]:
    """Return how a cluster of this group looks at a place: as told, else as its kind does."""
    told = choose_told_yaw(space, group)
    if told is not None:
        return told
    category = group.clusters[0].anchor.footprint.category
    if group.relation is not None and group.relation.verb == "aligned_with" and target is not None:
        return lambda _x, _y: target.yaw_deg
    if category in VEHICLES:
        # Three quarters towards the camera in the south, now one side, now the other.
        turn = (25.0 + 40.0 * rng.random()) * (1.0 if rng.random() < 0.5 else -1.0)
    elif category in SEATS and target is not None:
        return look_at(target.x, target.y)
    elif is_person(category):
        turn = (rng.random() - 0.5) * 120.0
    elif category in SQUARE:
        turn = (rng.random() - 0.5) * 24.0
    elif category in LOOSE:
        turn = rng.random() * 360.0
    else:
        turn = 0.0
    return lambda _x, _y: turn % 360.0


def choose_told_yaw(space: Space, group: Group) -> Callable[[float, float], float] | None:
    """Return how the plan says the group looks, or None when it says nothing that can be done."""
    facing = group.facing
    if facing is None:
        return None
    if facing.object == "camera":
        return look_at(*(space.eye or (0.0, -space.room.size_m.y / 2)))
    if facing.object == "room" or facing.object is None:
        return look_at(0.0, 0.0)
    boxes = space.get_boxes(facing.object)
    return (lambda x, y: _look_at_nearest(x, y, boxes)) if boxes else None


def _look_at_nearest(x: float, y: float, boxes: list[Box]) -> float:
    box = min(boxes, key=lambda b: b.compute_distance_m(x, y))
    return look_at(box.x, box.y)(x, y)


def turn_to_each_other(space: Space, group: Group, rng: random.Random) -> None:
    """Turn people who stand close together to the middle of their group, within what fits."""
    boxes = space.get_boxes(group.item.id)
    if len(boxes) < 2:
        return
    x, y = sum(b.x for b in boxes) / len(boxes), sum(b.y for b in boxes) / len(boxes)
    if max(math.hypot(b.x - x, b.y - y) for b in boxes) > 2.5:
        return
    for member in space.get_members(group.item.id):
        # Not quite to the middle and a little to the camera in the south: people in talk are seen
        # from the front.
        dx, dy = x - member.x, y - member.y
        length = math.hypot(dx, dy) or 1.0
        yaw = compute_yaw_deg(dx / length, dy / length - 0.45) + (rng.random() - 0.5) * 16.0
        space.turn(member.id, yaw)
