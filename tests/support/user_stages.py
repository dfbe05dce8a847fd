"""Stages with content of the user's own, in any up axis and unit, told in the layout frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.stage.survey import StageSurvey, iterate_survey
from support.stages import author_boxes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clappper.core.built_scene import BuiltScene
    from support.stages import Box, Triple

__all__ = ["FRAMES", "INCH_M", "UserStage", "make_empty", "make_y_cm", "survey_stage"]

INCH_M = 0.0254
#: Up axis and metres per unit of the stages users have.
FRAMES = {"z_m": ("Z", 1.0), "y_cm": ("Y", 0.01), "z_inch": ("Z", INCH_M), "y_m": ("Y", 1.0)}


class UserStage:
    """A stage to put content on; sizes and places are metres, layout frame."""

    def __init__(self, frame: str = "z_m", *, default_prim: str | None = "/World") -> None:
        """Make one that is empty but for its default prim."""
        self.up_axis, self.meters_per_unit = FRAMES[frame]
        self.stage = Usd.Stage.CreateInMemory("users.usda")
        UsdGeom.SetStageUpAxis(self.stage, self.up_axis)
        UsdGeom.SetStageMetersPerUnit(self.stage, self.meters_per_unit)
        if default_prim is not None:
            prim = UsdGeom.Xform.Define(self.stage, default_prim).GetPrim()
            self.stage.SetDefaultPrim(prim)

    def to_stage(self, point: Triple) -> Gf.Vec3d:
        """Return a point of the layout frame in stage axes and units."""
        x, y, z = (value / self.meters_per_unit for value in point)
        return Gf.Vec3d(x, z, -y) if self.up_axis == "Y" else Gf.Vec3d(x, y, z)

    def add_boxes(self, path: str, boxes: Sequence[Box]) -> Usd.Prim:
        """Define a mesh of boxes (size, centre of the underside)."""
        self._define_above(path)
        return author_boxes(self.stage, path, boxes, self.to_stage)

    def add_box(self, path: str, size: Triple, at: Triple) -> Usd.Prim:
        """Define a mesh of one box by its size and the centre of its underside."""
        return self.add_boxes(path, [(size, at)])

    def add_plane(
        self, path: str, corners: Sequence[Triple], *, is_turned_over: bool = False
    ) -> Usd.Prim:
        """Define a mesh of one polygon, seen from the side from which it runs counter-clockwise."""
        self._define_above(path)
        mesh = UsdGeom.Mesh.Define(self.stage, path)
        mesh.CreatePointsAttr([Gf.Vec3f(self.to_stage(corner)) for corner in corners])
        mesh.CreateFaceVertexCountsAttr([len(corners)])
        order = range(len(corners))
        mesh.CreateFaceVertexIndicesAttr(list(reversed(order)) if is_turned_over else list(order))
        mesh.CreateSubdivisionSchemeAttr("none")
        return mesh.GetPrim()

    def _define_above(self, path: str) -> None:
        for prefix in Sdf.Path(path).GetParentPath().GetPrefixes():
            if not self.stage.GetPrimAtPath(prefix):
                UsdGeom.Xform.Define(self.stage, prefix)


def make_empty() -> UserStage:
    """Return a stage without anything."""
    return UserStage("z_m", default_prim=None)


def make_y_cm() -> UserStage:
    """Return a Y-up centimetre stage with a floor, a crate in the middle and a time range."""
    user = UserStage("y_cm")
    user.add_box("/World/Floor", (60, 60, 0.21), (0, 0, -0.2))
    user.add_box("/World/Crate", (1.2, 1.2, 1.2), (0, 0, 0.01))
    user.stage.SetTimeCodesPerSecond(24.0)
    user.stage.SetStartTimeCode(0.0)
    user.stage.SetEndTimeCode(100.0)
    return user


def survey_stage(
    stage: Usd.Stage, selected: Sequence[str] = (), *, replaced: BuiltScene | None = None
) -> StageSurvey:
    """Look at a stage in one go."""
    surveys: list[StageSurvey] = []

    def keep() -> Iterator[None]:
        path = replaced.scene_path if replaced else None
        own = replaced.list_instance_paths() if replaced else ()
        surveys.append((yield from iterate_survey(stage, selected, replaced=path, own=own)))

    for _ in keep():
        pass
    return surveys[0]
