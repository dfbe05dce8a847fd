"""Counts the materials of an asset that lead nowhere. Opens no texture and no MDL file."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from pxr import Sdf, Usd, UsdShade

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["count_missing_materials"]

#: First folders of MDL modules that come with Kit and so are found there and nowhere else.
_KIT_MODULE_FOLDERS = frozenset(
    ("adobe", "alg", "base", "gltf", "mdl", "natural", "nvidia", "rtx", "templates", "volume")
)


def count_missing_materials(root: Usd.Prim) -> int:
    """Return how many bindings, textures and MDL modules below a prim cannot be found.

    Each one counts once. A material outside of the prim is not found when the prim is referenced.

    Args:
        root: The default prim, or the pseudo-root.
    """
    missing: set[str] = set()
    stage = root.GetStage()
    for top in (root, *stage.GetPrototypes()):
        for prim in Usd.PrimRange(top):
            if not prim.IsPrototype():
                missing.update(_list_lost_bindings(prim, top))
            if prim.IsA(UsdShade.Shader) or prim.IsA(UsdShade.NodeGraph):
                missing.update(_list_lost_files(prim))
    return len(missing)


def _list_lost_bindings(prim: Usd.Prim, top: Usd.Prim) -> Iterator[str]:
    for relationship in prim.GetAuthoredRelationships():
        if relationship.GetName().split(":")[:2] != ["material", "binding"]:
            continue
        # A collection's binding names the collection first; the material is the last target.
        for target in relationship.GetTargets()[-1:]:
            material = UsdShade.Material(prim.GetStage().GetPrimAtPath(target))
            if not material or not target.HasPrefix(top.GetPath()):
                yield str(target)


def _list_lost_files(prim: Usd.Prim) -> Iterator[str]:
    for attribute in prim.GetAuthoredAttributes():
        if attribute.GetTypeName() not in (
            Sdf.ValueTypeNames.Asset,
            Sdf.ValueTypeNames.AssetArray,
        ):
            continue
        value = attribute.Get(Usd.TimeCode.EarliestTime())
        files = [value] if isinstance(value, Sdf.AssetPath) else list(value or [])
        for file in files:
            if file.path and not file.resolvedPath and not _is_found_elsewhere(attribute, file):
                yield file.path


def _is_found_elsewhere(attribute: Usd.Attribute, file: Sdf.AssetPath) -> bool:
    """Tell whether an unresolved path is a module of Kit, or tiles of which some exist."""
    if file.path.lower().endswith(".mdl"):
        folders = file.path.replace("\\", "/").lower().split("/")[:-1]
        return not folders or folders[0] in _KIT_MODULE_FOLDERS or folders[0].startswith("vmat")
    if "<UDIM>" not in file.path:
        return False
    if not hasattr(UsdShade, "UdimUtils"):  # USD before 23.5 cannot tell
        return True
    layers = (spec.layer for spec in attribute.GetPropertyStack(Usd.TimeCode.EarliestTime()))
    return any(
        UsdShade.UdimUtils.ResolveUdimPath(file.path, layer)
        for layer in itertools.islice(layers, 8)
    )
