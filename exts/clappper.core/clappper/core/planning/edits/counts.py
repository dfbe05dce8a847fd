"""Edits that change how many there are: add, remove, set_count."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.change import Edited, LayoutChange, Recast
from clappper.core.planning.edits.selection import (
    count_noun,
    find_items,
    get_point,
    list_instances,
    select_instances,
)
from clappper.core.planning.items import make_id
from clappper.core.planning.models import Item, Relation
from clappper.core.planning.things import find_item_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clappper.core.layout.models import Placement, Placements
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.edits.selection import Point
    from clappper.core.planning.models import ScenePlan, Verb

__all__ = [
    "MAX_COUNT",
    "add_items",
    "make_free_id",
    "make_plain_relation",
    "make_relation",
    "remove_instances",
    "set_count",
    "with_counts",
]

#: Most units of one item, as in the plan.
MAX_COUNT = 1000
#: Verbs by which each has one of its own, or stands about one, on the floor.
_COMPANY_VERBS = ("paired_with", "around")


def make_free_id(noun: str, plan: ScenePlan) -> str:
    """Return an id no item has yet."""
    return make_id(noun, {"room", "camera", *(item.id for item in plan.items)})


def make_relation(edit: PlanEdit, subject: str) -> Relation:
    """Return the relation an edit says, for an item."""
    assert edit.relation is not None
    return Relation(
        verb=edit.relation,
        subject=subject,
        object=edit.object,
        object2=edit.object2,
        rows=edit.rows,
        per_row=edit.per_row,
        distance_m=edit.distance_m,
        side=edit.side,
    )


def make_plain_relation(subject: str, verb: Verb, target: str) -> Relation:
    """Return a relation of which only the verb and the object are said."""
    return Relation(
        verb=verb,
        subject=subject,
        object=target,
        object2=None,
        rows=None,
        per_row=None,
        distance_m=None,
        side=None,
    )


def with_counts(plan: ScenePlan, counts: Mapping[str, int]) -> ScenePlan:
    """Return a plan with other numbers of some items; an item of which none is left goes.

    What referred to it goes with it, and rows keep up with the numbers.
    """
    items = [
        item.model_copy(update={"count": counts.get(item.id, item.count)})
        for item in plan.items
        if counts.get(item.id, item.count) > 0
    ]
    ids = {item.id for item in items} | {"room", "camera", None}
    before = {item.id: item.count for item in plan.items}
    relations = [
        _fit_rows(r, before[r.subject], counts.get(r.subject, before[r.subject]))
        for r in plan.relations
        if r.subject in ids and r.object in ids and r.object2 in ids
    ]
    targets = [target for target in plan.camera.targets if target in ids]
    camera = plan.camera.model_copy(update={"targets": targets})
    return plan.model_copy(update={"items": items, "relations": relations, "camera": camera})


def _fit_rows(relation: Relation, before: int, after: int) -> Relation:
    """Return a pattern for another number; fewer may leave any of its rows empty."""
    if before == after or relation.verb not in ("rows", "grid") or not relation.rows:
        return relation
    rows = relation.rows if after > before else None
    per_row = math.ceil(after / rows) if rows else None
    return relation.model_copy(update={"rows": rows, "per_row": per_row})


def add_items(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Add units to an item, or a new item."""
    count = max(1, edit.count or 1)
    known = next((item for item in plan.items if item.id == edit.item), None)
    if known is not None and edit.relation is None and not edit.asset_ids:
        return _add_units(plan, known, count)
    item_id = make_free_id(known.noun, plan) if known is not None else edit.item
    if known is None and not (edit.noun and edit.asset_ids):
        raise _refuse_without_asset(edit.item or "")
    noun = edit.noun or (known.noun if known else "")
    role = find_item_class(noun, (), noun.rsplit(" ", 1)[-1]).role
    item = Item(
        id=item_id or make_free_id(noun, plan),
        noun=noun,
        asked=edit.asked or noun,
        count=count,
        asset_ids=list(edit.asset_ids or (known.asset_ids if known else ())),
        attributes=list(edit.attributes or ()),
        role="dressing" if role == "dressing" else "subject",
    )
    relations = list(plan.relations)
    if edit.relation is not None:
        relations.append(make_relation(edit, item.id))
    if edit.relation == "paired_with" and _classify(item) == "chair":
        relations.append(make_plain_relation(item.id, "facing", str(edit.object)))
    plan = plan.model_copy(update={"items": [*plan.items, item], "relations": relations})
    return Edited(plan)


