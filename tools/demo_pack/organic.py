"""Signed-distance modelling for bodies, cloth and hair: fields and their combination.

A field maps points to distances: shape (n, 3) [m] to shape (n,) [m], negative inside. Fields need
not be exact: ``organic_mesh`` moves its vertices onto the zero set. Frame and origin are the
modeller's. Nothing here knows about people.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Field",
    "carve",
    "clip",
    "column",
    "cone",
    "ellipsoid",
    "extrude",
    "folds",
    "grow",
    "halfspace",
    "limb",
    "mirror",
    "rounded_box",
    "rumple",
    "tilt",
    "unite",
]

Array: TypeAlias = "NDArray[np.float64]"
Field: TypeAlias = "Callable[[Array], Array]"


def cone(start: ArrayLike, end: ArrayLike, start_radius_m: float, end_radius_m: float) -> Field:
    """Return a round cone: the hull of two spheres, tapered along its axis.

    Args:
        start: Centre of the first sphere [m], shape (3,).
        end: Centre of the second sphere [m], shape (3,).
        start_radius_m: Radius at ``start``.
        end_radius_m: Radius at ``end``.
    """
    origin = np.asarray(start, dtype=np.float64)
    axis = np.asarray(end, dtype=np.float64) - origin
    length_squared = float(axis @ axis)

    def distance(points: Array) -> Array:
        offset = points - origin
        along = np.clip(offset @ axis / length_squared, 0.0, 1.0)
        radius = start_radius_m + (end_radius_m - start_radius_m) * along
        return np.linalg.norm(offset - along[:, None] * axis, axis=1) - radius

    return distance


def limb(knots: Sequence[Sequence[float]], *, blend_m: float = 0.02) -> Field:
    """Return a chain of round cones.

    Args:
        knots: ``(x, y, z, radius)`` of each joint [m], at least two.
        blend_m: Width over which two neighbours melt into one another.
    """
    cones = [cone(a[:3], b[:3], a[3], b[3]) for a, b in pairwise(knots)]
    return unite(blend_m, *cones)


def ellipsoid(centre: ArrayLike, radii: ArrayLike) -> Field:
    """Return an axis-aligned ellipsoid; ``centre`` and ``radii`` [m], shape (3,)."""
    middle = np.asarray(centre, dtype=np.float64)
    half = np.asarray(radii, dtype=np.float64)

    def distance(points: Array) -> Array:
        offset = points - middle
        scaled = np.linalg.norm(offset / half, axis=1)
        slope = np.linalg.norm(offset / half**2, axis=1)
        return scaled * (scaled - 1.0) / np.maximum(slope, 1e-9)

    return distance


def rounded_box(centre: ArrayLike, half: ArrayLike, radius_m: float) -> Field:
    """Return an axis-aligned box of half sizes ``half`` [m], its edges rounded by ``radius_m``."""
    middle = np.asarray(centre, dtype=np.float64)
    core = np.asarray(half, dtype=np.float64) - radius_m

    def distance(points: Array) -> Array:
        beyond = np.abs(points - middle) - core
        outside = np.linalg.norm(np.maximum(beyond, 0.0), axis=1)
        return outside + np.minimum(beyond.max(axis=1), 0.0) - radius_m

    return distance


def column(sections: Sequence[Sequence[float]], *, exponent: float = 2.3) -> Field:
    """Return a vertical stack of superelliptic cross-sections, smoothly interpolated: a torso.

    The ends are flat; round or cut them with other fields.

    Args:
        sections: ``(z, centre_x, centre_y, half_x, half_y)`` [m] with rising z, at least two.
        exponent: 2 is an ellipse, higher is boxier.
    """
    table = np.asarray(sections, dtype=np.float64)
    heights = table[:, 0]
    slopes = np.gradient(table[:, 1:], heights, axis=0)

    def distance(points: Array) -> Array:
        level = np.clip(points[:, 2], heights[0], heights[-1])
        lower = np.clip(np.searchsorted(heights, level, side="right") - 1, 0, len(heights) - 2)
        step = heights[lower + 1] - heights[lower]
        t = ((level - heights[lower]) / step)[:, None]
        values = (
            (1 + 2 * t) * (1 - t) ** 2 * table[lower, 1:]
            + t * (1 - t) ** 2 * step[:, None] * slopes[lower]
            + t**2 * (3 - 2 * t) * table[lower + 1, 1:]
            + t**2 * (t - 1) * step[:, None] * slopes[lower + 1]
        )
        half = np.maximum(values[:, 2:], 1e-3)
        scaled = np.abs(points[:, :2] - values[:, :2]) / half
        norm = (scaled**exponent).sum(axis=1) ** (1.0 / exponent)
        # The local scale between the two half sizes: weighted by where the point looks from.
        weight = scaled / np.maximum(scaled.sum(axis=1, keepdims=True), 1e-9)
        side = (norm - 1.0) * (weight * half).sum(axis=1)
        cap = np.maximum(heights[0] - points[:, 2], points[:, 2] - heights[-1])
        return np.maximum(side, cap)

    return distance


def extrude(outline: Field, low_m: float, high_m: float, radius_m: float) -> Field:
    """Return a field's outline in the plane z = 0, stood up from ``low_m`` to ``high_m``."""
    middle, half = (low_m + high_m) / 2, (high_m - low_m) / 2

    def distance(points: Array) -> Array:
        flat = points * (1.0, 1.0, 0.0)
        side = outline(flat) + radius_m
        rise = np.abs(points[:, 2] - middle) - half + radius_m
        outside = np.hypot(np.maximum(side, 0.0), np.maximum(rise, 0.0))
        return outside + np.minimum(np.maximum(side, rise), 0.0) - radius_m

    return distance


