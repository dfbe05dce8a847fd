import itertools

import pytest
from pxr import Gf, Usd, UsdGeom

from clappper.core.catalog.models import AssetMeasure
from clappper.core.errors import StageMetricsMissingError
from clappper.core.stage.spec_writer import author_ops
from clappper.core.stage.xform import StageFrame, compute_corrective_ops, compute_pose_ops
from clappper.core.units import Vec3

UNITS = [0.01, 0.1, 1.0, 0.0254]


def to_stage(point_m, up_axis, meters_per_unit):
    """Hand-written conversion of a layout point, independent of StageFrame."""
    x, y, z = (c / meters_per_unit for c in point_m)
    return Gf.Vec3d(x, z, -y) if up_axis == "Y" else Gf.Vec3d(x, y, z)


def make_measure(origin_m, up_axis, meters_per_unit):
    return AssetMeasure(
        asset_id="a",
        is_measured=True,
        size_m=Vec3(x=1.0, y=1.0, z=1.0),
        origin_m=Vec3(x=origin_m[0], y=origin_m[1], z=origin_m[2]),
        up_axis=up_axis,
        meters_per_unit=meters_per_unit,
        surface_m=None,
        front_yaw_deg=0.0,
        default_prim="A",
        triangle_count=1,
    )


@pytest.mark.parametrize(
    ("asset_up", "asset_unit", "stage_up", "stage_unit"),
    list(itertools.product("YZ", UNITS, "YZ", UNITS)),
)
def test_ops_of_any_units_and_axes_bring_an_asset_point_to_its_place(
    asset_up, asset_unit, stage_up, stage_unit
):
    """A point 0.3 m right of, 0.2 m behind and 1 m above the footprint centre must land there."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, stage_up)
    UsdGeom.SetStageMetersPerUnit(stage, stage_unit)
    frame = StageFrame.of_stage(stage)
    origin_m = (5.0, 4.0, -0.25)
    instance, inner = (UsdGeom.Xform.Define(stage, path).GetPrim() for path in ("/I", "/I/asset"))
    layer = stage.GetRootLayer()
    pose = compute_pose_ops(frame, Vec3(x=2.0, y=-3.0, z=0.5), 90.0)
    author_ops(layer.GetPrimAtPath(instance.GetPath()), pose)
    corrective = compute_corrective_ops(frame, make_measure(origin_m, asset_up, asset_unit))
    author_ops(layer.GetPrimAtPath(inner.GetPath()), corrective)

    own_point = to_stage(
        (origin_m[0] + 0.3, origin_m[1] + 0.2, origin_m[2] + 1.0), asset_up, asset_unit
    )
    world = UsdGeom.XformCache().GetLocalToWorldTransform(inner).Transform(own_point)

    # Turned by 90 degrees counter-clockwise (x, y) becomes (-y, x).
    expected = to_stage((2.0 - 0.2, -3.0 + 0.3, 1.5), stage_up, stage_unit)
    assert Gf.IsClose(world, expected, 1e-5 / stage_unit)


def test_corrective_ops_of_an_asset_in_the_stages_frame_are_none():
    assert compute_corrective_ops(StageFrame("Y", 0.1), make_measure((0, 0, 0), "Y", 0.1)) == []


def test_stage_frame_stage_without_metrics_is_refused():
    with pytest.raises(StageMetricsMissingError, match="upAxis"):
        StageFrame.of_stage(Usd.Stage.CreateInMemory())


@pytest.mark.parametrize(
    ("up_axis", "unit"), [("Z", 0.0), ("Z", -1.0), ("Y", float("nan")), ("X", 1.0)]
)
def test_stage_frame_stage_with_senseless_metrics_is_refused(up_axis, unit):
    stage = Usd.Stage.CreateInMemory()
    stage.GetRootLayer().pseudoRoot.SetInfo("upAxis", up_axis)
    stage.GetRootLayer().pseudoRoot.SetInfo("metersPerUnit", unit)
    with pytest.raises(StageMetricsMissingError, match="correct them"):
        StageFrame.of_stage(stage)


def test_stage_frame_extent_is_ordered_in_the_stages_axes():
    low, high = StageFrame("Y", 0.01).to_extent((-1.0, -2.0, 0.0), (1.0, 3.0, 4.0))
    assert (low, high) == (Gf.Vec3f(-100, 0, -300), Gf.Vec3f(100, 400, 200))
