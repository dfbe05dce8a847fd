"""Frames and transforms: the only place where the layout frame meets a stage's up axis and units.

Layout frame: Z up, metres. Authors ``xformOp``s only; no arcs, no metadata.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.errors import StageMetricsMissingError
from clappper.core.units import Vec3, quantize

if TYPE_CHECKING:
    from clappper.core.catalog.models import AssetMeasure

__all__ = ["StageFrame", "author_corrective_ops", "author_pose"]


@dataclass(frozen=True)
class StageFrame:
    """How a stage measures: its up axis and metres per unit."""

    up_axis: str
    meters_per_unit: float

    @classmethod
    def of_stage(cls, stage: Usd.Stage) -> StageFrame:
        """Return the frame of a stage.

        Raises:
            StageMetricsMissingError: ``upAxis`` or ``metersPerUnit`` is not authored.
        """
        if not (
            stage.HasAuthoredMetadata(UsdGeom.Tokens.upAxis)
            and stage.HasAuthoredMetadata(UsdGeom.Tokens.metersPerUnit)
        ):
            raise StageMetricsMissingError(
                "The stage says neither its up axis nor its units: "
                "set upAxis and metersPerUnit first."
            )
        return cls(str(UsdGeom.GetStageUpAxis(stage)), UsdGeom.GetStageMetersPerUnit(stage))

    def to_length(self, length_m: float) -> float:
        """Return a length [m] in stage units, rounded as all stored numbers."""
        return quantize(length_m / self.meters_per_unit)

    def to_point(self, x: float, y: float, z: float) -> Gf.Vec3d:
        """Return a point of the layout frame [m] in stage axes and units."""
        x, y, z = self.to_length(x), self.to_length(y), self.to_length(z)
        return Gf.Vec3d(x, z, quantize(-y)) if self.up_axis == "Y" else Gf.Vec3d(x, y, z)

    def to_direction(self, x: float, y: float, z: float) -> Gf.Vec3f:
        """Return a direction of the layout frame in stage axes."""
        return Gf.Vec3f(x, z, -y) if self.up_axis == "Y" else Gf.Vec3f(x, y, z)

    @property
    def up_rotation_type(self) -> UsdGeom.XformOp.Type:
        """The xformOp type that turns about the up axis."""
        if self.up_axis == "Y":
            return UsdGeom.XformOp.TypeRotateY
        return UsdGeom.XformOp.TypeRotateZ

    def compute_view_rotation_deg(self, heading_deg: float, pitch_deg: float) -> Gf.Vec3f:
        """Return rotateXYZ [deg] of a camera or light that looks along a heading.

        Args:
            heading_deg: Counter-clockwise from +Y of the layout frame, seen from above [deg].
            pitch_deg: Up from the horizon [deg].
        """
        if self.up_axis == "Y":
            return Gf.Vec3f(quantize(pitch_deg), quantize(heading_deg), 0.0)
        return Gf.Vec3f(quantize(90.0 + pitch_deg), 0.0, quantize(heading_deg))


def author_pose(
    xformable: UsdGeom.Xformable, frame: StageFrame, translation_m: Vec3, yaw_deg: float
) -> None:
    """Author translate and one rotation about the up axis, nothing else.

    Args:
        xformable: Prim whose parents have no transform.
        frame: Frame of its stage.
        translation_m: Layout frame [m].
        yaw_deg: Counter-clockwise seen from above [deg].
    """
    xformable.AddTranslateOp().Set(frame.to_point(*translation_m.as_tuple()))
    xformable.AddXformOp(frame.up_rotation_type, UsdGeom.XformOp.PrecisionDouble).Set(
        quantize(yaw_deg)
    )


def author_corrective_ops(
    prim: Usd.Prim, frame: StageFrame, measure: AssetMeasure, own_op_order: list[str]
) -> None:
    """Author the ops that bring an asset to its instance's origin.

    They correct its own units, up axis, front and pivot. Our ops carry the suffix ``clappper`` and
    stand before the asset's own, which stay in force.

    Args:
        prim: Inner prim that carries the reference.
        frame: Frame of its stage.
        measure: Measured asset.
        own_op_order: ``xformOpOrder`` of the asset's default prim.
    """
    xformable = UsdGeom.Xformable(prim)
    order: list[str] = []

    def add(op_type: UsdGeom.XformOp.Type, value: object) -> None:
        op = xformable.AddXformOp(op_type, UsdGeom.XformOp.PrecisionDouble, "clappper")
        op.Set(value)
        order.append(op.GetOpName())

    x, y, z = measure.origin_m.as_tuple()
    if max(abs(x), abs(y), abs(z)) > 1e-7:
        add(UsdGeom.XformOp.TypeTranslate, frame.to_point(-x, -y, -z))
    if measure.front_yaw_deg:
        add(frame.up_rotation_type, quantize(measure.front_yaw_deg))
    if measure.up_axis != frame.up_axis:
        add(UsdGeom.XformOp.TypeRotateX, 90.0 if measure.up_axis == "Y" else -90.0)
    scale = measure.meters_per_unit / frame.meters_per_unit
    if abs(scale - 1.0) > 1e-9:
        add(UsdGeom.XformOp.TypeScale, Gf.Vec3d(scale))
    if order:
        attribute = prim.CreateAttribute(
            UsdGeom.Tokens.xformOpOrder, Sdf.ValueTypeNames.TokenArray, custom=False
        )
        attribute.Set([*order, *own_op_order])
