"""Packing: blocks of furniture on the floor, in lines from the back of the room to the front.

Layout frame, metres.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.layout.box import CLEARANCE_M, Box
from clappper.core.layout.candidates import WALL_CLEARANCE_M
from clappper.core.layout.cluster import Cluster, is_like_any
from clappper.core.layout.space import Space

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Sequence

    from clappper.core.layout.arrangement import Block
    from clappper.core.layout.models import Room
    from clappper.core.layout.room import RoomDefault

__all__ = ["Floor", "pack_blocks", "pack_tightly", "place_first_fit"]


#: Floor that loose things get, as a multiple of what they and a metre around them take.
_LOOSE_ROOM = 1.6
#: From so many on they are placed one after the other, never going back.
_MANY = 40
#: Places of a room that are tried for a block that does not fit its line.
_DRAWS = 60


@dataclass(frozen=True)
class Floor:
    """Width and depth [m] the request wants, and the free depth at the south side."""

    width_m: float
    depth_m: float
    apron_m: float

    @classmethod
    def fit(
        cls,
        default: RoomDefault,
        blocks: Sequence[Block],
        *,
        loose_area_m2: float,
        growth: float,
        fixed: tuple[float, float] | None,
    ) -> Floor:
        """Return a floor that holds the blocks in lines, a strip for loose things, and passages.

        ``fixed`` is the user's own width and depth [m]; ``growth`` scales everything else.
        """
        if fixed is not None:
            return cls(fixed[0], fixed[1], min(default.apron_m, fixed[1] / 3))
        limit = (
            max(default.width_m * 1.5, *(b.width_m for b in blocks), 0.0)
            if blocks
            else default.width_m
        )
        lines = _break_lines(blocks, limit, default.passage_m)
        width = max((_measure_line(line, default.passage_m) for line in lines), default=0.0)
        depth = sum(max(b.depth_m for b in line) for line in lines)
        depth += default.passage_m * max(0, len(lines) - 1)
        # Many loose things spread both ways, not along a corridor.
        spread = math.sqrt(loose_area_m2 * _LOOSE_ROOM)
        width = max(default.width_m, width + 2 * default.margin_m, spread)
        apron = max(default.apron_m, loose_area_m2 * _LOOSE_ROOM / width)
        depth = max(default.depth_m, depth + default.margin_m + apron)
        return cls(width * growth, depth * growth, apron * growth)


def _measure_line(line: Sequence[Block], passage_m: float) -> float:
    return sum(b.width_m for b in line) + passage_m * max(0, len(line) - 1)


def _break_lines(blocks: Sequence[Block], limit_m: float, passage_m: float) -> list[list[Block]]:
    lines: list[list[Block]] = []
    for block in blocks:
        if lines and _measure_line([*lines[-1], block], passage_m) <= limit_m + 1e-9:
            lines[-1].append(block)
        else:
            lines.append([block])
    return lines


def pack_blocks(
    space: Space,
    choices: Sequence[tuple[Block, Callable[[], Iterable[Block]]]],
    default: RoomDefault,
    rng: random.Random,
    *,
    is_centered: bool,
) -> int:
    """Place blocks in lines from the back; return how many lost their pattern.

    One that does not fit there is tried elsewhere, then as the other patterns that come with it,
    then piece by piece, unless floor is kept free in it.
    """
    if not choices:
        return 0
    spares = {id(block): others for block, others in choices}
    blocks = [block for block, _ in choices]
    broken = 0
    size = space.room.size_m
    lines = _break_lines(blocks, size.x - 2 * default.margin_m, default.passage_m)
    total = sum(max(b.depth_m for b in line) for line in lines) + default.passage_m * (
        len(lines) - 1
    )
    back = max((b.half_y * 2 for b in space.keep_clear if b.y > 0), default=0.0)
    y = total / 2 if is_centered else _choose_back(size.y, total, default, back)
    for line in lines:
        x = -_measure_line(line, default.passage_m) / 2
        depth = max(b.depth_m for b in line)
        for block in line:
            at = x + block.width_m / 2, y - depth / 2
            others = spares[id(block)]
            is_placed = is_centered and any(
                _place_in_middle(space, b, at) for b in itertools.chain([block], others())
            )
            broken += not (is_placed or _place(space, block, others, at, rng))
            x += block.width_m + default.passage_m
        y -= depth + default.passage_m
    return broken


def _place_in_middle(space: Space, block: Block, at: tuple[float, float]) -> bool:
    """Place a block so that the middle of its things, not of what is beside them, is at a point."""
    middle = block.compute_middle()
    return _place_at(space, block, at[0] - middle[0], at[1] - middle[1])


def _choose_back(
    room_depth_m: float, total_m: float, default: RoomDefault, occupied_m: float
) -> float:
    """Return the y [m] of the first line's back edge: in the middle of what the apron leaves."""
    free = room_depth_m - default.apron_m - occupied_m
    slack = max(0.0, (free - total_m) / 2)
    return (
        room_depth_m / 2
        - occupied_m
        - min(max(slack, min(default.margin_m, max(slack, 0.06))), slack + 1.0)
    )


