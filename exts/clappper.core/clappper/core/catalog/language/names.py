"""What an asset's name and path say: noun, category, describing words, or why it cannot be placed.

Explicit words of the name come first, then the nearest folders, then guessed splits of run-together
names, then tags, which in the user's index are naive and only a last hint.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from clappper.core.catalog.language.name_words import NameWords, mask_digits, split_name
from clappper.core.catalog.language.nouns import (
    OBJECT_CATEGORY,
    NounMatch,
    NounTable,
    load_nouns,
)
from clappper.core.catalog.language.siblings import find_sibling
from clappper.core.catalog.language.surroundings import name_surroundings, split_surroundings
from clappper.core.catalog.language.verdict import (
    Folder,
    is_own_folder,
    judge_name,
    read_folder,
)
from clappper.core.catalog.language.words import (
    compact,
    load_words,
    normalize_text,
    split_query,
)

__all__ = [
    "NameReading",
    "find_sibling",
    "read_name",
]

#: A being or vehicle in a folder of these is a figure of one; a pear in one of furniture is a name.
_FIGURE_GROUPS = frozenset({"decoration", "leisure"})
_LIVE_GROUPS = frozenset({"being", "vehicle"})
#: Furniture whose L is a shape: ``l_desk``.
_CORNER_NOUNS = frozenset({"desk", "reception desk", "sofa", "counter", "bench"})
_L_SHAPED = re.compile(
    r"(?:^|[\W_])l[\W_]*(?:shaped?|desk|sofa|couch|counter|bench)", re.IGNORECASE
)
_FURNISHING_GROUPS = frozenset({"furniture", "storage", "decoration", "lighting", "device"})


class NameReading(NamedTuple):
    """What a name and path say about one asset."""

    noun: str
    category: str
    attributes: tuple[str, ...]
    words: tuple[str, ...]
    folder_words: tuple[str, ...]


def read_name(name: str, asset_path: str, tags: tuple[str, ...] = ()) -> NameReading:
    """Return noun, category and describing words of an asset.

    Args:
        name: File stem, as in the index.
        asset_path: Path below ``packs/`` with forward slashes.
        tags: As in the index; used only when name and folders say nothing.
    """
    folder = read_folder(asset_path.rpartition("/")[0])
    category = judge_name(name, asset_path).surroundings
    if category is not None:
        return _read_surroundings(name, folder, category)
    reading = _read_known(mask_digits(name), folder, tags)
    if reading is not None:
        return reading
    table = load_nouns()
    parts = split_name(name)
    noun = _find_figure(name, asset_path) or _find_tag_noun(name, tags, table)
    return _make_reading(noun, name, parts, folder, tags)


@functools.lru_cache(maxsize=2048)
def _read_known(shape: str, folder: Folder, tags: tuple[str, ...]) -> NameReading | None:
    """Read a name that says, with its folders, what it is; numbers in it do not matter."""
    table = load_nouns()
    parts = split_name(shape)
    noun = _find_noun(parts, folder, table) or _find_model(parts, table)
    return None if noun is None else _make_reading(noun, shape, parts, folder, tags)


def _make_reading(
    noun: str | None, name: str, parts: NameWords, folder: Folder, tags: tuple[str, ...]
) -> NameReading:
    attributes = _find_attributes(name, parts, folder, noun, tags)
    if noun is None:
        lists = load_words()
        content = [
            word
            for word in parts.words
            if word not in lists.neutral and word not in lists.attributes
        ]
        noun = (
            " ".join(content or parts.words)[:80]
            or normalize_text(name).strip().lower()[:80]
            or "object"
        )
    entry = load_nouns().nouns.get(noun)
    category = OBJECT_CATEGORY if entry is None else entry.category
    return NameReading(noun, category, attributes, parts.words, folder.words)


def _read_surroundings(name: str, folder: Folder, category: str) -> NameReading:
    words = split_surroundings(split_name(name).words)
    attributes = load_words().find_attributes(words)
    noun = name_surroundings(words, category)
    return NameReading(noun, category, attributes, words, folder.words)


def _find_noun(parts: NameWords, folder: Folder, table: NounTable) -> str | None:
    match = _find_best(parts, table)
    nearest = folder.nouns[0] if folder.nouns else None
    if nearest is not None and (
        match is None or _is_overruled(match, nearest, parts, folder, table)
    ):
        kind = table.find_exact((*parts.words, *nearest.split()))  # Seating/Waiting
        return kind if kind is not None and table.is_kind_of(kind, nearest) else nearest
    return None if match is None else _refine(match, parts.words, folder, table)


def _find_best(parts: NameWords, table: NounTable) -> NounMatch | None:
    """Return the longest match, the last of equals, that is no feature and no first half.

    A word that may also describe counts less: ``Whiteboard_Mobile`` is no mobile.
    """
    lists = load_words()
    best: tuple[tuple[int, bool], NounMatch] | None = None
    for match in table.find(parts.words):
        trailing = [
            word
            for word, token in zip(parts.words[match.end :], parts.tokens[match.end :], strict=True)
            if token == parts.tokens[match.end - 1]
        ]
        soft = (lists.attributes, lists.neutral, lists.collectives)
        is_head = all(any(word in group for group in soft) for word in trailing)
        is_feature = match.start > 0 and parts.words[match.start - 1] in lists.determiners
        is_broken = any(match.start < place < match.end for place in parts.breaks)
        rank = (match.end - match.start, parts.words[match.end - 1] not in lists.attributes)
        if is_head and not is_feature and not is_broken and (best is None or rank >= best[0]):
            best = (rank, match)
    return None if best is None else best[1]


def _is_overruled(
    match: NounMatch, nearest: str, parts: NameWords, folder: Folder, table: NounTable
) -> bool:
    """Tell whether the folder knows better than the name what the thing is."""
    if _are_kin(match.noun, nearest, table):
        return False
    if any(parts.guessed[match.start : match.end]) or parts.plural[match.end - 1]:
        return True  # guessed words (Steelbook), or a feature (Wide_LargeDoors)
    words = parts.words[match.start : match.end]
    if not folder.own or set(folder.own) <= set(words):
        return False
    group, folder_group = table.group_of(match.noun), table.group_of(nearest)
    is_before = parts.words[: match.start][-len(folder.own) :] == folder.own
    if group != folder_group and is_before and match.start not in parts.breaks:
        return True  # Oven/Oven_Wall, but not Mezzanine_A/Mezzanine_A_Gate
    if folder_group in _FIGURE_GROUPS:
        return group in _LIVE_GROUPS
    is_whole = len(words) == len(parts.words)
    return folder_group == "being" or (
        folder_group == "furniture" and is_whole and group not in _FURNISHING_GROUPS
    )


def _are_kin(noun: str, other: str, table: NounTable) -> bool:
    return table.is_kind_of(noun, other) or table.is_kind_of(other, noun)


def _refine(match: NounMatch, words: tuple[str, ...], folder: Folder, table: NounTable) -> str:
    """Return the kind of the noun that the folders name: in ``DiningSets`` a dining table."""
    kinds = set(table.narrower(match.noun))
    for noun in folder.nouns:
        if noun in kinds:
            return noun
    for word in folder.words:
        if word in load_words().places:
            continue
        noun_or_none = table.find_exact((word, *words[match.start : match.end]))
        if noun_or_none is not None and noun_or_none != match.noun:
            return noun_or_none
    return table.nouns[match.noun].in_names or match.noun


def _find_model(parts: NameWords, table: NounTable) -> str | None:
    """Return the noun of a model name that says nothing: ``gilbert``, ``anza_large``."""
    attributes = load_words().attributes
    content = [word for word in parts.words if word not in attributes]
    return table.models.get("".join(parts.words)) or table.models.get("".join(content))


def _find_figure(name: str, asset_path: str) -> str | None:
    """Return a person for ``Characters/Reallusion/Debra/Props/Bones/Debra``."""
    folders = asset_path.lower().split("/")[:-1]
    is_figure = "characters" in folders and is_own_folder(name, asset_path)
    return "person" if is_figure else None


def _find_tag_noun(name: str, tags: tuple[str, ...], table: NounTable) -> str | None:
    """Return the noun of a tag, unless a stretch of the name made it: ``rack`` of ``track``."""
    letters = compact(name)
    for tag in sorted(tags):
        noun = None if tag.lower() in load_words().pack_tags else table.find_exact(split_query(tag))
        if noun is None:
            continue
        aliases = {
            word for alias in (*table.nouns[noun].aliases, noun, tag) for word in split_query(alias)
        }
        if not any(len(alias) >= 3 and alias in letters for alias in aliases):
            return noun
    return None


@functools.lru_cache(maxsize=2048)
def _find_told(folder_words: tuple[str, ...], tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the describing words of folders and tags."""
    lists = load_words()
    told = tuple(tag for tag in tags if tag not in lists.pack_tags)
    return (*lists.find_attributes(folder_words), *lists.find_attributes(told))


def _find_attributes(
    name: str, parts: NameWords, folder: Folder, noun: str | None, tags: tuple[str, ...]
) -> tuple[str, ...]:
    lists = load_words()
    # In names "full" is a size of furniture or a version, never "loaded".
    own = lists.find_attributes(tuple(word for word in parts.words if word != "full"))
    told = _find_told(folder.words, tags)
    attributes = dict.fromkeys((*own, *told) if told else own)
    table = load_nouns()
    entry = None if noun is None else table.nouns.get(noun)
    if entry is not None and entry.implies:
        for match in table.find(parts.words):
            if match.noun == noun:
                attributes.update(dict.fromkeys(match.implied))
    if "l" in parts.letters and noun in _CORNER_NOUNS and _L_SHAPED.search(name):
        attributes["corner"] = None
    if noun == "person":
        sexes = (("m", "male"), ("f", "female"))
        attributes.update((word, None) for letter, word in sexes if letter in parts.letters)
    return tuple(attributes)
