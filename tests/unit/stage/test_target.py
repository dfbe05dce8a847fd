"""The builder on stages as users have them: what may be authored where, what stays untouched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pxr import Sdf, Usd, UsdGeom

from clappper.core.catalog.measure import measure_asset
from clappper.core.errors import PrimPathConflictError, StageError, StageMetricsMissingError
from clappper.core.stage.builder import build_scene
from clappper.core.stage.instances import PlacedAsset
from clappper.core.stage.models import Anchor
from clappper.core.stage.target import StageTarget, create_stage_target
from support.plans import make_item, make_plan
from support.scenes import make_asset, make_parts, make_placement
from support.strange_assets import write_asset

ROOT = Sdf.Path("/World/Hall/Scene")


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    file = tmp_path_factory.mktemp("asset") / "asset.usda"
    write_asset(file, "own_ops", up_axis="Y", meters_per_unit=0.01)
    measure, _ = measure_asset(file, asset_id="id_box")
    return PlacedAsset(make_asset(), measure, file.as_posix())


def make_stage():
    """A stage of a user's: a thing, a moved prim to build below, and a layer to edit."""
    stage = Usd.Stage.CreateInMemory("user.usda")
    UsdGeom.SetStageUpAxis(stage, "Y")
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    stage.SetTimeCodesPerSecond(24.0)
    UsdGeom.Xform.Define(stage, "/World")
    UsdGeom.Xform.Define(stage, "/World/Hall").AddTranslateOp().Set((1.0, 2.0, 3.0))
    UsdGeom.Cube.Define(stage, "/World/Crate")
    edits = Sdf.Layer.CreateAnonymous("edits.usda")
    stage.GetRootLayer().subLayerPaths = [edits.identifier]
    return stage, edits


def build(stage, placed, *, root=ROOT, on_progress=None, **changes):
    target = StageTarget(stage, root, Anchor(floor="zero", height_m=0.0), 10.0, 0.8)
    things = [make_placement(id=f"box_{i:02d}") for i in range(3)]
    changes = {"frames": 30, "extent": "all", "has_lights": True, **changes}
    parts = make_parts(placed, things, **changes)
    return build_scene(target, make_plan(items=[make_item("box", 3)]), parts, on_progress)


def dump(stage):
    return [layer.ExportToString() for layer in stage.GetLayerStack(includeSessionLayers=True)]


def test_build_scene_on_a_full_stage_changes_nothing_but_the_scene(placed):
    stage, edits = make_stage()
    before = dump(stage)

    build(stage, placed)

    assert len(stage.GetPrimAtPath(f"{ROOT}/Items/box").GetChildren()) == 3
    assert Usd.ModelAPI(stage.GetPrimAtPath(ROOT)).GetKind() == "group"
    assert edits.empty
    del stage.GetRootLayer().GetPrimAtPath("/World/Hall").nameChildren["Scene"]
    assert dump(stage) == before


def test_build_scene_in_a_sublayer_authors_there_alone_and_in_its_time(placed):
    stage, edits = make_stage()
    stage.GetRootLayer().subLayerOffsets[0] = Sdf.LayerOffset(5.0, 2.0)
    root_before = stage.GetRootLayer().ExportToString()
    stage.SetEditTarget(stage.GetEditTargetForLocalLayer(edits))

    built = build(stage, placed)

    assert stage.GetRootLayer().ExportToString() == root_before
    assert edits.GetPrimAtPath("/World/Hall").specifier == Sdf.SpecifierOver
    assert edits.GetPrimAtPath(ROOT).specifier == Sdf.SpecifierDef
    (move, _) = UsdGeom.Xformable(stage.GetPrimAtPath(built.camera_path)).GetOrderedXformOps()
    assert move.GetTimeSamples() == pytest.approx([10.0, 10.0 + 29 * 0.8])
    path = built.camera_path.AppendProperty("xformOp:translate")
    assert edits.ListTimeSamplesForPath(path) == pytest.approx([2.5, (5.0 + 29 * 0.8) / 2])


def test_build_scene_below_a_prim_that_is_not_there_defines_what_is_missing(placed):
    stage = Usd.Stage.CreateInMemory()
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.OverridePrim("/Stage")

    build(stage, placed, root=Sdf.Path("/Stage/Set/One"))

    paths = ["/Stage", "/Stage/Set", "/Stage/Set/One"]
    prims = [stage.GetPrimAtPath(path) for path in paths]
    assert [prim.GetTypeName() for prim in prims] == ["Xform"] * 3
    kinds = [Usd.ModelAPI(prim).GetKind() for prim in prims]
    assert kinds == ["assembly", "group", "group"]
    assert stage.GetPrimAtPath("/Stage/Set/One/Items/box/box_00").IsModel()


def lock(stage, edits):
    stage.GetRootLayer().SetPermissionToEdit(False)


def mute(stage, edits):
    stage.SetEditTarget(edits)
    stage.MuteLayer(edits.identifier)


def aim_at_a_variant(stage, edits):
    variants = stage.GetPrimAtPath("/World").GetVariantSets().AddVariantSet("look")
    variants.AddVariant("a")
    variants.SetVariantSelection("a")
    stage.SetEditTarget(variants.GetVariantEditTarget())


