"""What relations may say, each for itself and all together; geometry is the solver's business."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.models import Relation, Verb

__all__ = ["CAMERA", "ROOM", "check_relation", "find_contradictions"]

#: What relations may name besides items.
ROOM, CAMERA = "room", "camera"
#: Verbs that need another item; around the room is a circle in its middle.
_ITEM_VERBS: frozenset[Verb] = frozenset(
    ("around", "on_top_of", "under", "inside", "paired_with", "between")
)
_CAMERA_VERBS: frozenset[Verb] = frozenset(
    ("facing", "near", "far_from", "left_of", "right_of", "in_front_of", "behind")
)
#: Verbs by which one thing is held by another.
_HOLDING: frozenset[Verb] = frozenset(("on_top_of", "inside"))
_OPPOSITES: dict[Verb, tuple[Verb, ...]] = {
    "left_of": ("right_of",),
    "right_of": ("left_of",),
    "in_front_of": ("behind",),
    "behind": ("in_front_of",),
    "near": ("far_from",),
    "next_to": ("far_from",),
    "far_from": ("near", "next_to"),
    "on_top_of": ("under",),
    "under": ("on_top_of",),
}


def check_relation(relation: Relation) -> str | None:
    """Return what is wrong with a relation, as a sentence, or None."""
    said = f"“{relation.verb} {relation.subject} {relation.object}”"
    is_circle = relation.verb == "around" and relation.object == ROOM
    if relation.verb in _ITEM_VERBS and relation.object in (None, ROOM, CAMERA) and not is_circle:
        return f"{said} needs another item."
    if relation.object == CAMERA and relation.verb not in _CAMERA_VERBS:
        return f"{said} is no relation to the camera."
    if relation.verb == "facing" and relation.object is None:
        return f"{said} needs something to face."
    if relation.verb == "between" and relation.object2 in (None, ROOM, CAMERA):
        return f"{said} needs a second item."
    if relation.object == relation.subject and relation.verb != "facing":
        return f"{said}: nothing stands in relation to itself."
    return None


def find_contradictions(relations: Sequence[Relation]) -> dict[int, str]:
    """Return which relations contradict earlier ones, by their place, with a sentence why."""
    found: dict[int, str] = {}
    earlier: set[tuple[str, str, str | None]] = set()
    held: dict[str, set[str]] = {}
    for place, relation in enumerate(relations):
        verb, subject, target = relation.verb, relation.subject, relation.object
        opposites = [o for o in _OPPOSITES.get(verb, ()) if (o, subject, target) in earlier]
        if opposites:
            found[place] = f"{subject} cannot be {verb} and {opposites[0]} {target} at once."
            continue
        if verb in _HOLDING and target is not None:
            if _reaches(held, target, subject):
                found[place] = f"{subject} rests on what rests on it ({target})."
                continue
            held.setdefault(subject, set()).add(target)
        earlier.add((verb, subject, target))
    return found


def _reaches(held: dict[str, set[str]], start: str, goal: str) -> bool:
    """Tell whether ``start`` rests on ``goal``, directly or not."""
    seen, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += held.get(name, ())
    return False
