from __future__ import annotations

import ast
import io
import sys
import tokenize
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pxr import Gf, Sdf, Tf, Usd, UsdGeom, UsdUtils

from clappper.core.catalog.measure import measure_asset
from clappper.core.catalog.models import AssetMeasure
from clappper.core.errors import StageError
from clappper.core.layout.models import CameraPath, CameraPose
from clappper.core.planning.models import ScenePlan
from clappper.core.stage.builder import PlacedAsset, build_scene
from clappper.core.stage.instances import compute_display_name
from clappper.core.stage.script import compose_script
from clappper.core.stage.target import create_stage_target
from clappper.core.units import Vec3
from support import scenes
from support.plans import make_item, make_plan
from support.scene_compare import SceneView, list_differences
from support.strange_assets import MAKES, write_asset

#: What prompts and catalogs must not be able to say.
HOSTILE = (
    'x"\nimport os\nos.abort()\n"',
    "'''\nraise SystemExit\n'''",
    '"""',
    "a\\",
    "\r\nexit()",
    "\x0cexit()",
    "\u2028exit()",
    "\x00\ud800\u202e",
    "-*- coding: utf-7 -*-",
    "{{TABLES}}{{ABOUT}}",
    "%s {0} {name}",
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80))


def write_block(path, *, own_op=False, default_prim=True):
    """A block 1 x 1 x 2 m that stands beside its origin, Y up in centimetres."""
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, "Y")
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    root = UsdGeom.Xform.Define(stage, "/Block")
    if default_prim:
        stage.SetDefaultPrim(root.GetPrim())
    if own_op:
        root.AddRotateYOp().Set(20.0)
    cube = UsdGeom.Cube.Define(stage, "/Block/Geometry")
    cube.CreateSizeAttr(100.0)
    cube.AddTranslateOp().Set(Gf.Vec3d(30, 100, 0))
    stage.GetRootLayer().Save()


def make_placed(asset_id, path, **changes):
    values = {
        "asset_id": asset_id,
        "is_measured": True,
        "size_m": Vec3(x=1.0, y=1.0, z=2.0),
        "origin_m": Vec3(x=0.3, y=0.0, z=0.0),
        "up_axis": "Y",
        "meters_per_unit": 0.01,
        "surface_m": None,
        "front_yaw_deg": 0.0,
        "default_prim": "Block",
        "triangle_count": 12,
    }
    return PlacedAsset(scenes.make_asset(asset_id), AssetMeasure(**{**values, **changes}), path)


#: Assets of every make the builder corrects, by id; ``lost`` has no file.
ASSETS = {
    "plain": make_placed("plain", "./plain.usda"),
    "turned": make_placed("turned", "./own_op.usda", front_yaw_deg=90.0),
    "rootless": make_placed("rootless", "./rootless.usda", default_prim=""),
    "lost": make_placed("lost", "s3://b/packs/P/lost.usda", is_measured=False),
}
CAMERAS = {
    "line": {"last": (1.0, -2.0, 1.65)},
    "still": {},
    "orbit": {"pivot": (0.5, 0.5, 1.0), "turn_deg": 90.0},
}


