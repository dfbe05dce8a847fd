"""The body below the neck as fields and meshes: limbs, sleeves, trouser legs, hands and shoes.

Layout frame, metres; the person faces -Y, so +X is the person's left (side 1) and -X the right
(side -1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack.mesh import Mesh
from tools.demo_pack.organic import (
    Field,
    clip,
    cone,
    ellipsoid,
    extrude,
    folds,
    grow,
    halfspace,
    limb,
    rounded_box,
    rumple,
    unite,
)
from tools.demo_pack.organic_mesh import sculpt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "SIDES",
    "Chain",
    "Grip",
    "Shoe",
    "build_hand",
    "build_shoe",
    "compute_joint",
    "shape_leg",
    "shape_sleeve",
]

Array: TypeAlias = "NDArray[np.float64]"
Point: TypeAlias = "tuple[float, float, float]"

#: Right, left: the order of everything there are two of.
SIDES = (-1, 1)


@dataclass(frozen=True)
class Chain:
    """A bent limb: three joints [m], each shape (3,).

    Attributes:
        root: Shoulder or hip.
        joint: Elbow or knee.
        tip: Wrist or ankle.
    """

    root: Array
    joint: Array
    tip: Array

    def compute_place(self, share: float) -> Array:
        """Return a point [m] of the limb: 0 at the root, 1 at the joint, 2 at the tip."""
        if share <= 1.0:
            return self.root + share * (self.joint - self.root)
        return self.joint + (share - 1.0) * (self.tip - self.joint)


@dataclass(frozen=True)
class Grip:
    """How a hand is held.

    Attributes:
        down: Direction of the fingers.
        front: Direction of the thumb.
        curl_deg: Bend of each finger joint.
    """

    down: Point
    front: Point
    curl_deg: float = 16.0


@dataclass(frozen=True)
class Shoe:
    """Proportions of a shoe.

    Attributes:
        shaft_m: Height of the opening above the floor.
        toe_m: Height of the toe box above the floor.
        size: Factor on a shoe of 0.29 m.
    """

    shaft_m: float
    toe_m: float
    size: float = 1.0


def compute_joint(
    root: ArrayLike, tip: ArrayLike, upper_m: float, lower_m: float, pole: ArrayLike
) -> Chain:
    """Bend a limb of two bones so that it reaches its tip, with the joint towards ``pole``.

    Args:
        root: Shoulder or hip [m], shape (3,).
        tip: Wrist or ankle [m], shape (3,); out of reach stretches the bones.
        upper_m: Length of the bone at the root.
        lower_m: Length of the bone at the tip.
        pole: Direction the elbow or knee points to, shape (3,).
    """
    start, end = np.asarray(root, dtype=np.float64), np.asarray(tip, dtype=np.float64)
    axis = end - start
    reach = float(np.linalg.norm(axis))
    axis = axis / reach
    along = (upper_m**2 - lower_m**2 + reach**2) / (2.0 * reach)
    aside = np.sqrt(max(upper_m**2 - along**2, 0.0))
    direction = np.asarray(pole, dtype=np.float64)
    direction = direction - (direction @ axis) * axis
    direction = direction / np.linalg.norm(direction)
    return Chain(start, start + along * axis + aside * direction, end)


def shape_leg(leg: Chain, radii_m: Sequence[float], *, wrinkle_m: float = 0.006) -> Field:
    """Return a trouser leg from the hip to a hem around the ankle.

    Args:
        leg: Hip, knee and ankle.
        radii_m: At the hip, mid thigh, knee, calf and hem.
        wrinkle_m: Depth of the folds at knee and hem.
    """
    hem = np.add(leg.tip, (0.0, 0.016, -0.04))
    places = (
        leg.root,
        np.add(leg.compute_place(0.5), (0.0, -0.008, 0.0)),
        np.add(leg.joint, (0.0, -0.004, 0.0)),
        np.add(leg.compute_place(1.38), (0.0, 0.016, 0.0)),
        hem,
    )
    knots = [(*place, radius) for place, radius in zip(places, radii_m, strict=True)]
    tube = limb(knots, blend_m=0.018)
    at_hem = folds(
        np.add(leg.tip, (0.0, 0.0, 0.05)),
        np.add(leg.tip - leg.joint, (0.05, 0.1, 0.0)),
        wavelength_m=0.055,
        height_m=wrinkle_m,
        reach_m=0.1,
    )
    behind_knee = folds(
        np.add(leg.joint, (0.0, 0.05, 0.0)),
        (0.15, 0.3, 1.0),
        wavelength_m=0.07,
        height_m=wrinkle_m,
        reach_m=0.12,
    )
    at_groin = folds(
        np.add(leg.root, (0.0, -0.06, -0.05)),
        (0.8 * np.sign(leg.root[0]), 0.0, 1.0),
        wavelength_m=0.08,
        height_m=0.6 * wrinkle_m,
        reach_m=0.12,
    )
    for relief in (at_hem, behind_knee, at_groin):
        tube = rumple(tube, relief)
    return clip(0.012, tube, halfspace(hem, (0, 0, -1)))


def shape_sleeve(
    arm: Chain, radii_m: Sequence[float], *, wrinkle_m: float = 0.005, end: float = 2.0
) -> Field:
    """Return a sleeve from the shoulder towards the wrist.

    Args:
        arm: Shoulder, elbow and wrist.
        radii_m: At the shoulder, mid upper arm, elbow and cuff.
        wrinkle_m: Depth of the folds at the elbow.
        end: Where it ends below the elbow: 1 at the elbow, 2 at the wrist.
    """
    places = [arm.compute_place(share) for share in (0.0, 0.55, 1.0, 2.0)]
    knots = [(*place, radius) for place, radius in zip(places, radii_m, strict=True)]
    tube = limb(knots, blend_m=0.015)
    axis = arm.tip - arm.root
    across = np.add(axis / np.linalg.norm(axis), (0.2, 0.3, 0.1))
    for share, depth in ((1.0, 1.0), (1.6, 0.5), (0.6, 0.6)):
        relief = folds(
            arm.compute_place(share),
            across,
            wavelength_m=0.06,
            height_m=depth * wrinkle_m,
            reach_m=0.09,
        )
        tube = rumple(tube, relief)
    return clip(0.01, tube, halfspace(arm.compute_place(end), arm.tip - arm.joint))


def build_hand(wrist: ArrayLike, grip: Grip, side: int, *, size: float = 1.0) -> Mesh:
    """Model a hand at the end of an arm.

    Args:
        wrist: Where the hand begins [m], shape (3,).
        grip: How it is held.
        side: 1 left, -1 right.
        size: Factor on a hand of 0.19 m.
    """
    cells = (0.0075, 0.0065, 0.011)
    hand = sculpt(_shape_hand(grip.curl_deg), (-0.12, -0.075, -0.2), (0.05, 0.065, 0.075), cells)
    hand = hand.scale(side * size, size, size)
    rotation = _build_frame(grip.down, grip.front)
    normals = None if hand.normals is None else hand.normals @ rotation.T
    points = hand.points @ rotation.T + np.asarray(wrist, dtype=np.float64)
    return Mesh(points, hand.triangles, normals)


def build_shoe(ankle: ArrayLike, toe_out_deg: float, side: int, shoe: Shoe) -> tuple[Mesh, Mesh]:
    """Model upper and sole of a shoe that stands flat under the ankle.

    Args:
        ankle: Ankle joint [m], shape (3,); only x and y matter.
        toe_out_deg: How far the toes turn away from straight ahead.
        side: 1 left, -1 right.
        shoe: Proportions.
    """
    cells = ((0.013, 0.014, 0.013), (0.014, 0.016, 0.008))
    at = np.asarray(ankle, dtype=np.float64)
    high = (0.08, 0.13, shoe.shaft_m + 0.03)
    upper, sole = (
        sculpt(field, (-0.08, -0.23, -0.02), high, cell)
        .scale(side * shoe.size, shoe.size, shoe.size)
        .rotate("z", side * toe_out_deg)
        .translate(at[0], at[1], 0.0)
        for field, cell in zip(_shape_shoe(shoe), cells, strict=True)
    )
    return upper, sole


def _build_frame(down: ArrayLike, front: ArrayLike) -> Array:
    """Return the rotation, shape (3, 3), that turns -Z to ``down`` and -Y as near to ``front``."""
    z = -np.asarray(down, dtype=np.float64)
    z = z / np.linalg.norm(z)
    y = -np.asarray(front, dtype=np.float64)
    y = y - (y @ z) * z
    y = y / np.linalg.norm(y)
    return np.stack([np.cross(y, z), y, z], axis=1)


def _shape_hand(curl_deg: float) -> Field:
    """Return a left hand below the wrist at the origin: fingers to -Z, thumb to -Y, palm to -X."""
    fingers = []
    for k, length in enumerate((0.074, 0.082, 0.077, 0.060)):
        slim = 0.0008 * (k == 3)
        place = np.array([0.0, 0.95 * (0.0195 * k - 0.0295), -0.092 + 0.003 * abs(k - 1)])
        bend = 0.0
        knots = [(*place, 0.0098 - slim)]
        for share, radius in ((0.44, 0.0092), (0.31, 0.0086), (0.25, 0.0076)):
            bend += np.radians(curl_deg * (1.0 + 0.12 * k))
            step = np.array([-np.sin(bend), 0.04 * (k - 1.5), -np.cos(bend)])
            place = place + share * length * step
            knots.append((*place, radius - slim))
        fingers.append(limb(knots, blend_m=0.004))
    palm = unite(
        0.02,
        rounded_box((0.0, -0.001, -0.062), (0.0125, 0.039, 0.036), 0.012),
        cone((0, 0, 0.03), (0, 0, -0.03), 0.026, 0.024),
        ellipsoid((-0.009, -0.022, -0.045), (0.014, 0.018, 0.03)),
    )
    thumb = limb(
        [
            (-0.006, -0.024, -0.030, 0.0150),
            (-0.016, -0.043, -0.058, 0.0125),
            (-0.024, -0.050, -0.085, 0.0108),
            (-0.029, -0.050, -0.108, 0.0085),
        ],
        blend_m=0.006,
    )
    return unite(0.006, unite(0.012, palm, thumb), *fingers)


def _shape_shoe(shoe: Shoe) -> tuple[Field, Field]:
    """Return upper and sole of a left shoe on z = 0, the toe to -Y, the ankle above the origin."""
    shaft_m, toe_m = shoe.shaft_m, shoe.toe_m
    outline = unite(
        0.04,
        cone((0.0, 0.05, 0), (0.006, -0.10, 0), 0.035, 0.044),
        cone((0.006, -0.10, 0), (-0.004, -0.165, 0), 0.044, 0.036),
    )
    sole = extrude(grow(outline, 0.004), 0.0, 0.03, 0.006)
    upper = unite(
        0.03,
        cone((0.0, 0.045, 0.035), (0.005, -0.09, 0.03), 0.036, 0.042),
        ellipsoid((0.0, -0.13, 0.028), (0.042, 0.068, toe_m - 0.028)),
        cone((0.0, 0.01, shaft_m - 0.02), (0.0, -0.05, 0.06), 0.042, 0.036),
        cone((0.0, 0.018, shaft_m - 0.01), (0.0, 0.04, 0.05), 0.041, 0.036),
    )
    opening, bottom = halfspace((0, 0, shaft_m), (0, 0, 1)), halfspace((0, 0, 0.016), (0, 0, -1))
    upper = clip(0.008, upper, opening, bottom)
    return clip(0.01, upper, grow(extrude(outline, -1.0, 1.0, 0.0), 0.006)), sole
