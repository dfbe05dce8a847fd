"""The panel in a conversation, on the real kernel and the real omni.ui."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import pytest

from kit.rig.runner import start_scenario

pytestmark = pytest.mark.kit


@pytest.fixture(scope="module")
def hold(tmp_path_factory, driver_folder):
    """Return what holds the conversation on a stage, once."""

    @functools.cache
    def on(kind):
        folder = tmp_path_factory.mktemp(f"conversation_{kind}")
        report = start_scenario(
            "chat_conversation",
            folder=folder,
            pictures=Path(os.environ.get("CLAPPPER_SCREENSHOTS") or folder),
            driver_folder=driver_folder,
            kernel="110.4",
            args=[kind, str(folder / "saved.usda")],
            timeout_s=280,
        )
        return report, {step["name"]: step for step in report["steps"]}

    return on


@pytest.fixture(params=["empty", "full"])
def run(request, hold):
    return hold(request.param)


def test_follow_ups_change_the_scene_in_place_as_one_undo_each(run):
    report, steps = run
    shelves = steps["made"]["nouns"]["industrial shelving"]
    expected = {
        "made": {"forklift": 3},
        "added": {"forklift": 3, "pallet": 2},
        "removed": {"forklift": 2, "pallet": 2},
        "lit": {"forklift": 2, "pallet": 2},
    }
    for name, counts in expected.items():
        assert steps[name]["nouns"] == {"industrial shelving": shelves, **counts}
        assert steps[name]["scenes"] == ["Scene_001"]
        assert steps[name]["verdict"][0].startswith("Certified: ")
        did = "Built" if name == "made" else "Changed"
        assert steps[name]["status"].startswith(f"{did} /World/Clappper/Scene_001")
    assert report["undone"] == [True] * 4
    assert report["redone"] == [True] * 2


def test_questions_and_refusals_change_nothing_and_are_said(run):
    report, steps = run
    assert report["asking_changed_nothing"]
    assert "2" in steps["asked"]["history"][-1]
    assert "forklift" in steps["asked"]["history"][-1]
    assert "not understood" in steps["refused"]["history"][-1]


def test_panel_follows_undo_and_redo(run):
    _, steps = run
    assert steps["before"]["new_scene"] is False
    assert steps["made"]["new_scene"] is True
    undone, redone = steps["undone"], steps["redone"]
    assert (undone["capture"], undone["new_scene"], undone["nouns"]) == (False, False, {})
    assert (redone["capture"], redone["new_scene"]) == (True, True)
    assert redone["nouns"]["pallet"] == 2
    assert "2 of 2 pallet" in redone["verdict"][0]


def test_change_after_undo_is_about_what_stands_there_and_keeps_what_was_moved(run):
    report, steps = run
    assert steps["changed_after_undo"]["nouns"]["pallet"] == 1
    assert steps["changed_after_undo"]["nouns"]["forklift"] == 3
    assert report["moved_stays"]
    said = steps["changed_after_undo"]["history"]
    assert "1 thing was moved by hand since: that is kept." in said


def test_change_that_is_stopped_leaves_the_scene_as_it_was(run):
    report, _ = run
    assert report["stopped"] == [True] * len(report["stopped"])


def test_new_scene_stands_beside_and_the_selection_says_which_is_meant(run):
    _, steps = run
    assert steps["anew"]["status"] == "Say what the new scene should show."
    assert steps["second"]["scenes"] == ["Scene_001", "Scene_002"]
    assert steps["second"]["nouns"]["desk"] == 2
    assert steps["second_changed"]["nouns"]["chair"] == 2
    assert steps["second_changed"]["nouns"]["forklift"] == 3
    assert steps["first_changed"]["nouns"]["forklift"] == 2
    assert steps["first_changed"]["nouns"]["chair"] == 2


def test_scene_is_found_again_in_a_saved_stage(hold):
    report, steps = hold("empty")  # the full one has an anonymous layer, which cannot be saved
    assert report["closed"] == {
        "status": "Say what the scene should show.",
        "capture": False,
        "new_scene": False,
    }
    assert steps["reopened"]["capture"] is True
    assert steps["reopened"]["status"].endswith("say what is to change, or press New scene.")
    assert steps["changed_after_reopening"]["nouns"]["chair"] == 4
