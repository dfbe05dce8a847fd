"""StageTarget: where a scene is authored.

The command line makes one of a new stage, the Kit layer one of the live stage.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pxr import Sdf, Usd, UsdGeom

from clappper.core.errors import PrimPathConflictError, StageError
from clappper.core.stage.live_edit import find_edit_problem
from clappper.core.stage.models import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["StageTarget", "create_stage_target", "open_stage"]


@dataclass(frozen=True)
class StageTarget:
    """An open stage and where and when the scene goes on it.

    The prim it goes under, the floor it stands on and how frames map to time codes.
    Time code of frame N is ``first_time_code + (N - 1) * time_codes_per_frame``.
    """

    stage: Usd.Stage
    parent_path: Sdf.Path
    anchor: Anchor
    first_time_code: float = 1.0
    time_codes_per_frame: float = 1.0

    def to_layer_time(self, frame: int) -> float:
        """Return the time of a frame in the edit target's layer, which may have an offset."""
        offset = self.stage.GetEditTarget().GetMapFunction().timeOffset.GetInverse()
        return float(offset * (self.first_time_code + (frame - 1) * self.time_codes_per_frame))

    @contextmanager
    def authoring(self, names: Sequence[str]) -> Iterator[Sdf.Layer]:
        """Give the edit target's layer to author prims of these names in, below the parent.

        What is missing above them becomes an Xform, an ``over`` where another layer defines it. The
        stage composes once, at the end; when the block fails, the layer is as it was. In the block
        only ``Sdf`` may be used.

        Raises:
            PrimPathConflictError: One of the prims exists already.
            StageError: The edit target is locked, muted or none, or the parent is in an instance
                or not active.
        """
        self._check(names)
        layer = self.stage.GetEditTarget().GetLayer()
        above = [self.stage.GetPrimAtPath(path) for path in self.parent_path.GetPrefixes()]
        defined = {prim.GetPath() for prim in above if prim and prim.IsDefined()}
        with Sdf.ChangeBlock():
            touched = []
            try:
                for path in self.parent_path.GetPrefixes():
                    touched.append((path, _read_fields(layer, path)))
                    _require_prim(layer, path, is_defined=path in defined)
                yield layer
            except BaseException:
                for name in names:
                    _remove_prim(layer, self.parent_path.AppendChild(name))
                for path, fields in reversed(touched):
                    _restore_prim(layer, path, fields)
                raise

    def _check(self, names: Sequence[str]) -> None:
        problem = find_edit_problem(self.stage)
        if problem:
            raise StageError(problem)
        for path in self.parent_path.GetPrefixes():
            prim = self.stage.GetPrimAtPath(path)
            if prim and (prim.IsInstance() or prim.IsInstanceProxy() or not prim.IsActive()):
                what = "an instance" if prim.IsActive() else "not active"
                raise StageError(f"{path} is {what}: choose another parent prim.")
        for path in map(self.parent_path.AppendChild, names):
            if self.stage.GetPrimAtPath(path):
                raise PrimPathConflictError(f"{path} exists already: choose another parent prim.")


_FIELDS = ("specifier", "typeName", "kind")


def _read_fields(layer: Sdf.Layer, path: Sdf.Path) -> dict[str, Any] | None:
    """Return what a prim spec says of itself and ``_require_prim`` may change; None if missing."""
    spec = layer.GetPrimAtPath(path)
    if spec is None:
        return None
    return {key: spec.GetInfo(key) for key in _FIELDS if spec.HasInfo(key)}


def _require_prim(layer: Sdf.Layer, path: Sdf.Path, *, is_defined: bool) -> None:
    spec = Sdf.CreatePrimInLayer(layer, path)
    if not is_defined:
        spec.specifier, spec.typeName = Sdf.SpecifierDef, "Xform"
        spec.kind = "assembly" if path.IsRootPrimPath() else "group"


def _restore_prim(layer: Sdf.Layer, path: Sdf.Path, fields: dict[str, Any] | None) -> None:
    if fields is None:
        _remove_prim(layer, path)
        return
    spec = layer.GetPrimAtPath(path)
    for key in _FIELDS:
        if key in fields:
            spec.SetInfo(key, fields[key])
        elif spec.HasInfo(key):
            spec.ClearInfo(key)


def _remove_prim(layer: Sdf.Layer, path: Sdf.Path) -> None:
    spec = layer.GetPrimAtPath(path)
    if spec is not None:
        parent = layer.GetPrimAtPath(path.GetParentPath()) or layer.pseudoRoot
        del parent.nameChildren[spec.name]


def create_stage_target(path: Path | None, *, fps: int, frames: int) -> StageTarget:
    """Create a new stage: Z up, one metre per unit, frames 1 to N.

    Its default prim is /World, of kind assembly. Nothing is saved.

    Args:
        path: File the root layer will have, so that relative paths resolve; in memory when None.
        fps: Frames per second, also the time codes per second.
        frames: Number of frames.
    """
    if path is None:
        stage = Usd.Stage.CreateInMemory("clappper.usda")
    else:
        layer = Sdf.Layer.CreateNew(str(path))
        stage = Usd.Stage.Open(layer)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(float(fps))
    stage.SetFramesPerSecond(float(fps))
    stage.SetStartTimeCode(1.0)
    stage.SetEndTimeCode(float(frames))
    world = UsdGeom.Xform.Define(stage, "/World")
    Usd.ModelAPI(world).SetKind("assembly")
    stage.SetDefaultPrim(world.GetPrim())
    return StageTarget(stage, world.GetPath(), Anchor(floor="own", height_m=0.0))


def open_stage(path: Path) -> Usd.Stage:
    """Open a stage as it is on disk now, whatever this process opened there before.

    Raises:
        StageError: The file is missing or no USD.
    """
    try:
        known = Sdf.Layer.Find(str(path))
        if known is not None:
            known.Reload(force=True)
        return Usd.Stage.Open(str(path))
    except RuntimeError as exc:  # Tf.ErrorException, and what the C++ reader lets through
        raise StageError(f"{path} cannot be opened as a USD stage: check the file.") from exc
