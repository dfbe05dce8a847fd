"""Writing of one asset: a model becomes a crate file that is the same bytes every time.

Authors ``upAxis``, ``metersPerUnit``, a default prim of kind component named like the file, a
``Geometry`` scope with one mesh per part, a ``Looks`` scope of UsdPreviewSurface materials, and
relative references to other assets of the pack. Modelling and the index of the pack are not its
business.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Kind, Sdf, Usd, UsdGeom, UsdShade, Vt

from clappper.core.files import replacing
from tools.demo_pack.mesh import compute_corner_normals, compute_weld, has_area
from tools.demo_pack.surface import compute_linear_rgb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from tools.demo_pack.model import AssetSpec, Model, Part
    from tools.demo_pack.surface import Surface

__all__ = ["compute_asset_points", "write_asset"]

#: Decimals of the written points [m] and normals.
_POINT_DECIMALS = 5
_NORMAL_DECIMALS = 4


def write_asset(
    spec: AssetSpec, model: Model, specs: Mapping[str, AssetSpec], packs_dir: Path
) -> Path:
    """Write one asset to ``packs_dir / spec.path``, whole or not at all.

    Args:
        spec: Name, folder and metrics of the file.
        model: What ``spec.build`` returned.
        specs: Every asset of the pack by name: the targets of references.
        packs_dir: The folder that holds the packs.

    Returns:
        The written file.

    Raises:
        OutputError: The file cannot be written.
        ValueError: A reference names no asset, or one of other metrics.
    """
    layer = Sdf.Layer.CreateAnonymous(".usdc")
    stage = Usd.Stage.Open(layer)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y if spec.up_axis == "Y" else UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, spec.meters_per_unit)
    root = UsdGeom.Xform.Define(stage, f"/{spec.name}")
    stage.SetDefaultPrim(root.GetPrim())
    Usd.ModelAPI(root).SetKind(Kind.Tokens.component)
    materials = _author_materials(stage, root.GetPath(), model)
    if model.parts:
        scope = UsdGeom.Scope.Define(stage, root.GetPath().AppendChild("Geometry"))
        for part in model.parts:
            _author_mesh(
                stage, scope.GetPath().AppendChild(part.name), part, spec, materials[part.surface]
            )
    # References are authored on the layer alone: the stage would try to open them from nowhere.
    del stage
    _author_references(layer, spec, model, specs)

    path = packs_dir / spec.path
    with replacing(path) as temporary:
        if not layer.Export(str(temporary)):
            raise OSError(f"USD did not write {path.name}")
    return path


def compute_asset_points(points: NDArray[np.float64], spec: AssetSpec) -> NDArray[np.float64]:
    """Convert points of the layout frame [m] to the frame, unit and origin of the asset's file."""
    moved = _snap(_turn(points - np.asarray(spec.pivot), spec), _POINT_DECIMALS)
    return moved / spec.meters_per_unit


def _snap(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Round in two steps, so that the last bits of a sine cannot decide a tie; no -0.0.

    Those bits differ between processors, the written file must not.
    """
    return np.round(np.round(values, decimals + 4), decimals) + 0.0


def _turn(vectors: NDArray[np.float64], spec: AssetSpec) -> NDArray[np.float64]:
    """Turn vectors from Z up to the asset's up axis; front -Y becomes +Z in a Y-up file."""
    if spec.up_axis == "Z":
        return vectors
    return np.stack([vectors[..., 0], vectors[..., 2], -vectors[..., 1]], axis=-1)


def _author_mesh(
    stage: Usd.Stage, path: Sdf.Path, part: Part, spec: AssetSpec, material: UsdShade.Material
) -> None:
    # Points that the grid of the file brings together are one point, and no sliver is left.
    points = compute_asset_points(part.mesh.points, spec)
    kept, renumbered = compute_weld(points)
    triangles = renumbered[part.mesh.triangles]
    is_kept = has_area(triangles)
    mesh = UsdGeom.Mesh.Define(stage, path)
    corners = points[kept].astype(np.float32)
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(corners))
    extent = np.stack([corners.min(axis=0), corners.max(axis=0)])
    mesh.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(extent))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray(int(is_kept.sum()), 3))
    indices = triangles[is_kept].reshape(-1).astype(np.int32)
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(indices))
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateOrientationAttr(UsdGeom.Tokens.rightHanded)
    mesh.CreateDoubleSidedAttr(False)
    _author_normals(mesh, _turn(compute_corner_normals(part.mesh, part.crease_deg)[is_kept], spec))
    mesh.CreateDisplayColorAttr([Gf.Vec3f(*compute_linear_rgb(part.surface.color))])
    UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)


