"""Small parts that several pieces of furniture share, and the surfaces they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.demo_pack import shape
from tools.demo_pack.mesh import merge
from tools.demo_pack.surface import Surface

if TYPE_CHECKING:
    from tools.demo_pack.mesh import Mesh
    from tools.demo_pack.model import Model

__all__ = [
    "BLACK_STEEL",
    "OAK",
    "OAK_DARK",
    "WALNUT",
    "WHITE_LAMINATE",
    "DrawerBox",
    "add_drawers",
    "build_castor",
]

BLACK_STEEL = Surface("BlackSteel", "#212327", 0.45, metallic=0.3)
OAK = Surface("Oak", "#c8a06c", 0.5, clearcoat=0.15)
OAK_DARK = Surface("OakEdge", "#a97f4d", 0.6)
WALNUT = Surface("Walnut", "#6d4a31", 0.42, clearcoat=0.25)
WHITE_LAMINATE = Surface("WhiteLaminate", "#eeeeea", 0.38, clearcoat=0.2)


def build_castor(radius_m: float) -> tuple[Mesh, Mesh]:
    """Return wheels and hood of a twin castor on z = 0 that rolls along X below the origin."""
    wheel = shape.cylinder(
        radius_m, radius_m * 0.62, bevel=radius_m * 0.18, segments=20, axis="y"
    ).translate(radius_m * 0.45, 0.0, radius_m)
    wheels = merge(wheel.translate(y=radius_m * 0.12), wheel.translate(y=-radius_m * 0.74))
    hood = shape.lathe(
        [
            (0.0, -0.13 * radius_m),
            (radius_m * 0.97, -0.13 * radius_m),
            (radius_m * 0.97, 0.13 * radius_m),
            (0.0, 0.13 * radius_m),
        ],
        segments=20,
        axis="y",
    ).translate(radius_m * 0.45, 0.0, radius_m)
    stem = shape.cylinder(radius_m * 0.32, radius_m * 1.1, bevel=0.002, segments=12)
    cap = shape.slab(
        (-radius_m * 0.45, radius_m * 0.55),
        (-radius_m * 0.6, radius_m * 0.6),
        (radius_m * 1.45, radius_m * 1.95),
        bevel=radius_m * 0.2,
        segments=2,
    )
    return wheels, merge(hood, stem.translate(z=radius_m * 1.5), cap)


@dataclass(frozen=True)
class DrawerBox:
    """A box of drawers that open to -Y.

    Attributes:
        x: Range of the carcass [m].
        y: Range of the carcass [m], the fronts included.
        z: Range of the carcass [m].
        shares: Heights of the drawers, top first, as shares of the whole.
        body: Surface of the carcass.
        front: Surface of the drawer fronts.
        handle: Surface of the grips.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    z: tuple[float, float]
    shares: tuple[float, ...]
    body: Surface
    front: Surface
    handle: Surface


def add_drawers(model: Model, prefix: str, box: DrawerBox) -> None:
    """Add carcass, fronts and handles as parts whose names start with ``prefix``."""
    front_y = box.y[0] + 0.018
    carcass = shape.slab(box.x, (front_y + 0.002, box.y[1]), box.z, bevel=0.003, segments=2)
    model.add(f"{prefix}Body", box.body, carcass)
    fronts, handles = [], []
    top = box.z[1] - 0.004
    height = box.z[1] - box.z[0] - 0.008
    middle = (box.x[0] + box.x[1]) / 2
    width = (box.x[0] + 0.002, box.x[1] - 0.002)
    for share in box.shares:
        low = top - height * share
        depth = (box.y[0], front_y)
        fronts.append(shape.slab(width, depth, (low + 0.002, top - 0.002), bevel=0.002, segments=2))
        at = (middle, box.y[0], top - min(0.045, height * share * 0.4))
        handles.append(_build_handle().translate(*at))
        top = low
    model.add(f"{prefix}Fronts", box.front, *fronts)
    model.add(f"{prefix}Handles", box.handle, *handles)


def _build_handle() -> Mesh:
    path = [(-0.07, 0.004, 0.0), (-0.07, -0.024, 0.0), (0.07, -0.024, 0.0), (0.07, 0.004, 0.0)]
    return shape.pipe(path, 0.005, bend=0.010, segments=8)
