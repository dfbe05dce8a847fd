"""A warehouse worker: hard hat, high-visibility vest over a sweater, work trousers, boots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.demo_pack.model import Model
from tools.demo_pack.organic import (
    Field,
    carve,
    clip,
    column,
    cone,
    ellipsoid,
    folds,
    grow,
    halfspace,
    limb,
    rounded_box,
    rumple,
    unite,
)
from tools.demo_pack.people_body import SIDES, Grip, Shoe, compute_joint, shape_leg, shape_sleeve
from tools.demo_pack.people_figure import (
    Complexion,
    Garment,
    HeadPose,
    Room,
    Stance,
    add_cloth,
    add_hands,
    add_head,
    add_shoes,
)
from tools.demo_pack.people_hair import build_hard_hat, sculpt_hair, shape_crop
from tools.demo_pack.people_head import Face, build_face
from tools.demo_pack.surface import Surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["build_worker"]

_SWEATER = Surface("NavyKnit", "#26334f", 0.9)
_HI_VIS = Surface("HiVisOrange", "#ff6a13", 0.75)
_TAPE = Surface("ReflectiveTape", "#d9dcd8", 0.3)
_TROUSERS = Surface("WorkTrousers", "#3b3f45", 0.9)
_LEATHER = Surface("BootLeather", "#6a4a2c", 0.6)
_SOLE = Surface("BootSole", "#191919", 0.8)
_HELMET = Surface("HelmetWhite", "#f3f2ec", 0.25, clearcoat=0.5)
_COMPLEXION = Complexion(
    skin=Surface("Skin", "#c68d6c", 0.5),
    lips=Surface("Lips", "#b0705c", 0.45),
    iris=Surface("Iris", "#5b4027", 0.15),
    hair=Surface("HairBrown", "#3a2a1e", 0.8),
)

_LOW, _HIGH = (-0.42, -0.25, 0.8), (0.42, 0.25, 1.64)
#: Torso: z, centre x, centre y, half width, half depth [m]; the weight is on the right leg.
_TORSO = (
    (0.86, -0.018, 0.000, 0.170, 0.122),
    (0.93, -0.018, 0.004, 0.176, 0.130),
    (1.01, -0.016, 0.004, 0.169, 0.126),
    (1.10, -0.010, 0.000, 0.158, 0.118),
    (1.17, -0.006, -0.002, 0.157, 0.117),
    (1.27, -0.002, -0.002, 0.169, 0.124),
    (1.36, 0.000, 0.002, 0.178, 0.126),
    (1.43, 0.002, 0.008, 0.166, 0.112),
    (1.48, 0.003, 0.014, 0.128, 0.090),
    (1.52, 0.003, 0.020, 0.085, 0.072),
    (1.56, 0.003, 0.022, 0.064, 0.062),
)


def build_worker() -> Model:
    """Model the worker: relaxed, arms at the sides."""
    stance = _build_stance()
    trapezius = [
        cone((s * 0.03, 0.032, 1.54), (s * 0.15, 0.02, 1.472 + 0.006 * s), 0.046, 0.044)
        for s in SIDES
    ]
    chest = unite(0.05, column(_TORSO, exponent=2.4), *trapezius)
    sleeves = [shape_sleeve(arm, (0.060, 0.054, 0.047, 0.039)) for arm in stance.arms]
    waist, neck = halfspace((0, 0, 0.9), (0, 0, -1)), halfspace((0, 0.02, 1.54), (0, -0.3, 1))
    sweater = clip(0.015, unite(0.04, chest, *sleeves), waist, neck)
    hips = _shape_hips(stance)
    legs = [shape_leg(leg, (0.098, 0.090, 0.073, 0.071, 0.072)) for leg in stance.legs]
    trousers = _add_pockets(unite(0.035, hips, *legs), stance)
    vest = _shape_vest(unite(0.04, chest, hips, *legs), stance)
    open_vest = carve(0.01, vest, lambda p: np.maximum(np.abs(p[:, 0] + 0.002) - 0.0035, p[:, 1]))
    model = Model()
    add_cloth(
        model,
        Garment("Sweater", _SWEATER, sweater, 1500, (vest, trousers)),
        Room(_LOW, _HIGH, 0.011),
    )
    add_cloth(
        model,
        Garment("Vest", _HI_VIS, open_vest, 1500, (sweater, trousers), 0.004),
        Room(_LOW, _HIGH, 0.0095),
    )
    add_cloth(
        model,
        Garment("ReflectiveTape", _TAPE, _shape_tape(vest), 1500, (vest,), 0.0008),
        Room(_LOW, _HIGH, 0.0095),
    )
    add_cloth(
        model,
        Garment("Trousers", _TROUSERS, trousers, 1900, (sweater, vest)),
        Room((-0.3, -0.26, 0.02), (0.35, 0.25, 1.1), 0.0135),
    )
    add_shoes(model, stance, Shoe(0.15, 0.085), _LEATHER, _SOLE)
    right, left = (
        Grip(tuple(np.add(arm.tip - arm.joint, (0, -0.02, 0))), (side * -0.35, -1, 0), 18.0)
        for side, arm in zip(SIDES, stance.arms, strict=True)
    )
    add_hands(model, stance, _COMPLEXION.skin, (right, left))
    _add_head(model)
    return model


def _add_head(model: Model) -> None:
    face = Face()
    hair = shape_crop(face)
    below_hat = clip(0.002, hair, halfspace((0, 0, 0.055), (0, 0, 1)))
    under_hat = ellipsoid((0, 0.014, 0.055), (0.09, 0.11, 0.10))
    parts = _COMPLEXION.paint(build_face(face, hair, under_hat, triangle_count=2200))
    parts["Hair"] = (_COMPLEXION.hair, sculpt_hair(below_hat, face, triangle_count=450))
    parts["HardHat"] = (_HELMET, build_hard_hat(triangle_count=900))
    add_head(model, parts, HeadPose((0.004, -0.006, 1.708), yaw_deg=5.0, size=1.03))


def _build_stance() -> Stance:
    hips = ((-0.106, 0.0, 0.945), (0.073, -0.005, 0.93))
    ankles = ((-0.105, 0.02, 0.11), (0.125, -0.045, 0.11))
    shoulders = ((-0.178, 0.016, 1.452), (0.184, 0.016, 1.464))
    wrists = ((-0.252, -0.045, 0.925), (0.262, -0.06, 0.93))
    knees, elbows = ((-0.1, -1, 0), (0.35, -1, 0)), ((-0.6, 1, 0), (0.6, 1, 0))
    return Stance(
        tuple(compute_joint(hips[k], ankles[k], 0.425, 0.415, knees[k]) for k in range(2)),
        tuple(compute_joint(shoulders[k], wrists[k], 0.30, 0.262, elbows[k]) for k in range(2)),
        (8.0, 24.0),
    )


def _shape_hips(stance: Stance) -> Field:
    pelvis = column(
        (
            (0.84, -0.018, 0.008, 0.130, 0.100),
            (0.90, -0.018, 0.006, 0.172, 0.124),
            (0.98, -0.018, 0.004, 0.174, 0.125),
            (1.04, -0.016, 0.004, 0.165, 0.120),
        )
    )
    seat = [
        ellipsoid((leg.root[0] * 0.9, 0.05, leg.root[2] - 0.02), (0.095, 0.085, 0.10))
        for leg in stance.legs
    ]
    return unite(0.045, pelvis, *seat)


def _add_pockets(trousers: Field, stance: Stance) -> Field:
    pockets = []
    for side, leg in zip(SIDES, stance.legs, strict=True):
        x, y, z = leg.compute_place(0.55)
        half = (0.018, 0.066, 0.085)
        pockets.append(rounded_box((x + side * 0.082, y - 0.005, z), half, 0.012))
    return unite(0.006, trousers, *pockets)


def _shape_vest(body: Field, stance: Stance) -> Field:
    """Return the closed vest: arm holes and a V neck."""
    crease = folds((0, -0.1, 1.08), (1, 0, 0.25), wavelength_m=0.12, height_m=0.003, reach_m=0.25)
    holes = []
    for side, arm in zip(SIDES, stance.arms, strict=True):
        below = np.add(arm.compute_place(0.38), (side * 0.02, 0, 0))
        holes.append(limb([(*arm.root, 0.082), (*below, 0.078), (*arm.joint, 0.04)]))
    vest = carve(0.008, rumple(grow(body, 0.013), crease), *holes)
    hem, neck = halfspace((0, 0, 0.865), (0, 0, -1)), halfspace((0, 0.02, 1.535), (0, -0.35, 1))
    return carve(0.01, clip(0.012, vest, hem, neck), _neckline)


def _neckline(points: NDArray[np.float64]) -> NDArray[np.float64]:
    half_width = np.maximum(points[:, 2] - 1.25, -0.02) * 0.34
    return np.maximum(0.8 * (np.abs(points[:, 0] - 0.002) - half_width), points[:, 1] - 0.03)


def _shape_tape(vest: Field) -> Field:
    """Return two hoops and two braces that lie on the vest."""
    outside = grow(vest, 0.0042)
    hoops = [clip(0.0, outside, lambda p, z=z: np.abs(p[:, 2] - z) - 0.026) for z in (0.955, 1.115)]
    braces = clip(
        0.0,
        outside,
        lambda p: np.abs(np.abs(p[:, 0] - 0.002) - 0.110) - 0.024,
        halfspace((0, 0, 1.10), (0, 0, -1)),
    )
    return unite(0.0, *hoops, braces)
