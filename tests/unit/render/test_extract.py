from __future__ import annotations

import math

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdShade, Vt

from clappper.core.errors import CaptureError
from clappper.core.render.camera import compute_camera_samples
from clappper.core.render.extract import extract_scene
from clappper.core.render.models import DistantLamp, DomeLamp, ShapeLamp
from support.render_stage import add_box, add_camera, add_lamp, add_material, make_stage


def collect_points(scene):
    """All points as they stand in the world, in no particular order [m]."""
    parts = [part.points for part in scene.parts]
    for instance in scene.instances:
        matrix = instance.matrix
        parts += [
            part.points @ matrix[:3, :3].T + matrix[:3, 3]
            for part in scene.groups[instance.group].parts
        ]
    return np.concatenate(parts) if parts else np.zeros((0, 3))


def compute_bound(scene):
    points = collect_points(scene)
    return points.min(axis=0).tolist(), points.max(axis=0).tolist()


def make_asset(*, nested=None, size=1.0):
    """An asset of one box, which may reference another twice, one metre apart along x."""
    stage = make_stage()
    add_box(stage, "/World/Box", size=size, colour=(1.0, 0.0, 0.0))
    if nested is not None:
        for number in range(2):
            add_instance(stage, f"/World/Part{number}", nested, at=(number, 0.0, 0.0))
    return stage


def add_instance(stage, path, asset, *, at=(0.0, 0.0, 0.0), instanceable=True):
    prim = UsdGeom.Xform.Define(stage, path).GetPrim()
    UsdGeom.Xformable(prim).AddTranslateOp().Set(Gf.Vec3d(*at))
    prim.GetReferences().AddReference(asset.GetRootLayer().identifier)
    prim.SetInstanceable(instanceable)
    return prim


@pytest.mark.parametrize(
    ("up_axis", "unit", "at"),
    [
        ("Z", 1.0, (1.0, 2.0, 3.0)),
        ("Y", 1.0, (1.0, 3.0, -2.0)),
        ("Y", 0.01, (100.0, 300.0, -200.0)),
    ],
    ids=["Z-up metres", "Y-up metres", "Y-up centimetres"],
)
def test_extract_scene_any_stage_metrics_give_z_up_metres(up_axis, unit, at):
    stage = make_stage(up_axis=up_axis, meters_per_unit=unit)
    add_box(stage, "/World/Box", size=0.5 / unit, at=at)
    low, high = compute_bound(extract_scene(stage, 1))
    assert low == pytest.approx([0.75, 1.75, 2.75], abs=1e-5)
    assert high == pytest.approx([1.25, 2.25, 3.25], abs=1e-5)


def test_extract_scene_instances_share_one_group():
    stage = make_stage()
    asset = make_asset()
    for number in range(3):
        add_instance(stage, f"/World/Item{number}", asset, at=(2.0 * number, 0.0, 0.0))
    scene = extract_scene(stage, 1)
    assert (len(scene.groups), len(scene.instances), len(scene.parts)) == (1, 3, 0)
    assert compute_bound(scene) == ([-0.5, -0.5, -0.5], [4.5, 0.5, 0.5])


def test_extract_scene_nested_instances_stand_where_usd_puts_them():
    stage = make_stage()
    inner = make_asset(size=0.5)
    outer = make_asset(nested=inner)
    for number in range(2):
        prim = add_instance(stage, f"/World/Item{number}", outer, at=(0.0, 10.0 * number, 0.0))
        UsdGeom.Xformable(prim).AddScaleOp().Set(Gf.Vec3f(2.0, 2.0, 2.0))
    scene = extract_scene(stage, 1)
    assert len(scene.groups) == 2
    assert len(scene.instances) == 2 + 4
    expected = (
        UsdGeom.BBoxCache(1, ["default"])
        .ComputeWorldBound(stage.GetPseudoRoot())
        .ComputeAlignedRange()
    )
    low, high = compute_bound(scene)
    assert low == pytest.approx(list(expected.GetMin()), abs=1e-5)
    assert high == pytest.approx(list(expected.GetMax()), abs=1e-5)


