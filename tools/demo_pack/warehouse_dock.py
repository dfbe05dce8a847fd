"""The loading dock: sectional door and dock leveller."""

from __future__ import annotations

import numpy as np

from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.model import AssetSpec, Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import (
    box,
    cylinder,
    extrude,
    pipe,
    rounded_rectangle,
    slab,
)
from tools.demo_pack.surface import (
    BLACK_PAINT,
    BLACK_PLASTIC,
    CHROME,
    DARK_STEEL,
    GALVANISED,
    GLASS,
    GREY_PAINT,
    LABEL_WHITE,
    RUBBER,
    SAFETY_RED,
    SAFETY_YELLOW,
    Surface,
)

__all__ = ["ASSETS"]

_DOOR_WIDTH, _DOOR_HEIGHT, _DOOR_DEPTH = 3.1, 3.3, 0.25
_PANEL = Surface("DoorPanel", "#d8dbdc", 0.5)
_TREAD_PLATE = Surface("TreadPlate", "#6f747a", 0.5, metallic=0.7)


def _build_door() -> Model:
    """Build a closed sectional door that stays inside the box of a rectangular opening."""
    model = Model()
    x, y = _DOOR_WIDTH / 2.0, _DOOR_DEPTH / 2.0
    hood_z, jamb = _DOOR_HEIGHT - 0.3, 0.12
    jambs = slab((-x, -x + jamb), (-0.06, y - 0.001), (0.0, hood_z + 0.02), bevel=0.01).mirrored(
        "x"
    )
    lintel = slab((-x, x), (0.0, y), (hood_z, _DOOR_HEIGHT), bevel=0.01)
    model.add("Frame", GREY_PAINT, jambs, lintel)
    hood = extrude(
        fillet(
            [(-y, hood_z), (y - 0.02, hood_z), (y - 0.02, _DOOR_HEIGHT), (-y, _DOOR_HEIGHT)],
            [0.05, 0.0, 0.0, 0.09],
            5,
            closed=True,
        ),
        2.0 * x - 0.004,
        bevel=0.008,
        axis="x",
    ).translate(-x + 0.002)
    brackets = slab(
        (-x, -x + 0.03), (-y, 0.0), (hood_z - 0.06, _DOOR_HEIGHT), bevel=0.006
    ).mirrored("x")
    model.add("Hood", Surface("HoodGrey", "#aeb4b8", 0.45), hood, brackets)

    width = _DOOR_WIDTH - 2.0 * jamb - 0.02
    height = (hood_z - 0.03) / 5.0
    panels, frames, panes = [], [], []
    for i in range(5):
        low = 0.035 + height * i
        if i == 3:
            bodies, rims, glass = _window_panel(width, height - 0.006)
            panels.append(bodies.translate(z=low))
            frames.append(rims.translate(z=low))
            panes.append(glass.translate(z=low))
        else:
            panels.append(_ribbed_panel(width, height - 0.006).translate(z=low))
    model.add("Panels", _PANEL, *panels, crease_deg=35.0)
    seal = slab((-width / 2.0, width / 2.0), (-0.02, 0.04), (0.0, 0.045), bevel=0.012, segments=2)
    joint = slab((-width / 2.0, width / 2.0), (-0.012, 0.03), (-0.006, 0.004))
    joints = [joint.translate(z=0.035 + height * i) for i in range(1, 5)]
    model.add("Seals", RUBBER, seal, *joints, *frames)
    model.add("Windows", GLASS, *panes)

    track = slab(
        (-x + jamb - 0.012, -x + jamb + 0.035), (-0.085, -0.045), (0.0, hood_z), bevel=0.006
    ).mirrored("x")
    hinge = merge(
        box((0.06, 0.012, 0.13), (0.0, -0.03, 0.0), bevel=0.004),
        cylinder(0.012, 0.07, segments=10, bevel=0.002, axis="x").translate(-0.035, -0.036, 0.0),
    )
    spots = np.linspace(-width / 2.0 + 0.09, width / 2.0 - 0.09, 4)
    hinges = [
        hinge.translate(float(at), 0.0, 0.032 + height * i) for i in range(1, 5) for at in spots
    ]
    model.add("Tracks", GALVANISED, track, *hinges)

    guard = slab((-x - 0.0, -x + jamb + 0.004), (-0.07, -0.056), (0.0, 1.1), bevel=0.005).mirrored(
        "x"
    )
    model.add("CornerGuards", SAFETY_YELLOW, guard)
    stripe = np.array([(0.0, 0.0), (jamb + 0.002, 0.09), (jamb + 0.002, 0.17), (0.0, 0.08)])
    stripes = (
        extrude(stripe, 0.003, axis="y").translate(-x + 0.001, -0.0725, 0.05).array(6, z=0.165)
    )
    model.add("GuardStripes", BLACK_PAINT, stripes.mirrored("x"))

    grip = pipe(
        [(-0.1, -0.02, 0.0), (-0.1, -0.075, 0.0), (0.1, -0.075, 0.0), (0.1, -0.02, 0.0)],
        0.011,
        bend=0.03,
    )
    plate = box((0.3, 0.008, 0.06), (0.0, -0.03, 0.0), bevel=0.003)
    model.add("Handle", CHROME, merge(grip, plate).translate(0.0, 0.0, 0.4))
    lock = merge(
        box((0.12, 0.03, 0.1), (0.62, -0.035, 0.95), bevel=0.008),
        cylinder(0.03, 0.03, segments=14, bevel=0.005, axis="y").translate(0.62, -0.07, 0.95),
        box((0.9, 0.012, 0.022), (1.08, -0.03, 0.95), bevel=0.003),
    )
    model.add("Lock", DARK_STEEL, lock)
    box_center = (x - 0.06, -0.085, 1.45)
    model.add("ControlBox", BLACK_PLASTIC, box((0.1, 0.05, 0.2), box_center, bevel=0.01))
    button = cylinder(0.018, 0.014, segments=14, bevel=0.004, axis="y").translate(
        x - 0.06, -0.122, 0.0
    )
    model.add("StopButton", SAFETY_RED, button.translate(z=1.395))
    model.add("MoveButtons", LABEL_WHITE, button.translate(z=1.45), button.translate(z=1.505))
    return model


