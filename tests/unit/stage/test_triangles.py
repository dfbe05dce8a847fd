"""Reading triangles below prims, and what is said about one mesh."""

from __future__ import annotations

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.stage.inspect import compute_to_layout
from clappper.core.stage.triangles import Mesh, TriangleReader, sample_surface
from support.stages import TABLE, author_boxes, write_asset

CUBE = [((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))]


def make_reader(stage):
    return TriangleReader(compute_to_layout(stage))


def make_stage(up_axis="Z", unit=1.0):
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, unit)
    return stage


def read_cube_bound(stage, path="/Root"):
    mesh = make_reader(stage).read(stage.GetPrimAtPath(path), np.eye(4))
    return None if mesh is None else mesh.bound.round(6).tolist()


def make_mesh(corners):
    corners = np.array(corners, dtype=float)
    return Mesh(corners.reshape(-1, 3), np.arange(len(corners) * 3, dtype=np.int32).reshape(-1, 3))


def test_read_converts_y_up_centimetres_to_z_up_metres():
    stage = make_stage("Y", 0.01)
    # 100 x 100 x 100 units, from 0 to 100 along its own z, which is -y of the layout frame.
    author_boxes(stage, "/Root", [((100.0, 200.0, 100.0), (0.0, 0.0, 0.0))])

    assert read_cube_bound(stage) == [[-0.5, -1.0, -1.0], [0.5, 0.0, 1.0]]


@pytest.mark.parametrize("hide", ["guide", "proxy", "invisible", "inactive"])
def test_read_leaves_out_what_is_not_rendered(hide):
    stage = make_stage()
    UsdGeom.Xform.Define(stage, "/Root")
    author_boxes(stage, "/Root/shown", CUBE)
    hidden = UsdGeom.Xform.Define(stage, "/Root/hidden")
    author_boxes(stage, "/Root/hidden/mesh", [((9.0, 9.0, 9.0), (0.0, 0.0, 0.0))])
    if hide == "invisible":
        hidden.MakeInvisible()
    elif hide == "inactive":
        hidden.GetPrim().SetActive(False)
    else:
        hidden.GetPurposeAttr().Set(hide)

    assert read_cube_bound(stage) == [[-0.5, -0.5, 0.0], [0.5, 0.5, 1.0]]


def test_read_includes_what_is_only_rendered():
    stage = make_stage()
    UsdGeom.Imageable(author_boxes(stage, "/Root", CUBE)).GetPurposeAttr().Set("render")

    assert read_cube_bound(stage) is not None


def test_read_of_an_invisible_branch_is_none():
    stage = make_stage()
    UsdGeom.Xform.Define(stage, "/Hidden").MakeInvisible()
    author_boxes(stage, "/Hidden/Root", CUBE)

    assert read_cube_bound(stage, "/Hidden/Root") is None


def test_read_of_instances_shares_one_mesh(tmp_path):
    asset = write_asset(tmp_path / "table.usda", TABLE)
    stage = make_stage()
    for index in range(3):
        instance = UsdGeom.Xform.Define(stage, f"/Item_{index}")
        instance.AddTranslateOp().Set(Gf.Vec3d(index * 2.0, 0.0, 0.0))
        inner = UsdGeom.Xform.Define(stage, f"/Item_{index}/asset").GetPrim()
        inner.GetReferences().AddReference(str(asset))
        inner.SetInstanceable(True)
    reader = make_reader(stage)
    poses = [np.eye(4) for _ in range(3)]
    for index, pose in enumerate(poses):
        pose[0, 3] = index * 2.0

    meshes = [reader.read(stage.GetPrimAtPath(f"/Item_{i}"), pose) for i, pose in enumerate(poses)]

    assert meshes[0] is meshes[1] is meshes[2]
    assert len(meshes[0].triangles) == 5 * 12
    assert np.ptp(meshes[0].bound, axis=0) == pytest.approx([1.6, 0.8, 0.74])


def refer(stage, path, asset, x_m):
    """Add an instance of an asset at a place along x."""
    instance = UsdGeom.Xform.Define(stage, path)
    instance.AddTranslateOp().Set(Gf.Vec3d(x_m, 0.0, 0.0))
    instance.GetPrim().GetReferences().AddReference(str(asset))
    instance.GetPrim().SetInstanceable(True)


def read_bounds(stage, paths):
    reader = make_reader(stage)
    return [reader.read(stage.GetPrimAtPath(path), np.eye(4)).bound.tolist() for path in paths]


def test_read_of_an_instance_that_is_a_mesh_itself_has_its_triangles(tmp_path):
    source = Usd.Stage.CreateNew(str(tmp_path / "cube.usda"))
    source.SetDefaultPrim(author_boxes(source, "/Asset", CUBE))
    source.GetRootLayer().Save()
    stage = make_stage()
    for index in range(2):
        path = f"/Item_{index}"
        refer(stage, path, tmp_path / "cube.usda", 2.0 * index)
        stage.GetPrimAtPath(path).SetTypeName("Mesh")
    # What is said on the instance itself is not shared.
    points = UsdGeom.Mesh(stage.GetPrimAtPath("/Item_1")).GetPointsAttr()
    points.Set([2.0 * point for point in points.Get()])

    assert read_bounds(stage, ["/Item_0", "/Item_1"]) == [
        [[-0.5, -0.5, 0.0], [0.5, 0.5, 1.0]],
        [[1.0, -1.0, 0.0], [3.0, 1.0, 2.0]],
    ]


