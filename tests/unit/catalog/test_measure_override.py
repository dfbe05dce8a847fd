"""What the user says of an asset instead of its file."""

from __future__ import annotations

import json

import pytest
from pxr import Gf, Usd, UsdGeom

from clappper.core.catalog.language.sizes import make_default_measure
from clappper.core.catalog.measure import measure_asset
from clappper.core.catalog.measuring.measure_override import (
    Overrides,
    apply_overrides,
    load_overrides,
)
from clappper.core.catalog.models import Part, Shelf
from clappper.core.errors import CatalogError
from support.master_index import make_asset

ASSET = make_asset("Pack/Chairs/Chair_A01.usd")


def measure_box(folder, *, up_axis="Z", meters_per_unit=1.0, turn_deg=0.0, name="box.usda"):
    """Measure a box from (1, 2, 3) to (2, 4, 7) in the file's units, turned about its up axis."""
    stage = Usd.Stage.CreateNew(str(folder / name))
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
    root = UsdGeom.Xform.Define(stage, "/Asset")
    stage.SetDefaultPrim(root.GetPrim())
    root.AddXformOp(
        UsdGeom.XformOp.TypeRotateZ if up_axis == "Z" else UsdGeom.XformOp.TypeRotateY
    ).Set(turn_deg)
    cube = UsdGeom.Cube.Define(stage, "/Asset/Box")
    cube.CreateSizeAttr(1.0)
    cube.AddTranslateOp().Set(Gf.Vec3d(1.5, 3, 5))
    cube.AddScaleOp().Set(Gf.Vec3f(1, 2, 4))
    stage.Save()
    return measure_asset(folder / name, asset_id=ASSET.asset_id)[0]


def override(measure, **fields):
    overrides = Overrides.model_validate({"schema_version": 1, "assets": {ASSET.name: fields}})
    return apply_overrides(measure, ASSET, overrides)


def list_lengths(measure):
    surface = () if measure.surface_m is None else (measure.surface_m,)
    return (*measure.size_m.as_tuple(), *measure.origin_m.as_tuple(), *surface)


@pytest.mark.parametrize("up_axis", ["Y", "Z"])
def test_apply_overrides_unit_gives_what_the_right_file_would(tmp_path, up_axis):
    wrong = measure_box(tmp_path, up_axis=up_axis)
    right = measure_box(tmp_path, up_axis=up_axis, meters_per_unit=0.01, name="right.usda")

    corrected = override(wrong, meters_per_unit=0.01)

    assert list_lengths(corrected) == pytest.approx(list_lengths(right), abs=1e-6)
    assert corrected.meters_per_unit == 0.01


@pytest.mark.parametrize(("stated", "true"), [("Y", "Z"), ("Z", "Y")])
def test_apply_overrides_up_axis_gives_what_the_right_file_would(tmp_path, stated, true):
    wrong = measure_box(tmp_path, up_axis=stated)
    right = measure_box(tmp_path, up_axis=true, name="right.usda")

    corrected = override(wrong, up_axis=true)

    assert list_lengths(corrected) == pytest.approx(list_lengths(right), abs=1e-6)
    assert (corrected.up_axis, corrected.surface_m) == (true, None)


@pytest.mark.parametrize("yaw_deg", [90.0, 180.0, 270.0, -90.0])
@pytest.mark.parametrize("up_axis", ["Y", "Z"])
def test_apply_overrides_front_by_quarters_turns_the_bound(tmp_path, yaw_deg, up_axis):
    plain = measure_box(tmp_path, up_axis=up_axis)
    turned = measure_box(tmp_path, up_axis=up_axis, turn_deg=yaw_deg, name="turned.usda")

    corrected = override(plain, front_yaw_deg=yaw_deg)

    assert list_lengths(corrected) == pytest.approx(list_lengths(turned), abs=1e-6)
    assert corrected.front_yaw_deg == yaw_deg


def test_apply_overrides_other_turns_bound_the_turned_box(tmp_path):
    corrected = override(measure_box(tmp_path), front_yaw_deg=45.0)

    # A footprint of 1 x 2 around (1.5, 3), turned about the origin.
    side = 3 * 0.5**0.5
    assert corrected.size_m.as_tuple() == pytest.approx((side, side, 4), abs=1e-6)
    center = ((1.5 - 3) * 0.5**0.5, (1.5 + 3) * 0.5**0.5, 3)
    assert corrected.origin_m.as_tuple() == pytest.approx(center, abs=1e-6)


