"""Wall items: doors and windows that were asked for stand in a wall.

The builder cuts the opening. Layout frame, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clappper.core.layout.box import Box
from clappper.core.layout.models import Opening, Wall
from clappper.core.layout.room import ALL_WALLS, OPENING_GAP_M, WALL_YAW_DEG, to_wall
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.compose import Group
    from clappper.core.layout.models import Room

__all__ = ["WallItems", "compute_door_zone", "compute_door_zones", "plan_wall_items"]

#: Depth of floor kept free before a door [m].
DOOR_ZONE_M = 1.6

_RECESS_M = 0.02
_SPACING_M = 0.6
#: Where wall items without a side go, the first that has room for one.
_SPARE_WALLS: tuple[Wall, ...] = ("north", "west", "east", "south")


@dataclass
class WallItems:
    """Placed doors and windows, and what comes of them.

    Their openings, and the floor kept free before them.
    """

    clusters: list[Cluster] = field(default_factory=list)
    openings: tuple[Opening, ...] = ()
    keep_clear: list[Box] = field(default_factory=list)


def plan_wall_items(
    groups: Sequence[Group], *, width_m: float, depth_m: float, height_m: float | None
) -> WallItems:
    """Return all wall items spread evenly along their walls; those that no wall holds are left out.

    The room is of this inner size [m], as high as they need when no height is given. Then it may
    grow; else what the plan gives no side goes to another wall where the back one is full.
    """
    result = WallItems()
    by_wall: dict[Wall, list[Cluster]] = {}
    lengths: dict[Wall, float] = {
        wall: width_m if wall in ("north", "south") else depth_m for wall in ALL_WALLS
    }
    for group in groups:
        side = group.relation.side if group.relation else None
        walls = (to_wall(side),) if side or height_m is None else _SPARE_WALLS
        for cluster in group.clusters:
            if height_m is not None and _compute_top_m(cluster) > height_m:
                continue
            for wall in walls:
                own = [*by_wall.get(wall, ()), cluster]
                used = sum(c.anchor.footprint.width_m + _SPACING_M for c in own)
                if used + _SPACING_M <= lengths[wall]:
                    by_wall[wall] = own
                    break
    openings: list[Opening] = []
    for wall, fitting in by_wall.items():
        length = lengths[wall]
        spare = (length - sum(c.anchor.footprint.width_m for c in fitting)) / (len(fitting) + 1)
        along = -length / 2
        for cluster in fitting:
            box = cluster.anchor.footprint
            along += spare + box.width_m / 2
            half = (width_m / 2, depth_m / 2)
            _place(result, openings, cluster, wall=wall, along_m=along, half=half)
            along += box.width_m / 2
    result.openings = tuple(openings)
    return result


def _get_sill_m(cluster: Cluster) -> float:
    return 0.9 if cluster.anchor.footprint.category == "window" else 0.0


def _compute_top_m(cluster: Cluster) -> float:
    """Return how high the opening for a door or window reaches [m]."""
    return _get_sill_m(cluster) + cluster.anchor.footprint.height_m + 2 * OPENING_GAP_M


def _place(
    result: WallItems,
    openings: list[Opening],
    cluster: Cluster,
    *,
    wall: Wall,
    along_m: float,
    half: tuple[float, float],
) -> None:
    box = cluster.anchor.footprint
    is_window = box.category == "window"
    sill = _get_sill_m(cluster)
    inset = box.depth_m / 2 + _RECESS_M
    position = {
        "north": (along_m, half[1] + inset),
        "south": (along_m, -half[1] - inset),
        "east": (half[0] + inset, along_m),
        "west": (-half[0] - inset, along_m),
    }[wall]
    yaw = WALL_YAW_DEG[wall]
    moved = cluster.move(*position, yaw).lift(sill, "wall")
    result.clusters.append(moved)
    opening = Opening(
        id=cluster.anchor.id,
        wall=wall,
        center_m=quantize(along_m),
        width_m=quantize(box.width_m + 2 * OPENING_GAP_M),
        sill_m=quantize(max(0.0, sill - OPENING_GAP_M)),
        height_m=quantize(box.height_m + (2 if sill else 1) * OPENING_GAP_M),
        kind="window" if is_window else "door",
    )
    openings.append(opening)
    if not is_window:
        result.keep_clear.append(
            compute_door_zone(Vec3(x=2 * half[0], y=2 * half[1], z=0.0), opening)
        )


def compute_door_zones(room: Room) -> list[Box]:
    """Return the floor kept free before the doors of a room."""
    return [compute_door_zone(room.size_m, o) for o in room.openings if o.kind == "door"]


def compute_door_zone(size_m: Vec3, opening: Opening) -> Box:
    """Return the floor kept free before a door of a room; what is as low as a leveller may lie."""
    zone = DOOR_ZONE_M / 2 + 0.005
    x, y = {
        "north": (opening.center_m, size_m.y / 2 - zone),
        "south": (opening.center_m, -size_m.y / 2 + zone),
        "east": (size_m.x / 2 - zone, opening.center_m),
        "west": (-size_m.x / 2 + zone, opening.center_m),
    }[opening.wall]
    half = opening.width_m / 2 - OPENING_GAP_M + 0.1
    return Box(x, y, half, DOOR_ZONE_M / 2, WALL_YAW_DEG[opening.wall], 0.15, 2.2)
