"""A visitor: a bearded man in a shirt with rolled sleeves, jeans and trainers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack import shape
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
    rumple,
    unite,
)
from tools.demo_pack.people_body import (
    SIDES,
    Chain,
    Grip,
    Shoe,
    compute_joint,
    shape_leg,
    shape_sleeve,
)
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
from tools.demo_pack.people_hair import sculpt_hair, shape_beard, shape_crop
from tools.demo_pack.people_head import Face, build_face
from tools.demo_pack.surface import Surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.demo_pack.mesh import Mesh

__all__ = ["build_visitor"]

Array: TypeAlias = "NDArray[np.float64]"

_SHIRT = Surface("ShirtBlue", "#8fb0cf", 0.85)
_BUTTON = Surface("Button", "#e9e6de", 0.3)
_JEANS = Surface("Denim", "#2d405e", 0.9)
_BELT = Surface("BeltLeather", "#3b2417", 0.5)
_BUCKLE = Surface("Buckle", "#b8b4aa", 0.3, metallic=1.0)
_TRAINERS = Surface("TrainerCanvas", "#e4e1d8", 0.75)
_SOLE = Surface("TrainerSole", "#f4f3ef", 0.6)
_COMPLEXION = Complexion(
    skin=Surface("Skin", "#a9714f", 0.5),
    lips=Surface("Lips", "#8f5646", 0.45),
    iris=Surface("Iris", "#3a2817", 0.15),
    hair=Surface("HairBlack", "#1d1714", 0.75),
)

_LOW, _HIGH = (-0.48, -0.25, 0.85), (0.42, 0.25, 1.6)
#: Torso: z, centre x, centre y, half width, half depth [m]; the weight is on the left leg.
_TORSO = (
    (0.90, 0.020, 0.003, 0.168, 0.122),
    (0.97, 0.020, 0.004, 0.170, 0.126),
    (1.03, 0.018, 0.002, 0.166, 0.126),
    (1.10, 0.012, -0.004, 0.160, 0.124),
    (1.17, 0.008, -0.005, 0.160, 0.122),
    (1.26, 0.003, -0.003, 0.170, 0.124),
    (1.34, 0.000, 0.002, 0.176, 0.123),
    (1.40, -0.002, 0.008, 0.165, 0.110),
    (1.45, -0.003, 0.014, 0.126, 0.089),
    (1.49, -0.003, 0.020, 0.084, 0.071),
    (1.53, -0.003, 0.022, 0.063, 0.061),
)
#: Bare forearm: place along the arm (1 elbow, 2 wrist) and radius [m].
_FOREARM = ((1.1, 0.039), (1.4, 0.040), (2.0, 0.029))
#: Where the shirt creases over the belt [m], and across which direction.
_CREASES = (
    ((0.1, -0.1, 1.06), (0.2, 0, 1)),
    ((-0.12, -0.06, 1.1), (-0.3, 0, 1)),
    ((0.0, 0.11, 1.08), (0.1, 0, 1)),
)


def build_visitor() -> Model:
    """Model the visitor: weight on the left leg, the right hand on the hip."""
    stance = _build_stance()
    shirt = _shape_shirt(stance)
    jeans = _shape_jeans(stance)
    belt = clip(0.002, grow(jeans, 0.004), lambda p: np.abs(p[:, 2] - 0.998) - 0.018)
    chest = clip(
        0.01,
        grow(column(_TORSO), -0.014),
        halfspace((0, 0, 1.37), (0, 0, -1)),
        halfspace((0, 0.02, 0), (0, 1, 0)),
        halfspace((0, 0, 1.50), (0, 0, 1)),
    )
    forearms = [
        limb([(*arm.compute_place(share), radius) for share, radius in _FOREARM])
        for arm in stance.arms
    ]
    model = Model()
    add_cloth(model, Garment("Shirt", _SHIRT, shirt, 3200, (jeans,)), Room(_LOW, _HIGH, 0.009))
    add_cloth(
        model,
        Garment("Jeans", _JEANS, jeans, 1900, (shirt,)),
        Room((-0.32, -0.26, 0.02), (0.3, 0.25, 1.1), 0.013),
    )
    add_cloth(
        model,
        Garment("Belt", _BELT, belt, 420, (jeans, shirt), 0.0008),
        Room((-0.3, -0.26, 0.9), (0.3, 0.25, 1.1), 0.009),
    )
    add_cloth(
        model,
        Garment("Chest", _COMPLEXION.skin, chest, 160, (shirt,), 0.003),
        Room(_LOW, _HIGH, 0.011),
    )
    add_cloth(
        model,
        Garment("Forearms", _COMPLEXION.skin, unite(0.0, *forearms), 480, (shirt,), 0.004),
        Room(_LOW, _HIGH, 0.012),
    )
    buckle = shape.box((0.045, 0.012, 0.034), (0.019, -0.137, 0.998), bevel=0.004)
    model.add("Buckle", _BUCKLE, buckle)
    model.add("Buttons", _BUTTON, *_build_buttons())
    add_shoes(model, stance, Shoe(0.10, 0.075, 0.97), _TRAINERS, _SOLE)
    on_hip = Grip((0.42, -0.80, -0.42), (-0.35, -0.45, 1.0), 9.0)
    left = stance.arms[1]
    hanging = Grip(tuple(np.add(left.tip - left.joint, (0, -0.02, 0))), (-0.35, -1.0, 0.0), 20.0)
    add_hands(model, stance, _COMPLEXION.skin, (on_hip, hanging))
    _add_head(model)
    return model


def _add_head(model: Model) -> None:
    face = Face(jaw=1.04, nose=1.06, brow_m=0.0110)
    hair, beard = shape_crop(face), shape_beard(face)
    parts = _COMPLEXION.paint(build_face(face, hair, beard, triangle_count=2200))
    parts["Hair"] = (_COMPLEXION.hair, sculpt_hair(hair, face, triangle_count=900))
    parts["Beard"] = (_COMPLEXION.hair, sculpt_hair(beard, face, triangle_count=600))
    add_head(model, parts, HeadPose((-0.004, -0.006, 1.678), yaw_deg=-8.0, size=1.02))


def _build_stance() -> Stance:
    hips = ((-0.071, -0.005, 0.915), (0.106, 0.0, 0.93))
    ankles = ((-0.13, -0.06, 0.105), (0.102, 0.02, 0.105))
    shoulders = ((-0.180, 0.016, 1.434), (0.174, 0.016, 1.420))
    wrists = ((-0.222, 0.015, 1.055), (0.256, -0.055, 0.905))
    knees, elbows = ((-0.35, -1, 0), (0.1, -1, 0)), ((-1.0, 0.45, 0), (0.6, 1, 0))
    return Stance(
        tuple(compute_joint(hips[k], ankles[k], 0.418, 0.412, knees[k]) for k in range(2)),
        tuple(compute_joint(shoulders[k], wrists[k], 0.292, 0.255, elbows[k]) for k in range(2)),
        (26.0, 8.0),
    )


def _shape_shirt(stance: Stance) -> Field:
    trapezius = [
        cone((s * 0.03 - 0.003, 0.032, 1.51), (s * 0.146, 0.02, 1.444 - 0.007 * s), 0.044, 0.043)
        for s in SIDES
    ]
    chest = unite(0.05, column(_TORSO, exponent=2.35), *trapezius)
    for place, across in _CREASES:
        crease = folds(place, across, wavelength_m=0.07, height_m=0.0055, reach_m=0.12)
        chest = rumple(chest, crease)
    shirt = unite(0.04, rumple(chest, _placket), *(_shape_rolled_sleeve(a) for a in stance.arms))
    waist, neck = halfspace((0, 0, 0.985), (0, 0, -1)), halfspace((0, 0.02, 1.505), (0, -0.4, 1))
    collar = clip(
        0.004,
        limb([(-0.003, 0.026, 1.44, 0.092), (-0.003, 0.026, 1.535, 0.066)]),
        halfspace((0, -0.02, 1.535), (0, -0.42, 1)),
        halfspace((0, 0, 1.468), (0, 0.25, -1)),
    )
    return carve(0.005, unite(0.002, clip(0.012, shirt, waist, neck), collar), _throat)


def _shape_rolled_sleeve(arm: Chain) -> Field:
    sleeve = shape_sleeve(arm, (0.060, 0.055, 0.050, 0.046), end=1.30)
    roll = clip(
        0.006,
        cone(arm.joint, arm.tip, 0.055, 0.049),
        halfspace(arm.compute_place(1.32), arm.tip - arm.joint),
        halfspace(arm.compute_place(1.12), arm.joint - arm.tip),
    )
    return unite(0.004, sleeve, roll)


def _throat(points: Array) -> Array:
    half_width = np.maximum(points[:, 2] - 1.43, -0.02) * 0.46
    return np.maximum(0.8 * (np.abs(points[:, 0] + 0.003) - half_width), points[:, 1])


def _placket(points: Array) -> Array:
    """Return the relief [m] of the button strip down the front."""
    inside = 0.019 - np.abs(points[:, 0] - _compute_middle(points))
    return 0.0035 * np.clip(inside / 0.006, 0.0, 1.0) * (points[:, 1] < 0.0)


def _compute_middle(points: Array) -> Array:
    """Return where the torso's centre line lies [m] at each height."""
    table = np.array(_TORSO)
    return np.interp(points[:, 2], table[:, 0], table[:, 1])


def _build_buttons() -> list[Mesh]:
    heights, x, y, _, half_depth = np.array(_TORSO).T
    buttons = []
    for z in (1.06, 1.14, 1.22, 1.30, 1.375):
        at = (np.interp(z, heights, x), np.interp(z, heights, y - half_depth) - 0.004, z)
        buttons.append(shape.ellipsoid((0.0055, 0.004, 0.0055), at, segments=8, rings=4))
    return buttons


def _shape_jeans(stance: Stance) -> Field:
    pelvis = column(
        (
            (0.83, 0.020, 0.008, 0.13, 0.10),
            (0.89, 0.020, 0.006, 0.170, 0.124),
            (0.96, 0.020, 0.004, 0.173, 0.127),
            (1.016, 0.019, 0.003, 0.1715, 0.1305),
        )
    )
    seat = [
        ellipsoid((0.02 + 0.9 * (leg.root[0] - 0.018), 0.05, 0.90), (0.093, 0.085, 0.10))
        for leg in stance.legs
    ]
    legs = [shape_leg(leg, (0.097, 0.086, 0.068, 0.064, 0.066)) for leg in stance.legs]
    return unite(0.04, pelvis, *seat, *legs)
