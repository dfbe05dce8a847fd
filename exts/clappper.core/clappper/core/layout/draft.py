"""Draft: a layout in the making, what found no place in it, and what there is to say about it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.issue import Issue
from clappper.core.layout.free import place_beside, place_in_region, place_on_wall
from clappper.core.layout.models import Placements
from clappper.core.layout.roles import is_at_wall, is_beside, is_scattered
from clappper.core.layout.shot import compute_camera_path
from clappper.core.units import compute_yaw_deg

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.compose import Group
    from clappper.core.layout.space import Space
    from clappper.core.planning.models import ScenePlan

__all__ = ["Draft"]

#: Most rounds of turning things to the camera.
_TURNS = 5


class Draft:
    """Places what stands freely into a space, and turns the space into placements."""

    def __init__(
        self, plan: ScenePlan, space: Space, rng: random.Random, violations: Sequence[Issue]
    ) -> None:
        self.space = space
        #: Instances that found no place at all, by item id.
        self.missing: Counter[str] = Counter()
        #: How many clusters stand elsewhere than the plan wants them.
        self.elsewhere = 0
        self._plan = plan
        self._rng = rng
        self._violations = list(violations)
        self._homeless: list[tuple[Group, list[Cluster]]] = []

    def place_loose(self, groups: Sequence[Group], *, apron_m: float) -> None:
        """Place groups at walls, beside others and about the floor; blocks stand already.

        What others stand by comes before them, what nobody refers to comes last, and at the very
        end what found no place where the plan wants it.
        """
        for group in groups:
            if is_at_wall(group):
                self._homeless.append((group, place_on_wall(self.space, group, self._rng)))
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
            left = place_in_region(self.space, group, self._rng, region)
            self.missing[group.item.id] += len(left)

    def turn_to_camera(self, groups: Sequence[Group]) -> None:
        """Turn what is to face the camera towards where the camera will be, within what fits."""
        items = {g.item.id for g in groups if g.facing and g.facing.object == "camera"}
        if not items or not self.space.members:
            return
        output, room = self._plan.output, self.space.room
        aspect = (output.width or 16) / (output.height or 9)
        last: tuple[float, float] | None = None
        # Turned things leave the camera another view, so that it may stand elsewhere.
        for _ in range(_TURNS):
            boxes = {i.id: self.space.get_boxes(i.id) for i in self._plan.items}
            path = compute_camera_path(self._plan.camera, room, boxes, aspect=aspect)
            eye = path.compute_middle()
            if last is not None and math.dist(eye, last) < 0.1:
                return
            last = eye
            for member in [m for m in self.space.members if m.item in items]:
                yaw = compute_yaw_deg(eye[0] - member.x, eye[1] - member.y)
                for turn in (0.0, 8.0, -8.0, 16.0, -16.0, 24.0, -24.0):
                    if self.space.turn(member.id, yaw + turn):
                        break

    def finish(self, groups: Sequence[Group], *, seed: int) -> Placements:
        """Return the placements, with a violation COUNT_SHORT for what was left out."""
        by_id = {item.id: item for item in self._plan.items}
        footprints = {g.item.id: g.clusters[0].anchor.footprint for g in groups}
        size = self.space.room.size_m
        violations = list(self._violations)
        for item_id, count in self.missing.items():
            if count:
                item, box = by_id[item_id], footprints[item_id]
                message = (
                    f"{item.count} x {item.asked} of {box.width_m:.1f} x {box.depth_m:.1f} m "
                    f"do not fit {size.x:g} x {size.y:g} m: {item.count - count} placed."
                )
                violations.append(
                    Issue(
                        code="COUNT_SHORT",
                        severity="error",
                        message=message,
                        hint="Ask for fewer, or for a larger room.",
                    )
                )
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
        while waiting:
            ready = [g for g in waiting if g.relation and self._is_placed(g.relation.object)]
            group = ready[0] if ready else waiting[0]
            waiting.remove(group)
            left = place_beside(self.space, group, self._rng) if ready else list(group.clusters)
            self._homeless.append((group, left))

    def _is_placed(self, item_id: str | None) -> bool:
        return item_id is not None and bool(self.space.get_boxes(item_id))

    def _place_homeless(self) -> None:
        region = self.space.compute_open_region(0.0)
        for group, clusters in self._homeless:
            if not clusters:
                continue
            rest = replace(group, clusters=tuple(clusters))
            left = place_in_region(self.space, rest, self._rng, region)
            self.missing[group.item.id] += len(left)
            count = len(clusters) - len(left)
            self.elsewhere += count
            if count:
                self._violations.append(_tell_elsewhere(group, count))
        self._homeless.clear()


def _tell_elsewhere(group: Group, count: int) -> Issue:
    relation = group.relation
    verb = relation.verb.replace("_", " ") if relation else "in place"
    target = f" {relation.object}" if relation and relation.object not in (None, "room") else ""
    return Issue(
        code="RELATION_UNMET",
        severity="warning",
        message=f"{count} x {group.item.asked} found no room {verb}{target}: placed elsewhere.",
        hint="Ask for fewer, or for a larger room.",
    )
