"""Builds an index file from sources: what did not change is not read, what fails loses nothing.

The old index stays in place until the new one is whole.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from clappper.core.catalog.building.ledger import Ledger, LedgerWriter
from clappper.core.catalog.building.partial import PartialLedger
from clappper.core.catalog.building.portion import SourceReading
from clappper.core.catalog.building.sources import SourceMemory, describe_path, read_source
from clappper.core.catalog.index import writing
from clappper.core.catalog.index.generations import (
    check_place,
    is_index,
    locked,
    partial_path,
    publish,
    remove_database,
    resolve_generation,
    sweep,
    temporary_path,
)
from clappper.core.catalog.index.rows import AssetIndex
from clappper.core.catalog.ingest import ingest_readings, list_issues
from clappper.core.catalog.measuring.measure_cache import find_cache_path, read_records
from clappper.core.errors import CatalogError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from clappper.core.issue import Issue

__all__ = ["BuildReport", "SourceReport", "build_index", "merge_measures"]


class SourceReport(NamedTuple):
    """What became of one source."""

    path: str
    kind: str  # index, listing, individual or folder; empty: unknown
    entry_count: int
    has_changed: bool
    failure: str | None  # the sentence, where nothing of it could be read


class BuildReport(NamedTuple):
    """What a build read and wrote."""

    path: Path  # the file that holds the index now
    revision: str
    is_up_to_date: bool  # nothing had changed and nothing was written
    entry_count: int
    asset_count: int
    measured_count: int
    dropped: dict[str, int]
    issues: tuple[Issue, ...]
    sources: tuple[SourceReport, ...]

    @property
    def failed_sources(self) -> tuple[str, ...]:
        """Sources that could not be read; the index has of them what it had before."""
        return tuple(source.path for source in self.sources if source.failure is not None)


def build_index(
    sources: Sequence[Path],
    out: Path,
    *,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
    bucket: str | None = None,
    force: bool = False,
) -> BuildReport:
    """Write one index from sources; it is replaced only when the new one is whole.

    Args:
        sources: Master indexes, listings, ``individual/`` folders, folders of USD files.
        out: The index.
        on_progress: Called with a stage, how much is done and of how much.
        bucket: Bucket a listing is of, which it does not say itself.
        force: Read everything again and write the index even where nothing changed.

    Raises:
        CatalogError: No source can be used, the index is being written by another process, or the
            database cannot be written.
        OutputError: ``out`` cannot be written, or is something else than an index.
        UsageError: ``out`` is on a network drive.
    """
    with _guarding(out), locked(out):
        sweep(out)
        current = resolve_generation(out)
        previous = Ledger(current if is_index(current) else None)
        with closing(previous), closing(PartialLedger(partial_path(out))) as partial:
            memory = SourceMemory(previous, partial.ledger, partial.keep, is_ignored=force)
            readings = [
                _read_or_keep(source, memory, bucket, on_progress)
                for source in {describe_path(source): source for source in sources}.values()
            ]
            _check_usable(readings)
            state = _describe_state(readings, out)
            has_changed = any(reading.has_changed for reading in readings)
            if not force and not has_changed and previous.facts.get("state") == state:
                report = _try_report(current, previous, readings)
                if report is not None:
                    partial.discard()
                    return report
            previous.close()  # Windows replaces no file that is open
            report = _write(readings, out, state, on_progress)
            partial.discard()
            return report


def merge_measures(path: Path) -> int:
    """Write what was measured beside an index into its next state.

    Returns:
        How many objects have been measured.

    Raises:
        CatalogError: There is no index, another process is writing it, or it cannot be written.
        OutputError: The folder cannot be written.
    """
    with _guarding(path), locked(path):
        sweep(path)
        current = resolve_generation(path)
        if not is_index(current):
            raise CatalogError(f"There is no index {path}; build it with catalog build.")
        temporary = temporary_path(path)
        try:
            shutil.copyfile(current, temporary)
            count = writing.merge_measures(temporary, read_records(find_cache_path(path)))
            with closing(Ledger(temporary)) as ledger:
                state = ledger.facts.get("state", {})
            with closing(LedgerWriter(temporary)) as writer:
                writer.put_facts({"state": {**state, "measures": _describe_measures(path)}})
            publish(temporary, path)
        finally:
            remove_database(temporary)
    return count


@contextmanager
def _guarding(out: Path) -> Iterator[None]:
    """Say what stands in the way of writing an index as an error of ours."""
    try:
        check_place(out)
        yield
    except sqlite3.Error as exc:
        raise CatalogError(f"Cannot write the index {out}: {exc}.") from exc
    except OSError as exc:
        raise OutputError(
            f"Cannot write {out}: {exc.strerror or exc}. Choose another place with --out."
        ) from exc


def _read_or_keep(
    source: Path,
    memory: SourceMemory,
    bucket: str | None,
    on_progress: Callable[[str, int, int], None],
) -> SourceReading:
    """Read a source; of one that fails, return what the index has from it."""
    try:
        return read_source(source, memory, bucket=bucket, on_progress=on_progress)
    except CatalogError as exc:
        name = describe_path(source)
        kinds = dict(memory.previous.facts.get("state", {}).get("sources", []))
        return SourceReading(
            name,
            kinds.get(name, ""),
            list(memory.previous.iterate_source(name)),
            has_changed=False,
            failure=exc,
        )


def _check_usable(readings: Sequence[SourceReading]) -> None:
    failures = [reading.failure for reading in readings if reading.failure is not None]
    if not readings:
        raise CatalogError("No source is named; name a master index, a listing or a folder.")
    if len(failures) == len(readings) == 1:
        raise failures[0]
    if len(failures) == len(readings):
        listed = " ".join(str(failure) for failure in failures[:5])
        raise CatalogError(f"None of {len(failures)} sources can be used. {listed}")


def _describe_state(readings: Sequence[SourceReading], out: Path) -> dict[str, Any]:
    """Return everything beside the content of the sources that an index follows from."""
    return {
        "knowledge": _compute_knowledge(),
        "measures": _describe_measures(out),
        "sources": [[reading.path, reading.kind] for reading in readings],
    }


@cache
def _compute_knowledge() -> str:
    """Return the SHA-256 of what makes rows of entries: words, schema and code."""
    digest = hashlib.sha256()
    package = files("clappper.core")
    waiting: list[Traversable] = [package / "data" / "catalog", package / "catalog"]
    while waiting:
        for item in sorted(waiting.pop().iterdir(), key=lambda item: item.name):
            if item.name == "__pycache__":
                continue
            if item.is_dir():
                waiting.append(item)
            else:
                digest.update(item.name.encode() + b"\x00" + item.read_bytes())
    return digest.hexdigest()


def _describe_measures(out: Path) -> list[int]:
    """Return what changes whenever records are written beside an index."""
    facts: list[int] = []
    for end in ("", "-wal"):
        path = find_cache_path(out)
        with suppress(OSError):
            status = path.with_name(path.name + end).stat()
            facts += [status.st_size, status.st_mtime_ns]
    return facts


def _try_report(
    current: Path, previous: Ledger, readings: Sequence[SourceReading]
) -> BuildReport | None:
    """Return the report on an index that needs no change, or None if it is damaged."""
    problems = previous.facts.get("problems")
    if not isinstance(problems, list):
        return None
    try:
        return _report(current, list_issues(readings, problems), readings, is_up_to_date=True)
    except CatalogError:
        return None


def _write(
    readings: Sequence[SourceReading],
    out: Path,
    state: dict[str, Any],
    on_progress: Callable[[str, int, int], None],
) -> BuildReport:
    temporary = temporary_path(out)
    try:
        ingest = ingest_readings(
            readings, on_progress=lambda done, total: on_progress("Reading names", done, total)
        )
        on_progress("Writing", 0, 1)
        AssetIndex.create(ingest, path=temporary).close()
        records = read_records(find_cache_path(out))
        if records:
            writing.merge_measures(temporary, records)
        with closing(LedgerWriter(temporary)) as writer:
            for reading in readings:
                writer.put(reading.path, reading.portions)
            writer.put_facts(
                {"state": state, "problems": ingest.problems, "examples": ingest.examples}
            )
        current = publish(temporary, out)
        on_progress("Writing", 1, 1)
    finally:
        remove_database(temporary)
    return _report(current, ingest.issues, readings, is_up_to_date=False)


def _report(
    current: Path,
    issues: tuple[Issue, ...],
    readings: Sequence[SourceReading],
    *,
    is_up_to_date: bool,
) -> BuildReport:
    with closing(AssetIndex.open(current)) as index:
        packs = index.count_packs()
        return BuildReport(
            path=current,
            revision=index.revision,
            is_up_to_date=is_up_to_date,
            entry_count=index.summary["entries"],
            asset_count=index.summary["objects"],
            measured_count=sum(pack.measured for pack in packs),
            dropped=index.summary["dropped"],
            issues=issues,
            sources=tuple(
                SourceReport(
                    reading.path,
                    reading.kind,
                    reading.entry_count,
                    reading.has_changed,
                    None if reading.failure is None else str(reading.failure),
                )
                for reading in readings
            ),
        )
