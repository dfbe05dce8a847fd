"""Brings the local copy of a master index up to date; without a network the copy stays in use.

Only what has changed is fetched, only a master index replaces the copy, and the copy before stays
beside it. Presigned addresses are neither stored nor shown.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import re
import shutil
import tempfile
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.catalog.building.json_stream import decode_chunks
from clappper.core.catalog.building.portion import PortionBuilder
from clappper.core.catalog.building.sources import INDEX_SIZE_LIMIT, read_index_pieces
from clappper.core.catalog.files.address import find_scheme, redact_address, strip_secrets
from clappper.core.catalog.files.fetch import Order, Validator, fetch_file
from clappper.core.catalog.files.fetch_s3 import fetch_s3
from clappper.core.catalog.files.fetch_web import fetch_web
from clappper.core.catalog.files.reachability import call_within
from clappper.core.catalog.index.rows import is_sqlite
from clappper.core.errors import CatalogError, OutputError, UsageError
from clappper.core.files import compute_sha256, replacing, write_json

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RefreshReport", "refresh"]

_FETCHERS: dict[str, Callable[[Order], Validator | None]] = {
    "": fetch_file,
    "file": fetch_file,
    "http": fetch_web,
    "https": fetch_web,
    "s3": fetch_s3,
}
#: A new index with fewer entries than this share of the old one is refused.
_SMALLEST_SHARE = 0.5
_GZIP = b"\x1f\x8b"
_MEMORY_LIMIT = 1 << 16
#: What may be sent back in a header.
_HEADER = re.compile(r"^[\x21-\x7e][\x20-\x7e]{0,1023}$")
_Header = Annotated[str, Field(pattern=_HEADER.pattern)]


class RefreshReport(NamedTuple):
    """What a refresh did, and the local copy after it."""

    status: Literal["unchanged", "updated", "offline"]
    etag: str | None
    size_bytes: int
    message: str


class _Memory(BaseModel):
    """What is remembered of the local copy, in a file beside it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    source: str = Field(description="Address without its query.")
    etag: _Header | None
    last_modified: _Header | None
    sha256: str = Field(description="Of the local copy.")


def refresh(
    source: str | Path,
    target: Path,
    *,
    deadline_s: float = 60.0,
    max_bytes: int = INDEX_SIZE_LIMIT,
    allow_shrink: bool = False,
) -> RefreshReport:
    """Fetch a master index unless the local copy is the same, verify it and replace the copy.

    Args:
        source: https address, presigned or not, ``s3://bucket/key``, ``file://`` or a path.
        target: The local copy; ``<target>.previous`` is the one before, ``<target>.etag.json``
            remembers what the source said about it.
        deadline_s: How long fetching may take [s].
        max_bytes: Size of the largest index, unpacked.
        allow_shrink: Take an index that has lost more than half of its entries.

    Raises:
        UsageError: The source is no address, or the target is another kind of file.
        CatalogError: The source refuses or sends no master index, or it cannot be reached and
            there is no local copy. The local copy is as before.
        OutputError: The target cannot be written.
    """
    text = str(source)
    fetch = _FETCHERS.get(find_scheme(text))
    if fetch is None:
        raise UsageError(f"{redact_address(text)} is neither https nor s3 nor a file: correct it.")
    _check_target(target)
    memory = _recall(target, strip_secrets(text))
    known = Validator(memory.etag, memory.last_modified) if memory else Validator()
    try:
        with tempfile.TemporaryDirectory(
            prefix="clappper-refresh-", ignore_cleanup_errors=True
        ) as folder:
            order = Order(text, known, Path(folder) / "index.json", deadline_s, max_bytes)
            try:
                # A little longer, so that a fetcher that keeps its time can say why.
                validator = call_within(lambda: fetch(order), deadline_s + 1.0)
            except TimeoutError:
                return _stay(target, memory, f"{order.name} did not answer in {deadline_s:g} s")
            except ConnectionError as exc:
                return _stay(target, memory, str(exc))
            if validator is None and memory is not None:
                return _confirm(target, memory)
            return _take(order, validator or Validator(), target, allow_shrink=allow_shrink)
    except OSError as exc:
        raise OutputError(f"Cannot refresh {target}: {exc.strerror or exc}.") from exc


def _confirm(target: Path, memory: _Memory) -> RefreshReport:
    _remember(target, memory)
    return _report("unchanged", target, memory, f"{target.name} is up to date.")


