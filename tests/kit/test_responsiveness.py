"""Kit stays responsive while a hundred distinct assets are built for the first time.

Prints how long updates took; what is asserted does not depend on the machine's speed: that nothing
is opened on the main thread, however slow the mount.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clappper.core.catalog.demo import demo_index_path, demo_root
from kit.rig.runner import RIG, start_scenario

pytestmark = pytest.mark.kit

COUNT = 100


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Copies of the demo pack under other names: a hundred files none of which is another."""
    root = tmp_path_factory.mktemp("library")
    entries = json.loads(demo_index_path().read_text(encoding="utf-8"))["assets"]
    assets, number = [], 0
    while len(assets) < COUNT:
        for entry in entries:
            pack, path = f"{entry['pack']}_{number}", entry["s3_path"]
            copy = path.replace(f"/packs/{entry['pack']}/", f"/packs/{pack}/")
            assert copy != path
            assets.append(
                {**entry, "pack": pack, "s3_path": copy, "asset_id": f"{len(assets):012x}"}
            )
        for folder in (demo_root() / "packs").iterdir():
            shutil.copytree(folder, root / "packs" / f"{folder.name}_{number}")
        number += 1
    index = {"total_assets": len(assets), "assets": assets}
    (root / "master_index.json").write_text(json.dumps(index), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def slow_open(request):
    """Return the library that makes opening files slow."""
    source = RIG / "slow_open.c"
    library = Path(request.config.cache.mkdir("kit_rig")) / "slow_open.so"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return library


def run(library, folder, driver_folder, env):
    ids = [f"{number:012x}" for number in range(COUNT)]
    return start_scenario(
        "chat_hundred",
        folder=folder,
        pictures=Path(os.environ.get("CLAPPPER_SCREENSHOTS") or folder),
        driver_folder=driver_folder,
        args=[str(library), ids],
        settings={"/exts/clappper.chat/visible_on_startup": False},
        env=env,
        timeout_s=240,
    )


def tell(name, report):
    for what in ("idle_s", "busy_s", "change_s"):
        durations = sorted(report[what])
        p99 = durations[int(len(durations) * 0.99)] * 1000
        sys.stdout.write(
            f"{name} {what[:4]}: p50 {durations[len(durations) // 2] * 1000:.1f} ms, "
            f"p99 {p99:.1f} ms, longest {durations[-1] * 1000:.1f} ms of {len(durations)} updates\n"
        )


def test_hundred_distinct_assets_are_built(library, tmp_path, driver_folder):
    report = run(library, tmp_path, driver_folder, {})

    tell("fast files", report)
    assert (report["instances"], report["assets"]) == (COUNT, COUNT), report["status"]
    assert report["changed"].startswith("Changed /World/Clappper/Scene_001.")


@pytest.mark.skipif(sys.platform != "linux", reason="the slow mount is made with LD_PRELOAD")
def test_slow_mount_is_never_waited_for_on_the_main_thread(
    library, tmp_path, driver_folder, slow_open
):
    log = tmp_path / "opened.txt"
    # The folder of this run only, and files no process has opened before.
    env = {
        "LD_PRELOAD": str(slow_open),
        "SLOW_FOLDER": f"{library}/packs",
        "SLOW_MS": "300",
        "SLOW_LOG": str(log),
    }

    report = run(library, tmp_path, driver_folder, env)

    tell("300 ms a file", report)
    assert (report["instances"], report["assets"]) == (COUNT, COUNT), report["status"]
    assert report["changed"].startswith("Changed /World/Clappper/Scene_001.")
    opened = log.read_text()
    assert opened.count("w") >= COUNT
    assert opened.count("m") == 0
