"""Reads requests for other numbers: remove, add units, so many, more, fewer, twice as many."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edit_counts import MAX_COUNT
from clappper.core.planning.edit_kin import share_with
from clappper.core.planning.edit_scene import make_edit
from clappper.core.planning.edit_target import Target, read_phrase
from clappper.core.planning.edit_targets import read_target, read_targets

if TYPE_CHECKING:
    from clappper.core.planning.edit_clause import Clause
    from clappper.core.planning.edit_models import PlanEdit
    from clappper.core.planning.edit_scene import EditScene
    from clappper.core.planning.lexer import Token

__all__ = ["read_count", "read_removal"]

_SIDE = re.compile(
    r"^clear(?: (?:out|away|off))? (?:the )?(?:whole )?(?P<side>left|right|back|front)"
    r"(?: hand)? (?:side|half|wall|part|end)\b"
)
#: Commands that take away what stands on things.
_EMPTYING = ("empty", "clear off")
_ONLY = re.compile(r"^(?:only|just|exactly|no more than|at most)\b")
_TIMES = {"twice": 2.0, "double": 2.0, "triple": 3.0, "quadruple": 4.0, "half": 0.5, "halve": 0.5}
_AMOUNTS = ("the", "number", "amount", "count", "of")
#: Words that say that a number comes on top of what there is.
_SPARE = frozenset(("more", "another", "other", "additional", "extra", "further"))
#: More and fewer without a number.
_MORE, _FEWER, _MUCH_MORE, _MUCH_FEWER = 1.5, 0.5, 2.0, 0.25
_VAGUE_WORDS = {
    ("many", "more"): _MUCH_MORE,
    ("far", "more"): _MUCH_MORE,
    ("far", "fewer"): _MUCH_FEWER,
    ("far", "less"): _MUCH_FEWER,
    ("more",): _MORE,
    ("fewer",): _FEWER,
    ("less",): _FEWER,
}
_SETTING = (
    "make", "let", "have", "use", "keep", "leave", "there should be", "there must be",
    "let there be",
    "i want", "i need", "we want", "we need", "i would like", "i'd like", "give me",
)  # fmt: skip
_CHANGING = (
    "change",
    "set",
    "bring",
    "reduce",
    "cut",
    "limit",
    "decrease",
    "lower",
    "increase",
    "raise",
    "bump",
)


def read_removal(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to take things away."""
    if clause.command != "remove":
        return None
    edits = []
    if clause.verb in _EMPTYING:
        return _read_emptied(scene, clause)
    side = _SIDE.match(clause.line) if clause.verb.startswith("clear") else None
    if side is not None:
        return _read_cleared(scene, side["side"])
    targets = read_targets(scene, clause.rest, goes=True)
    for target in targets:
        if target.is_gone:
            continue
        if target.is_everything:
            edits.append(make_edit("remove", which="all"))
        elif target.left is not None:
            edits.append(_set_count(target, target.left))
        else:
            edits += [make_edit("remove", **fields) for fields in target.list_fields()]
    if not targets:
        raise PlanRejectedError("Say what to remove, for example “remove two chairs”.")
    return edits


def _read_cleared(scene: EditScene, side: str) -> list[PlanEdit]:
    """Read clear the left side: what is said to stand there goes."""
    verb = {"left": "left_of", "right": "right_of"}.get(side)
    there = {
        r.subject
        for r in scene.plan.relations
        if r.object == "room" and (r.side == side or (verb is not None and r.verb == verb))
    }
    items = [item for item in scene.items if item.id in there]
    if not items:
        raise PlanRejectedError(
            f"Nothing is said to stand on the {side} side: name what is to be removed."
        )
    return [make_edit("remove", item=item.id, which="all") for item in items]


def _read_emptied(scene: EditScene, clause: Clause) -> list[PlanEdit]:
    """Read empty the pallets: what stands on them goes."""
    edits = []
    for owner in read_targets(scene, clause.rest):
        for item in scene.items:
            if any("on_top_of" in scene.list_owned(item, other) for other in owner.items):
                carried = share_with(scene, Target((item,)), owner, goes=False)
                fields = carried.list_fields() if carried is not None else []
                edits += [make_edit("remove", **f) for f in fields]
    if not edits:
        raise PlanRejectedError("Nothing stands on it: there is nothing to remove.")
    return edits


