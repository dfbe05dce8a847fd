"""Reads requests for another place: move, put; by a way, or by how it stands to something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.verbs import PATTERN_VERBS
from clappper.core.planning.follow_ups.beside import match_relation
from clappper.core.planning.follow_ups.draft import read_additions, read_ties
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.side import read_other_side
from clappper.core.planning.follow_ups.standing import read_reference
from clappper.core.planning.follow_ups.target import Target, read_phrase
from clappper.core.planning.follow_ups.targets import read_target
from clappper.core.planning.lexer import tokenize
from clappper.core.planning.lexicon import load_words
from clappper.core.planning.numbers import merge_quantities

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.models import Side, Verb
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_move", "read_put"]

#: A small move when it is only said that it is small, and one as far as it goes [m].
_LITTLE_M, _FARTHEST_M = 0.3, 200.0
_SIDES: dict[str, Side] = {
    **dict.fromkeys(("left", "leftwards", "leftward"), "left"),
    **dict.fromkeys(("right", "rightwards", "rightward"), "right"),
    **dict.fromkeys(("forward", "forwards", "front"), "front"),
    **dict.fromkeys(("back", "backward", "backwards", "rear"), "back"),
    "north": "north",
    "south": "south",
    "east": "east",
    "west": "west",
}
_WAY = re.compile(
    r"^(?:over |further |farther )?(?:to |towards |toward )?(?:the |my |your |its )?"
    rf"(?P<side>{'|'.join(_SIDES)})(?: hand side)?$"
)
_LITTLE = re.compile(
    r"\b(?:a (?:little |tiny )?bit|a little|slightly|a touch|a tad|somewhat)(?: more)?\b"
)
_FAR = re.compile(r"\b(?:all the way|as far as (?:possible|it goes|they go)|completely)\b")
_LENGTH = re.compile(r"(?:\bby )?(?:about )?\b(?P<length>\d+(?:\.\d+)?_m)\b")
_TOWARDS = re.compile(
    r"^(?:(?:much |a lot )?(?:closer|nearer) to|towards?|in the direction of|up to)\b ?"
)
_AWAY = re.compile(r"^(?:(?:further|farther) (?:away )?from|(?:far )?away from|from|off)\b ?")
#: Commands that say how: the words they stand for, and the relation when nothing else is said.
_MANNERS: dict[str, tuple[str, Verb]] = {
    **dict.fromkeys(("stack", "pile", "pile up"), ("stacked", "stack")),
    **dict.fromkeys(("scatter", "spread", "spread out", "distribute"), ("scattered", "scatter")),
    **dict.fromkeys(("line up", "line", "align"), ("lined up", "line")),
}
_PATTERN = re.compile(r"^(?:in )?(?:an? |just )?(?:\d+ )?(?:rows?|lines?|grid|stacks?|piles?)$")
_PRONOUNS = ("it", "them", "those", "that", "him", "her", "they")
_OTHERS = frozenset(
    tuple(words.split())
    for words in ("the first", "the other", "the others", "the first 1", "the other 1", "the rest")
)
_ADVERBS = ("up", "out", "randomly", "more", "around", "about", "apart")
_SHOULD = re.compile(
    r"\b(?:should|must|shall|ought to) (?:all )?(?:be|stand|go|sit)\b"
    r"|\b(?:goes|go|belongs?)(?= (?:in|on|to|into|onto|next|near|behind|against|along|at|under)\b)"
)


def read_move(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to move things, or null when it asks for none."""
    if clause.command != "move":
        return None
    tokens = clause.rest
    fronted = tokens[0].norm if tokens else ""
    if fronted in ("back", "forward", "left", "right") and len(tokens) > 1:
        tokens = (*tokens[1:], tokens[0])
    target, rest = read_target(scene, tokens, is_placed=True)
    if not rest:
        raise PlanRejectedError(
            f"Say where to move the {target.noun}: to the left, 2 m back, closer to or next to "
            "something."
        )
    edits = _read_way(scene, target, rest)
    return edits if edits is not None else _relate(scene, target, rest)


