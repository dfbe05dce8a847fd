"""Triangles of gprims, against areas and bounds known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pxr import Gf, Usd, UsdGeom

from clappper.core.stage.tessellation import compute_triangles, triangulate


@pytest.fixture
def stage():
    return Usd.Stage.CreateInMemory()


def make_mesh(stage, points, counts, indices):
    mesh = UsdGeom.Mesh.Define(stage, "/mesh")
    mesh.CreatePointsAttr([Gf.Vec3f(*point) for point in points])
    mesh.CreateFaceVertexCountsAttr(counts)
    mesh.CreateFaceVertexIndicesAttr(indices)
    return mesh.GetPrim()


def compute_areas(points, triangles):
    corners = points[triangles]
    return (
        np.linalg.norm(
            np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
        )
        / 2
    )


SQUARE = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]
# An L of area 3 in a square of 4, its corner cut out at (2, 2).
L_SHAPE = [(0, 0, 0), (2, 0, 0), (2, 1, 0), (1, 1, 0), (1, 2, 0), (0, 2, 0)]


def test_triangulate_of_a_quad_and_a_triangle_makes_three_triangles():
    points = np.array([*SQUARE, (2, 0, 0)], dtype=float)

    triangles = triangulate(points, np.array([4, 3]), np.array([0, 1, 2, 3, 1, 4, 2]))

    assert triangles.tolist() == [[0, 1, 2], [0, 2, 3], [1, 4, 2]]


@pytest.mark.parametrize("shift", range(6))
@pytest.mark.parametrize("turned", [False, True])
def test_triangulate_of_a_concave_polygon_leaves_its_notch_open(shift, turned):
    ring = L_SHAPE[shift:] + L_SHAPE[:shift]
    points = np.array(ring[::-1] if turned else ring, dtype=float)[:, [2, 0, 1]]

    triangles = triangulate(points, np.array([6]), np.arange(6))

    assert len(triangles) == 4
    assert compute_areas(points, triangles).sum() == pytest.approx(3.0)
    centers = points[triangles].mean(axis=1)
    assert not ((centers[:, 1] > 1.0) & (centers[:, 2] > 1.0)).any()


@pytest.mark.parametrize(
    ("counts", "indices"),
    [
        ([4], [0, 1, 2, 9]),
        ([4], [0, 1, 2, -1]),
        ([5], [0, 1, 2, 3]),
        ([], []),
        ([2, 2], [0, 1, 2, 3]),
    ],
    ids=["index too large", "index negative", "count too large", "empty", "only lines"],
)
def test_triangles_of_a_mesh_with_unusable_topology_are_none(stage, counts, indices):
    assert compute_triangles(make_mesh(stage, SQUARE, counts, indices)) is None


def test_triangles_of_a_mesh_with_a_point_that_is_no_number_are_none(stage):
    assert (
        compute_triangles(make_mesh(stage, [*SQUARE[:3], (math.nan, 0, 0)], [4], [0, 1, 2, 3]))
        is None
    )


def test_triangles_of_a_mesh_have_the_points_they_use_alone(stage):
    points, triangles = compute_triangles(
        make_mesh(stage, [(9, 9, 9), *SQUARE, (8, 8, 8)], [4], [1, 2, 3, 4])
    )

    assert points.tolist() == np.array(SQUARE, dtype=float).tolist()
    assert triangles.tolist() == [[0, 1, 2], [0, 2, 3]]


def test_triangles_of_curves_are_none(stage):
    assert compute_triangles(UsdGeom.BasisCurves.Define(stage, "/curve").GetPrim()) is None


def compute_volume(points, triangles):
    a, b, c = points[triangles].transpose(1, 0, 2)
    return abs(float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())) / 6.0


@pytest.mark.parametrize("axis", ["X", "Y", "Z"])
@pytest.mark.parametrize(
    ("schema", "volume", "length"),
    [
        (UsdGeom.Cylinder, math.pi * 0.25 * 2.0, 2.0),
        (UsdGeom.Cone, math.pi * 0.25 * 2.0 / 3.0, 2.0),
        (UsdGeom.Capsule, math.pi * 0.25 * 2.0 + 4.0 / 3.0 * math.pi * 0.125, 3.0),
    ],
)
def test_triangles_of_a_round_solid_enclose_its_volume_along_its_axis(
    stage, schema, volume, length, axis
):
    solid = schema.Define(stage, "/solid")
    solid.CreateRadiusAttr(0.5)
    solid.CreateHeightAttr(2.0)
    solid.CreateAxisAttr(axis)

    points, triangles = compute_triangles(solid.GetPrim())

    assert compute_volume(points, triangles) == pytest.approx(volume, rel=0.03)
    size = np.ptp(points, axis=0)
    assert size["XYZ".index(axis)] == pytest.approx(length)
    assert np.delete(size, "XYZ".index(axis)) == pytest.approx([1.0, 1.0])


def test_triangles_of_a_cube_and_a_sphere_enclose_their_volume(stage):
    cube = UsdGeom.Cube.Define(stage, "/cube")
    cube.CreateSizeAttr(3.0)
    sphere = UsdGeom.Sphere.Define(stage, "/sphere")
    sphere.CreateRadiusAttr(2.0)

    assert compute_volume(*compute_triangles(cube.GetPrim())) == pytest.approx(27.0)
    assert compute_volume(*compute_triangles(sphere.GetPrim())) == pytest.approx(
        4.0 / 3.0 * math.pi * 8.0, rel=0.03
    )


def test_triangles_of_a_plane_lie_across_its_axis(stage):
    plane = UsdGeom.Plane.Define(stage, "/plane")
    plane.CreateWidthAttr(4.0)
    plane.CreateLengthAttr(2.0)
    plane.CreateAxisAttr("Z")

    points, triangles = compute_triangles(plane.GetPrim())

    assert compute_areas(points, triangles).sum() == pytest.approx(8.0)
    assert np.ptp(points, axis=0) == pytest.approx([4.0, 2.0, 0.0])
