from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from clappper.core.capture import encode as encode_module
from clappper.core.capture.encode import encode_movie, probe_movie, write_poster
from clappper.core.errors import CaptureError, CaptureUnavailableError, EncodeError, OutputError


def make_frames(folder, count, *, width=64, height=36, first=1):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(4)
    paths = []
    for number in range(first, first + count):
        path = folder / f"frame.{number:04d}.png"
        Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8)).save(path)
        paths.append(path)
    return paths


def encode(frames, movie, *, fps=24, on_progress=None):
    encode_movie(frames, movie, fps=fps, on_progress=on_progress)
    return movie


@pytest.mark.parametrize(("count", "fps"), [(1, 24), (12, 30), (5, 10)])
def test_encode_movie_is_h264_yuv420p_faststart_with_every_frame(tmp_path, count, fps):
    info = probe_movie(
        encode(make_frames(tmp_path / "frames", count), tmp_path / "movie.mp4", fps=fps)
    )
    assert (info.codec, info.pixel_format, info.is_faststart) == ("h264", "yuv420p", True)
    assert (info.width, info.height, info.frame_count) == (64, 36, count)
    assert info.fps == pytest.approx(fps)
    assert info.duration_s == pytest.approx(count / fps)
    assert info.colour == "1/1/1"


def test_encode_movie_reports_progress_up_to_the_last_frame(tmp_path):
    reports = []
    frames = make_frames(tmp_path / "frames", 6)
    encode(
        frames,
        tmp_path / "movie.mp4",
        on_progress=lambda done, total: reports.append((done, total)),
    )
    assert reports[-1] == (6, 6)
    assert reports == sorted(reports)


def test_encode_movie_twice_gives_the_same_bytes_and_no_version(tmp_path):
    frames = make_frames(tmp_path / "frames", 4)
    first = encode(frames, tmp_path / "one.mp4").read_bytes()
    second = encode(frames, tmp_path / "other folder" / "two.mp4").read_bytes()
    assert first == second
    assert b"x264 - core" not in first
    assert str(tmp_path).encode() not in first


def test_encode_movie_strange_names_are_plain_names(tmp_path):
    folder = tmp_path / "100%d [a] 'b' ünï"
    movie = encode(make_frames(folder, 3), folder / "my %03d film.mp4")
    assert probe_movie(movie).frame_count == 3


def test_encode_movie_odd_size_loses_its_last_row_and_column(tmp_path):
    movie = encode(make_frames(tmp_path / "frames", 2, width=65, height=37), tmp_path / "movie.mp4")
    info = probe_movie(movie)
    assert (info.width, info.height) == (64, 36)


def test_encode_movie_keeps_brightness_and_colour(tmp_path):
    colours = np.zeros((36, 64, 3), dtype=np.uint8)
    colours[:, :32], colours[:, 32:] = (200, 40, 40), (40, 40, 200)
    path = tmp_path / "frame.0001.png"
    Image.fromarray(colours).save(path)
    movie = encode([path] * 3, tmp_path / "movie.mp4")
    decoded = subprocess.run(
        [
            *(encode_module.find_ffmpeg(), "-loglevel", "error", "-i", str(movie)),
            *("-vf", "scale=in_color_matrix=bt709:in_range=tv", "-frames:v", "1"),
            *("-f", "rawvideo", "-pix_fmt", "rgb24", "-"),
        ],
        capture_output=True,
        check=True,
    ).stdout
    pixels = np.frombuffer(decoded, dtype=np.uint8).reshape(36, 64, 3).astype(int)
    assert np.abs(pixels[10:26, 4:28] - (200, 40, 40)).max() <= 8
    assert np.abs(pixels[10:26, 36:60] - (40, 40, 200)).max() <= 8


def test_encode_movie_stopped_leaves_nothing(tmp_path):
    frames = make_frames(tmp_path / "frames", 2, width=640, height=360) * 200
    stop = threading.Event()
    with pytest.raises(CaptureError, match="stopped"):
        encode_movie(
            frames,
            tmp_path / "out" / "movie.mp4",
            fps=24,
            on_progress=lambda *_: stop.set(),
            stop=stop,
        )
    assert not list((tmp_path / "out").iterdir())


