"""Things goods travel and wait in: wood pallet, cartons, steel drum and wheelie bin."""

from __future__ import annotations

import numpy as np

from tools.demo_pack.mesh import merge
from tools.demo_pack.model import AssetSpec, Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import (
    band,
    box,
    cylinder,
    extrude,
    lathe,
    loft,
    pipe,
    rounded_rectangle,
    slab,
    torus,
)
from tools.demo_pack.surface import (
    BLACK_PLASTIC,
    CARDBOARD,
    CARDBOARD_DARK,
    CHROME,
    DARK_STEEL,
    LABEL_WHITE,
    PACKING_TAPE,
    PALLET_WOOD,
    PALLET_WOOD_DARK,
    RUBBER,
    SAFETY_RED,
    Surface,
)

__all__ = ["ASSETS"]

_DRUM_BLUE = Surface("DrumBlue", "#15478c", 0.32, clearcoat=0.5)
_BIN_GREEN = Surface("BinGreen", "#1f5a38", 0.45)
_PRINT = Surface("CartonPrint", "#4a3420", 0.9)


def _build_pallet() -> Model:
    model = Model()
    board, block = 0.022, 0.078
    decks = [(-0.3275, 0.145), (-0.175, 0.1), (0.0, 0.145), (0.175, 0.1), (0.3275, 0.145)]
    # A millimetre here and there: nailed wood is never on a grid.
    shifts = (0.0, 0.0012, -0.001, 0.0008, 0.0)
    top = [
        box((1.2 - abs(s), width, board), (s, y, 0.133), bevel=0.0025)
        for (y, width), s in zip(decks, shifts, strict=True)
    ]
    bottom = [
        box((1.2, width, board), (0.0, y, 0.011), bevel=0.003)
        for y, width in ((-0.35, 0.1), (0.0, 0.145), (0.35, 0.1))
    ]
    model.add("Boards", PALLET_WOOD, *top, *bottom)
    stringers = [
        box((0.145, 0.8, board), (x, 0.0, 0.111), bevel=0.0025) for x in (-0.5275, 0.0, 0.5275)
    ]
    blocks = [
        box((0.145, width, block), (x, y, 0.061), bevel=0.003)
        for x in (-0.5275, 0.0, 0.5275)
        for y, width in ((-0.35, 0.1), (0.0, 0.145), (0.35, 0.1))
    ]
    model.add("Blocks", PALLET_WOOD_DARK, *stringers, *blocks)
    head = cylinder(0.0045, 0.001, segments=6).translate(z=0.1432)
    nails = [
        head.translate(x + dx, y + dy)
        for x in (-0.5275, 0.0, 0.5275)
        for y, width in decks
        for dx, dy in ((-0.04, -width * 0.25), (0.04, width * 0.25))
    ]
    model.add("Nails", DARK_STEEL, *nails)
    stamp = merge(*(box((0.07, 0.0008, 0.03), (x, -0.4002, 0.061)) for x in (-0.5275, 0.5275)))
    model.add("Stamps", _PRINT, stamp)
    return model


