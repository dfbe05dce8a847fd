"""Small scenes for the builder: one asset, a room, a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clappper.core.catalog.models import Asset
from clappper.core.layout.models import CameraPath, CameraPose, Placement, Placements, Room
from clappper.core.stage.builder import SceneParts
from clappper.core.units import Vec3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.stage.instances import PlacedAsset

__all__ = ["make_asset", "make_parts", "make_placement"]


def make_asset(asset_id: str = "id_box", **changes: Any) -> Asset:
    values = {
        "asset_id": asset_id,
        "name": "Block",
        "noun": "box",
        "category": "box",
        "pack": "P",
        "asset_path": "P/Block.usda",
        "source_url": "s3://b/packs/P/Block.usda",
        "tags": (),
        "attributes": (),
        "file_size_mb": 0.1,
    }
    return Asset(**{**values, **changes})


def make_placement(**changes: Any) -> Placement:
    values = {
        "id": "box_01",
        "item": "box",
        "asset_id": "id_box",
        "translation_m": Vec3(x=1.0, y=2.0, z=0.0),
        "yaw_deg": 30.0,
        "support": "floor",
    }
    return Placement(**{**values, **changes})


def make_parts(
    placed: PlacedAsset,
    placements: Sequence[Placement],
    *,
    size_m: tuple[float, float, float] = (10.0, 8.0, 5.0),
    **changes: Any,
) -> SceneParts:
    """Return the parts of things with a camera, and nothing around them unless it is asked for."""
    room = Room(
        kind="warehouse",
        size_m=Vec3(x=size_m[0], y=size_m[1], z=size_m[2]),
        walls=("north", "south", "east", "west"),
        has_ceiling=True,
        wall_thickness_m=0.3,
        openings=(),
    )
    pose = {"heading_deg": 0.0, "pitch_deg": -2.0}
    values = {
        "placements": Placements(seed=0, room=room, placements=tuple(placements), violations=()),
        "assets": {placed.asset.asset_id: placed},
        "camera_path": CameraPath(
            focal_length_mm=24.0,
            first=CameraPose(eye=(0.0, -3.0, 1.65), **pose),
            last=CameraPose(eye=(0.0, -2.9, 1.65), **pose),
            pivot=None,
            turn_deg=0.0,
        ),
        "frames": 2,
        "aspect": 16 / 9,
        "texture_paths": {},
        "extent": "none",
        "has_lights": False,
    }
    return SceneParts(**{**values, **changes})
