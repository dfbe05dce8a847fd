"""Assets of every make and frame, measured, placed and measured again on stages of every frame."""

from __future__ import annotations

import functools
from itertools import product

import pytest
from pxr import Gf, Usd, UsdGeom, UsdShade

from clappper.core.catalog.measure import measure_asset
from clappper.core.stage.asset_source import SourceReader
from clappper.core.stage.builder import build_scene
from clappper.core.stage.instances import PlacedAsset, compute_display_name
from clappper.core.stage.target import create_stage_target
from clappper.core.units import Vec3
from support.plans import make_item, make_plan
from support.scenes import make_asset, make_parts, make_placement
from support.strange_assets import MAKES, to_layout, write_asset

UNITS = (0.01, 0.1, 1.0, 0.0254)
FRAMES = list(product("YZ", UNITS))
#: Frames of asset and stage: every pair for two makes, four unlike ones for the others.
FEW = [
    (("Y", 0.01), ("Z", 1.0)),
    (("Z", 1.0), ("Y", 0.01)),
    (("Y", 0.0254), ("Z", 0.1)),
    (("Z", 0.1), ("Y", 0.0254)),
]
CASES = [
    (make, *frames)
    for make in MAKES
    for frames in (product(FRAMES, FRAMES) if make in ("plain", "own_ops") else FEW)
]
INSTANCE = "/World/Items/box/box_01"
#: Where body with nose, and the nose alone, stand at (2, -3, 0.5) when they face +X [m].
WHOLE = (1.45, -3.3, 0.5), (2.55, -2.7, 2.5)
NOSE = (2.45, -3.05, 2.4), (2.55, -2.95, 2.5)


@pytest.fixture(scope="module")
def find_asset(tmp_path_factory):
    """Return a function that gives file and measure of a make in a frame, made once."""

    @functools.cache
    def find(make, frame):
        file = tmp_path_factory.mktemp("asset") / "asset.usda"
        write_asset(file, make, up_axis=frame[0], meters_per_unit=frame[1])
        return file, measure_asset(file, asset_id="id_box")[0]

    return find


@pytest.fixture
def place(find_asset, tmp_path):
    """Return a function that builds a stage with one asset facing east; it gives what was told."""

    def place_one(make, asset_frame=("Z", 1.0), stage_frame=("Z", 1.0), **asset):
        file, measure = find_asset(make, asset_frame)
        target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=24)
        UsdGeom.SetStageUpAxis(target.stage, stage_frame[0])
        UsdGeom.SetStageMetersPerUnit(target.stage, stage_frame[1])
        placed = PlacedAsset(make_asset(**asset), measure, file.as_posix())
        at = make_placement(translation_m=Vec3(x=2.0, y=-3.0, z=0.5), yaw_deg=90.0)
        plan = make_plan(items=[make_item("box")])
        return target.stage, build_scene(target, plan, make_parts(placed, [at]))

    return place_one


def compute_box(stage, prim, time=1.0, **options):
    """Return the world bound of a prim in metres, Z up."""
    cache = UsdGeom.BBoxCache(time, ["default", "render"], **options)
    bound = cache.ComputeWorldBound(prim).ComputeAlignedRange()
    frame = UsdGeom.GetStageUpAxis(stage), UsdGeom.GetStageMetersPerUnit(stage)
    corners = Gf.Range3d()
    for i in range(8):
        corners.UnionWith(to_layout(bound.GetCorner(i), *frame))
    return corners


def find_prim(stage, name):
    prims = Usd.PrimRange(stage.GetPrimAtPath(INSTANCE), Usd.TraverseInstanceProxies())
    return next(prim for prim in prims if prim.GetName() == name)


def assert_box(box, expected):
    assert Gf.IsClose(box.GetMin(), Gf.Vec3d(*expected[0]), 1e-5)
    assert Gf.IsClose(box.GetMax(), Gf.Vec3d(*expected[1]), 1e-5)


@pytest.mark.parametrize(("make", "asset_frame", "stage_frame"), CASES)
def test_asset_of_any_make_and_frame_stands_upright_on_its_spot_and_faces_as_placed(
    place, make, asset_frame, stage_frame
):
    stage, built = place(make, asset_frame, stage_frame)

    prim = stage.GetPrimAtPath(INSTANCE)
    assert_box(compute_box(stage, prim), WHOLE)
    assert_box(compute_box(stage, find_prim(stage, "Nose")), NOSE)
    assert [issue.code for issue in built.issues if issue.severity != "info"] == []
    hint = compute_box(stage, prim, useExtentsHint=True)
    assert_box(hint, WHOLE)


