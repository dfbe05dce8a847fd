import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.layout.box import Box, compute_box_gap_m


def make_box(x=0.0, y=0.0, half_x=0.5, half_y=0.5, yaw_deg=0.0, z=(0.0, 1.0)):
    return Box(x, y, half_x, half_y, yaw_deg, *z)


@pytest.mark.parametrize(
    ("a", "b", "gap_m"),
    [
        (make_box(), make_box(x=2.0), 1.0),
        (make_box(), make_box(x=2.0, y=2.0), math.sqrt(2.0)),
        (make_box(), make_box(x=1.0), 0.0),
        (make_box(), make_box(x=0.9), -0.1),
        # A unit square on its corner reaches sqrt(0.5) along x.
        (make_box(), make_box(x=2.0, yaw_deg=45.0), 2.0 - 0.5 - math.sqrt(0.5)),
        (make_box(half_x=2.0, half_y=0.5, yaw_deg=90.0), make_box(x=1.5), 0.5),
    ],
    ids=["beside", "diagonal", "touching", "overlapping", "turned", "long-turned"],
)
def test_compute_box_gap_known_pairs_returns_hand_computed_distance(a, b, gap_m):
    assert compute_box_gap_m(a, b) == pytest.approx(gap_m, abs=1e-9)
    assert compute_box_gap_m(b, a) == pytest.approx(gap_m, abs=1e-9)


def test_compute_box_gap_beyond_its_limit_is_never_told_as_less():
    near, far = make_box(), make_box(x=20.0, half_x=3.0)
    assert compute_box_gap_m(near, far) == pytest.approx(16.5)
    assert compute_box_gap_m(near, far, limit_m=2.0) > 2.0


boxes = st.builds(
    make_box,
    x=st.floats(-3, 3),
    y=st.floats(-3, 3),
    half_x=st.floats(0.05, 1.5),
    half_y=st.floats(0.05, 1.5),
    yaw_deg=st.floats(0, 360),
)


@given(boxes, boxes)
def test_compute_box_gap_any_pair_agrees_with_sampled_points(a, b):
    def sample(box):
        (ux, uy), (vx, vy) = box.compute_axes()
        steps = [i / 8 - 1 for i in range(17)]
        return [
            (
                box.x + s * box.half_x * ux + t * box.half_y * vx,
                box.y + s * box.half_x * uy + t * box.half_y * vy,
            )
            for s in steps
            for t in steps
        ]

    gap = compute_box_gap_m(a, b)
    nearest = min(math.dist(p, q) for p in sample(a)[::3] for q in sample(b)[::3])
    assert nearest >= gap - 1e-9
    if gap < 0:
        assert math.hypot(a.x - b.x, a.y - b.y) < math.hypot(a.half_x, a.half_y) + math.hypot(
            b.half_x, b.half_y
        )


def test_compute_ray_entry_segment_through_box_returns_share():
    box = make_box(x=5.0)
    assert box.compute_ray_entry((0.0, 0.0, 0.5), (10.0, 0.0, 0.5)) == pytest.approx(0.45)
    assert box.compute_ray_entry((0.0, 0.0, 2.0), (10.0, 0.0, 2.0)) is None
    assert box.compute_ray_entry((0.0, 0.0, 0.5), (4.0, 0.0, 0.5)) is None
