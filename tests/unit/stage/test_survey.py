"""What an open stage is like: its floor, what stands there, its names, lights and time."""

from __future__ import annotations

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux

from clappper.core.errors import StageError
from clappper.core.stage import survey as survey_module
from clappper.core.stage.ground import choose_spot
from clappper.core.stage.survey import count_instances, iterate_survey
from support.user_stages import FRAMES, UserStage, survey_stage


def square(half, z=0.0, x=0.0, y=0.0):
    return [
        (x - half, y - half, z), (x + half, y - half, z), (x + half, y + half, z),
        (x - half, y + half, z),
    ]  # fmt: skip


def measure_floor(ground):
    """Return bound and area of the floor seen from above."""
    points = ground.floor_triangles.reshape(-1, 2)
    a = ground.floor_triangles[:, 1] - ground.floor_triangles[:, 0]
    b = ground.floor_triangles[:, 2] - ground.floor_triangles[:, 0]
    area = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / 2
    return [*points.min(axis=0), *points.max(axis=0)], float(area)


def has_obstacle(ground, row):
    return any(np.allclose(row, other, atol=1e-4) for other in ground.list_standing())


# --- floors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", FRAMES)
def test_survey_thin_box_is_the_floor_and_a_crate_an_obstacle_in_every_frame(frame):
    user = UserStage(frame)
    user.add_box("/World/Floor", (12, 10, 0.2), (1, 2, -0.2))
    user.add_box("/World/Crate", (1, 2, 1.5), (3, 4, 0))

    survey = survey_stage(user.stage)

    assert (survey.up_axis, survey.meters_per_unit) == FRAMES[frame]
    assert survey.ground.floor == "largest_surface"
    assert survey.ground.height_m == pytest.approx(0, abs=1e-5)
    bound, area = measure_floor(survey.ground)
    assert bound == pytest.approx([-5, -3, 7, 7], abs=1e-4)
    assert area == pytest.approx(120, rel=1e-4)
    assert len(survey.ground.list_standing()) == 1
    assert has_obstacle(survey.ground, [2.5, 3, 0, 3.5, 5, 1.5])


@pytest.mark.parametrize("is_turned_over", [False, True])
def test_survey_plane_is_the_floor_whichever_way_it_is_wound(is_turned_over):
    user = UserStage()
    user.add_plane("/World/Ground", square(5), is_turned_over=is_turned_over)
    assert measure_floor(survey_stage(user.stage).ground) == ([-5, -5, 5, 5], 100)


def test_survey_floor_3_cm_up_has_its_height():
    user = UserStage("y_cm")
    user.add_box("/World/Floor", (8, 8, 0.2), (0, 0, -0.17))
    assert survey_stage(user.stage).ground.height_m == pytest.approx(0.03, abs=1e-5)


def test_survey_floor_10_cm_up_is_none():
    user = UserStage()
    user.add_box("/World/Podium", (8, 8, 0.2), (0, 0, -0.1))
    ground = survey_stage(user.stage).ground
    assert (ground.floor, ground.height_m, ground.has_floor) == ("zero", 0.0, False)
    assert has_obstacle(ground, [-4, -4, 0.1, 4, 4, 0.1])


def test_survey_crate_on_no_floor_does_not_make_its_underside_the_floor():
    user = UserStage()
    user.add_box("/World/Crate", (4, 4, 1), (0, 0, 0))
    assert survey_stage(user.stage).ground.floor == "zero"


def test_survey_of_two_floors_the_larger_counts():
    user = UserStage()
    user.add_plane("/World/Small", square(2, z=0.04))
    user.add_plane("/World/Large", square(5, z=-0.02, x=20))
    ground = survey_stage(user.stage).ground
    assert ground.height_m == pytest.approx(-0.02)
    assert measure_floor(ground)[0] == pytest.approx([15, -5, 25, 5])


