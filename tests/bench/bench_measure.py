"""How fast measuring is: one child against two, and against a plain script with BBoxCache per file.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_measure.py [FILES] [ROUNDS]``

The files are props of 3,000 to 600,000 triangles as they are modelled: boards and posts that are
plain boxes, and curved panels in a fine grid; some parts are instanced. The plain script is what
people write: open the stage, ask UsdGeom.BBoxCache for the default prim's bound. It is run in one
process for all files, and, as it must be when a file may crash the reader, in a process for each
file (a sample of them). The ratio of children means something on an idle machine only; processor
time tells the rest.
"""

from __future__ import annotations

import itertools
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

    from numpy.typing import NDArray

__all__ = ["write_library"]

FILE_COUNT, ROUNDS, SAMPLE = 24, 2, 8
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
    for number in range(parts):
        group = UsdGeom.Xform.Define(stage, f"/Prop/Part_{number}")
        group.AddTranslateOp().Set(Gf.Vec3d(*(float(v) for v in random.uniform(-80, 80, 3))))
        group.AddRotateZOp().Set(float(random.choice([0.0, 90.0, random.uniform(0, 360)])))
        mesh = UsdGeom.Mesh.Define(stage, f"/Prop/Part_{number}/Mesh")
        is_box = number % 3 == 0
        points, faces = _make_box(random) if is_box else _make_panel(triangles // parts, random)
        mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(points.astype(np.float32)))
        mesh.CreateFaceVertexCountsAttr(Vt.IntArray(len(faces), faces.shape[1]))
        mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(faces.ravel().astype(np.int32)))
        mesh.CreateExtentAttr(UsdGeom.PointBased.ComputeExtent(mesh.GetPointsAttr().Get()))
    for number in range(4):
        prim = stage.DefinePrim(f"/Prop/Copy_{number}")
        prim.GetReferences().AddInternalReference("/Prop/Part_0")
        prim.SetInstanceable(True)
    stage.Save()


def _make_box(random: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points, shape (8, 3), and quads, shape (6, 4), of a board or a post."""
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=3)))
    half = random.permutation([random.uniform(1, 3), random.uniform(2, 20), random.uniform(10, 40)])
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    return signs * half, np.array(quads)


def _make_panel(
    triangles: int, random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points, shape (n, 3), and triangles, shape (m, 3), of a finely cut curved sheet."""
    side = max(2, round((triangles / 2) ** 0.5))
    u, v = np.meshgrid(*[np.linspace(-1.0, 1.0, side + 1)] * 2, indexing="ij")
    bend = random.uniform(0.0, 6.0, 2)
    height = np.sin(bend[0] * u) * np.cos(bend[1] * v)
    points = np.stack([u, v, height], axis=-1).reshape(-1, 3) * random.uniform(5.0, 30.0, 3)
    corner = np.arange((side + 1) ** 2).reshape(side + 1, side + 1)
    a, b, c, d = corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]
    faces = np.stack([a, b, c, a, c, d], axis=-1).reshape(-1, 3)
    return points, faces


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
