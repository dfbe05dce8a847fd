"""Reads requests about the place: larger, so many metres wide, without walls, another kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.models import RoomChange
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.lexicon import load_places

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.lexicon import Place
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_room"]

#: Factors on a side: bigger, much bigger, a bit bigger.
_USUAL, _MUCH, _LITTLE = 1.25, 1.5, 1.1
#: Words for more and for less, by the sides they are about.
_GROWING = {
    **dict.fromkeys(("bigger", "larger", "roomier", "big", "large", "enlarge", "expand"), "xy"),
    **dict.fromkeys(("wider", "broader", "widen"), "x"),
    **dict.fromkeys(("deeper", "longer", "extend", "lengthen"), "y"),
    **dict.fromkeys(("higher", "taller", "heighten"), "z"),
}
_SHRINKING = {
    **dict.fromkeys(("smaller", "tighter", "small", "shrink"), "xy"),
    "narrower": "x",
    "shorter": "y",
    "lower": "z",
}
_SIDES = {"x": "width_m", "y": "depth_m", "z": "height_m"}
_PERCENT = re.compile(r"\b(?P<share>\d+(?:\.\d+)?)(?:_u| %| percent)")
_TIMES = re.compile(r"\b(?:(?P<word>twice|half|double)|(?P<times>\d+(?:\.\d+)?) times)\b")
_TIMES_WORDS = {"twice": 2.0, "double": 2.0, "half": 0.5}
_LENGTH = re.compile(r"\b\d+(?:\.\d+)?_m\b")
_CEILING = re.compile(
    r"\b(?P<height>\d+(?:\.\d+)?)_m (?:high |tall )?ceilings?\b"
    r"|\bceilings? (?:height )?(?:at |of |to )?(?P<height2>\d+(?:\.\d+)?)_m\b"
)
_NO_WALLS = re.compile(
    r"^(?:(?:remove|delete|take away|take down|get rid of|no more|no|without|drop|clear)"
    r"(?: all)?(?: of)?(?: the)?|(?:make it|the room) (?:without|has no)) walls?(?: away| down)?$"
)
_ALL_WALLS = re.compile(
    r"^(?:add|put up|build|with|close|i want|there should be)(?: all)?(?: the)? (?:4 )?walls?"
    r"(?: on all sides| all around)?$"
)
_BACK_WALL = re.compile(
    r"\b(?:only|just|keep|leave)\b.*\bback wall$|^(?:only )?(?:a|the) back wall(?: only)?$"
)
_BECOME = re.compile(
    r"^(?:make|turn|change|convert|switch|transform) (?:it|this|that|the \w+(?: \w+)?)"
    r"(?: into| to)? an? "
)
_ROOM_WORDS = frozenset(
    [
        "room",
        "space",
        "hall",
        "place",
        "floor",
        "scene",
        "building",
        "area",
        "ceiling",
        "wall",
        "it",
        "this",
    ]
)
_PICTURE_WORDS = frozenset(["camera", "film", "clip", "video", "view", "shot", "lens"])
_COMMANDS_ON_THINGS = ("remove", "add", "put", "move", "swap", "keep")


def read_room(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edit of a request about the place, or null when it asks for none."""
    line = clause.line
    for pattern, walls in ((_NO_WALLS, "none"), (_ALL_WALLS, "all"), (_BACK_WALL, "back")):
        if pattern.search(line):
            return [_change_room(walls=walls)]
    become = _BECOME.match(line)
    if become is not None:
        span = clause.transcript.span(0, become.end())
        phrase = read_phrase(clause.tokens[span.stop - 1 :])
        if phrase is not None and phrase.place is not None:
            if phrase.is_nearest:
                names = ", ".join(place.title.lower() for place in load_places().values())
                raise PlanRejectedError(
                    f"There is no place called “{phrase.asked}”; there is: {names}."
                )
            return [_change_room(kind=phrase.place.kind)]
    named = _read_bare_place(clause)
    if named is not None:
        return [_change_room(kind=named.kind)]
    if clause.command in _COMMANDS_ON_THINGS or not _is_of_room(scene, clause):
        return None
    sides = _read_sides(scene, clause)
    return [_change_room(**sides)] if sides else None


def _read_bare_place(clause: Clause) -> Place | None:
    """Read only a kind of place: a yard instead."""
    is_light = any(word.startswith("light") for word in clause.line.split())
    phrase = read_phrase(clause.tokens) if not (clause.command or is_light) else None
    if phrase is None or phrase.is_nearest or phrase.end != len(clause.tokens):
        return None
    return phrase.place if phrase.determiner in ("none", "indefinite") else None


def _change_room(**fields: object) -> PlanEdit:
    nothing: dict[str, object] = dict.fromkeys(RoomChange.model_fields)
    for name, value in fields.items():
        if name in _SIDES.values() and not 1.0 <= float(str(value)) <= 500.0:
            side = name.removesuffix("_m")
            raise PlanRejectedError(
                f"A {side} of {value:g} m is not possible: say one between 1 and 500 m."
            )
    return make_edit("environment", room={**nothing, **fields})


