"""Space: the room with what already stands in it; says whether a cluster fits.

Layout frame, metres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.layout.box import CLEARANCE_M, Box, compute_box_gap_m
from clappper.core.layout.box_grid import BoxGrid
from clappper.core.layout.candidates import WALL_CLEARANCE_M, Region
from clappper.core.layout.cluster import Cluster, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clappper.core.layout.models import Footprint, Placement, Placements, Room

__all__ = ["Space", "compute_boxes", "make_member"]

#: Lamps take so much below a ceiling [m].
_LAMP_M = 0.05


class Space:
    """What is placed so far, and the floor that must stay free."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.members: list[Member] = []
        self.keep_clear: list[Box] = []
        #: Floor between rows; only what is to stand between them stands there.
        self.aisles: list[Box] = []
        #: Where the camera is expected, x and y [m]; None: at the middle of the south side.
        self.eye: tuple[float, float] | None = None
        #: Ids of instances that are not to be turned.
        self.fixed: set[str] = set()
        self._boxes: list[Box] = []
        self._grid = BoxGrid()
        #: Numbers of the members of each item, and of each cluster by its anchor's id.
        self._of_item: dict[str, list[int]] = {}
        self._of_cluster: dict[str, range] = {}

    def add(self, cluster: Cluster) -> None:
        """Place a cluster; the caller has checked that it fits."""
        boxes = cluster.compute_boxes()
        numbers = range(len(self._boxes), len(self._boxes) + len(boxes))
        for number, member, box in zip(numbers, cluster.members, boxes, strict=True):
            self._grid.put(number, box)
            self._of_item.setdefault(member.item, []).append(number)
        self.members.extend(cluster.members)
        self._boxes.extend(boxes)
        self._of_cluster[cluster.anchor.id] = numbers

    def get_members(self, item: str) -> list[Member]:
        """Return an item's placed instances, in order."""
        return [self.members[number] for number in self._of_item.get(item, ())]

    def get_boxes(self, item: str) -> list[Box]:
        """Return the boxes of an item's placed instances, in order."""
        return [self._boxes[number] for number in self._of_item.get(item, ())]

    def get_cluster(self, anchor_id: str) -> Cluster | None:
        """Return a placed cluster, anchor at the origin, facing -Y; None where it is no anchor."""
        numbers = self._of_cluster.get(anchor_id)
        if numbers is None:
            return None
        cluster = Cluster(tuple(self.members[numbers.start : numbers.stop]))
        anchor = cluster.anchor
        return cluster.move(-anchor.x, -anchor.y).move(0.0, 0.0, -anchor.yaw_deg)

    def get_all_boxes(self) -> list[Box]:
        """Return the boxes of all placed instances."""
        return list(self._boxes)

    def is_inside(self, box: Box, margin_m: float = WALL_CLEARANCE_M) -> bool:
        """Whether a box lies in the room, this far from its edges [m], and no higher than it."""
        x_min, y_min, x_max, y_max = box.compute_bounds()
        half_x = self.room.size_m.x / 2 - margin_m + 1e-9
        half_y = self.room.size_m.y / 2 - margin_m + 1e-9
        return (
            -half_x <= x_min
            and x_max <= half_x
            and -half_y <= y_min
            and y_max <= half_y
            and self.is_low_enough(box.z_max)
        )

    def is_low_enough(self, top_m: float) -> bool:
        """Whether what reaches up to a height [m] stays in the room; without walls all does."""
        is_open = not (self.room.has_ceiling or self.room.walls)
        limit = self.room.size_m.z - (_LAMP_M if self.room.has_ceiling else CLEARANCE_M)
        return is_open or top_m <= limit

    def fits(
        self,
        cluster: Cluster,
        *,
        clearance_m: float = CLEARANCE_M,
        beside: str | None = None,
        in_aisle: bool = False,
    ) -> bool:
        """Whether a cluster stands inside the room, clear of all placed and of floor kept free.

        Args:
            cluster: What is to stand there.
            clearance_m: Distance to what stands there [m].
            beside: Id of the instance it belongs to, which it is clear of by its shape.
            in_aisle: Whether it may stand in an aisle.
        """
        return all(
            self.holds(box, in_aisle=in_aisle) and not self._is_crowded(box, clearance_m, beside)
            for box in cluster.compute_boxes()
        )

    def _is_crowded(self, box: Box, gap_m: float, beside: str | None) -> bool:
        return any(
            box.overlaps_height(other)
            and compute_box_gap_m(box, other, limit_m=gap_m) < gap_m - 1e-9
            and (beside is None or self.members[number].id != beside)
            for number, other in self._grid.iterate_near(box, gap_m)
        )

    def holds(self, box: Box, *, in_aisle: bool = False) -> bool:
        """Whether a box lies in the room and on no floor that is kept free."""
        free = self.keep_clear if in_aisle else [*self.keep_clear, *self.aisles]
        return self.is_inside(box) and not _is_closer(box, free, 0.0)

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

    def turn(
        self, member_id: str, yaw_deg: float, shift_m: tuple[float, float] = (0.0, 0.0)
    ) -> bool:
        """Turn a cluster about its anchor so that the anchor has a yaw [deg], if it still fits.

        Args:
            member_id: The anchor.
            yaw_deg: Its yaw afterwards.
            shift_m: How far the cluster is moved as well, x and y.

        Returns:
            Whether it was turned; also False for a member that is no anchor, which stays.
        """
        cluster = None if member_id in self.fixed else self.get_cluster(member_id)
        if cluster is None:
            return False
        numbers = self._of_cluster[member_id]
        anchor = self.members[numbers.start]
        turned = cluster.move(anchor.x + shift_m[0], anchor.y + shift_m[1], yaw_deg)
        boxes = turned.compute_boxes()
        if not all(self.holds(box) for box in boxes) or any(
            other not in numbers
            and box.overlaps_height(there)
            and compute_box_gap_m(box, there, limit_m=CLEARANCE_M) < CLEARANCE_M - 1e-9
            for box in boxes
            for other, there in self._grid.iterate_near(box, CLEARANCE_M)
        ):
            return False
        self.members[numbers.start : numbers.stop] = turned.members
        self._boxes[numbers.start : numbers.stop] = boxes
        for number, box in zip(numbers, boxes, strict=True):
            self._grid.put(number, box)
        return True

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
            for _, other in self._grid.iterate_near(box, limit_m)
            if box.overlaps_height(other)
        )
        return min(limit_m, min(gaps, default=limit_m))


def _is_closer(box: Box, others: Iterable[Box], gap_m: float) -> bool:
    return any(
        box.overlaps_height(other) and compute_box_gap_m(box, other, limit_m=gap_m) < gap_m - 1e-9
        for other in others
    )


def make_member(placement: Placement, footprints: Mapping[str, Footprint]) -> Member:
    """Return a placed instance as the member it was."""
    at = placement.translation_m
    return Member(
        placement.id,
        placement.item,
        footprints[placement.asset_id],
        at.x,
        at.y,
        at.z,
        placement.yaw_deg,
        placement.support,
    )


def compute_boxes(
    placements: Placements, footprints: Mapping[str, Footprint]
) -> dict[str, list[Box]]:
    """Return the boxes of all placed instances by item id, in order."""
    boxes: dict[str, list[Box]] = {}
    for placement in placements.placements:
        box = make_member(placement, footprints).compute_box()
        boxes.setdefault(placement.item, []).append(box)
    return boxes
