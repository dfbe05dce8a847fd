"""Draft: a layout in the making, what found no place in it, and what there is to say about it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.issue import Issue
from clappper.core.layout.beside import place_beside
from clappper.core.layout.free import place_in_region, place_on_wall
from clappper.core.layout.gaze import choose_told_yaw
from clappper.core.layout.judge import FACING_DEG, Judge
from clappper.core.layout.models import Placements
from clappper.core.layout.packing import place_first_fit
from clappper.core.layout.repair import repair_relations
from clappper.core.layout.roles import is_at_wall, is_beside, is_scattered
from clappper.core.layout.shot import compute_viewpoint
from clappper.core.units import compute_heading, compute_yaw_deg, wrap_turn_deg

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from clappper.core.layout.cluster import Cluster, Member
    from clappper.core.layout.compose import Group
    from clappper.core.layout.models import Footprint
    from clappper.core.layout.space import Space
    from clappper.core.planning.models import Item, Relation, ScenePlan

__all__ = ["Draft"]

#: Most rounds of turning things to the camera.
_TURNS = 5
#: Steps aside that are tried where there is no room to turn [m], the shortest first.
_SHIFTS_M = [
    (reach * math.cos(math.radians(angle)), reach * math.sin(math.radians(angle)))
    for reach, angles in ((0.0, (0,)), (0.4, range(0, 360, 45)), (0.9, range(0, 360, 30)))
    for angle in angles
]
#: What looks past the camera by no more is not turned once others stand by it [deg].
_STILL_DEG = 20.0
#: Places that are tried for each that is squeezed in.
_SQUEEZE_TRIES = 4000


class Draft:
    """Places what stands freely into a space, and turns the space into placements."""

    def __init__(
        self, plan: ScenePlan, space: Space, rng: random.Random, violations: Sequence[Issue]
    ) -> None:
        self.space = space
        #: How many clusters stand elsewhere than the plan wants them.
        self.elsewhere = 0
        self._plan = plan
        self._rng = rng
        self._violations = list(violations)
        self._homeless: list[tuple[Group, list[Cluster]]] = []

    def place_at_walls(self, groups: Sequence[Group]) -> None:
        """Place groups in corners and along walls; there are more walls than corners."""
        at_wall = [g for g in groups if is_at_wall(g)]
        at_wall.sort(key=lambda g: g.relation is None or g.relation.verb != "in_corner")
        for group in at_wall:
            self._homeless.append((group, place_on_wall(self.space, group, self._rng)))

    def place_loose(self, groups: Sequence[Group], *, apron_m: float) -> None:
        """Place groups beside others and about the floor; blocks and walls are done.

        What others stand by comes before them, what nobody refers to comes last, and at the very
        end what found no place where the plan wants it.
        """
        related = [g for g in groups if is_beside(g, self._plan)]
        scattered = [g for g in groups if is_scattered(g, self._plan)]
        anchors = {
            o for g in related if g.relation for o in (g.relation.object, g.relation.object2)
        }
        self.scatter([g for g in scattered if g.item.id in anchors], apron_m=apron_m)
        self._place_related(related)
        self.scatter([g for g in scattered if g.item.id not in anchors], apron_m=apron_m)
        self._place_homeless()

    def scatter(self, groups: Sequence[Group], *, apron_m: float) -> None:
        """Place groups about the floor that no block is built upon, else anywhere."""
        for group in groups:
            region = self.space.compute_open_region(apron_m)
            self._squeeze(place_in_region(self.space, group, self._rng, region))

    def turn_to_camera(self, groups: Sequence[Group], *, within_deg: float = 0.0) -> None:
        """Turn what is to face the camera towards where the camera will be, within what fits.

        What looks past it by no more than ``within_deg`` stays. The space then knows where the
        camera is in the middle of the shot.
        """
        items = {g.item.id for g in groups if g.facing and g.facing.object == "camera"}
        if not items or not self.space.members:
            return
        eye = self._find_eye()
        # Turned things leave the camera another view, so that it may stand elsewhere.
        for _ in range(_TURNS):
            for member in [m for m in self.space.members if m.item in items]:
                if _compute_turn_deg(member, eye) > within_deg:
                    self._turn_towards(member, eye)
            last, eye = eye, self._find_eye()
            if math.dist(eye, last) < 0.1:
                break
        self.space.eye = eye

    def _find_eye(self) -> tuple[float, float]:
        boxes = {i.id: self.space.get_boxes(i.id) for i in self._plan.items}
        return compute_viewpoint(self._plan, self.space.room, boxes)

    def _turn_towards(self, member: Member, eye: tuple[float, float]) -> None:
        """Turn an instance to a point, aside or a step away where others are in the way."""
        for shift in _SHIFTS_M:
            x, y = member.x + shift[0], member.y + shift[1]
            yaw = compute_yaw_deg(eye[0] - x, eye[1] - y)
            for turn in (0.0, 8.0, -8.0, 16.0, -16.0, 24.0, -24.0):
                if self.space.turn(member.id, yaw + turn, shift):
                    return

    def turn_as_told(self, groups: Sequence[Group]) -> None:
        """Turn what found its place in a hurry to what it is to face, within what fits."""
        for group in groups:
            for member, yaw in self._list_averted(group):
                dx, dy = compute_heading(yaw)
                self._turn_towards(member, (member.x + dx, member.y + dy))

    def repair(self, groups: Sequence[Group]) -> None:
        """Move what does not stand as the plan wants it, and turn to the camera what that changed.

        Afterwards ``elsewhere`` counts all that stands otherwise.
        """
        judge = Judge(self._plan, self.space)
        if repair_relations(self.space, groups, judge, self._rng):
            self.turn_to_camera(groups, within_deg=_STILL_DEG)
        self.elsewhere += sum(len(judge.list_unmet(item.id)) for item in self._plan.items)

    def _list_averted(self, group: Group) -> list[tuple[Member, float]]:
        """Return who does not look where the plan says, and the yaw they should have [deg].

        The camera and their like are others' business.
        """
        told = choose_told_yaw(self.space, group)
        facing = group.facing
        if told is None or facing is None or facing.object in ("camera", group.item.id):
            return []
        return [
            (m, told(m.x, m.y))
            for m in self.space.members
            if m.item == group.item.id
            and _compute_angle_deg(m.yaw_deg, told(m.x, m.y)) > FACING_DEG
        ]

    def finish(self, groups: Sequence[Group], *, seed: int) -> Placements:
        """Return the placements, with violations for what is elsewhere or was left out."""
        violations = [*self._violations, *self._tell_unmet(), *self._tell_missing(groups)]
        order = {item.id: index for index, item in enumerate(self._plan.items)}
        placements = sorted(
            (m.to_placement() for m in self.space.members), key=lambda p: (order[p.item], p.id)
        )
        return Placements(
            seed=seed,
            room=self.space.room,
            placements=tuple(placements),
            violations=tuple(violations),
        )

    def _place_related(self, groups: Sequence[Group]) -> None:
        """Place what stands by something, in the order in which its objects get placed."""
        waiting = list(groups)
        between = [r for r in self._plan.relations if r.verb == "between"]
        parted = {r.object for r in between if r.object2 in (None, r.object)}
        while waiting:
            ready = [g for g in waiting if g.relation and self._is_placed(g.relation.object)]
            group = ready[0] if ready else waiting[0]
            waiting.remove(group)
            left = list(group.clusters)
            if ready:
                is_parted = group.item.id in parted
                left = place_beside(self.space, group, self._rng, is_parted=is_parted)
            self._homeless.append((group, left))

    def _is_placed(self, item_id: str | None) -> bool:
        return item_id is not None and bool(self.space.get_boxes(item_id))

    def _place_homeless(self) -> None:
        region = self.space.compute_open_region(0.0)
        for group, clusters in self._homeless:
            if not clusters:
                continue
            rest = replace(group, clusters=tuple(clusters))
            left = self._squeeze(place_in_region(self.space, rest, self._rng, region))
            count = len(clusters) - len(left)
            if count and group.relation is not None and not Judge.can_tell(group.relation.verb):
                self.elsewhere += count
                self._violations.append(_tell_elsewhere(group.item, group.relation, count))
        self._homeless.clear()

    def _squeeze(self, clusters: Sequence[Cluster]) -> list[Cluster]:
        """Place what is left against walls and others, in a room that cannot grow."""
        if self._plan.environment.size_m is None:
            return list(clusters)
        return place_first_fit(self.space, clusters, tries=_SQUEEZE_TRIES)

    def count_missing(self) -> Counter[str]:
        """Return how many instances found no place, by item id."""
        wanted = Counter({item.id: item.count for item in self._plan.items})
        return wanted - Counter(m.item for m in self.space.members)

    def _tell_unmet(self) -> list[Issue]:
        """Return a violation for each relation that some instances do not keep."""
        judge = Judge(self._plan, self.space)
        unmet: list[Issue] = []
        for item in self._plan.items:
            failing = judge.list_unmet(item.id)
            for relation in judge.get_relations(item.id):
                count = sum(one is relation for one, _ in failing)
                if count:
                    unmet.append(_tell_elsewhere(item, relation, count))
        return unmet

    def _tell_missing(self, groups: Sequence[Group]) -> list[Issue]:
        """Return a violation for each item that is not there in full; none without an asset."""
        footprints = {m.item: m.footprint for g in groups for c in g.clusters for m in c.members}
        missing = self.count_missing()
        return [
            _tell_short(item, footprints[item.id], missing[item.id], self.space)
            for item in self._plan.items
            if missing[item.id] and item.id in footprints
        ]


def _compute_turn_deg(member: Member, eye: tuple[float, float]) -> float:
    """Return the angle between where an instance looks and a point [deg]."""
    return _compute_angle_deg(member.yaw_deg, compute_yaw_deg(eye[0] - member.x, eye[1] - member.y))


def _compute_angle_deg(one_deg: float, other_deg: float) -> float:
    return abs(wrap_turn_deg(one_deg - other_deg))


def _tell_short(item: Item, box: Footprint, missing: int, space: Space) -> Issue:
    size = space.room.size_m
    what, where = f"{box.width_m:.1f} x {box.depth_m:.1f} m", f"{size.x:g} x {size.y:g} m"
    if not space.is_low_enough(box.height_m):
        what, where = f"{box.height_m:.1f} m height", f"a height of {size.z:g} m"
    count = item.count - missing
    return Issue(
        code="COUNT_SHORT",
        severity="error",
        message=f"{item.count} x {item.asked} of {what} do not fit {where}: {count} placed.",
        hint="Ask for fewer, or for a larger room.",
    )


def _tell_elsewhere(item: Item, relation: Relation, count: int) -> Issue:
    verb = relation.verb.replace("_", " ")
    target = f" {relation.object}" if relation.object not in (None, "room") else ""
    instead = "turned otherwise" if relation.verb == "facing" else "placed elsewhere"
    return Issue(
        code="RELATION_UNMET",
        severity="warning",
        message=f"{count} x {item.asked} found no room {verb}{target}: {instead}.",
        hint="Ask for fewer, or for a larger room.",
    )
