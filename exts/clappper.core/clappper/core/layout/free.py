"""Free placing: clusters that stand by something, at a wall or about the room.

Each takes the best of many fair draws.
"""

from __future__ import annotations

import itertools
import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.layout.box import Box, compute_box_gap_m
from clappper.core.layout.box_field import BoxField
from clappper.core.layout.candidates import (
    Pose,
    Region,
    compute_band_m,
    list_wall_places,
    look_at,
    measure_walls_m,
    sample_beside,
    sample_corner,
    sample_region,
    sample_wall,
)
from clappper.core.layout.cluster import compute_shape_gap_m, is_like_any
from clappper.core.layout.traits import LOOSE, SEATS, SQUARE, VEHICLES, is_person
from clappper.core.units import compute_yaw_deg

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from clappper.core.layout.cluster import Cluster, Member
    from clappper.core.layout.compose import Group
    from clappper.core.layout.space import Space
    from clappper.core.planning.models import Relation, Side

__all__ = [
    "SECTORS",
    "choose_told_yaw",
    "find_sector",
    "is_within",
    "place_beside",
    "place_in_region",
    "place_on_wall",
]

_DRAWS = 48
_ROUNDS = 10
#: Share of the walls from which on things stand side by side along them.
_FULL = 0.7
#: How many of the best draws are looked at closer.
_FEW = 12
#: How far what covers two shapes may be apart, as shares of what a verb allows, by effort.
_SHAPE_SHARES = {"near": (0.6, 0.75, 0.9), "next_to": (0.3, 0.5, 0.8)}
#: Things that stand about are farther than this off a common line [m].
_STRAIGHT_M = 0.2
#: Of several the one that is faced is nearer by this [m].
_NEARER_M = 0.25
#: On which side of its object a verb puts something.
SECTORS: dict[str, Side] = {
    "left_of": "left",
    "right_of": "right",
    "in_front_of": "front",
    "behind": "back",
}
#: Instances of the object that are tried for one cluster.
_TARGETS = 12

#: Distance loose things like to keep to others [m]; less is taken when there is no more.
_COMFORT_M = {"person": 0.45, "forklift": 1.2, "truck": 1.2, "car": 1.2}


