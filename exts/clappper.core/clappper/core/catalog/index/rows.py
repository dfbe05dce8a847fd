"""The asset index in SQLite, opened to be asked: the few questions search has.

Owns the connection and nothing else of search: no ranking, no English. One connection serves
several threads, one at a time. ``writing`` makes the database.
"""

from __future__ import annotations

import functools
import itertools
import json
import sqlite3
import threading
import weakref
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.finding.spelling import Speller
from clappper.core.catalog.index.stored import (
    ASSET_COLUMNS,
    CANDIDATE_COLUMNS,
    NO_FILTER,
    PLACEABLE,
    PackCount,
    RowFilter,
    StoredObject,
    make_asset,
    make_candidate,
    mark,
)
from clappper.core.catalog.index.writing import (
    APPLICATION_ID,
    list_migrations,
    write_index,
)
from clappper.core.errors import CatalogError, CatalogSchemaError
from clappper.core.units import Vec3

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from clappper.core.catalog.building.entries import IndexRow
    from clappper.core.catalog.finding.ranking import Candidate
    from clappper.core.catalog.ingest import Ingest
    from clappper.core.catalog.models import Asset

__all__ = ["AssetIndex", "PackCount", "is_sqlite"]

_SQLITE_MAGIC = b"SQLite format 3\x00"
#: Most values bound into one statement.
_BATCH = 500


def is_sqlite(head: bytes) -> bool:
    """Tell by its first bytes whether a file is an SQLite database."""
    return head.startswith(_SQLITE_MAGIC)