def make_scene(folder, *, camera="line", mood="night"):
    """Write a scene of every kind of part and return its path and plan."""
    write_block(folder / "plain.usda")
    write_block(folder / "own_op.usda", own_op=True)
    write_block(folder / "rootless.usda", default_prim=False)
    placements = [
        scenes.make_placement(
            id=f"box_{number:02d}",
            asset_id=asset_id,
            translation_m=Vec3(x=-3.0 + 1.5 * number, y=1.234567, z=0.0),
            yaw_deg=30.0 * number,
        )
        for number, asset_id in enumerate(ASSETS)
    ]
    move = {"last": (0.0, -3.0, 1.65), "pivot": None, "turn_deg": 0.0, **CAMERAS[camera]}
    pose = {"heading_deg": 10.0, "pitch_deg": -2.0}
    (folder / "concrete_floor.png").write_bytes(b"picture")
    parts = scenes.make_parts(
        ASSETS["plain"],
        placements,
        assets=ASSETS,
        camera_path=CameraPath(
            focal_length_mm=24.0,
            first=CameraPose(eye=(0.0, -3.0, 1.65), **pose),
            last=CameraPose(eye=move["last"], **pose),
            pivot=move["pivot"],
            turn_deg=move["turn_deg"],
        ),
        frames=20,
        texture_paths={"concrete_floor.png": "./concrete_floor.png"},
        extent="all",
        has_lights=True,
    )
    plan = make_plan(items=[make_item("box", len(placements))])
    plan = plan.model_copy(update={"lighting": plan.lighting.model_copy(update={"mood": mood})})
    scene = folder / "scene.usda"
    target = create_stage_target(scene, fps=24, frames=20)
    build_scene(target, plan, parts)
    target.stage.GetRootLayer().Save()
    return scene, plan


@pytest.fixture(scope="module")
def scene_and_plan(tmp_path_factory):
    return make_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(autouse=True)
def close_stages():
    """Close what a test has opened; from then on Python's handles of it are invalid."""
    yield
    UsdUtils.StageCache.Get().Clear()


def execute(text, stage, folder, **changes):
    """Run a script's text as a file in a folder does, with a stage open, and return its globals."""
    for name, value in changes.items():
        lines = text.splitlines()
        (index,) = (i for i, line in enumerate(lines) if line.startswith(f"{name} = "))
        lines[index] = f"{name} = {value!r}"
        text = "\n".join(lines)
    UsdUtils.StageCache.Get().Insert(stage)
    names = {"__name__": "pasted", "__file__": str(folder / "scene_script.py")}
    exec(compile(text, "scene_script.py", "exec"), names)
    return names


def make_stage(up_axis="Y", meters_per_unit=0.01, *, world=True):
    stage = Usd.Stage.CreateInMemory("open.usda")
    UsdGeom.SetStageUpAxis(stage, up_axis)
    UsdGeom.SetStageMetersPerUnit(stage, meters_per_unit)
    if world:
        UsdGeom.Xform.Define(stage, "/World")
    return stage


def catch(text, stage, folder, **changes):
    """Return the sentence a script refuses with; the stage must be as it was."""
    before = stage.GetRootLayer().ExportToString()
    with pytest.raises(RuntimeError) as caught:
        execute(text, stage, folder, **changes)
    assert type(caught.value).__name__ == "SceneError"
    assert stage.GetRootLayer().ExportToString() == before
    return str(caught.value)


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize(
    "frame", [("Z", 1.0), ("Z", 0.01), ("Y", 1.0), ("Y", 0.01), ("Z", 0.0254), ("Y", 0.0254)]
)
def test_script_builds_every_kind_of_asset_and_camera_in_every_frame(tmp_path, camera, frame):
    scene, plan = make_scene(tmp_path, camera=camera)
    stage = make_stage(*frame)
    stage.SetTimeCodesPerSecond(24.0)

    execute(compose_script(scene, plan), stage, tmp_path)

    known = SceneView(Usd.Stage.Open(str(scene)), Sdf.Path("/World"), tmp_path)
    assert len([p for p in known.list_prims() if p.endswith("/asset")]) == len(ASSETS)
    other = SceneView(stage, Sdf.Path("/World/Clappper/Scene_001"), tmp_path)
    assert list_differences(known, other, (1, 7, 20)) == []


