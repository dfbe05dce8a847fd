"""Parts cover every triangle and leave out hollows; shelves are where one can stand things."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.core.catalog.measuring.hollow import PART_LIMIT, read_hollows

_CORNERS = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], dtype=float)
_QUADS = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))


def make_box(x0, y0, z0, x1, y1, z1):
    corners = np.array((x0, y0, z0)) + _CORNERS * (x1 - x0, y1 - y0, z1 - z0)
    return np.concatenate([corners[[[q[0], q[1], q[2]], [q[0], q[2], q[3]]]] for q in _QUADS])


def make_table(width=1.6, depth=0.8, height=0.75, leg=0.06):
    x, y = width / 2, depth / 2
    boards = [make_box(-x, -y, height - 0.03, x, y, height)]
    boards.extend(
        make_box(sx, sy, 0.0, sx + leg, sy + leg, height - 0.03)
        for sx in (-x, x - leg)
        for sy in (-y, y - leg)
    )
    return np.concatenate(boards)


def make_shelving(levels=(0.1, 0.6, 1.1, 1.6)):
    boards = [make_box(-0.9, -0.3, z - 0.03, 0.9, 0.3, z) for z in levels]
    posts = [
        make_box(x, y, 0.0, x + 0.04, y + 0.04, 2.0) for x in (-0.9, 0.86) for y in (-0.3, 0.26)
    ]
    return np.concatenate([*boards, *posts])


def is_covered(parts, points):
    inside = np.zeros(len(points), dtype=bool)
    for p in parts:
        low, high = np.array((p.x_min, p.y_min, p.z_min)), np.array((p.x_max, p.y_max, p.z_max))
        inside |= ((points >= low - 1e-6) & (points <= high + 1e-6)).all(axis=1)
    return inside


def sample(triangles, rng, count=40):
    weights = rng.dirichlet((1.0, 1.0, 1.0), size=(len(triangles), count))
    return np.einsum("tcw,twi->tci", weights, triangles).reshape(-1, 3)


def test_read_hollows_table_has_room_under_its_top_and_one_shelf_on_it():
    table = make_table()
    parts, (shelf,) = read_hollows(table)

    assert is_covered(parts, sample(table, np.random.default_rng(1))).all()
    assert not is_covered(
        parts, np.array([(0.0, 0.0, 0.3), (0.5, 0.0, 0.6), (0.0, -0.39, 0.2)])
    ).any()
    assert shelf.z_m == pytest.approx(0.75)
    assert shelf.clear_m is None
    assert 1.4 < shelf.x_max - shelf.x_min <= 1.6
    assert 0.6 < shelf.y_max - shelf.y_min <= 0.8


def test_read_hollows_shelving_has_a_shelf_at_each_board_with_its_clear_height():
    _, shelves = read_hollows(make_shelving())

    assert [s.z_m for s in shelves] == pytest.approx([0.1, 0.6, 1.1, 1.6])
    for shelf in shelves[:-1]:
        assert 0.47 - 0.06 < shelf.clear_m <= 0.47
        assert shelf.x_max - shelf.x_min > 1.5
    # Above the top board are the posts' ends, but nothing above the rectangle between them.
    assert shelves[-1].clear_m is None


def test_read_hollows_slatted_top_is_one_shelf():
    slats = [make_box(-0.6, y, 0.1, 0.6, y + 0.1, 0.12) for y in np.arange(-0.4, 0.35, 0.14)]
    stringers = [make_box(x, -0.4, 0.0, x + 0.1, 0.4, 0.1) for x in (-0.6, -0.05, 0.5)]
    _, shelves = read_hollows(np.concatenate([*slats, *stringers]))

    (shelf,) = [s for s in shelves if s.z_m > 0.1]
    assert shelf.z_m == pytest.approx(0.12)
    assert shelf.x_max - shelf.x_min > 1.0


def test_read_hollows_closed_box_is_solid_inside():
    outer, inner = make_box(-1, -1, 0, 1, 1, 2), make_box(-0.9, -0.9, 0.1, 0.9, 0.9, 1.9)
    parts, shelves = read_hollows(np.concatenate([outer, inner]))

    assert parts == ()
    assert [s.z_m for s in shelves] == [2.0]


def test_read_hollows_what_rises_from_a_surface_is_left_out_of_its_shelf():
    knob = make_box(0.3, -0.05, 0.75, 0.4, 0.05, 0.76)
    _, shelves = read_hollows(np.concatenate([make_table(), knob]))

    (shelf,) = [s for s in shelves if s.z_m == pytest.approx(0.75)]
    assert shelf.x_max <= 0.3 or shelf.x_min >= 0.4 or shelf.y_max <= -0.05 or shelf.y_min >= 0.05


@pytest.mark.parametrize(
    "triangles", [np.empty((0, 3, 3)), np.full((2, 3, 3), np.nan), np.zeros((2, 3, 3))]
)
def test_read_hollows_nothing_to_look_into_gives_nothing(triangles):
    assert read_hollows(triangles) == ((), ())


def make_soup(count):
    """Large triangles in any position: cut to the size of a cube, some thousand pieces each."""
    return np.random.default_rng(2).uniform(-1.0, 1.0, (count, 3, 3))


@pytest.mark.parametrize(
    "triangles",
    [
        pytest.param(lambda: make_soup(200_000), id="soup"),
        pytest.param(
            lambda: np.concatenate([make_table(), make_soup(200_000)]), id="soup-on-table"
        ),
    ],
)
def test_read_hollows_too_much_to_cut_is_given_up_at_once(triangles):
    assert read_hollows(triangles()) == ((), ())


@pytest.mark.parametrize(
    ("work_limit", "heights"), [(1e7, [0.1, 0.6, 1.1, 1.6, 2.04]), (6e5, [2.04]), (1e4, [])]
)
def test_read_hollows_with_less_work_allowed_looks_at_the_highest_surfaces_only(
    work_limit, heights
):
    # Each of a pile of sheets has the others above it in its layer of cubes.
    x, y = 0.3, 0.25
    sheet = np.array([[(-x, -y), (x, -y), (x, y)], [(-x, -y), (x, y), (-x, y)]])
    pile = [np.dstack([sheet, np.full((2, 3), 2.0 + 0.001 * i)]) for i in range(1, 41)]
    parts, shelves = read_hollows(np.concatenate([make_shelving(), *pile]), work_limit=work_limit)

    assert [s.z_m for s in shelves] == pytest.approx(heights)
    assert bool(parts) == bool(heights)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.floats(0.0, 1.5))
def test_read_hollows_any_shape_is_covered_and_shelves_are_free(seed, count, turn):
    rng = np.random.default_rng(seed)
    boxes = []
    for _ in range(count):
        low = rng.uniform(-1, 1, 3)
        boxes.append(make_box(*low, *(low + rng.uniform(0.02, 1.2, 3))))
    triangles = np.concatenate(boxes)
    cos, sin = np.cos(turn), np.sin(turn)
    triangles = triangles @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1.0]])
    parts, shelves = read_hollows(triangles)

    points = sample(triangles, rng)
    assert len(parts) <= PART_LIMIT
    if parts:
        assert is_covered(parts, points).all()
    for shelf in shelves:
        clear = np.inf if shelf.clear_m is None else shelf.clear_m
        above = (
            (points[:, 0] > shelf.x_min)
            & (points[:, 0] < shelf.x_max)
            & (points[:, 1] > shelf.y_min)
            & (points[:, 1] < shelf.y_max)
            & (points[:, 2] > shelf.z_m + 0.001)
        )
        assert (points[above, 2] >= shelf.z_m + clear - 1e-6).all()
