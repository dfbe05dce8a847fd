"""Small stages for the renderer's tests."""

from __future__ import annotations

from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdShade, Vt

__all__ = ["add_box", "add_camera", "add_lamp", "add_material", "make_stage"]

_QUADS = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))


def make_stage(*, up_axis="Z", meters_per_unit=1.0, frames=1):
    """Make a stage in memory with authored metrics."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    stage.SetStartTimeCode(1)
    stage.SetEndTimeCode(frames)
    return stage


def add_box(stage, path, *, size=1.0, at=(0.0, 0.0, 0.0), colour=None, material=None):
    """Add a closed mesh of six quads around ``at`` (stage units)."""
    half = size / 2.0
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr(
        [(x, y, z) for z in (-half, half) for y in (-half, half) for x in (-half, half)]
    )
    mesh.CreateFaceVertexCountsAttr([4] * 6)
    mesh.CreateFaceVertexIndicesAttr([index for quad in _QUADS for index in quad])
    mesh.CreateSubdivisionSchemeAttr("none")
    mesh.AddTranslateOp().Set(Gf.Vec3d(*at))
    if colour is not None:
        mesh.CreateDisplayColorAttr(Vt.Vec3fArray([Gf.Vec3f(*colour)]))
    if material is not None:
        UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(material)
    return mesh


def add_material(stage, path, *, texture="", **inputs):
    """Add a UsdPreviewSurface; ``texture`` is read through a UsdTransform2d of scale 2."""
    material = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, f"{path}/Surface")
    shader.CreateIdAttr("UsdPreviewSurface")
    for name, value in inputs.items():
        kind = Sdf.ValueTypeNames.Float if isinstance(value, float) else Sdf.ValueTypeNames.Color3f
        shader.CreateInput(name, kind).Set(value if isinstance(value, float) else Gf.Vec3f(*value))
    if texture:
        _connect_texture(stage, path, shader, texture)
    material.CreateSurfaceOutput().ConnectToSource(
        shader.CreateOutput("surface", Sdf.ValueTypeNames.Token)
    )
    return material


def _connect_texture(stage, path, shader, texture):
    reader = UsdShade.Shader.Define(stage, f"{path}/Reader")
    reader.CreateIdAttr("UsdPrimvarReader_float2")
    reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
    transform = UsdShade.Shader.Define(stage, f"{path}/Transform")
    transform.CreateIdAttr("UsdTransform2d")
    transform.CreateInput("scale", Sdf.ValueTypeNames.Float2).Set(Gf.Vec2f(2, 2))
    transform.CreateInput("in", Sdf.ValueTypeNames.Float2).ConnectToSource(
        reader.CreateOutput("result", Sdf.ValueTypeNames.Float2)
    )
    node = UsdShade.Shader.Define(stage, f"{path}/Texture")
    node.CreateIdAttr("UsdUVTexture")
    node.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(texture)
    node.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(
        transform.CreateOutput("result", Sdf.ValueTypeNames.Float2)
    )
    node.CreateInput("wrapS", Sdf.ValueTypeNames.Token).Set("repeat")
    shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f).ConnectToSource(
        node.CreateOutput("rgb", Sdf.ValueTypeNames.Float3)
    )


def add_lamp(stage, path, *, kind="DomeLight", intensity=1.0, at=None, **attributes):
    """Add a light; rect and disk lights shine down -Z."""
    prim = getattr(UsdLux, kind).Define(stage, path).GetPrim()
    light = UsdLux.LightAPI(prim)
    light.CreateIntensityAttr(intensity)
    for name, value in attributes.items():
        prim.GetAttribute(f"inputs:{name}").Set(value)
    if at is not None:
        UsdGeom.Xformable(prim).AddTranslateOp().Set(Gf.Vec3d(*at))
    return prim


def add_camera(stage, path, eyes, *, target=(0.0, 0.0, 0.0), up=(0.0, 0.0, 1.0), focal_length=24.0):
    """Add a camera of 36 mm width; ``eyes`` are its positions at frames 1, 2, ... (stage units)."""
    camera = UsdGeom.Camera.Define(stage, path)
    camera.CreateFocalLengthAttr(focal_length)
    camera.CreateHorizontalApertureAttr(36.0)
    camera.CreateVerticalApertureAttr(20.25)
    camera.CreateClippingRangeAttr(Gf.Vec2f(0.01, 10000))
    op = camera.AddTransformOp()
    for number, eye in enumerate(eyes, start=1):
        view = Gf.Matrix4d().SetLookAt(Gf.Vec3d(*eye), Gf.Vec3d(*target), Gf.Vec3d(*up))
        op.Set(view.GetInverse(), number)
    return camera