def test_read_of_instances_with_a_part_fixed_in_the_world_has_it_where_it_is(tmp_path):
    asset = write_asset(tmp_path / "cube.usda", CUBE)
    source = Usd.Stage.Open(str(asset))
    UsdGeom.Xformable(source.GetPrimAtPath("/Asset/mesh")).SetResetXformStack(True)
    source.GetRootLayer().Save()
    stage = make_stage()
    for index in range(2):
        refer(stage, f"/Item_{index}", asset, 2.0 * index)

    bounds = read_bounds(stage, ["/Item_0", "/Item_1"])

    assert np.allclose(bounds, [[[-0.5, -0.5, 0.0], [0.5, 0.5, 1.0]]] * 2)


def test_read_of_nested_instances_has_each_in_its_place(tmp_path):
    asset = write_asset(tmp_path / "cube.usda", CUBE)
    source = Usd.Stage.CreateNew(str(tmp_path / "pair.usda"))
    source.SetDefaultPrim(UsdGeom.Xform.Define(source, "/Pair").GetPrim())
    for name, x_m in (("a", 0.0), ("b", 3.0)):
        refer(source, f"/Pair/{name}", asset, x_m)
    source.GetRootLayer().Save()
    stage = make_stage()
    for index in range(2):
        refer(stage, f"/Item_{index}", tmp_path / "pair.usda", 10.0 * index)

    assert np.allclose(
        read_bounds(stage, ["/Item_0", "/Item_1"]),
        [[[-0.5, -0.5, 0.0], [3.5, 0.5, 1.0]], [[9.5, -0.5, 0.0], [13.5, 0.5, 1.0]]],
    )


def test_pieces_of_a_table_are_its_five_boxes_though_no_vertices_are_shared_within_one():
    stage = make_stage()
    author_boxes(stage, "/Root", TABLE)
    shared = make_reader(stage).read(stage.GetPrimAtPath("/Root"), np.eye(4))
    split = make_mesh(shared.corners)

    for mesh in (shared, split):
        sizes = sorted(tuple((piece.upper - piece.lower).round(4)) for piece in mesh.pieces)
        # The legs end where the top begins and share no corner with it.
        assert sizes == [(0.06, 0.06, 0.7)] * 4 + [(1.6, 0.8, 0.04)]


def test_pieces_are_welded_within_a_hundredth_of_a_millimetre_and_not_beyond():
    first = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    near = [[0.0, 0.0, 1e-6], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]]
    apart = [[1.0, 0.0, 1e-4], [2.0, 0.0, 0.0], [2.0, 1.0, 0.0]]

    pieces = make_mesh([apart, first, near]).pieces

    assert [len(piece.corners) for piece in pieces] == [2, 1]


def test_bound_is_of_the_vertices_that_triangles_use():
    vertices = np.array([[0, 0, 0], [9, 9, 9], [1, 0, 0], [0, 2, -3]], dtype=float)

    assert Mesh(vertices, np.array([[0, 2, 3]], dtype=np.int32)).bound.tolist() == [
        [0.0, 0.0, -3.0],
        [1.0, 2.0, 0.0],
    ]


def test_samples_lie_on_the_surface_by_area_and_are_the_same_each_time():
    # One triangle of area 0.5 at height 0, one of area 4.5 at height 1.
    mesh = make_mesh([[[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 0, 1], [3, 0, 1], [0, 3, 1]]])

    points = sample_surface(mesh, 200)

    assert np.array_equal(points, sample_surface(mesh, 200))
    assert set(points[:, 2].round(9)) == {0.0, 1.0}
    assert np.count_nonzero(points[:, 2] > 0.5) == pytest.approx(180, abs=2)
    assert (points[:, :2].sum(axis=1) <= np.where(points[:, 2] > 0.5, 3.0, 1.0) + 1e-9).all()


def test_samples_of_a_mesh_without_area_are_its_middle():
    mesh = make_mesh([[[0, 0, 0], [2, 0, 0], [1, 0, 0]]])

    assert sample_surface(mesh, 3).tolist() == [[1.0, 0.0, 0.0]] * 3


def test_read_of_an_unloaded_payload_is_none(tmp_path):
    asset = write_asset(tmp_path / "table.usda", TABLE)
    layer = Sdf.Layer.CreateAnonymous(".usda")
    stage = Usd.Stage.Open(layer, Usd.Stage.LoadNone)
    stage.DefinePrim("/Root", "Xform").GetPayloads().AddPayload(str(asset))

    assert read_cube_bound(stage) is None
