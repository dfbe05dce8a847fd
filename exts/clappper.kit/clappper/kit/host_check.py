"""What only the user's own machine can tell: how its file system treats the files we write.

Blocks; run it on a worker. Everything happens in one folder, which is taken away again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.kit.assumption_check import FOREIGN_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HostFinding", "check_host"]

_LONG_NAME = "a_folder_with_a_long_name_as_asset_packs_have_them"
#: Longer than the 260 characters that Windows allows unless long paths are enabled.
_LONG_LENGTH = 300


@dataclass(frozen=True)
class HostFinding:
    """What came of one check."""

    name: str
    is_ok: bool
    message: str


def check_host(folder: Path) -> list[HostFinding]:
    """Check a folder as the place for scenes and films; never raises."""
    checks: tuple[tuple[str, Callable[[Path], str]], ...] = (
        ("replace a file", _replace),
        ("replace a file that is read", _replace_while_read),
        ("replace a layer that is open", _replace_open_layer),
        ("names in any alphabet", _use_any_alphabet),
        ("forward slashes in paths", _use_forward_slashes),
        ("references to absolute and relative paths", _reference_assets),
        ("line ends", _use_line_ends),
        ("paths longer than 260 characters", _use_long_path),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix="host-", dir=folder))
    except OSError as exc:
        return [HostFinding("write", False, f"{folder} cannot be written: {exc}.")]
    try:
        return [_run(name, check, work / str(index)) for index, (name, check) in enumerate(checks)]
    finally:
        shutil.rmtree(_widen(work), ignore_errors=True)


class _DiffersError(Exception):
    """Something is not as we need it; the message says what."""


def _run(name: str, check: Callable[[Path], str], folder: Path) -> HostFinding:
    try:
        folder.mkdir()
        note = check(folder)
    except _DiffersError as exc:
        return HostFinding(name, False, str(exc))
    except FOREIGN_ERRORS as exc:
        return HostFinding(name, False, f"{type(exc).__name__}: {exc}")
    return HostFinding(name, True, note or "As expected.")


def _expect(is_so: object, problem: str) -> None:
    if not is_so:
        raise _DiffersError(problem)


def _replace(folder: Path) -> str:
    old, new = _write_pair(folder)
    new.replace(old)
    _expect(old.read_bytes() == b"new", "The old content is still there.")
    return ""


def _replace_while_read(folder: Path) -> str:
    """A player that holds the last film: Windows refuses to replace it, which we then say."""
    old, new = _write_pair(folder)
    with old.open("rb") as reader:
        try:
            new.replace(old)
            note = "It works."
        except PermissionError:
            note = "It is refused, and works when the file is closed."
        kept = reader.read()
    _expect(kept == b"old", f"Whoever reads the old file gets {kept!r}.")
    if new.exists():
        new.replace(old)
    _expect(old.read_bytes() == b"new", "The old content is still there.")
    return note


def _replace_open_layer(folder: Path) -> str:
    """OpenUSD may map a layer's file: it can then be replaced only once the layer is closed."""
    from pxr import Sdf, Usd

    old, new = folder / "scene.usdc", folder / "new.usdc"
    for target, name in ((old, "/Old"), (new, "/New")):
        stage = Usd.Stage.CreateNew(target.as_posix())
        stage.DefinePrim(name)
        stage.GetRootLayer().Save()
        del stage
    layer = Sdf.Layer.FindOrOpen(old.as_posix())
    try:
        new.replace(old)
        note = "It works."
    except PermissionError:
        note = "It is refused, and works when the layer is closed."
    _expect(layer.GetPrimAtPath("/Old"), "An open layer changed when its file was replaced.")
    del layer
    if new.exists():
        new.replace(old)
    again = Sdf.Layer.FindOrOpen(old.as_posix())
    _expect(again and again.GetPrimAtPath("/New"), "The new layer cannot be read.")
    return note


def _use_any_alphabet(folder: Path) -> str:
    from pxr import Sdf

    path = folder / "Łódź 倉庫 with spaces" / "scene.usda"
    path.parent.mkdir()
    layer = Sdf.Layer.CreateNew(path.as_posix())
    _expect(layer and layer.Save(), f"OpenUSD cannot write to {path.parent.name}.")
    _expect(path.is_file(), "OpenUSD wrote the file somewhere else.")
    return ""


def _use_forward_slashes(folder: Path) -> str:
    path = folder / "sub" / "file.txt"
    path.parent.mkdir()
    path.write_text("x", encoding="utf-8")
    _expect(Path(path.as_posix()).samefile(path), f"{path.as_posix()} names another file.")
    return path.as_posix()


def _reference_assets(folder: Path) -> str:
    """A reference as an absolute path, on Windows with its drive, and a relative one."""
    from pxr import Usd

    asset = folder / "asset.usda"
    stage = Usd.Stage.CreateNew(asset.as_posix())
    stage.SetDefaultPrim(stage.DefinePrim("/Asset", "Xform"))
    stage.GetRootLayer().Save()
    user = Usd.Stage.CreateNew((folder / "scene.usda").as_posix())
    for name, asset_path in (("Absolute", asset.as_posix()), ("Relative", "./asset.usda")):
        prim = user.DefinePrim(f"/{name}")
        prim.GetReferences().AddReference(asset_path)
        _expect(prim.GetTypeName() == "Xform", f"OpenUSD does not find {asset_path}.")
    return ""


def _use_line_ends(folder: Path) -> str:
    from clappper.core.files import write_json

    path = folder / "plan.json"
    write_json(path, {"lines": ["a", "b"]})
    _expect(b"\r" not in path.read_bytes(), "CR LF is written.")
    return ""


def _use_long_path(folder: Path) -> str:
    deep = folder
    while len(str(deep)) < _LONG_LENGTH:
        deep /= _LONG_NAME
    try:
        deep.mkdir(parents=True)
        (deep / "texture.png").write_bytes(b"x")
    except OSError as exc:
        raise _DiffersError(
            f"They cannot be written ({exc.strerror or exc}): enable long paths in Windows, or "
            "keep the output folder's path short."
        ) from exc
    return ""


def _write_pair(folder: Path) -> tuple[Path, Path]:
    old, new = folder / "movie.mp4", folder / ".movie-new.mp4"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    return old, new


def _widen(path: Path) -> Path:
    r"""Return a path that Windows takes at any length, which needs its ``\\?\`` in front."""
    return Path(f"\\\\?\\{path.absolute()}") if os.name == "nt" else path
