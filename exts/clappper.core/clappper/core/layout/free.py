"""Free placing: clusters that stand at a wall or about the room.

Each takes the best of many fair draws.
"""

from __future__ import annotations

import itertools
import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.layout.best import DRAWS, place_best, prefer_clearance
from clappper.core.layout.box_field import BoxField
from clappper.core.layout.candidates import (
    Pose,
    Region,
    list_wall_places,
    measure_walls_m,
    sample_corner,
    sample_region,
    sample_wall,
)
from clappper.core.layout.cluster import is_like_any
from clappper.core.layout.gaze import choose_yaw, turn_to_each_other
from clappper.core.layout.traits import VEHICLES, is_person

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from clappper.core.layout.box import Box
    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.compose import Group
    from clappper.core.layout.space import Space
    from clappper.core.planning.models import Side

__all__ = [
    "place_in_region",
    "place_on_wall",
]

#: Share of the walls from which on things stand side by side along them.
_FULL = 0.7
#: Things that stand about are farther than this off a common line [m].
_STRAIGHT_M = 0.2
#: Of several the one that is faced is nearer by this [m].
_NEARER_M = 0.25


def place_on_wall(space: Space, group: Group, rng: random.Random) -> list[Cluster]:
    """Place a group's clusters along a wall or in corners; return those that found no place."""
    unplaced: list[Cluster] = []
    relation = group.relation
    side = relation.side if relation else None
    is_corner = relation is not None and relation.verb == "in_corner"
    score = prefer_clearance(space)
    widths = [b[2] - b[0] for b in (c.compute_bounds() for c in group.clusters)]
    is_full = not is_corner and sum(widths) > _FULL * measure_walls_m(space.room, side)
    for index, cluster in enumerate(group.clusters):
        # The next free corner: each is tried for a share of the draws, then to be shared.
        draws = itertools.count(index * DRAWS)

        def draw(
            cluster: Cluster = cluster, draws: Iterator[int] = draws, first: int = index
        ) -> Pose | None:
            if not is_corner:
                return sample_wall(rng, cluster, space.room, side)
            number = next(draws) // DRAWS
            is_shared = number >= first + 4
            return sample_corner(rng, cluster, space.room, number, is_shared=is_shared)

        is_placed = not is_like_any(cluster, unplaced) and (
            (is_full and _place_first(space, cluster, side))
            or place_best(space, cluster, draw, score)
            or (not is_corner and _place_first(space, cluster, side))
        )
        if not is_placed:
            unplaced.append(cluster)
    return unplaced


def _place_first(space: Space, cluster: Cluster, side: Side | None) -> bool:
    """Place a cluster at the first free place along the walls."""
    for pose in list_wall_places(cluster, space.room, side):
        moved = cluster.move(pose.x, pose.y, pose.yaw_deg)
        if space.fits(moved):
            space.add(moved)
            return True
    return False


def place_in_region(
    space: Space, group: Group, rng: random.Random, region: Region
) -> list[Cluster]:
    """Place a group's clusters about a region of the floor; return those that found no place.

    What finds none in the region is tried in the whole room too.
    """
    half = space.room.size_m
    everywhere = Region(-half.x / 2, -half.y / 2, half.x / 2, half.y / 2)
    category = group.clusters[0].anchor.footprint.category
    is_about = group.relation is not None and group.relation.verb == "scatter"
    side = 1.0 if rng.random() < 0.5 else -1.0
    unplaced: list[Cluster] = []
    for index, cluster in enumerate(group.clusters):
        yaw = choose_yaw(space, group, None, rng)
        # Vehicles flank the view to what is behind them; everything else gathers in the middle.
        flank = (0.28, -0.28, 0.44, -0.44)[index % 4] * side
        aside = flank if category in VEHICLES else 0.0
        score = _prefer_place(space, region, aside)

        def draw(area: Region, yaw: Callable[[float, float], float] = yaw) -> Pose:
            return sample_region(rng, area, yaw)

        def is_good(moved: Cluster) -> bool:
            placed = space.get_boxes(group.item.id)
            is_line = is_about and len(placed) == 2 and _is_in_line(placed, moved)
            return not is_line and _has_one_to_face(space, group, moved)

        placed = not is_like_any(cluster, unplaced) and any(
            place_best(space, cluster, partial(draw, area), score, is_good=check)
            for area, check in ((region, is_good), (everywhere, is_good), (everywhere, None))
        )
        if not placed:
            unplaced.append(cluster)
    if is_person(category) and group.facing is None:
        turn_to_each_other(space, group, rng)
    return unplaced


def _is_in_line(placed: Sequence[Box], moved: Cluster) -> bool:
    """Tell whether a third thing stands on the line through the two placed ones."""
    a, b = placed
    x, y = moved.anchor.x, moved.anchor.y
    twice_area = abs((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x))
    longest = max(
        math.hypot(b.x - a.x, b.y - a.y), math.hypot(x - a.x, y - a.y), math.hypot(x - b.x, y - b.y)
    )
    return twice_area < _STRAIGHT_M * longest


def _has_one_to_face(space: Space, group: Group, moved: Cluster) -> bool:
    """Tell whether it is clear which of several a cluster is to face: one is nearer."""
    facing = group.facing
    boxes = space.get_boxes(facing.object) if facing is not None and facing.object else []
    away = sorted(box.compute_distance_m(moved.anchor.x, moved.anchor.y) for box in boxes)
    return len(away) < 2 or away[1] - away[0] > _NEARER_M


def _prefer_place(space: Space, region: Region, aside: float) -> Callable[[Cluster], float]:
    """Return a score: clear of others, near a point of the region, and neither hiding nor hidden.

    Hiding is as seen from the south. ``aside`` shifts the point from the middle, as a share of the
    region's width.
    """
    clearance = prefer_clearance(space)
    subjects = space.compute_subjects()
    standing = BoxField(space.get_all_boxes())
    nothing = np.zeros((1, len(standing.centers)), dtype=bool)
    eye = (0.0, -space.room.size_m.y / 2 + 0.8, 1.6)
    width, depth = region.x_max - region.x_min, region.y_max - region.y_min
    x, y = (region.x_min + region.x_max) / 2 + aside * width, region.y_min + 0.6 * depth

    def score(moved: Cluster) -> float:
        box = moved.compute_boxes()[0]
        away = math.hypot((box.x - x) / max(width, 1e-6), (box.y - y) / max(depth, 1e-6))
        hides = sum(box.compute_ray_entry(eye, point) is not None for point in subjects)
        middle = np.array([(box.x, box.y, (box.z_min + box.z_max) / 2)])
        is_hidden = bool(standing.find_hidden(eye, middle, nothing, reach=1.0)[0])
        return clearance(moved) - 0.9 * away - 2.0 * hides / max(1, len(subjects)) - is_hidden

    return score
