from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from PIL import Image
from pxr import Sdf, UsdGeom, UsdShade

from clappper.core.capture.models import CaptureRequest
from clappper.core.errors import CaptureError, CaptureUnavailableError, OutputError
from clappper.core.render import backend as backend_module
from clappper.core.render import variant
from clappper.core.render.backend import MitsubaBackend
from support.render_stage import add_box, add_camera, add_lamp, add_material, make_stage

CAMERA = "/World/Cam"
WIDTH, HEIGHT = 64, 36


@pytest.fixture(autouse=True)
def interpreted(monkeypatch):
    """Render without compiling: a tiny picture is done long before a kernel is."""
    monkeypatch.setenv(variant.VARIANT_VARIABLE, variant.INTERPRETED)
    variant.import_mitsuba.cache_clear()
    yield
    variant.import_mitsuba.cache_clear()


def write_stage(tmp_path, stage):
    path = tmp_path / "scene.usda"
    stage.GetRootLayer().Export(str(path))
    return path


def make_coloured_pair(*, frames=1, **metrics):
    """A red cube left and a green one right, on a floor, under a plain sky."""
    unit = metrics.get("meters_per_unit", 1.0)
    stage = make_stage(frames=frames, **metrics)
    is_y_up = metrics.get("up_axis") == "Y"

    def place(x, y, z):
        place_z_up = (x / unit, y / unit, z / unit)
        return (place_z_up[0], place_z_up[2], -place_z_up[1]) if is_y_up else place_z_up

    add_box(stage, "/World/Floor", size=20 / unit, at=place(0, 0, -10), colour=(0.5, 0.5, 0.5))
    add_box(stage, "/World/Red", size=1 / unit, at=place(-1, 0, 0.5), colour=(0.8, 0.02, 0.02))
    add_box(stage, "/World/Green", size=1 / unit, at=place(1, 0, 0.5), colour=(0.02, 0.6, 0.02))
    add_lamp(stage, "/World/Sky", intensity=1.0)
    eyes = [place(4.0 * number, -4, 1.5) for number in range(frames)]
    add_camera(stage, CAMERA, eyes, target=place(0, 0, 0.5), up=place(0, 0, 1))
    return stage


def make_request(stage_path, folder, **changes):
    values = {
        "stage_path": stage_path,
        "camera_path": CAMERA,
        "first_frame": 1,
        "last_frame": 1,
        "fps": 24,
        "width": WIDTH,
        "height": HEIGHT,
        "spp": 8,
        "output_folder": folder,
    }
    return CaptureRequest(**(values | changes))


def capture(request):
    """Run one capture and return the manifest and what was reported."""
    reports = []
    manifest = asyncio.run(
        MitsubaBackend().capture(request, lambda done, total: reports.append((done, total)))
    )
    return manifest, reports


def list_names(folder):
    return sorted(path.name for path in folder.iterdir())


def load_frame(folder, number):
    with Image.open(folder / f"frame.{number:04d}.png") as image:
        return np.asarray(image, dtype=np.float64) / 255.0


def mean_colour(pixels, *, left, right):
    """Mean colour of a patch at half height; left and right are shares of the width."""
    patch = pixels[int(HEIGHT * 0.45) : int(HEIGHT * 0.55), int(WIDTH * left) : int(WIDTH * right)]
    return patch.reshape(-1, 3).mean(axis=0)


