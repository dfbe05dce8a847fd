"""What keeps a warehouse safe: bollard, traffic cone and fire extinguisher."""

from __future__ import annotations

import numpy as np

from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.model import AssetSpec, Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import (
    band,
    box,
    cone,
    cylinder,
    extrude,
    lathe,
    pipe,
    rounded_rectangle,
    torus,
)
from tools.demo_pack.surface import (
    BLACK_PAINT,
    BLACK_PLASTIC,
    GALVANISED,
    GREY_PAINT,
    LABEL_WHITE,
    RUBBER,
    SAFETY_RED,
    SAFETY_YELLOW,
    STEEL,
    Surface,
)

__all__ = ["ASSETS"]

_CONE_ORANGE = Surface("ConeOrange", "#f0500a", 0.5)
_REFLECTIVE = Surface("Reflective", "#eef0f2", 0.3)


def _build_bollard() -> Model:
    model = Model()
    radius, height, bands = 0.084, 1.0, 7
    pitch = (height - 0.1) / bands
    top = 0.012 + pitch * bands
    crown = np.linspace(0.0, np.pi / 2.0, 7)[:-1]
    dome = [(radius * float(np.cos(a)), top + 0.05 * float(np.sin(a))) for a in crown]
    yellow: list[Mesh] = []
    black: list[Mesh] = []
    for i in range(bands):
        low = 0.012 + pitch * i
        profile = [(radius, low), (radius, low + pitch)]
        if i == bands - 1:
            profile = [(radius, low), *dome, (0.0, top + 0.05)]
        (black if i % 2 else yellow).append(lathe(profile, segments=32))
    model.add("YellowBands", SAFETY_YELLOW, *yellow)
    model.add("BlackBands", BLACK_PAINT, *black)
    plate = extrude(rounded_rectangle(0.26, 0.26, 0.03, 3), 0.014, bevel=0.003)
    weld = torus(radius, 0.007, segments=32, tube_segments=6).translate(z=0.016)
    model.add("BasePlate", GREY_PAINT, plate, weld)
    bolt = merge(
        cylinder(0.014, 0.012, segments=6), cylinder(0.007, 0.023, segments=8).translate(z=0.001)
    )
    model.add("Bolts", GALVANISED, bolt.translate(0.1, 0.1, 0.012).spin(4))
    return model


def _build_cone() -> Model:
    model = Model()
    base = extrude(rounded_rectangle(0.38, 0.38, 0.05, 4), 0.034, bevel=0.01, segments=2).translate(
        z=0.006
    )
    feet = box((0.06, 0.06, 0.012), (0.13, 0.13, 0.006), bevel=0.003).spin(4)
    model.add("Base", RUBBER, base, feet)
    low, high, low_z, high_z = 0.142, 0.029, 0.05, 0.75

    def radius_at(z: float) -> float:
        return low + (high - low) * (z - low_z) / (high_z - low_z)

    body = [(0.158, 0.036), (0.156, 0.044), (low, low_z)]
    body += [(radius_at(z), z) for z in (0.315, 0.465, 0.515, 0.615)]
    body += [
        (high, high_z - 0.006),
        (high - 0.006, high_z),
        (high - 0.009, high_z - 0.002),
        (high - 0.012, high_z - 0.06),
    ]
    model.add("Cone", _CONE_ORANGE, lathe([*body, (0.0, high_z - 0.062)], segments=36))
    collars = []
    for low_collar, high_collar in ((0.315, 0.465), (0.515, 0.615)):
        collars.append(
            cone(
                radius_at(low_collar) + 0.0018,
                radius_at(high_collar) + 0.0018,
                high_collar - low_collar,
                segments=36,
                bevel=0.001,
            ).translate(z=low_collar)
        )
    model.add("Collars", _REFLECTIVE, *collars)
    return model


def _build_extinguisher() -> Model:
    model = Model()
    radius = 0.08
    shell = fillet(
        [(0.0, 0.02), (radius, 0.02), (radius, 0.5), (0.026, 0.56), (0.026, 0.585)],
        [0.0, 0.02, 0.07, 0.02, 0.0],
        5,
    )
    model.add("Bottle", SAFETY_RED, lathe([*shell.tolist(), (0.0, 0.585)], segments=32))
    skirt = lathe(
        fillet([(0.062, 0.0), (0.082, 0.0), (0.082, 0.05), (0.062, 0.05)], 0.006, 1, closed=True),
        segments=32,
        closed=True,
    )
    nozzle = (
        cone(0.014, 0.026, 0.11, segments=16, bevel=0.003)
        .rotate("x", 180.0)
        .translate(0.105, -0.02, 0.27)
    )
    hose = pipe(
        [(0.0, -0.02, 0.6), (0.07, -0.02, 0.61), (0.105, -0.02, 0.52), (0.105, -0.02, 0.26)],
        0.011,
        bend=0.05,
        segments=10,
    )
    model.add("HoseAndSkirt", BLACK_PLASTIC, skirt, nozzle, hose)
    handle = merge(
        box((0.022, 0.15, 0.008), (0.0, 0.05, 0.63), bevel=0.002).rotate(
            "x", 8.0, (0.0, 0.0, 0.63)
        ),
        box((0.022, 0.13, 0.008), (0.0, 0.05, 0.665), bevel=0.002).rotate(
            "x", 18.0, (0.0, 0.0, 0.65)
        ),
    )
    valve = merge(
        cylinder(0.02, 0.06, segments=16, bevel=0.003).translate(z=0.58),
        box((0.034, 0.05, 0.05), (0.0, 0.0, 0.635), bevel=0.005),
    )
    gauge = cylinder(0.018, 0.014, segments=16, bevel=0.002, axis="y").translate(0.0, -0.035, 0.62)
    model.add("Valve", STEEL, handle, valve, gauge)
    model.add("Label", LABEL_WHITE, band(radius, (-140.0, -40.0), (0.2, 0.4)))
    lines = (
        band(
            radius,
            (-130.0, -60.0 + 8.0 * (i % 2)),
            (0.225 + 0.02 * i, 0.233 + 0.02 * i),
            proud=0.0013,
        )
        for i in range(5)
    )
    heading = band(radius, (-134.0, -46.0), (0.345, 0.385), proud=0.0013)
    model.add("LabelPrint", BLACK_PLASTIC, heading, *lines)
    return model


_SAFETY = "Warehouse_Demo/Safety"

ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec(
        "SteelBollard_A01",
        f"{_SAFETY}/Bollards",
        _build_bollard,
        up_axis="Y",
        meters_per_unit=0.01,
    ),
    AssetSpec("TrafficCone_A01", f"{_SAFETY}/Cones", _build_cone),
    AssetSpec("FireExtinguisher_A01", f"{_SAFETY}/Fire", _build_extinguisher),
)
