"""Box: an upright oriented box, and the distances between boxes the solver lives by.

Plain numbers, layout frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["CLEARANCE_M", "Box", "compute_box_gap_m"]

#: Distance kept between any two things that do not rest on each other [m] (contracts).
CLEARANCE_M = 0.01


@dataclass(frozen=True)
class Box:
    """An upright box turned about Z.

    Centre ``x, y`` [m], half extents ``half_x, half_y`` [m] along its own axes, ``yaw_deg``
    counter-clockwise, and the height interval ``z_min`` to ``z_max`` [m]. Layout frame.
    """

    x: float
    y: float
    half_x: float
    half_y: float
    yaw_deg: float
    z_min: float
    z_max: float

    def compute_axes(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the unit vectors of the box's own x and y."""
        yaw = math.radians(self.yaw_deg)
        cos, sin = math.cos(yaw), math.sin(yaw)
        return (cos, sin), (-sin, cos)

    def compute_corners(self) -> list[tuple[float, float]]:
        """Return the four corners [m], counter-clockwise."""
        (ux, uy), (vx, vy) = self.compute_axes()
        signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return [
            (
                self.x + sx * self.half_x * ux + sy * self.half_y * vx,
                self.y + sx * self.half_x * uy + sy * self.half_y * vy,
            )
            for sx, sy in signs
        ]

    def compute_bounds(self) -> tuple[float, float, float, float]:
        """Return ``(x_min, y_min, x_max, y_max)`` [m]."""
        corners = self.compute_corners()
        xs, ys = [c[0] for c in corners], [c[1] for c in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def to_local(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the layout frame in the box's own frame [m]."""
        (ux, uy), (vx, vy) = self.compute_axes()
        dx, dy = x - self.x, y - self.y
        return dx * ux + dy * uy, dx * vx + dy * vy

    def compute_distance_m(self, x: float, y: float) -> float:
        """Return the horizontal distance [m] of a point of the layout frame, 0 inside."""
        along, across = self.to_local(x, y)
        return math.hypot(max(abs(along) - self.half_x, 0.0), max(abs(across) - self.half_y, 0.0))

    def overlaps_height(self, other: Box) -> bool:
        """Whether the two height intervals share more than a touch (1 mm)."""
        return self.z_min < other.z_max - 1e-3 and other.z_min < self.z_max - 1e-3

    def compute_ray_entry(
        self, eye: tuple[float, float, float], point: tuple[float, float, float]
    ) -> float | None:
        """Return where the segment eye to point enters the box, as a share 0 to 1.

        None when it misses.
        """
        start = (*self.to_local(eye[0], eye[1]), eye[2])
        end = (*self.to_local(point[0], point[1]), point[2])
        near, far = 0.0, 1.0
        slabs = (
            (-self.half_x, self.half_x),
            (-self.half_y, self.half_y),
            (self.z_min, self.z_max),
        )
        for (low, high), a, b in zip(slabs, start, end, strict=True):
            step = b - a
            if abs(step) < 1e-12:
                if not low <= a <= high:
                    return None
                continue
            t0, t1 = sorted(((low - a) / step, (high - a) / step))
            near, far = max(near, t0), min(far, t1)
            if near > far:
                return None
        return near


def compute_box_gap_m(a: Box, b: Box, *, limit_m: float = math.inf) -> float:
    """Return the horizontal distance [m] between two boxes.

    Negative when they overlap: minus the depth of the overlap. Where it is greater than
    ``limit_m`` the answer may be anything from there on, which is cheaper.

    Source:
        Separating axis theorem for two rectangles; outside, the distance of the nearest corner to
        the nearest edge.
    """
    radius = math.hypot(a.half_x, a.half_y) + math.hypot(b.half_x, b.half_y)
    far = math.hypot(a.x - b.x, a.y - b.y) - radius
    if far > limit_m:
        return far
    separation = -math.inf
    corners_a, corners_b = a.compute_corners(), b.compute_corners()
    for axis in (*a.compute_axes(), *b.compute_axes()):
        span_a = [c[0] * axis[0] + c[1] * axis[1] for c in corners_a]
        span_b = [c[0] * axis[0] + c[1] * axis[1] for c in corners_b]
        separation = max(separation, min(span_b) - max(span_a), min(span_a) - max(span_b))
    if separation <= 0.0:
        return separation
    return min(
        *(a.compute_distance_m(*corner) for corner in corners_b),
        *(b.compute_distance_m(*corner) for corner in corners_a),
    )
