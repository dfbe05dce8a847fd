"""Reads one source of assets, whatever it is: its content tells, not its name.

A master index, a listing of a bucket, a folder of ``individual/`` entries, or a folder or drive of
USD files. A folder that holds a master index stands for that index.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.building.entries import USD_SUFFIXES
from clappper.core.catalog.building.folders import (
    LIST_TIMEOUT_S,
    FolderReader,
    FolderWalk,
    is_individual_item,
    list_folder,
    read_item,
)
from clappper.core.catalog.building.json_stream import (
    decode_chunks,
    detect_encoding,
    iterate_assets,
)
from clappper.core.catalog.building.listing import is_listing, read_listing
from clappper.core.catalog.building.portion import Portion, PortionBuilder, SourceReading
from clappper.core.catalog.files.reachability import call_within
from clappper.core.catalog.index.mounts import find_network_filesystem
from clappper.core.catalog.index.rows import is_sqlite
from clappper.core.errors import CatalogError, CatalogSchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from clappper.core.catalog.building.ledger import Ledger

__all__ = ["INDEX_SIZE_LIMIT", "SourceMemory", "describe_path", "read_index_pieces", "read_source"]

#: Largest index or listing that is read [bytes].
INDEX_SIZE_LIMIT = 512 << 20
_CHUNK = 1 << 20
_HEAD = 64 << 10
#: Folders in which a folder's kind is looked for.
_PROBE_LIMIT = 5000
_INDEX_PLACES = ("master_index.json", "asset_catalog/master_index.json")


class SourceMemory(NamedTuple):
    """What earlier readings of sources gave, and where this one's parts are kept meanwhile."""

    previous: Ledger
    partial: Ledger
    keep: Callable[[str, Portion], None]
    is_ignored: bool = False  # for what can be read again

    def find(
        self, source: str, key: str, fingerprint: str, *, is_trusted: bool = True
    ) -> Portion | None:
        """Return what a part of a source gave, if it still is what it was.

        Args:
            source: The source.
            key: The part.
            fingerprint: Of its content now.
            is_trusted: Whether the fingerprint tells an old state from this one; it always does
                for what was read a moment ago, before this reading was killed.
        """
        if self.is_ignored:
            return None
        known = self.partial.find(source, key, fingerprint)
        if known is None and is_trusted:
            known = self.previous.find(source, key, fingerprint)
        return known


def describe_path(path: Path) -> str:
    """Return an absolute path as text that any file or terminal takes."""
    return str(path.absolute()).encode("utf-8", "backslashreplace").decode()


def read_source(
    path: Path,
    memory: SourceMemory,
    *,
    bucket: str | None = None,
    on_progress: Callable[[str, int, int], None] = lambda *_: None,
) -> SourceReading:
    """Read a source, or what is known of it where it did not change.

    Args:
        path: File or folder.
        memory: What earlier readings gave.
        bucket: Bucket a listing is of.
        on_progress: Called with a stage, how much is done and of how much.

    Raises:
        CatalogError: It is missing, cannot be read or is too large.
        CatalogSchemaError: It is none of the known kinds, or is cut off.
    """
    try:
        if not call_within(path.is_dir, LIST_TIMEOUT_S):
            return _read_file(path, path, memory, bucket, on_progress)
        for place in _INDEX_PLACES:
            if call_within((path / place).is_file, LIST_TIMEOUT_S):
                return _read_file(path, path / place, memory, bucket, on_progress)
        return _read_folder(path, memory, on_progress)
    except CatalogError as exc:
        raise type(exc)(f"{describe_path(path)} cannot be used: {exc}.") from exc
    except (OSError, ValueError) as exc:
        reason = "it does not answer" if isinstance(exc, TimeoutError) else _explain(exc)
        raise CatalogError(f"Cannot read the catalog {describe_path(path)}: {reason}.") from exc


def read_index_pieces(pieces: Iterable[str], into: PortionBuilder) -> None:
    """Add the entries of a master index, given as text piece by piece.

    Raises:
        CatalogSchemaError: The text is no master index, or is cut off.
    """
    for number, item in enumerate(iterate_assets(pieces), start=1):
        into.add_item(item, place=f"Entry {number} of the index")


