"""Joins what several sources say about the same files into one entry per file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.building.entries import Entry, Tally, compute_asset_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.building.portion import SourceReading

__all__ = ["merge_entries"]

#: Kinds of sources, the one that knows most about a file first.
_KINDS = ("index", "individual", "listing", "folder")


def merge_entries(
    readings: Sequence[SourceReading], dropped: Tally, problems: list[str]
) -> list[Entry]:
    """Return one entry per path below ``packs/``, ordered by path, each with an id of its own.

    The index is believed before a listing and a listing before a folder, and of two of a kind the
    first; a size comes from whoever knows it. The order of the entries in a source never matters.

    Args:
        readings: What the sources gave.
        dropped: Counts entries that are the same file as another.
        problems: Gets a sentence for each file whose id was taken.
    """
    best: dict[str, Entry] = {}
    known_kinds = [reading for reading in readings if reading.kind in _KINDS]
    for reading in sorted(known_kinds, key=lambda reading: _KINDS.index(reading.kind)):
        for asset_path, entry in _fold_source(reading, dropped).items():
            known = best.setdefault(asset_path, entry)
            if known is not entry:
                dropped.add("in another source")
                if known.file_size_mb is None:
                    best[asset_path] = known._replace(file_size_mb=entry.file_size_mb)
    return _separate_ids([best[path] for path in sorted(best)], problems)


def _fold_source(reading: SourceReading, dropped: Tally) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for portion in reading.portions:
        dropped.update(portion.dropped)
        if portion.broken_count:
            dropped.add("broken", count=portion.broken_count)
        for entry in portion.entries:
            known = found.setdefault(entry.asset_path, entry)
            if known is not entry:
                dropped.add("duplicate", entry.asset_path)
                found[entry.asset_path] = min(known, entry, key=_compare)
    return found


def _compare(entry: Entry) -> tuple[str, str, str]:
    return entry.asset_id, entry.source_url, repr(entry)


def _separate_ids(entries: list[Entry], problems: list[str]) -> list[Entry]:
    """Give a file whose id another file has the id of its own path, so that none is lost."""
    owners: dict[str, str] = {}
    is_clashing = False
    for entry in entries:
        if owners.setdefault(entry.asset_id, entry.asset_path) != entry.asset_path:
            is_clashing = True
            if compute_asset_id(entry.asset_path) == entry.asset_id:
                owners[entry.asset_id] = entry.asset_path
    if not is_clashing:
        return entries
    separated = []
    for entry in entries:
        owner = owners[entry.asset_id]
        if owner == entry.asset_path:
            separated.append(entry)
            continue
        text = entry.asset_path
        while (asset_id := compute_asset_id(text)) in owners:
            text += "#"
        owners[asset_id] = entry.asset_path
        problems.append(f"{entry.asset_path} has the id of {owner} and got {asset_id} instead.")
        separated.append(entry._replace(asset_id=asset_id))
    return separated
