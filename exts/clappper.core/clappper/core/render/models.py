"""What the embedded renderer knows of a stage: plain numbers and arrays, no USD and no renderer.

The frame of everything here is right-handed, **Z up, metres**, whatever the stage's own metrics
are. Matrices are 4x4 float64 for column vectors (``world = matrix @ local``). Colours are linear
Rec. 709.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clappper.core.issue import Issue

__all__ = [
    "CameraSample",
    "Channel",
    "Colour",
    "DistantLamp",
    "DomeLamp",
    "Group",
    "Instance",
    "Lamp",
    "LampShape",
    "Part",
    "SceneDescription",
    "ShapeLamp",
    "Surface",
    "Texture",
    "Wrap",
]

Colour: TypeAlias = tuple[float, float, float]
Channel: TypeAlias = Literal["rgb", "r", "g", "b", "a"]
Wrap: TypeAlias = Literal["repeat", "clamp", "mirror"]
LampShape: TypeAlias = Literal["rect", "disk", "sphere"]


@dataclass(frozen=True)
class Texture:
    """One picture and how it is read: ``value = sample(uv_matrix @ st) * scale + bias``."""

    path: str
    channel: Channel = "rgb"
    is_srgb: bool | None = None  #: None: sRGB when it is an 8-bit colour picture.
    wrap: Wrap = "repeat"
    scale: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    bias: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    #: Row-major 3x3 from the mesh's ``st`` to the picture.
    uv_matrix: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    uv_name: str = "st"


@dataclass(frozen=True)
class Surface:
    """A UsdPreviewSurface; textures win over the constants beside them."""

    base_colour: Colour = (0.18, 0.18, 0.18)
    roughness: float = 0.5
    metallic: float = 0.0
    specular: float = 0.5  #: Principled specular: 0.5 is a reflectance of 4 % at normal incidence.
    clearcoat: float = 0.0
    clearcoat_roughness: float = 0.01
    opacity: float = 1.0
    opacity_threshold: float = 0.0
    emission: Colour = (0.0, 0.0, 0.0)
    has_vertex_colours: bool = False  #: The base colour is the mesh's own, per vertex.
    base_colour_texture: Texture | None = None
    roughness_texture: Texture | None = None
    metallic_texture: Texture | None = None
    normal_texture: Texture | None = None
    opacity_texture: Texture | None = None
    emission_texture: Texture | None = None

    @property
    def is_emissive(self) -> bool:
        """Whether it gives light of its own."""
        return self.emission_texture is not None or max(self.emission) > 0.0

    @property
    def textures(self) -> tuple[Texture, ...]:
        """The textures that are there."""
        slots = (
            self.base_colour_texture,
            self.roughness_texture,
            self.metallic_texture,
            self.normal_texture,
            self.opacity_texture,
            self.emission_texture,
        )
        return tuple(texture for texture in slots if texture is not None)

    @property
    def has_textures(self) -> bool:
        """Whether texture coordinates are needed."""
        return bool(self.textures)

    @property
    def uv_name(self) -> str:
        """The primvar that the first texture reads."""
        return self.textures[0].uv_name if self.textures else "st"


@dataclass(frozen=True, eq=False)
class Part:
    """Triangles of one surface, in the frame of what holds them."""

    surface: Surface
    points: NDArray[np.float32]  #: shape (n, 3) [m]
    triangles: NDArray[np.uint32]  #: shape (m, 3), counter-clockwise seen from outside
    normals: NDArray[np.float32]  #: shape (n, 3), unit length
    uvs: NDArray[np.float32] | None = None  #: shape (n, 2)
    colours: NDArray[np.float32] | None = None  #: shape (n, 3), linear


@dataclass(frozen=True, eq=False)
class Group:
    """Geometry shared by several instances, in its own frame."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Instance:
    """One use of a group."""

    group: int
    matrix: NDArray[np.float64]  #: group to world, shape (4, 4)


@dataclass(frozen=True)
class DomeLamp:
    """Light from everywhere: ``radiance`` times the picture, or times a sky where there is none."""

    radiance: Colour
    texture: Texture | None = None
    matrix: tuple[float, ...] = ()  #: light to world, row-major 4x4; the dome's own frame is Y up


@dataclass(frozen=True)
class DistantLamp:
    """Parallel light, a sun: ``irradiance`` on a surface that faces it."""

    irradiance: Colour
    direction: tuple[float, float, float]  #: the way the light travels, unit length, world
    angle_deg: float  #: apparent diameter


@dataclass(frozen=True)
class ShapeLamp:
    """A lamp with a body of size 1 across before ``matrix``; rect and disk shine along local -Z."""

    shape: LampShape
    radiance: Colour
    matrix: tuple[float, ...]  #: light to world, row-major 4x4 [m]


Lamp: TypeAlias = DomeLamp | DistantLamp | ShapeLamp


@dataclass(frozen=True)
class CameraSample:
    """The camera at one time code; it looks along local -Z with +Y up."""

    matrix: tuple[float, ...]  #: camera to world, row-major 4x4 [m], without scale
    horizontal_fov_deg: float
    near_m: float = 0.01
    far_m: float = 10_000.0
    exposure: float = 0.0  #: compensation [stops]


@dataclass(frozen=True, eq=False)
class SceneDescription:
    """A stage as the renderer sees it, at one time."""

    parts: tuple[Part, ...]  #: geometry used once, in the world frame
    groups: tuple[Group, ...]
    instances: tuple[Instance, ...]
    lamps: tuple[Lamp, ...]
    issues: tuple[Issue, ...] = field(default=())