def test_encode_movie_interrupted_leaves_nothing(tmp_path):
    frames = make_frames(tmp_path / "frames", 2, width=640, height=360) * 200

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(frames, tmp_path / "out" / "movie.mp4", on_progress=interrupt)
    assert not list((tmp_path / "out").iterdir())


def test_encode_movie_failing_leaves_the_film_of_before(tmp_path):
    frames = make_frames(tmp_path / "frames", 3)
    movie = encode(frames, tmp_path / "movie.mp4")
    before = movie.read_bytes()
    frames[1].unlink()
    with pytest.raises(CaptureError, match=r"frame\.0002\.png cannot be read"):
        encode(frames, movie)
    assert movie.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frames", "movie.mp4"]


def test_encode_movie_frame_that_is_no_png_is_named(tmp_path):
    frames = make_frames(tmp_path / "frames", 3)
    frames[2].write_bytes(b"GIF89a")
    with pytest.raises(CaptureError, match=r"frame\.0003\.png is no PNG"):
        encode(frames, tmp_path / "movie.mp4")


def test_encode_movie_damaged_png_is_an_encode_error(tmp_path):
    frames = make_frames(tmp_path / "frames", 3)
    frames[1].write_bytes(frames[1].read_bytes()[:60])
    with pytest.raises(EncodeError) as caught:
        encode(frames, tmp_path / "movie.mp4")
    assert caught.value.returncode
    assert caught.value.stderr_tail
    assert not (tmp_path / "movie.mp4").exists()


def test_encode_movie_without_frames_says_so(tmp_path):
    with pytest.raises(CaptureError, match="no frames"):
        encode([], tmp_path / "movie.mp4")


def test_encode_movie_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "out").write_text("here first", encoding="utf-8")
    with pytest.raises(OutputError, match="Cannot write"):
        encode(make_frames(tmp_path / "frames", 1), tmp_path / "out" / "movie.mp4")


def test_encode_movie_without_ffmpeg_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(CaptureUnavailableError, match="pip install imageio-ffmpeg"):
        encode(make_frames(tmp_path / "frames", 1), tmp_path / "movie.mp4")


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"no film at all",
        b"\x00\x00\x00\x08ftyp",
        b"\x00\x00\x00\x10moov\x00\x00\x00\x08trak",
    ],
)
def test_probe_movie_no_film_there_says_so(tmp_path, content):
    path = tmp_path / "movie.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CaptureError, match=r"movie\.mp4"):
        probe_movie(path)


def test_probe_movie_index_at_the_end_is_not_faststart(tmp_path):
    movie = encode(make_frames(tmp_path / "frames", 2), tmp_path / "movie.mp4")
    slow = tmp_path / "slow.mp4"
    subprocess.run(
        [
            encode_module.find_ffmpeg(),
            "-loglevel",
            "error",
            "-i",
            str(movie),
            "-c",
            "copy",
            str(slow),
        ],
        check=True,
    )
    assert not probe_movie(slow).is_faststart
    assert probe_movie(movie).is_faststart


def test_probe_movie_cut_off_film_is_an_error(tmp_path):
    movie = encode(make_frames(tmp_path / "frames", 6), tmp_path / "movie.mp4")
    movie.write_bytes(movie.read_bytes()[:-4000])
    with pytest.raises(CaptureError, match=r"movie\.mp4"):
        probe_movie(movie)


def test_write_poster_is_a_copy_of_the_frame(tmp_path):
    (frame,) = make_frames(tmp_path / "frames", 1)
    write_poster(frame, tmp_path / "poster.png")
    assert (tmp_path / "poster.png").read_bytes() == frame.read_bytes()
    with pytest.raises(CaptureError, match="missing"):
        write_poster(tmp_path / "gone.png", tmp_path / "poster.png")