def read_put(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to place things that are there; null for new things."""
    should = _SHOULD.search(clause.line) if not clause.command else None
    if should is not None:
        span = clause.transcript.span(should.start(), should.end())
        target, _ = read_target(scene, clause.tokens[: span.start], is_placed=True)
        return _relate(scene, target, clause.tokens[span.stop :])
    if not clause.command:
        return (
            _read_named_place(scene, clause)
            or _read_pattern(scene, clause)
            or _read_fragment(scene, clause)
        )
    if clause.command != "put":
        return None
    if not _is_there(scene, clause):
        return None
    target, rest = read_target(scene, clause.rest, is_placed=True)
    return _relate(scene, target, rest, clause.verb)


def _read_named_place(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read trash cans next to the bollards: a thing that is there, and where it is to stand."""
    phrase = read_phrase(clause.tokens)
    if phrase is None or phrase.kind != "thing" or phrase.count is not None:
        return None
    rest = clause.tokens[phrase.end :]
    items = scene.find(phrase)
    is_plural = phrase.is_plural or phrase.head in load_words().mass_nouns
    if not items and is_plural and not phrase.modifiers:
        items = scene.find_general(phrase.head)
    is_bare = phrase.determiner in ("none", "definite") and bool(items)
    if not is_bare or not rest:
        return None
    if rest[0].norm not in load_words().prepositions and match_relation(rest) is None:
        return None
    target, rest = read_target(scene, clause.tokens, is_placed=True)
    return _relate(scene, target, rest)


def _read_pattern(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read only a pattern: three rows, a grid; of what was spoken of last or stands in one."""
    if _PATTERN.match(clause.line) is None:
        return None
    ids = {r.subject for r in scene.plan.relations if r.verb in ("rows", "grid", "line")}
    items = [item for item in scene.items if item.id in scene.last]
    items = items or [item for item in scene.items if item.id in ids]
    if len(items) != 1:
        return None
    words = tuple(tokenize(f"in {clause.said}"))
    target = Target(tuple(items), is_plural=True, is_definite=True)
    return _relate(scene, target, tuple(merge_quantities([*words])))


def _read_fragment(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read only a place: in front of them, a bit more to the left; of what was spoken of last."""
    items = [item for item in scene.items if item.id in scene.last]
    if not items:
        return None
    target = Target(tuple(items), is_plural=True, is_definite=True)
    if scene.is_last_new:
        target = Target(tuple(items[-1:]), count=1, which="last", is_definite=True)
    side = read_other_side(scene, items[0], clause.tokens)
    if side is not None:
        return [make_edit("relate", **fields, **side) for fields in target.list_fields()]
    way = _read_way(scene, target, clause.tokens)
    if way is not None or match_relation(clause.tokens) is None:
        return way
    others = [item for item in scene.items if item.id in scene.last_other]
    before, scene.last = scene.last, tuple(item.id for item in others) or scene.last
    try:
        return _relate(scene, target, clause.tokens)
    finally:
        scene.last = before


def _is_there(scene: EditScene, clause: Clause) -> bool:
    """Whether what is to be put somewhere is in the scene: the plant, them, one worker of two.

    Raises:
        PlanRejectedError: It is spoken of as there, and is not.
    """
    if clause.rest and clause.rest[0].norm in _PRONOUNS:
        return True
    is_part = len(clause.rest) > 2 and clause.rest[1].norm == "of"
    if is_part and clause.rest[0].kind == "number":
        return True
    phrase = read_phrase(clause.rest)
    if phrase is None:
        raise PlanRejectedError(f"Say what to {clause.verb}: name a thing of the scene.")
    words = [t.norm for t in clause.rest[: phrase.end]]
    is_definite = phrase.determiner in ("definite", "distributive") or words[:1] == ["all"]
    items = scene.find(phrase)
    if not items and is_definite and (phrase.modifiers or not scene.find_general(phrase.head)):
        raise scene.refuse(phrase)
    is_bare = phrase.determiner == "none" and phrase.count is None and not phrase.is_plural
    is_only = is_bare and sum(item.count for item in items) == 1 and not phrase.adjectives
    is_part = phrase.count is not None and phrase.count < sum(item.count for item in items)
    return (
        is_definite or is_only or (is_part and phrase.determiner == "none" and "more" not in words)
    )


def _read_way(scene: EditScene, target: Target, rest: tuple[Token, ...]) -> list[PlanEdit] | None:
    """Read a bit to the left, 2 m back, closer to the door; null when that is no way."""
    line = " ".join(token.norm for token in rest)
    distance_m: float | None = None
    length = _LENGTH.search(line)
    if length is not None:
        distance_m = float(length["length"].removesuffix("_m"))
        line = " ".join((line[: length.start()] + line[length.end() :]).split())
    for pattern, value in ((_LITTLE, _LITTLE_M), (_FAR, _FARTHEST_M)):
        if pattern.search(line):
            distance_m = value if distance_m is None else distance_m
            line = " ".join(pattern.sub("", line).split())
    way = _WAY.match(line)
    if way is not None:
        fields: dict[str, object] = {"side": _SIDES[way["side"]], "distance_m": distance_m}
        return [make_edit("move", **f, **fields) for f in target.list_fields()]
    for pattern, verb in ((_TOWARDS, "near"), (_AWAY, "far_from")):
        match = pattern.match(line)
        if match is None:
            continue
        words = line[match.end() :].split(" ")
        after = rest[len(rest) - _count_tokens(rest, words) :]
        reference = read_reference(scene, after)
        if reference is None or (reference[0] == "room" and _is_wall_side(after)):
            return None
        fields = {"relation": verb, "object": reference[0], "distance_m": distance_m}
        return [make_edit("move", **f, **fields) for f in target.list_fields()]
    return None


def _count_tokens(rest: tuple[Token, ...], words: list[str]) -> int:
    """Return how many tokens at the end hold these words."""
    count = left = 0
    for token in reversed(rest):
        if left >= len(words):
            break
        left += token.norm.count(" ") + 1
        count += 1
    return count


def _is_wall_side(tokens: tuple[Token, ...]) -> bool:
    return any(t.norm in _SIDES for t in tokens)


def _read_kin_place(target: Target, rest: tuple[Token, ...]) -> dict[str, object] | None:
    """Read how one stands to the others of its kind: across from the first."""
    link = match_relation(rest)
    is_one = target.count is not None or target.which not in (None, "all")
    if link is None or link.is_inverse or not is_one:
        return None
    if tuple(t.norm for t in rest[len(link.words) :]) not in _OTHERS:
        return None
    return {"relation": link.verb, "object": target.items[0].id}


def _relate(
    scene: EditScene, target: Target, rest: tuple[Token, ...], verb: str = ""
) -> list[PlanEdit]:
    """Read next to the door, into the corner, in 2 rows: a new place told by a relation."""
    named = target.list_fields()
    item = target.items[0]
    place = _read_kin_place(target, rest) or read_other_side(scene, item, rest)
    if place is not None:
        return [make_edit("relate", **fields, **place) for fields in named]
    new = _add_missing(scene, rest)
    manner, usual = _MANNERS.get(verb, ("", None))
    ties = read_ties(scene, item, rest) if rest else []
    if rest and manner and not any(tie["relation"] in PATTERN_VERBS for tie in ties):
        ties = read_ties(scene, item, rest, manner) or ties
    if not ties and usual is not None and all(t.norm in _ADVERBS for t in rest):
        ties = [{"relation": usual, "object": "room"}]
    ties = ties or _read_goal(scene, rest)
    if not ties:
        raise PlanRejectedError(
            f"Say where to put the {target.noun}: next to or on something, in the corner, along a "
            "wall, in rows."
        )
    places = [tie for tie in ties if tie["relation"] != "facing"]
    views = [
        {"relation": "facing", "object": tie["object"]}
        for tie in ties
        if tie["relation"] == "facing"
    ]
    return [
        *new,
        *(make_edit("relate", **fields, **tie) for tie in reversed(places) for fields in named),
        *(make_edit("rotate", **fields, **tie) for tie in views for fields in named),
    ]


def _add_missing(scene: EditScene, rest: tuple[Token, ...]) -> list[PlanEdit]:
    """Add what things are to be put on or at when it is not there yet: pile them up on a pallet."""
    place = next((i for i in range(len(rest)) if match_relation(rest[i:]) is not None), None)
    link = match_relation(rest[place:]) if place is not None else None
    if place is None or link is None:
        return []
    after = rest[place + len(link.words) :]
    phrase = read_phrase(after)
    if phrase is None or phrase.kind != "thing" or scene.find(phrase):
        return []
    is_new = phrase.determiner == "indefinite" or phrase.count is not None
    is_new = is_new or (phrase.determiner == "none" and phrase.is_plural)
    if not is_new or scene.find_general(phrase.head) or not scene.ask(phrase).assets:
        return []
    edits = read_additions(scene, " ".join(token.text for token in after[: phrase.end]))
    for edit in edits:
        scene.follow(edit)
    return edits


def _read_goal(scene: EditScene, rest: tuple[Token, ...]) -> list[dict[str, object]]:
    """Read to the door: near it."""
    reference = read_reference(scene, rest[1:]) if [t.norm for t in rest[:1]] == ["to"] else None
    if reference is None or reference[0] in ("room", "camera"):
        return []
    return [{"relation": "near", "object": reference[0]}]
