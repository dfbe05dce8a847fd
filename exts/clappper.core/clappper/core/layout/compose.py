"""Compose: the plan's items become clusters; what belongs to an instance is attached to it.

There is no room yet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from clappper.core.issue import Issue
from clappper.core.layout.attach import attach_around, attach_on_top, attach_paired, pile_up
from clappper.core.layout.cluster import Cluster, Member
from clappper.core.layout.guests import seat_guests
from clappper.core.layout.hollow import attach_on_shelves, attach_over, attach_under
from clappper.core.layout.room import get_room_default

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from clappper.core.layout.models import Footprint
    from clappper.core.planning.models import Item, Relation, ScenePlan, Side

__all__ = ["ATTACHING", "Composition", "Group", "attach", "compose"]

#: Verbs by which an instance belongs to another one and moves with it.
ATTACHING = ("on_top_of", "paired_with", "around", "under", "inside")

#: Those by which it stands on, in or under the other one.
_LOADING = ("on_top_of", "under", "inside")

#: How much choice verbs leave that say where something stands to something else; others leave less.
_VAGUENESS: dict[str, int] = {
    **dict.fromkeys(("left_of", "right_of", "in_front_of", "behind"), 1),
    **dict.fromkeys(("across_from", "aligned_with"), 2),
    **{"next_to": 3, "near": 4, "far_from": 5, "scatter": 6},
}
#: Greatest distance of verbs that may come with a side, well within what they mean [m].
_REACHES_M = {"next_to": 0.4, "near": 1.3}

#: Most assets of one item that are looked at for what holds what.
_TESTED = 8
#: Most loads that are tried on one host when it is asked how much it holds.
_MANY = 24
#: What is as low as this blocks no door [m].
_LOW_M = 0.15
#: Piles are no higher than this [m].
_PILE_M = 2.4

_REASONS = {
    "on_top_of": "there is no room left on a level top",
    "under": "there is no room beneath it",
    "inside": "there is no room on a shelf within it",
}


@dataclass(frozen=True)
class Group:
    """All free-standing clusters of one item and the relation that says where they go."""

    item: Item
    clusters: tuple[Cluster, ...]
    relation: Relation | None
    facing: Relation | None


@dataclass
class Composition:
    """Groups in plan order, and what could not be honoured."""

    groups: list[Group] = field(default_factory=list)
    violations: list[Issue] = field(default_factory=list)


def compose(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    rng: random.Random,
    *,
    is_close: bool = False,
) -> Composition:
    """Return the plan's free-standing groups with all that belongs to them attached.

    With ``is_close`` what stands at a side of something is attached as well, at fixed distances.
    """
    result = Composition()
    item_ids = {item.id for item in plan.items}
    relations = {item.id: _choose_relation(plan, item, item_ids) for item in plan.items}
    facings = {r.subject: r for r in plan.relations if r.verb == "facing"}
    usable = _choose_assets(plan, footprints, relations)
    clusters = {item.id: _make_clusters(item, usable[item.id], rng, result) for item in plan.items}
    _pile_up(plan, clusters, relations)
    for item in _order_children_first(plan, relations, item_ids, result):
        relation = relations[item.id]
        if relation is not None and relation.verb in ATTACHING and relation.object in item_ids:
            is_facing = item.id in facings and facings[item.id].object == relation.object
            host = relations[relation.object or ""]
            is_door = host is not None and host.verb == "in_wall"
            _attach_item(result, item, clusters, relation, is_facing=is_facing, is_door=is_door)
    if is_close:
        clusters = seat_guests(plan, clusters, relations)
    for item in plan.items:
        if clusters[item.id]:
            result.groups.append(
                Group(item, tuple(clusters[item.id]), relations[item.id], facings.get(item.id))
            )
    return result


def _pile_up(
    plan: ScenePlan, clusters: dict[str, list[Cluster]], relations: Mapping[str, Relation | None]
) -> None:
    """Put what is to be stacked on piles: others belong to a pile, not to each of its pieces.

    What stands on something is piled up there as well, where it is said how high.
    """
    limit_m = min(_PILE_M, 0.8 * _get_height_m(plan))
    stacks = {r.subject: r for r in plan.relations if r.verb == "stack"}
    for item_id, relation in relations.items():
        if relation is None or item_id not in stacks or not clusters[item_id]:
            continue
        per_pile = stacks[item_id].per_row
        if relation.verb == "stack" or (relation.verb == "on_top_of" and per_pile):
            clusters[item_id] = pile_up(clusters[item_id], limit_m=limit_m, per_pile=per_pile)


def _get_height_m(plan: ScenePlan) -> float:
    environment = plan.environment
    if environment.size_m is not None:
        return environment.size_m.z
    return get_room_default(environment.kind, environment.density).height_m


def _attach_item(
    result: Composition,
    item: Item,
    clusters: dict[str, list[Cluster]],
    relation: Relation,
    *,
    is_facing: bool,
    is_door: bool,
) -> None:
    """Attach an item's clusters to those of its object, in place; tell of those without a place."""
    host = relation.object or ""
    anchors, children = clusters[host], clusters[item.id]
    if not anchors or not children:
        return
    if is_door:
        if not _is_at_door(children, relation):
            return
        relation = relation.model_copy(update={"side": "front"})
    if relation.verb == "under":
        anchors, children = _lay_under(anchors, children)
    clusters[host], clusters[item.id] = attach(anchors, children, relation, is_facing=is_facing)
    if clusters[item.id]:
        result.violations.append(_tell_unattached(item, clusters[item.id], relation))