def _refuse_without_asset(item_id: str) -> PlanRejectedError:
    """Return the error for a new item that has no asset."""
    name = item_id.replace("_", " ")
    return PlanRejectedError(f"No asset is named for {name}: ask for something the catalog has.")


def _add_units(plan: ScenePlan, item: Item, count: int) -> Edited:
    """Add units to an item; those no partner is left for become an item of their own."""
    room_left = _count_partners(plan, item)
    paired = count if room_left is None else max(0, min(count, room_left - item.count))
    _check_count(item.count + count, item.noun)
    plan = with_counts(plan, {item.id: item.count + paired}) if paired else plan
    if paired == count:
        return Edited(plan)
    rest = item.model_copy(update={"id": make_free_id(item.noun, plan), "count": count - paired})
    sibling = _find_free_sibling(plan, item)
    if sibling is not None:
        return Edited(with_counts(plan, {sibling.id: sibling.count + rest.count}))
    table = next((i for i in plan.items if _classify(i) == "table"), None)
    seat = (
        make_plain_relation(rest.id, "around", table.id)
        if table
        else make_plain_relation(rest.id, "along_wall", "room")
    )
    return Edited(
        plan.model_copy(update={"items": [*plan.items, rest], "relations": [*plan.relations, seat]})
    )


def _count_partners(plan: ScenePlan, item: Item) -> int | None:
    """Return of how many others each unit has its own, or null where it needs none."""
    counts = {i.id: i.count for i in plan.items}
    paired = [r for r in plan.relations if r.subject == item.id and r.verb == "paired_with"]
    return min((counts[str(r.object)] for r in paired if r.object in counts), default=None)


def _find_free_sibling(plan: ScenePlan, item: Item) -> Item | None:
    """Return an item of the same noun that is paired with nothing."""
    return next(
        (i for i in plan.items if i.noun == item.noun and _count_partners(plan, i) is None), None
    )


def _classify(item: Item) -> str:
    return find_item_class(item.noun, (), item.noun.rsplit(" ", 1)[-1]).name


