"""Lamps from UsdLux.

How brightness is read (``emission = color * intensity * 2 ** exposure``, times the black body
colour where enabled):

- Rect, Disk and Sphere lights: emission is radiance. With ``normalize`` it is divided by the
  surface area in stage units squared, as UsdLux defines it.
- Dome: emission is radiance of the sky; a texture multiplies it.
- Distant: emission is the irradiance on a surface that faces the light, whatever ``angle`` is, as
  Kit's RTX shows it (the letter of UsdLux, radiance over a tiny disc, would make a sun of 3000
  invisible beside a dome of 1000).

Exposure is measured on the picture, so only the ratios between lamps matter. Shaping cones, light
linking, filters and textures on area lights are not used.

Source:
    UsdLux LightAPI, "normalize" and "intensity".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Usd, UsdLux

from clappper.core.render.models import DistantLamp, DomeLamp, ShapeLamp, Texture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clappper.core.render.models import Colour, Lamp, LampShape

__all__ = ["is_lamp", "read_lamp"]

_SHAPES: dict[str, LampShape] = {"RectLight": "rect", "DiskLight": "disk", "SphereLight": "sphere"}
_READERS = ("DomeLight", "DomeLight_1", "DistantLight", "RectLight", "DiskLight", "SphereLight")


def is_lamp(prim: Usd.Prim) -> bool:
    """Return whether the prim is a light of any kind."""
    return prim.HasAPI(UsdLux.LightAPI)


def read_lamp(
    prim: Usd.Prim,
    time: Usd.TimeCode,
    world: NDArray[np.float64],
    stage_to_render: NDArray[np.float64],
) -> Lamp | None:
    """Return the lamp a light prim stands for.

    Args:
        prim: A prim for which ``is_lamp`` holds.
        time: Time of its values.
        world: Its local-to-world matrix, stage frame and unit, shape (4, 4).
        stage_to_render: Stage world to the renderer's frame, shape (4, 4).

    Returns:
        The lamp, or None where the kind is not supported.
    """
    kind = prim.GetTypeName()
    if kind not in _READERS:
        return None
    emission = _compute_emission(UsdLux.LightAPI(prim), time)
    matrix = stage_to_render @ world
    if kind.startswith("DomeLight"):
        return DomeLamp(emission, _read_texture(prim, time), _flat(_dome_to_render(kind, matrix)))
    if kind == "DistantLight":
        direction = -matrix[:3, 2] / max(float(np.linalg.norm(matrix[:3, 2])), 1e-20)
        angle = float(UsdLux.DistantLight(prim).GetAngleAttr().Get(time))
        x, y, z = (float(value) for value in direction)
        return DistantLamp(emission, (x, y, z), min(max(angle, 0.0), 90.0))
    return _read_shape(prim, time, emission, world, matrix)


def _read_shape(
    prim: Usd.Prim,
    time: Usd.TimeCode,
    emission: Colour,
    world: NDArray[np.float64],
    matrix: NDArray[np.float64],
) -> ShapeLamp | None:
    kind = prim.GetTypeName()
    if kind == "RectLight":
        light = UsdLux.RectLight(prim)
        size = (float(light.GetWidthAttr().Get(time)), float(light.GetHeightAttr().Get(time)), 1.0)
    else:
        light = (UsdLux.DiskLight if kind == "DiskLight" else UsdLux.SphereLight)(prim)
        diameter = 2.0 * float(light.GetRadiusAttr().Get(time))
        size = (diameter, diameter, diameter if kind == "SphereLight" else 1.0)
    sides = np.linalg.norm(world[:3, :3] * size, axis=0)
    if not min(size) > 0.0 or not np.isfinite(matrix).all() or not np.linalg.det(matrix[:3, :3]):
        return None
    area = {
        "RectLight": sides[0] * sides[1],
        "DiskLight": math.pi / 4.0 * sides[0] * sides[1],
        "SphereLight": math.pi * float(np.prod(sides)) ** (2.0 / 3.0),
    }[kind]
    if UsdLux.LightAPI(prim).GetNormalizeAttr().Get(time):
        red, green, blue = (value / float(area) for value in emission)
        emission = red, green, blue
    return ShapeLamp(_SHAPES[kind], emission, _flat(matrix @ np.diag([*size, 1.0])))


def _compute_emission(light: UsdLux.LightAPI, time: Usd.TimeCode) -> Colour:
    brightness = float(light.GetIntensityAttr().Get(time)) * 2.0 ** min(
        float(light.GetExposureAttr().Get(time)), 64.0
    )
    colour = Gf.Vec3f(light.GetColorAttr().Get(time))
    if light.GetEnableColorTemperatureAttr().Get(time):
        colour = Gf.CompMult(
            colour, UsdLux.BlackbodyTemperatureAsRgb(light.GetColorTemperatureAttr().Get(time))
        )
    values = [float(channel) * brightness for channel in colour]
    red, green, blue = (max(value, 0.0) if math.isfinite(value) else 0.0 for value in values)
    return red, green, blue


def _read_texture(prim: Usd.Prim, time: Usd.TimeCode) -> Texture | None:
    asset = prim.GetAttribute("inputs:texture:file").Get(time)
    return Texture(path=asset.resolvedPath) if asset and asset.resolvedPath else None


def _dome_to_render(kind: str, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rotation of a dome whose own pole is +Y; ``DomeLight_1`` follows the up axis."""
    rotation = np.eye(4)
    rotation[:3, :3] = matrix[:3, :3] / np.maximum(np.linalg.norm(matrix[:3, :3], axis=0), 1e-20)
    if kind == "DomeLight_1":
        turn = np.eye(4)
        turn[:3, :3] = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]
        rotation = rotation @ turn if abs(rotation[2, 2]) > abs(rotation[2, 1]) else rotation
    return rotation


def _flat(matrix: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(value) for value in matrix.ravel())