@pytest.mark.parametrize("frame", [("Z", 1.0), ("Y", 0.01)])
@pytest.mark.parametrize("file_size_mb", [0.1, 50.0])
def test_script_builds_assets_of_every_make(tmp_path, frame, file_size_mb):
    assets, placements = {}, []
    for number, make in enumerate(MAKES):
        file = tmp_path / f"{make}.usda"
        write_asset(file, make, up_axis="Y", meters_per_unit=0.0254)
        asset = scenes.make_asset(make, file_size_mb=file_size_mb)
        measure, _ = measure_asset(file, asset_id=make)
        assets[make] = PlacedAsset(asset, measure, f"./{make}.usda")
        placements.append(scenes.make_placement(id=f"box_{number:02d}", asset_id=make))
    plan = make_plan(items=[make_item("box", len(MAKES))])
    target = create_stage_target(tmp_path / "scene.usda", fps=24, frames=20)
    parts = scenes.make_parts(assets["plain"], placements, assets=assets, frames=20)
    build_scene(target, plan, parts)
    target.stage.GetRootLayer().Save()
    stage = make_stage(*frame)

    execute(compose_script(tmp_path / "scene.usda", plan), stage, tmp_path)

    known = SceneView(target.stage, Sdf.Path("/World"), tmp_path)
    other = SceneView(stage, Sdf.Path("/World/Clappper/Scene_001"), tmp_path)
    assert {"Items/box/box_05/asset/NoseRoot/Nose", "Items/box/box_06/asset/Sky"} <= {
        *known.list_prims()
    }
    groups = {"Environment", "Lights"}  # the script leaves them for more to come
    differences = list_differences(known, other, (1, 7, 20))
    assert [text for text in differences if text.partition(":")[0] not in groups] == []


def test_script_uses_only_usd_and_what_kit_has(scene_and_plan):
    tree = ast.parse(compose_script(*scene_and_plan))
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module.split(".")[0])
    assert modules - set(sys.stdlib_module_names) == {"pxr", "omni"}


def test_script_tells_what_was_asked_and_what_is_missing(scene_and_plan):
    scene, plan = scene_and_plan
    values = plan.model_dump(mode="json")
    values["title"] = "Three boxes"
    values["items"][0].update(count=7, asked="seven crates")
    miss = {"asked": "a unicorn", "count": 1, "suggestions": [], "action": "omitted"}
    values["misses"] = [miss]
    values["assumptions"] = ["No size given: 10 x 8 m."]

    head = compose_script(scene, ScenePlan.model_validate(values)).partition("import")[0]

    assert "# Three boxes\n" in head
    assert "# - 7 x box, 4 placed (asked: seven crates)\n" in head
    assert "# - not in the catalog: a unicorn\n" in head
    assert "# - No size given: 10 x 8 m.\n" in head