def place_on_wall(space: Space, group: Group, rng: random.Random) -> list[Cluster]:
    """Place a group's clusters along a wall or in corners; return those that found no place."""
    unplaced: list[Cluster] = []
    relation = group.relation
    side = relation.side if relation else None
    is_corner = relation is not None and relation.verb == "in_corner"
    score = _prefer_clearance(space)
    widths = [b[2] - b[0] for b in (c.compute_bounds() for c in group.clusters)]
    is_full = not is_corner and sum(widths) > _FULL * measure_walls_m(space.room, side)
    for index, cluster in enumerate(group.clusters):
        # The next free corner: each is tried for a share of the draws, then to be shared.
        draws = itertools.count(index * _DRAWS)

        def draw(
            cluster: Cluster = cluster, draws: Iterator[int] = draws, first: int = index
        ) -> Pose | None:
            if not is_corner:
                return sample_wall(rng, cluster, space.room, side)
            number = next(draws) // _DRAWS
            is_shared = number >= first + 4
            return sample_corner(rng, cluster, space.room, number, is_shared=is_shared)

        is_placed = not is_like_any(cluster, unplaced) and (
            (is_full and _place_first(space, cluster, side))
            or _place_best(space, cluster, draw, score)
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


def place_beside(space: Space, group: Group, rng: random.Random) -> list[Cluster]:
    """Place a group's clusters by the instances of another item; return those that found no place.

    They are dealt out evenly; where an instance has no room beside it, the next one is tried.
    People stand in a group that talks.
    """
    relation = group.relation
    if relation is None or relation.object is None:
        return list(group.clusters)
    targets = space.get_boxes(relation.object)
    bodies = [m for m in space.members if m.item == relation.object]
    others = space.get_boxes(relation.object2) if relation.object2 else targets
    is_people = is_person(group.clusters[0].anchor.footprint.category)
    company: list[Box] = []
    unplaced: list[Cluster] = []
    rounds = max(2, _ROUNDS // len(targets))

    def place(cluster: Cluster, target: Box, effort: int) -> bool:
        other = _choose_other(target, others)
        yaw = _choose_yaw(space, group, target, rng)

        def draw() -> Pose | None:
            if relation.verb == "between" and other is not None:
                return _draw_between(rng, target, other, yaw, effort=effort)
            pose = sample_beside(rng, cluster, target, relation, yaw, effort=effort)
            return pose if pose and _stands_by(cluster, pose, relation, target, targets) else None

        def score(moved: Cluster) -> float:
            nearness = 3.0 if relation.verb == "next_to" else 0.3
            return _score_beside(space, moved, target, tuple(company), nearness)

        def is_good(moved: Cluster) -> bool:
            return is_within(moved, bodies, relation, effort)

        return _place_best(space, cluster, draw, score, rounds=rounds, is_good=is_good)

    for index, cluster in enumerate(group.clusters):
        first = 0 if is_people and company else index % len(targets)
        order = [*targets[first:], *targets[:first]][:_TARGETS]
        if not is_like_any(cluster, unplaced) and any(
            place(cluster, target, effort) for effort in range(3) for target in order
        ):
            company.append(space.get_boxes(group.item.id)[-1])
        else:
            unplaced.append(cluster)
    if is_people and group.facing is None:
        _turn_to_each_other(space, group, rng)
    return unplaced


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
        yaw = _choose_yaw(space, group, None, rng)
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
            _place_best(space, cluster, partial(draw, area), score, is_good=check)
            for area, check in ((region, is_good), (everywhere, is_good), (everywhere, None))
        )
        if not placed:
            unplaced.append(cluster)
    if is_person(category) and group.facing is None:
        _turn_to_each_other(space, group, rng)
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


def _stands_by(
    cluster: Cluster, pose: Pose, relation: Relation, target: Box, targets: Sequence[Box]
) -> bool:
    """Tell whether a pose is by its target and none of the target's kind spoils the relation."""
    box = cluster.move(pose.x, pose.y, pose.yaw_deg).anchor.compute_box()
    if relation.verb in ("far_from", "across_from"):
        low, _ = compute_band_m(relation)
        return all(compute_box_gap_m(box, other, limit_m=low) >= low for other in targets)
    side = SECTORS.get(relation.verb)
    if side is None:
        return True
    gap = compute_box_gap_m(box, target)
    is_nearest = all(
        other is target or compute_box_gap_m(box, other, limit_m=gap + 0.05) >= gap + 0.05
        for other in targets
    )
    return is_nearest and find_sector(box, target) == side


def is_within(
    cluster: Cluster, bodies: Sequence[Member], relation: Relation, effort: int = 2
) -> bool:
    """Tell whether shapes, not only the boxes around them, are as near as the relation wants.

    Surfaces lie farther apart than what covers them.
    """
    if relation.verb not in _SHAPE_SHARES:
        return True
    _, high = compute_band_m(relation)
    limit = high * _SHAPE_SHARES[relation.verb][effort]
    return any(compute_shape_gap_m(cluster.anchor, body, limit_m=limit) <= limit for body in bodies)


def find_sector(box: Box, target: Box) -> Side:
    """Return on which side of a target a box stands; the target's diagonals part the sides."""
    x, y = target.to_local(box.x, box.y)
    # What is thin, such as a door, has sides as well.
    least = max(target.half_x, target.half_y) / 2
    x, y = x / max(target.half_x, least), y / max(target.half_y, least)
    if abs(y) >= abs(x):
        return "front" if y < 0.0 else "back"
    return "left" if x > 0.0 else "right"


def _place_best(
    space: Space,
    cluster: Cluster,
    draw: Callable[[], Pose | None],
    score: Callable[[Cluster], float],
    *,
    rounds: int = _ROUNDS,
    is_good: Callable[[Cluster], bool] | None = None,
) -> bool:
    """Place a cluster at the best of the draws that fit; more rounds only while none fits.

    The best few must pass ``is_good`` as well.
    """
    for _ in range(rounds):
        rated: list[tuple[float, Cluster]] = []
        for _ in range(_DRAWS):
            pose = draw()
            if pose is None:
                continue
            moved = cluster.move(pose.x, pose.y, pose.yaw_deg)
            if not space.fits(moved):
                continue
            rated.append((score(moved), moved))
        rated.sort(key=lambda entry: -entry[0])
        best = next((c for _, c in rated[:_FEW] if is_good is None or is_good(c)), None)
        if best is not None:
            space.add(best)
            return True
    return False


def _prefer_clearance(space: Space) -> Callable[[Cluster], float]:
    """Return a score: 1 where a cluster has all the distance it likes to have."""

    def score(moved: Cluster) -> float:
        comfort = _COMFORT_M.get(moved.anchor.footprint.category, 0.6)
        return space.compute_clearance_m(moved.compute_boxes()[0], limit_m=comfort) / comfort

    return score


def _prefer_place(space: Space, region: Region, aside: float) -> Callable[[Cluster], float]:
    """Return a score: clear of others, near a point of the region, and neither hiding nor hidden.

    Hiding is as seen from the south. ``aside`` shifts the point from the middle, as a share of the
    region's width.
    """
    clearance = _prefer_clearance(space)
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


def _score_beside(
    space: Space, moved: Cluster, target: Box, company: tuple[Box, ...], nearness: float
) -> float:
    box = moved.compute_boxes()[0]
    comfort = _COMFORT_M.get(moved.anchor.footprint.category, 0.4)
    value = space.compute_clearance_m(box, limit_m=comfort) / comfort
    if company:
        x = sum(b.x for b in company) / len(company)
        y = sum(b.y for b in company) / len(company)
        value -= 0.8 * abs(math.hypot(box.x - x, box.y - y) - 1.1)
    # Rather nearer than farther: triangles may lie farther apart than the boxes around them.
    value -= nearness * min(compute_box_gap_m(box, target), 3.0)
    # Before the object as seen from the camera in the south, rather than hidden behind it.
    value += 0.25 * max(-1.0, min(1.0, (target.y - box.y) / 2.0))
    return value


def _choose_other(target: Box, others: Sequence[Box]) -> Box | None:
    """Return the nearest of the others that leaves something to stand between, or the nearest."""
    rest = [b for b in others if b is not target]
    roomy = [b for b in rest if compute_box_gap_m(target, b) > 0.5]
    return min(
        roomy or rest, key=lambda b: math.hypot(b.x - target.x, b.y - target.y), default=None
    )


def _draw_between(
    rng: random.Random, a: Box, b: Box, yaw: Callable[[float, float], float], *, effort: int
) -> Pose:
    span = 0.3 if effort == 0 else 0.6
    share = 0.5 + (rng.random() - 0.5) * span
    x, y = a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)
    length = math.hypot(b.x - a.x, b.y - a.y) or 1.0
    offset = (rng.random() - 0.5) * (0.4 if effort == 0 else 0.9)
    x, y = x - (b.y - a.y) / length * offset, y + (b.x - a.x) / length * offset
    return Pose(x, y, yaw(x, y))


