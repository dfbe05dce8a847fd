"""Placements: where every instance stands, in the layout frame. Values only."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.catalog.models import Part, Shelf
from clappper.core.issue import Issue
from clappper.core.units import Vec3

__all__ = [
    "FILM_BACK_MM",
    "CameraPath",
    "CameraPose",
    "FloorLine",
    "Footprint",
    "Opening",
    "Placement",
    "Placements",
    "Room",
    "Wall",
]

#: Width of the film back [mm]; focal lengths are meant for it.
FILM_BACK_MM = 36.0

Wall = Literal["north", "south", "east", "west"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Footprint(_Model):
    """An asset's box as the solver sees it.

    It faces -Y at yaw 0 and stands on z = 0 at its footprint centre.
    """

    asset_id: str
    noun: str
    category: str
    width_m: float = Field(description="Extent along x at yaw 0 [m].", gt=0.0)
    depth_m: float = Field(description="Extent along y at yaw 0 [m].", gt=0.0)
    height_m: float = Field(gt=0.0)
    surface_m: float | None = Field(
        description="Height of a level top others can stand on [m], or null."
    )
    parts: tuple[Part, ...] = Field(
        default=(), description="Boxes that cover it where it is hollow; empty: the whole box."
    )
    shelves: tuple[Shelf, ...] = Field(
        default=(), description="Level surfaces with room above them, the lowest first."
    )


class Opening(_Model):
    """A hole in a wall that a door or window stands in."""

    id: str = Field(
        description="Placement id of what stands in it, or an id of the environment's own."
    )
    wall: Wall
    center_m: float = Field(
        description="Along the wall: x on north and south, y on east and west [m, layout frame]."
    )
    width_m: float = Field(gt=0.0)
    sill_m: float = Field(description="Lower edge above the floor [m]; 0 for a door.", ge=0.0)
    height_m: float = Field(gt=0.0)
    kind: Literal["door", "window"]


class Room(_Model):
    """The inner volume: x in [-size.x/2, size.x/2], y alike, z in [0, size.z].

    North is +Y, east is +X.
    """

    kind: str
    size_m: Vec3
    walls: tuple[Wall, ...]
    has_ceiling: bool
    wall_thickness_m: float = Field(ge=0.0)
    openings: tuple[Opening, ...]


class Placement(_Model):
    """One instance.

    ``translation_m`` is where its footprint centre stands on its support, not its pivot.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    item: str
    asset_id: str
    translation_m: Vec3 = Field(description="Layout frame [m].")
    yaw_deg: float = Field(
        description="Counter-clockwise seen from above [deg, 0 to 360).", ge=0.0, lt=360.0
    )
    support: str = Field(description="Placement id it rests on, or floor, or wall.")
    locked: bool = False


class Placements(_Model):
    """A solved layout; deterministic for (plan, catalog, seed)."""

    schema_version: Literal[1] = 1
    seed: int
    room: Room
    placements: tuple[Placement, ...]
    violations: tuple[Issue, ...]


class CameraPose(_Model):
    """Where the camera stands and looks, layout frame."""

    eye: tuple[float, float, float] = Field(description="x, y, z [m].")
    heading_deg: float = Field(description="Counter-clockwise from +Y, seen from above.")
    pitch_deg: float = Field(description="Up from the horizon.")


class CameraPath(_Model):
    """A move from a first to a last pose at constant speed, and the lens.

    With a pivot the camera turns about the vertical through it by ``turn_deg`` from ``first``;
    ``last`` is then where that ends. A still camera has equal poses.
    """

    focal_length_mm: float = Field(description="For a film back of FILM_BACK_MM.", gt=0.0)
    first: CameraPose
    last: CameraPose
    pivot: tuple[float, float, float] | None = Field(description="x, y, z [m, layout frame].")
    turn_deg: float = Field(description="Counter-clockwise seen from above.")

    def compute_middle(self) -> tuple[float, float]:
        """Return x and y [m, layout frame] of the camera at the middle of its move."""
        if self.pivot is None:
            ends = self.first.eye, self.last.eye
            return (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
        turn = math.radians(self.turn_deg / 2)
        dx, dy = self.first.eye[0] - self.pivot[0], self.first.eye[1] - self.pivot[1]
        return (
            self.pivot[0] + math.cos(turn) * dx - math.sin(turn) * dy,
            self.pivot[1] + math.sin(turn) * dx + math.cos(turn) * dy,
        )


class FloorLine(_Model):
    """A line painted on the floor along y [m, layout frame]."""

    x: float
    y_from: float
    y_to: float
