"""PlanEdit: one change to a scene in the user's terms, as rules or a language model write it.

No coordinates. Every field is required and ``null`` where nothing is said, as in ScenePlan.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from clappper.core.planning.models import (
    Density,
    EnvironmentKind,
    ItemId,
    Mood,
    Move,
    Shot,
    Side,
    Verb,
)

__all__ = ["MAX_EDITS", "CameraChange", "EditOp", "PlanEdit", "RoomChange", "Which"]

#: Most edits of one request.
MAX_EDITS = 64

EditOp = Literal[
    "add",
    "remove",
    "set_count",
    "move",
    "rotate",
    "swap",
    "part",
    "relate",
    "unrelate",
    "environment",
    "lighting",
    "camera",
    "seed",
]
Which = Literal[
    "all",
    "nearest",
    "farthest",
    "leftmost",
    "rightmost",
    "frontmost",
    "backmost",
    "middle",
    "first",
    "last",
    "index",
]
#: Fields an operation cannot do without; of names joined by a bar one is enough.
_NEEDED: dict[EditOp, tuple[str, ...]] = {
    "add": ("item", "count"),
    "remove": ("item|noun|which",),
    "set_count": ("item|noun", "count"),
    "move": ("item|noun", "side|object"),
    "rotate": ("item|noun", "yaw_deg|object"),
    "swap": ("item|noun", "asset_ids|object"),
    "part": ("item|noun", "object"),
    "relate": ("item|noun", "relation"),
    "unrelate": ("item|noun",),
    "environment": ("room",),
    "lighting": ("mood",),
    "camera": ("camera",),
    "seed": (),
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoomChange(_Model):
    """What becomes of the place; null leaves a side or a trait as it is."""

    kind: EnvironmentKind | None = Field(description="Another kind of place, or null.")
    width_m: float | None = Field(description="New width [m], or null.", ge=1.0, le=500.0)
    depth_m: float | None = Field(description="New depth [m], or null.", ge=1.0, le=500.0)
    height_m: float | None = Field(description="New height [m], or null.", ge=1.0, le=500.0)
    walls: Literal["all", "back", "none"] | None = Field(
        description="Which walls there are from now on, or null."
    )
    density: Density | None = Field(description="How full the place is, or null.")


class CameraChange(_Model):
    """What becomes of the shot and the film; null leaves it as it is."""

    shot: Shot | None = Field(description="Kind of shot, or null.")
    targets: list[ItemId] | None = Field(
        description="Item ids to look at, empty for everything, or null.", max_length=64
    )
    height_m: float | None = Field(
        description="Camera height above the floor [m], or null.", gt=0.0, le=100.0
    )
    focal_length_mm: float | None = Field(
        description="Focal length [mm, 36 mm film back], or null.", ge=8.0, le=300.0
    )
    move: Move | None = Field(description="Camera move, or null.")
    duration_s: float | None = Field(description="Length of the film [s].", gt=0.0, le=600.0)
    frames: int | None = Field(description="Number of frames, or null.", ge=1, le=20000)
    fps: int | None = Field(description="Frames per second, or null.", ge=1, le=240)
    width: int | None = Field(description="Picture width [pixels], or null.", ge=16, le=8192)
    height: int | None = Field(description="Picture height [pixels], or null.", ge=16, le=8192)


class PlanEdit(_Model):
    """One change. What it does not name keeps its place."""

    op: EditOp = Field(
        description=(
            "add: more of an item, or a new item. remove: take instances away, or what stands on "
            "object. set_count: have so many. move: shift from where it stands. rotate: turn where "
            "it stands. swap: other assets in the same place, or exchange places with object. "
            "part: an item of its own "
            "where it stands, with object as its id. relate: a new place told by a relation. "
            "unrelate: a relation no longer counts. environment, lighting, camera: as "
            "room, mood and camera say. seed: place anew, all or one item."
        )
    )
    item: ItemId | None = Field(
        description=(
            "Item id; with add it may be a new one. Null where noun names several items, and with "
            "remove and which all for everything."
        )
    )
    noun: str | None = Field(
        description=(
            "With add and swap the catalog's noun of a new item; without an item id the noun of "
            "all items that are meant; else null."
        ),
        min_length=1,
        max_length=80,
    )
    asked: str | None = Field(description="The user's words for a new item.", max_length=200)
    count: int | None = Field(
        description="How many: to add, to take, or to have afterwards with set_count.",
        ge=0,
        le=1000,
    )
    asset_ids: list[str] | None = Field(
        description="Asset ids the catalog returned, for a new item or swap.",
        min_length=1,
        max_length=32,
    )
    attributes: list[str] | None = Field(
        description="Adjectives of a new item, or null.", max_length=16
    )
    which: Which | None = Field(
        description=(
            "Which instances, seen from the camera's side in the south; null for any with remove "
            "and for all with other operations."
        )
    )
    index: int | None = Field(
        description="Number of the instance with which index, from 1.", ge=1, le=1000
    )
    of: str | None = Field(
        description="What nearest and farthest are measured from: item id, camera or room.",
        max_length=48,
    )
    relation: Verb | None = Field(
        description=(
            "Relation for add, relate and unrelate; facing for rotate; near or far_from for move "
            "towards or away from object."
        )
    )
    object: str | None = Field(
        description="Item id, room, camera, or null.", min_length=1, max_length=48
    )
    object2: ItemId | None = Field(description="Second item id for between, or null.")
    rows: int | None = Field(description="Number of rows, or null.", ge=1, le=200)
    per_row: int | None = Field(description="Units in a row, or null.", ge=1, le=1000)
    side: Side | None = Field(
        description="Direction of a move, or side of the room or object of a relation, or null."
    )
    distance_m: float | None = Field(
        description="How far, or the distance of a relation [m], or null.", ge=0.0, le=200.0
    )
    yaw_deg: float | None = Field(
        description="Turn, counter-clockwise seen from above [deg], or null.", ge=-360.0, le=360.0
    )
    room: RoomChange | None = Field(description="For environment, else null.")
    camera: CameraChange | None = Field(description="For camera, else null.")
    mood: Mood | None = Field(description="For lighting, else null.")
    seed: int | None = Field(
        description="Which of the possible layouts, or null for the next.", ge=0, lt=10**18
    )

    @model_validator(mode="after")
    def _check_needed(self) -> PlanEdit:
        for names in _NEEDED[self.op]:
            if all(getattr(self, name) is None for name in names.split("|")):
                raise ValueError(f"{self.op}: {' or '.join(names.split('|'))} is missing")
        if self.which == "index" and self.index is None:
            raise ValueError(f"{self.op}: which is index, but index is missing")
        if self.op in ("add", "relate") and self.relation is not None and not self.object:
            raise ValueError(f"{self.op}: the object of {self.relation} is missing")
        return self
