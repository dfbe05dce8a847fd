"""How an asset's file is brought into a scene, and what of it must be put right there.

Most assets are one arc to their default prim, and nothing else. Exceptions: a file without default
prim and with several roots gets an arc to each root, and materials bound from one root to another
are bound again; lights for the whole surroundings (dome and distant) are turned off, other lights
and cameras stay; a prim inside that resets its transform stack is put back under its parent. Reads
files, authors nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["AssetSource", "Over", "SourceReader"]

_RESET = "!resetXformStack!"
#: Lights that would shine on everything, once more with each instance.
_SKIES = ("DomeLight", "DomeLight_1", "DistantLight")
#: Roots that are no part of an object.
_APART = (*_SKIES, "Camera", "RenderSettings", "RenderProduct", "RenderVar")


@dataclass(frozen=True)
class Over:
    """What a scene says about one prim inside an asset."""

    is_active: bool = True
    #: Whether it is an instance that has to give up sharing, because something in it changes.
    is_split: bool = False
    #: Targets of relationships by name; paths relative to the asset prim.
    targets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Where it resets the transform stack: its own xformOps' names, and what goes before them.
    own_ops: Sequence[str] | None = None
    before: Gf.Matrix4d = field(default_factory=lambda: Gf.Matrix4d(1.0))


@dataclass(frozen=True)
class AssetSource:
    """What the builder knows of a file."""

    #: Root prims to refer to; none: the default prim. Several stand below the asset prim.
    roots: tuple[Sdf.Path, ...] = ()
    #: Names of the xformOps in force on the only root; None where it says nothing of them.
    own_ops: tuple[str, ...] | None = None
    #: Corrections by path relative to the asset prim.
    overs: Mapping[str, Over] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


_NOTHING = Over()


class SourceReader:
    """Opens files as one layer refers to them, and keeps them open until it is gone itself."""

    def __init__(self, anchor: Sdf.Layer) -> None:
        self._anchor = anchor
        self._stages: list[Usd.Stage] = []

    def read(self, asset_path: str) -> AssetSource:
        """Return how a file is brought in; one that does not open is referred to as it is."""
        name = PurePosixPath(asset_path).name
        try:
            layer = Sdf.Layer.FindOrOpenRelativeToLayer(self._anchor, asset_path)
            stage = Usd.Stage.Open(layer, None, Usd.Stage.LoadAll) if layer else None
        except RuntimeError:  # Tf.ErrorException, and what the C++ reader lets through
            stage = None
        if stage is None:
            issue = Issue(
                code="ASSET_UNRESOLVED",
                severity="error",
                message=f"{name} cannot be opened any more: its place is kept empty.",
                hint="Check the file and the drive it lies on.",
            )
            return AssetSource(issues=(issue,))
        self._stages.append(stage)
        return _read_stage(stage, name)


def _read_stage(stage: Usd.Stage, name: str) -> AssetSource:
    default = stage.GetDefaultPrim()
    roots = [default] if default else _find_roots(stage)
    top = roots[0].GetPath() if len(roots) == 1 else Sdf.Path.absoluteRootPath
    overs: dict[str, Over] = {}
    for root in roots:
        _find_overs(root, top, overs)
    issues = []
    if any(not over.is_active for over in overs.values()):
        message = f"{name} brings a light for everything around it, which is off in the scene."
        issues.append(Issue(code="ASSUMPTION", severity="info", message=message))
    return AssetSource(
        roots=() if default else tuple(root.GetPath() for root in roots),
        own_ops=_read_ops(roots[0])[1] if len(roots) == 1 else None,
        overs=overs,
        issues=tuple(issues),
    )


def _find_roots(stage: Usd.Stage) -> list[Usd.Prim]:
    roots = stage.GetPseudoRoot().GetChildren()
    return [prim for prim in roots if prim.GetTypeName() not in _APART]


def _find_overs(root: Usd.Prim, top: Sdf.Path, overs: dict[str, Over]) -> None:
    """Add what has to be said about prims below a root, by path relative to the asset prim."""
    is_one_of_several = top.IsAbsoluteRootPath()
    prims = iter(Usd.PrimRange(root, Usd.TraverseInstanceProxies()))
    for prim in prims:
        if prim.GetPath() == top:
            continue
        if prim.GetTypeName() in _SKIES:
            over = Over(is_active=False)
            prims.PruneChildren()
        else:
            targets = _find_targets(prim, root, top) if is_one_of_several else {}
            resets, own_ops = _read_ops(prim)
            over = Over(targets=targets)
            if resets:
                cache = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
                above = cache.GetParentToWorldTransform(prim)
                over = replace(over, own_ops=own_ops, before=above.GetInverse())
        if over == _NOTHING:
            continue
        overs[_relate(prim, top)] = over
        for path in _list_shared(prim, top):
            overs[path] = replace(overs.get(path, _NOTHING), is_split=True)


def _list_shared(prim: Usd.Prim, top: Sdf.Path) -> Iterator[str]:
    """Yield the instances inside the asset a prim lies in: what is shared cannot be changed."""
    while prim.IsInstanceProxy():
        prim = prim.GetParent()
        if prim.IsInstance() and prim.GetPath() != top:
            yield _relate(prim, top)


def _relate(prim: Usd.Prim, top: Sdf.Path) -> str:
    return str(prim.GetPath().MakeRelativePath(top))


def _read_ops(prim: Usd.Prim) -> tuple[bool, tuple[str, ...] | None]:
    """Return whether a prim resets its transform stack, and the ops in force, None if unsaid."""
    attribute = prim.GetAttribute("xformOpOrder")
    tokens = attribute.Get() if attribute else None
    if tokens is None:
        return False, None
    order = tuple(str(token) for token in tokens)
    if _RESET not in order:
        return False, order
    return True, order[len(order) - order[::-1].index(_RESET) :]


def _find_targets(prim: Usd.Prim, root: Usd.Prim, top: Sdf.Path) -> dict[str, list[str]]:
    """Return material bindings that leave a root, which an arc to that root alone would lose."""
    found = {}
    for relationship in prim.GetRelationships():
        name = relationship.GetName()
        targets = relationship.GetTargets() if name.startswith("material:binding") else []
        if any(not target.HasPrefix(root.GetPath()) for target in targets):
            found[name] = [str(target.MakeRelativePath(top)) for target in targets]
    return found
