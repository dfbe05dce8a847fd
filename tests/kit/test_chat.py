"""The panel on the real kernel and the real omni.ui: from a typed prompt to a film, and back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from pxr import Gf, Usd, UsdGeom

from clappper.core.capture.encode import probe_movie
from kit.rig.runner import start_scenario

pytestmark = pytest.mark.kit

PROMPTS = {
    "warehouse": (
        "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level.",
        {"forklift": 3, "industrial shelving": 8},
    ),
    "office": (
        "Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style.",
        {"desk": 5, "chair": 5, "meeting table": 1},
    ),
    "dock": (
        "Create a loading dock scene with 2 forklifts, a warehouse door, and 3 characters standing "
        "near the door.",
        {"forklift": 2, "roll-up door": 1, "person": 3},
    ),
}
#: Real heights of what stands in the scenes [m], whatever the unit of the stage.
HEIGHTS_M = {"forklift": (1.9, 2.4), "person": (1.5, 2.0), "desk": (0.65, 1.2)}


#: Prompt, stage and kernel.
RUNS = [
    *((name, kind, "110.4") for name in PROMPTS for kind in ("empty", "full")),
    ("warehouse", "full", "109.0"),
]


@pytest.fixture(scope="module", params=RUNS, ids="-".join)
def run(request, tmp_path_factory, driver_folder):
    name, kind, kernel = request.param
    folder = tmp_path_factory.mktemp(f"{name}_{kind}_{kernel}")
    output = folder / "films"
    report = start_scenario(
        "chat_prompt",
        folder=folder,
        pictures=Path(os.environ.get("CLAPPPER_SCREENSHOTS") or folder),
        driver_folder=driver_folder,
        kernel=kernel,
        args=[f"{name}-{kind}", PROMPTS[name][0], kind, str(output)],
        settings={
            "/exts/clappper.chat/output_folder": str(output),
            "/exts/clappper.capture/warmup_updates": 2,
        },
        timeout_s=240,
    )
    return name, kind, report


def get_instances(report):
    stage = Usd.Stage.Open(report["stage"])
    prims = [p for p in stage.Traverse() if p.GetCustomDataByKey("clappper:item") is not None]
    return stage, prims


def test_send_standing_prompt_says_what_was_found_and_certifies(run):
    name, _, report = run
    found = next(line for line in report["history"] if line.startswith("Found "))
    assert {"warehouse": "forklift", "office": "desk", "dock": "forklift"}[name] in found
    assert report["verdict"][0].startswith("Certified: ")
    assert not any("are to be seen on the stage" in line for line in report["history"])
    assert "0 collisions, 0 out of bounds, 0 unsupported" in report["verdict"][0]
    assert report["statuses"][-1].startswith("Built /World/Clappper/Scene_001")


def test_send_standing_prompt_grows_the_stage(run):
    name, kind, report = run
    expected = PROMPTS[name][1]
    assert report["counts"][0] == 0
    assert report["counts"][-1] == sum(expected.values())
    stage, prims = get_instances(report)
    nouns = [prim.GetCustomDataByKey("clappper:noun") for prim in prims]
    assert {noun: nouns.count(noun) for noun in set(nouns)} == expected
    parent = "/World/Clappper/Scene_001"
    assert all(str(prim.GetPath()).startswith(f"{parent}/Items/") for prim in prims)
    assert stage.GetPrimAtPath(f"{parent}/Cameras/Shot_01").IsA(UsdGeom.Camera)
    has_own_floor = bool(stage.GetPrimAtPath(f"{parent}/Environment/Floor"))
    assert has_own_floor == (kind == "empty")


def test_send_standing_prompt_stands_on_the_floor_at_its_real_size(run):
    _, kind, report = run
    stage, prims = get_instances(report)
    unit = UsdGeom.GetStageMetersPerUnit(stage)
    up = 1 if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y else 2
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default", "render"])
    for prim in prims:
        bound = cache.ComputeWorldBound(prim).ComputeAlignedRange()
        noun = prim.GetCustomDataByKey("clappper:noun")
        low, high = HEIGHTS_M.get(noun, (0.0, 100.0))
        assert low <= bound.GetSize()[up] * unit <= high, prim.GetPath()
        # What stands in a wall's opening may start at its own sill; everything here starts below.
        assert bound.GetMin()[up] * unit == pytest.approx(0.02 * (kind == "full"), abs=2e-3)


def test_send_standing_prompt_keeps_what_was_there(run):
    _, kind, report = run
    assert report["selection_kept"] == (["/World/Hall"] if kind == "full" else [])
    assert report["camera_kept"]
    stage, prims = get_instances(report)
    if kind == "full":
        assert stage.GetPrimAtPath("/World/Crate").GetAttribute("xformOp:translate").Get()[1] == 52
        cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default", "render"])
        crate = cache.ComputeWorldBound(stage.GetPrimAtPath("/World/Crate")).ComputeAlignedRange()
        for prim in prims:
            bound = cache.ComputeWorldBound(prim).ComputeAlignedRange()
            assert Gf.Range3d.GetIntersection(bound, crate).IsEmpty(), prim.GetPath()
    # The edit target's layer, and the root layer for the time range.
    assert report["changed_layers"] == (2 if kind == "full" else 1)


def test_send_standing_prompt_time_range_is_only_extended(run):
    _, kind, report = run
    if kind == "full":
        assert report["time"] == [24.0, 0.0, pytest.approx(240 * 24 / 30)]
    else:
        assert report["time"][1:] == [
            pytest.approx(report["time"][0] / 30),
            pytest.approx(report["time"][0] * 8),
        ]


def test_undo_leaves_every_layer_as_text_what_it_was_and_redo_gives_it_back(run):
    _, _, report = run
    assert report["undo_entries"] == 1
    assert report["undo_is_exact"]
    assert report["instances_after_undo"] == 0
    assert report["redo_is_exact"]


def test_capture_makes_a_film_of_exactly_the_asked_frames(run):
    _, kind, report = run
    assert report["film_status"] == "Film of 5 frames written."
    (film,) = report["films"]
    info = probe_movie(Path(film))
    assert (info.frame_count, info.width, info.height) == (5, 160, 90)
    assert (info.codec, info.pixel_format, info.is_faststart) == ("h264", "yuv420p", True)
    assert len(report["frames"]) == 5
    assert any(film in line for line in report["film_history"])
    assert report["layers_after_film"]
    assert report["camera_after_film"]
    assert report["selection_after_film"] == (["/World/Hall"] if kind == "full" else [])


def test_send_update_and_frame_stay_short(run):
    _, _, report = run
    durations = sorted(report["durations_s"])
    p99 = durations[int(len(durations) * 0.99)]
    sys.stdout.write(f"p99 {p99 * 1000:.1f} ms of {len(durations)} updates\n")
    assert len(durations) > 10
