"""Instances that become an item of their own where they stand, to be told from the others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.change import Edited, LayoutChange, Recast
from clappper.core.planning.edits.counts import make_free_id, with_counts
from clappper.core.planning.edits.selection import get_point, select_instances
from clappper.core.planning.edits.verbs import PATTERN_VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from clappper.core.layout.models import Placement, Placements
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.edits.selection import Point
    from clappper.core.planning.models import Item, ScenePlan, Verb

__all__ = ["insert_after", "part_chosen", "part_instances"]

#: So many that are left need not be in a pattern any more.
_FEW = 2
#: Relations that hold of those left as well.
_OF_ALL: frozenset[Verb] = frozenset(("far_from", "aligned_with"))


def part_instances(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Make instances an item of their own, and with them what stands to them; nothing moves."""
    chosen = select_instances(plan, edit, layout, at)
    if edit.object in {"room", "camera", *(item.id for item in plan.items)}:
        raise PlanRejectedError(f"The id {edit.object} is taken: nothing is changed.")
    if not chosen or len({p.item for p in chosen}) > 1:
        raise PlanRejectedError("Say which one of them is meant.")
    if len(chosen) == _count_placed(layout, chosen[0].item):
        return Edited(plan, names={str(edit.object): chosen[0].item})
    fresh_ids = {chosen[0].item: str(edit.object)}
    parted, recast = _part(plan, chosen[0].item, chosen, str(edit.object))
    companies = {str(edit.object)}
    waiting = [(chosen[0].item, {p.id for p in chosen})]
    while waiting:
        for subject, company in _find_company(plan, layout, *waiting.pop()).items():
            if subject in fresh_ids or subject in companies:
                continue
            waiting.append((subject, {p.id for p in company}))
            if len(company) == _count_placed(layout, subject):
                companies.add(subject)
                continue
            noun = next(item.noun for item in plan.items if item.id == subject)
            fresh_ids[subject] = make_free_id(noun, parted)
            parted, names = _part(parted, subject, company, fresh_ids[subject])
            companies.add(fresh_ids[subject])
            recast += names
    return Edited(_redirect(parted, fresh_ids, companies), LayoutChange(recast=tuple(recast)))


def _count_placed(layout: Placements, item: str) -> int:
    return sum(p.item == item for p in layout.placements)


def _find_company(
    plan: ScenePlan, layout: Placements, item: str, own: AbstractSet[str]
) -> dict[str, list[Placement]]:
    """Return what stands to instances rather than to others of their item, by its own item."""
    objects = [p for p in layout.placements if p.item == item]
    subjects = {
        r.subject
        for r in plan.relations
        if item in (r.object, r.object2) and r.subject != item and r.verb not in _OF_ALL
    }
    company: dict[str, list[Placement]] = {}
    for placement in layout.placements:
        if placement.item in subjects and _find_object(placement, objects) in own:
            company.setdefault(placement.item, []).append(placement)
    return company


def _find_object(placement: Placement, objects: Sequence[Placement]) -> str:
    """Return the id of what an instance stands on, else of the nearest."""
    at = get_point(placement)
    nearest = min(objects, key=lambda p: math.dist(get_point(p), at))
    return next((p.id for p in objects if p.id == placement.support), nearest.id)


def _redirect(
    plan: ScenePlan, fresh_ids: Mapping[str, str], companies: AbstractSet[str]
) -> ScenePlan:
    """Let what went along stand to the new items; they are in no pattern any more, nor are few."""
    few = {item.id for item in plan.items if item.id in fresh_ids and item.count <= _FEW}
    loose = {*fresh_ids.values(), *few}
    relations = [
        r.model_copy(
            update={
                "object": fresh_ids.get(r.object or "", r.object),
                "object2": fresh_ids.get(r.object2 or "", r.object2),
            }
        )
        if r.subject in companies and r.verb not in _OF_ALL
        else r
        for r in plan.relations
        if not (r.subject in loose and r.verb in PATTERN_VERBS)
    ]
    seen = [fresh_ids[target] for target in plan.camera.targets if target in fresh_ids]
    camera = plan.camera.model_copy(update={"targets": [*plan.camera.targets, *seen]})
    return plan.model_copy(update={"relations": relations, "camera": camera})


def part_chosen(
    plan: ScenePlan, chosen: Sequence[Placement], layout: Placements
) -> tuple[ScenePlan, list[Recast]]:
    """Make instances an item of their own where only some of an item's are chosen."""
    recast: list[Recast] = []
    for item in plan.items:
        own = [p for p in chosen if p.item == item.id]
        if own and len(own) < sum(p.item == item.id for p in layout.placements):
            plan, names = _part(plan, item.id, own, make_free_id(item.noun, plan))
            recast += names
    return plan, recast


def insert_after(plan: ScenePlan, item: Item, fresh: Item) -> ScenePlan:
    """Put an item behind another one, with the same relations."""
    place = next(index for index, other in enumerate(plan.items) if other.id == item.id)
    items = [*plan.items[: place + 1], fresh, *plan.items[place + 1 :]]
    copies = [
        r.model_copy(update={"subject": fresh.id}) for r in plan.relations if r.subject == item.id
    ]
    return plan.model_copy(update={"items": items, "relations": [*plan.relations, *copies]})


def _part(
    plan: ScenePlan, old: str, own: Sequence[Placement], fresh_id: str
) -> tuple[ScenePlan, list[Recast]]:
    """Make instances of an item another item."""
    item = next(item for item in plan.items if item.id == old)
    fresh = item.model_copy(update={"id": fresh_id, "count": len(own)})
    plan = with_counts(insert_after(plan, item, fresh), {old: item.count - len(own)})
    digits = max(2, len(str(len(own))))
    return plan, [
        Recast(p.id, fresh_id, f"{fresh_id}_{number:0{digits}d}") for number, p in enumerate(own, 1)
    ]
