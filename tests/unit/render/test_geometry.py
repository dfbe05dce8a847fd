from __future__ import annotations

import math

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.render.geometry import compute_corners, is_supported
from support.render_stage import add_box, make_stage

NOW = Usd.TimeCode.Default()
TEXCOORDS = Sdf.ValueTypeNames.TexCoord2fArray


@pytest.fixture
def stage():
    return make_stage()


def compute_volume(points):
    """Signed volume inside a closed surface; positive where triangles face outwards."""
    return float(
        np.einsum("ti,ti->t", points[:, 0], np.cross(points[:, 1], points[:, 2])).sum() / 6.0
    )


def test_compute_corners_quads_are_cut_into_outward_triangles(stage):
    mesh = add_box(stage, "/World/Box", size=2.0)
    corners = compute_corners(mesh.GetPrim(), NOW)
    assert corners.points.shape == (12, 3, 3)
    assert compute_volume(corners.points) == pytest.approx(8.0)
    assert list(corners.faces) == [face for face in range(6) for _ in range(2)]


def test_compute_corners_left_handed_mesh_is_turned(stage):
    mesh = add_box(stage, "/World/Box", size=2.0)
    indices = np.array(mesh.GetFaceVertexIndicesAttr().Get()).reshape(6, 4)[:, ::-1]
    mesh.GetFaceVertexIndicesAttr().Set(indices.ravel().tolist())
    mesh.CreateOrientationAttr("leftHanded")
    assert compute_volume(compute_corners(mesh.GetPrim(), NOW).points) == pytest.approx(8.0)


def test_compute_corners_no_normals_without_subdivision_gives_flat_faces(stage):
    mesh = add_box(stage, "/World/Box")
    corners = compute_corners(mesh.GetPrim(), NOW)
    assert np.allclose(np.abs(corners.normals).max(axis=2), 1.0)


def test_compute_corners_subdivision_mesh_keeps_sharp_edges_and_smooths_soft_ones(stage):
    mesh = add_box(stage, "/World/Box")
    mesh.GetSubdivisionSchemeAttr().Set("catmullClark")
    assert np.allclose(np.abs(compute_corners(mesh.GetPrim(), NOW).normals).max(axis=2), 1.0)
    tube = UsdGeom.Mesh.Define(stage, "/World/Tube")
    angles = np.linspace(0, 2 * math.pi, 24, endpoint=False)
    tube.CreatePointsAttr([(math.cos(a), math.sin(a), z) for z in (0.0, 1.0) for a in angles])
    tube.CreateFaceVertexCountsAttr([4] * 24)
    tube.CreateFaceVertexIndicesAttr(
        [i for k in range(24) for i in (k, (k + 1) % 24, 24 + (k + 1) % 24, 24 + k)]
    )
    corners = compute_corners(tube.GetPrim(), NOW)
    radial = corners.points * (1.0, 1.0, 0.0)
    assert np.einsum("tij,tij->ti", corners.normals, radial).min() > 0.999


def test_compute_corners_face_varying_normals_against_the_winding_turn_the_triangle(stage):
    mesh = add_box(stage, "/World/Box", size=2.0)
    normals = compute_corners(mesh.GetPrim(), NOW).normals[::2, 0].repeat(4, axis=0)
    mesh.CreateNormalsAttr([Gf.Vec3f(*map(float, -normal)) for normal in normals])
    mesh.SetNormalsInterpolation("faceVarying")
    assert compute_volume(compute_corners(mesh.GetPrim(), NOW).points) == pytest.approx(-8.0)


def test_compute_corners_reads_texture_coordinates_of_every_interpolation(stage):
    mesh = add_box(stage, "/World/Box")
    primvars = UsdGeom.PrimvarsAPI(mesh)
    st = primvars.CreatePrimvar("st", TEXCOORDS, "vertex")
    st.Set([(float(i), 0.0) for i in range(8)])
    corners = compute_corners(mesh.GetPrim(), NOW)
    assert corners.uvs[0, :, 0].tolist() == [0.0, 2.0, 3.0]
    st.SetInterpolation("faceVarying")
    st.Set([(float(i), 0.0) for i in range(24)])
    assert compute_corners(mesh.GetPrim(), NOW).uvs[1, :, 0].tolist() == [0.0, 2.0, 3.0]


