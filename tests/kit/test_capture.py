"""Movie Capture's traps: the stand-in shows each of them, and the adapter copes with it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.kit


def test_standin_behaves_like_movie_capture(run_scenario):
    report = run_scenario("capture_standin")

    assert report["is_one_instance"]
    # A misspelled property is silent: one image, the range ignored, the next number free.
    assert report["misspelled"]["files"] == ["Capture1.png"]
    assert report["misspelled_again"]["files"] == ["Capture1.png", "Capture2.png"]
    assert report["inclusive"]["files"] == [
        f"Capture_frames/Capture.000{number}.png" for number in (1, 2, 3)
    ]
    assert report["every_second"]["files"] == [
        f"Capture_2th_frames/Capture.000{number}.png" for number in (1, 3)
    ]
    assert report["negative"]["files"] == [
        "Capture_frames/Capture.-0001.png",
        "Capture_frames/Capture.0000.png",
    ]
    assert report["selection_before"] == ["/World/Cube_1"]
    assert report["selection_after"] == []
    assert len(report["exclusive"]["files"]) == 2
    assert report["late"]["status"] == "DONE"
    assert len(report["late"]["at_done"]) < len(report["late"]["files"]) == 3
    assert report["skipping"]["status"] == "DONE"
    assert report["skipped_pictures"] == 0
    assert report["video"]["status"] == "DONE"
    assert report["video_outputs"] == ["Capture.mp4"]
    assert "Capture.mp4" not in report["video"]["files"]
    assert report["in_finished"] == {"done": False, "outputs": []}
    assert report["progress_arguments"] == [9]
    assert report["outputs"] == 3
    assert "_ui_pause_button" in report["pause_1_7"]
    assert report["cancelled"] == "DONE"
    assert report["cancelled_statuses"] == ["CAPTURING", "CANCELLED", "DONE"]
    assert report["no_viewport"]["is_started"] is False
    assert report["bad_options"]["is_started"] is False
    assert report["refused"] == [24, ".png", 1]
    assert report["round_trip"]
    assert report["1.5"] == {"done": False, "get_outputs": False, "real_time": False}
    assert report["1.7"] == report["1.8"] == {"done": True, "get_outputs": True, "real_time": True}
    assert isinstance(report["validate"], list)
    assert (report["hidden_viewport"], report["shown_viewport"]) == ("never", "drawn")
    assert report["removed_names"] == []
    assert report["one_picture"] == "89504e47"


FRAMES = [f"frame.000{number}.png" for number in (1, 2, 3, 4)]
GOOD = [
    "inclusive_and_late",
    "exclusive",
    "version_1_5",
    "version_1_8",
    "final",
    "with_preroll",
    "stay_on_playing",
    "filling_viewport",
    "warmed_up",
]
STEPPED = ["stepped", "stepped_by_timeline_rate", "stepped_slower"]
STOPPED = [
    "cancelled",
    "cancelled_while_warming_up",
    "task_cancelled",
    "task_cancelled_early",
    "disabled_while_filming",
]
#: Case, class of the error, and a part of its sentence.
FAILURES = [
    ("stale_and_lost", "CaptureError", "wrote 3 of 4 frames; not 3. Look at"),
    ("lost_at_the_end", "CaptureError", "wrote 2 of 4 frames; not 3, 4. Look at"),
    ("wrong_size", "CaptureError", "Frame 1 is no whole picture of 64x36: switch off Fill"),
    ("stopped_by_somebody_else", "CaptureError", "stopped after 2 of 4 frames by something else"),
    ("stalled", "CaptureError", "made no progress for 0.5 s at frame 2 of 4"),
    ("never_done", "CaptureError", "does not stop: disable and enable omni.kit.capture"),
    ("deaf", "CaptureError", "does not stop: disable and enable omni.kit.capture"),
    ("stage_replaced", "CaptureError", "The stage was closed while it was filmed"),
    ("no_viewport", "CaptureUnavailableError", "There is no viewport to film"),
    ("viewport_closed_before", "CaptureUnavailableError", "The viewport was closed"),
    ("viewport_closed_while_warming_up", "CaptureError", "did not start: show the viewport"),
    ("busy", "CaptureUnavailableError", "Movie Capture is already at work. Wait"),
    ("no_instance", "CaptureUnavailableError", "does not start: look at Kit's log"),
    ("start_raises", "CaptureError", "Movie Capture failed to start: look at Kit's log."),
    ("option_gone", "CaptureUnavailableError", "no option capture_every_Nth_frames: update"),
    ("camera_missing", "CaptureUnavailableError", "/World/Nothing is no camera of the open"),
    ("camera_is_a_cube", "CaptureUnavailableError", "/World/Cube_0 is no camera of the open"),
    ("camera_path_is_nonsense", "CaptureUnavailableError", "not a path! is no camera"),
    ("folder_is_a_file", "CaptureUnavailableError", "is a file. Choose another output folder"),
    ("other_stage", "CaptureUnavailableError", "scene.usda is not open. Open it first"),
    ("no_stage", "CaptureUnavailableError", "No stage is open"),
    ("loads_forever", "CaptureError", "The stage still loads 2 files after 0.3 s"),
]
OTHERS = ["not_warmed_up", "paused_by_hand", "second_capture", "loading"]
_reports = {}


@pytest.fixture
def cases(run_scenario):
    """Return the report of all cases; Kit starts for them once."""
    if "cases" not in _reports:
        names = [*GOOD, *STEPPED, *STOPPED, *(name for name, _, _ in FAILURES), *OTHERS]
        # In a list before anything can fail: a scenario that dies is not started for each test.
        _reports["cases"] = None
        _reports["cases"] = run_scenario(
            "capture_cases", args=names, timeout_s=200, allow_errors=True
        )
    assert _reports["cases"] is not None, "the scenario failed in an earlier test"
    return _reports["cases"]


@pytest.mark.parametrize("name", GOOD)
def test_capture_gives_the_frames_asked_for_and_puts_everything_back(cases, name):
    case = cases[name]

    assert case["error"] == ""
    assert (case["numbers"], case["verdicts"]) == ([1, 2, 3, 4], ["ok"] * 4)
    assert case["files"] == FRAMES
    assert len(set(case["hashes"])) == 4
    assert case["progress"] == [[done, 4] for done in range(5)]
    assert case["changed"] == []
    assert case["runs"] == [["CAPTURING", "FINISHING", "DONE"]]


@pytest.mark.parametrize("name", [name for name in GOOD if name != "final"])
def test_capture_gives_the_same_pictures_whatever_the_version_does(cases, name):
    assert cases[name]["hashes"] == cases["exclusive"]["hashes"]
    assert cases[name]["times"][:4] == [1.0, 2.0, 3.0, 4.0]


def test_capture_asks_for_what_movie_capture_calls_a_sequence(cases):
    (options,) = cases["inclusive_and_late"]["options"]

    assert options["capture_every_nth_frames"] == 1
    assert (options["start_frame"], options["end_frame"]) == (1, 5)
    assert options["animation_fps"] == options["fps"] == 24
    assert options["overwrite_existing_frames"] is True
    assert options["early_quit_time_limit_per_frame_in_minutes"] == -1
    assert ".capture-" in options["output_folder"]
    assert "foreign_calls" not in cases  # the callback of whoever used Movie Capture before


def test_capture_takes_the_renderer_that_the_version_and_the_quality_name(cases):
    def engine(name):
        (found,) = {tuple(engine) for engine in cases[name]["engines"]}
        return found[1]

    assert engine("version_1_8") == "RealTimePathTracing"
    assert engine("version_1_5") == "RaytracedLighting"
    assert engine("final") == "PathTracing"
    assert cases["final"]["options"][0]["path_trace_spp"] == 3


@pytest.mark.parametrize("name", STEPPED)
def test_capture_at_another_rate_shows_frame_n_at_n_divided_by_fps(cases, name):
    case = cases[name]
    fps = 12 if name == "stepped_slower" else 30

    assert case["error"] == ""
    assert set(case["verdicts"]) == {"ok"}
    assert case["times"] == pytest.approx([number / fps * 24 for number in case["numbers"]])
    assert case["changed"] == []  # nor the stage's rate, while it was filmed or after
    assert case["options"][0]["animation_fps"] == 24


def test_capture_at_another_rate_gives_the_picture_of_the_same_second(cases):
    # Frame 5 at 30 fps and frame 4 at 24 fps show the sixth part of a second.
    assert cases["stepped"]["hashes"][0] == cases["exclusive"]["hashes"][3]
    assert cases["stepped"]["hashes"] == cases["stepped_by_timeline_rate"]["hashes"]


@pytest.mark.parametrize(("name", "kind", "sentence"), FAILURES, ids=[f[0] for f in FAILURES])
def test_capture_that_fails_is_one_sentence_and_everything_is_put_back(cases, name, kind, sentence):
    case = cases[name]

    assert case["kind"] == kind
    assert sentence in case["error"]
    # What belongs to a stage that is gone stays as the new stage has it; a Movie Capture that
    # cannot be stopped keeps its renderer.
    excused = {"stage_replaced": ["selected", "time", "camera", "layers"], "deaf": ["engine"]}
    assert set(case["changed"]) <= set(excused.get(name, []))


def test_capture_that_fails_leaves_whole_frames_and_no_stale_one(cases):
    assert cases["stale_and_lost"]["files"] == [*FRAMES[:2], FRAMES[3], "frame.0009.png"]
    assert cases["lost_at_the_end"]["files"] == FRAMES[:2]
    assert cases["file_is_still_there"]


@pytest.mark.parametrize("name", ["busy", "no_viewport", "option_gone", "camera_missing"])
def test_capture_that_cannot_work_does_not_start(cases, name):
    assert cases[name]["runs"] == []


@pytest.mark.parametrize("name", STOPPED)
def test_capture_that_is_stopped_ends_movie_capture_and_puts_everything_back(cases, name):
    case = cases[name]

    assert case["changed"] == []
    assert case["kind"] == ("CancelledError" if "task" in name else "")
    is_early = name in ("cancelled_while_warming_up", "task_cancelled_early")
    assert case["runs"] == ([] if is_early else [["CAPTURING", "CANCELLED", "DONE"]])


@pytest.mark.parametrize("name", ["cancelled", "disabled_while_filming"])
def test_capture_that_is_stopped_keeps_what_was_written(cases, name):
    written = len(cases[name]["files"])

    assert 3 <= written < 40
    assert cases[name]["verdicts"] == ["ok"] * written + ["missing"] * (40 - written)


def test_backend_is_offered_while_the_extension_is_enabled(cases):
    assert not cases["backend_after_disabling"]
    assert cases["backend_after_enabling"]


def test_capture_without_warm_up_says_that_frames_are_black(cases):
    assert cases["not_warmed_up"]["verdicts"] == ["black"] * 4


def test_capture_that_is_paused_by_hand_is_not_given_up(cases):
    assert cases["paused_by_hand"]["verdicts"] == ["ok"] * 8


def test_second_capture_is_refused_and_the_first_goes_on(cases):
    assert cases["second_error"].startswith("CaptureUnavailableError: A capture is already")
    assert cases["second_capture"]["verdicts"] == ["ok"] * 8


def test_capture_waits_until_the_stage_is_quiet(cases):
    case = cases["loading"]

    assert case["issues"] == [["STAGE_LOADING", "info"]]
    assert case["verdicts"] == ["ok"] * 4
    assert case["told"][-5:] == [0] * 5


def test_captures_leave_no_error_no_folder_and_no_task(cases):
    assert cases["errors"] == []
    assert cases["left_folders"] == []
    assert cases["open_tasks"] == 0


def test_capture_on_an_older_kernel_with_events_of_kit_106(run_scenario):
    report = run_scenario(
        "capture_cases",
        kernel="109.0",
        args=["version_1_5", "stage_replaced"],
        settings={"/exts/omni.usd/standin/has_stage_event_names": False},
    )

    assert report["version_1_5"]["verdicts"] == ["ok"] * 4
    assert report["version_1_5"]["changed"] == []
    assert "The stage was closed" in report["stage_replaced"]["error"]


def test_missing_movie_capture_is_a_sentence_and_one_on_disk_is_enabled(run_scenario):
    report = run_scenario(
        "capture_missing", standins=["omni.usd", "omni.timeline", "omni.kit.viewport.utility"]
    )

    assert report["modules_at_start"] == []
    ((code, sentence),) = report["missing"]
    assert code == "CAPTURE_MISSING"
    assert "has no Movie Capture (omni.kit.capture.viewport): add it in Window" in sentence
    assert report["missing_capture"] == sentence.strip()
    assert (report["enabled_before"], report["enabled_after"]) == (False, True)
    assert report["found"] == []
    assert report["capture"] == "True"
