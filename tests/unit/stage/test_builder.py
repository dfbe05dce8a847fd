import math
from dataclasses import replace

import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade

from clappper.core.catalog.models import AssetMeasure
from clappper.core.errors import PrimPathConflictError
from clappper.core.layout.models import Opening
from clappper.core.stage.builder import PlacedAsset, build_scene
from clappper.core.stage.target import create_stage_target
from clappper.core.units import Vec3
from support import scenes
from support.plans import make_item, make_plan
from support.scenes import make_asset, make_placement


def make_asset_file(path, *, up_axis="Z", meters_per_unit=1.0):
    """A 1 x 1 x 2 m block standing on the origin, in its own units."""
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
    root = UsdGeom.Xform.Define(stage, "/Block")
    stage.SetDefaultPrim(root.GetPrim())
    Usd.ModelAPI(root).SetKind("component")
    cube = UsdGeom.Cube.Define(stage, "/Block/Geometry")
    cube.CreateSizeAttr(1.0)
    unit = 1.0 / meters_per_unit
    scale = Gf.Vec3f(unit, 2 * unit, unit) if up_axis == "Y" else Gf.Vec3f(unit, unit, 2 * unit)
    lift = Gf.Vec3d(0, unit, 0) if up_axis == "Y" else Gf.Vec3d(0, 0, unit)
    cube.AddTranslateOp().Set(lift)
    cube.AddScaleOp().Set(scale)
    stage.GetRootLayer().Save()


def make_placed(asset_path, *, up_axis="Z", meters_per_unit=1.0, is_measured=True):
    measure = AssetMeasure(
        asset_id="id_box",
        is_measured=is_measured,
        size_m=Vec3(x=1.0, y=1.0, z=2.0),
        origin_m=Vec3(x=0.0, y=0.0, z=0.0),
        up_axis=up_axis,
        meters_per_unit=meters_per_unit,
        surface_m=None,
        front_yaw_deg=0.0,
        default_prim="Block",
        triangle_count=12,
    )
    return PlacedAsset(make_asset(), measure, asset_path)


def make_parts(placed, *, openings=(), frames=2, pivot=None):
    parts = scenes.make_parts(
        placed, [make_placement()], frames=frames, extent="all", has_lights=True
    )
    room = parts.placements.room.model_copy(update={"openings": openings})
    move = {"pivot": pivot, "turn_deg": 90.0 if pivot else 0.0}
    return replace(
        parts,
        placements=parts.placements.model_copy(update={"room": room}),
        camera_path=parts.camera_path.model_copy(update=move),
    )


@pytest.fixture
def built(tmp_path):
    make_asset_file(tmp_path / "block.usda", up_axis="Y", meters_per_unit=0.01)
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=2)
    placed = make_placed("./block.usda", up_axis="Y", meters_per_unit=0.01)
    door = Opening(
        id="door_01", wall="north", center_m=1.0, width_m=3.0, sill_m=0.0, height_m=3.0, kind="door"
    )
    plan = make_plan(items=[make_item("box")])
    camera = build_scene(target, plan, make_parts(placed, openings=(door,))).camera_path
    target.stage.GetRootLayer().Save()
    return Usd.Stage.Open(str(tmp_path / "scene.usda")), camera


def test_build_scene_new_stage_has_the_contracts_tree(built):
    stage, camera = built
    assert stage.GetDefaultPrim().GetPath() == "/World"
    assert UsdGeom.GetStageUpAxis(stage) == "Z"
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (1.0, 2.0)
    kinds = {
        "/World": "assembly",
        "/World/Environment": "group",
        "/World/Lights": "group",
        "/World/Cameras": "group",
        "/World/Items": "group",
        "/World/Items/box": "group",
        "/World/Items/box/box_01": "component",
        "/World/Items/box/box_01/asset": "subcomponent",
    }
    for path, kind in kinds.items():
        assert Usd.ModelAPI(stage.GetPrimAtPath(path)).GetKind() == kind, path
    assert camera == Sdf.Path("/World/Cameras/Shot_01")


def test_build_scene_instance_carries_words_and_label(built):
    stage, _ = built
    prim = stage.GetPrimAtPath("/World/Items/box/box_01")
    assert prim.GetCustomDataByKey("clappper:item") == "box"
    assert prim.GetCustomDataByKey("clappper:noun") == "box"
    assert prim.GetCustomDataByKey("clappper:assetId") == "id_box"
    assert list(prim.GetAttribute("semantics:labels:class").Get()) == ["box"]
    assert [op.GetOpName() for op in UsdGeom.Xformable(prim).GetOrderedXformOps()] == [
        "xformOp:translate",
        "xformOp:rotateZ",
    ]
    assert prim.GetChild("asset").IsInstance()


