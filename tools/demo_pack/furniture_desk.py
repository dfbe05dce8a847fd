"""Desks and the meeting table; the sitter's side of a desk is its front, -Y."""

from __future__ import annotations

import numpy as np

from tools.demo_pack import shape
from tools.demo_pack.furniture_part import (
    BLACK_STEEL,
    OAK,
    OAK_DARK,
    WALNUT,
    WHITE_LAMINATE,
    DrawerBox,
    add_drawers,
)
from tools.demo_pack.mesh import merge
from tools.demo_pack.model import Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.surface import (
    ALUMINIUM,
    BLACK_PLASTIC,
    DARK_STEEL,
    GREY_PAINT,
    LIGHT_LENS,
    RUBBER,
    WHITE_PAINT,
)

__all__ = ["build_meeting_table", "build_modern_desk", "build_oak_desk"]


def build_modern_desk() -> Model:
    """Model a white desk, 1.6 x 0.8 x 0.74 m: frame legs, modesty panel, cable tray, pedestal."""
    model = Model()
    outline = shape.rounded_rectangle(1.6, 0.8, 0.03, 6)
    board = shape.extrude(outline, 0.019, bevel=0.002, segments=2).translate(z=0.721)
    model.add("Top", WHITE_LAMINATE, board)
    core = shape.extrude(shape.rounded_rectangle(1.594, 0.794, 0.029, 6), 0.009, bevel=0.001)
    model.add("TopCore", OAK, core.translate(z=0.7122))
    loop = np.array(
        [(0.0, -0.33, 0.0335), (0.0, 0.33, 0.0335), (0.0, 0.33, 0.6875), (0.0, -0.33, 0.6875)]
    )
    profile = shape.rounded_rectangle(0.05, 0.03, 0.006, 3)
    frame = shape.sweep(
        profile, fillet(loop, 0.035, 5, closed=True), closed=True, up=(1, 0, 0)
    ).translate(x=0.735)
    rails = shape.slab((-0.72, 0.72), (0.2, 0.24), (0.66, 0.70), bevel=0.004, segments=2)
    front_rail = shape.slab((-0.72, 0.72), (-0.22, -0.18), (0.672, 0.702), bevel=0.004, segments=2)
    spacers = shape.cylinder(0.014, 0.012, segments=16).translate(0.735, -0.25, 0.7005)
    spacers = merge(spacers, spacers.translate(y=0.5)).mirrored("x")
    model.add("Frame", BLACK_STEEL, frame.mirrored("x"), rails, front_rail, spacers)
    feet = shape.cylinder(0.016, 0.0085, bevel=0.002, segments=16).translate(0.735, -0.29, 0.0)
    model.add("Feet", RUBBER, merge(feet, feet.translate(y=0.58)).mirrored("x"))
    model.add(
        "ModestyPanel",
        WHITE_PAINT,
        shape.slab((-0.69, 0.69), (0.262, 0.276), (0.36, 0.69), bevel=0.003, segments=2),
    )
    clips = shape.slab((0.45, 0.5), (0.235, 0.268), (0.62, 0.67), bevel=0.002)
    tray = shape.sweep(
        [
            (-0.06, 0.05),
            (-0.06, 0.0),
            (0.06, 0.0),
            (0.06, 0.05),
            (0.057, 0.05),
            (0.057, 0.003),
            (-0.057, 0.003),
            (-0.057, 0.05),
        ],
        [(-0.45, 0.13, 0.585), (0.45, 0.13, 0.585)],
        up=(0, 0, 1),
    )
    hooks = shape.slab((0.38, 0.4), (0.09, 0.21), (0.63, 0.7), bevel=0.002)
    model.add("CableTray", GREY_PAINT, tray, clips.mirrored("x"), hooks.mirrored("x"))
    ring = shape.tube(0.036, 0.028, 0.003, bevel=0.001, segments=28).translate(0.52, 0.3, 0.7395)
    lid = shape.cylinder(0.0275, 0.002, segments=28).translate(0.52, 0.3, 0.7395)
    model.add("Grommet", BLACK_PLASTIC, ring.mirrored("x"), lid.mirrored("x"))
    box = DrawerBox(
        x=(0.27, 0.68),
        y=(-0.34, 0.2),
        z=(0.09, 0.66),
        shares=(0.25, 0.25, 0.5),
        body=WHITE_PAINT,
        front=OAK,
        handle=BLACK_STEEL,
    )
    add_drawers(model, "Pedestal", box)
    hangers = merge(
        *(
            shape.slab((x, x + 0.03), (y, y + 0.03), (0.655, 0.714), bevel=0.002)
            for x in (0.3, 0.62)
            for y in (-0.28, 0.1)
        )
    )
    model.add("PedestalHangers", BLACK_STEEL, hangers)
    return model