def test_extract_scene_material_bound_outside_an_instance_reaches_into_it():
    stage = make_stage()
    asset = make_asset()
    red = add_material(stage, "/World/Red", diffuseColor=(0.9, 0.1, 0.1))
    for number in range(2):
        prim = add_instance(stage, f"/World/Item{number}", asset)
        if number:
            UsdShade.MaterialBindingAPI.Apply(prim).Bind(red)
    scene = extract_scene(stage, 1)
    colours = sorted(part.surface.base_colour for part in scene.parts)
    assert colours == [pytest.approx((0.9, 0.1, 0.1)), (1.0, 0.0, 0.0)]


def test_extract_scene_equal_meshes_without_instancing_are_shared():
    stage = make_stage()
    for number in range(3):
        sphere = UsdGeom.Sphere.Define(stage, f"/World/Ball{number}")
        sphere.AddTranslateOp().Set(Gf.Vec3d(3.0 * number, 0.0, 0.0))
    scene = extract_scene(stage, 1)
    assert (len(scene.groups), len(scene.instances), len(scene.parts)) == (1, 3, 0)
    assert compute_bound(scene)[1][0] == pytest.approx(7.0, abs=0.01)


def test_extract_scene_point_instancer_places_its_prototypes():
    stage = make_stage()
    instancer = UsdGeom.PointInstancer.Define(stage, "/World/Scatter")
    box = add_box(stage, "/World/Scatter/Box", at=(0.0, 0.0, 0.5))
    instancer.CreatePrototypesRel().AddTarget(box.GetPath())
    instancer.CreateProtoIndicesAttr([0, 0, 0])
    instancer.CreatePositionsAttr([(0.0, 0.0, 0.0), (5.0, 0.0, 0.0), (99.0, 0.0, 0.0)])
    instancer.CreateInvisibleIdsAttr([2])
    scene = extract_scene(stage, 1)
    assert len(scene.instances) == 2
    assert compute_bound(scene) == ([-0.5, -0.5, 0.0], [5.5, 0.5, 1.0])


def test_extract_scene_point_instancer_with_unequal_arrays_is_reported():
    stage = make_stage()
    instancer = UsdGeom.PointInstancer.Define(stage, "/World/Scatter")
    instancer.CreatePrototypesRel().AddTarget(add_box(stage, "/World/Scatter/Box").GetPath())
    instancer.CreateProtoIndicesAttr([0, 0, 0])
    instancer.CreatePositionsAttr([(0.0, 0.0, 0.0)])
    scene = extract_scene(stage, 1)
    assert not scene.instances
    assert [issue.code for issue in scene.issues] == ["INSTANCER_BROKEN"]


def test_extract_scene_hidden_proxy_and_guide_prims_are_left_out():
    stage = make_stage()
    for number, purpose in enumerate(("default", "render", "proxy", "guide")):
        mesh = add_box(stage, f"/World/{purpose}", at=(number * 10.0, 0.0, 0.0))
        mesh.CreatePurposeAttr(purpose)
    hidden = UsdGeom.Xform.Define(stage, "/World/Hidden")
    hidden.CreateVisibilityAttr("invisible")
    add_box(stage, "/World/Hidden/Box", at=(-50.0, 0.0, 0.0))
    assert compute_bound(extract_scene(stage, 1)) == ([-0.5, -0.5, -0.5], [10.5, 0.5, 0.5])


def test_extract_scene_subsets_get_their_own_surfaces():
    stage = make_stage()
    green = add_material(stage, "/World/Green", diffuseColor=(0.1, 0.8, 0.1))
    mesh = add_box(stage, "/World/Box", colour=(1.0, 0.0, 0.0))
    subset = UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).CreateMaterialBindSubset("top", [1])
    UsdShade.MaterialBindingAPI.Apply(subset.GetPrim()).Bind(green)
    parts = {round(part.surface.base_colour[0], 3): part for part in extract_scene(stage, 1).parts}
    assert len(parts[0.1].triangles) == 2
    assert len(parts[1.0].triangles) == 10
    assert parts[0.1].points[:, 2].tolist() == [0.5] * 6


