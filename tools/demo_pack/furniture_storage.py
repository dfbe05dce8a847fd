"""What keeps things in an office: cabinet, filing pedestal and waste bin."""

from __future__ import annotations

import numpy as np

from tools.demo_pack import shape
from tools.demo_pack.furniture_part import (
    BLACK_STEEL,
    OAK,
    WHITE_LAMINATE,
    DrawerBox,
    add_drawers,
    build_castor,
)
from tools.demo_pack.model import Model
from tools.demo_pack.surface import ALUMINIUM, BLACK_PLASTIC, DARK_STEEL, RUBBER, WHITE_PAINT

__all__ = ["build_bin", "build_cabinet", "build_pedestal"]


def build_cabinet() -> Model:
    """Model a cabinet, 1.0 x 0.45 x 1.8 m, two oak doors with bar handles in a white carcass."""
    model = Model()
    model.add(
        "Plinth", BLACK_STEEL, shape.slab((-0.48, 0.48), (-0.18, 0.21), (0.0, 0.072), bevel=0.003)
    )
    walls = [
        shape.slab(
            (s * 0.491 - 0.009, s * 0.491 + 0.009), (-0.204, 0.225), (0.07, 1.776), bevel=0.0015
        )
        for s in (-1, 1)
    ]
    decks = [
        shape.slab((-0.482, 0.482), (-0.203, 0.2), (low, low + 0.018)) for low in (0.07, 0.64, 1.2)
    ]
    back = shape.slab((-0.482, 0.482), (0.215, 0.223), (0.07, 1.776))
    top = shape.slab((-0.503, 0.503), (-0.228, 0.228), (1.776, 1.80), bevel=0.003, segments=2)
    model.add("Carcass", WHITE_LAMINATE, *walls, *decks, back, top)
    doors = [
        shape.slab((x, x + 0.496), (-0.225, -0.206), (0.075, 1.771), bevel=0.0025, segments=2)
        for x in (-0.4985, 0.0025)
    ]
    model.add("Doors", OAK, *doors)
    bars, feet = [], []
    for s in (-1, 1):
        x = s * 0.05
        bars.append(shape.pipe([(x, -0.262, 0.78), (x, -0.262, 1.10)], 0.008, segments=14))
        feet += [
            shape.cylinder(0.006, 0.036, segments=12, axis="y").translate(x, -0.262, z)
            for z in (0.82, 1.06)
        ]
    model.add("Handles", BLACK_STEEL, *bars, *feet)
    lock = shape.cylinder(0.011, 0.006, bevel=0.001, segments=20, axis="y").translate(
        0.05, -0.230, 1.17
    )
    slot = shape.box((0.002, 0.002, 0.009), (0.05, -0.2305, 1.17))
    model.add("Lock", ALUMINIUM, lock)
    model.add("LockSlot", BLACK_PLASTIC, slot)
    hinges = [
        shape.cylinder(0.007, 0.07, segments=12).translate(s * 0.499, -0.214, z - 0.035)
        for s in (-1, 1)
        for z in (0.25, 0.92, 1.6)
    ]
    model.add("Hinges", ALUMINIUM, *hinges)
    return model


def build_pedestal() -> Model:
    """Model a mobile filing pedestal, 0.42 x 0.56 x 0.60 m, three drawers on castors."""
    model = Model()
    box = DrawerBox(
        x=(-0.205, 0.205),
        y=(-0.28, 0.28),
        z=(0.07, 0.575),
        shares=(0.24, 0.24, 0.52),
        body=WHITE_PAINT,
        front=WHITE_LAMINATE,
        handle=BLACK_STEEL,
    )
    add_drawers(model, "Pedestal", box)
    model.add(
        "Top",
        OAK,
        shape.slab((-0.21, 0.21), (-0.283, 0.283), (0.575, 0.60), bevel=0.004, segments=2),
    )
    wheels, hood = build_castor(0.025)
    places = [(sx * 0.16, sy * 0.22, 55.0 * sx + 20.0 * sy) for sx in (-1, 1) for sy in (-1, 1)]
    model.add(
        "CastorWheels", RUBBER, *(wheels.rotate("z", turn).translate(x, y) for x, y, turn in places)
    )
    model.add(
        "CastorHoods",
        BLACK_PLASTIC,
        *(hood.rotate("z", turn).translate(x, y) for x, y, turn in places),
    )
    stems = [shape.cylinder(0.01, 0.034, segments=10).translate(x, y, 0.04) for x, y, _ in places]
    model.add("CastorStems", DARK_STEEL, *stems)
    lock = shape.cylinder(0.009, 0.005, bevel=0.001, segments=18, axis="y").translate(
        0.17, -0.284, 0.545
    )
    model.add("Lock", ALUMINIUM, lock)
    return model


def build_bin() -> Model:
    """Model a round waste-paper bin of wire mesh, 0.30 m high."""
    model = Model()
    radius = np.linspace(0.105, 0.14, 9)
    levels = np.linspace(0.014, 0.292, 9)
    hoops = [
        shape.torus(float(r), 0.0016, segments=36, tube_segments=5).translate(z=float(h))
        for r, h in zip(radius, levels, strict=True)
    ]
    wires = shape.pipe([(0.105, 0.0, 0.012), (0.14, 0.0, 0.292)], 0.0014, segments=5).spin(60)
    rim = shape.torus(0.141, 0.0055, segments=40, tube_segments=10).translate(z=0.2945)
    floor = shape.lathe(
        [(0.0, 0.0), (0.108, 0.0), (0.111, 0.004), (0.108, 0.012), (0.0, 0.012)], segments=40
    )
    model.add("Wire", BLACK_STEEL, *hoops, wires)
    model.add("Rims", BLACK_PLASTIC, rim, floor)
    return model
