"""What an open stage is like before anything is built on it: units, time, floor, what stands there.

Reads only. The work is cut into steps so that whoever owns the stage's thread can do something
else in between; the stage must not change meanwhile.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pxr import Sdf, Usd, UsdGeom, UsdLux

from clappper.core.errors import StageError
from clappper.core.stage.carried import find_parent_path, list_units_on_stage
from clappper.core.stage.ground import Ground
from clappper.core.stage.inspect import FLOOR_BAND_M, compute_to_layout
from clappper.core.stage.triangles import TriangleReader

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from numpy.typing import NDArray

    from clappper.core.stage.triangles import Mesh

__all__ = ["StageSurvey", "count_instances", "iterate_survey"]

#: Gprims looked at; a larger stage is known only in part.
GPRIM_LIMIT = 50_000
#: Triangles of a large thing that count one by one as obstacles, and of a floor.
_TRIANGLE_LIMIT = 4_000
#: A thing this large is a shell such as a room, whose parts are in the way, not its bound [m].
_SHELL_M = 6.0
#: The app's own prims: cameras, lights and grids of its viewports.
_APP_PRIM = re.compile(r"/(Omni(verse)?Kit_.*|Render(/.*)?)")
#: How thick an underside counts [m].
_SOLID_M = 0.1
#: Surfaces this much apart in height are one floor [m].
_SAME_HEIGHT_M = 0.002
_SHOWN = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)


@dataclass(frozen=True, eq=False)
class StageSurvey:
    """What a scene on this stage must fit to."""

    up_axis: str
    meters_per_unit: float
    time_codes_per_second: float
    #: Whether the stage says so itself; an empty stage that does not counts as the film does.
    keeps_time_codes: bool
    #: First and last time code, or None where no range is authored.
    time_range: tuple[float, float] | None
    #: Absolute path of the prim that holds our scenes, and the free name of the next one.
    parent_path: str
    scene_name: str
    #: Whether the stage is empty, so that our root prim becomes its default prim.
    is_empty: bool
    #: Whether a prim above has a transform that the scene must not inherit.
    is_transformed: bool
    has_lights: bool
    ground: Ground
    #: What is drawn on it, in the layout frame [m].
    meshes: tuple[Mesh, ...]
    #: False where the stage is too large to be looked at as a whole.
    is_complete: bool

    @property
    def scene_path(self) -> str:
        """Absolute path of the scene to be built."""
        return f"{self.parent_path}/{self.scene_name}"


def iterate_survey(
    stage: Usd.Stage,
    selected: Sequence[str] = (),
    *,
    replaced: str | None = None,
    own: Iterable[str] = (),
) -> Generator[None, None, StageSurvey]:
    """Look at a stage step by step; the survey is the generator's return value.

    Args:
        stage: The open stage.
        selected: Prim paths the user has selected; the top of the first with geometry is the
            floor.
        replaced: Root prim of one of our scenes that is to be built anew: its own prims are looked
            past, and its place is that of the next one. Null to build beside what is there.
        own: Absolute paths of its instances.

    Raises:
        StageError: The stage's unit is no length, or prims vanished meanwhile.
    """
    to_layout = compute_to_layout(stage)
    own_path = Sdf.Path(replaced) if replaced is not None else Sdf.Path.emptyPath
    own_units = {Sdf.Path(path) for path in own}
    if not own_path.isEmpty:
        own_units |= list_units_on_stage(stage, own_path)
    parent_path = find_parent_path(stage) if own_path.isEmpty else own_path.GetParentPath()
    reading = _Reading(TriangleReader(to_layout), [Sdf.Path(path) for path in selected])
    try:
        prims = iter(Usd.PrimRange.Stage(stage, Usd.TraverseInstanceProxies()))
        for prim in prims:
            if prim.GetPath() in own_units:
                prims.PruneChildren()
                continue
            reading.read(prim)
            yield
            if reading.count >= GPRIM_LIMIT:
                break
    except RuntimeError as exc:  # an expired prim
        raise StageError("The stage changed while it was looked at: send again.") from exc
    has_range = stage.HasAuthoredTimeCodeRange()
    is_empty = not any(not _is_of_app(prim) for prim in stage.GetPseudoRoot().GetChildren())
    return StageSurvey(
        up_axis=str(UsdGeom.GetStageUpAxis(stage)),
        meters_per_unit=UsdGeom.GetStageMetersPerUnit(stage),
        time_codes_per_second=stage.GetTimeCodesPerSecond(),
        keeps_time_codes=(
            not is_empty
            or stage.HasAuthoredMetadata("timeCodesPerSecond")
            or not stage.GetRootLayer().permissionToEdit
        ),
        time_range=(stage.GetStartTimeCode(), stage.GetEndTimeCode()) if has_range else None,
        parent_path=str(parent_path),
        scene_name=own_path.name or _find_free_name(stage, parent_path),
        is_empty=is_empty,
        is_transformed=_is_transformed(stage, parent_path),
        has_lights=reading.has_lights,
        ground=reading.compute_ground(),
        meshes=tuple(reading.meshes),
        is_complete=reading.count < GPRIM_LIMIT,
    )


def count_instances(stage: Usd.Stage, scene_path: Sdf.Path) -> int:
    """Return how many of a scene's instances are composed on the stage with something in them."""
    root = stage.GetPrimAtPath(scene_path)
    if not root:
        return 0
    prims = iter(Usd.PrimRange(root))
    count = 0
    for prim in prims:
        if prim.GetCustomDataByKey("clappper:item") is not None:
            prims.PruneChildren()
            asset = prim.GetChild("asset")
            count += bool(asset) and (asset.IsInstance() or bool(asset.GetChildren()))
    return count


