"""Clauses of a Japanese sentence that say how the camera moves, as one English line each.

What stands in such a clause belongs to the camera: to the left is where it goes, a thing is what
it moves around or closer to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clappper.core.planning.languages.japanese_token import JapaneseToken

__all__ = ["CAMERA", "read_camera_move", "split_camera_moves"]

CAMERA = "カメラ"
_COUNTS = ("count", "vague")
#: Where a camera goes that only moves, by what stands before the verb; the first that is said.
_DIRECTIONS = {
    "to the left": "to the left",
    "left of": "to the left",
    "to the right": "to the right",
    "right of": "to the right",
    "around": "around",
    "in the aisle": "through",
    "inside": "through",
    "in front of": "forward",
    "前": "forward",
    "behind": "back",
    "上": "up",
    "下": "down",
    "横": "sideways",
}
#: Word between a move and the thing it is about; other moves are about nothing.
_AIMS = {
    "moves in": "on",
    "moves closer": "to",
    "moves forward": "towards",
    "moves back": "from",
    "moves away": "from",
    "orbits": "around",
    "moves around": "",
    "moves past": "",
    "flies over": "",
    "follows": "",
    "moves towards": "",
    "zooms in": "on",
}


def split_camera_moves(
    tokens: Sequence[JapaneseToken],
) -> tuple[list[JapaneseToken], list[list[JapaneseToken]]]:
    """Return the tokens of a sentence without the clauses about the camera's move, and those."""
    is_camera = any(token.text == CAMERA for token in tokens)
    kept: list[JapaneseToken] = []
    moves: list[list[JapaneseToken]] = []
    for clause in _split(tokens):
        if is_camera and _is_camera_move(clause):
            moves.append(clause)
        else:
            kept += clause
    return kept, moves


def read_camera_move(clause: Sequence[JapaneseToken]) -> str:
    """Return the English line of a clause, or nothing when it does not say where to."""
    said = next((token.english for token in clause if token.kind == "moves"), "")
    if not said:
        hints = {hint for token in clause for hint in (token.english, token.text)}
        where = next((way for hint, way in _DIRECTIONS.items() if hint in hints), "")
        said = f"moves {where}" if where else ""
    if not said:
        return ""
    if said == "flies through" and any(t.english == "on top of" for t in clause):
        said = "flies over"
    noun = next((token.english for token in clause if token.kind == "noun"), "")
    aim = _AIMS.get(said)
    target = f" {aim} the {noun}".replace("  ", " ") if noun and aim is not None else ""
    manner = next((token.english for token in clause if token.kind == "manners"), "")
    if manner:
        verb, _, way = said.partition(" ")
        said = f"{verb} {manner} {way}".strip()
    return f"camera {said}{target}"


def _split(tokens: Sequence[JapaneseToken]) -> Iterator[list[JapaneseToken]]:
    """Yield the clauses, each with the break behind it."""
    clause: list[JapaneseToken] = []
    for token in tokens:
        clause.append(token)
        if token.kind == "break":
            yield clause
            clause = []
    yield clause


def _is_camera_move(clause: Sequence[JapaneseToken]) -> bool:
    """Whether a clause only says how the camera moves: nothing in it is counted."""
    kinds = {token.kind for token in clause}
    is_move = "moves" in kinds
    if any(token.text == CAMERA for token in clause):
        is_move = is_move or any(token.english in ("move", "fly through") for token in clause)
        return is_move and not kinds.intersection(_COUNTS)
    return is_move and not kinds.intersection((*_COUNTS, "noun", "place"))
