"""Reads requests to turn things, and to put others in their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.standing import read_reference
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.follow_ups.targets import read_target

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.follow_ups.target import Target
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.noun_phrase import NounPhrase
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_swap", "read_turn", "read_unrelation"]

#: Turn when no angle is said [deg].
_USUAL_DEG = 90.0
_TIPPED = re.compile(r"\bupside down\b|\bon (?:its|their) (?:side|back|head)\b|\btip\b")
_TURNS = (
    (re.compile(r"\bthree quarter turn\b|\b3 quarter turn\b"), 270.0),
    (re.compile(r"\b(?:quarter|1 quarter)(?: of a)? turn\b|\bsideways\b"), 90.0),
    (
        re.compile(
            r"\bhalf(?: a)? turn\b|\baround\b|\bround\b|\babout\b|\bother way\b|\bback to front\b"
        ),
        180.0,
    ),
    (re.compile(r"\bfull turn\b"), 360.0),
)
_EACH_OTHER = re.compile(r"\b(?:each other|1 another)\b")
_RIGHT = re.compile(r"\b(?:clockwise|right)\b")
_LEFT = re.compile(r"\b(?:counter ?clockwise|anti ?clockwise|left)\b")
_TO_FACE = tuple(
    tuple(words.split())
    for words in (
        *("to face", "so that it faces", "so they face", "facing", "face", "towards", "toward"),
        *("to look at", "look at", "looking at", "look towards", "at", "to"),
    )
)
_WISHES = re.compile(
    r"\b(?:should|must|shall|have to|need to|ought to) (?:all )?(?:face|look at|look towards?)\b"
)
_FACES = re.compile(r"\b(?:face|look at|look towards?)\b")
_NO_LONGER = re.compile(
    r"\b(?:no longer|do not|does not|don't|doesn't|need not)(?: (?:need|have))?(?: to)?"
    r"(?: be| stand| sit)? (?=\w)"
)
_WITH = ("with", "by", "for", "to", "into", "in")
_OTHER = ("other", "others", "different", "another", "new", "something", "anything")


def read_turn(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to turn things, or null when it asks for none."""
    is_made = clause.command in ("make", "give") or clause.verb == "have"
    is_turn = _FACES.search(clause.line) is not None or "turn" in clause.line.split()
    if clause.command == "turn" or (is_made and is_turn):
        return _read_turn(scene, clause.rest)
    if not clause.command and _WISHES.search(clause.line):
        return _read_turn(scene, clause.tokens)
    return None


def _read_turn(scene: EditScene, tokens: tuple[Token, ...]) -> list[PlanEdit]:
    target, rest = read_target(scene, tokens, is_turned=True)
    fields = target.list_fields()
    rest = tuple(t for t in rest if t.norm not in ("should", "must", "shall", "all"))
    line = " ".join(t.norm for t in rest)
    if _TIPPED.search(line):
        raise PlanRejectedError("Things stay upright: say by how many degrees to turn them.")
    if _EACH_OTHER.search(line) and len(target.items) == 1:
        own = target.items[0].id
        return [make_edit("rotate", **f, relation="facing", object=own) for f in fields]
    partner = _read_partner(scene, rest)
    if partner is not None:
        return [make_edit("rotate", **f, relation="facing", object=partner) for f in fields]
    yaw_deg = _read_angle(rest, line)
    return [make_edit("rotate", **f, yaw_deg=yaw_deg) for f in fields]


def _read_partner(scene: EditScene, rest: tuple[Token, ...]) -> str | None:
    """Return what things are to be turned to, or null."""
    for words in _TO_FACE:
        if tuple(t.norm for t in rest[: len(words)]) != words:
            continue
        after = rest[len(words) :]
        if (
            words == ("to",)
            and after[:1]
            and (
                after[0].kind == "number"
                or [t.norm for t in after[:2]][-1:] in (["left"], ["right"])
            )
        ):
            return None
        reference = read_reference(scene, after)
        return reference[0] if reference else None
    return None


def _read_angle(rest: tuple[Token, ...], line: str) -> float:
    sign = -1.0 if _RIGHT.search(line) and not _LEFT.search(line) else 1.0
    for token in rest:
        if token.kind in ("measure", "number"):
            turn = token.value % 360.0 if abs(token.value) > 360.0 else token.value
            return sign * turn
    for pattern, turn in _TURNS:
        if pattern.search(line):
            return sign * turn
    return sign * _USUAL_DEG


