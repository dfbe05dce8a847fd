"""Lamps as Mitsuba emitters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from clappper.core.render.bsdf import make_rgb
from clappper.core.render.models import DomeLamp, ShapeLamp
from clappper.core.render.picture import load_picture
from clappper.core.render.sky import compute_sky

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from clappper.core.render.models import DistantLamp, Lamp

__all__ = ["make_emitter"]

#: Narrower suns are drawn as points in the sky [deg].
MIN_SUN_DEG = 0.1
#: How far away a sun's disc stands, in radii of the scene.
SUN_DISTANCE = 50.0
#: From Y up to Z up, for column vectors.
_TURN_Y_UP = np.array(
    [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
)


def make_emitter(
    mitsuba: ModuleType, lamp: Lamp, centre: NDArray[np.float64], radius_m: float
) -> dict[str, Any]:
    """Return Mitsuba's description of a lamp.

    Args:
        mitsuba: The renderer.
        lamp: What to describe.
        centre: Centre of the scene [m], shape (3,).
        radius_m: Radius of the scene around it.

    Raises:
        CaptureError: The picture of a dome cannot be read.
    """
    if isinstance(lamp, ShapeLamp):
        return _make_shape(mitsuba, lamp)
    if isinstance(lamp, DomeLamp):
        return _make_dome(mitsuba, lamp)
    return _make_sun(mitsuba, lamp, centre, radius_m)


def _make_shape(mitsuba: ModuleType, lamp: ShapeLamp) -> dict[str, Any]:
    matrix = np.array(lamp.matrix).reshape(4, 4)
    entry: dict[str, Any] = {"emitter": {"type": "area", "radiance": make_rgb(lamp.radiance)}}
    if lamp.shape == "sphere":
        sides = np.linalg.norm(matrix[:3, :3], axis=0)
        entry |= {
            "type": "sphere",
            "center": matrix[:3, 3].tolist(),
            "radius": float(np.prod(sides)) ** (1.0 / 3.0) / 2.0,
        }
    else:
        facing = matrix @ np.diag([0.5, -0.5, -1.0, 1.0])
        entry |= {
            "type": "rectangle" if lamp.shape == "rect" else "disk",
            "to_world": mitsuba.ScalarTransform4f(facing),
        }
    return entry


def _make_dome(mitsuba: ModuleType, lamp: DomeLamp) -> dict[str, Any]:
    if lamp.texture is None:
        picture, matrix = compute_sky(lamp.radiance), _TURN_Y_UP
    else:
        picture = load_picture(mitsuba, lamp.texture) * np.array(lamp.radiance, dtype=np.float32)
        matrix = np.array(lamp.matrix).reshape(4, 4)
    return {
        "type": "envmap",
        "bitmap": mitsuba.Bitmap(np.ascontiguousarray(picture, dtype=np.float32)),
        "to_world": mitsuba.ScalarTransform4f(matrix),
    }


def _make_sun(
    mitsuba: ModuleType, lamp: DistantLamp, centre: NDArray[np.float64], radius_m: float
) -> dict[str, Any]:
    """A disc far away gives soft shadows; Mitsuba's own parallel light has none."""
    if lamp.angle_deg < MIN_SUN_DEG:
        return {
            "type": "directional",
            "direction": list(lamp.direction),
            "irradiance": make_rgb(lamp.irradiance),
        }
    half_angle = math.radians(lamp.angle_deg) / 2.0
    distance = SUN_DISTANCE * radius_m
    direction = np.array(lamp.direction)
    up = (0.0, 1.0, 0.0) if abs(direction[2]) > 0.9 else (0.0, 0.0, 1.0)
    origin = centre - direction * distance
    to_world = mitsuba.ScalarTransform4f().look_at(
        origin=origin.tolist(), target=centre.tolist(), up=list(up)
    ) @ mitsuba.ScalarTransform4f().scale(distance * math.tan(half_angle))
    disc_sr = math.pi * math.sin(half_angle) ** 2
    red, green, blue = (value / disc_sr for value in lamp.irradiance)
    return {
        "type": "disk",
        "to_world": to_world,
        "emitter": {"type": "area", "radiance": make_rgb((red, green, blue))},
    }
