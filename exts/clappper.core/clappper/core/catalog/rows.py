"""The asset index in SQLite: schema, writing, and the few questions search asks of it.

Owns the connection and nothing else of search: no ranking, no English. One connection serves
several threads, one at a time.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import weakref
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from clappper.core.catalog.models import Asset
from clappper.core.errors import CatalogError, CatalogSchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from clappper.core.catalog.ingest import IndexRow, Ingest

__all__ = ["APPLICATION_ID", "AssetIndex", "Candidate", "compute_revision", "is_sqlite"]

#: ``PRAGMA application_id`` of a built index ("Clpr").
APPLICATION_ID = 0x436C7072
_SQLITE_MAGIC = b"SQLite format 3\x00"
_ASSET_COLUMNS = (
    "asset_id, name, noun, category, pack, asset_path, source_url, tags, attributes, file_size_mb"
)
#: Most values bound into one statement.
_BATCH = 500


class Candidate(NamedTuple):
    """What ranking needs to know of one object."""

    row_id: int
    asset_id: str
    name: str
    noun: str
    attributes: frozenset[str]
    words: frozenset[str]


def is_sqlite(head: bytes) -> bool:
    """Tell by its first bytes whether a file is an SQLite database."""
    return head.startswith(_SQLITE_MAGIC)


def compute_revision(rows: Iterable[IndexRow]) -> str:
    """Return the SHA-256 of the rows, independent of their order and of where they came from."""
    digest = hashlib.sha256()
    for line in sorted(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in rows):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


class AssetIndex:
    """An open index, in memory or a built file opened read-only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        weakref.finalize(self, connection.close)
        meta = dict(self._select("SELECT key, value FROM meta"))
        self.revision = str(meta["revision"])
        self.summary: dict[str, Any] = json.loads(meta["summary"])
        #: Distinct objects per noun.
        self.noun_counts: dict[str, int] = dict(
            self._select(
                "SELECT noun, COUNT(*) FROM asset GROUP BY noun ORDER BY COUNT(*) DESC, noun"
            )
        )

    @classmethod
    def create(cls, ingest: Ingest, *, path: Path | None = None) -> AssetIndex:
        """Write rows into a new database, in memory or at a path that does not hold one yet."""
        connection = sqlite3.connect(
            ":memory:" if path is None else str(path), check_same_thread=False, isolation_level=None
        )
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            for version, script in _list_migrations():
                connection.executescript(
                    f"BEGIN; {script} PRAGMA user_version = {version}; COMMIT;"
                )
            _insert(connection, ingest)
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
            newest = _list_migrations()[-1][0]
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

    def fetch_assets(self, asset_ids: Sequence[str]) -> list[Asset]:
        """Return the objects of these ids, in order; a sibling's id gives its object."""
        found: dict[str, Asset] = {}
        for batch in _split(list(dict.fromkeys(asset_ids))):
            marks = ",".join("?" * len(batch))
            own = f"SELECT asset_id, {_ASSET_COLUMNS} FROM asset WHERE asset_id IN ({marks})"
            columns = ", ".join(f"asset.{column}" for column in _ASSET_COLUMNS.split(", "))
            sibling = (
                f"SELECT variant.asset_id, {columns} FROM variant JOIN asset USING (row_id) "
                f"WHERE variant.asset_id IN ({marks})"
            )
            for statement in (sibling, own):
                found.update(
                    (row[0], _make_asset(row[1:])) for row in self._select(statement, batch)
                )
        return [found[asset_id] for asset_id in asset_ids if asset_id in found]

    def fetch_variants(self, asset_id: str) -> list[str]:
        """Return the ids of the files that are the same object."""
        statement = (
            "SELECT variant.asset_id FROM variant JOIN asset USING (row_id) "
            "WHERE asset.asset_id = ? ORDER BY 1"
        )
        return [row[0] for row in self._select(statement, [asset_id])]

    def find_by_noun(self, nouns: Sequence[str]) -> list[Candidate]:
        """Return every object with one of these nouns."""
        found = []
        for batch in _split(list(nouns)):
            found.extend(self._find(f"noun IN ({','.join('?' * len(batch))})", batch))
        return found

    def find_by_name(self, name: str) -> list[Candidate]:
        """Return the objects whose name or id is exactly this, whatever its case."""
        return self._find("name = ? COLLATE NOCASE OR asset_id = ?", [name, name])

    def find_by_match(self, match: str, *, limit: int) -> list[Candidate]:
        """Return the objects a quoted FTS5 expression matches, best first."""
        statement = (
            "row_id IN (SELECT rowid FROM asset_fts WHERE asset_fts MATCH ? "
            "ORDER BY bm25(asset_fts, 8.0, 10.0, 3.0, 0.5), rowid LIMIT ?)"
        )
        return self._find(statement, [match, limit])

    def find_terms(self, prefix: str, *, limit: int) -> list[tuple[str, int]]:
        """Return indexed words that start with a word, and in how many objects each occurs."""
        statement = (
            "SELECT term, doc FROM asset_term WHERE term >= ? AND term < ? ORDER BY term LIMIT ?"
        )
        return self._select(statement, [prefix, prefix + "\U0010ffff", limit])

    def _find(self, condition: str, values: Sequence[Any]) -> list[Candidate]:
        rows = self._select(
            f"SELECT row_id, asset_id, name, noun, attributes, words FROM asset WHERE {condition}",
            values,
        )
        return [
            Candidate(
                row[0],
                row[1],
                row[2],
                row[3],
                frozenset(row[4].split()),
                frozenset(row[5].split()),
            )
            for row in rows
        ]

    def _select(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as exc:
                raise CatalogError(
                    f"The catalog index cannot be read ({exc}); build it again."
                ) from exc


def _list_migrations() -> list[tuple[int, str]]:
    folder = files("clappper.core") / "data" / "catalog" / "migrations"
    scripts = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )
    return [(int(name[:4]), script) for name, script in scripts]


