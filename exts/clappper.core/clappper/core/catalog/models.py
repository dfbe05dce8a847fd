"""What the catalog says about assets: identity, words, real size, where the file is.

Values and the Protocols only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.issue import Issue
from clappper.core.units import Vec3

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Asset",
    "AssetMeasure",
    "AssetResolver",
    "Availability",
    "AvailabilityEntry",
    "Catalog",
    "Hit",
    "MeasureRecord",
    "Part",
    "SearchFilters",
    "SearchResult",
    "Shelf",
    "Wanted",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asset(_Model):
    """One placeable object of the index."""

    asset_id: str
    name: str = Field(description="File stem, as in the index.")
    noun: str = Field(description="Canonical English singular, for example pallet rack.")
    category: str = Field(
        description="Coarse class a default size is known for, for example rack, chair, person."
    )
    pack: str
    asset_path: str = Field(
        description="Path below packs/, with forward slashes: <pack>/.../<name>.usd."
    )
    source_url: str = Field(description="As in the index, for example s3://bucket/key.")
    tags: tuple[str, ...]
    attributes: tuple[str, ...] = Field(
        description="Describing words found in name and tags, for example empty, wooden."
    )
    file_size_mb: float = Field(ge=0.0)


class Part(_Model):
    """One of a few boxes that cover an asset, in its placed frame [m].

    That frame has Z up, the footprint's centre at the origin, the lowest point at z = 0, and the
    asset's front towards -Y.
    """

    x_min: float
    y_min: float
    z_min: float
    x_max: float
    y_max: float
    z_max: float


class Shelf(_Model):
    """A level rectangle of an asset that things can stand on, in its placed frame [m]."""

    z_m: float = Field(description="Height of the surface.")
    clear_m: float | None = Field(description="Free height above all of it; null when open above.")
    x_min: float
    y_min: float
    x_max: float
    y_max: float


class AssetMeasure(_Model):
    """An asset's real size and frame, or a category default when its file cannot be read.

    ``size_m`` and ``origin_m`` are in the layout frame's axes (Z up, metres) after unit and up-axis
    correction, at yaw 0, so that the asset faces -Y. The corrective transform of a placed asset
    moves ``origin_m`` (footprint centre at the lowest point) to the instance's origin.
    """

    asset_id: str
    is_measured: bool = Field(
        description="False: size_m is the category's default and the file was not read."
    )
    size_m: Vec3 = Field(description="Width x, depth y, height z [m] of the bound.")
    origin_m: Vec3 = Field(
        description=(
            "Centre of the footprint at the lowest point, in the asset's corrected frame [m]."
        )
    )
    surface_m: float | None = Field(
        description="Height above the lowest point of a level top others can stand on [m], or null."
    )
    up_axis: Literal["Y", "Z"]
    meters_per_unit: float = Field(gt=0.0)
    front_yaw_deg: float = Field(
        description="Yaw [deg] that turns the asset's own front to -Y; 0 by convention."
    )
    default_prim: str | None = Field(
        description="Name of the default prim, or null when there is none."
    )
    triangle_count: int = Field(ge=0)
    parts: tuple[Part, ...] = Field(
        default=(),
        description="Boxes that cover the asset where it is hollow; empty: its bound is all.",
    )
    shelves: tuple[Shelf, ...] = Field(
        default=(), description="Level surfaces with room above them, the lowest first."
    )
    missing_material_count: int = Field(
        default=0, ge=0, description="Material bindings and material files that lead nowhere."
    )
    is_animated: bool = Field(
        default=False, description="True: something in it changes over time, or it is skinned."
    )


class MeasureRecord(_Model):
    """What measuring one file gave, and of which state of the file that is true."""

    asset_path: str = Field(description="As in Asset.")
    size_bytes: int = Field(ge=0)
    mtime_ns: int = Field(
        description=(
            "Modification time of the file when it was measured [ns]; 0 where its size is enough "
            "to know it, as of files that come with the package."
        )
    )
    measure: AssetMeasure | None = Field(description="Null when the file cannot be used.")
    issues: tuple[Issue, ...] = ()
    unusable: str | None = Field(description="Why the file cannot be used, as a sentence, or null.")


class Hit(_Model):
    """One search result."""

    asset: Asset
    score: float = Field(description="Higher is better; comparable within one result only.")
    size_m: Vec3 | None = Field(
        default=None, description="Width, depth, height [m]: measured, else the category's default."
    )
    is_measured: bool = False
    variants: tuple[str, ...] = Field(
        default=(), description="Ids of the other files of the same object."
    )


class SearchFilters(_Model):
    """What a hit must be, besides matching the words; null does not restrict."""

    pack: str | None = None
    category: str | None = Field(default=None, description="Category or group of categories.")
    min_size_m: float | None = Field(
        default=None, ge=0.0, description="The longest side is at least this [m]."
    )
    max_size_m: float | None = Field(
        default=None, ge=0.0, description="The longest side is at most this [m]."
    )
    placeable_only: bool = Field(
        default=False, description="Leave out whole environments and effects such as smoke."
    )


class SearchResult(_Model):
    """Hits, best first; or none, with the nearest real things instead."""

    query: str
    hits: tuple[Hit, ...]
    suggestions: tuple[Asset, ...] = Field(
        description="Nearest real assets; filled only when there are no hits."
    )


class Wanted(_Model):
    """One noun phrase of a prompt."""

    asked: str = Field(
        description="The user's words without the number, for example industrial shelving."
    )
    noun: str = Field(
        description="Head noun phrase in the singular, for example shelving or meeting table."
    )
    attributes: tuple[str, ...] = Field(description="Adjectives before it, for example industrial.")
    count: int | None = Field(description="How many, or null when the user did not say.")


class AvailabilityEntry(_Model):
    """What there is for one wanted noun."""

    wanted: Wanted
    noun: str | None = Field(
        description="The catalog's canonical noun, or null when it is missing."
    )
    assets: tuple[Asset, ...] = Field(
        description="Distinct placeable objects that match, best first; at most 200 of them."
    )
    count_found: int = Field(
        default=0, ge=0, description="How many distinct placeable objects match in all."
    )
    suggestions: tuple[Asset, ...]


class Availability(_Model):
    """Answer for a whole prompt, with the sentence the user sees."""

    entries: tuple[AvailabilityEntry, ...]
    sentence: str = Field(
        description="For example: Found 3 forklifts, 2 shelving units. Not in the catalog: unicorn."
    )


class Catalog(Protocol):
    """The index a planner may ask. Read-only."""

    @property
    def revision(self) -> str:
        """SHA-256 of what the catalog was made from."""
        ...

    def search(
        self, query: str, *, limit: int = 10, filters: SearchFilters | None = None
    ) -> SearchResult:
        """Return the best matches of a free-text query."""
        ...

    def get(self, asset_ids: Sequence[str]) -> list[Asset]:
        """Return the assets with these ids, in order; unknown ids are left out."""
        ...

    def availability(self, wanted: Sequence[Wanted]) -> Availability:
        """Return what exists for each wanted noun."""
        ...


class AssetResolver(Protocol):
    """Finds an asset's file and its real size."""

    def resolve(self, asset: Asset) -> Path:
        """Return the file.

        Raises:
            AssetUnresolvedError: No root has it.
        """
        ...

    def measure(self, asset: Asset) -> tuple[AssetMeasure, list[Issue]]:
        """Return the real size, or the category's default with an issue.

        The issue is UNMEASURED or ASSET_UNRESOLVED.
        """
        ...
