"""Reads a ``master_index.json`` as it is: bounded, each broken entry reported and left out.

Gives index rows: one per placeable object, its siblings (``x_base``, ``x_inst``, ``x_inst_base``)
folded in. What cannot be placed is counted by reason; totals stated in the file are not believed.
"""

from __future__ import annotations

import collections
import json
import re
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from clappper.core.catalog.names import find_drop_reason, read_name
from clappper.core.errors import CatalogError, CatalogSchemaError
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "ENTRY_LIMIT",
    "INDEX_SIZE_LIMIT",
    "IndexEntry",
    "IndexRow",
    "Ingest",
    "group_objects",
    "parse_master_indexes",
    "read_master_indexes",
]

#: Largest index file that is read [bytes].
INDEX_SIZE_LIMIT = 512 << 20
#: Most entries of one index.
ENTRY_LIMIT = 1_000_000
#: Issues that are reported one by one; the rest is counted.
ISSUE_LIMIT = 200
_USD_SUFFIXES = (".usd", ".usda", ".usdc", ".usdz")
_SIBLING = re.compile(r"(_inst_base|_inst|_base)$", re.IGNORECASE)
#: Siblings of one object, the one to place first: complete, instanceable, bare geometry.
_SIBLING_ORDER = ("", "_inst", "_base", "_inst_base")
_DRIVE = re.compile(r"^[A-Za-z]:")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _check_printable(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    if _UNPRINTABLE.search(text):
        raise ValueError("must not contain control characters")
    return text


_Text = Annotated[str, AfterValidator(_check_printable)]


class IndexEntry(BaseModel):
    """One entry of the user's index; fields that are not needed here are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    asset_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    name: Annotated[_Text, Field(max_length=255)]
    pack: Annotated[_Text, Field(max_length=255)]
    s3_path: Annotated[_Text, Field(max_length=2048)]
    tags: Annotated[list[Annotated[_Text, Field(max_length=100)]] | None, Field(max_length=256)] = (
        None
    )
    file_size_mb: Annotated[float | None, Field(ge=0.0, allow_inf_nan=False)] = None


class IndexRow(NamedTuple):
    """One placeable object, as the index stores it."""

    asset_id: str
    name: str
    noun: str
    category: str
    pack: str
    asset_path: str
    source_url: str
    tags: tuple[str, ...]
    attributes: tuple[str, ...]
    file_size_mb: float
    words: tuple[str, ...]
    folder_words: tuple[str, ...]
    variants: tuple[str, ...]


class Ingest(NamedTuple):
    """What an index gave."""

    rows: tuple[IndexRow, ...]
    issues: tuple[Issue, ...]
    entry_count: int
    dropped: dict[str, int]

    @property
    def asset_count(self) -> int:
        """Number of placeable objects."""
        return len(self.rows)


def read_master_indexes(paths: Sequence[Path]) -> Ingest:
    """Read one or several master index files into one set of objects.

    Raises:
        CatalogError: A file is missing, unreadable or too large.
        CatalogSchemaError: A file is not a master index.
    """
    contents = [(path.name, _read_content(path)) for path in paths]
    return parse_master_indexes(contents)


def parse_master_indexes(contents: Sequence[tuple[str, bytes]]) -> Ingest:
    """Read master indexes from their bytes (UTF-8, or UTF-16 as PowerShell writes it).

    Args:
        contents: Name for messages, and bytes, of each index.

    Raises:
        CatalogSchemaError: A content is not a master index.
    """
    issues: list[Issue] = []
    entries: list[tuple[str, IndexEntry]] = []
    count = 0
    for source, content in contents:
        assets = _parse_assets(content, source)
        count += len(assets)
        entries.extend(_validate_entries(assets, issues))
    broken = count - len(entries)
    if broken > len(issues):
        issues.append(_report(f"{broken - len(issues)} more broken entries were left out."))
    rows, dropped = group_objects(entries, issues)
    if broken:
        dropped["broken"] = broken
    return Ingest(rows, tuple(issues), count, dropped)


def group_objects(
    entries: Iterable[tuple[str, IndexEntry]], issues: list[Issue]
) -> tuple[tuple[IndexRow, ...], dict[str, int]]:
    """Fold siblings into one row per object, ordered by path whatever the order of the entries.

    Args:
        entries: Path below ``packs/`` and entry.
        issues: Findings are appended: two files with the same id.

    Returns:
        The rows by path, and how many entries were dropped for which reason.
    """
    dropped: collections.Counter[str] = collections.Counter()
    groups: dict[str, list[tuple[int, str, IndexEntry]]] = {}
    seen: dict[str, str] = {}
    for asset_path, entry in sorted(
        entries, key=lambda pair: (pair[0], pair[1].asset_id, pair[1].s3_path)
    ):
        if entry.asset_id in seen:
            if seen[entry.asset_id] != asset_path:
                other = seen[entry.asset_id]
                issues.append(_report(f"{asset_path} has the id of {other} and was left out."))
            dropped["duplicate"] += 1
            continue
        seen[entry.asset_id] = asset_path
        reason = find_drop_reason(entry.name, asset_path)
        if reason is None and not asset_path.lower().endswith(_USD_SUFFIXES):
            reason = "not USD"
        if reason is not None:
            dropped[reason] += 1
            continue
        base = _SIBLING.sub("", entry.name)
        sibling = entry.name[len(base) :].lower() if base else ""
        key = f"{asset_path.rpartition('/')[0]}/{base.lower() or entry.name}"
        groups.setdefault(key, []).append((_SIBLING_ORDER.index(sibling), asset_path, entry))
    return tuple(
        _make_row(sorted(group, key=lambda member: member[:2]))
        for _, group in sorted(groups.items())
    ), dict(dropped)


def _read_content(path: Path) -> bytes:
    try:
        if path.stat().st_size > INDEX_SIZE_LIMIT:
            limit_mib = INDEX_SIZE_LIMIT >> 20
            raise CatalogError(f"{path} is larger than {limit_mib} MiB; split the index.")
        return path.read_bytes()
    except OSError as exc:
        raise CatalogError(f"Cannot read the catalog {path}: {exc.strerror or exc}.") from exc


def _parse_assets(content: bytes, source: str) -> list[Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise CatalogSchemaError(
            f"{source} is not readable as JSON ({exc}); name a master index or a built index."
        ) from exc
    assets = data.get("assets") if isinstance(data, dict) else None
    if not isinstance(assets, list):
        raise CatalogSchemaError(
            f'{source} has no list "assets"; name a master index or a built index.'
        )
    if len(assets) > ENTRY_LIMIT:
        raise CatalogSchemaError(
            f"{source} has {len(assets)} entries, more than {ENTRY_LIMIT}; split the index."
        )
    return assets


def _validate_entries(
    assets: Sequence[Any], issues: list[Issue]
) -> Iterator[tuple[str, IndexEntry]]:
    for number, item in enumerate(assets, start=1):
        entry = _validate_entry(item)
        if not isinstance(entry, str):
            yield entry
        elif len(issues) < ISSUE_LIMIT:
            issues.append(_report(f"Entry {number} of the index was left out: {entry}."))


def _validate_entry(item: object) -> tuple[str, IndexEntry] | str:
    """Return path and entry, or what is wrong with it."""
    try:
        entry = IndexEntry.model_validate(item, strict=True)
        return _find_asset_path(entry), entry
    except ValueError as exc:  # pydantic's too
        return _describe(exc)


def _describe(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _find_asset_path(entry: IndexEntry) -> str:
    """Return the path below ``packs/``, or below the bucket; refuse what leads out of it."""
    path = entry.s3_path.replace("\\", "/")
    scheme, separator, rest = path.partition("://")
    if separator:
        key = (
            rest.partition("/")[2]
            if scheme.lower() == "s3"
            else re.sub(r"[?#].*$", "", rest).partition("/")[2]
        )
    else:
        key = _DRIVE.sub("", path).lstrip("/")
    before, packs, after = f"/{key}".partition("/packs/")
    asset_path = after if packs else before.lstrip("/")
    parts = asset_path.split("/")
    if any(part in ("", ".", "..") or ":" in part for part in parts):
        raise ValueError(f"s3_path: {entry.s3_path[:120]!r} is not a plain path to a file")
    return asset_path


def _make_row(group: list[tuple[int, str, IndexEntry]]) -> IndexRow:
    _, asset_path, entry = group[0]
    tags = tuple(sorted({tag.strip().lower() for tag in entry.tags or ()}))
    reading = read_name(entry.name, asset_path, tags)
    return IndexRow(
        asset_id=entry.asset_id,
        name=entry.name,
        noun=reading.noun,
        category=reading.category,
        pack=entry.pack,
        asset_path=asset_path,
        source_url=entry.s3_path,
        tags=tags,
        attributes=reading.attributes,
        file_size_mb=entry.file_size_mb or 0.0,
        words=reading.words,
        folder_words=reading.folder_words,
        variants=tuple(member.asset_id for _, _, member in group[1:]),
    )


def _report(message: str) -> Issue:
    return Issue(
        code="CATALOG_ENTRY",
        severity="warning",
        message=message,
        hint="Correct the entry in the index.",
    )
