"""Writes an index: a stream of rows into a new database, measures into a copy of one.

Rows are never held in memory. The revision is the same for the same objects in any order, and
another one once measures change what is known of them.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import sqlite3
from contextlib import closing
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.finding.ranking import compute_plainness
from clappper.core.catalog.index.stored import PLACEABLE
from clappper.core.catalog.language.labels import list_codes, list_spellings
from clappper.core.catalog.language.sizes import find_usual_size
from clappper.core.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from clappper.core.catalog.building.entries import IndexRow
    from clappper.core.catalog.models import MeasureRecord

__all__ = [
    "APPLICATION_ID",
    "compute_revision",
    "list_migrations",
    "make_kind",
    "merge_measures",
    "write_index",
]

#: ``PRAGMA application_id`` of a built index ("Clpr").
APPLICATION_ID = 0x436C7072
#: Rows that go to SQLite in one call.
_CHUNK = 2000
_COLUMNS = (
    "asset_id, name, noun, category, pack, asset_path, source_url, tags, attributes, file_size_mb, "
    "words, folder_words, size_x, size_y, size_z, twin_rank"
)
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode

_STAGE = f"""
CREATE TEMP TABLE stage (plainness, folded, {_COLUMNS});
CREATE TEMP TABLE stage_variant (asset_id, object_id);
CREATE TEMP TABLE stage_twin (asset_id PRIMARY KEY, object_id);
"""
_COUNT_NOUNS = f"""
DELETE FROM noun;
INSERT INTO noun
    SELECT noun, COUNT(*), MIN(row_id) FROM asset
    WHERE unusable IS NULL AND twin_of IS NULL AND {PLACEABLE} GROUP BY noun;
"""
#: Rows of objects of several packs: the usable and measured of an object first.
_TWINS = """
SELECT row_id, COALESCE(twin_of, row_id) AS object FROM asset
WHERE twin_of IS NOT NULL
    OR row_id IN (SELECT twin_of FROM asset WHERE twin_of IS NOT NULL)
ORDER BY object, unusable IS NOT NULL, NOT is_measured, twin_rank
"""
_NUMBER = f"""
BEGIN;
INSERT INTO asset ({_COLUMNS})
    SELECT {_COLUMNS} FROM stage ORDER BY plainness DESC, folded, asset_id;
INSERT OR IGNORE INTO variant (asset_id, row_id)
    SELECT stage_variant.asset_id, asset.row_id
    FROM stage_variant JOIN asset ON asset.asset_id = stage_variant.object_id
    ORDER BY asset.row_id, stage_variant.rowid;
UPDATE asset SET twin_of = (
        SELECT shown.row_id FROM stage_twin JOIN asset AS shown
            ON shown.asset_id = stage_twin.object_id
        WHERE stage_twin.asset_id = asset.asset_id
    )
    WHERE asset_id IN (SELECT asset_id FROM stage_twin);
DROP TABLE stage;
DROP TABLE stage_variant;
DROP TABLE stage_twin;
INSERT INTO asset_fts (rowid, name, noun, kind, attribute, folder, tag, spelling, code)
    SELECT row_id, words, noun, make_kind(noun), attributes, folder_words, tags,
        list_spellings(name), list_codes(name)
    FROM asset ORDER BY row_id;
INSERT INTO asset_fts (asset_fts) VALUES ('optimize');
{_COUNT_NOUNS}
COMMIT;
CREATE VIRTUAL TABLE temp.asset_term USING fts5vocab (main, asset_fts, col);
INSERT INTO term
    SELECT term, MAX(doc), MAX(CASE WHEN col IN ('name', 'noun') THEN doc ELSE 0 END)
    FROM asset_term WHERE col IN ('name', 'noun', 'folder', 'tag') GROUP BY term;
