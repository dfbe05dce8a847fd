"""A stage turned into the renderer's description: traversal, instancing, and what is left out.

Instanced prims and PointInstancer prototypes are read once and shared; meshes that are equal
though not instanced are shared too. What gives light (lamps, emissive parts) is repeated per
instance.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from pxr import Usd, UsdGeom, UsdShade

from clappper.core.errors import CaptureError
from clappper.core.issue import Issue
from clappper.core.render.geometry import compute_corners, is_supported
from clappper.core.render.lamp import is_lamp, read_lamp
from clappper.core.render.metrics import compute_stage_to_render, to_column_matrix
from clappper.core.render.models import Group, Instance, Part, SceneDescription, Surface
from clappper.core.render.surface import SurfaceReader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clappper.core.render.geometry import Corners
    from clappper.core.render.models import Lamp

__all__ = ["extract_scene"]

#: More instances than this are refused.
MAX_INSTANCES = 1_000_000
#: Instances of instances deeper than this are refused.
MAX_DEPTH = 32
#: Equal meshes below this many triangles are simply repeated.
_SHARED_TRIANGLES = 64
_DRAWN_PURPOSES = (UsdGeom.Tokens.default_, UsdGeom.Tokens.render)

_Key = tuple[str, ...]


def extract_scene(stage: Usd.Stage, time_code: float) -> SceneDescription:
    """Describe what a camera can see of a stage at one time.

    Drawn are gprims and lights that are visible, of purpose default or render. The stage is left
    untouched.

    Args:
        stage: Open stage; read on the calling thread only.
        time_code: Time of geometry, transforms, materials and lights.

    Raises:
        CaptureError: The stage holds more than can be rendered.
    """
    return _Extraction(stage, Usd.TimeCode(time_code)).run()


@dataclass(frozen=True, eq=False)
class _Chunk:
    """Triangles of one surface of one gprim, in the frame of the content's root."""

    surface: Surface
    corners: Corners
    matrix: NDArray[np.float64]


@dataclass(eq=False)
class _Content:
    """What stands below one root: the stage, or the prototype of an instance."""

    chunks: list[_Chunk] = field(default_factory=list)
    lamps: list[tuple[Usd.Prim, NDArray[np.float64]]] = field(default_factory=list)
    children: list[tuple[_Key, NDArray[np.float64]]] = field(default_factory=list)


