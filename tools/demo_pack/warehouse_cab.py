"""The operator's place of a forklift: seat, controls, overhead guard, lamps and gas bottle."""

from __future__ import annotations

from tools.demo_pack.mesh import merge
from tools.demo_pack.model import Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import (
    beam,
    box,
    cylinder,
    ellipsoid,
    extrude,
    lathe,
    pipe,
    rounded_rectangle,
    slab,
    sphere,
    sweep,
    torus,
    tube,
)
from tools.demo_pack.surface import (
    ALUMINIUM,
    AMBER_LENS,
    BLACK_PAINT,
    BLACK_PLASTIC,
    DARK_STEEL,
    LIGHT_LENS,
    SEAT_FABRIC,
    STEEL,
    Surface,
)

__all__ = ["add_cab", "add_gas_tank", "add_guard"]


def add_cab(model: Model) -> None:
    """Add seat, steering wheel, levers and pedals behind the mast."""
    cushion = extrude(rounded_rectangle(0.47, 0.46, 0.09, 4), 0.13, bevel=0.045, segments=2)
    bolster = box((0.08, 0.4, 0.07), (0.195, 0.0, 0.135), bevel=0.03, segments=2).mirrored("x")
    seat = merge(cushion, bolster).rotate("x", 5.0).translate(0.0, 0.6, 1.02)
    back = extrude(rounded_rectangle(0.45, 0.52, 0.12, 4), 0.12, bevel=0.045, segments=2)
    wings = box((0.075, 0.42, 0.07), (0.19, 0.0, 0.125), bevel=0.03, segments=2).mirrored("x")
    back = (
        merge(back, wings)
        .rotate("x", 90.0)
        .translate(z=0.26)
        .rotate("x", -12.0)
        .translate(0.0, 0.9, 1.1)
    )
    model.add("Seat", SEAT_FABRIC, seat, back)

    base = slab((-0.19, 0.19), (0.42, 0.8), (0.99, 1.05), bevel=0.015)
    arm = pipe([(0.27, 0.84, 1.1), (0.27, 0.84, 1.25), (0.27, 0.58, 1.27)], 0.016, bend=0.06)
    armrest = box((0.075, 0.3, 0.05), (0.27, 0.62, 1.29), bevel=0.02, segments=2)
    wheel_frame = merge(
        torus(0.165, 0.0145, segments=24, tube_segments=6),
        beam((-0.16, 0, 0), (0.16, 0, 0), 0.022, 0.01, bevel=0.004),
        beam((0, -0.16, 0), (0, 0, 0), 0.022, 0.01, bevel=0.004),
        cylinder(0.04, 0.03, bevel=0.008, segments=16).translate(z=-0.012),
        cylinder(0.017, 0.05, bevel=0.006, segments=10).translate(-0.115, 0.115, 0.005),
    )
    steering = wheel_frame.rotate("x", -28.0).translate(0.0, 0.17, 1.16)
    column = pipe([(0.0, -0.15, 0.86), (0.0, 0.165, 1.15)], 0.035, segments=12)
    console = slab((0.16, 0.38), (-0.2, -0.02), (0.92, 1.08), bevel=0.02, segments=2)
    knobs = sphere(0.021, (0.0, 0.0, 0.0), segments=10, rings=6)
    levers = merge(*(knobs.translate(0.21 + 0.055 * i, 0.035, 1.225) for i in range(3)))
    pedals = merge(
        box((0.07, 0.13, 0.014), (0.2, -0.02, 0.55), bevel=0.005).rotate(
            "x", 40.0, (0.2, -0.02, 0.55)
        ),
        box((0.1, 0.07, 0.014), (0.02, -0.02, 0.57), bevel=0.005).rotate(
            "x", 50.0, (0.02, -0.02, 0.57)
        ),
    )
    model.add(
        "Controls", BLACK_PLASTIC, base, arm, armrest, steering, column, console, levers, pedals
    )
    rods = [
        pipe([(0.21 + 0.055 * i, -0.08, 1.06), (0.21 + 0.055 * i, 0.035, 1.22)], 0.006, segments=6)
        for i in range(3)
    ]
    rail = pipe(
        [(-0.36, -0.3, 1.0), (-0.36, -0.34, 1.12), (0.36, -0.34, 1.12), (0.36, -0.3, 1.0)],
        0.011,
        bend=0.05,
    )
    model.add("LeverRods", STEEL, *rods, rail)
    display = box((0.16, 0.012, 0.1), (-0.2, -0.055, 1.1), bevel=0.005).rotate(
        "x", -30.0, (-0.2, -0.055, 1.1)
    )
    model.add("DisplayCase", DARK_STEEL, display)
    screen = box((0.13, 0.004, 0.075), (-0.2, -0.048, 1.1)).rotate("x", -30.0, (-0.2, -0.055, 1.1))
    model.add(
        "DisplayScreen",
        Surface("Screen", "#0f2a33", 0.2, emissive="#1f6f86", emissive_strength=0.5),
        screen,
    )


