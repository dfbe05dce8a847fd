"""Measuring small stages whose size is known by hand: a box 2 m wide, 1 m deep, 3 m high."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from clappper.core.catalog.measure import measure_asset
from clappper.core.errors import AssetUnresolvedError

SIZE_M = (2.0, 1.0, 3.0)


def make_stage(path, *, up_axis="Z", meters_per_unit=1.0, default_prim="Asset"):
    stage = Usd.Stage.CreateNew(str(path))
    if up_axis:
        UsdGeom.SetStageUpAxis(stage, up_axis)
    if meters_per_unit is not None:
        UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
    root = UsdGeom.Xform.Define(stage, "/Asset").GetPrim()
    if default_prim:
        stage.SetDefaultPrim(root)
    return stage


def add_box(stage, path, low, high):
    """Author a box mesh of 6 quads between two corners, in stage units."""
    corners = [
        (x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])
    ]
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr(Vt.Vec3fArray([Gf.Vec3f(*corner) for corner in corners]))
    mesh.CreateFaceVertexCountsAttr([4] * 6)
    mesh.CreateFaceVertexIndicesAttr([index for quad in quads for index in quad])
    mesh.CreateExtentAttr([Gf.Vec3f(*low), Gf.Vec3f(*high)])
    return mesh


def save(stage):
    stage.Save()
    return stage.GetRootLayer().realPath


def measure(path):
    return measure_asset(Path(path), asset_id="box")


def make_box_file(path, *, offset=(0.0, 0.0, 0.0), **stage_fields):
    """Write the box with its footprint centre at an offset [m, layout frame]."""
    stage = make_stage(path, **stage_fields)
    unit = stage_fields.get("meters_per_unit", 1.0) or 0.01
    low = np.array((-1.0, -0.5, 0.0)) + offset
    high = np.array((1.0, 0.5, 3.0)) + offset
    if (stage_fields.get("up_axis", "Z") or "Y") == "Y":
        # The inverse of (x, y, z) -> (x, -z, y).
        low, high = np.array((low[0], low[2], -high[1])), np.array((high[0], high[2], -low[1]))
    add_box(stage, "/Asset/Box", low / unit, high / unit)
    return save(stage)


@pytest.mark.parametrize("up_axis", ["Y", "Z"])
@pytest.mark.parametrize("meters_per_unit", [1.0, 0.01, 0.001, 0.0254])
@pytest.mark.parametrize(
    "offset", [(0.0, 0.0, 0.0), (4.0, -1.5, 0.25)], ids=["centred", "off_centre"]
)
def test_measure_asset_axes_units_and_pivots_give_the_same_metres(
    tmp_path, up_axis, meters_per_unit, offset
):
    path = make_box_file(
        tmp_path / "box.usda", offset=offset, up_axis=up_axis, meters_per_unit=meters_per_unit
    )

    result, issues = measure(path)

    assert result.size_m.as_tuple() == pytest.approx(SIZE_M, abs=1e-5)
    assert result.origin_m.as_tuple() == pytest.approx(offset, abs=1e-5)
    assert (result.up_axis, result.meters_per_unit) == (up_axis, meters_per_unit)
    assert (result.is_measured, result.triangle_count, result.default_prim) == (True, 12, "Asset")
    assert issues == []


def test_measure_asset_missing_metrics_take_the_usd_fallbacks_and_say_so(tmp_path):
    path = make_box_file(tmp_path / "box.usda", up_axis=None, meters_per_unit=None)

    result, issues = measure(path)

    assert (result.up_axis, result.meters_per_unit) == ("Y", 0.01)
    assert result.size_m.as_tuple() == pytest.approx(SIZE_M, abs=1e-5)
    assert [(issue.code, issue.severity) for issue in issues] == [("UNITS", "warning")] * 2


def test_measure_asset_root_transform_counts(tmp_path):
    stage = make_stage(tmp_path / "box.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    UsdGeom.Xformable(stage.GetPrimAtPath("/Asset")).AddTranslateOp().Set(Gf.Vec3d(5, 0, 2))

    result, _ = measure(save(stage))

    assert result.origin_m.as_tuple() == (5.5, 0.5, 2.0)


def test_measure_asset_rotated_part_is_bounded_by_its_points(tmp_path):
    stage = make_stage(tmp_path / "box.usda")
    mesh = UsdGeom.Mesh.Define(stage, "/Asset/Blade")
    mesh.CreatePointsAttr([(-1, 0, 0), (1, 0, 0), (0, 1, 0)])
    mesh.CreateFaceVertexCountsAttr([3])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 2])
    mesh.CreateExtentAttr([(-9, -9, -9), (9, 9, 9)])
    UsdGeom.Xformable(mesh).AddRotateZOp().Set(45.0)

    result, _ = measure(save(stage))

    root2 = 2.0**0.5
    assert result.size_m.x == pytest.approx(root2, abs=1e-5)
    assert result.size_m.y == pytest.approx(root2, abs=1e-5)
    assert result.size_m.z == 0.001
    assert result.triangle_count == 1


def test_measure_asset_nested_references_and_payloads_are_followed(tmp_path):
    make_box_file(tmp_path / "leaf.usda")
    middle = make_stage(tmp_path / "middle.usda")
    middle.OverridePrim("/Asset/Leaf").GetReferences().AddReference("./leaf.usda")
    save(middle)
    top = make_stage(tmp_path / "top.usda")
    prim = UsdGeom.Xform.Define(top, "/Asset/Middle")
    prim.GetPrim().GetPayloads().AddPayload("./middle.usda")
    prim.AddTranslateOp().Set(Gf.Vec3d(10, 0, 0))

    result, _ = measure(save(top))

    assert result.size_m.as_tuple() == SIZE_M
    assert result.origin_m.as_tuple() == (10.0, 0.0, 0.0)


def test_measure_asset_instances_count_each_time(tmp_path):
    make_box_file(tmp_path / "leaf.usda")
    stage = make_stage(tmp_path / "pair.usda")
    for number, x in enumerate((0.0, 8.0)):
        prim = UsdGeom.Xform.Define(stage, f"/Asset/Box_{number}")
        prim.GetPrim().GetReferences().AddReference("./leaf.usda")
        prim.GetPrim().SetInstanceable(True)
        prim.AddTranslateOp().Set(Gf.Vec3d(x, 0, 0))

    result, _ = measure(save(stage))

    assert result.size_m.as_tuple() == (10.0, 1.0, 3.0)
    assert result.triangle_count == 24


def test_measure_asset_point_instancer_is_bounded(tmp_path):
    stage = make_stage(tmp_path / "many.usda")
    instancer = UsdGeom.PointInstancer.Define(stage, "/Asset/Many")
    add_box(stage, "/Asset/Many/Prototypes/Box", (0, 0, 0), (1, 1, 1))
    instancer.CreatePrototypesRel().AddTarget("/Asset/Many/Prototypes/Box")
    instancer.CreateProtoIndicesAttr([0, 0])
    instancer.CreatePositionsAttr([(0, 0, 0), (3, 0, 0)])

    result, _ = measure(save(stage))

    assert result.size_m.as_tuple() == (4.0, 1.0, 1.0)


def test_measure_asset_without_default_prim_measures_all_roots(tmp_path):
    stage = make_stage(tmp_path / "loose.usda", default_prim=None)
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    add_box(stage, "/Other", (2, 0, 0), (3, 1, 1))

    result, _ = measure(save(stage))

    assert result.default_prim is None
    assert result.size_m.as_tuple() == (3.0, 1.0, 1.0)


def test_measure_asset_outside_the_default_prim_is_not_the_asset(tmp_path):
    stage = make_stage(tmp_path / "box.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    add_box(stage, "/Ground", (-50, -50, -1), (50, 50, 0))

    assert measure(save(stage))[0].size_m.as_tuple() == (1.0, 1.0, 1.0)


def test_measure_asset_invisible_guide_and_proxy_parts_do_not_count(tmp_path):
    stage = make_stage(tmp_path / "box.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    add_box(stage, "/Asset/Hidden", (0, 0, 0), (9, 1, 1)).MakeInvisible()
    for purpose in (UsdGeom.Tokens.guide, UsdGeom.Tokens.proxy):
        add_box(stage, f"/Asset/{purpose}", (0, 0, 0), (9, 1, 1)).CreatePurposeAttr(purpose)
    add_box(stage, "/Asset/Render", (0, 0, 0), (1, 1, 2)).CreatePurposeAttr(UsdGeom.Tokens.render)

    assert measure(save(stage))[0].size_m.as_tuple() == (1.0, 1.0, 2.0)


def test_measure_asset_other_gprims_are_bounded(tmp_path):
    stage = make_stage(tmp_path / "ball.usda")
    UsdGeom.Sphere.Define(stage, "/Asset/Ball").CreateRadiusAttr(0.5)

    result, _ = measure(save(stage))

    assert result.size_m.as_tuple() == (1.0, 1.0, 1.0)
    assert result.origin_m.as_tuple() == (0.0, 0.0, -0.5)


def test_measure_asset_animated_points_take_the_first_frame(tmp_path):
    stage = make_stage(tmp_path / "box.usda")
    mesh = add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    points = np.array(mesh.GetPointsAttr().Get())
    mesh.GetPointsAttr().Clear()
    for time, scale in ((1, 2.0), (10, 9.0)):
        mesh.GetPointsAttr().Set(Vt.Vec3fArray.FromNumpy((points * scale).astype(np.float32)), time)

    assert measure(save(stage))[0].size_m.as_tuple() == (2.0, 2.0, 2.0)


def test_measure_asset_missing_reference_is_a_warning(tmp_path):
    stage = make_stage(tmp_path / "box.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    stage.OverridePrim("/Asset/Lost").GetReferences().AddReference("./absent.usda")

    result, issues = measure(save(stage))

    assert result.is_measured
    assert [(issue.code, issue.severity) for issue in issues] == [("ASSET_UNRESOLVED", "warning")]


def refuse(stage):
    with pytest.raises(AssetUnresolvedError) as caught:
        measure(save(stage))
    return str(caught.value)


def test_measure_asset_empty_stage_is_refused(tmp_path):
    assert "no visible geometry" in refuse(make_stage(tmp_path / "empty.usda"))


def test_measure_asset_coordinates_that_are_no_numbers_are_refused(tmp_path):
    stage = make_stage(tmp_path / "nan.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, float("nan")))

    assert "cannot be placed" in refuse(stage)


@pytest.mark.parametrize(("edge", "said"), [(500.0, "500 m long"), (0.0004, "0.4 mm long")])
def test_measure_asset_absurd_sizes_are_refused(tmp_path, edge, said):
    stage = make_stage(tmp_path / "absurd.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (edge, edge, edge))

    assert said in refuse(stage)


def test_measure_asset_far_from_its_origin_is_refused(tmp_path):
    stage = make_stage(tmp_path / "far.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    UsdGeom.Xformable(stage.GetPrimAtPath("/Asset")).AddTranslateOp().Set(Gf.Vec3d(5e6, 0, 0))

    assert "5000 km away" in refuse(stage)


@pytest.mark.parametrize("meters_per_unit", [0.0, -1.0, float("inf")])
def test_measure_asset_impossible_units_are_refused(tmp_path, meters_per_unit):
    stage = make_stage(tmp_path / "box.usda")
    add_box(stage, "/Asset/Box", (0, 0, 0), (1, 1, 1))
    stage.GetRootLayer().pseudoRoot.SetInfo("metersPerUnit", meters_per_unit)

    assert "metersPerUnit" in refuse(stage)


@pytest.mark.parametrize(
    "content",
    [b"", b"#usda 1.0\n(", b"PXR-USDC" + b"\x00" * 200, b"hello"],
    ids=["empty", "cut", "crate", "text"],
)
@pytest.mark.parametrize("suffix", [".usd", ".usda", ".usdc", ".usdz"])
def test_measure_asset_broken_files_raise_a_sentence_with_the_name(tmp_path, content, suffix):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)

    with pytest.raises(AssetUnresolvedError, match="broken"):
        measure(path)


def test_measure_asset_files_on_disk_are_left_alone(tmp_path):
    path = make_box_file(tmp_path / "box.usda")
    before = (tmp_path / "box.usda").read_bytes()

    measure(path)

    assert (tmp_path / "box.usda").read_bytes() == before
    assert Sdf.Layer.Find(path) is None
