"""Traits: what the solver knows of categories beyond their size.

Names are those of the catalog's category table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.layout.models import Footprint

__all__ = [
    "FLAT_TOPS",
    "LOOSE",
    "SCREENS",
    "SEATS",
    "SQUARE",
    "VEHICLES",
    "is_flat_top",
    "is_person",
]

#: The top of the bound is a surface things can stand on.
FLAT_TOPS = frozenset(
    {
        "box",
        "cabinet",
        "counter",
        "crate",
        "desk",
        "drawers",
        "drum",
        "low_table",
        "meeting_table",
        "pallet",
        "platform",
        "table",
        "workbench",
    }
)

#: They turn to what they belong to.
SEATS = frozenset({"armchair", "bench", "chair", "person", "sofa", "stool"})

#: They stand at the back of a desk, away from whoever sits at it.
SCREENS = frozenset({"computer", "monitor", "table_lamp"})

VEHICLES = frozenset(
    {"car", "cart", "craft", "cycle", "forklift", "hand_truck", "pallet_truck", "robot", "truck"}
)

#: They stand where there is space, not in a block of furniture.
LOOSE = VEHICLES | {
    "animal",
    "bag",
    "barrier",
    "bollard",
    "box",
    "bucket",
    "can",
    "cone",
    "container",
    "crate",
    "drum",
    "floor_sign",
    "loaded_pallet",
    "object",
    "ornament",
    "pallet",
    "person",
    "plant",
    "planter",
    "shrub",
    "statue",
    "tank",
    "toy",
    "trash_can",
    "tree",
}

#: They look best nearly square to the room.
SQUARE = frozenset({"bag", "box", "container", "crate", "loaded_pallet", "pallet", "tank"})


def is_flat_top(footprint: Footprint) -> bool:
    """Whether other things can stand on it."""
    return footprint.category in FLAT_TOPS and footprint.surface_m is not None


def is_person(category: str) -> bool:
    """Whether it is a human being."""
    return category == "person"
