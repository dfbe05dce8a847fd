"""The certificate: what was measured on the authored stage.

Values only; every figure comes from reopening the stage.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.issue import Issue

__all__ = [
    "AccessReport",
    "AisleWidth",
    "Anchor",
    "AssetReport",
    "CameraReport",
    "CameraSample",
    "Certificate",
    "Collision",
    "CountReport",
    "DoorClearance",
    "GeometryReport",
    "RelationReport",
    "UsdReport",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CountReport(_Model):
    """Asked and measured number of one noun."""

    noun: str
    asked: int
    placed: int


class Collision(_Model):
    """Two instances whose triangles penetrate."""

    a: str
    b: str
    depth_m: float


class GeometryReport(_Model):
    """Measured on the triangles of the composed stage."""

    method: Literal["triangles"]
    collisions: tuple[Collision, ...]
    out_of_bounds: tuple[str, ...] = Field(description="Prim paths.")
    unsupported: tuple[str, ...] = Field(description="Prim paths of what floats or sinks.")
    min_gap_m: float | None = Field(
        description="Smallest distance between two instances that do not support each other [m]."
    )
    unverified: tuple[str, ...] = Field(description="Prim paths without readable triangles.")

    def describe(self) -> list[str]:
        """Return what is wrong, in numbers: collisions, out of bounds, unsupported."""
        return [
            f"{len(self.collisions)} collisions",
            f"{len(self.out_of_bounds)} out of bounds",
            f"{len(self.unsupported)} unsupported",
        ]


class AisleWidth(_Model):
    """Free width between two neighbouring rows."""

    between: tuple[str, str]
    width_m: float


class DoorClearance(_Model):
    """Whether the floor before a door is free."""

    prim_path: str
    clear: bool


class AccessReport(_Model):
    """Whether one can move about."""

    walkable_share: float | None = Field(
        description="Largest connected share of the free floor, 0 to 1."
    )
    aisles: tuple[AisleWidth, ...]
    doors: tuple[DoorClearance, ...]


class RelationReport(_Model):
    """One relation of the plan, measured."""

    verb: str
    subject: str
    object: str | None
    holds: bool
    measured: str = Field(description="What was measured, in words and numbers.")


class CameraSample(_Model):
    """One moment of a camera. Shares are of each noun's instances, 0 to 1."""

    time: float = Field(description="Time code.")
    height_m: float
    clearance_m: float = Field(description="Distance to the nearest geometry [m].")
    in_frame: dict[str, float]
    visible: dict[str, float] = Field(description="In frame and not hidden behind something.")


class CameraReport(_Model):
    """A camera over the clip."""

    prim_path: str
    samples: tuple[CameraSample, ...]


class AssetReport(_Model):
    """Referenced files."""

    resolved: int
    unresolved: tuple[str, ...]


class UsdReport(_Model):
    """What the validator says; issues inside referenced assets are listed apart."""

    validator: str | None = Field(
        description="Name and version of the validator, or null when none is installed."
    )
    issues: tuple[Issue, ...] = Field(description="On what Clappper authored.")
    asset_issues: tuple[Issue, ...] = Field(description="Inside referenced assets.")


class Anchor(_Model):
    """Which floor things stand on."""

    floor: Literal["selection", "largest_surface", "zero", "own"]
    height_m: float


class Certificate(_Model):
    """``ok`` is true only when no issue has severity error."""

    schema_version: Literal[1] = 1
    ok: bool
    stage: str = Field(description="File name of the stage, or its identifier.")
    plan_sha256: str | None
    catalog_sha256: str | None
    seed: int | None
    versions: dict[str, str]
    counts: tuple[CountReport, ...]
    geometry: GeometryReport
    access: AccessReport
    relations: tuple[RelationReport, ...]
    cameras: tuple[CameraReport, ...]
    assets: AssetReport
    usd: UsdReport
    anchor: Anchor
    issues: tuple[Issue, ...]
