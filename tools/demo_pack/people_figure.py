"""What every figure shares: its joints, and how cloth, shoes, hands and head join its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tools.demo_pack.organic_mesh import drop_hidden, sculpt
from tools.demo_pack.organic_simplify import simplify
from tools.demo_pack.people_body import SIDES, Chain, Grip, Shoe, build_hand, build_shoe
from tools.demo_pack.surface import Surface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.demo_pack.mesh import Mesh
    from tools.demo_pack.model import Model
    from tools.demo_pack.organic import Field

__all__ = [
    "Complexion",
    "Garment",
    "HeadPose",
    "Room",
    "Stance",
    "add_cloth",
    "add_hands",
    "add_head",
    "add_shoes",
]

Point: TypeAlias = "tuple[float, float, float]"

_EYE_WHITE = Surface("EyeWhite", "#d9d3cb", 0.2)
_PUPIL = Surface("Pupil", "#0c0c0c", 0.1)
#: Bodies have no hard edges.
_SMOOTH_DEG = 180.0


@dataclass(frozen=True)
class Stance:
    """Joints of a figure [m], layout frame.

    Attributes:
        legs: Right and left leg, hip to ankle.
        arms: Right and left arm, shoulder to wrist.
        toe_out_deg: How far the toes turn out, right and left.
    """

    legs: tuple[Chain, ...]
    arms: tuple[Chain, ...]
    toe_out_deg: tuple[float, float]


@dataclass(frozen=True)
class Room:
    """The box a garment is meshed in.

    Attributes:
        low: Lowest corner [m], layout frame.
        high: Highest corner [m].
        cell_m: Cell size across; along Z it is 15 % more.
    """

    low: Point
    high: Point
    cell_m: float


@dataclass(frozen=True)
class Garment:
    """One layer of cloth or skin.

    Attributes:
        name: Part name.
        surface: The material.
        field: The shape.
        triangle_count: Budget.
        hidden_by: Layers above and below that hide parts of it.
        depth_m: How deep inside those a triangle lies before it is left out.
    """

    name: str
    surface: Surface
    field: Field
    triangle_count: int
    hidden_by: tuple[Field, ...] = ()
    depth_m: float = 0.008


@dataclass(frozen=True)
class Complexion:
    """Surfaces of a head."""

    skin: Surface
    lips: Surface
    iris: Surface
    hair: Surface

    def paint(self, meshes: Mapping[str, Mesh]) -> dict[str, tuple[Surface, Mesh]]:
        """Give each mesh of ``build_face`` its surface."""
        surfaces = {
            "Head": self.skin,
            "Lips": self.lips,
            "Eyes": _EYE_WHITE,
            "Irises": self.iris,
            "Pupils": _PUPIL,
            "Brows": self.hair,
        }
        return {name: (surfaces[name], mesh) for name, mesh in meshes.items()}


@dataclass(frozen=True)
class HeadPose:
    """Where a head is and where it looks.

    Attributes:
        at: Where the head frame's origin goes [m], layout frame.
        yaw_deg: Turn to the person's left.
        nod_deg: Bow.
        size: Factor on a head of 0.235 m.
    """

    at: Point
    yaw_deg: float = 0.0
    nod_deg: float = 0.0
    size: float = 1.0


def add_cloth(model: Model, garment: Garment, room: Room) -> None:
    """Mesh a garment and add it without what other layers hide."""
    cell = (room.cell_m, room.cell_m, 1.15 * room.cell_m)
    mesh = sculpt(garment.field, room.low, room.high, cell)
    mesh = drop_hidden(mesh, *garment.hidden_by, depth_m=garment.depth_m)
    mesh = simplify(mesh, garment.triangle_count)
    model.add(garment.name, garment.surface, mesh, crease_deg=_SMOOTH_DEG)


def add_shoes(model: Model, stance: Stance, shoe: Shoe, upper: Surface, sole: Surface) -> None:
    """Add both shoes under the ankles."""
    pairs = [
        build_shoe(leg.tip, toe_out_deg, side, shoe)
        for side, leg, toe_out_deg in zip(SIDES, stance.legs, stance.toe_out_deg, strict=True)
    ]
    model.add("Shoes", upper, *(simplify(pair[0], 420) for pair in pairs), crease_deg=_SMOOTH_DEG)
    model.add("Soles", sole, *(simplify(pair[1], 150) for pair in pairs), crease_deg=_SMOOTH_DEG)


def add_hands(
    model: Model, stance: Stance, skin: Surface, grips: tuple[Grip, Grip], *, size: float = 1.0
) -> None:
    """Add both hands at the wrists, the right one first."""
    hands = []
    for side, arm, grip in zip(SIDES, stance.arms, grips, strict=True):
        along = np.asarray(grip.down) / np.linalg.norm(grip.down)
        hands.append(simplify(build_hand(arm.tip + 0.012 * along, grip, side, size=size), 640))
    model.add("Hands", skin, *hands, crease_deg=_SMOOTH_DEG)


def add_head(model: Model, parts: Mapping[str, tuple[Surface, Mesh]], pose: HeadPose) -> None:
    """Put parts of the head frame, by name, where the head is."""
    for name, (surface, mesh) in parts.items():
        turned = mesh.scale(pose.size).rotate("x", pose.nod_deg).rotate("z", pose.yaw_deg)
        model.add(name, surface, turned.translate(*pose.at), crease_deg=_SMOOTH_DEG)
