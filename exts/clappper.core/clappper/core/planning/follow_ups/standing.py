"""Which instances are meant, told by where they stand: the desk by the door, what is in the corner.

Where a thing stands is what the plan says of it. Where it does not say so, the nearest is meant.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.beside import match_relation
from clappper.core.planning.follow_ups.draft import read_ties
from clappper.core.planning.follow_ups.target import read_phrase

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import Which
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.follow_ups.target import Target
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.models import Item, Verb

__all__ = ["read_reference", "read_standing"]

_CAMERA_WORDS = ("camera", "viewer", "me", "us")
_NEAR = (
    *(("nearest", "to"), ("closest", "to"), ("nearest",), ("closest",)),
    *(("next", "to"), ("close", "to"), ("near",), ("by",), ("at",), ("beside",)),
    *(("farthest", "from"), ("furthest", "from"), ("far", "from")),
)
#: Sides that single out: the forklift on the left.
_AT_SIDE: dict[tuple[str, ...], Which] = {
    ("on", "the", "left"): "leftmost",
    ("on", "the", "right"): "rightmost",
    ("in", "the", "middle"): "middle",
    ("in", "the", "front"): "frontmost",
    ("in", "the", "back"): "backmost",
    ("at", "the", "back"): "backmost",
    ("at", "the", "front"): "frontmost",
}
#: Begin of a clause that tells which one is meant, and its verbs.
_RELATIVES = ("that", "which", "who")
_STANDS = frozenset(
    (
        *("is", "are", "was", "were", "currently", "now", "already", "right"),
        *("stand", "stands", "standing", "sit", "sits", "sitting", "hang", "hangs", "hanging"),
        *("lie", "lies", "lying", "lean", "leans", "leaning", "parked", "placed", "located"),
    )
)
#: Words a place begins with that may tell which one is meant without a clause.
_PLACES = frozenset(
    (
        *("in", "on", "at", "under", "behind", "between", "along", "against", "around"),
        *("inside", "beside", "near", "next"),
    )
)
#: Words a goal begins with, after the place where a thing stands now.
_GOALS = frozenset(
    (
        *("to", "into", "onto", "towards", "closer", "nearer", "away", "in", "on", "at", "under"),
        *("behind", "along", "against", "next", "near", "beside", "by", "over", "out", "up"),
    )
)
#: Relations that are meant where people say by, at and next to.
_SIDE_BY_SIDE: frozenset[Verb] = frozenset(
    ("near", "next_to", "paired_with", "around", "left_of", "right_of")
)


def read_standing(
    scene: EditScene, target: Target, rest: tuple[Token, ...], *, is_placed: bool
) -> tuple[Target, tuple[Token, ...]]:
    """Return what is meant when it is told where it stands, and the words after that.

    Args:
        scene: The scene.
        target: What is named.
        rest: The words after it.
        is_placed: Near the door says where it is to go, unless it is said that it stands there.

    Raises:
        PlanRejectedError: It is told, but not of any of them, or not of how many.
    """
    place = _skip_relative(rest)
    is_told = len(place) < len(rest)
    if not place or (target.which is not None and not is_told):
        return target, rest
    side = _read_side(target, place, is_placed=is_placed and not is_told)
    if side is not None:
        return replace(target, which=side, count=1), place[3:]
    end = _find_end(place)
    has_goal = bool(place[end:]) and place[end].norm in _GOALS
    if is_told or (place[0].norm in _PLACES and (has_goal or not is_placed)):
        standing = _find_standing(scene, target, place[:end], is_told=is_told)
        if standing and (len(standing) < len(target.items) or _may_be_all(target, standing)):
            return replace(target, items=tuple(standing)), place[end:]
    near = (target, rest) if is_placed and not is_told else _read_near(scene, target, place)
    if near[0] is not target:
        return near
    if is_told and target.total > 1:
        raise target.ask_which()
    return target, place[end:] if is_told else rest


def _skip_relative(rest: tuple[Token, ...]) -> tuple[Token, ...]:
    """Pass over that is, which stands, standing; of words that go on with a place."""
    start = 1 if rest and rest[0].norm == "," else 0
    place = rest[start:]
    is_relative = bool(place) and place[0].norm in _RELATIVES
    skipped = place[1:] if is_relative else place
    while skipped and skipped[0].norm in _STANDS:
        skipped = skipped[1:]
    is_place = bool(skipped) and (
        skipped[0].norm in _PLACES
        or match_relation(skipped) is not None
        or any(tuple(t.norm for t in skipped[: len(words)]) == words for words in _NEAR)
    )
    return skipped if is_place and len(skipped) < len(place) else rest


def _find_end(place: tuple[Token, ...]) -> int:
    """Return how many words say a place: next to the red door."""
    link = match_relation(place)
    start = len(link.words) if link is not None else 1
    phrase = read_phrase(place[start:])
    return start + (phrase.end if phrase is not None else 0)


def _read_side(target: Target, place: tuple[Token, ...], *, is_placed: bool) -> Which | None:
    """Read the forklift on the left, where it does not stand to the left of something."""
    after = [t.norm for t in place[3:4]]
    if after == ["of"] or (is_placed and not after) or target.is_plural or target.which:
        return None
    return _AT_SIDE.get(tuple(t.norm for t in place[:3]))


def _find_standing(
    scene: EditScene, target: Target, place: tuple[Token, ...], *, is_told: bool
) -> list[Item]:
    """Return the items of what is named of which the plan says that place."""
    try:
        ties = [tie for item in target.items[:1] for tie in read_ties(scene, item, place)]
    except PlanRejectedError:
        if is_told:
            raise
        return []
    return [
        item for item in target.items if ties and all(_stands(scene, item, tie) for tie in ties)
    ]


def _stands(scene: EditScene, item: Item, tie: dict[str, object]) -> bool:
    verb = tie["relation"]
    verbs = _SIDE_BY_SIDE if verb in ("near", "next_to") else {verb}
    return any(
        r.subject == item.id
        and r.verb in verbs
        and r.object == tie["object"]
        and tie["side"] in (None, r.side)
        for r in scene.plan.relations
    )


def _may_be_all(target: Target, standing: list[Item]) -> bool:
    """Whether all that stand there can be meant: the plant, two of them, the chairs."""
    total = sum(item.count for item in standing)
    return target.is_plural or total <= (target.count or 1)


def _read_near(
    scene: EditScene, target: Target, rest: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]]:
    """Read the one near the door, closest to the camera."""
    for words in _NEAR:
        if tuple(token.norm for token in rest[: len(words)]) != words:
            continue
        after = rest[len(words) :]
        if words in (("by",), ("at",)) and [token.norm for token in after[:1]] != ["the"]:
            return target, rest  # replaced by something, at 2 m
        found = read_reference(scene, after)
        if found is None or target.which is not None:
            return target, rest
        if target.is_plural and target.count is None:
            noun = target.phrase.asked if target.phrase else target.noun
            raise PlanRejectedError(f"Say how many {noun} that is, for example “the two {noun} …”.")
        which: Which = "farthest" if words[0].startswith(("far", "fur")) else "nearest"
        return replace(target, which=which, of=found[0], count=target.count or 1), found[1]
    return target, rest


def read_reference(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[str, tuple[Token, ...]] | None:
    """Return the item, camera or room that a phrase names, and the words after it, or nothing.

    Raises:
        PlanRejectedError: It names a thing that is not in the scene.
    """
    if tokens and tokens[0].norm in _CAMERA_WORDS:
        return "camera", tokens[1:]
    phrase = read_phrase(tokens)
    if phrase is None:
        return None
    if phrase.kind == "camera" or phrase.head in _CAMERA_WORDS:
        return "camera", tokens[phrase.end :]
    if phrase.kind in ("room", "place"):
        return "room", tokens[phrase.end :]
    items = scene.find(phrase)
    if not items:
        raise scene.refuse(phrase)
    return items[0].id, tokens[phrase.end :]
