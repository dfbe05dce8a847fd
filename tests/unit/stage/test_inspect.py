"""What is read back from a stage: roles, room, floor, instances."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pxr import Gf, Usd, UsdGeom

from clappper.core.errors import StageError
from clappper.core.stage.inspect import read_scene
from support.stages import TABLE, SceneStage, author_boxes, write_asset

FRAMES = pytest.mark.parametrize(("up_axis", "unit"), [("Z", 1.0), ("Y", 0.01)])


@FRAMES
def test_room_is_measured_on_floor_walls_and_ceiling(up_axis, unit):
    scene = read_scene(
        SceneStage(up_axis, unit, size=(8.0, 6.0, 3.0), walls=("north", "west")).stage
    )

    assert scene.room.lower == pytest.approx([-4.0, -3.0, 0.0], abs=1e-6)
    assert scene.room.upper == pytest.approx([4.0, 3.0, 3.0], abs=1e-6)
    assert scene.room.walls == ("north", "west")
    assert scene.room.thickness_m == {"north": pytest.approx(0.2), "west": pytest.approx(0.2)}
    assert scene.room.has_ceiling
    assert (scene.floor, scene.floor_height_m) == ("own", pytest.approx(0.0))


def test_room_without_ceiling_is_as_high_as_its_walls_and_open_without_walls():
    walled = read_scene(SceneStage(ceiling=False).stage).room
    open_ = read_scene(SceneStage(ceiling=False, walls=()).stage).room

    assert walled.upper[2] == pytest.approx(3.0)
    assert not walled.has_ceiling
    assert open_.upper[2] == math.inf


@FRAMES
@pytest.mark.parametrize(
    ("yaw_deg", "heading"), [(0.0, (0, -1)), (90.0, (1, 0)), (180.0, (0, 1)), (270.0, (-1, 0))]
)
def test_instance_is_read_with_item_noun_place_and_heading(up_axis, unit, yaw_deg, heading):
    stage = SceneStage(up_axis, unit)
    stage.add("chair_2", (1.0, 2.0, 0.0), size=(0.4, 0.6, 0.8), yaw_deg=yaw_deg, noun="chair")

    body = read_scene(stage.stage).instances[0]

    assert (body.item, body.noun, body.role, body.name) == (
        "chair_2",
        "chair",
        "instance",
        "chair_2_01",
    )
    assert body.heading == pytest.approx(heading, abs=1e-6)
    assert body.center == pytest.approx([1.0, 2.0, 0.4], abs=1e-5)
    size = (0.4, 0.6, 0.8) if yaw_deg % 180 == 0 else (0.6, 0.4, 0.8)
    assert np.ptp(body.bound, axis=0) == pytest.approx(size, abs=1e-5)
    assert np.ptp(body.mesh.bound, axis=0) == pytest.approx((0.4, 0.6, 0.8), abs=1e-5)


@FRAMES
@pytest.mark.parametrize("scale", [(2.0, 2.0, 2.0), (1.0, 1.5, 1.0), (-1.0, 1.0, 1.0)])
def test_scaled_instance_is_distorted(up_axis, unit, scale):
    stage = SceneStage(up_axis, unit)
    plain = stage.add("box", (0.0, 0.0, 0.0), yaw_deg=33.0)
    scaled = stage.add("box", (2.0, 0.0, 0.0), yaw_deg=33.0)
    UsdGeom.Xformable(stage.stage.GetPrimAtPath(scaled)).AddScaleOp().Set(Gf.Vec3f(*scale))

    scene = read_scene(stage.stage)

    assert scene.distorted == (scaled,)
    assert plain not in scene.distorted


def test_surroundings_are_told_by_their_place_in_the_environment():
    stage = SceneStage(door=(0.0, 1.0, 2.1))
    author_boxes(stage.stage, "/World/Statue", [((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))])
    UsdGeom.Cube.Define(stage.stage, "/World/Guide").GetPurposeAttr().Set("guide")

    bodies = read_scene(stage.stage).surroundings

    assert sorted((body.role, body.wall or "") for body in bodies) == [
        ("ceiling", ""),
        ("floor", ""),
        ("opening", ""),
        ("other", ""),
        ("wall", "east"),
        ("wall", "north"),
        ("wall", "south"),
        ("wall", "west"),
    ]


@pytest.mark.parametrize(
    ("heights", "floor", "height_m"),
    [((), "zero", 0.0), ((0.03,), "largest_surface", 0.03), ((0.5,), "zero", 0.0)],
)
def test_floor_of_a_live_stage_is_the_largest_level_surface_near_zero(heights, floor, height_m):
    stage = SceneStage(floor=False)
    stage.add("box", (0.0, 0.0, 0.0))
    for height in heights:
        author_boxes(stage.stage, "/World/Slab", [((9.0, 9.0, 0.4), (0.0, 0.0, height - 0.4))])

    scene = read_scene(stage.stage)

    assert scene.room is None
    assert (scene.floor, scene.floor_height_m) == (floor, pytest.approx(height_m))


def test_scene_under_another_root_is_found():
    stage = Usd.Stage.CreateInMemory()
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/Live").GetPrim())
    root = "/Live/Clappper/Scene_001"
    UsdGeom.Camera.Define(stage, "/Live/Other")
    UsdGeom.Camera.Define(stage, f"{root}/Cameras/Shot_01")
    author_boxes(stage, f"{root}/Environment/Floor", [((4.0, 4.0, 0.1), (0.0, 0.0, -0.1))])
    instance = UsdGeom.Xform.Define(stage, f"{root}/Items/box/box_01").GetPrim()
    instance.SetCustomDataByKey("clappper:item", "box")
    author_boxes(stage, f"{root}/Items/box/box_01/asset/mesh", [((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))])

    scene = read_scene(stage)

    assert [body.name for body in scene.instances] == ["box_01"]
    assert scene.floor == "own"
    assert [str(prim.GetPath()) for prim in scene.cameras] == [f"{root}/Cameras/Shot_01"]


def test_components_are_found_where_kinds_above_them_are_missing():
    stage = Usd.Stage.CreateInMemory()
    for name in ("A", "B"):
        Usd.ModelAPI(UsdGeom.Xform.Define(stage, f"/Set/{name}")).SetKind("component")
        author_boxes(stage, f"/Set/{name}/mesh", [((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))])

    scene = read_scene(stage)

    assert not scene.is_structured
    assert [body.prim_path for body in scene.instances] == ["/Set/A", "/Set/B"]


@pytest.mark.parametrize("unit", [0.0, -1.0, math.nan])
def test_stage_whose_unit_is_no_length_is_refused(unit):
    stage = SceneStage()
    stage.stage.SetMetadata("metersPerUnit", unit)

    with pytest.raises(StageError, match="metersPerUnit"):
        read_scene(stage.stage)


def test_instance_at_no_place_is_unverified():
    stage = SceneStage()
    path = stage.add("box", (math.nan, 0.0, 0.0))

    assert read_scene(stage.stage).unverified == (path,)


@pytest.mark.parametrize(("radius", "is_backdrop"), [(50.0, True), (1.0, False)])
def test_backdrop_is_what_reaches_around_the_floor(radius, is_backdrop):
    stage = SceneStage()
    UsdGeom.Sphere.Define(stage.stage, "/World/Sky").GetRadiusAttr().Set(radius)

    scene = read_scene(stage.stage)

    found = {body.name: scene.is_backdrop(body) for body in scene.bodies}
    assert found.pop("Sky") is is_backdrop
    assert not any(found.values())


def test_backdrop_is_neither_a_ground_below_nor_beams_above_the_floor():
    stage = SceneStage()
    author_boxes(stage.stage, "/World/Ground", [((99.0, 99.0, 0.4), (0.0, 0.0, -0.6))])
    author_boxes(stage.stage, "/World/Beams", [((99.0, 99.0, 2.5), (0.0, 0.0, 2.5))])

    scene = read_scene(stage.stage)

    assert not any(scene.is_backdrop(body) for body in scene.bodies)


def test_instances_of_one_asset_share_their_mesh_at_any_turn(tmp_path):
    asset = write_asset(tmp_path / "table.usda", TABLE)
    stage = SceneStage("Y", 0.01, size=(90.0, 90.0, 3.0))
    for index in range(12):
        stage.add("table", (3.0 * index - 18.0, 0.3, 0.0), asset=asset, yaw_deg=17.0 * index)

    assert len({body.mesh for body in read_scene(stage.stage).instances}) == 1