def _is_at_door(children: Sequence[Cluster], relation: Relation) -> bool:
    """Whether things may lie before a door each: low enough to be driven over."""
    return relation.verb == "paired_with" and all(
        box.z_max < _LOW_M for child in children for box in child.compute_boxes()
    )


def _choose_relation(plan: ScenePlan, item: Item, item_ids: set[str]) -> Relation | None:
    """Return the relation that places an item.

    The one that binds it to another item comes first, then the one that leaves the least choice,
    then the plan's order counts. A side of something and a distance to it make one relation.
    """
    own = [r for r in plan.relations if r.subject == item.id and r.verb != "facing"]
    for relation in own:
        if relation.verb in ATTACHING and relation.object in item_ids:
            return relation
    if not own:
        return None
    chosen = min(own, key=lambda r: _VAGUENESS.get(r.verb, 0))
    reaches = [
        min(r.distance_m or math.inf, _REACHES_M[r.verb])
        for r in own
        if r.verb in _REACHES_M and r.object == chosen.object and r is not chosen
    ]
    if not reaches or chosen.verb not in _VAGUENESS:
        return chosen
    return chosen.model_copy(update={"distance_m": min(*reaches, chosen.distance_m or math.inf)})


def _choose_assets(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    relations: Mapping[str, Relation | None],
) -> dict[str, list[Footprint]]:
    """Return what may be used for each item.

    Where it is to hold more than a mix of its assets does, only those that hold much; and on or in
    something only what goes there.
    """
    usable = {
        item.id: [footprints[a] for a in item.asset_ids if a in footprints] for item in plan.items
    }
    counts = {item.id: item.count for item in plan.items}
    for item_id, relation in relations.items():
        if relation is None or relation.verb not in _LOADING or not usable[item_id]:
            continue
        host = relation.object or ""
        known = usable.get(host, [])[:_TESTED]
        if not known:
            continue
        usable[item_id] = _choose_loads(usable[item_id], known, relation.verb)
        if len(known) < 2:
            continue
        load = max(usable[item_id], key=lambda f: f.width_m * f.depth_m)
        share = min(_MANY, 2 * -(-counts[item_id] // counts[host]))
        room_for = [_count_room(footprint, load, share, relation.verb) for footprint in known]
        # Assets take turns, whichever comes first.
        least = min(_sum_turns(room_for, counts[host]))
        most = max(room_for)
        if most and least < counts[item_id]:
            usable[host] = [
                f for f, count in zip(known, room_for, strict=True) if 2 * count >= most
            ]
    return usable


def _sum_turns(values: Sequence[int], count: int) -> list[int]:
    """Return the sums of so many values taken in turns, for each that may come first."""
    size = len(values)
    return [sum(values[(first + i) % size] for i in range(count)) for first in range(size)]


def _choose_loads(loads: list[Footprint], hosts: Sequence[Footprint], verb: str) -> list[Footprint]:
    """Return those of an item's assets that one of the hosts can hold, all if there is none."""
    if len(loads) < 2:
        return loads
    fitting = [f for f in loads[:_TESTED] if any(_count_room(h, f, 1, verb) for h in hosts)]
    return fitting or loads


@lru_cache(maxsize=1024)
def _count_room(host: Footprint, load: Footprint, count: int, verb: str) -> int:
    """Return how many of so many equal loads a host has room for."""
    loads = [Cluster((Member(f"load_{i}", "load", load),)) for i in range(count)]
    return count - len(_load(Cluster((Member("host", "host", host),)), loads, verb)[1])


def _make_clusters(
    item: Item, known: Sequence[Footprint], rng: random.Random, result: Composition
) -> list[Cluster]:
    if not known:
        result.violations.append(
            Issue(
                code="COUNT_SHORT",
                severity="error",
                message=f"No usable asset for {item.asked}: none of {item.count} placed.",
                hint="Check the asset root, or ask for something else.",
            )
        )
        return []
    start = int(rng.random() * len(known))
    digits = max(2, len(str(item.count)))
    return [
        Cluster(
            (Member(f"{item.id}_{i + 1:0{digits}d}", item.id, known[(start + i) % len(known)]),)
        )
        for i in range(item.count)
    ]


def _order_children_first(
    plan: ScenePlan,
    relations: Mapping[str, Relation | None],
    item_ids: set[str],
    result: Composition,
) -> list[Item]:
    """Return the items so that each comes before what it is attached to.

    A circle is cut and reported.
    """
    order: list[Item] = []
    by_id = {item.id: item for item in plan.items}
    parents = {
        i: r.object
        for i, r in relations.items()
        if r and r.verb in ATTACHING and r.object in item_ids
    }

    def count_ancestors(item_id: str) -> int:
        seen = {item_id}
        depth = 0
        current = parents.get(item_id)
        while current is not None:
            if current in seen:
                del parents[item_id]
                result.violations.append(
                    Issue(
                        code="CONTRADICTION",
                        severity="warning",
                        message=f"{by_id[item_id].asked} cannot rest on or belong to itself "
                        "in a circle; placed freely.",
                    )
                )
                relations[item_id] = None  # type: ignore[index]
                return 0
            seen.add(current)
            depth += 1
            current = parents.get(current)
        return depth

    depths = {item.id: count_ancestors(item.id) for item in plan.items}
    order.extend(sorted(plan.items, key=lambda item: -depths[item.id]))
    return order


def attach(
    anchors: list[Cluster], children: list[Cluster], relation: Relation, *, is_facing: bool
) -> tuple[list[Cluster], list[Cluster]]:
    """Return the anchors with children dealt out evenly, and the children that found no place."""
    left: list[Cluster] = []
    if (
        relation.verb == "paired_with"
        and len(children) > len(anchors)
        and len(children) % len(anchors)
    ):
        # One each; a remainder would make some partner of two and others of one.
        keep = len(children) - len(children) % len(anchors)
        children, left = children[:keep], children[keep:]
    result = []
    for index, anchor in enumerate(anchors):
        own = children[index :: len(anchors)]
        if not own:
            result.append(anchor)
        elif relation.verb in _LOADING:
            loaded, unplaced = _load(anchor, own, relation.verb)
            result.append(loaded)
            left.extend(unplaced)
        else:
            attached = next(
                (
                    a
                    for a in _list_attachments(anchor, own, relation, is_facing)
                    if _is_free(a, anchor)
                ),
                None,
            )
            result.append(attached or anchor)
            left.extend([] if attached else own)
    if relation.verb in _LOADING:
        # What one has no room for another may hold.
        for index, anchor in enumerate(result):
            if left:
                result[index], left = _load(anchor, left, relation.verb)
    return result, left


def _lay_under(hosts: list[Cluster], rugs: list[Cluster]) -> tuple[list[Cluster], list[Cluster]]:
    """Return the hosts, standing on rugs where these are large enough, and the other rugs."""
    laid, left = [], list(rugs)
    for host in hosts:
        over = next(((r, o) for r in left if (o := attach_over(r, host))), None)
        if over is not None:
            left.remove(over[0])
        laid.append(host if over is None else over[1])
    return laid, left


def _load(anchor: Cluster, children: list[Cluster], verb: str) -> tuple[Cluster, list[Cluster]]:
    """Return the anchor with children on, in or under it, and the children that found no place."""
    if verb == "under":
        return attach_under(anchor, children)
    left = children
    if verb == "on_top_of":
        anchor, left = attach_on_top(anchor, children)
    return attach_on_shelves(anchor, left, is_inside=verb == "inside") if left else (anchor, left)


def _list_attachments(
    anchor: Cluster, own: list[Cluster], relation: Relation, is_facing: bool
) -> Iterator[Cluster]:
    """Yield ways to stand around or at an anchor, the one that was asked for first."""
    if relation.verb == "around":
        yield attach_around(anchor, own)
        yield attach_around(anchor, own, is_outer=True)
        return
    yield attach_paired(anchor, own, relation.side, is_facing=is_facing)
    if relation.side is None:
        sides: tuple[Side, ...] = ("right", "left", "front", "back")
        for side in sides:
            yield attach_paired(anchor, own, side, is_facing=is_facing)


def _is_free(attached: Cluster, anchor: Cluster) -> bool:
    """Whether what was added to an anchor keeps clear of what belongs to it already."""
    count = len(anchor.members)
    return not anchor.collides(Cluster(attached.members[count:]))


def _tell_unattached(item: Item, clusters: list[Cluster], relation: Relation) -> Issue:
    reason = _REASONS.get(relation.verb, "each has its own already")
    where = f"{relation.verb.replace('_', ' ')} {relation.object}"
    return Issue(
        code="RELATION_UNMET",
        severity="warning",
        message=f"{len(clusters)} x {item.asked} not {where} but beside: {reason}.",
        hint="Ask for fewer, or for another place.",
    )
