"""The catalog as a planner sees it: opened from a master index or a built index, then asked."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.availability import compute_availability
from clappper.core.catalog.ingest import Ingest, read_master_indexes
from clappper.core.catalog.nouns import load_nouns
from clappper.core.catalog.rows import AssetIndex, is_sqlite
from clappper.core.catalog.search import search
from clappper.core.errors import CatalogError
from clappper.core.files import replacing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clappper.core.catalog.models import Asset, Availability, SearchResult, Wanted
    from clappper.core.issue import Issue

__all__ = ["CatalogStore", "build_index", "open_catalog"]


class CatalogStore:
    """An open catalog; implements the ``Catalog`` Protocol and may be asked from any thread."""

    def __init__(self, index: AssetIndex, *, issues: Sequence[Issue] = ()) -> None:
        self._index = index
        self._table = load_nouns()
        #: What was wrong with the entries; empty for a built index, which reported it when built.
        self.issues = tuple(issues)

    @property
    def revision(self) -> str:
        """SHA-256 of the placeable objects, whatever file they came from."""
        return self._index.revision

    @property
    def summary(self) -> dict[str, Any]:
        """Counts: entries, objects, variants, objects per pack, entries dropped per reason."""
        return self._index.summary

    def search(self, query: str, *, limit: int = 10) -> SearchResult:
        """Return the best matches of a query, each object once; or none and the nearest things."""
        return search(self._index, self._table, query, limit=limit)

    def get(self, asset_ids: Sequence[str]) -> list[Asset]:
        """Return the assets with these ids, in order; a sibling's id gives its object."""
        return self._index.fetch_assets(asset_ids)

    def variants(self, asset_id: str) -> list[str]:
        """Return the ids of the other files of the same object."""
        return self._index.fetch_variants(asset_id)

    def availability(self, wanted: Sequence[Wanted]) -> Availability:
        """Return what exists for each wanted noun, and the sentence that says so."""
        return compute_availability(self._index, self._table, wanted)

    def close(self) -> None:
        """Close the index."""
        self._index.close()


def open_catalog(path: Path) -> CatalogStore:
    """Open a master index, read into memory, or a built index; the content tells which.

    Raises:
        CatalogError: The file is missing, unreadable or damaged.
        CatalogSchemaError: It is neither of the two.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as exc:
        raise CatalogError(f"Cannot read the catalog {path}: {exc.strerror or exc}.") from exc
    if is_sqlite(head):
        return CatalogStore(AssetIndex.open(path))
    ingest = read_master_indexes([path])
    return CatalogStore(AssetIndex.create(ingest), issues=ingest.issues)


def build_index(sources: Sequence[Path], out: Path) -> Ingest:
    """Write one index from master indexes; ``out`` is replaced only when the new one is whole.

    Returns:
        What was read, with an issue for each entry that was left out.

    Raises:
        CatalogError: A source cannot be used, or the database cannot be written.
        OutputError: ``out`` cannot be written.
    """
    ingest = read_master_indexes(sources)
    with replacing(out) as temporary:
        try:
            AssetIndex.create(ingest, path=temporary).close()
        except sqlite3.Error as exc:
            raise CatalogError(f"Cannot write the index {out}: {exc}.") from exc
    return ingest