def make_instance(stage, edits):
    UsdGeom.Xform.Define(stage, "/Template/Hall")
    prim = stage.GetPrimAtPath("/World")
    prim.GetReferences().AddInternalReference("/Template")
    prim.SetInstanceable(True)


def deactivate(stage, edits):
    stage.GetPrimAtPath("/World/Hall").SetActive(False)


def drop_unit(stage, edits):
    stage.GetRootLayer().pseudoRoot.ClearInfo("metersPerUnit")


def drop_up_axis(stage, edits):
    stage.GetRootLayer().pseudoRoot.ClearInfo("upAxis")


def take_cameras(stage, edits):
    UsdGeom.Camera.Define(stage, ROOT.AppendPath("Cameras/Mine"))


def take_items(stage, edits):
    stage.OverridePrim(ROOT.AppendChild("Items"))


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lock, StageError, "user.usda is locked"),
        (mute, StageError, "edits.usda is muted"),
        (aim_at_a_variant, StageError, "inside a variant"),
        (make_instance, StageError, "/World is an instance: choose another parent"),
        (deactivate, StageError, "/World/Hall is not active"),
        (drop_unit, StageMetricsMissingError, "metersPerUnit"),
        (drop_up_axis, StageMetricsMissingError, "upAxis"),
        (take_cameras, PrimPathConflictError, "Scene/Cameras exists already"),
        (take_items, PrimPathConflictError, "Scene/Items exists already"),
    ],
)
def test_build_scene_where_it_cannot_be_says_why_and_leaves_the_stage(placed, spoil, error, words):
    stage, edits = make_stage()
    spoil(stage, edits)
    before = dump(stage), edits.ExportToString()

    with pytest.raises(error, match=words):
        build(stage, placed)

    assert (dump(stage), edits.ExportToString()) == before


@pytest.mark.parametrize("root", [ROOT, Sdf.Path("/Said/Below"), Sdf.Path("/New/Below")])
def test_build_scene_that_is_stopped_halfway_leaves_the_stage(placed, root):
    stage, _ = make_stage()
    stage.OverridePrim("/Said")
    before = dump(stage)

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(stage, placed, root=root, on_progress=stop)

    assert dump(stage) == before


def test_build_scene_tells_how_far_it_is(placed):
    told = []

    build(make_stage()[0], placed, on_progress=lambda *counts: told.append(counts))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_build_scene_writes_what_the_schemas_say(placed):
    """Attributes are of the type and variability their prim's schemas declare."""
    target = create_stage_target(None, fps=24, frames=30)
    textures = {"concrete_floor.png": "./a.png", "metal_cladding.png": "./b.png"}
    parts = make_parts(
        placed, [make_placement()], extent="all", has_lights=True, texture_paths=textures
    )
    build_scene(target, make_plan(items=[make_item("box")]), parts)
    checked = set()
    for prim in target.stage.Traverse():
        spec = target.stage.GetRootLayer().GetPrimAtPath(prim.GetPath())
        for attribute in spec.attributes if spec else ():
            declared = prim.GetPrimDefinition().GetSchemaAttributeSpec(attribute.name)
            if declared is not None:
                said = attribute.typeName, attribute.variability, attribute.custom
                assert said == (declared.typeName, declared.variability, False), attribute.path
                checked.add((prim.GetTypeName(), attribute.name))
    types = {"Mesh", "DomeLight", "DistantLight", "RectLight", "Camera", "Xform", "Shader"}
    assert types <= {type_name for type_name, _ in checked}


def test_build_scene_twice_is_the_same_text(placed):
    layers = []
    for _ in range(2):
        target = create_stage_target(None, fps=24, frames=30)
        build(target.stage, placed, root=target.parent_path)
        layers.append(target.stage.GetRootLayer().ExportToString())

    assert layers[0] == layers[1]


PROCESS = """
import sys
from pathlib import Path
from support.strange_assets import MAKES, write_asset
from clappper.core.catalog.measure import measure_asset
from clappper.core.stage.builder import build_scene
from clappper.core.stage.instances import PlacedAsset
from clappper.core.stage.target import create_stage_target
from support.plans import make_item, make_plan
from support.scenes import make_asset, make_parts, make_placement
folder = Path(sys.argv[1])
target = create_stage_target(folder / "scene.usda", fps=24, frames=24)
assets, things = {}, []
for number, make in enumerate(MAKES):
    write_asset(folder / f"{make}.usda", make, up_axis="Y", meters_per_unit=0.01)
    measure, _ = measure_asset(folder / f"{make}.usda", asset_id=make)
    assets[make] = PlacedAsset(make_asset(make), measure, f"./{make}.usda")
    things += [make_placement(id=f"box_{number}_{i}", asset_id=make) for i in range(2)]
parts = make_parts(assets["plain"], things, assets=assets, extent="all", has_lights=True)
build_scene(target, make_plan(items=[make_item("box", len(things))]), parts)
target.stage.GetRootLayer().Save()
"""


def test_build_scene_in_other_processes_is_the_same_bytes(tmp_path):
    texts = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", PROCESS, str(folder)]
        done = subprocess.run(command, env=env, capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stderr
        texts.append(Path(folder / "scene.usda").read_bytes())

    assert texts[0] == texts[1]
    assert texts[0].count(b".usda@") >= 26