def test_build_scene_centimetre_y_up_asset_stands_upright_in_metres(built):
    stage, _ = built
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default", "render"])
    prim = stage.GetPrimAtPath("/World/Items/box/box_01")
    bound = cache.ComputeRelativeBound(prim, prim.GetParent().GetParent()).ComputeAlignedRange()
    reach = 0.5 * (3**0.5 / 2 + 0.5)
    assert Gf.IsClose(bound.GetMin(), Gf.Vec3d(1 - reach, 2 - reach, 0.0), 1e-6)
    assert Gf.IsClose(bound.GetMax(), Gf.Vec3d(1 + reach, 2 + reach, 2.0), 1e-6)


def test_build_scene_door_opening_is_a_hole_in_the_wall(built):
    stage, _ = built
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default", "render"])
    wall = stage.GetPrimAtPath("/World/Environment/Walls/North")
    pieces = [p for p in Usd.PrimRange(wall) if p.IsA(UsdGeom.Mesh)]
    assert len(pieces) >= 4
    for prim in pieces:
        (x0, _, z0), (x1, _, z1) = UsdGeom.Mesh(prim).GetExtentAttr().Get()
        overlaps = x0 < 2.5 - 1e-6 and x1 > -0.5 + 1e-6 and z0 < 3.0 - 1e-6 and z1 > 1e-6
        assert not overlaps, prim.GetPath()
    threshold = stage.GetPrimAtPath("/World/Environment/Openings/door_01/Threshold")
    top = cache.ComputeWorldBound(threshold).ComputeAlignedRange().GetMax()[2]
    assert top == 0.0


def test_build_scene_floor_covers_exactly_the_inner_room(built):
    stage, _ = built
    extent = UsdGeom.Mesh(stage.GetPrimAtPath("/World/Environment/Floor")).GetExtentAttr().Get()
    assert Gf.IsClose(extent[0], Gf.Vec3f(-5.0, -4.0, -0.2), 1e-6)
    assert Gf.IsClose(extent[1], Gf.Vec3f(5.0, 4.0, 0.0), 1e-6)


def test_build_scene_every_mesh_has_a_material_and_outward_normals(built):
    stage, _ = built
    meshes = [p for p in stage.Traverse() if p.IsA(UsdGeom.Mesh)]
    assert meshes
    for prim in meshes:
        material, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
        assert material, prim.GetPath()
        mesh = UsdGeom.Mesh(prim)
        points, indices = mesh.GetPointsAttr().Get(), mesh.GetFaceVertexIndicesAttr().Get()
        normals = mesh.GetNormalsAttr().Get()
        for start in range(0, len(indices), 4):
            a, b, c = (Gf.Vec3d(points[indices[start + i]]) for i in range(3))
            facing = Gf.Cross(b - a, c - b).GetNormalized()
            assert Gf.IsClose(facing, Gf.Vec3d(normals[start]), 1e-5)


def test_build_scene_moving_camera_has_two_keys(built):
    stage, camera = built
    prim = UsdGeom.Camera(stage.GetPrimAtPath(camera))
    ops = prim.GetOrderedXformOps()
    assert ops[0].GetTimeSamples() == [1.0, 2.0]
    forward = prim.GetCamera(1.0).frustum.ComputeViewDirection()
    assert forward[1] > 0.99
    assert forward[2] < 0.0
    assert prim.GetCamera(2.0).frustum.GetPosition() == Gf.Vec3d(0.0, -2.9, 1.65)


def test_build_scene_orbiting_camera_runs_on_a_circle(tmp_path):
    make_asset_file(tmp_path / "block.usda")
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=3)
    parts = make_parts(make_placed("./block.usda"), frames=3, pivot=(0.0, 0.0, 1.0))
    path = build_scene(target, make_plan(items=[make_item("box")]), parts).camera_path
    camera = UsdGeom.Camera(target.stage.GetPrimAtPath(path))
    for frame, angle in ((1, 0.0), (2, 45.0), (3, 90.0)):
        frustum = camera.GetCamera(frame).frustum
        sin, cos = math.sin(math.radians(angle)), math.cos(math.radians(angle))
        assert Gf.IsClose(frustum.GetPosition(), Gf.Vec3d(3 * sin, -3 * cos, 1.65), 1e-5)
        assert Gf.IsClose(
            frustum.ComputeViewDirection(), Gf.Vec3d(-sin, cos, math.sin(math.radians(-2))), 1e-3
        )


def test_build_scene_existing_scene_is_not_overwritten():
    target = create_stage_target(None, fps=24, frames=1)
    target.stage.DefinePrim("/World/Items")
    with pytest.raises(PrimPathConflictError, match="/World/Items"):
        build_scene(
            target, make_plan(items=[make_item("box")]), make_parts(make_placed("./b.usda"))
        )