def test_extract_scene_mirrored_mesh_still_faces_outwards():
    stage = make_stage()
    add_box(stage, "/World/Box", size=2.0).AddScaleOp().Set(Gf.Vec3f(-1.0, 1.0, 1.0))
    part = extract_scene(stage, 1).parts[0]
    corners = part.points[part.triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert np.einsum("ti,ti->t", face, corners.mean(axis=1)).min() > 0.0
    assert (
        np.einsum("ti,ti->t", part.normals[part.triangles[:, 0]], corners.mean(axis=1)).min() > 0.0
    )


def test_extract_scene_preview_surface_values_and_texture_are_read(tmp_path):
    texture = tmp_path / "wood.png"
    texture.write_bytes(b"any")
    stage = make_stage()
    material = add_material(
        stage,
        "/World/Wood",
        texture=str(texture),
        roughness=0.3,
        metallic=1.0,
        opacity=0.5,
        ior=1.0,
    )
    mesh = add_box(stage, "/World/Box", material=material)
    st = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, "vertex")
    st.Set([(0.25 * i, 0.0) for i in range(8)])
    part = extract_scene(stage, 1).parts[0]
    surface = part.surface
    assert (surface.roughness, surface.metallic, surface.opacity, surface.specular) == (
        pytest.approx(0.3),
        1.0,
        0.5,
        0.0,
    )
    assert surface.base_colour_texture.path == str(texture)
    assert surface.base_colour_texture.uv_matrix == (2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1.0)
    assert part.uvs[:3, 0].tolist() == [0.0, 0.5, 0.75]


def test_extract_scene_missing_texture_is_reported_and_left_out():
    stage = make_stage()
    add_box(stage, "/World/Box", material=add_material(stage, "/World/Wood", texture="./gone.png"))
    scene = extract_scene(stage, 1)
    assert scene.parts[0].surface.base_colour_texture is None
    assert [(issue.code, issue.prim_path) for issue in scene.issues] == [
        ("TEXTURE_UNRESOLVED", "/World/Wood/Texture")
    ]


def test_extract_scene_material_interface_value_is_followed():
    stage = make_stage()
    material = add_material(stage, "/World/Paint", diffuseColor=(0.0, 0.0, 0.0))
    port = material.CreateInput("paint", Sdf.ValueTypeNames.Color3f)
    port.Set(Gf.Vec3f(0.25, 0.5, 0.75))
    shader = UsdShade.Shader(stage.GetPrimAtPath("/World/Paint/Surface"))
    shader.GetInput("diffuseColor").ConnectToSource(port)
    add_box(stage, "/World/Box", material=material)
    assert extract_scene(stage, 1).parts[0].surface.base_colour == (0.25, 0.5, 0.75)


def test_extract_scene_display_colour_per_vertex_is_kept():
    stage = make_stage()
    mesh = add_box(stage, "/World/Box")
    primvar = mesh.CreateDisplayColorPrimvar("vertex")
    primvar.Set(Vt.Vec3fArray([Gf.Vec3f(i / 8.0, 0.0, 0.0) for i in range(8)]))
    part = extract_scene(stage, 1).parts[0]
    assert part.surface.has_vertex_colours
    assert part.colours[:3, 0].tolist() == [0.0, 0.25, 0.375]


def test_extract_scene_unsupported_things_are_reported():
    stage = make_stage()
    UsdGeom.BasisCurves.Define(stage, "/World/Curves")
    UsdLux.CylinderLight.Define(stage, "/World/Tube")
    mesh = add_box(stage, "/World/Broken")
    mesh.GetFaceVertexIndicesAttr().Set([0, 1, 99])
    material = UsdShade.Material.Define(stage, "/World/Strange")
    add_box(stage, "/World/Box", material=material)
    mover = UsdGeom.Xform.Define(stage, "/World/Mover")
    op = mover.AddTranslateOp()
    op.Set(Gf.Vec3d(0, 0, 0), 1)
    op.Set(Gf.Vec3d(1, 0, 0), 2)
    codes = {issue.code for issue in extract_scene(stage, 1).issues}
    assert codes == {
        "GPRIM_UNSUPPORTED",
        "LIGHT_UNSUPPORTED",
        "MESH_BROKEN",
        "MATERIAL_UNSUPPORTED",
        "MOTION_IGNORED",
    }


