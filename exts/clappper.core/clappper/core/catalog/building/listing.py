"""Reads a listing as ``aws s3 ls --recursive`` prints it: columns date, time, size and key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.catalog.building.entries import USD_SUFFIXES, validate_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clappper.core.catalog.building.entries import Entry
    from clappper.core.catalog.building.portion import PortionBuilder

__all__ = ["is_listing", "read_listing"]

#: Longest line that is read [characters].
LINE_LIMIT = 8192
#: Lines of the beginning among which one must be an object or a total.
_HEAD_LINES = 50
_OBJECT = re.compile(r"\s*\d{4}-\d\d-\d\d\s+\d\d:\d\d:\d\d\s+(\d{1,15}) (.*)", re.DOTALL)
_OTHER = re.compile(r"\s*(Total Objects:\s*\d+|Total Size:\s*[\d.]+.*|PRE .*/)?\s*")


def is_listing(head: str) -> bool:
    """Tell whether a text begins as a listing does."""
    lines = [line for line in head.splitlines() if line.strip()][:_HEAD_LINES]
    return any(_OBJECT.match(line) or _OTHER.fullmatch(line) for line in lines)


def read_listing(pieces: Iterable[str], into: PortionBuilder, *, bucket: str | None) -> None:
    """Add the USD files that a listing names; what is not USD is counted.

    Where any key lies below ``packs/``, the others (scenes, renders) are counted only.

    Args:
        pieces: The text, piece by piece.
        into: Takes the entries.
        bucket: Bucket the listing is of; without it an entry has its key for an address.

    Raises:
        CatalogSchemaError: There are more entries than an index may have.
    """
    for number, line in enumerate(_iterate_lines(pieces), start=1):
        found = _read_line(line, bucket, into)
        if found is not None:
            into.add(found, place=f"Line {number}")
    inside = [entry for entry in into.entries if _is_in_packs(entry)]
    if inside:
        for entry in into.entries:
            if not _is_in_packs(entry):
                into.dropped.add("outside packs", entry.asset_path)
        into.entries = inside


def _iterate_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Give the lines, LF or CRLF; of one that is too long only its beginning."""
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        yield from (line.removesuffix("\r") for line in lines)
        rest = rest[: LINE_LIMIT + 1]
    yield rest.removesuffix("\r")


def _read_line(line: str, bucket: str | None, into: PortionBuilder) -> Entry | str | None:
    """Return the entry, what is wrong with it, or None when the line names no USD file."""
    if not line or _OTHER.fullmatch(line):
        return None
    match = _OBJECT.fullmatch(line)
    if match is None or len(line) > LINE_LIMIT:
        return f"{line[:60]!r} is not date, time, size and key"
    size_bytes, key = int(match[1]), match[2]
    if key.endswith("/"):
        return None  # a folder's marker
    if not key.lower().endswith(USD_SUFFIXES):
        into.dropped.add("not USD", key)
        return None
    # In the unit and to the digits of the user's index.
    size_mb = round(size_bytes / (1 << 20), 2)
    return validate_entry(
        {"s3_path": f"s3://{bucket}/{key}" if bucket else key, "file_size_mb": size_mb}
    )


def _is_in_packs(entry: Entry) -> bool:
    return entry.source_url.endswith(f"packs/{entry.asset_path}")