def test_build_scene_unmeasured_asset_shows_its_planned_extent():
    target = create_stage_target(None, fps=24, frames=1)
    placed = make_placed("s3://b/packs/P/Block.usda", is_measured=False)
    build_scene(target, make_plan(items=[make_item("box")]), make_parts(placed))
    prim = target.stage.GetPrimAtPath("/World/Items/box/box_01")
    hint = UsdGeom.ModelAPI(prim).GetExtentsHint()
    assert hint[1] == Gf.Vec3f(0.5, 0.5, 2.0)


@pytest.mark.parametrize("up_axis", ["Y", "Z"])
@pytest.mark.parametrize("meters_per_unit", [0.01, 1.0])
def test_build_scene_any_stage_frame_gives_the_same_world_in_metres(
    tmp_path, up_axis, meters_per_unit
):
    make_asset_file(tmp_path / "block.usda")
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=1)
    UsdGeom.SetStageUpAxis(target.stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(target.stage, meters_per_unit)
    plan = make_plan(items=[make_item("box")])
    parts = make_parts(make_placed("./block.usda"), frames=1)
    camera = build_scene(target, plan, parts).camera_path

    def to_layout(point):
        x, y, z = (c * meters_per_unit for c in point)
        return Gf.Vec3d(x, -z, y) if up_axis == "Y" else Gf.Vec3d(x, y, z)

    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default", "render"])
    box = cache.ComputeWorldBound(target.stage.GetPrimAtPath("/World/Items/box/box_01"))
    corners = [to_layout(box.ComputeAlignedRange().GetCorner(i)) for i in range(8)]
    assert min(c[2] for c in corners) == pytest.approx(0.0, abs=1e-5)
    assert max(c[2] for c in corners) == pytest.approx(2.0, abs=1e-5)
    assert sum(c[0] for c in corners) / 8 == pytest.approx(1.0, abs=1e-5)
    assert sum(c[1] for c in corners) / 8 == pytest.approx(2.0, abs=1e-5)
    frustum = UsdGeom.Camera(target.stage.GetPrimAtPath(camera)).GetCamera(1.0).frustum
    assert Gf.IsClose(to_layout(frustum.GetPosition()), Gf.Vec3d(0.0, -3.0, 1.65), 1e-4)
    view = to_layout(frustum.ComputeViewDirection()) / meters_per_unit
    assert Gf.IsClose(view, Gf.Vec3d(0.0, 0.99939, -0.0349), 1e-3)


@pytest.mark.parametrize(
    ("walls", "has_ceiling", "top_m", "is_alike"),
    [((), False, -0.005, True), (("north",), False, -0.2, False), (("north",), True, None, False)],
)
def test_build_scene_ground_goes_on_where_no_wall_ends_the_floor(
    tmp_path, walls, has_ceiling, top_m, is_alike
):
    make_asset_file(tmp_path / "block.usda")
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=2)
    parts = make_parts(make_placed("./block.usda"))
    changes = {"walls": walls, "has_ceiling": has_ceiling}
    room = parts.placements.room.model_copy(update=changes)
    placements = parts.placements.model_copy(update={"room": room})

    build_scene(target, make_plan(items=[make_item("box")]), replace(parts, placements=placements))

    floor, ground = (
        target.stage.GetPrimAtPath(f"/World/Environment/{name}") for name in ("Floor", "Ground")
    )
    assert bool(ground) == (top_m is not None)
    if ground:
        points = UsdGeom.Mesh(ground).GetPointsAttr().Get()
        assert max(point[2] for point in points) == pytest.approx(top_m)
        looks = [
            UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()[0].GetPath()
            for prim in (floor, ground)
        ]
        assert (looks[0] == looks[1]) is is_alike


@pytest.mark.parametrize(("lift_m", "drop_m"), [(0.0, 0.65), (2.4, 0.03)])
def test_build_scene_hall_panels_hang_as_low_as_things_leave_room(tmp_path, lift_m, drop_m):
    make_asset_file(tmp_path / "block.usda")
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=2)
    parts = make_parts(make_placed("./block.usda"))
    placement = make_placement(translation_m=Vec3(x=1.0, y=2.0, z=lift_m))
    placements = parts.placements.model_copy(update={"placements": (placement,)})

    build_scene(target, make_plan(items=[make_item("box")]), replace(parts, placements=placements))

    panel = target.stage.GetPrimAtPath("/World/Lights/Panel_01")
    assert panel.GetAttribute("xformOp:translate").Get()[2] == pytest.approx(5.0 - drop_m)
