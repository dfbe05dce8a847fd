"""The exported script in a fresh interpreter builds the same scene: on a new stage and on ones that
are open, Z up in metres and Y up in centimetres, with what stands there left alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from pxr import Sdf, Usd, UsdGeom, UsdUtils

from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import make
from clappper.core.planning.models import ScenePlan
from clappper.core.run_folder import RunFolder
from clappper.core.stage.script import compose_script
from support.scene_compare import SceneView, list_differences

STANDINS = Path(__file__).parents[1] / "kit" / "standins"
PROMPTS = {
    "dock": (
        "Create a loading dock scene with 2 forklifts, a warehouse door, "
        "and 3 characters standing near the door."
    ),
    "meeting": "A meeting room with a meeting table, 8 chairs around it and a plant. Orbit camera.",
    "warehouse": (
        "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."
    ),
    "office": "Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style.",
    "racks": "A large warehouse with 12 pallet racks, 6 pallets and 4 boxes, at night.",
    "yard": "A yard with 10 traffic cones, 4 bollards and a wheelie bin. High camera.",
    "studio": "A studio with one sofa and a potted plant, golden hour, static camera.",
    "stacks": "A warehouse with 3 pallets, 9 cardboard boxes stacked and 2 steel drums.",
    "desks": "An office with 20 desks, 20 chairs and 20 monitors on the desks. Overhead camera.",
    "shop": "A shop with 4 cabinets, a whiteboard, 2 visitors and a fire extinguisher. Pan camera.",
}
FEW = ("dock", "meeting")
STAGES = {"z_m": ("Z", 1.0), "y_cm": ("Y", 0.01)}
#: Opens a stage as a user has it, runs a script as Kit's Script Editor does, and saves the stage.
DRIVER = """
import os, sys
from pxr import Sdf, Usd, UsdGeom, UsdUtils
script, opened, out, runs = sys.argv[1:]
stage = Usd.Stage.Open(opened)
UsdUtils.StageCache.Get().Insert(stage)
code = compile(open(script, encoding="utf-8").read(), script, "exec")
for _ in range(int(runs)):
    exec(code, {"__name__": "__main__", "__file__": script})
stage.GetRootLayer().Export(out)
"""
#: The same inside an app with Kit's commands, the stand-ins for which say what Kit does with them.
KIT_DRIVER = """
import sys, types
from pxr import Sdf, Usd
carb = types.ModuleType("carb")
carb.log_error = carb.log_warn = carb.log_info = print
sys.modules["carb"] = carb
import omni.kit.commands, omni.kit.undo
script, opened, out = sys.argv[1:]
stage = Usd.Stage.Open(opened)
usd = types.ModuleType("omni.usd")
usd.get_context = lambda: types.SimpleNamespace(get_stage=lambda: stage)
omni.usd = sys.modules["omni.usd"] = usd
layer = stage.GetRootLayer()
before = layer.ExportToString()
exec(compile(open(script, encoding="utf-8").read(), script, "exec"), {"__name__": "__main__"})
after = layer.ExportToString()
omni.kit.undo.undo()
assert layer.ExportToString() == before != after, "undo"
assert not omni.kit.undo.undo(), "one entry"
omni.kit.undo.redo()
assert layer.ExportToString() == after, "redo"
layer.Export(out)
"""


@dataclass(frozen=True)
class Exported:
    """A run and its script."""

    folder: RunFolder
    plan: ScenePlan
    script: Path


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Return a function that makes a scene of a prompt, once, and the script beside it."""
    made = {}

    def make_once(name: str) -> Exported:
        if name not in made:
            folder = RunFolder(tmp_path_factory.mktemp("run") / name)
            request = MakeRequest(PROMPTS[name], frames=48, fps=30, is_filming=False)
            make(request, folder, lambda _: None)
            plan = ScenePlan.model_validate_json(folder.plan.read_text(encoding="utf-8"))
            script = folder.path / "scene_script.py"
            script.write_text(compose_script(folder.scene, plan), encoding="utf-8", newline="\n")
            made[name] = Exported(folder, plan, script)
        return made[name]

    return make_once


