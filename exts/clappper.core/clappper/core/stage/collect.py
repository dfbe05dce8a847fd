"""Export collected: a stage and every file it is made of in one folder that can then be moved.

Files keep their places to one another below ``assets``, so that what a file says of its neighbours
stays true, also where only a renderer reads it (materials that name textures). One way for all
versions of USD: paths are found and rewritten with ``UsdUtils.ModifyAssetPaths``, on private copies
as they are on disk, so that a worker thread never reads a layer the open stage shares.

A missing USD file is refused: the scene would lack something. Other missing files are left as they
are authored and listed in ``missing.txt`` beside the scene; modules of the renderer's own library
(``OmniPBR.mdl``) are no files of the scene and left alone.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from pxr import Ar, Sdf, Usd, UsdGeom, UsdUtils

from clappper.core.errors import OutputError, StageError
from clappper.core.files import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["MISSING_FILE", "collect_layer", "flatten_stage", "plan_places"]

#: Lists, beside the scene, the files that were not found.
MISSING_FILE = "missing.txt"
_SCENE, _ASSETS = "scene.usd", "assets"
#: Prims an app keeps in its session layer for its viewports.
_APP_PRIM = re.compile(r"Omni(verse)?Kit_")
_WRITABLE = (".usd", ".usda", ".usdc")
_LAYERS = (*_WRITABLE, ".usdz")
#: Texture tiles, and frame numbers of value clips.
_PATTERN = re.compile(r"<UDIM>|#+")
_MDL_TEXTURE = re.compile(r'"([^"\n]+\.(?:bmp|dds|exr|hdr|jpe?g|png|tga|tiff?))"', re.IGNORECASE)
_NAMED = 3


def flatten_stage(stage: Usd.Stage) -> Sdf.Layer:
    """Return a private layer that says what the stage's own layers say, unsaved edits included.

    References and payloads stay; asset paths become absolute, time becomes the stage's. Left out
    are what is muted, the app's own prims and its view settings (``customLayerData``). Call it on
    the thread that owns the stage.

    Args:
        stage: The open stage.
    """
    layer = UsdUtils.FlattenLayerStack(stage, _anchor, "collected.usda")
    for name in [spec.name for spec in layer.rootPrims if _APP_PRIM.match(spec.name)]:
        del layer.rootPrims[name]
    layer.customLayerData = {}
    layer.timeCodesPerSecond = stage.GetTimeCodesPerSecond()
    layer.framesPerSecond = stage.GetFramesPerSecond()
    if stage.HasAuthoredTimeCodeRange():
        layer.startTimeCode = stage.GetStartTimeCode()
        layer.endTimeCode = stage.GetEndTimeCode()
    root = layer.pseudoRoot
    root.SetInfo("upAxis", UsdGeom.GetStageUpAxis(stage))
    root.SetInfo("metersPerUnit", UsdGeom.GetStageMetersPerUnit(stage))
    return layer


def collect_layer(layer: Sdf.Layer, folder: Path) -> Path:
    """Write a layer and every file it refers to, directly or not, into one folder.

    The folder is there whole or not at all. Blocks: meant for a worker thread.

    Args:
        layer: A layer nobody else uses, its asset paths absolute.
        folder: New or empty folder.

    Returns:
        The scene's file, ``scene.usd`` in the folder.

    Raises:
        OutputError: The folder is in use or cannot be written.
        StageError: A USD file is missing, or cannot be read.
    """
    _check_folder(folder)
    survey = _Survey()
    try:
        scene = survey.read(layer, None)
    except OSError as exc:
        raise StageError(f"{exc.filename} cannot be read: {exc.strerror}.") from exc
    if survey.missing_layers:
        raise StageError(
            f"{_name_some(survey.missing_layers)} cannot be found: repair or remove what refers "
            "to it, then export again."
        )
    places = {
        path: PurePosixPath(_ASSETS) / place
        for path, place in plan_places(sorted(survey.list_paths())).items()
    }
    with _filling(folder) as temporary:
        _rewrite(layer, PurePosixPath(_SCENE), scene, places)
        _export(layer, temporary / _SCENE)
        for file in sorted(survey.files):
            _copy(file, survey.files[file], places, temporary)
        if survey.missing:
            lines = ["These files cannot be found; what refers to them is as it was.", ""]
            lines += sorted(survey.missing)
            write_text(temporary / MISSING_FILE, "\n".join(lines) + "\n")
    return folder / _SCENE


def plan_places(paths: Sequence[PurePath]) -> dict[PurePath, PurePosixPath]:
    """Return a relative place for each file: below what all files of its drive have in common.

    Several drives get a folder each, named after the drive.

    Args:
        paths: Absolute paths.
    """
    drives: dict[str, list[PurePath]] = {}
    for path in paths:
        drives.setdefault(path.anchor, []).append(path)
    places: dict[PurePath, PurePosixPath] = {}
    for anchor, members in drives.items():
        common = members[0].parent
        while not all(member.is_relative_to(common) for member in members):
            common = common.parent
        name = re.sub(r"\W+", "_", anchor).strip("_") or "root"
        top = PurePosixPath(name if len(drives) > 1 else "")
        for member in members:
            places[member] = top / member.relative_to(common).as_posix()
    return places


@dataclass
class _Survey:
    """What a scene is made of."""

    #: By file: what each path authored in it names, as a file or as a pattern of files.
    files: dict[Path, dict[str, Path]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    missing_layers: set[str] = field(default_factory=set)

    def list_paths(self) -> set[Path]:
        """Return all files and patterns that need a place."""
        return {*self.files, *(path for named in self.files.values() for path in named.values())}

    def read(self, layer: Sdf.Layer, file: Path | None) -> dict[str, Path]:
        """Read what a layer names, and what that names in turn; ``file`` anchors the paths."""
        named = self._find_named(_list_authored(layer), file)
        todo = [path for path in named.values() if path not in self.files]
        while todo:
            path = todo.pop()
            for member in _list_members(path):
                if member not in self.files:
                    self.files[member] = self._read_file(member)
                    todo += self.files[member].values()
        return named

    def _read_file(self, file: Path) -> dict[str, Path]:
        if file.suffix.lower() == ".mdl":
            text = file.read_text(encoding="utf-8", errors="replace")
            # A renderer finds these by itself as long as they lie where they lay.
            beside = {name: file.parent / name.lstrip("/") for name in _MDL_TEXTURE.findall(text)}
            return {name: _normalize(path) for name, path in beside.items() if path.is_file()}
        if file.suffix.lower() in _WRITABLE:
            return self._find_named(_list_authored(_open(file)), file)
        return {}

    def _find_named(self, authored: Sequence[str], file: Path | None) -> dict[str, Path]:
        named = {}
        for text in authored:
            path = _find_file(text, file)
            if path is not None:
                named[text] = path
            elif not _is_of_renderer(text):
                is_layer = PurePath(_split(text)[0]).suffix.lower() in _LAYERS
                (self.missing_layers if is_layer else self.missing).add(text)
        return named


def _anchor(layer: Sdf.Layer, authored: str) -> str:
    """Return the absolute form of a path that is authored in a layer."""
    if not authored or layer.anonymous or _is_of_renderer(authored):
        return authored
    return Sdf.ComputeAssetPathRelativeToLayer(layer, authored)


def _is_of_renderer(authored: str) -> bool:
    """Return whether a path is a bare module name, which a renderer looks up in its library."""
    return authored.lower().endswith(".mdl") and "/" not in authored and "\\" not in authored


def _list_authored(layer: Sdf.Layer) -> list[str]:
    """Return the asset paths a private layer holds, each once."""
    layer.customLayerData = {}
    found: dict[str, None] = {}

    def note(authored: str) -> str:
        found[authored] = None
        return authored

    UsdUtils.ModifyAssetPaths(layer, note)
    return [text for text in found if text]


def _split(authored: str) -> tuple[str, str]:
    """Return the file's part of a path, and what stands behind it: arguments, package contents."""
    bare, arguments = Sdf.Layer.SplitIdentifier(authored)
    if Ar.IsPackageRelativePath(bare):
        bare = Ar.SplitPackageRelativePathOuter(bare)[0]
    elif not arguments:
        return authored, ""
    return bare, authored[len(bare) :]


