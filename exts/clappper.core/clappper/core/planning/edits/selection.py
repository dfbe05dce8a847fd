"""Which items an edit is about, and which of their instances; refusals that say what there is."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.inflection import pluralize
from clappper.core.planning.lexicon import load_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from clappper.core.layout.models import Placement, Placements
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.models import Item, ScenePlan

__all__ = [
    "Point",
    "count_noun",
    "find_items",
    "get_point",
    "list_instances",
    "list_inventory",
    "order_number",
    "refuse_unknown",
    "select_instances",
]

#: x and y [m, layout frame].
Point = tuple[float, float]

#: Instances that differ by less than a millimetre are alike in where they stand.
_DIGITS = 3
_NUMBER = re.compile(r"(\d+)$")


def count_noun(count: int, noun: str) -> str:
    """Return a number of things in words: 1 desk, 3 forklifts, 8 shelving units."""
    if noun.rsplit(" ", 1)[-1] in load_words().mass_nouns:
        return f"{count} {noun} unit{'' if count == 1 else 's'}"
    return f"{count} {noun if count == 1 else pluralize(noun)}"


def list_inventory(plan: ScenePlan) -> list[str]:
    """Return what a scene has, a noun each with its number, in the plan's order."""
    counts: dict[str, int] = {}
    for item in plan.items:
        counts[item.noun] = counts.get(item.noun, 0) + item.count
    return [count_noun(count, noun) for noun, count in counts.items()]


def refuse_unknown(words: str, plan: ScenePlan) -> PlanRejectedError:
    """Return the error for something a scene does not have."""
    there = f"it has {', '.join(list_inventory(plan))}" if plan.items else "it is empty"
    return PlanRejectedError(f"There is no {words} in this scene: {there}.")


def find_items(plan: ScenePlan, item: str | None, noun: str | None = None) -> list[Item]:
    """Return the item with an id, all items of a noun, or all.

    Raises:
        PlanRejectedError: There is none.
    """
    if item is None and noun is None:
        return list(plan.items)
    found = [i for i in plan.items if (i.id == item if item else i.noun == noun)]
    if not found:
        raise refuse_unknown((item or noun or "such thing").replace("_", " "), plan)
    return found


def list_instances(layout: Placements, items: Iterable[Item]) -> list[Placement]:
    """Return the placed instances of items, by item and number."""
    order = {item.id: index for index, item in enumerate(items)}
    own = [p for p in layout.placements if p.item in order]
    return sorted(own, key=lambda p: (order[p.item], order_number(p.id), p.id))


def order_number(id_: str) -> int:
    """Return the number at the end of an instance's id, 0 when there is none."""
    match = _NUMBER.search(id_)
    return int(match[1]) if match else 0


def select_instances(
    plan: ScenePlan, edit: PlanEdit, layout: Placements, viewpoint: Point
) -> list[Placement]:
    """Return the instances an edit is about.

    Args:
        plan: The scene.
        edit: Names items, which of their instances, and how many.
        layout: Where they stand.
        viewpoint: Where the camera stands.

    Raises:
        PlanRejectedError: There is no such item, or no instance with that number.
    """
    items = find_items(plan, edit.item, edit.noun if edit.item is None else None)
    instances = list_instances(layout, items)
    if edit.which == "index":
        return [_get_numbered(instances, edit.index or 1, items[0].noun)]
    if edit.which in (None, "all"):
        chosen = (
            instances if edit.which or edit.op != "remove" else _order_loosest(layout, instances)
        )
        return chosen if edit.count is None or edit.which == "all" else chosen[: edit.count]
    chosen = sorted(instances, key=_make_order(plan, edit, layout, instances, viewpoint))
    return chosen[: 1 if edit.count is None else edit.count]


def _get_numbered(instances: Sequence[Placement], index: int, noun: str) -> Placement:
    numbered = [p for p in instances if order_number(p.id) == index]
    if numbered:
        return numbered[0]
    numbers = ", ".join(str(order_number(p.id)) for p in instances[:12])
    raise PlanRejectedError(f"There is no {noun} {index}: they have the numbers {numbers}.")


def _order_loosest(layout: Placements, instances: Sequence[Placement]) -> list[Placement]:
    """Return the last ones first, but those that carry nothing before those that do."""
    carriers = {p.support for p in layout.placements}
    last_first = list(reversed(instances))
    return sorted(last_first, key=lambda p: p.id in carriers)


def _make_order(
    plan: ScenePlan,
    edit: PlanEdit,
    layout: Placements,
    instances: Sequence[Placement],
    viewpoint: Point,
) -> Callable[[Placement], tuple[float, float]]:
    """Return what orders instances; of those alike in it the left and the front ones go first."""
    if edit.which in ("nearest", "farthest"):
        sign = 1.0 if edit.which == "nearest" else -1.0
        points = _list_points(plan, edit.of, layout, viewpoint)
        return lambda p: (
            round(sign * min(math.dist(get_point(p), point) for point in points), _DIGITS),
            p.translation_m.x,
        )
    xs = sorted(p.translation_m.x for p in instances)
    middle = xs[len(xs) // 2] if xs else 0.0

    def order(placement: Placement) -> tuple[float, float]:
        x, y = (round(value, _DIGITS) for value in get_point(placement))
        number = instances.index(placement)
        return {
            "leftmost": (x, y),
            "rightmost": (-x, y),
            "frontmost": (y, x),
            "backmost": (-y, x),
            "middle": (abs(x - middle), y),
            "first": (number, 0.0),
            "last": (-number, 0.0),
        }[edit.which or "first"]

    return order


def _list_points(
    plan: ScenePlan, of: str | None, layout: Placements, viewpoint: Point
) -> list[Point]:
    if of in (None, "camera"):
        return [viewpoint]
    if of == "room":
        return [(0.0, 0.0)]
    points = [get_point(p) for p in list_instances(layout, find_items(plan, of))]
    return points or [viewpoint]


def get_point(placement: Placement) -> Point:
    """Return where an instance stands [m, layout frame]."""
    return placement.translation_m.x, placement.translation_m.y
