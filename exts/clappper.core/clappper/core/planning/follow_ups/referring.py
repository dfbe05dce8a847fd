"""Words that mean something by what was spoken of before: it, him, the others, two of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.target import Target, read_phrase
from clappper.core.planning.wording.clause import load_edit_words

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit, Which
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.models import Item

__all__ = ["names_more", "read_referring"]

_PRONOUNS = ("it", "them", "they", "him", "her", "that", "those", "these", "this")
#: Pronouns that stand for people, and for several.
_PERSONAL = ("him", "her")
_PLURAL = ("them", "they", "those", "these")
_BUT = (("but",), ("except",), ("except", "for"), ("apart", "from"))
_OTHERS = frozenset(("other", "others", "rest", "remaining", "remainder"))
_ONES = ("1", "one", "ones")
_BOTH = frozenset(
    ("the two", "both", "both of them", "the two of them", "these two", "those two", "the 2")
)
#: Which are left of instances in an order when those at one end of it are taken.
_COMPLEMENTS: dict[Which | None, Which] = {
    None: "last",
    "first": "last",
    "last": "first",
    "leftmost": "rightmost",
    "rightmost": "leftmost",
    "frontmost": "backmost",
    "backmost": "frontmost",
    "nearest": "farthest",
    "farthest": "nearest",
}
#: Operations that make some instances an item of their own.
_PARTING = ("relate", "swap")


def read_referring(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]] | None:
    """Return what the first words refer to, and the words after them; None where they name it.

    Args:
        scene: The scene, with what the request has changed so far.
        tokens: The words.

    Raises:
        PlanRejectedError: A pronoun could mean several things or none.
    """
    for read in (_read_others, _read_one, _read_both, _read_of_them):
        referred = read(scene, tokens)
        if referred is not None:
            return referred
    if tokens[0].norm in _PRONOUNS and not names_more(tokens[1:]):
        target = _read_pronoun(scene, tokens[0].norm, tokens[1:])
        is_all = [token.norm for token in tokens[1:2]] in (["all"], ["both"])
        return target, tokens[2 if is_all else 1 :]
    return None


def names_more(tokens: tuple[Token, ...]) -> bool:
    """Whether a noun follows: all boxes, that chair."""
    phrase = read_phrase(tokens)
    is_noun = phrase is not None and phrase.kind == "thing"
    return is_noun or [token.norm for token in tokens[:1]] in (["of"], ["the"])


def _read_pronoun(scene: EditScene, word: str, rest: tuple[Token, ...]) -> Target:
    items = tuple(scene.find_people() if word in _PERSONAL else scene.get_last())
    named = _list_named(scene, rest)
    if not items or named.issuperset(item.id for item in items):
        items = _guess_spoken(scene, named, is_plural=word in _PLURAL)
    if not items:
        raise PlanRejectedError(f"Say what “{word}” is: name a thing of the scene.")
    is_plural = word in _PLURAL
    if scene.is_last_new and not is_plural:
        return Target(items, count=1, which="last", is_definite=True)
    return Target(items, is_definite=True, is_plural=is_plural)


def _list_named(scene: EditScene, tokens: tuple[Token, ...]) -> set[str]:
    """Return the ids of the items that words name."""
    named: set[str] = set()
    for place in range(len(tokens)):
        phrase = read_phrase(tokens[place:])
        if phrase is not None and phrase.kind == "thing" and phrase.head:
            named.update(item.id for item in scene.find(phrase))
    return named


def _guess_spoken(scene: EditScene, named: set[str], *, is_plural: bool) -> tuple[Item, ...]:
    """Return what a pronoun can only mean: the one kind beside those named, in that number."""
    left = [item for item in scene.items if item.id not in named]
    fitting = [item for item in left if (item.count > 1) == is_plural]
    chosen = fitting or left
    return tuple(chosen) if len(chosen) == 1 else ()


def _read_others(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]] | None:
    """Read the others, the other forklifts, the rest of them: beside those an edit is about."""
    place = 0
    while place < len(tokens) and tokens[place].norm in ("the", "all", "of"):
        place += 1
    if place >= len(tokens) or tokens[place].norm not in _OTHERS:
        return None
    rest = tokens[place + 1 :]
    items = scene.get_last()
    if rest[:1] and rest[0].norm in _ONES:
        rest = rest[1:]
    elif [t.norm for t in rest[:2]] == ["of", "them"]:
        rest = rest[2:]
    else:
        start = 1 if rest[:1] and rest[0].norm == "of" else 0
        phrase = read_phrase(rest[start:])
        named = scene.find(phrase) if phrase is not None and phrase.kind == "thing" else []
        if phrase is not None and named:
            items, rest = named, rest[start + phrase.end :]
    if len(items) != 1:
        return None
    edit = scene.find_edit(items[0])
    target = _leave(scene, items[0], edit) if edit is not None else _leave_recalled(scene, items[0])
    return (target, rest) if target is not None else None


def _leave(scene: EditScene, item: Item, edit: PlanEdit) -> Target | None:
    """Return what an edit leaves of an item."""
    everything = Target((item,), is_plural=True, is_definite=True)
    gone = scene.count_gone(item)
    if edit.op == "set_count" and gone:
        return replace(everything, count=gone, is_gone=True)
    is_parted = edit.op in _PARTING or (edit.op == "rotate" and edit.object is not None)
    if edit.op in ("set_count", "remove") or (is_parted and edit.count and edit.which != "all"):
        return everything
    left = item.count - edit.count if edit.count is not None and edit.which != "all" else 0
    if left < 1:
        return None
    if edit.which == "index" and item.count == 2:
        return replace(everything, which="index", index=3 - (edit.index or 1), count=1)
    which = _COMPLEMENTS.get(edit.which)
    return replace(everything, which=which, count=left, of=edit.of) if which else None


def _leave_recalled(scene: EditScene, item: Item) -> Target | None:
    """Return what the sentence before leaves of an item."""
    command, count = scene.recalled
    everything = Target((item,), is_plural=True, is_definite=True)
    if command == "remove":
        return everything
    left = item.count - (count or item.count)
    return replace(everything, which="last", count=left) if left > 0 else None


def _read_one(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]] | None:
    """Read the left one: singled out of what was spoken of last."""
    words = [token.norm for token in tokens[:3]]
    which = load_edit_words().which.get(words[1]) if len(words) > 2 else None
    items = tuple(scene.get_last())
    if which is None or words[0] != "the" or words[2] not in _ONES or not items:
        return None
    return Target(items, count=1, which=which, is_definite=True), tokens[3:]  # type: ignore[arg-type]


def _read_both(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]] | None:
    """Read the two, both of them: all of a scene that has two, or those spoken of last."""
    said = " ".join(token.text.lower() for token in tokens)
    items = scene.get_last() if len(scene.get_last()) == 2 else scene.items
    if said not in _BOTH or len(items) != 2:
        return None
    return Target(tuple(items), is_definite=True, is_plural=True), ()


def _read_of_them(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]] | None:
    """Read all of them except four, two of them, one; of what was spoken of last."""
    words = [token.norm for token in tokens]
    items = tuple(scene.get_last())
    if not items:
        return None
    if words[1:3] == ["of", "them"]:
        rest = tokens[3:]
    elif len(tokens) == 1 or (words[0] == "all" and words[1:2] != [] and (words[1],) in _BUT):
        rest = tokens[1:]
    else:
        return None
    if words[0] == "all":
        return _read_all_of_them(items, rest)
    if tokens[0].kind == "number" and int(tokens[0].value) <= sum(i.count for i in items):
        return Target(items, count=max(1, int(tokens[0].value)), is_plural=True), rest
    return None


def _read_all_of_them(
    items: tuple[Item, ...], rest: tuple[Token, ...]
) -> tuple[Target, tuple[Token, ...]] | None:
    """Read what may follow: nothing, or that so many stay."""
    if not rest:
        return Target(items, is_plural=True), rest
    number = rest[-1]
    words = tuple(token.norm for token in rest[:-1])
    if words in _BUT and number.kind == "number":
        return Target(items, left=int(number.value), is_plural=True), ()
    return None
