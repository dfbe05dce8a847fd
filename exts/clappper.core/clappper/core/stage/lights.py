"""Lights by mood: sky, sun and ceiling panels with their fixtures.

Authors UsdLux prims under ``Lights``. Intensities are in the units a real-time renderer expects of
a day: sky 1,000, sun 3,000, panels 6,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxr import Gf, Sdf

from clappper.core.stage.slab import Slab, author_slab
from clappper.core.stage.spec_writer import Op, author_attribute, author_ops, define_prim
from clappper.core.units import quantize

if TYPE_CHECKING:
    from clappper.core.layout.models import Room
    from clappper.core.stage.looks import LookLibrary
    from clappper.core.stage.xform import StageFrame

__all__ = ["Rig", "author_lights", "get_rig"]

Types = Sdf.ValueTypeNames


@dataclass(frozen=True)
class Rig:
    """Strength and linear colour of sky, sun and lamps.

    Also where the sun stands [deg], and the picture's exposure [stops].
    """

    sky: float
    sky_color: tuple[float, float, float]
    sun: float
    sun_color: tuple[float, float, float]
    #: Up from the horizon, and compass heading the light comes from, counter-clockwise from +Y.
    sun_elevation_deg: float
    sun_heading_deg: float
    panel: float
    panel_color: tuple[float, float, float]
    exposure: float = 0.0


_BLUE = (0.62, 0.78, 1.0)
_NEUTRAL = (1.0, 0.97, 0.92)
_RIGS: dict[str, Rig] = {
    "day": Rig(1000, _BLUE, 3000, (1.0, 0.95, 0.86), 42, 62, 6000, _NEUTRAL, 0.25),
    "bright": Rig(
        1500, (0.75, 0.86, 1.0), 3500, (1.0, 0.97, 0.92), 50, 62, 9000, (1.0, 0.99, 0.97), 0.35
    ),
    "soft": Rig(
        900, (0.85, 0.9, 1.0), 300, (1.0, 0.96, 0.9), 35, 62, 4000, (1.0, 0.93, 0.84), -0.15
    ),
    "golden_hour": Rig(
        350, (0.75, 0.62, 0.62), 5000, (1.0, 0.56, 0.24), 12, 70, 1600, (1.0, 0.78, 0.52), -0.1
    ),
    "night": Rig(12, (0.25, 0.4, 1.0), 8, (0.5, 0.65, 1.0), 38, 62, 1600, (1.0, 0.80, 0.56), -1.1),
    "studio": Rig(700, (1.0, 1.0, 1.0), 0, (1.0, 1.0, 1.0), 50, 40, 9000, (1.0, 1.0, 1.0)),
    "industrial": Rig(800, _BLUE, 2500, (1.0, 0.95, 0.88), 42, 62, 6500, (0.93, 0.98, 1.0), 0.3),
}

_PANELS: dict[str, tuple[float, float, float]] = {
    # Width, depth and spacing [m].
    "warehouse": (0.6, 2.4, 5.0),
    "loading_dock": (0.6, 2.4, 4.5),
    "studio": (1.6, 1.6, 3.5),
}

#: How far below the ceiling panels hang, and in halls as long as nothing reaches up there [m].
_DROP_M, _HALL_DROP_M = 0.03, 0.65


def get_rig(mood: str | None) -> Rig:
    """Return the rig of a mood, day when none is said."""
    return _RIGS[mood or "day"]


def author_lights(
    layer: Sdf.Layer,
    root_path: Sdf.Path,
    room: Room,
    rig: Rig,
    *,
    frame: StageFrame,
    looks: LookLibrary,
    free_height_m: float = 0.0,
) -> None:
    """Define sky, sun and, where there is a ceiling or a studio, panels below ``root_path``.

    Panels hang higher than ``free_height_m``, up to the ceiling.
    """
    define_prim(layer, root_path, kind="group")
    _define_light(layer, root_path.AppendChild("Sky"), "DomeLight", rig.sky, rig.sky_color)
    if rig.sun:
        path = root_path.AppendChild("Sun")
        sun = _define_light(layer, path, "DistantLight", rig.sun, rig.sun_color)
        author_attribute(sun, "inputs:angle", Types.Float, 1.0)
        view = frame.compute_view_rotation_deg(rig.sun_heading_deg + 180.0, -rig.sun_elevation_deg)
        author_ops(sun, [Op("rotateXYZ", Types.Float3, view)])
    if room.has_ceiling or room.kind == "studio":
        drop = _HALL_DROP_M if room.kind in ("warehouse", "loading_dock") else _DROP_M
        if room.size_m.z - drop < free_height_m + _DROP_M:
            drop = _DROP_M
        _author_panels(layer, root_path, room, rig, drop_m=drop, frame=frame, looks=looks)


def _define_light(
    layer: Sdf.Layer,
    path: Sdf.Path,
    type_name: str,
    intensity: float,
    color: tuple[float, float, float],
) -> Sdf.PrimSpec:
    light = define_prim(layer, path, type_name)
    author_attribute(light, "inputs:intensity", Types.Float, float(intensity))
    author_attribute(light, "inputs:color", Types.Color3f, Gf.Vec3f(*color))
    return light


def _author_panels(
    layer: Sdf.Layer,
    root_path: Sdf.Path,
    room: Room,
    rig: Rig,
    *,
    drop_m: float,
    frame: StageFrame,
    looks: LookLibrary,
) -> None:
    width, depth, spacing = _PANELS.get(room.kind, (0.6, 1.2, 2.6))
    z = room.size_m.z - (drop_m if room.has_ceiling else 0.1)
    top = z + min(0.08, drop_m - 0.005)
    columns = max(1, round(room.size_m.x / spacing))
    lines = max(1, round(room.size_m.y / spacing))
    down = frame.compute_view_rotation_deg(0.0, -90.0)
    for index in range(columns * lines):
        line, column = divmod(index, columns)
        x = quantize(room.size_m.x * ((column + 0.5) / columns - 0.5))
        y = quantize(room.size_m.y * ((line + 0.5) / lines - 0.5))
        path = root_path.AppendChild(f"Panel_{index + 1:02d}")
        light = _define_light(layer, path, "RectLight", rig.panel, rig.panel_color)
        author_attribute(light, "inputs:width", Types.Float, frame.to_length(width))
        author_attribute(light, "inputs:height", Types.Float, frame.to_length(depth))
        at = frame.to_point(x, y, z)
        author_ops(light, [Op("translate", Types.Double3, at), Op("rotateXYZ", Types.Float3, down)])
        fixture = Slab(
            x - width / 2 - 0.03,
            y - depth / 2 - 0.03,
            z + 0.004,
            x + width / 2 + 0.03,
            y + depth / 2 + 0.03,
            top,
        )
        path = root_path.AppendChild(f"Fixture_{index + 1:02d}")
        looks.bind(author_slab(layer, path, fixture, frame), "Fixture")
