"""Whatever goes wrong, one fault after another in one app: a sentence, and the stage as before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kit.rig.runner import start_scenario

pytestmark = pytest.mark.kit

NOTHING = "Nothing was built."
NO_FILM = "No film was made."
GONE = "The stage was closed or replaced meanwhile"
STOPPED = "Stopped. The stage is as it was."
#: Case -> status, and how the last line of the history begins.
SENTENCES = {
    "no_stage": (NOTHING, "No stage is open: make one with File > New"),
    "empty_prompt": (None, "Say what the scene should show"),
    "long_prompt": (None, "The prompt has 10,799 characters, 10,000 are read at most"),
    "nothing_known": (NOTHING, "The catalog has no unicorn"),
    **{f"stop_after_{n}": (STOPPED, "Stopped.") for n in (0, 1, 2, 4, 8, 16, 32, 64)},
    "stop_while_building": (STOPPED, "Stopped."),
    "locked_layer": (NOTHING, "The layer "),
    "layer_locked_by_kit": (NOTHING, "The layer "),
    "stage_replaced": (NOTHING, GONE),
    "stage_closed": (NOTHING, GONE),
    "window_reopened": (STOPPED, "Stopped."),
    "no_viewport": (NO_FILM, "There is no viewport to film."),
    "folder_not_writable": (NO_FILM, "Frames cannot be written to "),
    "no_encoder": (NO_FILM, "No film can be encoded because imageio-ffmpeg is not installed."),
    "film_stopped": (STOPPED, "Stopped."),
    "no_capture_extension": (NO_FILM, "Filming needs the extension clappper.capture"),
    "film_after_all": ("Film of 2 frames written.", "Film of 2 frames: "),
    "extension_reenabled": ("Built /World/Clappper/Scene_001.", "Certified: "),
}
#: Cases after which there is nothing of ours on the stage.
BARE = [name for name in SENTENCES if not name.startswith(("film", "no_", "folder", "extension"))]


@pytest.fixture(scope="module")
def cases(tmp_path_factory, driver_folder):
    folder = tmp_path_factory.mktemp("faults")
    films = folder / "films"
    report = start_scenario(
        "chat_faults",
        folder=folder,
        pictures=Path(os.environ.get("CLAPPPER_SCREENSHOTS") or folder),
        driver_folder=driver_folder,
        args=[str(films)],
        settings={
            "/exts/clappper.chat/output_folder": str(films),
            # So that building takes many updates and can be stopped in the middle.
            "/exts/clappper.chat/slice_ms": 0.05,
            "/exts/clappper.capture/warmup_updates": 2,
        },
        timeout_s=240,
    )
    return report["cases"]


@pytest.mark.parametrize("name", SENTENCES)
def test_fault_ends_in_a_sentence(cases, name):
    status, line = SENTENCES[name]
    assert cases[name]["last"].startswith(line)
    assert cases[name]["status"].startswith(status or line)


@pytest.mark.parametrize("name", BARE)
def test_fault_leaves_every_layer_as_text_what_it_was(cases, name):
    assert cases[name]["same"]
    assert cases[name]["instances"] == 0


def test_stop_while_building_takes_away_what_was_there(cases):
    assert cases["stop_while_building_began"]["instances"] > 0


def test_send_twice_refuses_the_second_and_finishes_the_first(cases):
    case = cases["send_twice"]
    assert case["refused"]
    assert case["kept_prompt"] == "an office"
    assert case["instances"] == 6
    assert case["undone"]


def test_stage_replaced_leaves_both_stages_clean(cases):
    assert cases["stage_replaced"]["held_layer_clean"]
    assert cases["stage_replaced"]["new_stage_untouched"]


def test_window_closed_while_building_leaves_the_stage_as_it_was(cases):
    assert cases["window_closed"]["same"]


def test_film_that_cannot_be_made_leaves_the_scene(cases):
    for name in ("no_viewport", "folder_not_writable", "no_encoder", "film_stopped"):
        assert cases[name]["same"]
        assert cases[name]["instances"] == 6


def test_undo_leaves_nothing_to_capture(cases):
    assert cases["capture_after_undo"] == {"enabled": False}


def test_extension_disabled_while_building_cleans_up_and_comes_back(cases):
    assert cases["extension_disabled"]["same"]
    assert cases["extension_reenabled"]["instances"] == 6
