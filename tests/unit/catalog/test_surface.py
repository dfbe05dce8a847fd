import numpy as np
import pytest

from clappper.core.catalog.measuring.surface import collect_level_faces, find_surface


def make_quad(height, x0, x1, y0, y1):
    return [(x0, y0, height), (x1, y0, height), (x1, y1, height), (x0, y1, height)]


def collect(*quads, up=2):
    points = np.array([p for quad in quads for p in quad], dtype=np.float64)
    counts = np.full(len(quads), 4, dtype=np.int64)
    return collect_level_faces(points, counts, np.arange(4 * len(quads)), up=up)


def test_find_surface_small_cap_on_a_desk_is_not_the_top():
    faces = collect(make_quad(0.74, 0, 1.6, 0, 0.8), make_quad(0.742, 0.7, 0.8, 0.1, 0.2))
    assert find_surface([faces], 1.6 * 0.8) == pytest.approx(0.74)


def test_find_surface_boards_of_a_pallet_count_together():
    boards = [make_quad(0.144, 0, 1.2, y, y + 0.1) for y in (0.0, 0.2, 0.4, 0.6)]
    assert find_surface([collect(*boards)], 1.2 * 0.8) == pytest.approx(0.144)


def test_find_surface_slanted_or_small_gives_none():
    slanted = collect([(0, 0, 0), (1, 0, 0.3), (1, 1, 0.3), (0, 1, 0)])
    assert find_surface([slanted], 1.0) is None
    assert find_surface([collect(make_quad(1.0, 0, 0.3, 0, 0.3))], 1.0) is None
    assert find_surface([], 1.0) is None


def test_collect_level_faces_concave_face_has_its_true_area():
    corners = np.array(
        [(0, 0, 2), (2, 0, 2), (2, 2, 2), (1, 2, 2), (1, 1, 2), (0, 1, 2)], dtype=np.float64
    )
    faces = collect_level_faces(corners, np.array([6]), np.arange(6), up=2)
    assert faces.tolist() == [[2.0, 3.0]]
