"""Surfaces as Mitsuba BSDFs: the principled model, two-sided, masked by opacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from clappper.core.render.picture import load_picture

if TYPE_CHECKING:
    from types import ModuleType

    from clappper.core.render.models import Colour, Surface, Texture

__all__ = ["VERTEX_COLOURS", "BsdfMaker", "make_rgb"]

#: An object of the renderer; it has no types of its own.
_Native: TypeAlias = Any

#: Mesh attribute that carries displayColor.
VERTEX_COLOURS = "vertex_colour"
#: Smoother than this is drawn as this: it would only sparkle at a few samples.
MIN_ROUGHNESS = 0.08


def make_rgb(colour: Colour) -> dict[str, Any]:
    """Return Mitsuba's description of a constant colour, linear Rec. 709."""
    return {"type": "rgb", "value": [float(value) for value in colour]}


class BsdfMaker:
    """Makes each surface's BSDF once."""

    def __init__(self, mitsuba: ModuleType) -> None:
        self._mitsuba = mitsuba
        self._bsdfs: dict[Surface, Any] = {}

    def make(self, surface: Surface) -> _Native:
        """Return the BSDF of a surface.

        Raises:
            CaptureError: A texture cannot be read.
        """
        if surface not in self._bsdfs:
            self._bsdfs[surface] = self._mitsuba.load_dict(
                self._describe(surface), parallel=False, optimize=False
            )
        return self._bsdfs[surface]

    def make_emission(self, surface: Surface) -> dict[str, Any]:
        """Return the description of the radiance an emissive surface gives."""
        texture = surface.emission_texture
        return self._texture(texture) if texture else make_rgb(surface.emission)

    def _describe(self, surface: Surface) -> dict[str, Any]:
        colour: Any = make_rgb(surface.base_colour)
        if surface.has_vertex_colours:
            colour = {"type": "mesh_attribute", "name": VERTEX_COLOURS}
        if surface.base_colour_texture:
            colour = self._texture(surface.base_colour_texture)
        roughness: Any = max(surface.roughness, MIN_ROUGHNESS)
        if surface.roughness_texture:
            roughness = self._texture(surface.roughness_texture, low=MIN_ROUGHNESS)
        metallic: Any = surface.metallic
        if surface.metallic_texture:
            metallic = self._texture(surface.metallic_texture)
        bsdf: dict[str, Any] = {
            "type": "principled",
            "base_color": colour,
            "roughness": roughness,
            "metallic": metallic,
            "specular": surface.specular,
        }
        if surface.clearcoat > 0.0:
            bsdf |= {
                "clearcoat": surface.clearcoat,
                "clearcoat_gloss": 1.0 - surface.clearcoat_roughness,
            }
        if surface.normal_texture:
            bsdf = {
                "type": "normalmap",
                "normalmap": self._texture(surface.normal_texture),
                "bsdf": bsdf,
            }
        bsdf = {"type": "twosided", "bsdf": bsdf}
        if surface.opacity_texture:
            opacity = self._texture(surface.opacity_texture, cut=surface.opacity_threshold)
            return {"type": "mask", "opacity": opacity, "bsdf": bsdf}
        if surface.opacity < max(surface.opacity_threshold, 1e-6):
            return {"type": "null"}
        if surface.opacity < 1.0 and not surface.opacity_threshold:
            return {"type": "mask", "opacity": surface.opacity, "bsdf": bsdf}
        return bsdf

    def _texture(self, texture: Texture, *, low: float = 0.0, cut: float = 0.0) -> dict[str, Any]:
        picture = load_picture(self._mitsuba, texture)
        if cut > 0.0:
            picture = (picture >= cut).astype(np.float32)
        uv_matrix = np.diag([1.0, -1.0, 1.0])
        uv_matrix[1, 2] = 1.0  # Mitsuba's v runs down the picture
        return {
            "type": "bitmap",
            "bitmap": self._mitsuba.Bitmap(np.maximum(picture, low, dtype=np.float32)),
            "raw": True,
            "wrap_mode": texture.wrap,
            "to_uv": self._mitsuba.ScalarTransform3f(
                uv_matrix @ np.array(texture.uv_matrix).reshape(3, 3)
            ),
        }