def add_guard(model: Model, top: float) -> None:
    """Add the overhead guard with its lamps and beacon; ``top`` is the height of its roof [m]."""
    path = fillet(
        [(0.5, -0.3, 0.6), (0.44, -0.02, top), (0.44, 0.98, top - 0.02), (0.5, 1.06, 0.92)],
        [0.0, 0.12, 0.12, 0.0],
        4,
    )
    leg = sweep(rounded_rectangle(0.055, 0.075, 0.016, 2), path, up=(0.0, 0.0, 1.0))
    crossbars = merge(
        beam((-0.44, 0.03, top), (0.44, 0.03, top), 0.06, 0.05, bevel=0.01),
        beam((-0.44, 0.9, top - 0.018), (0.44, 0.9, top - 0.018), 0.06, 0.05, bevel=0.01),
        beam((-0.47, 1.03, 1.28), (0.47, 1.03, 1.28), 0.04, 0.04, bevel=0.008),
    )
    bars = beam((-0.36, 0.05, top), (-0.36, 0.88, top - 0.016), 0.016, 0.05, bevel=0.004).array(
        7, x=0.12
    )
    grab = pipe(
        [(-0.51, -0.17, 1.25), (-0.55, -0.17, 1.28), (-0.53, -0.09, 1.66), (-0.48, -0.09, 1.68)],
        0.013,
        bend=0.03,
    )
    model.add("OverheadGuard", BLACK_PAINT, leg.mirrored("x"), crossbars, bars, grab)

    lamp = lathe(
        [(0.035, 0.0), (0.05, 0.02), (0.062, 0.06), (0.062, 0.07)], segments=14, axis="y"
    ).rotate("z", 180.0)
    bracket = slab((-0.015, 0.015), (-0.02, 0.02), (-0.09, 0.0), bevel=0.004)
    front = merge(lamp, bracket).translate(0.46, -0.03, top - 0.14)
    rear = merge(lamp.rotate("z", 180.0), bracket).translate(0.36, 1.02, top - 0.12)
    model.add("LampHousings", BLACK_PLASTIC, front.mirrored("x"), rear)
    lens = ellipsoid((0.055, 0.016, 0.055), segments=14, rings=6)
    model.add(
        "LampLenses",
        LIGHT_LENS,
        lens.translate(0.46, -0.098, top - 0.14).mirrored("x"),
        lens.translate(0.36, 1.088, top - 0.12),
    )
    turn = box((0.05, 0.03, 0.05), (0.475, -0.31, 0.83), bevel=0.01)
    dome = lathe([(0.055, 0.0), (0.054, 0.06), (0.045, 0.088), (0.02, 0.1)], segments=20)
    model.add("Beacon", AMBER_LENS, dome.translate(0.28, 0.78, top + 0.045), turn.mirrored("x"))
    model.add(
        "BeaconBase",
        BLACK_PLASTIC,
        cylinder(0.062, 0.03, bevel=0.006).translate(0.28, 0.78, top + 0.018),
    )


def add_gas_tank(model: Model) -> None:
    """Add a gas bottle on the counterweight."""
    center_y, center_z, radius = 1.28, 1.24, 0.155
    shell = lathe(
        fillet([(0.0, -0.36), (radius, -0.36), (radius, 0.36), (0.0, 0.36)], 0.085, 4),
        segments=24,
        axis="x",
    )
    collar = tube(0.085, 0.076, 0.07, segments=20, axis="x").translate(0.345)
    foot = tube(0.1, 0.09, 0.03, segments=20, axis="x").translate(-0.375)
    model.add(
        "GasTank", ALUMINIUM, *(m.translate(0.0, center_y, center_z) for m in (shell, collar, foot))
    )
    strap = tube(radius + 0.008, radius - 0.002, 0.04, segments=24, axis="x")
    straps = merge(strap.translate(-0.21), strap.translate(0.17)).translate(0.0, center_y, center_z)
    cradle = slab((-0.26, 0.26), (center_y - 0.16, center_y + 0.16), (1.0, 1.095), bevel=0.02)
    model.add("TankStraps", DARK_STEEL, straps, cradle)
    valve = merge(
        cylinder(0.022, 0.06, segments=10, bevel=0.004, axis="x").translate(
            0.36, center_y, center_z
        ),
        pipe(
            [
                (0.41, center_y, center_z),
                (0.47, center_y, center_z),
                (0.47, 1.1, center_z - 0.08),
                (0.43, 1.04, 1.02),
            ],
            0.009,
            bend=0.05,
            segments=8,
        ),
    )
    model.add("TankHose", BLACK_PLASTIC, valve)
