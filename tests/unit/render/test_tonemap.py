from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.render.sky import compute_sky
from clappper.core.render.tonemap import HIGHLIGHT, KEY, compute_exposure, compute_pixels


def make_picture(value, *, height=32, width=48):
    return np.broadcast_to(np.asarray(value, dtype=np.float32), (height, width, 3)).copy()


@given(st.floats(min_value=1e-6, max_value=1e6))
def test_compute_exposure_even_picture_is_brought_to_the_key(level):
    assert compute_exposure([make_picture(level)]) * level == pytest.approx(KEY, rel=1e-3)


def test_compute_exposure_bright_opening_is_held_below_white():
    picture = make_picture(0.1)
    picture[:, :16] = 500.0
    assert compute_exposure([picture]) * 500.0 == pytest.approx(HIGHLIGHT, rel=1e-3)


def test_compute_exposure_grain_does_not_change_it_much():
    grain = np.random.default_rng(1).random((64, 64, 1)) < 0.1
    noisy = make_picture(1.0, height=64, width=64) * grain.astype(np.float32) * 10.0
    assert compute_exposure([noisy]) == pytest.approx(
        compute_exposure([make_picture(1.0)]), rel=0.15
    )


@pytest.mark.parametrize("value", [0.0, np.nan], ids=["black", "not a number"])
def test_compute_exposure_nothing_lit_is_one(value):
    assert compute_exposure([make_picture(value)]) == 1.0


def test_compute_pixels_grey_ramp_rises_and_stays_grey():
    ramp = make_picture(0.0, height=1, width=64)
    ramp[0] = np.geomspace(0.001, 20.0, 64)[:, None]
    pixels = compute_pixels(ramp, 1.0)[0].astype(int)
    assert (np.diff(pixels[:, 1]) >= 0).all()
    assert np.ptp(pixels, axis=1).max() <= 1
    assert pixels[0, 0] < 10
    assert pixels[-1, 0] > 250


def test_compute_pixels_middle_grey_lands_in_the_middle():
    assert 95 <= compute_pixels(make_picture(0.18), 1.0)[0, 0, 0] <= 130


def test_compute_pixels_very_bright_red_turns_pale():
    pixel = compute_pixels(make_picture((200.0, 10.0, 10.0)), 1.0)[0, 0].astype(int)
    assert pixel[0] == 255
    assert pixel[1] > 150


def test_compute_pixels_broken_values_become_black_or_white():
    picture = make_picture(0.18, height=1, width=3)
    picture[0, 0], picture[0, 1], picture[0, 2] = np.nan, np.inf, -5.0
    pixels = compute_pixels(picture, 1.0)[0, :, 1]
    assert pixels[0] < 5
    assert pixels[1] > 250
    assert pixels[2] < 5


def test_compute_sky_lights_the_ground_like_the_plain_dome():
    sky = compute_sky((2.0, 1.0, 0.5)).astype(np.float64)
    polar = (np.arange(len(sky)) + 0.5) / len(sky) * np.pi
    weight = np.maximum(np.cos(polar), 0.0) * np.sin(polar)
    irradiance = (sky[:, 0] * weight[:, None]).sum(axis=0) / weight.sum()
    assert irradiance.tolist() == pytest.approx([2.0, 1.0, 0.5], rel=1e-4)


def test_compute_sky_blue_dome_is_bluest_overhead_and_pale_at_the_horizon():
    sky = compute_sky((0.62, 0.78, 1.0))[:, 0]
    zenith, horizon, ground = sky[0], sky[len(sky) // 2 - 1], sky[-1]
    assert zenith[2] / zenith[0] > 1.75 > 1.3 > horizon[2] / horizon[0] > 0.9
    assert ground.max() < horizon.min()


def test_compute_sky_white_dome_stays_without_hue():
    sky = compute_sky((3.0, 3.0, 3.0))
    assert np.ptp(sky[: len(sky) // 2], axis=2).max() < 1e-5


def test_compute_sky_dark_dome_is_dark():
    assert not compute_sky((0.0, 0.0, 0.0)).any()
