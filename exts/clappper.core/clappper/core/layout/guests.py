"""Guests: what stands at a side of an instance of another item, composed with it as one piece.

This is how a relation is kept where the free floor beside the others does not hold it: a plant at
the left of every desk in a grid, a person between a rack and a forklift. Works in the host's own
frame: host at the origin, facing -Y, metres.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from clappper.core.layout.cluster import Cluster
from clappper.core.layout.traits import is_person
from clappper.core.units import compute_heading, compute_yaw_deg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from clappper.core.planning.models import Relation, ScenePlan, Side

__all__ = ["has_guests", "seat_guests"]

#: Distance to the host, and how far out a guest may go where that place is taken [m].
_GAP_M: dict[str, tuple[float, float]] = {
    "near": (0.4, 1.0),
    "next_to": (0.1, 0.3),
    "aligned_with": (0.25, 3.0),
    "left_of": (0.25, 3.0),
    "right_of": (0.25, 3.0),
    "behind": (0.25, 3.0),
    "in_front_of": (0.5, 3.5),
}
_SIDES: dict[str, tuple[Side, ...]] = {
    "near": ("right", "left", "back"),
    "next_to": ("right", "left", "back"),
    "aligned_with": ("right", "left"),
    "left_of": ("left",),
    "right_of": ("right",),
    "behind": ("back",),
    "in_front_of": ("front",),
}
_YAW_DEG: dict[Side, float] = {"front": 0.0, "left": 90.0, "back": 180.0, "right": 270.0}
_STEP_M = 0.05
#: Free floor on both sides of what stands between two things [m].
_BETWEEN_M = 0.3
#: Patterns that are worth more than a guest between two of theirs, as is standing by another thing.
_PATTERNS = frozenset({"rows", "grid", "line", "stack", "in_corner", "in_wall"})

_Clusters = dict[str, list[Cluster]]


def has_guests(plan: ScenePlan) -> bool:
    """Whether something is to stand at a side of something else."""
    ids = {item.id for item in plan.items}
    return any(r.verb in (*_SIDES, "between") and r.object in ids for r in plan.relations)


def seat_guests(
    plan: ScenePlan, clusters: _Clusters, relations: Mapping[str, Relation | None]
) -> _Clusters:
    """Return the clusters with guests attached to what they stand by; others stay as they are.

    A guest that is to face something else than its host is left to stand freely, so that it can
    turn.
    """
    result = dict(clusters)
    facings = {r.subject: r.object for r in plan.relations if r.verb == "facing"}
    for item_id, relation in _order_guests(relations):
        host = relation.object or ""
        own = relations.get(host)
        if not result.get(host) or facings.get(item_id, host) != host:
            continue
        if own is not None and own.verb in ("in_corner", "in_wall"):
            continue
        is_at_wall = own is not None and own.verb == "along_wall"
        if relation.verb == "between":
            _seat_between(result, relations, facings, item_id, relation)
            continue
        hosts, left = list(result[host]), []
        for index, guest in enumerate(result[item_id]):
            number = index % len(hosts)
            seated = _seat(
                hosts[number],
                guest,
                relation,
                is_facing=item_id in facings,
                is_at_wall=is_at_wall,
            )
            hosts[number] = seated or hosts[number]
            left += [] if seated else [guest]
        result[host], result[item_id] = hosts, left
    return result


def _order_guests(relations: Mapping[str, Relation | None]) -> list[tuple[str, Relation]]:
    """Return guests and how they stand, those that are hosts themselves after their own guests.

    Where they stand by each other in a circle, one of them is no guest.
    """
    bound: dict[str, Relation] = {}
    for item_id, relation in relations.items():
        if relation is None or relation.verb not in (*_SIDES, "between"):
            continue
        current: str | None = relation.object
        while current in bound:
            current = bound[current].object
        if current != item_id:
            bound[item_id] = relation

    def count_hosts(item_id: str) -> int:
        return 1 + count_hosts(bound[item_id].object or "") if item_id in bound else 0

    # Between two of them comes last: each still has its own guests then.
    return sorted(
        bound.items(), key=lambda entry: (-count_hosts(entry[0]), entry[1].verb == "between")
    )


def _seat(
    host: Cluster, guest: Cluster, relation: Relation, *, is_facing: bool, is_at_wall: bool
) -> Cluster | None:
    """Return the host with a guest at the verb's side, farther out where the place is taken.

    At a wall their backs are in line, elsewhere their middles.
    """
    box = host.anchor.footprint
    sides = [side for side in _choose_sides(relation) if side != "back" or not is_at_wall]
    first, last = _GAP_M[relation.verb]
    if relation.distance_m is not None:
        first, last = min(first, relation.distance_m), min(last, relation.distance_m)
    for gap, side in itertools.product(_count_up(first, last), sides):
        dx, dy = compute_heading(_YAW_DEG[side])
        turns = is_facing or is_person(guest.anchor.footprint.category)
        turned = guest.move(0.0, 0.0, compute_yaw_deg(-dx, -dy) if turns else 0.0)
        x_min, y_min, x_max, y_max = turned.compute_bounds()
        reach = gap + (box.width_m if abs(dx) > 0.5 else box.depth_m) / 2
        # The anchor's middle on the host's middle line; the piece begins at the gap.
        x = dx * reach - (x_min if dx > 0.5 else x_max if dx < -0.5 else 0.0)
        y = dy * reach - (y_min if dy > 0.5 else y_max if dy < -0.5 else 0.0)
        if is_at_wall and abs(dx) > 0.5:
            y = box.depth_m / 2 - y_max
        moved = turned.move(x, y)
        if not host.collides(moved):
            return host.attach(moved)
    return None


def _choose_sides(relation: Relation) -> tuple[Side, ...]:
    if relation.verb in ("near", "next_to") and relation.side in _YAW_DEG:
        return (relation.side,)
    return _SIDES[relation.verb]


def _count_up(first_m: float, last_m: float) -> Iterator[float]:
    return (first_m + i * _STEP_M for i in range(int((last_m - first_m) / _STEP_M + 1e-9) + 1))


def _seat_between(
    clusters: _Clusters,
    relations: Mapping[str, Relation | None],
    facings: Mapping[str, str | None],
    item_id: str,
    relation: Relation,
) -> None:
    """Make pieces of a thing, a guest and another thing, in a line; the others keep their place."""
    one, two = relation.object or "", relation.object2 or relation.object or ""
    if not clusters.get(two) or any(_is_bound(i, relations, facings) for i in {one, two}):
        return
    if one != two and relations.get(two) is not None:
        one, two = two, one
        if relations.get(two) is not None:
            return
    own = relations.get(one)
    is_at_wall = own is not None and own.verb == "along_wall"
    guests = list(clusters[item_id])
    firsts = list(clusters[one])
    seconds = firsts if one == two else list(clusters[two])
    pieces: list[Cluster] = []
    while guests and firsts and seconds and (one != two or len(firsts) > 1):
        host = firsts.pop(0)
        pieces.append(_line_up([host, guests.pop(0), seconds.pop(0)], is_at_wall=is_at_wall))
    clusters[one], clusters[item_id] = [*pieces, *firsts], guests
    if one != two:
        clusters[two] = seconds


def _is_bound(
    item_id: str, relations: Mapping[str, Relation | None], facings: Mapping[str, str | None]
) -> bool:
    relation = relations.get(item_id)
    is_told = relation is not None and relation.verb in (*_PATTERNS, *_SIDES)
    return facings.get(item_id) is not None or is_told


def _line_up(clusters: Sequence[Cluster], *, is_at_wall: bool) -> Cluster:
    """Return clusters from right to left, backs or middles in line, free floor between them."""
    result = clusters[0]
    for cluster in clusters[1:]:
        x = result.compute_bounds()[2] + _BETWEEN_M - cluster.compute_bounds()[0]
        y = result.compute_bounds()[3] - cluster.compute_bounds()[3] if is_at_wall else 0.0
        result = result.attach(cluster.move(x, y))
    return result
