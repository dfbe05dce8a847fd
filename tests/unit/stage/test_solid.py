"""What a closed surface encloses, looked at whole and by cells."""

from __future__ import annotations

import numpy as np
import pytest

from clappper.core.stage import solid
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.inspect import Body
from clappper.core.stage.solid import Solid
from clappper.core.stage.triangles import Mesh


def make_ball(rings: int, radius: float = 1.0) -> Mesh:
    """Return a closed ball of ``2 * rings**2`` triangles around the origin."""
    polar, turn = np.meshgrid(
        np.linspace(0.0, np.pi, rings + 1), np.arange(rings) * (2 * np.pi / rings), indexing="ij"
    )
    points = np.stack(
        [np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar)], axis=-1
    )
    ring, step = np.meshgrid(np.arange(rings), np.arange(rings), indexing="ij")
    a, b = ring * rings + step, ring * rings + (step + 1) % rings
    quads = np.stack([a, a + rings, b + rings, b], axis=-1).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return Mesh(points.reshape(-1, 3) * radius, triangles.astype(np.int32))


def make_cube() -> np.ndarray:
    """Return the triangles of a cube from 0 to 1 (12, 3, 3)."""
    faces = [
        [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)],
        [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)],
        [(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)],
        [(0, 1, 0), (1, 1, 0), (1, 1, 1), (0, 1, 1)],
        [(0, 0, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1)],
        [(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)],
    ]
    rows = [triangle for a, b, c, d in faces for triangle in ((a, b, c), (a, c, d))]
    return np.array(rows, dtype=np.float64)


@pytest.mark.parametrize("limit", [0, 10**9], ids=["cells", "whole"])
def test_inside_of_a_closed_box_is_told_from_outside(limit, monkeypatch):
    monkeypatch.setattr(solid, "_GRID_TRIANGLES", limit)
    points = np.array([[0.5, 0.5, 0.5], [0.9, 0.1, 0.1], [1.1, 0.5, 0.5], [0.5, 0.5, -0.1]])

    assert Solid(make_cube()).compute_is_inside(points).tolist() == [True, True, False, False]


@pytest.mark.parametrize("limit", [0, 10**9], ids=["cells", "whole"])
def test_inside_of_a_box_without_a_lid_is_outside(limit, monkeypatch):
    monkeypatch.setattr(solid, "_GRID_TRIANGLES", limit)
    corners = make_cube()
    lidless = corners[~(corners[:, :, 2] > 0.999).all(axis=1)]

    assert len(lidless) == 10
    assert Solid(lidless).compute_is_inside(np.array([[0.5, 0.5, 0.5]])).tolist() == [False]


def test_inside_of_many_triangles_is_what_distance_says():
    ball = make_ball(40)
    points = np.random.default_rng(1).uniform(-1.2, 1.2, (400, 3))
    distance = np.linalg.norm(points, axis=1)
    points, distance = (rows[np.abs(distance - 1.0) > 0.01] for rows in (points, distance))
    assert len(ball.triangles) > solid._GRID_TRIANGLES

    inside = Solid(ball.corners).compute_is_inside(points)

    assert inside.tolist() == (distance < 1.0).tolist()


def test_inside_among_slivers_is_what_one_knows_of_a_prism():
    # Long thin triangles that each cover many cells.
    count = 1500
    turn = np.arange(count) * (2 * np.pi / count)
    ring = np.stack([np.cos(turn), np.sin(turn), np.zeros(count)], axis=1)
    after, up = np.roll(ring, -1, axis=0), np.array([0.0, 0.0, 5.0])
    low, high = np.zeros_like(ring), np.zeros_like(ring) + up
    corners = np.concatenate(
        [
            np.stack([low, ring, after], axis=1),
            np.stack([high, ring + up, after + up], axis=1),
            np.stack([ring, after, ring + up], axis=1),
            np.stack([after, after + up, ring + up], axis=1),
        ]
    )
    points = np.array([[0.3, 0.2, 0.1], [0.9, 0.0, 4.9], [0.9, 0.9, 2.0], [0.0, 0.1, 5.1]])
    assert all(len(solid._Grid(corners, way)._rows) <= 8 * len(corners) for way in solid._PROBES)

    assert Solid(corners).compute_is_inside(points).tolist() == [True, True, False, False]


def test_depth_of_a_small_body_inside_a_large_mesh_is_the_way_out():
    place = np.eye(4)
    place[:3, 3] = (0.0, 0.0, 0.5)
    small = Body("/small", "instance", make_ball(8, 0.05), place)
    large = Body("/large", "instance", make_ball(128), np.eye(4))

    depth = CollisionWorld().compute_depth(small, large)

    assert depth == pytest.approx(0.55, abs=2e-3)
