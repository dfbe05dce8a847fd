"""The prims of an authored scene: those that hold others, and the units that are copied whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pxr import Sdf

__all__ = ["is_container", "list_containers", "list_units"]

#: Parts of a scene in the order they are copied: what is bound to comes before what binds.
_PARTS = ("Looks", "Environment", "Lights", "Cameras", "Items")


def is_container(path: Sdf.Path, scene_path: Sdf.Path) -> bool:
    """Return whether a prim of a scene only holds others: a part, or a group of items."""
    names = str(path.MakeRelativePath(scene_path)).split("/")
    return len(names) == 1 or (len(names) == 2 and names[0] == "Items")


def list_containers(layer: Sdf.Layer, scene_path: Sdf.Path) -> list[Sdf.Path]:
    """Return the scene's prims that only hold others, parents first, in their own order."""
    containers = [scene_path]
    for part in layer.GetPrimAtPath(scene_path).nameChildren:
        containers.append(part.path)
        if part.name == "Items":
            containers += [group.path for group in part.nameChildren]
    return containers


def list_units(layer: Sdf.Layer, scene_path: Sdf.Path) -> list[Sdf.Path]:
    """Return the prims copied whole: what stands below the containers."""
    containers = list_containers(layer, scene_path)
    known = set(containers)

    def rank(path: Sdf.Path) -> int:
        part = path.GetPrefixes()[scene_path.pathElementCount]
        return _PARTS.index(part.name) if part.name in _PARTS else len(_PARTS)

    units = [
        child.path
        for path in containers
        for child in layer.GetPrimAtPath(path).nameChildren
        if child.path not in known
    ]
    return sorted(units, key=rank)
