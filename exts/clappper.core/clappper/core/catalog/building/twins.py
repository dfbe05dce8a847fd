"""Finds the same object in several packs: one row stands for all, the others refer to it.

Only a name that says more than what the thing is tells that two are the same: of ``Table_01`` every
pack has another one.
"""

from __future__ import annotations

import collections
import functools
import itertools
import re
from typing import TYPE_CHECKING

from clappper.core.catalog.language.labels import strip_vendor
from clappper.core.catalog.language.name_words import parse_size, strip_sizes
from clappper.core.catalog.language.nouns import SURROUNDINGS, load_nouns
from clappper.core.catalog.language.synonyms import load_synonyms
from clappper.core.catalog.language.words import load_words, split_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.catalog.building.entries import IndexRow

__all__ = ["fold_twins"]

#: Telling names two packs must share before a describing word is enough.
_SISTER_COUNT = 2
_SIBLING = re.compile(r"_(?:inst|base|inst_base)$", re.IGNORECASE)
_CODE = re.compile(r"(?<![a-z0-9])[a-z]\d{2,3}(?!\d)", re.IGNORECASE)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_SEPARATOR = re.compile(r"[\W_]+")


def fold_twins(rows: Iterable[IndexRow]) -> list[IndexRow]:
    """Return all rows; one that is the same object in another pack refers to the first of them.

    The same is what has the same noun, or a kind of it, and the same name but for case, separators
    and suffixes. Two sizes are two objects. A noun that is not in the table is no more than the
    name, so it is no other.

    Args:
        rows: In order of preference.
    """
    found = list(rows)
    names: dict[str, list[int]] = {}
    for place, row in enumerate(found):
        names.setdefault(_fold(row.name), []).append(place)
    shared = [
        group
        for places in names.values()
        if len(places) > 1
        for group in _split(found, places)
        if len({found[place].pack for place in group}) > 1
    ]
    telling = [_is_telling([found[place] for place in group]) for group in shared]
    sisters = _count_sisters(
        {found[place].pack for place in group}
        for group, is_telling in zip(shared, telling, strict=True)
        if is_telling
    )
    for (first, *others), is_telling in zip(shared, telling, strict=True):
        shown = found[first]
        twins = [
            place
            for place in others
            if is_telling
            or (
                sisters[frozenset((shown.pack, found[place].pack))] >= _SISTER_COUNT
                and _is_described(shown)
            )
        ]
        for rank, place in enumerate(twins, start=1):
            found[place] = found[place]._replace(twin_of=shown.asset_id, twin_rank=rank)
    return found


def _split(rows: Sequence[IndexRow], places: Sequence[int]) -> list[list[int]]:
    """Return groups of what may be one object, the row to stand for it first."""
    places = sorted(
        places,
        key=lambda place: (
            bool(_SIBLING.search(rows[place].name)),
            not parse_size(rows[place].name),  # the one that says how large it is
        ),
    )
    sizes: dict[tuple[float, ...], list[int]] = {}
    for place in places:
        sizes.setdefault(parse_size(rows[place].name), []).append(place)
    stated = [size for size in sizes if size]
    by_size = [places] if len(stated) < 2 else list(sizes.values())
    return [group for same in by_size for group in _split_by_noun(rows, same)]


def _split_by_noun(rows: Sequence[IndexRow], places: Sequence[int]) -> list[list[int]]:
    table = load_nouns()
    groups: dict[str, list[int]] = {}
    unlisted: list[int] = []
    for place in places:
        row = rows[place]
        if row.noun in table.nouns or row.category in SURROUNDINGS:
            groups.setdefault(row.noun, []).append(place)
        else:
            unlisted.append(place)
    for noun, group in groups.items():
        others = groups.keys() - {noun}
        if all(noun in table.narrower(other) for other in others):
            rest = [place for other in sorted(others) for place in groups[other]]
            return [[*group, *rest, *unlisted]]
    return [*groups.values(), unlisted]


def _fold(name: str) -> str:
    name = strip_vendor(strip_sizes(_SIBLING.sub("", name)))
    return _SEPARATOR.sub("", _BETWEEN_DIGITS.sub("x", name)).lower()


def _is_telling(rows: Sequence[IndexRow]) -> bool:
    """Tell whether a model is named, or a number of a maker's series in its two spellings."""
    first = rows[0]
    english = load_synonyms()
    plain = _list_words(first.noun)
    if any(word not in plain and not english.is_known(word) for word in first.words):
        return True
    is_vendor = [strip_vendor(row.name) != row.name for row in rows]  # elsewhere in lower case
    return any(is_vendor) and all(
        _CODE.search(row.name) and (vendor or row.name == row.name.lower())
        for row, vendor in zip(rows, is_vendor, strict=True)
    )


def _is_described(row: IndexRow) -> bool:
    return not set(row.words) <= set(row.noun.split())


def _count_sisters(groups: Iterable[set[str]]) -> collections.Counter[frozenset[str]]:
    """Count for two packs how many objects they share."""
    return collections.Counter(
        frozenset(pair) for packs in groups for pair in itertools.combinations(sorted(packs), 2)
    )


@functools.lru_cache(maxsize=1024)
def _list_words(noun: str) -> frozenset[str]:
    """Return the words that say no more than that a thing is this noun, or describe anything."""
    lists = load_words()
    entry = load_nouns().nouns.get(noun)
    terms = () if entry is None else (noun, *entry.aliases)
    said = (word for term in terms for word in split_query(term))
    return frozenset().union(
        said, lists.attributes, lists.neutral, lists.places, lists.modifiers, lists.determiners
    )
