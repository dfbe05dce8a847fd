"""Whether the stage is put together soundly: files behind its arcs, and stage metrics.

Reads layers, never geometry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxr import Ar, Pcp, Sdf, Usd, UsdGeom

from clappper.core.issue import Issue
from clappper.core.stage.models import AssetReport

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_asset_issues", "find_metrics_issues", "measure_assets"]


def measure_assets(stage: Usd.Stage) -> tuple[AssetReport, list[Issue]]:
    """Count the files layers in use refer to, and name those that do not resolve or open."""
    resolved: set[str] = set()
    broken: dict[str, Sdf.Layer] = {}
    used = {layer.identifier for layer in stage.GetUsedLayers()}
    for layer in stage.GetUsedLayers():
        for authored in filter(None, layer.GetCompositionAssetDependencies()):
            identifier = Sdf.ComputeAssetPathRelativeToLayer(layer, authored)
            if identifier in used or _opens(identifier):
                resolved.add(identifier)
            else:
                broken.setdefault(authored, layer)
    issues = [
        _make_issue(authored, _find_prim(layer, authored)) for authored, layer in broken.items()
    ]
    issues += _iterate_errors(stage)
    return AssetReport(resolved=len(resolved), unresolved=tuple(sorted(broken))), issues


def find_metrics_issues(stage: Usd.Stage, distorted: tuple[str, ...]) -> list[Issue]:
    """Return an issue for each missing stage metric and each instance that is not its real size."""
    issues = []
    missing = [] if stage.HasAuthoredMetadata(UsdGeom.Tokens.upAxis) else ["upAxis"]
    missing += [] if stage.HasAuthoredMetadata(UsdGeom.Tokens.metersPerUnit) else ["metersPerUnit"]
    if missing:
        issues.append(
            Issue(
                code="UNITS",
                severity="error",
                message=f"The stage does not say its {' and '.join(missing)}: sizes are unknown.",
                hint="Author it on the root layer.",
            )
        )
    issues += [
        Issue(
            code="UNITS",
            severity="error",
            prim_path=path,
            message=f"{path.rpartition('/')[2]} is scaled, sheared or mirrored, "
            "so it is not its real size.",
            hint="Keep translation and rotation only; on the asset prim below it, "
            "correct the unit of its file and nothing else.",
        )
        for path in distorted
    ]
    return issues


def find_asset_issues(mixed: tuple[str, ...], resized: tuple[str, ...]) -> list[Issue]:
    """Return an issue for each instance that shows something other than it was placed as."""
    issues = [
        Issue(
            code="ASSET_UNRESOLVED",
            severity="error",
            prim_path=path,
            message=f"{path.rpartition('/')[2]} shows another file than others of the same asset.",
            hint="Let it refer to the file of its asset again.",
        )
        for path in mixed
    ]
    issues += [
        Issue(
            code="UNITS",
            severity="error",
            prim_path=path,
            message=f"{path.rpartition('/')[2]} does not have the size it was placed with.",
            hint="Let it refer to the file of its asset again, or build the scene again.",
        )
        for path in resized
    ]
    return issues


def _opens(identifier: str) -> bool:
    """Return whether the resolver finds a file and USD can read its head.

    Asked for payloads that are not loaded and files that failed to open.
    """
    if not Ar.GetResolver().Resolve(identifier):
        return False
    layer_type = Sdf.FileFormat.FindByExtension(identifier)
    return layer_type is not None and layer_type.CanRead(identifier)


def _find_prim(layer: Sdf.Layer, authored: str) -> str | None:
    """Return the path, in its layer, of the first prim that refers to an asset path."""
    found: list[str] = []

    def visit(path: Sdf.Path) -> None:
        spec = layer.GetPrimAtPath(path) if path.IsPrimPath() else None
        if spec is not None and not found:
            arcs = [
                *spec.referenceList.GetAddedOrExplicitItems(),
                *spec.payloadList.GetAddedOrExplicitItems(),
            ]
            if any(arc.assetPath == authored for arc in arcs):
                found.append(str(path))

    layer.Traverse(Sdf.Path.absoluteRootPath, visit)
    return found[0] if found else None


def _make_issue(authored: str, prim_path: str | None) -> Issue:
    return Issue(
        code="ASSET_UNRESOLVED",
        severity="error",
        prim_path=prim_path,
        message=f"The file {authored} is missing or cannot be read as USD.",
        hint="Check the asset root, or that the file came along with the scene.",
    )


def _iterate_errors(stage: Usd.Stage) -> Iterator[Issue]:
    """Yield an issue for each prim with an arc that leads nowhere, other than to a missing file."""
    for prim in stage.TraverseAll():
        for error in prim.GetPrimIndex().localErrors:
            if not isinstance(error, Pcp.ErrorInvalidAssetPath):
                yield Issue(
                    code="ASSET_UNRESOLVED",
                    severity="error",
                    prim_path=str(prim.GetPath()),
                    message=f"The prim does not compose: {' '.join(str(error).split())}",
                    hint="Correct the arc in the layer it names.",
                )
