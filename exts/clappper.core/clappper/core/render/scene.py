"""The description turned into a Mitsuba scene: loaded once; afterwards only the camera moves.

Colour and the denoiser's guides (albedo, normal) come from two integrators. Mitsuba's ``aov``
around ``path`` would trace every path twice. Where the variant compiles, both are recorded once
and replayed per frame: tracing the Python and C++ side again costs more than the rays.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from clappper.core.render.bsdf import VERTEX_COLOURS, BsdfMaker
from clappper.core.render.emitter import make_emitter

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from clappper.core.render.models import CameraSample, Part, SceneDescription

__all__ = ["BOUNCES", "ROULETTE_BOUNCE", "LoadedScene", "load_scene"]

#: An object of the renderer; it has no types of its own.
_Native: TypeAlias = Any

#: Bounces of light after the first hit.
BOUNCES = 3
#: Bounce from which Russian roulette may end a path.
ROULETTE_BOUNCE = 2
#: What may be seen through before the bounces are used up, where anything is not opaque.
_SEE_THROUGH = 2
#: From USD's camera (looks along -Z, right is +X) to Mitsuba's (looks along +Z, left is +X).
_TURN_AROUND = np.diag([-1.0, 1.0, -1.0, 1.0])


class LoadedScene:
    """A scene and its camera. Use it on the thread that loaded it."""

    def __init__(self, mitsuba: ModuleType, scene: _Native, *, max_depth: int) -> None:
        self._mitsuba = mitsuba
        self._scene = scene
        self._is_compiled = not mitsuba.variant().startswith("scalar")
        path = mitsuba.load_dict(
            {"type": "path", "max_depth": max_depth, "rr_depth": ROULETTE_BOUNCE}
        )
        guides = mitsuba.load_dict({"type": "aov", "aovs": "albedo:albedo,normal:sh_normal"})

        def render(
            scene: _Native, camera: _Native, seed: _Native, spp: int
        ) -> tuple[_Native, _Native]:
            return (
                path.render(scene, camera, seed=seed, spp=spp),
                guides.render(scene, camera, seed=seed, spp=spp),
            )

        self._render = (
            importlib.import_module("drjit").freeze(render) if self._is_compiled else render
        )
        self._camera: _Native = None
        self._camera_parameters: _Native = None
        self._camera_key: tuple[Any, ...] = ()

    def aim(self, sample: CameraSample, width: int, height: int) -> None:
        """Put the camera somewhere; only another picture size or clipping range makes a new one.

        Args:
            sample: Where the camera stands and how wide it sees.
            width: Of the picture [pixels].
            height: Of the picture [pixels].
        """
        key = (width, height, sample.near_m, sample.far_m)
        to_world = np.array(sample.matrix).reshape(4, 4) @ _TURN_AROUND
        if key != self._camera_key:
            self._camera_key = key
            self._camera = self._make_camera(sample, width, height)
            self._camera_parameters = self._mitsuba.traverse(self._camera)
        self._camera_parameters["to_world"] = self._mitsuba.Transform4f(to_world)
        self._camera_parameters["x_fov"] = self._mitsuba.Float(sample.horizontal_fov_deg)
        self._camera_parameters.update()

    def render(self, *, spp: int, seed: int) -> NDArray[np.float32]:
        """Render what the camera sees; the same seed gives the same grain.

        Returns:
            Linear colour, albedo and world normal, shape (height, width, 9), not denoised.
        """
        number = self._mitsuba.UInt32(seed) if self._is_compiled else seed
        colour, guides = self._render(self._scene, self._camera, number, spp)
        return np.concatenate([np.array(colour), np.array(guides)], axis=-1, dtype=np.float32)

    def _make_camera(self, sample: CameraSample, width: int, height: int) -> _Native:
        return self._mitsuba.load_dict(
            {
                "type": "perspective",
                "fov_axis": "x",
                "fov": sample.horizontal_fov_deg,
                "near_clip": sample.near_m,
                "far_clip": sample.far_m,
                "sampler": {"type": "multijitter"},
                "film": {
                    "type": "hdrfilm",
                    "width": width,
                    "height": height,
                    "rfilter": {"type": "box"},
                    "pixel_format": "rgb",
                    "component_format": "float32",
                },
            }
        )


def load_scene(mitsuba: ModuleType, description: SceneDescription) -> LoadedScene:
    """Build the renderer's scene: geometry, groups and instances, surfaces and lamps.

    Raises:
        CaptureError: A texture cannot be read.
    """
    bsdfs = BsdfMaker(mitsuba)
    entries: dict[str, Any] = {"type": "scene"}
    for number, part in enumerate(description.parts):
        entries[f"part{number}"] = _make_mesh(mitsuba, part, bsdfs)
    for number, group in enumerate(description.groups):
        meshes = {
            f"part{index}": _make_mesh(mitsuba, part, bsdfs)
            for index, part in enumerate(group.parts)
        }
        entries[f"group{number}"] = mitsuba.load_dict(
            {"type": "shapegroup", **meshes}, parallel=False, optimize=False
        )
    for number, instance in enumerate(description.instances):
        entries[f"instance{number}"] = {
            "type": "instance",
            "to_world": mitsuba.ScalarTransform4f(instance.matrix),
            "group": entries[f"group{instance.group}"],
        }
    centre, radius_m = _compute_bounds(description)
    for number, lamp in enumerate(description.lamps):
        entries[f"lamp{number}"] = make_emitter(mitsuba, lamp, centre, radius_m)
    parts = [*description.parts, *(part for group in description.groups for part in group.parts)]
    sees_through = any(part.surface.opacity < 1.0 or part.surface.opacity_texture for part in parts)
    max_depth = BOUNCES + 1 + (_SEE_THROUGH if sees_through else 0)
    # loading in parallel would number lamps and surfaces differently from run to run: other grain,
    # another kernel
    scene = mitsuba.load_dict(entries, parallel=False, optimize=False)
    return LoadedScene(mitsuba, scene, max_depth=max_depth)


def _make_mesh(mitsuba: ModuleType, part: Part, bsdfs: BsdfMaker) -> _Native:
    properties = mitsuba.Properties()
    properties["bsdf"] = bsdfs.make(part.surface)
    if part.surface.is_emissive:
        properties["emitter"] = mitsuba.load_dict(
            {"type": "area", "radiance": bsdfs.make_emission(part.surface)}
        )
    mesh = mitsuba.Mesh(
        "part",
        len(part.points),
        len(part.triangles),
        props=properties,
        has_vertex_normals=True,
        has_vertex_texcoords=part.uvs is not None,
    )
    if part.colours is not None:
        mesh.add_attribute(VERTEX_COLOURS, 3, part.colours.ravel())
    parameters = mitsuba.traverse(mesh)
    parameters["vertex_positions"] = part.points.ravel()
    parameters["vertex_normals"] = part.normals.ravel()
    parameters["faces"] = part.triangles.ravel()
    if part.uvs is not None:
        parameters["vertex_texcoords"] = part.uvs.ravel()
    parameters.update()
    return mesh


def _compute_bounds(description: SceneDescription) -> tuple[NDArray[np.float64], float]:
    """Return centre and radius [m] of a sphere around all geometry."""
    corners = [_compute_box_corners(part.points) for part in description.parts]
    boxes = [
        _compute_box_corners(np.concatenate([part.points for part in group.parts]))
        for group in description.groups
    ]
    for instance in description.instances:
        linear, offset = instance.matrix[:3, :3], instance.matrix[:3, 3]
        corners.append(boxes[instance.group] @ linear.T + offset)
    if not corners:
        return np.zeros(3), 1.0
    everything = np.concatenate(corners)
    low, high = everything.min(axis=0), everything.max(axis=0)
    return (low + high) / 2.0, max(float(np.linalg.norm(high - low)) / 2.0, 1.0)


def _compute_box_corners(points: NDArray[np.floating]) -> NDArray[np.float64]:
    low, high = points.min(axis=0), points.max(axis=0)
    picks = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, 8).T
    return np.where(picks == 0, low, high).astype(np.float64)
