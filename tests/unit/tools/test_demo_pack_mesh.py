"""Meshes and solids of the modeller: closed, outward, of hand-computed volumes and normals."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.demo_pack import shape
from tools.demo_pack.mesh import Mesh, compute_corner_normals, compute_rotation, merge
from tools.demo_pack.polygon import fillet, inset, triangulate

SQUARE = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
ELL = np.array([(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)], dtype=float)


def is_closed(mesh: Mesh) -> bool:
    """Tell whether every edge is used once in each direction."""
    edges = Counter((t[i], t[(i + 1) % 3]) for t in mesh.triangles.tolist() for i in range(3))
    return all(count == 1 and edges[b, a] == 1 for (a, b), count in edges.items())


@pytest.mark.parametrize(
    ("mesh", "volume_m3"),
    [
        pytest.param(shape.box((1, 2, 3)), 6.0, id="box"),
        pytest.param(shape.slab((0, 1), (2, 4), (-1, 0)), 2.0, id="slab"),
        pytest.param(shape.beam((0, 0, 0), (0, 3, 4), 0.5, 0.2), 0.5, id="beam"),
        # The bevel of one step cuts 12 edge prisms (a^2 / 2 per length) and 8 corners.
        pytest.param(
            shape.box((2, 2, 2), bevel=0.5),
            8 - 12 * 0.125 - 8 * (5 / 6) * 0.125,
            id="chamfered_box",
        ),
        pytest.param(shape.extrude(ELL, 2.0), 10.0, id="extruded_ell"),
        pytest.param(shape.extrude(ELL, 2.0, axis="x"), 10.0, id="extruded_along_x"),
        pytest.param(shape.extrude(ELL, 2.0, axis="y"), 10.0, id="extruded_along_y"),
        pytest.param(
            shape.extrude(SQUARE * 4, 1.0, holes=[SQUARE + 1.0, SQUARE + 2.5]),
            14.0,
            id="extruded_with_holes",
        ),
        pytest.param(shape.cylinder(1.0, 1.0, segments=4), 2.0, id="cylinder_of_four_sides"),
        pytest.param(shape.cone(1.0, 0.0, 3.0, segments=4), 2.0, id="pyramid"),
        pytest.param(shape.tube(2.0, 1.0, 1.0, segments=4), 6.0, id="tube_of_four_sides"),
        pytest.param(shape.sphere(1.0, segments=4, rings=2), 4.0 / 3.0, id="octahedron"),
        pytest.param(
            shape.sweep(shape.rectangle(1, 1), [(0, 0, 0), (5, 0, 0), (5, 5, 0)]),
            10.0,
            id="mitred_sweep",
        ),
        pytest.param(
            shape.sweep(
                shape.rectangle(1, 1), [(0, 0, 0), (4, 0, 0), (4, 4, 0), (0, 4, 0)], closed=True
            ),
            16.0,
            id="swept_frame",
        ),
    ],
)
def test_solid_of_known_size_is_closed_and_has_the_volume(mesh: Mesh, volume_m3: float) -> None:
    assert is_closed(mesh)
    assert mesh.volume_m3 == pytest.approx(volume_m3, rel=1e-9)


@pytest.mark.parametrize(
    "mesh",
    [
        pytest.param(shape.box((1, 2, 3), bevel=0.1, segments=3), id="rounded_box"),
        pytest.param(shape.extrude(ELL, 1.0, bevel=0.05, segments=2), id="bevelled_extrusion"),
        pytest.param(shape.torus(1.0, 0.2), id="torus"),
        pytest.param(shape.pipe([(0, 0, 0), (0, 0, 1), (1, 0, 1)], 0.05, bend=0.2), id="bent_pipe"),
        pytest.param(shape.lathe([(0.2, 0), (0.5, 0.5), (0.1, 1)], axis="y"), id="lathe"),
        pytest.param(shape.band(0.3, (-120.0, -60.0), (0.1, 0.2)), id="label"),
        pytest.param(
            shape.loft([[(x * s, y * s, s) for x, y in SQUARE] for s in (1.0, 2.0, 1.5)]), id="loft"
        ),
    ],
)
def test_rounded_solid_is_closed_and_wound_outward(mesh: Mesh) -> None:
    assert is_closed(mesh)
    assert mesh.volume_m3 > 0.0


@given(st.lists(st.floats(0.2, 1.0), min_size=3, max_size=12), st.floats(0.1, 5.0))
def test_extrude_star_polygon_has_area_times_height(radii: list[float], height: float) -> None:
    turns = 2.0 * math.pi * np.arange(len(radii)) / len(radii)
    outline = np.array(radii)[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
    x, y = outline.T
    area = 0.5 * float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())

    solid = shape.extrude(outline, height)

    assert is_closed(solid)
    assert solid.volume_m3 == pytest.approx(area * height, rel=1e-6)


def test_triangulate_outline_with_hole_covers_the_difference() -> None:
    outline, hole = SQUARE * 4.0, (SQUARE + 1.0)[::-1]

    triangles = triangulate(outline, [hole])

    points = np.concatenate([outline, hole])
    a, b, c = (points[triangles[:, i]] for i in range(3))
    areas = ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2.0
    assert areas.min() > 0.0
    assert areas.sum() == pytest.approx(15.0)


def test_fillet_right_angle_puts_the_arc_at_the_radius() -> None:
    arc = fillet([(0.0, 2.0), (0.0, 0.0), (2.0, 0.0)], 0.5, 4)[1:-1]

    assert len(arc) == 5
    assert np.linalg.norm(arc - (0.5, 0.5), axis=1) == pytest.approx([0.5] * 5)


def test_inset_square_moves_every_edge_inward() -> None:
    assert inset(SQUARE, 0.25).tolist() == [[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]


def test_rotation_quarter_turn_is_exact() -> None:
    assert compute_rotation("z", 90.0).tolist() == [[0, -1, 0], [1, 0, 0], [0, 0, 1]]


def test_mirror_keeps_the_mesh_outward() -> None:
    wedge = shape.extrude([(0, 0), (1, 0), (0, 1)], 1.0)

    assert wedge.mirror("x").volume_m3 == pytest.approx(0.5)
    assert wedge.mirrored("x").volume_m3 == pytest.approx(1.0)


def test_weld_joins_points_and_drops_collapsed_triangles() -> None:
    sheet = Mesh(
        np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (1, 0, 0)]),
        np.array([(0, 1, 2), (3, 4, 5), (1, 3, 6)]),
    )

    welded = sheet.weld()

    assert welded.points.tolist() == [[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]]
    assert welded.triangles.tolist() == [[0, 1, 2], [1, 3, 2]]


def test_merge_keeps_point_normals_only_when_all_have_them() -> None:
    bare = shape.box((1, 1, 1))
    with_normals = Mesh(bare.points, bare.triangles, bare.points / np.sqrt(0.75))

    assert merge(with_normals, with_normals).normals is not None
    assert merge(with_normals, bare).normals is None


def test_corner_normals_of_a_sharp_box_are_those_of_its_faces() -> None:
    normals = compute_corner_normals(shape.box((1, 2, 3)), 50.0)

    assert np.abs(normals).max(axis=2) == pytest.approx(np.ones((12, 3)))


def test_corner_normals_of_a_smooth_box_point_away_from_its_middle() -> None:
    cube = shape.box((2, 2, 2))

    normals = compute_corner_normals(cube, 180.0)

    assert normals == pytest.approx(cube.points[cube.triangles] / math.sqrt(3.0))


def test_corner_normals_given_per_point_are_used_and_empty_ones_replaced() -> None:
    given_normals = np.array([(0, 0, 2.0), (0, 0, 0), (1.0, 0, 0)])
    triangle = Mesh(
        np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0)]), np.array([(0, 1, 2)]), given_normals
    )

    normals = compute_corner_normals(triangle, 50.0)

    assert normals.tolist() == [[[0, 0, 1], [0, 0, 1], [1, 0, 0]]]


def test_corner_normals_of_a_bevelled_box_leave_the_large_faces_nearly_flat() -> None:
    box = shape.box((1, 1, 1), bevel=0.01)
    normals = compute_corner_normals(box, 50.0)
    a, b, c = (box.points[box.triangles[:, i]] for i in range(3))
    faces = np.cross(b - a, c - a)
    is_large = np.linalg.norm(faces, axis=1) > 0.5

    cosines = np.einsum("tij,tj->ti", normals, faces)[is_large]
    cosines /= np.linalg.norm(faces[is_large], axis=1, keepdims=True)

    assert is_large.sum() == 12
    assert cosines.min() > math.cos(math.radians(2.0))
