"""Placements: where every instance stands, in the layout frame. Values only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.issue import Issue
from clappper.core.units import Vec3

__all__ = ["Footprint", "Opening", "Placement", "Placements", "Room", "Wall"]

Wall = Literal["north", "south", "east", "west"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Footprint(_Model):
    """An asset's box as the solver sees it: faces -Y at yaw 0, stands on z = 0 at its footprint centre."""

    asset_id: str
    noun: str
    category: str
    width_m: float = Field(description="Extent along x at yaw 0 [m].", gt=0.0)
    depth_m: float = Field(description="Extent along y at yaw 0 [m].", gt=0.0)
    height_m: float = Field(gt=0.0)


class Opening(_Model):
    """A hole in a wall that a door or window stands in."""

    id: str = Field(description="Placement id of what stands in it, or an id of the environment's own.")
    wall: Wall
    center_m: float = Field(description="Along the wall: x on north and south, y on east and west [m, layout frame].")
    width_m: float = Field(gt=0.0)
    sill_m: float = Field(description="Lower edge above the floor [m]; 0 for a door.", ge=0.0)
    height_m: float = Field(gt=0.0)
    kind: Literal["door", "window"]


class Room(_Model):
    """The inner volume: x in [-size.x/2, size.x/2], y alike, z in [0, size.z]; north is +Y, east is +X."""

    kind: str
    size_m: Vec3
    walls: tuple[Wall, ...]
    has_ceiling: bool
    wall_thickness_m: float = Field(ge=0.0)
    openings: tuple[Opening, ...]


class Placement(_Model):
    """One instance. ``translation_m`` is where its footprint centre stands on its support, not its pivot."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    item: str
    asset_id: str
    translation_m: Vec3 = Field(description="Layout frame [m].")
    yaw_deg: float = Field(description="Counter-clockwise seen from above [deg, 0 to 360).", ge=0.0, lt=360.0)
    support: str = Field(description="Placement id it rests on, or floor, or wall.")
    locked: bool = False


class Placements(_Model):
    """A solved layout; deterministic for (plan, catalog, seed)."""

    schema_version: Literal[1] = 1
    seed: int
    room: Room
    placements: tuple[Placement, ...]
    violations: tuple[Issue, ...]
