"""Reads a new thing that is placed by one of its own kind: a second sofa across from the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.edit_clause import load_edit_words
from clappper.core.planning.edit_scene import make_edit
from clappper.core.planning.items import make_id
from clappper.core.planning.lexicon import load_phrases
from clappper.core.planning.things import make_wanted

if TYPE_CHECKING:
    from clappper.core.planning.edit_models import PlanEdit
    from clappper.core.planning.edit_scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.lexicon import RelationPhrase
    from clappper.core.planning.noun_phrase import NounPhrase

__all__ = ["match_relation", "read_beside_kin"]

#: Words for what is there already, besides first, second and so on.
_OLD = frozenset(("other", "others", "existing", "old", "original", "same"))
#: What stands for its noun; a number word is read as a number.
_ONES = ("1", "one", "ones")


def read_beside_kin(
    scene: EditScene, tokens: tuple[Token, ...], phrase: NounPhrase
) -> list[PlanEdit] | None:
    """Return the edits that add a thing beside what is like it, or null when that is not asked.

    It becomes an item of its own: more of the same item cannot stand in relation to itself.

    Args:
        scene: The scene.
        tokens: The words after the command.
        phrase: The thing they begin with.
    """
    rest = tokens[phrase.end :]
    link = match_relation(rest)
    kin = scene.find(phrase)
    if link is None or link.is_inverse or len(kin) != 1:
        return None
    if not _names_kin(rest[len(link.words) :], phrase) or make_wanted(phrase, count=1).attributes:
        return None
    like = kin[0]
    name = make_id(like.noun, {"room", "camera", *(item.id for item in scene.items)})
    is_turned = link.verb == "facing"
    placed = {} if is_turned else {"relation": link.verb, "object": like.id}
    add = make_edit(
        "add",
        item=name,
        noun=like.noun,
        asked=phrase.asked[:200],
        count=phrase.count or 1,
        asset_ids=like.asset_ids,
        attributes=like.attributes or None,
        **placed,
    )
    if not is_turned:
        return [add]
    return [add, make_edit("rotate", item=name, which="all", relation="facing", object=like.id)]


def match_relation(tokens: tuple[Token, ...]) -> RelationPhrase | None:
    """Return the longest relation tokens begin with, or null."""
    for phrase in load_phrases().get(tokens[0].norm, ()) if tokens else ():
        if phrase.words == tuple(token.norm for token in tokens[: len(phrase.words)]):
            return phrase
    return None


def _names_kin(tokens: tuple[Token, ...], phrase: NounPhrase) -> bool:
    """Whether words mean what is there of a thing's kind: the first one, the other sofa."""
    words = [token.norm for token in tokens]
    if words[:1] != ["the"]:
        return False
    rest = words[1:]
    is_old = bool(rest) and (rest[0] in _OLD or rest[0] in load_edit_words().ordinals)
    rest = rest[1:] if is_old else rest
    names = ([*phrase.modifiers, phrase.head], [phrase.head])
    return (
        (is_old and not rest) or (is_old and rest[0] in _ONES and len(rest) == 1) or rest in names
    )
