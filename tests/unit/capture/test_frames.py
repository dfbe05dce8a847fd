from __future__ import annotations

import hashlib
import sys

import numpy as np
import pytest
from PIL import Image

from clappper.core.capture.frames import (
    build_manifest,
    compute_frame_path,
    find_frames,
    measure_frame,
)
from clappper.core.capture.models import CaptureRequest
from clappper.core.errors import CaptureUnavailableError

WIDTH, HEIGHT = 32, 18


def make_request(folder, *, first_frame=1, last_frame=3):
    return CaptureRequest(
        stage_path=folder / "scene.usda",
        camera_path="/World/Cam",
        first_frame=first_frame,
        last_frame=last_frame,
        fps=24,
        width=WIDTH,
        height=HEIGHT,
        output_folder=folder,
    )


def save_frame(folder, number, pixels):
    path = compute_frame_path(folder, number)
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path)
    return path


def make_noise(*, height=HEIGHT, width=WIDTH):
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


def make_even(value):
    return np.full((HEIGHT, WIDTH, 3), value, dtype=np.uint8)


@pytest.mark.parametrize(
    ("number", "name"), [(1, "frame.0001.png"), (12345, "frame.12345.png"), (-5, "frame.-005.png")]
)
def test_compute_frame_path_has_four_or_more_digits(tmp_path, number, name):
    assert compute_frame_path(tmp_path, number).name == name


def test_find_frames_orders_by_number_and_ignores_others(tmp_path):
    for name in (
        "frame.10000.png",
        "frame.0002.png",
        "frame.0010.png",
        "frame.2.png",
        "other.png",
        ".frame-x.png",
    ):
        (tmp_path / name).touch()
    assert list(find_frames(tmp_path)) == [2, 10, 10000]


def test_build_manifest_good_frames_are_measured(tmp_path):
    pixels = make_noise()
    paths = [save_frame(tmp_path, number, pixels) for number in (1, 2, 3)]
    manifest = build_manifest(make_request(tmp_path))
    assert manifest.is_ok
    assert [frame.number for frame in manifest.frames] == [1, 2, 3]
    luma = (pixels / 255.0) @ (0.2126, 0.7152, 0.0722)
    first = manifest.frames[0]
    assert first.luma_mean == pytest.approx(luma.mean(), abs=1e-5)
    assert first.luma_deviation == pytest.approx(luma.std(), abs=1e-5)
    assert first.sha256 == hashlib.sha256(paths[0].read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("pixels", "verdict"),
    [
        (make_even(0), "black"),
        (make_even(2), "black"),
        (make_even(128), "flat"),
        (make_even(255), "flat"),
        (make_noise(), "ok"),
        (np.concatenate([make_even(0)[:9], make_even(60)[9:]]), "ok"),
    ],
    ids=["black", "nearly black", "grey", "white", "picture", "dark with something in it"],
)
def test_measure_frame_verdict_follows_what_is_seen(tmp_path, pixels, verdict):
    path = save_frame(tmp_path, 1, pixels)
    assert measure_frame(path, number=1, width=WIDTH, height=HEIGHT).verdict == verdict


def test_build_manifest_gap_and_wrong_size_are_missing(tmp_path):
    save_frame(tmp_path, 1, make_noise())
    save_frame(tmp_path, 3, make_noise(height=20))
    manifest = build_manifest(make_request(tmp_path))
    assert not manifest.is_ok
    assert [frame.verdict for frame in manifest.frames] == ["ok", "missing", "missing"]
    assert manifest.frames[1].sha256 == ""


@pytest.mark.parametrize("kept", [0, 20, 300, -12])
def test_measure_frame_cut_off_file_is_missing(tmp_path, kept):
    path = save_frame(tmp_path, 1, make_noise())
    data = path.read_bytes()
    path.write_bytes(data[:kept])
    assert measure_frame(path, number=1, width=WIDTH, height=HEIGHT).verdict == "missing"


def test_measure_frame_other_format_under_the_name_is_missing(tmp_path):
    path = tmp_path / "frame.0001.png"
    Image.fromarray(make_noise()).save(path, format="BMP")
    assert measure_frame(path, number=1, width=WIDTH, height=HEIGHT).verdict == "missing"


def test_build_manifest_without_pillow_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(CaptureUnavailableError, match="pip install pillow"):
        build_manifest(make_request(tmp_path))