def _insert(connection: sqlite3.Connection, ingest: Ingest) -> None:
    rows = ingest.rows
    packs: dict[str, int] = {}
    for row in rows:
        packs[row.pack] = packs.get(row.pack, 0) + 1
    summary = {
        "entries": ingest.entry_count,
        "objects": len(rows),
        "variants": sum(len(row.variants) for row in rows),
        "packs": dict(sorted(packs.items())),
        "dropped": dict(sorted(ingest.dropped.items())),
    }
    meta = {"revision": compute_revision(rows), "summary": json.dumps(summary, ensure_ascii=False)}
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    connection.executemany(
        "INSERT INTO asset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _list_values(rows)
    )
    connection.executemany(
        "INSERT OR IGNORE INTO variant VALUES (?, ?)",
        (
            (asset_id, number)
            for number, row in enumerate(rows, start=1)
            for asset_id in row.variants
        ),
    )
    connection.executemany(
        "INSERT INTO asset_fts (rowid, name, noun, folder, tag) VALUES (?, ?, ?, ?, ?)",
        (
            (number, " ".join(row.words), row.noun, " ".join(row.folder_words), " ".join(row.tags))
            for number, row in enumerate(rows, start=1)
        ),
    )
    connection.execute("COMMIT")


def _list_values(rows: Sequence[IndexRow]) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(rows, start=1):
        texts = (
            row.asset_id,
            row.name,
            row.noun,
            row.category,
            row.pack,
            row.asset_path,
            row.source_url,
        )
        lists = (json.dumps(row.tags), " ".join(row.attributes))
        yield (number, *texts, *lists, row.file_size_mb, " ".join(row.words))


def _make_asset(row: Sequence[Any]) -> Asset:
    return Asset(
        asset_id=row[0],
        name=row[1],
        noun=row[2],
        category=row[3],
        pack=row[4],
        asset_path=row[5],
        source_url=row[6],
        tags=tuple(json.loads(row[7])),
        attributes=tuple(row[8].split()),
        file_size_mb=row[9],
    )


def _split(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
