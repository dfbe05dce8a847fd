"""The extensions' own in-Kit tests on the rig.

``scenarios`` runs what they share with the rig, through the rig's driver; ``classes`` runs the very
test classes, found as Kit finds them, through the stand-in of ``omni.kit.ui_test``; ``few`` runs
some of those; ``broken`` runs some with a fault in the product, which they must find.
"""

import sys
import time
import traceback
from pathlib import Path
from typing import ClassVar

from chat_support import place_window
from driver import RigDriver
from scenario import main

MODULES = ("clappper.chat", "clappper.capture")
_SECONDS = 240


def run(rig, report):
    kind, folder = report.args[:2]
    report["imported_at_start"] = [name for name in sys.modules if name.endswith(".tests")]
    if kind == "scenarios":
        report["outcomes"] = run_scenarios(rig, Path(folder))
    else:
        report["outcomes"] = run_classes(rig, report, kind)


def run_scenarios(rig, folder):
    from clappper.capture.tests.scenarios import CAPTURE_SCENARIOS
    from clappper.chat.tests.scenarios import PANEL_SCENARIOS, film_three_frames

    place_window(rig)
    driver = RigDriver(rig, "Clappper")
    work = {name: lambda s=s: s(driver) for name, s in PANEL_SCENARIOS.items()}
    work["film_three_frames"] = lambda: film_three_frames(driver)
    for name, scenario in CAPTURE_SCENARIOS.items():
        work[name] = lambda s=scenario, n=name: s(folder / n)
    return {name: try_scenario(rig, start) for name, start in work.items()}


def try_scenario(rig, start):
    start_s = time.monotonic()
    text = ""
    try:
        rig.run(start(), seconds=_SECONDS)
    except (AssertionError, TimeoutError):
        text = traceback.format_exc()
    return {"ok": not text, "text": text, "seconds": time.monotonic() - start_s}


def run_classes(rig, report, kind):
    from omni.kit.test.standin import load_tests, run_tests

    tests = [test for module in MODULES for test in load_tests(module)]

    def run_these(*names):
        chosen = [test for test in tests if test.id().rpartition(".")[2] in names]
        assert len(chosen) == len(names), [test.id() for test in tests]
        return rig.run(run_tests(chosen), seconds=_SECONDS)

    if kind == "classes":
        report["own"] = rig.run(run_tests(make_own_tests()))
        return rig.run(run_tests(tests), seconds=_SECONDS)
    if kind == "few":
        report["found"] = [test.id() for test in tests]
        return run_these(*report.args[2])
    return run_broken(rig, run_these)


def run_broken(rig, run_these):
    from clappper.core.stage.live_edit import LiveEdit

    undo, LiveEdit.undo = LiveEdit.undo, lambda _: None
    outcomes = run_these("test_build_undo_redo", "test_stop_while_building")
    LiveEdit.undo = undo
    rig.disable("clappper.capture")
    outcomes |= run_these("test_film_three_frames", "test_capture_three_frames")
    rig.disable("clappper.chat")
    return outcomes | run_these("test_empty_prompt_is_refused")


def make_own_tests():
    """Tests of the stand-in itself: each fails in one way only, but for the last two."""
    import carb
    import omni.kit.test
    import omni.kit.ui_test as ui_test

    class Own(omni.kit.test.AsyncTestCase):
        steps: ClassVar[list] = []

        async def setUp(self):
            await self.wait_n_updates(1)
            if "setup" in self._testMethodName:
                raise ValueError("no set-up")
            self.steps.append(self._testMethodName)

        async def tearDown(self):
            self.steps.append("torn down")

        async def test_setup_raises(self):
            raise AssertionError("must not run")

        async def test_assertion_fails(self):
            await self.wait_n_updates()
            assert self.steps == []

        async def test_query_finds_several(self):
            ui_test.find("Clappper//Frame/**/Button[*]")

        async def test_query_is_wrong(self):
            ui_test.find("Clappper//Frame/**/Button[first]")

        def test_plain_method(self):
            assert "torn down" in self.steps

        async def test_queries(self):
            window = ui_test.find("Clappper")
            send = ui_test.find("Clappper//Frame/**/Button[*].text=='Send'")
            assert window.find("**/Button[*].identifier=='send'").widget == send.widget
            labels = window.find_all("**/HStack[*]/Label[1]")
            assert [label.widget.text for label in labels] == ["fps"]
            assert ui_test.find("Clappper//Frame/VStack[0]/HStack[0]/Spacer[2]") is None
            assert ui_test.find("Nothing//Frame/**/Button[*]") is None
            path = ui_test.find("Clappper//Frame/**/StringField[*].identifier=='path'")
            await path.input("two words")
            assert path.model.get_value_as_string() == "two words"
            await path.input("one", clear_before_input=True)
            assert path.model.get_value_as_string() == "one"
            await path.input("", clear_before_input=True)

    class OwnLog(omni.kit.test.AsyncTestCaseFailOnLogError):
        async def test_error_is_logged(self):
            carb.log_error("this is what the test looks for")

        async def test_warning_is_logged(self):
            carb.log_warn("this is no error")

    names = [name for name in vars(Own) if name.startswith("test_")]
    return [
        *(Own(name) for name in names),
        OwnLog("test_error_is_logged"),
        OwnLog("test_warning_is_logged"),
    ]


if __name__ == "__main__":
    main(run, enable=["clappper.chat", "clappper.capture"], size=(460, 800))