def _find_file(authored: str, file: Path | None) -> Path | None:
    """Return the file, or the pattern of files, that a path authored in ``file`` names."""
    bare = _split(authored)[0]
    resolver = Ar.GetResolver()
    anchor = Ar.ResolvedPath(str(file)) if file is not None else Ar.ResolvedPath()
    identifier = resolver.CreateIdentifier(bare, anchor)
    if _PATTERN.search(PurePath(bare).name):
        path = _normalize(Path(identifier))
        return path if path.is_absolute() and _list_members(path) else None
    path = Path(str(resolver.Resolve(identifier)) or identifier)
    return _normalize(path) if path.is_absolute() and path.is_file() else None


def _normalize(path: Path) -> Path:
    return Path(os.path.normpath(path))


def _list_members(path: Path) -> list[Path]:
    """Return the files a path stands for: itself, or those that fit its pattern."""
    if not _PATTERN.search(path.name) or path.is_file():
        return [path]
    if not path.parent.is_dir():
        return []
    parts = re.split(f"({_PATTERN.pattern})", path.name)
    regex = "".join(r"\d+" if _PATTERN.fullmatch(part) else re.escape(part) for part in parts)
    return sorted(member for member in path.parent.iterdir() if re.fullmatch(regex, member.name))


def _open(file: Path) -> Sdf.Layer:
    try:
        return Sdf.Layer.OpenAsAnonymous(str(file))
    except RuntimeError as exc:  # Tf.ErrorException
        raise StageError(f"{file.name} cannot be read as USD: repair or remove it.") from exc


