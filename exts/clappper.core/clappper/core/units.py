"""Vectors, frames and angles shared by all parts.

The layout frame is right-handed, Z up, metres, origin at the room's floor centre; yaw is
counter-clockwise seen from above; an asset faces -Y at yaw 0.
"""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict

__all__ = [
    "DECIMALS",
    "Vec3",
    "compute_heading",
    "compute_yaw_deg",
    "quantize",
    "wrap_deg",
    "wrap_turn_deg",
]

#: Decimals kept in every stored number [m or deg]: documents are byte-identical on every machine.
DECIMALS = 6


class Vec3(BaseModel):
    """Three numbers with names; unit and frame are told by the field that holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    x: float
    y: float
    z: float

    def as_tuple(self) -> tuple[float, float, float]:
        """Return ``(x, y, z)``."""
        return self.x, self.y, self.z


def quantize(value: float) -> float:
    """Round to ``DECIMALS`` and turn -0.0 into 0.0, so that equal layouts print equal text."""
    return round(value, DECIMALS) + 0.0


def wrap_deg(angle_deg: float) -> float:
    """Return the same angle in [0, 360) degrees."""
    wrapped = angle_deg % 360.0
    # A negative hair's breadth rounds up to a full turn.
    return 0.0 if wrapped >= 360.0 else wrapped + 0.0


def wrap_turn_deg(turn_deg: float) -> float:
    """Return the same turn the short way round, in [-180, 180) degrees."""
    return wrap_deg(turn_deg + 180.0) - 180.0


def compute_heading(yaw_deg: float) -> tuple[float, float]:
    """Return the unit vector (x, y) an asset faces at this yaw, (0, -1) at 0 deg, layout frame."""
    yaw = math.radians(yaw_deg)
    return math.sin(yaw), -math.cos(yaw)


def compute_yaw_deg(x: float, y: float) -> float:
    """Return the yaw [deg, 0 to 360) that makes an asset face along (x, y), layout frame."""
    return wrap_deg(math.degrees(math.atan2(x, -y)))
