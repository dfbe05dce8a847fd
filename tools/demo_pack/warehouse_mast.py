"""The front end of a forklift: mast, hydraulics, chains, carriage, load backrest and forks."""

from __future__ import annotations

import numpy as np

from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.model import Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import beam, box, cylinder, extrude, pipe, slab, tube
from tools.demo_pack.surface import BLACK_PAINT, CHROME, DARK_STEEL, RUBBER, STEEL, Surface

__all__ = ["add_mast"]

_MAST_PAINT = Surface("MastPaint", "#303338", 0.38, clearcoat=0.2)
_RAIL_STEEL = Surface("RailSteel", "#6d7075", 0.4, metallic=0.9)


def add_mast(model: Model, *, lift_m: float, height_m: float) -> None:
    """Add mast, carriage and forks to a truck; the mast stands between y = -0.47 and -0.33.

    Args:
        model: Receives the parts.
        lift_m: How far the forks are raised [m]; the inner mast rises half as far.
        height_m: Height of the outer mast [m].
    """
    outer = _channel(0.29, -0.4, 0.09, 0.13).translate(z=0.09)
    outer = Mesh(
        outer.points * (1.0, 1.0, height_m - 0.09) + (0.0, 0.0, 0.09 * (1.0 - height_m + 0.09)),
        outer.triangles,
    )
    braces = merge(
        slab((-0.33, 0.33), (-0.345, -0.315), (height_m - 0.14, height_m - 0.03), bevel=0.008),
        slab((-0.33, 0.33), (-0.345, -0.315), (1.02, 1.1), bevel=0.008),
        slab((-0.33, 0.33), (-0.345, -0.315), (0.2, 0.36), bevel=0.008),
    )
    model.add("MastOuter", _MAST_PAINT, outer.mirrored("x"), braces)

    rise = lift_m / 2.0
    inner = _channel(0.222, -0.408, 0.05, 0.11)
    inner = Mesh(
        inner.points * (1.0, 1.0, height_m - 0.12) + (0.0, 0.0, 0.1 + rise), inner.triangles
    )
    crown = slab(
        (-0.245, 0.245), (-0.45, -0.36), (height_m - 0.1 + rise, height_m - 0.02 + rise), bevel=0.01
    )
    lower = slab((-0.24, 0.24), (-0.39, -0.365), (0.14 + rise, 0.24 + rise), bevel=0.006)
    model.add("MastInner", _RAIL_STEEL, inner.mirrored("x"), crown, lower)

    barrel = cylinder(0.036, 1.5, segments=16, bevel=0.005).translate(0.15, -0.335, 0.12)
    tilt = pipe([(0.3, 0.02, 0.5), (0.3, -0.2, 0.62)], 0.034, segments=12)
    model.add("Cylinders", BLACK_PAINT, barrel.mirrored("x"), tilt.mirrored("x"))
    rod = cylinder(0.021, height_m - 1.72 + rise, segments=12).translate(0.15, -0.335, 1.62)
    tilt_rod = pipe([(0.3, -0.19, 0.614), (0.3, -0.35, 0.7)], 0.018, segments=10)
    model.add("CylinderRods", CHROME, rod.mirrored("x"), tilt_rod.mirrored("x"))

    _add_chains(model, lift_m, height_m + rise)
    _add_carriage(model, lift_m)


def _channel(x: float, y: float, width: float, depth: float) -> Mesh:
    """Return a C-shaped rail of unit height around (x, y) that is open to the middle, -X."""
    web = 0.018
    outline = np.array(
        [
            (-width / 2.0, -depth / 2.0),
            (width / 2.0, -depth / 2.0),
            (width / 2.0, depth / 2.0),
            (-width / 2.0, depth / 2.0),
            (-width / 2.0, depth / 2.0 - web),
            (width / 2.0 - web, depth / 2.0 - web),
            (width / 2.0 - web, web - depth / 2.0),
            (-width / 2.0, web - depth / 2.0),
        ]
    )
    radii = [0.004, 0.008, 0.008, 0.004, 0.003, 0.0, 0.0, 0.003]
    return extrude(fillet(outline, radii, 1, closed=True) + np.array((x, y)), 1.0)


