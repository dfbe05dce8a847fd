"""Tells a wrong unit from the size: a chair of 90 m is in centimetres and does not say so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.catalog.language.nouns import OBJECT_CATEGORY, SURROUNDINGS, load_nouns
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from clappper.core.catalog.models import AssetMeasure

__all__ = ["check_plausible"]

#: How many times larger or smaller than usual an asset may be.
_TOLERANCE = 20.0
#: Lengths that files are commonly made in [m].
_UNITS = {
    "millimetres": 0.001,
    "centimetres": 0.01,
    "inches": 0.0254,
    "feet": 0.3048,
    "metres": 1.0,
}


def check_plausible(measure: AssetMeasure, category_name: str) -> list[Issue]:
    """Return a warning when a measured asset is absurdly large or small for its category.

    Changes nothing: the unit is the user's to correct.

    Args:
        measure: Measured asset; the size of one that is not measured is the category's own.
        category_name: Category of the asset's noun. Of ``object``, surroundings and unknown ones
            nothing is expected.
    """
    category = load_nouns().categories.get(category_name)
    if not measure.is_measured or category is None:
        return []
    if category_name == OBJECT_CATEGORY or category_name in SURROUNDINGS:
        return []
    largest, usual = max(measure.size_m.as_tuple()), max(category.size_m)
    if usual / _TOLERANCE <= largest <= usual * _TOLERANCE:
        return []
    unit_name = min(
        _UNITS,
        key=lambda name: abs(math.log(_UNITS[name] * largest / measure.meters_per_unit / usual)),
    )
    unit = _UNITS[unit_name]
    message = (
        f"It is {largest:.3g} m long, a usual {category_name.replace('_', ' ')} {usual:.3g} m: its "
        f"metersPerUnit of {measure.meters_per_unit:.3g} looks wrong."
    )
    hint = f"If it is in {unit_name}, override meters_per_unit with {unit:g}."
    is_better = usual / _TOLERANCE < largest / measure.meters_per_unit * unit < usual * _TOLERANCE
    return [
        Issue(
            code="UNITS",
            severity="warning",
            message=message,
            hint=hint if is_better else "Check the file's unit, or override meters_per_unit.",
        )
    ]
