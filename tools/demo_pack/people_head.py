"""Heads: skull, face, ears and eyes; hair and hats are in ``people_hair``.

Head frame, metres: the origin lies between the eyes' centres in the middle of the skull, Z up, the
face to -Y; the chin is near z = -0.115 and the crown near z = 0.12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack import shape
from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.organic import (
    Field,
    carve,
    clip,
    cone,
    ellipsoid,
    grow,
    halfspace,
    limb,
    mirror,
    tilt,
    unite,
)
from tools.demo_pack.organic_mesh import build_axis, drop_hidden, polygonize, sculpt
from tools.demo_pack.organic_simplify import simplify

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Face", "build_face", "shape_head"]

Array: TypeAlias = "NDArray[np.float64]"

_EYE = (0.0315, -0.0785, -0.001)


@dataclass(frozen=True)
class Face:
    """What makes one head differ from another.

    Attributes:
        jaw: Factor on the width of the jaw.
        nose: Factor on the size of the nose.
        brow_m: How far the brow stands out.
        lips: Factor on the fullness of the lips.
        neck_m: Radius of the neck.
    """

    jaw: float = 1.0
    nose: float = 1.0
    brow_m: float = 0.0115
    lips: float = 1.0
    neck_m: float = 0.055


def shape_head(face: Face) -> Field:
    """Return skull, face, ears and neck."""
    jaw = face.jaw
    skull = unite(
        0.03,
        ellipsoid((0, 0.016, 0.030), (0.0765, 0.097, 0.088)),
        ellipsoid((0, -0.022, -0.035), (0.060, 0.066, 0.086)),
        mirror(
            limb(
                [
                    (0.053 * jaw, 0.004, -0.04, 0.018),
                    (0.046 * jaw, -0.008, -0.073, 0.016),
                    (0.014 * jaw, -0.066, -0.100, 0.0165),
                ],
                blend_m=0.02,
            )
        ),
        ellipsoid((0, -0.075, -0.099), (0.020 * jaw, 0.016, 0.017)),
        mirror(ellipsoid((0.040, -0.058, -0.030), (0.024, 0.027, 0.023))),
        ellipsoid((0, -0.072, -0.066), (0.030, 0.0215, 0.026)),
    )
    bone = face.brow_m
    brow = limb(
        [(0.05, -0.063, 0.017, bone), (0.03, -0.083, 0.022, bone), (0.008, -0.09, 0.019, bone)],
        blend_m=0.01,
    )
    skull = unite(0.016, skull, mirror(brow))
    skull = carve(0.018, skull, mirror(ellipsoid((_EYE[0], -0.1, -0.001), (0.0195, 0.026, 0.0125))))
    n = face.nose
    nose = unite(
        0.012,
        cone((0, -0.091, 0.008), (0, -0.094 - 0.016 * n, -0.034), 0.0070 * n, 0.0098 * n),
        ellipsoid((0, -0.094 - 0.014 * n, -0.037), (0.0108 * n, 0.012, 0.0098 * n)),
        mirror(ellipsoid((0.012 * n, -0.097, -0.0405), (0.008 * n, 0.011, 0.008 * n))),
    )
    skull = unite(0.012, skull, nose)
    skull = carve(0.004, skull, ellipsoid((0, -0.102, -0.0715), (0.024, 0.012, 0.002)))
    turn = np.radians(24.0)
    flare = np.array(
        [[np.cos(turn), np.sin(turn), 0.0], [-np.sin(turn), np.cos(turn), 0.0], [0.0, 0.0, 1.0]]
    ).T
    ear = carve(
        0.004,
        ellipsoid((0, 0, 0), (0.0075, 0.0185, 0.031)),
        ellipsoid((0.0075, -0.001, 0.005), (0.0065, 0.0115, 0.019)),
    )
    skull = unite(0.008, skull, mirror(tilt(ear, (0.0785, 0.018, -0.010), flare)))
    r = face.neck_m
    neck = limb(
        [(0, 0.034, -0.29, r * 1.15), (0, 0.03, -0.17, r), (0, 0.022, -0.06, r * 0.98)],
        blend_m=0.03,
    )
    return clip(0.01, unite(0.022, skull, neck), halfspace((0, 0, -0.235), (0, 0, -1)))


def build_face(face: Face, *covers: Field, triangle_count: int) -> dict[str, Mesh]:
    """Model a head with its eyes.

    Args:
        face: Proportions.
        covers: Hair and hats that hide skin, head frame.
        triangle_count: Budget of the skin.

    Returns:
        Meshes "Head", "Eyes", "Irises", "Pupils", "Lips" and "Brows".
    """
    head = shape_head(face)
    skin = polygonize(
        head,
        build_axis(-0.115, 0.115, 0.005),
        build_axis(-0.135, 0.14, 0.009, (-0.125, -0.05, 0.005)),
        build_axis(-0.26, 0.14, 0.016, (-0.09, -0.055, 0.0032), (-0.125, 0.035, 0.005)),
    )
    skin = simplify(drop_hidden(skin, *covers, depth_m=0.006), triangle_count)
    return {
        "Head": merge(skin, *_build_lids()),
        **_build_eyes(),
        "Lips": _build_lips(face, head),
        "Brows": _build_brows(face, head),
    }


def _build_eyes() -> dict[str, Mesh]:
    eyes, irises, pupils = [], [], []
    for side in (-1.0, 1.0):
        x, y, z = side * _EYE[0], _EYE[1], _EYE[2]
        # The eyes converge a little, as when looking at someone across a room.
        gaze = x - side * 0.0006
        eyes.append(shape.sphere(0.0121, (x, y, z), segments=12, rings=8))
        iris = ((0.0062, 0.0029, 0.0062), (gaze, y - 0.0100, z))
        irises.append(shape.ellipsoid(*iris, segments=12, rings=4))
        pupil = ((0.0027, 0.0025, 0.0027), (gaze, y - 0.0110, z))
        pupils.append(shape.ellipsoid(*pupil, segments=8, rings=4))
    return {"Eyes": merge(*eyes), "Irises": merge(*irises), "Pupils": merge(*pupils)}


def _build_lids() -> list[Mesh]:
    """Return four caps around the eyes; their planes tilt back, which gives the almond shape."""
    upper = _cut(shape.sphere(0.0138, segments=14, rings=10), np.array((0.0, 0.19, 1.0)), -0.0002)
    lower = _cut(shape.sphere(0.0134, segments=14, rings=10), np.array((0.0, 0.36, -1.0)), 0.0002)
    return [
        lid.translate(side * _EYE[0], _EYE[1], _EYE[2])
        for side in (-1.0, 1.0)
        for lid in (upper, lower)
    ]


def _build_lips(face: Face, head: Field) -> Mesh:
    full = face.lips
    outline = unite(
        0.004,
        mirror(ellipsoid((0.009, 0, -0.0680), (0.0145, 1.0, 0.0046 * full))),
        ellipsoid((0, 0, -0.0755), (0.0185, 1.0, 0.0056 * full)),
    )
    lips = clip(0.0015, outline, grow(head, 0.0014), halfspace((0, -0.06, 0), (0, 1, 0)))
    mesh = sculpt(lips, (-0.03, -0.115, -0.09), (0.03, -0.05, -0.055), (0.003, 0.003, 0.0016))
    return simplify(drop_hidden(mesh, head, depth_m=0.001), 160)


def _build_brows(face: Face, head: Field) -> Mesh:
    rise = 0.0115 - face.brow_m
    brow = limb(
        [
            (0.0155, -0.1000 + rise, 0.0242, 0.0028),
            (0.0315, -0.0955 + rise, 0.0262, 0.0030),
            (0.0485, -0.0775 + rise, 0.0208, 0.0018),
        ],
        blend_m=0.004,
    )
    mesh = sculpt(mirror(brow), (-0.06, -0.12, 0.01), (0.06, -0.065, 0.036), (0.004, 0.004, 0.0025))
    return simplify(drop_hidden(mesh, head, depth_m=0.002), 120)


def _cut(ball: Mesh, outward: Array, level_m: float) -> Mesh:
    """Keep the cap of a ball around the origin beyond a plane, its rim moved onto the plane."""
    normal = outward / np.linalg.norm(outward)
    height = ball.points @ normal
    is_below = height < level_m
    triangles = ball.triangles[~is_below[ball.triangles].all(axis=1)]
    points = ball.points.copy()
    points[is_below] += (level_m - height[is_below])[:, None] * normal
    used, compact = np.unique(triangles, return_inverse=True)
    radius = np.linalg.norm(ball.points, axis=1, keepdims=True)
    return Mesh(points[used], compact.reshape(-1, 3), (ball.points / radius)[used])
