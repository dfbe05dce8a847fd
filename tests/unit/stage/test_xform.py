import itertools

import pytest
from pxr import Gf, Usd, UsdGeom

from clappper.core.catalog.models import AssetMeasure
from clappper.core.errors import StageMetricsMissingError
from clappper.core.stage.xform import StageFrame, author_corrective_ops, author_pose
from clappper.core.units import Vec3

UNITS = [0.01, 0.1, 1.0, 0.0254]


def to_stage(point_m, up_axis, meters_per_unit):
    """Hand-written conversion of a layout point, independent of StageFrame."""
    x, y, z = (c / meters_per_unit for c in point_m)
    return Gf.Vec3d(x, z, -y) if up_axis == "Y" else Gf.Vec3d(x, y, z)


@pytest.mark.parametrize(
    ("asset_up", "asset_unit", "stage_up", "stage_unit"),
    list(itertools.product("YZ", UNITS, "YZ", UNITS)),
)
def test_author_corrective_ops_any_units_and_axes_brings_asset_point_to_its_place(
    asset_up, asset_unit, stage_up, stage_unit
):
    """A point 0.3 m right of, 0.2 m behind and 1 m above the footprint centre must land there."""
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, stage_up)
    UsdGeom.SetStageMetersPerUnit(stage, stage_unit)
    frame = StageFrame.of_stage(stage)
    instance = UsdGeom.Xform.Define(stage, "/I")
    author_pose(instance, frame, Vec3(x=2.0, y=-3.0, z=0.5), 90.0)
    inner = UsdGeom.Xform.Define(stage, "/I/asset")
    origin_m = (5.0, 4.0, -0.25)
    measure = AssetMeasure(
        asset_id="a",
        is_measured=True,
        size_m=Vec3(x=1.0, y=1.0, z=1.0),
        origin_m=Vec3(x=origin_m[0], y=origin_m[1], z=origin_m[2]),
        up_axis=asset_up,
        meters_per_unit=asset_unit,
        surface_m=None,
        front_yaw_deg=0.0,
        default_prim="A",
        triangle_count=1,
    )
    author_corrective_ops(inner.GetPrim(), frame, measure, [])

    own_point = to_stage(
        (origin_m[0] + 0.3, origin_m[1] + 0.2, origin_m[2] + 1.0), asset_up, asset_unit
    )
    world = UsdGeom.XformCache().GetLocalToWorldTransform(inner.GetPrim()).Transform(own_point)

    # Turned by 90 degrees counter-clockwise (x, y) becomes (-y, x).
    expected = to_stage((2.0 - 0.2, -3.0 + 0.3, 1.5), stage_up, stage_unit)
    assert Gf.IsClose(world, expected, 1e-4 / stage_unit)


def test_author_corrective_ops_keeps_the_assets_own_ops_inside():
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    inner = UsdGeom.Xform.Define(stage, "/I")
    inner.AddTranslateOp().Set(Gf.Vec3d(1.0, 0.0, 0.0))
    own = list(inner.GetXformOpOrderAttr().Get())
    measure = AssetMeasure(
        asset_id="a",
        is_measured=True,
        size_m=Vec3(x=1.0, y=1.0, z=1.0),
        origin_m=Vec3(x=0.0, y=0.0, z=0.0),
        up_axis="Y",
        meters_per_unit=0.01,
        surface_m=None,
        front_yaw_deg=0.0,
        default_prim="A",
        triangle_count=1,
    )
    author_corrective_ops(inner.GetPrim(), StageFrame.of_stage(stage), measure, own)
    order = [str(t) for t in inner.GetXformOpOrderAttr().Get()]
    assert order == ["xformOp:rotateX:clappper", "xformOp:scale:clappper", "xformOp:translate"]
    point = (
        UsdGeom.XformCache()
        .GetLocalToWorldTransform(inner.GetPrim())
        .Transform(Gf.Vec3d(99.0, 200.0, 0.0))
    )
    assert Gf.IsClose(point, Gf.Vec3d(1.0, 0.0, 2.0), 1e-9)


def test_stage_frame_stage_without_metrics_is_refused():
    with pytest.raises(StageMetricsMissingError, match="upAxis"):
        StageFrame.of_stage(Usd.Stage.CreateInMemory())
