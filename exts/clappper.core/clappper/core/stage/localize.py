"""Localise: copy assets and everything they refer to into a run folder that can then be moved.

A file keeps its place below its asset root, so that relative references inside assets stay true.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pxr import Ar, Sdf, UsdUtils

from clappper.core.files import replacing
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["localize_asset", "localize_file"]


def localize_asset(path: Path, roots: Sequence[Path], folder: Path) -> tuple[str, list[Issue]]:
    """Copy one asset with its dependencies; what these cannot give is told, not raised.

    That the asset itself is gone is told by whoever opens it at its place.

    Args:
        path: The asset's file.
        roots: Asset roots; a dependency outside all of them is not copied and reported.
        folder: Run folder; files go below its ``assets``.

    Returns:
        The path to author, relative to the run folder, and issues.

    Raises:
        OutputError: A copy cannot be written.
    """
    issues: list[Issue] = []
    try:
        layers, assets, unresolved = UsdUtils.ComputeAllDependencies(Sdf.AssetPath(str(path)))
    except RuntimeError:  # Tf.ErrorException
        layers, assets, unresolved = [], [], []
        issues.append(_tell(f"{path.name}, or a file it refers to, cannot be read as USD."))
    files = {_find_file(layer.realPath) for layer in layers if layer.realPath}
    files |= {_find_file(str(asset)) for asset in assets}
    for file in sorted(files | {path}):
        if _find_place(file, roots) is None:
            issues.append(_tell_left(path, str(file), "lies outside the asset root"))
        elif file.is_file():
            localize_file(file, roots, folder)
    issues.extend(_tell_left(path, str(name), "cannot be found") for name in sorted(unresolved))
    place = _find_place(path, roots)
    return (f"./assets/{place}" if place else path.as_posix()), issues


def _find_file(path: str) -> Path:
    """Return the file of a resolved path, which is the package where it leads into one."""
    return Path(Ar.SplitPackageRelativePathOuter(path)[0])


def localize_file(file: Path, roots: Sequence[Path], folder: Path) -> str:
    """Copy one file below ``assets`` and return the relative path to author."""
    place = _find_place(file, roots)
    if place is None:
        return file.as_posix()
    target = folder / "assets" / place
    if not _is_same(file, target):
        with replacing(target) as temporary:
            shutil.copyfile(file, temporary)
    return f"./assets/{place}"


def _find_place(file: Path, roots: Sequence[Path]) -> str | None:
    resolved = file.resolve()
    for root in (r.resolve() for r in roots):
        if resolved.is_relative_to(root):
            return resolved.relative_to(root).as_posix()
    return None


def _is_same(source: Path, target: Path) -> bool:
    return (
        target.is_file()
        and target.stat().st_size == source.stat().st_size
        and target.read_bytes() == source.read_bytes()
    )


def _tell_left(path: Path, name: str, reason: str) -> Issue:
    return _tell(f"{Path(name).name}, which {path.name} refers to, {reason}.")


def _tell(message: str) -> Issue:
    return Issue(
        code="ASSET_UNRESOLVED",
        severity="error",
        message=message,
        hint="Copy it below the asset root, or repair the reference.",
    )