def _ribbed_panel(width: float, height: float) -> Mesh:
    """Return one door section standing on z = 0 whose front is pressed into flat ribs."""
    face, valley = -0.022, -0.014
    outline = [(face, 0.0), (face, 0.05)]
    ribs = 4
    pitch = (height - 0.1) / ribs
    for i in range(ribs):
        low = 0.05 + pitch * i
        outline += [
            (valley, low + 0.008),
            (valley, low + 0.03),
            (face, low + 0.038),
            (face, low + pitch),
        ]
    outline += [(face, height), (0.026, height), (0.026, 0.0)]
    loop = np.array(outline)
    keep = np.linalg.norm(loop - np.roll(loop, 1, axis=0), axis=1) > 1e-6
    return extrude(loop[keep][::-1], width, axis="x").translate(-width / 2.0)


def _window_panel(width: float, height: float) -> tuple[Mesh, Mesh, Mesh]:
    """Return body, rubber frames and panes of a section with four windows."""
    pane_width, pane_height = 0.46, 0.26
    spots = (np.arange(4) - 1.5) * width / 4.2
    hole = rounded_rectangle(pane_width, pane_height, 0.06, 4)
    outline = np.array(
        [(-width / 2.0, 0.0), (width / 2.0, 0.0), (width / 2.0, height), (-width / 2.0, height)]
    )
    middle = height / 2.0
    body = extrude(
        outline, 0.048, holes=[hole + np.array((at, middle)) for at in spots], bevel=0.003, axis="y"
    ).translate(y=-0.022)
    rim = extrude(
        rounded_rectangle(pane_width + 0.05, pane_height + 0.05, 0.08, 4),
        0.068,
        holes=[rounded_rectangle(pane_width - 0.03, pane_height - 0.03, 0.05, 4)],
        bevel=0.006,
        axis="y",
    ).translate(y=-0.032)
    pane = extrude(
        rounded_rectangle(pane_width - 0.02, pane_height - 0.02, 0.05, 3), 0.012, axis="y"
    )
    rims = merge(*(rim.translate(float(at), 0.0, middle) for at in spots))
    panes = merge(*(pane.translate(float(at), -0.004, middle) for at in spots))
    return body, rims, panes