class _Reading:
    """Collects bounds of what is drawn, and the surfaces that may be the floor."""

    def __init__(self, reader: TriangleReader, selected: list[Sdf.Path]) -> None:
        self.count = 0
        self.has_lights = False
        self._reader = reader
        self._selected = selected
        self.meshes: list[Mesh] = []
        self._chosen: list[Mesh] = []
        self._level: list[NDArray[np.float64]] = []

    def read(self, prim: Usd.Prim) -> None:
        """Look at one prim."""
        if _is_of_app(prim):
            return
        self.has_lights = self.has_lights or prim.HasAPI(UsdLux.LightAPI)
        if not prim.IsA(UsdGeom.Gprim) or not _is_drawn(prim):
            return
        self.count += 1
        mesh = self._reader.read(prim, np.eye(4))
        if mesh is None or not len(mesh.triangles):
            return
        self.meshes.append(mesh)
        if any(prim.GetPath().HasPrefix(path) for path in self._selected):
            self._chosen.append(mesh)
        low, high = mesh.bound[0][2], mesh.bound[1][2]
        if low <= FLOOR_BAND_M and high >= -FLOOR_BAND_M:
            self._level.append(_find_level(mesh, -FLOOR_BAND_M, FLOOR_BAND_M))

    def compute_ground(self) -> Ground:
        """Return floor and obstacles."""
        floor, kind = _find_largest(self._level), "largest_surface"
        if self._chosen:
            top = max(float(mesh.bound[1][2]) for mesh in self._chosen)
            levels = [_find_level(mesh, top - 0.01, top + 0.01) for mesh in self._chosen]
            chosen = np.concatenate(levels)
            if len(chosen):
                floor, kind = chosen, "selection"
        height = 0.0 if floor is None else float(floor[:, :, 2].max())
        obstacles = [_list_bounds(mesh, height) for mesh in self.meshes]
        return Ground(
            floor="zero" if floor is None else kind,  # type: ignore[arg-type]
            height_m=height,
            floor_triangles=np.zeros((0, 3, 2)) if floor is None else _keep_largest(floor)[..., :2],
            obstacles=np.concatenate(obstacles) if obstacles else np.zeros((0, 6)),
        )