def _rewrite(
    layer: Sdf.Layer,
    place: PurePosixPath,
    named: dict[str, Path],
    places: dict[PurePath, PurePosixPath],
) -> None:
    texts = _plan_texts(place, named, places)
    UsdUtils.ModifyAssetPaths(layer, lambda authored: texts.get(authored, authored))


def _plan_texts(
    place: PurePosixPath, named: dict[str, Path], places: dict[PurePath, PurePosixPath]
) -> dict[str, str]:
    """Return what to author instead of each path in the file at ``place``."""
    texts = {}
    for authored, path in named.items():
        relative = posixpath.relpath(str(places[path]), str(place.parent))
        if not relative.startswith("../"):
            relative = f"./{relative}"
        texts[authored] = relative + _split(authored)[1]
    return texts


def _copy(
    file: Path, named: dict[str, Path], places: dict[PurePath, PurePosixPath], folder: Path
) -> None:
    target = folder / places[file]
    target.parent.mkdir(parents=True, exist_ok=True)
    texts = _plan_texts(places[file], named, places)
    is_same = all(posixpath.normpath(old) == posixpath.normpath(new) for old, new in texts.items())
    if is_same or file.suffix.lower() not in _WRITABLE:
        shutil.copyfile(file, target)
        return
    layer = _open(file)
    layer.customLayerData = {}
    _rewrite(layer, places[file], named, places)
    _export(layer, target)


def _export(layer: Sdf.Layer, path: Path) -> None:
    try:
        is_written = layer.Export(str(path))
    except RuntimeError as exc:  # Tf.ErrorException
        raise OutputError(f"Cannot write {path.name}: is the disk full?") from exc
    if not is_written:
        raise OutputError(f"Cannot write {path.name}: is the disk full?")


def _check_folder(folder: Path) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder} is not empty: choose a new or an empty folder.")
    except OSError as exc:
        raise OutputError(f"{folder} cannot be read: choose another folder.") from exc


@contextmanager
def _filling(folder: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``folder`` that takes its place if the block ends well."""
    temporary: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o777 & ~umask)
        if folder.exists():
            folder.rmdir()
        temporary.replace(folder)
    except OSError as exc:
        raise OutputError(
            f"Cannot write {folder}: {exc.strerror or exc}. Choose another folder."
        ) from exc
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _name_some(names: set[str]) -> str:
    some = ", ".join(sorted(names)[:_NAMED])
    return some if len(names) <= _NAMED else f"{some} and {len(names) - _NAMED} more"
