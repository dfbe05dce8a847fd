"""How long a prompt takes to become a stage, the command line to answer, and the demo to end.

The stage is compared with the least anybody could do: a bare script that opens a stage and adds
one reference and one translate for each of the same instances, with the places already known. The
answer of ``--help`` is compared with a Python that does nothing.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_make.py [--demo]``
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pxr import Gf, Usd, UsdGeom

from clappper.core.cli import DEMO_PROMPT
from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import make
from clappper.core.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["author_by_hand"]

PROMPTS = (
    DEMO_PROMPT,
    "Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style.",
    "Create a loading dock scene with 2 forklifts, a warehouse door, "
    "and 3 characters standing near the door.",
)
ROUNDS = 5
#: Steps from the prompt to ``scene.usda``, as ``run.json`` names them.
STEPS = ("catalog", "plan", "measure", "layout", "build")


def author_by_hand(scene: Path, target: Path) -> None:
    """Write a stage with the same references at the same places, and nothing else."""
    target.unlink(missing_ok=True)
    source = Usd.Stage.Open(str(scene))
    stage = Usd.Stage.CreateNew(str(target))
    for prim in source.GetPrimAtPath("/World/Items").GetChildren():
        for instance in prim.GetChildren():
            xform = UsdGeom.Xform.Define(stage, f"/World/{instance.GetName()}")
            matrix = UsdGeom.Xformable(instance).GetLocalTransformation()
            xform.AddTranslateOp().Set(Gf.Vec3d(matrix.ExtractTranslation()))
            for spec in instance.GetChild("asset").GetPrimStack()[:1]:
                for reference in spec.referenceList.prependedItems:
                    xform.GetPrim().GetReferences().AddReference(reference.assetPath)
    stage.GetRootLayer().Save()


def time_s(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median of several calls [s]."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def time_command(*arguments: str) -> float:
    """Return the median wall time of a process [s]."""
    command = [sys.executable, *arguments]
    return time_s(lambda: subprocess.run(command, check=True, capture_output=True))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        for number, prompt in enumerate(PROMPTS):
            folder = RunFolder(Path(name) / str(number))
            totals = []
            for _ in range(ROUNDS + 1):
                result = make(MakeRequest(prompt, is_filming=False), folder, lambda _: None)
                totals.append(sum(result.timings_s[step] for step in STEPS))
            ours = statistics.median(totals[1:])
            target = folder.path / "by_hand.usda"
            by_hand = time_s(partial(author_by_hand, folder.scene, target))
            target.unlink()
            print(
                f"prompt to stage {number + 1}: first {totals[0]:.3f} s, then {ours:.3f} s "
                f"(goal under 1 s); bare script {by_hand:.3f} s, ratio {ours / by_hand:.1f}; "
                f"certificate {result.timings_s['certificate']:.2f} s"
            )
        help_s = time_command("-m", "clappper.core.cli", "--help")
        bare_s = time_command("-c", "pass")
        print(
            f"clappper --help: {help_s:.3f} s (goal under 0.3 s); bare Python {bare_s:.3f} s, "
            f"ratio {help_s / bare_s:.1f}"
        )
        if "--demo" in sys.argv:
            start = time.perf_counter()
            command = [sys.executable, "-m", "clappper.core.cli", "demo", "--out", f"{name}/demo"]
            subprocess.run(command, check=True, capture_output=True)
            total = time.perf_counter() - start
            print(f"demo, 48 frames of 640x360: {total:.1f} s (goal under 120 s)")


if __name__ == "__main__":
    main()