@pytest.mark.parametrize("make", MAKES)
def test_asset_of_any_make_keeps_the_model_hierarchy(place, make):
    stage, _ = place(make)

    kinds = {
        str(path): Usd.ModelAPI(stage.GetPrimAtPath(path)).GetKind()
        for path in ("/World", "/World/Items", "/World/Items/box", INSTANCE, f"{INSTANCE}/asset")
    }
    assert list(kinds.values()) == ["assembly", "group", "group", "component", "subcomponent"]
    assert [p.GetPath() for p in stage.Traverse() if p.IsModel() and not p.IsGroup()] == [INSTANCE]


@pytest.mark.parametrize(
    "make", [m for m in MAKES if not m.startswith(("lights", "several", "reset_i"))]
)
def test_asset_of_an_ordinary_make_is_one_shared_instance(place, make):
    stage, built = place(make)

    asset = stage.GetPrimAtPath(f"{INSTANCE}/asset")
    assert asset.IsInstance()
    assert list(stage.GetRootLayer().GetPrimAtPath(asset.GetPath()).nameChildren) == []
    assert built.issues == ()


@pytest.mark.parametrize("make", ["lights", "lights_in_instance"])
def test_asset_with_a_light_for_everything_around_it_has_it_turned_off(place, make):
    stage, built = place(make)

    lights = {
        p.GetName()
        for p in stage.Traverse(Usd.TraverseInstanceProxies())
        if "Light" in p.GetTypeName()
    }
    assert lights == ({"Lamp"} if make == "lights" else set())
    assert [issue.code for issue in built.issues] == ["ASSUMPTION"]
    assert "asset.usda brings a light" in built.issues[0].message


def test_asset_with_several_roots_keeps_the_materials_beside_them(place):
    stage, _ = place("several_roots")

    for name in ("Body", "Nose"):
        material, _ = UsdShade.MaterialBindingAPI(find_prim(stage, name)).ComputeBoundMaterial()
        assert material.GetPath() == f"{INSTANCE}/asset/Looks/Paint"
    names = [child.GetName() for child in stage.GetPrimAtPath(f"{INSTANCE}/asset").GetChildren()]
    assert names == ["Looks", "BodyRoot", "NoseRoot"]


@pytest.mark.parametrize("frame", [("Z", 1.0), ("Y", 0.01)])
def test_instances_of_one_asset_each_stand_where_they_were_placed(find_asset, tmp_path, frame):
    file, measure = find_asset("plain", ("Y", 0.01))
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=1)
    UsdGeom.SetStageUpAxis(target.stage, frame[0])
    UsdGeom.SetStageMetersPerUnit(target.stage, frame[1])
    spots = [(2.0, -3.0, 0.5, 90.0), (-1.0, 4.0, 0.0, 0.0), (0.0, 0.0, 0.0, 180.0)]
    placements = [
        make_placement(id=f"box_{i:02d}", translation_m=Vec3(x=x, y=y, z=z), yaw_deg=yaw)
        for i, (x, y, z, yaw) in enumerate(spots, start=1)
    ]
    placed = PlacedAsset(make_asset(), measure, file.as_posix())
    plan = make_plan(items=[make_item("box", len(spots))])

    build_scene(target, plan, make_parts(placed, placements))

    # The body is 0.6 m wide and 1.1 m deep with its nose, which turns with it.
    halves = [(0.55, 0.3), (0.3, 0.55), (0.3, 0.55)]
    for prim, (x, y, z, _), (half_x, half_y) in zip(
        target.stage.GetPrimAtPath("/World/Items/box").GetChildren(), spots, halves, strict=True
    ):
        low, high = (x - half_x, y - half_y, z), (x + half_x, y + half_y, z + 2.0)
        assert_box(compute_box(target.stage, prim), (low, high))


