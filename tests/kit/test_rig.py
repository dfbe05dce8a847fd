"""The rig: input reaches real widgets, and whatever goes wrong in a scenario reaches the test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kit.rig.runner import STANDINS, ScenarioFailedError, list_standins

if TYPE_CHECKING:
    from kit.rig.runner import RunScenario

pytestmark = pytest.mark.kit


@pytest.mark.parametrize("kernel", ["110.4", "109.0"])
def test_rig_drives_real_widgets(run_scenario: RunScenario, kernel: str) -> None:
    report = run_scenario(
        "rig_input", kernel=kernel, standins=[], args=["a", 1], settings={"/exts/rig/number": 7}
    )

    assert report["lines"] == "two forklifts\nsix racks\na door"
    assert report["line"] == "second"
    assert report["clicks"] == 2
    assert report["count_of_same"] == 2
    assert report["absent_widget"] == "0 widgets 'absent' in all"
    assert report["ambiguous_widget"] == "2 widgets 'same' in all"
    assert report["hidden_widget"] == "hidden is not shown"
    assert report["absent_window"].startswith("no window 'Absent', there are ['Rig'")
    assert report["timeout"] == "not true after 0.05 s: never"
    assert report["coroutine"] is True
    assert report["args"] == ["a", 1]
    assert report["setting"] == 7
    assert report["enabled"] == [True, False]
    assert len(report["measured"]) == 5
    assert all(0 < duration_s < 5 for duration_s in report["frame_durations_s"])
    assert len(report["frame_durations_s"]) > 20
    assert report["warnings"] == []
    with Image.open(report["screenshots"]["rig"]) as picture:
        assert picture.size == (800, 600)
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 20


def test_rig_with_a_layout_docks_windows(run_scenario: RunScenario) -> None:
    report = run_scenario("rig_layout", standins=[])

    assert report["docked"] == [True, True, True]
    assert report["same_dock"] is True
    assert report["is_right_of_viewport"] is True
    assert report["share"] == pytest.approx(0.35, abs=0.01)
    assert report["clicks"] == 1
    assert report["wider"] == pytest.approx(448 + 200, abs=4)


@pytest.mark.parametrize("kernel", ["110.4", "109.0"])
def test_rig_loads_the_repository_and_switches_extensions(
    run_scenario: RunScenario, kernel: str
) -> None:
    report = run_scenario("rig_extensions", kernel=kernel)

    assert report["enabled"] == [True, True]
    assert report["folder_of_core"].endswith("exts/clappper.core")
    assert report["toggled"] == [False, True]
    assert report["absent"] is False


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("raise", "ValueError: the scenario raised"),
        ("die", "Fatal Python error: Aborted"),
        ("hang", r"Timeout \(0:00:08\)!"),
        ("no_report", "left no report"),
    ],
)
def test_run_scenario_that_does_not_end_well_raises(
    run_scenario: RunScenario, fault: str, words: str
) -> None:
    with pytest.raises(ScenarioFailedError, match=words):
        run_scenario("rig_faults", standins=[], args=[fault], timeout_s=8)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("task", "nobody awaits this"),
        ("carb", "told by carb"),
        ("logging", "told by logging"),
    ],
)
def test_run_scenario_with_an_error_in_the_log_fails(
    run_scenario: RunScenario, fault: str, words: str
) -> None:
    report = run_scenario("rig_faults", standins=[], args=[fault], allow_errors=True)
    assert [words in error for error in report["errors"]] == [True]

    with pytest.raises(ScenarioFailedError, match=f"ended with errors\n.*{words}"):
        run_scenario("rig_faults", standins=[], args=[fault])


def test_run_scenario_reports_warnings_of_openusd(run_scenario: RunScenario) -> None:
    report = run_scenario("rig_faults", standins=[], args=["warn"])

    assert ["told by OpenUSD" in warning for warning in report["warnings"]] == [True]


def test_run_scenario_of_an_absent_kernel_raises(run_scenario: RunScenario) -> None:
    with pytest.raises(ScenarioFailedError, match=r"no Kit kernel 1\.0"):
        run_scenario("rig_faults", kernel="1.0")


def test_list_standins_adds_what_they_need_before_them(tmp_path: Path) -> None:
    for name, needs in {"a": {"b": "{}"}, "b": {}, "c": {"a": "{ optional = true }"}}.items():
        (tmp_path / name / "config").mkdir(parents=True)
        lines = [f'"{needed}" = {options}' for needed, options in needs.items()]
        text = "\n".join(["[dependencies]", *lines, ""])
        (tmp_path / name / "config" / "extension.toml").write_text(text)

    assert [path.name for path in list_standins(["a"], tmp_path)] == ["b", "a"]
    assert [path.name for path in list_standins(["c"], tmp_path)] == ["c"]
    assert [path.name for path in list_standins(None, tmp_path)] == ["b", "a", "c"]
    assert STANDINS.is_dir()
    with pytest.raises(ScenarioFailedError, match="no stand-in d"):
        list_standins(["d"], tmp_path)