class _Extraction:
    def __init__(self, stage: Usd.Stage, time: Usd.TimeCode) -> None:
        self._stage = stage
        self._time = time
        self._xforms = UsdGeom.XformCache(time)
        self._surfaces = SurfaceReader(time)
        self._contents: dict[_Key, _Content] = {}
        self._issues: list[Issue] = []
        self._moving: list[str] = []
        self._to_render = compute_stage_to_render(stage)
        self._uses: dict[_Key, list[NDArray[np.float64]]] = {}
        self._use_count = 0
        self._lamps: list[Lamp] = []

    def run(self) -> SceneDescription:
        root = self._read_content(self._stage.GetPseudoRoot(), np.eye(4))
        self._expand(root, (), self._to_render, 0)
        loose: list[_Chunk] = []
        groups: list[Group] = []
        instances: list[Instance] = []
        for key, matrices in self._uses.items():
            chunks = root.chunks if not key else self._contents[key].chunks
            still = [chunk for chunk in chunks if not chunk.surface.is_emissive]
            glowing = [chunk for chunk in chunks if chunk.surface.is_emissive]
            for matrix in matrices:
                loose.extend(_placed(glowing, matrix))
            if len(matrices) == 1:
                loose.extend(_placed(still, matrices[0]))
            elif still:
                instances.extend(Instance(len(groups), matrix) for matrix in matrices)
                groups.append(Group(_merge(still)))
        loose = _share_equal(loose, groups, instances)
        return SceneDescription(
            parts=_merge(loose),
            groups=tuple(groups),
            instances=tuple(instances),
            lamps=tuple(self._lamps),
            issues=(*self._issues, *self._surfaces.issues, *self._report_motion()),
        )

    def _expand(
        self, content: _Content, key: _Key, matrix: NDArray[np.float64], depth: int
    ) -> None:
        """Note one use of a content and, below it, of everything it instances."""
        self._use_count += 1
        if self._use_count > MAX_INSTANCES or depth > MAX_DEPTH:
            raise CaptureError(
                f"The stage has more than {MAX_INSTANCES} instances, or nests them deeper than "
                f"{MAX_DEPTH}. Hide some of them."
            )
        self._uses.setdefault(key, []).append(matrix)
        to_stage = np.linalg.inv(self._to_render)
        for prim, local in content.lamps:
            lamp = read_lamp(prim, self._time, to_stage @ matrix @ local, self._to_render)
            if lamp is not None:
                self._lamps.append(lamp)
            elif depth == 0:
                self._warn(
                    "LIGHT_UNSUPPORTED", prim, f"is a {prim.GetTypeName()} that is not drawn"
                )
        for child_key, child_matrix in content.children:
            self._expand(self._contents[child_key], child_key, matrix @ child_matrix, depth + 1)

    def _read_content(self, root: Usd.Prim, root_world: NDArray[np.float64]) -> _Content:
        content = _Content()
        if not np.isfinite(root_world).all() or abs(np.linalg.det(root_world)) < 1e-30:
            return content
        to_root = np.linalg.inv(root_world)
        prims = iter(Usd.PrimRange(root, Usd.TraverseInstanceProxies()))
        for prim in prims:
            if prim.IsA(UsdShade.Material) or self._is_invisible(prim):
                prims.PruneChildren()
                continue
            matrix = to_root @ self._compute_world(prim)
            if prim.IsInstance() and prim != root:
                prims.PruneChildren()
                content.children.append((self._read_instance(prim), matrix))
            elif prim.IsA(UsdGeom.PointInstancer):
                prims.PruneChildren()
                content.children.extend(self._read_point_instancer(prim, matrix))
            elif is_lamp(prim):
                content.lamps.append((prim, matrix))
            elif prim.IsA(UsdGeom.Gprim):
                content.chunks.extend(self._read_gprim(prim, matrix))
        return content

    def _is_invisible(self, prim: Usd.Prim) -> bool:
        if not prim.IsA(UsdGeom.Imageable):
            return False
        visibility = UsdGeom.Imageable(prim).GetVisibilityAttr().Get(self._time)
        return visibility == UsdGeom.Tokens.invisible

    def _compute_world(self, prim: Usd.Prim) -> NDArray[np.float64]:
        if prim.IsPseudoRoot():
            return np.eye(4)
        if (
            prim.IsA(UsdGeom.Xformable)
            and not prim.IsA(UsdGeom.Camera)
            and not prim.IsInstanceProxy()
            and UsdGeom.Xformable(prim).TransformMightBeTimeVarying()
        ):
            self._moving.append(str(prim.GetPath()))
        return to_column_matrix(self._xforms.GetLocalToWorldTransform(prim))

    def _read_instance(self, prim: Usd.Prim) -> _Key:
        """Read a prototype through this instance, so that what it inherits is found."""
        material, _ = UsdShade.MaterialBindingAPI(prim).ComputeBoundMaterial()
        purpose = UsdGeom.Imageable(prim).ComputePurpose() if prim.IsA(UsdGeom.Imageable) else ""
        colour = UsdGeom.PrimvarsAPI(prim).FindPrimvarWithInheritance("displayColor")
        key = (
            str(prim.GetPrototype().GetPath()),
            str(material.GetPath()) if material else "",
            str(purpose),
            str(colour.Get(self._time)) if colour else "",
        )
        if key not in self._contents:
            self._contents[key] = _Content()
            self._contents[key] = self._read_content(prim, self._compute_world(prim))
        return key

    def _read_point_instancer(
        self, prim: Usd.Prim, matrix: NDArray[np.float64]
    ) -> list[tuple[_Key, NDArray[np.float64]]]:
        instancer = UsdGeom.PointInstancer(prim)
        targets = instancer.GetPrototypesRel().GetForwardedTargets()
        indices = instancer.GetProtoIndicesAttr().Get(self._time) or []
        if len(indices) > MAX_INSTANCES:
            raise CaptureError(
                f"{prim.GetPath()} has more than {MAX_INSTANCES} instances. Thin it out."
            )
        mask = instancer.ComputeMaskAtTime(self._time)
        transforms = instancer.ComputeInstanceTransformsAtTime(
            self._time,
            self._time,
            UsdGeom.PointInstancer.IncludeProtoXform,
            UsdGeom.PointInstancer.IgnoreMask,
        )
        if len(transforms) != len(indices):
            self._warn("INSTANCER_BROKEN", prim, "has arrays of unequal length and is not drawn")
            return []
        uses: list[tuple[_Key, NDArray[np.float64]]] = []
        for number, index in enumerate(indices):
            if (mask and not mask[number]) or not 0 <= index < len(targets):
                continue
            key: _Key = ("prototype", str(targets[index]))
            if key not in self._contents:
                self._contents[key] = _Content()
                prototype = self._stage.GetPrimAtPath(targets[index])
                if prototype:
                    self._contents[key] = self._read_content(
                        prototype, self._compute_world(prototype)
                    )
            uses.append((key, matrix @ to_column_matrix(transforms[number])))
        return uses

    def _read_gprim(self, prim: Usd.Prim, matrix: NDArray[np.float64]) -> list[_Chunk]:
        if UsdGeom.Imageable(prim).ComputePurpose() not in _DRAWN_PURPOSES:
            return []
        if not is_supported(prim):
            self._warn("GPRIM_UNSUPPORTED", prim, f"is a {prim.GetTypeName()} that is not drawn")
            return []
        binding = UsdShade.MaterialBindingAPI(prim)
        whole = self._surfaces.read(binding.ComputeBoundMaterial()[0], prim)
        corners = compute_corners(prim, self._time, uv_name=whole.uv_name)
        if corners is None:
            self._warn("MESH_BROKEN", prim, "has no sound topology and is not drawn")
            return []
        if not np.isfinite(matrix).all():
            self._warn(
                "TRANSFORM_BROKEN", prim, "has a transform that is not finite and is not drawn"
            )
            return []
        chunks = []
        left = np.ones(len(corners.faces), dtype=bool)
        for subset in binding.GetMaterialBindSubsets():
            faces = subset.GetIndicesAttr().Get(self._time)
            chosen = left & np.isin(corners.faces, np.asarray(faces or [], dtype=np.int64))
            left &= ~chosen
            material = UsdShade.MaterialBindingAPI(subset.GetPrim()).ComputeBoundMaterial()[0]
            surface = self._surfaces.read(material, prim)
            if chosen.any():
                chunks.append(_Chunk(surface, _select(corners, chosen), matrix))
        if left.any():
            chunks.append(_Chunk(whole, _select(corners, left), matrix))
        return chunks

    def _report_motion(self) -> list[Issue]:
        if not self._moving:
            return []
        return [
            Issue(
                code="MOTION_IGNORED",
                severity="warning",
                prim_path=self._moving[0],
                message=(
                    f"{len(self._moving)} prims move, first {self._moving[0]}; "
                    "only the camera moves here."
                ),
                hint="Render in Kit to see them move.",
            )
        ]

    def _warn(self, code: str, prim: Usd.Prim, finding: str) -> None:
        path = str(prim.GetPath())
        self._issues.append(
            Issue(code=code, severity="warning", prim_path=path, message=f"{path} {finding}.")
        )