def _choose_yaw(
    space: Space, group: Group, target: Box | None, rng: random.Random
) -> Callable[[float, float], float]:
    """Return how a cluster of this group looks at a place: as told, else as its kind does."""
    told = choose_told_yaw(space, group)
    if told is not None:
        return told
    category = group.clusters[0].anchor.footprint.category
    if group.relation is not None and group.relation.verb == "aligned_with" and target is not None:
        return lambda _x, _y: target.yaw_deg
    if category in VEHICLES:
        # Three quarters towards the camera in the south, now one side, now the other.
        turn = (25.0 + 40.0 * rng.random()) * (1.0 if rng.random() < 0.5 else -1.0)
    elif category in SEATS and target is not None:
        return look_at(target.x, target.y)
    elif is_person(category):
        turn = (rng.random() - 0.5) * 120.0
    elif category in SQUARE:
        turn = (rng.random() - 0.5) * 24.0
    elif category in LOOSE:
        turn = rng.random() * 360.0
    else:
        turn = 0.0
    return lambda _x, _y: turn % 360.0


def choose_told_yaw(space: Space, group: Group) -> Callable[[float, float], float] | None:
    """Return how the plan says the group looks, or None when it says nothing that can be done."""
    facing = group.facing
    if facing is None:
        return None
    if facing.object == "camera":
        return look_at(*(space.eye or (0.0, -space.room.size_m.y / 2)))
    if facing.object == "room" or facing.object is None:
        return look_at(0.0, 0.0)
    boxes = space.get_boxes(facing.object)
    return (lambda x, y: _look_at_nearest(x, y, boxes)) if boxes else None


def _look_at_nearest(x: float, y: float, boxes: list[Box]) -> float:
    box = min(boxes, key=lambda b: b.compute_distance_m(x, y))
    return look_at(box.x, box.y)(x, y)


def _turn_to_each_other(space: Space, group: Group, rng: random.Random) -> None:
    """Turn people who stand close together to the middle of their group, within what fits."""
    boxes = space.get_boxes(group.item.id)
    if len(boxes) < 2:
        return
    x, y = sum(b.x for b in boxes) / len(boxes), sum(b.y for b in boxes) / len(boxes)
    if max(math.hypot(b.x - x, b.y - y) for b in boxes) > 2.5:
        return
    for member in [m for m in space.members if m.item == group.item.id]:
        # Not quite to the middle and a little to the camera in the south: people in talk are seen
        # from the front.
        dx, dy = x - member.x, y - member.y
        length = math.hypot(dx, dy) or 1.0
        yaw = compute_yaw_deg(dx / length, dy / length - 0.45) + (rng.random() - 0.5) * 16.0
        space.turn(member.id, yaw)
