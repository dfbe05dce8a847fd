"""Rooms: usual sizes and walls per environment, growth to fit, openings. Layout frame, metres."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clappper.core.layout.models import Opening, Room, Wall
from clappper.core.planning.models import Density, Environment, Shot, Side
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ALL_WALLS",
    "OPENING_GAP_M",
    "WALL_THICKNESS_M",
    "WALL_YAW_DEG",
    "RoomDefault",
    "build_room",
    "get_room_default",
    "get_spread",
    "is_seen_from_above",
    "to_wall",
]

ALL_WALLS: tuple[Wall, ...] = ("north", "south", "east", "west")

#: Thickness of every built wall [m].
WALL_THICKNESS_M = 0.3

#: Yaw [deg] of something in or at a wall that faces into the room.
WALL_YAW_DEG: dict[Wall, float] = {"north": 0.0, "south": 180.0, "east": 270.0, "west": 90.0}

#: An opening is larger than the door in it by this much on each side and above [m].
OPENING_GAP_M = 0.005


@dataclass(frozen=True)
class RoomDefault:
    """What a kind of place looks like when nothing is said.

    ``width_m, depth_m, height_m`` are least sizes; ``apron_m`` is the free depth kept at the south
    side for the camera and for what moves; ``margin_m`` the passage kept along the walls;
    ``passage_m`` between groups of furniture.
    """

    width_m: float
    depth_m: float
    height_m: float
    walls: tuple[Wall, ...] = ALL_WALLS
    has_ceiling: bool = True
    apron_m: float = 2.0
    margin_m: float = 0.9
    passage_m: float = 1.2
    has_windows: bool = False


_DEFAULTS: dict[str, RoomDefault] = {
    "warehouse": RoomDefault(12.0, 15.0, 5.0, apron_m=8.5, margin_m=1.6, passage_m=3.0),
    "loading_dock": RoomDefault(13.0, 11.0, 4.8, apron_m=7.0, margin_m=1.2, passage_m=2.5),
    "office": RoomDefault(10.0, 8.0, 2.9, apron_m=2.2, passage_m=1.5, has_windows=True),
    "meeting_room": RoomDefault(7.0, 5.5, 2.8, has_windows=True),
    "living_room": RoomDefault(6.5, 5.5, 2.7, has_windows=True),
    "bedroom": RoomDefault(5.0, 4.5, 2.6, apron_m=1.6, has_windows=True),
    "kitchen": RoomDefault(5.0, 4.5, 2.6, apron_m=1.6, has_windows=True),
    "dining_room": RoomDefault(5.5, 5.0, 2.7, apron_m=1.6, has_windows=True),
    "bathroom": RoomDefault(3.6, 3.2, 2.5, apron_m=1.2, margin_m=0.5),
    "shop": RoomDefault(11.0, 9.0, 3.3, apron_m=3.0),
    "yard": RoomDefault(16.0, 16.0, 6.0, walls=(), has_ceiling=False, apron_m=8.0, passage_m=2.0),
    "studio": RoomDefault(10.0, 10.0, 4.0, walls=("north",), has_ceiling=False, apron_m=4.0),
    "open": RoomDefault(20.0, 20.0, 6.0, walls=(), has_ceiling=False, apron_m=6.0, passage_m=2.0),
}

_SPREADS: dict[Density, float] = {"sparse": 1.4, "normal": 1.0, "dense": 0.72}
#: What one person needs to pass [m].
_LEAST_PASSAGE_M = 0.9

_SIDES: dict[Side, Wall] = {
    "back": "north",
    "front": "south",
    "left": "west",
    "right": "east",
    "north": "north",
    "south": "south",
    "west": "west",
    "east": "east",
}


def get_spread(density: Density | None) -> float:
    """Return the factor on distances between things: more where the place is to be sparse."""
    return _SPREADS[density or "normal"]


def get_room_default(kind: str, density: Density | None = None) -> RoomDefault:
    """Return the usual room of an environment kind, wider or tighter as its density says."""
    default, spread = _DEFAULTS[kind], get_spread(density)
    return replace(
        default,
        width_m=default.width_m * math.sqrt(spread),
        depth_m=default.depth_m * math.sqrt(spread),
        passage_m=max(_LEAST_PASSAGE_M, default.passage_m * spread),
    )


def is_seen_from_above(shot: Shot) -> bool:
    """Whether a shot looks in from above, so that the room has no ceiling."""
    return shot in ("overhead", "isometric")


def to_wall(side: Side | None) -> Wall:
    """Return the wall a side names; the room is seen from the south, and no side means the back."""
    return _SIDES[side or "north"]


def build_room(
    environment: Environment,
    *,
    width_m: float,
    depth_m: float,
    height_m: float,
    openings: tuple[Opening, ...],
    needed: Iterable[Wall] = (),
    is_open_top: bool = False,
) -> Room:
    """Return the room: of the user's size where given, else of these sizes [m].

    These are raised to the usual ones of its kind. Walls that are ``needed`` are built whatever the
    place usually has. With an open top it has no ceiling, so that a camera above can look in.
    """
    default = get_room_default(environment.kind, environment.density)
    if environment.size_m is not None:
        size = environment.size_m
    else:
        size = Vec3(
            x=math.ceil(max(width_m, default.width_m) * 10.0 - 1e-6) / 10.0,
            y=math.ceil(max(depth_m, default.depth_m) * 10.0 - 1e-6) / 10.0,
            z=math.ceil(max(height_m, default.height_m) * 10.0 - 1e-6) / 10.0,
        )
    walls = default.walls
    has_ceiling = default.has_ceiling and not is_open_top
    if environment.walls is not None:
        walls = {"all": ALL_WALLS, "back": ("north",), "none": ()}[environment.walls]
        has_ceiling = has_ceiling and environment.walls == "all"
    wanted = {*walls, *needed, *(o.wall for o in openings)}
    walls = tuple(w for w in ALL_WALLS if w in wanted)
    room = Room(
        kind=environment.kind,
        size_m=size,
        walls=walls,
        has_ceiling=has_ceiling,
        wall_thickness_m=WALL_THICKNESS_M,
        openings=openings,
    )
    if default.has_windows and "west" in walls:
        windows = _plan_windows(room, "west")
        room = room.model_copy(update={"openings": (*openings, *windows)})
    return room


def _plan_windows(room: Room, wall: Wall) -> tuple[Opening, ...]:
    """Return a row of equal windows in a wall, none where a door of that wall is."""
    length = room.size_m.x if wall in ("north", "south") else room.size_m.y
    height = min(1.5, room.size_m.z - 1.3)
    if length < 2.0 or height < 0.5:
        return ()
    count = max(1, int((length - 0.6) // 2.2))
    pitch = length / count
    width = min(1.7, pitch - 0.5)
    windows = []
    for index in range(count):
        center = -length / 2 + pitch * (index + 0.5)
        if any(
            o.wall == wall and abs(o.center_m - center) < (o.width_m + width) / 2 + 0.2
            for o in room.openings
        ):
            continue
        windows.append(
            Opening(
                id=f"{wall}_window_{index + 1:02d}",
                wall=wall,
                center_m=quantize(center),
                width_m=quantize(width),
                sill_m=0.9,
                height_m=quantize(height),
                kind="window",
            )
        )
    return tuple(windows)
