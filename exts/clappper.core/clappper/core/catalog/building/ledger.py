"""What earlier builds read of each source, kept as tables of the index or of a partial one.

A source that did not change is not read again, and one that fails keeps what it gave.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.building.entries import Entry, Tally
from clappper.core.catalog.building.portion import Portion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Ledger", "LedgerWriter"]

#: Version of these tables; what another version wrote is not used.
LEDGER_VERSION = 1
#: Raise it when sources are read differently: what an older version read is read again.
INGEST_VERSION = 1
_CHUNK = 4000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger_fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger_portion (
    portion_id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    rest TEXT NOT NULL,
    UNIQUE (source, key)
);
CREATE TABLE IF NOT EXISTS ledger_entry (
    portion_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (portion_id, number)
) WITHOUT ROWID;
"""


class Ledger:
    """Reads a ledger; one that is missing, damaged or of another version is as good as empty."""

    def __init__(self, path: Path | None) -> None:
        self._connection: sqlite3.Connection | None = None
        self.facts: dict[str, Any] = {}
        if path is not None:
            self._open(path)

    def find(self, source: str, key: str, fingerprint: str) -> Portion | None:
        """Return what a part of a source gave, if it still is what it was."""
        known = self._ids.get((source, key))
        is_current = self.facts.get("ingest_version") == INGEST_VERSION
        if known is None or not is_current or not fingerprint or known[1] != fingerprint:
            return None
        return self._load(source, key)

    def list_fingerprints(self, source: str) -> dict[str, str]:
        """Return key and fingerprint of everything that a source gave."""
        return {
            key: fingerprint
            for (known, key), (_, fingerprint) in self._ids.items()
            if known == source
        }

    def iterate_source(self, source: str, below: str = "") -> Iterator[Portion]:
        """Give everything that a source, or a folder of it, gave; ordered by key."""
        for known_source, key in sorted(self._ids):
            if known_source == source and (
                not below or key == below or key.startswith(f"{below}/")
            ):
                portion = self._load(source, key)
                if portion is not None:
                    yield portion

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            facts = dict(self._connection.execute("SELECT key, value FROM ledger_fact"))
            if facts.get("version") != str(LEDGER_VERSION):
                return
            self.facts = {key: json.loads(value) for key, value in facts.items()}
        except (sqlite3.Error, ValueError, TypeError):
            self.facts = {}

    @cached_property
    def _ids(self) -> dict[tuple[str, str], tuple[int, str]]:
        """Row and fingerprint of each part of each source."""
        if self._connection is None or not self.facts:
            return {}
        try:
            return {
                (source, key): (portion_id, fingerprint)
                for portion_id, source, key, fingerprint in self._connection.execute(
                    "SELECT portion_id, source, key, fingerprint FROM ledger_portion"
                )
            }
        except (sqlite3.Error, TypeError):
            return {}

    def _load(self, source: str, key: str) -> Portion | None:
        portion_id, fingerprint = self._ids[source, key]
        if self._connection is None:
            return None
        try:
            rest = json.loads(
                self._connection.execute(
                    "SELECT rest FROM ledger_portion WHERE portion_id = ?", [portion_id]
                ).fetchone()[0]
            )
            chunks = self._connection.execute(
                "SELECT entries FROM ledger_entry WHERE portion_id = ? ORDER BY number",
                [portion_id],
            )
            entries = [
                _make_entry(row)
                for (chunk,) in chunks
                for row in json.loads(zlib.decompress(chunk))
            ]
            return Portion(
                key,
                fingerprint,
                entries,
                rest["broken"],
                tuple(rest["problems"]),
                Tally(rest["counts"], rest["examples"]),
                tuple(rest["folders"]),
            )
        except (sqlite3.Error, zlib.error, ValueError, TypeError, KeyError):
            return None


class LedgerWriter:
    """Writes a ledger into a database that nobody else has open; SQLite's errors are not mapped."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_SCHEMA)
        self.put_facts({"version": LEDGER_VERSION, "ingest_version": INGEST_VERSION})
        self._connection.execute("BEGIN")

    def put_facts(self, facts: Mapping[str, Any]) -> None:
        """Keep values under names."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO ledger_fact VALUES (?, ?)",
            [
                (key, json.dumps(value, ensure_ascii=True, sort_keys=True))
                for key, value in facts.items()
            ],
        )

    def put(self, source: str, portions: Iterable[Portion]) -> None:
        """Keep what parts of a source gave."""
        for portion in portions:
            self._forget(source, portion.key)
            self._insert(source, portion)

    def commit(self) -> None:
        """Make what was put last, whatever happens next to this process."""
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Commit and close."""
        self._connection.execute("COMMIT")
        self._connection.close()

    def _forget(self, source: str, key: str) -> None:
        condition = (
            "portion_id IN (SELECT portion_id FROM ledger_portion WHERE (source, key) = (?, ?))"
        )
        for table in ("ledger_entry", "ledger_portion"):
            self._connection.execute(f"DELETE FROM {table} WHERE {condition}", [source, key])

    def _insert(self, source: str, portion: Portion) -> None:
        rest = {
            "broken": portion.broken_count,
            "problems": portion.problems,
            "counts": portion.dropped.counts,
            "examples": portion.dropped.examples,
            "folders": portion.folders,
        }
        portion_id = self._connection.execute(
            "INSERT INTO ledger_portion (source, key, fingerprint, rest) VALUES (?, ?, ?, ?)",
            [source, portion.key, portion.fingerprint, json.dumps(rest, sort_keys=True)],
        ).lastrowid
        for number, start in enumerate(range(0, len(portion.entries), _CHUNK)):
            chunk = json.dumps(portion.entries[start : start + _CHUNK], separators=(",", ":"))
            self._connection.execute(
                "INSERT INTO ledger_entry VALUES (?, ?, ?)",
                [portion_id, number, zlib.compress(chunk.encode(), 1)],
            )


def _make_entry(row: list[Any]) -> Entry:
    entry = Entry._make(row)
    return entry._replace(tags=tuple(entry.tags))
