"""How fast measuring is: one child against two, and against a plain script with BBoxCache per file.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_measure.py [FILES] [ROUNDS]``

The files are random meshes of 3,000 to 600,000 triangles with a few parts each, some of them
instanced, as a library of props has them. The plain script is what people write: open the stage,
ask UsdGeom.BBoxCache for the default prim's bound. It is run in one process for all files, and, as
it must be when a file may crash the reader, in a process for each file (a sample of them). The
ratio of children means something on an idle machine only; processor time tells the rest.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Usd, UsdGeom, Vt

from clappper.core.catalog.measuring.measure_cache import MeasureCache
from clappper.core.catalog.measuring.measure_run import measure_assets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["write_library"]

FILE_COUNT, ROUNDS, SAMPLE = 180, 3, 8
PLAIN_SCRIPT = """
import sys
from pxr import Usd, UsdGeom
stage = Usd.Stage.Open(sys.argv[1])
cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_])
cache.ComputeWorldBound(stage.GetDefaultPrim()).ComputeAlignedRange()
"""


def write_library(folder: Path, count: int) -> list[tuple[str, str, Path]]:
    """Write props of differing size; return them as they are given to be measured."""
    random = np.random.default_rng(4)
    assets = []
    for number in range(count):
        path = folder / f"Prop_{number:03}.usdc"
        triangles = int(10 ** random.uniform(3.5, 5.8))
        _write_prop(path, triangles, int(random.integers(3, 40)), random)
        assets.append((f"Pack/{path.name}", path.stem, path))
    return assets


def _write_prop(path: Path, triangles: int, parts: int, random: np.random.Generator) -> None:
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/Prop").GetPrim())
    each = max(12, triangles // parts)
    for number in range(parts):
        group = UsdGeom.Xform.Define(stage, f"/Prop/Part_{number}")
        group.AddTranslateOp().Set(Gf.Vec3d(*(float(v) for v in random.uniform(-80, 80, 3))))
        group.AddRotateZOp().Set(float(random.uniform(0, 360)))
        mesh = UsdGeom.Mesh.Define(stage, f"/Prop/Part_{number}/Mesh")
        points = random.uniform(-20, 20, (each // 2 + 2, 3)).astype(np.float32)
        indices = random.integers(0, len(points), each * 3).astype(np.int32)
        mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points))
        mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(each, 3, np.int32)))
        mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(indices))
        mesh.CreateExtentAttr(UsdGeom.PointBased.ComputeExtent(mesh.GetPointsAttr().Get()))
    for number in range(4):
        prim = stage.DefinePrim(f"/Prop/Copy_{number}")
        prim.GetReferences().AddInternalReference("/Prop/Part_0")
        prim.SetInstanceable(True)
    stage.Save()


def measure_plainly(assets: Sequence[tuple[str, str, Path]]) -> list[Gf.Range3d]:
    """Return what a plain script finds: the default prim's box, from the points."""
    boxes = []
    for _, _, path in assets:
        stage = Usd.Stage.Open(str(path))
        cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_])
        boxes.append(cache.ComputeWorldBound(stage.GetDefaultPrim()).ComputeAlignedRange())
    return boxes


def measure_plainly_apart(assets: Sequence[tuple[str, str, Path]]) -> None:
    """Run the plain script in a process for each file."""
    for _, _, path in assets:
        subprocess.run([sys.executable, "-c", PLAIN_SCRIPT, str(path)], check=True)


def time_s(call: Callable[[], object]) -> tuple[float, float]:
    """Return how long a call takes, and the processor time it and its children take [s]."""
    start, used = time.perf_counter(), sum(os.times()[:4])
    call()
    return time.perf_counter() - start, sum(os.times()[:4]) - used


def main() -> None:
    """Print times and ratios; the rounds of all ways are interleaved."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILE_COUNT
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assets = write_library(folder, count)
        size_mb = sum(path.stat().st_size for _, _, path in assets) / 1e6
        print(f"{platform.platform()}, Python {platform.python_version()}, USD {Usd.GetVersion()}")
        print(f"{os.cpu_count()} processors, load before {_describe_load()}")
        print(f"{count} files, {size_mb:.0f} MB")

        with MeasureCache.open(folder / "index.db.measures") as cache:

            def measure(workers: int) -> None:
                report = measure_assets(assets, cache, workers=workers, force=True)
                if report.unusable or report.unread:
                    raise SystemExit(f"not measured: {report.unusable}{report.unread}")

            ways: dict[str, Callable[[], object]] = {
                "one child": lambda: measure(1),
                "two children": lambda: measure(2),
                "plain, one process": lambda: measure_plainly(assets),
                "plain, each apart": lambda: measure_plainly_apart(assets[:SAMPLE]),
                "unchanged": lambda: measure_assets(assets, cache),
            }
            times: dict[str, list[float]] = {way: [] for way in ways}
            used: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(rounds):
                for way, call in ways.items():
                    files = min(count, SAMPLE) if way == "plain, each apart" else count
                    wall_s, processor_s = time_s(call)
                    times[way].append(wall_s / files * 1000.0)
                    used[way].append(processor_s / files * 1000.0)
        for way, taken in times.items():
            median, best = statistics.median(taken), min(taken)
            print(
                f"{way:19} median {median:7.2f} ms a file, best {best:7.2f} ms, "
                f"processor {min(used[way]):7.2f} ms"
            )
        one, two, plain, apart = (min(times[way]) for way in list(ways)[:4])
        print(f"two children are {one / two:.2f} times as fast as one (start included)")
        print(f"two children are {apart / two:.1f} times as fast as a plain process for each file")
        print(
            f"one child takes {one / plain:.1f} times as long as one plain process for all, which "
            "looks at stored extents only, not at points"
        )
        print(f"load after {_describe_load()}")


def _describe_load() -> str:
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


if __name__ == "__main__":
    main()
