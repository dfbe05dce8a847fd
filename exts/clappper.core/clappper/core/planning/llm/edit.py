"""A whole edited plan against the plan before: what did not have to change does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.planning.models import Item, Miss, Relation, ScenePlan

__all__ = ["keep_untouched"]

_MAX_LIST = 64


def keep_untouched(before: ScenePlan, edited: ScenePlan) -> ScenePlan:
    """Return an edited plan with everything that is as before taken from the plan before.

    Items that stand for the same things keep their ids and every word; those that only changed
    number or assets keep their ids. Order is as before, new things come last.

    Args:
        before: The scene that was edited.
        edited: The whole plan a model submitted, reviewed.
    """
    names = _match_ids(before, edited)
    items = {
        names[item.id]: item.model_copy(update={"id": names[item.id]}) for item in edited.items
    }
    kept = [_keep_item(item, items.pop(item.id)) for item in before.items if item.id in items]
    relations = [_rename(relation, names) for relation in edited.relations]
    same = [relation for relation in before.relations if relation in relations]
    targets = [names.get(target, target) for target in edited.camera.targets]
    if set(targets) == set(before.camera.targets):
        targets = before.camera.targets
    notes = dict.fromkeys((*before.assumptions, *edited.assumptions))
    return edited.model_copy(
        update={
            "items": [*kept, *items.values()],
            "relations": [*same, *(r for r in relations if r not in same)],
            "camera": edited.camera.model_copy(update={"targets": targets}),
            "misses": _join_misses(before.misses, edited.misses),
            "assumptions": list(notes)[-_MAX_LIST:],
        }
    )


def _match_ids(before: ScenePlan, edited: ScenePlan) -> dict[str, str]:
    """Return the id of each edited item: its own, or that of the same thing before."""
    own = {item.id for item in edited.items}
    free = {item.id: item for item in before.items if item.id not in own}
    known = {item.id: item for item in before.items}
    names: dict[str, str] = {}
    for item in edited.items:
        names[item.id] = item.id
        if item.id in known:
            continue
        alike = next((other for other in free.values() if _is_same_thing(other, item)), None)
        if alike is not None:
            names[item.id] = alike.id
            del free[alike.id]
    return names


def _is_same_thing(before: Item, after: Item) -> bool:
    return before.noun == after.noun and set(before.asset_ids) == set(after.asset_ids)


def _keep_item(before: Item, after: Item) -> Item:
    """Return an item as it was, but for its number and its assets where these changed."""
    if before.noun != after.noun:
        return after
    update: dict[str, object] = {}
    if before.count != after.count:
        update["count"] = after.count
    if set(before.asset_ids) != set(after.asset_ids):
        update |= {"asset_ids": after.asset_ids, "attributes": after.attributes}
    return before.model_copy(update=update) if update else before


def _rename(relation: Relation, names: dict[str, str]) -> Relation:
    update = {
        name: names[value]
        for name in ("subject", "object", "object2")
        if (value := getattr(relation, name)) in names
    }
    return relation.model_copy(update=update)


def _join_misses(before: list[Miss], after: list[Miss]) -> list[Miss]:
    asked = {miss.asked for miss in before}
    return [*before, *(miss for miss in after if miss.asked not in asked)][:_MAX_LIST]