def _select(corners: Corners, chosen: NDArray[np.bool_]) -> Corners:
    if chosen.all():
        return corners
    return replace(
        corners,
        points=corners.points[chosen],
        normals=corners.normals[chosen],
        uvs=None if corners.uvs is None else corners.uvs[chosen],
        colours=None if corners.colours is None else corners.colours[chosen],
        faces=corners.faces[chosen],
    )


def _placed(chunks: list[_Chunk], matrix: NDArray[np.float64]) -> list[_Chunk]:
    return [replace(chunk, matrix=matrix @ chunk.matrix) for chunk in chunks]


def _share_equal(
    chunks: list[_Chunk], groups: list[Group], instances: list[Instance]
) -> list[_Chunk]:
    """Turn chunks with equal triangles into instances of new groups; return the others."""
    alike: dict[tuple[Surface, bytes], list[_Chunk]] = {}
    rest = []
    for chunk in chunks:
        if chunk.surface.is_emissive or len(chunk.corners.points) < _SHARED_TRIANGLES:
            rest.append(chunk)
        else:
            alike.setdefault((chunk.surface, _digest(chunk.corners)), []).append(chunk)
    for same in alike.values():
        if len(same) == 1:
            rest.append(same[0])
            continue
        instances.extend(Instance(len(groups), chunk.matrix) for chunk in same)
        groups.append(Group(_merge([replace(same[0], matrix=np.eye(4))])))
    return rest


