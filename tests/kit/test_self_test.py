"""The self-test passes on the stand-ins, and its report names whatever differs in a Kit."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.kit

STANDINS_WITHOUT_VIEWPORT = (
    "omni.usd",
    "omni.timeline",
    "omni.kit.commands",
    "omni.kit.menu.utils",
    "omni.kit.notification_manager",
)


@pytest.mark.parametrize(
    ("kernel", "has_event_names"),
    [("110.4", True), ("109.0", True), ("110.4", False)],
    ids=["110", "109", "events_of_106"],
)
def test_altered_members_are_named(run_scenario, kernel, has_event_names):
    report = run_scenario(
        "self_test_alterations",
        kernel=kernel,
        settings={"/exts/omni.usd/standin/has_stage_event_names": has_event_names},
    )

    for whole in (report["unaltered"], report["restored"], report["older_capture"]):
        assert whole["differing"] == []
        assert whole["unchecked"] == []
        assert whole["count"] > 150
        assert whole["ok"]
    assert len(report["altered"]) == 15
    for name, altered in report["altered"].items():
        assert not altered["ok"], name
        assert altered["differing"], name
        # The member and what hangs on it, and nothing else.
        assert all(name in target for target, _, _ in altered["differing"]), altered["differing"]
        assert name in altered["step"]
        assert name in altered["page"].partition("## Not enabled")[0]


def test_it_passes_stops_and_refuses_from_the_menu(run_scenario):
    report = run_scenario("self_test_run", timeout_s=250)

    assert report["while_busy"] == [
        False,
        "The panel is at work: wait for it or press Stop, then run the test.",
    ]
    assert report["is_ticked"]
    assert not report["is_ticked_after"]
    passed = report["passed"]
    assert [[step["name"], step["outcome"]] for step in passed["steps"]] == [
        [name, "ok"]
        for name in (
            "versions",
            "assumptions",
            "this machine",
            "stage",
            "stage events",
            "build",
            "film",
            "undo and redo",
        )
    ]
    assert passed["ok"]
    assert len(passed["host"]) == 8
    assert passed["versions"]["omni.kit.capture.viewport"] != "not enabled"
    assert report["line"] == passed["sentence"]
    assert report["notified"] == [[passed["sentence"], "INFO"]]
    assert report["films"] == ["movie.mp4"]
    assert "12 frames of 320 x 180" in report["page"]
    assert report["is_stage_as_before"]
    assert not report["has_pending_edit"]

    assert report["prims_while_filming"] > 20
    assert report["stopped"] == "The self-test was stopped. The stage is as it was."
    assert report["is_stage_as_before_stop"]

    assert find_step(report["refused"], "stage")["message"].startswith(
        "The open stage has unsaved changes"
    )
    assert find_step(report["refused"], "build")["outcome"] == "skipped"
    assert report["is_work_there"]

    broken = report["broken"]
    assert not broken["ok"]
    assert "omni.kit.undo:undo" in broken["sentence"]
    assert "There is no viewport to film." in find_step(broken, "film")["message"]
    assert find_step(broken, "build")["outcome"] == "ok"
    assert "'undo'" in find_step(broken, "undo and redo")["message"]
    assert "/World/Clappper/Scene_001" in find_step(broken, "clean up")["message"]
    assert report["scene_left"]
    assert not report["is_entry_there"]


@pytest.mark.parametrize(
    ("missing", "exit_code"), [(None, 0), ("omni.kit.viewport.utility", 1)], ids=["passes", "fails"]
)
def test_kit_started_for_it_quits_with_its_result(run_scenario, missing, exit_code):
    standins = None if missing is None else STANDINS_WITHOUT_VIEWPORT
    report = run_scenario(
        "self_test_exec",
        standins=standins,
        args=["unknown"] if missing else [],
        settings={
            "/exts/clappper.capture/warmup_updates": 3,
            "/exts/clappper.capture/preroll_frames": 2,
        },
        timeout_s=200,
        allow_errors=exit_code == 1,
    )

    assert report["is_chat_enabled"]
    assert report["exit_code"] == exit_code
    assert report["self_test"]["ok"] is (exit_code == 0)
    if missing:
        absent = [f for f in report["self_test"]["findings"] if f["outcome"] == "absent"]
        assert missing in [finding["target"] for finding in absent]
        assert [s["name"] for s in report["self_test"]["steps"] if s["outcome"] != "ok"] == ["film"]


def find_step(report, name):
    return next(step for step in report["steps"] if step["name"] == name)