@pytest.mark.parametrize(
    "metrics",
    [{}, {"up_axis": "Y"}, {"up_axis": "Y", "meters_per_unit": 0.01}, {"meters_per_unit": 0.01}],
    ids=["Z-up metres", "Y-up metres", "Y-up centimetres", "Z-up centimetres"],
)
def test_capture_red_left_and_green_right_in_every_metric(tmp_path, metrics):
    path = write_stage(tmp_path, make_coloured_pair(**metrics))
    manifest, _ = capture(make_request(path, tmp_path / "frames"))
    assert manifest.is_ok
    pixels = load_frame(tmp_path / "frames", 1)
    red, green = (
        mean_colour(pixels, left=0.30, right=0.38),
        mean_colour(pixels, left=0.62, right=0.70),
    )
    assert red[0] > 3 * red[1]
    assert green[1] > 2 * green[0]
    assert pixels[:4].mean() > pixels[HEIGHT // 2 :].mean()  # the sky is above


def test_capture_several_frames_show_the_moving_camera_and_report_progress(tmp_path):
    path = write_stage(tmp_path, make_coloured_pair(frames=3))
    manifest, reports = capture(make_request(path, tmp_path / "frames", last_frame=3))
    assert [frame.verdict for frame in manifest.frames] == ["ok"] * 3
    assert reports == [(0, 3), (1, 3), (2, 3), (3, 3)]
    first, last = load_frame(tmp_path / "frames", 1), load_frame(tmp_path / "frames", 3)
    assert np.abs(first - last).mean() > 0.03
    assert list_names(tmp_path / "frames") == [f"frame.000{number}.png" for number in (1, 2, 3)]


def test_capture_twice_gives_the_same_bytes(tmp_path):
    path = write_stage(tmp_path, make_coloured_pair())
    hashes = [
        capture(make_request(path, tmp_path / name, spp=2))[0].frames[0].sha256
        for name in ("one", "two")
    ]
    assert hashes[0] == hashes[1]


def test_capture_part_of_a_clip_has_the_exposure_of_the_whole(tmp_path):
    path = write_stage(tmp_path, make_coloured_pair(frames=3))
    whole, _ = capture(make_request(path, tmp_path / "whole", last_frame=3, spp=2))
    part, _ = capture(make_request(path, tmp_path / "part", first_frame=3, last_frame=3, spp=2))
    assert part.frames[0].sha256 == whole.frames[2].sha256


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("RectLight", {"width": 1.0, "height": 1.0}),
        ("DiskLight", {"radius": 0.6}),
        ("SphereLight", {"radius": 0.3}),
        ("DistantLight", {"angle": 2.0}),
        ("DistantLight", {"angle": 0.0}),
    ],
    ids=["rect", "disk", "sphere", "distant", "distant point"],
)
def test_capture_lamp_above_lights_the_floor_below_it(tmp_path, kind, attributes):
    stage = make_stage()
    add_box(stage, "/World/Floor", size=20, at=(0, 0, -10), colour=(0.5, 0.5, 0.5))
    add_box(stage, "/World/Roof", size=1, at=(-1.0, 0, 1.0), colour=(0.5, 0.5, 0.5))
    add_lamp(stage, "/World/Lamp", kind=kind, intensity=5.0, at=(-1.0, 0, 2.5), **attributes)
    add_camera(stage, CAMERA, [(0, -4, 3)])
    manifest, _ = capture(make_request(write_stage(tmp_path, stage), tmp_path / "frames"))
    assert manifest.frames[0].verdict == "ok"
    pixels = load_frame(tmp_path / "frames", 1).mean(axis=2)
    shadow, lit = pixels[19:22, 19:22].mean(), pixels[22:26, 40:50].mean()
    assert lit > 1.3 * shadow