class AssetIndex:
    """An open index, in memory or a built file opened read-only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        weakref.finalize(self, connection.close)
        meta = dict(self._select("SELECT key, value FROM meta"))
        self.revision = str(meta["revision"])
        self.summary: dict[str, Any] = json.loads(meta["summary"])

    @classmethod
    def create(cls, ingest: Ingest, *, path: Path | None = None) -> AssetIndex:
        """Write what was ingested into a new database; see ``write``."""
        dropped = dict(sorted(ingest.dropped.items()))
        return cls.write(
            ingest.rows, {"entries": ingest.entry_count, "dropped": dropped}, path=path
        )

    @classmethod
    def write(
        cls, rows: Iterable[IndexRow], summary: Mapping[str, Any], *, path: Path | None = None
    ) -> AssetIndex:
        """Write rows into a new database, in memory or at a path that does not hold one yet.

        Args:
            rows: Read once, in any order, and not kept.
            summary: What to remember about the build; counts of objects are added.
            path: Where; in memory by default.

        Raises:
            sqlite3.Error: The database cannot be written, or two rows have the same id.
        """
        connection = sqlite3.connect(
            ":memory:" if path is None else str(path), check_same_thread=False, isolation_level=None
        )
        try:
            write_index(connection, rows, summary)
            return cls(connection)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def open(cls, path: Path) -> AssetIndex:
        """Open a built index read-only.

        Raises:
            CatalogError: The file cannot be opened, or is damaged.
            CatalogSchemaError: It is another program's database, or of another version.
        """
        connection: sqlite3.Connection | None = None
        try:
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            application_id = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if application_id != APPLICATION_ID:
                raise CatalogSchemaError(
                    f"{path} is a database, but no Clappper index; build one with catalog build."
                )
            newest = list_migrations()[-1][0]
            if version != newest:
                raise CatalogSchemaError(
                    f"{path} is an index of version {version}, not {newest}; build it again."
                )
            return cls(connection)
        except (sqlite3.Error, KeyError, ValueError) as exc:
            if connection is not None:
                connection.close()
            raise CatalogError(f"Cannot use the index {path}: {exc}. Build it again.") from exc
        except CatalogError:
            if connection is not None:
                connection.close()
            raise

    def close(self) -> None:
        """Close the database; the index cannot be asked any more."""
        with self._lock:
            self._connection.close()

    @functools.cached_property
    def noun_counts(self) -> dict[str, int]:
        """Usable objects per noun, of those that can be placed."""
        return dict(
            self._select("SELECT noun, object_count FROM noun ORDER BY object_count DESC, noun")
        )

    @functools.cached_property
    def surroundings(self) -> dict[str, str]:
        """Category of each noun of the places and effects, which are no things to place."""
        return dict(
            self._select(
                f"SELECT noun, category FROM asset WHERE NOT {PLACEABLE} AND unusable IS NULL "
                "GROUP BY noun ORDER BY noun"
            )
        )

    @functools.cached_property
    def speller(self) -> Speller:
        """Knows the words of names and nouns."""
        return Speller(
            term for (term,) in self._select("SELECT term FROM term WHERE named_count > 0")
        )

    def count_packs(self) -> list[PackCount]:
        """Return how many objects each pack has, by name; one of several packs counts once."""
        own = "twin_of IS NULL"
        return [
            PackCount(*row)
            for row in self._select(
                f"SELECT pack, SUM({own}), SUM({own} AND is_measured), "
                f"SUM({own} AND unusable IS NOT NULL) FROM asset GROUP BY pack ORDER BY pack"
            )
        ]

    def list_assets(self) -> list[Asset]:
        """Return the objects of each pack by path, also those that cannot be used."""
        statement = f"SELECT {ASSET_COLUMNS} FROM asset ORDER BY asset_path, asset_id"
        return list(map(make_asset, self._select(statement)))

    def fetch_assets(self, asset_ids: Sequence[str]) -> list[Asset]:
        """Return the objects of these ids, in order; the id of any of its files gives an object."""
        found: dict[str, Asset] = {}
        columns = ", ".join(f"shown.{column}" for column in ASSET_COLUMNS.split(", "))
        shown = "JOIN asset AS shown ON shown.row_id = COALESCE(asset.twin_of, asset.row_id)"
        for batch in _split(list(dict.fromkeys(asset_ids))):
            sibling = (
                f"SELECT variant.asset_id, {columns} FROM variant JOIN asset USING (row_id) "
                f"{shown} WHERE variant.asset_id IN ({mark(batch)})"
            )
            own = (
                f"SELECT asset.asset_id, {columns} FROM asset {shown} "
                f"WHERE asset.asset_id IN ({mark(batch)})"
            )
            for statement in (sibling, own):
                found.update(
                    (row[0], make_asset(row[1:])) for row in self._select(statement, batch)
                )
        return [found[asset_id] for asset_id in asset_ids if asset_id in found]

    def fetch_objects(self, row_ids: Sequence[int]) -> list[StoredObject]:
        """Return the objects of these rows, in order."""
        found: dict[int, StoredObject] = {}
        for batch in _split(list(row_ids)):
            variants = self._fetch_variants(batch)
            for row in self._select(
                f"SELECT row_id, size_x, size_y, size_z, is_measured, {ASSET_COLUMNS} FROM asset "
                f"WHERE row_id IN ({mark(batch)})",
                batch,
            ):
                size = Vec3(x=row[1], y=row[2], z=row[3])
                found[row[0]] = StoredObject(
                    make_asset(row[5:]), size, bool(row[4]), variants.get(row[0], ())
                )
        return [found[row_id] for row_id in row_ids if row_id in found]

    def fetch_variants(self, asset_id: str) -> list[str]:
        """Return the ids of the other files that are the same object."""
        rows = self._select("SELECT row_id FROM asset WHERE asset_id = ?", [asset_id])
        return [
            variant
            for variants in self._fetch_variants([row_id for (row_id,) in rows]).values()
            for variant in variants
        ]

    def fetch_plainest(self, nouns: Sequence[str]) -> list[Asset]:
        """Return the plainest object of each noun, in order."""
        found: dict[str, Asset] = {}
        for batch in _split(list(nouns)):
            statement = (
                f"SELECT noun, {ASSET_COLUMNS} FROM asset WHERE row_id IN "
                f"(SELECT plainest_row FROM noun WHERE noun IN ({mark(batch)}))"
            )
            found.update((row[0], make_asset(row[1:])) for row in self._select(statement, batch))
        return [found[noun] for noun in nouns if noun in found]

    def find_by_noun(
        self, noun: str, *, limit: int, row_filter: RowFilter = NO_FILTER
    ) -> list[Candidate]:
        """Return objects with this noun, plainest first."""
        return self._find("noun = ?", [noun], limit=limit, row_filter=row_filter)

    def find_by_name(
        self, name: str, *, limit: int, row_filter: RowFilter = NO_FILTER
    ) -> list[Candidate]:
        """Return the objects whose name or id is exactly this, whatever its case."""
        condition = "(name = ? COLLATE NOCASE OR asset_id = ?)"
        return self._find_shown(condition, [name, name], limit=limit, row_filter=row_filter)

    def find_by_label(
        self, match: str, *, limit: int, row_filter: RowFilter = NO_FILTER
    ) -> list[Candidate]:
        """Return the objects of which any file a quoted FTS5 expression matches, plainest first."""
        condition = "row_id IN (SELECT rowid FROM asset_fts WHERE asset_fts MATCH ?)"
        return self._find_shown(condition, [match], limit=limit, row_filter=row_filter)

    def find_by_match(
        self, match: str, *, limit: int, row_filter: RowFilter = NO_FILTER
    ) -> list[Candidate]:
        """Return the objects a quoted FTS5 expression matches, plainest first."""
        condition, values = row_filter.to_sql()
        columns = ", ".join(f"asset.{column}" for column in CANDIDATE_COLUMNS.split(", "))
        rows = self._select(
            f"SELECT {columns} FROM asset_fts CROSS JOIN asset ON row_id = asset_fts.rowid "
            f"WHERE asset_fts MATCH ? AND {condition} ORDER BY asset_fts.rowid LIMIT ?",
            [match, *values, limit],
        )
        return list(map(make_candidate, rows))

    def list_rows(self, nouns: Sequence[str]) -> set[int]:
        """Return the rows of all usable objects with these nouns that can be placed."""
        found: set[int] = set()
        for batch in _split(list(nouns)):
            statement = (
                f"SELECT row_id FROM asset WHERE noun IN ({mark(batch)}) "
                f"AND unusable IS NULL AND twin_of IS NULL AND {PLACEABLE}"
            )
            found.update(row_id for (row_id,) in self._select(statement, batch))
        return found

    def list_matching_rows(self, match: str) -> set[int]:
        """Return every row a quoted FTS5 expression matches, also of what cannot be used."""
        statement = "SELECT rowid FROM asset_fts WHERE asset_fts MATCH ?"
        return {row_id for (row_id,) in self._select(statement, [match])}

    def fetch_candidates(self, row_ids: Iterable[int]) -> list[Candidate]:
        """Return what ranking needs of these rows."""
        found = []
        for batch in _split(list(row_ids)):
            found.extend(
                self._find(f"row_id IN ({mark(batch)})", batch, limit=_BATCH, row_filter=NO_FILTER)
            )
        return found

    def find_terms(self, prefix: str, *, limit: int) -> list[tuple[str, int]]:
        """Return indexed words that start with a word, and in how many objects each occurs."""
        statement = (
            "SELECT term, object_count FROM term WHERE term >= ? AND term < ? ORDER BY term LIMIT ?"
        )
        return self._select(statement, [prefix, prefix + "\U0010ffff", limit])

    def count_terms(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many objects each of some words occurs; words of none are left out."""
        found: dict[str, int] = {}
        for batch in _split(list(words)):
            statement = f"SELECT term, object_count FROM term WHERE term IN ({mark(batch)})"
            found.update(self._select(statement, batch))
        return found

    def _fetch_variants(self, row_ids: list[int]) -> dict[int, tuple[str, ...]]:
        """Return for each row the ids of the other files of its object: its own siblings first."""
        object_row = "COALESCE(twin_of, row_id)"
        objects: dict[int, int] = dict(
            self._select(
                f"SELECT row_id, {object_row} FROM asset WHERE row_id IN ({mark(row_ids)})", row_ids
            )
        )
        shown = list(dict.fromkeys(objects.values()))
        files: dict[int, dict[int, list[str]]] = {row: {} for row in shown}
        for column in ("row_id", "twin_of"):
            for row, row_id, asset_id in self._select(
                f"SELECT {object_row}, row_id, asset_id FROM asset "
                f"WHERE {column} IN ({mark(shown)}) ORDER BY twin_rank",
                shown,
            ):
                files[row][row_id] = [asset_id]
        rows = {row_id: ids for found in files.values() for row_id, ids in found.items()}
        for batch in _split(list(rows)):
            for row_id, asset_id in self._select(
                f"SELECT row_id, asset_id FROM variant WHERE row_id IN ({mark(batch)}) "
                "ORDER BY variant_id",
                batch,
            ):
                rows[row_id].append(asset_id)
        others = {
            row_id: [ids for other, ids in files[row].items() if other != row_id]
            for row_id, row in objects.items()
        }
        return {
            row_id: tuple(itertools.chain(rows[row_id][1:], *others[row_id])) for row_id in objects
        }

    def _find_shown(
        self, condition: str, values: Sequence[Any], *, limit: int, row_filter: RowFilter
    ) -> list[Candidate]:
        if row_filter.packs is None:  # the name of what another row stands for is its name too
            condition = f"row_id IN (SELECT COALESCE(twin_of, row_id) FROM asset WHERE {condition})"
        return self._find(condition, values, limit=limit, row_filter=row_filter)

    def _find(
        self, condition: str, values: Sequence[Any], *, limit: int, row_filter: RowFilter
    ) -> list[Candidate]:
        filters, filter_values = row_filter.to_sql()
        rows = self._select(
            f"SELECT {CANDIDATE_COLUMNS} FROM asset WHERE {condition} AND {filters} "
            "ORDER BY row_id LIMIT ?",
            [*values, *filter_values, limit],
        )
        return list(map(make_candidate, rows))

    def _select(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as exc:
                raise CatalogError(
                    f"The catalog index cannot be read ({exc}); build it again."
                ) from exc


def _split(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
