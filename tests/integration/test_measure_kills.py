"""Killing the measuring process at random moments: its file always holds whole records only."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from clappper.core.catalog.measuring.measure_cache import MeasureCache, read_records
from clappper.core.catalog.measuring.measure_run import measure_assets

IS_FULL = os.environ.get("CLAPPPER_FULL") == "1"
KILLS = 50 if IS_FULL else 5
COUNT = 40
SCRIPT = """
import sys
from pathlib import Path
from clappper.core.catalog.measuring import measure_run
from clappper.core.catalog.measuring.measure_cache import MeasureCache
measure_run._BATCH_COUNT = 3
folder = Path(sys.argv[1])
assets = [(f"Pack/{path.name}", path.stem, path) for path in sorted(folder.glob("*.usda"))]
print("ready", flush=True)
with MeasureCache.open(Path(sys.argv[2])) as cache:
    measure_run.measure_assets(assets, cache, workers=2)
print("done", flush=True)
"""


def write_assets(folder):
    """Write cubes of different size; return them as they are given to be measured."""
    folder.mkdir()
    assets = []
    for number in range(COUNT):
        path = folder / f"Cube_{number:02}.usda"
        path.write_text(
            '#usda 1.0\n(\n    defaultPrim = "A"\n    metersPerUnit = 1\n    upAxis = "Z"\n)\n'
            f'def Cube "A"\n{{\n    double size = {number + 1}\n}}\n'
        )
        assets.append((f"Pack/{path.name}", path.stem, path))
    return assets


def start(folder, cache_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SCRIPT, str(folder), str(cache_path)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )


def measure(assets, cache_path):
    with MeasureCache.open(cache_path) as cache:
        return measure_assets(assets, cache, workers=2)


@pytest.mark.timeout(900)
def test_measure_killed_at_any_moment_keeps_whole_records_and_goes_on(tmp_path):
    assets = write_assets(tmp_path / "packs")
    begun = time.perf_counter()
    measure(assets, tmp_path / "expected.measures")
    duration_s = time.perf_counter() - begun
    expected = read_records(tmp_path / "expected.measures")
    assert [r.measure.size_m.x for r in expected.values()] == [n + 1.0 for n in range(COUNT)]
    chosen = random.Random(4)
    kept = []

    for number in range(KILLS):
        cache_path = tmp_path / f"kill_{number}" / "index.db.measures"
        cache_path.parent.mkdir()
        with start(tmp_path / "packs", cache_path) as process:
            assert process.stdout.readline().strip() == b"ready"
            time.sleep(chosen.uniform(0.2, 1.1) * duration_s)
            process.kill()

        found = read_records(cache_path)
        kept.append(len(found))
        assert all(expected[path] == record for path, record in found.items())
        report = measure(assets, cache_path)
        assert (report.measured, report.reused) == (COUNT - len(found), len(found))
        assert read_records(cache_path) == expected
        assert [path.name for path in cache_path.parent.iterdir()] == [cache_path.name]

    assert not IS_FULL or any(0 < count < COUNT for count in kept)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is a signal")
def test_measure_stopped_by_ctrl_c_keeps_what_is_done_and_ends(tmp_path):
    assets = write_assets(tmp_path / "packs")
    os.mkfifo(tmp_path / "pipe.usda")
    # The last one blocks its reader until the interrupt.
    assets[-1][2].write_text('#usda 1.0\ndef "A" (references = @../pipe.usda@) {\n}\n')
    cache_path = tmp_path / "index.db.measures"

    with start(tmp_path / "packs", cache_path) as process:
        assert process.stdout.readline().strip() == b"ready"
        limit = time.monotonic() + 60.0
        while len(read_records(cache_path)) < COUNT - 4 and time.monotonic() < limit:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, error = process.communicate(timeout=60)

    assert b"done" not in output
    assert b"KeyboardInterrupt" in error
    assert COUNT - 4 <= len(read_records(cache_path)) < COUNT
    assert measure(assets[:-1], cache_path).total == COUNT - 1