def test_animated_asset_keeps_playing_where_it_stands(place):
    stage, _ = place("animated", ("Y", 0.01))

    low, high = compute_box(stage, find_prim(stage, "Nose"), 24).GetMin(), NOSE[1]
    assert Gf.IsClose(low, Gf.Vec3d(NOSE[0][0] + 1.0, *NOSE[0][1:]), 1e-5)
    assert high[0] < low[0]


@pytest.mark.parametrize(
    ("size_mb", "is_payload"), [(0.1, False), (19.9, False), (20.0, True), (400.0, True)]
)
@pytest.mark.parametrize("make", ["plain", "several_roots"])
def test_heavy_asset_is_a_payload_that_can_be_left_out(place, tmp_path, make, size_mb, is_payload):
    stage, _ = place(make, file_size_mb=size_mb)
    stage.GetRootLayer().Save()

    bare = Usd.Stage.Open(str(tmp_path / "scene.usda"), Usd.Stage.LoadNone)

    prim = bare.GetPrimAtPath(INSTANCE)
    assert any(p.HasAuthoredPayloads() for p in Usd.PrimRange.AllPrims(prim)) == is_payload
    meshes = [p for p in bare.Traverse(Usd.TraverseInstanceProxies()) if p.IsA(UsdGeom.Mesh)]
    assert bool(meshes) != is_payload
    assert_box(compute_box(bare, prim, useExtentsHint=True), WHOLE)


@pytest.mark.parametrize(("triangles", "is_heavy"), [(99_999, False), (100_000, True)])
def test_asset_of_many_triangles_is_heavy_whatever_its_file(find_asset, triangles, is_heavy):
    file, measure = find_asset("plain", ("Z", 1.0))
    measure = measure.model_copy(update={"triangle_count": triangles})

    assert PlacedAsset(make_asset(), measure, file.as_posix()).is_heavy is is_heavy


@pytest.mark.parametrize(
    ("noun", "name", "expected"),
    [
        ("forklift", "forklift_01", "Forklift 1"),
        ("pallet rack", "rack_120", "Pallet rack 120"),
        ("TV stand", "tv_2_007", "TV stand 7"),
        ("forklift", "", "Forklift"),
        ("", "x", ""),
    ],
)
def test_display_name_is_what_a_person_would_say(noun, name, expected):
    assert compute_display_name(noun, name) == expected


def test_instances_tell_their_display_names(place):
    stage, _ = place("plain")

    assert stage.GetPrimAtPath(INSTANCE).GetMetadata("displayName") == "Box 1"
    assert stage.GetPrimAtPath("/World/Items/box").GetMetadata("displayName") == "Box"


def test_asset_that_does_not_open_is_told_and_keeps_its_place(tmp_path):
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=1)
    write_asset(tmp_path / "asset.usda", "plain")
    measure, _ = measure_asset(tmp_path / "asset.usda", asset_id="id_box")
    (tmp_path / "broken.usda").write_text("#usda 1.0\nno usd (")
    broken = PlacedAsset(make_asset(), measure, "./broken.usda")
    good = PlacedAsset(make_asset("id_good"), measure, "./asset.usda")
    parts = make_parts(
        broken,
        [make_placement(id="box_01"), make_placement(id="box_02", asset_id="id_good")],
        assets={"id_box": broken, "id_good": good},
    )

    built = build_scene(target, make_plan(items=[make_item("box", 2)]), parts)

    (issue,) = built.issues
    assert (issue.code, issue.severity) == ("ASSET_UNRESOLVED", "error")
    assert "broken.usda" in issue.message
    stage = target.stage
    names = [p.GetName() for p in stage.GetPrimAtPath("/World/Items/box").GetChildren()]
    assert names == ["box_01", "box_02"]
    assert stage.GetPrimAtPath("/World/Items/box/box_02/asset/Body")
    hint = UsdGeom.ModelAPI(stage.GetPrimAtPath(INSTANCE)).GetExtentsHint()
    assert hint[1] == Gf.Vec3f(0.3, 0.55, 2.0)


def test_source_of_a_file_without_any_root_refers_to_it_as_it_is(tmp_path):
    stage = Usd.Stage.CreateNew(str(tmp_path / "empty.usda"))
    stage.GetRootLayer().Save()

    source = SourceReader(stage.GetRootLayer()).read("./empty.usda")

    assert (source.roots, source.own_ops, dict(source.overs)) == ((), None, {})