def test_survey_floor_of_many_tiles_is_one_floor():
    user = UserStage("y_cm")
    for number in range(9):
        at = (4.0 * (number % 3) - 4, 4.0 * (number // 3) - 4, -0.1)
        user.add_box(f"/World/Tile_{number}", (4, 4, 0.1), at)
    bound, area = measure_floor(survey_stage(user.stage).ground)
    assert bound == pytest.approx([-6, -6, 6, 6], abs=1e-4)
    assert area == pytest.approx(144, rel=1e-4)


def test_survey_raised_mat_does_not_lift_the_floor():
    user = UserStage()
    user.add_boxes("/World/Floor", [((10, 10, 0.2), (0, 0, -0.2)), ((1, 1, 0.04), (3, 3, 0.0))])
    assert survey_stage(user.stage).ground.height_m == pytest.approx(0.0)


def test_survey_floor_inside_an_instanced_prototype_is_found(tmp_path):
    source = UserStage("z_m", default_prim="/Hall")
    source.add_plane("/Hall/Geometry/Ground", square(5))
    source.add_box("/Hall/Geometry/Pillar", (0.5, 0.5, 4), (2, 2, 0))
    source.stage.GetRootLayer().Export(str(tmp_path / "hall.usda"))
    user = UserStage()
    prim = UsdGeom.Xform.Define(user.stage, "/World/Hall").GetPrim()
    prim.GetReferences().AddReference((tmp_path / "hall.usda").as_posix())
    prim.SetInstanceable(True)
    UsdGeom.Xformable(prim).AddTranslateOp().Set(Gf.Vec3d(10, 0, 0))

    ground = survey_stage(user.stage).ground

    assert user.stage.GetPrimAtPath("/World/Hall").IsInstance()
    assert measure_floor(ground)[0] == pytest.approx([5, -5, 15, 5])
    assert has_obstacle(ground, [11.75, 1.75, 0, 12.25, 2.25, 4])


def test_survey_shell_room_has_walls_in_the_way_and_is_free_inside():
    user = UserStage()
    user.add_boxes(
        "/World/Room",
        [
            ((10, 8, 0.2), (0, 0, -0.2)),
            ((10.4, 0.2, 3), (0, 4.1, 0)), ((10.4, 0.2, 3), (0, -4.1, 0)),
            ((0.2, 8, 3), (5.1, 0, 0)), ((0.2, 8, 3), (-5.1, 0, 0)),
            ((10.4, 8.4, 0.1), (0, 0, 3.05)),
        ],
    )  # fmt: skip

    ground = survey_stage(user.stage).ground

    assert measure_floor(ground)[0] == pytest.approx([-5, -4, 5, 4])
    rows = ground.list_standing()
    assert rows[:, 0].min() < -5
    assert rows[:, 4].max() > 4
    inside = (rows[:, 3] > -4.9) & (rows[:, 0] < 4.9) & (rows[:, 4] > -3.9) & (rows[:, 1] < 3.9)
    assert not inside.any()


def test_survey_large_solid_block_is_not_free_inside():
    user = UserStage()
    user.add_plane("/World/Ground", square(30))
    user.add_box("/World/Block", (20, 20, 8), (0, 0, 0))
    ground = survey_stage(user.stage).ground
    assert measure_floor(ground)[0] == [-30, -30, 30, 30]
    spot = choose_spot(ground, 3, 3)
    assert not spot.needs_floor
    assert max(abs(spot.x), abs(spot.y)) >= 13.5


@pytest.mark.parametrize("thickness", [0.2, 0.01])
def test_survey_room_with_a_low_ceiling_has_room_for_low_things(thickness):
    user = UserStage()
    boxes = [((12, 12, thickness), (0, 0, -thickness)), ((12, 12, 0.1), (0, 0, 2.7))]
    user.add_boxes("/World/Room", [*boxes, ((12, 0.2, 2.7), (0, 5.9, 0))])
    ground = survey_stage(user.stage).ground
    assert not choose_spot(ground, 3, 3).needs_floor
    assert choose_spot(ground, 3, 3, height_m=4.0).needs_floor


def test_survey_room_modelled_from_inside_has_its_floor():
    user = UserStage()
    user.add_box("/World/Room", (10, 8, 3), (0, 0, 0)).GetAttribute("faceVertexIndices")
    mesh = UsdGeom.Mesh(user.stage.GetPrimAtPath("/World/Room"))
    mesh.GetFaceVertexIndicesAttr().Set(list(reversed(mesh.GetFaceVertexIndicesAttr().Get())))
    assert measure_floor(survey_stage(user.stage).ground)[0] == pytest.approx([-5, -4, 5, 4])


@pytest.mark.parametrize("frame", ["z_m", "y_cm"])
def test_survey_selected_table_top_is_the_floor(frame):
    user = UserStage(frame)
    user.add_plane("/World/Ground", square(10))
    user.add_boxes(
        "/World/Table/Top/mesh", [((2, 1, 0.05), (4, 0, 0.7)), ((0.1, 0.1, 0.7), (4, 0, 0))]
    )

    ground = survey_stage(user.stage, ["/World/Table"]).ground

    assert ground.floor == "selection"
    assert ground.height_m == pytest.approx(0.75, abs=1e-5)
    assert measure_floor(ground)[0] == pytest.approx([3, -0.5, 5, 0.5], abs=1e-4)
    # The table is what one stands on, not in the way.
    assert len(ground.list_standing()) == 0


@pytest.mark.parametrize("selected", ["/World/Lamp", "/World/Gone", "/World/Slope"])
def test_survey_selection_without_a_level_top_is_no_floor(selected):
    user = UserStage()
    user.add_plane("/World/Ground", square(10))
    UsdLux.SphereLight.Define(user.stage, "/World/Lamp")
    user.add_plane("/World/Slope", [(0, 0, 1), (2, 0, 1), (2, 2, 3), (0, 2, 3)])
    assert survey_stage(user.stage, [selected]).ground.floor == "largest_surface"


def test_survey_of_a_stage_without_geometry_stands_at_zero():
    ground = survey_stage(UserStage("y_cm").stage).ground
    assert (ground.floor, ground.height_m) == ("zero", 0.0)
    assert ground.floor_triangles.shape == (0, 3, 2)
    assert ground.list_standing().shape == (0, 6)


# --- what is not looked at ----------------------------------------------------------------------


def hide(prim):
    UsdGeom.Imageable(prim.GetParent()).MakeInvisible()


def make_guide(prim):
    UsdGeom.Imageable(prim.GetParent()).CreatePurposeAttr("guide")


def make_proxy(prim):
    UsdGeom.Imageable(prim).CreatePurposeAttr("proxy")


def deactivate(prim):
    prim.GetParent().SetActive(False)


@pytest.mark.parametrize("change", [hide, make_guide, make_proxy, deactivate])
def test_survey_what_is_not_drawn_is_neither_floor_nor_obstacle(change):
    user = UserStage()
    user.add_plane("/World/Ground", square(5))
    user.add_plane("/World/Hidden/Ground", square(50, z=0.02))
    change(user.add_box("/World/Hidden/Crate", (1, 1, 1), (0, 0, 0)))
    if change is make_proxy:
        make_proxy(user.stage.GetPrimAtPath("/World/Hidden/Ground"))

    ground = survey_stage(user.stage).ground

    assert measure_floor(ground)[0] == [-5, -5, 5, 5]
    assert len(ground.list_standing()) == 0


@pytest.mark.parametrize(
    "path", ["/OmniverseKit_Persp/Grid", "/OmniKit_Viewport/Grid", "/Render/G"]
)
def test_survey_prims_of_the_app_are_ignored(path):
    user = UserStage(default_prim=None)
    user.add_plane(path, square(50))
    UsdLux.DomeLight.Define(user.stage, Sdf.Path(path).GetParentPath().AppendChild("Light"))
    survey = survey_stage(user.stage)
    assert survey.is_empty
    assert not survey.has_lights
    assert not survey.ground.has_floor


@pytest.mark.parametrize("path", ["/Rendering/Crate", "/RenderedHall"])
def test_survey_prims_that_are_only_named_alike_count(path):
    user = UserStage(default_prim=None)
    user.add_box(path, (1, 1, 1), (0, 0, 0))
    survey = survey_stage(user.stage)
    assert not survey.is_empty
    assert len(survey.ground.list_standing()) == 1


def test_survey_of_a_very_large_stage_says_that_it_is_not_complete(monkeypatch):
    monkeypatch.setattr(survey_module, "GPRIM_LIMIT", 3)
    user = UserStage()
    for number in range(5):
        user.add_box(f"/World/Crate_{number}", (1, 1, 1), (3 * number, 0, 0))
    survey = survey_stage(user.stage)
    assert not survey.is_complete
    assert len(survey.ground.obstacles) == 3
    monkeypatch.undo()
    assert survey_stage(user.stage).is_complete


def test_survey_prims_that_vanish_meanwhile_are_told():
    user = UserStage()
    for number in range(5):
        user.add_box(f"/World/Crate_{number}", (1, 1, 1), (3 * number, 0, 0))
    steps = iterate_survey(user.stage)
    for _ in range(3):
        next(steps)
    user.stage.RemovePrim("/World")
    with pytest.raises(StageError, match="changed"):
        list(steps)


# --- names, lights, time --------------------------------------------------------------------------


def test_survey_looks_step_by_step():
    user = UserStage()
    for number in range(5):
        user.add_box(f"/World/Crate_{number}", (1, 1, 1), (3 * number, 0, 0))
    assert len(list(iterate_survey(user.stage))) == 6


@pytest.mark.parametrize(
    "light", [UsdLux.DistantLight, UsdLux.DomeLight, UsdLux.RectLight, UsdLux.SphereLight]
)
def test_survey_lights_are_found(light):
    user = UserStage()
    user.add_box("/World/Crate", (1, 1, 1), (0, 0, 0))
    assert not survey_stage(user.stage).has_lights
    light.Define(user.stage, "/Environment/Light")
    assert survey_stage(user.stage).has_lights


def test_survey_scene_name_is_the_first_free_one():
    user = UserStage()
    assert survey_stage(user.stage).scene_path == "/World/Clappper/Scene_001"
    for number in (1, 2, 4):
        UsdGeom.Xform.Define(user.stage, f"/World/Clappper/Scene_{number:03d}")
    assert survey_stage(user.stage).scene_path == "/World/Clappper/Scene_003"
    user.stage.OverridePrim("/World/Clappper/Scene_003")
    assert survey_stage(user.stage).scene_name == "Scene_005"


@pytest.mark.parametrize(
    ("default_prim", "others", "parent"),
    [
        (None, (), "/World/Clappper"),
        (None, ("/Set",), "/World/Clappper"),
        ("/Set", ("/World",), "/Set/Clappper"),
        ("/World", (), "/World/Clappper"),
    ],
)
def test_survey_scenes_go_below_the_default_prim_or_world(default_prim, others, parent):
    user = UserStage(default_prim=default_prim)
    for path in others:
        UsdGeom.Xform.Define(user.stage, path)
    assert survey_stage(user.stage).parent_path == parent


@pytest.mark.parametrize(
    ("path", "is_transformed"),
    [("/World", True), ("/World/Clappper", True), ("/World/Beside", False)],
)
def test_survey_transform_above_the_scene_is_seen(path, is_transformed):
    user = UserStage()
    assert not survey_stage(user.stage).is_transformed
    UsdGeom.Xform.Define(user.stage, path).AddScaleOp().Set(Gf.Vec3f(2))
    assert survey_stage(user.stage).is_transformed == is_transformed


def test_survey_empty_stage_lets_the_film_choose_its_time_codes():
    stage = Usd.Stage.CreateInMemory()
    survey = survey_stage(stage)
    assert survey.is_empty
    assert not survey.keeps_time_codes
    assert survey.time_range is None


@pytest.mark.parametrize("what", ["content", "rate", "locked"])
def test_survey_stage_that_counts_its_time_keeps_it(what):
    stage = Usd.Stage.CreateInMemory()
    if what == "content":
        UsdGeom.Xform.Define(stage, "/Anything")
    elif what == "rate":
        stage.SetTimeCodesPerSecond(60.0)
    else:
        stage.GetRootLayer().SetPermissionToEdit(False)
    survey = survey_stage(stage)
    assert survey.keeps_time_codes
    assert survey.time_codes_per_second == (60.0 if what == "rate" else 24.0)


def test_survey_time_range_is_the_authored_one():
    user = UserStage()
    user.stage.SetStartTimeCode(10)
    user.stage.SetEndTimeCode(90)
    assert survey_stage(user.stage).time_range == (10.0, 90.0)


def test_survey_changes_nothing():
    user = UserStage()
    user.add_box("/World/Crate", (1, 1, 1), (0, 0, 0))
    before = [layer.ExportToString() for layer in user.stage.GetLayerStack()]
    survey_stage(user.stage, ["/World/Crate"])
    assert [layer.ExportToString() for layer in user.stage.GetLayerStack()] == before


# --- what came of it --------------------------------------------------------------------------


def test_count_instances_leaves_out_what_is_hidden_or_empty(tmp_path):
    asset = Usd.Stage.CreateNew(str(tmp_path / "box.usda"))
    asset.SetDefaultPrim(UsdGeom.Xform.Define(asset, "/Box").GetPrim())
    UsdGeom.Cube.Define(asset, "/Box/Cube")
    asset.GetRootLayer().Save()
    stage = Usd.Stage.CreateInMemory()
    scene = Sdf.Path("/World/Clappper/Scene_001")
    for name, instanceable in (("box_01", True), ("box_02", False), ("box_03", True)):
        path = scene.AppendPath(f"Items/box/{name}")
        prim = UsdGeom.Xform.Define(stage, path).GetPrim()
        prim.SetCustomDataByKey("clappper:item", "box")
        inner = UsdGeom.Xform.Define(stage, path.AppendChild("asset")).GetPrim()
        inner.GetPayloads().AddPayload(str(tmp_path / "box.usda"))
        inner.SetInstanceable(instanceable)
    assert count_instances(stage, scene) == 3

    with Usd.EditContext(stage, stage.GetSessionLayer()):
        stage.GetPrimAtPath(scene.AppendPath("Items/box/box_01")).SetActive(False)
    assert count_instances(stage, scene) == 2
    stage.Unload(scene.AppendPath("Items/box/box_02"))
    assert count_instances(stage, scene) == 1
    assert count_instances(stage, scene.AppendChild("Nowhere")) == 0