def build_oak_desk() -> Model:
    """Model an electric sit-stand desk, 1.6 x 0.8 x 0.74 m: oak top on two telescopic columns."""
    model = Model()
    outline = shape.rounded_rectangle(1.6, 0.8, 0.05, 8)
    top = shape.extrude(outline, 0.028, bevel=0.005, segments=3).translate(z=0.712)
    model.add("Top", OAK, top)
    band = shape.extrude(shape.rounded_rectangle(1.5, 0.7, 0.02), 0.004).translate(z=0.7085)
    model.add("TopUnderside", OAK_DARK, band)
    foot = shape.box((0.07, 0.70, 0.022), bevel=0.008, segments=3).translate(0.60, 0.0, 0.026)
    outer = shape.box((0.085, 0.062, 0.32), bevel=0.006, segments=2).translate(0.60, 0.03, 0.194)
    plates = shape.slab((0.52, 0.68), (-0.28, 0.30), (0.688, 0.709), bevel=0.003)
    beams = shape.slab((-0.56, 0.56), (-0.06, -0.02), (0.665, 0.695), bevel=0.004)
    model.add(
        "Frame",
        BLACK_STEEL,
        foot.mirrored("x"),
        outer.mirrored("x"),
        plates.mirrored("x"),
        beams,
        beams.translate(y=0.16),
    )
    middle = shape.box((0.074, 0.052, 0.2), bevel=0.005, segments=2).translate(0.60, 0.03, 0.44)
    inner = shape.box((0.063, 0.042, 0.2), bevel=0.004, segments=2).translate(0.60, 0.03, 0.60)
    model.add("Columns", DARK_STEEL, middle.mirrored("x"), inner.mirrored("x"))
    pads = merge(
        *(
            shape.cylinder(0.018, 0.016, bevel=0.003, segments=18).translate(0.60, y, 0.0)
            for y in (-0.31, 0.31)
        )
    )
    model.add("Levellers", RUBBER, pads.mirrored("x"))
    panel = shape.slab((0.42, 0.57), (-0.385, -0.33), (0.688, 0.711), bevel=0.004, segments=2)
    model.add("ControlPanel", BLACK_PLASTIC, panel)
    buttons = [
        shape.cylinder(0.006, 0.003, bevel=0.001, segments=12, axis="y").translate(
            0.44 + 0.022 * k, -0.387, 0.6995
        )
        for k in range(5)
    ]
    model.add("ControlButtons", WHITE_PAINT, *buttons)
    display = shape.slab((0.547, 0.564), (-0.3865, -0.385), (0.695, 0.704))
    model.add("ControlDisplay", LIGHT_LENS, display)
    net = [
        shape.pipe(
            [(-0.42, y, 0.66), (-0.42, y + 0.02, 0.58), (0.42, y + 0.02, 0.58), (0.42, y, 0.66)],
            0.003,
            segments=6,
        )
        for y in (0.16, 0.20, 0.24)
    ]
    ribs = [
        shape.pipe(
            [(x, 0.15, 0.69), (x, 0.18, 0.577), (x, 0.26, 0.577), (x, 0.29, 0.69)],
            0.003,
            bend=0.02,
            segments=6,
        )
        for x in np.linspace(-0.4, 0.4, 9)
    ]
    model.add("CableBasket", BLACK_STEEL, *net, *ribs)
    lid = shape.slab((-0.12, 0.12), (0.29, 0.37), (0.7395, 0.742), bevel=0.001)
    model.add("CableFlap", BLACK_PLASTIC, lid)
    return model


