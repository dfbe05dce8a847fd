"""Reads a tree of USD files, or of one JSON file per asset, from a drive that may be slow or gone.

A folder that cannot be read costs its own entries only; a drive that does not answer any more ends
the reading. Links are followed last and no folder is read twice, so that circles end.
"""

from __future__ import annotations

import collections
import json
import os
import stat
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from clappper.core.catalog.building.entries import USD_SUFFIXES, validate_entry
from clappper.core.catalog.building.portion import ENTRY_LIMIT, Portion, PortionBuilder
from clappper.core.catalog.files.reachability import call_within
from clappper.core.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "FileFacts",
    "FolderContent",
    "FolderReader",
    "FolderWalk",
    "is_individual_item",
    "list_folder",
    "read_item",
    "stat_folder",
]

#: How long a drive may take to list one folder or read one small file [s].
LIST_TIMEOUT_S = 30.0
#: Folders in a row that do not answer before the drive is taken for gone.
DEAD_AFTER = 3
#: Deepest folder below a root that is read.
DEPTH_LIMIT = 64
#: Largest file of ``individual/`` [bytes].
ITEM_SIZE_LIMIT = 4 << 20
#: A folder that changed so shortly before it was read may change again unseen [ns].
_FRESH_NS = 2_000_000_000
_Result = TypeVar("_Result")
_SKIPPED = frozenset({"$recycle.bin", "system volume information", "subusds", "__pycache__"})


class FileFacts(NamedTuple):
    """A file in a folder."""

    name: str
    size_bytes: int
    mtime_ns: int


class FolderContent(NamedTuple):
    """What is in one folder, by name; hidden things and parts of assets are left out."""

    identity: tuple[int, int]
    mtime_ns: int
    files: tuple[FileFacts, ...]
    folders: tuple[str, ...]  # links to folders end with "/"


def is_individual_item(item: object) -> bool:
    """Tell whether what ``read_item`` gave is meant to be an asset."""
    return isinstance(item, dict) and "s3_path" in item


def stat_folder(path: Path) -> tuple[tuple[int, int], int]:
    """Return what tells a folder from all others, and its modification time [ns].

    Raises:
        OSError: It cannot be read, or is none.
    """
    status = path.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(20, "it is not a folder", str(path))
    return (status.st_dev, status.st_ino), status.st_mtime_ns


def list_folder(path: Path, suffixes: tuple[str, ...]) -> FolderContent:
    """Return the files with one of these suffixes, and the folders.

    Raises:
        OSError: The folder cannot be read.
    """
    identity, mtime_ns = stat_folder(path)
    files: list[FileFacts] = []
    folders: list[str] = []
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower() in _SKIPPED:
                continue
            try:
                if entry.is_dir():
                    folders.append(f"{entry.name}/" if entry.is_symlink() else entry.name)
                elif entry.name.lower().endswith(suffixes):
                    status = entry.stat()
                    files.append(FileFacts(entry.name, status.st_size, status.st_mtime_ns))
            except OSError:  # a link that leads nowhere
                continue
    return FolderContent(identity, mtime_ns, tuple(sorted(files)), tuple(sorted(folders)))


class FolderWalk:
    """Goes through the folders below a root, each once, with a deadline for each."""

    def __init__(self) -> None:
        self._silent = 0
        self._seen: set[tuple[int, int]] = set()
        self._waiting: collections.deque[str] = collections.deque([""])
        self._links: collections.deque[str] = collections.deque()
        #: Folders that could not be read, and why.
        self.failures: dict[str, str] = {}

    @property
    def waiting_count(self) -> int:
        """Number of folders that are known and not read yet."""
        return len(self._waiting) + len(self._links)

    def __iter__(self) -> Iterator[str]:
        while self._waiting or self._links:
            yield self._waiting.popleft() if self._waiting else self._links.popleft()

    def ask(self, call: Callable[[], _Result], key: str) -> _Result | None:
        """Return what a call on a folder returns; None, and why among the failures, if it fails.

        Raises:
            CatalogError: The root cannot be read, or the drive does not answer any more.
        """
        try:
            result = call_within(call, LIST_TIMEOUT_S)
        except (OSError, ValueError) as exc:
            is_silent = isinstance(exc, TimeoutError)
            self._silent = self._silent + 1 if is_silent else 0
            reason = getattr(exc, "strerror", None) or str(exc)
            if is_silent:
                reason = f"it does not answer within {LIST_TIMEOUT_S:g} s"
            if not key or self._silent >= DEAD_AFTER:
                raise CatalogError(f"it cannot be read: {reason}; see that it is mounted") from exc
            self.failures[key] = reason
            return None
        self._silent = 0
        return result

    def is_new(self, identity: tuple[int, int]) -> bool:
        """Tell whether a folder was not read yet; drives without numbers have no identity."""
        if identity[1] == 0:
            return True
        is_new = identity not in self._seen
        self._seen.add(identity)
        return is_new

    def enter(self, key: str, folders: Sequence[str]) -> None:
        """Queue the folders in a folder."""
        if key.count("/") >= DEPTH_LIMIT:
            self.failures[key] = f"it lies more than {DEPTH_LIMIT} folders deep"
            return
        for folder in folders:
            path = f"{key}/{folder}" if key else folder
            if not folder.removesuffix("/").isprintable():
                self.failures[ascii(path)] = "its name has unprintable characters"
            elif folder.endswith("/"):
                self._links.append(path.removesuffix("/"))
            else:
                self._waiting.append(path)


