"""The size an asset is taken to have while its file cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.language.name_words import parse_size
from clappper.core.catalog.language.nouns import OBJECT_CATEGORY, load_nouns
from clappper.core.catalog.models import AssetMeasure
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from clappper.core.catalog.models import Asset

__all__ = ["default_size", "find_usual_size", "make_default_measure"]

#: Lengths stated in names are believed between these [m].
_STATED_MIN_M, _STATED_MAX_M = 0.02, 30.0
#: A single length is no size of the whole thing when it is so much smaller or larger than usual.
_FACTOR_LIMIT = 6.0


def default_size(asset: Asset) -> Vec3:
    """Return width, depth and height [m]; see ``find_usual_size``."""
    x, y, z = find_usual_size(asset.name, asset.category)
    return Vec3(x=x, y=y, z=z)


def find_usual_size(name: str, category: str) -> tuple[float, float, float]:
    """Return width, depth and height [m] of what has a name and is of a category.

    Three lengths in the name are taken as they are, two are width and depth, one is taken as the
    largest, and without any it is the usual size of the category.
    """
    categories = load_nouns().categories
    usual = categories.get(category, categories[OBJECT_CATEGORY]).size_m
    stated = tuple(
        length for length in parse_size(name) if _STATED_MIN_M <= length <= _STATED_MAX_M
    )
    if len(stated) == 3:
        usual = (stated[0], stated[1], stated[2])
    elif len(stated) == 2:
        usual = (stated[0], stated[1], usual[2])
    elif len(stated) == 1:
        factor = stated[0] / max(usual)
        if 1.0 / _FACTOR_LIMIT <= factor <= _FACTOR_LIMIT:
            usual = (usual[0] * factor, usual[1] * factor, usual[2] * factor)
    return quantize(usual[0]), quantize(usual[1]), quantize(usual[2])


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
