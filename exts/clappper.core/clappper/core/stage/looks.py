"""Looks: the materials of what we build ourselves, as UsdPreviewSurface networks under ``Looks``.

Textures are files beside the stage; ``st`` is in texture tiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxr import Gf, Sdf, UsdShade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pxr import Usd

__all__ = ["LOOKS", "Look", "LookLibrary"]


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
        self, stage: Usd.Stage, scope_path: Sdf.Path, texture_paths: Mapping[str, str]
    ) -> None:
        self._stage = stage
        self._scope_path = scope_path
        self._texture_paths = texture_paths
        self._materials: dict[str, UsdShade.Material] = {}

    def bind(self, prim: Usd.Prim, name: str) -> None:
        """Bind a look to a prim, defining it at first use."""
        if name not in self._materials:
            if not self._materials:
                self._stage.DefinePrim(self._scope_path, "Scope")
            self._materials[name] = self._define(name)
        UsdShade.MaterialBindingAPI.Apply(prim).Bind(self._materials[name])

    def _define(self, name: str) -> UsdShade.Material:
        look = LOOKS[name]
        material = UsdShade.Material.Define(self._stage, self._scope_path.AppendChild(name))
        shader = UsdShade.Shader.Define(self._stage, material.GetPath().AppendChild("Surface"))
        shader.CreateIdAttr("UsdPreviewSurface")
        color = shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f)
        texture_path = self._texture_paths.get(look.texture or "")
        if texture_path is None:
            color.Set(Gf.Vec3f(*look.color))
        else:
            color.ConnectToSource(self._define_texture(material, look, texture_path))
        shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(look.roughness)
        shader.CreateInput("metallic", Sdf.ValueTypeNames.Float).Set(look.metallic)
        shader.CreateOutput("surface", Sdf.ValueTypeNames.Token)
        material.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
        return material

    def _define_texture(
        self, material: UsdShade.Material, look: Look, texture_path: str
    ) -> UsdShade.Output:
        reader = UsdShade.Shader.Define(self._stage, material.GetPath().AppendChild("TexCoord"))
        reader.CreateIdAttr("UsdPrimvarReader_float2")
        reader.CreateInput("varname", Sdf.ValueTypeNames.String).Set("st")
        st = reader.CreateOutput("result", Sdf.ValueTypeNames.Float2)
        texture = UsdShade.Shader.Define(self._stage, material.GetPath().AppendChild("Texture"))
        texture.CreateIdAttr("UsdUVTexture")
        texture.CreateInput("file", Sdf.ValueTypeNames.Asset).Set(Sdf.AssetPath(texture_path))
        texture.CreateInput("sourceColorSpace", Sdf.ValueTypeNames.Token).Set("sRGB")
        texture.CreateInput("wrapS", Sdf.ValueTypeNames.Token).Set("repeat")
        texture.CreateInput("wrapT", Sdf.ValueTypeNames.Token).Set("repeat")
        texture.CreateInput("fallback", Sdf.ValueTypeNames.Float4).Set(Gf.Vec4f(*look.color, 1.0))
        texture.CreateInput("st", Sdf.ValueTypeNames.Float2).ConnectToSource(st)
        return texture.CreateOutput("rgb", Sdf.ValueTypeNames.Float3)
