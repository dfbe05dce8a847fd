"""The catalog as a planner sees it: opened from a source or a built index, then asked."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from clappper.core.catalog.availability import compute_availability
from clappper.core.catalog.building.build import BuildReport, build_index, merge_measures
from clappper.core.catalog.building.ledger import Ledger
from clappper.core.catalog.index.generations import resolve_generation
from clappper.core.catalog.index.rows import AssetIndex, PackCount, is_sqlite
from clappper.core.catalog.ingest import read_sources
from clappper.core.catalog.language.aliases import find_alias_file, load_aliases
from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.catalog.search import search
from clappper.core.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from clappper.core.catalog.language.nouns import NounTable
    from clappper.core.catalog.models import (
        Asset,
        Availability,
        SearchFilters,
        SearchResult,
        Wanted,
    )
    from clappper.core.issue import Issue

__all__ = [
    "BuildReport",
    "CatalogInfo",
    "CatalogStore",
    "build_index",
    "merge_measures",
    "open_catalog",
]


class CatalogInfo(NamedTuple):
    """What a catalog holds and what it left out."""

    revision: str
    entry_count: int
    object_count: int
    variant_count: int
    packs: tuple[PackCount, ...]
    dropped: Mapping[str, int]
    examples: Mapping[str, tuple[str, ...]]  # some paths of what was dropped, by reason
    sources: tuple[tuple[str, str], ...]  # path and kind; none for a catalog that was not built


class CatalogStore:
    """An open catalog; implements the ``Catalog`` Protocol and may be asked from any thread."""

    def __init__(
        self,
        index: AssetIndex,
        *,
        table: NounTable | None = None,
        issues: Sequence[Issue] = (),
        examples: Mapping[str, Sequence[str]] | None = None,
        sources: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._index = index
        self._table = table or load_nouns()
        self._examples = {reason: tuple(paths) for reason, paths in (examples or {}).items()}
        self._sources = tuple(sources)
        #: What was wrong with the entries; empty for a built index, which reported it when built.
        self.issues = tuple(issues)

    @property
    def revision(self) -> str:
        """SHA-256 of the placeable objects, whatever file they came from."""
        return self._index.revision

    @property
    def is_built(self) -> bool:
        """Whether it is an index that was built, which names its sources, or read from one."""
        return bool(self._sources)

    @property
    def summary(self) -> dict[str, Any]:
        """Counts: entries, objects, variants, objects per pack, entries dropped per reason."""
        return self._index.summary

    def search(
        self, query: str, *, limit: int = 10, filters: SearchFilters | None = None
    ) -> SearchResult:
        """Return the best matches of a query, each object once; or none and the nearest things."""
        return search(self._index, self._table, query, limit=limit, filters=filters)

    def list_assets(self) -> list[Asset]:
        """Return every object, also those that cannot be used, by path."""
        return self._index.list_assets()

    def get(self, asset_ids: Sequence[str]) -> list[Asset]:
        """Return the assets with these ids, in order; a sibling's id gives its object."""
        return self._index.fetch_assets(asset_ids)

    def variants(self, asset_id: str) -> list[str]:
        """Return the ids of the other files of the same object."""
        return self._index.fetch_variants(asset_id)

    def availability(self, wanted: Sequence[Wanted]) -> Availability:
        """Return what exists for each wanted noun, and the sentence that says so."""
        return compute_availability(self._index, self._table, wanted)

    def info(self) -> CatalogInfo:
        """Return what there is per pack, and what was left out and why."""
        summary = self.summary
        return CatalogInfo(
            revision=self.revision,
            entry_count=summary["entries"],
            object_count=summary["objects"],
            variant_count=summary["variants"],
            packs=tuple(self._index.count_packs()),
            dropped=summary["dropped"],
            examples=self._examples,
            sources=self._sources,
        )

    def close(self) -> None:
        """Close the index."""
        self._index.close()


def open_catalog(path: Path) -> CatalogStore:
    """Open a source, read into memory, or a built index; the content tells which.

    The user's own words are known too, where there is a file of them.

    Raises:
        CatalogError: The file is missing, unreadable or damaged, or the file of aliases is.
        CatalogSchemaError: It is neither of the two.
    """
    current = resolve_generation(path)
    try:
        with current.open("rb") as file:
            head = file.read(16)
    except OSError as exc:
        raise CatalogError(f"Cannot read the catalog {path}: {exc.strerror or exc}.") from exc
    alias_file = find_alias_file(path)
    table = None if alias_file is None else load_nouns().extended(load_aliases(alias_file))
    if not is_sqlite(head):
        ingest = read_sources([path])
        index = AssetIndex.create(ingest)
        return CatalogStore(index, table=table, issues=ingest.issues, examples=ingest.examples)
    index = AssetIndex.open(current)
    with closing(Ledger(current)) as ledger:
        facts = ledger.facts
    sources = [(name, kind) for name, kind in facts.get("state", {}).get("sources", [])]
    return CatalogStore(index, table=table, examples=facts.get("examples"), sources=sources)
