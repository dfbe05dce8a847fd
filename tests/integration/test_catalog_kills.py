"""Killing a build at random moments: the index is always the old one or the new one, whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import closing

import pytest

from clappper.core.catalog.building.build import build_index
from clappper.core.catalog.store import open_catalog
from support.master_index import MIXED_PATHS, make_entry, write_index, write_tree

IS_FULL = os.environ.get("CLAPPPER_FULL") == "1"
KILLS = 50 if IS_FULL else 5
SCRIPT = """
import sys
from pathlib import Path
from clappper.core.catalog.building.build import build_index
print("ready", flush=True)
build_index([Path(source) for source in sys.argv[2:]], Path(sys.argv[1]))
print("done", flush=True)
"""


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


def run_and_kill(out, sources, delay_s):
    """Start a build, kill it after a delay from when it is ready; tell whether it had ended."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SCRIPT, str(out), *map(str, sources)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        time.sleep(delay_s)
        process.kill()
        return process.stdout.read().strip() == b"done"


@pytest.mark.timeout(900)
def test_build_killed_at_any_moment_leaves_the_old_or_the_new_index(tmp_path):
    folders = [tmp_path / "old", tmp_path / "new"]
    for folder in folders:
        folder.mkdir()
    old = write_sources(folders[0], copies=2)
    new = write_sources(folders[1], copies=60)
    start = time.perf_counter()
    expected = [
        build_index(sources, tmp_path / f"{number}.db").revision
        for number, sources in enumerate((old, new))
    ]
    duration_s = time.perf_counter() - start
    out = tmp_path / "out" / "index.db"
    chosen = random.Random(4)
    ended = []

    for _ in range(KILLS):
        build_index(old, out)
        ended.append(run_and_kill(out, new, chosen.uniform(0.0, 1.3 * duration_s)))

        with closing(open_catalog(out)) as catalog:
            assert catalog.revision in expected
            assert catalog.revision == expected[1] or not ended[-1]
            assert catalog.search("forklift").hits
        assert build_index(new, out).revision == expected[1]
        assert [path.name for path in out.parent.iterdir()] == ["index.db"]

    assert not all(ended)
