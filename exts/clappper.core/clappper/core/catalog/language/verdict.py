"""What folders say of a file, and whether it is left out, a place, an effect or a thing."""

from __future__ import annotations

import functools
from typing import NamedTuple

from clappper.core.catalog.language.name_words import SEPARATOR, mask_digits, split_name
from clappper.core.catalog.language.nouns import SURROUNDINGS, load_nouns
from clappper.core.catalog.language.words import compact, load_words

__all__ = [
    "Folder",
    "Verdict",
    "find_drop_reason",
    "is_own_folder",
    "judge_name",
    "read_folder",
]

#: Folders above the file that may tell what it is.
FOLDER_DEPTH = 3
#: Endings of names that say nothing of a place or an effect.
_PARTS = frozenset({"part", "collection"})
#: Folders of the things in an environment.
_PROPS = frozenset({"props", "prop", "assets"})


class Verdict(NamedTuple):
    """What a file is, before its name is read: left out, a place or an effect, or a thing."""

    reason: str | None  # to leave the file out
    surroundings: str | None  # environment or effect


class Folder(NamedTuple):
    """What the folders above a file say."""

    nouns: tuple[str, ...]  # nearest first
    words: tuple[str, ...]  # nearest folder first
    own: tuple[str, ...]  # words of the file's own folder, when they are a noun and no more
    reason: str | None
    surroundings: str | None
    is_scene: bool


def find_drop_reason(name: str, asset_path: str) -> str | None:
    """Return why a file is no object of its own (material, sample, animation ...), or None."""
    return judge_name(name, asset_path).reason


def judge_name(name: str, asset_path: str) -> Verdict:
    """Return whether a file is left out and why, or is a place or an effect."""
    folder = read_folder(asset_path.rpartition("/")[0])
    reason, surroundings = folder.reason, folder.surroundings
    if reason == "animation" and is_own_folder(name, asset_path):
        reason = None  # the character itself, kept beside its motions
    elif reason == "sample" and load_nouns().find_exact(split_name(name).words):
        reason = None  # a sample that is a thing
    said = _find_said(mask_digits(name)) if reason is None else None
    if said in SURROUNDINGS:
        surroundings = surroundings or said
    elif surroundings is None or said not in _PARTS:  # fx_collision is an effect
        reason = reason or said
    if reason is not None:
        return Verdict(reason, None)
    if surroundings is None and folder.is_scene and not folder.nouns:
        is_thing = load_nouns().find(split_name(name).words)
        surroundings = None if is_thing else "environment"
    return Verdict(None, surroundings)


@functools.lru_cache(maxsize=1024)
def read_folder(folder_path: str) -> Folder:
    """Read the folders of a path; nearest first, not beyond one that holds things of all sorts."""
    levels = [_read_level(folder) for folder in folder_path.split("/") if folder]
    props = max((place for place, level in enumerate(levels) if level.holds_props), default=0)
    reason, surroundings = _find_reason(
        [
            level.reason
            for place, level in enumerate(levels)
            if level.reason is not None and (place > props or level.reason != "environment")
        ]
        + ["part"] * ("/." in f"/{folder_path}")
    )
    is_scene = False
    for level in levels:
        is_scene = level.is_scene or (is_scene and not level.is_stop)
    nouns: list[str] = []
    words: list[str] = []
    for level in levels[:0:-1][:FOLDER_DEPTH]:
        if level.is_stop or level.is_scene:
            break
        if level.noun is not None:
            nouns.append(level.noun)
        words.extend(level.words)
    own = levels[-1].words if words and levels[-1].is_noun else ()
    return Folder(tuple(nouns), tuple(words), own, reason, surroundings, is_scene)


def is_own_folder(name: str, asset_path: str) -> bool:
    """Tell whether a file lies in a folder of its name."""
    return compact(name) in map(compact, asset_path.split("/")[:-1])


@functools.lru_cache(maxsize=2048)
def _find_said(shape: str) -> str | None:
    rules = load_words().drop
    tokens = [token.lower() for token in SEPARATOR.split(shape) if token]
    if not tokens:
        return None
    return rules.name_endings.get(tokens[-1]) or rules.name_starts.get(tokens[0])


class _Level(NamedTuple):
    words: tuple[str, ...]
    noun: str | None
    is_noun: bool  # and says nothing besides
    reason: str | None
    is_scene: bool
    is_stop: bool  # holds things of all sorts
    holds_props: bool  # in an environment too


@functools.lru_cache(maxsize=4096)
def _read_level(folder: str) -> _Level:
    table = load_nouns()
    rules = load_words().drop
    key = compact(folder)
    words = split_name(folder).words
    return _Level(
        words,
        table.find_folder(words),
        table.is_folder(words),
        rules.folders.get(key),
        key in rules.scene_folders,
        key in rules.stop_folders,
        key in _PROPS,
    )


def _find_reason(reasons: list[str]) -> Verdict:
    """Return what the reasons of folders come to, the outermost first."""
    telling = [reason for reason in reasons if reason != "sample"]
    if not telling or telling[0] not in SURROUNDINGS:
        return Verdict(next(iter(reasons), None), None)
    hard = (reason for reason in telling if reason not in SURROUNDINGS)
    return Verdict(next(hard, None), telling[0])  # samples of smoke are smoke
