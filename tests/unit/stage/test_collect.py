"""Export collected: one folder that holds all, can be moved, and opens with plain USD."""

from __future__ import annotations

import shutil
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from pxr import Sdf, Usd, UsdGeom, UsdUtils

from clappper.core.errors import OutputError, StageError
from clappper.core.stage import collect
from clappper.core.stage.collect import collect_layer, flatten_stage, plan_places

ASSET = """#usda 1.0
(
    defaultPrim = "Rack"
    customLayerData = {{
        asset lost = @./gone_settings.png@
    }}
)
def Xform "Rack" (
    references = @../shared/bolt.usda@</Bolt>
)
{{
    asset single = @./textures/rack.png@
    asset[] many = [@./textures/rack.png@, @{absolute}@]
    asset tiles = @./textures/tile.<UDIM>.png@
    asset changing.timeSamples = {{
        1: @./textures/frame.png@,
    }}
    asset empty = @@
    asset module = @OmniPBR.mdl@
    asset own_module = @./materials/steel.mdl@
}}
"""
BOLT = """#usda 1.0
def Xform "Bolt" {
    def Sphere "Head" {
    }
}
"""


@pytest.fixture
def library(tmp_path):
    """A folder of assets as it lies on a drive."""
    root = tmp_path / "drive/library"
    for name in (
        "racks/textures/rack.png",
        "racks/textures/tile.1001.png",
        "racks/textures/tile.1012.png",
        "racks/textures/tile.readme.png",
        "racks/textures/frame.png",
        "racks/materials/maps/steel_d.png",
        "common/dust.png",
        "unused/other.png",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (root / "racks/materials/steel.mdl").write_text(
        'mdl 1.4; texture_2d("./maps/steel_d.png"); texture_2d("./maps/absent.png");'
    )
    (root / "shared").mkdir()
    (root / "shared/bolt.usda").write_text(BOLT)
    absolute = (root / "common/dust.png").as_posix()
    (root / "racks/rack.usda").write_text(ASSET.format(absolute=absolute))
    return root


def make_stage(library, path=None):
    stage = (
        Usd.Stage.CreateInMemory("open.usda") if path is None else Usd.Stage.CreateNew(str(path))
    )
    UsdGeom.SetStageUpAxis(stage, "Y")
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    stage.SetTimeCodesPerSecond(60.0)
    stage.SetFramesPerSecond(30.0)
    stage.SetStartTimeCode(5.0)
    stage.SetEndTimeCode(65.0)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    rack = UsdGeom.Xform.Define(stage, "/World/Rack").GetPrim()
    rack.GetReferences().AddReference((library / "racks/rack.usda").as_posix())
    rack.SetInstanceable(True)
    return stage


def list_files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def export(stage, folder):
    return collect_layer(flatten_stage(stage), folder)


COLLECTED = [
    "assets/common/dust.png",
    "assets/racks/materials/maps/steel_d.png",
    "assets/racks/materials/steel.mdl",
    "assets/racks/rack.usda",
    "assets/racks/textures/frame.png",
    "assets/racks/textures/rack.png",
    "assets/racks/textures/tile.1001.png",
    "assets/racks/textures/tile.1012.png",
    "assets/shared/bolt.usda",
    "scene.usd",
]


def test_collect_moved_folder_opens_without_unresolved_paths(library, tmp_path):
    scene = export(make_stage(library), tmp_path / "out/warehouse_test_01")

    assert scene == tmp_path / "out/warehouse_test_01/scene.usd"
    assert list_files(scene.parent) == COLLECTED
    moved = tmp_path / "elsewhere"
    scene.parent.rename(moved)
    shutil.rmtree(library)
    stage = Usd.Stage.Open(str(moved / "scene.usd"))
    assert stage.GetPrimAtPath("/World/Rack/Head").IsA(UsdGeom.Sphere)
    rack = stage.GetPrimAtPath("/World/Rack")
    for name in ("single", "many", "own_module"):
        values = rack.GetAttribute(name).Get()
        for value in values if name == "many" else [values]:
            assert value.resolvedPath.startswith(str(moved)), name
    assert rack.GetAttribute("changing").Get(1).resolvedPath.startswith(str(moved))
    assert rack.GetAttribute("tiles").Get().path == "./textures/tile.<UDIM>.png"
    assert rack.GetAttribute("module").Get().path == "OmniPBR.mdl"
    assert rack.GetAttribute("empty").Get().path == ""
    _, _, unresolved = UsdUtils.ComputeAllDependencies(Sdf.AssetPath(str(moved / "scene.usd")))
    # USD 23.2 does not look for tiles; that they are there is seen above.
    known = ("OmniPBR.mdl", "tile.<UDIM>.png")
    assert [str(name) for name in unresolved if not str(name).endswith(known)] == []


def test_collect_no_path_of_this_machine_is_left(library, tmp_path):
    scene = export(make_stage(library), tmp_path / "out")

    for file in scene.parent.rglob("*.usd*"):
        text = Sdf.Layer.OpenAsAnonymous(str(file)).ExportToString()
        assert str(tmp_path) not in text
    root = Sdf.Layer.OpenAsAnonymous(str(scene))
    references = root.GetPrimAtPath("/World/Rack").referenceList.GetAddedOrExplicitItems()
    assert [r.assetPath for r in references] == ["./assets/racks/rack.usda"]


def test_collect_files_that_need_no_change_are_copied_as_they_are(library, tmp_path):
    scene = export(make_stage(library), tmp_path / "out")
    for name in ("shared/bolt.usda", "racks/textures/rack.png", "racks/materials/steel.mdl"):
        assert (scene.parent / "assets" / name).read_bytes() == (library / name).read_bytes()


def test_collect_changes_neither_the_stage_nor_its_assets(library, tmp_path):
    stage = make_stage(library)
    asset = Sdf.Layer.FindOrOpen(str(library / "racks/rack.usda"))
    before = [layer.ExportToString() for layer in (*stage.GetLayerStack(), asset)]
    files = {p: p.read_bytes() for p in library.rglob("*") if p.is_file()}

    export(stage, tmp_path / "out")

    assert [layer.ExportToString() for layer in (*stage.GetLayerStack(), asset)] == before
    assert not asset.dirty
    assert {p: p.read_bytes() for p in library.rglob("*") if p.is_file()} == files


def test_collect_relative_paths_and_sublayers_of_a_saved_stage(library, tmp_path):
    stage = make_stage(library, library / "open.usda")
    stage.GetPrimAtPath("/World/Rack").GetReferences().SetReferences(
        [Sdf.Reference("./racks/rack.usda")]
    )
    sub = Sdf.Layer.CreateNew(str(library / "shared/sub.usda"))
    spec = Sdf.CreatePrimInLayer(sub, "/World/Bolt")
    spec.referenceList.Prepend(Sdf.Reference("./bolt.usda", "/Bolt"))
    spec.specifier = Sdf.SpecifierDef
    stage.GetRootLayer().subLayerPaths = ["./shared/sub.usda"]

    scene = export(stage, tmp_path / "out")

    # Neither was saved: what is on the stage counts, and its sublayers are merged.
    assert list_files(scene.parent) == COLLECTED
    opened = Usd.Stage.Open(str(scene))
    assert opened.GetPrimAtPath("/World/Rack/Head")
    assert opened.GetPrimAtPath("/World/Bolt/Head")


def test_collect_payload_package_and_layer_arguments(library, tmp_path):
    package = library / "shared/crate.usdz"
    whole = Usd.Stage.CreateNew(str(library / "shared/crate.usdc"))
    whole.SetDefaultPrim(UsdGeom.Cube.Define(whole, "/Crate").GetPrim())
    whole.Save()
    assert UsdUtils.CreateNewUsdzPackage(
        Sdf.AssetPath(str(library / "shared/crate.usdc")), str(package)
    )
    stage = make_stage(library)
    for name, path in {
        "Package": package.as_posix(),
        "Inside": f"{package.as_posix()}[crate.usdc]",
        "Arguments": f"{(library / 'shared/bolt.usda').as_posix()}:SDF_FORMAT_ARGS:some=thing",
    }.items():
        prim = UsdGeom.Xform.Define(stage, f"/World/{name}").GetPrim()
        prim.GetPayloads().AddPayload(path, "/Bolt" if name == "Arguments" else "/Crate")

    scene = export(stage, tmp_path / "out")

    layer = Sdf.Layer.OpenAsAnonymous(str(scene))
    paths = {
        name: layer.GetPrimAtPath(f"/World/{name}")
        .payloadList.GetAddedOrExplicitItems()[0]
        .assetPath
        for name in ("Package", "Inside", "Arguments")
    }
    assert paths == {
        "Package": "./assets/shared/crate.usdz",
        "Inside": "./assets/shared/crate.usdz[crate.usdc]",
        "Arguments": "./assets/shared/bolt.usda:SDF_FORMAT_ARGS:some=thing",
    }
    assert Usd.Stage.Open(str(scene)).GetPrimAtPath("/World/Arguments/Head")


def test_collect_unsaved_edit_is_in(library, tmp_path):
    stage = make_stage(library)
    UsdGeom.Cube.Define(stage, "/World/New").GetSizeAttr().Set(4.0)
    opened = Usd.Stage.Open(str(export(stage, tmp_path / "out")))
    assert UsdGeom.Cube(opened.GetPrimAtPath("/World/New")).GetSizeAttr().Get() == 4.0


# --- what is missing ------------------------------------------------------------------------------


def test_collect_missing_usd_file_is_refused_and_nothing_is_written(library, tmp_path):
    (library / "shared/bolt.usda").unlink()

    with pytest.raises(StageError, match=r"bolt\.usda.*cannot be found"):
        export(make_stage(library), tmp_path / "out/scene")

    assert not (tmp_path / "out").exists()


def test_collect_missing_texture_is_listed_beside_the_scene(library, tmp_path):
    (library / "racks/textures/rack.png").unlink()

    scene = export(make_stage(library), tmp_path / "out")

    text = (scene.parent / "missing.txt").read_text(encoding="utf-8")
    assert "./textures/rack.png" in text
    assert "OmniPBR" not in text
    assert "gone_settings" not in text
    assert (scene.parent / "assets/racks/textures/frame.png").is_file()


def test_collect_broken_usd_file_is_told(library, tmp_path):
    (library / "shared/bolt.usda").write_text("#usda 1.0\ndef {{{")
    stage = make_stage(library)
    with pytest.raises(StageError, match=r"bolt\.usda cannot be read"):
        export(stage, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_collect_many_missing_files_are_counted(library, tmp_path):
    stage = make_stage(library)
    for number in range(5):
        prim = UsdGeom.Xform.Define(stage, f"/World/Lost_{number}").GetPrim()
        prim.GetReferences().AddReference((library / f"lost_{number}.usda").as_posix())
    with pytest.raises(StageError, match=r"lost_2\.usda and 2 more cannot be found"):
        export(stage, tmp_path / "out")


# --- the folder -----------------------------------------------------------------------------------


def test_collect_empty_folder_is_taken(library, tmp_path):
    (tmp_path / "out").mkdir()
    assert export(make_stage(library), tmp_path / "out").is_file()


@pytest.mark.parametrize("kind", ["full", "file"])
def test_collect_folder_in_use_is_refused_and_left_alone(library, tmp_path, kind):
    out = tmp_path / "out"
    if kind == "full":
        out.mkdir()
        (out / "mine.txt").write_text("mine")
    else:
        out.write_text("mine")

    with pytest.raises(OutputError, match="not empty"):
        export(make_stage(library), out)

    assert (out / "mine.txt" if kind == "full" else out).read_text() == "mine"


def test_collect_failure_in_the_middle_leaves_nothing(library, tmp_path, monkeypatch):
    calls = []

    def fail(source, target):
        calls.append(source)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        return real(source, target)

    real = shutil.copyfile
    monkeypatch.setattr(collect.shutil, "copyfile", fail)
    with pytest.raises(OutputError, match="No space left"):
        export(make_stage(library), tmp_path / "out/scene")
    assert list((tmp_path / "out").iterdir()) == []


def test_collect_parent_that_is_a_file_is_told(library, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="another folder"):
        export(make_stage(library), tmp_path / "file/out")


# --- flatten --------------------------------------------------------------------------------------


def test_flatten_keeps_units_time_and_default_prim(library):
    stage = Usd.Stage.Open(flatten_stage(make_stage(library)))
    assert (UsdGeom.GetStageUpAxis(stage), UsdGeom.GetStageMetersPerUnit(stage)) == ("Y", 0.01)
    assert (stage.GetTimeCodesPerSecond(), stage.GetFramesPerSecond()) == (60.0, 30.0)
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == (5.0, 65.0)
    assert stage.GetDefaultPrim().GetPath() == "/World"


def test_flatten_time_samples_of_a_sublayer_stand_at_the_time_codes_of_the_stage():
    stage = Usd.Stage.CreateInMemory()
    stage.SetTimeCodesPerSecond(60.0)
    sub = Sdf.Layer.CreateAnonymous("sub.usda")
    stage.GetRootLayer().subLayerPaths = [sub.identifier]
    spec = Sdf.CreatePrimInLayer(sub, "/A")
    spec.specifier = Sdf.SpecifierDef
    Sdf.AttributeSpec(spec, "x", Sdf.ValueTypeNames.Double)
    sub.SetTimeSample("/A.x", 24.0, 1.0)

    flat = Usd.Stage.Open(flatten_stage(stage))

    expected = stage.GetAttributeAtPath("/A.x").GetTimeSamples()
    assert flat.GetAttributeAtPath("/A.x").GetTimeSamples() == expected == [60.0]


def test_flatten_leaves_out_prims_and_settings_of_the_app_and_muted_layers(library):
    stage = make_stage(library)
    with Usd.EditContext(stage, stage.GetSessionLayer()):
        UsdGeom.Camera.Define(stage, "/OmniverseKit_Persp")
        UsdGeom.Xform.Define(stage, "/Mine")
    stage.GetRootLayer().customLayerData = {"cameraSettings": {"boundCamera": "x"}}
    sub = Sdf.Layer.CreateAnonymous("muted.usda")
    Sdf.CreatePrimInLayer(sub, "/Muted").specifier = Sdf.SpecifierDef
    stage.GetRootLayer().subLayerPaths = [sub.identifier]
    stage.MuteLayer(sub.identifier)

    layer = flatten_stage(stage)

    assert sorted(spec.name for spec in layer.rootPrims) == ["Mine", "World"]
    assert not layer.customLayerData


# --- places ---------------------------------------------------------------------------------------


def test_plan_places_keeps_what_files_are_to_one_another():
    paths = [PurePosixPath(p) for p in ("/z/lib/a/x.usd", "/z/lib/a/t/x.png", "/z/lib/b/x.usd")]
    assert [str(p) for p in plan_places(paths).values()] == ["a/x.usd", "a/t/x.png", "b/x.usd"]


def test_plan_places_one_file_stands_alone():
    assert plan_places([PurePosixPath("/z/lib/x.usd")]) == {
        PurePosixPath("/z/lib/x.usd"): PurePosixPath("x.usd")
    }
    assert plan_places([]) == {}


def test_plan_places_on_windows_every_drive_has_a_folder():
    paths = [
        PureWindowsPath(p)
        for p in (r"Z:\lib\a\x.usd", r"Z:\lib\b\x.usd", r"C:\own\x.usd", r"\\nas\share\q\x.usd")
    ]
    places = [str(place) for place in plan_places(paths).values()]
    assert places == ["Z/a/x.usd", "Z/b/x.usd", "C/x.usd", "nas_share/x.usd"]
    assert [str(p) for p in plan_places(paths[:2]).values()] == ["a/x.usd", "b/x.usd"]
