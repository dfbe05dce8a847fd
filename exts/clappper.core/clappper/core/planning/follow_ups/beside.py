"""Reads a new thing that is placed by one of its own kind: a second sofa across from the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.side import read_other_side
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.items import make_id
from clappper.core.planning.lexicon import load_phrases
from clappper.core.planning.things import make_wanted
from clappper.core.planning.wording.clause import load_edit_words

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.lexicon import RelationPhrase
    from clappper.core.planning.models import Item
    from clappper.core.planning.noun_phrase import NounPhrase

__all__ = ["match_relation", "read_beside_kin"]

#: Words for what is there already, besides first, second and so on.
_OLD = frozenset(("other", "others", "existing", "old", "original", "same"))
_PRONOUNS = ("it", "him", "her", "them", "that")
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
    kin = scene.find(phrase)
    if len(kin) != 1 or make_wanted(phrase, count=1).attributes:
        return None
    rest, company = _split_company(tokens[phrase.end :])
    like = kin[0]
    name = make_id(like.noun, {"room", "camera", *(item.id for item in scene.items)})
    placed = read_other_side(scene, like, rest)
    is_turned = False
    if placed is None:
        link = match_relation(rest)
        if (
            link is None
            or link.is_inverse
            or not _names_kin(scene, rest[len(link.words) :], phrase, like)
        ):
            return None
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
    edits = [add, *_add_company(scene, company, like, name, phrase.count or 1)]
    if is_turned:
        edits.append(make_edit("rotate", item=name, which="all", relation="facing", object=like.id))
    return edits


def _split_company(
    tokens: tuple[Token, ...],
) -> tuple[tuple[Token, ...], NounPhrase | None]:
    """Part with its own chair from where a thing is to stand."""
    place = next((i for i, token in enumerate(tokens) if token.norm == "with"), None)
    if place is None:
        return tokens, None
    after = tuple(t for t in tokens[place + 1 :] if t.norm != "own")
    phrase = read_phrase(after)
    if phrase is None or phrase.kind != "thing" or not (phrase.is_its or phrase.is_said):
        return tokens, None
    end = place - 1 if place and tokens[place - 1].norm == "," else place
    return tokens[:end], phrase


def _add_company(
    scene: EditScene, company: NounPhrase | None, like: Item, name: str, count: int
) -> list[PlanEdit]:
    """Return the edits that give a new thing what those like it have, one each."""
    if company is None:
        return []
    found = scene.find(company)
    if not found:
        raise scene.refuse(company)
    own = found[0]
    verbs = scene.list_owned(own, like) or {"paired_with"}
    taken = {"room", "camera", name, *(item.id for item in scene.items)}
    return [
        make_edit(
            "add",
            item=make_id(own.noun, taken),
            noun=own.noun,
            asked=company.asked[:200],
            count=count * (company.count or 1),
            asset_ids=own.asset_ids,
            attributes=own.attributes or None,
            relation=sorted(verbs)[0],
            object=name,
        )
    ]


def match_relation(tokens: tuple[Token, ...]) -> RelationPhrase | None:
    """Return the longest relation tokens begin with, or null."""
    for phrase in load_phrases().get(tokens[0].norm, ()) if tokens else ():
        if phrase.words == tuple(token.norm for token in tokens[: len(phrase.words)]):
            return phrase
    return None


def _names_kin(scene: EditScene, tokens: tuple[Token, ...], phrase: NounPhrase, like: Item) -> bool:
    """Whether words mean what is there of a thing's kind: the first one, the other sofa."""
    words = [token.norm for token in tokens]
    if len(words) == 1 and words[0] in _PRONOUNS:
        spoken = scene.find_people() if words[0] in ("him", "her") else scene.get_last()
        return like in spoken
    if words[:1] != ["the"]:
        return False
    rest = words[1:]
    is_old = bool(rest) and (rest[0] in _OLD or rest[0] in load_edit_words().ordinals)
    rest = rest[1:] if is_old else rest
    names = ([*phrase.modifiers, phrase.head], [phrase.head])
    return (
        (is_old and not rest) or (is_old and rest[0] in _ONES and len(rest) == 1) or rest in names
    )
