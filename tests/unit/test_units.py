"""Angles, headings and rounding shared by all parts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clappper.core.units import (
    Vec3,
    compute_heading,
    compute_yaw_deg,
    quantize,
    wrap_deg,
    wrap_turn_deg,
)

ANGLES_DEG = st.floats(min_value=-1e6, max_value=1e6)


@pytest.mark.parametrize(
    ("yaw_deg", "heading"),
    [(0.0, (0.0, -1.0)), (90.0, (1.0, 0.0)), (180.0, (0.0, 1.0)), (270.0, (-1.0, 0.0))],
)
def test_compute_heading_at_quarter_turns_is_an_axis(
    yaw_deg: float, heading: tuple[float, float]
) -> None:
    assert compute_heading(yaw_deg) == pytest.approx(heading, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "yaw_deg"),
    [(0.0, -2.0, 0.0), (3.0, 0.0, 90.0), (0.0, 1.0, 180.0), (-1.0, 0.0, 270.0), (1, -1, 45.0)],
)
def test_compute_yaw_towards_a_direction_is_the_angle(x: float, y: float, yaw_deg: float) -> None:
    assert compute_yaw_deg(x, y) == pytest.approx(yaw_deg)


@given(st.floats(min_value=0.0, max_value=359.999))
def test_compute_yaw_of_a_heading_is_the_yaw(yaw_deg: float) -> None:
    found_deg = compute_yaw_deg(*compute_heading(yaw_deg))

    assert math.cos(math.radians(found_deg - yaw_deg)) == pytest.approx(1.0, abs=1e-12)


@given(ANGLES_DEG)
def test_wrap_deg_of_any_angle_is_the_same_angle_within_a_turn(angle_deg: float) -> None:
    wrapped = wrap_deg(angle_deg)

    assert 0.0 <= wrapped < 360.0
    turns = (wrapped - angle_deg) / 360.0
    assert turns == pytest.approx(round(turns), abs=1e-6)


@pytest.mark.parametrize(
    ("turn_deg", "short_deg"), [(0.0, 0.0), (90.0, 90.0), (270.0, -90.0), (-190.0, 170.0)]
)
def test_wrap_turn_deg_is_the_short_way_round(turn_deg: float, short_deg: float) -> None:
    assert wrap_turn_deg(turn_deg) == short_deg
    assert wrap_turn_deg(turn_deg + 720.0) == short_deg


@given(ANGLES_DEG)
def test_quantize_of_any_number_is_near_stable_and_never_minus_zero(value: float) -> None:
    rounded = quantize(value)

    assert rounded == pytest.approx(value, abs=0.6e-6)
    assert quantize(rounded) == rounded
    assert not (rounded == 0.0 and math.copysign(1.0, rounded) < 0.0)


@pytest.mark.parametrize("value", [-0.0, -1e-9])
def test_quantize_of_a_negative_nothing_prints_as_zero(value: float) -> None:
    assert str(quantize(value)) == "0.0"


def test_vec3_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="w"):
        Vec3.model_validate({"x": 1.0, "y": 2.0, "z": 3.0, "w": 4.0})


def test_vec3_as_tuple_keeps_the_order() -> None:
    assert Vec3(x=1.0, y=2.0, z=3.0).as_tuple() == (1.0, 2.0, 3.0)