def _is_of_room(scene: EditScene, clause: Clause) -> bool:
    """Whether a size is said of the place: its name, it, or nothing at all.

    Raises:
        PlanRejectedError: It is said of a thing.
    """
    words = [t.norm for t in clause.tokens]
    is_size = any(w in _GROWING or w in _SHRINKING for w in words) or any(
        t.kind in ("dimension", "extent", "area") for t in clause.tokens
    )
    is_ceiling = any(w.startswith("ceiling") for w in words)
    is_size = is_size or (clause.command == "count" and "size" in words)
    if not is_size and not is_ceiling:
        return False
    if _PICTURE_WORDS.intersection(words):
        return False
    for index in range(len(clause.tokens)):
        phrase = read_phrase(clause.tokens[index:])
        if phrase is None or phrase.kind != "thing" or phrase.head in _ROOM_WORDS:
            continue
        if phrase.determiner != "none" and scene.find(phrase):
            raise PlanRejectedError(
                f"Things keep their real size: say with what to replace the {phrase.asked}."
            )
    is_named = any(w in _ROOM_WORDS for w in words) or any(
        _names_place(clause.tokens[i:]) for i in range(len(words))
    )
    return is_named or clause.command in ("place", "count") or not clause.command


def _names_place(tokens: tuple[Token, ...]) -> bool:
    phrase = read_phrase(tokens)
    return phrase is not None and phrase.place is not None


def _read_sides(scene: EditScene, clause: Clause) -> dict[str, object]:
    """Return the new sides [m]."""
    size = dict(zip("xyz", scene.room_size_m.as_tuple(), strict=True))
    said = _read_absolute(clause)
    if said:
        return said
    ceiling = _CEILING.search(clause.line)
    if ceiling is not None:
        return {"height_m": float(ceiling["height"] or ceiling["height2"])}
    line, words = clause.line, [t.norm for t in clause.tokens]
    is_high = any(w.startswith("ceiling") for w in words)
    grows = next((w for w in words if w in _GROWING), None)
    shrinks = next((w for w in words if w in _SHRINKING), None)
    if clause.verb in ("raise", "increase") and grows is None:
        grows = "higher" if is_high else "bigger"
    if clause.verb in ("reduce", "decrease") and shrinks is None:
        shrinks = "lower" if is_high else "smaller"
    axes = "z" if is_high else _GROWING.get(grows or "") or _SHRINKING.get(shrinks or "") or "xy"
    length = _LENGTH.search(line)
    if length is not None:
        value = float(length.group().removesuffix("_m"))
        before = line[: length.start()].split()
        if before[-1:] == ["to"] or (is_high and before[-1:] in (["at"], ["of"])):
            return {_SIDES[axis]: value for axis in axes}
        sign = -1.0 if shrinks and not grows else 1.0
        return {_SIDES[a]: _bound(size[a] + sign * value) for a in axes}
    factor = _read_factor(line, is_shrinking=shrinks is not None and grows is None)
    return {_SIDES[axis]: _bound(size[axis] * factor) for axis in axes}


def _read_absolute(clause: Clause) -> dict[str, object]:
    sides: dict[str, object] = {}
    is_relative = any(t.norm == "by" for t in clause.tokens)
    for token in clause.tokens:
        if token.kind == "dimension":
            for axis, value in zip("xyz", token.values, strict=False):
                sides[_SIDES[axis]] = value
        elif token.kind == "extent" and not is_relative:
            sides[_SIDES[token.note]] = token.value
        elif token.kind == "area":
            depth = (token.value * 0.75) ** 0.5
            sides |= {"width_m": round(depth / 0.75, 2), "depth_m": round(depth, 2)}
    ceiling = _CEILING.search(clause.line)
    if ceiling is not None and sides:
        sides["height_m"] = float(ceiling["height"] or ceiling["height2"])
    return sides


def _read_factor(line: str, *, is_shrinking: bool) -> float:
    percent, times = _PERCENT.search(line), _TIMES.search(line)
    if percent is not None:
        share = float(percent["share"]) / 100.0
        return max(0.05, 1.0 - share) if is_shrinking else 1.0 + share
    if times is not None:
        return _TIMES_WORDS.get(times["word"]) or max(0.05, float(times["times"] or 1.0))
    factor = _USUAL
    if re.search(r"\b(?:much|a lot|far|way)\b", line) or " lot " in line:
        factor = _MUCH
    elif re.search(r"\b(?:a bit|a little|slightly|somewhat)\b|\bbit\b", line):
        factor = _LITTLE
    return 1.0 / factor if is_shrinking else factor


def _bound(value_m: float) -> float:
    return round(min(max(value_m, 1.0), 500.0), 2)
