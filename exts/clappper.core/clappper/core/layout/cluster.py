"""Cluster: an instance and what belongs to it (a chair, what stands on it), moved as one piece."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clappper.core.layout.box import CLEARANCE_M, Box, compute_box_gap_m
from clappper.core.layout.models import Footprint, Placement
from clappper.core.units import Vec3, quantize, wrap_deg

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Cluster", "Member", "compute_shape_gap_m", "is_like_any"]


@dataclass(frozen=True)
class Member:
    """One instance at a pose; ``support`` is a placement id, floor or wall.

    Metres and degrees, cluster frame.
    """

    id: str
    item: str
    footprint: Footprint
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    yaw_deg: float = 0.0
    support: str = "floor"

    def compute_box(self) -> Box:
        """Return its oriented box."""
        return Box(
            self.x,
            self.y,
            self.footprint.width_m / 2,
            self.footprint.depth_m / 2,
            self.yaw_deg,
            self.z,
            self.z + self.footprint.height_m,
        )

    def compute_parts(self) -> list[Box]:
        """Return the boxes that cover it: its parts where it is hollow, else its one box."""
        if not self.footprint.parts:
            return [self.compute_box()]
        yaw = math.radians(self.yaw_deg)
        cos, sin = math.cos(yaw), math.sin(yaw)
        boxes = []
        for part in self.footprint.parts:
            x, y = (part.x_min + part.x_max) / 2, (part.y_min + part.y_max) / 2
            boxes.append(
                Box(
                    self.x + cos * x - sin * y,
                    self.y + sin * x + cos * y,
                    (part.x_max - part.x_min) / 2,
                    (part.y_max - part.y_min) / 2,
                    self.yaw_deg,
                    self.z + part.z_min,
                    self.z + part.z_max,
                )
            )
        return boxes

    def collides(self, other: Member) -> bool:
        """Whether it comes too near to another one, as hollow as both are."""
        if not _is_near(self.compute_box(), other.compute_box()):
            return False
        if not (self.footprint.parts or other.footprint.parts):
            return True
        theirs = other.compute_parts()
        return any(_is_near(mine, box) for mine in self.compute_parts() for box in theirs)

    def to_placement(self) -> Placement:
        """Return the placement, rounded to the stored precision."""
        return Placement(
            id=self.id,
            item=self.item,
            asset_id=self.footprint.asset_id,
            translation_m=Vec3(x=quantize(self.x), y=quantize(self.y), z=quantize(self.z)),
            yaw_deg=wrap_deg(quantize(wrap_deg(self.yaw_deg))),
            support=self.support,
        )


@dataclass(frozen=True)
class Cluster:
    """Members at fixed poses to one another; the first is the anchor and stands at the origin."""

    members: tuple[Member, ...]

    @property
    def anchor(self) -> Member:
        """The instance the others belong to."""
        return self.members[0]

    def move(self, x: float, y: float, yaw_deg: float = 0.0) -> Cluster:
        """Return the cluster turned by ``yaw_deg`` about its origin, then shifted by (x, y) [m]."""
        yaw = math.radians(yaw_deg)
        cos, sin = math.cos(yaw), math.sin(yaw)
        return Cluster(
            tuple(
                replace(
                    m,
                    x=x + cos * m.x - sin * m.y,
                    y=y + sin * m.x + cos * m.y,
                    yaw_deg=wrap_deg(m.yaw_deg + yaw_deg),
                )
                for m in self.members
            )
        )

    def lift(self, z: float, support: str) -> Cluster:
        """Return the cluster raised by z [m], its anchor resting on ``support``."""
        lifted = tuple(replace(m, z=m.z + z) for m in self.members)
        return Cluster((replace(lifted[0], support=support), *lifted[1:]))

    def attach(self, other: Cluster) -> Cluster:
        """Return this cluster with another's members added at the poses they have."""
        return Cluster(self.members + other.members)

    def collides(self, other: Cluster) -> bool:
        """Whether a member comes too near to one of another cluster that it does not rest on."""
        return any(
            mine.support != theirs.id and theirs.support != mine.id and mine.collides(theirs)
            for mine in self.members
            for theirs in other.members
        )

    def compute_boxes(self) -> list[Box]:
        """Return the members' boxes."""
        return [m.compute_box() for m in self.members]

    def compute_bounds(self) -> tuple[float, float, float, float]:
        """Return ``(x_min, y_min, x_max, y_max)`` [m] over all members."""
        bounds = [box.compute_bounds() for box in self.compute_boxes()]
        return (
            min(b[0] for b in bounds),
            min(b[1] for b in bounds),
            max(b[2] for b in bounds),
            max(b[3] for b in bounds),
        )


def is_like_any(cluster: Cluster, others: Iterable[Cluster]) -> bool:
    """Tell whether a cluster is made of the same things as one of others."""
    return any(
        [m.footprint for m in other.members] == [m.footprint for m in cluster.members]
        for other in others
    )


def compute_shape_gap_m(a: Member, b: Member, *, limit_m: float) -> float:
    """Return the distance [m] between what covers two instances; beyond a limit, infinity."""
    if compute_box_gap_m(a.compute_box(), b.compute_box(), limit_m=limit_m) > limit_m:
        return math.inf
    theirs = b.compute_parts()
    return min(
        math.hypot(
            max(0.0, compute_box_gap_m(mine, box)),
            max(0.0, mine.z_min - box.z_max, box.z_min - mine.z_max),
        )
        for mine in a.compute_parts()
        for box in theirs
    )


def _is_near(a: Box, b: Box) -> bool:
    return (
        a.overlaps_height(b) and compute_box_gap_m(a, b, limit_m=CLEARANCE_M) < CLEARANCE_M - 1e-9
    )
