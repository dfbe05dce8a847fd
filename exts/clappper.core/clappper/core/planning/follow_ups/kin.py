"""What belongs to things that were named: their chairs, one desk with its monitor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.planning.follow_ups.target import Target

if TYPE_CHECKING:
    from clappper.core.planning.follow_ups.scene import EditScene

__all__ = ["find_owner", "share_with"]


def find_owner(scene: EditScene, target: Target) -> Target | None:
    """Return one unit of what the things belong to, where only its or their was said."""
    for item in target.items:
        for owner in scene.items:
            if owner.id != item.id and scene.list_owned(item, owner):
                is_one = target.phrase is not None and not target.is_plural
                return Target((owner,), count=1 if is_one else None)
    return None


def share_with(scene: EditScene, target: Target, owner: Target, *, goes: bool) -> Target | None:
    """Return as many of the things as belong to their owners; None where they go with them.

    Args:
        scene: The scene.
        target: The things, all of them.
        owner: What they belong to, as many as are meant.
        goes: Whether the owners are taken away, and with them what stands on them.
    """
    verbs = {v for i in target.items for o in owner.items for v in scene.list_owned(i, o)}
    if goes and verbs and verbs <= {"on_top_of", "inside"}:
        return None
    total = owner.total + (owner.count or 0 if owner.is_gone else 0)
    if owner.count is None or owner.count >= total:
        return replace(target, count=None, which=None, is_plural=True)
    count = max(1, round(owner.count * target.total / total))
    return replace(target, count=count, which=None, is_plural=True, is_by_noun=goes)
