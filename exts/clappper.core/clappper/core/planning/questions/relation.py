"""Relations of a plan in words, and which items stand to an item in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.llm.text import clean_words
from clappper.core.planning.questions.ground import name_item, say_metres

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clappper.core.planning.models import Item, Relation
    from clappper.core.planning.questions.ground import Ground

__all__ = ["FACING_WORDS", "find_company", "say_relation"]

#: Side of the room that something looks to, by its yaw in quarter turns.
FACING_WORDS = ("front", "right", "back", "left")
_SIDES = {
    "left": "left",
    "right": "right",
    "front": "front",
    "back": "back",
    "north": "back",
    "south": "front",
    "east": "right",
    "west": "left",
}
_TO_OBJECT = {
    "around": "around {object}",
    "near": "near {object}",
    "next_to": "next to {object}",
    "across_from": "across from {object}",
    "far_from": "far from {object}",
    "left_of": "to the left of {object}",
    "right_of": "to the right of {object}",
    "in_front_of": "in front of {object}",
    "behind": "behind {object}",
    "facing": "facing {object}",
    "on_top_of": "on {object}",
    "under": "under {object}",
    "inside": "inside {object}",
    "aligned_with": "in line with {object}",
    "paired_with": "one at each {noun}",
    "between": "between {object} and {object2}",
}
_IN_ROOM = {
    "rows": "in rows",
    "grid": "in a grid",
    "line": "in a line",
    "stack": "in a stack",
    "scatter": "scattered about",
    "in_corner": "in a corner",
    "centered": "in the middle of the room",
    "along_wall": "along a wall",
    "in_wall": "in a wall",
}
_NEAR = (
    *("near", "next_to", "left_of", "right_of", "in_front_of", "behind", "paired_with", "around"),
    *("across_from", "between", "aligned_with"),
)
#: Verbs by which a single thing stands to one thing.
_TO_ONE = (
    *("near", "next_to", "left_of", "right_of", "in_front_of", "behind", "across_from"),
    *("on_top_of", "under", "inside", "facing"),
)
_MUTUAL = ("near", "next_to", "across_from", "aligned_with")


def say_relation(relation: Relation, ground: Ground) -> str:
    """Return a relation in words, and what was measured where it does not hold."""
    return f"{_say(relation, ground)}{_say_broken(relation, ground)}"


def find_company(verb: str, others: Sequence[Item], ground: Ground) -> Iterator[tuple[Item, str]]:
    """Yield the items that stand to others as a verb says, with the relation in words.

    Args:
        verb: Verb of the question; next to and near are said of whatever is at a thing.
        others: What they stand to.
        ground: The scene.
    """
    assert ground.plan is not None
    ids = {item.id for item in others}
    items = {item.id: item for item in ground.plan.items}
    verbs = _NEAR if verb in ("near", "next_to") else (verb,)
    seen: set[str] = set()
    for relation in ground.plan.relations:
        if relation.verb not in verbs:
            continue
        words = say_relation(relation, ground)
        if relation.subject not in seen and ids.intersection((relation.object, relation.object2)):
            seen.add(relation.subject)
            yield items[relation.subject], words
        elif relation.verb in _MUTUAL and relation.subject in ids and relation.object in items:
            other = items[relation.object]
            if other.id not in seen:
                seen.add(other.id)
                yield other, f"{name_item(items[relation.subject])}: {words}"
    if verb == "on_top_of":
        for item in _find_carried(ids, ground):
            if item.id not in seen:
                yield item, "as placed"


def _find_carried(ids: set[str], ground: Ground) -> Iterator[Item]:
    """Yield the items of which something rests on one of others."""
    assert ground.plan is not None
    placements = ground.evidence.placements
    if placements is None:
        return
    carriers = {p.id for p in placements.placements if p.item in ids}
    carried = {p.item for p in placements.placements if p.support in carriers}
    yield from (item for item in ground.plan.items if item.id in carried)


def _say(relation: Relation, ground: Ground) -> str:
    if relation.verb in _IN_ROOM and relation.verb not in _TO_OBJECT:
        is_one = _count_items(ground).get(relation.subject) == 1
        is_anywhere = is_one and relation.verb == "scatter"
        return "somewhere in the room" if is_anywhere else _say_in_room(relation)
    template = _TO_OBJECT.get(relation.verb, relation.verb.replace("_", " "))
    words = template.format(
        object=_name_object(relation, ground),
        object2=_name(relation.object2, ground),
        noun=_noun(relation.object, ground),
    )
    if relation.distance_m is not None and relation.verb in ("near", "next_to"):
        words += f" (within {say_metres(relation.distance_m)})"
    return words


def _say_in_room(relation: Relation) -> str:
    words = _IN_ROOM[relation.verb]
    side = _SIDES.get(relation.side or "")
    if side and relation.verb in ("along_wall", "in_wall"):
        words = words.replace("a wall", f"the {side} wall")
    elif side:
        words += f" at the {side}"
    if relation.rows and relation.verb in ("rows", "grid"):
        words = f"in {relation.rows} row{'' if relation.rows == 1 else 's'}"
        words += f" of {relation.per_row}" if relation.per_row else ""
    if relation.distance_m is not None:
        words += f", {say_metres(relation.distance_m)} apart"
    return words


def _name(id_: str | None, ground: Ground) -> str:
    assert ground.plan is not None
    item = next((item for item in ground.plan.items if item.id == id_), None)
    return name_item(item) if item is not None else f"the {id_ or 'room'}"


def _name_object(relation: Relation, ground: Ground) -> str:
    """Return the object of a relation; a single thing stands to one of several."""
    counts = _count_items(ground)
    name = _name(relation.object, ground)
    is_one = counts.get(relation.subject) == 1 and relation.verb in _TO_ONE
    return f"one of {name}" if is_one and counts.get(relation.object or "", 1) > 1 else name


def _count_items(ground: Ground) -> dict[str, int]:
    assert ground.plan is not None
    return {item.id: item.count for item in ground.plan.items}


def _noun(id_: str | None, ground: Ground) -> str:
    assert ground.plan is not None
    nouns = (item.noun for item in ground.plan.items if item.id == id_)
    return clean_words(next(nouns, "one"), limit=80)


def _say_broken(relation: Relation, ground: Ground) -> str:
    certificate = ground.evidence.certificate
    for report in certificate.relations if certificate is not None else ():
        same = (relation.verb, relation.subject, relation.object)
        if (report.verb, report.subject, report.object) == same and not report.holds:
            return f" (asked for, but not so: {clean_words(report.measured, limit=120)})"
    return ""
