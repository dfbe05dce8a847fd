"""Surfaces from UsdShade: UsdPreviewSurface networks, and displayColor where nothing is bound."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom, UsdShade

from clappper.core.issue import Issue
from clappper.core.render.models import Surface, Texture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clappper.core.render.models import Channel, Colour, Wrap

__all__ = ["SurfaceReader"]

#: What an attribute holds; USD tells no more.
_UsdValue: TypeAlias = Any

_DEFAULT = Surface()
#: A texture chain longer than this is a loop.
_MAX_HOPS = 16
_WRAPS: dict[str, Wrap] = {
    "repeat": "repeat",
    "mirror": "mirror",
    "clamp": "clamp",
    "black": "clamp",
}


class SurfaceReader:
    """Reads materials once each and remembers what it could not use."""

    def __init__(self, time: Usd.TimeCode) -> None:
        self.issues: list[Issue] = []
        self._time = time
        self._surfaces: dict[Sdf.Path, Surface] = {}

    def read(self, material: UsdShade.Material, prim: Usd.Prim) -> Surface:
        """Return the surface of a prim: its bound material's, else its ``displayColor``.

        Args:
            material: What is bound to ``prim`` or to one of its subsets; may be invalid.
            prim: The gprim.
        """
        if not material:
            return self._read_display_colour(prim)
        path = material.GetPath()
        if path not in self._surfaces:
            self._surfaces[path] = self._read_material(material)
        return self._surfaces[path]

    def _read_display_colour(self, prim: Usd.Prim) -> Surface:
        primvars = UsdGeom.PrimvarsAPI(prim)
        colour = primvars.FindPrimvarWithInheritance("displayColor")
        values = colour.ComputeFlattened(self._time) if colour else None
        if not values:
            return _DEFAULT
        opacities = primvars.FindPrimvarWithInheritance("displayOpacity")
        opacity = opacities.ComputeFlattened(self._time) if opacities else None
        return Surface(
            base_colour=_colour(values[0], _DEFAULT.base_colour),
            opacity=_share(opacity[0], 1.0) if opacity else 1.0,
            has_vertex_colours=colour.GetInterpolation() != UsdGeom.Tokens.constant,
        )

    def _read_material(self, material: UsdShade.Material) -> Surface:
        shader, _, _ = material.ComputeSurfaceSource()
        if not shader or shader.GetIdAttr().Get(self._time) != "UsdPreviewSurface":
            self._warn(
                "MATERIAL_UNSUPPORTED",
                material.GetPrim(),
                "has no UsdPreviewSurface and is drawn in grey",
            )
            return _DEFAULT
        inputs = {name: self._read_input(shader, name) for name in _INPUTS}

        def number(name: str, fallback: float) -> float:
            return _share(inputs[name][0], fallback)

        def texture(name: str) -> Texture | None:
            return inputs[name][1]

        specular = 0.5
        if inputs["useSpecularWorkflow"][0] == 1:
            specular = _share(
                sum(_colour(inputs["specularColor"][0], (0.0,) * 3)) / 3.0 / 0.08, 0.0
            )
        elif isinstance(ior := inputs["ior"][0], float) and math.isfinite(ior) and ior > 0.0:
            specular = _share(((1.0 - ior) / (1.0 + ior)) ** 2 / 0.08, 0.5)
        colour_value, colour_texture = inputs["diffuseColor"]
        return Surface(
            base_colour=_colour(colour_value, _DEFAULT.base_colour),
            roughness=number("roughness", 0.5),
            metallic=number("metallic", 0.0),
            specular=specular,
            clearcoat=number("clearcoat", 0.0),
            clearcoat_roughness=number("clearcoatRoughness", 0.01),
            opacity=number("opacity", 1.0),
            opacity_threshold=number("opacityThreshold", 0.0),
            emission=_emission(inputs["emissiveColor"][0]),
            has_vertex_colours=colour_value == _VERTEX_COLOURS,
            base_colour_texture=colour_texture,
            roughness_texture=texture("roughness"),
            metallic_texture=texture("metallic"),
            normal_texture=texture("normal"),
            opacity_texture=texture("opacity"),
            emission_texture=texture("emissiveColor"),
        )

    def _read_input(self, shader: UsdShade.Shader, name: str) -> tuple[_UsdValue, Texture | None]:
        """Return (constant, None), or (the fallback, texture) where a texture is connected."""
        source = _find_source(shader.GetInput(name))
        if source is None:
            return None, None
        node = UsdShade.Shader(source.GetPrim())
        if not UsdShade.Output.IsOutput(source.GetAttr()):
            return source.Get(self._time), None
        identifier = node.GetIdAttr().Get(self._time) if node else None
        if identifier == "UsdUVTexture":
            return node.GetInput("fallback").Get(self._time), self._read_texture(
                node, source.GetBaseName()
            )
        if str(identifier).startswith("UsdPrimvarReader_float3") and (
            self._value(node, "varname") == "displayColor"
        ):
            return _VERTEX_COLOURS, None
        return None, None

    def _read_texture(self, node: UsdShade.Shader, output: str) -> Texture | None:
        asset = self._value(node, "file")
        resolved = getattr(asset, "resolvedPath", "") if asset else ""
        if not resolved or "<UDIM>" in resolved:
            authored = getattr(asset, "path", "") or "nothing"
            self._warn(
                "TEXTURE_UNRESOLVED", node.GetPrim(), f"reads {authored}, which is not found"
            )
            return None
        colour_space = str(self._value(node, "sourceColorSpace") or "auto").lower()
        matrix, uv_name = self._read_uv(node)
        return Texture(
            path=resolved,
            channel=_CHANNELS.get(output, "rgb"),
            is_srgb={"raw": False, "srgb": True}.get(colour_space),
            wrap=_WRAPS.get(str(self._value(node, "wrapS")), "repeat"),
            scale=_four(self._value(node, "scale"), 1.0),
            bias=_four(self._value(node, "bias"), 0.0),
            uv_matrix=matrix,
            uv_name=uv_name,
        )

    def _read_uv(self, node: UsdShade.Shader) -> tuple[tuple[float, ...], str]:
        """Follow ``st`` through UsdTransform2d nodes to the primvar reader."""
        matrix = np.eye(3)
        source = _find_source(node.GetInput("st"))
        for _ in range(_MAX_HOPS):
            if source is None:
                break
            shader = UsdShade.Shader(source.GetPrim())
            identifier = shader.GetIdAttr().Get(self._time) if shader else None
            if identifier == "UsdTransform2d":
                matrix = matrix @ self._read_transform2d(shader)
                source = _find_source(shader.GetInput("in"))
                continue
            name = (
                self._value(shader, "varname") if identifier == "UsdPrimvarReader_float2" else None
            )
            return tuple(float(value) for value in matrix.ravel()), str(name or "st")
        return tuple(np.eye(3).ravel().tolist()), "st"

    def _read_transform2d(self, node: UsdShade.Shader) -> NDArray[np.float64]:
        scale = _pair(self._value(node, "scale"), 1.0)
        move = _pair(self._value(node, "translation"), 0.0)
        angle = math.radians(_number(self._value(node, "rotation"), 0.0))
        cosine, sine = math.cos(angle), math.sin(angle)
        return np.array(
            [
                [cosine * scale[0], -sine * scale[1], move[0]],
                [sine * scale[0], cosine * scale[1], move[1]],
                [0.0, 0.0, 1.0],
            ]
        )

    def _value(self, node: UsdShade.Shader, name: str) -> _UsdValue:
        source = _find_source(node.GetInput(name))
        return None if source is None else source.Get(self._time)

    def _warn(self, code: str, prim: Usd.Prim, finding: str) -> None:
        path = str(prim.GetPath())
        self.issues.append(
            Issue(code=code, severity="warning", prim_path=path, message=f"{path} {finding}.")
        )


_VERTEX_COLOURS = "displayColor"
_CHANNELS: dict[str, Channel] = {"r": "r", "g": "g", "b": "b", "a": "a"}
_INPUTS = (
    "diffuseColor",
    "roughness",
    "metallic",
    "specularColor",
    "useSpecularWorkflow",
    "ior",
    "clearcoat",
    "clearcoatRoughness",
    "opacity",
    "opacityThreshold",
    "emissiveColor",
    "normal",
)


def _find_source(port: UsdShade.Input) -> UsdShade.Input | UsdShade.Output | None:
    """Follow connections through material and node graph interfaces to what gives the value."""
    if not port:
        return None
    attributes = UsdShade.Utils.GetValueProducingAttributes(port)
    if not attributes:
        return None
    is_output = UsdShade.Output.IsOutput(attributes[0])
    return UsdShade.Output(attributes[0]) if is_output else UsdShade.Input(attributes[0])


def _number(value: _UsdValue, fallback: float) -> float:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else fallback


def _share(value: _UsdValue, fallback: float) -> float:
    return min(max(_number(value, fallback), 0.0), 1.0)


def _pair(value: _UsdValue, fallback: float) -> tuple[float, float]:
    return (
        (fallback, fallback)
        if value is None
        else (_number(value[0], fallback), _number(value[1], fallback))
    )


def _four(value: _UsdValue, fallback: float) -> tuple[float, ...]:
    return (fallback,) * 4 if value is None else tuple(_number(entry, fallback) for entry in value)


def _colour(value: _UsdValue, fallback: Colour) -> Colour:
    if not isinstance(value, (Gf.Vec3f, Gf.Vec3d, Gf.Vec3h, Gf.Vec4f)):
        return fallback
    red, green, blue = (_share(value[i], fallback[i]) for i in range(3))
    return red, green, blue


def _emission(value: _UsdValue) -> Colour:
    if not isinstance(value, (Gf.Vec3f, Gf.Vec3d, Gf.Vec3h, Gf.Vec4f)):
        return (0.0, 0.0, 0.0)
    red, green, blue = (max(_number(value[i], 0.0), 0.0) for i in range(3))
    return red, green, blue
