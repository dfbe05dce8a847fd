"""Where a new scene has room: a table of floors and obstacles, answers worked out by hand."""

from __future__ import annotations

import time

import numpy as np
import pytest

from clappper.core.stage.ground import Ground, Spot, choose_spot

NONE = np.zeros((0, 6))


def rect(x0, y0, x1, y1):
    """Return a rectangle as two triangles."""
    return [[[x0, y0], [x1, y0], [x1, y1]], [[x0, y0], [x1, y1], [x0, y1]]]


def make_ground(*rects, obstacles=(), height_m=0.0, floor="largest_surface"):
    triangles = [triangle for r in rects for triangle in rect(*r)]
    return Ground(
        floor=floor if triangles else "zero",
        height_m=height_m,
        floor_triangles=np.array(triangles, dtype=float).reshape(-1, 3, 2),
        obstacles=np.array(obstacles, dtype=float).reshape(-1, 6),
    )


HALL = (-20, -20, 20, 20)
CASES = {
    # name: (ground, half x, half y, expected)
    "empty stage": (make_ground(), 3, 3, Spot(0, 0, 0, True)),
    "free floor": (make_ground(HALL), 3, 3, Spot(0, 0, 0, False)),
    "free floor 3 cm up": (make_ground(HALL, height_m=0.03), 3, 3, Spot(0, 0, 0.03, False)),
    # The crate ends at 0.5; half a metre is kept: the nearest centres on the grid are 4 m away.
    "crate at the origin": (
        make_ground(HALL, obstacles=[(-0.5, -0.5, 0, 0.5, 0.5, 1)]),
        3, 3, 4.0,
    ),
    "rug is no obstacle": (
        make_ground(HALL, obstacles=[(-2, -2, 0, 2, 2, 0.02)]),
        3, 3, Spot(0, 0, 0, False),
    ),
    "lamp overhead is no obstacle": (
        make_ground(HALL, obstacles=[(-2, -2, 3.5, 2, 2, 4)]),
        3, 3, Spot(0, 0, 0, False),
    ),
    "cellar below is no obstacle": (
        make_ground(HALL, obstacles=[(-5, -5, -3, 5, 5, -1)]),
        3, 3, Spot(0, 0, 0, False),
    ),
    # Full: own floor beside. x = ceil(20 + 0.5 + 3).
    "full floor": (
        make_ground(HALL, obstacles=[(-20, -20, -0.1, 20, 20, 0), (-18, -18, 0, 18, 18, 2)]),
        3, 3, Spot(24, 0, 0, True),
    ),
    "floor exactly as large": (make_ground((-3, -3, 3, 3)), 3, 3, Spot(0, 0, 0, False)),
    "floor off the grid": (make_ground((10.2, 0, 16.3, 6.1)), 3, 3, Spot(13.25, 3, 0, False)),
    "floor too small": (
        make_ground((-2, -2, 2, 2), obstacles=[(-2, -2, -0.2, 2, 2, 0)]),
        3, 3, Spot(6, 0, 0, True),
    ),
    "no floor, something stands": (
        make_ground(obstacles=[(-1, -1, 0.5, 1, 1, 2)]),
        3, 3, Spot(5, 0, 0, True),
    ),
    "no floor, something far off": (
        make_ground(obstacles=[(9, 9, 0.5, 10, 10, 2)]),
        3, 3, Spot(0, 0, 0, True),
    ),
    "floor away from the origin": (
        make_ground((10, 10, 20, 20)),
        3, 3, Spot(13, 13, 0, False),
    ),
    # Tiles of 2 m that together make a floor.
    "floor of tiles": (
        make_ground(*((x, y, x + 2, y + 2) for x in range(-6, 6, 2) for y in range(-6, 6, 2))),
        5, 5, Spot(0, 0, 0, False),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_choose_spot_table(name):
    ground, half_x, half_y, expected = CASES[name]

    spot = choose_spot(ground, half_x, half_y)

    if isinstance(expected, Spot):
        assert (spot.x, spot.y, spot.z) == pytest.approx((expected.x, expected.y, expected.z))
        assert spot.needs_floor == expected.needs_floor
    else:
        assert np.hypot(spot.x, spot.y) == pytest.approx(expected)
        assert not spot.needs_floor


def test_choose_spot_l_shaped_floor_does_not_hang_over_the_hole():
    # An L: 12 x 4 along the south and 4 x 12 along the west; the corner to the north east is open.
    # Its bound is centred on the origin, so that the nearest spots all hang over the hole.
    ground = make_ground((-6, -6, 6, -2), (-6, -2, -2, 6))

    spot = choose_spot(ground, 1.8, 1.8)

    assert not spot.needs_floor
    assert spot.x + 1.8 <= -2 or spot.y + 1.8 <= -2
    assert min(spot.x, spot.y) - 1.8 >= -6
    assert choose_spot(ground, 2.5, 2.5).needs_floor


def test_choose_spot_two_floors_stands_on_one_and_not_across():
    ground = make_ground((-12, -4, -2, 4), (2, -4, 12, 4))
    spot = choose_spot(ground, 3, 3)
    assert not spot.needs_floor
    assert abs(spot.x) - 3 >= 2


def test_choose_spot_own_floor_stays_clear_of_every_floor():
    floors = [(-2, -2, -0.1, 2, 2, 0), (5, -2, -0.1, 9, 2, 0)]
    ground = make_ground((-2, -2, 2, 2), (5, -2, 9, 2), obstacles=floors)
    assert choose_spot(ground, 3, 3) == Spot(13, 0, 0, True)


def test_choose_spot_own_floor_beside_a_table_stays_clear_of_what_is_lower_than_its_top():
    # A table 1 x 1 m is selected; a low crate stands where the scene would go with its own floor.
    ground = make_ground(
        (-0.5, -0.5, 0.5, 0.5),
        obstacles=[(-0.5, -0.5, 0.7, 0.5, 0.5, 0.75), (3, -1, 0, 5, 1, 0.4)],
        height_m=0.75,
        floor="selection",
    )
    assert choose_spot(ground, 3, 3) == Spot(9, 0, 0, True)


def test_choose_spot_high_scene_stays_clear_of_what_hangs_in_its_way():
    ground = make_ground(HALL, obstacles=[(-2, -2, 3.5, 2, 2, 4)])
    spot = choose_spot(ground, 3, 3, height_m=4.2)
    assert np.hypot(spot.x, spot.y) == pytest.approx(5.5)


def test_choose_spot_own_floor_with_a_high_room_stays_clear_of_a_crane():
    ground = make_ground(obstacles=[(-2, -2, 4, 2, 2, 5)])
    assert choose_spot(ground, 3, 3) == Spot(0, 0, 0, True)
    assert choose_spot(ground, 3, 3, own_height_m=6.0) == Spot(6, 0, 0, True)


def test_choose_spot_large_fine_floor_with_holes_answers_in_time():
    """A dense floor that nowhere has room: every spot is looked at, none for long."""
    cells = [(x, y, x + 0.9, y + 0.9) for x in range(-32, 32) for y in range(-31, 31)]
    ground = make_ground(*cells[:2000])
    start = time.monotonic()
    spot = choose_spot(ground, 3, 3)
    assert spot.needs_floor
    assert time.monotonic() - start < 5.0


def test_list_standing_keeps_what_is_in_the_way_of_somebody_on_the_floor():
    rows = [(0, 0, 0, 1, 1, 0.02), (0, 0, 0, 1, 1, 0.5), (0, 0, 2.1, 1, 1, 5), (0, 0, 2.3, 1, 1, 5)]
    ground = make_ground(HALL, obstacles=rows)
    assert ground.list_standing().tolist() == [list(rows[1]), list(rows[2])]
    assert len(make_ground().list_standing()) == 0
