from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from clappper.core.errors import CaptureError
from clappper.core.render import picture as picture_module
from clappper.core.render.models import Texture
from clappper.core.render.picture import load_picture
from clappper.core.render.png import write_png
from clappper.core.render.variant import import_mitsuba


@pytest.fixture(scope="module")
def mitsuba():
    return import_mitsuba()


def save(path, pixels):
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(path)
    return str(path)


def test_load_picture_eight_bit_colour_is_linearised(mitsuba, tmp_path):
    path = save(tmp_path / "a.png", np.full((2, 2, 3), 128))
    assert load_picture(mitsuba, Texture(path))[0, 0].tolist() == pytest.approx(
        [0.2158605] * 3, abs=1e-5
    )
    raw = load_picture(mitsuba, Texture(path, is_srgb=False))
    assert raw[0, 0].tolist() == pytest.approx([128 / 255] * 3, abs=1e-6)


def test_load_picture_grey_is_raw_and_fills_all_channels(mitsuba, tmp_path):
    path = save(tmp_path / "a.png", np.full((2, 3), 51))
    assert load_picture(mitsuba, Texture(path)).shape == (2, 3, 3)
    assert load_picture(mitsuba, Texture(path, channel="r"))[0, 0, 0] == pytest.approx(
        0.2, abs=1e-6
    )


@pytest.mark.parametrize(("channel", "expected"), [("r", 0.2), ("g", 0.4), ("b", 0.6), ("a", 0.8)])
def test_load_picture_takes_the_channel_with_scale_and_bias(mitsuba, tmp_path, channel, expected):
    path = save(tmp_path / "a.png", np.broadcast_to((51, 102, 153, 204), (2, 2, 4)))
    texture = Texture(path, channel=channel, is_srgb=False, scale=(0.5,) * 4, bias=(0.25,) * 4)
    value = load_picture(mitsuba, texture)
    assert value.shape == (2, 2, 1)
    assert value[0, 0, 0] == pytest.approx(expected / 2 + 0.25, abs=1e-6)


def test_load_picture_large_one_is_halved(mitsuba, tmp_path, monkeypatch):
    monkeypatch.setattr(picture_module, "MAX_SIDE", 4)
    path = save(tmp_path / "a.png", np.arange(8 * 16 * 3).reshape(8, 16, 3) % 256)
    assert load_picture(mitsuba, Texture(path)).shape == (2, 4, 3)


@pytest.mark.parametrize("content", [None, b"", b"text", b"\x89PNG\r\n\x1a\n"])
def test_load_picture_no_picture_there_names_the_file(mitsuba, tmp_path, content):
    path = tmp_path / "a.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CaptureError, match=r"a\.png"):
        load_picture(mitsuba, Texture(str(path)))


def test_load_picture_too_large_a_file_is_refused(mitsuba, tmp_path, monkeypatch):
    path = save(tmp_path / "a.png", np.zeros((4, 4, 3)))
    monkeypatch.setattr(picture_module, "MAX_BYTES", 10)
    with pytest.raises(CaptureError, match="larger than"):
        load_picture(mitsuba, Texture(path))


def test_write_png_is_read_back_exactly_and_holds_no_text(tmp_path):
    pixels = np.random.default_rng(2).integers(0, 256, (18, 31, 3), dtype=np.uint8)
    write_png(tmp_path / "frames" / "a.png", pixels)
    with Image.open(tmp_path / "frames" / "a.png") as image:
        assert np.array_equal(np.asarray(image), pixels)
        assert set(image.info) == {"srgb"}
