"""Functions of ``omni.usd`` on stages, prims and layers."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import carb
from pxr import Sdf, Tf, Usd, UsdGeom

from . import standin

_DEFAULT = Usd.TimeCode.Default()


def get_stage_next_free_path(
    stage: Usd.Stage,
    path: str | Sdf.Path,
    prepend_default_prim: bool,
    source_prim: Usd.Prim | None = None,
) -> str:
    """Return this path, or with ``_01``, ``_02`` … behind it, so that no prim is there yet.

    Raises:
        ValueError: It is no path.
    """
    if isinstance(path, str) and not Sdf.Path.IsValidPathString(path):
        raise ValueError(f"{path} is not a valid path")
    wanted = Sdf.Path(path)
    if not wanted.IsAbsolutePath():
        wanted = wanted.MakeAbsolutePath(Sdf.Path.absoluteRootPath)
        carb.log_warn(f"The path {path} is taken as {wanted}.")
    default = stage.GetDefaultPrim()
    if prepend_default_prim and default:
        is_below = wanted.HasPrefix(default.GetPath()) and wanted != default.GetPath()
        if not is_below:
            wanted = wanted.ReplacePrefix(Sdf.Path.absoluteRootPath, default.GetPath())
    name = str(wanted)
    while stage.GetPrimAtPath(name):
        numbered = re.fullmatch(r"(.*)_(\d+)", name)
        name = f"{numbered[1]}_{int(numbered[2]) + 1:02d}" if numbered else f"{name}_01"
    return name


def get_prim_at_path(path: Sdf.Path, usd_context_name: str = "") -> Usd.Prim | None:
    """Return a prim of a context's stage."""
    import omni.usd

    context = omni.usd.get_context(usd_context_name)
    stage = context.get_stage() if context is not None else None
    return stage.GetPrimAtPath(path) if stage is not None else None


def make_valid_identifier(name: str) -> str:
    """Return a valid prim name like this one."""
    return Tf.MakeValidIdentifier(name)


def get_world_transform_matrix(prim: Usd.Prim, time_code: Usd.TimeCode = _DEFAULT) -> Any:
    """Return a prim's transform to the world."""
    return UsdGeom.Xformable(prim).ComputeLocalToWorldTransform(time_code)


def get_local_transform_matrix(prim: Usd.Prim, time_code: Usd.TimeCode = _DEFAULT) -> Any:
    """Return a prim's transform to its parent."""
    return UsdGeom.Xformable(prim).GetLocalTransformation(time_code)


def get_edit_target_identifier(stage: Usd.Stage) -> str:
    """Return the identifier of the layer that is edited."""
    return stage.GetEditTarget().GetLayer().identifier


def set_edit_target_by_identifier(stage: Usd.Stage, layer_identifier: str) -> bool:
    """Edit this layer from now on, if it belongs to the stage."""
    layer = Sdf.Layer.Find(layer_identifier)
    if layer is None or not stage.HasLocalLayer(layer):
        return False
    stage.SetEditTarget(layer)
    return True


def is_layer_locked(usd_context: Any, layer_identifier: str) -> bool:
    """Whether the user locked this layer."""
    return standin.is_layer_locked(usd_context, layer_identifier)


def is_layer_writable(layer_identifier: str) -> bool:
    """Whether this layer could be written to its file."""
    layer = Sdf.Layer.Find(layer_identifier)
    if layer is None or not layer.permissionToEdit:
        return False
    if layer.anonymous:
        return True
    path = Path(layer.realPath)
    return not path.exists() or bool(path.stat().st_mode & stat.S_IWUSR)
