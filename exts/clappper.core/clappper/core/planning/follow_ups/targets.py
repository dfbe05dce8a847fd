"""What a request is about: two chairs, the leftmost forklift, all boxes, it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.kin import find_owner, share_with
from clappper.core.planning.follow_ups.referring import names_more, read_referring
from clappper.core.planning.follow_ups.standing import read_reference, read_standing
from clappper.core.planning.follow_ups.target import Target, read_phrase
from clappper.core.planning.follow_ups.which import read_part, read_share, read_which
from clappper.core.planning.lexicon import load_words
from clappper.core.planning.wording.clause import load_edit_words

if TYPE_CHECKING:
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.noun_phrase import NounPhrase

__all__ = ["read_target", "read_targets"]

_LINKS = (",", "and", "&", "plus", "as well as", "or")
_EXCEPT = ("but", "except", "except for", "apart from")
#: Words that begin a place nobody can look up: in the corner, on the left.
_PLACES = frozenset(
    ("in", "on", "at", "off", "from", "under", "behind", "with", "between", "along")
)
_EVERY_SECOND = ("second", "third", "other")


def read_targets(
    scene: EditScene, tokens: tuple[Token, ...], *, goes: bool = False
) -> list[Target]:
    """Return everything a list names: the forklifts, the workers and two boxes.

    Args:
        scene: The scene.
        tokens: The words of the list.
        goes: Whether it is taken away, and with it what stands on it.

    Raises:
        PlanRejectedError: Something of it is not in the scene, or it names nothing.
    """
    targets: list[Target] = []
    owner: Target | None = None
    is_kin = False
    rest = tokens
    while rest:
        if targets and rest[0].kind == "number" and _is_number_list(rest):
            # pallets 2 and 3
            index = max(1, int(rest[0].value))
            target, rest = replace(targets[-1], which="index", index=index, count=1), rest[1:]
            if targets[-1].which is None:
                targets.pop()
            targets.append(target)
        elif targets and rest[0].kind == "word" and rest[0].norm in _PLACES:
            raise targets[-1].ask_which()
        else:
            target, rest = read_target(scene, rest)
            is_kin = _is_its(target) or (is_kin and _is_bare(target))
            if not is_kin:
                owner = target
                targets.append(target)
            else:
                of = owner or find_owner(scene, target)
                shared = share_with(scene, target, of, goes=goes and of is owner) if of else target
                targets += [shared] if shared is not None else []
        rest, is_company = _skip_company(_skip_links(rest))
        is_kin = is_kin or is_company
    return targets


def _is_its(target: Target) -> bool:
    return target.phrase is not None and target.phrase.is_its


def _is_bare(target: Target) -> bool:
    phrase = target.phrase
    return phrase is not None and phrase.determiner == "none" and phrase.count is None


def _skip_company(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], bool]:
    """Pass over with before what goes along: one desk with its chair, desks along with chairs."""
    words = [token.norm for token in tokens[:2]]
    start = 1 if words == ["along", "with"] else 0
    if words[start : start + 1] not in (["with"], ["including"]):
        return tokens, False
    phrase = read_phrase(tokens[start + 1 :])
    if phrase is None or not (phrase.is_its or phrase.determiner == "none" or start):
        return tokens, False
    return tokens[start + 1 :], True


def _skip_links(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    while tokens and tokens[0].norm in (*_LINKS, *load_words().fillers, "away", "out", "together"):
        tokens = tokens[1:]
    return tokens


def _is_number_list(tokens: tuple[Token, ...]) -> bool:
    return len(tokens) == 1 or tokens[1].norm in _LINKS


def read_target(
    scene: EditScene,
    tokens: tuple[Token, ...],
    *,
    is_placed: bool = False,
    is_turned: bool = False,
) -> tuple[Target, tuple[Token, ...]]:
    """Return what the first words name, and the words after it.

    Args:
        scene: The scene.
        tokens: The words.
        is_placed: Near the door says where it is to go, not which one is meant.
        is_turned: A number after the cabinet is an angle, not which one is meant.

    Raises:
        PlanRejectedError: It is not in the scene, or it names nothing.
    """
    if not tokens:
        raise PlanRejectedError("Say what: name a thing of the scene.")
    referred = read_referring(scene, tokens)
    if referred is not None:
        return referred
    if tokens[0].norm in load_edit_words().everything and not names_more(tokens[1:]):
        return _read_everything(scene, tokens)
    return _read_named(scene, tokens, is_placed=is_placed, is_turned=is_turned)


def _read_everything(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]]:
    """Read everything, everything except the forklifts, all but two pallets."""
    items = tuple(scene.items)
    if not items:
        raise PlanRejectedError("The scene is empty: there is nothing to change.")
    if len(tokens) > 2 and tokens[1].norm in _EXCEPT:
        skip = 3 if tokens[2].norm in ("for", "from") else 2
        left = _read_left(scene, tokens[skip:])
        if left is not None:
            return left
        kept = [item for other in read_targets(scene, tokens[skip:]) for item in other.items]
        rest = tuple(item for item in items if item not in kept)
        return Target(rest, is_plural=True), ()
    return Target(items, is_plural=True, is_everything=True), tokens[1:]


def _read_left(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]] | None:
    """Read all but two pallets: of one kind so many are to stay."""
    phrase = read_phrase(tokens)
    if phrase is None or phrase.count is None or phrase.determiner != "none":
        return None
    items = scene.find(phrase) if phrase.kind == "thing" else []
    if not items or phrase.end != len(tokens):
        return None
    return Target(tuple(items), left=phrase.count, is_plural=True, phrase=phrase), ()


def _read_named(
    scene: EditScene, tokens: tuple[Token, ...], *, is_placed: bool, is_turned: bool
) -> tuple[Target, tuple[Token, ...]]:
    if tokens[0].norm == "every" and len(tokens) > 1 and tokens[1].norm in _EVERY_SECOND:
        raise PlanRejectedError(
            "Say how many, for example “five pallets” or “half of the pallets”."
        )
    share, tokens = read_share(tokens)
    part, tokens = read_part(tokens)
    which, index, tokens = read_which(tokens)
    phrase = read_phrase(tokens)
    if phrase is None or phrase.kind not in ("thing", "ones", "place", "talk", "unknown_place"):
        words = tokens[0].text if tokens else "it"
        raise PlanRejectedError(f"“{words}” names no thing of the scene: say what is meant.")
    items = scene.find(phrase) or (scene.find_general(phrase.head) if not phrase.modifiers else [])
    if not items:
        removed = tuple(scene.find_removed(phrase))
        if removed:
            return Target(removed, is_gone=True, phrase=phrase), tokens[phrase.end :]
        raise scene.refuse(phrase)
    first = tokens[0].norm
    target = Target(
        tuple(items),
        count=phrase.count,
        which=which,
        index=index,
        is_definite=phrase.determiner in ("definite", "distributive"),
        is_plural=_is_plural(phrase) or first in ("all", "both"),
        phrase=phrase,
    )
    if target.count is None and (phrase.determiner == "indefinite" and first not in ("any",)):
        target = replace(target, count=1)
    if phrase.vague.startswith("both") or first == "both":
        target = replace(target, count=None)
    if part is not None:
        target = replace(target, count=part, is_plural=True)
    if share:
        target = replace(target, count=max(1, round(share * target.total)), is_plural=True)
    target, rest = _read_after(
        scene, target, tokens[phrase.end :], has_index=not (is_turned and target.is_definite)
    )
    return read_standing(scene, target, rest, is_placed=is_placed)


def _is_plural(phrase: NounPhrase) -> bool:
    is_mass = phrase.head in load_words().mass_nouns
    return phrase.is_plural or is_mass or phrase.determiner == "distributive"


def _read_after(
    scene: EditScene, target: Target, rest: tuple[Token, ...], *, has_index: bool
) -> tuple[Target, tuple[Token, ...]]:
    """Read what singles an instance out after its noun: forklift 2, the one nearest the door."""
    words = [token.norm for token in rest[:2]]
    skip = 1 if words[:1] in (["number"], ["no"], ["nr"], ["#"]) else 0
    if skip and words[1:2] == ["."]:
        skip = 2
    is_angle = [token.norm for token in rest[skip + 1 : skip + 2]] in (["°"], ["%"])
    if (
        len(rest) > skip
        and rest[skip].kind == "number"
        and has_index
        and not (target.is_plural or is_angle)
    ):
        index = int(rest[skip].value)
        target = replace(target, which="index", index=max(1, index), count=1)
        return target, rest[skip + 1 :]
    if words[:1] and (words[0] in _EXCEPT or " ".join(words) in _EXCEPT):
        after = rest[1 if words[0] in _EXCEPT and words[1:2] != ["for"] else 2 :]
        if after and after[0].kind == "number":
            return replace(target, left=int(after[0].value)), after[1:]
    if target.which in ("nearest", "farthest"):
        to = 1 if words[:1] in (["to"], ["from"]) else 0
        of = read_reference(scene, rest[to:]) if to else None
        return (
            replace(target, of=of[0] if of else "camera"),
            of[1] if of else rest,
        )
    return target, rest
