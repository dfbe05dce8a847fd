"""What the catalog says about assets: identity, words, real size, where the file is.

Values and the Protocols only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.units import Vec3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.issue import Issue

__all__ = [
    "Asset",
    "AssetMeasure",
    "AssetResolver",
    "Availability",
    "AvailabilityEntry",
    "Catalog",
    "Hit",
    "SearchResult",
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


class Hit(_Model):
    """One search result."""

    asset: Asset
    score: float = Field(description="Higher is better; comparable within one result only.")


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
        description="Distinct placeable objects that match, best first."
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

    def search(self, query: str, *, limit: int = 10) -> SearchResult:
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