def build_meeting_table() -> Model:
    """Model a boat-shaped meeting table for eight, 2.8 x 1.2 x 0.74 m, on two panel feet."""
    model = Model()
    along = np.linspace(-1.4, 1.4, 25)
    half = 0.60 - 0.14 * (along / 1.4) ** 2
    outline = np.concatenate(
        [np.stack([along, -half], axis=1), np.stack([along, half], axis=1)[::-1]]
    )
    top = shape.extrude(_round_corners(outline, 0.05), 0.032, bevel=0.007, segments=3).translate(
        z=0.708
    )
    model.add("Top", WALNUT, top)
    chamfer = shape.extrude(_round_corners(outline * (0.96, 0.92), 0.05), 0.012).translate(z=0.697)
    model.add("SubTop", BLACK_STEEL, chamfer)
    feet, panels, trims = [], [], []
    for side in (-1, 1):
        x = 0.82 * side
        feet.append(
            shape.extrude(
                shape.rounded_rectangle(0.16, 0.78, 0.05, 6), 0.018, bevel=0.005, segments=2
            ).translate(x, 0.0, 0.004)
        )
        panels.append(
            shape.slab((x - 0.045, x + 0.045), (-0.29, 0.29), (0.02, 0.70), bevel=0.012, segments=3)
        )
        trims.append(shape.slab((x - 0.047, x + 0.047), (-0.03, 0.03), (0.024, 0.69), bevel=0.004))
        feet.append(shape.slab((x - 0.07, x + 0.07), (-0.36, 0.36), (0.685, 0.699), bevel=0.003))
    model.add("Feet", BLACK_STEEL, *feet)
    model.add("Panels", WALNUT, *panels)
    model.add("PanelTrims", ALUMINIUM, *trims)
    beam = shape.slab((-0.80, 0.80), (-0.03, 0.03), (0.56, 0.66), bevel=0.006, segments=2)
    model.add("Beam", BLACK_STEEL, beam)
    pads = [
        shape.cylinder(0.02, 0.006, segments=16).translate(x, y, 0.0)
        for x in (-0.82, 0.82)
        for y in (-0.32, 0.32)
    ]
    model.add("Pads", RUBBER, *pads)
    for x in (-0.55, 0.55):
        name = "Left" if x < 0 else "Right"
        rim = shape.extrude(
            shape.rounded_rectangle(0.30, 0.13, 0.012),
            0.004,
            holes=[shape.rounded_rectangle(0.276, 0.106, 0.008)],
            bevel=0.0008,
        )
        model.add(f"PowerBoxRim{name}", ALUMINIUM, rim.translate(x, 0.0, 0.7385))
        flap = shape.box((0.272, 0.05, 0.004), (x, -0.026, 0.7405), bevel=0.001)
        model.add(f"PowerBoxFlap{name}", BLACK_PLASTIC, flap, flap.translate(y=0.052))
    return model


def _round_corners(outline: np.ndarray, radius_m: float) -> np.ndarray:
    """Round only the outline's sharp corners."""
    before = outline - np.roll(outline, 1, axis=0)
    after = np.roll(outline, -1, axis=0) - outline
    cosine = (
        (before * after).sum(axis=1)
        / np.linalg.norm(before, axis=1)
        / np.linalg.norm(after, axis=1)
    )
    return fillet(outline, np.where(cosine < 0.7, radius_m, 0.0).tolist(), 6, closed=True)
