"""Builders of master indexes in the user's schema, and of catalogs made from them."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.index.rows import AssetIndex
from clappper.core.catalog.ingest import parse_master_indexes
from clappper.core.catalog.models import Asset, Wanted
from clappper.core.catalog.store import CatalogStore

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "MIXED_PATHS",
    "dump_index",
    "dump_listing",
    "make_asset",
    "make_catalog",
    "make_entry",
    "make_old",
    "make_wanted",
    "write_index",
    "write_individual",
    "write_tree",
]

_TWIN = "Warehouse_Assets/Assets/DigitalTwin/Assets/Warehouse"
_PROPS = "Warehouse_Collection_1/Assets/simready_content/common_assets/props"

#: A small library that mixes what the user's does: packs, siblings, false friends, names that tell
#: nothing.
MIXED_PATHS = (
    f"{_TWIN}/Equipment/Forklifts/Forklift_B/Forklift_B01_PR_V_NVD_01.usd",
    f"{_TWIN}/Equipment/Forklifts/Forklift_C/Forklift_C01_PR_V_NVD_01.usd",
    f"{_TWIN}/Equipment/Hand_Trucks/Convertible_A/ConvertableAlumHandTruck_A01_PR_NVD_01.usd",
    f"{_TWIN}/Shelving/Industrial/IndustrialSteel_A/IndustrialSteelShelving_A01_PR_NVD_01.usd",
    f"{_TWIN}/Shelving/Industrial/IndustrialSteel_A/IndustrialSteelShelving_A02_PR_NVD_01.usd",
    f"{_TWIN}/Shelving/Industrial/TireRack_A/TireRack_A01_PR_NVD_01.usd",
    f"{_TWIN}/Shelving/Racks/Rack_A/Rack_A01_PR_NVD_01.usd",
    f"{_TWIN}/Shelving/Racks/Rack_A/Rack_A02_Loaded_PR_NVD_01.usd",
    f"{_TWIN}/Shipping/Cardboard_Boxes/Cube_A/CubeBox_A10_51cm_PR_NVD_01.usd",
    f"{_TWIN}/Shipping/Pallets/Plastic/Nestable_A/HeavyDutyNestablePallet_A01_PR_NVD_01.usd",
    f"{_TWIN}/Shipping/Pallets/Wood/Wing_A/WingPallet_A01_PR_NVD_01.usd",
    f"{_TWIN}/Storage/Drums/Fiber_A/FiberDrum_A01_PR_NVD_01.usd",
    f"{_TWIN}/Storage/Drums/NestablePlastic_A/NestablePlasticDrum_A01_PR_NVD_01.usd",
    f"{_TWIN}/Safety/Cones/Heavy-Duty_Traffic/HeavyDutyTrafficCone_A01_71cm_PR_V_NVD_01.usd",
    f"{_TWIN}/Modular/OfficeSet_A/.SubUSDs/w1nd0w_04_glass.usd",
    *(f"{_PROPS}/rack_a04/rack_a04{end}.usd" for end in ("", "_base", "_inst", "_inst_base")),
    "Commercial_Assets/Assets/ArchVis/Commercial/Seating/Danny.usd",
    "Commercial_Assets/Assets/ArchVis/Commercial/Conference/Roland.usd",
    "Commercial_Assets/Assets/ArchVis/Commercial/Storage/Standard/Standard_LargeDoors.usd",
    "Residential_Assets/Assets/ArchVis/Residential/Furniture/Chairs/Chair_Desk.usd",
    "Residential_Assets/Assets/ArchVis/Residential/Furniture/DiningSets/Rural/Rural_Table.usd",
    "Residential_Assets/Assets/ArchVis/Residential/Furniture/Desks/Desk_Oak.usd",
    "Residential_Assets/Assets/ArchVis/Residential/Entertainment/9Ball_Rack.usd",
    "Characters1/Assets/Characters/Reallusion/ActorCore/Party_M_0001/Actor/party-m-0001.usd",
    "Characters1/Assets/Characters/Reallusion/Worker/Props/Bones/Worker.usd",
    "Characters1/Assets/Characters/Reallusion/Worker/Props/Bones/Worker.Idle_01.usd",
    "core_demos/Assets/DemoPacks/SampleScenes/OldAttic/Props/attic_door.usd",
    "core_demos/Assets/DemoPacks/SampleScenes/OldAttic/Props/table_light.usd",
    "core_demos/Assets/DemoPacks/SampleScenes/OldAttic/Props/typewriter.usd",
    "environments/Environments/2023_1/Templates/socal_track.usd",
    "Furniture_Misc/Assets/simready_content/common_assets/props/costello/costello.usd",
)


def make_entry(path: str, **fields: Any) -> dict[str, Any]:
    """Return one entry of an index for a path below ``packs/``; keywords replace or add fields."""
    entry = {
        "asset_id": hashlib.md5(path.encode(), usedforsecurity=False).hexdigest()[:12],
        "name": path.rpartition("/")[2].rpartition(".")[0],
        "pack": path.partition("/")[0],
        "s3_path": f"s3://clappper-assets/omniverse_assets/packs/{path}",
        "tags": [],
        "file_size_mb": 1.25,
        "thumbnail_s3": None,
        "embedding_s3": None,
        "has_visual_embedding": False,
    }
    return {**entry, **fields}


def dump_index(entries: Iterable[Any]) -> bytes:
    """Return the bytes of a master index; its stated total is wrong on purpose."""
    return json.dumps({"total_assets": 12345, "assets": list(entries)}).encode()


def write_index(path: Path, entries: Iterable[Any]) -> Path:
    """Write a master index and return its path."""
    path.write_bytes(dump_index(entries))
    return path


def dump_listing(paths: Iterable[str], *, size_bytes: int = 1 << 20) -> str:
    """Return a listing of assets as ``aws s3 ls --recursive`` prints it on Windows."""
    lines = (
        f"2025-11-10 08:00:00 {size_bytes:>10} omniverse_assets/packs/{path}\r\n\r\n"
        for path in paths
    )
    return "\r\n" + "".join(lines)


def write_tree(root: Path, paths: Iterable[str], *, content: bytes = b"#usda 1.0\n") -> Path:
    """Write files below a root; all seem to have been there for long."""
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    make_old(root)
    return root


def write_individual(root: Path, entries: Iterable[dict[str, Any]]) -> Path:
    """Write one JSON file per entry, as ``individual/<pack>/<name>.json``."""
    for entry in entries:
        file = root / entry["pack"] / f"{entry['name']}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(json.dumps({**entry, "usd_metadata": {}, "extension": ".usd"}).encode())
    make_old(root)
    return root


def make_old(root: Path) -> None:
    """Set all times below a root to long ago: what just changed is never taken for unchanged."""
    for path in (root, *root.rglob("*")):
        os.utime(path, (1_700_000_000, 1_700_000_000), follow_symlinks=False)


def make_catalog(paths: Iterable[str] = MIXED_PATHS) -> CatalogStore:
    """Return a catalog in memory of the assets at these paths."""
    content = dump_index(make_entry(path) for path in paths)
    ingest = parse_master_indexes([("index", content)])
    return CatalogStore(AssetIndex.create(ingest), issues=ingest.issues)


def make_wanted(phrase: str, *, count: int | None = None) -> Wanted:
    """Return a wanted noun; words before the last are attributes, ``a|b c`` keeps ``b c``."""
    attributes, bar, noun = phrase.rpartition("|")
    if not bar:
        *words, noun = phrase.split(" ") if phrase else [""]
        attributes = " ".join(words)
    text = phrase.replace("|", " ").strip()
    return Wanted(asked=text, noun=noun, attributes=tuple(attributes.split()), count=count)


def make_asset(path: str = "Pack/Box_A01.usd", **fields: Any) -> Asset:
    """Return an asset of a path below ``packs/``."""
    entry = make_entry(path)
    values: dict[str, Any] = {
        "asset_id": entry["asset_id"],
        "name": entry["name"],
        "noun": "cardboard box",
        "category": "box",
        "pack": entry["pack"],
        "asset_path": path,
        "source_url": entry["s3_path"],
        "tags": (),
        "attributes": (),
        "file_size_mb": 1.0,
    }
    return Asset(**{**values, **fields})
