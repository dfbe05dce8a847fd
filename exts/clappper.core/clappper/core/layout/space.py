"""Space: the room with what already stands in it; says whether a cluster fits.

Layout frame, metres.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.layout.box import CLEARANCE_M, Box, compute_box_gap_m
from clappper.core.layout.candidates import WALL_CLEARANCE_M, Region
from clappper.core.layout.cluster import Cluster
from clappper.core.units import wrap_deg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clappper.core.layout.cluster import Member
    from clappper.core.layout.models import Room

__all__ = ["Space"]


class Space:
    """What is placed so far, and the floor that must stay free."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.members: list[Member] = []
        self.keep_clear: list[Box] = []
        self._boxes: list[Box] = []

    def add(self, cluster: Cluster) -> None:
        """Place a cluster; the caller has checked that it fits."""
        self.members.extend(cluster.members)
        self._boxes.extend(cluster.compute_boxes())

    def get_boxes(self, item: str) -> list[Box]:
        """Return the boxes of an item's placed instances, in order."""
        return [b for m, b in zip(self.members, self._boxes, strict=True) if m.item == item]

    def get_all_boxes(self) -> list[Box]:
        """Return the boxes of all placed instances."""
        return list(self._boxes)

    def is_inside(self, box: Box, margin_m: float = WALL_CLEARANCE_M) -> bool:
        """Whether a box lies in the room, this far from its edges [m], and under its ceiling."""
        x_min, y_min, x_max, y_max = box.compute_bounds()
        half_x = self.room.size_m.x / 2 - margin_m + 1e-9
        half_y = self.room.size_m.y / 2 - margin_m + 1e-9
        fits_height = not self.room.has_ceiling or box.z_max <= self.room.size_m.z - CLEARANCE_M
        return (
            -half_x <= x_min
            and x_max <= half_x
            and -half_y <= y_min
            and y_max <= half_y
            and fits_height
        )

    def fits(
        self,
        cluster: Cluster,
        *,
        clearance_m: float = CLEARANCE_M,
        ignores_keep_clear: bool = False,
    ) -> bool:
        """Whether a cluster stands inside the room, clear of all placed and of floor kept free."""
        for box in cluster.compute_boxes():
            if not self.is_inside(box):
                return False
            if not ignores_keep_clear and _is_closer(box, self.keep_clear, 0.0):
                return False
            if _is_closer(box, self._boxes, clearance_m):
                return False
        return True

    def compute_subjects(self) -> list[tuple[float, float, float]]:
        """Return points [m] of what is placed, a few of each item.

        Loose things should not hide them from the south.
        """
        points = []
        for item in dict.fromkeys(m.item for m in self.members):
            boxes = self.get_boxes(item)
            if len(boxes) > 6:
                count = len(boxes)
                points.append(
                    (sum(b.x for b in boxes) / count, sum(b.y for b in boxes) / count, 1.2)
                )
            else:
                points.extend((b.x, b.y, 1.2) for b in boxes)
        return points

    def turn(self, member_id: str, yaw_deg: float) -> None:
        """Turn a placed instance that stands alone, when it still fits; else leave it as it is."""
        index = next(i for i, m in enumerate(self.members) if m.id == member_id)
        before, box = self.members.pop(index), self._boxes.pop(index)
        turned = Cluster((replace(before, yaw_deg=wrap_deg(yaw_deg)),))
        keeps = self.fits(turned)
        self.members.insert(index, turned.anchor if keeps else before)
        self._boxes.insert(index, turned.compute_boxes()[0] if keeps else box)

    def compute_open_region(self, apron_m: float) -> Region:
        """Return the strip of floor at the south side that no block is built upon.

        It is at least ``apron_m`` deep.
        """
        half_x, half_y = self.room.size_m.x / 2, self.room.size_m.y / 2
        fronts = [b.compute_bounds()[1] for b in self._boxes if abs(b.y) < half_y]
        north = min([half_y, *fronts])
        if north < -half_y + max(apron_m, 2.0) * 0.6:
            north = half_y
        side = min(half_x, max(3.0, 0.3 * self.room.size_m.x))
        # The camera wants to stand back from what it shows.
        front = -half_y + min(5.0, 0.45 * (north + half_y))
        return Region(-side, front, side, north)

    def compute_clearance_m(self, box: Box, *, limit_m: float) -> float:
        """Return the distance from a box to the nearest placed one [m], at most ``limit_m``."""
        gaps = (
            compute_box_gap_m(box, other, limit_m=limit_m)
            for other in self._boxes
            if box.overlaps_height(other)
        )
        return min(limit_m, min(gaps, default=limit_m))


def _is_closer(box: Box, others: Iterable[Box], gap_m: float) -> bool:
    return any(
        box.overlaps_height(other) and compute_box_gap_m(box, other, limit_m=gap_m) < gap_m - 1e-9
        for other in others
    )
