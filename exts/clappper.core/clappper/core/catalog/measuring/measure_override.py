"""What the user knows better than a file: which way an asset faces, its up axis and its unit.

A JSON file, for example ``{"schema_version": 1, "assets": {"Demo/Chairs/*": {"front_yaw_deg": 90},
"Roland": {"up_axis": "Y", "meters_per_unit": 0.01}}}``. Keys are names, or patterns of asset paths.
"""

from __future__ import annotations

import math
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.catalog.models import AssetMeasure, Part, Shelf
from clappper.core.catalog.user_file import read_user_file
from clappper.core.units import Vec3, quantize, wrap_deg

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.core.catalog.models import Asset

__all__ = ["Override", "Overrides", "apply_overrides", "find_overrides", "load_overrides"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Override(_Model):
    """What is set replaces what the file says; null leaves it."""

    front_yaw_deg: float | None = Field(
        default=None,
        ge=-360.0,
        le=360.0,
        description="Yaw [deg] that turns the asset's own front to -Y.",
    )
    up_axis: Literal["Y", "Z"] | None = None
    meters_per_unit: float | None = Field(default=None, ge=1e-6, le=1e4)


class Overrides(_Model):
    """Overrides by asset name or by pattern of the asset path; a later entry wins."""

    schema_version: Literal[1]
    assets: dict[str, Override] = Field(max_length=1000)

    def find(self, asset: Asset) -> Override:
        """Return what holds for one asset, all entries that mean it put together."""
        fields: dict[str, object] = {}
        for key, override in self.assets.items():
            if key == asset.name or fnmatchcase(asset.asset_path, key):
                fields.update(override.model_dump(exclude_none=True))
        return Override.model_validate(fields)


def find_overrides(index_path: Path) -> Overrides | None:
    """Return what stands in ``<index>.overrides.json`` beside an index; None where there is none.

    Raises:
        CatalogError: The file cannot be used.
    """
    path = index_path.with_name(index_path.name + ".overrides.json")
    return load_overrides(path) if path.exists() else None


def load_overrides(path: Path) -> Overrides:
    """Read a file of overrides.

    Raises:
        CatalogError: It cannot be read, is too large, or says something impossible.
    """
    return read_user_file(path, Overrides, what="overrides")


def apply_overrides(measure: AssetMeasure, asset: Asset, overrides: Overrides) -> AssetMeasure:
    """Return the measure as it is with the user's front, up axis and unit.

    A size that was not measured stays: it is the category's and knows no unit. By quarter turns the
    bound stays exact, by others it is that of the turned box. What is level, or hollow, is not
    known any more when another axis is up.
    """
    override = overrides.find(asset)
    if override == Override():
        return measure
    fields: dict[str, object] = {
        **measure.model_dump(),
        **override.model_dump(exclude_none=True),
    }
    if measure.is_measured:
        fields.update(_correct_geometry(measure, override))
    return AssetMeasure.model_validate(fields)


def _correct_geometry(measure: AssetMeasure, override: Override) -> dict[str, object]:
    """Return the fields that hold lengths, corrected."""
    factor = (override.meters_per_unit or measure.meters_per_unit) / measure.meters_per_unit
    old_yaw_deg = measure.front_yaw_deg
    yaw_deg = old_yaw_deg if override.front_yaw_deg is None else override.front_yaw_deg
    low, high = _compute_box(measure)
    low, high = _turn([v * factor for v in low], [v * factor for v in high], -old_yaw_deg)
    is_tipped = override.up_axis not in (None, measure.up_axis)
    if is_tipped:
        low, high = _tip(low, high, override.up_axis)
    low, high = _turn(low, high, yaw_deg)
    surface_m, parts, shelves = measure.surface_m, measure.parts, measure.shelves
    turn_deg = yaw_deg - old_yaw_deg
    return {
        "size_m": _make_vector(*(high[i] - low[i] for i in range(3))),
        "origin_m": _make_vector((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]),
        "surface_m": None if is_tipped or surface_m is None else quantize(surface_m * factor),
        "parts": () if is_tipped else tuple(_correct_part(p, factor, turn_deg) for p in parts),
        # A rectangle turned by less than a quarter is none in the placed frame.
        "shelves": ()
        if is_tipped or turn_deg % 90.0
        else tuple(_correct_shelf(shelf, factor, turn_deg) for shelf in shelves),
    }


def _correct_part(part: Part, factor: float, turn_deg: float) -> Part:
    low, high = _turn(
        [part.x_min * factor, part.y_min * factor, part.z_min * factor],
        [part.x_max * factor, part.y_max * factor, part.z_max * factor],
        turn_deg,
    )
    names = ("x_min", "y_min", "z_min", "x_max", "y_max", "z_max")
    return Part(**dict(zip(names, map(quantize, (*low, *high)), strict=True)))


def _correct_shelf(shelf: Shelf, factor: float, turn_deg: float) -> Shelf:
    low, high = _turn(
        [shelf.x_min * factor, shelf.y_min * factor, shelf.z_m * factor],
        [shelf.x_max * factor, shelf.y_max * factor, shelf.z_m * factor],
        turn_deg,
    )
    return Shelf(
        z_m=quantize(low[2]),
        clear_m=None if shelf.clear_m is None else quantize(shelf.clear_m * factor),
        x_min=quantize(low[0]),
        y_min=quantize(low[1]),
        x_max=quantize(high[0]),
        y_max=quantize(high[1]),
    )


def _compute_box(measure: AssetMeasure) -> tuple[list[float], list[float]]:
    size, origin = measure.size_m, measure.origin_m
    low = [origin.x - size.x / 2, origin.y - size.y / 2, origin.z]
    return low, [origin.x + size.x / 2, origin.y + size.y / 2, origin.z + size.z]


def _turn(low: list[float], high: list[float], yaw_deg: float) -> tuple[list[float], list[float]]:
    """Return the box around a box turned about the origin's vertical, counter-clockwise."""
    if wrap_deg(yaw_deg) == 0.0:
        return low, high
    quarter = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
    yaw = math.radians(yaw_deg)
    cos, sin = quarter.get(wrap_deg(yaw_deg), (math.cos(yaw), math.sin(yaw)))
    corners = [
        (x * cos - y * sin, x * sin + y * cos) for x in (low[0], high[0]) for y in (low[1], high[1])
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return [min(xs), min(ys), low[2]], [max(xs), max(ys), high[2]]


def _tip(
    low: list[float], high: list[float], up_axis: str | None
) -> tuple[list[float], list[float]]:
    """Return the box with the other axis of the file up: Y up is Z up turned by 90 deg about X."""
    if up_axis == "Y":  # (x, y, z) becomes (x, -z, y)
        return [low[0], -high[2], low[1]], [high[0], -low[2], high[1]]
    return [low[0], low[2], -high[1]], [high[0], high[2], -low[1]]


def _make_vector(x: float, y: float, z: float) -> Vec3:
    return Vec3(x=quantize(x), y=quantize(y), z=quantize(z))