def _place(
    space: Space,
    block: Block,
    spares: Callable[[], Iterable[Block]],
    preferred: tuple[float, float],
    rng: random.Random,
) -> bool:
    """Place a block, a spare or the clusters one by one; return whether a pattern was kept."""
    if any(_place_whole(space, b, preferred, rng) for b in itertools.chain([block], spares())):
        return True
    if not block.keep_clear:
        # Aisles are worth more than what would stand in them.
        place_first_fit(space, block.clusters)
    return len(block.clusters) == 1


def _place_whole(
    space: Space, block: Block, preferred: tuple[float, float], rng: random.Random
) -> bool:
    size = space.room.size_m
    tries = [preferred]
    reach_x = size.x - block.width_m - 0.1
    reach_y = size.y - block.depth_m - 0.1
    draws = _DRAWS if min(reach_x, reach_y) > -0.05 else 0
    tries += [
        ((rng.random() - 0.5) * max(0.0, reach_x), (rng.random() - 0.5) * max(0.0, reach_y))
        for _ in range(draws)
    ]
    return any(_place_at(space, block, x, y) for x, y in tries)


def _place_at(space: Space, block: Block, x: float, y: float) -> bool:
    moved = [c.move(x, y) for c in block.clusters]
    if not all(space.fits(c) for c in moved):
        return False
    for cluster in moved:
        space.add(cluster)
    space.aisles.extend(
        Box(b.x + x, b.y + y, b.half_x, b.half_y, b.yaw_deg, b.z_min, b.z_max)
        for b in block.keep_clear
    )
    return True


def place_first_fit(
    space: Space,
    clusters: Sequence[Cluster],
    yaws_deg: Sequence[float] = (0.0, 90.0),
    *,
    tries: int | None = None,
) -> list[Cluster]:
    """Place clusters against walls and what stands there; return those that found no place.

    Columns are tried from the west, each of them from the north, so many places at most for each.
    Of many that are alike the next begins where the last one was placed: before that all is full.
    """
    left: list[Cluster] = []
    starts: dict[tuple[str, ...], tuple[float, float]] = {}
    for cluster in clusters:
        kind = tuple(m.footprint.asset_id for m in cluster.members)
        start = starts.get(kind) if len(clusters) > _MANY else None
        at = None
        if not is_like_any(cluster, left):
            at = _place_first(space, cluster, yaws_deg, start=start, tries=tries)
        if at is None:
            left.append(cluster)
        else:
            starts[kind] = at
    return left


def _place_first(
    space: Space,
    cluster: Cluster,
    yaws_deg: Sequence[float],
    *,
    start: tuple[float, float] | None,
    tries: int | None,
) -> tuple[float, float] | None:
    """Place a cluster in the first corner it fits; return the corner: its west, minus its north."""
    half_x, half_y = space.room.size_m.x / 2, space.room.size_m.y / 2
    # A hair more than the distance to keep, so that rounding cannot undercut it.
    gap = CLEARANCE_M + 1e-4
    bounds = [b.compute_bounds() for b in space.get_all_boxes()]
    west = sorted({WALL_CLEARANCE_M - half_x, *(b[2] + gap for b in bounds if abs(b[2]) < half_x)})
    north = sorted({WALL_CLEARANCE_M - half_y, *(gap - b[1] for b in bounds if abs(b[1]) < half_y)})
    turned = [cluster.move(0.0, 0.0, yaw) for yaw in yaws_deg]
    corners = [(c.compute_bounds()[0], c.compute_bounds()[3]) for c in turned]
    places = (at for at in itertools.product(west, north) if start is None or at > start)
    for x, y in itertools.islice(places, tries):
        for at_origin, (x_min, y_max) in zip(turned, corners, strict=True):
            moved = at_origin.move(x - x_min, -y - y_max)
            if space.fits(moved):
                space.add(moved)
                return x, y
    return None


def pack_tightly(room: Room, clusters: Sequence[Cluster]) -> Space:
    """Return a space with as many loose clusters as a few simple patterns fit into a small room."""
    best = Space(room)
    count = len(clusters)
    for straight in sorted({0, count, *range(1, min(count, 9))}):
        space = Space(room)
        place_first_fit(space, clusters[:straight])
        place_first_fit(space, clusters[straight:], (90.0, 0.0))
        if len(space.members) > len(best.members):
            best = space
        if len(best.members) == sum(len(c.members) for c in clusters):
            break
    return best
