"""Assets as makers leave them: the same body with a nose, in any frame, put together in many ways.

In the layout frame (metres, Z up) the body reaches from (1.0, 2.0, -0.5) to (1.6, 3.0, 1.5), and a
nose of 0.1 m stands out of its front, -Y, at the top. Its pivot is therefore nowhere near it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdShade

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAKES", "to_layout", "write_asset"]

BODY = (1.0, 2.0, -0.5), (1.6, 3.0, 1.5)
NOSE = (1.25, 1.9, 1.4), (1.35, 2.0, 1.5)
_FACES = [0, 2, 3, 1, 4, 5, 7, 6, 0, 1, 5, 4, 2, 6, 7, 3, 0, 4, 6, 2, 1, 3, 7, 5]


def to_layout(point: Gf.Vec3d, up_axis: str, meters_per_unit: float) -> Gf.Vec3d:
    """Return a point of a stage in metres, Z up."""
    x, y, z = (value * meters_per_unit for value in point)
    return Gf.Vec3d(x, -z, y) if up_axis == "Y" else Gf.Vec3d(x, y, z)


class _Writer:
    def __init__(self, stage: Usd.Stage, up_axis: str, meters_per_unit: float) -> None:
        self.stage = stage
        self.up_axis = up_axis
        self.unit = meters_per_unit

    def point(self, x: float, y: float, z: float) -> Gf.Vec3d:
        x, y, z = x / self.unit, y / self.unit, z / self.unit
        return Gf.Vec3d(x, z, -y) if self.up_axis == "Y" else Gf.Vec3d(x, y, z)

    def add_root(self, path: str = "/Block", *, is_default: bool = True) -> UsdGeom.Xform:
        root = UsdGeom.Xform.Define(self.stage, path)
        if is_default:
            self.stage.SetDefaultPrim(root.GetPrim())
        return root

    def add_box(self, path: str, box: tuple, above: Gf.Matrix4d | None = None) -> UsdGeom.Mesh:
        """Add a mesh that, under what transforms it from above, is a box of the layout frame."""
        low, high = box
        inverse = (above or Gf.Matrix4d(1.0)).GetInverse()
        corners = [
            self.point(*((high if i >> axis & 1 else low)[axis] for axis in range(3)))
            for i in range(8)
        ]
        mesh = UsdGeom.Mesh.Define(self.stage, path)
        mesh.CreatePointsAttr([Gf.Vec3f(inverse.Transform(corner)) for corner in corners])
        mesh.CreateFaceVertexCountsAttr([4] * 6)
        mesh.CreateFaceVertexIndicesAttr(_FACES)
        mesh.CreateSubdivisionSchemeAttr("none")
        return mesh

    def add_block(self, root: str = "/Block", above: Gf.Matrix4d | None = None) -> None:
        self.add_box(f"{root}/Body", BODY, above)
        self.add_box(f"{root}/Nose", NOSE, above)

    def add_own_ops(self, xform: UsdGeom.Xformable) -> Gf.Matrix4d:
        """Move, turn and scale a prim, and return its transform."""
        xform.AddTranslateOp().Set(self.point(0.7, -0.2, 0.4))
        xform.AddRotateXYZOp().Set(Gf.Vec3f(90, 0, 90))
        xform.AddScaleOp().Set(Gf.Vec3f(2, 2, 2))
        return xform.GetLocalTransformation()


def _write_plain(writer: _Writer) -> None:
    writer.add_root()
    writer.add_block()


def _write_own_ops(writer: _Writer) -> None:
    writer.add_block(above=writer.add_own_ops(writer.add_root()))


def _write_reset_root(writer: _Writer) -> None:
    root = writer.add_root()
    above = writer.add_own_ops(root)
    root.SetResetXformStack(True)
    writer.add_block(above=above)


def _write_reset_inside(writer: _Writer) -> None:
    writer.add_own_ops(writer.add_root())
    group = UsdGeom.Xform.Define(writer.stage, "/Block/Group")
    group.AddTranslateOp().Set(writer.point(5, 6, 7))
    part = UsdGeom.Xform.Define(writer.stage, "/Block/Group/Part")
    above = writer.add_own_ops(part)
    part.SetResetXformStack(True)
    writer.add_block("/Block/Group/Part", above)


def _write_one_root(writer: _Writer) -> None:
    root = writer.add_root(is_default=False)
    writer.add_block(above=writer.add_own_ops(root))
    UsdGeom.Camera.Define(writer.stage, "/Camera")
    UsdLux.DistantLight.Define(writer.stage, "/Sun")


def _write_several_roots(writer: _Writer) -> None:
    """Body and nose are roots of their own, with a material beside them."""
    material = UsdShade.Material.Define(writer.stage, "/Looks/Paint")
    body = writer.add_root("/BodyRoot", is_default=False)
    body_above = writer.add_own_ops(body)
    nose = writer.add_root("/NoseRoot", is_default=False)
    nose.SetResetXformStack(True)
    meshes = (
        writer.add_box("/BodyRoot/Body", BODY, body_above),
        writer.add_box("/NoseRoot/Nose", NOSE),
    )
    for mesh in meshes:
        UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)
    UsdGeom.Camera.Define(writer.stage, "/Camera")
    UsdLux.DomeLight.Define(writer.stage, "/Sky")


def _write_lights(writer: _Writer) -> None:
    _write_plain(writer)
    UsdLux.DomeLight.Define(writer.stage, "/Block/Sky")
    writer.stage.DefinePrim("/Block/NewSky", "DomeLight_1")
    UsdLux.DistantLight.Define(writer.stage, "/Block/Body/Sun")
    lamp = UsdLux.SphereLight.Define(writer.stage, "/Block/Lamp")
    lamp.CreateRadiusAttr(0.01 / writer.unit)
    lamp.AddTranslateOp().Set(writer.point(1.3, 2.5, 0.0))
    UsdGeom.Camera.Define(writer.stage, "/Block/Camera")


def _write_lights_in_instance(writer: _Writer) -> None:
    writer.add_root()
    writer.stage.CreateClassPrim("/_Part")
    writer.add_block("/_Part")
    UsdLux.DomeLight.Define(writer.stage, "/_Part/Sky")
    part = writer.stage.DefinePrim("/Block/Part", "Xform")
    part.GetReferences().AddInternalReference("/_Part")
    part.SetInstanceable(True)


def _write_animated(writer: _Writer) -> None:
    """The nose is gone a metre to the front at time 24."""
    _write_plain(writer)
    nose = UsdGeom.Xformable(writer.stage.GetPrimAtPath("/Block/Nose"))
    move = nose.AddTranslateOp()
    move.Set(writer.point(0, 0, 0), 1)
    move.Set(writer.point(0, -1, 0), 24)
    writer.stage.SetStartTimeCode(1)
    writer.stage.SetEndTimeCode(24)


def _write_payload(writer: _Writer) -> None:
    root = writer.add_root()
    inner = Sdf.Layer.CreateNew(writer.stage.GetRootLayer().realPath.replace(".usda", "_in.usda"))
    inner_writer = _Writer(Usd.Stage.Open(inner), writer.up_axis, writer.unit)
    inner_writer.add_root()
    inner_writer.add_block()
    inner.Save()
    root.GetPrim().GetPayloads().AddPayload(f"./{inner.GetDisplayName()}")


def _write_variants(writer: _Writer) -> None:
    """The nose is a choice; with the other one there is a second body far away."""
    root = writer.add_root().GetPrim()
    writer.add_box("/Block/Body", BODY)
    variants = root.GetVariantSets().AddVariantSet("model")
    for name, box in (("long", NOSE), ("wide", ((8, 8, 8), (9, 9, 9)))):
        variants.AddVariant(name)
        variants.SetVariantSelection(name)
        with variants.GetVariantEditContext():
            writer.add_box("/Block/Nose", box)
    variants.SetVariantSelection("long")


def _write_instanceable(writer: _Writer) -> None:
    _write_plain(writer)
    writer.stage.GetDefaultPrim().SetInstanceable(True)


def _write_assembly(writer: _Writer) -> None:
    _write_plain(writer)
    Usd.ModelAPI(writer.stage.GetDefaultPrim()).SetKind("assembly")
    for name in ("Body", "Nose"):
        Usd.ModelAPI(writer.stage.GetPrimAtPath(f"/Block/{name}")).SetKind("component")


MAKES = {
    name.removeprefix("_write_"): make
    for name, make in list(globals().items())
    if name.startswith("_write_")
}


def write_asset(path: Path, make: str, *, up_axis: str = "Z", meters_per_unit: float = 1.0) -> None:
    """Write an asset of one make in a frame."""
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
    MAKES[make](_Writer(stage, up_axis, meters_per_unit))
    stage.GetRootLayer().Save()