def _build_carton(width: float, depth: float, height: float) -> Model:
    """Build a taped carton; the flaps of the longer side meet on top along X."""
    model = Model()
    x, y = width / 2.0, depth / 2.0
    flap = 0.003
    body = slab((-x, x), (-y, y), (0.0, height - flap), bevel=0.005, segments=2)
    lid = slab(
        (-x + 0.001, x - 0.001), (-y + 0.001, -0.0012), (height - 2.0 * flap, height), bevel=0.0012
    )
    model.add("Body", CARDBOARD, body, lid.mirrored("y"))

    # The seams, the shadow gap under the flaps and the cut edges are darker board.
    gap = slab((-x + 0.002, x - 0.002), (-0.003, 0.003), (height - 2.0 * flap, height - 0.001))
    corner = slab((-x - 0.0004, -x + 0.028), (-y - 0.0004, -y), (0.008, height - 0.012))
    grips = []
    for side in (-1.0, 1.0):
        oval = extrude(rounded_rectangle(0.09, 0.03, 0.0149, 4), 0.001, axis="x")
        grips.append(oval.translate(side * x - 0.0005, 0.0, height * 0.68))
    model.add("Seams", CARDBOARD_DARK, gap, corner, *grips)

    wide = 0.052
    tape = merge(
        slab(
            (-x - 0.0006, x + 0.0006), (-wide / 2.0, wide / 2.0), (height - 0.0002, height + 0.0006)
        ),
        slab(
            (-x - 0.0005, -x + 0.0002), (-wide / 2.0, wide / 2.0), (height - 0.08, height + 0.0004)
        ).mirrored("x"),
    )
    model.add("Tape", PACKING_TAPE, tape)

    label = slab(
        (x * 0.15, x * 0.15 + 0.14), (-y - 0.0006, -y + 0.0002), (height * 0.4, height * 0.4 + 0.1)
    )
    model.add("ShippingLabel", LABEL_WHITE, label)
    bars = []
    at = x * 0.15 + 0.015
    for i, bar in enumerate((3, 1, 2, 1, 1, 4, 2, 1, 3, 1, 2, 2, 1, 3)):
        if i % 2 == 0:
            bars.append(
                slab(
                    (at, at + 0.004 * bar),
                    (-y - 0.0009, -y),
                    (height * 0.4 + 0.045, height * 0.4 + 0.085),
                )
            )
        at += 0.004 * bar
    arrow = np.array(
        [
            (-0.006, 0.0),
            (0.006, 0.0),
            (0.006, 0.035),
            (0.018, 0.035),
            (0.0, 0.06),
            (-0.018, 0.035),
            (-0.006, 0.035),
        ]
    )
    up = extrude(arrow, 0.001, axis="y").translate(-x * 0.62, -y - 0.0007, height * 0.12)
    line = slab(
        (-x * 0.62 - 0.028, -x * 0.62 + 0.088),
        (-y - 0.0006, -y),
        (height * 0.12 - 0.012, height * 0.12 - 0.006),
    )
    model.add("Print", _PRINT, *bars, up, up.translate(x=0.06), line)
    return model


def _build_cube_box() -> Model:
    return _build_carton(0.4, 0.4, 0.4)


def _build_long_box() -> Model:
    return _build_carton(0.6, 0.4, 0.4)


def _build_drum() -> Model:
    model = Model()
    radius, height = 0.286, 0.88
    profile: list[tuple[float, float]] = [
        (0.0, 0.018),
        (radius - 0.022, 0.018),
        (radius - 0.014, 0.0),
        (radius, 0.0),
        (radius + 0.004, 0.012),
        (radius, 0.026),
    ]
    for middle in (height * 0.345, height * 0.655):
        angles = np.linspace(0.0, np.pi, 7)
        profile += [
            (radius + 0.012 * float(np.sin(a)), middle - 0.022 * float(np.cos(a))) for a in angles
        ]
    for middle in np.linspace(height * 0.74, height * 0.92, 4):
        profile += [(radius, middle - 0.012), (radius - 0.003, middle), (radius, middle + 0.012)]
    profile += [
        (radius, height - 0.026),
        (radius + 0.004, height - 0.012),
        (radius, height),
        (radius - 0.014, height),
    ]
    profile += [(radius - 0.022, height - 0.018), (0.0, height - 0.018)]
    model.add("Shell", _DRUM_BLUE, lathe(profile, segments=48), crease_deg=60.0)

    plug = lathe(
        [(0.038, 0.0), (0.038, 0.012), (0.03, 0.016), (0.03, 0.01), (0.0, 0.01)], segments=20
    )
    small = plug.scale(0.6, 0.6, 1.0)
    bar = box((0.05, 0.012, 0.008), (0.0, 0.0, 0.013), bevel=0.002)
    lid_z = height - 0.018
    model.add(
        "Bungs",
        CHROME,
        merge(plug, bar).translate(0.17, -0.05, lid_z),
        merge(small, bar.scale(0.6)).translate(-0.18, 0.06, lid_z),
    )
    ring = torus(radius * 0.72, 0.005, segments=40, tube_segments=6).translate(z=lid_z)
    model.add("LidBead", _DRUM_BLUE, ring)

    model.add("Label", LABEL_WHITE, band(radius, (-114.0, -66.0), (0.35, 0.53)))
    model.add(
        "LabelPrint",
        _PRINT,
        band(radius, (-111.0, -69.0), (0.49, 0.515), proud=0.0014),
        *(
            band(
                radius,
                (-111.0, -84.0 + 4.0 * (i % 2)),
                (0.372 + 0.018 * i, 0.38 + 0.018 * i),
                proud=0.0014,
            )
            for i in range(6)
        ),
    )
    model.add("HazardMark", SAFETY_RED, band(radius, (-78.0, -70.0), (0.375, 0.47), proud=0.0014))
    return model


