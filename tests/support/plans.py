"""Builders of plans and footprints for tests."""

from __future__ import annotations

from typing import Any

from clappper.core.layout.models import Footprint
from clappper.core.layout.traits import FLAT_TOPS
from clappper.core.planning.models import ScenePlan

SIZES: dict[str, tuple[str, float, float, float]] = {
    # noun: category, width, depth, height [m]
    "forklift": ("forklift", 1.2, 2.6, 2.2),
    "shelving": ("shelving", 1.8, 0.6, 2.1),
    "pallet rack": ("rack", 2.8, 1.1, 4.0),
    "pallet": ("pallet", 1.2, 0.8, 0.144),
    "box": ("box", 0.4, 0.4, 0.4),
    "desk": ("desk", 1.6, 0.8, 0.74),
    "chair": ("chair", 0.65, 0.65, 1.0),
    "table": ("meeting_table", 2.4, 1.2, 0.74),
    "monitor": ("monitor", 0.6, 0.2, 0.45),
    "person": ("person", 0.55, 0.4, 1.75),
    "door": ("roll_up_door", 3.1, 0.25, 3.3),
    "plant": ("plant", 0.6, 0.6, 1.3),
    "cabinet": ("cabinet", 1.0, 0.45, 1.4),
}


def make_footprint(noun: str, **changes: Any) -> Footprint:
    category, width, depth, height = SIZES[noun]
    values = {
        "asset_id": f"id_{noun.replace(' ', '_')}",
        "noun": noun,
        "category": category,
        "width_m": width,
        "depth_m": depth,
        "height_m": height,
        "surface_m": height if category in FLAT_TOPS else None,
    }
    return Footprint(**{**values, **changes})


def make_footprints() -> dict[str, Footprint]:
    return {f.asset_id: f for f in map(make_footprint, SIZES)}


def make_item(noun: str, count: int = 1, **changes: Any) -> dict[str, Any]:
    values = {
        "id": noun.replace(" ", "_"),
        "noun": noun,
        "asked": noun,
        "count": count,
        "asset_ids": [f"id_{noun.replace(' ', '_')}"],
        "attributes": [],
        "role": "subject",
    }
    return {**values, **changes}


def make_relation(
    verb: str, subject: str, target: str | None = "room", **changes: Any
) -> dict[str, Any]:
    values = {
        "verb": verb,
        "subject": subject,
        "object": target,
        "object2": None,
        "rows": None,
        "per_row": None,
        "distance_m": None,
        "side": None,
    }
    return {**values, **changes}


def make_plan(
    kind: str = "warehouse",
    items: list[dict[str, Any]] | None = None,
    relations: list[dict[str, Any]] | None = None,
    *,
    size_m: tuple[float, float, float] | None = None,
    walls: str | None = None,
    camera: dict[str, Any] | None = None,
    density: str | None = None,
) -> ScenePlan:
    size = None if size_m is None else dict(zip("xyz", size_m, strict=True))
    shot = {
        "shot": "eye_level",
        "targets": [],
        "height_m": None,
        "focal_length_mm": None,
        "move": "static",
        "duration_s": None,
    }
    return ScenePlan.model_validate(
        {
            "schema_version": 1,
            "title": "Test",
            "environment": {
                "kind": kind,
                "size_m": size,
                "walls": walls,
                "style": None,
                "density": density,
            },
            "items": items or [],
            "relations": relations or [],
            "camera": {**shot, **(camera or {})},
            "lighting": {"mood": None},
            "output": {"frames": None, "fps": None, "width": None, "height": None},
            "misses": [],
            "assumptions": [],
        }
    )
