"""The size an asset is taken to have while its file cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.models import AssetMeasure
from clappper.core.catalog.names import parse_size
from clappper.core.catalog.nouns import OBJECT_CATEGORY, load_nouns
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from clappper.core.catalog.models import Asset

__all__ = ["default_size", "make_default_measure"]

#: Lengths stated in names are believed between these [m].
_STATED_MIN_M, _STATED_MAX_M = 0.02, 30.0


def default_size(asset: Asset) -> Vec3:
    """Return width, depth and height [m].

    Three lengths in the name are taken as they are, one is taken as the largest, and without any
    it is the usual size of the category.
    """
    categories = load_nouns().categories
    usual = categories.get(asset.category, categories[OBJECT_CATEGORY]).size_m
    stated = tuple(
        length for length in parse_size(asset.name) if _STATED_MIN_M <= length <= _STATED_MAX_M
    )
    if len(stated) == 3:
        usual = (stated[0], stated[1], stated[2])
    elif len(stated) == 1:
        factor = stated[0] / max(usual)
        usual = (usual[0] * factor, usual[1] * factor, usual[2] * factor)
    return Vec3(x=quantize(usual[0]), y=quantize(usual[1]), z=quantize(usual[2]))


def make_default_measure(asset: Asset) -> AssetMeasure:
    """Return a measure that says it is none: the default size, standing on its origin."""
    return AssetMeasure(
        asset_id=asset.asset_id,
        is_measured=False,
        size_m=default_size(asset),
        origin_m=Vec3(x=0.0, y=0.0, z=0.0),
        surface_m=None,
        up_axis="Z",
        meters_per_unit=1.0,
        front_yaw_deg=0.0,
        default_prim=None,
        triangle_count=0,
    )
