"""Looks: the materials of what we build ourselves, as UsdPreviewSurface networks under ``Looks``.

Textures are files beside the stage; ``st`` is in texture tiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxr import Gf, Sdf

from clappper.core.stage.spec_writer import (
    apply_schemas,
    author_attribute,
    author_targets,
    define_prim,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LOOKS", "Look", "LookLibrary"]

Types = Sdf.ValueTypeNames


@dataclass(frozen=True)
class Look:
    """One material: linear colour, roughness and metallic.

    Optionally an sRGB texture with its real size.
    """

    color: tuple[float, float, float]
    roughness: float = 0.6
    metallic: float = 0.0
    texture: str | None = None
    #: Length of floor or wall one texture tile covers [m].
    tile_m: float = 1.0


LOOKS: dict[str, Look] = {
    "Concrete": Look((0.32, 0.32, 0.31), 0.45, texture="concrete_floor.png", tile_m=4.0),
    "Carpet": Look((0.16, 0.18, 0.20), 0.95, texture="carpet_tile.png", tile_m=1.0),
    "WoodFloor": Look((0.38, 0.24, 0.14), 0.4, texture="wood_floor.png", tile_m=1.6),
    "Asphalt": Look((0.09, 0.09, 0.095), 0.9, texture="asphalt.png", tile_m=2.0),
    "Plaster": Look((0.72, 0.71, 0.68), 0.85, texture="plaster_wall.png", tile_m=2.0),
    "Cladding": Look((0.55, 0.58, 0.60), 0.5, 0.1, texture="metal_cladding.png", tile_m=1.0),
    "Brick": Look((0.40, 0.22, 0.16), 0.9, texture="brick_wall.png", tile_m=1.0),
    "PaintedConcrete": Look((0.40, 0.42, 0.43), 0.7),
    "AccentPaint": Look((0.10, 0.22, 0.26), 0.8),
    "WarmPaint": Look((0.62, 0.54, 0.44), 0.85),
    "Ceiling": Look((0.74, 0.74, 0.72), 0.9),
    "DarkCeiling": Look((0.20, 0.21, 0.22), 0.8),
    "Steel": Look((0.28, 0.30, 0.33), 0.45, 0.4),
    "Trim": Look((0.62, 0.62, 0.60), 0.5),
    "LinePaint": Look((0.78, 0.55, 0.04), 0.6),
    "Fixture": Look((0.80, 0.80, 0.80), 0.4),
    "Ground": Look((0.12, 0.125, 0.11), 0.95),
    "Backdrop": Look((0.55, 0.55, 0.55), 0.8),
}


class LookLibrary:
    """Defines each used look once under one scope."""

    def __init__(
        self, layer: Sdf.Layer, scope_path: Sdf.Path, texture_paths: Mapping[str, str]
    ) -> None:
        self._layer = layer
        self._scope_path = scope_path
        self._texture_paths = texture_paths
        self._known: set[str] = set()

    def bind(self, spec: Sdf.PrimSpec, name: str) -> None:
        """Bind a look to a prim, defining it at first use."""
        path = self._scope_path.AppendChild(name)
        if name not in self._known:
            define_prim(self._layer, self._scope_path, "Scope")
            self._define(path, LOOKS[name])
            self._known.add(name)
        apply_schemas(spec, "MaterialBindingAPI")
        author_targets(spec, "material:binding", [path])

    def _define(self, path: Sdf.Path, look: Look) -> None:
        material = define_prim(self._layer, path, "Material")
        surface = self._define_shader(path, "Surface", "UsdPreviewSurface")
        color = author_attribute(surface, "inputs:diffuseColor", Types.Color3f)
        texture_path = self._texture_paths.get(look.texture or "")
        if texture_path is None:
            color.default = Gf.Vec3f(*look.color)
        else:
            _connect(color, self._define_texture(path, look, texture_path))
        author_attribute(surface, "inputs:roughness", Types.Float, look.roughness)
        author_attribute(surface, "inputs:metallic", Types.Float, look.metallic)
        output = author_attribute(surface, "outputs:surface", Types.Token)
        _connect(author_attribute(material, "outputs:surface", Types.Token), output)

    def _define_texture(self, path: Sdf.Path, look: Look, texture_path: str) -> Sdf.AttributeSpec:
        reader = self._define_shader(path, "TexCoord", "UsdPrimvarReader_float2")
        author_attribute(reader, "inputs:varname", Types.String, "st")
        st = author_attribute(reader, "outputs:result", Types.Float2)
        texture = self._define_shader(path, "Texture", "UsdUVTexture")
        author_attribute(texture, "inputs:file", Types.Asset, Sdf.AssetPath(texture_path))
        for name, value in (("sourceColorSpace", "sRGB"), ("wrapS", "repeat"), ("wrapT", "repeat")):
            author_attribute(texture, f"inputs:{name}", Types.Token, value)
        fallback = Gf.Vec4f(*look.color, 1.0)
        author_attribute(texture, "inputs:fallback", Types.Float4, fallback)
        _connect(author_attribute(texture, "inputs:st", Types.Float2), st)
        return author_attribute(texture, "outputs:rgb", Types.Float3)

    def _define_shader(self, material_path: Sdf.Path, name: str, shader_id: str) -> Sdf.PrimSpec:
        shader = define_prim(self._layer, material_path.AppendChild(name), "Shader")
        author_attribute(shader, "info:id", Types.Token, shader_id, is_uniform=True)
        return shader


def _connect(attribute: Sdf.AttributeSpec, source: Sdf.AttributeSpec) -> None:
    attribute.connectionPathList.explicitItems = [source.path]
