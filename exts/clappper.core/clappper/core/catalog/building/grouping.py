"""Folds the files of one object into one row and leaves out what is no object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.building.entries import USD_SUFFIXES, Entry, IndexRow, Tally
from clappper.core.catalog.building.twins import fold_twins
from clappper.core.catalog.language.names import find_sibling, read_name
from clappper.core.catalog.language.verdict import find_drop_reason, judge_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["group_objects"]

#: Kinds of files of one object, the one to place first: complete, instanceable, bare geometry.
_ORDER = ("", "inst", "base", "inst_base", "lod", "material_variant", "collision", "material")
_MATERIAL_END = ".material"
#: The same place, set up for one renderer: path tracing, real time.
_RENDERERS = ("pt", "rt")
_RENDERER = re.compile(r"_(pt|rt)$", re.IGNORECASE)


class _Reading(NamedTuple):
    """A name without what tells the kind of file, and without the look before that."""

    base: str
    plain: str
    order: tuple[int, ...]
    is_never_placed: bool
    kept: str  # the base as it is written


class _Member(NamedTuple):
    reading: _Reading
    reason: str | None  # to leave it out where the object itself is not there
    entry: Entry


def group_objects(entries: Iterable[Entry], dropped: Tally) -> list[IndexRow]:
    """Return one row per object of a pack: files of a folder whose names differ by their kind only.

    Rows of the same object in several packs refer to one of them.

    Args:
        entries: Paths and ids are unique; the order does not matter.
        dropped: Counts what was left out, and why.
    """
    folders: dict[tuple[str, str], list[_Member]] = {}
    for entry in entries:
        reading = _read_kinds(entry.name)
        reason, category = judge_name(entry.name, entry.asset_path)
        if category is not None:
            reading = _read_renderer(entry.name)
        elif reason is None and reading.kept != entry.name:
            reason = find_drop_reason(reading.kept, entry.asset_path)  # as its base
        if not entry.asset_path.lower().endswith(USD_SUFFIXES):
            reason = reason or "not USD"
        if reason is None or reading.is_never_placed:
            folder = entry.asset_path.rpartition("/")[0]
            folders.setdefault((folder, category or ""), []).append(_Member(reading, reason, entry))
        else:
            dropped.add(reason, entry.asset_path)
    rows = [row for _, group in sorted(folders.items()) for row in _group_folder(group, dropped)]
    return fold_twins(rows)


def _group_folder(members: list[_Member], dropped: Tally) -> Iterator[IndexRow]:
    placeable = [reading for reading, _, _ in members if not reading.is_never_placed]
    bases = {reading.base for reading in placeable}
    plain = {reading.base for reading in placeable if reading.base == reading.plain}
    groups: dict[str, list[tuple[tuple[int, ...], str, Entry]]] = {}
    for reading, reason, entry in members:
        key = reading.plain if reading.plain in plain else reading.base
        if key not in bases:
            dropped.add(reason or "collision mesh", entry.asset_path)
            continue
        groups.setdefault(key, []).append((reading.order, entry.asset_path, entry))
    for _, group in sorted(groups.items()):
        placed, *others = (entry for _, _, entry in sorted(group))
        yield _make_row(placed, others)


def _read_kinds(name: str) -> _Reading:
    """Take the kinds off a name, the last suffix first: ``Chair_red_inst`` is ``chair`` in red."""
    kinds: set[str] = set()
    if name.lower().endswith(_MATERIAL_END) and len(name) > len(_MATERIAL_END):
        name = name[: -len(_MATERIAL_END)]
        kinds.add("material")
    base = plain = name
    while (sibling := find_sibling(plain)).kind:
        plain = sibling.base
        kinds.add(sibling.kind)
        if "material_variant" not in kinds:
            base = plain
    if not kinds:
        return _Reading(name.lower(), name.lower(), (), False, name)
    order = sorted((_ORDER.index(kind) for kind in kinds), reverse=True)
    is_never_placed = not kinds.isdisjoint(("collision", "material"))
    return _Reading(base.lower(), plain.lower(), tuple(order), is_never_placed, base)


def _read_renderer(name: str) -> _Reading:
    """Take the renderer off the name of a place: its ending is no kind of file."""
    match = _RENDERER.search(name)
    if match is None or match.start() == 0:
        return _Reading(name.lower(), name.lower(), (), False, name)
    base = name[: match.start()]
    order = (1 + _RENDERERS.index(match[1].lower()),)
    return _Reading(base.lower(), base.lower(), order, False, base)


def _make_row(entry: Entry, others: list[Entry]) -> IndexRow:
    reading = read_name(entry.name, entry.asset_path, entry.tags)
    return IndexRow(
        asset_id=entry.asset_id,
        name=entry.name,
        noun=reading.noun,
        category=reading.category,
        pack=entry.pack,
        asset_path=entry.asset_path,
        source_url=entry.source_url,
        tags=entry.tags,
        attributes=reading.attributes,
        file_size_mb=entry.file_size_mb or 0.0,
        words=reading.words,
        folder_words=reading.folder_words,
        variants=tuple(other.asset_id for other in others),
    )