def _take(order: Order, validator: Validator, target: Path, *, allow_shrink: bool) -> RefreshReport:
    """Replace the local copy by what was fetched, if that is a master index."""
    _unpack(order)
    try:
        count = _count_entries(order.to)
    except CatalogError as exc:
        raise CatalogError(f"{order.name} is not a whole master index: check the address.") from exc
    if not count:
        raise CatalogError(f"{order.name} has no entries: check that it is the right index.")
    memory = _Memory(
        source=strip_secrets(order.source),
        etag=_read_header(validator.etag),
        last_modified=_read_header(validator.last_modified),
        sha256=compute_sha256(order.to),
    )
    old_count = 0
    if target.exists():
        if memory.sha256 == compute_sha256(target):
            return _confirm(target, memory)
        with contextlib.suppress(CatalogError):  # damaged: anything is better
            old_count = _count_entries(target)
    if count < old_count * _SMALLEST_SHARE and not allow_shrink:
        raise CatalogError(
            f"{order.name} has {count:,} entries where the copy here has {old_count:,}: "
            "the copy is kept; allow the index to shrink if that is right."
        )
    if old_count:
        _copy(target, target.with_name(f"{target.name}.previous"))
    _copy(order.to, target)
    _remember(target, memory)
    message = f"{target.name} was updated from {order.name}: {count:,} entries"
    return _report(
        "updated",
        target,
        memory,
        f"{message}, {old_count:,} before." if old_count else f"{message}.",
    )


def _check_target(target: Path) -> None:
    """Refuse to write over what is no copy of a master index."""
    try:
        with target.open("rb") as file:
            is_index = is_sqlite(file.read(16))
    except FileNotFoundError:
        return
    except OSError as exc:
        raise CatalogError(f"Cannot read {target}: {exc.strerror or exc}.") from exc
    if is_index:
        raise UsageError(f"{target} is a built index: name a file for the master index.")


def _unpack(order: Order) -> None:
    """Unpack what is still packed: stored that way, its sender does not say so."""
    with order.to.open("rb") as file:
        is_packed = file.read(2) == _GZIP
    if not is_packed:
        return
    packed = order.to.with_suffix(".gz")
    order.to.replace(packed)
    try:
        with gzip.open(packed) as file:
            # A copy starts the time anew.
            dataclasses.replace(order).write(iter(lambda: file.read(1 << 20), b""))
    except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
        raise CatalogError(f"{order.name} is packed and damaged: try again.") from exc


def _count_entries(path: Path) -> int:
    """Return how many entries are not broken.

    Raises:
        CatalogError: It is no master index, or is cut off.
    """
    builder = PortionBuilder()
    with path.open("rb") as file:
        read_index_pieces(decode_chunks(iter(lambda: file.read(1 << 20), b"")), builder)
    return len(builder.entries)


def _copy(source: Path, target: Path) -> None:
    with replacing(target) as temporary:
        shutil.copyfile(source, temporary)


def _memory_path(target: Path) -> Path:
    return target.with_name(f"{target.name}.etag.json")


def _recall(target: Path, source: str) -> _Memory | None:
    """Return what is known of the local copy, if it is still that and from this source."""
    path = _memory_path(target)
    try:
        if path.stat().st_size > _MEMORY_LIMIT:
            return None
        memory = _Memory.model_validate_json(path.read_bytes())
        is_same = memory.source == source and memory.sha256 == compute_sha256(target)
    except (OSError, ValueError):  # pydantic's too
        return None
    return memory if is_same else None


def _remember(target: Path, memory: _Memory) -> None:
    """Write it down; the time of the file is when the copy was last known to be up to date."""
    write_json(_memory_path(target), memory.model_dump())


def _read_header(text: str | None) -> str | None:
    """Return what a source says about a state, unless it is too odd to be sent back."""
    return text if text is not None and _HEADER.fullmatch(text) else None


def _stay(target: Path, memory: _Memory | None, reason: str) -> RefreshReport:
    """Tell that the local copy stays in use, and how old it is."""
    if not target.is_file():
        raise CatalogError(f"{reason}, and there is no copy here: connect and try again.")
    paths = [target, _memory_path(target)] if memory else [target]
    times = [path.stat().st_mtime for path in paths]
    age = _tell_age(time.time() - max(times))
    return _report("offline", target, memory, f"{reason}. The copy here, {age} old, stays in use.")


def _tell_age(age_s: float) -> str:
    for unit, length_s in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(age_s // length_s)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def _report(
    status: Literal["unchanged", "updated", "offline"],
    target: Path,
    memory: _Memory | None,
    message: str,
) -> RefreshReport:
    return RefreshReport(status, memory.etag if memory else None, target.stat().st_size, message)
