"""What a scenario is: one file, one process, one Kit, a JSON report that a test asserts on.

A scenario in full, ``tests/kit/scenarios/prompt_is_sent.py``::

    from scenario import main

    def run(rig, report):
        rig.fill("prompt", "3 forklifts")
        rig.click("send")
        rig.until(lambda: rig.find("status").text == "Done", seconds=60)
        report["status"] = rig.find("status").text
        report.screenshot("result")

    if __name__ == "__main__":
        main(run, enable=["clappper.chat"])

and its test::

    def test_send_reaches_the_session(run_scenario):
        report = run_scenario("prompt_is_sent")
        assert report["status"] == "Done"

``rig`` is a ``kit_rig.KitRig``; ``report`` a dict of plain values with ``args`` (what the test
gave as ``args=``), ``folder`` (the run's own, to write into) and ``screenshot(name)``. An exception
ends the scenario and fails the test with its traceback. Keys that are added to the report:
``frame_durations_s`` (one update and one UI frame each), ``started_s`` (from the start of Kit to
its eighth frame), ``errors`` (exceptions of tasks nobody awaited, error lines of Kit's log,
OpenUSD's errors), ``warnings`` (OpenUSD's), ``screenshots`` (name to path).

At the top a scenario may import ``omni.ui``, ``omni.kit.app``, ``carb`` and ``pxr``; what comes
with an extension (``omni.usd``, ``clappper.chat``) inside ``run`` only. Stand-ins are enabled
before the product; they are switched in the scenario (``import omni.usd.standin``) or, for what
counts at their start, by ``run_scenario(settings={...})``.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit_rig import ROOT, KitRig

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["BUNDLE", "Report", "main"]

#: Name that Kit gives the repository itself as an extension: its folder's, without a version.
BUNDLE = re.sub(r"-\d+\.\d+\.\d+$", "", ROOT.name)


class Report(dict[str, Any]):
    """What a scenario found out."""

    def __init__(self, rig: KitRig, folder: Path, pictures: Path, args: list[Any]) -> None:
        super().__init__(screenshots={})
        self.folder = folder
        self.args = args
        self._rig = rig
        self._pictures = pictures

    def screenshot(self, name: str) -> None:
        """Write the app window to a PNG file of this name."""
        path = self._rig.screenshot(self._pictures / f"{name}.png")
        self["screenshots"][name] = str(path)


def main(
    scenario: Callable[[KitRig, Report], None],
    *,
    enable: Sequence[str] = (),
    size: tuple[int, int] = (1280, 720),
    has_layout: bool = False,
) -> None:
    """Start Kit, run the scenario, write the report, shut Kit down and end the process.

    Args:
        scenario: Called with the rig and the report.
        enable: The product's extensions; ``BUNDLE`` is the repository itself.
        size: Width and height of the app window [px].
        has_layout: Whether there are docked windows "Viewport" and "Property" to dock beside.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--standin", type=Path, action="append", default=[])
    parser.add_argument("--settings", type=json.loads, default={})
    parser.add_argument("--args", type=json.loads, default=[])
    parser.add_argument("--timeout", type=float, required=True)
    options = parser.parse_args()
    # Shows where a scenario hangs before it is killed.
    faulthandler.dump_traceback_later(options.timeout, exit=True)
    folder = options.report.parent
    start_s = time.perf_counter()
    rig = KitRig(
        [*(path.name for path in options.standin), *enable],
        portable_root=folder / "portable",
        ext_paths=options.standin,
        size=size,
        settings=options.settings,
        has_layout=has_layout,
    )
    report = Report(rig, folder, options.pictures, options.args)
    report["started_s"] = time.perf_counter() - start_s
    scenario(rig, report)
    report["frame_durations_s"] = list(rig.frame_durations_s)
    rig.close()
    report["errors"] = rig.task_errors
    options.report.write_text(json.dumps(report), encoding="utf-8")
    faulthandler.cancel_dump_traceback_later()
    sys.stdout.flush()
    sys.stderr.flush()
    # The report is complete: nothing that native libraries do at exit can change it.
    os._exit(0)
