"""What an asset's name and path say: noun, category, describing words, or why it cannot be placed.

Explicit words of the name come first, then the nearest folders, then guessed splits of run-together
names, then tags, which in the user's index are naive and only a last hint.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from clappper.core.catalog.nouns import OBJECT_CATEGORY, NounMatch, NounTable, load_nouns
from clappper.core.catalog.words import (
    compact,
    load_words,
    normalize_text,
    singularize,
    split_camel,
    split_query,
)

__all__ = ["NameReading", "find_drop_reason", "parse_size", "read_name"]

#: Folders above the file that may tell what it is.
FOLDER_DEPTH = 3
_SIZE = re.compile(
    r"(?<![A-Za-z0-9])(\d{1,4}(?:x\d{1,4}){0,2})x?(mm|cm|m|in|inch|ft)(?![A-Za-z])", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[\s_\-.,;:()\[\]{}+&/\\]+")
_METERS = {"mm": 0.001, "cm": 0.01, "m": 1.0, "in": 0.0254, "inch": 0.0254, "ft": 0.3048}


class NameReading(NamedTuple):
    """What a name and path say about one asset."""

    noun: str
    category: str
    attributes: tuple[str, ...]
    words: tuple[str, ...]
    folder_words: tuple[str, ...]


class _NameWords(NamedTuple):
    words: tuple[str, ...]
    tokens: tuple[int, ...]  # which token of the name each word comes from
    guessed: tuple[bool, ...]  # split out of a run-together token
    plural: tuple[bool, ...]
    letters: frozenset[str]


class _Folder(NamedTuple):
    nouns: tuple[str, ...]  # nearest first
    words: tuple[str, ...]  # nearest folder first
    reason: str | None
    is_scene: bool


def parse_size(name: str) -> tuple[float, ...]:
    """Return the lengths [m] a name states: three of ``Tote_60x40x30cm``, one of ``Cone_71cm``."""
    match = _SIZE.search(name)
    if match is None:
        return ()
    scale = _METERS[match[2].lower()]
    return tuple(int(number) * scale for number in match[1].lower().split("x"))


def find_drop_reason(name: str, asset_path: str) -> str | None:
    """Return why a file is no thing to place (material, sample, environment ...), or None."""
    rules = load_words().drop
    tokens = [token.lower() for token in _SEPARATOR.split(name) if token]
    folder = _read_folder(asset_path.rpartition("/")[0])
    reason = folder.reason
    if reason == "animation" and compact(name) in map(compact, asset_path.split("/")[:-1]):
        reason = None  # the character itself, kept beside its motions
    if reason is None and tokens:
        reason = rules.name_endings.get(tokens[-1]) or rules.name_starts.get(tokens[0])
    if (
        reason is None
        and folder.is_scene
        and not folder.nouns
        and not load_nouns().find(_split_name(name).words)
    ):
        reason = "environment"
    return reason


def read_name(name: str, asset_path: str, tags: tuple[str, ...] = ()) -> NameReading:
    """Return noun, category and describing words of an asset.

    Args:
        name: File stem, as in the index.
        asset_path: Path below ``packs/`` with forward slashes.
        tags: As in the index; used only when name and folders say nothing.
    """
    table = load_nouns()
    lists = load_words()
    parts = _split_name(name)
    folder = _read_folder(asset_path.rpartition("/")[0])
    noun = _find_noun(parts, folder, table) or _find_tag_noun(name, tags, table)
    attributes = dict.fromkeys(lists.find_attributes(parts.words))
    attributes.update(dict.fromkeys(lists.find_attributes(folder.words)))
    attributes.update(
        dict.fromkeys(
            lists.find_attributes(tuple(tag for tag in tags if tag not in lists.pack_tags))
        )
    )
    attributes.update(
        dict.fromkeys(
            word
            for match in table.find(parts.words)
            if match.noun == noun
            for word in match.implied
        )
    )
    if noun == "person":
        attributes.update(
            dict.fromkeys(
                word for letter, word in (("m", "male"), ("f", "female")) if letter in parts.letters
            )
        )
    if noun is None:
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
    entry = table.nouns.get(noun)
    category = OBJECT_CATEGORY if entry is None else entry.category
    return NameReading(noun, category, tuple(attributes), parts.words, folder.words)


@functools.lru_cache(maxsize=4096)
def _split_name(name: str) -> _NameWords:
    table = load_nouns()
    noise = load_words().noise
    rows: list[tuple[str, int, bool, bool]] = []
    letters: set[str] = set()
    for index, token in enumerate(_SEPARATOR.split(_SIZE.sub(" ", normalize_text(name)))):
        for part in split_camel(token):
            if len(part) == 1 and part.isascii():
                letters.add(part)
            elif not part.isdigit() and part not in noise:
                run = table.split_run(part)
                rows.extend(
                    (singularize(word), index, len(run) > 1, singularize(word) != word)
                    for word in run
                )
    words = tuple(row[0] for row in rows)
    return _NameWords(
        words,
        tuple(row[1] for row in rows),
        tuple(row[2] for row in rows),
        tuple(row[3] for row in rows),
        frozenset(letters),
    )


@functools.lru_cache(maxsize=4096)
def _read_folder(folder_path: str) -> _Folder:
    """Read the folders of a path; nearest first, not beyond one that holds things of all sorts."""
    rules = load_words().drop
    table = load_nouns()
    folders = [folder for folder in folder_path.split("/") if folder]
    keys = [compact(folder) for folder in folders]
    reason = next((rules.folders[key] for key in keys if key in rules.folders), None)
    if reason is None and any(folder.startswith(".") for folder in folders):
        reason = "part"
    scene = max(
        (index for index, key in enumerate(keys) if key in rules.scene_folders), default=None
    )
    is_scene = scene is not None and not any(key in rules.stop_folders for key in keys[scene + 1 :])
    nouns: list[str] = []
    words: list[str] = []
    for folder, key in list(zip(folders, keys, strict=True))[:0:-1][:FOLDER_DEPTH]:
        if key in rules.stop_folders or key in rules.scene_folders:
            break
        folder_words = _split_name(folder).words
        noun = table.find_folder(folder_words)
        if noun is not None:
            nouns.append(noun)
        words.extend(folder_words)
    return _Folder(tuple(nouns), tuple(words), reason, is_scene)


def _find_noun(parts: _NameWords, folder: _Folder, table: NounTable) -> str | None:
    match = _find_best(parts, table)
    nearest = folder.nouns[0] if folder.nouns else None
    if match is None or (
        nearest is not None
        and _is_doubtful(match, parts)
        and not _are_kin(match.noun, nearest, table)
    ):
        return nearest
    return _refine(match, parts.words, folder, table)


def _find_best(parts: _NameWords, table: NounTable) -> NounMatch | None:
    """Return the longest match, the last of equals, that is no feature and no first half."""
    lists = load_words()
    best: NounMatch | None = None
    for match in table.find(parts.words):
        trailing = [
            word
            for word, token in zip(parts.words[match.end :], parts.tokens[match.end :], strict=True)
            if token == parts.tokens[match.end - 1]
        ]
        is_head = all(word in lists.attributes or word in lists.neutral for word in trailing)
        is_feature = match.start > 0 and parts.words[match.start - 1] in lists.determiners
        if (
            is_head
            and not is_feature
            and (best is None or match.end - match.start >= best.end - best.start)
        ):
            best = match
    return best


def _is_doubtful(match: NounMatch, parts: _NameWords) -> bool:
    """Tell whether words were guessed (``Steelbook``) or name a feature (``Wide_LargeDoors``)."""
    return any(parts.guessed[match.start : match.end]) or parts.plural[match.end - 1]


def _are_kin(noun: str, other: str, table: NounTable) -> bool:
    return table.is_kind_of(noun, other) or table.is_kind_of(other, noun)


def _refine(match: NounMatch, words: tuple[str, ...], folder: _Folder, table: NounTable) -> str:
    """Return the kind of the noun that the folders name: in ``DiningSets`` a dining table."""
    kinds = set(table.narrower(match.noun))
    for noun in folder.nouns:
        if noun in kinds:
            return noun
    for word in folder.words:
        noun_or_none = table.find_exact((word, *words[match.start : match.end]))
        if noun_or_none in kinds:
            return str(noun_or_none)
    return match.noun


def _find_tag_noun(name: str, tags: tuple[str, ...], table: NounTable) -> str | None:
    """Return the noun of a tag, unless a stretch of the name made it: ``rack`` of ``track``."""
    letters = compact(name)
    for tag in sorted(tags):
        noun = None if tag.lower() in load_words().pack_tags else table.find_exact(split_query(tag))
        if noun is None:
            continue
        aliases = {
            word
            for alias in (*table.nouns[noun].aliases, noun, tag, "rack", "shelf")
            for word in split_query(alias)
        }
        if not any(len(alias) >= 3 and alias in letters for alias in aliases):
            return noun
    return None
