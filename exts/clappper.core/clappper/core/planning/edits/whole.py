"""From a plan and the whole edited plan to what the layout has to know: what does not stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.edits.change import LayoutChange, Recast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.models import Placement, Placements
    from clappper.core.planning.models import Item, Relation, ScenePlan

__all__ = ["compare_plans"]

_AT_WALL = ("along_wall", "in_corner")


def compare_plans(before: ScenePlan, after: ScenePlan, layout: Placements) -> LayoutChange:
    """Return what becomes of the instances when a whole plan takes another's place.

    New instances need no mention: the layout fills up what the plan has and it has not.

    Args:
        before: The plan of the layout.
        after: The plan that takes its place; items that are the same have the same id.
        layout: Where everything stands.
    """
    items = {item.id: item for item in after.items}
    gone: set[str] = set()
    released: set[str] = set()
    recast: list[Recast] = []
    for item in before.items:
        own = [p for p in layout.placements if p.item == item.id]
        new = items.get(item.id)
        kept = own[: new.count] if new is not None else []
        gone.update(p.id for p in own[len(kept) :])
        if new is None:
            continue
        recast += _recast(kept, new)
        if _list_relations(before, item.id) != _list_relations(after, item.id):
            released.update(p.id for p in kept)
    released |= _list_homeless(layout, gone)
    environment, other = before.environment, after.environment
    if other.size_m is not None and other.size_m != layout.room.size_m:
        in_walls = {r.subject for r in after.relations if r.verb == "in_wall"}
        at_wall = {r.subject for r in after.relations if r.verb in _AT_WALL or r.object in in_walls}
        released.update(p.id for p in layout.placements if p.item in at_wall)
    return LayoutChange(
        gone=tuple(sorted(gone)),
        released=tuple(sorted(released - gone)),
        recast=tuple(recast),
        is_room_changed=(environment.kind, environment.walls) != (other.kind, other.walls),
    )


def _recast(kept: Sequence[Placement], item: Item) -> list[Recast]:
    """Return the instances whose asset is no longer one of the item's, with another of them."""
    return [
        Recast(p.id, item.id, p.id, item.asset_ids[place % len(item.asset_ids)])
        for place, p in enumerate(kept)
        if p.asset_id not in item.asset_ids
    ]


def _list_relations(plan: ScenePlan, item_id: str) -> list[Relation]:
    own = [r for r in plan.relations if r.subject == item_id]
    return sorted(own, key=lambda relation: relation.model_dump_json())


def _list_homeless(layout: Placements, gone: set[str]) -> set[str]:
    """Return what stands, on whatever level, on what is taken away."""
    homeless: set[str] = set()
    size = -1
    while size != len(homeless):
        size = len(homeless)
        homeless.update(p.id for p in layout.placements if p.support in gone | homeless)
    return homeless