def test_compute_corners_too_few_primvar_values_are_left_out(stage):
    mesh = add_box(stage, "/World/Box")
    st = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("st", TEXCOORDS, "faceVarying")
    st.Set([(0.0, 0.0)] * 3)
    assert compute_corners(mesh.GetPrim(), NOW).uvs is None


@pytest.mark.parametrize(
    ("counts", "indices"),
    [([4], [0, 1, 2]), ([3], [0, 1, 99]), ([3], [0, 1, -1]), ([], []), ([-3, 6], [0, 1, 2])],
    ids=["too few indices", "index too large", "negative index", "empty", "negative count"],
)
def test_compute_corners_broken_topology_gives_none(stage, counts, indices):
    mesh = add_box(stage, "/World/Box")
    mesh.GetFaceVertexCountsAttr().Set(counts)
    mesh.GetFaceVertexIndicesAttr().Set(indices)
    assert compute_corners(mesh.GetPrim(), NOW) is None


def test_compute_corners_holes_and_lines_are_left_out(stage):
    mesh = add_box(stage, "/World/Box")
    mesh.CreateHoleIndicesAttr([0, 1])
    assert len(compute_corners(mesh.GetPrim(), NOW).points) == 8
    mesh.GetFaceVertexCountsAttr().Set([2, 4])
    mesh.GetFaceVertexIndicesAttr().Set([0, 1, 0, 2, 3, 1])
    mesh.GetHoleIndicesAttr().Set([])
    assert list(compute_corners(mesh.GetPrim(), NOW).faces) == [1, 1]


@pytest.mark.parametrize(
    ("kind", "volume"),
    [
        ("Cube", 8.0),
        ("Sphere", 4.0 / 3.0 * math.pi),
        ("Cylinder", 2.0 * math.pi),
        ("Cone", 2.0 / 3.0 * math.pi),
        ("Capsule", math.pi * (1.0 / 4.0 + 4.0 / 3.0 / 8.0)),
    ],
)
@pytest.mark.parametrize("axis", ["X", "Y", "Z"])
def test_compute_corners_implicit_shape_is_closed_and_has_its_volume(stage, kind, volume, axis):
    prim = getattr(UsdGeom, kind).Define(stage, "/World/Shape").GetPrim()
    if prim.HasAttribute("axis"):
        prim.GetAttribute("axis").Set(axis)
    corners = compute_corners(prim, NOW)
    assert compute_volume(corners.points) == pytest.approx(volume, rel=0.02)
    face = np.cross(
        corners.points[:, 1] - corners.points[:, 0], corners.points[:, 2] - corners.points[:, 0]
    )
    assert np.einsum("tj,tij->ti", face, corners.normals).min() >= 0.0


@pytest.mark.parametrize(("axis", "extent"), [("X", (0, 5, 3)), ("Y", (3, 0, 5)), ("Z", (3, 5, 0))])
def test_compute_corners_plane_lies_square_to_its_axis(stage, axis, extent):
    plane = UsdGeom.Plane.Define(stage, "/World/Plane")
    plane.CreateAxisAttr(axis)
    plane.CreateWidthAttr(3.0)
    plane.CreateLengthAttr(5.0)
    points = compute_corners(plane.GetPrim(), NOW).points.reshape(-1, 3)
    assert np.allclose(np.ptp(points, axis=0), extent)


def test_is_supported_curves_are_not(stage):
    assert not is_supported(UsdGeom.BasisCurves.Define(stage, "/World/Curves").GetPrim())
    assert is_supported(add_box(stage, "/World/Box").GetPrim())