def _build_leveller() -> Model:
    """Build a dock leveller with its lip at the door, +Y, and its hinge to the room, -Y."""
    model = Model()
    half, rear, top = 0.92, 0.86, 0.105
    deck = extrude(
        fillet(
            [(-1.12, 0.0), (-1.14, 0.014), (-0.86, top - 0.008), (rear, top - 0.008), (rear, 0.0)],
            [0.0, 0.004, 0.06, 0.004, 0.0],
            3,
            closed=True,
        ),
        2.0 * half,
        bevel=0.004,
        axis="x",
    ).translate(-half)
    lip = extrude(
        fillet(
            [
                (rear + 0.05, top - 0.012),
                (rear + 0.34, top - 0.03),
                (rear + 0.34, top - 0.045),
                (rear + 0.05, top - 0.045),
            ],
            [0.006, 0.004, 0.004, 0.006],
            2,
            closed=True,
        ),
        2.0 * half - 0.1,
        bevel=0.003,
        axis="x",
    ).translate(-half + 0.05)
    model.add("Deck", _TREAD_PLATE, deck, lip, *_tread(half - 0.06, -0.8, rear - 0.04, top - 0.008))
    knuckle = cylinder(0.024, 0.13, segments=14, bevel=0.004, axis="x")
    hinge = knuckle.translate(-half + 0.06, rear + 0.026, top - 0.03).array(12, x=0.1455)
    model.add(
        "Hinge",
        DARK_STEEL,
        hinge,
        slab((-half, half), (rear, rear + 0.34), (0.0, 0.05), bevel=0.006),
    )

    side = slab((-half - 0.08, -half - 0.006), (-0.9, 0.9), (0.0, top), bevel=0.012, segments=2)
    model.add("SideCurbs", SAFETY_YELLOW, side.mirrored("x"))
    band = slab(
        (-half - 0.0815, -half - 0.0045),
        (-0.07, 0.07),
        (0.004, top + 0.0012),
        bevel=0.011,
        segments=2,
    )
    bands = band.translate(y=-0.7).array(6, y=0.28)
    model.add("CurbBands", BLACK_PAINT, bands.mirrored("x"))
    bumper = slab((-half - 0.08, -half + 0.14), (1.0, 1.2), (0.0, 0.115), bevel=0.02, segments=2)
    layers = slab((-half - 0.083, -half + 0.143), (1.02, 1.203), (0.012, 0.018)).array(5, z=0.02)
    model.add("Bumpers", RUBBER, bumper.mirrored("x"), layers.mirrored("x"))
    bolts = cylinder(0.012, 0.008, segments=6).translate(-half + 0.03, 1.07, 0.111)
    model.add("BumperBolts", GALVANISED, bolts.mirrored("x"), bolts.translate(y=0.08).mirrored("x"))
    return model


def _tread(half: float, low_y: float, high_y: float, z: float) -> list[Mesh]:
    """Return the raised lozenges of a tread plate: low roofs in alternating directions."""
    points = np.array(
        [
            (-0.045, 0, 0),
            (0, -0.012, 0),
            (0.045, 0, 0),
            (0, 0.012, 0),
            (-0.02, 0, 0.005),
            (0.02, 0, 0.005),
        ]
    )
    faces = np.array([(0, 1, 4), (1, 5, 4), (1, 2, 5), (2, 3, 5), (3, 4, 5), (3, 0, 4)])
    lozenge = Mesh(points, faces)
    turned = lozenge.rotate("z", 45.0), lozenge.rotate("z", -45.0)
    columns, rows = round(2.0 * half / 0.11), round((high_y - low_y) / 0.11)
    return [
        turned[(i + j) % 2].translate(
            -half + 2.0 * half * (i + 0.5) / columns, low_y + (high_y - low_y) * (j + 0.5) / rows, z
        )
        for i in range(columns)
        for j in range(rows)
    ]


_DOCK = "Warehouse_Demo/Dock"

ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec("RollUpDoor_A01", f"{_DOCK}/Doors", _build_door),
    AssetSpec(
        "DockLeveller_A01",
        f"{_DOCK}/Levellers",
        _build_leveller,
        up_axis="Y",
        meters_per_unit=0.01,
    ),
)
