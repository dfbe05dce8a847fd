"""Model and AssetSpec: what an asset is made of, and how its file is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tools.demo_pack.mesh import Mesh, merge

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.demo_pack.surface import Surface

__all__ = ["AssetSpec", "Model", "Part", "Reference"]


@dataclass(frozen=True)
class Part:
    """One mesh prim with one material.

    Attributes:
        name: Prim name, unique within the model.
        mesh: Triangles in the layout frame [m].
        surface: The material.
        crease_deg: Edges that turn more than this [deg] are shaded hard; 180 shades all smooth.
    """

    name: str
    mesh: Mesh
    surface: Surface
    crease_deg: float


@dataclass(frozen=True)
class Reference:
    """Another asset of the pack placed inside this one; both must be Z up and in metres.

    Attributes:
        prim_name: Name of the prim that carries the reference, unique within the model.
        asset_name: ``AssetSpec.name`` of the target.
        translation: Where the target's origin goes (x, y, z) [m], layout frame.
        yaw_deg: Turn of the target, counter-clockwise seen from above [deg].
    """

    prim_name: str
    asset_name: str
    translation: tuple[float, float, float]
    yaw_deg: float = 0.0


@dataclass
class Model:
    """Named parts in the layout frame: metres, Z up, front -Y, standing on z = 0."""

    parts: list[Part] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def add(self, name: str, surface: Surface, *meshes: Mesh, crease_deg: float = 50.0) -> None:
        """Add the union of ``meshes`` as one part."""
        if any(part.name == name for part in self.parts):
            raise ValueError(f"The model already has a part named {name}.")
        self.parts.append(Part(name, merge(*meshes), surface, crease_deg))

    @property
    def triangle_count(self) -> int:
        """Triangles of the model's own parts, without references."""
        return sum(len(part.mesh.triangles) for part in self.parts)

    @property
    def bounds(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The lowest and the highest corner of the model's own parts [m]."""
        low, high = merge(*(part.mesh for part in self.parts)).bounds
        return tuple(low.tolist()), tuple(high.tolist())


@dataclass(frozen=True)
class AssetSpec:
    """How one asset is built and how its file presents it.

    Attributes:
        name: File stem and default prim name; a valid prim identifier.
        folder: Folder below ``packs/``: ``Pack/Folder/...``, without the file name.
        build: Makes the model.
        up_axis: The file's own up axis; Y-up files have their front at +Z.
        meters_per_unit: The file's own unit [m]: 1 or 0.01.
        pivot: The point of the model (x, y, z) [m], layout frame, that becomes the file's origin.
    """

    name: str
    folder: str
    build: Callable[[], Model]
    up_axis: Literal["Y", "Z"] = "Z"
    meters_per_unit: float = 1.0
    pivot: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def path(self) -> str:
        """The file's path below ``packs/``, with forward slashes."""
        return f"{self.folder}/{self.name}.usdc"