def test_apply_overrides_all_at_once_are_unit_then_axis_then_front(tmp_path):
    wrong = measure_box(tmp_path)
    right = measure_box(
        tmp_path, up_axis="Y", meters_per_unit=0.5, turn_deg=90.0, name="right.usda"
    )

    corrected = override(wrong, front_yaw_deg=90, up_axis="Y", meters_per_unit=0.5)

    assert list_lengths(corrected) == pytest.approx(list_lengths(right), abs=1e-6)


def test_apply_overrides_parts_and_shelves_follow(tmp_path):
    box = {"x_min": -1.0, "y_min": -0.5, "x_max": 1.0, "y_max": 0.25}
    hollow = measure_box(tmp_path).model_copy(
        update={
            "parts": (Part(**box, z_min=0.0, z_max=2.0),),
            "shelves": (Shelf(**box, z_m=1.0, clear_m=0.5),),
        }
    )

    corrected = override(hollow, front_yaw_deg=90, meters_per_unit=0.1)

    # A quarter turn counter-clockwise: (x, y) becomes (-y, x).
    turned = {"x_min": -0.025, "y_min": -0.1, "x_max": 0.05, "y_max": 0.1}
    assert corrected.parts == (Part(**turned, z_min=0.0, z_max=0.2),)
    assert corrected.shelves == (Shelf(**turned, z_m=0.1, clear_m=0.05),)
    assert override(hollow, front_yaw_deg=30).shelves == ()
    assert len(override(hollow, front_yaw_deg=30).parts) == 1
    assert override(hollow, up_axis="Y").parts == ()


def test_apply_overrides_of_others_leave_the_measure(tmp_path):
    measure = measure_box(tmp_path)
    overrides = Overrides.model_validate(
        {"schema_version": 1, "assets": {"Chair": {"up_axis": "Y"}, "Pack/Tables/*": {}}}
    )

    assert apply_overrides(measure, ASSET, overrides) is measure


def test_apply_overrides_later_entries_win_and_add_to_earlier(tmp_path):
    overrides = Overrides.model_validate(
        {
            "schema_version": 1,
            "assets": {
                "Pack/*": {"front_yaw_deg": 90, "meters_per_unit": 0.1},
                "Chair_A01": {"meters_per_unit": 0.5},
            },
        }
    )

    corrected = apply_overrides(measure_box(tmp_path), ASSET, overrides)

    assert (corrected.front_yaw_deg, corrected.meters_per_unit) == (90.0, 0.5)


def test_apply_overrides_size_that_is_not_measured_stays():
    default = make_default_measure(ASSET)

    corrected = override(default, meters_per_unit=0.01, up_axis="Y", front_yaw_deg=90)

    assert corrected.size_m == default.size_m
    assert (corrected.meters_per_unit, corrected.up_axis) == (0.01, "Y")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])  # Notepad writes a mark
def test_load_overrides_reads_the_file(tmp_path, encoding):
    path = tmp_path / "overrides.json"
    path.write_text('{"schema_version": 1, "assets": {"Roland": {"up_axis": "Y"}}}', encoding)

    assert load_overrides(path).assets["Roland"].up_axis == "Y"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"schema_version": 2, "assets": {}}',
        '{"schema_version": 1, "assets": {"a": {"up_axis": "X"}}}',
        '{"schema_version": 1, "assets": {"a": {"meters_per_unit": 0}}}',
        '{"schema_version": 1, "assets": {"a": {"meters_per_unit": NaN}}}',
        '{"schema_version": 1, "assets": {"a": {"front_yaw_deg": 1e9}}}',
        '{"schema_version": 1, "assets": {"a": {"front": 1}}}',
        json.dumps({"schema_version": 1, "assets": {str(n): {} for n in range(1001)}}),
        " " * (1 << 20) + "{}",
    ],
    ids=["empty", "list", "version", "axis", "unit", "nan", "yaw", "field", "many", "large"],
)
def test_load_overrides_bad_files_are_refused_by_name(tmp_path, content):
    path = tmp_path / "overrides.json"
    path.write_text(content)

    with pytest.raises(CatalogError, match=r"overrides\.json"):
        load_overrides(path)


def test_load_overrides_missing_file_is_refused(tmp_path):
    with pytest.raises(CatalogError, match="Cannot read"):
        load_overrides(tmp_path / "overrides.json")
