"""The shipped demo pack: as its generator writes it, sound, in true size, mixed like a library."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from pxr import Gf, Kind, Sdf, Usd, UsdGeom, UsdShade

from tools.demo_pack.__main__ import DATA_DIR, generate, main, measure_pack
from tools.demo_pack.index import ASSETS, build_index
from tools.demo_pack.model import AssetSpec, Model, Reference
from tools.demo_pack.shape import box
from tools.demo_pack.surface import RUBBER, STEEL, Surface, compute_linear_rgb
from tools.demo_pack.textures import SIZE_PX, TILE_M, paint_texture
from tools.demo_pack.write import write_asset

if TYPE_CHECKING:
    from pathlib import Path

PACKS_DIR = DATA_DIR / "demo_pack" / "packs"
SPECS = {spec.name: spec for spec in ASSETS}
EACH_ASSET = pytest.mark.parametrize("spec", ASSETS, ids=lambda spec: spec.name)

#: Width, depth and height [m] by catalogue or tape measure, and how far off they may be.
EXPECTED_SIZES_M = {
    "Forklift_A01": ((1.2, 3.2, 2.2), 0.15),
    "Forklift_B01": ((1.2, 3.2, 2.3), 0.15),
    "PalletRack_A01_Empty": ((2.8, 1.1, 3.8), 0.1),
    "PalletRack_A02_Loaded": ((2.8, 1.2, 4.4), 0.1),
    "IndustrialShelving_B01": ((1.8, 0.6, 2.1), 0.02),
    "IndustrialShelving_B02_Stocked": ((1.8, 0.6, 2.3), 0.05),
    "WoodPallet_A01": ((1.2, 0.8, 0.144), 0.002),
    "CubeBox_A01_40cm": ((0.4, 0.4, 0.4), 0.002),
    "CardboardBox_B02_60x40x40cm": ((0.6, 0.4, 0.4), 0.002),
    "SteelDrum_A01": ((0.596, 0.596, 0.88), 0.01),
    "RollUpDoor_A01": ((3.1, 0.25, 3.3), 0.001),
    "DockLeveller_A01": ((2.0, 2.4, 0.12), 0.1),
    "TrafficCone_A01": ((0.38, 0.38, 0.75), 0.02),
}


def open_shipped(spec: AssetSpec) -> Usd.Stage:
    """Open an asset's shipped file."""
    return Usd.Stage.Open(str(PACKS_DIR / spec.path))


def list_meshes(stage: Usd.Stage) -> list[UsdGeom.Mesh]:
    """Return every mesh of a stage, those inside instances too."""
    prims = Usd.PrimRange(stage.GetPseudoRoot(), Usd.TraverseInstanceProxies())
    return [UsdGeom.Mesh(prim) for prim in prims if prim.IsA(UsdGeom.Mesh)]


