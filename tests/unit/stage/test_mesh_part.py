"""Splitting meshes: each triangle once, parts bounded and near each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.stage.mesh_part import split_mesh
from clappper.core.stage.triangles import Mesh


def make_strip(count):
    """Triangles along y, a metre from one to the next, in no order, without shared vertices."""
    order = np.random.default_rng(3).permutation(count)
    corners = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.5, 0.0]])
    points = (corners[None] + order[:, None, None] * np.array([0.0, 1.0, 0.0])).reshape(-1, 3)
    return Mesh(points, np.arange(3 * count, dtype=np.int32).reshape(-1, 3))


@given(st.integers(1, 200), st.integers(1, 60))
def test_split_puts_each_triangle_in_one_part_of_bounded_size(count, limit):
    mesh = make_strip(count)

    parts = split_mesh(mesh, limit)

    assert all(1 <= part.count <= limit for part in parts)
    assert [part.count for part in parts] == [len(part.mesh.triangles) for part in parts]
    found = np.concatenate([part.mesh.corners for part in parts])
    assert sorted(map(tuple, found.reshape(-1, 9).tolist())) == sorted(
        map(tuple, mesh.corners.reshape(-1, 9).tolist())
    )


def test_parts_of_a_strip_lie_one_behind_the_other():
    bounds = sorted(part.bound[:, 1].tolist() for part in split_mesh(make_strip(64), 16))

    assert bounds == [[0.0, 15.5], [16.0, 31.5], [32.0, 47.5], [48.0, 63.5]]


def test_part_carries_the_vertices_that_it_uses_and_no_more():
    for part in split_mesh(make_strip(64), 16):
        assert len(part.mesh.vertices) == 48
        assert np.array_equal(part.mesh.bound, part.bound)


def test_small_mesh_is_its_own_only_part():
    mesh = make_strip(16)

    (part,) = split_mesh(mesh, 16)

    assert part.mesh is mesh
    assert np.array_equal(part.bound, mesh.bound)


@pytest.mark.parametrize("limit", [1, 3])
def test_triangles_at_one_place_are_split_all_the_same(limit):
    mesh = Mesh(np.eye(3), np.zeros((10, 3), dtype=np.int32) + np.arange(3, dtype=np.int32))

    assert sum(part.count for part in split_mesh(mesh, limit)) == 10
