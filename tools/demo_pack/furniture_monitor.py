"""A computer monitor whose screen shows a dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.demo_pack import shape
from tools.demo_pack.model import Model
from tools.demo_pack.surface import BLACK_PLASTIC, DARK_STEEL, RUBBER, Surface

if TYPE_CHECKING:
    from tools.demo_pack.mesh import Mesh

__all__ = ["build_monitor"]


def build_monitor() -> Model:
    """Model a 27-inch monitor on its stand, 0.53 m high, the screen showing a dashboard."""
    model = Model()
    z = 0.345
    shell = shape.box((0.614, 0.022, 0.362), (0, 0.010, z), bevel=0.006, segments=3)
    rear = shape.loft(
        [
            np.column_stack([loop[:, 0], np.full(len(loop), y), loop[:, 1] + z])
            for loop, y in (
                (shape.rounded_rectangle(0.52, 0.28, 0.04), 0.019),
                (shape.rounded_rectangle(0.44, 0.22, 0.04), 0.040),
                (shape.rounded_rectangle(0.40, 0.19, 0.035), 0.044),
            )
        ]
    )
    model.add("Housing", BLACK_PLASTIC, shell, rear, crease_deg=35.0)
    model.add(
        "Chin",
        DARK_STEEL,
        shape.slab((-0.305, 0.305), (-0.0025, 0.0), (z - 0.179, z - 0.163), bevel=0.001),
    )
    model.add(
        "Screen",
        _glow("ScreenBase", "#16324a", 0.55),
        shape.slab((-0.298, 0.298), (-0.0022, 0.0), (z - 0.161, z + 0.173)),
    )

    def tile(x: tuple[float, float], height: tuple[float, float]) -> Mesh:
        return shape.slab(x, (-0.0028, -0.0012), (z + height[0], z + height[1]))

    model.add(
        "ScreenBar",
        _glow("ScreenBar", "#2b6ea8", 0.8),
        tile((-0.298, 0.298), (0.152, 0.173)),
        tile((-0.298, -0.25), (-0.161, 0.150)),
    )
    cards = [tile((x, x + 0.165), (0.045, 0.135)) for x in (-0.235, -0.06, 0.115)]
    model.add(
        "ScreenCards",
        _glow("ScreenCard", "#d9e4ec", 0.75),
        *cards,
        tile((-0.235, 0.28), (-0.148, 0.030)),
    )
    heights = (0.04, 0.065, 0.055, 0.09, 0.12, 0.105, 0.14)
    bars = [
        shape.slab(
            (-0.215 + 0.034 * k, -0.193 + 0.034 * k),
            (-0.0034, -0.002),
            (z - 0.138, z - 0.138 + height),
        )
        for k, height in enumerate(heights)
    ]
    model.add("ScreenBars", _glow("ScreenTeal", "#1f9e8f", 0.8), *bars)
    lines = [
        shape.slab(
            (0.06, 0.06 + length), (-0.0034, -0.002), (z + 0.005 - 0.02 * k, z + 0.012 - 0.02 * k)
        )
        for k, length in enumerate((0.19, 0.16, 0.2, 0.12, 0.18, 0.15, 0.1))
    ]
    figures = [
        shape.slab((x, x + 0.07), (-0.0034, -0.002), (z + 0.085, z + 0.115))
        for x in (-0.222, -0.047, 0.128)
    ]
    model.add("ScreenText", _glow("ScreenText", "#3d5566", 0.6), *lines, *figures)
    model.add(
        "PowerLight",
        _glow("PowerLight", "#eaf4ff", 1.2),
        shape.slab((0.27, 0.276), (-0.0032, -0.002), (z - 0.173, z - 0.170)),
    )
    neck = shape.sweep(
        shape.rounded_rectangle(0.075, 0.02, 0.008, 3),
        [(0, 0.095, 0.012), (0, 0.085, 0.20), (0, 0.07, 0.36)],
        up=(0, 1, 0),
    )
    mount = shape.box((0.11, 0.05, 0.11), (0, 0.058, z), bevel=0.01, segments=2)
    base = shape.extrude(
        shape.rounded_rectangle(0.26, 0.20, 0.02, 5), 0.012, bevel=0.004, segments=2
    ).translate(y=0.06, z=0.002)
    model.add("Stand", DARK_STEEL, neck, mount, base)
    model.add(
        "StandPad",
        RUBBER,
        shape.extrude(shape.rounded_rectangle(0.24, 0.18, 0.02), 0.003).translate(y=0.06),
    )
    return model


def _glow(name: str, color: str, strength: float = 0.7) -> Surface:
    return Surface(name, "#0b0c0e", 0.2, emissive=color, emissive_strength=strength)
