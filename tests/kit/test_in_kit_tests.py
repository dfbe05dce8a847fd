"""The tests that the extensions bring for a full Kit run on the rig, too, and find faults there."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from kit.rig.runner import STANDINS, start_scenario

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.kit

ROOT = Path(__file__).resolve().parents[2]
EXTENSIONS = ("clappper.chat", "clappper.capture")
PANEL = "clappper.chat.tests.test_panel.PanelTest"
FILM = "clappper.chat.tests.test_film.FilmTest"
CAPTURE = "clappper.capture.tests.test_movie_capture.MovieCaptureTest"
PANEL_SCENARIOS = (
    "build_undo_redo",
    "build_beside_what_is_there",
    "miss_is_told",
    "empty_prompt_is_refused",
    "stop_while_building",
    "stage_replaced_while_building",
)
CAPTURE_SCENARIOS = ("capture_three_frames", "cancelled_capture_leaves_the_stage")
SCENARIOS = (*PANEL_SCENARIOS, "film_three_frames", *CAPTURE_SCENARIOS)
TESTS = (
    *(f"{PANEL}.test_{name}" for name in PANEL_SCENARIOS),
    f"{PANEL}.test_menu_entry_hides_and_shows_the_window",
    f"{FILM}.test_film_three_frames",
    *(f"{CAPTURE}.test_{name}" for name in CAPTURE_SCENARIOS),
)
#: Extensions of a full Kit that draw and show; the rig draws by itself.
DRAWING = {"omni.hydra.rtx", "omni.kit.mainwindow", "omni.kit.viewport.window"}


def load_extension(name):
    path = ROOT / "exts" / name / "config" / "extension.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def list_tables(name):
    return [
        pytest.param(table, id=f"{name}-{table['name']}") for table in load_extension(name)["test"]
    ]


TABLES = [table for name in EXTENSIONS for table in list_tables(name)]


def read_settings(folder):
    """Return the settings that Kit's runner would give, by the tables' own arguments."""
    settings = {}
    for table in (param.values[0] for param in TABLES):
        for argument in table["args"]:
            path, _, value = argument.removeprefix("--").partition("=")
            settings[path] = value
    return settings | {
        "/exts/clappper.chat/output_folder": str(folder / "films"),
        "/exts/clappper.capture/warmup_updates": 8,
    }


def run_kind(kind, folder, driver_folder, *args, **options):
    return start_scenario(
        "in_kit_tests",
        folder=folder,
        pictures=folder,
        driver_folder=driver_folder,
        args=[kind, str(folder / "work"), *args],
        settings=read_settings(folder),
        timeout_s=240,
        **options,
    )


@pytest.fixture(scope="module")
def shared(tmp_path_factory, driver_folder):
    return run_kind("scenarios", tmp_path_factory.mktemp("scenarios"), driver_folder)


@pytest.fixture(scope="module")
def in_kit(tmp_path_factory, driver_folder):
    # A test of the stand-in logs an error.
    return run_kind("classes", tmp_path_factory.mktemp("classes"), driver_folder, allow_errors=True)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario_passes_on_the_rig(shared, name):
    assert shared["outcomes"][name]["ok"], shared["outcomes"][name]["text"]


def test_every_scenario_is_run(shared):
    assert set(shared["outcomes"]) == set(SCENARIOS)


@pytest.mark.parametrize("name", TESTS)
def test_in_kit_test_passes_on_the_rig(in_kit, name):
    assert in_kit["outcomes"][name]["ok"], in_kit["outcomes"][name]["text"]


def test_in_kit_tests_are_found_as_kit_finds_them(in_kit):
    assert set(in_kit["outcomes"]) == set(TESTS)
    errors = [line for line in in_kit["errors"] if "this is what the test looks for" not in line]
    assert not errors


def test_extensions_do_not_import_their_tests(shared, in_kit):
    for report in (shared, in_kit):
        assert [name for name in report["imported_at_start"] if name.startswith("clappper")] == []


def test_in_kit_tests_pass_on_an_older_kernel(tmp_path, driver_folder):
    names = [
        "test_build_undo_redo",
        "test_menu_entry_hides_and_shows_the_window",
        "test_capture_three_frames",
    ]

    report = run_kind("few", tmp_path, driver_folder, names, kernel="109.0")

    assert set(report["found"]) == set(TESTS)
    assert len(report["outcomes"]) == len(names)
    assert {name: o["text"] for name, o in report["outcomes"].items() if not o["ok"]} == {}


def test_in_kit_tests_find_faults(tmp_path, driver_folder):
    outcomes = run_kind("broken", tmp_path, driver_folder, allow_errors=True)["outcomes"]

    found = {name.rpartition(".")[2]: outcome["text"] for name, outcome in outcomes.items()}
    assert not any(outcome["ok"] for outcome in outcomes.values())
    assert "the stage is not as it was" in found["test_build_undo_redo"]
    assert "the stage is not as it was" in found["test_stop_while_building"]
    assert "nobody offers to capture" in found["test_film_three_frames"]
    assert "nobody offers to capture" in found["test_capture_three_frames"]
    assert "there is no" in found["test_empty_prompt_is_refused"]


def test_standin_reports_what_a_test_does(in_kit):
    own = {name.rpartition(".")[2]: outcome for name, outcome in in_kit["own"].items()}
    texts = {
        "test_setup_raises": "ValueError: no set-up",
        "test_assertion_fails": "AssertionError",
        "test_query_finds_several": "finds 8, ask for one",
        "test_query_is_wrong": "not understood from 'Button[first]' on",
        "test_error_is_logged": "this is what the test looks for",
    }
    for name, text in texts.items():
        assert not own.pop(name)["ok"]
        assert (
            text in in_kit["own"][next(key for key in in_kit["own"] if key.endswith(name))]["text"]
        )
    assert set(own) == {"test_plain_method", "test_queries", "test_warning_is_logged"}
    assert {name: o["text"] for name, o in own.items() if not o["ok"]} == {}


@pytest.mark.parametrize("table", TABLES)
def test_table_names_tests_and_extensions_that_are_there(table):
    (pattern,) = table["pythonTests"]["include"]
    assert any(fnmatchcase(name, pattern) for name in TESTS)
    known = {path.parents[1].name for path in STANDINS.glob("*/config/extension.toml")}
    assert set(table["dependencies"]) <= known | DRAWING | set(EXTENSIONS)
    assert table["dependencies"] == sorted(table["dependencies"])
    assert table["timeout"] > 300


def test_tables_share_the_tests_out():
    patterns = [param.values[0]["pythonTests"]["include"][0] for param in TABLES]

    assert [sum(fnmatchcase(n, p) for p in patterns) for n in TESTS] == [1] * len(TESTS)