def test_capture_texture_is_seen_the_right_way_up(tmp_path):
    picture = np.zeros((8, 8, 3), dtype=np.uint8)
    picture[:4], picture[4:] = (200, 20, 20), (20, 20, 200)
    Image.fromarray(picture).save(tmp_path / "flag.png")
    stage = make_stage()
    material = add_material(stage, "/World/Flag", texture=str(tmp_path / "flag.png"), roughness=1.0)
    stage.GetPrimAtPath("/World/Flag/Transform").GetAttribute("inputs:scale").Set((1.0, 1.0))
    card = UsdGeom.Mesh.Define(stage, "/World/Card")
    card.CreatePointsAttr([(-2, 0, -1), (2, 0, -1), (2, 0, 1), (-2, 0, 1)])
    card.CreateFaceVertexCountsAttr([4])
    card.CreateFaceVertexIndicesAttr([0, 1, 2, 3])
    card.CreateSubdivisionSchemeAttr("none")
    st = UsdGeom.PrimvarsAPI(card).CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, "vertex")
    st.Set([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    UsdShade.MaterialBindingAPI.Apply(card.GetPrim()).Bind(material)
    add_lamp(stage, "/World/Sky", intensity=1.0)
    add_camera(stage, CAMERA, [(0, -3, 0)])
    capture(make_request(write_stage(tmp_path, stage), tmp_path / "frames"))
    pixels = load_frame(tmp_path / "frames", 1)
    top, bottom = pixels[10:15, 20:44].mean(axis=(0, 1)), pixels[21:26, 20:44].mean(axis=(0, 1))
    assert top[0] > 2 * top[2]
    assert bottom[2] > 2 * bottom[0]


def test_capture_glass_lets_the_wall_behind_it_through(tmp_path):
    stage = make_coloured_pair()
    glass = add_material(stage, "/World/Glass", diffuseColor=(0.5, 0.5, 0.5), opacity=0.1)
    add_box(stage, "/World/Pane", size=3.0, at=(0, -1.6, 0), material=glass)
    capture(make_request(write_stage(tmp_path, stage), tmp_path / "frames"))
    red = mean_colour(load_frame(tmp_path / "frames", 1), left=0.30, right=0.38)
    assert red[0] > 1.5 * red[1]


def test_cancel_keeps_whole_frames_and_says_which_are_missing(tmp_path):
    path = write_stage(tmp_path, make_coloured_pair(frames=3))
    request = make_request(path, tmp_path / "frames", last_frame=200)

    async def run():
        backend = MitsubaBackend()
        done_first = asyncio.Event()
        task = asyncio.ensure_future(
            backend.capture(request, lambda done, total: done_first.set() if done else None)
        )
        await done_first.wait()
        await backend.cancel()
        return await task

    manifest = asyncio.run(run())
    verdicts = [frame.verdict for frame in manifest.frames]
    assert 0 < verdicts.count("ok") < 200
    assert verdicts == ["ok"] * verdicts.count("ok") + ["missing"] * verdicts.count("missing")
    assert len(list_names(tmp_path / "frames")) == verdicts.count("ok")


def test_cancel_before_the_first_frame_leaves_every_frame_missing(tmp_path):
    path = write_stage(tmp_path, make_coloured_pair(frames=3))
    request = make_request(path, tmp_path / "frames", last_frame=3, spp=512)

    async def run():
        backend = MitsubaBackend()
        started = asyncio.Event()
        task = asyncio.ensure_future(backend.capture(request, lambda *_: started.set()))
        await started.wait()
        await backend.cancel()
        return await task

    manifest = asyncio.run(run())
    assert [frame.verdict for frame in manifest.frames] == ["missing"] * 3
    assert not (tmp_path / "frames").exists()


def test_capture_cancelled_task_ends_soon_and_leaves_only_whole_frames(tmp_path):
    path = write_stage(tmp_path, make_coloured_pair(frames=3))
    request = make_request(path, tmp_path / "frames", last_frame=200)

    async def run():
        done_first = asyncio.Event()
        task = asyncio.ensure_future(
            MitsubaBackend().capture(
                request, lambda done, total: done_first.set() if done else None
            )
        )
        await done_first.wait()
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    names = list_names(tmp_path / "frames")
    assert 0 < len(names) < 200
    assert all(name.startswith("frame.") for name in names)
    for name in names:
        with Image.open(tmp_path / "frames" / name) as image:
            image.load()


def test_capture_no_light_at_all_is_reported_as_black(tmp_path):
    stage = make_stage()
    add_box(stage, "/World/Box", colour=(0.5, 0.5, 0.5))
    add_camera(stage, CAMERA, [(0, -4, 1)])
    manifest, _ = capture(make_request(write_stage(tmp_path, stage), tmp_path / "frames", spp=1))
    assert manifest.frames[0].verdict == "black"


@pytest.mark.parametrize("content", [None, "not usd at all"], ids=["missing", "broken"])
def test_capture_unreadable_stage_says_so(tmp_path, content):
    path = tmp_path / "scene.usda"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CaptureError, match=r"scene\.usda cannot be opened"):
        capture(make_request(path, tmp_path / "frames"))


def test_capture_broken_texture_says_which(tmp_path):
    (tmp_path / "wood.png").write_bytes(b"no picture")
    stage = make_coloured_pair()
    add_box(
        stage,
        "/World/Wood",
        material=add_material(stage, "/World/M", texture=str(tmp_path / "wood.png")),
    )
    with pytest.raises(CaptureError, match=r"wood\.png is no picture"):
        capture(make_request(write_stage(tmp_path, stage), tmp_path / "frames"))


def test_capture_folder_that_is_a_file_says_so(tmp_path):
    (tmp_path / "frames").write_text("here first", encoding="utf-8")
    path = write_stage(tmp_path, make_coloured_pair())
    with pytest.raises(OutputError, match="Cannot write"):
        capture(make_request(path, tmp_path / "frames", spp=1))


def test_preflight_ready_request_has_no_issues(tmp_path):
    request = make_request(write_stage(tmp_path, make_coloured_pair()), tmp_path / "new" / "frames")
    assert asyncio.run(MitsubaBackend().preflight(request)) == []
    assert not (tmp_path / "new").exists()


def test_preflight_names_everything_that_is_wrong(tmp_path, monkeypatch):
    def refuse():
        raise CaptureUnavailableError("The renderer is not installed.")

    monkeypatch.setattr(backend_module, "import_mitsuba", refuse)
    (tmp_path / "frames").write_text("here first", encoding="utf-8")
    request = make_request(tmp_path / "gone.usda", tmp_path / "frames")
    issues = asyncio.run(MitsubaBackend().preflight(request))
    assert [issue.code for issue in issues] == [
        "RENDERER_MISSING",
        "STAGE_UNUSABLE",
        "OUTPUT_UNWRITABLE",
    ]
    assert {issue.severity for issue in issues} == {"error"}


def test_capture_without_denoiser_still_renders_and_preflight_warns(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mitsuba_oidn", None)
    request = make_request(write_stage(tmp_path, make_coloured_pair()), tmp_path / "frames")
    issues = asyncio.run(MitsubaBackend().preflight(request))
    assert [(issue.code, issue.severity) for issue in issues] == [("DENOISER_MISSING", "warning")]
    assert capture(request)[0].is_ok


@pytest.mark.skipif(
    variant.find_llvm() is None, reason="karellen-llvm-core has no wheel for this platform"
)
def test_capture_compiled_variant_keeps_its_kernel_for_the_whole_clip(tmp_path):
    path = write_stage(tmp_path, make_coloured_pair(frames=4))
    script = f"""
        import asyncio, sys, time
        from pathlib import Path
        from clappper.core.capture.models import CaptureRequest
        from clappper.core.render.backend import MitsubaBackend
        request = CaptureRequest(
            stage_path=Path({str(path)!r}), output_folder=Path({str(tmp_path / "frames")!r}),
            camera_path={CAMERA!r}, first_frame=1, last_frame=4, fps=24,
            width={WIDTH}, height={HEIGHT}, spp=4)
        times = []
        def note(done, total):
            times.append(time.monotonic())
        manifest = asyncio.run(MitsubaBackend().capture(request, note))
        import mitsuba
        assert mitsuba.variant() == "llvm_ad_rgb", mitsuba.variant()
        assert manifest.is_ok
        print(min(b - a for a, b in zip(times[1:], times[2:])))
    """
    environment = {
        key: value for key, value in os.environ.items() if key != variant.VARIANT_VARIABLE
    }
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 0.5  # compiling takes seconds
    red = mean_colour(load_frame(tmp_path / "frames", 1), left=0.30, right=0.38)
    assert red[0] > 3 * red[1]
