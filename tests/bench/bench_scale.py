"""How solving, authoring and certifying grow with the number of things.

Warehouses of pallets, boxes, drums, cones and racks from a prompt, each in a process of its own,
so that its peak memory is its own and nothing is done before. Times are of the processor, without
loading our modules: others on the machine do not add to them. The certificate is compared with the
least anybody could do: python-fcl's own broad phase over every thing's whole mesh, which tells
collisions and nothing else.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_scale.py [COUNT ...]
[--profile solve|author|certify]`` (the profile is of the last count).
"""

from __future__ import annotations

import argparse
import cProfile
import importlib
import json
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["make_prompt"]

COUNTS = (10, 50, 100, 300, 1000)
PHASES = ("solve", "author", "certify")
#: All three together [s]: the acceptance lines.
LIMITS_S = {50: 0.5, 300: 2.0, 1000: 10.0}
#: Smaller scenes do not tell how it grows.
FIT_FROM = 50


def make_prompt(count: int) -> str:
    """Return a prompt for a warehouse with so many things."""
    pallets, boxes, drums, cones = (count * tenths // 10 for tenths in (3, 3, 2, 1))
    racks = count - pallets - boxes - drums - cones
    return (
        f"A warehouse with {pallets} pallets, {boxes} boxes, {drums} drums, "
        f"{cones} traffic cones and {racks} pallet racks."
    )


def measure_one(count: int, profiled: str) -> dict[str, Any]:
    """Run the three phases once and return processor times [s], what was placed, peak memory."""
    from clappper.core.casting import cast_assets
    from clappper.core.filming import Format
    from clappper.core.layout.solver import solve_layout
    from clappper.core.make_request import MakeRequest
    from clappper.core.pipeline import build, plan_scene
    from clappper.core.run_folder import RunFolder
    from clappper.core.sources import open_sources
    from clappper.core.stage.certificate import compute_certificate
    from clappper.core.stage.inspect import read_scene
    from clappper.core.stage.target import open_stage

    # The pipeline imports these when it first authors.
    for name in ("builder", "localize"):
        importlib.import_module(f"clappper.core.stage.{name}")
    times: dict[str, float] = {}

    def run(name: str, call: Callable[[], Any]) -> Any:
        profile = cProfile.Profile()
        start = time.process_time()
        result = profile.runcall(call) if name == profiled else call()
        times[name] = time.process_time() - start
        if name == profiled:
            pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(20)
        return result

    sources = open_sources(None, ())
    catalog, resolver, _ = sources
    plan = plan_scene(catalog, MakeRequest(make_prompt(count)), lambda _: None).plan
    cast = cast_assets(plan, catalog, resolver)
    placements = run("solve", lambda: solve_layout(plan, cast.compute_footprints(), seed=0))
    with tempfile.TemporaryDirectory() as name:
        folder = RunFolder(Path(name) / "run")
        folder.prepare()
        run(
            "author",
            lambda: build(
                plan,
                placements,
                cast,
                sources=sources,
                form=Format(240, 30, 640, 360),
                folder=folder,
                on_event=lambda _: None,
            ),
        )
        certificate = run(
            "certify",
            lambda: compute_certificate(open_stage(folder.scene), plan=plan, validate=False),
        )
        peak_mib = _read_peak_mib()
        bodies = read_scene(open_stage(folder.scene)).instances
        run("alternative", lambda: _collide_plainly(bodies))
    return {
        "times": times,
        "placed": len(placements.placements),
        "ok": certificate.ok,
        "peak_mib": peak_mib,
    }


def _collide_plainly(bodies: Any) -> bool:
    """Tell collisions with python-fcl alone."""
    import fcl

    objects = []
    for body in bodies:
        model = fcl.BVHModel()
        model.beginModel(len(body.mesh.triangles), len(body.mesh.vertices))
        model.addSubModel(body.mesh.vertices, body.mesh.triangles)
        model.endModel()
        pose = fcl.Transform(body.transform[:3, :3], body.transform[:3, 3])
        objects.append(fcl.CollisionObject(model, pose))
    manager = fcl.DynamicAABBTreeCollisionManager()
    manager.registerObjects(objects)
    manager.setup()
    data = fcl.CollisionData(request=fcl.CollisionRequest(num_max_contacts=len(objects) * 8))
    manager.collide(data, fcl.defaultCollisionCallback)
    return bool(data.result.is_collision)


def _read_peak_mib() -> float | None:
    """Return the most memory this process had [MiB], None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _fit_exponent(counts: list[int], times: list[float]) -> float:
    """Return the power of the count that times grow with."""
    return float(np.polyfit(np.log(counts), np.log(np.maximum(times, 1e-4)), 1)[0])


def main() -> int:
    """Print the table; return 1 when a count is over its line or not certified."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=list(COUNTS))
    parser.add_argument("--profile", choices=PHASES, default="")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_one(options.counts[0], options.profile)))
        return 0
    print(f"{'things':>7}{'placed':>7}" + "".join(f"{name:>9}" for name in PHASES) + "      sum")
    results = {}
    failed = False
    for count in options.counts:
        profile = ["--profile", options.profile] if count == options.counts[-1] else []
        command = [
            sys.executable,
            __file__,
            str(count),
            "--one",
            *(profile * bool(options.profile)),
        ]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        results[count] = result = json.loads(answer)
        times = [result["times"][name] for name in PHASES]
        limit = LIMITS_S.get(count)
        is_over = limit is not None and sum(times) > limit
        failed |= is_over or not result["ok"]
        print(
            f"{count:7}{result['placed']:7}"
            + "".join(f"{seconds:8.2f}s" for seconds in (*times, sum(times)))
            + (f"  goal {limit:g} s{' MISSED' if is_over else ''}" if limit else "")
            + ("" if result["ok"] else "  NOT CERTIFIED")
        )
    large = [count for count in results if count >= FIT_FROM]
    if len(large) > 1:
        for name in PHASES:
            exponent = _fit_exponent(large, [results[c]["times"][name] for c in large])
            print(f"{name} grows with the number to the {exponent:.2f}")
        first, last = large[0], large[-1]
        peaks = results[first]["peak_mib"], results[last]["peak_mib"]
        if None not in peaks:
            memory = (peaks[1] - peaks[0]) / (last - first) * 1000
            print(f"memory per 1,000 instances: {memory:.0f} MiB (peak {peaks[1]:.0f} MiB)")
    for count, result in results.items():
        ours, other = result["times"]["certify"], result["times"]["alternative"]
        print(
            f"{count} things: whole certificate {ours:.2f} s, python-fcl's broad phase telling "
            f"collisions alone {other:.2f} s, ratio {ours / max(other, 1e-4):.2f}"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
