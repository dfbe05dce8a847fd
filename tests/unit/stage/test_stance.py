"""Leaning, scaled, mirrored and exchanged assets, told from the asset file's own frame."""

from __future__ import annotations

import pytest
from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.stage.certificate import compute_certificate
from clappper.core.stage.inspect import read_scene
from clappper.core.stage.stance import Stance, find_mixed
from support.stages import SceneStage, write_asset

CUBE = [((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))]


def write_file(path, *, up_axis="Z", unit=1.0, root_ops=()):
    """Write a cube of 1 m that stands on the asset's origin, in any frame."""
    write_asset(path, CUBE)
    stage = Usd.Stage.Open(str(path))
    points = UsdGeom.Mesh(stage.GetPrimAtPath("/Asset/mesh")).GetPointsAttr()
    moved = [
        Gf.Vec3f(x, z, -y) if up_axis == "Y" else Gf.Vec3f(x, y, z) for x, y, z in points.Get()
    ]
    points.Set([point / unit for point in moved])
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, unit)
    root = UsdGeom.Xformable(stage.GetPrimAtPath("/Asset"))
    for axis, value in root_ops:
        root.AddXformOp(axis, UsdGeom.XformOp.PrecisionDouble).Set(value)
    stage.GetRootLayer().Save()
    return path


def place(scene, asset, *, ops=()):
    """Add an instance and put our ops before the asset's own."""
    path = scene.add("box", (0.0, 0.0, 0.0), asset=asset)
    inner = UsdGeom.Xformable(scene.stage.GetPrimAtPath(f"{path}/asset"))
    own = [str(name) for name in inner.GetXformOpOrderAttr().Get() or ()]
    added = []
    for axis, value in ops:
        op = inner.AddXformOp(axis, UsdGeom.XformOp.PrecisionDouble, "ours")
        op.Set(value)
        added.append(op.GetOpName())
    inner.CreateXformOpOrderAttr([*added, *own])
    return path


ROTATE_X, SCALE = UsdGeom.XformOp.TypeRotateX, UsdGeom.XformOp.TypeScale


@pytest.mark.parametrize(
    ("frame", "ops"),
    [
        ({}, []),
        ({"unit": 0.01}, [(SCALE, Gf.Vec3d(0.01))]),
        ({"up_axis": "Y"}, [(ROTATE_X, 90.0)]),
        ({"up_axis": "Y", "unit": 0.0254}, [(ROTATE_X, 90.0), (SCALE, Gf.Vec3d(0.0254))]),
    ],
    ids=["same", "centimetres", "y_up", "y_up_inches"],
)
def test_asset_in_any_frame_that_is_corrected_stands_upright_and_true(tmp_path, frame, ops):
    scene = SceneStage()
    place(scene, write_file(tmp_path / "cube.usda", **frame), ops=ops)

    read = read_scene(scene.stage)

    assert read.distorted == ()
    assert read.instances[0].lean_deg == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("frame", "ops"),
    [
        ({"unit": 0.01}, []),
        ({}, [(SCALE, Gf.Vec3d(1.02))]),
        ({}, [(SCALE, Gf.Vec3d(1.0, 1.0, 1.02))]),
        ({}, [(SCALE, Gf.Vec3d(-1.0, 1.0, 1.0))]),
    ],
    ids=["unit_ignored", "larger", "taller", "mirrored"],
)
def test_asset_that_is_not_its_real_size_is_a_units_error(tmp_path, frame, ops):
    scene = SceneStage()
    path = place(scene, write_file(tmp_path / "cube.usda", **frame), ops=ops)

    certificate = compute_certificate(scene.stage, plan=None, validate=False)

    assert ("UNITS", path) in {(issue.code, issue.prim_path) for issue in certificate.issues}
    assert not certificate.ok


def test_own_transform_of_an_asset_belongs_to_it(tmp_path):
    scene = SceneStage()
    ops = [(UsdGeom.XformOp.TypeRotateX, 10.0), (SCALE, Gf.Vec3d(2.0, 1.0, 1.0))]
    place(scene, write_file(tmp_path / "cube.usda", root_ops=ops))

    read = read_scene(scene.stage)

    assert read.distorted == ()
    assert read.instances[0].lean_deg == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("root_ops", "unit"), [([(SCALE, Gf.Vec3d(0.0, 1.0, 1.0))], 1.0), ([], 0.0)]
)
def test_asset_file_in_a_frame_that_is_none_leaves_its_instance_to_be_judged_itself(
    tmp_path, root_ops, unit
):
    asset = write_file(tmp_path / "cube.usda", root_ops=root_ops)
    layer = Sdf.Layer.FindOrOpen(str(asset))
    layer.pseudoRoot.SetInfo("metersPerUnit", unit)
    scene = SceneStage()
    place(scene, asset)

    assert read_scene(scene.stage).distorted == ()


