"""Frames and transforms: the only place where the layout frame meets a stage's up axis and units.

Layout frame: Z up, metres. Computes ``xformOp``s; authors nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, Vt

from clappper.core.errors import StageMetricsMissingError
from clappper.core.stage.spec_writer import Op
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clappper.core.catalog.models import AssetMeasure

__all__ = ["StageFrame", "compute_corrective_ops", "compute_pose_ops"]

Types = Sdf.ValueTypeNames


@dataclass(frozen=True)
class StageFrame:
    """How a stage measures: its up axis and metres per unit."""

    up_axis: str
    meters_per_unit: float

    @classmethod
    def of_stage(cls, stage: Usd.Stage) -> StageFrame:
        """Return the frame of a stage.

        Raises:
            StageMetricsMissingError: ``upAxis`` or ``metersPerUnit`` is not authored, or cannot be.
        """
        if not (
            stage.HasAuthoredMetadata(UsdGeom.Tokens.upAxis)
            and stage.HasAuthoredMetadata(UsdGeom.Tokens.metersPerUnit)
        ):
            raise StageMetricsMissingError(
                "The stage says neither its up axis nor its units: "
                "set upAxis and metersPerUnit first."
            )
        up_axis, unit = str(UsdGeom.GetStageUpAxis(stage)), UsdGeom.GetStageMetersPerUnit(stage)
        if up_axis not in ("Y", "Z") or not (math.isfinite(unit) and unit > 0.0):
            raise StageMetricsMissingError(
                f"The stage's up axis is {up_axis} and its metersPerUnit {unit:g}: "
                "correct them first."
            )
        return cls(up_axis, unit)

    def to_length(self, length_m: float) -> float:
        """Return a length [m] in stage units, rounded as all stored numbers."""
        return quantize(length_m / self.meters_per_unit)

    def to_point(self, x: float, y: float, z: float) -> Gf.Vec3d:
        """Return a point of the layout frame [m] in stage axes and units."""
        unit = self.meters_per_unit
        if self.up_axis == "Y":
            y, z = z, -y
        return Gf.Vec3d(quantize(x / unit), quantize(y / unit), quantize(z / unit))

    def to_points(self, points: NDArray[np.float64]) -> Vt.Vec3fArray:
        """Return points (n, 3) of the layout frame [m] in stage axes and units, not rounded."""
        x, y, z = (points / self.meters_per_unit).T
        turned = np.stack([x, z, -y] if self.up_axis == "Y" else [x, y, z], axis=1)
        return Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(turned, dtype=np.float32))

    def to_extent(
        self, low: tuple[float, float, float], high: tuple[float, float, float]
    ) -> Vt.Vec3fArray:
        """Return an extent in stage axes and units of a box between two layout points [m]."""
        corners = Gf.Range3d()
        corners.UnionWith(self.to_point(*low))
        corners.UnionWith(self.to_point(*high))
        return Vt.Vec3fArray([Gf.Vec3f(corners.GetMin()), Gf.Vec3f(corners.GetMax())])

    def to_direction(self, x: float, y: float, z: float) -> Gf.Vec3f:
        """Return a direction of the layout frame in stage axes."""
        return Gf.Vec3f(x, z, -y) if self.up_axis == "Y" else Gf.Vec3f(x, y, z)

    @property
    def up_rotation(self) -> str:
        """Name of the xformOp that turns about the up axis."""
        return f"rotate{self.up_axis}"

    def compute_view_rotation_deg(self, heading_deg: float, pitch_deg: float) -> Gf.Vec3f:
        """Return rotateXYZ [deg] of a camera or light that looks along a heading.

        Args:
            heading_deg: Counter-clockwise from +Y of the layout frame, seen from above [deg].
            pitch_deg: Up from the horizon [deg].
        """
        if self.up_axis == "Y":
            return Gf.Vec3f(quantize(pitch_deg), quantize(heading_deg), 0.0)
        return Gf.Vec3f(quantize(90.0 + pitch_deg), 0.0, quantize(heading_deg))


def compute_pose_ops(frame: StageFrame, translation_m: Vec3, yaw_deg: float) -> list[Op]:
    """Return translate and one rotation about the up axis, nothing else.

    Args:
        frame: Frame of the stage.
        translation_m: Layout frame [m].
        yaw_deg: Counter-clockwise seen from above [deg].
    """
    return [
        Op("translate", Types.Double3, frame.to_point(*translation_m.as_tuple())),
        Op(frame.up_rotation, Types.Double, quantize(yaw_deg)),
    ]


def compute_corrective_ops(frame: StageFrame, measure: AssetMeasure) -> list[Op]:
    """Return the ops that bring an asset to its instance's origin; none where nothing is to do.

    They correct its own units, up axis, front and pivot, carry the suffix ``clappper`` and go
    before the asset's own, which stay in force.

    Args:
        frame: Frame of the stage.
        measure: Measured asset.
    """
    ops = []
    x, y, z = measure.origin_m.as_tuple()
    if max(abs(x), abs(y), abs(z)) > 1e-7:
        ops.append(Op("translate:clappper", Types.Double3, frame.to_point(-x, -y, -z)))
    if measure.front_yaw_deg:
        name = f"{frame.up_rotation}:clappper"
        ops.append(Op(name, Types.Double, quantize(measure.front_yaw_deg)))
    if measure.up_axis != frame.up_axis:
        turn_deg = 90.0 if measure.up_axis == "Y" else -90.0
        ops.append(Op("rotateX:clappper", Types.Double, turn_deg))
    scale = measure.meters_per_unit / frame.meters_per_unit
    if abs(scale - 1.0) > 1e-9:
        ops.append(Op("scale:clappper", Types.Double3, Gf.Vec3d(scale)))
    return ops