def _build_wheelie_bin() -> Model:
    model = Model()
    levels = (
        (0.0, 0.4, 0.42, 0.03),
        (0.1, 0.43, 0.46, 0.02),
        (0.7, 0.53, 0.58, 0.0),
        (0.92, 0.56, 0.62, 0.0),
    )
    sections = []
    for z, width, depth, shift in levels:
        ring = rounded_rectangle(width, depth, 0.07, 4)
        sections.append(
            np.column_stack([ring[:, 0], ring[:, 1] + shift, np.full(len(ring), z + 0.03)])
        )
    body = loft(sections)
    rim = extrude(rounded_rectangle(0.6, 0.66, 0.08, 4), 0.05, bevel=0.012, segments=2).translate(
        z=0.93
    )
    panel = box((0.3, 0.012, 0.3), (0.0, -0.262, 0.5), bevel=0.006).rotate(
        "x", 6.5, (0.0, -0.262, 0.5)
    )
    model.add("Body", _BIN_GREEN, body, rim, panel)
    lid = extrude(rounded_rectangle(0.6, 0.68, 0.08, 5), 0.06, bevel=0.028, segments=3)
    hump = extrude(rounded_rectangle(0.4, 0.46, 0.1, 4), 0.035, bevel=0.02, segments=2).translate(
        z=0.05
    )
    lip = box((0.28, 0.05, 0.03), (0.0, -0.35, 0.02), bevel=0.01, segments=2)
    model.add("Lid", _BIN_GREEN, merge(lid, hump, lip).translate(0.0, -0.005, 0.985))
    wheel = lathe(
        fillet([(0.05, 0.0), (0.1, 0.0), (0.1, 0.05), (0.05, 0.05)], 0.012, 2, closed=True),
        segments=24,
        closed=True,
        axis="x",
    )
    model.add("Tyres", RUBBER, wheel.translate(0.235, 0.27, 0.1).mirrored("x"))
    hub = cylinder(0.052, 0.04, bevel=0.008, axis="x").translate(0.24, 0.27, 0.1)
    axle = cylinder(0.012, 0.47, segments=10, axis="x").translate(-0.235, 0.27, 0.1)
    grip = pipe(
        [(-0.2, 0.3, 0.96), (-0.2, 0.4, 0.99), (0.2, 0.4, 0.99), (0.2, 0.3, 0.96)], 0.016, bend=0.04
    )
    model.add("Fittings", BLACK_PLASTIC, hub.mirrored("x"), axle, grip)
    return model


_CONTAINERS = "Warehouse_Demo/Containers"

ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec("WoodPallet_A01", "Warehouse_Demo/Pallets", _build_pallet),
    AssetSpec("CubeBox_A01_40cm", f"{_CONTAINERS}/Cardboard", _build_cube_box),
    AssetSpec("CardboardBox_B02_60x40x40cm", f"{_CONTAINERS}/Cardboard", _build_long_box),
    # The pivot is in the middle of the body, as scanned props often have it.
    AssetSpec("SteelDrum_A01", f"{_CONTAINERS}/Drums", _build_drum, pivot=(0.0, 0.0, 0.44)),
    AssetSpec(
        "WheelieBin_A01",
        f"{_CONTAINERS}/Bins",
        _build_wheelie_bin,
        up_axis="Y",
        meters_per_unit=0.01,
    ),
)
