"""Asset roots as users give them, and the names one file has below them.

A root is a folder or drive (``Z:``, ``/mnt/assets``, a network share), a web address, or a mapping
that says where a bucket is found: ``s3://bucket/prefix=Z:/assets``, ``s3://bucket=https://host``.
Works on text alone: nothing is looked up on a disk or in a network.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from clappper.core.catalog.files.address import check_address, find_scheme, redact_address
from clappper.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Location",
    "Root",
    "list_candidates",
    "parse_root",
    "read_location",
    "to_local",
    "to_url",
]

#: Where ``packs/`` lies below a root: the root is packs' parent, the bucket, or packs itself.
_PACK_PARENTS = (("packs",), ("omniverse_assets", "packs"), ())
_DRIVE = re.compile(r"[A-Za-z]:(?=[/\\]|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Location(NamedTuple):
    """Where a file is: a place, and the names below it."""

    place: str  # s3://bucket, https://host, z:, //server/share, / or, for a relative path, nothing
    parts: tuple[str, ...]


class Root(NamedTuple):
    """One asset root: a folder or a web address, and what it is a copy of."""

    #: What messages call it.
    text: str
    folder: Path | None
    #: Web address without a final slash, or null.
    url: str | None
    #: Where the root itself is; null for a folder whose name has no safe form.
    base: Location | None
    #: The part of a bucket that is found here; null when the root may hold any bucket.
    source: Location | None = None


def parse_root(text: str) -> Root:
    """Return the root that a user means.

    Raises:
        UsageError: It is neither a folder, a web address nor a mapping.
    """
    text = text.strip().strip('"').strip()
    if not text or _CONTROL.search(text):
        raise UsageError("An asset root is empty or has control characters: name a folder.")
    if find_scheme(text) != "s3":
        return _parse_place(text)
    bucket, _, place = text.partition("=")
    source = read_location(bucket.rstrip("/"))
    if source is None or source.place == "s3://" or not place.strip():
        raise UsageError(
            f"{redact_address(text)} does not say where the bucket is found: "
            "write s3://bucket=Z:/ or s3://bucket=https://bucket.s3.amazonaws.com."
        )
    return _parse_place(place.strip())._replace(source=source)


def read_location(text: str) -> Location | None:
    """Return where an s3 or web address or a path points to, or None when it may lead elsewhere."""
    scheme = find_scheme(text)
    if scheme in ("http", "https"):
        return _read_web(text)
    path = text.replace("\\", "/")
    if scheme == "s3":
        bucket, _, key = path[5:].partition("/")
        return _locate(f"s3://{bucket}", key)
    if scheme:
        return None
    if _DRIVE.match(path):
        return _locate(path[:2].lower(), path[3:])
    if path.startswith("//"):
        server, _, rest = path[2:].partition("/")
        share, _, rest = rest.partition("/")
        return _locate(f"//{server}/{share}".lower(), rest) if server and share else None
    return _locate("/", path[1:]) if path.startswith("/") else _locate("", path)


def to_local(location: str | Path, roots: Sequence[Root]) -> Path | None:
    """Return the path of a file below the first folder that is a root of it, there or not.

    Args:
        location: Address in s3 or the web, path on a drive, or relative path below a root.
        roots: In order.
    """
    for root, rest in _list_places(str(location), roots):
        if root.folder is not None:
            return root.folder.joinpath(*rest)
    return None


def to_url(location: str | Path, roots: Sequence[Root]) -> str | None:
    """Return the web address of a file below the first web root of it, quoted."""
    for root, rest in _list_places(str(location), roots):
        if root.url is not None:
            return "/".join((root.url, *(quote(part, safe="") for part in rest)))
    return None


def list_candidates(root: Root, asset_path: str, source_url: str) -> list[tuple[str, ...]] | None:
    """Return where an asset may lie below a root, the likeliest first.

    Args:
        root: Any root.
        asset_path: Path below ``packs/``.
        source_url: Where the index has it from.

    Returns:
        Names below the root; none when the asset is of another bucket, null when its path leads
        elsewhere.
    """
    path, source = read_location(asset_path), read_location(source_url)
    if path is None or path.place or not path.parts:
        return None
    candidates = [(*parent, *path.parts) for parent in _PACK_PARENTS]
    if source is not None and source.place:
        rest = _find_rest(source, root)
        if root.source is not None:
            if rest is None and source.place.startswith("s3://"):
                return []  # of another bucket
            candidates = [rest or (), *candidates]
        else:
            key = source.parts if _is_bucket(source) else ()
            candidates += [rest or (), key]
    return [parts for parts in dict.fromkeys(candidates) if parts]


def _parse_place(text: str) -> Root:
    scheme = find_scheme(text)
    if scheme in ("http", "https"):
        parts = check_address(text)
        base = read_location(text.rstrip("/"))
        if parts.query or parts.fragment or base is None:
            raise UsageError(f"{redact_address(text)} is not the address of a folder: correct it.")
        url = "/".join((base.place, *(quote(part, safe="") for part in base.parts)))
        return Root(redact_address(url), None, url, base)
    if scheme:
        raise UsageError(f"{redact_address(text)} is not an asset root: name a folder or https.")
    is_windows = _DRIVE.match(text) or text.startswith(("\\\\", "//"))
    # On its own, Z: means the current folder of that drive.
    path = f"{text.replace(chr(92), '/').rstrip('/')}/" if is_windows else text
    folder = Path(path) if is_windows else Path(path).absolute()
    base = read_location(path.rstrip("/") if is_windows else folder.as_posix())
    return Root(text.rstrip("/\\") or text, folder, None, base)


def _read_web(text: str) -> Location | None:
    try:
        parts = check_address(text.replace(" ", "%20"))
        names = [unquote(name, errors="strict") for name in parts.path.split("/")[1:]]
    except (UsageError, UnicodeDecodeError):
        return None
    if any("/" in name or "\\" in name for name in names):
        return None
    return _locate(f"{parts.scheme}://{parts.netloc.lower()}", "/".join(names))


def _locate(place: str, path: str) -> Location | None:
    parts = tuple(path.split("/")) if path else ()
    # Windows drops blanks and dots at the end of names, so that ".. " is a parent too.
    unsafe = any(not part.strip(" .") or ":" in part or _CONTROL.search(part) for part in parts)
    return None if unsafe or _CONTROL.search(place) else Location(place, parts)


def _is_bucket(location: Location) -> bool:
    """Tell whether the place is a bucket; a drive stands for one that is mounted there."""
    return location.place.startswith("s3://") or location.place.endswith(":")


def _strip(location: Location, base: Location | None) -> tuple[str, ...] | None:
    """Return the names below a base, or None when the location is not below it."""
    if base is None or location.place != base.place:
        return None
    count = len(base.parts)
    head = location.parts[:count]
    same = head == base.parts
    if base.place.startswith("//") or base.place.endswith(":"):  # Windows
        same = [part.casefold() for part in head] == [part.casefold() for part in base.parts]
    return location.parts[count:] if same else None


def _find_rest(location: Location, root: Root) -> tuple[str, ...] | None:
    """Return the names of a location below a root, or None when the root does not have it."""
    for base in (root.source, root.base):
        if base is not None and (rest := _strip(location, base)) is not None:
            return rest
    if not location.place:
        return location.parts
    if root.source is not None or not _is_bucket(location):
        return None
    # The root may lie inside the bucket: Z:/omniverse_assets and s3://bucket/omniverse_assets/...
    names = root.base.parts if root.base is not None else ()
    for count in range(min(len(names), len(location.parts)), 0, -1):
        if names[-count:] == location.parts[:count]:
            return location.parts[count:]
    return location.parts


def _list_forms(text: str, roots: Sequence[Root]) -> list[Location]:
    """Return a location as each root that it is below would name it, and at last as it is."""
    location = read_location(text)
    if location is None:
        return []
    forms = []
    for root in roots:
        rest = _strip(location, root.base)
        if rest is not None:
            place, parts = root.source or ("", ())
            forms.append(Location(place, (*parts, *rest)))
    return [*forms, location]


def _list_places(text: str, roots: Sequence[Root]) -> list[tuple[Root, tuple[str, ...]]]:
    forms = _list_forms(text, roots)
    places = ((root, _find_rest(form, root)) for root in roots for form in forms)
    return [(root, rest) for root, rest in places if rest]