class FolderReader:
    """Reads what is below a root into portions; unchanged ones come from memory.

    Args:
        root: Absolute path of the tree.
        find_known: Returns the portion a key and a fingerprint stand for, if it is known.
        keep: Called with each portion that was read, so that a killed reading can go on.
        on_progress: Called with how many folders are read and how many are known of.
    """

    def __init__(
        self,
        root: Path,
        *,
        find_known: Callable[[str, str], Portion | None],
        keep: Callable[[Portion], None],
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._root = root
        self._find_known = find_known
        self._keep = keep
        self._on_progress = on_progress
        self._walk = FolderWalk()
        self.portions: list[Portion] = []
        self.failures = self._walk.failures

    def read_usd_files(self) -> None:
        """Read a portion per folder with the USD files in it.

        Raises:
            CatalogError: The root cannot be read, or the drive does not answer any more.
        """
        for done, key in enumerate(self._walk):
            self._on_progress(done, done + 1 + self._walk.waiting_count)
            path = self._root / key
            state = self._walk.ask(partial(stat_folder, path), key)
            if state is None or not self._walk.is_new(state[0]):
                continue
            portion = self._find_known(key, _make_fingerprint(state[1]))
            if portion is None:
                content = self._walk.ask(partial(list_folder, path, USD_SUFFIXES), key)
                if content is None:
                    continue
                portion = self._make_folder_portion(key, content)
                self._keep(portion)
            self.portions.append(portion)
            self._walk.enter(key, portion.folders)
            self._check_count()

    def read_items(self) -> None:
        """Read a portion per JSON file.

        Raises:
            CatalogError: The root cannot be read, or the drive does not answer any more.
        """
        for done, key in enumerate(self._walk):
            self._on_progress(done, done + 1 + self._walk.waiting_count)
            path = self._root / key
            content = self._walk.ask(partial(list_folder, path, (".json",)), key)
            if content is None or not self._walk.is_new(content.identity):
                continue
            for file in content.files:
                self._read_item_file(f"{key}/{file.name}" if key else file.name, file)
            self._walk.enter(key, content.folders)
            self._check_count()

    def _read_item_file(self, key: str, file: FileFacts) -> None:
        if not key.isprintable():
            self.failures[ascii(key)] = "its name has unprintable characters"
            return
        fingerprint = _make_fingerprint(file.mtime_ns, file.size_bytes)
        portion = self._find_known(key, fingerprint)
        if portion is None:
            item = self._walk.ask(partial(read_item, self._root / key), key)
            if key in self.failures:
                return
            builder = PortionBuilder(key)
            builder.add_item(item, place=key)
            portion = builder.build(fingerprint)
            self._keep(portion)
        self.portions.append(portion)

    def _make_folder_portion(self, key: str, content: FolderContent) -> Portion:
        builder = PortionBuilder(key)
        builder.folders = content.folders
        inside = _find_packs_path(self._root, key)
        pack = {} if inside else {"pack": self._root.name or "root"}
        for file in content.files:
            size_mb = round(file.size_bytes / (1 << 20), 2)
            item = {"s3_path": f"{inside}{file.name}", "file_size_mb": size_mb, **pack}
            found = validate_entry(item)
            if not isinstance(found, str):
                found = found._replace(source_url=(self._root / key / file.name).as_posix())
            builder.add(found, place=ascii(f"{key}/{file.name}"))
        return builder.build(_make_fingerprint(content.mtime_ns))

    def _check_count(self) -> None:
        if len(self.portions) > ENTRY_LIMIT:
            raise CatalogError(f"it has more than {ENTRY_LIMIT} folders or files; split it")


def _make_fingerprint(mtime_ns: int, size_bytes: int = 0) -> str:
    """Return what a file or folder is known by; nothing while it may still be written to."""
    is_fresh = abs(time.time_ns() - mtime_ns) < _FRESH_NS
    return "" if is_fresh else f"{mtime_ns}:{size_bytes}"


def _find_packs_path(root: Path, key: str) -> str:
    """Return where below ``packs/`` a folder lies, empty or with a slash at its end."""
    below = [part for part in key.split("/") if part]
    if "packs" in below:
        below = below[below.index("packs") + 1 :]
    elif "packs" in root.parts:
        place = len(root.parts) - root.parts[::-1].index("packs")
        below = [*root.parts[place:], *below]
    return "".join(f"{part}/" for part in below)


def read_item(path: Path) -> object:
    """Return the value of a JSON file of one asset, or a text that no entry can be.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(ITEM_SIZE_LIMIT + 1)
    if len(content) > ITEM_SIZE_LIMIT:
        return "too large"
    try:
        item = json.loads(content)
    except (ValueError, RecursionError):
        return "no JSON"
    if isinstance(item, dict) and "s3_path" not in item and "relative_path" in item:
        return {**item, "s3_path": item["relative_path"]}
    return item
