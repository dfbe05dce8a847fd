"""The asset validator's verdict, split between what is ours and what is the assets'."""

from __future__ import annotations

import logging
import sys

import pytest
from pxr import Sdf, UsdGeom

from clappper.core.stage.certificate import compute_certificate
from clappper.core.stage.validate import validate_stage
from support.stages import SceneStage, write_asset

BOX = [((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))]


def author_bad_mesh(stage, path):
    """A mesh with an index that no point has."""
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr([(0, 0, 0), (1, 0, 0), (0, 1, 0)])
    mesh.CreateFaceVertexCountsAttr([3])
    mesh.CreateFaceVertexIndicesAttr([0, 1, 7])
    mesh.CreateExtentAttr([(0, 0, 0), (1, 1, 0)])


def make_scene():
    """A place without meshes of its own, so that nothing is wrong with it."""
    return SceneStage(floor=False)


def test_validate_of_a_clean_stage_finds_nothing_of_ours():
    pytest.importorskip("omni.asset_validator")
    report, issues = validate_stage(make_scene().stage, [])

    assert report.validator.startswith("omniverse-asset-validator ")
    assert (report.issues, report.asset_issues, issues) == ((), (), [])


def test_validate_of_a_bad_mesh_of_ours_is_an_error_at_its_prim():
    pytest.importorskip("omni.asset_validator")
    scene = make_scene()
    author_bad_mesh(scene.stage, "/World/Bad")

    report, _ = validate_stage(scene.stage, [])

    errors = [issue for issue in report.issues if issue.severity == "error"]
    assert errors
    assert {issue.prim_path for issue in errors} == {"/World/Bad"}
    assert {issue.code for issue in errors} == {"USD_INVALID"}
    assert report.asset_issues == ()


@pytest.mark.parametrize("instanceable", [True, False])
def test_validate_of_a_bad_mesh_in_an_asset_is_listed_apart(tmp_path, instanceable):
    pytest.importorskip("omni.asset_validator")
    asset = write_asset(tmp_path / "asset.usda", BOX)
    layer = Sdf.Layer.FindOrOpen(str(asset))
    layer.GetAttributeAtPath("/Asset/mesh.faceVertexIndices").default = [99] * 24
    layer.Save()
    scene = make_scene()
    path = scene.add("box", (0.0, 0.0, 0.0), asset=asset)
    scene.stage.GetPrimAtPath(f"{path}/asset").SetInstanceable(instanceable)

    report, _ = validate_stage(scene.stage, [path])

    assert report.issues == ()
    assert any(issue.severity == "error" for issue in report.asset_issues)


def test_validate_tells_an_asset_from_ours_without_knowing_the_instances(tmp_path):
    pytest.importorskip("omni.asset_validator")
    asset = write_asset(tmp_path / "asset.usda", BOX)
    layer = Sdf.Layer.FindOrOpen(str(asset))
    layer.GetAttributeAtPath("/Asset/mesh.faceVertexIndices").default = [99] * 24
    layer.Save()
    scene = make_scene()
    scene.stage.DefinePrim("/World/Foreign").GetReferences().AddReference(str(asset))

    report, _ = validate_stage(scene.stage, [])

    assert all(issue.prim_path != "/World/Foreign/mesh" for issue in report.issues)
    assert any(issue.prim_path == "/World/Foreign/mesh" for issue in report.asset_issues)


def test_validate_without_the_package_says_so_and_nothing_else(monkeypatch):
    monkeypatch.setitem(sys.modules, "omni.asset_validator", None)

    report, issues = validate_stage(make_scene().stage, [])

    assert report.validator is None
    assert [(issue.code, issue.severity) for issue in issues] == [("USD_INVALID", "info")]


def test_validate_leaves_the_root_logger_alone():
    before = list(logging.root.handlers), logging.root.level

    validate_stage(make_scene().stage, [])

    assert (list(logging.root.handlers), logging.root.level) == before


def test_certificate_with_a_bad_mesh_of_ours_is_not_ok():
    pytest.importorskip("omni.asset_validator")
    good, bad = make_scene(), make_scene()
    author_bad_mesh(bad.stage, "/World/Bad")

    assert compute_certificate(good.stage, plan=None).ok
    certificate = compute_certificate(bad.stage, plan=None)
    assert not certificate.ok
    assert {issue.code for issue in certificate.issues if issue.severity == "error"} == {
        "USD_INVALID"
    }


def test_validate_repeated_asset_is_composed_once_and_the_stage_is_left_alone(tmp_path):
    from clappper.core.stage.validate import _open_lean_copy

    scene = SceneStage()
    for index in range(3):
        scene.add("box", (1.5 * index - 2.0, 0.0, 0.0))
    paths = [f"/World/Items/box/box_0{i}" for i in (1, 2, 3)]
    for path in paths:
        scene.stage.GetPrimAtPath(path).SetCustomDataByKey("clappper:assetId", "same")
    before = scene.stage.ExportToString()

    copy = _open_lean_copy(scene.stage, paths)

    filled = [path for path in paths if list(copy.GetPrimAtPath(path).GetChildren())]
    assert filled == paths[:1]
    assert scene.stage.ExportToString() == before
    assert all(list(scene.stage.GetPrimAtPath(path).GetChildren()) for path in paths)
