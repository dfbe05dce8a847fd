"""A mobile whiteboard with a flow chart drawn on it."""

from __future__ import annotations

import numpy as np

from tools.demo_pack import shape
from tools.demo_pack.furniture_part import build_castor
from tools.demo_pack.mesh import Mesh
from tools.demo_pack.model import Model
from tools.demo_pack.surface import (
    ALUMINIUM,
    BLACK_PLASTIC,
    DARK_STEEL,
    GREY_PLASTIC,
    RUBBER,
    Surface,
)

__all__ = ["build_whiteboard"]

_BOARD = Surface("BoardEnamel", "#f4f5f3", 0.12, clearcoat=0.5)
_STAND = Surface("StandGrey", "#8d9194", 0.4, metallic=0.6)


def build_whiteboard() -> Model:
    """Model a mobile whiteboard: board 1.5 x 1.0 m, 1.8 m high, pens in its tray, a flow chart."""
    model = Model()
    z = 1.32
    model.add("Board", _BOARD, shape.box((1.46, 0.016, 0.96), (0, 0.0, z), bevel=0.001))
    rails = [
        shape.box((1.44, 0.028, 0.026), (0, 0, z + s * 0.487), bevel=0.004, segments=2)
        for s in (-1, 1)
    ]
    sides = [
        shape.box((0.026, 0.028, 0.94), (s * 0.737, 0, z), bevel=0.004, segments=2) for s in (-1, 1)
    ]
    posts = [
        shape.box((0.03, 0.05, 1.66), (s * 0.785, 0.0, 0.96), bevel=0.005, segments=2)
        for s in (-1, 1)
    ]
    feet = [
        shape.box((0.035, 0.62, 0.035), (s * 0.785, 0.0, 0.125), bevel=0.006, segments=2)
        for s in (-1, 1)
    ]
    brace = shape.box((1.55, 0.03, 0.04), (0, 0.0, 0.30), bevel=0.006, segments=2)
    model.add("Frame", ALUMINIUM, *rails, *sides)
    model.add("Stand", _STAND, *posts, *feet, brace)
    corners = [
        shape.box((0.045, 0.034, 0.045), (sx * 0.732, 0, z + sz * 0.482), bevel=0.01, segments=2)
        for sx in (-1, 1)
        for sz in (-1, 1)
    ]
    ends = [
        shape.box((0.04, 0.03, 0.04), (sx * 0.785, sy * 0.31, 0.125), bevel=0.006)
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    caps = [shape.box((0.034, 0.054, 0.012), (s * 0.785, 0.0, 1.793), bevel=0.004) for s in (-1, 1)]
    knobs = [
        shape.cylinder(0.024, 0.03, bevel=0.006, segments=16, axis="x").translate(0.80, 0, z),
        shape.cylinder(0.024, 0.03, bevel=0.006, segments=16, axis="x").translate(-0.83, 0, z),
    ]
    model.add("PlasticParts", BLACK_PLASTIC, *corners, *ends, *caps, *knobs)
    wheels, hood = build_castor(0.036)
    places = [
        (sx * 0.785, sy * 0.285, 30.0 + 70.0 * sx + 40.0 * sy) for sx in (-1, 1) for sy in (-1, 1)
    ]
    model.add(
        "CastorWheels", RUBBER, *(wheels.rotate("z", turn).translate(x, y) for x, y, turn in places)
    )
    model.add(
        "CastorHoods",
        GREY_PLASTIC,
        *(hood.rotate("z", turn).translate(x, y, 0.0) for x, y, turn in places),
    )
    stems = [shape.cylinder(0.009, 0.05, segments=10).translate(x, y, 0.07) for x, y, _ in places]
    model.add("CastorStems", DARK_STEEL, *stems)
    tray = shape.sweep(
        [(0.0, 0.0), (0.075, 0.0), (0.075, 0.02), (0.072, 0.02), (0.072, 0.003), (0.0, 0.003)],
        [(0.45, -0.012, z - 0.497), (-0.45, -0.012, z - 0.497)],
        up=(0, 0, 1),
    )
    model.add("Tray", ALUMINIUM, _face_front(tray))
    for k, (name, color) in enumerate(
        (("Black", "#1c1c1e"), ("Blue", "#1d4fb0"), ("Red", "#c02a22"), ("Green", "#1f8a43"))
    ):
        pen = shape.lathe(
            [
                (0.0, 0.0),
                (0.008, 0.0),
                (0.009, 0.01),
                (0.009, 0.085),
                (0.0075, 0.09),
                (0.0075, 0.12),
                (0.005, 0.13),
                (0.0, 0.13),
            ],
            segments=12,
            axis="x",
        )
        model.add(
            f"Pen{name}",
            _ink(f"Ink{name}", color),
            pen.translate(-0.30 + 0.16 * k, -0.045 - 0.006 * (k % 2), z - 0.4845),
        )
    model.add(
        "Eraser",
        _ink("Felt", "#33383f"),
        shape.box((0.12, 0.05, 0.03), (0.36, -0.048, z - 0.478), bevel=0.006, segments=2),
    )
    _add_drawing(model, z)
    return model


def _face_front(mesh: Mesh) -> Mesh:
    """Mirror a part across Y if it reaches behind the board instead of in front."""
    low, high = mesh.bounds
    return mesh if abs(low[1]) > abs(high[1]) else mesh.mirror("y")


def _add_drawing(model: Model, z: float) -> None:
    """Draw a flow chart in three inks."""
    y = -0.0085

    def stroke(points: list[tuple[float, float]], width: float = 0.0038) -> Mesh:
        path = [(px, y, z + pz) for px, pz in points]
        return shape.sweep(shape.rectangle(width, 0.0012), path, up=(0, -1, 0))

    def frame(x: float, height: float, half_x: float, half_z: float) -> Mesh:
        loop = [
            (x - half_x, height - half_z),
            (x + half_x, height - half_z + 0.004),
            (x + half_x, height + half_z),
            (x - half_x, height + half_z - 0.003),
            (x - half_x, height - half_z),
        ]
        return stroke(loop)

    def writing(x: float, height: float, length: float) -> Mesh:
        steps = np.arange(0.0, length, 0.009)
        wave = 0.008 * np.sin(steps * 410.0) * (0.55 + 0.45 * np.sin(steps * 97.0 + height * 40.0))
        return stroke(
            [(x + float(s), height + float(w)) for s, w in zip(steps, wave, strict=True)], 0.003
        )

    boxes = [
        frame(x, h, 0.13, 0.06)
        for x, h in ((-0.48, 0.22), (-0.05, 0.22), (0.40, 0.22), (-0.05, -0.08))
    ]
    model.add("DrawingBlue", _ink("MarkerBlue", "#1d4fb0"), *boxes)
    arrows = []
    for start, end in (
        ((-0.34, 0.22), (-0.19, 0.22)),
        ((0.09, 0.22), (0.26, 0.22)),
        ((-0.05, 0.15), (-0.05, -0.01)),
    ):
        a, b = np.array(start), np.array(end)
        ahead = (b - a) / np.linalg.norm(b - a)
        aside = np.array([-ahead[1], ahead[0]])
        arrows.append(stroke([start, end]))
        arrows.append(
            stroke(
                [
                    tuple(b - 0.03 * ahead + 0.018 * aside),
                    end,
                    tuple(b - 0.03 * ahead - 0.018 * aside),
                ]
            )
        )
    model.add(
        "DrawingRed", _ink("MarkerRed", "#c02a22"), *arrows, stroke([(-0.6, 0.365), (-0.2, 0.362)])
    )
    texts = [
        writing(x - 0.09, h, 0.18)
        for x, h in ((-0.48, 0.22), (-0.05, 0.22), (0.40, 0.22), (-0.05, -0.08))
    ]
    title = [writing(-0.6, 0.39, 0.38)]
    lists = [writing(0.26, 0.02 - 0.06 * k, 0.30 - 0.05 * (k % 3)) for k in range(5)]
    model.add("DrawingBlack", _ink("MarkerBlack", "#232326"), *texts, *title, *lists)


def _ink(name: str, color: str) -> Surface:
    return Surface(name, color, 0.5)