def _find_level(mesh: Mesh, low: float, high: float) -> NDArray[np.float64]:
    """Return the level upward triangles between two heights, shape (n, 3, 3) [m].

    The top of a mesh counts as upward whichever way it is wound: a sheet may be turned over.
    """
    corners = mesh.corners
    heights = corners[:, :, 2]
    flat = (np.ptp(heights, axis=1) < 1e-3) & (heights >= low).all(axis=1)
    level = corners[flat & (heights <= high).all(axis=1)]
    is_top = (level[:, :, 2] > mesh.bound[1][2] - 1e-3).all(axis=1)
    signed = _compute_signed_areas(level)
    return level[(signed > 1e-9) | (is_top & (signed < -1e-9))]


def _compute_signed_areas(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the areas seen from above [m2], negative where a triangle is seen from its back."""
    a, b = corners[:, 1, :2] - corners[:, 0, :2], corners[:, 2, :2] - corners[:, 0, :2]
    return (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2.0


def _compute_areas(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(_compute_signed_areas(corners))


def _find_largest(levels: list[NDArray[np.float64]]) -> NDArray[np.float64] | None:
    """Return the triangles of the height that has the most area; a floor may be of many tiles."""
    corners = np.concatenate(levels) if levels else np.zeros((0, 3, 3))
    if not len(corners):
        return None
    heights = corners[:, :, 2].mean(axis=1)
    steps, index = np.unique(np.round(heights / _SAME_HEIGHT_M), return_inverse=True)
    areas = np.bincount(index.reshape(-1), weights=_compute_areas(corners))
    height = float(steps[np.argmax(areas)]) * _SAME_HEIGHT_M
    largest: NDArray[np.float64] = corners[np.abs(heights - height) <= _SAME_HEIGHT_M]
    return largest


def _keep_largest(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return corners[np.argsort(-_compute_areas(corners), kind="stable")[:_TRIANGLE_LIMIT]]


def _list_bounds(mesh: Mesh, floor_m: float) -> NDArray[np.float64]:
    """Return the bounds of what a mesh keeps occupied, rows as in ``Ground.obstacles`` [m].

    That is its own bound, and of a shell such as a room that of each of its triangles. What shows
    the floor its underside is solid: its inside is no room to stand in.
    """
    extent = mesh.bound[1] - mesh.bound[0]
    corners = mesh.bound[None, :, :]
    is_shell = max(extent[:2]) > _SHELL_M and len(mesh.triangles) <= _TRIANGLE_LIMIT
    if is_shell:
        corners = mesh.corners
    bounds = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    if is_shell and not len(_find_level(mesh, floor_m - 1e-3, floor_m + 1e-3)):
        is_underside = (bounds[:, 5] - bounds[:, 2] < 1e-3) & (_compute_signed_areas(corners) < 0)
        bounds[is_underside & (bounds[:, 2] > floor_m - 1e-3), 5] += _SOLID_M
    return bounds


def _find_free_name(stage: Usd.Stage, parent_path: Sdf.Path) -> str:
    number = 1
    while stage.GetPrimAtPath(parent_path.AppendChild(f"Scene_{number:03d}")):
        number += 1
    return f"Scene_{number:03d}"


def _is_of_app(prim: Usd.Prim) -> bool:
    return _APP_PRIM.fullmatch(str(prim.GetPath())) is not None


def _is_drawn(prim: Usd.Prim) -> bool:
    imageable = UsdGeom.Imageable(prim)
    return (
        imageable.ComputePurpose() in _SHOWN
        and imageable.ComputeVisibility() != UsdGeom.Tokens.invisible
    )


def _is_transformed(stage: Usd.Stage, parent_path: Sdf.Path) -> bool:
    """Return whether the nearest prim above the scene is moved, turned or scaled."""
    cache = UsdGeom.XformCache(Usd.TimeCode.EarliestTime())
    above = [p for p in reversed(parent_path.GetPrefixes()) if stage.GetPrimAtPath(p)]
    if not above:
        return False
    matrix = np.array(cache.GetLocalToWorldTransform(stage.GetPrimAtPath(above[0])))
    return not np.allclose(matrix, np.eye(4), atol=math.ulp(1.0) * 16)