def _digest(corners: Corners) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for values in (corners.points, corners.normals, corners.uvs, corners.colours):
        digest.update(b"-" if values is None else np.ascontiguousarray(values).tobytes())
    return digest.digest()


def _merge(chunks: list[_Chunk]) -> tuple[Part, ...]:
    """Put everything of one surface into one part: the renderer likes few large meshes."""
    by_surface: dict[Surface, list[_Chunk]] = {}
    for chunk in chunks:
        by_surface.setdefault(chunk.surface, []).append(chunk)
    return tuple(_merge_surface(surface, same) for surface, same in by_surface.items())


def _merge_surface(surface: Surface, chunks: list[_Chunk]) -> Part:
    points, normals, uvs, colours = [], [], [], []
    for chunk in chunks:
        linear = chunk.matrix[:3, :3]
        is_mirrored = np.linalg.det(linear) < 0.0
        order = slice(None, None, -1) if is_mirrored else slice(None)
        corners = chunk.corners
        count = len(corners.points)
        points.append((corners.points @ linear.T + chunk.matrix[:3, 3])[:, order].reshape(-1, 3))
        turned = corners.normals @ _compute_cofactors(linear).T * (-1.0 if is_mirrored else 1.0)
        normals.append(turned[:, order].reshape(-1, 3))
        uv = np.zeros((count, 3, 2)) if corners.uvs is None else corners.uvs
        uvs.append(uv[:, order].reshape(-1, 2))
        colour = corners.colours
        if colour is None:
            colour = np.broadcast_to(surface.base_colour, (count, 3, 3))
        colours.append(colour[:, order].reshape(-1, 3))
    all_points = np.concatenate(points)
    all_normals = np.concatenate(normals)
    length = np.maximum(np.linalg.norm(all_normals, axis=1, keepdims=True), 1e-20)
    return Part(
        surface=surface,
        points=all_points.astype(np.float32),
        triangles=np.arange(len(all_points), dtype=np.uint32).reshape(-1, 3),
        normals=(all_normals / length).astype(np.float32),
        uvs=np.concatenate(uvs).astype(np.float32) if surface.has_textures else None,
        colours=np.concatenate(colours).astype(np.float32) if surface.has_vertex_colours else None,
    )


def _compute_cofactors(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what carries normals: inverse transpose times determinant, defined even when flat."""
    return np.stack(
        [
            np.cross(linear[1], linear[2]),
            np.cross(linear[2], linear[0]),
            np.cross(linear[0], linear[1]),
        ]
    )
