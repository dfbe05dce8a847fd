"""Turns what sources gave into the rows of an index, and says what was left out and why."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.building.entries import Entry, IndexRow, Tally
from clappper.core.catalog.building.grouping import group_objects
from clappper.core.catalog.building.json_stream import decode_chunks
from clappper.core.catalog.building.ledger import Ledger
from clappper.core.catalog.building.merging import merge_entries
from clappper.core.catalog.building.portion import ISSUE_LIMIT, PortionBuilder, SourceReading
from clappper.core.catalog.building.sources import SourceMemory, read_index_pieces, read_source
from clappper.core.errors import CatalogSchemaError
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "Ingest",
    "ingest_readings",
    "list_issues",
    "parse_master_indexes",
    "read_sources",
]

_PROGRESS_STEP = 1000


class Ingest(NamedTuple):
    """What sources gave."""

    rows: tuple[IndexRow, ...]
    issues: tuple[Issue, ...]
    entry_count: int
    dropped: dict[str, int]
    problems: tuple[str, ...]  # of entries, found when sources were joined
    examples: dict[str, tuple[str, ...]]  # some paths of what was dropped, by reason

    @property
    def asset_count(self) -> int:
        """Number of objects; one of several packs counts once."""
        return sum(not row.twin_of for row in self.rows)


def read_sources(paths: Sequence[Path]) -> Ingest:
    """Read one or several sources into one set of objects.

    Raises:
        CatalogError: A source is missing, unreadable or too large.
        CatalogSchemaError: A source is none of the known kinds.
    """
    memory = SourceMemory(Ledger(None), Ledger(None), lambda *_: None)
    return ingest_readings([read_source(path, memory) for path in paths])


def parse_master_indexes(contents: Sequence[tuple[str, bytes]]) -> Ingest:
    """Read master indexes from their bytes (UTF-8, or UTF-16 as PowerShell writes it).

    Args:
        contents: Name for messages, and bytes, of each index.

    Raises:
        CatalogSchemaError: A content is not a master index.
    """
    readings = []
    for name, content in contents:
        builder = PortionBuilder()
        try:
            read_index_pieces(decode_chunks([content]), builder)
        except CatalogSchemaError as exc:
            raise CatalogSchemaError(f"{name} cannot be used: {exc}.") from exc
        readings.append(SourceReading(name, "index", [builder.build("")], has_changed=True))
    return ingest_readings(readings)


def ingest_readings(
    readings: Sequence[SourceReading],
    *,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> Ingest:
    """Join the entries of sources and fold the files of one object into one row.

    Args:
        readings: What the sources gave.
        on_progress: Called with how many entries are read and of how many.
    """
    dropped = Tally()
    problems: list[str] = []
    entries = merge_entries(readings, dropped, problems)
    rows = tuple(group_objects(_count(entries, on_progress), dropped))
    return Ingest(
        rows,
        list_issues(readings, problems),
        sum(reading.entry_count for reading in readings),
        dict(sorted(dropped.counts.items())),
        tuple(problems),
        {reason: tuple(paths) for reason, paths in sorted(dropped.examples.items())},
    )


def list_issues(readings: Sequence[SourceReading], problems: Sequence[str]) -> tuple[Issue, ...]:
    """Return failed sources first, then broken entries; what is beyond the limit is counted."""
    issues = [
        Issue(
            code="CATALOG_SOURCE",
            severity="error",
            message=str(reading.failure),
            hint="Correct the source and build again; what the index had from it was kept.",
        )
        for reading in readings
        if reading.failure is not None
    ]
    found = [problem for reading in readings for problem in reading.warnings]
    found += [
        f"{reading.path} holds no assets."
        for reading in readings
        if reading.failure is None and reading.entry_count == 0
    ]
    found += problems
    found += [
        f"{PurePath(reading.path).name}: {problem}" if len(readings) > 1 else problem
        for reading in readings
        for portion in reading.portions
        for problem in portion.problems
    ]
    hidden = sum(
        portion.broken_count - len(portion.problems)
        for reading in readings
        for portion in reading.portions
    )
    hidden += max(len(found) - ISSUE_LIMIT, 0)
    issues += [_report(problem) for problem in found[:ISSUE_LIMIT]]
    if hidden:
        issues.append(_report(f"{hidden} more broken entries were left out."))
    return tuple(issues)


def _count(entries: Sequence[Entry], on_progress: Callable[[int, int], None]) -> Iterator[Entry]:
    for done, entry in enumerate(entries):
        if done % _PROGRESS_STEP == 0:
            on_progress(done, len(entries))
        yield entry
    on_progress(len(entries), len(entries))


def _report(message: str) -> Issue:
    return Issue(
        code="CATALOG_ENTRY",
        severity="warning",
        message=message,
        hint="Correct the entry in its source.",
    )