def folds(
    centre: ArrayLike, along: ArrayLike, *, wavelength_m: float, height_m: float, reach_m: float
) -> Field:
    """Return a relief of cloth folds around a place, for ``rumple``.

    Args:
        centre: Where they are deepest [m], shape (3,).
        along: Direction across the folds, shape (3,).
        wavelength_m: From crest to crest.
        height_m: Amplitude at the centre.
        reach_m: Distance at which they have faded to a third.
    """
    middle = np.asarray(centre, dtype=np.float64)
    across = np.asarray(along, dtype=np.float64)
    across = across / np.linalg.norm(across)
    aside = np.cross(across, (0.31, -0.83, 0.46))
    wave = 2.0 * np.pi / wavelength_m

    def relief(points: Array) -> Array:
        offset = points - middle
        fade = np.exp(-(offset * offset).sum(axis=1) / reach_m**2)
        phase = wave * (offset @ across) + 1.4 * np.sin(0.4 * wave * (offset @ aside))
        return height_m * fade * np.sin(phase)

    return relief


def halfspace(point: ArrayLike, outward: ArrayLike) -> Field:
    """Return all that lies behind the plane through ``point`` [m] whose normal is ``outward``."""
    normal = np.asarray(outward, dtype=np.float64)
    normal = normal / np.linalg.norm(normal)
    level = float(np.asarray(point, dtype=np.float64) @ normal)
    return lambda points: points @ normal - level


def unite(blend_m: float, first: Field, *others: Field) -> Field:
    """Return the union; surfaces closer than ``blend_m`` melt into one another (0: sharp)."""

    def distance(points: Array) -> Array:
        result = first(points)
        for other in others:
            result = _soft_minimum(result, other(points), blend_m)
        return result

    return distance


def carve(blend_m: float, field: Field, *cutters: Field) -> Field:
    """Return ``field`` without the cutters, the new edges rounded over ``blend_m``."""

    def distance(points: Array) -> Array:
        result = -field(points)
        for cutter in cutters:
            result = _soft_minimum(result, cutter(points), blend_m)
        return -result

    return distance


def clip(blend_m: float, field: Field, *keepers: Field) -> Field:
    """Return what ``field`` shares with every keeper, the new edges rounded over ``blend_m``."""

    def distance(points: Array) -> Array:
        result = -field(points)
        for keeper in keepers:
            result = _soft_minimum(result, -keeper(points), blend_m)
        return -result

    return distance


def grow(field: Field, distance_m: float) -> Field:
    """Return the field with its surface moved out by ``distance_m`` (in, when negative)."""
    return lambda points: field(points) - distance_m


def rumple(field: Field, relief: Field) -> Field:
    """Return the field with its surface moved out by a relief [m]: folds, strands."""
    return lambda points: field(points) - relief(points)


def mirror(field: Field) -> Field:
    """Return the field of the half x > 0 seen on both sides of the plane x = 0."""
    return lambda points: field(points * _sign_of_x(points))


def tilt(field: Field, origin: ArrayLike, rotation: Array) -> Field:
    """Return a field modelled in a local frame, placed in its parent's.

    Args:
        field: Field of the local frame.
        origin: Where the local origin lies [m], parent frame, shape (3,).
        rotation: Local to parent, shape (3, 3), orthonormal; its columns are the local axes.
    """
    middle = np.asarray(origin, dtype=np.float64)
    return lambda points: field((points - middle) @ rotation)


def _soft_minimum(a: Array, b: Array, blend_m: float) -> Array:
    if blend_m <= 0.0:
        return np.minimum(a, b)
    overlap = np.maximum(blend_m - np.abs(a - b), 0.0) / blend_m
    return np.minimum(a, b) - overlap * overlap * blend_m * 0.25


def _sign_of_x(points: Array) -> Array:
    signs = np.ones_like(points)
    signs[:, 0] = np.where(points[:, 0] < 0.0, -1.0, 1.0)
    return signs
