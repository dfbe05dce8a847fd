import pytest
from pxr import Sdf, Usd, UsdGeom, UsdUtils

from clappper.core.stage.localize import localize_asset, localize_file


def write_layer(path, reference=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    stage = Usd.Stage.CreateNew(str(path))
    root = UsdGeom.Xform.Define(stage, "/Root")
    stage.SetDefaultPrim(root.GetPrim())
    if reference:
        UsdGeom.Xform.Define(stage, "/Root/Part").GetPrim().GetReferences().AddReference(reference)
    stage.GetRootLayer().Save()


def test_localize_asset_nested_reference_still_composes_in_the_moved_folder(tmp_path):
    root, run = tmp_path / "root", tmp_path / "run"
    write_layer(root / "packs/P/Parts/Part.usda")
    write_layer(root / "packs/P/Whole/Whole.usda", "../Parts/Part.usda")

    authored, issues = localize_asset(root / "packs/P/Whole/Whole.usda", [root], run)

    assert authored == "./assets/packs/P/Whole/Whole.usda"
    assert issues == []
    moved = tmp_path / "elsewhere"
    run.rename(moved)
    (root / "packs/P/Parts/Part.usda").unlink()
    stage = Usd.Stage.Open(str(moved / "assets/packs/P/Whole/Whole.usda"))
    assert stage.GetPrimAtPath("/Root/Part").GetPrimStack()[1].layer.realPath.startswith(str(moved))


def test_localize_asset_missing_dependency_is_reported(tmp_path):
    write_layer(tmp_path / "root/packs/P/Whole.usda", "./Gone.usda")
    _, issues = localize_asset(
        tmp_path / "root/packs/P/Whole.usda", [tmp_path / "root"], tmp_path / "run"
    )
    assert [i.code for i in issues] == ["ASSET_UNRESOLVED"]
    assert "Gone.usda" in issues[0].message


def test_localize_asset_dependency_outside_the_root_is_not_copied(tmp_path):
    write_layer(tmp_path / "secret/Other.usda")
    write_layer(tmp_path / "root/packs/P/Whole.usda", "../../../secret/Other.usda")
    _, issues = localize_asset(
        tmp_path / "root/packs/P/Whole.usda", [tmp_path / "root"], tmp_path / "run"
    )
    assert [i.code for i in issues] == ["ASSET_UNRESOLVED"]
    assert "outside the asset root" in issues[0].message
    assert not list((tmp_path / "run").rglob("Other.usda"))


def test_localize_file_unchanged_copy_is_left_alone(tmp_path):
    source = tmp_path / "root/textures/a.png"
    source.parent.mkdir(parents=True)
    source.write_bytes(b"picture")
    run = tmp_path / "run"
    assert localize_file(source, [tmp_path / "root"], run) == "./assets/textures/a.png"
    before = (run / "assets/textures/a.png").stat().st_ino
    localize_file(source, [tmp_path / "root"], run)
    assert (run / "assets/textures/a.png").stat().st_ino == before
    source.write_bytes(b"changed")
    localize_file(source, [tmp_path / "root"], run)
    assert (run / "assets/textures/a.png").read_bytes() == b"changed"


@pytest.mark.parametrize("is_itself", [True, False])
def test_localize_asset_unreadable_usd_is_told_and_what_is_there_is_copied(tmp_path, is_itself):
    root, run = tmp_path / "root", tmp_path / "run"
    write_layer(root / "packs/P/Whole.usda", "./Part.usda")
    broken = root / "packs/P" / ("Whole.usda" if is_itself else "Part.usda")
    broken.write_text("#usda 1.0\nno usd (")

    authored, issues = localize_asset(root / "packs/P/Whole.usda", [root], run)

    assert authored == "./assets/packs/P/Whole.usda"
    assert (run / "assets/packs/P/Whole.usda").is_file()
    assert [(i.code, i.severity) for i in issues] == [("ASSET_UNRESOLVED", "error")]
    assert "Whole.usda, or a file it refers to, cannot be read" in issues[0].message


def test_localize_asset_that_is_gone_still_has_its_place(tmp_path):
    authored, issues = localize_asset(tmp_path / "root/Gone.usda", [tmp_path / "root"], tmp_path)
    assert (authored, issues) == ("./assets/Gone.usda", [])
    assert not (tmp_path / "assets").exists()


def test_localize_asset_in_a_package_is_copied_with_the_package(tmp_path):
    root, run = tmp_path / "root", tmp_path / "run"
    write_layer(root / "src/Part.usda")
    write_layer(root / "src/Whole.usda", "./Part.usda")
    package = root / "Whole.usdz"
    assert UsdUtils.CreateNewUsdzPackage(Sdf.AssetPath(str(root / "src/Whole.usda")), str(package))

    authored, issues = localize_asset(package, [root], run)

    assert (authored, issues) == ("./assets/Whole.usdz", [])
    assert (run / "assets/Whole.usdz").read_bytes() == package.read_bytes()
    assert [file.name for file in (run / "assets").iterdir()] == ["Whole.usdz"]


def test_localize_asset_in_a_package_outside_the_roots_is_told_once(tmp_path):
    write_layer(tmp_path / "src/Part.usda")
    write_layer(tmp_path / "src/Whole.usda", "./Part.usda")
    package = tmp_path / "Whole.usdz"
    whole = Sdf.AssetPath(str(tmp_path / "src/Whole.usda"))
    assert UsdUtils.CreateNewUsdzPackage(whole, str(package))

    _, issues = localize_asset(package, [tmp_path / "root"], tmp_path / "run")

    assert [issue.message.partition(",")[0] for issue in issues] == ["Whole.usdz"]
