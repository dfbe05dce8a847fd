"""Edits of instances where they stand: move, rotate, swap."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.change import Edited, LayoutChange, Motion, Recast
from clappper.core.planning.edits.counts import make_free_id, make_plain_relation, with_counts
from clappper.core.planning.edits.parting import insert_after, part_chosen
from clappper.core.planning.edits.selection import (
    count_noun,
    find_items,
    get_point,
    list_instances,
    order_number,
    select_instances,
)
from clappper.core.planning.edits.verbs import PLACE_VERBS
from clappper.core.units import compute_yaw_deg, wrap_turn_deg

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clappper.core.layout.models import Placement, Placements
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.edits.selection import Point
    from clappper.core.planning.models import Item, ScenePlan, Verb

__all__ = ["move_instances", "rotate_instances", "swap_instances"]

_WAYS: dict[str, Point] = {
    "left": (-1.0, 0.0),
    "west": (-1.0, 0.0),
    "right": (1.0, 0.0),
    "east": (1.0, 0.0),
    "front": (0.0, -1.0),
    "south": (0.0, -1.0),
    "back": (0.0, 1.0),
    "north": (0.0, 1.0),
}
#: Share of the room a move goes when no distance is said, within these bounds [m].
_STEP_SHARE, _STEP_MIN_M, _STEP_MAX_M = 0.1, 0.5, 3.0
#: Share of the way that closer goes.
_CLOSER_SHARE = 0.5


def move_instances(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Shift instances; a relation that said where they stand no longer counts."""
    chosen = _choose_standing(plan, edit, layout, at)
    shifts = {p.id: _compute_shift(plan, edit, layout, p, at) for p in chosen}
    # Those in front go first, so that a row moves as one.
    chosen.sort(key=lambda p: -sum(a * b for a, b in zip(get_point(p), shifts[p.id], strict=True)))
    motions = tuple(Motion(p.id, *shifts[p.id]) for p in chosen)
    items = {p.item for p in chosen}
    return Edited(_drop_relations(plan, items, PLACE_VERBS), LayoutChange(motions=motions))