def run(*arguments: object, path: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python in a clean process that has nothing but its packages."""
    env = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        check=False,
        env=env,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def make_open_stage(path: Path, name: str, *, is_empty: bool = False) -> Usd.Stage:
    """Write a stage of the user's: with a thing, a moved default prim and its own time."""
    up_axis, meters_per_unit = STAGES[name]
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
    if not is_empty:
        root = UsdGeom.Xform.Define(stage, "/Hall")
        root.AddTranslateOp().Set((7.0, 8.0, 9.0))
        UsdGeom.Cube.Define(stage, "/Hall/Crate").GetSizeAttr().Set(1.5)
        stage.SetDefaultPrim(root.GetPrim())
        stage.SetTimeCodesPerSecond(24.0)
        stage.SetStartTimeCode(10.0)
        stage.SetEndTimeCode(20.0)
    stage.GetRootLayer().Save()
    return stage


def build_on(exported: Exported, tmp_path: Path, name: str, *, runs: int = 1) -> Usd.Stage:
    """Run the script on an open stage and return the stage as it then is."""
    opened, out = tmp_path / f"{name}.usda", tmp_path / f"{name}_built.usda"
    make_open_stage(opened, name)
    done = run("-c", DRIVER, exported.script, opened, out, runs)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return Usd.Stage.Open(str(out))


def assert_same(exported: Exported, other: SceneView) -> None:
    scene = Usd.Stage.Open(str(exported.folder.scene))
    known = SceneView(scene, Sdf.Path("/World"), exported.folder.path)
    placed = json.loads(exported.folder.placements.read_text(encoding="utf-8"))["placements"]
    instances = [path for path, prim in known.list_prims().items() if prim.IsInstance()]
    assert len(instances) == len(placed) > 0  # what is compared below is the whole scene
    assert list_differences(known, other, (1, 17, 48)) == []


@pytest.mark.parametrize("stage_name", STAGES)
@pytest.mark.parametrize(
    "name", [n if n in FEW else pytest.param(n, marks=pytest.mark.slow) for n in PROMPTS]
)
def test_script_on_an_open_stage_builds_the_scene_and_touches_nothing_else(
    export, tmp_path, name, stage_name
):
    exported = export(name)

    stage = build_on(exported, tmp_path, stage_name)

    # 30 frames a second on 24 time codes a second, from where the stage's own range starts.
    root = Sdf.Path("/Hall/Clappper/Scene_001")
    assert_same(exported, SceneView(stage, root, exported.folder.path, 10.4, 0.8))
    before = make_open_stage(tmp_path / "before.usda", stage_name)
    layer = stage.GetRootLayer()
    assert layer.endTimeCode == pytest.approx(10.4 + 47 * 0.8)
    layer.endTimeCode = before.GetEndTimeCode()
    del layer.GetPrimAtPath("/Hall").nameChildren["Clappper"]
    assert layer.ExportToString() == before.GetRootLayer().ExportToString()


@pytest.mark.parametrize(
    "name", [n if n == "meeting" else pytest.param(n, marks=pytest.mark.slow) for n in PROMPTS]
)
def test_script_in_a_shell_saves_the_scene_on_a_new_stage(export, tmp_path, name):
    exported = export(name)

    done = run(exported.script, tmp_path / "new.usda")

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    stage = Usd.Stage.Open(str(tmp_path / "new.usda"))
    assert_same(exported, SceneView(stage, Sdf.Path("/World"), exported.folder.path))
    layers = stage.GetRootLayer(), Sdf.Layer.FindOrOpen(str(exported.folder.scene))
    header, known = (
        {key: layer.pseudoRoot.GetInfo(key) for key in layer.pseudoRoot.ListInfoKeys()}
        for layer in layers
    )
    assert header == known
    _, _, unresolved = UsdUtils.ComputeAllDependencies(str(tmp_path / "new.usda"))
    assert list(unresolved) == []


def test_script_on_an_empty_stage_is_the_world_and_then_takes_the_next_number(export, tmp_path):
    exported = export("dock")
    make_open_stage(tmp_path / "empty.usda", "y_cm", is_empty=True)

    done = run("-c", DRIVER, exported.script, tmp_path / "empty.usda", tmp_path / "out.usda", 3)

    assert done.returncode == 0, done.stderr
    stage = Usd.Stage.Open(str(tmp_path / "out.usda"))
    assert stage.GetDefaultPrim().GetPath() == "/World"
    assert (stage.GetTimeCodesPerSecond(), stage.GetEndTimeCode()) == (30.0, 48.0)
    for root in ("/World/Clappper/Scene_001", "/World/Clappper/Scene_002"):
        assert_same(exported, SceneView(stage, Sdf.Path(root), exported.folder.path))
    del stage.GetRootLayer().GetPrimAtPath("/World").nameChildren["Clappper"]
    assert_same(exported, SceneView(stage, Sdf.Path("/World"), exported.folder.path))


def test_script_in_kit_is_one_undo_entry(export, tmp_path):
    exported = export("dock")
    script = tmp_path / "pasted.py"
    text = compose_script(exported.folder.scene, exported.plan, folder=exported.folder.path)
    script.write_text(text, encoding="utf-8")
    make_open_stage(tmp_path / "open.usda", "y_cm")
    path = str(STANDINS / "omni.kit.commands")

    done = run("-c", KIT_DRIVER, script, tmp_path / "open.usda", tmp_path / "out.usda", path=path)

    assert done.returncode == 0, done.stdout + done.stderr
    stage = Usd.Stage.Open(str(tmp_path / "out.usda"))
    root = Sdf.Path("/Hall/Clappper/Scene_001")
    assert_same(exported, SceneView(stage, root, exported.folder.path, 10.4, 0.8))


def test_script_in_a_moved_run_folder_finds_its_assets_beside_itself(export, tmp_path):
    exported = export("dock")
    moved = tmp_path / "moved"
    shutil.copytree(exported.folder.path, moved)

    done = run(moved / "scene_script.py", tmp_path / "new.usda")

    assert done.returncode == 0, done.stderr
    stage = Usd.Stage.Open(str(tmp_path / "new.usda"))
    assert_same(exported, SceneView(stage, Sdf.Path("/World"), moved))


def test_script_with_a_missing_asset_refuses_and_leaves_the_stage(export, tmp_path):
    exported = export("dock")
    script = tmp_path / "elsewhere.py"
    shutil.copy(exported.script, script)
    make_open_stage(tmp_path / "open.usda", "z_m")
    driver = DRIVER.replace("    exec(", "    try: exec(").replace(
        "stage.GetRootLayer()", "except RuntimeError as error: print(error)\nstage.GetRootLayer()"
    )
    driver = driver.replace("\nexcept", "\n    except")

    done = run("-c", driver, script, tmp_path / "open.usda", tmp_path / "out.usda", 1)

    assert done.returncode == 0, done.stderr
    assert "is missing" in done.stdout
    assert "RUN_FOLDER" in done.stdout
    texts = [(tmp_path / name).read_text() for name in ("open.usda", "out.usda")]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("out", "words"),
    [("scene.txt", "is no USD file name"), ("taken.usda", "exists already")],
)
def test_script_in_a_shell_refuses_a_file_it_must_not_write(export, tmp_path, out, words):
    exported = export("dock")
    (tmp_path / "taken.usda").write_text("mine")

    done = run(exported.script, tmp_path / out)

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "taken.usda").read_text() == "mine"
    assert not (tmp_path / "scene.txt").exists()


def test_script_of_the_same_run_elsewhere_is_the_same_bytes_unless_a_folder_is_named(
    export, tmp_path
):
    first = export("dock")
    folder = RunFolder(tmp_path / "again")
    make(MakeRequest(PROMPTS["dock"], frames=48, fps=30, is_filming=False), folder, lambda _: None)

    again = compose_script(folder.scene, first.plan)

    assert again == first.script.read_text(encoding="utf-8")
    assert folder.path.as_posix() not in again
    named = compose_script(folder.scene, first.plan, folder=folder.path)
    assert f'RUN_FOLDER = "{folder.path.as_posix()}"' in named