def _add_chains(model: Model, lift_m: float, top: float) -> None:
    wheel = merge(
        tube(0.058, 0.02, 0.034, segments=20, bevel=0.006, axis="x"),
        cylinder(0.024, 0.05, segments=12, axis="x").translate(-0.008),
    )
    pulleys = wheel.translate(0.068, -0.405, top - 0.12)
    links = round((top - 0.2 - 0.42 - lift_m) / 0.045)
    link = box((0.028, 0.012, 0.036)).translate(0.085, -0.463, 0.44 + lift_m).array(links, z=0.045)
    core = slab((0.078, 0.092), (-0.467, -0.459), (0.43 + lift_m, 0.44 + lift_m + 0.045 * links))
    chain = merge(link, core)
    anchor = cylinder(0.012, 0.07, segments=8).translate(0.085, -0.463, 0.38 + lift_m)
    model.add("Chains", STEEL, pulleys.mirrored("x"), chain.mirrored("x"), anchor.mirrored("x"))
    hose = pipe(
        [
            (0.02, -0.463, 0.42 + lift_m),
            (0.02, -0.463, top - 0.12),
            (0.02, -0.405, top - 0.06),
            (0.02, -0.36, top - 0.14),
            (0.02, -0.36, 0.4),
        ],
        0.011,
        bend=0.04,
        bend_segments=2,
        segments=6,
    )
    model.add("Hoses", RUBBER, hose, hose.translate(-0.04))


def _add_carriage(model: Model, lift_m: float) -> None:
    bars = merge(
        slab((-0.5, 0.5), (-0.53, -0.49), (0.09, 0.19), bevel=0.008),
        slab((-0.5, 0.5), (-0.53, -0.49), (0.4, 0.5), bevel=0.008),
        slab((0.2, 0.245), (-0.5, -0.38), (0.1, 0.52), bevel=0.008).mirrored("x"),
    )
    rim = pipe(
        [(-0.48, -0.51, 0.46), (-0.48, -0.51, 1.22), (0.48, -0.51, 1.22), (0.48, -0.51, 0.46)],
        0.019,
        bend=0.05,
    )
    grid = beam((-0.4, -0.51, 0.49), (-0.4, -0.51, 1.21), 0.022, 0.012, bevel=0.003).array(
        6, x=0.16
    )
    rung = beam((-0.48, -0.505, 0.86), (0.48, -0.505, 0.86), 0.012, 0.024, bevel=0.003)
    model.add("Carriage", _MAST_PAINT, *(m.translate(z=lift_m) for m in (bars, rim, grid, rung)))

    # Outline of the fork in (y, z): blade with a long taper to the tip, bent up into the shank.
    outline = fillet(
        [
            (-0.53, 0.52),
            (-0.572, 0.52),
            (-0.572, 0.05),
            (-1.55, 0.026),
            (-1.62, 0.019),
            (-1.62, 0.01),
            (-1.5, 0.008),
            (-0.53, 0.008),
        ],
        [0.01, 0.012, 0.03, 0.2, 0.004, 0.004, 0.0, 0.05],
        4,
        closed=True,
    )
    blade = extrude(outline, 0.11, bevel=0.006, axis="x").translate(-0.055)
    points = blade.points.copy()
    narrowing = np.clip((-1.4 - points[:, 1]) / 0.22, 0.0, 1.0)
    points[:, 0] *= 1.0 - 0.45 * narrowing**2
    hooks = merge(
        slab((-0.055, 0.055), (-0.545, -0.5), (0.495, 0.53), bevel=0.006),
        slab((-0.055, 0.055), (-0.545, -0.5), (0.06, 0.092), bevel=0.006),
    )
    fork = merge(Mesh(points, blade.triangles), hooks).translate(0.25, 0.0, lift_m)
    model.add("Forks", DARK_STEEL, fork.mirrored("x"))