def rotate_instances(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Turn instances by an angle, or to something, each about its own centre."""
    chosen = _choose_standing(plan, edit, layout, at)
    items = {p.item for p in chosen}
    edited = _drop_relations(plan, items, {"facing"})
    if edit.object is None:
        motions = [Motion(p.id, turn_deg=edit.yaw_deg or 0.0) for p in chosen]
        return Edited(edited, LayoutChange(motions=tuple(motions)))
    edited, recast = part_chosen(edited, chosen, layout)
    names = {r.id: r.new_id for r in recast}
    motions = []
    for placement in chosen:
        x, y = _compute_way(plan, edit.object, layout, placement, at)
        turn = wrap_turn_deg(compute_yaw_deg(x, y) - placement.yaw_deg)
        motions.append(Motion(names.get(placement.id, placement.id), turn_deg=turn))
    renamed = {r.id: r.item for r in recast}
    turned = {renamed.get(p.id, p.item) for p in chosen}
    facing = [
        make_plain_relation(item.id, "facing", edit.object)
        for item in edited.items
        if item.id in turned
    ]
    edited = edited.model_copy(update={"relations": [*edited.relations, *facing]})
    return Edited(edited, LayoutChange(motions=tuple(motions), recast=tuple(recast)))


def swap_instances(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Put other assets in the place of instances, or let two kinds exchange places."""
    chosen = select_instances(plan, edit, layout, at)
    if edit.object is not None:
        return _exchange(plan, edit, layout, chosen)
    edited = plan
    recast: list[Recast] = []
    for item in [i for i in plan.items if any(p.item == i.id for p in chosen)]:
        own = [p for p in chosen if p.item == item.id]
        edited, done = _recast_item(edited, edit, item, own, layout)
        recast += done
    return Edited(edited, LayoutChange(recast=tuple(recast)))


def _choose_standing(
    plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point
) -> list[Placement]:
    """Return the instances that are meant; what stands in a wall only moves from wall to wall.

    Raises:
        PlanRejectedError: All of them stand in walls.
    """
    chosen = select_instances(plan, edit, layout, at)
    standing = [p for p in chosen if p.support != "wall"]
    if chosen and not standing:
        noun = next(i.noun for i in plan.items if i.id == chosen[0].item)
        raise PlanRejectedError(
            f"The {noun} stands in a wall: say which wall, for example "
            f"“put the {noun} in the left wall”."
        )
    return standing


def _compute_shift(
    plan: ScenePlan, edit: PlanEdit, layout: Placements, placement: Placement, at: Point
) -> Point:
    """Return how far an instance is to go [m]."""
    size = layout.room.size_m
    if edit.object is None:
        ux, uy = _WAYS[edit.side or "left"]
        usual = _bound_step(_STEP_SHARE * (size.x if ux else size.y))
        return _scale((ux, uy), min(edit.distance_m or usual, max(size.x, size.y)))
    x, y = _compute_way(plan, edit.object, layout, placement, at)
    length = math.hypot(x, y)
    if length < 1e-6:
        return 0.0, 0.0
    if edit.relation == "far_from":
        usual = _bound_step(_STEP_SHARE * max(size.x, size.y))
        return _scale((-x / length, -y / length), edit.distance_m or usual)
    return _scale((x / length, y / length), min(length, edit.distance_m or _CLOSER_SHARE * length))


def _bound_step(step_m: float) -> float:
    return min(max(step_m, _STEP_MIN_M), _STEP_MAX_M)


def _scale(way: Point, length_m: float) -> Point:
    return way[0] * length_m, way[1] * length_m


def _compute_way(
    plan: ScenePlan, target: str, layout: Placements, placement: Placement, at: Point
) -> Point:
    """Return the way [m] from an instance to the nearest of an item, the camera, or a wall."""
    x, y = get_point(placement)
    if target == "camera":
        return at[0] - x, at[1] - y
    if target == "room":
        half_x, half_y = layout.room.size_m.x / 2, layout.room.size_m.y / 2
        ways = ((-half_x - x, 0.0), (half_x - x, 0.0), (0.0, half_y - y), (0.0, -half_y - y))
        return min(ways, key=lambda way: math.hypot(*way))
    points = [
        get_point(p)
        for p in list_instances(layout, find_items(plan, target))
        if p.id != placement.id
    ]
    nearest = min(points, key=lambda p: math.dist(p, (x, y)), default=(x, y))
    return nearest[0] - x, nearest[1] - y


def _drop_relations(plan: ScenePlan, items: Collection[str], verbs: Collection[Verb]) -> ScenePlan:
    kept = [r for r in plan.relations if not (r.subject in items and r.verb in verbs)]
    return plan.model_copy(update={"relations": kept})


def _recast_item(
    plan: ScenePlan, edit: PlanEdit, item: Item, own: Sequence[Placement], layout: Placements
) -> tuple[ScenePlan, list[Recast]]:
    """Give instances of an item other assets; another noun, or only some of them, is a new item."""
    assets = list(edit.asset_ids or item.asset_ids)
    placed = sum(p.item == item.id for p in layout.placements)
    is_whole = len(own) == placed
    if is_whole and edit.noun in (None, item.noun):
        changed = item.model_copy(update={"asset_ids": assets})
        items = [changed if i.id == item.id else i for i in plan.items]
        recast = [
            Recast(p.id, item.id, p.id, _choose_other(assets, p.asset_id, number))
            for number, p in enumerate(own)
        ]
        return plan.model_copy(update={"items": items}), recast
    noun = edit.noun or item.noun
    fresh = item.model_copy(
        update={
            "id": make_free_id(noun, plan),
            "noun": noun,
            "asked": edit.asked or noun,
            "count": item.count if is_whole else len(own),
            "asset_ids": assets,
            "attributes": list(edit.attributes or ()),
        }
    )
    plan = insert_after(plan, item, fresh)
    if is_whole:
        plan = _redirect(plan, item.id, fresh.id)
    plan = with_counts(plan, {item.id: 0 if is_whole else item.count - len(own)})
    digits = max(2, len(str(fresh.count)))
    recast = [
        Recast(
            p.id,
            fresh.id,
            f"{fresh.id}_{order_number(p.id) if is_whole else number + 1:0{digits}d}",
            _choose_other(assets, p.asset_id, number),
        )
        for number, p in enumerate(own)
    ]
    return plan, recast


def _choose_other(assets: Sequence[str], before: str, number: int) -> str:
    others = [asset for asset in assets if asset != before] or list(assets)
    return others[number % len(others)]


def _redirect(plan: ScenePlan, old: str, new: str) -> ScenePlan:
    """Let what referred to one item refer to another one."""
    relations = [
        r.model_copy(
            update={
                "object": new if r.object == old else r.object,
                "object2": new if r.object2 == old else r.object2,
            }
        )
        for r in plan.relations
    ]
    targets = [new if target == old else target for target in plan.camera.targets]
    camera = plan.camera.model_copy(update={"targets": targets})
    return plan.model_copy(update={"relations": relations, "camera": camera})


def _exchange(
    plan: ScenePlan, edit: PlanEdit, layout: Placements, chosen: Sequence[Placement]
) -> Edited:
    others = list_instances(layout, find_items(plan, edit.object))
    if len(chosen) != len(others) or not chosen:
        names = [i.noun for i in plan.items if i.id in (edit.item, edit.object)] * 2
        raise PlanRejectedError(
            f"Only as many can exchange places as there are of both: there "
            f"{'is' if len(chosen) == 1 else 'are'} {count_noun(len(chosen), names[0])} and "
            f"{count_noun(len(others), names[1])}."
        )
    if any(p.support != "floor" for p in (*chosen, *others)):
        raise PlanRejectedError("Only things that stand on the floor can exchange places.")
    parted = _exchange_relations(plan, {p.item for p in chosen}, {p.item for p in others})
    if parted is not None:
        return Edited(parted, LayoutChange(released=tuple(p.id for p in (*chosen, *others))))
    edited = _drop_relations(plan, {p.item for p in (*chosen, *others)}, PLACE_VERBS)
    pairs = tuple((a.id, b.id) for a, b in zip(chosen, others, strict=True))
    return Edited(edited, LayoutChange(exchanged=pairs))


def _exchange_relations(
    plan: ScenePlan, items: Collection[str], others: Collection[str]
) -> ScenePlan | None:
    """Let two items that have their places by relations to a third take each other's."""
    if len(items) != 1 or len(others) != 1:
        return None
    names = dict(zip([*items, *others], [*others, *items], strict=True))
    own = [r for r in plan.relations if r.subject in names and r.verb in PLACE_VERBS]
    if {r.subject for r in own} != set(names) or any(r.object in names for r in own):
        return None
    relations = [
        r.model_copy(update={"subject": names[r.subject]}) if r in own else r
        for r in plan.relations
    ]
    return plan.model_copy(update={"relations": relations})