def _read_file(
    source: Path,
    path: Path,
    memory: SourceMemory,
    bucket: str | None,
    on_progress: Callable[[str, int, int], None],
) -> SourceReading:
    size_bytes = call_within(lambda: path.stat().st_size, LIST_TIMEOUT_S)
    if size_bytes > INDEX_SIZE_LIMIT:
        raise CatalogError(f"it is larger than {INDEX_SIZE_LIMIT >> 20} MiB; split it")
    digest = hashlib.sha256()
    head = b""
    for chunk in _read_chunks(path):
        head = head or chunk[:_HEAD]
        digest.update(chunk)
    kind = _recognize(head)
    suffix = f":{bucket or ''}" if kind == "listing" else ""
    name = describe_path(source)
    portion = memory.find(name, "", f"{kind}:{digest.hexdigest()}{suffix}")
    if portion is not None:
        return SourceReading(name, kind, [portion], has_changed=False)
    # What is read now may no longer be what was looked at.
    digest = hashlib.sha256()

    def give() -> Iterator[bytes]:
        done = 0
        for chunk in _read_chunks(path):
            digest.update(chunk)
            yield chunk
            done += len(chunk)
            on_progress(f"Reading {path.name}", done, max(size_bytes, done))

    builder = PortionBuilder()
    if kind == "index":
        read_index_pieces(decode_chunks(give()), builder)
    else:
        read_listing(decode_chunks(give()), builder, bucket=bucket)
        if not builder.entries:
            raise CatalogSchemaError("it lists no USD files")
    portion = builder.build(f"{kind}:{digest.hexdigest()}{suffix}")
    return SourceReading(name, kind, [portion], has_changed=True)


def _read_folder(
    path: Path, memory: SourceMemory, on_progress: Callable[[str, int, int], None]
) -> SourceReading:
    name = describe_path(path)
    kind = _recognize_folder(path)
    # The time of a folder on a network drive tells nothing: it need not change with its content.
    is_trusted = kind == "individual" or find_network_filesystem(path) is None

    reader = FolderReader(
        path.absolute(),
        find_known=lambda key, fingerprint: memory.find(
            name, key, fingerprint, is_trusted=is_trusted
        ),
        keep=lambda portion: memory.keep(name, portion),
        on_progress=lambda done, total: on_progress(f"Reading {path.name}", done, total),
    )
    if kind == "individual":
        reader.read_items()
    else:
        reader.read_usd_files()
    read = {portion.key: portion for portion in reader.portions}
    for key in reader.failures:
        for portion in memory.previous.iterate_source(name, below=key):
            read.setdefault(portion.key, portion)
    if not any(portion.entries for portion in read.values()):
        raise CatalogSchemaError("it holds no USD files that can be used")
    return SourceReading(
        name,
        kind,
        [read[key] for key in sorted(read)],
        has_changed=_has_changed(name, read, memory, is_trusted=is_trusted),
        warnings=tuple(
            f"{key} in {name} was not read: {reason}." for key, reason in reader.failures.items()
        ),
    )


def _has_changed(
    name: str, read: Mapping[str, Portion], memory: SourceMemory, *, is_trusted: bool
) -> bool:
    """Tell whether a tree is not what the last build had read of it."""
    fingerprints = {key: portion.fingerprint for key, portion in read.items()}
    if "" in fingerprints.values() or fingerprints != memory.previous.list_fingerprints(name):
        return True
    for portion in () if is_trusted else read.values():
        known = memory.previous.find(name, portion.key, portion.fingerprint)
        if known is None or list(known.entries) != list(portion.entries):
            return True
    return False


def _read_chunks(path: Path) -> Iterator[bytes]:
    with call_within(lambda: path.open("rb"), LIST_TIMEOUT_S) as file:
        while chunk := call_within(lambda: file.read(_CHUNK), LIST_TIMEOUT_S):
            yield chunk


def _recognize(head: bytes) -> str:
    """Return the kind of a file by its beginning: index or listing."""
    if is_sqlite(head):
        raise CatalogSchemaError("it is a database; name what the index was built from")
    text = head.decode(detect_encoding(head), "replace").lstrip("\ufeff \t\r\n")
    if is_listing(text):
        return "listing"
    if text[:1] in ("{", "["):
        return "index"
    raise CatalogSchemaError("it is neither a master index nor a listing of aws s3 ls --recursive")


def _recognize_folder(path: Path) -> str:
    """Return the kind of a tree by the first file that tells: folder or individual."""
    walk = FolderWalk()
    for number, key in enumerate(walk):
        content = walk.ask(partial(list_folder, path / key, (*USD_SUFFIXES, ".json")), key)
        if content is None or not walk.is_new(content.identity):
            continue
        if any(file.name.lower().endswith(USD_SUFFIXES) for file in content.files):
            return "folder"
        for file in content.files[:20]:
            read = walk.ask(partial(read_item, path / key / file.name), key)
            if is_individual_item(read):
                return "individual"
        walk.enter(key, content.folders)
        if number > _PROBE_LIMIT:
            break
    raise CatalogSchemaError("it holds neither USD files nor a catalog")


def _explain(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
