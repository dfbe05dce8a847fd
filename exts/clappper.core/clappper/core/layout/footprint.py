"""Footprints: the solver's boxes, from measured assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.layout.models import Footprint
from clappper.core.layout.traits import FLAT_TOPS

if TYPE_CHECKING:
    from clappper.core.catalog.models import Asset, AssetMeasure

__all__ = ["compute_footprint"]


def compute_footprint(asset: Asset, measure: AssetMeasure) -> Footprint:
    """Return an asset's box [m] as measured, at least 1 mm in each direction."""
    size = measure.size_m
    height = max(size.z, 0.001)
    guess = height if asset.category in FLAT_TOPS else None
    return Footprint(
        asset_id=asset.asset_id,
        noun=asset.noun,
        category=asset.category,
        width_m=max(size.x, 0.001),
        depth_m=max(size.y, 0.001),
        height_m=height,
        surface_m=measure.surface_m if measure.is_measured else guess,
        parts=measure.parts,
        shelves=measure.shelves,
    )
