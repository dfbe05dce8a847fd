"""Reads requests for other numbers: so many, more, fewer, twice as many."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from clappper.core.planning.follow_ups.beside import match_relation
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.target import make_count_edit, read_phrase
from clappper.core.planning.follow_ups.targets import read_target

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.noun_phrase import NounPhrase
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_count"]

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


def read_count(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request for a number, or null when it asks for none."""
    for read in (
        _read_bare,
        _read_of_each,
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
    is_only = words[:1] in (["only"], ["just"])
    is_added = clause.verb == "add"
    tokens = clause.tokens[2 if is_made else 1 if is_only or is_added else 0 :]
    is_another = words[:1] == ["another"]
    tokens = tokens[1:] if is_another else tokens
    last = scene.get_last()
    if not tokens or tokens[0].kind != "number" or len(last) != 1:
        return None
    rest = [token.norm for token in tokens[1:]]
    is_more = is_another or rest[:1] == ["more"]
    is_more = is_more or rest[:1] in (["extra"], ["additional"])
    if rest not in (
        [],
        ["more"],
        ["extra"],
        ["additional"],
        ["of", "them"],
        ["more", "of", "them"],
    ):
        return None
    if rest and not (is_made or is_only or is_more):
        return None
    count = int(tokens[0].value) + (last[0].count if is_more else 0)
    return [make_edit("set_count", item=last[0].id, count=count)]


def _read_of_each(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read six of each: of all kinds of which there are several."""
    words = clause.line.removeprefix("make ").removeprefix("it ").removeprefix("that ").split()
    if len(words) != 3 or words[1:] != ["of", "each"]:
        return None
    number = next((t for t in clause.tokens if t.kind == "number"), None)
    several = [item for item in scene.items if item.count > 1]
    if number is None or not several:
        return None
    return [make_edit("set_count", item=i.id, count=max(1, int(number.value))) for i in several]


def _read_made(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read make the pallets 8."""
    tokens = clause.rest
    is_number = len(tokens) > 1 and tokens[-1].kind == "number"
    phrase = read_phrase(tokens[:-1]) if clause.command == "make" and is_number else None
    is_named = phrase is not None and phrase.determiner == "definite" and phrase.kind == "thing"
    if phrase is None or not is_named or phrase.end != len(tokens) - 1:
        return None
    target, _ = read_target(scene, tokens[:-1])
    return [make_count_edit(target, int(tokens[-1].value))]


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
    if [t.norm for t in rest] in (["everything"], ["it", "all"], ["all"]):
        return [
            make_edit("set_count", item=item.id, count=_scale(item.count, factor))
            for item in scene.items
        ]
    last = scene.get_last()
    if not rest and len(last) == 1:
        count = _scale(last[0].count, factor)
        return [make_edit("set_count", item=last[0].id, count=count)]
    target, _ = read_target(scene, _skip_amount(rest))
    return [make_count_edit(target, _scale(target.total, factor))]


def _read_fewer(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read two fewer chairs, one forklift less, cut the number of boxes in half."""
    tokens = clause.tokens if clause.command in ("", "count") else clause.rest
    words = [t.norm for t in tokens]
    if words[-2:] == ["in", "half"] and clause.command == "count":
        target, _ = read_target(scene, _skip_amount(clause.rest[:-2]))
        return [make_count_edit(target, _scale(target.total, 0.5))]
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
    return None if rest else [make_count_edit(target, max(0, target.total - count))]


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
        return [make_count_edit(target, _scale(target.total, factor))]
    return None


def _read_changed(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read reduce the pallets to 3, change the number of chairs to 8."""
    if clause.verb not in _CHANGING:
        return None
    tokens = clause.rest
    if len(tokens) > 1 and tokens[-1].kind == "number" and tokens[-1].text.startswith("up to "):
        target, _ = read_target(scene, _skip_amount(tokens[:-1]))
        return [make_count_edit(target, int(tokens[-1].value))]
    place = next((i for i, token in enumerate(tokens) if token.norm == "to"), None)
    if place is None or place + 1 >= len(tokens) or tokens[place + 1].kind != "number":
        return None
    if len(tokens) > place + 2:
        return None
    end = place - 1 if tokens[place - 1].norm in ("down", "up") else place
    target, _ = read_target(scene, _skip_amount(tokens[:end]))
    return [make_count_edit(target, int(tokens[place + 1].value))]


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
    named = read_phrase(tuple(kept[start:]))
    if named is not None and named.kind == "thing" and not _is_there(scene, named):
        return None
    target, rest = read_target(scene, tuple(kept[start:]))
    if rest or target.count is None:
        return None
    return [make_count_edit(target, target.count)]


def _is_there(scene: EditScene, phrase: NounPhrase) -> bool:
    """Whether a phrase names things of the scene, by their name or a general one."""
    return bool(scene.find(phrase) or (not phrase.modifiers and scene.find_general(phrase.head)))


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
    owners = _find_owners(scene, tokens[phrase.end :]) if scene.find(phrase) else 0
    if owners:
        target, _ = read_target(scene, tokens[: phrase.end])
        return [make_count_edit(target, (phrase.count or 1) * owners)]
    is_state = (
        not after
        or _is_said_already(scene, phrase, tokens[phrase.end :])
        or after[:2] == ["instead", "of"]
        or after in (["now"], ["total"], ["in", "total"])
    )
    if not is_state or not _is_there(scene, phrase) or _is_described(scene, phrase):
        return None
    target, _ = read_target(scene, tokens)
    return [make_count_edit(target, phrase.count or 0)]


def _is_described(scene: EditScene, phrase: NounPhrase) -> bool:
    """Whether words say what kind of them is meant, besides what they are called anyway."""
    names = {word for item in scene.find(phrase) for word in item.noun.split()}
    return bool(set(phrase.adjectives) - names)


def _find_owners(scene: EditScene, after: tuple[Token, ...]) -> int:
    """Return of how many things each has its own: two monitors per desk."""
    words = [t.norm for t in after[:2]]
    start = 1 if words[:1] == ["per"] else 2 if words in (["for", "each"], ["on", "each"]) else 0
    of = read_phrase(after[start:]) if start else None
    if of is None or of.kind != "thing" or start + of.end != len(after):
        return 0
    return sum(item.count for item in scene.find(of))


def _is_said_already(scene: EditScene, phrase: NounPhrase, after: tuple[Token, ...]) -> bool:
    """Whether words after things only say how they stand: ten chairs around the table."""
    link = match_relation(after)
    of = read_phrase(after[len(link.words) :]) if link is not None else None
    if link is None or of is None:
        return False
    is_room = of.kind in ("room", "place")
    objects = {"room"} if is_room else {item.id for item in scene.find(of)}
    return any(
        r.subject == item.id and r.verb == link.verb and r.object in objects
        for item in scene.find(phrase)
        for r in scene.plan.relations
    )


def _skip_amount(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Leave out the number of."""
    words = [token.norm for token in tokens]
    if "of" in words and all(word in _AMOUNTS for word in words[: words.index("of") + 1]):
        return tokens[words.index("of") + 1 :]
    return tokens


def _scale(count: int, factor: float) -> int:
    """Return a scaled number, at least one more or one fewer and never none."""
    scaled = math.ceil(count * factor) if factor > 1 else math.floor(count * factor)
    scaled = max(scaled, count + 1) if factor > 1 else scaled
    return max(1, scaled)