def read_count(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request for a number, or null when it asks for none."""
    for read in (
        _read_bare,
        _read_made,
        _read_times,
        _read_fewer,
        _read_vague,
        _read_changed,
        _read_only,
        _read_wanted,
    ):
        found = read(scene, clause)
        if found is not None:
            return found
    return None


def _read_bare(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read 2 more, another one, make it 6: a number of what was spoken of last."""
    words = [token.norm for token in clause.tokens]
    is_made = clause.command == "make" and words[1:2] in (["it"], ["that"], ["them"])
    tokens = clause.tokens[2 if is_made else 0 :]
    is_another = words[:1] == ["another"]
    tokens = tokens[1:] if is_another else tokens
    last = scene.get_last()
    if not tokens or tokens[0].kind != "number" or len(last) != 1:
        return None
    rest = [token.norm for token in tokens[1:]]
    is_more = is_another or rest[:1] == ["more"]
    if rest not in ([], ["more"], ["of", "them"], ["more", "of", "them"]):
        return None
    if not (is_made or is_more):
        return None
    count = int(tokens[0].value) + (last[0].count if is_more else 0)
    return [make_edit("set_count", item=last[0].id, count=count)]


def _read_made(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read make the pallets 8."""
    tokens = clause.rest
    is_number = len(tokens) > 1 and tokens[-1].kind == "number"
    phrase = read_phrase(tokens[:-1]) if clause.command == "make" and is_number else None
    is_named = phrase is not None and phrase.determiner == "definite" and phrase.kind == "thing"
    if phrase is None or not is_named or phrase.end != len(tokens) - 1:
        return None
    target, _ = read_target(scene, tokens[:-1])
    return [_set_count(target, int(tokens[-1].value))]


def _read_times(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read twice as many pallets, double the boxes, three times as many."""
    tokens = clause.tokens
    if clause.command in ("make", "add") and clause.verb:
        tokens = clause.rest
    if not tokens:
        return None
    factor, start = _TIMES.get(tokens[0].norm), 1
    if tokens[0].kind == "number" and [t.norm for t in tokens[1:2]] == ["times"]:
        factor, start = tokens[0].value, 2
    if factor is None:
        return None
    rest = tokens[start:]
    if len(rest) > 1 and rest[0].norm == "as" and rest[1].note in ("many", "much"):
        rest = rest[2:]
    elif rest and tokens[0].norm in ("half",) and rest[0].norm == "of":
        return None
    last = scene.get_last()
    if not rest and len(last) == 1:
        count = _scale(last[0].count, factor)
        return [make_edit("set_count", item=last[0].id, count=count)]
    target, _ = read_target(scene, _skip_amount(rest))
    return [_set_count(target, _scale(target.total, factor))]


def _read_fewer(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read two fewer chairs, one forklift less, cut the number of boxes in half."""
    tokens = clause.tokens if clause.command in ("", "count") else clause.rest
    words = [t.norm for t in tokens]
    if words[-2:] == ["in", "half"] and clause.command == "count":
        target, _ = read_target(scene, _skip_amount(clause.rest[:-2]))
        return [_set_count(target, _scale(target.total, 0.5))]
    places = [i for i, word in enumerate(words) if word in ("fewer", "less")]
    is_one = words[:1] in (["a"], ["an"])
    if len(places) != 1 or not tokens or not (is_one or tokens[0].kind == "number"):
        return None
    kept = (*tokens[: places[0]], *tokens[places[0] + 1 :])
    phrase = read_phrase(kept)
    count = 1 if phrase is not None and is_one else phrase.count if phrase is not None else None
    if phrase is None or phrase.kind != "thing" or count is None:
        return None
    target, rest = read_target(scene, kept)
    return None if rest else [_set_count(target, max(0, target.total - count))]


def _read_vague(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read more boxes, many more pallets, fewer chairs."""
    tokens = clause.tokens
    if clause.command in ("make", "add"):
        tokens = clause.rest
    if tokens and tokens[0].note == "many":
        words = ("many", *(t.norm for t in tokens[1:2]))
    else:
        words = tuple(t.norm for t in tokens[:2])
    for said, factor in _VAGUE_WORDS.items():
        if words[: len(said)] != said:
            continue
        phrase = read_phrase(tokens[len(said) :])
        if phrase is None or phrase.kind != "thing" or not scene.find(phrase):
            return None
        target, _ = read_target(scene, tokens[len(said) :])
        return [_set_count(target, _scale(target.total, factor))]
    return None


def _read_changed(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read reduce the pallets to 3, change the number of chairs to 8."""
    if clause.verb not in _CHANGING:
        return None
    tokens = clause.rest
    if len(tokens) > 1 and tokens[-1].kind == "number" and tokens[-1].text.startswith("up to "):
        target, _ = read_target(scene, _skip_amount(tokens[:-1]))
        return [_set_count(target, int(tokens[-1].value))]
    place = next((i for i, token in enumerate(tokens) if token.norm == "to"), None)
    if place is None or place + 1 >= len(tokens) or tokens[place + 1].kind != "number":
        return None
    if len(tokens) > place + 2:
        return None
    end = place - 1 if tokens[place - 1].norm in ("down", "up") else place
    target, _ = read_target(scene, _skip_amount(tokens[:end]))
    return [_set_count(target, int(tokens[place + 1].value))]


def _read_only(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read only one forklift, keep only 4 pallets, just the two chairs."""
    tokens = clause.rest if clause.command in ("keep", "add", "make") else clause.tokens
    is_only = clause.command == "keep"
    kept: list[Token] = []
    for token in tokens:
        is_only = is_only or _ONLY.match(token.text.lower()) is not None
        if token.norm not in ("only", "just", "exactly"):
            kept.append(token)
    if not is_only or not any(token.kind == "number" for token in kept[:3]):
        return None
    start = next(i for i, token in enumerate(kept) if token.kind == "number")
    target, rest = read_target(scene, tuple(kept[start:]))
    if rest or target.count is None:
        return None
    return [_set_count(target, target.count)]


def _read_wanted(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read make it 5 forklifts, there should be 4 workers, 6 chairs instead of 5."""
    tokens = clause.rest
    if clause.verb not in _SETTING and clause.command:
        return None
    if clause.command == "make":
        if not tokens or tokens[0].norm not in ("it", "that", "them", "there"):
            return None
        tokens = tokens[1:]
        tokens = tokens[1:] if [t.norm for t in tokens[:1]] == ["be"] else tokens
    phrase = read_phrase(tokens)
    is_counted = phrase is not None and phrase.kind == "thing" and phrase.count is not None
    spare = {t.norm for t in tokens[: phrase.end]} & _SPARE if phrase is not None else _SPARE
    if phrase is None or not is_counted or spare:
        return None
    after = [t.norm for t in tokens[phrase.end :]]
    is_state = (
        not after
        or after[:2] == ["instead", "of"]
        or after in (["now"], ["total"], ["in", "total"])
    )
    if not is_state or phrase.adjectives or not scene.find(phrase):
        return None
    target, _ = read_target(scene, tokens)
    return [_set_count(target, phrase.count or 0)]


def _skip_amount(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Leave out the number of."""
    words = [token.norm for token in tokens]
    if "of" in words and all(word in _AMOUNTS for word in words[: words.index("of") + 1]):
        return tokens[words.index("of") + 1 :]
    return tokens


def _set_count(target: Target, count: int) -> PlanEdit:
    if count > MAX_COUNT:
        raise PlanRejectedError(
            f"{count:,} are too many: a scene has at most {MAX_COUNT:,} of one kind."
        )
    if len(target.items) == 1:
        return make_edit("set_count", item=target.items[0].id, count=count)
    if len({item.noun for item in target.items}) > 1:
        raise PlanRejectedError(
            "Say of what there should be more or fewer, for example “4 chairs”."
        )
    return make_edit("set_count", noun=target.noun, count=count)


def _scale(count: int, factor: float) -> int:
    """Return a scaled number, at least one more or one fewer and never none."""
    scaled = math.ceil(count * factor) if factor > 1 else math.floor(count * factor)
    scaled = max(scaled, count + 1) if factor > 1 else scaled
    return max(1, scaled)
