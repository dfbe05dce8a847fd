"""Which items of the scene, or assets of the catalog, the words of a question mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.models import Wanted
from clappper.core.planning.inflection import singularize
from clappper.core.planning.things import find_item_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.models import Asset, AvailabilityEntry
    from clappper.core.planning.models import Item
    from clappper.core.planning.questions.ground import Ground

__all__ = [
    "Meaning",
    "find_assets",
    "is_anything",
    "is_person",
    "read_thing",
    "strip_determiners",
    "understand_thing",
]

_MAX_WORDS = 6
_DETERMINERS = re.compile(
    r"^(?:(?:any|some|a|an|the|all|both|other|different|more|your|my|our|of|kinds? of|types? of"
    r"|sorts? of|this|that|these|those|each|every|one of|single|2|two|3|three) )+"
)
#: Nouns that name no kind of thing.
_ANY_HEADS = frozenset(
    ("thing", "things", "object", "objects", "asset", "assets", "item", "items", "stuff", "props")
)
#: Words that make a phrase more than the name of a thing.
_BEYOND = frozenset(
    (
        *("and", "or", "that", "which", "with", "without", "in", "on", "under", "near", "by"),
        *("next", "behind", "between", "to", "from", "for", "than", "not", "best", "it", "them"),
        *("there", "you", "we", "i", "is", "are", "do", "does", "have", "should", "could", "would"),
    )
)
_PEOPLE = frozenset(
    (
        "anybody",
        "anyone",
        "somebody",
        "someone",
        "people",
        "persons",
        "humans",
        "human",
        "nobody",
        "who",
    )
)


class Meaning(NamedTuple):
    """What a phrase means in the scene and in the catalog.

    Attributes:
        noun: Its words in the singular.
        items: Items of the scene that are all of it.
        part: Items of which only some assets are it.
        entry: What the catalog has of it.
        is_vague: Whether it is described in a way that nothing tells of the scene's things.
    """

    noun: str
    items: tuple[Item, ...]
    part: tuple[Item, ...]
    entry: AvailabilityEntry
    is_vague: bool = False


def strip_determiners(words: str) -> str:
    """Return a phrase without articles and numbers of the kind of the 2."""
    return _DETERMINERS.sub("", f"{words.strip()} ").strip()


def read_thing(words: str) -> str | None:
    """Return the name of a thing in the singular, or null when the words are more or less."""
    thing = strip_determiners(words)
    parts = thing.split()
    if not parts or len(parts) > _MAX_WORDS or _BEYOND.intersection(parts):
        return None
    if thing in _PEOPLE:
        return "person"
    if parts[-1] in _ANY_HEADS:
        return None
    return " ".join((*parts[:-1], singularize(parts[-1])))


def is_anything(words: str) -> bool:
    """Tell whether words mean things of any kind: anything, how many objects."""
    last = strip_determiners(words).rsplit(" ", 1)[-1]
    return last in _ANY_HEADS or last in ("anything", "something", "everything")


def is_person(item: Item) -> bool:
    """Tell whether an item is people."""
    head = singularize(item.asked.casefold().rsplit(" ", 1)[-1])
    return find_item_class(item.noun, (), head).name == "person"


def understand_thing(words: str, ground: Ground) -> Meaning | None:
    """Return what a phrase means, or null when it is no name of a thing."""
    noun = read_thing(words)
    if noun is None:
        return None
    entry = _ask_catalog(noun, ground)
    items = ground.plan.items if ground.plan is not None else []
    exact = tuple(item for item in items if _fold(noun) in _list_names(item))
    if noun == "person":
        exact = tuple(item for item in items if is_person(item))
    kin = exact or tuple(
        item
        for item in items
        if any(name.endswith(f" {_fold(noun)}") for name in _list_names(item))
    )
    if not exact and _is_beyond_catalog(noun, entry, ground):
        return Meaning(noun, kin, (), entry, is_vague=not kin)
    found = {asset.asset_id for asset in entry.assets}
    same = tuple(i for i in items if i in kin or (not exact and found.issuperset(i.asset_ids)))
    part = tuple(i for i in items if i not in same and found.intersection(i.asset_ids))
    return Meaning(noun, same, () if exact else part, entry)


def _ask_catalog(noun: str, ground: Ground) -> AvailabilityEntry:
    wanted = Wanted(asked=noun[:80], noun=noun, attributes=(), count=None)
    return ground.catalog.availability([wanted]).entries[0]


def _is_beyond_catalog(noun: str, entry: AvailabilityEntry, ground: Ground) -> bool:
    """Whether a describing word is said of a thing that the catalog says of none: a red desk."""
    *before, head = noun.split()
    known = set((entry.noun or "").replace("-", " ").split())
    told = [word for word in before if not known.issuperset(word.replace("-", " ").split())]
    if not told or entry.noun is None or _ask_catalog(head, ground).noun != entry.noun:
        return False  # the words are part of a name, such as lift truck
    said = [
        {*a.tags, *a.attributes, *re.split(r"[^a-z0-9]+", a.name.casefold())} for a in entry.assets
    ]
    return any(all(word not in words for words in said) for word in told)


def find_assets(words: str, ground: Ground) -> Sequence[Asset]:
    """Return the assets a phrase means: those of the scene, else those of the catalog."""
    meaning = understand_thing(words, ground)
    if meaning is None:
        return ()
    named = [a for a in meaning.entry.assets if a.name.casefold() == meaning.noun]
    if named:
        return named
    if meaning.items:
        ids = dict.fromkeys(id_ for item in meaning.items for id_ in item.asset_ids)
        placed = {p.asset_id for p in ground.list_placed(meaning.items)}
        return ground.catalog.get([i for i in ids if i in placed] or list(ids))
    return meaning.entry.assets


def _list_names(item: Item) -> tuple[str, ...]:
    *before, head = item.asked.casefold().split() or [""]
    return _fold(item.noun), _fold(" ".join((*before, singularize(head))))


def _fold(noun: str) -> str:
    return noun.casefold().replace("-", " ")