DROP TABLE temp.asset_term;
"""
_SIZE = "size_x = ?, size_y = ?, size_z = ?, is_measured = ?, unusable = ?"


def list_migrations() -> list[tuple[int, str]]:
    """Return version and SQL of each step to the newest schema, in order."""
    folder = files("clappper.core") / "data" / "catalog" / "migrations"
    scripts = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )
    return [(int(name[:4]), script) for name, script in scripts]


def make_kind(noun: str) -> str:
    """Return a noun as one word of the full-text index: ``palletrack``."""
    return "".join(filter(str.isalnum, noun)) or "object"


def _join(listed: Callable[[str], tuple[str, ...]]) -> Callable[[str], str]:
    """Return the function with its words as one text."""

    @functools.wraps(listed)
    def join(text: str) -> str:
        return " ".join(listed(text))

    return join


def compute_revision(rows: Iterable[IndexRow]) -> str:
    """Return the SHA-256 of the rows, independent of their order and of where they came from."""
    return _combine(_digest(row) for row in rows)


def write_index(
    connection: sqlite3.Connection, rows: Iterable[IndexRow], summary: Mapping[str, Any]
) -> None:
    """Write rows into an empty database; the counts of the summary are added here.

    Raises:
        sqlite3.Error: It cannot be written, or two rows have the same id.
    """
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for version, script in list_migrations():
        connection.executescript(f"BEGIN; {script} PRAGMA user_version = {version}; COMMIT;")
    for function in (make_kind, _join(list_spellings), _join(list_codes)):
        connection.create_function(function.__name__, 1, function, deterministic=True)
    connection.executescript(f"{_STAGE} BEGIN;")
    digests: list[bytes] = []
    packs: dict[str, int] = {}
    twins = 0
    stream = iter(rows)
    while chunk := list(itertools.islice(stream, _CHUNK)):
        digests.extend(map(_digest, chunk))
        for row in chunk:
            packs[row.pack] = packs.get(row.pack, 0) + (not row.twin_of)
            twins += bool(row.twin_of)
        _stage(connection, chunk)
    connection.executescript(_NUMBER)
    siblings = connection.execute("SELECT COUNT(*) FROM variant").fetchone()[0]
    counts = {
        "objects": len(digests) - twins,
        "variants": siblings + twins,
        "packs": dict(sorted(packs.items())),
    }
    revision = _combine(digests)
    meta = {
        "revision": revision,
        "rows_revision": revision,
        "summary": json.dumps({**summary, **counts}, ensure_ascii=False),
    }
    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())


def merge_measures(path: Path, records: Mapping[str, MeasureRecord]) -> int:
    """Write what measuring found into a private copy of an index that nobody else has open.

    Objects without a record keep what they have. An asset that cannot be used is not found any
    more; of an object of several packs, one that can be used and was measured stands for it. The
    revision follows from the rows and all sizes that are known now.

    Args:
        path: The copy; it is changed in place.
        records: By path below ``packs/``; those of other assets are ignored.

    Returns:
        How many objects have a record.

    Raises:
        CatalogError: The copy cannot be read or written.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            changes = list(_list_sizes(connection, records))
            connection.executemany(f"UPDATE asset SET {_SIZE} WHERE row_id = ?", changes)
            connection.executemany(
                "UPDATE asset SET twin_of = ? WHERE row_id = ?", _choose_twins(connection)
            )
            for statement in filter(str.strip, _COUNT_NOUNS.split(";")):
                connection.execute(statement)
            connection.execute(
                "UPDATE meta SET value = ? WHERE key = 'revision'", [_revise(connection)]
            )
            connection.execute("COMMIT")
    except sqlite3.Error as exc:
        raise CatalogError(f"Cannot write measures into the index: {exc}. Build it again.") from exc
    return len(changes)


def _digest(row: IndexRow) -> bytes:
    return hashlib.sha256(_encode(row).encode()).digest()


def _combine(digests: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def _stage(connection: sqlite3.Connection, rows: list[IndexRow]) -> None:
    marks = ", ".join("?" * (_COLUMNS.count(",") + 3))
    connection.executemany(f"INSERT INTO stage VALUES ({marks})", map(_make_values, rows))
    connection.executemany(
        "INSERT INTO stage_variant VALUES (?, ?)",
        ((variant, row.asset_id) for row in rows for variant in row.variants),
    )
    connection.executemany(
        "INSERT INTO stage_twin VALUES (?, ?)",
        ((row.asset_id, row.twin_of) for row in rows if row.twin_of),
    )


def _make_values(row: IndexRow) -> tuple[Any, ...]:
    return (
        compute_plainness(row.noun, row.words, row.attributes),
        row.name.lower(),
        row.asset_id,
        row.name,
        row.noun,
        row.category,
        row.pack,
        row.asset_path,
        row.source_url,
        json.dumps(row.tags, ensure_ascii=False),
        " ".join(row.attributes),
        row.file_size_mb,
        " ".join(row.words),
        " ".join(row.folder_words),
        *find_usual_size(row.name, row.category),
        row.twin_rank,
    )


def _list_sizes(
    connection: sqlite3.Connection, records: Mapping[str, MeasureRecord]
) -> Iterator[tuple[Any, ...]]:
    for row_id, asset_path, name, category in connection.execute(
        "SELECT row_id, asset_path, name, category FROM asset ORDER BY row_id"
    ):
        record = records.get(asset_path)
        if record is None:
            continue
        if record.measure is None or record.unusable is not None:
            yield (*find_usual_size(name, category), 0, record.unusable, row_id)
        else:
            size = record.measure.size_m.as_tuple()
            yield (*size, int(record.measure.is_measured), None, row_id)


def _choose_twins(connection: sqlite3.Connection) -> list[tuple[int | None, int]]:
    """Return which row stands for each row of an object of several packs: the first usable."""
    shown: dict[int, int] = {}
    changes: list[tuple[int | None, int]] = []
    for row_id, object_row in connection.execute(_TWINS).fetchall():
        first = shown.setdefault(object_row, row_id)
        changes.append((None if first == row_id else first, row_id))
    return changes


def _revise(connection: sqlite3.Connection) -> str:
    """Return the revision of the rows together with what measuring found."""
    rows = connection.execute(
        "SELECT asset_path, size_x, size_y, size_z, unusable FROM asset "
        "WHERE is_measured OR unusable IS NOT NULL ORDER BY asset_path"
    )
    known = "".join(f"{_encode(row)}\n" for row in rows)
    base: str = connection.execute("SELECT value FROM meta WHERE key = 'rows_revision'").fetchone()[
        0
    ]
    return hashlib.sha256(f"{base}\n{known}".encode()).hexdigest() if known else base
