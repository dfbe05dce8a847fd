"""Measuring with child processes: what one file does to its child costs that file only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from clappper.core.catalog.measuring import measure_run
from clappper.core.catalog.measuring.measure_cache import MeasureCache, read_records
from clappper.core.catalog.measuring.measure_child import DEFAULT_COMMAND
from clappper.core.catalog.measuring.measure_run import measure_assets
from clappper.core.errors import CatalogError
from support import measure_worker_stand_in

BOX = """#usda 1.0
(
    defaultPrim = "Box"
    metersPerUnit = 1
    upAxis = "Z"
)
def Cube "Box"
{
    double size = 2
}
"""


class Bench:
    """A folder of files, the cache beside it and a child that does what their names say."""

    def __init__(self, folder):
        self.folder = folder
        self.cache_path = folder / "index.db.measures"
        self.log = folder / "log.txt"
        self.command = [sys.executable, measure_worker_stand_in.__file__, str(self.log)]

    def make(self, *names):
        assets = []
        for name in names:
            path = self.folder / f"{name}.usda"
            path.write_text(name)
            assets.append((f"Pack/{name}.usd", f"id-{name}", path))
        return assets

    def run(self, assets, **options):
        options = {"workers": 1, "command": self.command, "timeout_s": 30.0, **options}
        with MeasureCache.open(self.cache_path) as cache:
            return measure_assets(assets, cache, **options)

    def read(self):
        return read_records(self.cache_path)

    def list_asked(self):
        """Return pid and name of each request, and forget them."""
        lines = self.log.read_text().split("\n")[:-1] if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [(int(pid), name) for pid, name in (line.split(" ") for line in lines)]

    def list_measured(self):
        return sorted(name for _, name in self.list_asked())


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("name", ["abort", "leave", "junk", "wrong"])
def test_measure_assets_crash_costs_one_asset(bench, name):
    assets = bench.make("a", name, "b", "c")

    report = bench.run(assets)

    assert (report.total, report.measured, report.reused, report.unread) == (4, 4, 0, ())
    [(path, reason)] = report.unusable
    assert (path, reason) == (
        f"Pack/{name}.usd",
        f"{name}.usda crashed the USD reader; repair it, then measure with --force.",
    )
    records = bench.read()
    assert [r.measure is None for r in records.values()] == [p == path for p in records]
    assert records["Pack/a.usd"].measure.size_m.x == 1.0
    assert records["Pack/a.usd"].measure.asset_id == "id-a"
    assert records[path].unusable == reason


def test_measure_assets_hang_costs_one_asset_and_its_time(bench):
    report = bench.run(bench.make("a", "hang", "b"), timeout_s=1.0)

    assert report.unusable == (
        ("Pack/hang.usd", "hang.usda took more than 1 s to read; it is left out."),
    )
    assert bench.read()["Pack/b.usd"].measure is not None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the file that blocks its reader is a FIFO")
def test_measure_assets_real_reader_that_hangs_is_ended(bench):
    assets = bench.make("a", "blocked", "b")
    for _, _, path in assets:
        path.write_text(BOX)
    os.mkfifo(bench.folder / "pipe.usda")
    assets[1][2].write_text(
        '#usda 1.0\ndef "A" (references = @./pipe.usda@) {\n}\n', encoding="utf-8"
    )

    report = bench.run(assets, command=None, timeout_s=2.0)

    assert [path for path, _ in report.unusable] == ["Pack/blocked.usd"]
    assert "took more than 2 s" in report.unusable[0][1]
    assert bench.read()["Pack/b.usd"].measure.size_m.as_tuple() == (2.0, 2.0, 2.0)


def test_measure_assets_real_reader_broken_bytes_are_unusable(bench):
    assets = bench.make("good", "text")
    assets[0][2].write_text(BOX)
    contents = {"empty": b"", "junk": b"\x00\xff" * 300, "crate": b"PXR-USDC" + b"\xff" * 400}
    for name, content in contents.items():
        for suffix in ("usd", "usda", "usdc", "usdz"):
            path = bench.folder / f"{name}.{suffix}"
            path.write_bytes(content)
            assets.append((f"Pack/{name}.{suffix}", "id", path))

    report = bench.run(assets, command=None, workers=2)

    assert [path for path, _ in report.unusable] == [path for path, _, _ in assets[1:]]
    assert all("check the file" in reason for _, reason in report.unusable)
    assert bench.read()["Pack/good.usd"].measure.origin_m.z == -1.0


def test_measure_assets_unchanged_cost_nothing(bench):
    assets = bench.make("a", "bb", "bad")
    bench.run(assets)
    bench.list_asked()

    report = bench.run(assets, command=["no such program"])

    assert (report.measured, report.reused) == (0, 3)
    assert report.unusable == (("Pack/bad.usd", "bad is no USD."),)


def test_measure_assets_changed_and_new_ones_are_measured(bench):
    assets = bench.make("a", "b", "c")
    bench.run(assets[:2])
    bench.list_asked()
    assets[1][2].write_text("longer than it was")

    report = bench.run(assets)

    assert (report.measured, report.reused) == (2, 1)
    assert bench.list_measured() == ["b", "c"]
    assert bench.read()["Pack/b.usd"].size_bytes == len("longer than it was")


def test_measure_assets_crash_is_tried_again_with_force_only(bench):
    assets = bench.make("a", "leave")
    bench.run(assets)
    bench.list_asked()

    assert bench.run(assets).unusable[0][0] == "Pack/leave.usd"
    assert bench.list_measured() == []
    assert bench.run(assets, force=True).measured == 2
    assert set(bench.list_measured()) == {"a", "leave"}


def test_measure_assets_crash_of_a_worn_child_is_not_the_files_fault(bench):
    report = bench.run(bench.make("a", "worn"))

    assert report.unusable == ()
    assert [name for _, name in bench.list_asked()] == ["a", "worn", "worn"]


def test_measure_assets_children_are_replaced_after_some_files(bench, monkeypatch):
    monkeypatch.setattr(measure_run, "RECYCLE_AFTER", 2)

    bench.run(bench.make("a", "b", "c", "d", "e"))

    pids = [pid for pid, _ in bench.list_asked()]
    assert len(set(pids)) == 3
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


def test_measure_assets_warnings_by_the_megabyte_do_not_block(bench):
    assert bench.run(bench.make("flood", "a")).unusable == ()


def test_measure_assets_missing_files_are_told_and_not_recorded(bench):
    assets = [*bench.make("a"), ("Pack/gone.usd", "id", bench.folder / "gone.usd")]
    assets.append(("Pack/folder.usd", "id", bench.folder))

    report = bench.run(assets)

    assert [path for path, _ in report.unread] == ["Pack/gone.usd", "Pack/folder.usd"]
    assert "No such file" in report.unread[0][1]
    assert list(bench.read()) == ["Pack/a.usd"]


def test_measure_assets_report_is_in_the_given_order_and_progress_counts(bench):
    names = [f"bad-{number}" for number in range(9)]
    seen = []

    report = bench.run(
        bench.make(*names), workers=3, on_progress=lambda done, total: seen.append((done, total))
    )

    assert [path for path, _ in report.unusable] == [f"Pack/{name}.usd" for name in names]
    assert seen == [(number, 9) for number in range(1, 10)]


def test_measure_assets_first_of_an_asset_path_counts(bench):
    first, second = bench.make("a", "b")

    report = bench.run([first, (first[0], "other", second[2])])

    assert (report.total, report.measured) == (1, 1)
    assert bench.read()["Pack/a.usd"].measure.asset_id == "id-a"


def test_measure_assets_none_start_no_child(bench):
    assert bench.run([], command=["no such program"]).total == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["no such program"], "no such program: No such file or directory"),
        ([sys.executable, "-c", "import sys; sys.exit('No module named pxr')"], "No module named"),
        ([sys.executable, "-c", "print('hello')"], "before it was ready"),
    ],
    ids=["absent", "fails", "other"],
)
def test_measure_assets_child_that_cannot_start_is_not_the_assets_fault(bench, command, said):
    with pytest.raises(CatalogError, match=said):
        bench.run(bench.make("a", "b"), command=command)

    assert bench.read() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the children in /proc")
def test_measure_assets_interrupted_keeps_what_is_done_and_ends_the_children(bench):
    def interrupt(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.run(bench.make("a", "b", "c", "hang", "hang2"), workers=2, on_progress=interrupt)

    assert len(bench.read()) == 3
    assert [pid for pid, _ in bench.list_asked() if is_alive(pid)] == []
    assert not any(t.name == "clappper-measure" for t in threading.enumerate())


class DeadPath:
    """A file on a drive that does not answer until it is let go."""

    def __init__(self, path, release):
        self._path, self._release = path, release
        self.name = path.name

    def stat(self):
        self._release.wait(60.0)
        return self._path.stat()


@pytest.fixture
def release():
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name == "clappper-measure":
            thread.join(10.0)


def test_measure_assets_file_whose_drive_hangs_costs_one_asset(bench, monkeypatch, release):
    monkeypatch.setattr(measure_run, "_GRACE_S", 0.2)
    assets = bench.make("a", "b")
    assets.insert(1, ("Pack/dead.usd", "id", DeadPath(assets[0][2], release)))

    report = bench.run(assets, timeout_s=1.0)

    assert [path for path, _ in report.unread] == ["Pack/dead.usd"]
    assert sorted(bench.read()) == ["Pack/a.usd", "Pack/b.usd"]


def test_measure_assets_dead_drive_ends_the_run_with_a_sentence(bench, monkeypatch, release):
    monkeypatch.setattr(measure_run, "_GRACE_S", 0.1)
    [alive, other] = bench.make("a", "b")
    dead = [(f"Pack/{n}.usd", "id", DeadPath(other[2], release)) for n in range(50)]

    with pytest.raises(CatalogError, match="does not answer"):
        bench.run([alive, *dead], timeout_s=0.2)

    assert list(bench.read()) == ["Pack/a.usd"]


@pytest.mark.parametrize("is_reading", [False, True])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the file that blocks its reader is a FIFO")
def test_measure_worker_ends_with_its_parent(tmp_path, is_reading):
    os.mkfifo(tmp_path / "pipe.usda")
    process = subprocess.Popen(
        DEFAULT_COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        assert process.stdout.readline() == b'{"ready": true}\n'
        if is_reading:
            request = {"path": str(tmp_path / "pipe.usda"), "asset_id": "id"}
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            time.sleep(0.5)
        process.stdin.close()
        start = time.monotonic()
        while process.poll() is None and time.monotonic() - start < 30.0:
            time.sleep(0.01)
        code = process.poll()
        process.kill()
    assert code == 0


def test_measure_assets_what_is_done_is_kept_while_another_file_hangs(bench):
    assets = bench.make("a", "b", "hang")
    thread = threading.Thread(target=bench.run, args=(assets,), kwargs={"timeout_s": 3.0})
    counts = set()

    thread.start()
    while thread.is_alive():
        counts.add(len(bench.read()))
        time.sleep(0.05)

    assert {2, 3} >= counts - {0, 1} >= {2}
