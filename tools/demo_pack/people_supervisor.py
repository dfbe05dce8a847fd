"""A supervisor: a woman with bobbed hair in blazer, blouse and trousers, reading a tablet."""

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
    mirror,
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
from tools.demo_pack.people_hair import sculpt_hair, shape_bob
from tools.demo_pack.people_head import Face, build_face
from tools.demo_pack.surface import Surface

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["build_supervisor"]

Array: TypeAlias = "NDArray[np.float64]"

_BLAZER = Surface("BlazerTeal", "#27474e", 0.85)
_BLOUSE = Surface("BlouseIvory", "#efe9dc", 0.75)
_TROUSERS = Surface("TrousersCharcoal", "#2b2b30", 0.85)
_SHOES = Surface("ShoeLeather", "#1f1a18", 0.35)
_SOLE = Surface("ShoeSole", "#3a2c22", 0.7)
_BUTTON = Surface("Button", "#15191a", 0.3)
_TABLET = Surface("TabletCase", "#1a1b1d", 0.4)
_SCREEN = Surface("TabletScreen", "#9fb6c8", 0.1, emissive="#7f9fb8", emissive_strength=0.6)
_COMPLEXION = Complexion(
    skin=Surface("Skin", "#d8a384", 0.48),
    lips=Surface("Lips", "#b4524e", 0.4),
    iris=Surface("Iris", "#4a6a5a", 0.15),
    hair=Surface("HairAuburn", "#4a2416", 0.55),
)

_LOW, _HIGH = (-0.36, -0.34, 0.76), (0.36, 0.24, 1.5)
#: Torso: z, centre x, centre y, half width, half depth [m]; the weight is on the left leg.
_TORSO = (
    (0.79, 0.016, 0.004, 0.176, 0.126),
    (0.87, 0.016, 0.006, 0.178, 0.130),
    (0.95, 0.014, 0.005, 0.166, 0.122),
    (1.03, 0.009, 0.000, 0.141, 0.106),
    (1.08, 0.006, -0.003, 0.135, 0.102),
    (1.16, 0.003, -0.004, 0.143, 0.106),
    (1.23, 0.001, -0.001, 0.151, 0.108),
    (1.30, 0.000, 0.004, 0.152, 0.104),
    (1.35, -0.001, 0.009, 0.138, 0.092),
    (1.39, -0.001, 0.014, 0.104, 0.076),
    (1.43, -0.001, 0.018, 0.066, 0.060),
    (1.47, -0.001, 0.020, 0.052, 0.052),
)


def build_supervisor() -> Model:
    """Model the supervisor: head bowed over a tablet in both hands."""
    stance = _build_stance()
    body = _shape_body()
    trousers = _shape_trousers(stance)
    blazer = _shape_blazer(unite(0.03, body, trousers), stance)
    blouse = _shape_blouse(body)
    front, above = halfspace((0, 0.02, 0), (0, 1, 0)), halfspace((0, 0, 1.26), (0, 0, -1))
    chest = clip(0.01, grow(body, -0.016), above, front)
    model = Model()
    add_cloth(
        model,
        Garment("Blazer", _BLAZER, blazer, 3400, (trousers, blouse), 0.01),
        Room(_LOW, _HIGH, 0.0095),
    )
    add_cloth(
        model,
        Garment("Blouse", _BLOUSE, blouse, 600, (blazer,), 0.004),
        Room(_LOW, _HIGH, 0.0105),
    )
    add_cloth(
        model,
        Garment("Chest", _COMPLEXION.skin, chest, 300, (blazer, blouse), 0.003),
        Room(_LOW, _HIGH, 0.012),
    )
    add_cloth(
        model,
        Garment("Trousers", _TROUSERS, trousers, 1800, (blazer,)),
        Room((-0.3, -0.26, 0.01), (0.3, 0.25, 1.05), 0.0125),
    )
    add_shoes(model, stance, Shoe(0.075, 0.062, 0.88), _SHOES, _SOLE)
    right, left = (Grip((s * -0.12, -1.0, 0.42), (s * -0.25, 0.45, 1.0), 22.0) for s in SIDES)
    add_hands(model, stance, _COMPLEXION.skin, (right, left), size=0.9)
    _add_tablet(model)
    button = shape.ellipsoid((0.009, 0.005, 0.009), (0.006, -0.1235, 0.985), segments=12, rings=6)
    model.add("Button", _BUTTON, button)
    _add_head(model)
    return model


def _add_head(model: Model) -> None:
    face = Face(jaw=0.86, nose=0.82, brow_m=0.0085, lips=1.2, neck_m=0.047)
    hair = shape_bob()
    parts = _COMPLEXION.paint(build_face(face, hair, triangle_count=2200))
    parts["Hair"] = (_COMPLEXION.hair, sculpt_hair(hair, face, triangle_count=1500))
    add_head(model, parts, HeadPose((-0.002, -0.022, 1.598), nod_deg=11.0, size=0.97))


