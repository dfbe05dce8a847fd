"""The pack's list of assets and its ``master_index.json`` in the schema of the user's library."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tools.demo_pack import (
    furniture,
    people,
    warehouse_container,
    warehouse_dock,
    warehouse_forklift,
    warehouse_rack,
    warehouse_safety,
    warehouse_shelving,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tools.demo_pack.model import AssetSpec

__all__ = ["ASSETS", "build_index"]

#: Every asset of the demo pack, in the order of the index.
ASSETS: tuple[AssetSpec, ...] = tuple(
    sorted(
        (
            *warehouse_forklift.ASSETS,
            *warehouse_rack.ASSETS,
            *warehouse_shelving.ASSETS,
            *warehouse_container.ASSETS,
            *warehouse_dock.ASSETS,
            *warehouse_safety.ASSETS,
            *furniture.ASSETS,
            *people.ASSETS,
        ),
        key=lambda spec: spec.path,
    )
)

_ROOT_URL = "s3://clappper-demo/packs/"
_PACK_WORDS = {
    "Warehouse_Demo": ("industrial", "logistics", "warehouse"),
    "Furniture_Demo": ("furniture", "prop"),
    "Characters_Demo": ("avatar", "character", "human"),
}
#: As naive as the tags of the real library: "rack" also hits a track, "shelf" misses shelving.
_NAME_HITS = {
    "forklift": "forklift",
    "shelf": "shelving",
    "rack": "shelving",
    "door": "door",
    "window": "window",
    "table": "table",
    "chair": "chair",
}


def build_index(packs_dir: Path) -> dict[str, Any]:
    """Return the master index of the written pack.

    Args:
        packs_dir: The folder that holds the written packs; the sizes come from it.
    """
    assets = [_build_entry(spec, packs_dir) for spec in ASSETS]
    return {"total_assets": len(assets), "assets": assets}


def _build_entry(spec: AssetSpec, packs_dir: Path) -> dict[str, Any]:
    pack = spec.folder.split("/", 1)[0]
    name = spec.name.lower()
    hits = {tag for word, tag in _NAME_HITS.items() if word in name}
    size_mb = (packs_dir / spec.path).stat().st_size / 1e6
    return {
        "asset_id": hashlib.md5(spec.path.encode("utf-8"), usedforsecurity=False).hexdigest()[:12],
        "name": spec.name,
        "pack": pack,
        "s3_path": _ROOT_URL + spec.path,
        "tags": sorted({pack.lower(), *_PACK_WORDS[pack], *hits}),
        "file_size_mb": round(size_mb, 2),
        "thumbnail_s3": None,
        "embedding_s3": None,
        "has_visual_embedding": False,
    }