def read_unrelation(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits that take a relation back: the chairs no longer need to face the desks."""
    match = _NO_LONGER.search(clause.line)
    if clause.command or match is None:
        return None
    span = clause.transcript.span(match.start(), match.end())
    target, _ = read_target(scene, clause.tokens[: span.start])
    from clappper.core.planning.lexicon import load_phrases

    after = clause.tokens[span.stop :]
    words = tuple(t.norm for t in after)
    for phrase in load_phrases().get(words[0].split(" ")[0] if words else "", ()):
        if words[: len(phrase.words)] == phrase.words:
            reference = read_reference(scene, after[len(phrase.words) :])
            fields = {"relation": phrase.verb, "object": reference[0] if reference else None}
            return [make_edit("unrelate", item=item.id, **fields) for item in target.items]
    return None


def read_swap(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request for other assets, or null when it asks for none."""
    if clause.command in ("add", ""):
        return _read_use(scene, clause)
    is_turned = clause.command in ("turn", "make") and "into" in clause.line.split()
    if clause.command != "swap" and not is_turned:
        return None
    target, rest = read_target(scene, clause.rest)
    if not rest and len({item.noun for item in target.items}) == 2:
        first, second = target.items
        return [make_edit("swap", item=first.id, which="all", object=second.id)]
    if not rest:
        return _swap_same(scene, target)
    if rest[0].norm in ("and", "&"):
        return _exchange(scene, target, rest[1:])
    return _read_stand_in(scene, clause, target, rest) if rest[0].norm in _WITH else None


def _read_stand_in(
    scene: EditScene, clause: Clause, target: Target, rest: tuple[Token, ...]
) -> list[PlanEdit] | None:
    """Read with drums, for other ones, for the table."""
    words = [t.norm for t in rest[1:3]]
    if words[:1] and (words[0] in _OTHER or words == ["a", "different"]):
        return _swap_same(scene, target)
    phrase = read_phrase(rest[1:])
    if phrase is None or phrase.kind not in ("thing", "ones"):
        return None
    is_there = phrase.determiner == "definite" and bool(scene.find(phrase))
    if is_there and clause.verb in ("swap", "exchange", "trade", "switch"):
        return _exchange(scene, target, rest[1:])
    return _swap_for(scene, target, phrase)


def _read_use(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read use other boxes, use drums instead of the boxes."""
    if " instead of " in clause.line:
        return _read_instead(scene, clause)
    if [t.norm for t in clause.rest[:1]] in (["other"], ["different"]):
        return _swap_same(scene, read_target(scene, clause.rest[1:])[0], is_all=True)
    return None


def _read_instead(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read use drums instead of the boxes; with a number it is about numbers."""
    tokens = clause.rest if clause.command else clause.tokens
    place = next(i for i, t in enumerate(tokens) if t.norm == "instead")
    phrase = read_phrase(tokens[:place])
    after = tokens[place + 2 :]
    if phrase is None or phrase.kind != "thing" or not after or after[0].kind == "number":
        return None
    return _swap_for(scene, read_target(scene, after)[0], phrase)


def _swap_for(scene: EditScene, target: Target, phrase: NounPhrase) -> list[PlanEdit]:
    entry = scene.require_assets(phrase)
    assets = [asset.asset_id for asset in entry.assets[:32]]
    noise = () if entry.noun != target.noun else phrase.adjectives
    fields = {
        "noun": entry.noun,
        "asked": phrase.asked,
        "asset_ids": assets,
        "attributes": list(noise) or None,
    }
    if entry.noun == target.noun:
        fields["noun"] = None
    edits = [make_edit("swap", **{**f, **fields}) for f in target.list_fields()]
    is_all = target.count is None or target.count >= target.total
    is_whole = target.which is None and is_all and entry.noun != target.noun
    if is_whole and phrase.count not in (None, target.total):
        others = sum(item.count for item in scene.items if item.noun == entry.noun)
        edits.append(make_edit("set_count", noun=entry.noun, count=others + (phrase.count or 0)))
    elif target.count == 1 and phrase.count is not None and phrase.count > 1:
        others = sum(item.count for item in scene.items if item.noun == entry.noun)
        edits.append(make_edit("set_count", noun=entry.noun, count=others + phrase.count))
    return edits


def _swap_same(scene: EditScene, target: Target, *, is_all: bool = False) -> list[PlanEdit]:
    """Let other assets of the same noun take the place."""
    from clappper.core.catalog.models import Wanted

    edits = []
    named = (
        [{"item": i.id, "which": "all"} for i in target.items] if is_all else target.list_fields()
    )
    for fields in named:
        item = next((i for i in target.items if i.id == fields.get("item")), target.items[0])
        wanted = Wanted(asked=item.noun, noun=item.noun, attributes=(), count=None)
        entry = scene.catalog.availability([wanted]).entries[0]
        others = [a.asset_id for a in entry.assets if a.noun == item.noun or len(entry.assets) > 1]
        if len(set(others) | set(item.asset_ids)) < 2:
            raise PlanRejectedError(
                f"The catalog has no other {item.noun}: say with what to replace it."
            )
        fresh = [a for a in others if a not in item.asset_ids] or item.asset_ids
        edits.append(make_edit("swap", **fields, asset_ids=list(fresh)[:32]))
    return edits


def _exchange(scene: EditScene, target: Target, tokens: tuple[Token, ...]) -> list[PlanEdit]:
    other, _ = read_target(scene, tokens)
    if len(target.items) != 1 or len(other.items) != 1 or target.items == other.items:
        raise PlanRejectedError("Say which two kinds of things are to exchange places.")
    return [make_edit("swap", **f, object=other.items[0].id) for f in target.list_fields()]
