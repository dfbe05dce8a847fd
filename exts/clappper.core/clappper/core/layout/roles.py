"""Roles: what kind of placing a group of things asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.layout.traits import LOOSE

if TYPE_CHECKING:
    from clappper.core.layout.compose import Group
    from clappper.core.planning.models import ScenePlan

__all__ = ["is_at_wall", "is_beside", "is_block", "is_facing_pair", "is_in_wall", "is_scattered"]

_BLOCK_VERBS = frozenset({"rows", "grid", "line", "stack", "centered"})
_WALL_VERBS = frozenset({"along_wall", "in_corner"})


def is_in_wall(group: Group) -> bool:
    """Whether a group stands in openings of walls."""
    return group.relation is not None and group.relation.verb == "in_wall"


def is_block(group: Group) -> bool:
    """Whether a group stands in a pattern that is placed as one piece."""
    if is_facing_pair(group):
        # Which wall they stand at matters less than that they look at each other.
        return group.relation is None or group.relation.verb in ("scatter", "along_wall")
    if group.relation is not None:
        return group.relation.verb in _BLOCK_VERBS
    return group.clusters[0].anchor.footprint.category not in LOOSE


def is_facing_pair(group: Group) -> bool:
    """Whether two of a kind are to look at each other."""
    facing = group.facing
    return len(group.clusters) == 2 and facing is not None and facing.object == group.item.id


def is_at_wall(group: Group) -> bool:
    """Whether a group stands along a wall or in corners."""
    return group.relation is not None and group.relation.verb in _WALL_VERBS and not is_block(group)


def is_beside(group: Group, plan: ScenePlan) -> bool:
    """Whether a group's place is told by another item."""
    relation = group.relation
    if is_block(group) or relation is None or is_in_wall(group) or relation.verb in _WALL_VERBS:
        return False
    return any(item.id == relation.object for item in plan.items)


def is_scattered(group: Group, plan: ScenePlan) -> bool:
    """Whether a group stands about, wherever there is room."""
    return not (is_in_wall(group) or is_at_wall(group) or is_block(group) or is_beside(group, plan))
