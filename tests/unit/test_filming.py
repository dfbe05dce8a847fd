"""From frames to a film: every frame checked, the film verified, cancelled cleanly."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clappper.core import events
from clappper.core.capture import encode as encode_module
from clappper.core.capture.encode import probe_movie
from clappper.core.capture.models import CaptureRequest, FrameEntry, FrameManifest
from clappper.core.errors import CaptureError, CaptureUnavailableError, EncodeError
from clappper.core.filming import Format, check_manifest, film, film_request
from clappper.core.issue import Issue
from clappper.core.run_folder import RunFolder


class FakeBackend:
    """Writes frames of noise; obeys the CaptureBackend protocol."""

    def __init__(self, *, problems=(), bad=None, count=None, error=None):
        self.problems = list(problems)
        self.bad = bad or {}
        self.count = count
        self.error = error
        self.requests = []

    async def preflight(self, request):
        await asyncio.sleep(0)
        return self.problems

    async def capture(self, request, on_progress):
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        count = request.frame_count if self.count is None else self.count
        random = np.random.default_rng(1)
        request.output_folder.mkdir(parents=True, exist_ok=True)
        entries = []
        on_progress(0, count)
        for number in range(request.first_frame, request.first_frame + count):
            path = request.output_folder / f"frame.{number:04d}.png"
            pixels = random.integers(0, 256, (request.height, request.width, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(path)
            entries.append(make_entry(number, path, self.bad.get(number, "ok")))
            on_progress(len(entries), count)
            await asyncio.sleep(0)
        return FrameManifest(
            width=request.width, height=request.height, fps=request.fps, frames=tuple(entries)
        )

    async def cancel(self):
        await asyncio.sleep(0)


def make_entry(number, path, verdict="ok"):
    return FrameEntry(
        number=number, path=path, sha256="0" * 64, luma_mean=0.5, luma_deviation=0.2,
        verdict=verdict,
    )  # fmt: skip


def make_request(folder, *, first=1, last=6):
    return CaptureRequest(
        stage_path=None,
        camera_path="/World/Camera",
        first_frame=first,
        last_frame=last,
        fps=24,
        width=64,
        height=36,
        output_folder=folder / "frames",
    )


def run_film(backend, folder, told=None, **frames):
    told = [] if told is None else told
    asyncio.run(
        film_request(
            backend,
            make_request(folder, **frames),
            movie_path=folder / "movie.mp4",
            poster_path=folder / "poster.png",
            on_event=told.append,
        )
    )
    return told


@pytest.mark.parametrize(("first", "last"), [(1, 6), (101, 103), (5, 5)])
def test_film_request_writes_a_film_of_exactly_the_frames_and_a_poster(tmp_path, first, last):
    told = run_film(FakeBackend(), tmp_path, first=first, last=last)

    count = last - first + 1
    info = probe_movie(tmp_path / "movie.mp4")
    assert (info.frame_count, info.width, info.height) == (count, 64, 36)
    assert info.fps == pytest.approx(24)
    middle = tmp_path / f"frames/frame.{first + count // 2:04d}.png"
    with Image.open(tmp_path / "poster.png") as poster, Image.open(middle) as frame:
        assert np.array_equal(np.asarray(poster.convert("RGB")), np.asarray(frame))
    assert told[-1] == events.Filmed(tmp_path / "movie.mp4")


def test_film_request_events_come_in_order_with_the_time_left(tmp_path):
    told = run_film(FakeBackend(), tmp_path)

    captured = [event for event in told if isinstance(event, events.Capturing)]
    encoded = [event for event in told if isinstance(event, events.Encoding)]
    assert [(e.done, e.total) for e in captured] == [(n, 6) for n in range(7)]
    assert captured[0].eta_s is None
    assert captured[3].eta_s > 0
    assert captured[-1].eta_s == 0
    assert encoded[-1] == events.Encoding(6, 6)
    assert told == [*captured, *encoded, events.Filmed(tmp_path / "movie.mp4")]


def test_film_request_problems_found_before_are_told_and_nothing_is_rendered(tmp_path):
    backend = FakeBackend(
        problems=[
            Issue(code="A", severity="error", message="No viewport is open.", hint="Open one."),
            Issue(code="B", severity="warning", message="Slow."),
            Issue(code="C", severity="error", message="No camera."),
        ]
    )
    with pytest.raises(CaptureUnavailableError, match=r"^No viewport is open\. Open one\. No cam"):
        run_film(backend, tmp_path)
    assert backend.requests == []


def test_film_request_warnings_do_not_keep_it_from_filming(tmp_path):
    backend = FakeBackend(problems=[Issue(code="B", severity="warning", message="Slow.")])
    run_film(backend, tmp_path)
    assert (tmp_path / "movie.mp4").is_file()


@pytest.mark.parametrize(
    ("backend", "match"),
    [
        (FakeBackend(bad={3: "black", 5: "flat"}), r"3 \(black\), 5 \(flat\)"),
        (FakeBackend(count=4), "4 instead of 6 frames"),
        (FakeBackend(count=7), "7 instead of 6 frames"),
        (FakeBackend(count=0), "0 instead of 6 frames"),
    ],
    ids=["bad", "few", "many", "none"],
)
def test_film_request_frames_that_are_not_fit_make_no_film(tmp_path, backend, match):
    with pytest.raises(CaptureError, match=match):
        run_film(backend, tmp_path)
    assert not (tmp_path / "movie.mp4").exists()
    assert not (tmp_path / "poster.png").exists()


def test_film_request_error_of_the_backend_is_passed_on(tmp_path):
    error = CaptureError("The GPU is lost: start again.")
    with pytest.raises(CaptureError) as raised:
        run_film(FakeBackend(error=error), tmp_path)
    assert raised.value is error


def test_film_request_error_of_the_encoder_is_passed_on_and_leaves_no_film(tmp_path, monkeypatch):
    error = EncodeError("ffmpeg failed.", returncode=1)

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(encode_module, "encode_movie", fail)
    with pytest.raises(EncodeError) as raised:
        run_film(FakeBackend(), tmp_path)
    assert raised.value is error
    assert not (tmp_path / "movie.mp4").exists()


def test_film_request_film_that_lacks_frames_is_not_accepted(tmp_path, monkeypatch):
    real = encode_module.encode_movie
    monkeypatch.setattr(
        encode_module, "encode_movie", lambda paths, *args, **kw: real(paths[:-1], *args, **kw)
    )
    told = []
    with pytest.raises(CaptureError, match="holds 5 frames instead of 6"):
        run_film(FakeBackend(), tmp_path, told)
    assert not any(isinstance(event, events.Filmed) for event in told)


def test_film_request_cancelled_while_encoding_ends_the_encoder_first(tmp_path, monkeypatch):
    started, ended = threading.Event(), threading.Event()

    def encode(paths, movie, *, fps, on_progress, stop):
        started.set()
        assert stop.wait(20)
        ended.set()
        raise EncodeError("stopped")

    monkeypatch.setattr(encode_module, "encode_movie", encode)

    async def main():
        task = asyncio.ensure_future(
            film_request(
                FakeBackend(),
                make_request(tmp_path),
                movie_path=tmp_path / "movie.mp4",
                poster_path=tmp_path / "poster.png",
                on_event=lambda _: None,
            )
        )
        while not started.is_set():
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(main())


def test_film_request_cancelled_while_capturing_is_cancelled(tmp_path):
    class Slow(FakeBackend):
        async def capture(self, request, on_progress):
            self.requests.append(request)
            await asyncio.Event().wait()

    async def main():
        backend = Slow()
        task = asyncio.ensure_future(
            film_request(
                backend,
                make_request(tmp_path),
                movie_path=tmp_path / "movie.mp4",
                poster_path=tmp_path / "poster.png",
                on_event=lambda _: None,
            )
        )
        while not backend.requests:
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert not (tmp_path / "movie.mp4").exists()


def test_film_films_the_scene_of_a_run_folder(tmp_path):
    folder, backend = RunFolder(tmp_path / "run"), FakeBackend()
    folder.prepare()
    told = []

    movie = film(
        backend, folder, "/World/Cameras/Shot_01", Format(4, 30, 64, 36), spp=2,
        on_event=told.append,
    )  # fmt: skip

    assert movie == folder.movie
    assert probe_movie(movie).frame_count == 4
    (request,) = backend.requests
    assert request.stage_path == folder.scene
    assert (request.first_frame, request.last_frame, request.fps) == (1, 4, 30)
    assert (request.camera_path, request.spp) == ("/World/Cameras/Shot_01", 2)
    assert told[-1] == events.Filmed(folder.movie)


def test_check_manifest_names_five_bad_frames_at_most():
    frames = tuple(make_entry(n, Path(f"{n}.png"), "black") for n in range(1, 9))
    manifest = FrameManifest(width=64, height=36, fps=24, frames=frames)
    with pytest.raises(CaptureError, match=r"1 \(black\).*5 \(black\)\. Look"):
        check_manifest(manifest, 8)
