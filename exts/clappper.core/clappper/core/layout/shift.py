"""Shift: moves or turns instances of a solved layout, with what belongs to them, as far as it goes.

Everything else keeps its place to the last digit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.layout.cluster import Cluster
from clappper.core.layout.compose import ATTACHING
from clappper.core.layout.space import Space, make_member
from clappper.core.layout.wall_item import compute_door_zones
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clappper.core.layout.cluster import Member
    from clappper.core.layout.models import Footprint, Placement, Placements
    from clappper.core.planning.models import ScenePlan

__all__ = ["Shifted", "find_company", "shift_instances"]

#: Shares of the way that are tried, the whole of it first.
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
#: What belongs to an instance has its centre no farther from its centre than this [m].
_COMPANY_M = 3.5


class Shifted(NamedTuple):
    """A layout after a shift, and how much of the way each instance went, 0 to 1, by its id."""

    placements: Placements
    shares: dict[str, float]


def shift_instances(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    before: Placements,
    ids: Sequence[str],
    *,
    shift_m: tuple[float, float] = (0.0, 0.0),
    turn_deg: float = 0.0,
) -> Shifted:
    """Move and turn instances, each about its own centre and as far as there is room.

    Args:
        plan: Says what belongs to what.
        footprints: Box of each asset by asset id [m].
        before: The layout.
        ids: Placement ids to move, in this order; those in a wall stay.
        shift_m: x and y [m, layout frame].
        turn_deg: Counter-clockwise seen from above [deg].
    """
    poses = {p.id: make_member(p, footprints) for p in before.placements}
    shares: dict[str, float] = {}
    done: set[str] = set()
    for id_ in ids:
        if id_ in done or id_ not in poses or poses[id_].support == "wall":
            continue
        moving = [id_, *find_company(plan, before, id_, but=ids)]
        done.update(moving)
        space = Space(before.room)
        space.keep_clear.extend(compute_door_zones(before.room))
        for other, member in poses.items():
            if other not in moving:
                space.add(Cluster((member,)))
        cluster = Cluster(tuple(poses[i] for i in moving))
        shares[id_], moved = _move_as_far(space, cluster, shift_m, turn_deg)
        poses.update({m.id: m for m in moved.members})
    placements = tuple(
        p if p.id not in done else _replace_pose(p, poses[p.id]) for p in before.placements
    )
    return Shifted(before.model_copy(update={"placements": placements}), shares)


def find_company(
    plan: ScenePlan, layout: Placements, id_: str, *, but: Iterable[str] = ()
) -> list[str]:
    """Return what moves with an instance: what stands on it, and what the plan puts at it.

    Args:
        plan: Its relations say which items belong to which.
        layout: Where everything stands.
        id_: Placement id.
        but: Ids that are left out.
    """
    by_id = {p.id: p for p in layout.placements}
    excluded = {*but, id_}
    company = [
        p.id
        for p in layout.placements
        if p.id not in excluded and _belongs_to(plan, layout, p, by_id[id_])
    ]
    for found in company:  # grows while it is walked
        company.extend(
            p.id
            for p in layout.placements
            if p.support == found and p.id not in company and p.id not in excluded
        )
    return company


def _belongs_to(
    plan: ScenePlan, layout: Placements, placement: Placement, anchor: Placement
) -> bool:
    if placement.support == anchor.id:
        return True
    if placement.support != "floor" or not any(
        r.subject == placement.item and r.object == anchor.item and r.verb in ATTACHING
        for r in plan.relations
    ):
        return False
    near = min(
        (p for p in layout.placements if p.item == anchor.item),
        key=lambda p: _compute_distance(p, placement),
    )
    return near.id == anchor.id and _compute_distance(anchor, placement) <= _COMPANY_M


def _compute_distance(a: Placement, b: Placement) -> float:
    return math.dist(a.translation_m.as_tuple()[:2], b.translation_m.as_tuple()[:2])


def _move_as_far(
    space: Space, cluster: Cluster, shift_m: tuple[float, float], turn_deg: float
) -> tuple[float, Cluster]:
    anchor = cluster.anchor
    at_origin = cluster.move(-anchor.x, -anchor.y)
    for share in _SHARES:
        moved = at_origin.move(0.0, 0.0, turn_deg * share).move(
            anchor.x + shift_m[0] * share, anchor.y + shift_m[1] * share
        )
        if space.fits(moved):
            return share, moved
    return 0.0, cluster


def _replace_pose(placement: Placement, member: Member) -> Placement:
    moved = member.to_placement()
    return placement.model_copy(
        update={
            "translation_m": Vec3(
                x=moved.translation_m.x,
                y=moved.translation_m.y,
                z=quantize(placement.translation_m.z),
            ),
            "yaw_deg": moved.yaw_deg,
        }
    )
