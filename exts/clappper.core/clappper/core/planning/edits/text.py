"""Edits in words: what was done, for the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.edits.selection import count_noun
from clappper.core.planning.inflection import pluralize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.models import ScenePlan

__all__ = ["describe_edits"]

_TO_SIDE = {
    "left": "to the left", "right": "to the right", "front": "to the front", "back": "to the back",
    "north": "to the north", "south": "to the south", "east": "to the east", "west": "to the west",
}  # fmt: skip
_VERBS = {
    "on_top_of": "on",
    "along_wall": "along a wall of",
    "in_corner": "in a corner of",
    "in_wall": "in a wall of",
    "centered": "in the middle of",
    "rows": "in rows in",
    "grid": "in a grid in",
    "line": "in a line in",
    "stack": "stacked in",
    "scatter": "about",
}
_FILM = ("frames", "fps", "width", "height")


def describe_edits(edits: Iterable[PlanEdit], plan: ScenePlan) -> str:
    """Return what edits do in one short text: Removed 2 chairs. Added 1 potted plant.

    Args:
        edits: The edits.
        plan: The scene before them, for the names of its items.
    """
    words = _Words(
        {item.id: item.noun for item in plan.items},
        frozenset(item.id for item in plan.items if item.count == 1),
    )
    sentences: list[str] = []
    for edit in edits:
        if edit.op == "add" and edit.item and edit.noun:
            words.nouns.setdefault(edit.item, edit.noun)
        if edit.op == "part" and edit.object:
            words.nouns[edit.object] = words.which(edit).removeprefix("the ")
            continue
        sentences.append(f"{_DESCRIBE[edit.op](edit, words)}.")
    return " ".join(dict.fromkeys(sentences))


class _Words(NamedTuple):
    """Nouns of items by id, and the items there is only one of."""

    nouns: dict[str, str]
    single: frozenset[str]

    def name(self, id_: str | None) -> str:
        """Return an item, the room or the camera with its article."""
        noun = self._get_noun(id_ or "scene")
        return noun if noun[-1].isdecimal() else f"the {noun}"

    def noun(self, edit: PlanEdit) -> str:
        """Return the noun of what an edit is about."""
        return self._get_noun(edit.item) if edit.item else edit.noun or "thing"

    def which(self, edit: PlanEdit) -> str:
        """Return what an edit is about: 2 chairs, the leftmost forklift, all pallets."""
        noun = self.noun(edit)
        if edit.which == "index":
            return f"{noun} {edit.index}"
        count = edit.count or 1
        if edit.which is None and edit.count is not None:
            return count_noun(count, noun)
        if edit.which in (None, "all"):
            return self.name(edit.item) if edit.item in self.single else f"all {pluralize(noun)}"
        things = noun if count == 1 else f"{count} {pluralize(noun)}"
        if edit.which in ("nearest", "farthest") and edit.of not in (None, "camera"):
            to = "to" if edit.which == "nearest" else "from"
            return f"the {things} {edit.which} {to} {self.name(edit.of)}"
        many = f"the {count} {edit.which} {pluralize(noun)}"
        return f"the {edit.which} {noun}" if count == 1 else many

    def where(self, edit: PlanEdit) -> str:
        """Return where an edit puts what it is about, or nothing."""
        if edit.relation is None:
            return ""
        verb = _VERBS.get(edit.relation, edit.relation.replace("_", " "))
        return f" {verb} {self.name(edit.object)}"

    def _get_noun(self, id_: str) -> str:
        return self.nouns.get(id_, re.sub(r"_[0-9]+$", "", id_).replace("_", " "))


def _add(edit: PlanEdit, words: _Words) -> str:
    return f"Added {count_noun(edit.count or 1, words.noun(edit))}{words.where(edit)}"


def _remove(edit: PlanEdit, words: _Words) -> str:
    is_everything = edit.item is None and edit.noun is None
    if is_everything and edit.object is not None:
        return f"Removed what stood on {words.name(edit.object)}"
    return "Removed everything" if is_everything else f"Removed {words.which(edit)}"


def _set_count(edit: PlanEdit, words: _Words) -> str:
    are = "is" if edit.count == 1 else "are"
    return f"There {are} {count_noun(edit.count or 0, words.noun(edit))} now"


def _move(edit: PlanEdit, words: _Words) -> str:
    way = f" {edit.distance_m:g} m" if edit.distance_m is not None and edit.distance_m < 200 else ""
    if edit.object is None:
        return f"Moved {words.which(edit)}{way} {_TO_SIDE[edit.side or 'left']}"
    to = "away from" if edit.relation == "far_from" else "towards"
    target = "the wall" if edit.object == "room" else words.name(edit.object)
    return f"Moved {words.which(edit)}{way} {to} {target}"


def _rotate(edit: PlanEdit, words: _Words) -> str:
    if edit.object is not None:
        return f"Turned {words.which(edit)} to {words.name(edit.object)}"
    turn = edit.yaw_deg or 0.0
    way = "" if abs(turn) == 180 else " counter-clockwise" if turn > 0 else " clockwise"
    return f"Turned {words.which(edit)} {abs(turn):g} degrees{way}"


def _swap(edit: PlanEdit, words: _Words) -> str:
    if edit.object is not None:
        return f"Let {words.which(edit)} and {words.name(edit.object)} exchange places"
    other = pluralize(edit.noun) if edit.noun and edit.item else "others of their kind"
    return f"Replaced {words.which(edit)} with {other}"


def _relate(edit: PlanEdit, words: _Words) -> str:
    return f"Put {words.which(edit)}{words.where(edit)}"


def _unrelate(edit: PlanEdit, words: _Words) -> str:
    return f"The {words.noun(edit)} need not stand{words.where(edit)} any more"


def _environment(edit: PlanEdit, _words: _Words) -> str:
    room = edit.room
    assert room is not None
    parts = []
    if room.kind is not None:
        parts.append(f"The place is now: {room.kind.replace('_', ' ')}")
    sides = ((room.width_m, "wide"), (room.depth_m, "deep"), (room.height_m, "high"))
    said = [f"{value:g} m {word}" for value, word in sides if value is not None]
    if said:
        parts.append(f"The room is now {', '.join(said)}")
    if room.walls is not None:
        parts.append(f"Walls: {room.walls}")
    if room.density is not None:
        parts.append(f"Density: {room.density}")
    return "; ".join(parts) or "The place stays as it is"


def _lighting(edit: PlanEdit, _words: _Words) -> str:
    return f"The light is now: {(edit.mood or 'day').replace('_', ' ')}"


def _camera(edit: PlanEdit, words: _Words) -> str:
    camera = edit.camera
    assert camera is not None
    said = camera.model_dump(exclude_none=True)
    parts = []
    if camera.shot is not None:
        parts.append(camera.shot.replace("_", " "))
    if camera.move is not None:
        parts.append(camera.move.replace("_", " "))
    if camera.targets is not None:
        parts.append("on " + (", ".join(words.name(t) for t in camera.targets) or "everything"))
    if camera.height_m is not None:
        parts.append(f"{camera.height_m:g} m high")
    if camera.focal_length_mm is not None:
        parts.append(f"{camera.focal_length_mm:g} mm lens")
    if camera.duration_s is not None:
        parts.append(f"{camera.duration_s:g} s")
    parts += [f"{name} {said[name]}" for name in _FILM if name in said]
    return f"Camera: {', '.join(parts)}"


def _seed(edit: PlanEdit, words: _Words) -> str:
    what = "everything" if edit.item is None and edit.noun is None else words.which(edit)
    return f"Placed {what} anew"


_DESCRIBE: dict[str, Callable[[PlanEdit, _Words], str]] = {
    "add": _add,
    "remove": _remove,
    "set_count": _set_count,
    "move": _move,
    "rotate": _rotate,
    "swap": _swap,
    "relate": _relate,
    "unrelate": _unrelate,
    "environment": _environment,
    "lighting": _lighting,
    "camera": _camera,
    "seed": _seed,
}
