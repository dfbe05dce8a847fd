"""What a scene carries on its root prim: a text, and which prims are its own.

Written with it, found again on any open stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxr import Sdf

from clappper.core.stage.scene_parts import is_container, list_containers, list_units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pxr import Usd

__all__ = [
    "carry_text",
    "find_carried",
    "find_parent_path",
    "list_carried_prims",
    "list_units_on_stage",
]


def carry_text(layer: Sdf.Layer, scene_path: Sdf.Path, text: str) -> None:
    """Let a scene's root prim carry a text and the names of all its prims."""
    own = [*list_containers(layer, scene_path), *list_units(layer, scene_path)]
    names = [str(path.MakeRelativePath(scene_path)) for path in own if path != scene_path]
    layer.GetPrimAtPath(scene_path).customData = {
        "clappper": {"scene": text, "prims": " ".join(names)}
    }


def list_carried_prims(layer: Sdf.Layer, scene_path: Sdf.Path) -> list[Sdf.Path]:
    """Return the prims a scene has of its own in a layer, those that hold others first."""
    carried = layer.GetPrimAtPath(scene_path).customData.get("clappper", {})
    return _parse_names(carried.get("prims") if isinstance(carried, dict) else None, scene_path)


def list_units_on_stage(stage: Usd.Stage, scene_path: Sdf.Path) -> set[Sdf.Path]:
    """Return the prims a scene has of its own on a stage, without those that only hold others."""
    prim = stage.GetPrimAtPath(scene_path)
    text = prim.GetCustomDataByKey("clappper:prims") if prim else None
    return {p for p in _parse_names(text, scene_path) if not is_container(p, scene_path)}


def find_parent_path(stage: Usd.Stage) -> Sdf.Path:
    """Return the path of the prim that holds our scenes on a stage, whether or not it is there."""
    root = stage.GetDefaultPrim() or stage.GetPrimAtPath("/World")
    world_path = root.GetPath() if root else Sdf.Path("/World")
    return world_path.AppendChild("Clappper")


def _parse_names(text: object, scene_path: Sdf.Path) -> list[Sdf.Path]:
    """Return the paths that a text from a stage names, as far as they are below the scene."""
    names = text.split() if isinstance(text, str) else []
    paths = [scene_path.AppendPath(name) for name in names if _is_below(name)]
    return [path for path in paths if path.HasPrefix(scene_path)]


def _is_below(name: str) -> bool:
    return bool(Sdf.Path.IsValidPathString(name)) and not Sdf.Path(name).IsAbsolutePath()


def find_carried(
    stage: Usd.Stage, *, selected: Iterable[str] = (), preferred: str | None = None
) -> tuple[str, str] | None:
    """Return path and text of the scene that a request is about, or None if there is none.

    That is the one in which something is selected, else the preferred one, else the last.

    Args:
        stage: The open stage.
        selected: Prim paths the user has selected.
        preferred: Root prim of the scene that was spoken of last.
    """
    paths = [prefix for path in selected for prefix in reversed(Sdf.Path(path).GetPrefixes())]
    if preferred is not None:
        paths.append(Sdf.Path(preferred))
    parent = stage.GetPrimAtPath(find_parent_path(stage))
    if parent:
        paths += [prim.GetPath() for prim in reversed(parent.GetChildren())]
    for path in paths:
        prim = stage.GetPrimAtPath(path)
        text = prim.GetCustomDataByKey("clappper:scene") if prim else None
        if isinstance(text, str):
            return str(path), text
    return None
