"""The other side: what a relation of a thing becomes when it changes over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.follow_ups.target import read_phrase

if TYPE_CHECKING:
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.models import Item, Relation, Side, Verb

__all__ = ["read_other_side"]

_VERBS: dict[Verb, Verb] = {
    "left_of": "right_of",
    "right_of": "left_of",
    "in_front_of": "behind",
    "behind": "in_front_of",
}
_SIDES: dict[Side, Side] = {"left": "right", "right": "left", "front": "back", "back": "front"}
_SIDE = re.compile(r"(?:(?:on|to) )?(?:the )?(?P<side>left|right)(?: hand)? side(?: of it)?")
_OTHER = (
    *(("on", "the", "other", "side"), ("to", "the", "other", "side")),
    *(("on", "the", "opposite", "side"), ("to", "the", "opposite", "side")),
    *(("at", "the", "other", "side"), ("against", "the", "other", "wall")),
    *(("on", "the", "opposite", "wall"), ("on", "the", "other", "wall")),
    *(("to", "the", "opposite", "wall"), ("to", "the", "other", "wall")),
)


def read_other_side(
    scene: EditScene, item: Item, rest: tuple[Token, ...]
) -> dict[str, object] | None:
    """Return the relation by which a thing stands on the other side, as fields of an edit.

    Args:
        scene: The scene.
        item: What has a side now.
        rest: Words that may say on the other side, of what it has its side by or of that alone.
    """
    side = _SIDE.fullmatch(" ".join(token.norm for token in rest))
    if side is not None:
        return _take_side(scene, item, f"{side['side']}_of")
    if tuple(token.norm for token in rest[:4]) not in _OTHER:
        return None
    after = rest[4:]
    named: set[str] | None = None
    if after:
        phrase = read_phrase(after[1:]) if after[0].norm == "of" else None
        if phrase is None:
            return None
        is_room = phrase.kind in ("room", "place")
        named = {"room"} if is_room else {found.id for found in scene.find(phrase)}
    for relation in scene.plan.relations:
        is_meant = named is None or relation.object in named
        if relation.subject == item.id and is_meant:
            fields = _change_over(relation)
            if fields is not None:
                return fields
    return None


def _take_side(scene: EditScene, item: Item, verb: str) -> dict[str, object] | None:
    """Read only the right side: of what a thing has its side by."""
    for relation in scene.plan.relations:
        if relation.subject == item.id and relation.verb in _VERBS:
            return {"relation": verb, "object": relation.object}
    return None


def _change_over(relation: Relation) -> dict[str, object] | None:
    verb = _VERBS.get(relation.verb)
    if verb is not None:
        return {"relation": verb, "object": relation.object, "distance_m": relation.distance_m}
    side = _SIDES.get(relation.side) if relation.side is not None else None
    if side is None:
        return None
    return {"relation": relation.verb, "object": relation.object, "side": side}
