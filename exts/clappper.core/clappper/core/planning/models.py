"""ScenePlan: what a planner may say, and all it may say.

No coordinates, no paths, no code. Every field is required and ``null`` where nothing is said; flat
lists with ids, no unions of models, dicts, tuples or recursion, so that the JSON schema works on
strict endpoints.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from clappper.core.units import Vec3

__all__ = [
    "TOTAL_LIMIT",
    "Camera",
    "Density",
    "Environment",
    "EnvironmentKind",
    "Item",
    "Lighting",
    "Miss",
    "Mood",
    "Move",
    "Output",
    "Relation",
    "Role",
    "ScenePlan",
    "Shot",
    "Side",
    "Verb",
]

EnvironmentKind = Literal[
    "warehouse",
    "loading_dock",
    "office",
    "meeting_room",
    "living_room",
    "bedroom",
    "kitchen",
    "dining_room",
    "bathroom",
    "shop",
    "yard",
    "studio",
    "open",
]
Verb = Literal[
    "rows",
    "grid",
    "line",
    "stack",
    "scatter",
    "around",
    "along_wall",
    "in_corner",
    "centered",
    "near",
    "next_to",
    "across_from",
    "far_from",
    "left_of",
    "right_of",
    "in_front_of",
    "behind",
    "between",
    "facing",
    "on_top_of",
    "under",
    "inside",
    "paired_with",
    "in_wall",
    "aligned_with",
]
#: Most instances of one scene.
TOTAL_LIMIT = 5000

Density = Literal["sparse", "normal", "dense"]
Side = Literal["left", "right", "front", "back", "north", "south", "east", "west"]
Shot = Literal[
    "eye_level", "wide", "close_up", "low", "high", "overhead", "three_quarter", "isometric"
]
Move = Literal["static", "orbit", "dolly_in", "dolly_out", "truck", "crane", "pan", "fly_through"]
Mood = Literal["day", "bright", "soft", "golden_hour", "night", "studio", "industrial"]
Role = Literal["subject", "furniture", "dressing"]
ItemId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Environment(_Model):
    """The place: what kind, how large, which walls."""

    kind: EnvironmentKind = Field(description="Kind of place.")
    size_m: Vec3 | None = Field(
        description=(
            "Inner size x (width), y (depth), z (height) [m], or null for a default that fits."
        )
    )
    walls: Literal["all", "back", "none"] | None = Field(
        description="Which walls are built, or null for the kind's default."
    )
    style: str | None = Field(
        description="Style word of the user, such as modern, or null.", max_length=80
    )
    density: Density | None = Field(description="How full the place is, or null.")

    @model_validator(mode="after")
    def _check_size(self) -> Environment:
        if self.size_m is not None:
            for axis, value in zip("xyz", self.size_m.as_tuple(), strict=True):
                if not 1.0 <= value <= 500.0:
                    raise ValueError(
                        f"size_m.{axis} must be between 1 and 500 metres, got {value:g}"
                    )
        return self


class Item(_Model):
    """One kind of thing that was asked for, with how many of it."""

    id: ItemId = Field(description="Unique id, for example forklift or chair_2.")
    noun: str = Field(
        description="Canonical English singular, the catalog's word.", min_length=1, max_length=80
    )
    asked: str = Field(description="The user's own words.", max_length=200)
    count: int = Field(description="How many, at least 1.", ge=1, le=1000)
    asset_ids: list[str] = Field(
        description="Asset ids the catalog returned; several mean variety.",
        min_length=1,
        max_length=32,
    )
    attributes: list[str] = Field(
        description="Adjectives asked for, such as wooden.", max_length=16
    )
    role: Role = Field(description="subject, furniture or dressing.")


class Relation(_Model):
    """How one item stands to another item, the room or the camera."""

    verb: Verb = Field(description="Closed set of relations; geometry is the solver's business.")
    subject: ItemId = Field(description="Item id that is placed.")
    object: str | None = Field(description="Item id, room, camera, or null.")
    object2: str | None = Field(description="Second item id for between, or null.")
    rows: int | None = Field(description="Number of rows, or null.", ge=1, le=200)
    per_row: int | None = Field(description="Units in a row, or null.", ge=1, le=1000)
    distance_m: float | None = Field(
        description="Distance or aisle width [m], or null.", ge=0.0, le=200.0
    )
    side: Side | None = Field(description="Which side of the object or room, or null.")


class Camera(_Model):
    """The shot by intent; where the camera stands is computed."""

    shot: Shot = Field(description="Kind of shot.")
    targets: list[str] = Field(
        description="Item ids to look at; empty means everything.", max_length=64
    )
    height_m: float | None = Field(
        description="Camera height above the floor [m], or null.", gt=0.0, le=100.0
    )
    focal_length_mm: float | None = Field(
        description="Focal length [mm, 36 mm film back], or null.", ge=8.0, le=300.0
    )
    move: Move = Field(description="Camera move.")
    duration_s: float | None = Field(
        description="Length of the shot [s], or null.", gt=0.0, le=600.0
    )


class Lighting(_Model):
    """Light by mood."""

    mood: Mood | None = Field(description="Mood of the light, or null for the place's default.")


class Output(_Model):
    """Film format, each null for the default."""

    frames: int | None = Field(description="Number of frames, or null.", ge=1, le=20000)
    fps: int | None = Field(description="Frames per second, or null.", ge=1, le=240)
    width: int | None = Field(description="Picture width [pixels], even, or null.", ge=16, le=8192)
    height: int | None = Field(
        description="Picture height [pixels], even, or null.", ge=16, le=8192
    )


class Miss(_Model):
    """Something asked for that the catalog does not have."""

    asked: str = Field(description="The user's words.", max_length=200)
    count: int | None = Field(description="How many were asked, or null.", ge=1)
    suggestions: list[str] = Field(description="Ids of the nearest real assets.", max_length=8)
    action: Literal["omitted", "substituted"] = Field(description="What was done about it.")


class ScenePlan(_Model):
    """A whole scene in the user's terms; the single thing a planner hands on."""

    schema_version: Literal[1]
    title: str = Field(description="Short title.", max_length=120)
    environment: Environment
    items: list[Item] = Field(max_length=64)
    relations: list[Relation] = Field(max_length=256)
    camera: Camera
    lighting: Lighting
    output: Output
    misses: list[Miss] = Field(max_length=64)
    assumptions: list[str] = Field(
        description="Sentences for the user about what was assumed.", max_length=64
    )

    @model_validator(mode="after")
    def _check_total(self) -> ScenePlan:
        total = sum(item.count for item in self.items)
        if total > TOTAL_LIMIT:
            raise ValueError(
                f"items: {total} things are asked for, at most {TOTAL_LIMIT} go into one scene"
            )
        return self

    @model_validator(mode="after")
    def _check_references(self) -> ScenePlan:
        ids = [item.id for item in self.items]
        for repeated in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            raise ValueError(f"items: the id {repeated} is used twice")
        for index, relation in enumerate(self.relations):
            where = f"relations[{index}] ({relation.verb})"
            if relation.subject not in ids:
                raise ValueError(f"{where}: subject {relation.subject} is not an item id")
            for name, value in (("object", relation.object), ("object2", relation.object2)):
                if value is not None and value not in ids and value not in ("room", "camera"):
                    raise ValueError(
                        f"{where}: {name} {value} is neither an item id nor room nor camera"
                    )
            if relation.object == relation.subject and relation.verb != "facing":
                raise ValueError(f"{where}: {relation.subject} cannot stand in relation to itself")
        for target in self.camera.targets:
            if target not in ids:
                raise ValueError(f"camera.targets: {target} is not an item id")
        return self
