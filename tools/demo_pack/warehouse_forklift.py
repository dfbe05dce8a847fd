"""Counterbalance forklifts: body, counterweight and wheels; cab and mast have their own modules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.model import AssetSpec, Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import (
    box,
    cylinder,
    extrude,
    lathe,
    slab,
)
from tools.demo_pack.surface import (
    BLACK_PAINT,
    BLACK_PLASTIC,
    GREY_PAINT,
    LABEL_WHITE,
    RED_LENS,
    RUBBER,
    SAFETY_ORANGE,
    SAFETY_YELLOW,
    STEEL,
    WHITE_PAINT,
    Surface,
)
from tools.demo_pack.warehouse_cab import add_cab, add_gas_tank, add_guard
from tools.demo_pack.warehouse_mast import add_mast

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["ASSETS"]

_COUNTERWEIGHT = Surface("CounterweightCharcoal", "#34373b", 0.5, clearcoat=0.2)
_FRONT_AXLE = (-0.18, 0.30)
_REAR_AXLE = (1.13, 0.235)


@dataclass(frozen=True)
class _Style:
    """What tells one forklift from another: paints, fuel, and how far its parts reach [m]."""

    paint: Surface
    counterweight: Surface
    rims: Surface
    has_gas_tank: bool
    rear_reach_m: float
    guard_height_m: float
    lift_m: float


def _build_forklift(style: _Style) -> Model:
    model = Model()
    _add_body(model, style)
    _add_counterweight(model, style)
    _add_wheels(model, style)
    add_cab(model)
    add_guard(model, style.guard_height_m)
    if style.has_gas_tank:
        add_gas_tank(model)
    add_mast(model, lift_m=style.lift_m, height_m=style.guard_height_m - 0.06)
    return model


def _side(outline: ArrayLike, low_x: float, high_x: float, bevel: float) -> Mesh:
    """Extrude an outline of (y, z) points from ``low_x`` to ``high_x``."""
    return extrude(outline, high_x - low_x, bevel=bevel, segments=2, axis="x").translate(low_x)


def _add_body(model: Model, style: _Style) -> None:
    axle_y, axle_z = _FRONT_AXLE
    arc = np.radians(np.linspace(142.0, -12.0, 13))
    arch = np.stack([axle_y + 0.345 * np.cos(arc), axle_z + 0.345 * np.sin(arc)], axis=1)
    crown = fillet(
        [(0.2, 0.24), (0.2, 0.47), (0.06, 0.66), (-0.18, 0.705), (-0.4, 0.655), (-0.52, 0.53)],
        [0.0, 0.05, 0.12, 0.2, 0.12, 0.01],
        4,
    )
    fender = _side([*crown.tolist(), *arch.tolist()], 0.355, 0.58, 0.012)
    frame = _side(
        fillet([(0.15, 0.21), (1.0, 0.21), (1.0, 0.5), (0.15, 0.42)], 0.03, 2, closed=True),
        0.3,
        0.545,
        0.015,
    )
    hood = _side(
        fillet(
            [(0.34, 0.44), (1.02, 0.44), (1.02, 1.0), (0.4, 1.0), (0.34, 0.93)],
            [0.01, 0.01, 0.04, 0.06, 0.04],
            3,
            closed=True,
        ),
        -0.545,
        0.545,
        0.04,
    )
    cowl = _side(
        fillet(
            [
                (-0.33, 0.46),
                (-0.1, 0.46),
                (-0.07, 0.72),
                (-0.13, 1.04),
                (-0.24, 1.07),
                (-0.33, 0.9),
            ],
            [0.01, 0.02, 0.1, 0.03, 0.04, 0.08],
            3,
            closed=True,
        ),
        -0.4,
        0.4,
        0.025,
    )
    model.add("Bodywork", style.paint, fender.mirrored("x"), frame.mirrored("x"), hood, cowl)

    floor = slab((-0.4, 0.4), (-0.32, 0.36), (0.42, 0.475), bevel=0.008)
    chassis = slab((-0.34, 0.34), (-0.33, 1.0), (0.14, 0.44), bevel=0.02)
    axle = cylinder(0.075, 0.8, axis="x", segments=16).translate(-0.4, axle_y, axle_z)
    steps = slab((0.36, 0.565), (0.205, 0.345), (0.36, 0.385), bevel=0.006).mirrored("x")
    grip = slab((0.38, 0.55), (0.215, 0.225), (0.385, 0.392)).array(6, y=0.022).mirrored("x")
    model.add("Chassis", BLACK_PAINT, floor, chassis, axle, steps, grip)

    # Dark strips stand a hair proud of the panels: seams, vents, latch.
    seam = merge(
        slab((0.5445, 0.547), (0.36, 1.0), (0.618, 0.626)),
        slab((0.5445, 0.547), (0.7, 0.706), (0.626, 0.96)),
        slab((0.5445, 0.549), (0.76, 0.95), (0.7, 0.712)).array(7, z=0.03),
        slab((0.5445, 0.552), (0.46, 0.56), (0.64, 0.675), bevel=0.004),
    )
    skirt = slab((0.53, 0.549), (0.37, 0.99), (0.235, 0.27), bevel=0.004)
    mat = slab((-0.38, 0.38), (-0.1, 0.33), (0.474, 0.484), bevel=0.004)
    ribs = slab((-0.36, 0.36), (-0.06, -0.045), (0.483, 0.489)).array(12, y=0.031)
    model.add("Trim", BLACK_PLASTIC, seam.mirrored("x"), skirt.mirrored("x"), mat, ribs)

    plate = slab((0.546, 0.5495), (0.38, 0.66), (0.76, 0.86), bevel=0.003).mirrored("x")
    model.add("Nameplate", LABEL_WHITE, plate)


def _add_counterweight(model: Model, style: _Style) -> None:
    reach = style.rear_reach_m

    def outline(
        low_y: float, half_width: float, rear_y: float, radius: float
    ) -> NDArray[np.float64]:
        corners = [
            (-half_width, low_y),
            (half_width, low_y),
            (half_width, rear_y),
            (-half_width, rear_y),
        ]
        return fillet(corners, [0.02, 0.02, radius, radius], 7, closed=True)

    block = extrude(outline(0.96, 0.57, reach, 0.3), 0.58, bevel=0.07, segments=3).translate(z=0.5)
    points = block.points.copy()
    run = np.clip((points[:, 1] - 1.0) / (reach - 1.0), 0.0, 1.0)
    points[:, 2] -= 0.17 * run**1.6 * np.clip((points[:, 2] - 0.7) / 0.38, 0.0, 1.0)
    skirt = extrude(
        outline(1.385, 0.55, reach - 0.02, 0.27), 0.36, bevel=0.05, segments=3
    ).translate(z=0.17)
    core = slab((-0.27, 0.27), (0.95, 1.42), (0.2, 0.55), bevel=0.02)
    model.add("Counterweight", style.counterweight, Mesh(points, block.triangles), skirt, core)

    grille = slab((-0.27, 0.27), (reach - 0.015, reach + 0.004), (0.64, 0.665), bevel=0.004).array(
        4, z=0.045
    )
    hitch = merge(
        slab((-0.07, 0.07), (reach - 0.04, reach + 0.02), (0.3, 0.315), bevel=0.004),
        slab((-0.07, 0.07), (reach - 0.04, reach + 0.02), (0.38, 0.395), bevel=0.004),
        cylinder(0.018, 0.2, segments=10, bevel=0.004).translate(0.0, reach - 0.002, 0.26),
    )
    model.add("RearGrille", BLACK_PLASTIC, grille, hitch)
    lamp = box((0.13, 0.06, 0.06), (0.44, reach - 0.075, 0.78), bevel=0.012)
    # The lamps follow the round corner of the counterweight.
    model.add(
        "TailLamps", RED_LENS, lamp.rotate("z", -38.0, (0.44, reach - 0.075, 0.78)).mirrored("x")
    )


def _add_wheels(model: Model, style: _Style) -> None:
    (front_y, front_z), (rear_y, rear_z) = _FRONT_AXLE, _REAR_AXLE
    tyres, rims, nuts = [], [], []
    for y, z, radius, width, x, lugs in (
        (front_y, front_z, front_z, 0.2, 0.475, 15),
        (rear_y, rear_z, rear_z, 0.16, 0.44, 0),
    ):
        tyre, rim, nut = _build_wheel(radius, width, lugs)
        tyres.append(tyre.translate(x, y, z).mirrored("x"))
        rims.append(rim.translate(x, y, z).mirrored("x"))
        nuts.append(nut.translate(x, y, z).mirrored("x"))
    model.add("Tyres", RUBBER, *tyres)
    model.add("Rims", style.rims, *rims)
    model.add("WheelNuts", STEEL, *nuts)


def _build_wheel(radius: float, width: float, lug_count: int) -> tuple[Mesh, Mesh, Mesh]:
    """Return tyre, rim and nuts of a wheel around the origin whose outer side looks along +X."""
    half, rim = width / 2.0, radius * 0.58
    crown = radius - (0.012 if lug_count else 0.0)
    profile = [
        (rim, -half * 0.86),
        (rim + 0.02, -half),
        (crown - 0.035, -half),
        (crown, -half + 0.03),
        (crown, half - 0.03),
        (crown - 0.035, half),
        (rim + 0.02, half),
        (rim, half * 0.86),
    ]
    tyre = [lathe(profile, segments=28, closed=True, axis="x")]
    if lug_count:
        lug = box((width * 0.44, 0.055, 0.03), (width * 0.25, 0.0, radius - 0.017))
        row = lug.rotate("z", 14.0, (width * 0.25, 0.0, 0.0))
        tyre += [
            row.spin(lug_count, "x"),
            row.mirror("x").rotate("x", 180.0 / lug_count).spin(lug_count, "x"),
        ]
    disc = [
        (rim + 0.004, -half * 0.9),
        (rim + 0.004, half * 0.84),
        (rim - 0.014, half * 0.84),
        (rim - 0.022, half * 0.3),
        (rim * 0.55, half * 0.2),
        (rim * 0.32, half * 0.3),
        (rim * 0.28, half * 0.66),
    ]
    # The profile runs along +X, so bottom to top is inside to outside.
    dish = lathe(disc, segments=20, axis="x")
    nut = cylinder(0.013, 0.03, segments=6, axis="x").translate(half * 0.2, rim * 0.44, 0.0)
    return merge(*tyre), dish, nut.spin(6, "x")


_YELLOW = _Style(
    paint=SAFETY_YELLOW,
    counterweight=_COUNTERWEIGHT,
    rims=WHITE_PAINT,
    has_gas_tank=True,
    rear_reach_m=1.62,
    guard_height_m=2.13,
    lift_m=0.04,
)
_ORANGE = _Style(
    paint=SAFETY_ORANGE,
    counterweight=SAFETY_ORANGE,
    rims=GREY_PAINT,
    has_gas_tank=False,
    rear_reach_m=1.54,
    guard_height_m=2.2,
    lift_m=0.32,
)

ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec("Forklift_A01", "Warehouse_Demo/Vehicles", partial(_build_forklift, _YELLOW)),
    # The pivot of this one is under the front axle, as a rig would have it.
    AssetSpec(
        "Forklift_B01",
        "Warehouse_Demo/Vehicles",
        partial(_build_forklift, _ORANGE),
        up_axis="Y",
        meters_per_unit=0.01,
        pivot=(0.0, _FRONT_AXLE[0], 0.0),
    ),
)
