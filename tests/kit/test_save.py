"""Save, Save as and Export collected from the panel."""

from __future__ import annotations

import shutil

import pytest
from pxr import Usd

pytestmark = pytest.mark.kit


@pytest.fixture
def report(run_scenario):
    return run_scenario("chat_save")


def count_instances(path):
    stage = Usd.Stage.Open(str(path))
    return sum(p.GetCustomDataByKey("clappper:item") is not None for p in stage.Traverse())


def test_save_and_export_say_what_came_of_it(report, tmp_path):
    lines = report["lines"]
    folder = tmp_path / "run_0"
    assert lines["new_without_file"].startswith("This stage has no file yet")
    assert lines["nothing_named"].startswith("Name the file to save to")
    assert lines["saved_as"] == f"Saved: {folder}/scenes/warehouse_test_01.usd"
    assert lines["saved"] == f"Saved: {folder}/scenes/warehouse_test_01.usd"
    assert lines["below_a_file"].startswith("Kit could not save ")
    assert lines["no_folder_named"].startswith("Name the folder to export to")
    assert lines["exported"].startswith(f"Exported: {folder}/collected/scene.usd")
    assert "collected" in lines["exported_again"]
    assert not lines["exported_again"].startswith("Exported")
    assert not lines["exported_into_a_file"].startswith("Exported")
    assert count_instances(folder / "scenes" / "warehouse_test_01.usd") == 6

    moved = tmp_path / "elsewhere"
    shutil.move(folder / "collected", moved)
    assert count_instances(moved / "scene.usd") == 6
    stage = Usd.Stage.Open(str(moved / "scene.usd"))
    files = [layer.realPath for layer in stage.GetUsedLayers() if layer.realPath]
    assert len(files) > 2
    assert all(file.startswith(str(moved)) for file in files)
