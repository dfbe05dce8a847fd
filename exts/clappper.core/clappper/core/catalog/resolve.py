"""Finds an asset's file below the roots the user gave, and its real size.

Nothing outside a root is ever opened: parents, drives, absolute paths and links that lead out are
refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.sizes import make_default_measure
from clappper.core.errors import AssetUnresolvedError
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from clappper.core.catalog.models import Asset, AssetMeasure

__all__ = ["RootResolver"]

#: Where ``packs/`` lies below a root: the root is packs' parent, the bucket, or packs itself.
_PACK_PARENTS = ("packs", "omniverse_assets/packs", "")


class RootResolver:
    """Looks below ordered roots; implements ``AssetResolver`` and may be asked from any thread."""

    def __init__(self, roots: Sequence[Path]) -> None:
        # Files are named below the root as the user has it: resolved, a mapped drive such as Z: may
        # become a network name.
        self._roots = tuple((root.absolute(), root.resolve()) for root in roots)
        self._measured: dict[tuple[Path, int, int], tuple[AssetMeasure, tuple[Issue, ...]]] = {}
        self._unusable: dict[tuple[Path, int, int], str] = {}

    def resolve(self, asset: Asset) -> Path:
        """Return the asset's file, the first one found in the order of the roots.

        Raises:
            AssetUnresolvedError: No root has it, there is no root, or its path leads out of it.
        """
        if not self._roots:
            raise AssetUnresolvedError(
                f"{asset.name} cannot be read: no asset root is given; name one with --assets."
            )
        candidates = [_join(folder, asset.asset_path) for folder in _PACK_PARENTS]
        key = _find_key(asset.source_url)
        if key is not None:
            candidates.append(key)
        refused = False
        for root, real_root in self._roots:
            for candidate in candidates:
                parts = _split_safely(candidate)
                path = None if parts is None else _find_file(root, real_root, parts)
                refused = refused or parts is None
                if path is not None:
                    return path
        if refused:
            raise AssetUnresolvedError(
                f"{asset.name} has a path that leads out of its asset root; correct the index."
            )
        raise AssetUnresolvedError(
            f"{asset.name} is in none of the asset roots ({asset.asset_path}); check --assets."
        )

    def measure(self, asset: Asset) -> tuple[AssetMeasure, list[Issue]]:
        """Return the real size and what was odd about the file; or the default size and why.

        A file is measured once for as long as its modification time and size stay the same.
        """
        if not self._roots:
            message = f"{asset.name} has the usual size of its kind: no asset root is given."
            return make_default_measure(asset), [
                Issue(code="UNMEASURED", severity="warning", message=message)
            ]
        try:
            path = self.resolve(asset)
            return self._measure_file(path, asset)
        except AssetUnresolvedError as exc:
            return make_default_measure(asset), [
                Issue(code="ASSET_UNRESOLVED", severity="error", message=str(exc))
            ]

    def _measure_file(self, path: Path, asset: Asset) -> tuple[AssetMeasure, list[Issue]]:
        # Imported here: pxr is slow to load and needed only when a file is read.
        from clappper.core.catalog.measure import measure_asset

        try:
            status = path.stat()
        except OSError as exc:
            raise AssetUnresolvedError(
                f"{asset.name} cannot be read: {exc.strerror or exc}."
            ) from exc
        key = (path, status.st_mtime_ns, status.st_size)
        if key in self._unusable:
            raise AssetUnresolvedError(self._unusable[key])
        if key not in self._measured:
            try:
                measure, issues = measure_asset(path, asset_id=asset.asset_id)
            except AssetUnresolvedError as exc:
                self._unusable[key] = str(exc)
                raise
            self._measured[key] = (measure, tuple(issues))
        measure, found = self._measured[key]
        return measure.model_copy(update={"asset_id": asset.asset_id}), list(found)


def _join(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path


def _find_key(url: str) -> str | None:
    """Return the key below the bucket of ``s3://bucket/key``."""
    scheme, separator, rest = url.replace("\\", "/").partition("://")
    key = rest.partition("/")[2]
    return key if separator and scheme.lower() == "s3" and key else None


def _split_safely(path: str) -> list[str] | None:
    """Return the parts of a relative path, or None when it may lead elsewhere."""
    parts = path.replace("\\", "/").split("/")
    unsafe = any(part in ("", ".", "..") or ":" in part or not part.isprintable() for part in parts)
    return None if unsafe else parts


def _find_file(root: Path, real_root: Path, parts: list[str]) -> Path | None:
    """Return the file below the root, if it is one and links do not lead out of the root."""
    path = root.joinpath(*parts)
    try:
        if not path.is_file():
            return None
        real = path.resolve()
    except (OSError, ValueError, RuntimeError):  # unreadable folder, name too long, link loop
        return None
    return path if real.is_relative_to(real_root) else None