def set_count(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Add or take away until there are so many."""
    items = find_items(plan, edit.item, edit.noun)
    wanted, there = edit.count or 0, len(list_instances(layout, items))
    planned = sum(item.count for item in items)
    if wanted == there == planned:
        is_are = "is" if there == 1 else "are"
        text = f"There {is_are} {count_noun(there, items[0].noun)} already: nothing is changed."
        raise PlanRejectedError(text)
    if wanted < there:
        taken = edit.model_copy(update={"op": "remove", "count": there - wanted})
        return remove_instances(plan, taken, layout, at)
    _check_count(wanted, items[0].noun)
    if wanted < planned:  # not all of them had found a place
        surplus = items[-1].count - (planned - wanted)
        return Edited(with_counts(plan, {items[-1].id: max(0, surplus)}))
    return _add_units(plan, items[0], wanted - planned) if wanted > planned else Edited(plan)


def _check_count(count: int, noun: str) -> None:
    if count > MAX_COUNT:
        raise PlanRejectedError(
            f"{count:,} are too many: a scene has at most {count_noun(MAX_COUNT, noun)} "
            "of one kind, so say a smaller number.".replace("1000", "1,000")
        )


def remove_instances(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Take instances away, and with them what stands on them."""
    items = find_items(plan, edit.item, edit.noun)
    chosen = select_instances(plan, edit, layout, at)
    if edit.object is not None:
        carriers = {p.id for p in list_instances(layout, find_items(plan, edit.object))}
        chosen = [p for p in chosen if p.support in carriers]
        items = [item for item in items if any(p.item == item.id for p in chosen)]
        if not chosen:
            raise PlanRejectedError("Nothing stands on it: there is nothing to remove.")
    there = len(list_instances(layout, items))
    gone = _find_carried(layout, [p.id for p in chosen])
    notes = _tell_removal(edit, items[0].noun, there, carried=len(gone) - len(chosen))
    named = {item.id for item in items}
    counts: dict[str, int] = {}
    for item in plan.items:
        taken = sum(p.item == item.id for p in layout.placements if p.id in gone)
        if item.id in named:  # what found no place is not wanted back
            counts[item.id] = sum(p.item == item.id for p in layout.placements) - taken
        elif taken:
            counts[item.id] = item.count - taken
    edited, recast, orphans = _part_orphans(with_counts(plan, counts), plan, layout, gone)
    change = LayoutChange(gone=tuple(sorted(gone)), recast=recast)
    return Edited(edited, change, (*notes, *orphans))


def _find_carried(layout: Placements, ids: Iterable[str]) -> set[str]:
    """Return these instances and what stands on them, on whatever level."""
    gone, size = set(ids), -1
    while size != len(gone):
        size = len(gone)
        gone.update(p.id for p in layout.placements if p.support in gone)
    return gone


def _tell_removal(edit: PlanEdit, noun: str, there: int, *, carried: int) -> list[str]:
    notes = []
    if edit.count is not None and edit.count > there:
        is_were = "was" if there == 1 else "were"
        notes.append(f"There {is_were} only {count_noun(there, noun)}: all are removed.")
    if carried > 0:
        notes.append(f"What stood on it went along: {count_noun(carried, 'thing')}.")
    return notes


def _part_orphans(
    plan: ScenePlan, before: ScenePlan, layout: Placements, gone: set[str]
) -> tuple[ScenePlan, tuple[Recast, ...], list[str]]:
    """Make what belonged to something removed an item of its own, which stays where it stands."""
    items, relations = list(plan.items), list(plan.relations)
    recast: list[Recast] = []
    notes = []
    for relation in plan.relations:
        if relation.verb not in _COMPANY_VERBS:
            continue
        orphans = _find_orphans(relation, layout, gone)
        place = next(i for i, item in enumerate(items) if item.id == relation.subject)
        rest = items[place].count - len(orphans)
        if not orphans or rest < 1:
            if orphans:
                relations = [r for r in relations if r.subject != relation.subject]
            continue
        current = plan.model_copy(update={"items": items})
        parted = items[place].model_copy(
            update={"id": make_free_id(items[place].noun, current), "count": len(orphans)}
        )
        items[place] = items[place].model_copy(update={"count": rest})
        items.insert(place + 1, parted)
        recast += [Recast(p.id, parted.id, p.id) for p in orphans]
        target = next(i.noun for i in before.items if i.id == relation.object)
        are = "is" if len(orphans) == 1 else "are"
        notes.append(f"{count_noun(len(orphans), parted.noun)} {are} left without a {target}.")
    edited = plan.model_copy(update={"items": items, "relations": relations})
    return edited, tuple(recast), notes


def _find_orphans(relation: Relation, layout: Placements, gone: set[str]) -> list[Placement]:
    """Return the subjects of a relation whose nearest object is among what is gone."""
    objects = [p for p in layout.placements if p.item == relation.object]
    if not gone.intersection(p.id for p in objects):
        return []
    return [
        p
        for p in layout.placements
        if p.item == relation.subject and p.id not in gone and _find_nearest(p, objects).id in gone
    ]


def _find_nearest(placement: Placement, others: Sequence[Placement]) -> Placement:
    return min(others, key=lambda p: math.dist(get_point(p), get_point(placement)))