def _author_normals(mesh: UsdGeom.Mesh, normals: NDArray[np.float64]) -> None:
    """Author ``primvars:normals`` per corner, indexed: hard edges without doubled points."""
    corners = _snap(normals, _NORMAL_DECIMALS).reshape(-1, 3)
    values, indices = np.unique(corners, axis=0, return_inverse=True)
    primvar = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar(
        "normals", Sdf.ValueTypeNames.Normal3fArray, UsdGeom.Tokens.faceVarying
    )
    primvar.Set(Vt.Vec3fArray.FromNumpy(values.astype(np.float32)))
    primvar.SetIndices(Vt.IntArray.FromNumpy(indices.reshape(-1).astype(np.int32)))


def _author_materials(
    stage: Usd.Stage, root: Sdf.Path, model: Model
) -> dict[Surface, UsdShade.Material]:
    if not model.parts:
        return {}
    looks = UsdGeom.Scope.Define(stage, root.AppendChild("Looks")).GetPath()
    materials: dict[Surface, UsdShade.Material] = {}
    for surface in dict.fromkeys(part.surface for part in model.parts):
        if any(known.name == surface.name for known in materials):
            raise ValueError(f"Two different surfaces of one asset are named {surface.name}.")
        materials[surface] = _author_material(stage, looks.AppendChild(surface.name), surface)
    return materials


def _author_material(stage: Usd.Stage, path: Sdf.Path, surface: Surface) -> UsdShade.Material:
    material = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, path.AppendChild("PreviewSurface"))
    shader.CreateIdAttr("UsdPreviewSurface")
    color, number = Sdf.ValueTypeNames.Color3f, Sdf.ValueTypeNames.Float
    shader.CreateInput("diffuseColor", color).Set(Gf.Vec3f(*compute_linear_rgb(surface.color)))
    shader.CreateInput("roughness", number).Set(surface.roughness)
    shader.CreateInput("metallic", number).Set(surface.metallic)
    if surface.opacity < 1.0:
        shader.CreateInput("opacity", number).Set(surface.opacity)
    if surface.clearcoat > 0.0:
        shader.CreateInput("clearcoat", number).Set(surface.clearcoat)
        shader.CreateInput("clearcoatRoughness", number).Set(0.1)
    if surface.emissive is not None:
        glow = Gf.Vec3f(*compute_linear_rgb(surface.emissive)) * surface.emissive_strength
        shader.CreateInput("emissiveColor", color).Set(glow)
    output = shader.CreateOutput("surface", Sdf.ValueTypeNames.Token)
    material.CreateSurfaceOutput().ConnectToSource(output)
    return material


def _author_references(
    layer: Sdf.Layer, spec: AssetSpec, model: Model, specs: Mapping[str, AssetSpec]
) -> None:
    root = layer.GetPrimAtPath(f"/{spec.name}")
    for reference in model.references:
        target = specs.get(reference.asset_name)
        if target is None:
            raise ValueError(
                f"{spec.name} references {reference.asset_name}, which is not in the pack."
            )
        if {spec.up_axis, target.up_axis} != {"Z"} or {
            spec.meters_per_unit,
            target.meters_per_unit,
        } != {1.0}:
            raise ValueError(f"{spec.name} and {target.name} must both be Z up and in metres.")
        prim = Sdf.PrimSpec(root, reference.prim_name, Sdf.SpecifierDef, "Xform")
        # The target is a component: two nested components are an invalid model hierarchy.
        prim.kind = Kind.Tokens.subcomponent
        prim.instanceable = True
        address = posixpath.relpath(target.path, spec.folder)
        # Without a leading dot the resolver would look along its search path.
        anchored = address if address.startswith(".") else f"./{address}"
        prim.referenceList.prependedItems.append(Sdf.Reference(anchored))
        translation = Sdf.AttributeSpec(prim, "xformOp:translate", Sdf.ValueTypeNames.Double3)
        place = np.asarray(reference.translation) - np.asarray(spec.pivot)
        translation.default = Gf.Vec3d(*np.round(place, 6).tolist())
        turn = Sdf.AttributeSpec(prim, "xformOp:rotateZ", Sdf.ValueTypeNames.Float)
        turn.default = reference.yaw_deg
        order = Sdf.AttributeSpec(
            prim, "xformOpOrder", Sdf.ValueTypeNames.TokenArray, Sdf.VariabilityUniform
        )
        order.default = ["xformOp:translate", "xformOp:rotateZ"]