def measure_bounds_m(stage: Usd.Stage, spec: AssetSpec) -> tuple[np.ndarray, np.ndarray]:
    """Measure the bounds [m] of a file in the layout frame, relative to its pivot."""
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_])
    bounds = cache.ComputeWorldBound(stage.GetDefaultPrim())
    if spec.up_axis == "Y":
        bounds.Transform(Gf.Matrix4d().SetRotate(Gf.Rotation((1, 0, 0), 90.0)))
    box_m = bounds.ComputeAlignedRange()
    return tuple(np.array(end) * spec.meters_per_unit for end in (box_m.GetMin(), box_m.GetMax()))


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole data folder, written anew."""
    out_dir = tmp_path_factory.mktemp("demo pack")
    generate(out_dir)
    return out_dir


@pytest.mark.skipif(
    Usd.GetVersion() != (0, 25, 11),
    reason="the shipped bytes are those of the pinned usd-core 25.11",
)
def test_generate_with_the_pinned_usd_gives_the_shipped_bytes(regenerated: Path) -> None:
    written = {path.relative_to(regenerated): path for path in regenerated.rglob("*.*")}
    shipped = {
        path.relative_to(DATA_DIR)
        for folder in ("demo_pack", "textures")
        for path in (DATA_DIR / folder).rglob("*.*")
    }

    assert shipped == set(written)
    differing = [
        str(name)
        for name, path in written.items()
        if name.suffix != ".png" and path.read_bytes() != (DATA_DIR / name).read_bytes()
    ]
    assert differing == []


@pytest.mark.parametrize("name", sorted(TILE_M))
def test_generate_textures_gives_the_shipped_pixels(regenerated: Path, name: str) -> None:
    # Pixels, not bytes: the deflate library inside Pillow is not pinned.
    written, shipped = (
        np.asarray(Image.open(folder / "textures" / name).convert("RGB"), dtype=int)
        for folder in (regenerated, DATA_DIR)
    )

    assert np.abs(written - shipped).max() <= 1


def test_main_folder_that_cannot_be_written_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo_pack").write_text("a file where a folder should be")

    code = main(["--out", str(tmp_path)])

    assert code == 1
    assert "Cannot write" in capsys.readouterr().err


@EACH_ASSET
def test_shipped_asset_declares_its_metrics_and_component(spec: AssetSpec) -> None:
    stage = open_shipped(spec)

    assert stage.HasAuthoredMetadata("upAxis")
    assert stage.HasAuthoredMetadata("metersPerUnit")
    assert UsdGeom.GetStageUpAxis(stage) == spec.up_axis
    assert UsdGeom.GetStageMetersPerUnit(stage) == spec.meters_per_unit
    assert stage.GetDefaultPrim().GetName() == spec.name
    assert Usd.ModelAPI(stage.GetDefaultPrim()).GetKind() == Kind.Tokens.component


@EACH_ASSET
def test_shipped_asset_stands_on_the_floor(spec: AssetSpec) -> None:
    low, _ = measure_bounds_m(open_shipped(spec), spec)

    assert low[2] + spec.pivot[2] == pytest.approx(0.0, abs=2e-4)


@pytest.mark.parametrize("name", EXPECTED_SIZES_M)
def test_shipped_asset_has_its_true_size(name: str) -> None:
    size, tolerance = EXPECTED_SIZES_M[name]

    low, high = measure_bounds_m(open_shipped(SPECS[name]), SPECS[name])

    assert high - low == pytest.approx(size, abs=tolerance)


@EACH_ASSET
def test_shipped_mesh_is_sound(spec: AssetSpec) -> None:
    stage = open_shipped(spec)
    for mesh in list_meshes(stage):
        points = np.array(mesh.GetPointsAttr().Get(), dtype=float) * spec.meters_per_unit
        triangles = np.array(mesh.GetFaceVertexIndicesAttr().Get()).reshape(-1, 3)
        normals = UsdGeom.PrimvarsAPI(mesh).GetPrimvar("normals")
        a, b, c = (points[triangles[:, i]] for i in range(3))
        faces = np.cross(b - a, c - a)
        corner_normals = np.array(normals.ComputeFlattened()).reshape(-1, 3, 3)

        assert set(mesh.GetFaceVertexCountsAttr().Get()) == {3}
        assert len(np.unique(points, axis=0)) == len(points), mesh.GetPath()
        assert np.linalg.norm(faces, axis=1).min() > 0.0, mesh.GetPath()
        assert normals.GetInterpolation() == UsdGeom.Tokens.faceVarying
        assert np.linalg.norm(corner_normals, axis=2) == pytest.approx(1.0, abs=1e-3)
        against = np.einsum("tij,tj->ti", corner_normals, faces).max(axis=1) < 0.0
        assert against.mean() < 0.03, mesh.GetPath()
        assert mesh.GetSubdivisionSchemeAttr().Get() == UsdGeom.Tokens.none
        extent = np.array(mesh.GetExtentAttr().Get()) * spec.meters_per_unit
        assert extent == pytest.approx(np.array([points.min(axis=0), points.max(axis=0)]))


@EACH_ASSET
def test_shipped_mesh_is_bound_to_a_preview_surface(spec: AssetSpec) -> None:
    stage = open_shipped(spec)
    for mesh in list_meshes(stage):
        material, _ = UsdShade.MaterialBindingAPI(mesh).ComputeBoundMaterial()
        shader, _, _ = material.ComputeSurfaceSource()

        assert mesh.GetPrim().HasAPI(UsdShade.MaterialBindingAPI)
        assert shader.GetIdAttr().Get() == "UsdPreviewSurface"


@EACH_ASSET
def test_shipped_asset_keeps_the_budget(spec: AssetSpec) -> None:
    stage = open_shipped(spec)
    own = [mesh for mesh in list_meshes(stage) if not mesh.GetPrim().IsInstanceProxy()]

    assert (PACKS_DIR / spec.path).stat().st_size < 400_000
    assert sum(len(mesh.GetFaceVertexCountsAttr().Get()) for mesh in own) < 20_000


def test_shipped_pack_keeps_the_budget() -> None:
    assert sum(path.stat().st_size for path in PACKS_DIR.rglob("*.usdc")) < 6_000_000


def test_shipped_pack_is_mixed_like_a_library() -> None:
    centimetre = [spec for spec in ASSETS if (spec.up_axis, spec.meters_per_unit) == ("Y", 0.01)]
    off_centre = [spec for spec in ASSETS if spec.pivot != (0.0, 0.0, 0.0)]

    assert 20 <= len(ASSETS) <= 40
    assert len(centimetre) >= len(ASSETS) / 4
    assert len(off_centre) >= 4
    assert {spec.folder.split("/")[0] for spec in ASSETS} == {
        "Warehouse_Demo",
        "Furniture_Demo",
        "Characters_Demo",
    }


def test_loaded_rack_moved_with_its_pack_still_finds_what_it_references(tmp_path: Path) -> None:
    spec = SPECS["PalletRack_A02_Loaded"]
    shutil.copytree(PACKS_DIR / "Warehouse_Demo", tmp_path / "elsewhere" / "Warehouse_Demo")

    stage = Usd.Stage.Open(str(tmp_path / "elsewhere" / spec.path))

    low, high = measure_bounds_m(stage, spec)
    assert high - low == pytest.approx((2.87, 1.23, 4.35), abs=0.02)
    children = stage.GetDefaultPrim().GetChildren()
    kinds = {Usd.ModelAPI(child).GetKind() for child in children}
    assert kinds == {Kind.Tokens.subcomponent}
    assert len([child for child in children if child.GetName().endswith("Pallet")]) == 12
    assert sorted(stage.GetRootLayer().GetExternalReferences()) == [
        "../../Containers/Cardboard/CardboardBox_B02_60x40x40cm.usdc",
        "../../Containers/Cardboard/CubeBox_A01_40cm.usdc",
        "../../Pallets/WoodPallet_A01.usdc",
        "./PalletRack_A01_Empty.usdc",
    ]


def test_loaded_rack_loads_stand_on_something_and_do_not_touch_each_other() -> None:
    stage = open_shipped(SPECS["PalletRack_A02_Loaded"])
    cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), [UsdGeom.Tokens.default_])
    loads = {
        prim.GetName(): cache.ComputeWorldBound(prim).ComputeAlignedRange()
        for prim in stage.GetDefaultPrim().GetChildren()
        if prim.GetName() != "Rack"
    }
    floors = (0.0, 1.206, 2.306, 3.406)

    for name, bounds in loads.items():
        under = [
            other
            for key, other in loads.items()
            if key != name
            and abs(other.GetMax()[2] - bounds.GetMin()[2]) < 0.003
            and all(
                other.GetMin()[i] < bounds.GetMax()[i] and bounds.GetMin()[i] < other.GetMax()[i]
                for i in (0, 1)
            )
        ]
        on_floor = min(abs(bounds.GetMin()[2] - floor) for floor in floors) < 0.001
        assert under or on_floor, name
    for name, bounds in loads.items():
        for key, other in loads.items():
            shared = Gf.Range3d.GetIntersection(bounds, other)
            if key < name and not shared.IsEmpty():
                assert min(shared.GetSize()) < 0.001, (name, key)


def test_index_tells_every_file_in_the_users_schema() -> None:
    index = json.loads((DATA_DIR / "demo_pack" / "master_index.json").read_text(encoding="utf-8"))
    forklift = next(asset for asset in index["assets"] if asset["name"] == "Forklift_A01")

    assert index == build_index(PACKS_DIR)
    assert index["total_assets"] == len(index["assets"]) == len(list(PACKS_DIR.rglob("*.usdc")))
    assert len({asset["asset_id"] for asset in index["assets"]}) == index["total_assets"]
    # printf Warehouse_Demo/Vehicles/Forklift_A01.usdc | md5sum
    assert forklift == {
        "asset_id": "efb72b43de04",
        "name": "Forklift_A01",
        "pack": "Warehouse_Demo",
        "s3_path": "s3://clappper-demo/packs/Warehouse_Demo/Vehicles/Forklift_A01.usdc",
        "tags": ["forklift", "industrial", "logistics", "warehouse", "warehouse_demo"],
        "file_size_mb": pytest.approx(0.32, abs=0.08),
        "thumbnail_s3": None,
        "embedding_s3": None,
        "has_visual_embedding": False,
    }


@pytest.mark.parametrize("name", sorted(TILE_M))
def test_texture_tiles_without_a_seam_and_keeps_the_budget(name: str) -> None:
    pixels = paint_texture(name).astype(float)
    inside = (
        np.abs(np.diff(pixels, axis=0)).mean(axis=(1, 2)),
        np.abs(np.diff(pixels, axis=1)).mean(axis=(0, 2)),
    )
    across = np.abs(pixels[0] - pixels[-1]).mean(), np.abs(pixels[:, 0] - pixels[:, -1]).mean()

    assert pixels.shape == (SIZE_PX, SIZE_PX, 3)
    assert across[0] <= inside[0].max()
    assert across[1] <= inside[1].max()
    assert (DATA_DIR / "textures" / name).stat().st_size < 400_000


def make_spec(**changes: object) -> AssetSpec:
    """Build the spec of an asset nothing else knows."""
    return AssetSpec(
        **{"name": "Probe", "folder": "Warehouse_Demo/Probes", "build": Model, **changes}
    )


def make_model(*surfaces: Surface) -> Model:
    """Build a model with one box from (0, 0, 0) to (1, 2, 3) per surface."""
    model = Model()
    for i, surface in enumerate(surfaces):
        model.add(f"Part{i}", surface, box((1, 2, 3), (0.5, 1.0, 1.5)))
    return model


@pytest.mark.parametrize(
    ("up_axis", "meters_per_unit", "pivot", "low", "high"),
    [
        pytest.param("Z", 1.0, (0, 0, 0), (0, 0, 0), (1, 2, 3), id="z_up_metres"),
        pytest.param("Y", 1.0, (0, 0, 0), (0, 0, -2), (1, 3, 0), id="y_up_metres"),
        pytest.param("Y", 0.01, (0, 0, 0), (0, 0, -200), (100, 300, 0), id="y_up_centimetres"),
        pytest.param("Z", 0.01, (1, 0, 1), (-100, 0, -100), (0, 200, 200), id="moved_pivot"),
    ],
)
def test_write_asset_converts_to_the_files_own_frame(
    tmp_path: Path,
    up_axis: str,
    meters_per_unit: float,
    pivot: tuple[float, float, float],
    low: tuple[float, float, float],
    high: tuple[float, float, float],
) -> None:
    spec = make_spec(up_axis=up_axis, meters_per_unit=meters_per_unit, pivot=pivot)

    path = write_asset(spec, make_model(STEEL), {}, tmp_path)

    stage = Usd.Stage.Open(str(path))
    mesh = UsdGeom.Mesh(stage.GetPrimAtPath("/Probe/Geometry/Part0"))
    assert np.array(mesh.GetExtentAttr().Get()) == pytest.approx(np.array([low, high]), abs=1e-4)


def test_write_asset_authors_one_material_per_surface(tmp_path: Path) -> None:
    glow = Surface("Glow", "#808080", emissive="#ff0000", emissive_strength=2.0, opacity=0.5)

    path = write_asset(make_spec(), make_model(STEEL, glow, STEEL), {}, tmp_path)

    stage = Usd.Stage.Open(str(path))
    looks = stage.GetPrimAtPath("/Probe/Looks").GetChildrenNames()
    shader = UsdShade.Shader(stage.GetPrimAtPath("/Probe/Looks/Glow/PreviewSurface"))
    assert looks == ["Steel", "Glow"]
    assert shader.GetInput("emissiveColor").Get() == Gf.Vec3f(2.0, 0.0, 0.0)
    assert shader.GetInput("opacity").Get() == 0.5
    assert shader.GetInput("diffuseColor").Get()[0] == pytest.approx(0.2159, abs=1e-4)


@pytest.mark.parametrize(
    ("asset_name", "target", "message"),
    [
        pytest.param("Missing", make_spec(name="Other"), "not in the pack", id="unknown_target"),
        pytest.param("Other", make_spec(name="Other", up_axis="Y"), "Z up", id="y_up_target"),
        pytest.param(
            "Other", make_spec(name="Other", meters_per_unit=0.01), "in metres", id="cm_target"
        ),
    ],
)
def test_write_asset_reference_that_would_be_wrong_is_refused(
    tmp_path: Path, asset_name: str, target: AssetSpec, message: str
) -> None:
    model = make_model(STEEL)
    model.references.append(Reference("Inside", asset_name, (0.0, 0.0, 0.0)))

    with pytest.raises(ValueError, match=message):
        write_asset(make_spec(), model, {target.name: target}, tmp_path)


def test_write_asset_two_surfaces_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="named Rubber"):
        write_asset(make_spec(), make_model(RUBBER, Surface("Rubber", "#ff0000")), {}, tmp_path)


def test_write_asset_authors_no_absolute_path(tmp_path: Path) -> None:
    path = write_asset(make_spec(), make_model(STEEL), {}, tmp_path)

    assert str(tmp_path) not in Sdf.Layer.FindOrOpen(str(path)).ExportToString()
    assert str(tmp_path).encode() not in path.read_bytes()


def test_model_second_part_of_a_name_is_refused() -> None:
    model = make_model(STEEL)

    with pytest.raises(ValueError, match="already has a part named Part0"):
        model.add("Part0", STEEL, box((1, 1, 1)))


def test_linear_rgb_of_srgb_grey_follows_the_standard() -> None:
    assert compute_linear_rgb("#bcbcbc") == pytest.approx((0.5029, 0.5029, 0.5029), abs=1e-4)
    assert compute_linear_rgb("#0a0000") == pytest.approx((0.003, 0.0, 0.0), abs=1e-4)


def test_shipped_measures_are_those_of_the_shipped_files():
    shipped = json.loads((DATA_DIR / "demo_pack" / "measures.json").read_text(encoding="utf-8"))
    measured = measure_pack(DATA_DIR / "demo_pack" / "packs")

    assert [r["asset_path"] for r in shipped] == [r["asset_path"] for r in measured]
    for old, new in zip(shipped, measured, strict=True):
        assert (old["size_bytes"], old["issues"]) == (new["size_bytes"], new["issues"])
        assert old["measure"]["size_m"] == pytest.approx(new["measure"]["size_m"], abs=1e-5)
        assert len(old["measure"]["parts"]) == len(new["measure"]["parts"])
        heights = [[s["z_m"] for s in r["measure"]["shelves"]] for r in (old, new)]
        assert heights[0] == pytest.approx(heights[1], abs=1e-5)