@pytest.mark.parametrize("unit", [1.0, 0.01], ids=["metres", "centimetres"])
def test_extract_scene_lamps_follow_usdlux_conventions(unit):
    stage = make_stage(meters_per_unit=unit)
    add_lamp(stage, "/World/Dome", intensity=3.0, exposure=1.0)
    add_lamp(stage, "/World/Sun", kind="DistantLight", intensity=5.0, angle=2.0)
    add_lamp(
        stage,
        "/World/Panel",
        kind="RectLight",
        intensity=10.0,
        width=2 / unit,
        height=1 / unit,
        at=(0, 0, 3 / unit),
    )
    add_lamp(
        stage, "/World/Bulb", kind="SphereLight", intensity=10.0, radius=0.5 / unit, normalize=True
    )
    lamps = {
        type(lamp).__name__ + getattr(lamp, "shape", ""): lamp
        for lamp in extract_scene(stage, 1).lamps
    }
    assert lamps["DomeLamp"] == DomeLamp((6.0, 6.0, 6.0), None, lamps["DomeLamp"].matrix)
    assert lamps["DistantLamp"] == DistantLamp((5.0, 5.0, 5.0), (0.0, 0.0, -1.0), 2.0)
    panel = np.array(lamps["ShapeLamprect"].matrix).reshape(4, 4)
    assert isinstance(lamps["ShapeLamprect"], ShapeLamp)
    assert panel[:3, 3].tolist() == pytest.approx([0.0, 0.0, 3.0])
    assert np.diag(panel).tolist() == pytest.approx([2.0, 1.0, 1.0 * unit, 1.0])
    area = math.pi * (1.0 / unit) ** 2
    assert lamps["ShapeLampsphere"].radiance == pytest.approx((10.0 / area,) * 3)


def test_extract_scene_lamp_and_glowing_part_inside_instances_are_repeated():
    asset = make_stage()
    glow = add_material(asset, "/World/Glow", emissiveColor=(5.0, 5.0, 4.0))
    add_box(asset, "/World/Tube", size=0.1, material=glow)
    add_lamp(asset, "/World/Panel", kind="DiskLight", intensity=2.0)
    stage = make_stage()
    for number in range(3):
        add_instance(stage, f"/World/Lamp{number}", asset, at=(number, 0.0, 0.0))
    scene = extract_scene(stage, 1)
    assert [lamp.matrix[3] for lamp in scene.lamps] == [0.0, 1.0, 2.0]
    assert [len(part.triangles) for part in scene.parts if part.surface.is_emissive] == [36]
    assert not scene.instances


def test_compute_camera_samples_moving_camera_is_read_in_metres():
    stage = make_stage(up_axis="Y", meters_per_unit=0.01, frames=2)
    add_camera(
        stage, "/World/Cam", [(0, 150, 500), (100, 150, 500)], target=(0, 150, 0), up=(0, 1, 0)
    )
    first, second = compute_camera_samples(stage, "/World/Cam", [1, 2])
    assert np.array(first.matrix).reshape(4, 4)[:3, 3].tolist() == pytest.approx([0.0, -5.0, 1.5])
    assert np.array(second.matrix).reshape(4, 4)[:3, 3].tolist() == pytest.approx([1.0, -5.0, 1.5])
    forward = -np.array(first.matrix).reshape(4, 4)[:3, 2]
    assert forward.tolist() == pytest.approx([0.0, 1.0, 0.0], abs=1e-9)
    assert first.horizontal_fov_deg == pytest.approx(math.degrees(2 * math.atan(18 / 24)))
    assert first.far_m == pytest.approx(100.0)


@pytest.mark.parametrize("path", ["/World/Box", "/World/Nothing", "no path at all", ""])
def test_compute_camera_samples_no_camera_there_says_so(path):
    stage = make_stage()
    add_box(stage, "/World/Box")
    with pytest.raises(CaptureError, match="is no camera"):
        compute_camera_samples(stage, path, [1])


def test_compute_camera_samples_orthographic_camera_is_refused():
    stage = make_stage()
    camera = add_camera(stage, "/World/Cam", [(0, -5, 0)])
    camera.CreateProjectionAttr("orthographic")
    with pytest.raises(CaptureError, match="orthographic"):
        compute_camera_samples(stage, "/World/Cam", [1])


def test_extract_scene_leaves_the_stage_as_it_was():
    stage = make_stage()
    add_box(stage, "/World/Box")
    asset = make_asset()
    add_instance(stage, "/World/Item", asset)
    before = stage.GetRootLayer().ExportToString()
    extract_scene(stage, 1)
    assert stage.GetRootLayer().ExportToString() == before
    assert stage.GetEditTarget() == Usd.EditTarget(stage.GetRootLayer())
