"""Killing ``catalog build`` and ``measure`` at any moment leaves the old index or the new one."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import closing

import pytest

from clappper.core.catalog.building.build import build_index
from clappper.core.catalog.measuring.measure_cache import find_cache_path, read_records
from clappper.core.catalog.store import open_catalog
from support.command_line import ROOT, run
from support.master_index import MIXED_PATHS, make_entry, write_index, write_tree

IS_FULL = os.environ.get("CLAPPPER_FULL") == "1"
KILLS = 50 if IS_FULL else 5


def write_sources(folder, *, copies):
    entries = [
        make_entry(path.replace("/", f"/Set_{copy}/", 1))
        for copy in range(copies)
        for path in MIXED_PATHS
    ]
    return [
        write_index(folder / "index.json", entries),
        write_tree(folder / "packs", [f"P/F{n:03}/Desk_{n:03}.usd" for n in range(120)]),
    ]


def run_and_kill(*arguments, delay_s):
    """Start a command and kill it after a delay; tell whether it had ended well before."""
    environment = {**os.environ, "PYTHONPATH": ROOT}
    command = [sys.executable, "-m", "clappper.core.cli", "catalog", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            return process.wait(delay_s) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            return False


def time_s(*arguments):
    """Return how long a command takes when nobody kills it [s]."""
    start = time.perf_counter()
    done = run("catalog", *arguments, cwd=".")
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - start


@pytest.mark.timeout(900)
def test_build_killed_at_any_moment_leaves_the_old_or_the_new_index(tmp_path):
    folders = [tmp_path / "old", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
    old = write_sources(folders[0], copies=2)
    new = write_sources(folders[1], copies=60)
    expected = [
        build_index(sources, tmp_path / f"{number}.db").revision
        for number, sources in enumerate((old, new))
    ]
    out = tmp_path / "out" / "index.db"
    duration_s = time_s("build", *new, "--out", tmp_path / "timed.db")
    chosen = random.Random(4)
    ended = []

    for _ in range(KILLS):
        build_index(old, out)
        delay_s = chosen.uniform(0.2, 1.1) * duration_s
        ended.append(run_and_kill("build", *new, "--out", out, delay_s=delay_s))

        with closing(open_catalog(out)) as catalog:
            assert catalog.revision in expected
            assert catalog.revision == expected[1] or not ended[-1]
            assert catalog.search("forklift").hits
        assert build_index(new, out).revision == expected[1]
        assert [path.name for path in out.parent.iterdir()] == ["index.db"]

    assert not all(ended)


@pytest.mark.timeout(900)
def test_measure_killed_at_any_moment_leaves_the_index_usable_and_goes_on(tmp_path):
    paths = [f"P/F{n % 7}/Desk_{n:03}.usd" for n in range(60)]
    for number, path in enumerate(paths):
        file = tmp_path / "packs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            '#usda 1.0\n(\n    defaultPrim = "A"\n    metersPerUnit = 1\n    upAxis = "Z"\n)\n'
            f'def Cube "A"\n{{\n    double size = {1 + number / 100}\n}}\n'
        )
    source = write_index(tmp_path / "index.json", [make_entry(path) for path in paths])
    plain = build_index([source], tmp_path / "plain.db").revision
    shutil.copy(tmp_path / "plain.db", tmp_path / "timed.db")
    options = ("--assets", tmp_path, "--workers", 2)
    duration_s = time_s("measure", "--catalog", tmp_path / "timed.db", *options)
    with closing(open_catalog(tmp_path / "timed.db")) as catalog:
        measured = catalog.revision
    chosen = random.Random(5)
    kept = []

    for number in range(KILLS):
        folder = tmp_path / f"kill_{number}"
        folder.mkdir()
        out = folder / "index.db"
        shutil.copy(tmp_path / "plain.db", out)
        delay_s = chosen.uniform(0.2, 1.1) * duration_s
        ended = run_and_kill("measure", "--catalog", out, *options, delay_s=delay_s)

        kept.append(len(read_records(find_cache_path(out))))
        with closing(open_catalog(out)) as catalog:
            assert catalog.revision == measured if ended else catalog.revision in (plain, measured)
            assert len(catalog.list_assets()) == len(paths)
        time_s("measure", "--catalog", out, *options)
        with closing(open_catalog(out)) as catalog:
            assert catalog.revision == measured
        assert sorted(path.name for path in folder.iterdir()) == ["index.db", "index.db.measures"]

    assert not IS_FULL or any(0 < count < len(paths) for count in kept)
