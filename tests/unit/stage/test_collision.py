"""Penetration depths computed by hand, and verdicts of an independent separating-axis test."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clappper.core.stage import contact
from clappper.core.stage.collision import (
    PRECISION,
    PRECISION_M,
    CollisionWorld,
    compute_bound_gap,
    iterate_near_pairs,
)
from clappper.core.stage.inspect import Body
from clappper.core.stage.triangles import Mesh

#: Each takes a tenth of a second.
_EXAMPLES = 300 if os.environ.get("CLAPPPER_FULL") == "1" else 60
_QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


def make_pose(at=(0.0, 0.0, 0.0), yaw_deg=0.0, roll_deg=0.0):
    yaw, roll = math.radians(yaw_deg), math.radians(roll_deg)
    turn = np.array(
        [[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]]
    )
    tilt = np.array(
        [[1, 0, 0], [0, math.cos(roll), -math.sin(roll)], [0, math.sin(roll), math.cos(roll)]]
    )
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = turn @ tilt, at
    return pose


def make_mesh(boxes):
    """Boxes as (size, centre)."""
    points, triangles = [], []
    for size, center in boxes:
        base = len(points)
        points += [
            [c + s * f for c, s, f in zip(center, size, (x, y, z), strict=True)]
            for x in (-0.5, 0.5)
            for y in (-0.5, 0.5)
            for z in (-0.5, 0.5)
        ]
        for a, b, c, d in _QUADS:
            triangles += [[base + a, base + b, base + c], [base + a, base + c, base + d]]
    return Mesh(np.array(points, dtype=float), np.array(triangles, dtype=np.int32))


def make_body(*boxes, at=(0.0, 0.0, 0.0), yaw_deg=0.0, roll_deg=0.0):
    return Body("/body", "instance", make_mesh(boxes), make_pose(at, yaw_deg, roll_deg))


def make_cube(at=(0.0, 0.0, 0.0), side=1.0, **turn):
    return make_body(((side, side, side), (0.0, 0.0, 0.0)), at=at, **turn)


def make_sheet(at=(0.0, 0.0, 0.0), **turn):
    """A square of 1 m in the xy plane without thickness."""
    points = np.array([[-0.5, -0.5, 0], [0.5, -0.5, 0], [0.5, 0.5, 0], [-0.5, 0.5, 0]])
    mesh = Mesh(points, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32))
    return Body("/sheet", "instance", mesh, make_pose(at, **turn))


@pytest.mark.parametrize("overlap_m", [-0.01, 0.0, 0.0005, 0.00099])
@pytest.mark.parametrize("yaw_deg", [0.0, 20.0, 45.0, 133.0])
def test_depth_of_contact_up_to_one_millimetre_is_zero(overlap_m, yaw_deg):
    way = np.array([math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg)), 0.0])

    depth = CollisionWorld().compute_depth(
        make_cube(yaw_deg=yaw_deg), make_cube(way * (1.0 - overlap_m), yaw_deg=yaw_deg)
    )

    assert depth == 0.0


@pytest.mark.parametrize("overlap_m", [0.00201, 0.003, 0.05, 0.4])
@pytest.mark.parametrize("yaw_deg", [0.0, 20.0, 45.0, 133.0])
def test_depth_of_overlapping_cubes_is_the_overlap(overlap_m, yaw_deg):
    way = np.array([math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg)), 0.0])

    depth = CollisionWorld().compute_depth(
        make_cube(yaw_deg=yaw_deg), make_cube(way * (1.0 - overlap_m), yaw_deg=yaw_deg)
    )

    assert depth == pytest.approx(overlap_m, rel=2.5e-3, abs=1.5e-4)


def test_depth_of_a_tilted_edge_pushed_into_a_face_is_measured_along_the_face_normal():
    # A cube on its edge: its lowest line is half the diagonal below its centre.
    height = math.sqrt(2.0) / 2.0
    floor = make_body(((4.0, 4.0, 0.2), (0.0, 0.0, -0.1)))

    sunk = CollisionWorld().compute_depth(
        make_cube((0.0, 0.0, height - 0.004), roll_deg=45.0), floor
    )
    resting = CollisionWorld().compute_depth(make_cube((0.0, 0.0, height), roll_deg=45.0), floor)

    assert sunk == pytest.approx(0.004, abs=1.5e-4)
    assert resting == 0.0


@pytest.mark.parametrize("at", [(0.0, 0.0, 0.0), (0.3, 0.1, -0.2)])
def test_depth_of_a_small_closed_body_inside_a_large_one_is_its_way_out(at):
    small, large = make_cube(at, side=0.1), make_cube()

    depths = [CollisionWorld().compute_depth(*pair) for pair in ((small, large), (large, small))]

    expected = 0.55 - max(abs(value) for value in at)
    assert depths == pytest.approx([expected, expected], rel=2.5e-3, abs=2e-4)


def test_depth_of_a_part_inside_is_found_though_other_parts_are_outside():
    pair = make_body(((0.1, 0.1, 0.1), (0.0, 0.0, 0.0)), ((0.1, 0.1, 0.1), (2.0, 0.0, 0.0)))

    assert CollisionWorld().compute_depth(pair, make_cube()) > 0.4


def test_depth_of_something_in_a_box_with_an_open_side_is_zero():
    shell = [
        ((1.0, 1.0, 0.01), (0.0, 0.0, -0.5)),
        *(((0.01, 1.0, 1.0), (x, 0.0, 0.0)) for x in (-0.5, 0.5)),
        *(((1.0, 0.01, 1.0), (0.0, y, 0.0)) for y in (-0.5, 0.5)),
    ]

    assert CollisionWorld().compute_depth(make_cube(side=0.3), make_body(*shell)) == 0.0


def test_depth_of_equal_bodies_at_one_place_is_their_size():
    assert CollisionWorld().compute_depth(make_cube(), make_cube()) == pytest.approx(
        1.0, rel=2.5e-3
    )


def test_depth_of_aligned_cubes_with_all_side_faces_in_common_planes_is_the_overlap():
    assert CollisionWorld().compute_depth(make_cube(), make_cube((0.9, 0.0, 0.0))) == pytest.approx(
        0.1, abs=2e-4
    )


def test_depth_of_a_chair_seat_under_a_table_top_is_zero_though_their_boxes_overlap():
    table = make_body(
        ((1.6, 0.8, 0.04), (0.0, 0.0, 0.72)),
        *(((0.06, 0.06, 0.7), (x, y, 0.35)) for x in (-0.75, 0.75) for y in (-0.35, 0.35)),
    )
    chair = make_body(
        ((0.45, 0.45, 0.05), (0.0, -0.2, 0.45)), ((0.45, 0.05, 0.5), (0.0, -0.45, 0.7))
    )

    assert compute_bound_gap(table.bound, chair.bound) == 0.0
    assert CollisionWorld().compute_depth(table, chair) == 0.0


def test_depth_of_a_backrest_through_a_table_top_is_positive():
    table = make_body(((1.6, 0.8, 0.04), (0.0, 0.0, 0.72)))
    chair = make_body(((0.45, 0.05, 1.0), (0.0, 0.0, 0.5)))

    assert CollisionWorld().compute_depth(table, chair) > 0.25


@pytest.mark.parametrize(("edge_m", "collides"), [(0.0008, False), (0.003, True), (0.3, True)])
def test_depth_of_a_sheet_through_a_sheet_is_how_far_it_pokes_through(edge_m, collides):
    depth = CollisionWorld().compute_depth(
        make_sheet(), make_sheet((0.0, 0.0, 0.5 - edge_m), roll_deg=90.0)
    )

    assert depth == pytest.approx(edge_m if collides else 0.0, rel=2.5e-3, abs=1.5e-4)


def test_depth_of_a_snug_fit_that_touches_on_both_sides_is_zero():
    slot = make_body(((0.1, 1.0, 1.0), (-0.55, 0.0, 0.0)), ((0.1, 1.0, 1.0), (0.55, 0.0, 0.0)))
    snug = make_body(((1.001, 0.4, 0.4), (0.0, 0.0, 0.0)))
    forced = make_body(((1.01, 0.4, 0.4), (0.0, 0.0, 0.0)))

    assert CollisionWorld().compute_depth(snug, slot) == 0.0
    assert CollisionWorld().compute_depth(forced, slot) > 0.0


def compute_separation(size_a, pose_a, size_b, pose_b):
    """Separation of two oriented boxes over the 15 axes; negative where they penetrate."""
    axes = [*pose_a[:3, :3].T, *pose_b[:3, :3].T]
    axes += [np.cross(a, b) for a in pose_a[:3, :3].T for b in pose_b[:3, :3].T]
    best = -math.inf
    for axis in axes:
        length = np.linalg.norm(axis)
        if length < 1e-6:
            continue
        unit = axis / length
        reach = sum(
            float(np.abs(unit @ pose[:3, :3]) @ np.array(size)) / 2.0
            for size, pose in ((size_a, pose_a), (size_b, pose_b))
        )
        best = max(best, abs(float(unit @ (pose_b[:3, 3] - pose_a[:3, 3]))) - reach)
    return best


_sizes = st.tuples(*[st.floats(0.1, 1.5)] * 3)
_places = st.tuples(*[st.floats(-1.0, 1.0)] * 3)
_turns = st.floats(0.0, 360.0)


@given(
    _sizes, _turns, _turns, _sizes, _places, _turns, _turns, st.none() | st.floats(-0.004, 0.004)
)
def test_verdict_on_oriented_boxes_agrees_with_separating_axes(
    size_a, yaw_a, roll_a, size_b, at, yaw_b, roll_b, near
):
    pose_a, pose_b = make_pose(yaw_deg=yaw_a, roll_deg=roll_a), make_pose(at, yaw_b, roll_b)
    if near is not None:
        # Slide b along its own way out until the pair is within millimetres of contact.
        way = np.array(at) / max(float(np.linalg.norm(at)), 1e-9)
        low, high = 0.0, 6.0
        for _ in range(50):
            middle = (low + high) / 2.0
            pose_b[:3, 3] = way * middle
            low, high = (
                (low, middle)
                if compute_separation(size_a, pose_a, size_b, pose_b) > 0
                else (middle, high)
            )
        pose_b[:3, 3] = way * (high + near)
    apart = compute_separation(size_a, pose_a, size_b, pose_b)
    assume(not -0.002 <= apart <= -0.001)
    a = Body("/a", "instance", make_mesh([(size_a, (0, 0, 0))]), pose_a)
    b = Body("/b", "instance", make_mesh([(size_b, (0, 0, 0))]), pose_b)

    depth = CollisionWorld().compute_depth(a, b)

    assert (depth > 0.0) == (apart < -0.002)
    assert depth == 0.0 or depth >= -apart - 1e-4


def test_gap_between_cubes_is_their_distance():
    world = CollisionWorld()

    assert world.compute_gap(make_cube(), make_cube((1.25, 0.0, 0.0))) == pytest.approx(0.25)
    assert world.compute_gap(make_cube(), make_cube((0.5, 0.0, 0.0))) == 0.0


def test_nearest_of_several_bodies_is_found():
    near, far = make_cube((1.5, 0.0, 0.0)), make_cube((0.0, 2.0, 0.0))

    gap, body = CollisionWorld().find_nearest(make_cube(), [far, near])

    assert gap == pytest.approx(0.5)
    assert body is near


def test_nearest_without_others_is_infinitely_far():
    cube = make_cube()

    assert CollisionWorld().find_nearest(cube, [cube]) == (math.inf, None)


@pytest.mark.parametrize("point", [(2.0, 0.0, 0.0), (0.7, 0.9, 0.0), (1.0, 1.0, 1.0)])
def test_clearance_of_a_point_is_its_distance_to_the_surface(point):
    outside = np.maximum(0.0, np.abs(point) - 0.5)

    clearance = CollisionWorld().compute_clearance(np.array(point), [make_cube()])

    assert clearance == pytest.approx(float(np.linalg.norm(outside)), abs=1e-6)


def test_near_pairs_are_those_whose_bounds_come_within_the_margin():
    bodies = (make_cube(), make_cube((1.2, 0.0, 0.0)), make_cube((5.0, 0.0, 0.0)))

    assert list(iterate_near_pairs(bodies, bodies, 0.1)) == []
    assert list(iterate_near_pairs(bodies, bodies, 0.3)) == [(bodies[0], bodies[1])]
    assert len(list(iterate_near_pairs(bodies[:1], bodies[1:], 10.0))) == 2


_corners = st.tuples(*[st.floats(-0.3, 0.3)] * 3)


@st.composite
def soups(draw):
    """Bodies of loose triangles and closed boxes, both also far from the rest of their body."""
    points = []
    for _ in range(draw(st.integers(0, 12))):
        at = np.array(draw(_places))
        points += [at + np.array(draw(_corners)) for _ in range(3)]
    loose = np.array(points, dtype=float).reshape(-1, 3)
    boxes = [(draw(_sizes), draw(_places)) for _ in range(draw(st.integers(0 if points else 1, 2)))]
    solid = make_mesh(boxes) if boxes else Mesh(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int32))
    rows = np.arange(len(loose), dtype=np.int32).reshape(-1, 3)
    mesh = Mesh(
        np.concatenate([solid.vertices, loose]),
        np.concatenate([solid.triangles, rows + np.int32(len(solid.vertices))]),
    )
    return Body("/soup", "instance", mesh, make_pose(draw(_places), draw(_turns), draw(_turns)))


@pytest.mark.parametrize("part_triangles", [1, 7, 24])
@settings(max_examples=_EXAMPLES)
@given(a=soups(), b=soups(), offset=_places, point=_places)
def test_answers_do_not_depend_on_how_meshes_are_split(part_triangles, a, b, offset, point):
    whole, split = CollisionWorld(1_000_000), CollisionWorld(part_triangles)
    offset, point = np.array(offset), np.array(point)

    for moved in (np.zeros(3), offset):
        assert split.is_touching(a, b, moved) == whole.is_touching(a, b, moved)
    assert split.compute_gap(a, b) == pytest.approx(whole.compute_gap(a, b), abs=1e-6)
    assert split.estimate_gap(a, b) <= split.compute_gap(a, b)
    depth = whole.compute_depth(a, b)
    assert split.compute_depth(a, b) == pytest.approx(depth, abs=PRECISION_M, rel=PRECISION)
    assert split.compute_clearance(point, [a, b]) == pytest.approx(
        whole.compute_clearance(point, [a, b]), abs=1e-6
    )


def make_row(count):
    """Small cubes along x, 1 m from each other."""
    return make_body(*(((0.2, 0.2, 0.2), (float(x), 0.0, 0.0)) for x in range(count)))


def test_hierarchies_are_built_of_bounded_parts_and_only_where_bodies_come_near(monkeypatch):
    built = []
    build_model = contact._build_model
    monkeypatch.setattr(
        contact, "_build_model", lambda mesh: built.append(mesh) or build_model(mesh)
    )
    world, row = CollisionWorld(part_triangles=24), make_row(64)

    assert world.is_touching(row, make_cube((40.2, 0.0, 0.0), side=0.3), np.zeros(3))
    assert world.compute_gap(row, make_cube((10.0, 3.0, 0.0), side=0.2)) == pytest.approx(2.8)

    assert max(len(mesh.triangles) for mesh in built) <= 24
    # Two cubes to ask with and, of 32 parts of the row, the few beside them.
    assert len(built) <= 6


@pytest.mark.parametrize("part_triangles", [1, 12, 24])
def test_gap_of_a_long_row_is_to_its_nearest_part(part_triangles):
    world, row = CollisionWorld(part_triangles), make_row(16)

    assert world.compute_gap(row, make_cube((12.0, 0.0, 0.9))) == pytest.approx(0.3)
    assert world.compute_gap(row, make_cube((16.1, 0.0, 0.0))) == pytest.approx(0.5)
    assert world.compute_gap(row, make_cube((3.0, 0.0, 0.4))) == 0.0


def test_estimate_of_a_gap_looks_between_the_parts():
    world, row = CollisionWorld(part_triangles=12), make_row(8)

    # Between two cubes of the row, and above the row: its bound tells nothing of the first.
    assert world.estimate_gap(row, make_cube((4.5, 0.0, 0.0), side=0.2)) == pytest.approx(
        0.3, abs=1e-5
    )
    assert world.estimate_gap(row, make_cube((4.0, 0.0, 2.1), side=0.2)) == pytest.approx(
        1.9, abs=1e-5
    )
