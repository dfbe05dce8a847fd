"""What measuring gave, kept in a SQLite file beside the index, so that a new index keeps it.

One row per asset path. A process that dies while writing leaves whole records only: those of its
last batch are there or not. Knows nothing of USD.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from clappper.core.catalog.models import MeasureRecord
from clappper.core.errors import CatalogError
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["MEASURE_VERSION", "MeasureCache", "Stamp", "find_cache_path", "read_records"]

#: Raise it when measuring gives other results: what an older version measured is measured again.
MEASURE_VERSION = 1
#: Marks the file as ours, in SQLite's own header field.
_APPLICATION_ID = 0x434C504D
_WAIT_S = 30.0
_TABLE = """
CREATE TABLE IF NOT EXISTS record (
    asset_path TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    unusable TEXT,
    measure TEXT NOT NULL,
    issues TEXT NOT NULL
) WITHOUT ROWID
"""


class Stamp(NamedTuple):
    """The state of a file a record is true of, and whether the file can be used."""

    size_bytes: int
    mtime_ns: int
    unusable: str | None


class MeasureCache:
    """The records of one index, open for writing by one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> MeasureCache:
        """Open or create the file; a damaged or foreign one is set aside as ``.broken``.

        Raises:
            CatalogError: The folder cannot be written, or another process holds the file.
        """
        try:
            try:
                return cls(_open_for_writing(path))
            except sqlite3.DatabaseError as exc:
                if not _is_damage(exc):
                    raise
                _set_aside(path)
                return cls(_open_for_writing(path))
        except (sqlite3.Error, OSError) as exc:
            raise CatalogError(
                f"Cannot keep measures in {path}: {exc}. Close what uses it, or build the index in "
                "another folder."
            ) from exc

    def __enter__(self) -> MeasureCache:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def get(self, asset_path: str) -> MeasureRecord | None:
        """Return one record, or None when there is none."""
        row = self._connection.execute(
            "SELECT * FROM record WHERE asset_path = ?", (asset_path,)
        ).fetchone()
        return None if row is None else _read_row(row)

    def read_stamps(self) -> dict[str, Stamp]:
        """Return the state of the file of each record, by asset path."""
        rows = self._connection.execute(
            "SELECT asset_path, size_bytes, mtime_ns, unusable FROM record"
        )
        return {path: Stamp(size, mtime, unusable) for path, size, mtime, unusable in rows}

    def put(self, records: Sequence[MeasureRecord]) -> None:
        """Write records, all or none; one of the same asset path is replaced.

        Raises:
            CatalogError: The file cannot be written.
        """
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)",
                    map(_make_row, records),
                )
        except sqlite3.Error as exc:
            raise CatalogError(f"Cannot keep measures: {exc}. Free the disk or the file.") from exc


def find_cache_path(index_path: Path) -> Path:
    """Return the file that belongs to an index: ``<index name>.measures`` beside it."""
    return index_path.with_name(f"{index_path.name}.measures")


def read_records(path: Path, issues: list[Issue] | None = None) -> dict[str, MeasureRecord]:
    """Read every record, by asset path in their order; creates and changes no file.

    Args:
        path: The file; one that is missing, damaged or of another version has no records.
        issues: Gets the reason why there are none.
    """
    try:
        if not path.is_file():
            _tell(issues, "info", f"There are no measures yet ({path.name}).")
            return {}
        with _open_for_reading(path) as connection:
            if _read_version(connection) != MEASURE_VERSION:
                _tell(issues, "warning", f"{path.name} is of another version; measure again.")
                return {}
            rows = connection.execute("SELECT * FROM record ORDER BY asset_path").fetchall()
    except (sqlite3.Error, OSError) as exc:
        _tell(issues, "warning", f"The measures in {path.name} cannot be read: {exc}.")
        return {}
    records = [record for record in map(_read_row, rows) if record is not None]
    if len(records) < len(rows):
        _tell(issues, "warning", f"{path.name} has {len(rows) - len(records)} damaged record(s).")
    return {record.asset_path: record for record in records}


def _tell(issues: list[Issue] | None, severity: str, message: str) -> None:
    if issues is not None:
        hint = "Run clappper catalog measure."
        issues.append(
            Issue.model_validate(
                {"code": "UNMEASURED", "severity": severity, "message": message, "hint": hint}
            )
        )


def _open_for_writing(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT_S)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = _read_version(connection)
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("database disk image is malformed")
        with connection:
            if version != MEASURE_VERSION:
                connection.execute("DROP TABLE IF EXISTS record")
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {MEASURE_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _open_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file read-only; what a killed writer left half done is undone in a copy."""
    journal = path.with_name(f"{path.name}-journal")
    with contextlib.ExitStack() as stack:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_S)
        stack.callback(connection.close)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            if not journal.is_file():
                raise
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clappper-")))
            for file in (path, journal):
                shutil.copyfile(file, folder / file.name)
            connection = sqlite3.connect(folder / path.name)
            stack.callback(connection.close)
        yield connection


def _read_version(connection: sqlite3.Connection) -> int:
    """Return the version of a file of ours, 0 for an empty file.

    Raises:
        sqlite3.DatabaseError: It is a database of something else.
    """
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (table_count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != _APPLICATION_ID and table_count:
        raise sqlite3.DatabaseError("file is not a database of measures")
    return int(version)


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Tell a damaged or foreign file from one that is locked or may not be written."""
    return not isinstance(error, sqlite3.OperationalError)


def _set_aside(path: Path) -> None:
    path.replace(path.with_name(f"{path.name}.broken"))
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


def _make_row(record: MeasureRecord) -> tuple[str, int, int, str | None, str, str]:
    stored = record.model_dump(mode="json", include={"measure", "issues"})
    reason = record.unusable
    if reason is not None:  # a file name may have bytes that are no text
        reason = reason.encode("utf-8", "backslashreplace").decode()
    return (
        record.asset_path,
        record.size_bytes,
        record.mtime_ns,
        reason,
        json.dumps(stored["measure"], sort_keys=True),
        json.dumps(stored["issues"], sort_keys=True),
    )


def _read_row(row: tuple[str, int, int, str | None, str, str]) -> MeasureRecord | None:
    """Return the record of a row, or None when it does not hold one."""
    asset_path, size_bytes, mtime_ns, unusable, measure, issues = row
    try:
        return MeasureRecord(
            asset_path=asset_path,
            size_bytes=size_bytes,
            mtime_ns=mtime_ns,
            measure=json.loads(measure),
            issues=json.loads(issues),
            unusable=unusable,
        )
    except (ValidationError, ValueError, TypeError):
        return None