@pytest.mark.parametrize("is_inner", [False, True])
def test_thing_that_leans_on_its_edge_is_unsupported(is_inner, tmp_path):
    scene = SceneStage()
    path = place(scene, write_file(tmp_path / "cube.usda"))
    target = UsdGeom.Xformable(scene.stage.GetPrimAtPath(f"{path}/asset" if is_inner else path))
    target.AddRotateXOp(UsdGeom.XformOp.PrecisionDouble, "tip").Set(90.0)
    translate = scene.stage.GetPrimAtPath(path).GetAttribute("xformOp:translate")
    translate.Set(Gf.Vec3d(0.0, 0.5, 0.5))

    certificate = compute_certificate(scene.stage, plan=None, validate=False)

    errors = [issue for issue in certificate.issues if issue.severity == "error"]
    assert [(issue.code, issue.prim_path) for issue in errors] == [("UNSUPPORTED", path)]
    assert "leans by 90.0 degrees" in errors[0].message
    assert certificate.geometry.unsupported == (path,)


def test_thing_that_shows_another_file_than_its_like_is_named(tmp_path):
    files = [write_file(tmp_path / f"{name}.usda") for name in ("a", "b")]
    scene = SceneStage()
    paths = [
        scene.add("box", (2.0 * x, 0.0, 0.0), asset=files[1 if x == 1 else 0]) for x in (-1, 0, 1)
    ]
    for path in paths:
        scene.stage.GetPrimAtPath(path).SetCustomDataByKey("clappper:assetId", "a1")

    certificate = compute_certificate(scene.stage, plan=None, validate=False)

    found = [issue.prim_path for issue in certificate.issues if issue.code == "ASSET_UNRESOLVED"]
    assert found == [paths[2]]


def test_mixed_files_without_a_majority_are_all_named():
    def make(name, asset_id, file):
        return Stance(f"/{name}", 0.0, False, asset_id, file and (file, "/Root"))

    stances = [make("a", "x", "1"), make("b", "x", "2"), make("c", "y", "3"), make("d", "y", None)]

    assert find_mixed(stances) == ["/a", "/b"]


@pytest.mark.parametrize(("up_axis", "unit"), [("Z", 1.0), ("Y", 0.01)])
@pytest.mark.parametrize(("height", "is_told"), [(1.0, False), (1.02, True)])
def test_thing_of_another_extent_than_it_was_placed_with_is_told(up_axis, unit, height, is_told):
    scene = SceneStage(up_axis, unit)
    path = scene.add("box", (0.0, 0.0, 0.0), yaw_deg=30.0)
    corners = [scene.to_stage(point) for point in ((-0.5, -0.5, 0.0), (0.5, 0.5, height))]
    hint = [Gf.Vec3f(*(choose(c[i] for c in corners) for i in range(3))) for choose in (min, max)]
    UsdGeom.ModelAPI.Apply(scene.stage.GetPrimAtPath(path)).SetExtentsHint(hint)

    certificate = compute_certificate(scene.stage, plan=None, validate=False)

    told = [issue.prim_path for issue in certificate.issues if issue.code == "UNITS"]
    assert told == ([path] if is_told else [])


def test_extent_that_an_asset_file_tells_of_itself_is_not_the_one_it_was_placed_with(tmp_path):
    source = Usd.Stage.CreateNew(str(tmp_path / "asset.usda"))
    root = UsdGeom.Xform.Define(source, "/Asset").GetPrim()
    source.SetDefaultPrim(root)
    UsdGeom.ModelAPI.Apply(root).SetExtentsHint([Gf.Vec3f(-9.0), Gf.Vec3f(9.0)])
    source.GetRootLayer().Save()
    scene = SceneStage()
    path = scene.add("box", (0.0, 0.0, 0.0))
    scene.stage.GetPrimAtPath(path).GetReferences().AddReference(str(tmp_path / "asset.usda"))

    assert read_scene(scene.stage).resized == ()


def test_thing_between_a_small_floor_and_a_far_wall_is_out_of_bounds():
    scene = SceneStage(size=(8.0, 6.0, 3.0))
    path = scene.add("box", (2.0, 0.0, 0.0))
    floor = UsdGeom.Xformable(scene.stage.GetPrimAtPath("/World/Environment/Floor"))
    floor.AddScaleOp().Set(Gf.Vec3f(0.2, 0.9, 1.0))

    certificate = compute_certificate(scene.stage, plan=None, validate=False)

    assert certificate.geometry.out_of_bounds == (path,)