def _build_stance() -> Stance:
    hips = ((-0.064, -0.003, 0.873), (0.094, 0.0, 0.885))
    ankles = ((-0.10, -0.05, 0.095), (0.088, 0.015, 0.095))
    shoulders = ((-0.157, 0.012, 1.352), (0.153, 0.012, 1.343))
    wrists = ((-0.128, -0.205, 1.11), (0.128, -0.205, 1.105))
    knees, elbows = ((-0.3, -1, 0), (0.1, -1, 0)), ((-0.6, 0.6, -0.6), (0.6, 0.6, -0.6))
    return Stance(
        tuple(compute_joint(hips[k], ankles[k], 0.402, 0.395, knees[k]) for k in range(2)),
        tuple(compute_joint(shoulders[k], wrists[k], 0.275, 0.245, elbows[k]) for k in range(2)),
        (20.0, 8.0),
    )


def _shape_body() -> Field:
    return unite(
        0.045,
        column(_TORSO, exponent=2.25),
        mirror(ellipsoid((0.068, -0.072, 1.225), (0.062, 0.052, 0.062))),
        mirror(cone((0.025, 0.026, 1.43), (0.125, 0.016, 1.368), 0.036, 0.036)),
    )


def _shape_blazer(body: Field, stance: Stance) -> Field:
    """Return the blazer with sleeves, lapels and an open front above the button."""
    crease = folds((0, -0.1, 1.0), (0.5, 0, 1), wavelength_m=0.09, height_m=0.003, reach_m=0.14)
    coat = rumple(grow(body, 0.006), crease)
    front = halfspace((0, 0, 0), (0, 1, 0))
    lapels = clip(
        0.002,
        grow(coat, 0.008),
        _lapels,
        front,
        halfspace((0, 0, 1.02), (0, 0, -1)),
        halfspace((0, 0, 1.40), (0, -0.2, 1)),
    )
    collar = clip(
        0.010,
        grow(body, 0.016),
        halfspace((0, 0, 1.425), (0, -0.55, 1)),
        halfspace((0, 0, 1.37), (0, 0, -1)),
        lambda p: np.abs(p[:, 0]) - 0.085,
    )
    coat = unite(0.012, unite(0.002, coat, lapels), collar)
    gap = clip(0.0, lambda p: 0.8 * (np.abs(p[:, 0] - 0.003) - _opening(p)), front)
    coat = carve(0.003, carve(0.004, coat, gap), clip(0.0, _overlap, front))
    sleeves = [
        shape_sleeve(arm, (0.055, 0.049, 0.043, 0.034), wrinkle_m=0.004) for arm in stance.arms
    ]
    hem, neck = halfspace((0, 0, 0.80), (0, 0, -1)), halfspace((0, 0.02, 1.445), (0, -0.45, 1))
    return clip(0.01, unite(0.03, coat, *sleeves), hem, neck)


def _opening(points: Array) -> Array:
    """Return the half width of the blazer's front opening at each height [m]."""
    heights, half_widths = (1.02, 1.06, 1.25, 1.38, 1.43), (-0.03, 0.004, 0.043, 0.056, 0.05)
    return np.interp(points[:, 2], heights, half_widths)


def _lapels(points: Array) -> Array:
    """Return how far outside the lapels' outline a place lies [m]."""
    width = 0.042 - 0.22 * np.maximum(1.24 - points[:, 2], 0.0)
    return 0.8 * (np.abs(points[:, 0] - 0.003) - _opening(points) - width)


def _overlap(points: Array) -> Array:
    """Return the distance [m] to the line where the fronts overlap; it opens towards the hem."""
    edge = 0.014 + 0.08 * np.maximum(0.9 - points[:, 2], 0.0)
    return np.abs(points[:, 0] - edge) - 0.0025


def _shape_blouse(body: Field) -> Field:
    blouse = clip(
        0.008,
        grow(body, -0.006),
        halfspace((0, 0, 0.98), (0, 0, -1)),
        halfspace((0, -0.01, 0), (0, 1, 0)),
        halfspace((0, 0, 1.41), (0, 0, 1)),
    )
    return carve(0.006, blouse, _neckline)


def _neckline(points: Array) -> Array:
    return 0.8 * (np.abs(points[:, 0]) - np.maximum(points[:, 2] - 1.275, -0.02) * 0.42)


def _shape_trousers(stance: Stance) -> Field:
    pelvis = column(
        (
            (0.78, 0.016, 0.008, 0.12, 0.095),
            (0.85, 0.016, 0.006, 0.165, 0.118),
            (0.93, 0.015, 0.004, 0.160, 0.116),
            (1.00, 0.012, 0.002, 0.140, 0.105),
        )
    )
    seat = [
        ellipsoid((0.016 + 0.9 * (leg.root[0] - 0.015), 0.046, 0.86), (0.088, 0.082, 0.09))
        for leg in stance.legs
    ]
    legs = [
        shape_leg(leg, (0.092, 0.080, 0.061, 0.056, 0.060), wrinkle_m=0.004) for leg in stance.legs
    ]
    return unite(0.04, pelvis, *seat, *legs)


def _add_tablet(model: Model) -> None:
    centre = (0.0, -0.305, 1.175)
    case = shape.box((0.255, 0.18, 0.009), bevel=0.003, segments=2)
    screen = shape.box((0.232, 0.158, 0.002), (0.0, 0.0, 0.0045), bevel=0.0005)
    for name, surface, mesh in (("Tablet", _TABLET, case), ("TabletScreen", _SCREEN, screen)):
        model.add(name, surface, mesh.rotate("x", -32.0).translate(*centre))
