"""What sits on a head: hair, beard and hard hat, in the head frame of ``people_head``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack.organic import (
    Field,
    carve,
    clip,
    cone,
    ellipsoid,
    extrude,
    grow,
    halfspace,
    limb,
    mirror,
    rumple,
    tilt,
    unite,
)
from tools.demo_pack.organic_mesh import build_axis, drop_hidden, polygonize
from tools.demo_pack.organic_simplify import simplify
from tools.demo_pack.people_head import Face, shape_head

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.demo_pack.mesh import Mesh

__all__ = ["build_hard_hat", "sculpt_hair", "shape_beard", "shape_bob", "shape_crop"]

Array: TypeAlias = "NDArray[np.float64]"


def shape_crop(face: Face, *, thickness_m: float = 0.0075) -> Field:
    """Return short hair."""
    line = _above(
        (
            (-0.11, 0.080),
            (-0.075, 0.068),
            (-0.058, 0.035),
            (-0.022, 0.012),
            (-0.006, -0.022),
            (-0.003, 0.024),
            (0.036, 0.028),
            (0.046, -0.03),
            (0.07, -0.07),
            (0.12, -0.085),
        )
    )
    skull = ellipsoid((0, 0.016, 0.030), (0.0765, 0.097, 0.088))
    hair = unite(
        0.025, grow(skull, thickness_m), ellipsoid((0.004, -0.036, 0.090), (0.054, 0.050, 0.030))
    )
    hair = unite(0.01, hair, grow(shape_head(face), 0.0035))
    hair = clip(0.008, hair, line, halfspace((0, 0, -0.09), (0, 0, -1)))
    return rumple(
        hair,
        lambda p: 0.0016 * np.sin(p[:, 0] * 420 + 2.0 * np.sin(p[:, 1] * 60)) * (p[:, 2] > -0.02),
    )


def shape_bob() -> Field:
    """Return chin-long hair with a side parting."""
    mass = unite(
        0.04,
        ellipsoid((0, 0.020, 0.032), (0.0885, 0.108, 0.095)),
        ellipsoid((0, 0.026, -0.055), (0.098, 0.088, 0.105)),
        mirror(ellipsoid((0.080, 0.022, -0.012), (0.024, 0.036, 0.046))),
    )
    mass = clip(0.012, mass, halfspace((0, 0, -0.118), (0, -0.12, -1)))
    window = unite(
        0.02,
        ellipsoid((0.0, -0.135, -0.055), (0.068, 0.118, 0.125)),
        ellipsoid((0.012, -0.120, 0.040), (0.050, 0.052, 0.045)),
    )
    mass = carve(0.012, mass, window, cone((0, 0.02, -0.3), (0, 0.0, -0.09), 0.052, 0.05))

    def strands(points: Array) -> Array:
        around = np.arctan2(points[:, 0] - 0.012, 0.03 - points[:, 1])
        fall = np.clip((0.11 - points[:, 2]) / 0.12, 0.0, 1.0)
        wave = np.sin(34 * around + 1.5 * np.sin(25 * points[:, 2]))
        return 0.0018 * fall * wave + 0.001 * fall * np.sin(79 * around)

    parting = limb(
        [(0.024, -0.085, 0.088, 0.006), (0.024, -0.03, 0.1235, 0.006), (0.02, 0.03, 0.129, 0.004)]
    )
    return carve(0.006, rumple(mass, strands), parting)


def shape_beard(face: Face) -> Field:
    """Return a short full beard with moustache."""
    upper = (
        (-0.13, -0.0545),
        (-0.088, -0.0560),
        (-0.066, -0.056),
        (-0.03, -0.036),
        (-0.004, -0.004),
        (0.012, 0.0),
    )
    line = _above(upper)
    beard = clip(
        0.005,
        grow(shape_head(face), 0.0042),
        lambda p: -line(p),
        halfspace((0, 0.008, 0), (0, 1, 0.35)),
        halfspace((0, 0, -0.118), (0, 0.45, -1)),
    )
    beard = carve(0.004, beard, ellipsoid((0, -0.105, -0.0725), (0.0225, 0.03, 0.0082)))
    return rumple(
        beard, lambda p: 0.0011 * np.sin(p[:, 0] * 500 + p[:, 2] * 260) * np.sin(p[:, 2] * 300)
    )


def sculpt_hair(hair: Field, face: Face, *, triangle_count: int) -> Mesh:
    """Mesh hair or a beard on a head; what lies under the skin is left out."""
    axes = (
        build_axis(-0.13, 0.13, 0.0052),
        build_axis(-0.15, 0.16, 0.0058),
        build_axis(-0.19, 0.18, 0.0058),
    )
    mesh = drop_hidden(polygonize(hair, *axes), grow(shape_head(face), -0.001), depth_m=0.003)
    return simplify(mesh, triangle_count)


def shape_hard_hat() -> Field:
    """Return the shell of a safety helmet with its ridges and peak."""
    dome = ellipsoid((0, 0.014, 0.050), (0.097, 0.119, 0.107))
    ridges = [
        clip(
            0.004,
            grow(dome, 0.006),
            lambda p: np.abs(p[:, 0]) - 0.016,
            halfspace((0, -0.06, 0), (0, -1, -0.2)),
        ),
        mirror(
            clip(
                0.004,
                grow(dome, 0.004),
                lambda p: np.abs(np.abs(p[:, 0]) - 0.045) - 0.008,
                halfspace((0, -0.05, 0), (0, -1, -0.2)),
            )
        ),
    ]
    shell = clip(0.003, unite(0.008, dome, *ridges), halfspace((0, 0, 0.050), (0, 0, -1)))
    rim = extrude(_disc(0.0, 0.012, 0.107, 0.130), 0.048, 0.055, 0.003)
    peak = extrude(unite(0.02, _disc(0.0, -0.055, 0.085, 0.112)), 0.046, 0.054, 0.003)
    slope = np.radians(9.0)
    lean = np.array(
        [[1, 0, 0], [0, np.cos(slope), -np.sin(slope)], [0, np.sin(slope), np.cos(slope)]]
    )
    return unite(0.008, shell, rim, tilt(peak, (0, 0, 0.006), lean))


def build_hard_hat(*, triangle_count: int) -> Mesh:
    """Model a safety helmet, head frame."""
    axes = (
        build_axis(-0.125, 0.125, 0.005),
        build_axis(-0.19, 0.165, 0.006),
        build_axis(0.0, 0.18, 0.006, (0.0, 0.066, 0.0032)),
    )
    return simplify(polygonize(shape_hard_hat(), *axes), triangle_count)


def _disc(x: float, y: float, half_x: float, half_y: float) -> Field:
    return ellipsoid((x, y, 0.0), (half_x, half_y, 1.0))


def _above(line: tuple[tuple[float, float], ...]) -> Field:
    """Return everything above a height that depends on y: ``line`` holds (y, z) [m]."""
    places, heights = np.array(line).T
    return lambda points: 0.7 * (np.interp(points[:, 1], places, heights) - points[:, 2])