def mask(text):
    """Return the code of a script without what it says in strings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.fixture(scope="module")
def has_plain_code(scene_and_plan):
    """Tells whether a script has the code of the plain one; no long text, which would be shown."""
    plain = mask(compose_script(*scene_and_plan))
    return lambda text: mask(text) == plain


@given(title=TEXTS, asked=TEXTS, noun=TEXTS, asset_id=TEXTS, file=TEXTS)
def test_script_text_of_a_plan_or_catalog_cannot_become_code(
    scene_and_plan, has_plain_code, title, asked, noun, asset_id, file
):
    scene, plan = scene_and_plan
    item = plan.items[0].model_copy(update={"asked": asked, "noun": noun})
    hostile = plan.model_copy(
        update={"title": title, "items": [item], "assumptions": [asked, title]}
    )
    layer = Sdf.Layer.OpenAsAnonymous(str(scene))
    # A layer's text can hold neither half a letter nor a null.
    noun, asset_id, file = (
        text.encode("utf-8", "ignore").decode().replace("\x00", "")
        for text in (noun, asset_id, file)
    )
    group = layer.GetPrimAtPath("/World/Items/box")
    group.SetInfo("displayName", compute_display_name(noun))
    for instance in group.nameChildren:
        instance.SetInfo("displayName", compute_display_name(noun, instance.name))
        instance.customData = {"clappper": {"item": "box", "noun": noun, "assetId": asset_id}}
        instance.attributes["semantics:labels:class"].default = [noun]
    texture = layer.GetPrimAtPath("/World/Looks/Concrete/Texture")
    with suppress(Tf.ErrorException):  # asset paths have rules of their own
        texture.attributes["inputs:file"].default = Sdf.AssetPath(f"./{file}")
    hostile_scene = scene.with_name("hostile.usda")
    layer.Export(str(hostile_scene))

    text = compose_script(hostile_scene, hostile)

    assert has_plain_code(text)
    data = text.encode("utf-8")
    assert tokenize.detect_encoding(io.BytesIO(data).readline)[0] == "utf-8"
    compile(data, "scene_script.py", "exec")


@pytest.mark.parametrize("name", [*HOSTILE[:6], "it's", "both ' and \""])
def test_script_folder_with_quotes_stands_in_the_script_as_it_is(scene_and_plan, tmp_path, name):
    folder = tmp_path / name.replace("/", "")

    tree = ast.parse(compose_script(*scene_and_plan, folder=folder))

    (value,) = (
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RUN_FOLDER"
    )
    assert value == folder.as_posix()


def test_script_named_folder_goes_before_that_of_the_script(scene_and_plan, tmp_path):
    scene, plan = scene_and_plan
    stage = make_stage()
    text = compose_script(scene, plan, folder=scene.parent)

    execute(text, stage, tmp_path)

    prim = stage.GetPrimAtPath("/World/Clappper/Scene_001/Items/box/box_00/asset")
    (reference,) = prim.GetMetadata("references").prependedItems
    assert reference.assetPath == f"{scene.parent.as_posix()}/plain.usda"


def test_script_root_path_and_origin_are_where_the_user_says(scene_and_plan):
    scene, plan = scene_and_plan
    stage = make_stage()

    execute(
        compose_script(scene, plan),
        stage,
        scene.parent,
        ROOT_PATH="/World/Hall",
        ORIGIN=(1.0, 2.0, 3.0),
    )

    matrix = UsdGeom.XformCache().GetLocalToWorldTransform(stage.GetPrimAtPath("/World/Hall"))
    assert matrix.ExtractTranslation() == Gf.Vec3d(100, 300, -200)
    assert not stage.GetPrimAtPath("/World/Clappper")


def test_script_can_leave_out_the_place_and_its_lights(scene_and_plan):
    scene, plan = scene_and_plan
    stage = make_stage()
    text = compose_script(scene, plan)

    execute(text, stage, scene.parent, WITH_ENVIRONMENT=False, WITH_LIGHTS=False)

    root = "/World/Clappper/Scene_001"
    assert not stage.GetPrimAtPath(f"{root}/Environment").GetChildren()
    assert not stage.GetPrimAtPath(f"{root}/Lights").GetChildren()
    assert not stage.GetPrimAtPath(f"{root}/Looks")
    assert len(stage.GetPrimAtPath(f"{root}/Items/box").GetChildren()) == len(ASSETS)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/World", "exists already"),
        ("World/Hall", "write a prim path"),
        ("/World/Hall.size", "write a prim path"),
        ("/", "write a prim path"),
        ("/1 x", "write a prim path"),
    ],
)
def test_script_refuses_a_root_path_that_cannot_be(scene_and_plan, path, words):
    scene, plan = scene_and_plan

    sentence = catch(compose_script(scene, plan), make_stage(), scene.parent, ROOT_PATH=path)

    assert words in sentence


def test_script_refuses_a_locked_layer(scene_and_plan):
    scene, plan = scene_and_plan
    stage = make_stage()
    stage.GetRootLayer().SetPermissionToEdit(False)

    assert "is locked" in catch(compose_script(scene, plan), stage, scene.parent)


@pytest.mark.parametrize("unit", [0.0, -1.0, float("nan"), float("inf")])
def test_script_refuses_a_unit_that_is_none(scene_and_plan, unit):
    scene, plan = scene_and_plan

    sentence = catch(compose_script(scene, plan), make_stage("Z", unit), scene.parent)

    assert "metersPerUnit" in sentence


def test_script_that_fails_halfway_leaves_the_stage_as_it_was(scene_and_plan):
    scene, plan = scene_and_plan
    stage = make_stage(world=False)
    text = compose_script(scene, plan).replace('"instances": [', '"instances": [\n    ("x",),', 1)
    before = stage.GetRootLayer().ExportToString()

    with pytest.raises(ValueError, match="unpack"):
        execute(text, stage, scene.parent)

    assert stage.GetRootLayer().ExportToString() == before


def test_script_on_another_layer_leaves_only_overs_above_it(scene_and_plan):
    scene, plan = scene_and_plan
    stage = make_stage()
    sublayer = Sdf.Layer.CreateAnonymous("edits.usda")
    stage.GetRootLayer().subLayerPaths = [sublayer.identifier]
    stage.GetRootLayer().subLayerOffsets[0] = Sdf.LayerOffset(5.0, 2.0)
    stage.SetTimeCodesPerSecond(48.0)
    stage.SetEditTarget(stage.GetEditTargetForLocalLayer(sublayer))

    execute(compose_script(scene, plan), stage, scene.parent)

    assert list(stage.GetRootLayer().GetPrimAtPath("/World").nameChildren) == []
    assert sublayer.GetPrimAtPath("/World").specifier == Sdf.SpecifierOver
    known = SceneView(Usd.Stage.Open(str(scene)), Sdf.Path("/World"), scene.parent)
    root = Sdf.Path("/World/Clappper/Scene_001")
    assert list_differences(known, SceneView(stage, root, scene.parent, 2, 2), (1, 7, 20)) == []


def edit_stray_prim(layer):
    Sdf.CreatePrimInLayer(layer, "/World/Mine").specifier = Sdf.SpecifierDef


def edit_prim_in_the_place(layer):
    prim = Sdf.CreatePrimInLayer(layer, "/World/Environment/Ball")
    prim.specifier, prim.typeName = Sdf.SpecifierDef, "Sphere"


def edit_field(layer):
    layer.GetPrimAtPath("/World/Items/box/box_00").SetInfo("documentation", "mine")


def edit_attribute(layer):
    prim = layer.GetPrimAtPath("/World/Items/box/box_00")
    Sdf.AttributeSpec(prim, "visibility", Sdf.ValueTypeNames.Token).default = "invisible"


def edit_points(layer):
    attribute = layer.GetPrimAtPath("/World/Environment/Floor").attributes["points"]
    points = list(attribute.default)
    points[3] += Gf.Vec3f(0, 1, 0)
    attribute.default = points


def edit_number(layer):
    prim = layer.GetPrimAtPath("/World/Items/box/box_00")
    prim.attributes["xformOp:translate"].default = Gf.Vec3d(float("nan"), 0, 0)


def edit_roll(layer):
    camera = layer.GetPrimAtPath("/World/Cameras/Shot_01")
    path = camera.path.AppendProperty("xformOp:rotateXYZ")
    layer.SetTimeSample(path, 1.0, Gf.Vec3f(88, 3, 10))


def edit_key(layer):
    camera = layer.GetPrimAtPath("/World/Cameras/Shot_01")
    path = camera.path.AppendProperty("xformOp:translate")
    layer.SetTimeSample(path, 7.0, Gf.Vec3d(0, 0, 1))


def edit_scale(layer):
    prim = layer.GetPrimAtPath("/World/Items/box/box_00/asset")
    prim.attributes["xformOp:scale:clappper"].default = Gf.Vec3d(1, 2, 1)


def edit_order(layer):
    prim = layer.GetPrimAtPath("/World/Items/box/box_00")
    order = prim.attributes["xformOpOrder"]
    order.default = ["!resetXformStack!", *order.default]


def edit_kind(layer):
    layer.GetPrimAtPath("/World/Items/box/box_00").kind = "assembly"


def edit_type(layer):
    layer.GetPrimAtPath("/World/Items/box").typeName = "Scope"


def edit_variants(layer):
    variants = Sdf.VariantSetSpec(layer.GetPrimAtPath("/World/Items/box/box_00"), "look")
    Sdf.VariantSpec(variants, "mine")


def edit_label(layer):
    prim = layer.GetPrimAtPath("/World/Items/box/box_00")
    prim.attributes["semantics:labels:class"].default = ["mine"]


def edit_title(layer):
    layer.GetPrimAtPath("/World/Items/box").SetInfo("displayName", "Mine")


def edit_noun(layer):
    prim = layer.GetPrimAtPath("/World/Items/box/box_01")
    prim.customData = {"clappper": {**prim.customData["clappper"], "noun": "crate"}}
    prim.attributes["semantics:labels:class"].default = ["crate"]
    prim.SetInfo("displayName", "Crate 1")


def edit_sharing(layer):
    layer.GetPrimAtPath("/World/Items/box/box_00/asset").instanceable = False


def edit_child(layer):
    Sdf.CreatePrimInLayer(layer, "/World/Items/box/box_00/mine")


def edit_key_times(layer):
    camera = layer.GetPrimAtPath("/World/Cameras/Shot_01")
    for name, value in (("translate", Gf.Vec3d(0, 0, 1)), ("rotateXYZ", Gf.Vec3f(88, 0, 10))):
        layer.SetTimeSample(camera.path.AppendProperty(f"xformOp:{name}"), 7.5, value)


def edit_st(layer):
    attribute = layer.GetPrimAtPath("/World/Environment/Floor").attributes["primvars:st"]
    attribute.default = [attribute.default[0] * 2, *list(attribute.default)[1:]]


def edit_look(layer):
    floor = layer.GetPrimAtPath("/World/Environment/Floor")
    targets = floor.relationships["material:binding"].targetPathList
    targets.explicitItems = ["/World/Looks/Mine"]


def edit_looks(layer):
    floor = layer.GetPrimAtPath("/World/Environment/Floor")
    targets = floor.relationships["material:binding"].targetPathList
    targets.explicitItems = [*targets.explicitItems, "/World/Looks/Mine"]


def edit_frames(layer):
    layer.startTimeCode = 7.0


def edit_up_axis(layer):
    layer.pseudoRoot.SetInfo("upAxis", "Y")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (edit_stray_prim, "/World/Mine"),
        (edit_prim_in_the_place, "/World/Environment/Ball"),
        (edit_field, "has documentation"),
        (edit_attribute, "has visibility"),
        (edit_points, "/World/Environment/Floor is a mesh of its own"),
        (edit_number, "no number"),
        (edit_roll, "is rolled"),
        (edit_key, "has keys on part of its move"),
        (edit_scale, "is turned or scaled otherwise"),
        (edit_order, "is moved otherwise"),
        (edit_kind, "box_00 is of another kind"),
        (edit_type, "box is no Xform"),
        (edit_variants, "box_00 has variants"),
        (edit_label, "has another semantic label"),
        (edit_title, "has another display name"),
        (edit_noun, "has things of 2 nouns"),
        (edit_sharing, "is an instance or not otherwise"),
        (edit_child, "has children of its own"),
        (edit_key_times, "has a key at 7.5"),
        (edit_st, "has texture coordinates of its own"),
        (edit_look, "has no look"),
        (edit_looks, "has 2 targets"),
        (edit_frames, "does not count frames from 1"),
        (edit_up_axis, "no scene of a run"),
    ],
)
def test_script_of_a_scene_changed_by_hand_is_refused_rather_than_incomplete(
    scene_and_plan, tmp_path, edit, words
):
    scene, plan = scene_and_plan
    layer = Sdf.Layer.OpenAsAnonymous(str(scene))
    edit(layer)
    layer.Export(str(tmp_path / "scene.usda"))

    with pytest.raises(StageError, match=words):
        compose_script(tmp_path / "scene.usda", plan)


@pytest.mark.parametrize("text", [None, "no usd", "#usda 1.0\n"])
def test_script_of_a_file_that_is_no_scene_is_refused(scene_and_plan, tmp_path, text):
    path = tmp_path / "scene.usda"
    if text is not None:
        path.write_text(text)

    with pytest.raises(StageError, match=r"scene\.usda"):
        compose_script(path, scene_and_plan[1])
