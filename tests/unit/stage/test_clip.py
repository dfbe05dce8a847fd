"""Which time codes the frames of a film stand at."""

from __future__ import annotations

import pytest

from clappper.core.stage.clip import Clip, plan_clip


@pytest.mark.parametrize(
    ("fps", "rate", "authored", "first", "codes"),
    [
        (30, 30.0, None, 1, (1.0, 240.0)),
        (30, 24.0, None, 1, (0.8, 192.0)),
        (30, 60.0, None, 1, (2.0, 480.0)),
        (24, 24.0, (0.0, 100.0), 1, (1.0, 240.0)),
        (24, 24.0, (101.0, 150.0), 101, (101.0, 340.0)),
        (30, 24.0, (100.0, 150.0), 125, (100.0, 291.2)),
        (30, 24.0, (101.0, 150.0), 127, (101.6, 292.8)),  # 126.25 frames: the next whole one
        (30, 30.0, (-50.0, 5.0), 1, (1.0, 240.0)),
    ],
)
def test_plan_clip_frame_n_stands_at_n_over_fps_seconds(fps, rate, authored, first, codes):
    clip = plan_clip(240, fps, time_codes_per_second=rate, authored_range=authored)

    assert (clip.first_frame, clip.last_frame) == (first, first + 239)
    assert (clip.first_time_code, clip.last_time_code) == pytest.approx(codes)
    assert clip.first_time_code / rate == pytest.approx(clip.first_frame / fps)


def test_plan_clip_one_frame_starts_and_ends_there():
    clip = plan_clip(1, 30, time_codes_per_second=24.0, authored_range=None)
    assert clip.first_frame == clip.last_frame == 1


@pytest.mark.parametrize(
    ("authored", "expected"),
    [
        (None, (1.0, 48.0)),
        ((0.0, 10.0), (0.0, 48.0)),
        ((0.0, 100.0), (0.0, 100.0)),
        ((5.0, 48.0), (5.0, 48.0)),
    ],
)
def test_compute_range_is_only_extended(authored, expected):
    assert Clip(1, 48, 1.0).compute_range(authored) == expected
