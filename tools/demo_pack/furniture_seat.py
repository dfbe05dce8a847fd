"""Chairs and the sofa; the sitter looks to -Y."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack import shape
from tools.demo_pack.furniture_part import BLACK_STEEL, OAK, build_castor
from tools.demo_pack.mesh import merge
from tools.demo_pack.model import Model
from tools.demo_pack.organic import extrude, rounded_box, unite
from tools.demo_pack.organic_mesh import sculpt
from tools.demo_pack.organic_simplify import simplify
from tools.demo_pack.polygon import fillet
from tools.demo_pack.surface import ALUMINIUM, BLACK_PLASTIC, CHROME, DARK_STEEL, RUBBER, Surface

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.demo_pack.mesh import Mesh
    from tools.demo_pack.organic import Field

__all__ = ["build_office_chair", "build_sofa", "build_visitor_chair"]

_CHAIR_FABRIC = Surface("ChairFabric", "#2f4858", 0.92)
_VISITOR_FABRIC = Surface("VisitorFabric", "#4a5a4c", 0.92)
_SOFA_FABRIC = Surface("SofaFabric", "#7d8489", 0.95)
_SMOOTH_DEG = 180.0

#: Lowest and highest corner [m] of the box a cushion is meshed in.
_Room: TypeAlias = "tuple[tuple[float, float, float], tuple[float, float, float]]"


def build_office_chair() -> Model:
    """Model a task chair: five-star base on castors, gas lift, contoured seat, back, armrests."""
    model = Model()
    _add_star_base(model)
    seat = _bend(
        extrude(rounded_box((0, 0, 0), (0.255, 0.245, 0.2), 0.11), 0.432, 0.518, 0.038),
        lambda p: (
            -0.35 * p[:, 0] ** 2 + 1.6 * np.maximum(-p[:, 1] - 0.12, 0) ** 2 - 0.10 * p[:, 1] ** 2
        ),
    )
    model.add(
        "Seat",
        _CHAIR_FABRIC,
        _pad(seat, ((-0.3, -0.3, 0.36), (0.3, 0.3, 0.57)), 0.016, 1000),
        crease_deg=_SMOOTH_DEG,
    )
    pan = shape.extrude(shape.rounded_rectangle(0.42, 0.40, 0.09, 6), 0.02, bevel=0.008, segments=2)
    box = shape.box((0.16, 0.22, 0.06), (0, 0.03, 0.395), bevel=0.012, segments=2)
    spine = shape.sweep(
        shape.rounded_rectangle(0.07, 0.022, 0.009, 3),
        _soften(
            [
                (0, 0.06, 0.40),
                (0, 0.24, 0.405),
                (0, 0.305, 0.47),
                (0, 0.312, 0.62),
                (0, 0.312, 0.84),
            ]
        ),
        up=(0, 0, 1),
    )
    lever = shape.pipe([(0.06, 0.0, 0.405), (0.22, -0.02, 0.40)], 0.005, segments=8)
    knob = shape.box((0.07, 0.022, 0.012), (0.245, -0.022, 0.40), bevel=0.005, segments=2)
    model.add("Mechanism", BLACK_PLASTIC, pan.translate(z=0.418), box, spine, lever, knob)

    def wrap(p: np.ndarray) -> np.ndarray:
        height = p[:, 2] - 0.60
        return 0.75 * p[:, 0] ** 2 - 0.55 * np.where(height > 0, (height - 0.1) ** 2, 0.01)

    back = _bend_y(_trapezoid_back(0.026, 0.0), wrap)
    model.add(
        "Back",
        _CHAIR_FABRIC,
        _pad(back, ((-0.3, 0.1, 0.52), (0.3, 0.4, 1.12)), 0.016, 1300),
        crease_deg=_SMOOTH_DEG,
    )
    shell = _bend_y(_trapezoid_back(0.012, 0.030), wrap)
    model.add(
        "BackShell",
        BLACK_PLASTIC,
        _pad(shell, ((-0.3, 0.1, 0.52), (0.3, 0.42, 1.12)), 0.014, 900),
        crease_deg=_SMOOTH_DEG,
    )
    posts, pads = [], []
    for side in (-1, 1):
        posts.append(
            shape.sweep(
                shape.rounded_rectangle(0.05, 0.022, 0.008, 3),
                _soften(
                    [
                        (side * 0.12, 0.03, 0.415),
                        (side * 0.27, 0.03, 0.415),
                        (side * 0.302, 0.025, 0.47),
                        (side * 0.302, 0.01, 0.665),
                    ]
                ),
                up=(0, 1, 0),
            )
        )
        pads.append(
            shape.extrude(
                shape.rounded_rectangle(0.088, 0.26, 0.04, 6), 0.028, bevel=0.01, segments=3
            ).translate(side * 0.300, -0.01, 0.662)
        )
    model.add("ArmPosts", BLACK_PLASTIC, *posts)
    model.add("ArmPads", RUBBER, *pads)
    return model


def build_visitor_chair() -> Model:
    """Model a cantilever chair: a chrome tube loop with upholstered seat and back."""
    model = Model()
    side = [
        (0.235, 0.27, 0.86),
        (0.235, 0.215, 0.455),
        (0.235, -0.235, 0.465),
        (0.235, -0.225, 0.0135),
        (0.235, 0.24, 0.0135),
    ]
    loop = [*side, *((-x, y, z) for x, y, z in reversed(side))]
    frame = shape.pipe(loop, 0.0125, bend=0.065, bend_segments=7, segments=12, closed=True)
    rails = [
        shape.pipe([(-0.235, y, 0.462), (0.235, y, 0.462)], 0.009, segments=10)
        for y in (-0.10, 0.12)
    ]
    model.add("Frame", CHROME, frame, *rails)
    glides = [
        shape.slab((x - 0.016, x + 0.016), (y - 0.02, y + 0.02), (0.0, 0.012), bevel=0.003)
        for x in (-0.235, 0.235)
        for y in (-0.12, 0.18)
    ]
    model.add("Glides", BLACK_PLASTIC, *glides)
    seat = _bend(
        extrude(rounded_box((0, -0.015, 0), (0.222, 0.225, 0.2), 0.05), 0.462, 0.522, 0.026),
        lambda p: -0.25 * p[:, 0] ** 2 + 1.2 * np.maximum(-p[:, 1] - 0.14, 0) ** 2,
    )
    model.add(
        "Seat",
        _VISITOR_FABRIC,
        _pad(seat, ((-0.26, -0.27, 0.40), (0.26, 0.24, 0.56)), 0.014, 1000),
        crease_deg=_SMOOTH_DEG,
    )
    back = _bend_y(
        rounded_box((0, 0.228, 0.70), (0.222, 0.024, 0.185), 0.022),
        lambda p: -0.42 * p[:, 0] ** 2 - 0.135 * (p[:, 2] - 0.70) + 0.011,
    )
    model.add(
        "Back",
        _VISITOR_FABRIC,
        _pad(back, ((-0.26, 0.12, 0.48), (0.26, 0.36, 0.92)), 0.014, 1000),
        crease_deg=_SMOOTH_DEG,
    )
    arms, pads = [], []
    for sign in (-1, 1):
        x = sign * 0.262
        arms.append(
            shape.pipe(
                [
                    (sign * 0.238, 0.232, 0.56),
                    (x, 0.215, 0.672),
                    (x, -0.16, 0.682),
                    (x, -0.205, 0.46),
                    (sign * 0.238, -0.222, 0.42),
                ],
                0.010,
                bend=0.05,
                bend_segments=5,
                segments=10,
            )
        )
        pads.append(
            shape.box((0.046, 0.27, 0.022), (x, 0.02, 0.692), bevel=0.009, segments=3).rotate(
                "x", -1.5, (x, 0.02, 0.692)
            )
        )
    model.add("Arms", CHROME, *arms)
    model.add("ArmPads", BLACK_PLASTIC, *pads)
    return model


def build_sofa() -> Model:
    """Model a two-seat sofa, 1.7 m wide, with loose cushions on oak feet."""
    model = Model()
    base = unite(
        0.012,
        rounded_box((0, 0.02, 0.235), (0.80, 0.39, 0.095), 0.03),
        rounded_box((0, 0.335, 0.46), (0.83, 0.095, 0.31), 0.05),
        rounded_box((-0.765, -0.01, 0.385), (0.085, 0.42, 0.245), 0.05),
        rounded_box((0.765, -0.01, 0.385), (0.085, 0.42, 0.245), 0.05),
    )
    model.add(
        "Frame",
        _SOFA_FABRIC,
        _pad(base, ((-0.9, -0.5, 0.1), (0.9, 0.5, 0.83)), 0.032, 3000),
        crease_deg=_SMOOTH_DEG,
    )
    cushions = [cushion for side in (-1, 1) for cushion in _build_cushions(0.338 * side)]
    model.add("Cushions", _SOFA_FABRIC, *cushions, crease_deg=_SMOOTH_DEG)
    foot = shape.cone(0.018, 0.028, 0.145, bevel=0.003, segments=16)
    model.add(
        "Feet",
        OAK,
        merge(foot.translate(0.70, -0.31, 0.0), foot.translate(0.70, 0.31, 0.0)).mirrored("x"),
    )
    return model


def _build_cushions(x: float) -> tuple[Mesh, Mesh]:
    """Return a crowned seat cushion and a leaning back cushion around ``x`` [m]."""
    seat = _bend(
        rounded_box((x, -0.09, 0.395), (0.333, 0.335, 0.075), 0.05),
        lambda p: 0.22 * ((p[:, 0] - x) ** 2 + 0.7 * (p[:, 1] + 0.09) ** 2) - 0.012,
    )
    rest = _bend_y(
        rounded_box((x, 0.17, 0.66), (0.328, 0.085, 0.21), 0.06),
        lambda p: -0.28 * (p[:, 2] - 0.6) - 0.35 * ((p[:, 0] - x) ** 2 + (p[:, 2] - 0.66) ** 2),
    )
    return (
        _pad(seat, ((x - 0.4, -0.5, 0.25), (x + 0.4, 0.32, 0.55)), 0.022, 900),
        _pad(rest, ((x - 0.4, -0.1, 0.4), (x + 0.4, 0.45, 0.95)), 0.022, 900),
    )


def _add_star_base(model: Model) -> None:
    arm = shape.loft(
        [
            [
                (x, y * half, z + dz)
                for y, dz in (
                    (-1, -0.5 * deep),
                    (1, -0.5 * deep),
                    (1, 0.3 * deep),
                    (0.5, 0.5 * deep),
                    (-0.5, 0.5 * deep),
                    (-1, 0.3 * deep),
                )
            ]
            for x, half, z, deep in (
                (0.03, 0.028, 0.105, 0.05),
                (0.12, 0.024, 0.100, 0.04),
                (0.24, 0.020, 0.086, 0.03),
                (0.315, 0.018, 0.074, 0.024),
                (0.325, 0.012, 0.073, 0.016),
            )
        ]
    )
    hub = shape.lathe(
        [
            (0.0, 0.075),
            (0.042, 0.075),
            (0.047, 0.085),
            (0.044, 0.128),
            (0.036, 0.136),
            (0.0, 0.136),
        ],
        segments=28,
    )
    model.add("StarBase", ALUMINIUM, arm.spin(5), hub, crease_deg=35.0)
    wheels, hood = build_castor(0.030)
    # Each castor trails at its own angle, as after someone has moved the chair.
    for name, surface, mesh in (
        ("CastorWheels", RUBBER, wheels),
        ("CastorHoods", BLACK_PLASTIC, hood),
    ):
        placed = [
            mesh.rotate("z", 40.0 + 63.0 * k).translate(x=0.30).rotate("z", 72.0 * k)
            for k in range(5)
        ]
        model.add(name, surface, *placed)
    sleeve = shape.lathe(
        [(0.0, 0.13), (0.03, 0.13), (0.027, 0.22), (0.0255, 0.265), (0.0, 0.265)], segments=20
    )
    model.add("LiftSleeve", BLACK_STEEL, sleeve)
    model.add("LiftRod", CHROME, shape.cylinder(0.014, 0.13, segments=18).translate(z=0.25))
    model.add(
        "LiftHead",
        DARK_STEEL,
        shape.cone(0.035, 0.045, 0.03, bevel=0.004, segments=20).translate(z=0.352),
    )


def _trapezoid_back(half_depth_m: float, offset_m: float) -> Field:
    """Return a backrest, narrower at the top, before it is bent."""
    core = rounded_box(
        (0, 0.285 + offset_m, 0.82), (0.235, half_depth_m, 0.265), min(half_depth_m * 0.9, 0.024)
    )

    def distance(points: np.ndarray) -> np.ndarray:
        taper = (
            1.0
            + 0.55 * np.maximum(points[:, 2] - 0.80, 0.0)
            + 0.25 * np.maximum(0.72 - points[:, 2], 0.0)
        )
        corner = (
            0.9 * np.maximum(np.abs(points[:, 0]) - 0.14, 0.0) ** 2 * np.sign(points[:, 2] - 0.8)
        )
        squeezed = points.copy()
        squeezed[:, 0] *= taper
        squeezed[:, 2] += 4.0 * corner
        return core(squeezed) * 0.8

    return distance


def _bend(field: Field, lift: Callable[[np.ndarray], np.ndarray]) -> Field:
    """Return the field with every place lowered by ``lift`` [m] along Z."""

    def distance(points: np.ndarray) -> np.ndarray:
        moved = points.copy()
        moved[:, 2] += lift(points)
        return field(moved)

    return distance


def _bend_y(field: Field, shift: Callable[[np.ndarray], np.ndarray]) -> Field:
    """Return the field with every place moved by ``-shift`` [m] along Y."""

    def distance(points: np.ndarray) -> np.ndarray:
        moved = points.copy()
        moved[:, 1] += shift(points)
        return field(moved)

    return distance


def _pad(field: Field, room: _Room, cell_m: float, triangle_count: int) -> Mesh:
    return simplify(sculpt(field, *room, (cell_m, cell_m, cell_m)), triangle_count)


def _soften(corners: list[tuple[float, float, float]]) -> np.ndarray:
    return fillet(corners, 0.06, 5)
